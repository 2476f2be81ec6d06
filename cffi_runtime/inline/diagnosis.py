"""Why a shared library cannot be opened, and what to do about it. Looked into only after the system has refused."""

from __future__ import annotations

import os
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, Optional, Sequence, Tuple

    Try = Tuple[str, str]

_MISSING = (
    re.compile(r"^(?P<needed>[^:]+): cannot open shared object file"),  # glibc
    re.compile(r"^Error loading shared library (?P<needed>[^:]+): .*\(needed by "),  # musl
    re.compile(r"Library not loaded: (?P<needed>\S+)"),  # macOS
)
_UNDEFINED = re.compile(r"undefined symbol: (\w+)|symbol not found in flat namespace '_(\w+)'|(\w+): symbol not found")


def explain(name: str, tries: Sequence[Try]) -> str:
    """Return the message for the library `name`; `tries` are pairs of what was asked for and what the system said."""
    lines = [f"cannot load library '{name}':"]
    lines += [f"  {tried}: {said[len(tried) + 2 :] if said.startswith(f'{tried}: ') else said}" for tried, said in tries]
    return "\n".join([*lines, *(f"  {advice}" for advice in _advice(name, tries))])


def _advice(name: str, tries: Sequence[Try]) -> Iterator[str]:
    """Yield what is known about the file that was found, or else how files are found."""
    known = [advice for advice in (_about_file(*each) for each in tries) if advice]
    if known:
        yield known[-1]
    elif os.path.dirname(name):
        if not os.path.exists(name):
            yield f"there is no file '{name}' (relative names start from '{os.getcwd()}')"
    else:
        yield from _about_search(name)


def _about_file(tried: str, said: str) -> Optional[str]:
    for pattern in _MISSING:
        found = pattern.search(said)
        if found and os.path.basename(found["needed"]) != os.path.basename(tried):
            return f"'{tried}' is there, but needs '{found['needed']}', which the system does not find (see 'ldd {tried}')"
    undefined = _UNDEFINED.search(said)
    if undefined:
        symbol = next(filter(None, undefined.groups()))
        return f"'{tried}' was not linked with the library that has '{symbol}': open that one before, with ffi.RTLD_GLOBAL"
    return _about_contents(tried) if os.path.dirname(tried) and os.path.isfile(tried) else None


def _about_contents(path: str) -> Optional[str]:
    from pathlib import Path

    try:
        with Path(path).open("rb") as file:
            start = file.read(512)
    except OSError:
        return None
    if start.startswith(b"/* GNU ld script") or b"GROUP (" in start or b"INPUT(" in start:
        return f"'{path}' is a text that tells the linker where the library is: open the file that it names"
    return None if b"\0" in start else f"'{path}' is a text, not a library"


def _about_search(name: str) -> Iterator[str]:
    folders = os.environ.get("LD_LIBRARY_PATH")
    yield f"the system searches {f'LD_LIBRARY_PATH ({folders}), ' if folders else ''}its cache and its standard folders"
    if os.path.exists(name):
        yield f"there is a file '{name}' in the current folder, which is not searched: write './{name}'"
        return
    found = _without_prefix(name)
    if found:
        yield f"did you mean '{found}'?"
    else:
        yield "install the library, add its folder to the loader's search path, or give the full path of the file"


def _without_prefix(name: str) -> Optional[str]:
    """Return the library that 'libm' or 'libm.so' may mean, which the system calls 'libm.so.6'."""
    from cffi_runtime.inline.loader import find_library

    stem = name.partition(".")[0]
    return find_library(stem[3:]) if stem.startswith("lib") and stem[3:] else None
