"""A plausible C library of any number of declarations: its header, which is a cdef too, and its code; always the same for a number."""

from __future__ import annotations

import random
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, List, Tuple

    Declared = Tuple[str, str, str]
    """Kind, name, text."""

SCALARS = ("int", "unsigned int", "long", "double", "float", "size_t", "uint8_t", "uint32_t", "int64_t", "short", "char")
NOUNS = "node buffer stream table item image frame session channel socket packet event window queue cursor record matrix vector".split()
VERBS = "get set create destroy open close read write update find insert remove push pop load store copy reset lock encode".split()
SHARES = {"typedef": 0.08, "enum": 0.07, "struct": 0.18, "callback": 0.07, "constant": 0.08, "variable": 0.02, "function": 0.5}


class Library:
    """The declarations made so far, by kind: later ones use earlier ones."""

    def __init__(self, count: int) -> None:
        self._random = random.Random(42)
        self._names: Dict[str, List[str]] = {kind: [] for kind in SHARES}
        kinds = [kind for kind, share in SHARES.items() if kind != "function" for _ in range(max(1, int(count * share)))]
        self._random.shuffle(kinds)
        kinds += ["function"] * (count - len(kinds))
        self.declared: List[Declared] = [self._declare(kind, number) for number, kind in enumerate(kinds)]

    def _declare(self, kind: str, number: int) -> Declared:
        name = f"lib_{self._random.choice(NOUNS)}_{self._random.choice(VERBS)}_{number}"
        text = getattr(self, f"_{kind}")(name)
        self._names[kind].append(name)
        return kind, name, text

    def _scalar(self) -> str:
        names = self._names["typedef"]
        return self._random.choice(names if names and self._random.random() < 0.25 else SCALARS)

    def _parameter(self) -> str:
        kind = self._random.choices(("", "text", "struct", "enum", "callback", "void *"), (45, 15, 25, 7, 4, 4))[0]
        if kind in ("struct", "enum") and self._names[kind]:
            return f"{kind} {self._random.choice(self._names[kind])}{' *' if kind == 'struct' else ''}"
        if kind == "callback" and self._names[kind]:
            return self._random.choice(self._names[kind])
        return {"text": "const char *", "void *": "void *"}.get(kind) or self._scalar()

    def _typedef(self, name: str) -> str:
        return f"typedef {self._random.choice(SCALARS)} {name};"

    def _enum(self, name: str) -> str:
        return f"enum {name} {{ {', '.join(f'{name.upper()}_V{number} = {number}' for number in range(self._random.randint(3, 9)))} }};"

    def _struct(self, name: str) -> str:
        fields = []
        for number in range(self._random.randint(3, 9)):
            length = f"[{self._random.choice((4, 8, 16))}]" if self._random.random() < 0.1 else ""
            fields.append(f"    {self._scalar() if length else self._parameter()} f{number}{length};\n")
        return f"struct {name} {{\n{''.join(fields)}}};"

    def _callback(self, name: str) -> str:
        parameters = ", ".join(self._parameter() for _ in range(self._random.randint(1, 4)))
        return f"typedef {self._random.choice(('int', 'void'))} (*{name})({parameters});"

    def _constant(self, name: str) -> str:
        return f"#define {name.upper()} {self._random.choice((0, 1, 42, 4096, 65535, 0x7FFFFFFF, -1))}"

    def _variable(self, name: str) -> str:
        return f"extern {self._scalar()} {name};"

    def _function(self, name: str) -> str:
        result = self._random.choices(("void", "int", self._scalar(), "const char *"), (20, 50, 10, 10))[0]
        count = self._random.choice((0, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6))
        return f"{result} {name}({', '.join(f'{self._parameter()} a{number}' for number in range(count)) or 'void'});"


def write(count: int, folder: Path) -> str:
    """Write ``big.h`` and ``big.c`` into `folder`; return the cdef."""
    folder.mkdir(parents=True, exist_ok=True)
    declared = Library(count).declared
    cdef = "".join(f"{text}\n" for _, _, text in declared)
    (folder / "cdef.txt").write_text(cdef, encoding="utf-8")
    (folder / "big.h").write_text(f"#include <stddef.h>\n#include <stdint.h>\n{cdef}", encoding="utf-8")
    bodies = [text[:-1] + (" {}" if text.startswith("void ") else " { return 0; }") for kind, _, text in declared if kind == "function"]
    variables = [text[len("extern "):] for kind, _, text in declared if kind == "variable"]
    (folder / "big.c").write_text("\n".join(['#include "big.h"', *variables, *bodies, ""]), encoding="utf-8")
    return cdef
