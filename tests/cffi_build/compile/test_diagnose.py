"""What is said about a failed build. The compilers' messages are made by the compilers, here and now."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from cffi_build.compile import diagnose
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


def test_a_missing_header_names_the_packages_that_bring_it(complaint, monkeypatch):
    monkeypatch.setitem(diagnose.PACKAGES, "no/such.h", ("libsuch-dev", "such-devel", "such"))
    output = complaint("#include <no/such.h>\n")
    assert "no/such.h" in diagnose.first_error(output)
    assert diagnose.remedy(output).startswith("install it: apt-get install libsuch-dev | dnf install such-devel | brew install such;")


def test_an_unknown_missing_header_says_how_to_search(complaint):
    output = complaint("#include <foo/no_such.h>\n")
    assert "no_such.h" in diagnose.first_error(output)
    assert "apt-file search no_such.h" in diagnose.remedy(output)


def test_a_missing_library_is_named(complaint):
    output = complaint("int x;\n", "-lno_such_lib")
    assert "no_such_lib" in diagnose.first_error(output)
    assert "libno_such_lib.so" in diagnose.remedy(output)


def test_an_undefined_symbol_is_named(complaint):
    output = complaint("int far_away(void); int f(void) { return far_away(); }\n", "-Wl,-z,defs")
    assert "'far_away'" in diagnose.remedy(output)


@pytest.mark.parametrize("use", ["int f(void) { return missing_thing; }\n", "int f(void) { return missing_thing(); }\n"])
def test_a_name_that_the_c_code_lacks_points_to_cdef_and_prelude(complaint, use):
    output = complaint(use)
    assert "the cdef declares 'missing_thing', the C code does not" in diagnose.remedy(output)
    assert re.search(r"mod\.c:1:", diagnose.first_error(output))


def test_a_field_that_the_struct_lacks_is_named(complaint):
    output = complaint("struct s { int a; }; int f(struct s *p) { return p->wrong; }\n")
    assert "field 'wrong'" in diagnose.remedy(output)


def test_an_absent_compiler_is_named():
    assert "no compiler 'gcc-99' here" in diagnose.remedy("gcc-99: cannot be run: No such file or directory\n")


def failed(output, module="pkg._mod"):
    step = Step("compile", module, ("src/mod.c",), "obj/mod.o", (Command(("cc", "-c", "src/mod.c")),))
    return Result(step, 1, output)


def test_the_message_names_step_module_first_error_remedy_and_a_log_that_has_everything(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    text = "src/mod.c:3:5: warning: meh\nsrc/mod.c:4:1: error: 'q' undeclared (first use in this function)\nand more\n"
    lines = diagnose.explain([failed(text), failed("no colon here\n", "pkg._other")]).splitlines()
    assert lines[0] == "cc src/mod.c: failed (module pkg._mod)"
    assert lines[1] == "  src/mod.c:4:1: error: 'q' undeclared (first use in this function)"
    assert lines[2].startswith("  → the cdef declares 'q'")
    assert lines[3:5] == ["cc src/mod.c: failed (module pkg._other)", "  exit status 1"]
    log = Path(lines[5].rpartition(" ")[2])
    assert "$ cc -c src/mod.c\n" + text in log.read_text(encoding="utf-8")
