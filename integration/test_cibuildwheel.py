"""The real cibuildwheel: our wheels and those of a sample project, built and tested in containers. Takes minutes, podman and root."""

import os
import re
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("cibuildwheel") / "run.sh"
WANTED = "CFFI_TEST_CIBUILDWHEEL"

pytestmark = pytest.mark.skipif(os.environ.get(WANTED) != "1", reason=f"needs podman, root and some minutes: {WANTED}=1 runs it")


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    """Where the image and our wheels are kept for the tests of this file."""
    return Path(os.environ.get("CFFI_CIBUILDWHEEL_WORK") or tmp_path_factory.mktemp("cibuildwheel"))


def built(work, **environment):
    for wheel in (work / "project").glob("*.whl"):
        wheel.unlink()
    done = subprocess.run([SCRIPT, work], env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, done.stdout[-5000:]
    wheels = sorted(wheel.name.split("-")[2:4] for wheel in (work / "project").glob("*.whl"))
    return wheels, re.findall(r"cp(\d+)-manylinux_x86_64: .*\(test only\)", done.stdout)


def interpreters(work):
    """The tags of the interpreters that our own wheels are for."""
    return sorted(wheel.name.split("-")[2] for wheel in (work / "ours").glob("cffi-*.whl"))


def test_one_abi3_wheel_is_built_and_tested_with_every_interpreter(work):
    wheels, tested_only = built(work)
    assert [abi for _, abi in wheels] == ["abi3"]
    assert len(tested_only) == len(interpreters(work)) - 1


def test_without_the_limited_api_each_interpreter_has_a_wheel_of_its_own(work):
    wheels, tested_only = built(work, CONFIG_SETTINGS="limited-api=false")
    assert tested_only == []
    assert [tag for tag, _ in wheels] == [abi for _, abi in wheels] == interpreters(work)
