"""The text of generated C: indentation, line numbers, literals."""

import subprocess

import pytest

from cffi_build.declarations import Position
from cffi_build.emit.writer import Writer, quote


def lines_as_a_compiler_counts(text, folder):
    """Preprocess `text`; return {word: (file, line)} for each word that stands alone in its line."""
    path = folder / "generated.c"
    path.write_text(text)
    out = subprocess.run(["gcc", "-E", path.name], cwd=folder, capture_output=True, text=True, check=True).stdout
    found, file, line = {}, "", 0
    for row in out.splitlines():
        if row.startswith("# "):
            number, name = row[2:].split(" ", 1)
            file, line = name.split('"')[1], int(number)
            continue
        found.update({row.strip(): (file, line)} if row.strip() else {})
        line += 1
    return found


def test_blocks_are_indented():
    writer = Writer("x.c")
    with writer.function("void f(void)"):
        with writer.block("if (a)"):
            writer.line("b();")
    assert writer.text() == "void f(void)\n{\n    if (a) {\n        b();\n    }\n}\n"


def test_directives_are_not_indented():
    writer = Writer("x.c")
    with writer.block(""):
        writer.directive("#pragma once")
    assert "\n#pragma once\n" in writer.text()


def test_a_compiler_sees_the_positions_that_were_asked_for(tmp_path):
    writer = Writer("generated.c")
    writer.line("first")
    writer.at(Position("user.h", 7))
    writer.line("seventh")
    writer.line("eighth")
    writer.here()
    writer.line("back")
    found = lines_as_a_compiler_counts(writer.text(), tmp_path)
    assert found == {"first": ("generated.c", 1), "seventh": ("user.h", 7), "eighth": ("user.h", 8), "back": ("generated.c", 6)}


def test_positions_in_sequence_need_one_line_directive():
    writer = Writer("x.c")
    for number in (3, 4, 5):
        writer.at(Position("user.h", number))
        writer.line("word")
    assert writer.text().count("#line") == 1


def test_pasted_text_with_its_own_line_directive_does_not_disturb_what_follows(tmp_path):
    writer = Writer("generated.c")
    writer.paste('one\n#line 100 "other.h"\ntwo\n')
    writer.here()
    writer.line("three")
    found = lines_as_a_compiler_counts(writer.text(), tmp_path)
    assert found["two"] == ("other.h", 100)
    assert found["three"] == ("generated.c", 5)


def test_lines_at_positions_are_seen_there_whatever_stands_around_them(tmp_path):
    writer = Writer("generated.c")
    writer.paste("zero\nmore\n")
    writer.paste("")
    writer.lines(["first", "second"])
    writer.lines_at([(Position("user.h", line), text) for line, text in ((3, "three"), (4, "four"), (9, "nine"))])
    writer.lines_at([(Position("user.h", 10), "ten"), (Position("other.h", 10), "other")])
    writer.directives(["#define A\n#define B", "#define C\n#define D"])
    writer.here()
    writer.line("back")
    found = lines_as_a_compiler_counts(writer.text(), tmp_path)
    assert found.pop("back") == ("generated.c", writer.text().split("\n").index("back") + 1)
    at = {"three": ("user.h", 3), "four": ("user.h", 4), "nine": ("user.h", 9), "ten": ("user.h", 10), "other": ("other.h", 10)}
    for number, word in enumerate(("zero", "more", "first", "second"), 1):
        at[word] = ("generated.c", number)
    assert found == at


def test_lines_at_one_position_share_a_line_until_it_is_long(tmp_path):
    writer = Writer("x.c")
    items = [(Position("user.h", 7), "long_word_" * 20) for _ in range(12)]
    writer.lines_at(items[:5])
    writer.lines_at(items[5:])
    lines = writer.text().splitlines()
    assert [line.count("long_word_") for line in lines] == [0, 100, 0, 100, 0, 40]
    assert [line for line in lines if "#line" in line] == ['#line 7 "user.h"'] * 3


@pytest.mark.parametrize("text", ["", "plain", 'a"b', "back\\slash", "what??/now", "tab\tnewline\n", "naïve ☃", "\x01\x7f1"])
def test_quoted_text_is_the_same_in_c(text, tmp_path):
    path = tmp_path / "literal.c"
    path.write_text(f"#include <stdio.h>\nint main(void) {{ fwrite({quote(text)}, 1, sizeof({quote(text)}) - 1, stdout); return 0; }}\n")
    subprocess.run(["gcc", "-std=c99", path, "-o", tmp_path / "literal"], check=True)
    assert subprocess.run([tmp_path / "literal"], capture_output=True).stdout == text.encode()
