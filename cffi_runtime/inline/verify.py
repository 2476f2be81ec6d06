"""`ffi.verify()`, the API in-line mode: a module made from the declarations and C code, compiled once and found again by its contents."""

from __future__ import annotations

import os
import sys

from cffi_runtime import __version__, source
from cffi_runtime.classic.ffiplatform import flatten, maybe_relative_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, Dict, Iterator, List, Mapping, Optional, TextIO

    from cffi_runtime.ffi import FFI

_PATH_KEYWORDS = ("include_dirs", "sources", "library_dirs", "extra_objects", "depends")
_tmpdir: Optional[str] = None


def verify(ffi: FFI, preamble: str, tmpdir: Optional[str], keywords: Mapping[str, Any]) -> Any:
    """See `FFI.verify`. Afterwards the types of `ffi` are those of the compiled module."""
    ffi.verifier = Verifier(ffi, preamble, tmpdir or _tmpdir or _folder_of_caller(), **source.complete_keywords(ffi, keywords))
    return ffi.verifier.load_library()


class Verifier:
    """One compiled module: where its source and its file are, and how they are made.

    The name of the module tells its contents: two processes that need the same one make the same file, and whichever is
    later replaces it by an equal one; a process never sees half a file. Further keyword arguments are those of `Extension`.
    """

    def __init__(
        self, ffi: FFI, preamble: str, tmpdir: Optional[str] = None, modulename: Optional[str] = None, ext_package: Optional[str] = None,
        tag: str = "", force_generic_engine: bool = False, source_extension: str = ".c", flags: Optional[int] = None,
        relative_to: Optional[str] = None, **kwds: Any,
    ) -> None:  # fmt: skip
        """Make one for a cdef and the C code that its module begins with.

        `tag`: a word for the module's name; `modulename`: the whole name. `ext_package`: the package it is installed in.
        `flags`: those of dlopen(). `relative_to`: a file from whose folder relative paths start. `force_generic_engine`: ignored.
        """
        self.ffi = ffi
        self.preamble = preamble
        self.ext_package = ext_package
        self.flags = flags
        self.kwds = _relative_to(relative_to, kwds)
        self.tmpdir = os.fspath(tmpdir or _tmpdir or _folder_of_caller())
        self._name_tells_contents = modulename is None
        name = modulename or f"_cffi_{tag}_x{self._fingerprint(source_extension)}"
        self.sourcefilename = os.path.join(self.tmpdir, name + source_extension)
        self.modulefilename = self._installed(name) or os.path.join(self.tmpdir, name + _suffixes()[0])

    def get_module_name(self) -> str:
        """Return the name of the module, without its package."""
        return os.path.basename(self.modulefilename).split(".", 1)[0]

    def write_source(self, file: Optional[TextIO] = None) -> bool:
        """Write the C source to its place, or to a text file; return False if it already was as it should be."""
        if file is None:
            os.makedirs(os.path.dirname(self.sourcefilename) or os.curdir, exist_ok=True)
        target, limited_api = file or self.sourcefilename, source.keeps_to_limited_api(self.kwds)
        return source.make_verified_source(self.ffi, self.get_module_name(), self.preamble, target, limited_api=limited_api)

    def get_extension(self) -> Any:
        """Return the `setuptools.Extension` that builds the module, for installing it with a project."""
        from cffi_build.compile import make_extension

        if not os.path.exists(self.sourcefilename):
            self.write_source()
        package = f"{self.ext_package}." if self.ext_package else ""
        return make_extension(package + self.get_module_name(), maybe_relative_path(self.sourcefilename), self.kwds)

    def compile_module(self) -> None:
        """Compile the module, whether or not it is there already."""
        from tempfile import TemporaryDirectory

        from cffi_build.compile import build_extension

        self.write_source()
        folder = os.path.dirname(self.modulefilename) or os.curdir
        os.makedirs(folder, exist_ok=True)
        with TemporaryDirectory(dir=folder) as scratch:
            made = build_extension(self.get_module_name(), self.sourcefilename, directory=scratch, keywords=self.kwds)
            os.replace(made, self.modulefilename)

    def load_library(self) -> Any:
        """Return the `lib` of the module, compiled if need be; the FFI takes over the module's types."""
        if not self._is_made():
            self.compile_module()
        module = self._loaded()
        self._check(module)
        self.ffi._adopt(module.ffi)
        return module.lib

    def _is_made(self) -> bool:
        """Tell whether the module is there, made from the same declarations and code."""
        in_tmpdir = os.path.dirname(self.modulefilename) == self.tmpdir
        changed = in_tmpdir and not self._name_tells_contents and self.write_source()
        return not changed and os.path.exists(self.modulefilename)

    def generates_python_module(self) -> bool:
        """Tell that the module is a Python extension module."""
        return True

    def _loaded(self) -> ModuleType:
        name = self.get_module_name()
        loaded = sys.modules.get(name)
        if loaded is not None and getattr(loaded, "__file__", None) == self.modulefilename:
            return loaded
        before = sys.getdlopenflags() if self.flags is not None else 0
        try:
            if self.flags is not None:
                sys.setdlopenflags(self.flags)
            return load_dynamic(name, self.modulefilename)
        finally:
            if self.flags is not None:
                sys.setdlopenflags(before)

    def _check(self, module: Any) -> None:
        """Raise `VerificationError` if the C compiler disagrees with the cdef about a layout or a constant."""
        from cffi_build.errors import VerificationError

        names = self.ffi._namespace().names
        try:
            for ctype in names.complete_types():
                module.ffi.sizeof(ctype)
                getattr(module.ffi.typeof(ctype), "fields", None)  # of an enum there are none
            for constant in names.integers():
                getattr(module.lib, constant)
            for enum, name, value in names.enumerators():
                real = getattr(module.lib, name)
                if real != value:  # modules of set_source() take what C says
                    raise VerificationError(f"{enum}: {name} has the real value {real}, not {value}")
        except module.ffi.error as reason:
            raise VerificationError(str(reason)) from reason

    def _fingerprint(self, source_extension: str) -> str:
        from hashlib import sha256

        contents = [_contents(path) for key in ("sources", "depends") for path in self.kwds.get(key, ())]
        about_us = [__version__, _suffixes()[0], source_extension]
        parts = [about_us, self.preamble, self.kwds, self.ffi._cdef_history(), contents]
        return sha256(flatten(parts).encode("utf-8", "surrogateescape")).hexdigest()[:24]

    def _installed(self, name: str) -> Optional[str]:
        """Return where the module is installed in its package, or without one on the search path; None if it is not."""
        for folder in _package_path(self.ext_package):
            for suffix in _suffixes():
                path = os.path.join(folder, name + suffix)
                if os.path.exists(path):
                    return path
        return None


def load_dynamic(name: str, path: str, file: Any = None) -> ModuleType:
    """Load the extension module `name` from the file `path`."""
    from importlib.machinery import ExtensionFileLoader, ModuleSpec
    from importlib.util import module_from_spec

    loader = ExtensionFileLoader(name, path)
    module = module_from_spec(ModuleSpec(name, loader, origin=path))
    loader.exec_module(module)
    return sys.modules.setdefault(name, module)


def set_tmpdir(dirname: str) -> None:
    """Let `ffi.verify()` put its files into `dirname` when it is not told otherwise."""
    global _tmpdir
    _tmpdir = dirname


def cleanup_tmpdir(tmpdir: Optional[str] = None, keep_so: bool = False) -> None:
    """Remove the files that `ffi.verify()` left in `tmpdir`; all but the modules if `keep_so`."""
    folder = tmpdir or _tmpdir or _folder_of_caller()
    endings = (".c", ".cpp") if keep_so else (".c", ".cpp", *_suffixes())
    for name in os.listdir(folder) if os.path.isdir(folder) else ():
        if name.startswith("_cffi_") and name.endswith(endings):
            os.unlink(os.path.join(folder, name))


def _suffixes() -> List[str]:
    """Return how the names of extension modules end, the most special ending first."""
    from importlib.machinery import EXTENSION_SUFFIXES

    return list(EXTENSION_SUFFIXES)


def _folder_of_caller() -> str:
    """Return ``__pycache__`` beside the file of the first caller that is not cffi; $CFFI_TMPDIR goes before."""
    if os.environ.get("CFFI_TMPDIR"):
        return os.environ["CFFI_TMPDIR"]
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] in ("cffi", "cffi_runtime"):
        frame = frame.f_back
    return os.path.join(os.path.dirname(os.path.abspath(frame.f_code.co_filename)), "__pycache__")


def _relative_to(file: Optional[str], keywords: Mapping[str, Any]) -> Dict[str, Any]:
    if not file or not os.path.dirname(file):
        return dict(keywords)
    folder = os.path.dirname(file)
    moved = {key: [os.path.join(folder, path) for path in keywords[key]] for key in _PATH_KEYWORDS if key in keywords}
    return {**keywords, **moved}


def _package_path(package: Optional[str]) -> Iterator[str]:
    if not package:
        yield from sys.path
        return
    from importlib import import_module

    try:
        yield from import_module(package).__path__
    except ImportError:
        return  # it is not installed yet


def _contents(path: str) -> str:
    from pathlib import Path

    return Path(path).read_text(encoding="utf-8", errors="surrogateescape")
