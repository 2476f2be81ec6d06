"""What the printers of one C file share: the module's name, its declarations, the tables they fill, the options."""

from __future__ import annotations

from cffi_build.declarations import Declarations, FunctionDeclaration
from cffi_build.emit.conversion import Conversions
from cffi_build.emit.scope import Scope, functions, scope
from cffi_build.emit.spelling import Spelling
from cffi_build.emit.typetable import TypeTable
from cffi_build.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Collection, Sequence

    from cffi_build.model import CType


class Unit(Value):
    """One C file in the making."""

    module_name: str
    declarations: Declarations
    scope: Scope
    functions: Sequence[FunctionDeclaration]
    """Those that get a wrapper."""
    spelling: Spelling
    conversions: Conversions
    types: TypeTable
    strict: bool
    """Sizes, offsets and values are compared by the C compiler, not left to the runtime."""
    hold_gil: Collection[str]
    """Names of functions that are called without releasing the GIL."""

    def spell(self, ctype: CType, declarator: str = "") -> str:
        """Return the C declaration of `declarator` as a `ctype`."""
        return self.spelling.spell(ctype, declarator)


def make_unit(module_name: str, declarations: Declarations, *, strict: bool, hold_gil: Collection[str]) -> Unit:
    """Return the unit for a C module with `declarations`."""
    listed = scope(declarations, flatten=True)
    spelling = Spelling(declarations)
    types = TypeTable(listed.records, listed.enums)
    conversions = Conversions(spelling, types)
    return Unit(module_name, declarations, listed, functions(declarations), spelling, conversions, types, strict, hold_gil)
