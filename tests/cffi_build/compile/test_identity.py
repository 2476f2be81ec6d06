"""What compilers and linkers say of themselves."""

import shutil
import subprocess
import sys

import pytest

from cffi_build.compile import identity

PROGRAM = "from cffi_build.compile import identity; print(identity.compiler(['cc', '-c']).text, identity.linker(['cc', '-shared']).text)"


def test_a_tool_is_the_same_in_every_process():
    texts = {subprocess.run([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, check=True).stdout for _ in range(2)}
    assert len(texts) == 1


@pytest.mark.parametrize("name", ["gcc", "clang"])
def test_gcc_and_clang_are_known(name):
    if shutil.which(name) is None:
        pytest.skip(f"no {name} here")
    tool = identity.compiler([name, "-c", "x.c"])
    assert tool.file_prefix_map
    assert tool.dependency_file
    assert name in tool.text


def test_the_words_of_cc_are_the_compiler(monkeypatch):
    monkeypatch.setenv("CC", f"{sys.executable} -m no_such_compiler")
    assert identity.compiler([sys.executable, "-m", "no_such_compiler", "-c", "x.c"]).text == ""
    monkeypatch.setenv("CC", "env gcc")
    assert "gcc" in identity.compiler(["env", "gcc", "-c", "x.c"]).text


def test_a_program_that_cannot_be_asked_has_no_identity():
    assert identity.compiler(["no-such-compiler"]) == identity.Tool("")
    assert identity.linker(["true"]).dependency_file is False
