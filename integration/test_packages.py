"""The sample projects: built through `python -m build` in isolation, installed in clean environments, run on real data."""

import os
import shutil
import socket
import sys
import tarfile
import zipfile

import pytest

NAMES = ["squared", "zlib_stream", "sqlite_mini"]
ABI = "host_name"
REFERENCE = "cffi>=1.17,<3"


def metadata(wheel):
    archive = zipfile.ZipFile(wheel)
    (name,) = [name for name in archive.namelist() if name.endswith("METADATA")]
    return archive.read(name).decode().splitlines()


def without_pythonpath(**more):
    return {**{name: value for name, value in os.environ.items() if name != "PYTHONPATH"}, **more}


@pytest.mark.parametrize("name", NAMES)
def test_a_wheel_is_tagged_abi3_and_requires_the_range_that_also_has_the_reference(build_package, name):
    wheel = build_package(name)
    assert "-cp39-abi3-" in wheel.name
    assert 'Requires-Dist: cffi>=1.17; implementation_name != "pypy"' in metadata(wheel)


def test_a_wheel_of_the_abi_mode_is_for_every_python(build_package):
    assert "-py3-none-any" in build_package(ABI).name


def test_the_samples_run_on_our_runtime_in_a_clean_environment(build_package, environment, run, version):
    python = environment(*map(build_package, [*NAMES, ABI]))
    freeze = run(sys.executable, "-m", "pip", "--python", python, "freeze", env=without_pythonpath())
    assert {line.partition(" ")[0].partition("=")[0] for line in freeze.splitlines()} >= {"cffi", "pycparser", "squared"}
    assert "setuptools" not in freeze
    assert "No broken requirements" in run(sys.executable, "-m", "pip", "--python", python, "check", env=without_pythonpath())
    outputs = [run(python, "-m", name, cwd=python.parent, env=without_pythonpath()) for name in [*NAMES, ABI]]
    assert "square(12) = 144, hypotenuse(3, 4) = 5.0" in outputs[0]
    assert "bytes, crc32" in outputs[1]
    assert "rows each way" in outputs[2]
    assert socket.gethostname() in outputs[3]
    assert run(python, "-c", "import _cffi_backend, cffi; print(cffi.__version__)", cwd=python.parent).strip() == version


def test_the_same_wheels_run_on_the_reference_runtime(build_package, environment, run):
    python = environment(*map(build_package, [*NAMES, ABI]), REFERENCE, env=without_pythonpath())
    assert run(python, "-c", "import cffi; print(cffi.__version__)", cwd=python.parent).startswith(("1.", "2."))
    for name in [*NAMES, ABI]:
        run(python, "-m", name, cwd=python.parent, env=without_pythonpath())


def test_our_wheel_has_the_packages_the_extension_and_the_entry_points(wheel, version):
    archive = zipfile.ZipFile(wheel)
    names = archive.namelist()
    assert [name for name in names if name.startswith("_cffi_backend.")]
    assert {name.partition("/")[0] for name in names if "/" in name} == {"cffi", "cffi_build", "cffi_runtime", f"cffi-{version}.dist-info"}
    assert {"cffi_build/emit/headers/cffi_abi.h", "cffi_build/emit/headers/cffi_module.h", "cffi_runtime/py.typed"} <= set(names)
    entry_points = archive.read(f"cffi-{version}.dist-info/entry_points.txt").decode()
    assert "cffi-build = cffi_build.cli:main" in entry_points
    requirements = [line for line in metadata(wheel) if line.startswith("Requires-Dist") and "extra ==" not in line]
    assert requirements == ['Requires-Dist: pycparser; implementation_name != "pypy"', 'Requires-Dist: tomli>=1.1; python_version < "3.11"']


def test_our_sdist_has_what_the_wheel_is_made_from_and_the_tests(wheelhouse):
    (sdist,) = wheelhouse.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"c_src/module.c", "c_src/types/prim.def", "setup.py", "pyproject.toml", "Makefile", "tests/test_layers.py"} <= names
    assert not [name for name in names if name.endswith((".so", ".o", ".pyc"))]


def test_an_installed_wheel_offers_the_command_cffi_build(wheel, environment, run):
    python = environment(wheel)
    help_text = run(python.with_name("cffi-build"), "--help", cwd=python.parent)
    assert "generate" in help_text
    assert run(python, "-m", "cffi_build", "--help", cwd=python.parent).splitlines()[2:] == help_text.splitlines()[2:]


def test_compiling_without_setuptools_says_what_to_install(wheel, environment, run):
    program = (
        "from cffi import FFI\nffi = FFI()\nffi.cdef('int f(int);')\nffi.set_source('_m', 'static int f(int x) { return x; }')\n"
        "try:\n    ffi.compile()\nexcept Exception as error:\n    print(type(error).__name__, error)\n"
    )
    python = environment(wheel)
    assert "pip install 'cffi[build]'" in run(python, "-c", program, cwd=python.parent)


@pytest.mark.parametrize("editable", [False, True], ids=["plain", "editable"])
def test_pip_installs_a_project_from_its_folder(frontend_environment, tmp_path, run, editable):
    from_folder = tmp_path / "squared"
    shutil.copytree("integration/packages/squared", from_folder)
    folder = tmp_path / "environment"
    run(sys.executable, "-m", "venv", "--without-pip", folder)
    python = folder / "bin" / "python"
    options = ["--editable"] if editable else []
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", *options, from_folder, env=frontend_environment)
    assert run(python, "-m", "squared", cwd=tmp_path, env=without_pythonpath()).startswith("square(12) = 144")


def test_a_project_with_setup_py_and_build_scripts_is_built_and_runs_on_both_runtimes(build_package, environment, run):
    wheel = build_package("build_script")
    names = [name for name in zipfile.ZipFile(wheel).namelist() if "dist-info" not in name]
    files = ["__init__.py", "__main__.py", "_compiled.abi3.so", "_declared.py"]
    assert sorted(names) == [f"build_script/{name}" for name in files]
    for requirements, env in (([wheel], None), ([wheel, REFERENCE], without_pythonpath())):
        python = environment(*requirements, **({"env": env} if env else {}))
        assert run(python, "-m", "build_script", cwd=python.parent, env=without_pythonpath()) == "add(2, 3) = 5, strlen = 4\n"
