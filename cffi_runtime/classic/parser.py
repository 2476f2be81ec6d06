"""`ffi._parser`: what an `FFI` declares as a mapping of names to types. It can be pickled and given to a fresh `FFI`."""

from __future__ import annotations

from cffi_runtime.classic.model import Q_CONST, BaseType, view

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, Optional, Tuple

    from cffi_build.declarations import Declarations
    from cffi_runtime.inline.declare import Namespace

_FUNCTION_KEYS = {"": "function", "Python": "extern_python", "Python+C": "extern_python_plus_c"}


class Table(Dict[str, "Tuple[Any, int]"] if TYPE_CHECKING else dict):  # type: ignore[misc]
    """``{"function f": (type, qualifiers), "struct s": …, "macro N": (5, 0)}``; pickled as the declarations that it shows."""

    def __init__(self, declarations: Declarations) -> None:
        super().__init__(_entries(declarations))
        self.declarations = declarations

    def __reduce__(self) -> Any:
        return Table, (self.declarations,)


class Parser:
    """The declarations of one `FFI`, in the shape in which published projects read and replace them."""

    def __init__(self, namespace: Optional[Namespace] = None) -> None:
        if namespace is None:
            from cffi_runtime.inline.declare import Namespace

            namespace = Namespace(lambda: None)
        self._namespace = namespace

    @property
    def _declarations(self) -> Table:
        return Table(self._namespace.declarations)

    @_declarations.setter
    def _declarations(self, table: Table) -> None:
        if not isinstance(table, Table):
            raise TypeError("ffi._parser._declarations can only be set to the _declarations of another FFI")
        self._namespace.replace(table.declarations)

    @property
    def _int_constants(self) -> Dict[str, int]:
        return {name: value for name, value in self._namespace.names.integers().items() if value is not None}

    @_int_constants.setter
    def _int_constants(self, constants: Dict[str, int]) -> None:
        known = self._namespace.names.integers()
        self.parse("".join(f"#define {name} {value}\n" for name, value in constants.items() if name not in known))

    def parse(self, csource: str, override: bool = False) -> None:
        """Add declarations."""
        self._namespace.declare(csource, override=override)

    def parse_type(self, cdecl: str) -> BaseType:
        """Return the type that `cdecl` names."""
        return self.parse_type_and_quals(cdecl)[0]

    def parse_type_and_quals(self, cdecl: str) -> Tuple[BaseType, int]:
        """Return the type that `cdecl` names and its outermost qualifiers."""
        return view(self._namespace.parse_type(cdecl), self._namespace.declarations)


def _entries(declarations: Declarations) -> Iterator[Tuple[str, Tuple[Any, int]]]:
    for name, declared in declarations.globals.items():
        yield _global(declarations, name, declared)
    for name, typedef in declarations.typedefs.items():
        found = view(typedef.type, declarations)
        yield f"typedef {name}", found
        if getattr(found[0], "name", "") == f"${name}":
            yield f"anonymous {name}", found
    for record in declarations.records:
        if not record.name.startswith("$"):
            yield f"{record.kind} {record.name}", view(record, declarations)
    for enum in declarations.enums:
        if not enum.name.startswith("$"):
            yield f"enum {enum.name}", view(enum, declarations)


def _global(declarations: Declarations, name: str, declared: Any) -> Tuple[str, Tuple[Any, int]]:
    from cffi_build.declarations import ConstantDeclaration, FunctionDeclaration
    from cffi_build.model import Pointer

    if isinstance(declared, FunctionDeclaration):
        return f"{_FUNCTION_KEYS[declared.linkage]} {name}", view(Pointer(declared.type), declarations)
    if not isinstance(declared, ConstantDeclaration):
        return f"variable {name}", view(declared.type, declarations)
    if declared.value is not None or declared.type is None:
        return f"macro {name}", ("..." if declared.value is None else declared.value, 0)
    found, quals = view(declared.type, declarations)
    return f"constant {name}", (found, quals | Q_CONST)
