#!/bin/sh
# The way from a checkout to a running module: our wheel → a wheel of integration/packages/zlib_stream → a clean environment.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
work=.work/demo
pip="-m pip --quiet --disable-pip-version-check"

rm -rf "$work"
mkdir -p "$work"
echo "demo: an environment with cffi and build"
"$python" -m venv "$work/builder"
# shellcheck disable=SC2086
"$work/builder/bin/python" $pip install build .
# shellcheck disable=SC2086
"$work/builder/bin/python" $pip wheel --no-deps --wheel-dir "$work/wheels" .

echo "demo: python -m build integration/packages/zlib_stream"
PIP_FIND_LINKS=$PWD/$work/wheels PIP_PRE=1 "$work/builder/bin/python" -m build --outdir "$work/dist" integration/packages/zlib_stream

echo "demo: install the wheel into a clean environment and run it"
"$python" -m venv "$work/user"
# shellcheck disable=SC2086
"$work/user/bin/python" $pip install --pre --find-links "$work/wheels" "$work"/dist/*.whl
"$work/user/bin/python" -m zlib_stream "$python" || exit 1
