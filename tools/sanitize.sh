#!/bin/bash
# Builds the extension with AddressSanitizer and UndefinedBehaviorSanitizer and runs tests with it, leaks counted:
#
#     tools/sanitize.sh                              the tests of the runtime; some twenty minutes
#     tools/sanitize.sh tests/c_src/data -k gc       what pytest is to run
#     PYTHON=python3.13 WORK=/tmp/san tools/sanitize.sh
#     tools/sanitize.sh -- python script.py          another command, with `python` and `pytest` those of the environment
#
# Fails when tests fail, or when any process of them reported an error or a leak of memory that c_src allocated. Needs gcc and
# its libasan. Environment, objects and reports stay below WORK (.work/sanitize).
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
work=${WORK:-$root/.work/sanitize}
python=$work/venv/bin/python
flags="-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined"
# These measure memory or time, which is another under the sanitizers.
left_out=(
    --deselect tests/c_src/data/test_leaks.py --deselect tests/isolated/test_leaks.py
    --deselect tests/isolated/test_threads.py::test_types_that_several_threads_make_are_reclaimed
    --deselect tests/c_src/data/test_cdata_release.py::test_releasing_large_memory_gives_it_back_to_the_system
)

make_environment() {
    [ -e "$work/venv/ready" ] && return
    "${PYTHON:-python3}" -m venv "$work/venv" &&
        "$python" -m pip install -q "setuptools>=70.1" wheel pytest pycparser hypothesis build 'tomli; python_version < "3.11"' &&
        touch "$work/venv/ready"
}

build_extension() {
    local site
    site=$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    (cd "$root" && CFFI_WERROR=1 CC=gcc LDSHARED="gcc -shared" CFLAGS="$flags" LDFLAGS="-fsanitize=address,undefined" \
        "$python" setup.py -q build_ext --build-temp "$work/objects" --build-lib "$site") && echo "$root" > "$site/cffi_tree.pth"
}

# Compilers that tests start run without the sanitizers, which only slow them down.
make_compilers() {
    local name path
    mkdir -p "$work/bin"
    for name in cc gcc g++ c++ clang; do
        path=$(command -v "$name") || continue
        printf '#!/bin/sh\nunset LD_PRELOAD\nexec "%s" "$@"\n' "$path" > "$work/bin/$name" && chmod +x "$work/bin/$name"
    done
}

# Leaks of other programs are no error of ours: they are only written to the reports. Stacks go through
# Python, which has no frame pointers: hence the slow unwinder. PYTHONMALLOC: each object is a block of its own.
run() {
    local reports=$work/reports
    rm -rf "$reports" && mkdir -p "$reports"
    (
        cd "$root" || exit 1
        export PATH="$work/bin:$work/venv/bin:$PATH" CFFI_SANITIZED=1 PYTHONMALLOC=malloc
        export ASAN_OPTIONS="detect_leaks=1:log_path=$reports/asan:malloc_context_size=12:fast_unwind_on_malloc=0:allocator_may_return_null=1"
        export LSAN_OPTIONS="exitcode=0:suppressions=$root/tools/lsan.supp:print_suppressions=0"
        export UBSAN_OPTIONS="print_stacktrace=1:log_path=$reports/ubsan"
        LD_PRELOAD="$(gcc -print-file-name=libasan.so) $(gcc -print-file-name=libubsan.so)" "$@"
    )
    local status=$?
    "$python" "$root/tools/sanitizer_reports.py" "$reports" || status=1
    return $status
}

make_environment || { echo "sanitize.sh: cannot make an environment in $work/venv" >&2; exit 1; }
build_extension || { echo "sanitize.sh: the extension does not build" >&2; exit 1; }
make_compilers
if [ "${1:-}" = "--" ]; then
    shift
    run "$@"
else
    [ $# -gt 0 ] || set -- tests/c_src tests/isolated tests/cffi_runtime tests/cffi
    run "$python" -m pytest -q -p no:cacheprovider "${left_out[@]}" "$@"
fi
