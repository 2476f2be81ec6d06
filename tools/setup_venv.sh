#!/bin/sh
# Makes .venv with this project installed in editable form and the tools that tests need. Cheap when nothing changed.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}

[ -x .venv/bin/python ] || "$python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=24" "setuptools>=70.1" wheel
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --editable '.[build,test]'
