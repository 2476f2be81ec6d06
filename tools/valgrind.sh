#!/bin/bash
# Runs the parts of c_src that are pure C (type names, layout, primitive conversion, type strings, tables) in valgrind: the tests
# of their stand-alone programs, without the sanitizers that these are built with otherwise.
#
#     tools/valgrind.sh [what else pytest is to know]            PYTHON=.venv/bin/python
set -eu
cd "$(dirname "$0")/.."
command -v valgrind >/dev/null || { echo "valgrind.sh: valgrind is not installed (apt-get install valgrind)" >&2; exit 1; }
tests=$(grep -l build_program tests/c_src/*/test_*.py)
# shellcheck disable=SC2086 # several files
CFFI_VALGRIND=1 "${PYTHON:-.venv/bin/python}" -m pytest -q -p no:cacheprovider $tests "$@"
