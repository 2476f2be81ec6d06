"""setuptools' plug-in: `[tool.cffi]` and the keyword `cffi_modules` become extension modules of a distribution.

It works the same below our own hooks and in a plain setuptools project that has cffi among its build requirements.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator, List, Sequence, Tuple, Type

from setuptools import Distribution, build_meta, errors

from cffi_build.boundary import errors_as_exit
from cffi_build.compile import configured, cross, limited_api, requirement
from cffi_build.compile.build import Options, ThroughDriver
from cffi_build.compile.python_modules import GeneratedModule, WithGeneratedModules, WritesInPlace
from cffi_build.compile.sbom import WithBills
from cffi_build.compile.sdist import WithFurtherFiles
from cffi_build.compile.tags import WithCheckedTag
from cffi_build.compile.toolchain import GeneratedExtension
from cffi_build.config import load, schema
from cffi_build.errors import ConfigError
from cffi_build.session import current

__all__ = ["always_applied", "build_meta", "cffi_modules", "finalize_distribution_options"]


def finalize_distribution_options(dist: Distribution) -> None:
    """Entry point of setuptools: see to it that `[tool.cffi]` is read as soon as the rest of the configuration is."""
    read_configuration = dist.parse_config_files

    @functools.wraps(read_configuration)
    def parse_config_files(*arguments: Any, **keywords: Any) -> None:
        read_configuration(*arguments, **keywords)
        with errors_as_exit():
            configure(dist, Path(getattr(dist, "src_root", None) or os.curdir).resolve())

    dist.parse_config_files = parse_config_files


@contextmanager
def always_applied() -> Iterator[None]:
    """See to it that every distribution has the plug-in, also where setuptools does not find our entry points.

    PyPy comes with a cffi of its own, whose metadata hide those of any other one.
    """
    finalize = Distribution.finalize_options

    def finalize_options(dist: Distribution) -> None:
        finalize(dist)
        if "parse_config_files" not in vars(dist):
            finalize_distribution_options(dist)

    Distribution.finalize_options = finalize_options
    try:
        yield
    finally:
        Distribution.finalize_options = finalize


@contextmanager
def errors_of_setuptools() -> Iterator[None]:
    """Turn what setuptools finds wrong with a project into a `ConfigError`."""
    try:
        yield
    except errors.BaseError as error:
        raise ConfigError(f"error: {error}") from None
    except ValueError as error:
        if not str(error).startswith("invalid pyproject.toml config"):
            raise
        raise ConfigError(str(error).rstrip()) from None


def configure(dist: Distribution, root: Path) -> None:
    """Add to `dist` what the `[tool.cffi]` table of the project in `root` says."""
    active = current.get()
    given = active.settings if active else {}
    cross.begin(given)
    configuration = load.load(root, given)
    if configuration is not None:
        _choose_packages(dist, configuration)
        modules = [configured.of_configuration(configuration, module) for module in configuration.modules]
        _add(dist, modules, _options(configuration.project))
        _add_requirement(dist, configuration)
        _tag_as_limited(dist, configuration.modules)
        _mix_in(dist, "bdist_wheel", WithCheckedTag)
        for command in ("bdist_wheel", "dist_info"):
            _mix_in(dist, command, WithBills, configuration=configuration)
        _mix_in(dist, "sdist", WithFurtherFiles, further=_further_files(configuration.project))
    elif active and not (dist.ext_modules or dist.cmdclass.get("build_py")):
        raise ConfigError(f"{root / load.FILE}: no [[tool.cffi.modules]] table: there is nothing for cffi_build to build")
    _list_python_modules(dist)
    if active and active.scratch:
        _build_in(dist, active.scratch)


def cffi_modules(dist: Distribution, _keyword: str, value: Any) -> None:
    """Entry point of setuptools: the keyword ``cffi_modules=["path.py:variable"]`` of `setup()`."""
    with errors_as_exit():
        _add(dist, [configured.of_script(str(entry)) for entry in ([value] if isinstance(value, str) else value)])


def _further_files(project: schema.Project) -> List[str]:
    return [*project.sbom_files, *(name for entry in project.vendored for name in entry.files)]


def _options(project: schema.Project) -> Options:
    return Options(project.jobs, project.cache, project.compiler_launcher)


def _add(dist: Distribution, modules: Sequence[configured.Generated], options: Options = ThroughDriver.options) -> None:
    """Give `dist` further modules, and commands that know how to build them."""
    extensions = [module for module in modules if isinstance(module, GeneratedExtension)]
    if extensions:
        dist.ext_modules = [*(dist.ext_modules or []), *extensions]
        _mix_in(dist, "build_ext", ThroughDriver, options=options)
    python = tuple(module for module in modules if isinstance(module, GeneratedModule))
    if python:
        earlier = getattr(dist.get_command_class("build_py"), "generated", ())
        _mix_in(dist, "build_py", WithGeneratedModules, generated=(*earlier, *python))
        _mix_in(dist, "build_ext", WritesInPlace)


def _list_python_modules(dist: Distribution) -> None:
    """Tell setuptools of generated Python modules outside packages, when it has found the others: or it would not look for any."""
    generated = getattr(dist.cmdclass.get("build_py"), "generated", ())
    names = [module.name for module in generated if "." not in module.name]
    if names:
        _discover(dist)
        dist.py_modules = [*(dist.py_modules or []), *names]


def _mix_in(dist: Distribution, command: str, addition: Type[Any], **attributes: Any) -> None:
    """Let `command` be a class that has `addition` above what the project, or setuptools, has.

    Our errors end its run with a message, also where setuptools' own hooks run it.
    """
    base = dist.get_command_class(command)

    def run(self: Any) -> None:
        with errors_as_exit():
            super(made, self).run()

    made: Any = type(command, (base,) if issubclass(base, addition) else (addition, base), {**attributes, "run": run})
    dist.cmdclass[command] = made


def _choose_packages(dist: Distribution, configuration: load.Configuration) -> None:
    """Keep folders of C files out of setuptools' discovery of packages in a project without a ``src`` folder.

    It takes every folder for a package, and refuses to choose when there are several.
    """
    try:
        from setuptools import discovery
    except ImportError:  # setuptools below 61 looks for nothing by itself
        return
    root = configuration.root
    if dist.packages is not None or dist.py_modules is not None or dist.package_dir or (root / "src").is_dir():
        return
    found = discovery.FlatLayoutPackageFinder.find(str(root))
    tops = {name.partition(".")[0] for name in found}
    with_python = {top for top in tops if next((root / top).rglob("*.py"), None)}
    if len(with_python) > 1:
        with_python &= {module.name.partition(".")[0] for module in configuration.modules}
    if with_python:
        dist.packages = [name for name in found if name.partition(".")[0] in with_python]
    elif len(modules := discovery.FlatLayoutModuleFinder.find(str(root))) <= 1:
        dist.packages, dist.py_modules = [], modules


def _discover(dist: Distribution) -> None:
    """Let setuptools find packages and modules now, unless they are known; it would do so a little later."""
    with errors_of_setuptools():
        dist.set_defaults(name=False)


def _add_requirement(dist: Distribution, configuration: load.Configuration) -> None:
    """Let the wheel require the cffi that its modules need, unless the project lists cffi itself."""
    listed: List[str] = list(getattr(dist, "install_requires", None) or [])
    needed = requirement.of_wheel(configuration)
    if needed and not any(re.match(r"cffi(?![\w.-])", requirement, re.IGNORECASE) for requirement in listed):
        dist.install_requires = [*listed, needed]
        dist.metadata.install_requires = dist.install_requires  # newer setuptools writes this one
        active = current.get()
        if active and active.scratch and configuration.project.runtime_requirement == "auto":
            print(
                f"{load.FILE}: project.dependencies does not list cffi: the wheel gets {needed.partition(';')[0]!r}. "
                "uv, tox and lock files read [project] without building: list it there, for them",
                file=sys.stderr,
            )


def _tag_as_limited(dist: Distribution, modules: Tuple[schema.Module, ...]) -> None:
    """Tag the wheel ``abi3`` when every extension module in it keeps to the limited API."""
    floors = [limited_api.floor(module.limited_api) for module in modules if module.mode == "api"]
    if floors and all(floors) and all(getattr(extension, "py_limited_api", False) for extension in dist.ext_modules):
        highest = max((floor for floor in floors if floor), key=lambda floor: [int(part) for part in floor.split(".")])
        dist.get_option_dict("bdist_wheel").setdefault("py_limited_api", (load.FILE, limited_api.tag(highest)))


def _build_in(dist: Distribution, scratch: Path) -> None:
    """Let a build write to `scratch` and nowhere into the source tree."""
    dist.get_option_dict("build")["build_base"] = ("cffi_build", str(scratch / "build"))
    dist.get_option_dict("egg_info")["egg_base"] = ("cffi_build", str(scratch))
    for listing in _file_lists(dist):  # an sdist brings the list of its files along; package data is found through it
        copy = scratch / listing.parent.name / listing.name
        copy.parent.mkdir(exist_ok=True)
        shutil.copy(listing, copy)


def _file_lists(dist: Distribution) -> List[Path]:
    folders = {(dist.package_dir or {}).get("", os.curdir), "src"}  # setuptools finds out later whether it is "src"
    return sorted(path for folder in folders for path in Path(folder).glob("*.egg-info/SOURCES.txt"))
