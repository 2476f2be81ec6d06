#!/bin/bash
# Real cibuildwheel on a Debian machine, as root, from nothing: with podman and an image made here, so that only the package registries
# (Debian's and PyPI) are needed. Makes our own wheels first, then, with them, those of the sample project, and tests each in its container.
#
#     integration/cibuildwheel/run.sh [WORKDIR]         # default .work/cibuildwheel; wheels land in WORKDIR/ours and WORKDIR/project
#     PROJECT=/path/to/project BUILD='cp311-* cp313-*' integration/cibuildwheel/run.sh
#
# The image has the CPythons of ~/.pyenv where there is one, otherwise that of Debian. It proves the pipeline; wheels for the index are
# made in the official images.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mkdir -p "${1:-$root/.work/cibuildwheel}" && cd "${1:-$root/.work/cibuildwheel}" && pwd)
project=${PROJECT:-$root/integration/packages/squared}
pyenv=${PYENV_ROOT:-$HOME/.pyenv}
export CONTAINERS_STORAGE_CONF=$work/storage.conf CONTAINERS_CONF=$work/containers.conf

install_tools() {
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends podman buildah runc netavark mmdebstrap python3-venv >/dev/null
    [ -e "$work/venv/bin/cibuildwheel" ] && return
    python3 -m venv "$work/venv"
    "$work/venv/bin/pip" install -q cibuildwheel abi3audit
}

configure_podman() { # storage of its own, no network and resource settings that containers inside containers lack
    printf '[storage]\ndriver = "overlay"\ngraphroot = "%s/graph"\nrunroot = "%s/run"\n' "$work" "$work" > "$CONTAINERS_STORAGE_CONF"
    cat > "$CONTAINERS_CONF" <<'CONF'
[containers]
netns = "host"
default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
CONF
}

interpreters() { # the newest of each version from 3.9 on
    local found=()
    for version in 3.9 3.10 3.11 3.12 3.13 3.14; do
        found+=("$(find "$pyenv/versions" -maxdepth 1 -name "$version.*" 2>/dev/null | sort -V | tail -1)")
    done
    for folder in "${found[@]}"; do
        [ -n "$folder" ] && echo "$folder/bin/python"
    done
    [ -n "${found[*]// /}" ] || echo /usr/bin/python3
}

builds() { # what cibuildwheel calls them
    local python
    for python in $(interpreters); do
        "$python" -c 'import sys; print("cp%d%d-manylinux_*" % sys.version_info[:2])'
    done | xargs
}

make_base() { # a minimal Debian with a compiler and libffi
    podman image exists localhost/cffi-cibuildwheel-base && return
    local packages=gcc,g++,make,libffi-dev,pkgconf,ca-certificates,file,python3-venv,zlib1g,libssl3,libbz2-1.0,liblzma5,libsqlite3-0
    local mirror
    mirror=$(sed -n 's/^URIs: //p' /etc/apt/sources.list.d/debian.sources | head -1)
    mmdebstrap -q --variant=minbase --include="$packages,libreadline8,libncursesw6,libuuid1" bookworm - "$mirror" |
        podman import -q - localhost/cffi-cibuildwheel-base
}

make_image() {
    mkdir -p "$work/context"
    cp /etc/ssl/certs/ca-certificates.crt "$work/context/"
    podman build -q --network host --isolation chroot "${mounts[@]}" --build-arg PYTHONS="$(interpreters | xargs)" \
        -f "$here/Containerfile" -t localhost/cffi-cibuildwheel "$work/context"
}

seed_cache() { # cibuildwheel's audit step runs a virtualenv.pyz, which it would fetch from outside the registries
    local version archive
    version=$("$work/venv/bin/python" - <<'PY'
import pathlib, re, cibuildwheel
text = (pathlib.Path(cibuildwheel.__file__).parent / "resources/virtualenv.toml").read_text()
print(re.search(r'version = "([\d.]+)"', text)[1])
PY
)
    archive=$work/cache/virtualenv-$version.pyz
    [ -e "$archive" ] && return
    mkdir -p "$work/cache"
    "$work/venv/bin/pip" install -q --target "$work/virtualenv" "virtualenv==$version"
    printf 'from virtualenv.__main__ import run_with_catch\nrun_with_catch()\n' > "$work/virtualenv/__main__.py"
    python3 -m zipapp "$work/virtualenv" -o "$archive"
}

build_wheels() { # PROJECT OUTPUT [NAME=VALUE…]: cibuildwheel with further settings
    local source=$1 output=$2
    shift 2
    (cd "$source" && env CIBW_CACHE_PATH="$work/cache" CIBW_DEPENDENCY_VERSIONS=latest CIBW_BUILD="${BUILD:-$(builds)}" CIBW_BUILD_FRONTEND=build \
        CIBW_MANYLINUX_X86_64_IMAGE=localhost/cffi-cibuildwheel CIBW_MANYLINUX_AARCH64_IMAGE=localhost/cffi-cibuildwheel \
        CIBW_CONTAINER_ENGINE="podman; create_args: --network=host ${mounts[*]}; disable_host_mount: true" "$@" \
        "$work/venv/bin/cibuildwheel" --platform linux --output-dir "$output" .)
}

smoke_test='from cffi import FFI; f = FFI(); f.cdef("int abs(int);"); assert f.dlopen(None).abs(-3) == 3'
mounts=()
[ -d "$pyenv/versions" ] && mounts+=(-v "$pyenv:$pyenv:ro")
install_tools
configure_podman
make_base
make_image
seed_cache
commit=$(git -C "$root" rev-parse HEAD)
if [ ! -e "$work/ours/$commit" ]; then
    rm -rf "$work/source" "$work/ours"
    mkdir -p "$work/source" "$work/ours"
    git -C "$root" archive HEAD | tar -x -C "$work/source" # not the build folders and virtual environments of the tree
    build_wheels "$work/source" "$work/ours" CIBW_TEST_COMMAND="python -c '$smoke_test'"
    touch "$work/ours/$commit"
fi
mounts+=(-v "$work/ours:/ours:ro")
# ours is newer than what the index has, and a pre-release
build_wheels "$project" "$work/project" CIBW_ENVIRONMENT='PIP_FIND_LINKS=/ours PIP_PRE=1' \
    CIBW_CONFIG_SETTINGS="${CONFIG_SETTINGS:-}" CIBW_TEST_COMMAND="${TEST_COMMAND:-python -m squared}" CIBW_TEST_ENVIRONMENT='PIP_FIND_LINKS=/ours PIP_PRE=1'
ls -l "$work/ours" "$work/project"
