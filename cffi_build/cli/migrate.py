"""Turn setup.py, or a build script, into a [tool.cffi] table.

The scripts are run, with a setup() that only listens. Without --write the table goes to standard output; with it, the table is added
to pyproject.toml, declarations and C code become files of their own, and setup.py loses the keywords that the table replaces.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Iterator, List

from cffi_build.cli import project
from cffi_build.compile.migrate import Migration, migrate
from cffi_build.compile.old_project import listen
from cffi_build.compile.programmatic import require_setuptools
from cffi_build.compile.setup_file import without_keywords
from cffi_build.config import toml
from cffi_build.config.load import FILE, load
from cffi_build.emit import write_if_changed
from cffi_build.errors import ConfigError

NAME = "migrate"
_HEAD = '[build-system]\nrequires = ["setuptools>=70.1", "cffi"]\nbuild-backend = "setuptools.build_meta"\n'
"""For a project that has no pyproject.toml: its metadata stays in setup.py."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this command."""
    project.add_argument(parser)
    parser.add_argument("script", nargs="?", default="setup.py", help="setup.py (the default), or build_script.py:variable")
    parser.add_argument("--keep-script", action="store_true", help="only name the build scripts, with 'build-script ='")
    parser.add_argument("--write", action="store_true", help="change pyproject.toml and setup.py, write files")


def run(options: argparse.Namespace) -> None:
    """Listen to the scripts; print or write what follows from them."""
    require_setuptools()
    root = options.project.resolve()
    if not (root / options.script.partition(":")[0]).is_file():
        raise ConfigError(f"{options.script.partition(':')[0]}: no such file in {root}")
    with tempfile.TemporaryDirectory(prefix="cffi-") as scratch:
        old = listen(root, options.script, Path(scratch))
    made = migrate(root, old, inline=not options.write, keep_scripts=options.keep_script)
    if options.write:
        _write(root, options.script, made)
    else:
        sys.stdout.write(made.table)
    notes = [*made.notes, *_requirement(root), f"the values are those of this platform ({sys.platform}): look for what the scripts compute"]
    print(*(f"cffi-build migrate: {note}" for note in notes), sep="\n", file=sys.stderr)


def _requirement(root: Path) -> Iterator[str]:
    """Yield what to add to a pyproject.toml that does not ask for cffi when the project is built."""
    path = root / FILE
    requires = toml.parse(path.read_text(encoding="utf-8")).get("build-system", {}).get("requires", ()) if path.exists() else ("cffi",)
    if not any(text.partition("[")[0].strip().startswith("cffi") for text in requires):
        yield "add \"cffi\" to requires in [build-system]: it finds the table when setuptools builds the project"


def _write(root: Path, script: str, made: Migration) -> None:
    """Write all files; refuse before the first one when a table is there already."""
    if load(root) is not None:
        raise ConfigError(f"{root / FILE}: it has a [tool.cffi] table already")
    for name, _ in made.files:
        if (root / name).exists():
            raise ConfigError(f"{root / name}: there is such a file already")
    path = root / FILE
    before = path.read_text(encoding="utf-8") if path.exists() else _HEAD
    for name, text in made.files:
        write_if_changed(root / name, text)
    write_if_changed(path, f"{before.rstrip()}\n\n{made.table}")
    changed: List[str] = [FILE, *(name for name, _ in made.files)]
    if Path(script).name == "setup.py":
        setup = root / script
        if write_if_changed(setup, without_keywords(setup.read_text(encoding="utf-8"), made.replaced)):
            changed.append(script)
    print(*changed, sep="\n")
