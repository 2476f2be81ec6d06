"""The tool validate-pyproject finds our schema by itself, where cffi is installed, and says what is wrong with a `[tool.cffi]` table."""

import subprocess
from pathlib import Path

import pytest

PACKAGES = Path(__file__).parent / "packages"


@pytest.fixture(scope="module")
def validate(wheel, environment):
    python = environment(wheel, "validate-pyproject")

    def run(path):
        command = [python.parent / "validate-pyproject", path]
        done = subprocess.run([*map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")
        return done.returncode, done.stdout

    return run


@pytest.mark.parametrize("name", sorted(path.parent.name for path in PACKAGES.glob("*/pyproject.toml")))
def test_the_sample_projects_are_valid(validate, name):
    assert validate(PACKAGES / name / "pyproject.toml")[0] == 0


@pytest.mark.parametrize(("right", "wrong", "said"), [("libraries =", "librarys =", "librarys"), ('["csrc"]', "7", "include-dirs")])
def test_what_is_wrong_is_named(validate, tmp_path, right, wrong, said):
    text = (PACKAGES / "squared" / "pyproject.toml").read_text(encoding="utf-8")
    assert right in text
    (tmp_path / "pyproject.toml").write_text(text.replace(right, wrong), encoding="utf-8")
    code, output = validate(tmp_path / "pyproject.toml")
    assert code == 1
    assert said in output
