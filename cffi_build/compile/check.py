"""Compares a cdef that is used without a compiler (ABI mode) with the headers: types by our parser, sizes and values by the C compiler."""

from __future__ import annotations

from typing import Dict, Iterator, List, NamedTuple, Sequence

from cffi_build.cdef.headers.compare import Comparison, Mistake
from cffi_build.compile.ask import ask_values
from cffi_build.compile.c_compiler import CCompiler, by_line
from cffi_build.compile.scan import Request, Scan, scan
from cffi_build.declarations import (
    ConstantDeclaration,
    Declarations,
    FunctionDeclaration,
    Position,
    RecordDeclaration,
)
from cffi_build.emit.c_layout import is_printable, write_record
from cffi_build.emit.scope import fields
from cffi_build.emit.unit import Unit, make_unit
from cffi_build.emit.writer import Writer
from cffi_build.model import Array, Record

_PROBE = "cffi-check"
_HEAD = """
#include <stddef.h>
#include <stdint.h>
#define _CFFI_ALIGNED(n) __attribute__((aligned(n)))
#define _cffi_stdcall
typedef _Bool _cffi_bool_t;
typedef ptrdiff_t _cffi_ssize_t;
typedef uint_least16_t _cffi_char16_t;
typedef uint_least32_t _cffi_char32_t;
typedef float _Complex _cffi_float_complex_t;
typedef double _Complex _cffi_double_complex_t;
"""
"""The names that `emit/spelling.py` uses; in generated modules they come from cffi_module.h."""


def check(said: Declarations, headers: Sequence[str], compiler: CCompiler, *, symbols: bool = False) -> List[Mistake]:
    """Return what `said` gets wrong about `headers`, in the order of the cdef.

    `symbols`: also what the libraries lack. Raises VerificationError when the compiler refuses the headers.
    """
    found = scan(_request(said, headers, symbols), compiler)
    work = _Check(said, found, compiler)
    mistakes = [*work.missing(), *work.comparison.globals(), *work.comparison.typedefs(), *work.constants(), *work.records()]
    return sorted(dict.fromkeys(mistakes), key=lambda mistake: mistake.position)


def _request(said: Declarations, headers: Sequence[str], symbols: bool) -> Request:
    """Return the request to scan for what `said` declares, wherever the headers get it from."""
    records = (record.name.lstrip("$") for record, declared in said.records.items() if declared.fields is not None)
    names = tuple(dict.fromkeys([*said.globals, *said.typedefs, *records]))
    return Request(tuple(headers), names or ("-",), ("*",), abi=True, comments=False, check_symbols=symbols)


class _Check:
    def __init__(self, said: Declarations, found: Scan, compiler: CCompiler) -> None:
        self._said, self._found, self._compiler = said, found, compiler
        self.comparison = Comparison(said, found.declared)
        self._unit = make_unit("check", said, strict=True, hold_gil=())

    def missing(self) -> Iterator[Mistake]:
        """Yield functions and variables that the headers do not have, or that no library can have."""
        reasons = {one.name: f"{one.reason} ({one.file}:{one.line})" for one in self._found.skipped}
        for name, said in self._said.globals.items():
            if isinstance(said, ConstantDeclaration) or name in self._found.declared.globals:
                continue
            kind = "function" if isinstance(said, FunctionDeclaration) else "variable"
            if name in reasons:
                yield Mistake(said.position, f"the {kind} '{name}' cannot be used in ABI mode: {reasons[name]}")
            else:
                yield Mistake(said.position, f"the headers declare no {kind} '{name}'")

    # ---- numbers

    def constants(self) -> Iterator[Mistake]:
        """Yield constants and enumerators that have another value in C, or none."""
        expected = list(_constants(self._said))
        found = ask_values(self._compiler, self._found.prelude, [one.name for one in expected])
        for name, value, position in expected:
            if name not in found:
                yield Mistake(position, f"the headers define no integer constant '{name}'")
            elif found[name] != value:
                yield Mistake(position, f"the constant '{name}': the cdef says {value}, C says {found[name]}")

    def records(self) -> Iterator[Mistake]:
        """Yield what is wrong in structs and unions: members first; sizes and offsets where these do not explain them."""
        printable = [declared for declared in self._said.records.values() if is_printable(self._unit, declared)]
        layouts = self._layouts([declared for declared in printable if self._unit.spelling.can_spell(declared.type)])
        for declared in self._said.records.values():
            if declared.fields is None:
                continue
            mistakes = self.comparison.members(declared)
            yield from mistakes or ()
            if not mistakes:
                yield from layouts.get(declared.type, ())

    def _layouts(self, records: Sequence[RecordDeclaration]) -> Dict[Record, List[Mistake]]:
        """Return the differences in size and offsets, as the compiler lays out both."""
        texts = [_text(self._unit, declared, number) for number, declared in enumerate(records)]
        wrong = by_line(self._compiler.complaints(self._file(texts)), _PROBE)
        known = [number for number in range(len(records)) if number + 1 not in wrong]
        includes = self._file([text if number in known else "" for number, text in enumerate(texts)])
        questions = {number: list(_questions(self._unit, records[number], number)) for number in known}
        asked = [text for rows in questions.values() for row in rows for text in (row.said, row.real)]
        values = ask_values(self._compiler, includes, asked)
        return {records[number].type: _differences(records[number], rows, values) for number, rows in questions.items()}

    def _file(self, texts: Sequence[str]) -> str:
        return f'{self._found.prelude}{_HEAD}#line 1 "{_PROBE}"\n' + "".join(f"{text}\n" for text in texts)


class _Question(NamedTuple):
    """Two expressions that should have the same value: of the struct as the cdef says it, and of that in C."""

    what: str
    said: str
    real: str
    position: Position


def _text(unit: Unit, declared: RecordDeclaration, number: int) -> str:
    """Return the definition of a struct as the cdef says it, on one line."""
    writer = Writer(_PROBE)
    write_record(writer, unit, declared._replace(pack=0), f"{declared.type.kind} cffi_said{number}")
    text = " ".join(writer.text().split("\n"))
    if declared.pack:
        text = f'_Pragma("pack(push, {declared.pack})") {text} _Pragma("pack(pop)")'
    return text


def _questions(unit: Unit, declared: RecordDeclaration, number: int) -> Iterator[_Question]:
    said, real = f"{declared.type.kind} cffi_said{number}", unit.spell(declared.type)
    for field in fields(unit.declarations, declared, flatten=True):
        if field.bits is None and field.name:
            offsets = f"offsetof({said}, {field.name})", f"offsetof({real}, {field.name})"
            yield _Question(f"the offset of '{field.name}' in '{real}'", *offsets, field.position)
            if not (isinstance(field.type, Array) and field.type.length is None):
                sizes = f"sizeof((({said} *)0)->{field.name})", f"sizeof((({real} *)0)->{field.name})"
                yield _Question(f"the size of '{field.name}' in '{real}'", *sizes, field.position)
    yield _Question(f"the size of '{real}'", f"sizeof({said})", f"sizeof({real})", declared.position)
    yield _Question(f"the alignment of '{real}'", f"_Alignof({said})", f"_Alignof({real})", declared.position)


def _differences(declared: RecordDeclaration, rows: Sequence[_Question], values: Dict[str, int]) -> List[Mistake]:
    """Return the first difference of each kind: what follows from it is no news."""
    last = rows[-2]
    if last.real not in values:
        return [Mistake(declared.position, f"the headers do not define '{last.real[len('sizeof('):-1]}'")]
    mistakes = []
    for row in rows:
        said, real = values.get(row.said), values.get(row.real)
        if real is None:
            mistakes.append(Mistake(row.position, f"{row.what}: C has no such member"))
        elif said != real:
            mistakes.append(Mistake(row.position, f"{row.what}: {said} bytes by the cdef, {real} in C"))
    return mistakes[:1]


class _Expected(NamedTuple):
    name: str
    value: int
    position: Position


def _constants(said: Declarations) -> Iterator[_Expected]:
    for name, one in said.globals.items():
        if isinstance(one, ConstantDeclaration) and one.value is not None:
            yield _Expected(name, one.value, one.position)
    for enum in said.enums.values():
        for index, (name, value) in enumerate(enum.enumerators or ()):
            if value is not None:
                yield _Expected(name, value, enum.positions[index] if index < len(enum.positions) else enum.position)
