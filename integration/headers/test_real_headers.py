"""Headers of real libraries: scanned as they are, compiled, loaded and used. What was found is counted by gcc and nm, not by us."""

import json
import re
import shutil
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

HEADERS = {
    "zlib.h": ("zlib", "zlib1g-dev"),
    "sqlite3.h": ("sqlite3", "libsqlite3-dev"),
    "png.h": ("libpng", "libpng-dev"),
    "curl/curl.h": ("libcurl", "libcurl4-openssl-dev"),
    "SDL2/SDL.h": ("sdl2", "libsdl2-dev"),
    "cairo.h": ("cairo", "libcairo2-dev"),
    "git2.h": ("libgit2", "libgit2-dev"),
    "openssl/evp.h": ("libcrypto", "libssl-dev"),
    "sodium.h": ("libsodium", "libsodium-dev"),
    "lz4.h": ("liblz4", "liblz4-dev"),
    "libxml/parser.h": ("libxml-2.0", "libxml2-dev"),
}
"""Header: the name of its library for pkg-config, and Debian's package."""

SCAN_AND_BUILD = """
import json, pathlib, sys
from cffi import FFI
header, package, folder = sys.argv[1:]
ffi = FFI()
found = ffi.cdef_from_headers(header, pkg_config=[package])
ffi.set_source_pkgconfig("_scanned", [package], found.prelude, extra_compile_args=["-O0", "-g0", "-w"])
ffi.compile(folder)
pathlib.Path(folder, "scanned.h").write_text(found.text)
skipped = [(one.name, one.kind, one.reason) for one in found.skipped]
pathlib.Path(folder, "scan.json").write_text(json.dumps({"skipped": skipped, "files": found.files, "prelude": found.prelude}))
"""
LOAD_ALL = """
import json
from _scanned import ffi, lib
for name in dir(lib):
    getattr(lib, name)
typedefs, structs, unions = ffi.list_types()
for name in typedefs:
    ffi.typeof(name + " *")  # the type itself cannot be a value when it is that of a function
for name in structs:
    ffi.typeof("struct " + name).fields
print(json.dumps([dir(lib), typedefs]))
"""


def run(*command, cwd=None, stdin=""):
    done = subprocess.run([str(word) for word in command], cwd=cwd, input=stdin, capture_output=True, encoding="utf-8", errors="replace")
    assert done.returncode == 0, done.stderr
    return done.stdout


class Scanned:
    """A header that was scanned and built into the module `_scanned` in `folder`."""

    def __init__(self, header, folder):
        self.header, self.folder = header, folder
        self.package, debian = HEADERS[header]
        if not shutil.which("pkg-config") or subprocess.run(["pkg-config", "--exists", self.package]).returncode:
            pytest.skip(f"{header} is not installed: apt-get install pkg-config {debian}")
        self.flags = run("pkg-config", "--cflags", self.package).split()
        run(sys.executable, "-c", SCAN_AND_BUILD, header, self.package, folder)
        told = json.loads((folder / "scan.json").read_text())
        self.skipped = {name: reason for name, _, reason in told["skipped"]}
        self.files, self.prelude = set(told["files"]), told["prelude"]
        self.names, self.typedefs = json.loads(self.python(LOAD_ALL))

    def python(self, code, *arguments):
        """Run `code` where the module can be imported."""
        return run(sys.executable, "-W", "error", "-c", code, *arguments, cwd=self.folder)

    def declared_functions(self):
        """The functions that gcc finds in the same files."""
        run("gcc", "-w", *self.flags, "-fsyntax-only", "-aux-info", self.folder / "aux.txt", "-x", "c", "-", stdin=self.prelude)
        names = set()
        for line in (self.folder / "aux.txt").read_text().splitlines():
            entry = re.match(r"/\* (.*?):\d+:\w+ \*/ (.*)", line)
            if entry and entry[1] in self.files:
                names.add(re.search(r"(\w+)(?: \((?! ?\*)|;$)", re.sub(r" ?__attribute__ ?\(\(.*?\)\)", "", entry[2]))[1])
        return names

    def missing_in_the_library(self):
        """Of the functions that are told to be missing in the library, those that nm does not see either."""
        folder = run("pkg-config", "--variable=libdir", self.package).strip()
        name = re.search(r"-l(\S+)", run("pkg-config", "--libs", self.package))[1]
        exported = set(re.findall(r" [TWViD] (\w+)", run("nm", "-D", "--defined-only", Path(folder, f"lib{name}.so"))))
        absent = {name for name, reason in self.skipped.items() if reason == "the libraries do not contain it"}
        assert not absent & exported
        return absent


@pytest.fixture(scope="module")
def scanned(tmp_path_factory):
    made = {}

    def scan(header):
        if header not in made:
            made[header] = Scanned(header, tmp_path_factory.mktemp("scanned"))
        return made[header]

    return scan


@pytest.mark.parametrize("header", HEADERS)
def test_a_real_header_compiles_and_loads_with_nearly_all_of_its_functions(scanned, header):
    found = scanned(header)
    there = found.declared_functions() - found.missing_in_the_library()
    assert len(there) > 20
    assert len(there & set(found.names)) >= 0.95 * len(there)
    assert not there - set(found.names) - found.skipped.keys(), "each function that is left out is listed"


@pytest.mark.parametrize("header", HEADERS)
def test_every_macro_of_a_real_header_is_declared_or_listed(scanned, header):
    found = scanned(header)
    defined, file = {}, ""
    for line in run("gcc", *found.flags, "-E", "-dD", "-x", "c", "-", stdin=found.prelude).splitlines():
        marker, define, undef = (re.match(pattern, line) for pattern in (r'# \d+ "(.*?)"', r"#define (\w+)", r"#undef (\w+)"))
        file = marker[1] if marker else file
        defined.update({define[1]: file} if define else {undef[1]: ""} if undef else {})
    own = {name for name, file in defined.items() if file in found.files}
    assert own
    assert not own - set(found.names) - set(found.typedefs) - found.skipped.keys()


def test_sqlite_answers_a_query(scanned):
    program = """
from _scanned import ffi, lib
database, statement = ffi.new("sqlite3 **"), ffi.new("sqlite3_stmt **")
assert lib.sqlite3_open(b":memory:", database) == lib.SQLITE_OK
script = b"create table t(a, b); insert into t values (1, 'one'), (2, 'two'), (40, null);"
assert lib.sqlite3_exec(database[0], script, ffi.NULL, ffi.NULL, ffi.NULL) == lib.SQLITE_OK
assert lib.sqlite3_prepare_v2(database[0], b"select sum(a), group_concat(b, ?) from t", -1, statement, ffi.NULL) == lib.SQLITE_OK
assert lib.sqlite3_bind_text(statement[0], 1, b"+", -1, lib.SQLITE_TRANSIENT) == lib.SQLITE_OK
assert lib.sqlite3_step(statement[0]) == lib.SQLITE_ROW
print(lib.sqlite3_column_int(statement[0], 0), ffi.string(lib.sqlite3_column_text(statement[0], 1)).decode())
assert lib.sqlite3_finalize(statement[0]) == lib.sqlite3_close(database[0]) == lib.SQLITE_OK
"""
    assert scanned("sqlite3.h").python(program) == "43 one+two\n"


WIDTH, HEIGHT = 37, 20
WRITE_PICTURE = f"""
import sys
from _scanned import ffi, lib
width, height = {WIDTH}, {HEIGHT}
image = ffi.new("png_image *", dict(version=lib.PNG_IMAGE_VERSION, width=width, height=height, format=lib.PNG_FORMAT_RGB))
pixels = ffi.new("png_byte[]", [(7 * x + 11 * y + 50 * c) % 256 for y in range(height) for x in range(width) for c in range(3)])
if not lib.png_image_write_to_file(image, sys.argv[1].encode(), 0, pixels, 0, ffi.NULL):
    sys.exit(ffi.string(image.message).decode())
"""


def decoded(path):
    """Width, height and the bytes of an RGB picture; by the rules of the format, without libpng."""
    data, offset, chunks = path.read_bytes(), 8, {}
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    while offset < len(data):
        length, kind = struct.unpack(">I4s", data[offset:offset + 8])
        body = data[offset + 8:offset + 8 + length]
        assert struct.unpack(">I", data[offset + 8 + length:offset + 12 + length])[0] == zlib.crc32(kind + body)
        chunks[kind] = chunks.get(kind, b"") + body
        offset += 12 + length
    width, height, depth, colour = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    assert (depth, colour) == (8, 2)
    packed, before, pixels = zlib.decompress(chunks[b"IDAT"]), bytes(3 * width), []
    for row in range(height):
        start = row * (3 * width + 1)
        before = unfiltered(packed[start], packed[start + 1:start + 1 + 3 * width], before)
        pixels += before
    return width, height, bytes(pixels)


def unfiltered(kind, line, above):
    """Undo the filter of one line (PNG specification, section 9)."""
    result = bytearray()
    for index, value in enumerate(line):
        left, corner = (result[index - 3], above[index - 3]) if index > 2 else (0, 0)
        guess = left + above[index] - corner
        paeth = min((left, above[index], corner), key=lambda candidate: abs(guess - candidate))
        result.append((value + (0, left, above[index], (left + above[index]) // 2, paeth)[kind]) & 255)
    return bytes(result)


def test_libpng_writes_a_picture(scanned, tmp_path):
    scanned("png.h").python(WRITE_PICTURE, tmp_path / "made.png")
    expected = bytes((7 * x + 11 * y + 50 * c) % 256 for y in range(HEIGHT) for x in range(WIDTH) for c in range(3))
    assert decoded(tmp_path / "made.png") == (WIDTH, HEIGHT, expected)


def test_zlib_compresses_what_python_decompresses(scanned):
    program = """
from _scanned import ffi, lib
data = bytes(range(256)) * 40
length = ffi.new("uLongf *", lib.compressBound(len(data)))
packed = ffi.new("Bytef[]", length[0])
assert lib.compress2(packed, length, data, len(data), lib.Z_BEST_COMPRESSION) == lib.Z_OK
import zlib
print(zlib.decompress(bytes(ffi.buffer(packed, length[0]))) == data)
"""
    assert scanned("zlib.h").python(program) == "True\n"


PROJECT = """
[build-system]
requires = ["cffi"]
build-backend = "cffi_build"

[project]
name = "fast"
version = "1"

[[tool.cffi.modules]]
name = "_fast"
headers = ["lz4.h", "local.h"]
declarations = ["LZ4_compress_default", "LZ4_decompress_safe", "LZ4_compressBound", "local_*", "LZ4_MAX*"]
cdef = "int more(int);"
source = '''
#include <lz4.h>
#include "local.h"
static int more(int x) { return x + LOCAL_STEP; }
'''
include-dirs = ["csrc"]
define-macros = { LOCAL_STEP = "5" }
pkg-config = ["liblz4"]
"""


def test_a_project_takes_its_declarations_from_headers(tmp_path, write_files):
    if subprocess.run(["pkg-config", "--exists", "liblz4"]).returncode:
        pytest.skip("lz4.h is not installed: apt-get install pkg-config liblz4-dev")
    header = "static inline int local_step(void) { return LOCAL_STEP; }\n"
    write_files(tmp_path, {"pyproject.toml": PROJECT, "csrc/local.h": header})
    run(sys.executable, "-m", "cffi_build", "build", cwd=tmp_path)
    program = """
from _fast import ffi, lib
packed = ffi.new("char[]", lib.LZ4_compressBound(400))
size = lib.LZ4_compress_default(b"abcd" * 100, packed, 400, len(packed))
plain = ffi.new("char[]", 400)
print(size < 50, lib.LZ4_decompress_safe(packed, plain, size, 400), ffi.unpack(plain, 8), lib.local_step(), lib.more(1), sorted(dir(lib)))
"""
    names = ["LZ4_MAX_INPUT_SIZE", "LZ4_compressBound", "LZ4_compress_default", "LZ4_decompress_safe", "local_step", "more"]
    assert run(sys.executable, "-c", program, cwd=tmp_path) == f"True 400 b'abcdabcd' 5 6 {names}\n"
