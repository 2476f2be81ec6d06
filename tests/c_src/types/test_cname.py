"""Names of C types: made of parts as C declarations are, so that a C compiler reads them back."""

from __future__ import annotations

import os
import random
import subprocess
from pathlib import Path
from typing import Callable, List

import pytest

Run = Callable[..., str]


@pytest.fixture(scope="session")
def cname(build_program: Callable[..., Run]) -> Run:
    """Make a name by commands; see cname_main.c."""
    return build_program("types/cname_main.c", ["types/cname.c"])


@pytest.mark.parametrize(("commands", "name"), [
    ("base int", "int@3"),
    ("base int|pointer", "int *@5"),
    ("base int|pointer|pointer", "int * *@7"),
    ("base int|array 5", "int[5]@3"),
    ("base int|array -1", "int[]@3"),
    ("base int|array 5|array 9223372036854775807", "int[9223372036854775807][5]@3"),
    ("base int|array 5|to_array", "int(*)[5]@5"),
    ("base int|pointer|array 3", "int *[3]@5"),
    ("base int|function 0;", "int(*)()@5"),
    ("base int|function 1;", "int(*)(...)@5"),
    ("base int|function 0;;char;int *", "int(*)(char, int *)@5"),
    ("base int|function 1;;char", "int(*)(char, ...)@5"),
    ("base int|function 0;__stdcall ;char", "int(__stdcall *)(char)@15"),
    ("base int|function 0;;int|pointer", "int(* *)(int)@7"),
    ("base int|function 0;;int|array 4", "int(*[4])(int)@5"),
    ("base int|function 0;;char|function 0;;int", "int(*(*)(int))(char)@7"),
    ("base int|array 5|to_array|function 0;", "int(*(*)())[5]@7"),
    ("base int|function 0;;int|insert f", "int(*f)(int)@5"),
    ("base struct s|insert &", "struct s&@8"),
])
def test_name_and_place_of_the_declarator(commands: str, name: str, cname: Run) -> None:
    assert cname(commands.replace("|", "\n")).splitlines()[-1] == name


def random_commands(rnd: random.Random) -> List[str]:
    """Return commands for a type that C allows: no arrays of nothing, no functions that return arrays."""
    commands, kind = ["base " + rnd.choice(["int", "struct s", "unsigned char"])], "value"
    for _ in range(rnd.randint(1, 6)):
        if kind != "array" and rnd.random() < 0.3:
            commands.append(f"function {rnd.randint(0, 1)};;int;char *")
            kind = "value"
        elif rnd.random() < 0.4:
            commands.append(f"array {rnd.randint(1, 9)}")
            kind = "array"
        else:
            commands.append("to_array" if kind == "array" else "pointer")
            kind = "value"
    return commands


def steps_in_c(number: int, commands: List[str]) -> str:
    """Return typedefs that make the same type one step at a time; the last is t<number>."""
    text = f"typedef {commands[0][5:]} t{number}_0;\n"
    for i, command in enumerate(commands[1:]):
        last, new = f"t{number}_{i}", f"t{number}_{i + 1}"
        if command.startswith("function"):
            text += f"typedef {last} (*{new})(int, char *{', ...' if command[9] == '1' else ''});\n"
        elif command.startswith("array"):
            text += f"typedef {last} {new}[{command[6:]}];\n"
        else:
            text += f"typedef {last} *{new};\n"
    return f"{text}typedef t{number}_{len(commands) - 1} t{number};\n"


def test_a_compiler_reads_random_names_as_the_types_they_were_made_of(cname: Run, tmp_path: Path) -> None:
    rnd = random.Random("names")
    text = "struct s { int x; };\n"
    for number in range(60):
        commands = random_commands(rnd)
        declaration = cname("\n".join([*commands, f"insert  x{number}"])).splitlines()[-1].rpartition("@")[0]
        text += f"{steps_in_c(number, commands)}extern {declaration};\nextern t{number} x{number};\n"
    (tmp_path / "names.c").write_text(text)
    subprocess.run([os.environ.get("CC", "cc"), "-fsyntax-only", "-Werror", tmp_path / "names.c"], check=True)
