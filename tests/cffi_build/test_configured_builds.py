"""What the keys of a module do to what is built: each is used, and the module imported or looked at."""

import os
import re
import shutil
import subprocess
import sys
import tarfile

import pytest

from cffi_build.compile import generate, requirement
from cffi_build.config.load import load

SCRIPT = """
from cffi import FFI
ffibuilder = FFI()
ffibuilder.cdef("int twice(int);")
ffibuilder.set_source("{name}", {source}, sources=["csrc/twice.c"], include_dirs=["csrc"])
"""
FROM_SCRIPT = '[[tool.cffi.modules]]\nname = "_mod"\nbuild-script = "build_mod.py:ffibuilder"\n'
FILES = {
    "build_mod.py": SCRIPT.format(name="_mod", source="'#include \"twice.h\"'"),
    "csrc/twice.c": '#include "twice.h"\nint twice(int x) { return FACTOR * x; }\n',
    "csrc/twice.h": "int twice(int);\n",
}


@pytest.fixture
def run(call_hook, tmp_path):
    """Compile a project in place and run a program there; return what it prints."""

    def build(project, program, settings=None, **environment):
        call_hook("build_editable", project, tmp_path / "editable", settings or {}, **environment)
        done = subprocess.run([sys.executable, "-c", program], cwd=project, stdout=subprocess.PIPE, encoding="utf-8", check=True)
        return done.stdout.strip()

    return build


# ---- build-script


def test_a_build_script_and_the_keys_beside_it_make_a_module(run, write_project):
    project = write_project(FROM_SCRIPT + 'define-macros = { FACTOR = "2" }\n', FILES)
    assert run(project, "import _mod; print(_mod.lib.twice(21))") == "42"


def test_an_sdist_has_the_script_and_what_it_names(call_hook, write_project, tmp_path):
    sdist = call_hook("build_sdist", write_project(FROM_SCRIPT, FILES), tmp_path)
    with tarfile.open(tmp_path / sdist) as archive:
        assert {f"sample-1.0/{name}" for name in FILES} <= set(archive.getnames())


@pytest.mark.parametrize("hook", ["prepare_metadata_for_build_wheel", "get_requires_for_build_wheel"])
def test_metadata_does_not_run_the_script(call_hook, write_project, tmp_path, hook):
    project = write_project(FROM_SCRIPT, {**FILES, "build_mod.py": "raise SystemExit('it was run')"})
    call_hook(hook, project, *([tmp_path] if hook.startswith("prepare") else []), PATH="")


@pytest.mark.parametrize(
    ("script", "message"),
    [
        (SCRIPT.format(name="_other", source="''"), "the script's set_source() says '_other', but name = '_mod'"),
        (SCRIPT.format(name="_mod", source="None"), 'the script\'s set_source() makes a module of the mode "abi": say mode = "abi"'),
        ("from cffi import FFI\nffibuilder = FFI()\n", "no set_source() was called on this FFI object"),
        ("x = 1\ny = 1 / 0\n", 'line 2, in <module>\n    y = 1 / 0'),
        ("import sys\nsys.exit(0)\n", "ended the process with exit code 0"),
        ("x = (\n", "SyntaxError: '(' was never closed" if sys.version_info >= (3, 10) else "SyntaxError"),
        ("from cffi import FFI\nffibuilder = FFI()\nffibuilder.cdef('int f(')\n", "<cdef>:1:"),
    ],
)
def test_a_wrong_script_is_told_with_its_place(call_hook, write_project, tmp_path, script, message):
    output = call_hook("build_wheel", write_project(FROM_SCRIPT, {**FILES, "build_mod.py": script}), tmp_path / "out", code=1)
    assert message in output
    assert "runpy" not in output
    assert not list((tmp_path / "out").glob("*"))


# ---- include

SHARED = '[[tool.cffi.modules]]\nname = "_base"\ncdef = "typedef struct { int x; } point;"\nsource = "typedef struct { int x; } point;"\n'
USING = """
[[tool.cffi.modules]]
name = "_using"
cdef = "int get(point *);"
source = "typedef struct { int x; } point; static int get(point *p) { return p->x; }"
include = ["_base"]
"""


def test_a_module_uses_the_declarations_of_another_one_of_the_project(run, write_project):
    program = "import _base as b, _using as u; print(u.lib.get(b.ffi.new('point *', [7])), u.ffi.typeof('point') is b.ffi.typeof('point'))"
    assert run(write_project(USING + SHARED), program) == "7 True"


# ---- hold-gil, free-threading


HOLDING = """
[[tool.cffi.modules]]
name = "_m"
limited-api = false
hold-gil = ["get_*"]
cdef = "int get_a(void); int get_b(void); int work(void);"
source = '''
static int get_a(void) { return PyGILState_Check(); }
static int get_b(void) { return PyGILState_Check(); }
static int work(void) { return PyGILState_Check(); }
'''
"""


def test_functions_that_hold_gil_names_are_called_with_it_and_others_without(run, write_project):
    assert run(write_project(HOLDING), "from _m import lib; print(lib.get_a(), lib.get_b(), lib.work())") == "1 1 0"


def test_a_glob_of_hold_gil_that_means_no_function_is_told(call_hook, write_project, tmp_path):
    text = '[[tool.cffi.modules]]\nname = "_m"\ncdef = "int get_a(void);"\nsource = ""\nhold-gil = ["get_b"]\n'
    output = call_hook("build_wheel", write_project(text), tmp_path / "out", code=1)
    assert "tool.cffi.modules[0].hold-gil: no function of the declarations is called 'get_b' (did you mean 'get_a'?)" in output


def test_a_module_that_needs_the_gil_says_so(write_project):
    text = '[[tool.cffi.modules]]\nname = "_m"\ncdef = ""\nsource = ""\nfree-threading = {}\n'
    for value, count in (("true", 1), ("false", 0)):
        configuration = load(write_project(text.format(value)))
        assert generate.c_text(configuration, configuration.modules[0]).count("#define _CFFI_FREE_THREADED\n") == count


# ---- int-enums, int-flags


DECLARED = "enum color { RED, GREEN }; typedef enum { R = 4, W = 2 } way_t; enum plain { P };"
DECLARED += "struct s { enum color c; way_t m; enum plain p; };"
ENUMS = f"""
[[tool.cffi.modules]]
name = "_m"
int-enums = ["color"]
int-flags = ["way_*"]
cdef = "{DECLARED}"
"""
IN_C, IN_ABI_MODE = f'source = "{DECLARED}"', 'mode = "abi"'
READ = "from _m import ffi; s = ffi.new('struct s *', [1, 6, 0]); print(repr(s.c), int(s.m), type(s.m).__name__, repr(s.p))"


@pytest.mark.parametrize("text", [ENUMS + IN_C, ENUMS + IN_ABI_MODE], ids=["api", "abi"])
def test_values_of_enums_that_get_a_class_are_its_members(text, run, write_project):
    assert run(write_project(text), READ) == "<color.GREEN: 1> 6 way_t 0"


def test_a_class_of_no_enum_and_two_classes_of_one_are_told(call_hook, write_project, tmp_path):
    text = '[[tool.cffi.modules]]\nname = "_m"\ncdef = "enum color { A }; typedef int c;"\nsource = ""\n'
    output = call_hook("build_wheel", write_project(text + 'int-enums = ["colour"]\n'), tmp_path / "out", code=1)
    assert "tool.cffi.modules[0].int-enums: no enum of the declarations is called 'colour' (did you mean 'color'?)" in output
    output = call_hook("build_wheel", write_project(text + 'int-enums = ["*"]\nint-flags = ["enum color"]\n'), tmp_path / "out", code=1)
    assert "tool.cffi.modules[0].int-flags: 'enum color' is in int-enums as well" in output


def test_a_wheel_whose_enums_get_classes_needs_this_runtime(write_project):
    configuration = load(write_project(ENUMS + IN_C))
    assert requirement.of_wheel(configuration) == 'cffi>=3.0.0.dev0; implementation_name != "pypy"'
    assert "class _enum_color(_IntEnum):" in generate.stub_text(configuration, configuration.modules[0])


# ---- pkg-config


@pytest.fixture
def package(tmp_path):
    """A folder with ``twice.pc``, and the environment in which pkg-config finds it."""
    folder = tmp_path / "pkgconfig"
    folder.mkdir()
    text = "Name: twice\nDescription: x\nVersion: 1.5\nCflags: -DFACTOR=5 -I${pcfiledir}/include\nLibs: -lm\n"
    (folder / "twice.pc").write_text(text, encoding="utf-8")
    return {"PKG_CONFIG_PATH": str(folder)}


MOD = """
[[tool.cffi.modules]]
name = "_mod"
cdef = "int twice(int);"
source = '#include "twice.h"'
sources = ["csrc/*.c"]
include-dirs = ["csrc"]
"""


def test_options_come_from_pkg_config(run, write_project, package):
    project = write_project(MOD + 'pkg-config = ["twice >= 1.2"]\n', FILES)
    assert run(project, "import _mod; print(_mod.lib.twice(2))", **package) == "10"


def test_pkg_config_is_not_asked_for_metadata(call_hook, write_project, tmp_path):
    project = write_project(MOD + 'pkg-config = ["no-such-package"]\n', FILES)
    call_hook("prepare_metadata_for_build_wheel", project, tmp_path, PATH="")
    call_hook("build_sdist", project, tmp_path, PATH=os.environ["PATH"])


@pytest.mark.parametrize(
    ("asked", "environment", "messages"),
    [
        ("twice >= 2", {}, ["does not find 'twice >= 2'", "Package 'twice' has version '1.5', required version is '>= 2'"]),
        ("thrice", {}, ["does not find 'thrice'", "apt-file search thrice.pc | dnf provides 'pkgconfig(thrice)' | brew search thrice"]),
        ("twice", {"PKG_CONFIG": "no-pkg-config"}, ["no-pkg-config: cannot be run", "apt-get install pkg-config"]),
    ],
)
def test_a_package_or_tool_that_is_not_there_is_named(call_hook, write_project, tmp_path, package, asked, environment, messages):
    project = write_project(f'{MOD}pkg-config = ["{asked}"]\n', FILES)
    output = call_hook("build_wheel", project, tmp_path / "out", code=1, **package, **environment)
    for message in messages:
        assert message in " ".join(output.replace(" ,", ",").split()) or message.replace("version is", "version is") in output, output


# ---- settings


def test_settings_reach_the_build(run, write_project):
    project = write_project(MOD, FILES)
    program = "import _mod; print(_mod.lib.twice(2))"
    assert run(project, program, {"define-macros": "FACTOR=3"}) == "6"
    assert run(project, program, {"_mod.define-macros": '{ FACTOR = "4" }'}, CFFI_BUILD_DEFINE_MACROS="FACTOR=9") == "8"
    assert run(project, program, CFFI_BUILD_DEFINE_MACROS="FACTOR=9") == "18"


def test_alignment_in_abi_mode_needs_this_runtime_and_in_api_mode_any(write_project):
    text = '[[tool.cffi.modules]]\nname = "_m"\ncdef = "struct s { int x __attribute__((aligned(16))); };"\n'
    for rest, expected in (('mode = "abi"\n', requirement.OURS), ('source = ""\n', requirement.PUBLISHED)):
        assert requirement.of_wheel(load(write_project(text + rest))) == expected


@pytest.mark.skipif(not sys.platform.startswith("linux") or shutil.which("readelf") is None, reason="reads an ELF file with readelf")
@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_functions_of_the_module_itself_are_not_looked_up_on_import(compiler, call_hook, write_project, tmp_path):
    text = '[[tool.cffi.modules]]\nname = "_m"\ncdef = "int own(int); double sin(double);"\nsources = ["own.c"]\nlibraries = ["m"]\n'
    project = write_project(text + 'source = "int own(int x); double sin(double x);"\n', {"own.c": "int own(int x) { return x; }"})
    call_hook("build_wheel", project, tmp_path, CC=compiler, LDSHARED=f"{compiler} -shared")
    subprocess.run(["unzip", "-q", "-o", *tmp_path.glob("*.whl")], cwd=tmp_path, check=True)
    (module,) = tmp_path.glob("_m.*.so")
    listed = subprocess.run(["readelf", "-rW", module], check=True, capture_output=True, text=True).stdout
    assert re.findall(r"(?<=\s)(own|sin)(?:@\S+)? \+ 0", listed) in (["sin"], ["sin", "sin"])
