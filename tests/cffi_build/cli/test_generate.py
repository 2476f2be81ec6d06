"""cffi-build generate for other build systems: files, manifest and depfile."""

import json
import os
import subprocess

import pytest

from cffi_build.cli import main

PYPROJECT = """
[[tool.cffi.modules]]
name = "tool._one"
cdef-files = ["one.cdef.h"]
source = "static int f(int x) { return x + STEP; }"
sources = ["csrc/*.c"]
include-dirs = ["csrc"]
define-macros = { STEP = "2", FLAG = true }
libraries = ["m"]
[[tool.cffi.modules]]
name = "tool._abi"
mode = "abi"
cdef = "int abs(int);"
"""


@pytest.fixture
def project(tmp_path, write_files, monkeypatch):
    files = {"csrc/more.c": "int more;\n", "one.cdef.h": "int f(int);\n", "pyproject.toml": PYPROJECT}
    folder = write_files(tmp_path / "a project", files)
    monkeypatch.chdir(folder)
    return folder


def test_modules_of_abi_mode_are_python_files_in_their_package(project, capsys):
    main(["generate", "--output", "out"])
    assert capsys.readouterr().out.splitlines() == ["out/tool__one.c", "out/tool/_abi.py"]
    compile((project / "out" / "tool" / "_abi.py").read_text(), "_abi.py", "exec")


def test_stubs_are_written_on_request(project):
    main(["generate", "--output", "out", "--stubs"])
    assert "def f(" in (project / "out" / "tool" / "_one.pyi").read_text()
    assert (project / "out" / "tool" / "_abi.pyi").exists()


def test_the_manifest_tells_how_to_compile(project):
    main(["generate", "--output", "out", "--manifest", "out/manifest.json", "tool._one"])
    (module,) = json.loads((project / "out" / "manifest.json").read_text())["modules"]
    assert (module["name"], module["file"], module["libraries"]) == ("tool._one", str(project / "out" / "tool__one.c"), ["m"])
    assert module["define-macros"] == [["STEP", "2"], ["FLAG", None]]
    assert module["sources"] == [str(project / "csrc" / "more.c")]
    assert module["include-dirs"] == [str(project / "csrc")]
    assert module["limited-api"] == "3.9"


def test_make_reads_the_depfile(project):
    main(["generate", "--output", "out", "--depfile", "out/deps.d", "tool._one"])
    (project / "Makefile").write_text("out/tool__one.c:\n\t@echo made anew\ninclude out/deps.d\n")

    def make():
        return subprocess.run(["make"], capture_output=True, encoding="utf-8", check=True).stdout

    assert "made anew" not in make()
    newest = (project / "out" / "tool__one.c").stat().st_mtime + 10
    os.utime(project / "one.cdef.h", (newest, newest))
    assert "made anew" in make()


def test_a_build_script_and_a_text_can_stand_for_a_project(project):
    (project / "build_it.py").write_text(
        "from cffi import FFI\nffi = FFI()\nffi.cdef('int g(void);')\n"
        "ffi.set_source('_scripted', 'int g(void) { return 1; }', libraries=['m'], sources=['csrc/more.c'])\n"
    )
    main(["generate", "--script", "build_it.py:ffi", "--manifest", "m.json"])
    (module,) = json.loads((project / "m.json").read_text())["modules"]
    assert (module["file"], module["libraries"], module["sources"]) == (str(project / "_scripted.c"), ["m"], [str(project / "csrc/more.c")])
    (project / "prelude.c").write_text("static int f(int x) { return x; }\n")
    main(["generate", "--cdef", "one.cdef.h", "--name", "pkg._two", "--source", "prelude.c", "--depfile", "d"])
    assert "return x;" in (project / "pkg__two.c").read_text()
    assert (project / "d").read_text().split() == [
        "pkg__two.c:", str(project / "one.cdef.h").replace(" ", "\\ ").split()[0], *str(project / "one.cdef.h").split()[1:], "\\",
        str(project / "prelude.c").replace(" ", "\\ ").split()[0], *str(project / "prelude.c").split()[1:],
    ]  # fmt: skip
    main(["generate", "--cdef", "one.cdef.h", "--name", "_three"])
    assert (project / "_three.py").exists()


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["--cdef", "one.cdef.h"], "--cdef needs --name"),
        (["--cdef", "none.h", "--name", "x"], "none.h: no such file"),
        (["--cdef", "one.cdef.h", "--name", "x", "--script", "a.py:b"], "give --script or --cdef, not both"),
        (["--script", "none.py:ffi"], "no such file: 'none.py'"),
    ],
)
def test_what_cannot_be_generated_is_told(project, arguments, message, capsys):
    with pytest.raises(SystemExit) as raised:
        main(["generate", *arguments])
    assert raised.value.code == 1
    assert message in capsys.readouterr().err
