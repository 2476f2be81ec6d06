"""Projects that Meson and CMake build: cffi-build generate writes the C file, the manifest says how to compile it."""

import shutil
import sys
from pathlib import Path

import pytest

PACKAGES = Path(__file__).resolve().parent / "packages"

PROGRAM = "from squared_{0} import lib; print(lib.square(12), lib.hypotenuse(3, 4))"


@pytest.mark.parametrize("name", ["meson", "cmake"])
def test_a_project_of_another_build_system_works_in_a_clean_environment(frontend_environment, environment, run, tmp_path, name):
    shutil.copytree(PACKAGES / f"squared_{name}", tmp_path / "project")  # only a wheel: Meson makes sdists of Git repositories
    run(sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path / "dist", tmp_path / "project", env=frontend_environment)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    assert "-abi3-" in wheel.name
    assert run(environment(wheel), "-c", PROGRAM.format(name), cwd=wheel.parent) == "144 5.0\n"


@pytest.mark.parametrize("tool", ["make", "ninja"])
def test_a_depfile_makes_the_file_anew_when_the_declarations_change(tmp_path, run, tool):
    if not shutil.which(tool):
        pytest.skip(f"{tool} is not installed")
    project = tmp_path / "project"
    shutil.copytree(PACKAGES / "squared_meson", project)
    generate = f"{sys.executable} -m cffi_build generate --project {project} --depfile d"
    if tool == "make":
        (tmp_path / "Makefile").write_text(f"squared_meson__squared.c:\n\t{generate}\n-include d\n")
    else:
        rule = f"rule generate\n  command = {generate}\n  depfile = d\n  restat = 1\n"
        (tmp_path / "build.ninja").write_text(f"{rule}build squared_meson__squared.c: generate\n")
    run(tool, cwd=tmp_path)
    made = tmp_path / "squared_meson__squared.c"
    assert "_cffi_f_cube" not in made.read_text()
    declarations = project / "src" / "squared.cdef.h"
    declarations.write_text(declarations.read_text() + "int cube(int x);\n")
    run(tool, cwd=tmp_path)
    assert "cube" in made.read_text()
