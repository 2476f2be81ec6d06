"""Modules of the out-of-line ABI mode: Python files that are generated where setuptools puts the others."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Optional, Tuple

from cffi_build.compile import stubs
from cffi_build.emit import write_if_changed


@dataclass(frozen=True)
class GeneratedModule:
    """A Python module that `generate` writes when it is built. `depends`: what it is made from, for the sdist. `stub`: its ``.pyi``."""

    name: str
    generate: Callable[[], str]
    depends: Tuple[str, ...] = ()
    stub: Optional[Callable[[], str]] = None


class WithGeneratedModules:
    """Mix-in for a setuptools `build_py` class."""

    generated: Tuple[GeneratedModule, ...] = ()

    def run(self: Any) -> None:
        """Build all Python modules (called by setuptools)."""
        super().run()  # type: ignore[misc]
        if self.editable_mode:
            self.write_in_place()
        else:
            self._write(self._built)

    def write_in_place(self: Any) -> None:
        """Write the generated modules beside the project's Python files."""
        self._write(self._in_place)

    def _write(self: Any, where: Callable[[GeneratedModule], str]) -> None:
        for module in self.generated:
            path = where(module)
            os.makedirs(os.path.dirname(path) or os.curdir, exist_ok=True)
            write_if_changed(path, module.generate())
            if module.stub:
                stubs.write(path, module.name, module.stub())

    def find_modules(self: Any) -> List[Tuple[str, str, str]]:
        """Return the modules to copy: a generated one is not there to be copied."""
        names = {module.name for module in self.generated}
        everything, self.py_modules = self.py_modules, [name for name in self.py_modules if name not in names]
        try:
            return list(super().find_modules())  # type: ignore[misc]
        finally:
            self.py_modules = everything

    def get_source_files(self: Any) -> List[str]:
        """Return what belongs into the sdist."""
        return [*super().get_source_files(), *(name for module in self.generated for name in module.depends)]  # type: ignore[misc]

    def get_outputs(self: Any, include_bytecode: bool = True) -> List[str]:
        """Return the files that are made."""
        made = [(self._built(module), module) for module in self.generated]
        described = [stubs.beside(path, module.name) for path, module in made if module.stub]
        return [*super().get_outputs(include_bytecode), *(path for path, _ in made), *described]  # type: ignore[misc]

    def get_output_mapping(self: Any) -> Dict[str, str]:
        """Return, for an editable install, where in the source tree each of these files is."""
        mapping = dict(super().get_output_mapping())  # type: ignore[misc]
        if self.editable_mode:
            for module in self.generated:
                built, in_place = self._built(module), self._in_place(module)
                mapping[built] = in_place
                if module.stub:
                    mapping[stubs.beside(built, module.name)] = stubs.beside(in_place, module.name)
        return mapping

    def _built(self: Any, module: GeneratedModule) -> str:
        return os.path.join(self.build_lib, *module.name.split(".")) + ".py"

    def _in_place(self: Any, module: GeneratedModule) -> str:
        package, _, last = module.name.rpartition(".")
        return os.path.join(self.get_package_dir(package), last + ".py")


class WritesInPlace:
    """Mix-in for a setuptools `build_ext` class: ``build_ext --inplace`` writes the Python modules too."""

    def run(self: Any) -> None:
        """Build all extensions (called by setuptools)."""
        super().run()  # type: ignore[misc]
        if self.inplace:
            self.get_finalized_command("build_py").write_in_place()
