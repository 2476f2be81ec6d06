"""The command cffi-build, in this process and as ``python -m cffi_build``."""

import subprocess
import sys

import pytest

from cffi_build.cli import main

PYPROJECT = """
[project]
name = "tool"
version = "1"
[[tool.cffi.modules]]
name = "tool._one"
cdef = "int f(int);"
source = "static int f(int x) { return x + 1; }"
[[tool.cffi.modules]]
name = "_two"
language = "c++"
cdef = "int g(int);"
source = "static int g(int x) { return x + 2; }"
"""


@pytest.fixture
def project(tmp_path, write_files):
    return write_files(tmp_path / "project", {"tool/__init__.py": "", "pyproject.toml": PYPROJECT})


def test_generate_writes_the_c_file_of_every_module(project, tmp_path, capsys):
    assert main(["generate", "--project", str(project), "--output", str(tmp_path / "out")]) == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["_two.cpp", "tool__one.c"]
    assert capsys.readouterr().out.splitlines() == [str(tmp_path / "out" / "tool__one.c"), str(tmp_path / "out" / "_two.cpp")]
    assert "return x + 1;" in (tmp_path / "out" / "tool__one.c").read_text(encoding="utf-8")


def test_generate_writes_only_the_modules_that_are_named(project, tmp_path):
    main(["generate", "--project", str(project), "--output", str(tmp_path / "out"), "_two"])
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["_two.cpp"]


def test_an_unknown_module_is_named_with_the_nearest_one(project, capsys):
    with pytest.raises(SystemExit) as raised:
        main(["generate", "--project", str(project), "tool.one"])
    assert raised.value.code == 1
    assert capsys.readouterr().err == "pyproject.toml: no module 'tool.one' (did you mean 'tool._one'?)\n"


def test_build_compiles_every_module_beside_the_python_files(project):
    done = subprocess.run([sys.executable, "-m", "cffi_build", "build"], cwd=project, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    assert [path.name.partition(".")[0] for path in (project / "tool").glob("*.so")] == ["_one"]
    assert [path.name.partition(".")[0] for path in project.glob("*.so")] == ["_two"]


def test_a_failed_build_is_told_and_ends_with_exit_code_1(project):
    text = PYPROJECT.replace("int g(int);", "int h(int);")
    (project / "pyproject.toml").write_text(text, encoding="utf-8")
    done = subprocess.run([sys.executable, "-m", "cffi_build", "build"], cwd=project, capture_output=True, encoding="utf-8")
    assert done.returncode == 1
    assert "pyproject.toml:12: error:" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_without_a_project_is_told(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["build", "--project", str(tmp_path)])
    assert "no such file, or it has no [[tool.cffi.modules]] table" in capsys.readouterr().err


# ---- scan


@pytest.fixture
def header(tmp_path):
    path = tmp_path / "small.h"
    path.write_text("#define SMALL 3\n/* Says no. */\nint small(int x);\nint v(__builtin_va_list a);\nint big(int x);\n", encoding="utf-8")
    return path


def test_scan_writes_the_text_and_lists_what_is_left_out(header, capsys):
    assert main(["scan", str(header)]) == 0
    out, err = capsys.readouterr()
    assert "#define SMALL ...\n\n/* Says no. */\nint small(int x);\n" in out
    assert err.splitlines() == [
        f"{header}:4: function v: takes a va_list, which Python cannot make",
        "cffi-build scan: 2 functions, 1 constants; left out: 1 function",
    ]


def test_scan_writes_files_and_reads_options(header, tmp_path, capsys):
    files = ["-o", str(tmp_path / "out.h"), "--report", str(tmp_path / "report.txt")]
    main(["scan", str(header), "--mode", "abi", "--no-comments", "--declarations", "s*", "--declarations", "S*", *files])
    assert (tmp_path / "out.h").read_text(encoding="utf-8").endswith("#define SMALL 3\nint small(int x);\n")
    assert (tmp_path / "report.txt").read_text(encoding="utf-8") == ""
    assert capsys.readouterr().out == ""


def test_scan_passes_the_compiler_its_options(tmp_path, capsys):
    (tmp_path / "m.h").write_text("int f(int x[SIZE]);\nint OTHER(int);\n", encoding="utf-8")
    main(["scan", "m.h", f"-I{tmp_path}", "-DSIZE=4", "-D", "OTHER=g", "-q", "--cflag=-std=c11"])
    assert capsys.readouterr().out.endswith("int f(int x[4]);\nint g(int);\n")


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["no/such.h"], "fatal error: no/such.h: No such file"),
        (["zlib.h", "--pkg-config", "no-such-package"], "does not find 'no-such-package'"),
        (["stdio.h", "-l", "no_such_library"], "cannot find -lno_such_library"),
    ],
)
def test_what_stops_a_scan_is_told_and_ends_with_exit_code_1(arguments, message, capsys):
    with pytest.raises(SystemExit) as raised:
        main(["scan", *arguments])
    out, err = capsys.readouterr()
    assert raised.value.code == 1 and message in err and not out


# ---- check


@pytest.fixture
def to_check(tmp_path):
    (tmp_path / "real.h").write_text("#define LIMIT 3\nint real(long x);\n", encoding="utf-8")
    (tmp_path / "good.h").write_text("#define LIMIT 3\nint real(long);\n", encoding="utf-8")
    (tmp_path / "bad.h").write_text("#define LIMIT 4\nint real(int);\n", encoding="utf-8")
    return tmp_path


def test_check_says_when_all_is_right(to_check, capsys):
    assert main(["check", str(to_check / "good.h"), "--header", str(to_check / "real.h")]) == 0
    assert capsys.readouterr() == ("cffi-build check: no mistakes\n", "")


def test_check_tells_file_line_and_what_both_say(to_check, capsys):
    with pytest.raises(SystemExit) as raised:
        main(["check", str(to_check / "bad.h"), "--header", str(to_check / "real.h")])
    assert raised.value.code == 1
    assert capsys.readouterr().err.splitlines() == [
        f"{to_check}/bad.h:1:9: error: the constant 'LIMIT': the cdef says 4, C says 3",
        f"{to_check}/bad.h:2:5: error: argument 1 ('x') of 'real': the cdef says 'int', C says 'long'",
        "cffi-build check: 2 mistakes",
    ]


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["none.h", "--header", "stdio.h"], "none.h: No such file or directory"),
        (["good.h"], "say with --header where the declarations are from"),
        (["--header", "stdio.h"], "no such file, or it has no [[tool.cffi.modules]] table"),
    ],
)
def test_what_cannot_be_checked_is_told(to_check, monkeypatch, arguments, message, capsys):
    monkeypatch.chdir(to_check)
    with pytest.raises(SystemExit):
        main(["check", *arguments])
    assert message in capsys.readouterr().err


def test_check_reads_the_modules_of_a_project(project, to_check, capsys):
    main(["check", "--project", str(project)])
    assert capsys.readouterr().out == "cffi-build check: no mistakes\n"
    abi = '[[tool.cffi.modules]]\nname = "_abi"\nmode = "abi"\ncdef = "int real(int);"\n'
    wrong = PYPROJECT.replace('cdef = "int f(int);"', 'cdef = "char *f(int);"') + abi
    (project / "pyproject.toml").write_text(wrong, encoding="utf-8")
    with pytest.raises(SystemExit):
        main(["check", "--project", str(project), "--header", str(to_check / "real.h")])
    told = capsys.readouterr().err
    assert "pyproject.toml:7: error: " in told and "'real': the cdef says 'int', C says 'long'" in told
