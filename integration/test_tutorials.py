"""The programs of integration/tutorials, each run in a clean environment and compared with what Python or arithmetic knows."""

import math
import os
import pwd
import re
import shutil
import subprocess
import sysconfig
import zlib
from ctypes.util import find_library
from pathlib import Path

import pytest

TUTORIALS = Path(__file__).resolve().parent / "tutorials"
SHARED = list(Path(sysconfig.get_config_var("LIBDIR") or "").glob(f"libpython{sysconfig.get_config_var('LDVERSION')}.*so*"))


@pytest.fixture(scope="module")
def python(environment, wheel):
    """The interpreter of an environment that has cffi and what it compiles with."""
    return environment(f"{wheel}[build]")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A copy of the programs."""
    return shutil.copytree(TUTORIALS, tmp_path_factory.mktemp("programs") / "tutorials")


@pytest.fixture
def start(python, folder):
    """Run a program; return what it prints."""

    def run(name, *arguments, text=None, code=0):
        env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        command = [python, "-W", "error", name, *map(str, arguments)]
        done = subprocess.run(command, cwd=folder, env=env, input=text, capture_output=True, text=True, timeout=100)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout if not code else done.stderr

    return run


def test_passwd_knows_the_users_of_this_machine(start):
    users = [int(line.split(":")[2]) for line in Path("/etc/passwd").read_text(encoding="utf-8").splitlines()]
    unknown = next(uid for uid in range(60000, 65000) if uid not in users)
    printed = start("passwd.py", *users, unknown).splitlines()
    entries = [pwd.getpwuid(uid) for uid in users]
    assert printed[:-1] == [f"{e.pw_uid}: {e.pw_name} lives in {e.pw_dir} and types into {e.pw_shell}" for e in entries]
    assert printed[-1] == f"{unknown}: nobody"


def test_directory_lists_what_is_there_and_says_why_it_cannot(start, tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "Grüße.txt").touch()
    start("directory_build.py")
    assert start("directory.py", tmp_path).splitlines() == sorted(["./", "../", "sub/", "Grüße.txt"])
    assert "FileNotFoundError: [Errno 2] No such file or directory: '/not/there'" in start("directory.py", "/not/there", code=1)


def test_sort_orders_lines_as_python_does(start):
    lines = (TUTORIALS / "sort.py").read_text(encoding="utf-8").splitlines()
    assert start("sort.py", text="\n".join(lines)).splitlines() == sorted(lines, key=lambda line: (len(line), line))


def test_snprintf_formats_as_python_does(start):
    paths = sorted(TUTORIALS.glob("*.py"))
    sizes = [path.stat().st_size for path in paths]
    expected = ["%-20s %8d bytes %6.2f %%" % (path.name, size, 100 * size / sum(sizes)) for path, size in zip(paths, sizes)]  # noqa: UP031
    assert start("snprintf.py", *paths).splitlines() == expected


def pixels(path):
    """Return width, height and the pixels, three bytes each, of a PNG file with 8 bits a sample and no transparency."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = {}, 8
    while at < len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        chunks[kind] = chunks.get(kind, b"") + data[at + 8 : at + 8 + length]
        at += 12 + length
    width, height = (int.from_bytes(chunks[b"IHDR"][start : start + 4], "big") for start in (0, 4))
    assert tuple(chunks[b"IHDR"][8:]) == (8, 2, 0, 0, 0), "8 bits, RGB, not interlaced"
    return width, height, unfiltered(zlib.decompress(chunks[b"IDAT"]), width * 3, height)


def unfiltered(data, stride, height):
    """Undo the filters of PNG (section 9 of its specification), with 3 bytes a pixel."""
    rows, above = [], bytes(stride)
    for number in range(height):
        filter_type, *row = data[number * (stride + 1) : (number + 1) * (stride + 1)]
        for i, raw in enumerate(row):
            left, corner = (row[i - 3], above[i - 3]) if i >= 3 else (0, 0)
            row[i] = (raw + predictor(filter_type, left, above[i], corner)) & 255
        rows.append([tuple(row[i : i + 3]) for i in range(0, stride, 3)])
        above = bytes(row)
    return rows


def predictor(filter_type, left, above, corner):
    paeth = min((left, above, corner), key=lambda value: abs(left + above - corner - value))
    return [0, left, above, (left + above) // 2, paeth][filter_type]


@pytest.mark.skipif(find_library("cairo") is None, reason="no cairo library here (Debian: apt-get install libcairo2)")
def test_picture_is_the_flag_that_geometry_says(start, folder):
    start("picture.py", "flag.png")
    width, height, rows = pixels(folder / "flag.png")
    assert (width, height) == (96, 64)
    for y in range(height):
        for x in range(width):
            distance = math.hypot(x + 0.5 - 48, y + 0.5 - 32)
            if abs(distance - 20) < 0.75:
                continue  # the edge is a polygon's
            blue_or_white = (0, 0, 255) if 24 <= y < 40 else (255, 255, 255)
            assert rows[y][x] == ((255, 0, 0) if distance < 20 else blue_or_white), (x, y)


# ---- the plug-in


@pytest.fixture(scope="module")
def plugin(python, folder):
    """The folder with the plug-in, and a host that was compiled without Python."""
    if not SHARED:
        pytest.skip("this interpreter comes without a shared libpython, which an embedded one needs")
    inside = folder / "plugin"
    subprocess.run([python, "build_plugin.py"], cwd=inside, check=True, capture_output=True)
    warnings = ["-Wall", "-Wextra", "-Werror"]
    subprocess.run(["cc", "-std=c11", "-D_GNU_SOURCE", *warnings, "host.c", "-o", "host", "-ldl", "-lpthread"], cwd=inside, check=True)
    return inside


def evaluate(plugin, *expressions, path, code=0):
    """Run the host with `path` as $PATH; return the lines that it prints."""
    env = {"PATH": path, "LANG": "C.UTF-8"}
    command = ["./host", "./calculator.so", *expressions]
    done = subprocess.run(command, cwd=plugin, env=env, capture_output=True, text=True, timeout=100)
    assert (done.returncode, done.stderr) == (code, ""), done.stdout
    return done.stdout.splitlines()


def test_the_plug_in_starts_python_once_for_many_threads_in_the_environment_in_path(plugin, python):
    expressions = [f"{number} ** 20" for number in range(40)]
    prefix, *rest = evaluate(plugin, "__import__('sys').prefix", *expressions, path=f"{python.parent}{os.pathsep}{os.defpath}")
    assert prefix.endswith(f" = {python.parent.parent}")
    assert rest == [f"{expression} = {int(expression.split()[0]) ** 20}" for expression in expressions]


def test_an_error_in_the_plug_in_is_an_answer_of_the_host(plugin, python):
    (line,) = evaluate(plugin, "1 / 0", path=str(python.parent), code=1)
    assert line == "1 / 0 = ZeroDivisionError: division by zero"


def test_the_plug_in_joins_a_host_that_has_python(plugin, python):
    code = (
        "import sys; from cffi import FFI; ffi = FFI(); ffi.cdef('int evaluate(const char *, char *, size_t);')\n"
        "sys.marker = 41; out = ffi.new('char[]', 100)\n"
        "print(ffi.dlopen('./calculator.so').evaluate(b\"__import__('sys').marker + 1\", out, len(out)), ffi.string(out))"
    )
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    assert subprocess.check_output([python, "-c", code], cwd=plugin, env=env, text=True).strip() == "0 b'42'"


def test_every_program_is_in_the_page_of_tutorials():
    page = (TUTORIALS.parent.parent / "docs" / "tutorials.md").read_text(encoding="utf-8")
    programs = {path.relative_to(TUTORIALS).as_posix() for path in TUTORIALS.rglob("*.*") if path.suffix in (".py", ".c")}
    assert set(re.findall(r"integration/tutorials/([\w/.]+\.(?:py|c))\)", page)) == programs
