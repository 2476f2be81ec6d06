"""C code and declarations that do not fit: one readable message that names file and line, nothing half-made."""

import subprocess
import sys

import pytest

PYPROJECT = """\
[build-system]
requires = ["cffi"]
build-backend = "cffi_build"

[project]
name = "bad"
version = "1.0"

[[tool.cffi.modules]]
name = "_bad"
cdef-files = ["bad.cdef.h"]
source-file = "prelude.c"
"""
CDEF = """\
#define LIMIT 10
struct point {
    int x;
    int y;
};
int add(int, int);
"""
PRELUDE = """\
#define LIMIT 10
struct point { int x, y; };
static int add(int a, int b) { return a + b; }
"""
DECLARED, CODE = "cdef-files = [\"bad.cdef.h\"]\n", "source-file = \"prelude.c\"\n"


@pytest.fixture
def build(tmp_path, write_files, run_hook, names_below):
    """Build a wheel with the given changes to the good project; return exit code, output and the files made."""

    def run(*changes):
        texts = {"pyproject.toml": PYPROJECT, "bad.cdef.h": CDEF, "prelude.c": PRELUDE}
        for file, old, new in changes:
            assert old in texts[file]
            texts[file] = texts[file].replace(old, new)
        project = write_files(tmp_path / "project", texts)
        code, output = run_hook("build_wheel", project, tmp_path / "out")
        return code, output, names_below(tmp_path / "out")

    return run


def test_a_real_frontend_passes_the_message_and_the_exit_code_on(tmp_path, write_files):
    project = write_files(tmp_path / "project", {"pyproject.toml": PYPROJECT + "librarys = []\n"})
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path / "out"), str(project)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")
    assert done.returncode == 1
    assert "pyproject.toml: tool.cffi.modules[0].librarys: unknown key (did you mean 'libraries'?)" in done.stdout
    assert not list(tmp_path.glob("out/*"))


def test_the_project_without_a_mistake_is_built(build):
    code, output, made = build()
    assert code == 0, output
    assert len(made) == 1


@pytest.mark.parametrize(
    ("change", "messages"),
    [
        pytest.param(
            ("pyproject.toml", CODE, CODE + 'librarys = ["m"]\n'),
            [
                "pyproject.toml: tool.cffi.modules[0].librarys: unknown key (did you mean 'libraries'?)",
                '   13 | librarys = ["m"]',
            ],
            id="unknown key",
        ),
        pytest.param(
            ("bad.cdef.h", "int add(int, int);", "int add(int, int;"),
            ["bad.cdef.h:6:", "int add(int, int;"],
            id="syntax error in the declarations",
        ),
        pytest.param(
            ("bad.cdef.h", "int add(int, int);", "int add(integer, int);"),
            ["bad.cdef.h:6:9: error: ", "'integer'", "    6 | int add(integer, int);"],
            id="unknown type in the declarations",
        ),
        pytest.param(
            ("prelude.c", PRELUDE, "#include <zlib-of-nowhere.h>\n" + PRELUDE),
            ["prelude.c:1:", "zlib-of-nowhere.h", "apt-file search zlib-of-nowhere.h"],
            id="missing header",
        ),
        pytest.param(
            ("bad.cdef.h", "    int y;", "    float y;"),
            ["bad.cdef.h:4:", "error"],
            id="wrong type of a field",
        ),
        pytest.param(
            ("bad.cdef.h", "    int y;", "    long y;"),
            ["bad.cdef.h:4:", "field 'y' of 'struct point'"],
            id="wrong size of a field",
        ),
        pytest.param(
            ("bad.cdef.h", "    int y;", "    int z;"),
            ["bad.cdef.h:4:", "the cdef gives the struct a field 'z' that it does not have in C"],
            id="field that is not there",
        ),
        pytest.param(
            ("bad.cdef.h", "LIMIT 10", "LIMIT 11"),
            ["bad.cdef.h:1:", "'LIMIT' is not 11 in C, as the cdef says", "leave it to the C compiler: '#define LIMIT ...'"],
            id="wrong value of a constant",
        ),
        pytest.param(
            ("bad.cdef.h", "int add(int, int);", "int add(int, char *);"),
            ["bad.cdef.h:6:", "error"],
            id="wrong type of a function",
        ),
        pytest.param(
            ("bad.cdef.h", "int add(", "int sub("),
            ["bad.cdef.h:6:", "if the cdef declares 'sub': #include its header in 'source'"],
            id="function that is not there",
        ),
        pytest.param(
            ("pyproject.toml", CODE, CODE + 'libraries = ["of-nowhere"]\n'),
            ["cannot find -lof-nowhere", "check the spelling in 'libraries'"],
            id="missing library",
        ),
        pytest.param(
            ("pyproject.toml", CODE, 'source = "#error here"\n'),
            ["pyproject.toml:12:", "#error here"],
            id="error in C code that stands in pyproject.toml",
        ),
        pytest.param(
            ("pyproject.toml", DECLARED, 'cdef = "int add(int; int);"\n'),
            ["pyproject.toml:11:", "int add(int; int);"],
            id="error in declarations that stand in pyproject.toml",
        ),
        pytest.param(
            ("pyproject.toml", "version = ", "version "),
            ["pyproject.toml", "line 7"],
            id="broken TOML",
        ),
    ],
)
def test_a_mistake_gives_one_message_exit_code_1_and_no_wheel(build, change, messages):
    code, output, made = build(change)
    assert code == 1, output
    for message in messages:
        assert message in output, output
    assert "Traceback" not in output
    assert made == []
