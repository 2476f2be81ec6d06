"""cffi-build migrate: a setup.py of the test's own, with everything that can be said in one."""

import subprocess
import sys

import pytest

from cffi_build.cli import main
from cffi_build.config import toml
from cffi_build.config.load import load

SETUP = '''"""Ä setup file."""
import os
from setuptools import setup, Extension

setup(
    name="old", version="1",
    ext_package="old",  # where they go
    cffi_modules=["src/build_old.py:ffi", "src/build_old.py:make"],
    libraries=[("helper", {"sources": ["csrc/helper.c"], "include_dirs": ["csrc"], "macros": [("HELP", "4")]})],
    packages=["old"], zip_safe=False
)
'''
SCRIPT = '''
import os
from cffi import FFI
HERE = os.path.dirname(os.path.abspath(__file__))

base = FFI()
base.cdef("typedef struct { char c; int i; } pair_t;", packed=True)
ffi = FFI()
ffi.include(base)
ffi.cdef("#define LIMIT 5")
ffi.cdef("int helped(int); int sized(void);")
ffi.set_source("_old", """
#include "helper.h"
#include <math.h>
#define LIMIT 5
#pragma pack(push, 1)
typedef struct { char c; int i; } pair_t;
#pragma pack(pop)
static int sized(void) { return (int)sizeof(pair_t); } /* '"quotes"' \\\\n */
""", sources=[os.path.join(HERE, "..", "csrc", "more.c")], libraries=["helper", "m"], include_dirs=[HERE], define_macros=[("A", None)],
    extra_compile_args=["-O0"], py_limited_api=False, optional=True)

def make():
    ffi = FFI()
    ffi.cdef("int abs(int);")
    ffi.set_source("_plain", None)
    return ffi

if __name__ == "__main__":
    raise SystemExit("not to be run")
'''
TABLES = """\
[[tool.cffi.modules]]
name = "old._old"
cdef = '''
#pragma pack(push, 1)
typedef struct { char c; int i; } pair_t;
#pragma pack(pop)
#define LIMIT 5
int helped(int); int sized(void);
'''
"""
OTHERS = """\
sources = ["csrc/more.c", "csrc/helper.c"]
include-dirs = ["src", "csrc"]
libraries = ["m"]
extra-compile-args = ["-O0"]
define-macros = { A = true, HELP = "4" }
limited-api = false

[[tool.cffi.modules]]
name = "old._plain"
mode = "abi"
cdef = '''
int abs(int);
'''
"""


@pytest.fixture
def project(tmp_path, write_files):
    files = {
        "setup.py": SETUP,
        "src/build_old.py": SCRIPT,
        "old/__init__.py": "",
        "csrc/helper.h": "int helped(int);\n",
        "csrc/helper.c": "int more(int);\nint helped(int x) { return more(x) + HELP; }\n",
        "csrc/more.c": "int more(int x) { return 10 * x; }\n",
    }
    return write_files(tmp_path, files)


def test_the_tables_say_all_that_the_scripts_say(project, capsys):
    assert main(["migrate", "--project", str(project)]) == 0
    out, err = capsys.readouterr()
    assert out.startswith(TABLES) and out.endswith(OTHERS)
    source = toml.parse(out)["tool"]["cffi"]["modules"][0]["source"]
    assert source.endswith("return (int)sizeof(pair_t); } /* '\"quotes\"' \\n */\n")
    assert "the static library 'helper' of setup.py is compiled into the module" in err
    assert sorted(path.name for path in project.iterdir()) == ["csrc", "old", "setup.py", "src"]


def test_a_migrated_project_builds_and_works(project, capsys):
    main(["migrate", "--project", str(project), "--write"])
    files = capsys.readouterr().out.split()
    assert files == ["pyproject.toml", "src/_old.cdef.h", "src/_old.source.c", "src/_plain.cdef.h", "setup.py"]
    begin, end = SETUP.index("    ext_package"), SETUP.index("    packages")
    assert (project / "setup.py").read_text(encoding="utf-8") == SETUP[:begin] + SETUP[end:]
    assert [module.name for module in load(project).modules] == ["old._old", "old._plain"]
    done = subprocess.run([sys.executable, "-m", "cffi_build", "build", "--project", str(project)], capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    program = "from old._old import lib; from old import _plain; print(lib.LIMIT, lib.helped(3), lib.sized(), hasattr(_plain, 'ffi'))"
    done = subprocess.run([sys.executable, "-c", program], cwd=project, capture_output=True, encoding="utf-8")
    assert done.stdout == "5 34 5 True\n", done.stderr


def test_scripts_can_be_kept(project, capsys):
    main(["migrate", "--project", str(project), "--keep-script"])
    entries = toml.parse(capsys.readouterr().out)["tool"]["cffi"]["modules"]
    assert entries[0] == {"name": "old._old", "build-script": "src/build_old.py:ffi"}


def test_a_build_script_without_setup_py_can_be_migrated(project, capsys):
    main(["migrate", "--project", str(project), "src/build_old.py:make"])
    assert toml.parse(capsys.readouterr().out)["tool"]["cffi"]["modules"][0]["name"] == "_plain"


@pytest.mark.parametrize(
    "setup, message",
    [
        ("from setuptools import setup\nsetup(name='x')\n", "setup() has no cffi_modules: there is nothing to migrate"),
        ("import no_such_module\n", "No module named 'no_such_module'"),
        ("raise SystemExit('stop')\n", "setup.py failed:\nstop"),
        ("from setuptools import setup\nsetup(cffi_modules=['none.py:ffi'])\n", "none.py"),
        ("from setuptools import setup\nsetup(cffi_modules=['b.py:ffi'])\n", "b.py:ffi: no set_source() was called on this FFI object"),
        ("from setuptools import setup\nsetup(cffi_modules=['b.py:other'])\n", "KeyError: 'other'"),
    ],
)
def test_what_cannot_be_migrated_is_told(tmp_path, setup, message, capsys):
    (tmp_path / "setup.py").write_text(setup, encoding="utf-8")
    (tmp_path / "b.py").write_text("from cffi import FFI\nffi = FFI()\n", encoding="utf-8")
    with pytest.raises(SystemExit) as raised:
        main(["migrate", "--project", str(tmp_path), "--write"])
    assert raised.value.code == 1 and message in capsys.readouterr().err
    assert not (tmp_path / "pyproject.toml").exists()


def test_nothing_is_overwritten(project, capsys):
    (project / "src" / "_plain.cdef.h").write_text("mine")
    with pytest.raises(SystemExit):
        main(["migrate", "--project", str(project), "--write"])
    assert "there is such a file already" in capsys.readouterr().err
    assert not (project / "src" / "_old.cdef.h").exists() and (project / "src" / "_plain.cdef.h").read_text() == "mine"


def test_a_folder_without_setup_py_is_told(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["migrate", "--project", str(tmp_path)])
    assert "setup.py: no such file in" in capsys.readouterr().err
