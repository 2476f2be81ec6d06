"""Projects whose pyproject.toml, declarations or build script are wrong: exit code 1, a message that says what to do, nothing left."""

import os
import sys

import pytest

HEAD = """
[build-system]
requires = ["cffi"]
build-backend = "cffi_build"
[project]
name = "bad"
version = "1.0"
"""
MODULE = '[[tool.cffi.modules]]\nname = "_bad"\n'
CDEF, SOURCE = 'cdef = "int f(int);"\n', 'source = "static int f(int x) { return x; }"\n'
GOOD = MODULE + CDEF + SOURCE
SCRIPTED = MODULE + 'build-script = "build_bad.py:ffi"\n'
FFI = "from cffi import FFI\nffi = FFI()\nffi.cdef('int f(int);')\n"
OTHER = '[[tool.cffi.modules]]\nname = "_other"\ncdef = ""\nsource = ""\n'
ABI = '[[tool.cffi.modules]]\nname = "_abi"\nmode = "abi"\ncdef = ""\n'
NEXT = f"3.{sys.version_info[1] + 1}"


def case(name, text, *messages, files=None, environment=None):
    return pytest.param(text, files or {}, environment or {}, messages, id=name)


def key(line):
    """The good module with one more line."""
    return GOOD + line + "\n"


CASES = [
    # ---- TOML
    case("broken TOML", "[[tool.cffi.modules]\n", "pyproject.toml: not valid TOML: ", "line 8"),
    case("a key twice", key('cdef = ""'), "pyproject.toml: not valid TOML: ", "line 12"),
    case("no metadata of a project", "dependencies = 3\n" + GOOD, "invalid pyproject.toml config: `project.dependencies`"),
    case("a table for a list of tables", '[tool.cffi.modules]\nname = "m"\n', "tool.cffi.modules: expected an array, got a table"),
    case("a number for a module", "[tool.cffi]\nmodules = [1]\n", "tool.cffi.modules[0]: expected a table, got an integer: 1"),
    case("a number for everything", "[tool]\ncffi = 3\n", "tool.cffi: expected a table, got an integer: 3"),
    case("nothing to build", "[tool.cffi]\njobs = 1\n", "no module to build: add a [[tool.cffi.modules]] table"),
    case("no table", "", "no [[tool.cffi.modules]] table: there is nothing for cffi_build to build"),
    # ---- keys
    case("unknown key", key('librarys = ["m"]'), "modules[0].librarys: unknown key (did you mean 'libraries'?)", '| librarys = ["m"]'),
    case("unknown key above", "[tool.cffi]\njob = 2\n" + GOOD, "tool.cffi.job: unknown key (did you mean 'jobs'?)"),
    case("project key in a module", key("jobs = 2"), "modules[0].jobs: unknown key"),
    case("name missing", "[[tool.cffi.modules]]\n" + CDEF + SOURCE, "the key 'name' is missing"),
    case("name with a space", GOOD.replace("_bad", "a b"), "expected the dotted name of a module", "got 'a b'"),
    case("name with two dots", GOOD.replace("_bad", "a..b"), "expected the dotted name of a module"),
    case("name of a file", GOOD.replace("_bad", "pkg/_bad"), "expected the dotted name of a module"),
    case("name is a number", GOOD.replace('"_bad"', "3"), "modules[0].name: expected the dotted name of a module"),
    case("two modules of one name", GOOD * 2, "modules[1].name: there is already a module '_bad': tool.cffi.modules[0]"),
    case("declarations missing", MODULE + SOURCE, "the declarations are missing: give 'cdef' (text), 'cdef-files' or 'headers'"),
    case("C code missing", MODULE + CDEF, "the C prelude is missing: give 'source'"),
    case("C code twice", key('source-file = "x.c"'), "give 'source' or 'source-file', not both", files={"x.c": ""}),
    case("cdef is a number", MODULE + "cdef = 1\n" + SOURCE, "modules[0].cdef: expected a string, got an integer: 1"),
    case("a list is a string", key('libraries = "m"'), "modules[0].libraries: expected an array, got a string: 'm'"),
    case("a list has a number", key('libraries = ["m", 1]'), "modules[0].libraries[1]: expected a string, got an integer: 1"),
    case("unknown mode", key('mode = "apy"'), 'expected "api" or "abi", got \'apy\' (did you mean \'api\'?)'),
    case("unknown language", key('language = "rust"'), 'expected "c" or "c++", got \'rust\''),
    case("limited-api is true", key("limited-api = true"), 'expected "auto", false, or a Python version such as "3.9", got true'),
    case("limited-api of Python 2", key('limited-api = "2.7"'), 'expected "auto", false, or a Python version'),
    case("limited-api of the future", key(f'limited-api = "{NEXT}"'), f"use {NEXT} or later, or ask for less"),
    case("macros are a list", key('define-macros = ["A"]'), "expected a table such as { NAME"),
    case("no name of a macro", key('define-macros = { "A-B" = "1" }'), "define-macros.A-B: not the name of a C macro"),
    case("macro is false", key("define-macros = { A = false }"), "true for a macro without a value, got a boolean: false"),
    case("stubs is a string", key('stubs = "no"'), "modules[0].stubs: expected true or false, got a string: 'no'"),
    case("no jobs", "[tool.cffi]\njobs = 0\n" + GOOD, "tool.cffi.jobs: expected an integer from 1 up, got 0"),
    case("jobs is true", "[tool.cffi]\njobs = true\n" + GOOD, "tool.cffi.jobs: expected an integer, got a boolean: true"),
    case("schema of the future", "[tool.cffi]\nschema = 2\n" + GOOD, "tool.cffi.schema: expected 1, got 2"),
    case("unknown launcher", '[tool.cffi]\ncompiler-launcher = "make"\n' + GOOD, 'expected "ccache" or "sccache" or "distcc"'),
    case("requirement of something else", '[tool.cffi]\nruntime-requirement = "x"\n' + GOOD, "expected a requirement such as 'cffi>=1.17'"),
    case("libraries in ABI mode", MODULE + CDEF + 'mode = "abi"\nlibraries = ["m"]\n', 'means nothing with mode = "abi"'),
    # ---- conditions and settings
    case("condition without a marker", key('when = [{ libraries = ["m"] }]'), "when[0]: the key 'if' is missing"),
    case("no marker", key('when = [{ if = "windows" }]'), "when[0].if: not a marker of PEP 508"),
    case("a wrong key in a condition", key("when = [{ if = \"os_name == 'x'\", lib = 1 }]"), "when[0].lib: unknown key"),
    case("wrong variable", GOOD, "CFFI_BUILD_JOB: unknown setting (did you mean 'CFFI_BUILD_JOBS'?)", environment={"CFFI_BUILD_JOB": "1"}),
    case("wrong value of a variable", GOOD, "CFFI_BUILD_STUBS: expected true or false", environment={"CFFI_BUILD_STUBS": "maybe"}),
    # ---- files
    case("no file of declarations", MODULE + SOURCE + 'cdef-files = ["no.h"]\n', "no such file: 'no.h' (looked for "),
    case("no file matches", MODULE + SOURCE + 'cdef-files = ["no*.h"]\n', "no file matches 'no*.h' in "),
    case("no C file", key('sources = ["no.c"]'), "no such file: 'no.c'"),
    case("no prelude", MODULE + CDEF + 'source-file = "no.c"\n', "no such file: 'no.c'"),
    case("the prelude is a folder", MODULE + CDEF + 'source-file = "csrc"\n', "no such file: 'csrc'", files={"csrc/x.c": ""}),
    case("no folder", key('include-dirs = ["nowhere"]'), "no such folder: 'nowhere'"),
    case("out of the project", key('sources = ["../up.c"]'), "'../up.c' is outside the project folder; use a relative name inside it"),
    case("out and in again", key('depends = ["csrc/../../bad.c"]'), "is outside the project folder", files={"csrc/x.c": ""}),
    case("absolute name", key('sources = ["/etc/passwd"]'), "'/etc/passwd' is outside the project folder"),
    case("out through a link", key('sources = ["link/passwd"]'), "is outside the project folder", files={"link": "-> /etc"}),
    case("script out of the project", MODULE + 'build-script = "../x.py:ffi"\n', "is outside the project folder"),
    case("declarations not UTF-8", MODULE + SOURCE + 'cdef-files = ["b.h"]\n', "b.h: not UTF-8: ", files={"b.h": b"int f(int); // \xe9\n"}),
    case("prelude not UTF-8", MODULE + CDEF + 'source-file = "b.c"\n', "b.c: not UTF-8: ", files={"b.c": b"// \xff\n"}),
    case("no bill of materials", '[tool.cffi]\nsbom-files = ["no.json"]\n' + GOOD, "tool.cffi.sbom-files[0]: no such file: 'no.json'"),
    case("vendored without a version", '[tool.cffi]\nvendored = [{ name = "z" }]\n' + GOOD, "vendored[0]: the key 'version' is missing"),
    # ---- other modules
    case("includes itself", key('include = ["_bad"]'), "modules cannot include one another: _bad → _bad"),
    case("include one another", key('include = ["_other"]') + OTHER + 'include = ["_bad"]\n', "_bad → _other → _bad"),
    case("includes nothing that is there", key('include = ["_nowhere"]'), "_nowhere"),
    case("includes another mode", key('include = ["_abi"]') + ABI, "only modules of the same mode can be included"),
    # ---- declarations
    case("syntax", MODULE + SOURCE + 'cdef = "int f(int;"\n', "pyproject.toml:11:"),
    case("unknown type", MODULE + SOURCE + 'cdef = "int f(integer);"\n', "pyproject.toml:11:", "'integer'"),
    case("declared twice", MODULE + SOURCE + 'cdef = "int f(int); long f(int);"\n', "pyproject.toml:11:"),
    case("#include", MODULE + SOURCE + "cdef = '#include <stdio.h>'\n", "pyproject.toml:11:", "#include"),
    case("nested too deeply", MODULE + SOURCE + f'cdef = "int {"(" * 4000}f{")" * 4000}(int);"\n', "pyproject.toml:11:"),
    case("too large", MODULE + SOURCE + 'cdef = "typedef char t[1 << 70];"\n', "pyproject.toml:11:"),
    case("hold-gil of no function", key('hold-gil = ["g"]'), "no function of the declarations is called 'g'"),
    # ---- build scripts
    case("no script", SCRIPTED, "no such file: 'build_bad.py'"),
    case("script without a variable", MODULE + 'build-script = "build_bad.py"\n', "expected a script and a variable in it"),
    case("script and declarations", SCRIPTED + CDEF, "cdef: means nothing beside 'build-script'", files={"build_bad.py": FFI}),
    case("script raises", SCRIPTED, "line 1, in <module>", "KeyError: 'x'", files={"build_bad.py": "{}['x']\n"}),
    case("script ends the process", SCRIPTED, "ended the process with exit code 0", files={"build_bad.py": "raise SystemExit(0)\n"}),
    case("script is no Python", SCRIPTED, "SyntaxError", files={"build_bad.py": "def f(:\n"}),
    case("no source is set", SCRIPTED, "no set_source() was called on this FFI object", files={"build_bad.py": FFI}),
    case("script lacks the variable", SCRIPTED, "build_bad.py: defines no 'ffi'", files={"build_bad.py": "x = 1\n"}),
    case("variable is no FFI", SCRIPTED, "build_bad.py:ffi is not an FFI object but a int", files={"build_bad.py": "ffi = 1\n"}),
    case("another name", SCRIPTED, "set_source() says '_x', but name = '_bad'", files={"build_bad.py": FFI + "ffi.set_source('_x', '')\n"}),
    case("another mode", SCRIPTED, 'say mode = "abi"', files={"build_bad.py": FFI + "ffi.set_source('_bad', None)\n"}),
]


@pytest.mark.parametrize(("text", "files", "environment", "messages"), CASES)
def test_a_wrong_project_gives_exit_code_1_a_message_that_says_what_to_do_and_nothing_is_left(
    run_hook, names_below, write_files, tmp_path, text, files, environment, messages
):
    project = write_files(tmp_path / "project", {"pyproject.toml": HEAD + text, **files})
    scratch = write_files(tmp_path / "scratch", {})
    before = names_below(project)
    code, output = run_hook("build_wheel", project, tmp_path / "out", environment={"TMPDIR": str(scratch), **environment})
    assert code == 1, output
    for message in messages:
        assert message in output, output
    assert "Traceback" not in output
    assert names_below(project) == before
    assert names_below(scratch) == names_below(tmp_path / "out") == []


def test_there_are_at_least_sixty_of_them_and_the_project_without_a_mistake_is_built(run_hook, names_below, write_files, tmp_path):
    assert len(CASES) >= 60
    write_files(tmp_path / "project", {"pyproject.toml": HEAD + GOOD})
    code, output = run_hook("build_wheel", tmp_path / "project", tmp_path / "out")
    assert (code, len(names_below(tmp_path / "out"))) == (0, 1), output


def test_a_pyproject_that_is_not_utf_8_is_told(run_hook, write_files, tmp_path):
    write_files(tmp_path / "project", {"pyproject.toml": HEAD.encode() + b"# \xff\n" + GOOD.encode()})
    code, output = run_hook("build_wheel", tmp_path / "project", tmp_path / "out")
    assert (code, output) == (1, "pyproject.toml: not UTF-8: invalid start byte at byte 106\n")


def test_the_hooks_that_only_tell_requirements_read_nothing(run_hook, write_files, tmp_path):
    write_files(tmp_path / "project", {"pyproject.toml": HEAD + "[[["})
    for kind in ("wheel", "sdist", "editable"):
        assert run_hook(f"get_requires_for_build_{kind}", tmp_path / "project", environment={"PATH": os.devnull})[0] == 0
