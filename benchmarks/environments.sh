#!/bin/bash
# Makes the environments that are compared, below .work/benchmarks: ours, reference (the wheel of the index), reference-O2 (built here).
#
#     PYTHON=python3.13 benchmarks/environments.sh
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
folder=${CFFI_BENCHMARKS:-$root/.work/benchmarks}
python=${PYTHON:-python3}

# The reference's wheel has libffi in it. So has ours here, where there is one that can be part of a library (Debian's libffi_pic.a).
describe_static_libffi() {
    local library
    library=$(find /usr/lib -name libffi_pic.a -print -quit)
    [ -n "$library" ] || return 0
    mkdir -p "$folder/pkgconfig"
    printf '%s\n' "Name: libffi" "Description: linked statically" "Version: $(pkg-config --modversion libffi)" "Libs: $library" \
        "Cflags: $(pkg-config --cflags libffi)" > "$folder/pkgconfig/libffi.pc"
}

make_environment() { # NAME PACKAGE…
    local name=$1
    shift
    "$python" -m venv --clear "$folder/$name"
    "$folder/$name/bin/python" -m pip install -q setuptools pyperf "$@"
    CFFI_BENCHMARKS=$folder "$folder/$name/bin/python" "$root/benchmarks/peers.py"
}

describe_static_libffi
PKG_CONFIG_PATH=$folder/pkgconfig make_environment ours "$root" cython pybind11 nanobind
make_environment reference cffi
CFLAGS=-O2 make_environment reference-O2 --no-binary cffi cffi
