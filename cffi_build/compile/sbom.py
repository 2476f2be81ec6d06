"""Software bills of materials in a wheel's ``.dist-info/sboms`` (PEP 770): the project's own, and one of its vendored libraries."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any, Dict, Iterator, Optional, Tuple

from cffi_build.config.load import Configuration
from cffi_build.config.schema import Vendored
from cffi_build.errors import ConfigError

FOLDER = "sboms"


class WithBills:
    """Mix-in for the setuptools commands that write ``.dist-info`` folders: `dist_info` and `bdist_wheel`."""

    configuration: Optional[Configuration] = None

    def run(self: Any) -> None:
        """Write the folder (called by setuptools)."""
        super().run()  # type: ignore[misc]
        if getattr(self, "dist_info_dir", None) and not hasattr(self, "bdist_dir"):
            self._add_bills(Path(self.dist_info_dir))

    def write_wheelfile(self: Any, folder: str, *arguments: Any, **keywords: Any) -> None:
        """Write the file ``WHEEL``, and the bills beside it (called by `run`, and by `editable_wheel`)."""
        super().write_wheelfile(folder, *arguments, **keywords)  # type: ignore[misc]
        self._add_bills(Path(folder))

    def _add_bills(self: Any, folder: Path) -> None:
        for name, data in bills(self.configuration, self.distribution.get_name(), self.distribution.get_version()):
            (folder / FOLDER).mkdir(exist_ok=True)
            (folder / FOLDER / name).write_bytes(data)


def bills(configuration: Configuration, name: str, version: str) -> Iterator[Tuple[str, bytes]]:
    """Yield name and contents of each file; `name` and `version` are those of the distribution."""
    seen: Dict[str, str] = {}
    for path in configuration.project.sbom_files:
        base = os.path.basename(path)
        if base in seen:
            raise ConfigError(f"pyproject.toml: tool.cffi.sbom-files: {seen[base]!r} and {path!r} share a name, and go into one folder")
        seen[base] = path
        yield base, (configuration.root / path).read_bytes()
    if configuration.project.vendored:
        yield f"{name}.cffi-build.cdx.json", (json.dumps(cyclonedx(configuration, name, version), indent=2) + "\n").encode()


def cyclonedx(configuration: Configuration, name: str, version: str) -> Dict[str, Any]:
    """Return the vendored libraries as a document of CycloneDX 1.6."""
    reference = f"pkg:pypi/{name.lower().replace('_', '-')}@{version}"
    libraries = [_library(configuration.root, entry) for entry in configuration.project.vendored]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "library", "bom-ref": reference, "name": name, "version": version, "purl": reference}},
        "components": libraries,
        "dependencies": [{"ref": reference, "dependsOn": [library["bom-ref"] for library in libraries]}],
    }


def _library(root: Path, entry: Vendored) -> Dict[str, Any]:
    optional: Dict[str, Any] = {
        "purl": entry.purl,
        "supplier": {"name": entry.supplier} if entry.supplier else None,
        "licenses": [{"expression": entry.license}] if entry.license else None,
    }
    return {
        "type": "library",
        "bom-ref": entry.purl or f"{entry.name}@{entry.version}",
        "name": entry.name,
        "version": entry.version,
        **{key: value for key, value in optional.items() if value},
        "components": [_file(root, path) for path in entry.files],
    }


def _file(root: Path, path: str) -> Dict[str, Any]:
    digest = hashlib.sha256((root / path).read_bytes()).hexdigest()
    return {"type": "file", "name": path, "hashes": [{"alg": "SHA-256", "content": digest}]}
