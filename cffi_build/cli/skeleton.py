"""The files of a new project, as `cffi-build new` makes them."""

from __future__ import annotations

from string import Template
from typing import Dict

PYPROJECT = '''\
[build-system]
requires = ["cffi"]
build-backend = "cffi_build"

[project]
name = "$project"
version = "0.1"
description = "Calls C from Python"
requires-python = ">=3.9"

[project.optional-dependencies]
test = ["pytest"]

[[tool.cffi.modules]]
name = "$package._$package"                  # the module to build: from $package._$package import ffi, lib
cdef-files = ["csrc/$package.cdef.h"]        # what Python sees
source = '#include "$package.h"'             # where C declares it
sources = ["csrc/*.c"]
include-dirs = ["csrc"]
'''

README = '''\
# $project

    pip install -e '.[test]'    # builds the C module, once more after changes in csrc/
    pytest

`python -m build` makes a wheel and a source distribution.

- `csrc/$package.h`, `csrc/$package.c`: the C code
- `csrc/$package.cdef.h`: its declarations for Python; `cffi-build check` compares them with the C code
- `src/$package/`: the Python package
- `pyproject.toml`: how the module is built
'''

CDEF = '''\
/* What Python sees of $package.h. */

typedef struct {
    double x, y;
} ${package}_point;

/* The dot product of the vectors to two points. */
double ${package}_dot(const ${package}_point *a, const ${package}_point *b);
'''

HEADER = '''\
/* Points in the plane. */
#ifndef ${guard}_H
#define ${guard}_H

typedef struct {
    double x, y;
} ${package}_point;

/* The dot product of the vectors to two points. */
double ${package}_dot(const ${package}_point *a, const ${package}_point *b);

#endif
'''

SOURCE = '''\
#include "$package.h"

double ${package}_dot(const ${package}_point *a, const ${package}_point *b)
{
    return a->x * b->x + a->y * b->y;
}
'''

PACKAGE = '''\
"""Points in the plane, multiplied by C code."""

from $package._$package import ffi, lib


def dot(a, b):
    """Return the dot product of two points, each a pair of numbers."""
    return lib.${package}_dot(ffi.new("${package}_point *", a), ffi.new("${package}_point *", b))
'''

TEST = '''\
"""The C module does what it should."""

import pytest

import $package


@pytest.mark.parametrize("a, b, product", [((1, 2), (3, 4), 11), ((0, 0), (5, 5), 0), ((1.5, -2), (2, 0.5), 2)])
def test_the_dot_product(a, b, product):
    assert $package.dot(a, b) == product
'''

IGNORED = '''\
__pycache__/
*.egg-info/
*.pyd
*.so
build/
dist/
'''

FILES = {
    "pyproject.toml": PYPROJECT,
    "README.md": README,
    ".gitignore": IGNORED,
    "csrc/$package.cdef.h": CDEF,
    "csrc/$package.h": HEADER,
    "csrc/$package.c": SOURCE,
    "src/$package/__init__.py": PACKAGE,
    "tests/test_$package.py": TEST,
}


def files(project: str, package: str) -> Dict[str, str]:
    """Return the texts of all files of a project, by their paths."""
    words = {"project": project, "package": package, "guard": package.upper()}
    return {Template(path).substitute(words): Template(text).substitute(words) for path, text in FILES.items()}
