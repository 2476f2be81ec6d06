"""Files that belong into an sdist beside those that setuptools knows: bills of materials, and what a build script names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, List, Sequence

from cffi_build.compile.toolchain import GeneratedExtension
from cffi_build.config import files


class WithFurtherFiles:
    """Mix-in for a setuptools `sdist` class. Scripts run here, not when metadata are made, which needs the list of files too."""

    further: Sequence[str] = ()

    def make_distribution(self: Any) -> None:
        """Write the archive (called by `run`, when the list of files is there)."""
        wanted = set(self.further)
        extensions = [one for one in self.distribution.ext_modules or () if isinstance(one, GeneratedExtension) and one.read_script]
        for extension in extensions:
            extension.read_script(extension)  # type: ignore[misc]  # not None, by the line above
            wanted |= {*extension.sources, *extension.depends, *_headers(extension)}
        self.filelist.extend(sorted(wanted - set(self.filelist.files)))
        super().make_distribution()  # type: ignore[misc]


def _headers(extension: Any) -> Sequence[str]:
    folders: List[str] = [name for name in extension.include_dirs if os.path.isdir(name)]
    return files.headers(Path.cwd(), extension.sources, folders)
