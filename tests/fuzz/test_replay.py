"""What fuzzing has found worth keeping is replayed through both parsers; time grows with the length of the text, nesting is refused."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import time
from pathlib import Path
from typing import Callable, List

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FLAGS = ["-std=c11", "-g", "-O1", "-Wall", "-Wextra", "-Werror", "-D_POSIX_C_SOURCE=200809L", "-DREPLAY", "-fsanitize=address,undefined",
         "-fno-sanitize-recover=all", *(f"-I{ROOT / folder}" for folder in ("c_src", "cffi_build/emit/headers"))]  # fmt: skip
SOURCES = ["ctx/typestr.c", "ctx/expression.c", "ctx/search.c", "ctx/stdtypes.c", "types/prim.c"]


@pytest.fixture(scope="module")
def replay(tmp_path_factory: pytest.TempPathFactory) -> Callable[[List[bytes]], None]:
    """Return a function that gives inputs to the fuzz target of the C parser, with the sanitizers on."""
    folder = tmp_path_factory.mktemp("typestr")
    files = [HERE / "typestr_fuzz.c", *(ROOT / "c_src" / source for source in SOURCES)]
    subprocess.run([os.environ.get("CC", "cc"), *FLAGS, *files, "-o", folder / "replay"], check=True)

    def run(inputs: List[bytes]) -> None:
        for number, data in enumerate(inputs):
            (folder / f"{number}").write_bytes(data)
        names = [str(number) for number in range(len(inputs))]
        done = subprocess.run(["./replay", *names], cwd=folder, capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stdout) == (0, f"{len(inputs)} files\n"), done.stderr[-2000:]

    return run


def cdef_fuzz() -> object:
    """Import the fuzz target of the parser of declarations, which is a script."""
    spec = importlib.util.spec_from_file_location("cdef_fuzz", HERE / "cdef_fuzz.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.check_text


def test_the_parser_of_type_strings_takes_its_corpus(replay: Callable[[List[bytes]], None]) -> None:
    replay([bytes.fromhex(line) for line in (HERE / "typestr.corpus").read_text().splitlines()])


@pytest.mark.parametrize("text", ["int" + "*" * 500_000, "int" + "[1]" * 300_000, "(" * 500_000, "int(" * 200_000, "int(*" * 200_000,
                                  "a" * 900_000, " " * 900_000, "const " * 100_000 + "int", "int[" + "9" * 900_000 + "]",
                                  "int(" + "int," * 200_000 + "int)", "int" + "(*" * 90 + ")()" * 90],
                         ids=lambda text: text[:12])  # fmt: skip
def test_the_parser_of_type_strings_takes_long_texts(text: str, replay: Callable[[List[bytes]], None]) -> None:
    replay([b"\x3f" + text.encode()])


def test_the_parser_of_declarations_takes_its_corpus() -> None:
    check = cdef_fuzz()
    texts = [json.loads(line) for line in (HERE / "cdef.corpus").read_text().splitlines()]
    accepted = [check(text) for text in texts]  # type: ignore[operator]
    assert len(texts) > 300
    assert any(accepted)


@pytest.mark.parametrize("unit", ["int f(int a, char *b);\n", "struct s# { int x; struct { int y; }; };\n", "enum { E# = # + 1 };\n",
                                  "#define C# (1 << 3)\n", "/* c */ typedef int *t#; ", "x y z; ", "int a[#]; }", "((", "# ", "struct { ",
                                  "\"", "'", "/*", "\\\n", "[[", "extern \"Python\" { void p#(void); } ", "int v#, *w#; ",
                                  "int (*f#(int (*)(int (*)(int)), struct s#)); ",
                                  "struct u# { enum { F#, G#, H# } e; int (*f)(int, int); }; ",
                                  "struct w# *,", "int (*)(int),", "unsigned long long *const a#[2],"])  # fmt: skip
def test_the_parser_of_declarations_takes_time_in_proportion_to_the_text(unit: str) -> None:
    check = cdef_fuzz()

    def cost(count: int) -> float:
        first, rest = unit[0], unit[1:]  # a "#" at the beginning is that of a directive
        text = "".join(first + rest.replace("#", str(number)) for number in range(count))
        text = f"int f({text});" if unit[-1] == "," else text
        start = time.process_time()
        check(text)  # type: ignore[operator]
        return time.process_time() - start

    few, many = min(cost(150) for _ in range(3)), min(cost(1500) for _ in range(2))
    assert many < 10 * 4 * few + 0.1
