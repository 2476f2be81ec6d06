"""Editable installs that build again on import: what is added to the wheel, and what runs when a file has changed.

The wheel gets a small module that a ``.pth`` file imports at every start of Python (`rebuild_hook.py`, with the project filled in).
It looks at the times of files only when one of the project's modules is imported, and starts `rebuild` when one has changed.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import os
import sys
import zipfile
from pathlib import Path
from typing import Dict, Iterator, List, Tuple

from cffi_build.boundary import errors_as_exit
from cffi_build.config import files
from cffi_build.config.load import FILE, Configuration, load
from cffi_build.errors import ConfigError
from cffi_build.rebuild_hook import time_of

STAMP = os.path.join("build", "cffi-rebuild.json")
"""Where, in the project, the times of the files are kept."""


def add_to_wheel(wheel: Path, root: Path) -> None:
    """Add the files that make a project build again on import to its editable wheel."""
    configuration = load(root)
    if configuration is None:
        raise ConfigError("-C editable.rebuild: only for modules of [tool.cffi]; it is not known what those of setup.py are made from")
    write_stamp(configuration)
    name = "_cffi_rebuild_" + wheel.name.split("-")[0].lower()
    modules = sorted(module.name for module in configuration.modules)
    values = {'PROJECT = ""': str(root), 'STAMP = ""': str(root / STAMP), "MODULES: list[str] = []": modules}
    hook = Path(__file__).with_name("rebuild_hook.py").read_text(encoding="utf-8")
    for placeholder, value in values.items():
        hook = hook.replace(placeholder, f"{placeholder.partition(' =')[0]} = {value!r}", 1)
    _rewrite(wheel, {f"{name}.py": hook.encode(), f"{name}.pth": f"import {name}\n".encode()})


def write_stamp(configuration: Configuration) -> None:
    """Write down the times of everything that the modules of a project are made from."""
    target = configuration.root / STAMP
    target.parent.mkdir(exist_ok=True)
    times = {name: time_of(str(configuration.root / name)) for name in _inputs(configuration)}
    target.write_text(json.dumps(times, indent=1), encoding="utf-8")


def _inputs(configuration: Configuration) -> Iterator[str]:
    yield FILE
    for module in configuration.modules:
        named = [*module.cdef_files, module.source_file, module.build_script.rpartition(":")[0], *module.sources, *module.depends]
        given = [name for name in named if name]
        yield from (*given, *files.headers(configuration.root, given, module.include_dirs))


def rebuild(project: str) -> None:
    """Build the modules of `project` in place; the process ends with a message when that fails."""
    import argparse

    from cffi_build.cli import build

    with errors_as_exit():
        build.run(argparse.Namespace(project=Path(project), verbose=False))
        configuration = load(Path(project))
        if configuration:
            write_stamp(configuration)


# ---- the wheel


def _rewrite(wheel: Path, more: Dict[str, bytes]) -> None:
    """Add files to a wheel, and to its list of files."""
    with zipfile.ZipFile(wheel) as archive:
        entries: List[Tuple[zipfile.ZipInfo, bytes]] = [(entry, archive.read(entry)) for entry in archive.infolist()]
    temporary = wheel.with_suffix(".new")
    record = next(entry for entry, _ in entries if entry.filename.endswith(".dist-info/RECORD"))
    with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, data in entries:
            if entry is not record:
                archive.writestr(entry, data)
        for name, data in more.items():
            archive.writestr(zipfile.ZipInfo(name, record.date_time), data)
        archive.writestr(record, next(data for entry, data in entries if entry is record) + _record(more))
    os.replace(temporary, wheel)


def _record(added: Dict[str, bytes]) -> bytes:
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    for name, data in added.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        writer.writerow([name, f"sha256={digest}", len(data)])
    return lines.getvalue().encode()


if __name__ == "__main__":
    rebuild(sys.argv[1])
