#!/bin/sh
# Sees to it that this machine has what a goal needs: setup_machine.sh PYTHON demo|test|check
# What is missing is installed with apt-get where that is possible, otherwise the command to type is printed.
set -eu
python=$1
goal=$2
missing=

have() { command -v "$1" >/dev/null 2>&1; }
want() { missing="$missing $1"; }
header() { printf '#include <%s>\n' "$1" | cc -E -o /dev/null - 2>/dev/null; }

if ! have "$python"; then
    echo "setup: no '$python' here; install Python 3.9 or later, or say PYTHON=/path/to/python make $goal" >&2
    exit 1
fi
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 9))' || {
    echo "setup: $("$python" --version) is too old: Python 3.9 or later is needed; say PYTHON=/path/to/python make $goal" >&2
    exit 1
}

have cc || want gcc
have pkg-config || want pkg-config
"$python" -c 'import ensurepip, venv' 2>/dev/null || want python3-venv
"$python" -c 'import os, sys, sysconfig; sys.exit(not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))' \
    || want python3-dev
{ have pkg-config && pkg-config --exists libffi; } || want libffi-dev
if ! have cc || ! header stdlib.h; then want libc6-dev; fi
if ! have cc || ! header zlib.h; then want zlib1g-dev; fi

if [ "$goal" != demo ]; then
    have c++ || want g++
    have clang || want clang
    have git || want git
    if ! have cc || ! header sqlite3.h; then want libsqlite3-dev; fi
    # the small ones of the libraries whose headers are scanned; tests of the others are skipped where they are missing
    if ! have cc || ! header png.h; then want libpng-dev; fi
    if ! have cc || ! header lz4.h; then want liblz4-dev; fi
    if ! have cc || ! header sodium.h; then want libsodium-dev; fi
    "$python" -c 'import ctypes.util, sys; sys.exit(ctypes.util.find_library("cairo") is None)' || want libcairo2
fi
if [ "$goal" = check ]; then
    have clang-format || want clang-format
fi

[ -n "$missing" ] || exit 0
if have apt-get && [ "$(id -u)" = 0 ]; then
    echo "setup: installing$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # shellcheck disable=SC2086
    apt-get install -qq -y --no-install-recommends $missing >/dev/null
elif have apt-get; then
    echo "setup: something is missing here; type: sudo apt-get install$missing" >&2
    exit 1
else
    echo "setup: something is missing here; Debian calls it:$missing" >&2
    exit 1
fi
