"""Compression through the system's zlib, chunk by chunk, as its documentation shows it in C."""

from zlib_stream._zlib import ffi, lib

CHUNK = 16384


class Error(Exception):
    """zlib refused; the message is zlib's own."""


def version():
    """Return the version of the library that is loaded."""
    return ffi.string(lib.zlibVersion()).decode()


def crc32(data):
    """Return the CRC-32 checksum of `data`."""
    return lib.crc32(0, data, len(data))


def compress(data, level=lib.Z_DEFAULT_COMPRESSION):
    """Return `data` compressed in the zlib format."""
    stream = ffi.new("z_stream *")
    _check(lib.deflateInit(stream, level), stream)
    try:
        return _pump(lib.deflate, stream, data)
    finally:
        lib.deflateEnd(stream)


def decompress(data):
    """Return what `compress` was given."""
    stream = ffi.new("z_stream *")
    _check(lib.inflateInit(stream), stream)
    try:
        return _pump(lib.inflate, stream, data)
    finally:
        lib.inflateEnd(stream)


def _pump(step, stream, data):
    """Push all of `data` through `step` and collect what comes out."""
    source = ffi.new("unsigned char[]", data)
    target = ffi.new("unsigned char[]", CHUNK)
    stream.next_in, stream.avail_in = source, len(data)
    pieces = []
    status = lib.Z_OK
    while status != lib.Z_STREAM_END:
        stream.next_out, stream.avail_out = target, CHUNK
        status = step(stream, lib.Z_FINISH)
        if status not in (lib.Z_STREAM_END, lib.Z_OK, lib.Z_BUF_ERROR) or (status == lib.Z_BUF_ERROR and stream.avail_out):
            _check(status, stream)
        pieces.append(ffi.buffer(target, CHUNK - stream.avail_out)[:])
    return b"".join(pieces)


def _check(status, stream):
    if status != lib.Z_OK:
        raise Error(ffi.string(stream.msg).decode() if stream.msg else f"zlib status {status}")
