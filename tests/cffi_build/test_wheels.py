"""What is in a wheel, and under which tag: reproducible files, licenses, bills of materials, bundled libraries."""

import json
import shutil
import subprocess
import sys
import tarfile
import zipfile

import pytest

MODULE = """
[[tool.cffi.modules]]
name = "pkg._mod"
cdef-files = ["mod.cdef.h"]
source = '#include "mod.h"'
sources = ["csrc/*.c"]
include-dirs = ["csrc"]
"""
FILES = {
    "pkg/__init__.py": "",
    "mod.cdef.h": "int add(int, int);\n",
    "csrc/mod.h": "int add(int, int);\n",
    "csrc/mod.c": '#include <assert.h>\n#include "mod.h"\nint add(int a, int b) { assert(a > -1000); return a + b; }\n',
    "LICENSE": "free\n",
    "sboms/own.spdx.json": "{}\n",
}
ABI = '[[tool.cffi.modules]]\nname = "pkg._mod"\nmode = "abi"\ncdef-files = ["mod.cdef.h"]\n'


def names(wheel):
    return set(zipfile.ZipFile(wheel).namelist())


def tag(wheel):
    return wheel[: -len(".whl")].split("-", 2)[2]


@pytest.mark.parametrize("flags", ["-O1", "-g -O2"])
def test_a_wheel_from_the_sdist_equals_the_one_from_the_tree_wherever_they_are_built(call_hook, write_project, tmp_path, flags):
    project = write_project(MODULE, FILES)
    environment = {"CFLAGS": flags, "CFFI_BUILD_CACHE": "false"}
    sdist = call_hook("build_sdist", project, tmp_path)
    elsewhere = tmp_path / "another" / "place"
    elsewhere.mkdir(parents=True)
    with tarfile.open(tmp_path / sdist) as archive:
        archive.extractall(elsewhere)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    one = call_hook("build_wheel", project, tmp_path / "one", **environment)
    other = call_hook("build_wheel", elsewhere / "sample-1.0", tmp_path / "other", TMPDIR=str(temporary), **environment)
    assert (tmp_path / "one" / one).read_bytes() == (tmp_path / "other" / other).read_bytes()
    (module,) = [name for name in names(tmp_path / "one" / one) if name.endswith(".so")]
    assert str(tmp_path).encode() not in zipfile.ZipFile(tmp_path / "one" / one).read(module)


def test_a_wheel_out_of_the_cache_is_the_one_that_was_compiled(call_hook, write_project, tmp_path):
    project = write_project(MODULE, FILES)
    kept = {"CFFI_BUILD_CACHE": str(tmp_path / "cache")}
    wheels = [call_hook("build_wheel", project, tmp_path / str(n), **kept) for n in (1, 2)]
    assert (tmp_path / "1" / wheels[0]).read_bytes() == (tmp_path / "2" / wheels[1]).read_bytes()


def test_license_files_and_expression_are_in_the_metadata(call_hook, write_project, tmp_path):
    project = write_project(MODULE, FILES, project='license = "MIT"\nlicense-files = ["LICENSE"]\n')
    wheel = zipfile.ZipFile(tmp_path / call_hook("build_wheel", project, tmp_path))
    assert wheel.read("sample-1.0.dist-info/licenses/LICENSE") == b"free\n"
    metadata = wheel.read("sample-1.0.dist-info/METADATA").decode().splitlines()
    assert {"License-Expression: MIT", "License-File: LICENSE"} <= set(metadata)


# ---- bills of materials

BILLS = """
[tool.cffi]
sbom-files = ["sboms/*.json"]
vendored = [{ name = "mod", version = "2.1", license = "MIT", purl = "pkg:generic/mod@2.1", files = ["csrc/*"] }]
"""


def test_bills_of_materials_are_in_the_wheel_and_in_prepared_metadata(call_hook, write_project, tmp_path):
    project = write_project(BILLS + MODULE, FILES)
    prepared = tmp_path / call_hook("prepare_metadata_for_build_wheel", project, tmp_path)
    wheel = zipfile.ZipFile(tmp_path / call_hook("build_wheel", project, tmp_path, {}, prepared))
    bills = {name for name in wheel.namelist() if "/sboms/" in name}
    assert bills == {f"sample-1.0.dist-info/sboms/{name}" for name in ("own.spdx.json", "sample.cffi-build.cdx.json")}
    for name in bills:
        assert wheel.read(name) == (tmp_path / name).read_bytes()
    assert all(f"{name},sha256=" in wheel.read("sample-1.0.dist-info/RECORD").decode() for name in bills)


def test_the_bill_of_vendored_libraries_names_them_their_files_and_digests(call_hook, write_project, tmp_path):
    project = write_project(BILLS + MODULE, FILES)
    folder = tmp_path / call_hook("prepare_metadata_for_build_wheel", project, tmp_path)
    bill = json.loads((folder / "sboms" / "sample.cffi-build.cdx.json").read_text(encoding="utf-8"))
    (library,) = bill["components"]
    assert (library["name"], library["version"], library["licenses"]) == ("mod", "2.1", [{"expression": "MIT"}])
    digests = {file["name"]: file["hashes"][0]["content"] for file in library["components"]}
    listed = subprocess.run(["sha256sum", *digests], cwd=project, stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout
    assert {line.split()[1]: line.split()[0] for line in listed.splitlines()} == digests
    assert bill["dependencies"] == [{"ref": "pkg:pypi/sample@1.0", "dependsOn": ["pkg:generic/mod@2.1"]}]


def test_bills_are_part_of_the_sdist(call_hook, write_project, tmp_path):
    sdist = call_hook("build_sdist", write_project(BILLS + MODULE, FILES), tmp_path)
    with tarfile.open(tmp_path / sdist) as archive:
        assert "sample-1.0/sboms/own.spdx.json" in archive.getnames()


# ---- tags


def test_a_bundled_library_makes_a_pure_wheel_one_for_this_platform(call_hook, write_project, tmp_path):
    project = write_project(ABI, FILES)
    assert tag(call_hook("build_wheel", project, tmp_path)) == "py3-none-any"
    subprocess.run(["cc", "-shared", "-fPIC", "csrc/mod.c", "-o", "pkg/libmod.so"], cwd=project, check=True)
    more = '\n[tool.setuptools.package-data]\npkg = ["*.so"]\n'
    (project / "pyproject.toml").write_text((project / "pyproject.toml").read_text(encoding="utf-8") + more, encoding="utf-8")
    wheel = call_hook("build_wheel", project, tmp_path)
    assert tag(wheel).startswith("py3-none-")
    assert not tag(wheel).endswith("any")
    archive = zipfile.ZipFile(tmp_path / wheel)
    assert "pkg/libmod.so" in archive.namelist()
    assert "Root-Is-Purelib: false" in archive.read("sample-1.0.dist-info/WHEEL").decode().splitlines()


def test_a_module_that_uses_more_than_the_stable_abi_is_refused(call_hook, write_project, tmp_path):
    code = "#include <Python.h>\nint add(int a, int b) { return a + b + (int)PyUnicode_GetLength(PyUnicode_FromKindAndData(1, 0, 0)); }\n"
    project = write_project(MODULE, {**FILES, "csrc/mod.c": code})
    message = call_hook("build_wheel", project, tmp_path / "out", code=1)
    assert "pkg/_mod.abi3.so: it uses PyUnicode_FromKindAndData (not in the stable ABI): set limited-api to false" in message
    assert not list((tmp_path / "out").glob("*"))
    assert call_hook("build_wheel", project, tmp_path / "out", {"limited-api": "false"}).startswith("sample-1.0-cp3")


def test_a_compiler_for_another_machine_is_noticed(call_hook, write_project, tmp_path):
    message = call_hook("build_wheel", write_project(MODULE, FILES), tmp_path / "out", code=1, _PYTHON_HOST_PLATFORM="linux-s390x")
    assert "does CC compile for the platform of the tag?" in message


@pytest.mark.skipif(sys.platform != "linux" or shutil.which("cc") is None, reason="auditwheel is for Linux")
def test_auditwheel_and_abi3audit_agree_with_the_tag(call_hook, write_project, tmp_path):
    wheel = tmp_path / call_hook("build_wheel", write_project(MODULE, FILES), tmp_path)
    shown = subprocess.run([sys.executable, "-m", "auditwheel", "show", str(wheel)], stdout=subprocess.PIPE, encoding="utf-8", check=True)
    assert "is consistent with" in " ".join(shown.stdout.split())
    audit = [sys.executable, "-m", "abi3audit", "--strict", "--report", str(wheel)]
    report = json.loads(subprocess.run(audit, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8", check=True).stdout)
    (spec,) = report["specs"].values()
    (entry,) = spec["wheel"]
    assert entry["result"]["is_abi3"]
    assert entry["result"]["is_abi3_baseline_compatible"]
