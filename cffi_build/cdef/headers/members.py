"""The members of a struct or union among the tokens of its declaration: where each begins and ends, and what is left without one."""

from __future__ import annotations

from typing import List, NamedTuple, Optional, Tuple

from cffi_build.cdef.headers.pieces import Words
from cffi_build.cdef.keywords import KINDS

REST = ("...", ";")
"""What stands for the members that are left out."""


class Body(NamedTuple):
    """The outermost braces of a struct or union, as indices of tokens; each member from its first token to behind its ``;``."""

    opening: int
    members: Tuple[Tuple[int, int], ...]
    closing: int


def find_body(words: Words) -> Optional[Body]:
    """Return the outermost braces in `words` when they are those of a struct or union."""
    if "{" not in words:
        return None
    opening = words.index("{")
    if not {"struct", "union"} & set(words[:opening]) or "(" in words[:opening]:
        return None
    members: List[Tuple[int, int]] = []
    depth, start = 0, opening + 1
    for index in range(opening, len(words)):
        word = words[index]
        depth += (word in ("{", "(", "[")) - (word in ("}", ")", "]"))
        if word == ";" and depth == 1:
            members.append((start, index + 1))
            start = index + 1
        elif not depth:
            return Body(opening, tuple(members), index)
    return None


def member_name(member: Words) -> str:
    """Return the name of a member, "" for one without: a nested struct, or an unnamed bit-field."""
    depth, name = 0, ""
    for index, word in enumerate(member):
        if word in (":", "[", ",") and not depth and name:
            return name
        if depth == 1 and word == "*" and member[index - 1] == "(" and index + 1 < len(member):
            return member[index + 1]  # a pointer to a function or array
        depth += (word in ("{", "(")) - (word in ("}", ")"))
        if not depth:
            name = word if word.isidentifier() and word not in KINDS else "" if word == "}" else name
    return name


def is_bit_field(member: Words) -> bool:
    """Tell whether a member has a width."""
    return ":" in member and "{" not in member
