"""Symbols that a module is linked without and no library it needs has: on ELF systems linkers accept that, and the import fails."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import FrozenSet, Mapping, Sequence

from cffi_build.compile import system_libraries
from cffi_build.compile.plan import Step

_OF_PYTHON = re.compile(r"_?Py")
_OF_TOOLS = re.compile(r"__(?:asan|lsan|msan|tsan|ubsan|hwasan|sanitizer|llvm|gcov)_")
_ALLOWED = re.compile(r"-z,?undefs|--unresolved-symbols|-fsanitize")
_ALWAYS = ("libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libutil.so.1")
"""What is in every process that runs Python, so that modules rely on it without saying so."""


def complaint(step: Step, generated: Mapping[str, str]) -> str:
    """Return what is wrong with the module that a link step has made, as a compiler would say it; "" when nothing is, or nobody can say.

    `generated`: for each module the C file that was made from its declarations. With ``-Wl,-z,undefs`` such symbols are intended.
    """
    arguments = step.commands[-1].arguments
    if any(_ALLOWED.search(word) for word in arguments):
        return ""
    missing = _missing(Path(step.output), [word[2:] for word in arguments if word.startswith("-L")])
    places = ((name, place_of(name, generated.get(step.module, ""))) for name in sorted(missing))
    return "".join(f"{place}{': error: ' if place else ''}undefined symbol: {name}\n" for name, place in places)


def _missing(path: Path, folders: Sequence[str]) -> FrozenSet[str]:
    """Return the symbols that the library `path` requires and none of the libraries that it leads to has."""
    start = system_libraries.read_new(path)
    if start is None:
        return frozenset()
    missing = {name for name in start.required if not _OF_PYTHON.match(name) and not _OF_TOOLS.match(name)}
    pending, seen = [(start, path)], {path.name, *_ALWAYS}
    for name in _ALWAYS:
        always = system_libraries.find(name, start, path, folders)
        missing -= always[0].defined if always else frozenset()
    while pending and missing:
        library, place = pending.pop(0)
        for name in library.needed:
            if name not in seen:
                seen.add(name)
                found = system_libraries.find(name, library, place, folders)
                if found is None:
                    return frozenset()  # it may be there at run time, and have anything
                missing -= found[0].defined
                pending.append(found)
    return frozenset(missing)


def place_of(name: str, generated: str) -> str:
    """Return ``file:line`` of what the last use of `name` in a generated C file was made from, its declaration; "" when there is none."""
    try:
        text = Path(generated).read_text(encoding="utf-8", errors="surrogateescape") if generated else ""
    except OSError:
        return ""
    file, number, found = "", 0, ""
    for line in text.splitlines():
        directive = re.match(r'#line (\d+) "(.*)"', line)
        if directive:
            file, number = directive[2].replace("\\\\", "\\"), int(directive[1])
            continue
        if os.path.basename(file) != os.path.basename(generated) and re.search(rf"\b{re.escape(name)}\b", line):
            found = f"{file}:{number}"
        number += 1
    return found
