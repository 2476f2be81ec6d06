"""Dependency files as gcc and ld write them, and paths that do not matter."""

import subprocess

import pytest

from cffi_build.compile import fingerprint

PLACES = [("/tmp/x/build", "<build>"), ("/tmp/x", "<project>")]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a.o: a.c a.h\n", ("a.c", "a.h")),
        ("a.o: a.c \\\n /usr/include/x.h \\\n  y.h\n", ("a.c", "/usr/include/x.h", "y.h")),
        ("a.o: a.c with\\ space.h\nwith\\ space.h:\n", ("a.c", "with space.h")),
        ("a.o: a.c cost$$.h hash\\#.h\n", ("a.c", "cost$.h", "hash#.h")),
        ("C:\\out\\a.o: C:\\in\\a.c\n", ("C:\\in\\a.c",)),
        ("a.o:\n", ()),
        ("", ()),
    ],
)
def test_the_files_of_the_first_rule_are_read(text, names):
    assert fingerprint.prerequisites(text) == names


def test_names_that_make_escapes_are_read_back_as_they_are(tmp_path):
    names = ["plain.h", "with space.h", "hash#.h", "dollar$.h"]
    for name in names:
        (tmp_path / name).write_text("", encoding="utf-8")
    (tmp_path / "a.c").write_text("".join(f'#include "{name}"\n' for name in names), encoding="utf-8")
    subprocess.run(["cc", "-MD", "-MF", "a.d", "-c", "a.c"], cwd=tmp_path, check=True)
    found = fingerprint.prerequisites((tmp_path / "a.d").read_text(encoding="utf-8"))
    assert [name for name in found if name.endswith(".h") and "/" not in name] == names


def test_places_are_named_and_found_again():
    text = "-I/tmp/x/include /tmp/x/build/a.o"
    assert fingerprint.neutral(text, PLACES) == "-I<project>/include <build>/a.o"
    assert fingerprint.placed(fingerprint.neutral(text, PLACES), PLACES) == text


def test_where_one_text_ends_and_the_next_begins_counts():
    assert fingerprint.of_texts(["ab", "c"]) != fingerprint.of_texts(["a", "bc"])
