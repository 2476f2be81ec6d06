#!/bin/bash
# Builds the project for each interpreter given, in an environment of its own, and runs the tests of the runtime with it:
#
#     tools/matrix.sh ~/.pyenv/versions/*/bin/python        one line an interpreter; exit status 1 when one of them fails
#     TESTS="tests/c_src -k gc" WORK=/tmp/matrix tools/matrix.sh python3.14
#
# An interpreter without ssl gets its packages through HOST_PYTHON (default python3). Logs and environments stay below WORK (.work/matrix).
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
work=${WORK:-$root/.work/matrix}
tests=${TESTS:-tests/isolated tests/c_src tests/cffi_runtime tests/cffi}
packages=("setuptools>=70.1" wheel pytest pycparser build)

install_packages() { # PYTHON: what building and testing need
    local python=$1 site
    if "$python" -c 'import ssl' 2>/dev/null; then
        "$python" -m pip install -q "${packages[@]}" 'tomli; python_version < "3.11"'
    else
        site=$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
        "${HOST_PYTHON:-python3}" -m pip install -q --target "$site" --upgrade --only-binary :all: \
            --python-version "$("$python" -c 'import sys; print("%d%d" % sys.version_info[:2])')" --abi none "${packages[@]}"
    fi
}

make_environment() { # PYTHON FOLDER
    local python=$1 folder=$2
    [ -e "$folder/ready" ] && return
    if "$python" -c 'import ssl' 2>/dev/null; then
        "$python" -m venv "$folder"
    else
        "$python" -m venv --without-pip "$folder"
    fi && install_packages "$folder/bin/python" && touch "$folder/ready"
}

build_extension() { # PYTHON FOLDER: the extension goes into the environment, the rest is used where it is
    local python=$1 folder=$2 site
    site=$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    (cd "$root" && CFFI_WERROR=1 "$python" setup.py -q build_ext --build-temp "$folder/objects" --build-lib "$site") &&
        echo "$root" > "$site/cffi_tree.pth"
}

run_tests() { # PYTHON
    # shellcheck disable=SC2086 # several paths
    (cd "$root" && "$1" -m pytest -q -p no:cacheprovider --durations=5 $tests)
}

test_one() { # PYTHON: prints its line
    local python name folder
    python=$(command -v "$1") || { echo "$1: not found"; return 1; }
    name=$("$python" -c 'import sys, sysconfig; print("%d.%d.%d" % sys.version_info[:3] + (sysconfig.get_config_var("ABIFLAGS") or ""))')
    folder=$work/$name
    mkdir -p "$folder"
    make_environment "$python" "$folder/venv" >"$folder/log" 2>&1 || { echo "$name: no environment, see $folder/log"; return 1; }
    build_extension "$folder/venv/bin/python" "$folder" >>"$folder/log" 2>&1 || { echo "$name: does not build, see $folder/log"; return 1; }
    run_tests "$folder/venv/bin/python" >>"$folder/log" 2>&1
    local status=$?
    echo "$name: $(tail -1 "$folder/log")"
    return $status
}

status=0
for interpreter in "$@"; do
    test_one "$interpreter" || status=1
done
exit $status
