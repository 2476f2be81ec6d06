"""Prints the stub of a module, ``module.pyi``: what type checkers and editors know of its `ffi` and `lib`.

The classes of C data are those of cffi_runtime/typed.pyi; a struct or union with members gets four of its own: the members, the record
itself, a pointer to it, which has the members too, and the dicts that it can be made of. All names but `ffi` and `lib` begin with an
underscore, since at run time there is nothing else.
"""

from __future__ import annotations

import keyword
import re

from cffi_build import model
from cffi_build.comments import comment_text
from cffi_build.declarations import ConstantDeclaration, FunctionDeclaration
from cffi_build.emit.annotations import Annotations, enum_class, record_class, tag
from cffi_build.emit.scope import fields, visible
from cffi_build.emit.stub_ffi import ffi_class
from cffi_build.model import Array, Pointer, Primitive, Record, unqualified
from cffi_build.primitives import BY_NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, List, Mapping

    from cffi_build.declarations import Declarations, RecordDeclaration, VariableDeclaration
    from cffi_build.model import CType, Enum

_IMPORTS = {
    "_b": "import builtins as _b",
    "_Callable": "from collections.abc import Callable as _Callable",
    "_Mapping": "from collections.abc import Mapping as _Mapping",
    "_Sequence": "from collections.abc import Sequence as _Sequence",
    "_IntEnum": "from enum import IntEnum as _IntEnum",
    "_IntFlag": "from enum import IntFlag as _IntFlag",
    "_Any": "from typing import Any as _Any",
    "_Final": "from typing import Final as _Final",
    "_Literal": "from typing import Literal as _Literal",
    "_overload": "from typing import overload as _overload",
    "_TypeAlias": "from typing_extensions import TypeAlias as _TypeAlias",
    "_deprecated": "from typing_extensions import deprecated as _deprecated",
    "_TypedDict": "from typing import TypedDict as _TypedDict",
    "_TypeVar": "from typing import TypeVar as _TypeVar",
    "_t": "from cffi_runtime import typed as _t",
    "_Never": "from typing_extensions import Never as _Never",
}
"""What the annotations use, under names that no declaration has."""

_WORD = re.compile(r"\w+")


def write_stub(module_name: str, declarations: Declarations, *, abi: bool, enum_classes: Mapping[Enum, bool]) -> str:
    """Return the text of the ``.pyi`` of the module `module_name` (dotted). `abi`: it is one of ABI mode, which has no `lib`."""
    annotations = Annotations(declarations, enum_classes)
    lines: List[str] = []
    for enum, flag in enum_classes.items():
        lines += [*_enum(declarations, enum, flag=flag), ""]
    for record in _records(declarations):
        lines += [*_record(declarations, annotations, record), ""]
    lines += [*_lib_class(declarations, annotations), "", *ffi_class(declarations, annotations, enum_classes, abi=abi), ""]
    lines += ["ffi: _Final[_FFI]"] if abi else ["ffi: _Final[_FFI]", "lib: _Final[_Lib]"]
    words = set(_WORD.findall("\n".join(lines)))
    head = f'"""Types of {module_name}, made by cffi from its declarations. Do not edit: it is made anew at every build."""'
    return "\n".join([head, "", *(line for name, line in _IMPORTS.items() if name in words), "", *lines, ""])


def _records(declarations: Declarations) -> Iterator[RecordDeclaration]:
    """Yield every struct and union with members, each once; those of included modules last."""
    seen = set()
    for each in visible(declarations):
        for record, declaration in each.records.items():
            if declaration.fields is not None and record not in seen:
                seen.add(record)
                yield declaration


def _enum(declarations: Declarations, enum: Enum, *, flag: bool) -> Iterator[str]:
    """Yield the class of an enum that has one."""
    yield f"class {enum_class(enum)}({'_IntFlag' if flag else '_IntEnum'}):"
    enumerators = declarations.enums[enum].enumerators or ()
    yield from [f"    {name} = {'...' if value is None else value}" for name, value in enumerators if _is_name(name)] or ["    pass"]


def _record(declarations: Declarations, annotations: Annotations, declaration: RecordDeclaration) -> Iterator[str]:
    """Yield the classes of a struct or union."""
    record: Record = declaration.type
    name = record_class(record)
    yield f"class _members{name}:"
    body = [*_docstring(declaration.comment)]
    for field in fields(declarations, declaration, flatten=True):
        if _is_name(field.name):
            body += _attribute(annotations, field.name, field.type, field.comment, writable=True)
    yield from (f"    {line}" for line in body or ["pass"])
    yield f"class {name}(_members{name}, _t.Record): ..."
    yield f"class _ptr{name}(_members{name}, _t.Pointer[{tag(record)}, {name}, _init{name}]): ..."
    yield from _initializer(declarations, annotations, declaration)


def _initializer(declarations: Declarations, annotations: Annotations, declaration: RecordDeclaration) -> Iterator[str]:
    """Yield what a struct or union can be made of: another one, a dict, or items each of which must fit some member."""
    name = record_class(declaration.type)
    members = {each.name: each.type for each in fields(declarations, declaration, flatten=True) if each.name}
    keys = ", ".join(f'"{member}": {annotations.write(ctype)}' for member, ctype in members.items())
    yield f'_dict{name} = _TypedDict("_dict{name}", {{{keys}}}, total=False)'
    yield f"_init{name}: _TypeAlias = {name} | _dict{name} | _Sequence[{annotations.any_of(members.values())}]"


def _is_name(name: str) -> bool:
    return name.isidentifier() and not keyword.iskeyword(name)


def _docstring(comment: str) -> Iterator[str]:
    words = comment_text(comment)
    if words:
        text = words.replace("\\", "\\\\").replace('"', '\\"')
        yield from f'"""{text}"""'.split("\n")


def _attribute(annotations: Annotations, name: str, ctype: CType, comment: str, *, writable: bool) -> Iterator[str]:
    """Yield a member or global variable: a plain attribute where reading and writing are of one type."""
    read, write = annotations.read(ctype), annotations.write(ctype)
    if writable and _is_plain(ctype):
        yield f"{name}: {read}"
        yield from _docstring(comment)
        return
    documented = [f"    {line}" for line in _docstring(comment)]
    yield "@_b.property"
    yield from [f"def {name}(self) -> {read}:", *documented] if documented else [f"def {name}(self) -> {read}: ..."]
    if writable:
        yield from (f"@{name}.setter", f"def {name}(self, value: {write}, /) -> None: ...")


def _is_plain(ctype: CType) -> bool:
    ctype = unqualified(ctype)
    if isinstance(ctype, Primitive):
        return not ctype.name.startswith("long double")
    return not isinstance(ctype, (Pointer, Array, Record))


# ---- lib


def _lib_class(declarations: Declarations, annotations: Annotations) -> Iterator[str]:
    """Yield the class of `lib`: constants, functions, variables, those of included modules too."""
    yield "class _Lib(_t.Lib):"
    body: List[str] = []
    seen = set()
    for each in visible(declarations):
        for name, lines in _members_of_lib(each, annotations):
            if name not in seen and _is_name(name):
                seen.add(name)
                body += lines
    yield from (f"    {line}" for line in body or ["pass"])


def _members_of_lib(declarations: Declarations, annotations: Annotations) -> Iterator[tuple[str, List[str]]]:
    for enum in declarations.enums.values():
        for name, value in enum.enumerators or ():
            yield name, [f"{name}: _Final[int]" if value is None else f"{name}: _Final = {value}"]
    for entry in declarations.globals.values():
        if isinstance(entry, FunctionDeclaration):
            yield entry.name, [*_function(annotations, entry)]
        elif isinstance(entry, ConstantDeclaration):
            yield entry.name, [*_constant(annotations, entry)]
        else:
            yield entry.name, [*_variable(annotations, entry)]


def _function(annotations: Annotations, function: FunctionDeclaration) -> Iterator[str]:
    """Yield a method whose parameters are positional, as those of C functions are; what Python implements is a pointer."""
    ctype = function.type
    if function.linkage:
        yield f"{function.name}: _Final[{annotations.function(ctype)}]"
        return
    names = ctype.names or (None,) * len(ctype.parameters)
    given = [_parameter(name, number) for number, name in enumerate(names)]
    given = given if len(set(given)) == len(given) else [f"x{number}" for number in range(len(given))]
    parameters = [f"{name}: {annotations.argument(each)}" for name, each in zip(given, ctype.parameters)]
    parameters = ["self", *parameters, "/", *["*args: _t.CData"] * ctype.variadic]
    head = f"def {function.name}({', '.join(parameters)}) -> {annotations.read(ctype.result)}:"
    documented = [f"    {line}" for line in _docstring(function.comment)]
    yield from [head, *documented] if documented else [f"{head} ..."]


def _parameter(name: str | None, number: int) -> str:
    if not name or name == "self":
        return f"x{number}"
    return name if _is_name(name) else f"{name}_"


def _constant(annotations: Annotations, constant: ConstantDeclaration) -> Iterator[str]:
    kind = BY_NAME[constant.type.name].kind if isinstance(constant.type, Primitive) else "signed"
    if constant.value is not None and kind in ("signed", "unsigned"):
        yield f"{constant.name}: _Final = {constant.value}"
    else:
        yield f"{constant.name}: _Final[{annotations.read(constant.type or Primitive('int'))}]"
    yield from _docstring(constant.comment)


def _variable(annotations: Annotations, variable: VariableDeclaration) -> Iterator[str]:
    const = isinstance(variable.type, model.Qualified) and variable.type.const
    yield from _attribute(annotations, variable.name, variable.type, variable.comment, writable=not const)
