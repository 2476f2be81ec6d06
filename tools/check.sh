#!/bin/sh
# Style and warnings: ruff, mypy --strict, clang-format, and the extension with gcc's and clang's warnings as errors.
set -eu
cd "$(dirname "$0")/.."

.venv/bin/ruff check .
.venv/bin/mypy
find c_src cffi_build tests integration -name '*.[ch]' ! -name '*.cdef.h' -print0 | xargs -0 clang-format --dry-run -Werror
for compiler in gcc clang; do
    echo "check: the extension with $compiler, warnings are errors"
    CC=$compiler LDSHARED="$compiler -shared" CFLAGS="-O1 -g0" CFFI_WERROR=1 .venv/bin/python setup.py --quiet build_ext --force \
        --build-temp ".work/check/$compiler" --build-lib ".work/check/$compiler"
done
