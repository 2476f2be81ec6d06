"""pycparser, an independent parser of C, reads the same declarations in the same way."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest
from pycparser import c_ast, c_parser

from cffi_build.cdef import parse
from cffi_build.cdef.common_types import STANDARD_TYPES
from cffi_build.cdef.keywords import combine
from cffi_build.declarations import Declarations
from cffi_build.model import Array, CType, Enum, Function, Pointer, Record, Void, qualify, spelling, unqualified

TYPEDEFS = ["uint8_t", "int32_t", "size_t", "wchar_t", "FILE"]
PRELUDE = "".join(f"typedef int {name};\n" for name in TYPEDEFS)


class Oracle:
    """The declarations of a text, read by pycparser; only structs with a name, or named by a typedef."""

    def __init__(self, text: str) -> None:
        self.globals: dict[str, CType] = {}
        self.typedefs: dict[str, CType] = {name: STANDARD_TYPES[name] for name in TYPEDEFS}
        self.members: dict[str, list[tuple[str, CType, int | None]]] = {}
        self.enumerators: dict[str, list[tuple[str, int]]] = {}
        plain = re.sub(r"/\*.*?\*/|//.*|\\\n", " ", text)  # pycparser leaves these to a preprocessor
        for node in c_parser.CParser().parse(PRELUDE + plain).ext[len(TYPEDEFS):]:
            self._declare(node)

    def _declare(self, node: Any) -> None:
        if isinstance(node, c_ast.Typedef):
            self.typedefs[node.name] = self.convert(node.type, f"${node.name}")
        elif node.name is None:
            self._base(node.type, "")
        else:
            self.globals[node.name] = unqualified(self.convert(node.type, ""))

    def convert(self, node: Any, name: str) -> CType:
        if isinstance(node, c_ast.PtrDecl):
            return self._qualified(Pointer(self.convert(node.type, "")), node.quals)
        if isinstance(node, c_ast.ArrayDecl):
            return Array(self.convert(node.type, ""), None if node.dim is None else int(node.dim.value, 0))
        if isinstance(node, c_ast.FuncDecl):
            return self._function(node)
        if isinstance(node, (c_ast.Decl, c_ast.Typename)):
            return self.convert(node.type, name)
        return self._qualified(self._base(node.type, name), node.quals)

    def _qualified(self, ctype: CType, words: list[str]) -> CType:
        if isinstance(ctype, Array):
            return Array(self._qualified(ctype.item, words), ctype.length)
        return qualify(ctype, const="const" in words, volatile="volatile" in words, restrict="restrict" in words)

    def _function(self, node: Any) -> CType:
        nodes = node.args.params if node.args else []
        parameters = [self._parameter(self.convert(one, "")) for one in nodes if not isinstance(one, c_ast.EllipsisParam)]
        result = self.convert(node.type, "")
        variadic = any(isinstance(one, c_ast.EllipsisParam) for one in nodes)
        return Function(unqualified(result), () if parameters == [Void()] else tuple(parameters), variadic)

    def _parameter(self, ctype: CType) -> CType:
        if isinstance(ctype, Array):
            return Pointer(ctype.item)
        if isinstance(ctype, Function):
            return Pointer(ctype)
        return unqualified(ctype)

    def _base(self, node: Any, name: str) -> CType:
        if isinstance(node, c_ast.IdentifierType):
            known = self.typedefs.get(node.names[0]) or combine(node.names)
            assert known is not None
            return known
        if isinstance(node, c_ast.Enum):
            return self._enum(node, node.name or name)
        kind = "struct" if isinstance(node, c_ast.Struct) else "union"
        if node.decls is not None:
            self.members[node.name or name] = [
                (one.name, self.convert(one.type, ""), one.bitsize and int(one.bitsize.value)) for one in node.decls
            ]
        return Record(kind, node.name or name)  # type: ignore[arg-type]

    def _enum(self, node: Any, name: str) -> CType:
        if node.values is not None:
            values: list[tuple[str, int]] = []
            for one in node.values.enumerators:
                values.append((one.name, int(one.value.value, 0) if one.value else values[-1][1] + 1 if values else 0))
            self.enumerators[name] = values
        return Enum(name)


def ours(declared: Declarations) -> tuple[object, ...]:
    members = {
        record.name: [(field.name, field.type, field.bits) for field in one.fields]
        for record, one in declared.records.items() if one.fields is not None
    }
    return (
        {name: one.type and unqualified(one.type) for name, one in declared.globals.items()},  # a constant is one without "const"
        {name: one.type for name, one in declared.typedefs.items()},
        members,
        {enum.name: list(one.enumerators) for enum, one in declared.enums.items() if one.enumerators is not None},
    )


def agree(text: str) -> None:
    oracle = Oracle(text)
    typedefs = {name: ctype for name, ctype in oracle.typedefs.items() if name not in TYPEDEFS}
    assert ours(parse(text)) == (oracle.globals, typedefs, oracle.members, oracle.enumerators)


@pytest.mark.parametrize(
    "text",
    [
        "int x; extern long y; static unsigned char z;",
        "int f(void), *g(int), (*h)(char *);",
        "int (*(*f(int a, char (*b)[3]))(void))[4];",
        "void signal(int, void (*)(int)); void (*bsd_signal(int, void (*)(int)))(int);",
        "int f(int (a), int (*)(int), int (int), int *(), char b[], char c[3][4]);",
        "typedef int t; void f(t t); void g(t (t));",
        "typedef int t, *u, v[3], w(void); t a; u b; v c; w d; w *e;",
        "const int *a; int *const b[2]; const volatile char *const *restrict c(const char *restrict d);",
        "typedef const char *string; string a; const string b(string, const string *);",
        "typedef int v[2][3]; const v a; v *b(v);",
        "struct s; struct s { int a, *b; struct s *c; unsigned d : 3; }; struct s *f(struct s);",
        "typedef struct { int a; } t; typedef union u { char b; t c[2]; } u, *v; v f(union u *);",
        "struct s { struct t { int a; } b; enum e { A, B = 4, C } d; }; struct t e; enum e f(void);",
        "enum e { A, B, C = 7, D }; typedef enum { E = 1 } t; t f(enum e);",
        "long long int unsigned a; short b; signed c; unsigned long int d; double long e; _Bool f; char signed g;",
        "uint8_t a; const size_t *b(FILE *, wchar_t, int32_t *);",
        "int printf(const char *format, ...); int f(int a, int b, ...);",
        "extern inline int f(int); _Noreturn void g(void); static int (h)(void);",
    ],
)
def test_plain_c(text: str) -> None:
    agree(text)


class Author:
    """Writes random declarations in odd ways."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.count = 0
        self.names = ["int", "char", "unsigned long", "long int signed", "double", "_Bool", *TYPEDEFS]

    def name(self) -> str:
        self.count += 1
        return f"n{self.count}"

    def text(self, length: int) -> str:
        return self.space().join(self.declaration() for _ in range(length))

    def space(self) -> str:
        return self.chance.choice([" ", "  ", "\n", "\t", " /* int x; */ ", " // ;\n", " \\\n"])

    def declaration(self) -> str:
        kind = self.chance.randrange(6)
        if kind == 0:
            return self.record()
        if kind == 1:
            name = self.name()
            values = [self.name() + self.chance.choice(["", f" = {self.chance.randrange(99)}", " = 0x1F"]) for _ in range(3)]
            self.names.append(f"enum {name}")
            return f"enum {name} {{ {', '.join(values)}{self.chance.choice(['', ','])} }};"
        words = self.chance.choice(["", "extern ", "static "]) if kind > 2 else "typedef "
        name = self.name()
        text = f"{words}{self.base()}{self.space()}{self.declarator(name, 3, False)};"
        if kind == 2 and not text.rstrip(";").endswith(("]", ")")):
            self.names.append(name)
        return text

    def record(self) -> str:
        name, kind = self.name(), self.chance.choice(["struct", "union"])
        members = "".join(f"{self.base()} {self.declarator(self.name(), 2, True)};{self.space()}" for _ in range(4))
        typedef = self.name()
        self.names += [f"{kind} {name}"]
        if self.chance.random() < 0.5:
            return f"{kind} {name} {{ {members} unsigned {self.name()} : {self.chance.randrange(1, 9)}; }};"
        self.names.append(typedef)
        return f"typedef {kind} {name} {{ {members} }} {typedef};"

    def base(self) -> str:
        words = [self.chance.choice(self.names), *self.chance.choices(["const", "volatile"], k=self.chance.choice([0, 0, 1]))]
        if self.chance.random() < 0.5:
            words.reverse()
        return self.space().join(words)

    def declarator(self, name: str, depth: int, object_only: bool) -> str:
        """Wrap `name`, from the inside out, in what makes a valid type."""
        text, last = name, ""
        for _ in range(self.chance.randrange(depth + 1)):
            choices = {"": "*[(", "*": "*[(", "[": "*[", "(": "*"}[last]
            kind = self.chance.choice([one for one in choices if not (object_only and one == "(" and last != "*")])
            if kind == "*":
                text = "*" + self.chance.choice(["", "", "const ", "restrict "] if last != "(" else ["", "const "]) + text
            else:
                if kind == "(" and text.startswith("*restrict "):
                    text = "*" + text[len("*restrict "):]  # there is no restricted pointer to a function
                text = f"({text})" if last == "*" or self.chance.random() < 0.2 else text
                text += f"[{self.chance.randrange(1, 9)}]" if kind == "[" else f"({self.parameters(depth)})"
            last = kind
        return text

    def parameters(self, depth: int) -> str:
        if depth < 2 or self.chance.random() < 0.2:
            return self.chance.choice(["void", ""])
        parameters = [f"{self.base()} {self.declarator(self.name(), depth - 2, False)}" for _ in range(self.chance.randrange(1, 4))]
        return ", ".join(parameters + self.chance.choice([[], ["..."]]))


@pytest.mark.parametrize("seed", range(40))
def test_random_declarations(seed: int) -> None:
    agree(Author(seed).text(30))


def test_the_random_declarations_are_worth_it(c_compiler_accepts) -> None:  # type: ignore[no-untyped-def]
    """They are valid C of all kinds, and their types as we spell them are compatible with the declarations."""
    texts = [Author(seed).text(30) for seed in range(5)]
    for text in texts:
        declared = parse(text)
        assert len(declared.globals) > 5
        checks = [f"SAME(__typeof__({name}), {spelling(one.type)});" for name, one in declared.globals.items() if one.type]
        checks += [f"SAME({name}, {spelling(one.type)});" for name, one in declared.typedefs.items()]
        c_compiler_accepts([text, *checks])
