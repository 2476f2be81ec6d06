"""What manylinux and musllinux tags promise, against what files need; auditwheel's policies are the judge of the names."""

import json
from pathlib import Path

import pytest

from cffi_build.compile import c_library
from cffi_build.compile.binary import Binary


def file(*needed, versions=()):
    return Binary("elf", frozenset(["x86_64"]), frozenset(), needed, frozenset(versions))


def test_every_library_that_auditwheels_policy_takes_for_granted_is_known():
    auditwheel = pytest.importorskip("auditwheel")
    policies = json.loads((Path(auditwheel.__file__).parent / "policy" / "manylinux-policy.json").read_text())
    promised = next(policy["lib_whitelist"] for policy in policies if policy["name"] == "manylinux_2_17")
    assert c_library.foreign(file(*promised), "manylinux_2_17_x86_64", set()) == ()


def test_other_libraries_are_foreign_unless_the_wheel_brings_them():
    found = file("libc.so.6", "libsodium.so.23", "libown.so")
    assert c_library.foreign(found, "manylinux_2_28_x86_64", {"libown.so"}) == ("libsodium.so.23",)
    assert c_library.foreign(found, "linux_x86_64", set()) == ()
    assert c_library.foreign(file("libc.so", "libz.so.1"), "musllinux_1_2_x86_64", set()) == ("libz.so.1",)


@pytest.mark.parametrize(
    "platform, said",
    [
        ("manylinux_2_17_x86_64", ["it needs glibc 2.28"]),
        ("manylinux2014_x86_64", ["it needs glibc 2.28"]),
        ("manylinux_2_28_x86_64", []),
        ("musllinux_1_2_x86_64", ["it is linked with glibc"]),
        ("linux_x86_64", []),
    ],
)
def test_a_file_that_needs_a_newer_or_another_c_library_is_refused(platform, said):
    assert list(c_library.too_new(file("libc.so.6", versions=["GLIBC_2.2.5", "GLIBC_2.28", "GCC_3.0"]), platform)) == said
