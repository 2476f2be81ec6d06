"""Triples and platforms: what compilers, Python and wheels call the same machine."""

import pytest

from cffi_build.config import target

# triple: sysconfig.get_platform() there, platform tag, zig's triple, end of an extension module's name for CPython 3.11
KNOWN = {
    "aarch64-linux-gnu": ("linux-aarch64", "linux_aarch64", "aarch64-linux-gnu", ".cpython-311-aarch64-linux-gnu.so"),
    "aarch64-unknown-linux-gnu": ("linux-aarch64", "linux_aarch64", "aarch64-linux-gnu", ".cpython-311-aarch64-linux-gnu.so"),
    "x86_64-linux-gnu.2.17": ("linux-x86_64", "manylinux_2_17_x86_64", "x86_64-linux-gnu.2.17", ".cpython-311-x86_64-linux-gnu.so"),
    "x86_64-linux-musl": ("linux-x86_64", "musllinux_1_2_x86_64", "x86_64-linux-musl", ".cpython-311-x86_64-linux-musl.so"),
    "i386-linux-gnu": ("linux-i686", "linux_i686", "x86-linux-gnu", ".cpython-311-i386-linux-gnu.so"),
    "arm-linux-gnueabihf": ("linux-armv7l", "linux_armv7l", "arm-linux-gnueabihf", ".cpython-311-arm-linux-gnueabihf.so"),
    "x86_64-windows-gnu": ("win-amd64", "win_amd64", "x86_64-windows-gnu", ".cp311-win_amd64.pyd"),
    "x86_64-w64-mingw32": ("win-amd64", "win_amd64", "x86_64-windows-gnu", ".cp311-win_amd64.pyd"),
    "i686-w64-mingw32": ("win32", "win32", "x86-windows-gnu", ".cp311-win32.pyd"),
    "aarch64-macos": ("macosx-11.0-arm64", "macosx_11_0_arm64", "aarch64-macos.11.0", ".cpython-311-darwin.so"),
    "aarch64-macos.13": ("macosx-13.0-arm64", "macosx_13_0_arm64", "aarch64-macos.13.0", ".cpython-311-darwin.so"),
    "x86_64-apple-darwin20": ("macosx-11.0-x86_64", "macosx_11_0_x86_64", "x86_64-macos.11.0", ".cpython-311-darwin.so"),
}


@pytest.mark.parametrize("triple", KNOWN)
def test_a_triple_says_the_platform_of_python_of_wheels_of_zig_and_of_file_names(triple):
    found = target.parse(triple)
    assert (found.platform, found.wheel_platform, found.for_zig, found.suffix("311", limited=False)) == KNOWN[triple]


def test_modules_of_the_stable_abi_have_its_name_or_on_windows_none():
    assert target.parse("aarch64-linux-gnu").suffix("311", limited=True) == ".abi3.so"
    assert target.parse("x86_64-windows-gnu").suffix("311", limited=True) == ".pyd"


@pytest.mark.parametrize("triple", ["", "linux", "pdp11-bsd", "s390x-windows-gnu", "x86_64-pc-windows-msvc", "x86_64-linux-gnu.x"])
def test_what_is_no_target_is_refused_with_examples(triple):
    problems = []
    assert target.check(target.Place(("-C target",)), triple, problems) is None
    assert "aarch64-linux-gnu.2.17" in problems[0].message


@pytest.fixture
def on_linux(monkeypatch):
    monkeypatch.setattr(target.sysconfig, "get_config_var", {"HOST_GNU_TYPE": "x86_64-pc-linux-gnu"}.get)


# CC and _PYTHON_HOST_PLATFORM: the target that they mean on a Linux PC
BY_ENVIRONMENT = [
    ("aarch64-linux-gnu-gcc-12", "linux-aarch64", "aarch64-linux-gnu"),
    ("python -m ziglang cc -target aarch64-linux-gnu.2.17", "linux-aarch64", "aarch64-linux-gnu.2.17"),
    ("clang --target=arm-linux-gnueabihf", "linux-armv7l", "arm-linux-gnueabihf"),
    ("zig cc -target x86_64-linux-musl", "linux-x86_64", "x86_64-linux-musl"),
    ("/opt/bin/x86_64-w64-mingw32-gcc", "win-amd64", "x86_64-windows-gnu"),
    ("some-compiler", "linux-s390x", "s390x-linux-gnu"),
]


@pytest.mark.parametrize("compiler, platform, triple", BY_ENVIRONMENT)
def test_the_compiler_and_the_platform_in_the_environment_say_the_target(on_linux, compiler, platform, triple):
    assert target.of({}, {"CC": compiler, target.HOST_PLATFORM: platform}) == target.parse(triple)


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"CC": "gcc"},
        {"CC": "gcc", target.HOST_PLATFORM: "linux-x86_64"},
        {target.HOST_PLATFORM: "linux-aarch64"},
        {"CC": "aarch64-linux-gnu-gcc", target.HOST_PLATFORM: "linux-aarch64", "_PYTHON_SYSCONFIGDATA_NAME": "_sysconfigdata_x"},
    ],
    ids=["nothing", "a compiler", "this platform", "no compiler", "sysconfig speaks for the target"],
)
def test_otherwise_modules_are_for_this_platform(on_linux, environment):
    assert target.of({}, environment) is None


def test_the_setting_wins_over_the_environment(on_linux):
    environment = {"CC": "aarch64-linux-gnu-gcc", target.HOST_PLATFORM: "linux-aarch64"}
    given = {"target": target.parse("x86_64-windows-gnu"), "target-python": "/python"}
    assert target.of(given, environment) == target.Target("windows", "x86_64", python="/python")
