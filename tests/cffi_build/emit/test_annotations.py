"""C types as Python annotations; the programs of stubs/ show the rest."""

from cffi_build.emit.annotations import strip
from cffi_build.model import Array, Function, Pointer, Primitive, qualify

INT, CHAR = Primitive("int"), Primitive("char")


def test_stripping_takes_the_qualifiers_of_every_level():
    ctype = Pointer(Function(qualify(INT, const=True), (Pointer(qualify(Array(qualify(CHAR, const=True), 3), volatile=True)),)))
    assert strip(ctype) == Pointer(Function(INT, (Pointer(Array(CHAR, 3)),)))
