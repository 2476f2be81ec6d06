"""pkg-config: sorting its words, and what is said when it or a package is missing."""

import subprocess

import pytest

from cffi_build.compile import pkgconfig
from cffi_build.errors import PkgConfigError


def test_words_are_sorted_into_what_an_extension_takes():
    flags = pkgconfig.parse("-I/a -I/b -DX -DY=2 -pthread", "-L/lib -lfoo -lbar -Wl,-rpath,/lib")
    assert flags == pkgconfig.Flags(
        include_dirs=("/a", "/b"),
        macros=(("X", None), ("Y", "2")),
        library_dirs=("/lib",),
        libraries=("foo", "bar"),
        compile_args=("-pthread",),
        link_args=("-Wl,-rpath,/lib",),
    )


def test_quoted_words_keep_their_spaces():
    assert pkgconfig.parse('"-I/a folder" -DNAME=\\"x\\"', "").macros == (("NAME", '"x"'),)


def test_a_real_package_gives_what_pkg_config_prints():
    flags = pkgconfig.query(["libffi >= 3.0"])
    words = subprocess.run(["pkg-config", "--libs-only-l", "libffi"], stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout.split()
    assert [f"-l{name}" for name in flags.libraries] == words


def test_an_unknown_package_is_named_with_where_to_look_for_it():
    with pytest.raises(PkgConfigError, match=r"does not find 'no-such-thing >= 2'.*\n.*apt-file search no-such-thing\.pc"):
        pkgconfig.query(["no-such-thing >= 2"])


def test_a_package_that_is_too_old_is_named_with_both_versions():
    with pytest.raises(PkgConfigError, match=r"does not find 'libffi >= 999': .*version .*\d\.\d"):
        pkgconfig.query(["libffi >= 999"])


def test_an_absent_program_is_named_with_how_to_get_it(monkeypatch):
    monkeypatch.setenv("PKG_CONFIG", "/nowhere/pkg-config")
    with pytest.raises(PkgConfigError, match=r"/nowhere/pkg-config: cannot be run: .*apt-get install pkg-config"):
        pkgconfig.query(["zlib"])
