"""cffi-build new: the project it makes builds, passes its test and its check."""

import subprocess
import sys

import pytest

from cffi_build.cli import main, skeleton
from cffi_build.config.load import load


def run(*command, cwd):
    done = subprocess.run([sys.executable, "-m", *command], cwd=cwd, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_new_project_builds_and_passes_its_test(tmp_path, capsys):
    folder = tmp_path / "below" / "My-Points"
    assert main(["new", str(folder)]) == 0
    assert f"cd {folder}\n    pip install -e '.[test]'\n    pytest\n" in capsys.readouterr().out
    (module,) = load(folder).modules
    assert module.name == "my_points._my_points"
    run("cffi_build", "build", cwd=folder)
    assert "3 passed" in run("pytest", "-q", "-c", "pyproject.toml", "--rootdir", ".", "-o", "pythonpath=src", cwd=folder)
    assert run("cffi_build", "check", cwd=folder) == "cffi-build check: no mistakes\n"
    assert [path.name for path in folder.parent.iterdir()] == ["My-Points"]


def test_an_empty_folder_can_be_filled_under_another_name(tmp_path):
    main(["new", str(tmp_path), "--name", "other"])
    made = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert made == set(skeleton.files("other", "other"))
    assert 'name = "other"' in (tmp_path / "pyproject.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["1st", "class", "a b", "ä", "a/../b", "_x", "x_", "-"])
def test_a_name_that_is_none_is_refused(tmp_path, name, capsys):
    with pytest.raises(SystemExit) as raised:
        main(["new", str(tmp_path / "project"), "--name", name])
    assert raised.value.code == 1
    assert f"{name!r} cannot be the name of a project" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_what_is_there_is_left_alone(tmp_path, capsys):
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "mine").write_text("x")
    for path in ("project", "project/mine"):
        with pytest.raises(SystemExit):
            main(["new", str(tmp_path / path)])
        assert "there is something already" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["new", str(tmp_path / "project" / "mine" / "below")])
    assert [path.name for path in (tmp_path / "project").iterdir()] == ["mine"]


@pytest.mark.parametrize("arguments", [[], ["unknown"], ["new"], ["scan"], ["scan", "a.h", "--mode", "x"]])
def test_a_wrong_command_line_ends_with_exit_code_2_and_the_usage(arguments, capsys):
    with pytest.raises(SystemExit) as raised:
        main(arguments)
    assert raised.value.code == 2
    assert "usage: cffi-build" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["new", "migrate", "generate", "build", "scan", "check"])
def test_every_command_has_help(command, capsys):
    with pytest.raises(SystemExit) as raised:
        main([command, "--help"])
    assert raised.value.code == 0
    assert "usage: cffi-build " + command in capsys.readouterr().out
