"""Puts the entries together until the parser accepts all of them: what it refuses is left out, and the reason noted."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Collection, Dict, Iterable, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from cffi_build import cdef
from cffi_build.cdef.headers.doubts import doubts
from cffi_build.cdef.headers.members import REST, Body, find_body, is_bit_field, member_name
from cffi_build.cdef.headers.pieces import Skipped
from cffi_build.cdef.headers.sheet import Entry, Sheet
from cffi_build.declarations import Declarations
from cffi_build.errors import CDefError

_UNKNOWN = re.compile(r"unknown type name '(\w+)'")


class Wrong(NamedTuple):
    """What is wrong at a line of the text."""

    line: int
    reason: str


@dataclass
class Settled:
    """The finished text with what it declares; and what had to be left out."""

    text: str
    declared: Declarations
    entries: List[Entry]
    skipped: List[Skipped]
    where: Dict[int, Tuple[int, int]]


def settle(entries: Sequence[Entry], heading: str, *, partial: bool, hidden: Collection[str] = ()) -> Settled:
    """Return the text of all `entries` that can be declared together.

    `partial`: a struct with a member that cannot be declared ends in ``...;``; otherwise it becomes opaque. `hidden`: names that C code
    cannot write, since they are macros.
    """
    skipped: List[Skipped] = []
    kept = [shown for entry in entries for shown in (_without_hidden(entry, hidden, skipped) if hidden else [entry])]
    while True:
        sheet = Sheet(kept, heading)
        declared, wrong = _read(sheet.text)
        if declared is not None and not wrong:
            return Settled(sheet.text, declared, kept, skipped, sheet.where)
        kept = without(kept, sheet.where, wrong, skipped, partial=partial)


def _read(text: str) -> Tuple[Optional[Declarations], List[Wrong]]:
    try:
        declared = cdef.parse(text)
    except CDefError as error:
        return None, [Wrong(one.line, _reason(one.message, one.hint)) for one in error.errors]
    return declared, [Wrong(doubt.position.line, doubt.reason) for doubt in doubts(declared)]


def _reason(message: str, hint: str) -> str:
    return f"{message} ({hint})" if hint and "did you mean" not in hint and not hint.startswith("write ") else message


def without(
    entries: Sequence[Entry], where: Dict[int, Tuple[int, int]], wrong: Sequence[Wrong], skipped: List[Skipped], *, partial: bool
) -> List[Entry]:
    """Return `entries` without what is wrong in them; note each in `skipped`."""
    places: Dict[int, Dict[int, str]] = defaultdict(dict)
    for line, reason in wrong:
        index, word = where[max(known for known in where if known <= line)]  # an error may be told behind a declaration
        places[index].setdefault(word, reason)
    kept: List[Entry] = []
    for index, entry in enumerate(entries):
        kept += _repaired(entry, places[index], skipped, partial=partial) if index in places else [entry]
    return kept


def _repaired(entry: Entry, places: Dict[int, str], skipped: List[Skipped], *, partial: bool) -> Iterator[Entry]:
    """Yield the entry without its wrong members, or nothing when there is more wrong than those."""
    body = find_body(entry.words)
    members = {word: _member_at(body, word) for word in places}
    if body is None or None in members.values():
        reason = next(iter(places.values())) if body is None else next(places[word] for word, member in members.items() if member is None)
        skipped.append(Skipped(entry.title, entry.kind, _with_cause(reason, skipped), entry.file, entry.line))
        return
    for word in sorted(places, reverse=True):
        start, end = members[word] or (0, 0)
        name = member_name(entry.words[start:end]) or "(unnamed)"
        skipped.append(Skipped(f"{entry.title}.{name}", "member", _with_cause(places[word], skipped), entry.file, entry.line))
    yield _without_members(entry, body, [member for member in members.values() if member]) if partial else _opaque(entry, body)


def _without_hidden(entry: Entry, hidden: Collection[str], skipped: List[Skipped]) -> Iterable[Entry]:
    body = find_body(entry.words)
    members = body.members if body is not None else ()
    places = {start: "a macro has the same name" for start, end in members if member_name(entry.words[start:end]) in hidden}
    return _repaired(entry, places, skipped, partial=True) if places else [entry]


def _with_cause(reason: str, skipped: Sequence[Skipped]) -> str:
    unknown = _UNKNOWN.match(reason)
    if unknown and any(one.name == unknown[1] for one in skipped):
        return f"needs '{unknown[1]}', which is left out"
    return reason


def _member_at(body: Optional[Body], word: int) -> Optional[Tuple[int, int]]:
    return next(((start, end) for start, end in (body.members if body else ()) if start <= word < end), None)


def _without_members(entry: Entry, body: Body, wrong: Sequence[Tuple[int, int]]) -> Entry:
    """Return the entry without the members `wrong` and without bit-fields, which a struct that ends in ``...`` cannot have."""
    ended = entry.words[body.closing - 2:body.closing] == REST
    result = entry if ended else entry.spliced(body.closing, body.closing, REST)
    for start, end in reversed(body.members):
        if (start, end) in wrong or is_bit_field(entry.words[start:end]):
            result = result.spliced(start, end)
    return result


def _opaque(entry: Entry, body: Body) -> Entry:
    if body.opening and entry.words[body.opening - 1].isidentifier() and entry.words[body.opening - 1] not in ("struct", "union"):
        return entry.spliced(body.opening, body.closing + 1)
    name = entry.words[-2]
    return entry.spliced(0, len(entry.words), ("typedef", "...", name, ";"))
