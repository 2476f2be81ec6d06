"""Asks the C compiler what expressions are: each is compiled into an object file, from which the answers are read."""

from __future__ import annotations

from typing import Dict, List, NamedTuple, Sequence

from cffi_build.cdef.headers import constants
from cffi_build.cdef.headers.constants import Constant
from cffi_build.cdef.headers.pieces import Macro
from cffi_build.compile.c_compiler import CCompiler, by_line


class Answers(NamedTuple):
    """What is known of each macro that is an expression; and of the others, by index, what the compiler said."""

    constants: List[Constant]
    wrong: Dict[int, str]


def ask(compiler: CCompiler, includes: str, macros: Sequence[Macro]) -> Answers:
    """Return what the compiler says of `macros` behind `includes`. Raises VerificationError when it refuses `includes`."""
    complaints = by_line(compiler.complaints(constants.questions(includes, macros)), constants.PROBE)
    wrong = {index: complaints[2 * index + 1] for index in range(len(macros)) if 2 * index + 1 in complaints}
    rows = [(macro, 2 * index + 2 not in complaints) for index, macro in enumerate(macros) if index not in wrong]
    if not rows:
        return Answers([], wrong)
    return Answers(constants.answers(compiler.object_bytes(constants.table(includes, rows)), rows), wrong)


def ask_values(compiler: CCompiler, includes: str, expressions: Sequence[str]) -> Dict[str, int]:
    """Return the values of those `expressions` that are integer constants."""
    macros = [Macro(text, None, text, 0, "", 0) for text in dict.fromkeys(expressions)]
    answers = ask(compiler, includes, macros).constants
    return {answer.macro.name: answer.value for answer in answers if answer.value is not None}
