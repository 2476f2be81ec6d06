#!/bin/bash
# Makes the environments that are compared, below .work/benchmarks: ours, reference (the wheel of the index), reference-O2 (built here).
#
#     PYTHON=python3.13 benchmarks/environments.sh
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
folder=${CFFI_BENCHMARKS:-$root/.work/benchmarks}
python=${PYTHON:-python3}

make_environment() { # NAME PACKAGE…
    local name=$1
    shift
    "$python" -m venv --clear "$folder/$name"
    "$folder/$name/bin/python" -m pip install -q setuptools pyperf "$@"
    CFFI_BENCHMARKS=$folder "$folder/$name/bin/python" "$root/benchmarks/peers.py"
}

make_environment ours "$root" cython pybind11 nanobind
make_environment reference cffi
CFLAGS=-O2 make_environment reference-O2 --no-binary cffi cffi
