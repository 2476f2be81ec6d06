"""Prints the class of `ffi` in the stub of a module: overloads by the text of a C type, where the declarations know that text."""

from __future__ import annotations

from cffi_build import model
from cffi_build.declarations import ConstantDeclaration, FunctionDeclaration
from cffi_build.emit.annotations import Annotations, enum_class, literal, strip, with_star
from cffi_build.emit.scope import FILE, fields, find_record, is_nameless, visible
from cffi_build.model import Array, Enum, Function, Pointer, Primitive, Record, UnknownFloat, UnknownInteger, Void

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterator, List, Mapping, Set

    from cffi_build.declarations import Declarations
    from cffi_build.model import CType

_ALWAYS = ("char", "unsigned char", "int", "unsigned int", "long", "float", "double", "size_t")
"""What programs make one of, or an array, even if no declaration mentions it."""

_MOST_RECORDS = 40
"""Of how many structs and unions the addresses of members are told: type checkers compare every overload with every other one."""


def ffi_class(
    declarations: Declarations, annotations: Annotations, enum_classes: Mapping[Enum, bool], *, abi: bool
) -> Iterator[str]:
    """Yield the lines of the class. `abi`: `lib` is what `ffi.dlopen` returns."""
    labels = _labels(declarations, annotations)
    callbacks = [each for one in visible(declarations) for each in one.globals.values()
                 if isinstance(each, FunctionDeclaration) and each.linkage]  # fmt: skip
    if callbacks:
        yield f'_Callback = _TypeVar("_Callback", bound={" | ".join(dict.fromkeys(annotations.callable(each.type) for each in callbacks))})'
        yield ""
    yield from (f'_{name} = _TypeVar("_{name}")' for name in ("Tag", "Read", "Write"))
    yield ""
    yield "class _FFI(_t.FFI):"
    body = [*_new(labels, annotations), *_cast(labels, annotations), *_addressof(declarations, labels, annotations)]
    body += [*_enum_class(declarations, enum_classes), *_def_extern(callbacks, annotations)]
    body += ["def dlopen(self, name: _b.str | _b.bytes | _t.CData | None, flags: int = 0, /) -> _Lib: ..."] * abi
    yield from (f"    {line}" for line in body)


def _labels(declarations: Declarations, annotations: Annotations) -> Dict[CType, List[str]]:
    """Return the types whose values can be made, each with the texts that name it."""
    labels: Dict[CType, List[str]] = {Primitive(name): [name] for name in _ALWAYS}
    for each in visible(declarations):
        for record in each.records:
            if not is_nameless(record):
                _add(labels, annotations, record, model.spelling(record))
        for name, typedef in each.typedefs.items():
            _add(labels, annotations, strip(typedef.type), name)
        for entry in each.globals.values():
            for parameter in entry.type.parameters if isinstance(entry.type, Function) else ():
                target = strip(parameter.target) if isinstance(parameter, Pointer) else None
                if target is not None:
                    _add(labels, annotations, target, model.spelling(target))
    return labels


def _add(labels: Dict[CType, List[str]], annotations: Annotations, ctype: CType, label: str) -> None:
    of_function = isinstance(ctype, Pointer) and isinstance(ctype.target, (Function, Array))
    if not (isinstance(ctype, (Void, Function, Array)) or of_function or ctype == FILE):
        known = labels.setdefault(ctype, [])
        if label not in known:
            known.append(label)
        if isinstance(ctype, Record):
            _add(labels, annotations, Pointer(ctype), f"{label} *")


def _new(labels: Dict[CType, List[str]], annotations: Annotations) -> Iterator[str]:
    known = []
    for ctype, texts in labels.items():
        if isinstance(ctype, Record) and not annotations.has_members(ctype):
            continue
        known += [*with_star(texts), *(f"{text}[]" for text in texts)]
        write, some = annotations.write(ctype), annotations.write(Array(ctype, None))
        arrays = literal([f"{text}[]" for text in texts])
        yield from _overload("new", f"cdecl: {literal(with_star(texts))}, init: {write} | None = None", annotations.pointer(ctype))
        yield from _overload("new", f"cdecl: {arrays}, init: int | {some}", annotations.array(ctype))
    misfit, definition = _overload("new", f"cdecl: {literal(known)}, init: _b.object", "_b.object")  # or the last one would be taken
    yield from (misfit, '@_deprecated("The initializer does not fit the type.")', definition)
    yield from _overload("new", "cdecl: _b.str | _t.CType, init: _Any = None", "_Any")


def _cast(labels: Dict[CType, List[str]], annotations: Annotations) -> Iterator[str]:
    numbers = [text for ctype, texts in labels.items() for text in texts
               if isinstance(ctype, (Primitive, Enum, UnknownInteger, UnknownFloat))]  # fmt: skip
    yield from _overload("cast", f"cdecl: {literal(numbers)}, source: _Any", "_t.Number")
    taken: Set[str] = set()
    for ctype, texts in labels.items():
        pointers = [(with_star(texts), annotations.pointer(ctype)), (texts if isinstance(ctype, Pointer) else [], annotations.read(ctype))]
        for spelled, result in pointers:
            free = [text for text in spelled if text not in taken]
            taken.update(free)
            yield from _overload("cast", f"cdecl: {literal(free)}, source: _Any", result) if free else ()
    yield from _overload("cast", "cdecl: _b.str | _t.CType, source: _Any", "_Any")


def _addressof(declarations: Declarations, labels: Dict[CType, List[str]], annotations: Annotations) -> Iterator[str]:
    results: Dict[str, List[str]] = {}
    for each in visible(declarations):
        for entry in each.globals.values():
            if not isinstance(entry, ConstantDeclaration):
                of_function = isinstance(entry.type, Function)  # an overload for each would take checkers too long
                result = "_t.Function[..., _Any]" if of_function else annotations.pointer(entry.type)
                results.setdefault(result, []).append(entry.name)
    for result, names in results.items():
        yield from _overload("addressof", f"lib: _Lib, name: {literal(names)}", result)
    records = [record for record in labels if isinstance(record, Record) and annotations.has_members(record)]
    for record in records:
        yield from _overload("addressof", f"cdata: {annotations.read(record)}", annotations.pointer(record))
    for record in records if len(records) <= _MOST_RECORDS else ():
        yield from _addresses_in(declarations, record, annotations)
    yield from _overload("addressof", "array: _t.Pointer[_Tag, _Read, _Write], index: int", "_t.Pointer[_Tag, _Read, _Write]")
    yield from _overload("addressof", "cdata: _b.object, *fields_or_indexes: _b.str | int", "_Any")


def _addresses_in(declarations: Declarations, record: Record, annotations: Annotations) -> Iterator[str]:
    """Yield the overloads for the members of a struct or union, all members of a type in one."""
    declaration = find_record(declarations, record)
    members: Dict[str, List[str]] = {}
    for field in fields(declarations, declaration, flatten=True) if declaration else ():
        if field.name and field.bits is None:
            members.setdefault(annotations.pointer(field.type), []).append(field.name)
    given = f"cdata: {annotations.read(record)} | {annotations.pointer(record)}"
    for result, names in members.items():
        yield from _overload("addressof", f"{given}, field: {literal(names)}", result)


def _enum_class(declarations: Declarations, enum_classes: Mapping[Enum, bool]) -> Iterator[str]:
    for enum, flag in enum_classes.items():
        texts = [model.spelling(enum), *(name for name, typedef in declarations.typedefs.items() if strip(typedef.type) == enum)]
        given = f"cdecl: {literal(list(dict.fromkeys(texts)))}, flag: _Literal[{flag}]{'' if flag else ' = False'}"
        yield from ("@_overload", f"def enum_class(self, {given}) -> _b.type[{enum_class(enum)}]: ...")
    if enum_classes:
        yield from ("@_overload", "def enum_class(self, cdecl: _b.str | _t.CType, flag: _b.bool = False) -> _b.type[_Any]: ...")


def _overload(method: str, parameters: str, result: str) -> Iterator[str]:
    separator = ", " if "*fields" in parameters else ", /"
    if separator == ", ":
        first, rest = parameters.split(", ", 1)
        parameters, separator = f"{first}, /, {rest}", ""
    yield from ("@_overload", f"def {method}(self, {parameters}{separator}) -> {result}: ...")


def _def_extern(callbacks: List[FunctionDeclaration], annotations: Annotations) -> Iterator[str]:
    """Yield an overload for each function by its name, and one for the function that is called as in C."""
    if not callbacks:
        return
    onerror = "onerror: _Callable[[_b.type[_b.BaseException], _b.BaseException, _Any], _b.object] | None = None"
    for each in callbacks:
        function, error = annotations.callable(each.type), annotations.write(each.type.result)
        parameters = f'name: _Literal["{each.name}"], error: {error} | None = None, {onerror}'
        yield from ("@_overload", f"def def_extern(self, {parameters}) -> _Callable[[{function}], {function}]: ...")
    parameters = f"*, error: _Any = None, {onerror}"
    yield from ("@_overload", f"def def_extern(self, {parameters}) -> _Callable[[_Callback], _Callback]: ...")
