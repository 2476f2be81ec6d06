"""Published projects with a setup.py: `cffi-build migrate --write` leaves projects that build the same modules.

The sources are sdists in ~/.cache/cffi-clients/sdists (or $CFFI_CLIENTS_CACHE), as PyPI has them.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

CACHE = Path(os.environ.get("CFFI_CLIENTS_CACHE") or Path.home() / ".cache" / "cffi-clients") / "sdists"
PROJECTS = ["xattr-1.3.0", "xxhash-cffi-1.3.0", "brotlicffi-1.2.1.0", "bcj-cffi-0.5.1", "ppmd-cffi-0.5.0"]

TELL = """
import importlib.util, json, sys
path, name = sys.argv[1:]
spec = importlib.util.spec_from_file_location(name, path)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
def size(name):
    try:
        return module.ffi.sizeof(name)
    except module.ffi.error as error:
        return str(error)
values = {key: getattr(module.lib, key) for key in dir(module.lib)}
functions = {key: str(module.ffi.typeof(value)) for key, value in values.items() if callable(value)}
numbers = {key: value for key, value in values.items() if isinstance(value, int)}
structs = {key: size(key) for key in ["struct " + name for name in module.ffi.list_types()[1]] + module.ffi.list_types()[0]}
print(json.dumps([sorted(values), functions, numbers, module.ffi.list_types(), structs], sort_keys=True))
"""


def run(*command, cwd):
    environment = {**os.environ, "CFLAGS": "-O0", "PYTHONWARNINGS": "ignore"}
    done = subprocess.run([str(word) for word in command], cwd=cwd, env=environment, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build(project, target):
    """Build as pip would; return what each module has, by its name."""
    run(sys.executable, "setup.py", "--quiet", "build_ext", "--build-lib", target, "--build-temp", target / "temporary", cwd=project)
    libraries = [path for path in target.rglob("*.so") if "temporary" not in path.parts]
    names = {path: ".".join(path.relative_to(target).with_name(path.name.partition(".")[0]).parts) for path in libraries}
    return {name: json.loads(run(sys.executable, "-c", TELL, path, name.rpartition(".")[2], cwd=target)) for path, name in names.items()}


@pytest.mark.parametrize("name", PROJECTS)
def test_a_migrated_project_builds_the_same_module(tmp_path, name):
    sdist = CACHE / f"{name}.tar.gz"
    if not sdist.exists():
        pytest.skip(f"{sdist} is not there: pip download --no-deps --no-binary :all: {name.rpartition('-')[0]}")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path)
    (before,) = (path for path in tmp_path.iterdir() if path.is_dir())
    if (before / "setup.cfg").exists():  # what it has setuptools download has to do with version numbers only
        text = (before / "setup.cfg").read_text(encoding="utf-8")
        (before / "setup.cfg").write_text(re.sub(r"^setup_requires =.*(\n[ \t].*)*", "", text, flags=re.MULTILINE), encoding="utf-8")
    after = tmp_path / "migrated"
    shutil.copytree(before, after)
    changed = run(sys.executable, "-m", "cffi_build", "migrate", "--write", cwd=after).split()
    assert {"pyproject.toml", "setup.py"} <= set(changed)
    assert "cffi_modules" not in (after / "setup.py").read_text(encoding="utf-8")
    old, new = build(before, tmp_path / "old"), build(after, tmp_path / "new")
    ((names, *_),) = old.values()
    assert len(names) > 2
    assert new == old
