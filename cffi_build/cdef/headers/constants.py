"""Macros as constants: a C file that asks the compiler what each macro is, and the lines by which the text declares them.

The file is compiled, never run: what the compiler found out lies as bytes in the object file, most significant byte first.
"""

from __future__ import annotations

import re
from typing import Dict, Iterable, List, NamedTuple, Optional, Sequence, Set, Tuple

from cffi_build.cdef.headers.pieces import Macro, Words
from cffi_build.cdef.headers.printing import documented
from cffi_build.cdef.lexer import tokenize

PROBE = "cffi-macros"
"""The name under which the compiler reports errors in our lines."""
_MAGIC = b"cffi\x01macros\x02"
_ROW = 10
NOTHING, INTEGER, FLOAT, STRING = range(4)
_INTEGER = re.compile(r"(?:0[xX][0-9a-fA-F]+|[1-9][0-9]*|0[0-7]*)(?:[uU]?[lL]{0,2}|[lL]{1,2}[uU])$")
_STATEMENTS = frozenset("; { } # do while for if else return goto asm __asm__ __attribute__ __declspec _Pragma typedef".split())
_HEAD = """
#define CFFI_CLASS(x) (unsigned char)_Generic((x), _Bool: 1, char: 1, signed char: 1, unsigned char: 1, short: 1, unsigned short: 1, \\
    int: 1, unsigned int: 1, long: 1, unsigned long: 1, long long: 1, unsigned long long: 1, float: 2, double: 2, long double: 2, \\
    char *: 3, const char *: 3, default: 0)
#define CFFI_BYTE(x, n) (unsigned char)((unsigned long long)(x) >> (n))
#define CFFI_VALUE(x) (unsigned char)((x) < 0), CFFI_BYTE(x, 56), CFFI_BYTE(x, 48), CFFI_BYTE(x, 40), CFFI_BYTE(x, 32), \\
    CFFI_BYTE(x, 24), CFFI_BYTE(x, 16), CFFI_BYTE(x, 8), CFFI_BYTE(x, 0)
"""


class Constant(NamedTuple):
    """What the compiler says of a macro: its class, and its value if that is an integer that is known when compiling."""

    macro: Macro
    kind: int
    value: Optional[int]


def unusable(macro: Macro) -> str:
    """Return why a macro cannot be a constant, "" when only the compiler can tell."""
    if macro.parameters is not None:
        return "a macro with parameters; declare it as a function if it is one"
    sequence = words_of(macro)
    words = set(sequence)
    if "{" in words and not words & _STATEMENTS - {"{", "}"}:
        return "a value in braces"
    if not words:
        return "it has no value"
    if words & _STATEMENTS or not _balanced(sequence) or tokenize(macro.body).problems:
        return "not an expression"
    return "a list of values" if _has_outer_comma(sequence) else ""


def obvious(macro: Macro) -> Optional[Constant]:
    """Return what a macro is that is nothing but a number or string literal; headers have thousands of these."""
    words = words_of(macro)
    while len(words) == 3 and words[0] == "(" and words[2] == ")":
        words = words[1:-1]
    if len(words) == 1 and _INTEGER.match(words[0]):
        return Constant(macro, INTEGER, read_integer(words[0]))
    return Constant(macro, STRING, None) if all(word[0] == '"' for word in words) else None


def read_integer(literal: str) -> int:
    """Return the value of an integer literal of C.

    >>> read_integer("0x10UL"), read_integer("010"), read_integer("0")
    (16, 8, 0)
    """
    digits = literal.rstrip("uUlL")
    return int(digits, 16 if digits[1:2] in ("x", "X") else 8 if digits[0] == "0" else 10)


def hiding(macros: Iterable[Macro]) -> Set[str]:
    """Return the names that C code behind the headers cannot write, since they are replaced by something else."""
    return {macro.name for macro in macros if macro.parameters is None and macro.body.strip() != macro.name}


def why_wrong(complaint: str) -> str:
    """Return why a macro is left out with which the compiler finds `complaint` wrong."""
    return "not an expression" if complaint.startswith("expected ") else f"not an expression: {complaint}"


def words_of(macro: Macro) -> Words:
    """Return the tokens of a macro's body."""
    return tuple(tokenize(macro.body).texts[:-4])


def _has_outer_comma(words: Words) -> bool:
    depth = 0
    for word in words:
        depth += (word in ("(", "[")) - (word in (")", "]"))
        if word == "," and not depth:
            return True
    return False


def _balanced(words: Words) -> bool:
    depth = 0
    for word in words:
        depth += (word in ("(", "[")) - (word in (")", "]"))
        if depth < 0:
            return False
    return not depth


def questions(includes: str, macros: Sequence[Macro]) -> str:
    """Return a C file with two functions a macro: line 2n + 1 is wrong unless it is an expression, 2n + 2 unless that is constant."""
    lines = [includes, _HEAD, f'#line 1 "{PROBE}"']
    for index, macro in enumerate(macros):
        lines.append(f"void cffi_a{index}(void) {{ (void)CFFI_CLASS({macro.name}); }}")
        lines.append(f"void cffi_b{index}(void) {{ static const unsigned char v[] = {{ CFFI_VALUE({macro.name}) }}; (void)v; }}")
    return "\n".join(lines) + "\n"


def table(includes: str, macros: Sequence[Tuple[Macro, bool]]) -> str:
    """Return a C file whose object contains class and value of each macro; the flag tells whether its value is constant."""
    magic = ", ".join(str(byte) for byte in _MAGIC)
    lines = [includes, _HEAD, f"const unsigned char cffi_table[] = {{ {magic},", f'#line 1 "{PROBE}"']
    for macro, constant in macros:
        value = f"CFFI_VALUE({macro.name})" if constant else ", ".join("0" * (_ROW - 1))
        lines.append(f"CFFI_CLASS({macro.name}), {value},")
    return "\n".join([*lines, "0 };", "const unsigned char *cffi_table_used(void) { return cffi_table; }"]) + "\n"


def answers(data: bytes, macros: Sequence[Tuple[Macro, bool]]) -> List[Constant]:
    """Return what the bytes of an object file made from `table` say; LookupError when the table is not in it."""
    start = data.find(_MAGIC)
    if start < 0:
        raise LookupError("the compiler's output does not contain the table of macros")
    start += len(_MAGIC)
    rows = (data[start + _ROW * index:start + _ROW * (index + 1)] for index in range(len(macros)))
    return [_answer(macro, constant, row) for (macro, constant), row in zip(macros, rows)]


def _answer(macro: Macro, constant: bool, row: bytes) -> Constant:
    kind, negative = row[0], row[1]
    value = int.from_bytes(row[2:], "big") - (negative << 64)
    return Constant(macro, kind, value if constant and kind == INTEGER else None)


def declaration(constant: Constant, *, values: bool) -> Tuple[str, ...]:
    """Return the lines that declare a constant, none when it cannot be declared. `values`: as a number, for ABI mode."""
    name = constant.macro.name
    comment = documented(constant.macro.comment)
    if constant.kind == INTEGER and constant.value is not None:
        return (*comment, f"#define {name} {_spelled(constant.value)}" if values else f"#define {name} ...")
    if values or constant.kind not in (FLOAT, STRING):
        return ()
    return (*comment, f"static const double {name};" if constant.kind == FLOAT else f"static char *const {name};")


def _spelled(value: int) -> str:
    if value > 0x7FFFFFFFFFFFFFFF:
        return f"{value:#x}"
    return str(value) if value != -(1 << 63) else "(-9223372036854775807 - 1)"


def cast_type(macro: Macro) -> Words:
    """Return the type of a macro that is a cast, ``((type)value)``; () for other macros."""
    words = words_of(macro)
    while words[:1] == ("(",) and _closing(words, 0) == len(words) - 1:
        words = words[1:-1]
    if words[:1] != ("(",):
        return ()
    end = _closing(words, 0)
    inside = words[1:end]
    simple = all(word.isidentifier() or word == "*" for word in inside)
    return inside if simple and 0 < end < len(words) - 1 else ()


def _closing(words: Words, opening: int) -> int:
    depth = 0
    for index in range(opening, len(words)):
        depth += (words[index] == "(") - (words[index] == ")")
        if not depth:
            return index
    return -1


def alias_of(macro: Macro) -> str:
    """Return the name that a macro stands for when it is nothing but another name."""
    words = words_of(macro)
    return words[0] if len(words) == 1 and re.fullmatch(r"[A-Za-z_]\w*", words[0]) else ""


def final_names(macros: Iterable[Macro]) -> Dict[str, str]:
    """Return what each macro that is another name stands for in the end: ``{"gzopen": "gzopen64"}``."""
    direct = {macro.name: alias_of(macro) for macro in macros if macro.parameters is None and alias_of(macro)}
    found = {}
    for name in direct:
        target, seen = direct[name], {name}
        while target in direct and target not in seen:
            seen.add(target)
            target = direct[target]
        found[name] = target
    return found
