"""Builds extension modules: a setuptools command and its extensions in; plan, driver and diagnose at work; files out."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import Any, List, Optional, Sequence

from cffi_build.compile import diagnose, driver, toolchain
from cffi_build.compile.plan import ModuleBuild, make_plan
from cffi_build.compile.toolchain import Extension, GeneratedExtension
from cffi_build.emit import write_if_changed
from cffi_build.errors import VerificationError


class ThroughDriver:
    """Mix-in for a setuptools `build_ext` class: generated extensions go through our driver, others the usual way."""

    extensions: List[Extension]
    jobs = 0
    """How many compilers run at once; 0: as many as there are CPUs."""

    def build_extensions(self) -> None:
        """Build all extensions of the command (called by its `run`, when the compiler is set up)."""
        everything = self.extensions
        try:
            self.extensions = [extension for extension in everything if not isinstance(extension, GeneratedExtension)]
            if self.extensions:
                super().build_extensions()  # type: ignore[misc]
        finally:
            self.extensions = everything
        generated = [extension for extension in everything if isinstance(extension, GeneratedExtension)]
        build_all(self, generated, jobs=self.jobs)


class OneModule(toolchain.build_ext):  # type: ignore[misc]  # setuptools has no types
    """The command behind `ffi.compile()`: builds the one extension it has, under the file name `target`."""

    target: Optional[str] = None

    def get_ext_fullpath(self, ext_name: str) -> str:
        """Return the path of the result: the usual one, or one named `target` in the same folder."""
        usual = str(super().get_ext_fullpath(ext_name))
        if self.target in (None, "*"):
            return usual
        return os.path.join(os.path.dirname(usual), str(self.target).replace(".*", library_suffix()))

    def build_extensions(self) -> None:
        """Build the extension (called by `run`, when the compiler is set up)."""
        build_all(self, self.extensions, first_is_generated=True)


def library_suffix() -> str:
    """Return how the names of shared libraries end on this system."""
    return {"win32": ".dll", "cygwin": ".dll", "darwin": ".dylib"}.get(sys.platform, ".so")


def build_all(command: Any, extensions: Sequence[Extension], *, jobs: int = 0, first_is_generated: bool = False) -> None:
    """Compile and link `extensions` as the set-up `build_ext` command would; raise `VerificationError` if any fails.

    `first_is_generated`: the first source of each, which is there already, was made from declarations.
    """
    modules = [_module(command, extension, first_is_generated) for extension in extensions]
    plan = make_plan(modules, toolchain.Recorder(command.compiler))
    results = driver.run(plan, jobs=jobs, verbosity=int(command.verbose))
    if any(result.status for result in results):
        raise VerificationError(diagnose.explain(results))


def _module(command: Any, extension: Extension, first_is_generated: bool) -> ModuleBuild:
    sources = list(extension.sources)
    if isinstance(extension, GeneratedExtension):
        sources.insert(0, _generate(command, extension))
        first_is_generated = True
    module = toolchain.module_build(command, extension, sources, command.get_ext_fullpath(extension.name))
    return replace(module, generated=sources[0]) if first_is_generated else module


def _generate(command: Any, extension: GeneratedExtension) -> str:
    name = command.get_ext_fullname(extension.name)
    path: str = os.path.join(command.build_temp, name, "generated", name.rpartition(".")[2] + extension.suffix)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    write_if_changed(path, extension.generate())
    return path
