"""python -m zlib_stream: compresses and restores real data and compares with Python's own zlib module."""

import sys
import sysconfig
import zlib
from pathlib import Path

import zlib_stream

folder = Path(sysconfig.get_path("stdlib"))
data = b"".join(path.read_bytes() for path in sorted(folder.glob("*.py")))

packed = zlib_stream.compress(data)
restored = zlib_stream.decompress(packed)

checks = {
    "restored equals the original": restored == data,
    "Python's zlib restores it too": zlib.decompress(packed) == data,
    "we restore what Python's zlib packed": zlib_stream.decompress(zlib.compress(data)) == data,
    "checksum equals that of Python's zlib": zlib_stream.crc32(data) == zlib.crc32(data),
}
print(f"zlib {zlib_stream.version()}: {len(data)} bytes of {folder}/*.py -> {len(packed)} bytes, crc32 {zlib_stream.crc32(data):08x}")
for what, good in checks.items():
    print(f"  {'yes' if good else 'NO '}  {what}")
sys.exit(not all(checks.values()))
