"""What the result of a step depends on, as one digest: two steps with the same fingerprint make the same file. Pure."""

from __future__ import annotations

import hashlib
import re
from typing import Iterable, List, Mapping, Sequence, Tuple

from cffi_build.compile.plan import Step

FORMAT = "cffi-build-cache-1"
ENVIRONMENT = (
    "CPATH C_INCLUDE_PATH CPLUS_INCLUDE_PATH LIBRARY_PATH COMPILER_PATH GCC_EXEC_PREFIX SOURCE_DATE_EPOCH MACOSX_DEPLOYMENT_TARGET "
    "SDKROOT INCLUDE LIB CL _CL_ LINK CCC_OVERRIDE_OPTIONS"
).split()
"""The variables by which compilers and linkers let themselves be told something."""

Places = Sequence[Tuple[str, str]]
"""Pairs of a folder and the name that stands for it, longest first: the same project in another folder has the same fingerprint."""


def of_step(step: Step, tool: str, digests: Iterable[str], environment: Mapping[str, str], places: Places) -> str:
    """Return the fingerprint of a step. `tool` identifies the compiler, `digests` are those of the contents of the step's inputs."""
    parts: List[str] = [FORMAT, step.kind, tool, *digests]
    for command in step.commands:
        parts += [neutral(argument, ((step.output, "<output>"), *places)) for argument in command.arguments]
        parts += [f"{name}={value}" for name, value in command.environment]
    parts += [f"{name}={environment[name]}" for name in ENVIRONMENT if name in environment]
    return of_texts(parts)


def of_texts(texts: Iterable[str]) -> str:
    """Return the digest of a list of texts; where one ends and the next begins counts."""
    digest = hashlib.blake2b(digest_size=20)
    for text in texts:
        data = text.encode("utf-8", "surrogateescape")
        digest.update(b"%d:" % len(data) + data)
    return digest.hexdigest()


def neutral(text: str, places: Places) -> str:
    """Return `text` with the names of places instead of their paths."""
    for path, name in places:
        text = text.replace(path, name)
    return text


def placed(text: str, places: Places) -> str:
    """Return `text`, made by `neutral`, with the paths of places instead of their names."""
    for path, name in places:
        text = text.replace(name, path)
    return text


def prerequisites(makefile: str) -> Tuple[str, ...]:
    """Return the files that the first rule of a dependency file (``gcc -MD``, ``ld --dependency-file``) names."""
    joined = makefile.replace("\\\r\n", " ").replace("\\\n", " ")
    rule = re.split(r":(?:\s|$)", joined.split("\n", 1)[0], maxsplit=1)
    words = re.findall(r"(?:\\[ #\\:]|\$\$|[^\s\\]|\\(?![ #\\:]))+", rule[1]) if len(rule) == 2 else []
    return tuple(re.sub(r"\\([ #\\:])", r"\1", word).replace("$$", "$") for word in words)
