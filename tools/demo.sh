#!/bin/sh
# The way from a checkout to a running module: our wheel → a wheel of integration/packages/zlib_stream → a clean environment.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
work=$PWD/.work/demo
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_QUIET=1

rm -rf "$work"
mkdir -p "$work"
echo "demo: our own wheel"
"$python" -m venv "$work/builder"
"$work/builder/bin/python" -m pip wheel --no-deps --wheel-dir "$work/wheels" .
"$work/builder/bin/python" -m pip install build

echo "demo: python -m build integration/packages/zlib_stream"
echo "cffi==$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)" >"$work/constraints.txt"
PIP_FIND_LINKS="$work/wheels ${PIP_FIND_LINKS:-}" PIP_CONSTRAINT=$work/constraints.txt PIP_BUILD_CONSTRAINT=$work/constraints.txt \
    "$work/builder/bin/python" -m build --outdir "$work/dist" integration/packages/zlib_stream

echo "demo: its wheel in a clean environment"
"$python" -m venv "$work/user"
"$work/user/bin/python" -m pip install --find-links "$work/wheels" --constraint "$work/constraints.txt" "$work"/dist/*.whl
cd "$work"
"$work/user/bin/python" -c 'import cffi, _cffi_backend; print("cffi", cffi.__version__, _cffi_backend.__file__)'
"$work/user/bin/python" -m zlib_stream
