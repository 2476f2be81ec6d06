import subprocess
import sys

import pytest

from cffi.gen_src import main

SCRIPT = """
from cffi import FFI
from helper_of_gen_src_test import CODE
def make():
    ffi = FFI()
    ffi.cdef("int square(int n);")
    ffi.set_source("pkg._square", CODE)
    return ffi
ffibuilder = make()
other = 42
"""


@pytest.fixture
def script(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "helper_of_gen_src_test.py").write_text("CODE = '#include \"square.h\"'\n")
    path = tmp_path / "build_script.py"
    path.write_text(SCRIPT)
    return str(path)


@pytest.mark.parametrize("options", [[], ["--ffi-var", "make"]])
def test_a_script_gives_the_ffi_object_or_a_function_that_makes_it(script, tmp_path, options):
    assert main(["exec-python", *options, script, str(tmp_path / "out.c")]) == 0
    text = (tmp_path / "out.c").read_text()
    assert '#include "square.h"' in text
    assert "pkg._square" in text


def test_the_same_module_comes_from_two_files_or_standard_input(tmp_path, monkeypatch, capsys, script):
    (tmp_path / "cdef.txt").write_text("int square(int n);\n")
    (tmp_path / "code.c").write_text('#include "square.h"')
    main(["read-sources", "pkg._square", str(tmp_path / "cdef.txt"), str(tmp_path / "code.c"), str(tmp_path / "files.c")])
    main(["exec-python", script, str(tmp_path / "script.c")])
    assert (tmp_path / "files.c").read_text() == (tmp_path / "script.c").read_text()
    with (tmp_path / "cdef.txt").open() as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        main(["read-sources", "pkg._square", "-", str(tmp_path / "code.c"), "-"])
    assert capsys.readouterr().out == (tmp_path / "files.c").read_text()


def test_a_missing_or_wrong_variable_is_named(script, tmp_path):
    with pytest.raises(NameError, match=r"'nowhere' is not defined in .*build_script"):
        main(["exec-python", "--ffi-var", "nowhere", script, "-"])
    with pytest.raises(TypeError, match=r"'other' is not an instance of cffi\.api\.FFI"):
        main(["exec-python", "--ffi-var", "other", script, "-"])


@pytest.mark.parametrize(("arguments", "words"), [
    ([], "a subcommand is required"), (["read-sources", "m", "-", "-", "-"], "are the same file"),
])  # fmt: skip
def test_a_wrong_command_line_ends_with_what_is_wrong(arguments, words, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert words in capsys.readouterr().err


def test_help_names_the_way_it_was_called(run_python):
    done = subprocess.run([sys.executable, "-m", "cffi.gen_src", "--help"], stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout.startswith("usage: python -m cffi.gen_src ")
