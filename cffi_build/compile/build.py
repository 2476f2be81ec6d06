"""Builds extension modules: a setuptools command and its extensions in; plan, driver and diagnose at work; files out."""

from __future__ import annotations

import functools
import os
import shutil
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple, Union

from cffi_build.compile import cross, driver, identity, stubs, system_libraries, toolchain, undefined
from cffi_build.compile.amend import amend
from cffi_build.compile.cache import Cache, default_folder
from cffi_build.compile.fingerprint import Places
from cffi_build.compile.plan import ModuleBuild, Step, make_plan
from cffi_build.compile.toolchain import Extension, GeneratedExtension
from cffi_build.config import target
from cffi_build.emit import write_if_changed
from cffi_build.errors import ConfigError, VerificationError


@dataclass(frozen=True)
class Options:
    """How things are compiled. `jobs`: compilers at once, 0 for one a CPU. `cache`: whether, or where. `launcher`: ``ccache``, say."""

    jobs: int = 0
    cache: Union[bool, str] = False
    launcher: str = ""


class ThroughDriver:
    """Mix-in for a setuptools `build_ext` class: generated extensions go through our driver, others the usual way."""

    extensions: List[Extension]
    options = Options(cache=True)
    stays_in_place = False

    def build_extensions(self: Any) -> None:
        """Build all extensions of the command (called by its `run`, when the compiler is set up)."""
        cross.aim(self)
        self.parallel = None  # what takes time is compiled at once by our driver; preparing is no work for threads
        super().build_extensions()  # type: ignore[misc]
        generated = [extension for extension in self.extensions if isinstance(extension, GeneratedExtension)]
        build_all(self, generated, self.options)

    def build_extension(self: Any, extension: Extension) -> None:
        """Build one extension. A generated one comes later; until then a class of the project's own may prepare it."""
        inherited = super().build_extension  # type: ignore[misc]
        if not isinstance(extension, GeneratedExtension):
            inherited(extension)
        elif inherited.__func__ is not toolchain.build_ext.build_extension:
            with toolchain.idle(self.compiler):
                inherited(extension)

    def get_ext_filename(self: Any, fullname: str) -> str:
        """Return the name of the file that a module is built into, as the platform that is compiled for calls it."""
        return cross.file_name(self, fullname) or str(super().get_ext_filename(fullname))  # type: ignore[misc]

    def run(self: Any) -> None:
        """Build all extensions (called by setuptools, which hides meanwhile that it is in place)."""
        self.stays_in_place = bool(self.inplace)
        super().run()  # type: ignore[misc]

    def copy_extensions_to_source(self: Any) -> None:
        """Put what was built beside the user's Python files (called by `run`)."""
        for extension in self.extensions:
            built, in_place = self._built(extension), self._in_place(extension)
            if os.path.exists(built):  # an optional one may have failed
                deliver(built, in_place)
        for extension in self._with_stubs():
            built, in_place = self._built(extension), self._in_place(extension)
            deliver(stubs.beside(built, extension.name), stubs.beside(in_place, extension.name))
            stubs.mark(in_place, extension.name)

    def get_outputs(self: Any) -> List[str]:
        """Return the files that are made."""
        made = [stubs.beside(self._built(extension), extension.name) for extension in self._with_stubs()]
        return sorted({*super().get_outputs(), *made})  # type: ignore[misc]

    def get_output_mapping(self: Any) -> Dict[str, str]:
        """Return, for an editable install, where in the source tree each of these files is."""
        mapping = dict(super().get_output_mapping())  # type: ignore[misc]
        for extension in self._with_stubs():
            built = self._built(extension)
            if built in mapping:
                mapping[stubs.beside(built, extension.name)] = stubs.beside(mapping[built], extension.name)
        return mapping

    def _with_stubs(self: Any) -> List[GeneratedExtension]:
        return [one for one in self.extensions if isinstance(one, GeneratedExtension) and one.stub]

    def _built(self: Any, extension: Extension) -> str:
        name = self.get_ext_fullname(extension.name)
        return os.path.join(self.build_lib, str(self.get_ext_filename(name)))

    def _in_place(self: Any, extension: Extension) -> str:
        """Return where the module belongs in the source tree. setuptools below 65.6 has no mapping to ask."""
        package = self.get_ext_fullname(extension.name).rpartition(".")[0]
        folder = self.get_finalized_command("build_py").get_package_dir(package)
        return os.path.join(str(folder), os.path.basename(self._built(extension)))


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


def build_all(
    command: Any, extensions: Sequence[Extension], options: Options = Options(), *, first_is_generated: bool = False
) -> None:
    """Compile and link `extensions` as the set-up `build_ext` command would; raise `VerificationError` if any fails.

    Either all modules are put in their places, or none. `first_is_generated`: the first source of each, which is there already,
    was made from declarations.
    """
    places = _places(command)
    cache = _cache(options.cache, places)
    modules = [_module(command, extension, first_is_generated, cache) for extension in extensions]
    plan = amend(make_plan(modules, toolchain.Recorder(command.compiler)), places, _launcher(options.launcher))
    generated = {module.name: module.generated or "" for module in modules}
    verify = functools.partial(undefined.complaint, generated=generated) if _loads_elf() else driver.accept
    results = driver.run(plan, jobs=options.jobs, verbosity=int(command.verbose), cache=cache, verify=verify)
    trouble = cache.close() if cache else None
    if trouble:
        print(trouble, file=sys.stderr)
    if any(result.status for result in results):
        from cffi_build.compile import diagnose  # many patterns, for failures only

        raise VerificationError(diagnose.explain(results))
    for extension, module in zip(extensions, modules):
        place = command.get_ext_fullpath(extension.name)
        deliver(module.output, place)
        if isinstance(extension, GeneratedExtension) and extension.stub:
            stubs.write(place, extension.name, _text(extension, "stub", extension.stub, cache))


def _loads_elf() -> bool:
    """Whether modules are made for this system, whose libraries can be looked at, and its format is ELF."""
    return target.current.get() is None and system_libraries.elf_machine() is not None


def _module(command: Any, extension: Extension, first_is_generated: bool, cache: Optional[Cache]) -> ModuleBuild:
    if isinstance(extension, GeneratedExtension) and extension.complete:
        extension.complete(extension)
    sources = list(extension.sources)
    if isinstance(extension, GeneratedExtension):
        sources.insert(0, _generate(command, extension, cache))
        first_is_generated = True
    name = os.path.basename(command.get_ext_fullpath(extension.name))
    output = os.path.join(command.build_temp, command.get_ext_fullname(extension.name), name)
    module = toolchain.module_build(command, extension, sources, output)
    return replace(module, generated=sources[0]) if first_is_generated else module


def _places(command: Any) -> Places:
    """Return the folders whose paths must not show in what is made: none when it stays where it is and may be debugged there."""
    if getattr(command, "stays_in_place", True):
        return ()
    found = {os.path.abspath(command.build_temp): "<build>", os.getcwd(): "<project>"}
    return sorted(found.items(), key=lambda place: -len(place[0]))


def _launcher(name: str) -> Tuple[str, ...]:
    if name and shutil.which(name) is None:
        raise ConfigError(
            f'compiler-launcher = "{name}": there is no program {name!r} here: '
            f"apt-get install {name} | dnf install {name} | brew install {name}; or drop the key"
        )
    return (name,) if name else ()


def _cache(setting: Union[bool, str], places: Places) -> Optional[Cache]:
    if not setting:
        return None
    folder = default_folder() if setting is True else Path(setting)
    return Cache(folder, _tool, places)


def _tool(step: Step) -> str:
    """Return what identifies the program of a step; "" when its results must not be cached."""
    arguments = step.commands[-1].arguments
    return (identity.compiler if step.kind == "compile" else identity.linker)(arguments).text


def deliver(made: str, place: str) -> None:
    """Put a file that is complete where it belongs, at once; leave it alone when it is there already."""
    target = Path(place)
    data = Path(made).read_bytes()
    if target.is_file() and target.read_bytes() == data:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        shutil.copy(made, temporary)
        os.replace(temporary, target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _generate(command: Any, extension: GeneratedExtension, cache: Optional[Cache]) -> str:
    name = command.get_ext_fullname(extension.name)
    path: str = os.path.join(command.build_temp, name, "generated", name.rpartition(".")[2] + extension.suffix)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    write_if_changed(path, _text(extension, "code", extension.generate, cache))
    return path


def _text(extension: GeneratedExtension, kind: str, make: Callable[[], str], cache: Optional[Cache]) -> str:
    """Return what `make` makes of the declarations, or made of the same ones before."""
    key = extension.text_key() if cache and extension.text_key else ""
    return cache.text(f"{key}-{kind}", make) if cache and key else make()
