"""Make a new project: pyproject.toml, declarations, C code, a Python package and its test."""

from __future__ import annotations

import argparse
import keyword
import re
import shutil
import tempfile
from pathlib import Path

from cffi_build.cli import skeleton
from cffi_build.errors import ConfigError

NAME = "new"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this command."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="the folder to make; its last part names the project")
    parser.add_argument("--name", help="another name for the project")


def run(options: argparse.Namespace) -> None:
    """Write all files, or none; print what to type next."""
    folder: Path = options.folder
    project = options.name or folder.resolve().name
    package = _package(project)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigError(f"{folder}: there is something already; name a folder that does not exist or is empty")
    try:
        _write(folder, project, package)
    except OSError as error:
        raise ConfigError(f"{error.filename or folder}: {error.strerror}") from None
    print(f"{folder}: a project that builds the module {package}._{package}. Now type:\n\n    cd {folder}")
    print("    pip install -e '.[test]'\n    pytest")


def _package(project: str) -> str:
    """Return the name of the package of a project: letters, digits and ``_``, in lower case."""
    package = re.sub(r"[-_.]+", "_", project).lower()
    if not re.fullmatch(r"[a-z][a-z0-9_]*[a-z0-9]|[a-z]", package) or keyword.iskeyword(package):
        wanted = "begin with a letter and go on with letters, digits, '-', '_' or '.'"
        raise ConfigError(f"{project!r} cannot be the name of a project: it must {wanted}; say another one with --name")
    return package


def _write(folder: Path, project: str, package: str) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=".cffi-new-", dir=folder.parent))
    try:
        for name, text in skeleton.files(project, package).items():
            (scratch / name).parent.mkdir(parents=True, exist_ok=True)
            (scratch / name).write_text(text, encoding="utf-8")
        scratch.chmod(0o755)
        if folder.exists():
            folder.rmdir()
        scratch.rename(folder)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
