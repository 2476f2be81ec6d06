"""What the platform tags manylinux and musllinux (PEP 600, 656) promise of the C library and others, against what compiled files need."""

from __future__ import annotations

import re
from typing import AbstractSet, Iterator, Optional, Tuple

from cffi_build.compile.binary import Binary

_EVERYWHERE = re.compile(
    r"(ld-linux[\w-]*|ld64|libc|libm|libdl|librt|libpthread|libutil|libnsl|libresolv|libanl|libgcc_s|libstdc\+\+|libatomic|libz|libexpat"
    r"|libX11|libXext|libXrender|libICE|libSM|libGL|libgobject-2\.0|libgthread-2\.0|libglib-2\.0)\.so(\.\d+)*"
)
"""The libraries that PEP 600's policy takes for granted on every Linux with glibc."""
_WITH_MUSL = re.compile(r"(libc|ld-musl-\w+)(\.musl-\w+)?\.so(\.1)?")
_LEGACY = {"manylinux1": 5, "manylinux2010": 12, "manylinux2014": 17}


def _promised(platform: str) -> Optional[Tuple[str, int]]:
    """Return ``("glibc", 17)`` for ``manylinux_2_17_x86_64``, ``("musl", 2)`` for ``musllinux_1_2_aarch64``; None for no promise."""
    match = re.match(r"(many|musl)linux_\d+_(\d+)_", platform)
    if match:
        return ("glibc" if match[1] == "many" else "musl"), int(match[2])
    return next((("glibc", minor) for name, minor in _LEGACY.items() if platform.startswith(name + "_")), None)


def foreign(found: Binary, platform: str, bundled: AbstractSet[str]) -> Tuple[str, ...]:
    """Return the libraries that a file needs beyond those that the tag promises, and those in the wheel (`bundled`)."""
    promise = _promised(platform)
    known = _EVERYWHERE if promise and promise[0] == "glibc" else _WITH_MUSL
    return tuple(name for name in found.needed if promise and name not in bundled and not known.fullmatch(name))


def too_new(found: Binary, platform: str) -> Iterator[str]:
    """Yield why a file does not run with the C library that the tag promises."""
    promise = _promised(platform)
    wanted = [int(text[8:].split(".")[0]) for text in found.versions if re.match(r"GLIBC_2\.\d", text)]
    if promise and promise[0] == "musl" and wanted:
        yield "it is linked with glibc"
    elif promise and wanted and max(wanted) > promise[1]:
        yield f"it needs glibc 2.{max(wanted)}"
