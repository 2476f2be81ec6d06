"""Wheels for other platforms, compiled by zig on this machine: the files in them, their names and tags; run under qemu-user and wine.

`tools/cross_platforms.sh ~/.cache/cffi-tests/platforms` sets up what this needs (CFFI_TEST_PLATFORMS: another folder).
"""

import os
import shutil
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "integration" / "packages" / "squared"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
PLATFORMS = Path(os.environ.get("CFFI_TEST_PLATFORMS") or CACHE / "cffi-tests" / "platforms")
PYTHON = PLATFORMS / "zig" / "bin" / "python"
HOW = f"tools/cross_platforms.sh {PLATFORMS} sets it up"
ONLY = "the Pythons for other platforms are 3.11"
BUILD = """
import json, sys
sys.modules.update(_cffi_backend=None, cffi_runtime=None)  # importing them is an error
import cffi_build
print("made", cffi_build.build_wheel(sys.argv[1], json.loads(sys.argv[2])))
"""
USE = "from squared._squared import ffi, lib; import sys, os; print(lib.square(12), lib.hypotenuse(3, 4), sys.platform, ffi.sizeof('long'))"
ELF, PE, MACHO = b"\x7fELF", b"MZ", b"\xcf\xfa\xed\xfe"
# triple: platform tag, name of the module, format, machine as the format numbers it
TARGETS = {
    "aarch64-linux-gnu": ("linux_aarch64", "_squared.abi3.so", ELF, 183),
    "aarch64-linux-gnu.2.17": ("manylinux_2_17_aarch64", "_squared.abi3.so", ELF, 183),
    "x86_64-linux-musl": ("musllinux_1_2_x86_64", "_squared.abi3.so", ELF, 62),
    "x86_64-windows-gnu": ("win_amd64", "_squared.pyd", PE, 0x8664),
    "aarch64-macos": ("macosx_11_0_arm64", "_squared.abi3.so", MACHO, 0x0100000C),
}

pytestmark = pytest.mark.skipif(not PYTHON.exists(), reason=f"no zig here: {HOW}")


def wheel_of(folder, output, project=PACKAGE, **environment):
    """Build a wheel of a project by our hook, or of cffi itself; the settings are in the environment."""
    folder.mkdir(exist_ok=True)
    shutil.copytree(project, folder / "project", ignore=shutil.ignore_patterns(".*", "build", "tests", "*.egg-info"), dirs_exist_ok=True)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    command = [PYTHON, "-c", BUILD, output, "{}"] if project is PACKAGE else [PYTHON, "setup.py", "-q", "bdist_wheel", "-d", output]
    printed = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "encoding": "utf-8"}
    done = subprocess.run(command, cwd=folder / "project", env=environment, **printed)
    assert done.returncode == 0, done.stdout
    (wheel,) = output.glob("*.whl")
    return wheel


def machine(data):
    """The number of the machine in a compiled file's header."""
    if data.startswith(PE):
        return struct.unpack_from("<H", data, struct.unpack_from("<I", data, 60)[0] + 4)[0]
    return struct.unpack_from("<H", data, 18)[0] if data.startswith(ELF) else struct.unpack_from("<I", data, 4)[0]


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    """A function: the wheel of `squared` for a target."""
    made = {}

    def wheel(triple):
        if triple not in made:
            folder = tmp_path_factory.mktemp("cross")
            made[triple] = wheel_of(folder, folder / "dist", CFFI_BUILD_TARGET=triple)
        return made[triple]

    return wheel


@pytest.mark.parametrize("triple", TARGETS)
def test_the_module_is_for_the_target_and_so_say_its_name_and_the_wheels_tag(wheels, triple):
    platform, name, magic, number = TARGETS[triple]
    wheel = wheels(triple)
    assert wheel.name == f"squared-1.0-cp39-abi3-{platform}.whl"
    data = zipfile.ZipFile(wheel).read(f"squared/{name}")
    assert data.startswith(magic)
    assert machine(data) == number


@pytest.mark.skipif(shutil.which("readelf") is None, reason="no readelf here: apt-get install binutils")
@pytest.mark.parametrize(("triple", "c_library"), [("aarch64-linux-gnu.2.17", "libc.so.6"), ("x86_64-linux-musl", "libc.so")])
def test_nothing_of_this_machine_is_in_it(wheels, triple, c_library, tmp_path):
    zipfile.ZipFile(wheels(triple)).extractall(tmp_path)
    command = ["readelf", "-dW", tmp_path / "squared" / "_squared.abi3.so"]
    shown = subprocess.run(command, stdout=subprocess.PIPE, encoding="utf-8", check=True)
    needed = [line.partition("[")[2].rstrip("]") for line in shown.stdout.splitlines() if "(NEEDED)" in line]
    assert set(needed) <= {c_library, "libm.so.6"}
    assert "RPATH" not in shown.stdout
    assert "RUNPATH" not in shown.stdout


def test_cc_and_pythons_own_variable_for_the_platform_are_enough(wheels, tmp_path):
    compiler = f"{PYTHON} -m ziglang cc -target aarch64-linux-gnu"
    wheel = wheel_of(tmp_path / "a", tmp_path / "dist", CC=compiler, _PYTHON_HOST_PLATFORM="linux-aarch64")
    assert wheel.name == wheels("aarch64-linux-gnu").name


def test_a_mingw_compiler_is_taken_too(wheels, tmp_path):
    if shutil.which("x86_64-w64-mingw32-gcc") is None:
        pytest.skip("no mingw here: apt-get install gcc-mingw-w64-x86-64")
    wheel = wheel_of(tmp_path / "a", tmp_path / "dist", CC="x86_64-w64-mingw32-gcc", _PYTHON_HOST_PLATFORM="win-amd64")
    assert wheel.name == wheels("x86_64-windows-gnu").name


@pytest.fixture(scope="module")
def emulated(tmp_path_factory):
    """A function: a folder with the wheel and our runtime for a platform, and the command that is its Python."""
    arguments = {
        "aarch64": {
            "CFFI_BUILD_TARGET": "aarch64-linux-gnu",
            "PKG_CONFIG_LIBDIR": f"{PLATFORMS}/aarch64/usr/lib/aarch64-linux-gnu/pkgconfig",
            "LDFLAGS": f"-L{PLATFORMS}/aarch64/usr/lib/aarch64-linux-gnu",
        },
        "windows": {"CFFI_BUILD_TARGET": "x86_64-windows-gnu", "PKG_CONFIG_LIBDIR": f"{PLATFORMS}/windows/libffi/lib/pkgconfig"},
    }
    made = {}

    def prepare(platform, *programs):
        for program in programs:
            if not (shutil.which(program) and (PLATFORMS / platform).is_dir()):
                pytest.skip(f"no {program} or no {PLATFORMS / platform} here: {HOW}")
        if sys.version_info[:2] != (3, 11):
            pytest.skip(ONLY)
        if platform not in made:
            folder = tmp_path_factory.mktemp(platform)
            settings = {**arguments[platform], "CFFI_BUILD_TARGET_PYTHON": str(PLATFORMS / platform)}
            runtime = wheel_of(folder / "a", folder / "dist", ROOT, **settings)
            zipfile.ZipFile(runtime).extractall(folder / "site")
            made[platform] = runtime, folder / "site"
        return made[platform]

    return prepare


def run(platform, site, code):
    path = f"Z:{site}" if platform == "windows" else str(site)
    command = [PLATFORMS / f"python-{platform}", "-c", f"import sys; sys.path.insert(0, {path!r})\n{code}"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace")
    assert done.returncode == 0, done.stdout
    return done.stdout.replace("\r", "").strip()


@pytest.mark.parametrize(
    ("platform", "programs", "triple", "runtime_tag", "printed"),
    [
        ("aarch64", ["qemu-aarch64"], "aarch64-linux-gnu.2.17", "linux_aarch64", "144 5.0 linux 8"),
        ("windows", ["wine"], "x86_64-windows-gnu", "win_amd64", "144 5.0 win32 4"),
    ],
)
def test_the_module_runs_where_it_was_compiled_for_on_our_runtime_compiled_the_same_way(
    wheels, emulated, platform, programs, triple, runtime_tag, printed
):
    runtime, site = emulated(platform, *programs)
    assert runtime.name.endswith(f"-cp311-cp311-{runtime_tag}.whl")
    zipfile.ZipFile(wheels(triple)).extractall(site)
    assert run(platform, site, USE) == printed


IN_LINE = """
from cffi import FFI
ffi = FFI()
ffi.cdef("size_t strlen(const char *); double atan2(double, double);")
ffi.cdef("void qsort(void *, size_t, size_t, int (*)(const void *, const void *));")
C = ffi.dlopen({library})
numbers = ffi.new("int[]", [3, 1, 2])
order = ffi.callback("int(const void *, const void *)", lambda a, b: ffi.cast("int *", a)[0] - ffi.cast("int *", b)[0])
C.qsort(numbers, 3, 4, order)
far = ffi.cast("char *", 1 << 50) + (1 << 40)
print(C.strlen(b"hello"), round(C.atan2(1, 1), 4), list(numbers), far - ffi.cast("char *", 1 << 50) == 1 << 40)
"""


@pytest.mark.parametrize(
    ("platform", "programs", "library"), [("aarch64", ["qemu-aarch64"], "'libm.so.6'"), ("windows", ["wine"], "'ucrtbase.dll'")]
)
def test_libraries_are_opened_and_call_back_there(emulated, platform, programs, library):
    _, site = emulated(platform, *programs)
    assert run(platform, site, IN_LINE.format(library=library)) == "5 0.7854 [1, 2, 3] True"


def test_a_module_for_one_python_only_needs_that_python_and_has_its_names(tmp_path):
    if not (PLATFORMS / "windows").is_dir() or sys.version_info[:2] != (3, 11):
        pytest.skip(f"no {PLATFORMS / 'windows'} here: {HOW}; {ONLY}")
    settings = {"CFFI_BUILD_TARGET": "x86_64-windows-gnu", "CFFI_BUILD_LIMITED_API": "false"}
    wheel = wheel_of(tmp_path / "a", tmp_path / "dist", CFFI_BUILD_TARGET_PYTHON=str(PLATFORMS / "windows"), **settings)
    assert wheel.name == "squared-1.0-cp311-cp311-win_amd64.whl"
    assert "squared/_squared.cp311-win_amd64.pyd" in zipfile.ZipFile(wheel).namelist()
    with pytest.raises(AssertionError, match="target-python=FOLDER"):
        wheel_of(tmp_path / "b", tmp_path / "other", **settings)


def test_what_debian_adds_to_every_link_does_not_stop_zig(tmp_path):
    wheel_of(tmp_path / "a", tmp_path / "dist", CFFI_BUILD_TARGET="x86_64-linux-musl", LDFLAGS="-Wl,-Bsymbolic-functions")


@pytest.mark.parametrize("triple", ["x86_64-windows-gnu", "aarch64-linux-gnu.2.17"])
def test_the_same_wheel_comes_out_again(tmp_path, triple):
    settings = {"CFFI_BUILD_TARGET": triple, "SOURCE_DATE_EPOCH": "1700000000", "CFFI_BUILD_CACHE": "false"}
    one, other = (wheel_of(tmp_path / name, tmp_path / name / "dist", **settings) for name in "ab")
    assert one.read_bytes() == other.read_bytes()
