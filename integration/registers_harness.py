"""Writes a C program that calls functions of random signatures through c_src/call/registers.c and checks what arrives."""

from __future__ import annotations

import random
import re

SIZES = {"signed char": 1, "unsigned char": 1, "short": 2, "unsigned short": 2, "int": 4, "unsigned int": 4, "long": 8, "unsigned long": 8,
         "_Bool": 1, "float": 4, "double": 8, "void *": 8}
FLOATS = ("float", "double")
HEAD = r"""#include <stdio.h>
#include <string.h>
#include "call/registers.c"
static char received[8192]; static int logged;
#define LOG(x) (memcpy(received + logged, &(x), sizeof(x)), logged += sizeof(x))
#define EXPECT(x) (memcpy(expected + n, &(x), sizeof(x)), n += sizeof(x))
static void randomize(void *p, size_t n)
{ static unsigned x = 1; for (size_t i = 0; i < n; i++) { x = x * 1103515245 + 12345; ((unsigned char *)p)[i] = (x >> 16) % 2; } }
static void scatter(const RegisterPlaces *p, Registers *r, char *d)
{
    if (p->by_reference) { *(char **)((char *)r + p->pieces[0].place) = d; return; }
    for (int i = 0; i < p->count; i++) memcpy((char *)r + p->pieces[i].place, d + p->pieces[i].offset, p->pieces[i].size);
}
static void gather(const RegisterPlaces *p, const Registers *r, char *d)
{ for (int i = 0; i < p->count; i++) memcpy(d + p->pieces[i].offset, (const char *)r + p->pieces[i].place, p->pieces[i].size); }
static void run(Registers *r, const RegistersUsed *used, const RegisterPlaces *result, char *function)
{
    RegistersCall call = registers_call_for(registers_how(used, result, false));
    if (call == REGISTERS_IN_LINE_INTEGERS) registers_call_integers(r, function);
    else if (call == REGISTERS_IN_LINE_FLOATS) registers_call_floats(r, function);
    else call(r, function);
}
"""
MAIN = r"""int main(void)
{
    int count[3] = {0};
    for (size_t i = 0; i < 3 * sizeof all / sizeof *all; i++) count[1 + all[i / 3]()]++;
    printf("passed %d, left to libffi %d, wrong %d\n", count[2], count[1], count[0]);
    return count[0] != 0;
}
"""


class Harness:
    """The text of the program, which grows."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.text, self.tests = HEAD, 0
        self.leaves: dict[str, list[tuple[str, str]]] = {}  # struct -> (member, type) of all numbers and pointers in it

    def record(self) -> str:
        name, leaves, members = f"struct s{len(self.leaves)}", [], ""
        kinds = [self.rng.choice(FLOATS)] if self.rng.random() < 0.4 else list(SIZES)
        for i in range(self.rng.randint(1, 4)):
            kind, length = self.rng.choice(kinds), self.rng.choice([0, 0, 0, 1, 2, 3])
            members += f"{kind} m{i}{f'[{length}]' if length else ''}; "
            leaves += [(f".m{i}[{k}]", kind) for k in range(length)] or [(f".m{i}", kind)]
        self.leaves[name] = leaves
        self.text += f"{name} {{ {members}}};\n"
        return name

    def kind(self) -> str:
        common = ["int", "int", "long", "double", "double", "void *"]
        return self.record() if self.rng.random() < 0.2 else self.rng.choice(common if self.rng.random() < 0.6 else list(SIZES))

    def parts(self, kind: str) -> str:
        """Statements that describe the value as a shape."""
        leaves = self.leaves.get(kind, [("", kind)])
        offset = [f"offsetof({kind}, {re.sub('^[.]', '', member)})" if member else "0" for member, _ in leaves]
        return f"registers_shape(&s, sizeof({kind})); " + "".join(
            f"registers_shape_part(&s, {at}, {SIZES[each]}, {int(each in FLOATS)}); " for at, (_, each) in zip(offset, leaves))

    def argument(self, kind: str, name: str) -> str:
        """Statements that make a value and put it where the calling convention wants it."""
        made = f"{kind} {name}; randomize(&{name}, sizeof {name}); "
        if kind in self.leaves:
            return f"{made}{self.parts(kind)}if (!registers_place(&s, &used, &p)) return 0; scatter(&p, &r, (char *)&{name});"
        store = f"memcpy((char *)&r + place, &{name}, sizeof {name});"
        if kind not in FLOATS:
            store = f"int64_t wide = (int64_t){name}; memcpy((char *)&r + place, &wide, 8);"
        return f"{made}{{ uint16_t place; if (!registers_place_word({int(kind in FLOATS)}, &used, &place)) return 0; {store} }}"

    def function(self) -> None:
        """Add a function and its test: 1 right, 0 not for registers, -1 wrong."""
        rng, number = self.rng, self.tests
        self.tests += 1
        kinds = [self.kind() for _ in range(rng.choice([0, 1, 2, 3, 5, 8, 12, 18]))]
        if rng.random() < 0.1:
            kinds = [rng.choice(["int", "double"])] * rng.choice([6, 7, 8, 9, 10, 11, 14])
        result = rng.choice(["void", self.kind(), self.kind()])
        members = [f"x{i}{member}" for i, kind in enumerate(kinds) for member, _ in self.leaves.get(kind, [("", kind)])]
        parameters = ", ".join(f"{kind} x{i}" for i, kind in enumerate(kinds)) or "void"
        returned = "" if result == "void" else f"return ret{number};"
        self.text += f"static {result} ret{number};\n" if returned else ""
        self.text += f"static __attribute__((noinline)) {result} f{number}({parameters}) "
        self.text += "{ " + "".join(f"LOG({each}); " for each in members) + returned + " }\n"
        self.text += f"static int test{number}(void)\n{{ RegistersUsed used = {{0}}; Registers r; RegisterPlaces rp = {{0}}, p; "
        self.text += "RegisterShape s; int n = 0; char expected[8192]; memset(&r, 0xAA, sizeof r); (void)p; (void)s;\n"
        if returned:
            self.text += f"{result} got; memset(&got, 0, sizeof got); randomize(&ret{number}, sizeof got); {self.parts(result)}\n"
            self.text += "if (!registers_place_result(&s, &used, &rp)) return 0; if (rp.by_reference) r.integers[0].pointer = &got;\n"
        self.text += "\n".join(self.argument(kind, f"x{i}") for i, kind in enumerate(kinds))
        self.text += "".join(f"EXPECT({each}); " for each in members)
        self.text += f"\nlogged = 0; run(&r, &used, {'&rp' if returned else 'NULL'}, (char *)f{number});\n"
        self.text += "if (logged != n || memcmp(received, expected, n)) return -1;\n"
        if returned:
            self.text += "if (!rp.by_reference) gather(&rp, &r, (char *)&got);\n"
            for member, _ in self.leaves.get(result, [("", result)]):
                self.text += f"if (memcmp(&got{member}, &ret{number}{member}, sizeof(got{member}))) return -1;\n"
        self.text += "return 1; }\n"


def program(seed: int, count: int) -> str:
    """Return the C text of a program that tests `count` functions three times each."""
    harness = Harness(seed)
    for _ in range(count):
        harness.function()
    return harness.text + "static int (*all[])(void) = {" + ", ".join(f"test{i}" for i in range(count)) + "};\n" + MAIN
