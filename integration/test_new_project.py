"""The project that `cffi-build new` makes: the commands of its README, in a clean environment."""

import subprocess
import sys


def test_a_new_project_installs_and_passes_its_test(environment, run, tmp_path):
    run(sys.executable, "-m", "cffi_build", "new", tmp_path / "points")
    python = environment("-e", f"{tmp_path / 'points'}[test]")
    assert "3 passed" in run(python, "-m", "pytest", "-q", cwd=tmp_path / "points")


def test_a_wheel_of_a_new_project_installs_and_passes_its_test(environment, run, frontend_environment, tmp_path):
    run(sys.executable, "-m", "cffi_build", "new", tmp_path / "points")
    command = [sys.executable, "-m", "build", "--outdir", tmp_path / "dist", tmp_path / "points"]
    assert subprocess.run([str(word) for word in command], env=frontend_environment, capture_output=True).returncode == 0
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    assert "3 passed" in run(environment(f"{wheel}[test]"), "-m", "pytest", "-q", tmp_path / "points" / "tests")
