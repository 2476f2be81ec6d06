"""The tool chain: which commands compile and link a module here. The only module that knows setuptools' compilers.

setuptools picks the compiler and its flags (CC, CFLAGS, LDFLAGS, ARCHFLAGS, what Python was built with, MSVC's environment).
We ask its compiler objects to compile and link, but record the commands instead of running them; the driver runs them.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
import sysconfig
from contextlib import contextmanager
from typing import Any, Callable, Iterator, List, Mapping, Optional, Sequence, Tuple

import setuptools
from setuptools import Distribution, Extension
from setuptools.command.build_ext import build_ext

from cffi_build.compile.plan import Command, ModuleBuild
from cffi_build.compile.target_python import TargetPython
from cffi_build.config.target import Target, current
from cffi_build.errors import FFIError

__all__ = ["Distribution", "Extension", "GeneratedExtension", "Recorder", "aim", "build_ext", "idle", "module_build"]

_GNU_COMPILER = re.compile(r"(?:.*-)?(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+)(?:-\d+)?")
"""Programs that link with a GNU linker or lld; others refuse some of their arguments (zig)."""


class GeneratedExtension(Extension):  # type: ignore[misc]  # setuptools has no types
    """An extension module whose first C file is written by `generate` when the module is built, not before.

    `sources` are the user's own files. `suffix` is that of the generated file: ``.c`` or ``.cpp``.
    """

    stub: Optional[Callable[[], str]] = None
    """Gives the text of the module's ``.pyi``; None for no such file."""
    text_key: Optional[Callable[[], str]] = None
    """Gives a digest of what the generated texts depend on, "" where it is unknown; None: they are always made anew."""
    complete: Optional[Callable[[GeneratedExtension], None]] = None
    """Adds what is known only when the module is built; called once, before anything else of this object is used."""
    read_script: Optional[Callable[[GeneratedExtension], None]] = None
    """Adds what a build script says; `complete` does that too, but an sdist needs no more than this."""

    def __init__(self, name: str, generate: Callable[[], str], *, suffix: str = ".c", **keywords: Any) -> None:
        super().__init__(name, **{"sources": [], **keywords})
        self.generate = generate
        self.suffix = suffix


class Recorder:
    """The command lines of one setuptools compiler object."""

    def __init__(self, compiler: Any) -> None:
        self._compiler = compiler
        compiler.force = True  # or it would skip what looks up to date; that is for the driver to decide

    def compile(self, module: ModuleBuild, source: str) -> Tuple[str, Tuple[Command, ...]]:
        """Return the object file that compiling `source` makes, and the commands."""
        macros: List[Any] = [*module.macros, *((name,) for name in module.undefined_macros)]
        with _recording(self._compiler) as commands:
            (output,) = self._compiler.compile(
                [source],
                output_dir=module.object_directory,
                macros=macros,
                include_dirs=list(module.include_dirs),
                debug=module.debug,
                extra_postargs=list(module.compile_args),
            )
        return _beside(source, output, module.object_directory, commands)

    def link(self, module: ModuleBuild, objects: Sequence[str]) -> Tuple[Command, ...]:
        """Return the commands that link `objects` into ``module.output``."""
        with _recording(self._compiler) as commands:
            self._compiler.link_shared_object(
                list(objects),
                module.output,
                libraries=list(module.libraries),
                library_dirs=list(module.library_dirs),
                runtime_library_dirs=list(module.runtime_library_dirs),
                extra_postargs=list(module.link_args),
                export_symbols=list(module.exports),
                debug=module.debug,
                build_temp=module.object_directory,
                target_lang=module.language or self._compiler.detect_language(list(module.sources)),
            )
        return tuple(commands)


@contextmanager
def idle(compiler: Any) -> Iterator[None]:
    """Let a setuptools compiler object compile and link nothing, and do all else that it does."""
    compiler.compile = lambda *_arguments, **_keywords: []
    compiler.link_shared_object = lambda *_arguments, **_keywords: None
    try:
        yield
    finally:
        del compiler.compile, compiler.link_shared_object


def _beside(source: str, output: str, directory: str, commands: List[Command]) -> Tuple[str, Tuple[Command, ...]]:
    """Let the object of a source in `directory`, which is one that we generated, lie beside it; setuptools repeats the whole path."""
    if not os.path.abspath(source).startswith(os.path.abspath(directory) + os.sep):
        return output, tuple(commands)
    wanted = os.path.splitext(source)[0] + os.path.splitext(output)[1]
    changed = (tuple(argument.replace(output, wanted) for argument in command.arguments) for command in commands)
    return wanted, tuple(Command(arguments, command.environment) for arguments, command in zip(changed, commands))


@contextmanager
def _recording(compiler: Any) -> Iterator[List[Command]]:
    """Collect the commands that `compiler` would run. Its method is called `spawn`, in newer setuptools `call`."""
    commands: List[Command] = []

    def record(command: Sequence[Any], env: Optional[Mapping[str, str]] = None, **_keywords: Any) -> None:
        commands.append(Command(tuple(os.fspath(argument) for argument in command), _changed(env)))

    compiler.spawn = compiler.call = record
    try:
        yield commands
    finally:
        del compiler.spawn, compiler.call
    if not commands:
        raise FFIError(f"setuptools {setuptools.__version__} ran a compiler in a way that cffi_build does not know; report this")


def _changed(environment: Optional[Mapping[str, str]]) -> Tuple[Tuple[str, str], ...]:
    """Return what a command's environment has beyond ours; on macOS also the deployment target that Python was built for."""
    changed = {name: value for name, value in (environment or {}).items() if os.environ.get(name) != value}
    if sys.platform == "darwin" and "MACOSX_DEPLOYMENT_TARGET" not in os.environ:
        changed["MACOSX_DEPLOYMENT_TARGET"] = str(sysconfig.get_config_var("MACOSX_DEPLOYMENT_TARGET") or "")
    return tuple(sorted(changed.items()))


def aim(command: build_ext, target: Target, python: TargetPython) -> None:
    """Let the set-up command compile for another platform: with ``CC`` and the environment's flags, and nothing that is true here only."""
    compiler, words = command.compiler, _environment
    cc, cxx = words("CC"), words("CXX") or words("CC")
    position = [] if target.system == "windows" else ["-fPIC"]
    flags = ["-O2", "-DNDEBUG", "-fwrapv", *position, *python.arguments, *words("CPPFLAGS"), *words("CFLAGS")]
    # Windows: the debug information is a file with a number of its own each time, which the module would name
    special = {"macos": ["-undefined", "dynamic_lookup"], "windows": ["-s"]}.get(target.system, [])
    link = ["-shared", *special, *words("LDFLAGS")]
    executables = {
        **{name: [*cc, *flags] for name in ("compiler", "compiler_so")},
        **{name: [*cxx, *flags, *words("CXXFLAGS")] for name in ("compiler_cxx", "compiler_so_cxx")},
        "linker_so": [*cc, *link],
        "linker_so_cxx": [*cxx, *link],
        "linker_exe": cc,
        "linker_exe_cxx": cxx,
    }
    compiler.set_executables(**{name: value for name, value in executables.items() if name in compiler.executables})
    here = {sysconfig.get_path("include"), sysconfig.get_path("platinclude"), os.path.join(sys.exec_prefix, "include")}
    compiler.set_include_dirs([*(folder for folder in command.include_dirs if folder not in here), *python.include_dirs])
    compiler.set_library_dirs([folder for folder in command.library_dirs if folder != sysconfig.get_config_var("LIBDIR")])
    compiler.set_link_objects([*(command.link_objects or ()), *python.libraries])


def _environment(name: str) -> List[str]:
    return shlex.split(os.environ.get(name, ""))


def _binding(command: build_ext) -> Tuple[str, ...]:
    """Return the argument by which C functions of a module call each other directly; the import need not look them up by name then."""
    native = sys.platform.startswith("linux") and current.get() is None
    known = native and _GNU_COMPILER.fullmatch(os.path.basename(command.compiler.linker_so[0]))
    return ("-Wl,-Bsymbolic-functions",) if known else ()


def module_build(command: build_ext, extension: Extension, sources: Sequence[str], output: str) -> ModuleBuild:
    """Return what building `extension` with the given setuptools command means."""
    name = command.get_ext_fullname(extension.name)
    return ModuleBuild(
        name=name,
        sources=tuple(sources),
        output=output,
        object_directory=os.path.join(command.build_temp, name),
        include_dirs=tuple(extension.include_dirs),
        macros=tuple(extension.define_macros),
        undefined_macros=tuple(extension.undef_macros),
        libraries=tuple(command.get_libraries(extension)),
        library_dirs=tuple(extension.library_dirs),
        runtime_library_dirs=tuple(extension.runtime_library_dirs),
        compile_args=tuple(extension.extra_compile_args),
        link_args=(*_binding(command), *extension.extra_link_args),
        extra_objects=tuple(extension.extra_objects),
        exports=tuple(command.get_export_symbols(extension)),
        language=extension.language,
        debug=bool(command.debug),
    )
