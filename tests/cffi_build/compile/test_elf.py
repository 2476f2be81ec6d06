"""What we read in ELF files, compared with nm and readelf."""

import re
import shutil
import subprocess

import pytest

from cffi_build.compile import elf

CODE = """
extern int other(void) __attribute__((weak));
extern int value;
double cos(double);
int own(int x) { return (int)cos(x) + value + (other ? other() : 0); }
"""


@pytest.fixture
def library(tmp_path):
    if shutil.which("readelf") is None:
        pytest.skip("no readelf here: apt-get install binutils")
    (tmp_path / "a.c").write_text(CODE, encoding="utf-8")
    options = ["-shared", "-fPIC", "-O1", "-Wl,--no-as-needed", "-Wl,-rpath,$ORIGIN/lib:/opt/lib", "-Wl,--hash-style=gnu"]
    subprocess.run(["cc", *options, "-o", "a.so", "a.c", "-lm"], cwd=tmp_path, check=True)
    return tmp_path / "a.so"


def printed(*command):
    return subprocess.run([*map(str, command)], stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout


def names(text):
    return {line.split()[-1].partition("@")[0] for line in text.splitlines()}


def test_symbols_are_those_of_nm_and_weak_ones_are_not_required(library):
    found = elf.read(library.read_bytes())
    assert found.defined >= names(printed("nm", "-D", "--defined-only", library)) >= {"own"}
    assert found.undefined == names(printed("nm", "-D", "--undefined-only", library))
    assert {"cos", "value"} <= found.required
    assert "other" in found.undefined - found.required


def test_needed_libraries_folders_and_versions_are_those_of_readelf(library):
    found = elf.read(library.read_bytes())
    text = printed("readelf", "-dVW", library)
    assert list(found.needed) == re.findall(r"\(NEEDED\).*\[(.*)\]", text)
    assert "libm.so.6" in found.needed
    assert found.search == ("$ORIGIN/lib", "/opt/lib")
    assert found.versions == set(re.findall(r"Name: (GLIBC_\S+) ", text))
