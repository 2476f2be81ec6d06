"""What is said about a failed build. The compilers' messages are made by the compilers, here and now."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from cffi_build.compile import diagnose, remedies
from cffi_build.compile.driver import Result
from cffi_build.compile.plan import Command, Step

COMPILERS = [name for name in ("gcc", "clang") if shutil.which(name)]


@pytest.fixture(params=COMPILERS)
def complaint(request, tmp_path):
    """Compile (and link) a text that must fail; return what the compiler prints."""

    def run(text, *options):
        source = tmp_path / "mod.c"
        source.write_text(text, encoding="utf-8")
        command = [request.param, "-shared", "-fPIC", "-Werror=implicit-function-declaration", str(source), "-o", str(tmp_path / "mod.so")]
        environment = {"LC_ALL": "C", "PATH": os.environ["PATH"]}
        done = subprocess.run([*command, *options], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")
        assert done.returncode, done.stdout
        return done.stdout

    return run


def told(output, *, generated=True):
    """The first error and what is said about it."""
    error = diagnose.errors(output)[0]
    return error, remedies.remedy(error.message if error.place else str(error), generated=generated)


def test_a_missing_header_names_the_packages_that_bring_it(complaint, monkeypatch):
    monkeypatch.setitem(remedies.PACKAGES, "no/such.h", ("libsuch-dev", "such-devel", "such"))
    error, answer = told(complaint("#include <no/such.h>\n"), generated=False)
    assert "no/such.h" in error.message
    assert answer.startswith("install it: apt-get install libsuch-dev | dnf install such-devel | brew install such;")


def test_an_unknown_missing_header_says_how_to_search(complaint):
    error, answer = told(complaint("#include <foo/no_such.h>\n"))
    assert "no_such.h" in error.message
    assert "apt-file search no_such.h" in answer


def test_a_missing_library_is_named(complaint):
    error, answer = told(complaint("int x;\n", "-lno_such_lib"))
    assert "no_such_lib" in error.message
    assert "libno_such_lib.so" in answer


def test_an_undefined_symbol_is_named(complaint):
    _, answer = told(complaint("int far_away(void); int f(void) { return far_away(); }\n", "-Wl,-z,defs"))
    assert "'far_away'" in answer


@pytest.mark.parametrize("use", ["int f(void) { return missing_thing; }\n", "int f(void) { return missing_thing(); }\n"])
def test_a_name_that_the_c_code_lacks_points_to_cdef_and_prelude(complaint, use):
    error, answer = told(complaint(use))
    assert answer.startswith("if the cdef declares 'missing_thing': #include its header in 'source'")
    assert re.search(r"mod\.c:1$", error.place)


def test_advice_about_the_cdef_is_given_for_the_generated_file_only(complaint):
    assert told(complaint("int f(void) { return missing_thing; }\n"), generated=False)[1] is None


def test_a_field_that_the_struct_lacks_is_named(complaint):
    _, answer = told(complaint("struct s { int a; }; int f(struct s *p) { return p->wrong; }\n"))
    assert "field 'wrong'" in answer


def test_a_field_of_another_type_is_told_with_both_types(complaint):
    text = "struct s { int a; }; void f(struct s *p) { const volatile float *q = &p->a; (void)q; }\n"
    _, answer = told(complaint(text, "-Werror=incompatible-pointer-types"))
    assert answer == "the cdef says 'float', C says 'int': correct the cdef"


@pytest.mark.parametrize("ctype", ["double", "char *"])
def test_a_constant_that_is_no_integer_is_told_how_to_be_declared(complaint, ctype):
    _, answer = told(complaint(f"extern {ctype} c; int f(void) {{ return (c) | 0; }}\n"))
    assert answer.startswith(f"the cdef takes this for an integer, in C it is of type '{ctype}'; a constant of another type")


def test_a_failed_check_of_ours_is_told_in_its_own_words_at_the_line_of_the_cdef(complaint):
    text = "#define _cffi_check_x(c, m) _Static_assert(c, m);\n#line 7 \"my.cdef.h\"\n_cffi_check_x(1 == 2, \"'N' is not 1\")\n"
    error, _ = told(complaint(text))
    assert str(error) == "my.cdef.h:7: error: 'N' is not 1"


def test_an_absent_compiler_is_named():
    _, answer = told("gcc-99: cannot be run: No such file or directory\n")
    assert "no compiler 'gcc-99' here" in answer


def test_messages_of_microsoft_s_tools_are_understood():
    error, answer = told("mod.c(3): fatal error C1083: Cannot open include file: 'no.h': No such file or directory\n")
    assert error.place == "mod.c:3"
    assert "apt-file search no.h" in answer
    assert "libmissing.so" in told("LINK : fatal error LNK1181: cannot open input file 'missing.lib'\n")[1]


def failed(output, module="pkg._mod"):
    command = Command(("cc", "-c", "src/mod.c"))
    return Result(Step("compile", module, ("src/mod.c",), "obj/mod.o", (command,), generated=True), 1, output)


def test_the_message_names_step_module_error_remedy_and_a_log_that_has_everything(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    text = "src/mod.c:3:5: warning: meh\nsrc/mod.c:4:1: error: 'q' undeclared (first use in this function)\nand more\n"
    lines = diagnose.explain([failed(text), failed("no colon here\n", "pkg._other")]).splitlines()
    assert lines[0] == "cc src/mod.c: failed (module pkg._mod)"
    assert lines[1] == "  src/mod.c:4: error: 'q' undeclared (first use in this function)"
    assert lines[2].startswith("    if the cdef declares 'q'")
    assert lines[3:5] == ["cc src/mod.c: failed (module pkg._other)", "  exit status 1"]
    log = Path(lines[5].rpartition(" ")[2])
    assert "$ cc -c src/mod.c\n" + text in log.read_text(encoding="utf-8")


def test_further_errors_are_shown_only_where_we_know_them(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    text = "a.c:1:1: error: odd\na.c:2:1: error: odder\na.c:3:1: error: 'q' undeclared\n"
    lines = diagnose.explain([failed(text)]).splitlines()
    assert [line for line in lines if line.startswith("  a.c")] == ["  a.c:1: error: odd", "  a.c:3: error: 'q' undeclared"]
    assert "  and 1 more" in lines
