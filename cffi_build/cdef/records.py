"""The grammar of structs and unions (C11 6.7.2.1)."""

from __future__ import annotations

from cffi_build.cdef.attributes import Found
from cffi_build.cdef.cursor import Refused
from cffi_build.cdef.declarators import NAMED, Declarators
from cffi_build.cdef.integers import SIZES
from cffi_build.cdef.keywords import ATTRIBUTE, KINDS, RESERVED
from cffi_build.cdef.lexer import Tokens
from cffi_build.cdef.scope import Conflict, Scope
from cffi_build.cdef.source import Source
from cffi_build.declarations import Declarations, Field, RecordDeclaration
from cffi_build.model import Array, Enum, Function, Pointer, Primitive, Record, UnknownInteger, Void, spelling, unqualified
from cffi_build.primitives import BY_NAME
from cffi_build.values import make

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, List, Optional, Set, Tuple, Union

    from cffi_build.model import CType, RecordKind

_NO_MEMBERS = frozenset({"...", ";", "_Static_assert", "static_assert"})
"""What begins other things between the braces."""
_LONGEST_USUAL = 12
"""Of so many tokens, with the ``;``, members are looked up as they are written: longer ones are all different."""
_BIT_FIELDS = ("bool", "char", "signed", "unsigned")


class Members:
    """What stands between the braces of a struct or union, as far as it has been read."""

    __slots__ = ("bits_at", "by_type", "fields", "names", "open_array", "partial")

    def __init__(self) -> None:
        self.fields: List[Field] = []
        self.names: Set[str] = set()
        self.by_type: Dict[int, int] = {}  # fields whose alignment is that of a typedef: what they ask for without it
        self.partial = False
        self.bits_at = 0  # token of a bit-field, if there is one
        self.open_array: Optional[Tuple[int, int]] = None  # number of fields up to it, its token


    def pack_types(self) -> None:
        """Take from the members the alignments that typedefs give: the struct is packed."""
        for number, align in self.by_type.items():
            one = self.fields[number]
            self.fields[number] = Field(one.name, one.type, one.bits, align, 0, one.position, one.comment)


class Records(Declarators):
    """Reads struct and union specifiers, and declares what they define or mention."""

    __slots__ = ("_open", "mentioned_before", "pack")

    def __init__(self, source: Source, tokens: Tokens, scope: Scope) -> None:
        super().__init__(source, tokens, scope)
        self.pack = 0
        self.mentioned_before: Dict[Record, int] = {}
        self._open: Set[Record] = set()

    def record_specifier(self, typedef: bool) -> CType:
        """("struct" | "union") { attribute } ( tag | [ tag ] "{" members "}" { attribute } )"""
        start = self.pos
        kind: RecordKind = "struct" if self.tokens[start] == "struct" else "union"
        self.pos += 1
        found = self.attributes(None)
        tag = self.tag()
        if self.tokens[self.pos] != "{":
            if not tag:
                raise self.expected(f"a name or '{{' after '{kind}'")
            return self._mentioned_record(kind, tag)
        return self._defined_record(kind, tag, start, found, typedef)

    def tag(self) -> str:
        """[ name ] — "" without one"""
        token = self.tokens[self.pos]
        if not token.isidentifier() or token in RESERVED:
            return ""
        self.pos += 1
        return token

    def _mentioned_record(self, kind: RecordKind, tag: str) -> CType:
        known = self.scope.tags.get(tag) or self.scope.find_tag(tag)
        if known is None:
            known = Record(kind, tag)
            self.scope.declare_record(RecordDeclaration(known, None, position=self.position(self.pos - 1)))
        self.check_kind(known, kind, tag)
        return known

    def check_kind(self, known: Union[Record, Enum], kind: str, tag: str) -> None:
        """Complain when a tag is used for another kind of type than before (C11 6.7.2.3p3)."""
        before = known.kind if isinstance(known, Record) else "enum"
        if before != kind:
            self.error(f"'{kind} {tag}' was declared as '{before} {tag}'", at=self.pos - 1)

    def new_name(self, typedef: bool) -> str:
        """Return the name of an anonymous type: after the typedef that names it, or a number."""
        at, depth = self.pos, 0
        while typedef and self.tokens[at] not in ("", ";", "{", "}"):
            token = self.tokens[at]
            depth += (token == "(") - (token == ")")
            begins = at == self.pos or self.tokens[at - 1] == ","
            ends = self.tokens[at + 1] in (",", ";") or KINDS.get(self.tokens[at + 1]) == ATTRIBUTE
            if not depth and begins and ends and token.isidentifier() and token not in RESERVED:
                return f"${token}"
            at += 1
        return self.scope.new_anonymous_name()

    def _defined_record(self, kind: RecordKind, tag: str, start: int, found: Optional[Found], typedef: bool) -> CType:
        """"{" members "}" { attribute } — declare the record"""
        if (tag and self.types_only) or not self.may_define:
            raise self.error("a type cannot define a struct, union or enum here", "declare it with cdef() first")
        opening = self.pos
        self.directives_before(opening)
        name = tag or ("" if typedef else self.scope.new_anonymous_name())
        ctype = Record(kind, name)
        known = (self.scope.tags.get(tag) or self.scope.find_tag(tag)) if tag else None
        if known is not None:
            self.check_kind(known, kind, tag)
            self.mentioned_before[ctype] = opening - 1
        count = self.scope.made.anonymous_count
        pack = self.pack
        self.deeper()
        self._open.add(ctype)
        members = self._members(opening, kind)
        self._open.discard(ctype)
        self.depth -= 1
        found = self.attributes(found)
        if not name:
            ctype = Record(kind, self.new_name(typedef))
        if found is not None and found.packed:
            pack = 1
            members.pack_types()
        align = found.align if found is not None else 0
        comment = self.comment(start)
        declaration = RecordDeclaration(ctype, tuple(members.fields), members.partial, pack, align, self.position(start), comment)
        if typedef and not name and KINDS.get(self.tokens[self.pos + 1]) == ATTRIBUTE:
            declaration = self._aligned_by_typedef(declaration)
        self._declare_record(declaration, count, opening - 1 if tag else opening)
        return ctype

    def _aligned_by_typedef(self, declaration: RecordDeclaration) -> RecordDeclaration:
        """Return the nameless record with the alignment that follows the name of its typedef, if it is no larger for it.

        C aligns the typedef only, which is all the same then. Otherwise the members that are of the typedef know it.
        """
        from cffi_build.cdef.layout import Layout, UnknownLayout  # rarely needed

        before = self.pos
        self.pos += 1
        found = self.attributes(None)
        self.pos = before
        aligned = declaration._replace(align=max(declaration.align, found.align if found is not None else 0))
        scratch = Declarations()
        scratch.records[declaration.type] = declaration
        try:
            size, _ = Layout([scratch, self.scope.made, *self.scope.outside]).of(declaration.type)
        except UnknownLayout:
            return aligned  # only the C compiler knows it anyhow
        return aligned if aligned.align and size % aligned.align == 0 else declaration

    def _declare_record(self, declaration: RecordDeclaration, count: int, at: int) -> None:
        before = len(self.scope.made.records)
        try:
            self.scope.declare_record(declaration)
        except Conflict as conflict:
            self.conflict(spelling(declaration.type), conflict, at)
        if len(self.scope.made.records) == before and self.scope.made.records.get(declaration.type) is not declaration:
            self.scope.forget_anonymous(count)

    def _members(self, opening: int, kind: str) -> Members:
        """"{" { member | "..." [ ";" ] | static-assertion | ";" } "}" """
        members = Members()
        errors = len(self.errors)
        self.pos += 1
        depth = self.depth
        while self.tokens[self.pos] != "}":
            if not self.tokens[self.pos]:
                raise self.unclosed(opening, errors)
            try:
                self._member(members)
            except Refused:
                self.depth = depth
                self.recover()
        self.pos += 1
        self._check_whole(members, kind)
        return members

    def _check_whole(self, members: Members, kind: str) -> None:
        """Refuse what only shows when all members are known."""
        if members.partial and members.bits_at:
            hint = "leave out either: the C compiler does not tell where a bit-field is"
            self.error("a struct that ends in '...' cannot have bit-fields", hint, members.bits_at)
        if members.open_array is not None and kind == "struct" and not members.partial:
            count, at = members.open_array
            if count < len(members.fields):
                self.error("only the last member can be an array without a length", "write '[...]' if the C compiler is to tell it", at)

    def _no_member(self, members: Members) -> None:
        token = self.tokens[self.pos]
        if token == "...":
            self._rest()
            members.partial = True
        elif token == ";":
            self.pos += 1
        else:
            self.static_assertion()

    def _rest(self) -> None:
        """"..." [ ";" ] — the last thing in a record"""
        self.pos += 1
        self.accept(";")
        if self.tokens[self.pos] not in ("}", ""):
            raise self.error("'...' must be the last member", "move it to the end: it stands for all members not declared")

    def static_assertion(self) -> None:
        """"_Static_assert" "(" … ")" [ ";" ]"""
        self.pos += 1
        if self.tokens[self.pos] != "(":
            raise self.expected("'(' after '_Static_assert'")
        self.skip_balanced()
        self.accept(";")

    def _member(self, members: Members) -> None:
        """member: specifiers ( one-member { "," one-member } | nothing ) ";" """
        start = self.pos
        tokens = self.tokens
        if tokens[start] in _NO_MEMBERS:
            self._no_member(members)
            return
        first = len(members.fields)
        if self._usual_member(members):
            self._end_of_member(members, first, start)
            return
        base, storage, found = self.specifiers()
        if storage:
            self.error(f"a member cannot be '{self.tokens[start]}'", at=start)
        if tokens[self.pos] == ";":
            self._unnamed_member(base, members, start, found)
            self.pos += 1
            return
        self._one_member(base, found, members)
        one = members.fields[-1]
        if found is None and tokens[self.pos - 1] == one.name and type(one.type) in (Pointer, Primitive):
            self.usual[" ".join(tokens[start:self.pos - 1])] = one.type
        while tokens[self.pos] == ",":
            self.pos += 1
            self._one_member(base, found, members)
        if tokens[self.pos] != ";":
            raise self.expected("';' after the member")
        self._end_of_member(members, first, start)

    def _end_of_member(self, members: Members, first: int, start: int) -> None:
        """";" — the comment above or behind is about all members since the one numbered `first`"""
        self.pos += 1
        if start in self.above or self.pos - 1 in self.behind:
            self._comment_members(members.fields, first, start)

    def _usual_member(self, members: Members) -> bool:
        """Read one member up to its ``;`` if its type is written as it was before; otherwise return false."""
        try:
            end = self.tokens.index(";", self.pos, self.pos + _LONGEST_USUAL)
        except ValueError:
            return False
        name, at = self.tokens[end - 1], end - 1
        ctype = self.usual.get(" ".join(self.tokens[self.pos:at]))
        if ctype is None or not name.isidentifier() or name in RESERVED:
            return False
        self.pos = end
        if type(ctype) is not Primitive and type(ctype) is not Pointer:
            self._check_member_type(ctype, at, members)
        self._add_member(members, name, at, make(Field, (Field, name, ctype, None, 0, 0, self.position(at), "")))
        return True

    def _one_member(self, base: CType, found: Optional[Found], members: Members) -> None:
        """one-member: ( declarator | [ declarator ] ":" width ) { attribute }"""
        name, at, ctype = "", self.pos, base
        bits: Optional[int] = None
        if self.tokens[at] != ":":
            name, at, ctype = self.declarator(base, NAMED)
            if type(ctype) is not Primitive and type(ctype) is not Pointer:
                self._check_member_type(ctype, at, members)
        token = self.tokens[self.pos]
        if token == ":":
            bits = self._width(ctype, name)
            members.bits_at = at
            token = self.tokens[self.pos]
        if token != ";" and token != "," and self.at_attribute():
            found = self._own_attributes(found)
        align, pack = self._alignments(found, base, ctype, members) if found is not None else (0, 0)
        self._add_member(members, name, at, make(Field, (Field, name, ctype, bits, align, pack, self.position(at), "")))

    def _add_member(self, members: Members, name: str, at: int, field: Field) -> None:
        """Add a field; complain at token `at` if there is another of its name."""
        members.fields.append(field)
        if name:
            if name in members.names:
                self.error(f"two members are called '{name}'", at=at)
            members.names.add(name)

    def _alignments(self, found: Found, base: CType, ctype: CType, members: Members) -> Tuple[int, int]:
        """Return the least alignment that a member asks for, and the largest that it keeps of its type; as gcc and clang do it."""
        align, pack = self._least_alignment(found.align), int(found.packed)
        if found.type_align and not found.packed and self.keeps_alignment(base, ctype):
            pack = found.type_align
            members.by_type[len(members.fields)] = align
            align = max(align, self._least_alignment(pack))
        return align, pack

    def _least_alignment(self, align: int) -> int:
        """Return the alignment that a member asks for; ``#pragma pack`` overrules it (gcc and clang)."""
        return min(align, self.pack) if self.pack else align

    def keeps_alignment(self, base: CType, ctype: CType) -> bool:
        """Tell whether a declarator has left the type as it was, or made an array of it: the alignment of a typedef is still there."""
        while isinstance(ctype, Array) and ctype != base:
            ctype = ctype.item
        return unqualified(ctype) == unqualified(base)

    def _own_attributes(self, found: Optional[Found]) -> Optional[Found]:
        """{ attribute } — behind a member, in addition to those before it"""
        own = self.attributes(None)
        if own is not None and found is not None:
            own.align = max(own.align, found.align)
            own.packed, own.type_align = own.packed or found.packed, found.type_align
        return own or found

    def _comment_members(self, fields: List[Field], first: int, start: int) -> None:
        text = self.comment(start, self.pos - 1)
        for index in range(first, len(fields)):
            one = fields[index]
            fields[index] = Field(one.name, one.type, one.bits, one.align, one.pack, one.position, text)

    def _unnamed_member(self, base: CType, members: Members, start: int, found: Optional[Found]) -> None:
        """A member that is only a struct or union: its members are found in the outer one (C11 6.7.2.1p13)."""
        ctype = unqualified(base)
        if not isinstance(ctype, Record) or not ctype.name.startswith("$"):
            if self.tokens[self.pos - 1] == "}" and isinstance(ctype, Record):
                hint = f"leave out '{ctype.name}' to make it an anonymous member, or give the member a name"
                self.error("the member has no name", hint, start)
            elif not isinstance(ctype, (Record, Enum)):
                self.error("the member has no name")
            return
        align = self._least_alignment(found.align) if found is not None else 0
        members.fields.append(Field("", ctype, None, align, 0, self.position(start), self.comment(start, self.pos)))
        for name in self._names_inside(ctype):
            if name in members.names:
                self.error(f"two members are called '{name}'", at=start)
            members.names.add(name)

    def _names_inside(self, ctype: CType) -> List[str]:
        declared = self.scope.made.records.get(ctype) if isinstance(ctype, Record) else None
        names: List[str] = []
        for field in (declared.fields if declared else None) or ():
            names += [field.name] if field.name else self._names_inside(field.type)
        return names

    def _check_member_type(self, ctype: CType, at: int, members: Members) -> None:
        kind = unqualified(ctype)
        if isinstance(kind, Array) and kind.length is None:
            members.open_array = (len(members.fields) + 1, at)
        while isinstance(kind, Array):
            kind = unqualified(kind.item)
        if isinstance(kind, Function):
            self.error("a member cannot be a function", "a pointer to one is written 'int (*name)(int)'; or is a '}' missing before?", at)
        elif isinstance(kind, Void):
            self.error("a member cannot have the type 'void'", "a pointer is written 'void *name'", at)
        elif kind in self._open:
            self.error(f"'{spelling(kind)}' contains itself", "it can contain a pointer to itself", at)

    def _width(self, ctype: CType, name: str) -> Optional[int]:
        """":" constant-expression"""
        self.pos += 1
        at = self.pos
        if self.tokens[at] == "...":
            raise self.error("the width of a bit-field must be known", "end the struct in '...;' and leave the bit-field out")
        width = self.constant().value
        kind = unqualified(ctype)
        if isinstance(kind, Primitive) and BY_NAME[kind.name].kind in _BIT_FIELDS and "128" not in kind.name:
            most = 1 if kind.name == "_Bool" else 8 * SIZES.get(kind.name, 8)
        elif isinstance(kind, (Enum, UnknownInteger)):
            most = 64
        else:
            self.error(f"a bit-field cannot have the type '{spelling(ctype)}'", "only integer types have bit-fields", at)
            return None
        if width < 0 or width > most:
            self.error(f"a bit-field of type '{spelling(kind)}' cannot have {width} bits", f"it can have 0 to {most}", at)
        elif width == 0 and name:
            self.error(f"the bit-field '{name}' has no bits", "only one without a name may have the width 0", at)
        return width
