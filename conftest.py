"""What all tests share: folders of this run for what builds keep and leave, and a way to write the files of a project."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Callable, Iterator, Mapping, Union

import pytest

Files = Mapping[str, Union[str, bytes]]


@pytest.fixture(autouse=True, scope="session")
def folders_of_this_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let builds and cdefs keep what they make, and failed builds their logs, where nothing depends on an earlier run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CFFI_BUILD_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("CFFI_CDEF_CACHE", str(tmp_path_factory.mktemp("cdefs")))
        scratch = str(tmp_path_factory.mktemp("scratch"))
        patch.setenv("TMPDIR", scratch)
        patch.setattr(tempfile, "tempdir", scratch)
        yield


@pytest.fixture(scope="session")
def write_files() -> Callable[[Path, Files], Path]:
    """Return a function that writes files, by name, into a folder, and returns that. A text ``-> X`` is a symbolic link to X."""

    def write(folder: Path, files: Files) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                path.write_bytes(content)
            elif content.startswith("-> "):
                path.symlink_to(content[3:])
            else:
                path.write_text(content, encoding="utf-8")
        return folder

    return write
