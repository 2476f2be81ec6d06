"""Lines of keys in pyproject.toml."""

import pytest

from cffi_build.config.locate import line_of, line_of_text

TEXT = """\
[build-system]
requires = ["cffi"]

[tool.cffi]
jobs = 2

[[tool.cffi.modules]]  # the first
name = "a"
libraries = [
    "m",
]

[[ tool.cffi.modules ]]
name = "b"
[tool.cffi.modules.define-macros]
A = "1"
"quoted key" = 2
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("tool", "cffi", "jobs"), 5),
        (("tool", "cffi", "modules", 0), 7),
        (("tool", "cffi", "modules", 0, "name"), 8),
        (("tool", "cffi", "modules", 0, "libraries", 0), 9),
        (("tool", "cffi", "modules", 0, "absent"), 7),
        (("tool", "cffi", "modules", 1, "name"), 14),
        (("tool", "cffi", "modules", 1, "define-macros", "A"), 16),
        (("tool", "cffi", "modules", 1, "define-macros", "quoted key"), 17),
        (("tool", "absent"), None),
    ],
)
def test_a_key_is_found_or_else_its_nearest_parent(path, line):
    assert line_of(TEXT, path) == line


@pytest.mark.parametrize(
    ("written", "value", "line"),
    [
        ("cdef = 'int f(int);'", "int f(int);", 3),
        ("cdef = '''\nint f(int);\nint g(int);\n'''", "int f(int);\nint g(int);\n", 4),
        ("cdef = '''int f(int);\nint g(int);'''", "int f(int);\nint g(int);", 3),
        ('cdef = "int f(int);\\nint g(int);"', "int f(int);\nint g(int);", None),
    ],
)
def test_the_line_of_a_text_is_that_of_its_first_line_unless_escapes_hide_it(written, value, line):
    text = f"[[tool.cffi.modules]]\nname = 'm'\n{written}\n"
    assert line_of_text(text, ("tool", "cffi", "modules", 0, "cdef"), value) == line
