"""Class FFI: the surface of the in-line modes and of build scripts. A method checks its arguments and delegates."""

from __future__ import annotations

import _cffi_backend

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from types import ModuleType
    from typing import Any, Dict, List, NoReturn, Optional, Sequence, TextIO, Tuple, Union

    from _cffi_backend import CData, CType, Lib
    from cffi_build.compile.scan import Scan
    from cffi_runtime.classic.parser import Parser
    from cffi_runtime.inline.declare import Namespace
    from cffi_runtime.inline.verify import Verifier
    from cffi_runtime.layout import Layout

    PathLike = Union[str, os.PathLike[str]]
    TypeLike = Union[str, CType]

_CORE = _cffi_backend.FFI()
"""An ffi that declares nothing: it knows the standard types."""


class FFI(_cffi_backend._InlineFFI):
    """The entry to C: declares functions and types, loads libraries, makes and converts C data, writes and builds modules.

    Everything that takes a C type takes it as text (``"struct point *"``) or as the ctype object that `typeof` returns.
    """

    _backend = _cffi_backend
    _assigned_source: Tuple[str, Optional[str], str, Dict[str, Any]]
    verifier: Verifier

    def __init__(self, backend: Any = None) -> None:
        """Make an FFI that declares nothing. `backend` is there for old code: there is one backend, the C extension."""
        if backend not in (None, _cffi_backend):
            from cffi_runtime import errors

            raise errors.other_backend(backend)
        from cffi_runtime.inline.declare import Namespace

        self.NULL = _cffi_backend.FFI.NULL  # once more, where it is found first
        self._compiled: Any = None
        self._names = Namespace(self._forget)
        self._libraries: List[Lib] = []
        self._included_ffis: List[FFI] = []
        self._cdefsources: List[str] = []
        self._cdef_options: List[Tuple[int, object]] = []  # what holds for the cdefs up to that number
        self._embedding: Optional[str] = None
        self._windows_unicode: Optional[bool] = None

    # ---- declarations

    def cdef(self, csource: str, override: bool = False, packed: bool = False, pack: Optional[int] = None) -> None:
        """Parse the C declarations in `csource`; nothing is declared if there is an error in them.

        `override`: a declaration may replace an earlier, different one. `packed`: structs have no padding.
        `pack`: fields are aligned to at most so many bytes. Raises `CDefError`.
        """
        if packed not in (True, False):
            raise ValueError(f"'packed' must be True or False, not {packed!r}; give a number of bytes as 'pack'")
        self._declare(csource, override=override, packed=packed, pack=pack)

    def cdef_from_headers(
        self, headers: Union[str, Sequence[str]], *, mode: str = "api", declarations: Sequence[str] = (), also: Sequence[str] = (),
        only: bool = False, pkg_config: Sequence[str] = (), **options: Any,
    ) -> Scan:  # fmt: skip
        """Declare what real C headers declare, and return how: `text` is the cdef, `skipped` what was left out and why.

        `headers` as in ``#include``. `mode`: "api" for `set_source` and `verify` (`prelude` of the result has the ``#include`` lines),
        "abi" for `dlopen`. `declarations`: patterns of the names wanted. `also`: patterns of further files that belong to the headers;
        `only`: none but the headers themselves. `options`: ``include_dirs``, ``define_macros``, ``libraries`` (what they lack is left
        out), ``library_dirs``, ``extra_compile_args``. Runs the C compiler. Raises `VerificationError` when that refuses the headers.
        """
        from cffi_runtime.headers import scan

        found = scan(headers, mode=mode, declarations=declarations, also=also, only=only, pkg_config=pkg_config, options=options)
        self.cdef(found.text)
        return found

    def embedding_api(self, csource: str, packed: bool = False, pack: Optional[int] = None) -> None:
        """Declare the functions that the embedding library exports; Python code defines them with `def_extern`."""
        if not isinstance(csource, str):
            from cffi_runtime import errors

            raise errors.not_text("embedding_api() argument", csource)
        self._declare(f'extern "Python+C" {{\n{csource}\n}}', packed=packed, pack=pack, line=0)
        if self._embedding is None:
            self._embedding = ""

    def embedding_init_code(self, pysource: str) -> None:
        """Give the Python code that the embedding library runs on its first use."""
        from cffi_runtime.source import embedding_code

        self._embedding = embedding_code(self._embedding, pysource)

    def include(self, ffi_to_include: Union[FFI, ModuleType]) -> None:
        """Let everything that `ffi_to_include` declares, now or later, be usable here; or what an imported module made by cffi declares."""
        if not isinstance(ffi_to_include, FFI):
            from cffi_runtime.source import described

            ffi_to_include = described(ffi_to_include)
        self._namespace().include(ffi_to_include._namespace())
        self._included_ffis.append(ffi_to_include)
        self._cdefsources.extend(["[", *ffi_to_include._cdefsources, "]"])
        self._cdef_options.append((len(self._cdefsources), [*ffi_to_include._cdef_options]))

    def set_unicode(self, enabled_flag: bool) -> None:
        """Declare TCHAR and its like for Windows, as ``wchar_t`` (True) or as ``char`` (False)."""
        from cffi_runtime.source import unicode_types

        if self._windows_unicode is not None:
            raise ValueError("set_unicode() can only be called once")
        self._declare(unicode_types(enabled_flag))
        self._windows_unicode = bool(enabled_flag)

    def list_types(self) -> Tuple[List[str], List[str], List[str]]:
        """Return the sorted names of all declared typedefs, structs and unions."""
        return self._namespace().names.type_names()

    def integer_const(self, name: str) -> int:
        """Return the value of the declared integer constant or enumerator `name`."""
        value = self._namespace().names.integer(name)
        if value is None:
            from cffi_runtime import errors

            raise errors.no_such_constant(name)
        return value

    # ---- views

    def layout(self, cdecl: TypeLike) -> Layout:
        """Return how a struct or union lies in memory: ``str()`` of the result is a table, its `svg` a picture."""
        from cffi_runtime.layout import layout

        return layout(self.typeof(cdecl))

    def asdict(self, cdata: CData) -> Dict[str, Any]:
        """Return the fields of a struct or union as a dict, those of structs inside as dicts and arrays as lists."""
        from cffi_runtime.layout import asdict

        return asdict(cdata)

    def repr(self, cdata: CData) -> str:
        """Return what `repr()` does, but with the fields of a struct or union, or of what a pointer to one points to."""
        from cffi_runtime.layout import show

        return show(cdata)

    def def_extern(self, *args: Any, **kwds: Any) -> NoReturn:
        """Only compiled modules have ``extern "Python"`` functions: use the `ffi` of the module."""
        raise ValueError("ffi.def_extern() is only available on API-mode FFI objects: call it on the ffi of the compiled module")

    def getwinerror(self, code: int = -1) -> Tuple[int, str]:
        """Return number and text of the last error of Windows (or of `code`)."""
        if not hasattr(_cffi_backend, "getwinerror"):
            from cffi_runtime import errors

            raise errors.only_on_windows()
        return _cffi_backend.getwinerror(code)

    # ---- libraries

    def dlopen(self, name: Any, flags: int = 0) -> Lib:
        """Load a shared library: by file name or path, None for the C library and what else is loaded, or by a ``void *`` handle."""
        from cffi_runtime.inline.library import Finder
        from cffi_runtime.inline.loader import load

        handle, shown = load(name, flags)
        library = self._new_library(handle, Finder(self, handle, shown))
        self._libraries.append(library)  # its functions may outlive the caller's reference to it
        return library

    def verify(self, source: str = "", tmpdir: Optional[str] = None, **kwargs: Any) -> Any:
        """Compile `source` with what is declared into a module, or find it compiled; return its `lib`. See `Verifier`."""
        from cffi_runtime.inline.verify import verify

        return verify(self, source, tmpdir, kwargs)

    # ---- modules

    def set_source(self, module_name: str, source: Optional[str], source_extension: str = ".c", **kwds: Any) -> None:
        """Say which module is to be made: C code to begin it with, or None for ABI mode; `kwds` are those of `Extension`."""
        from cffi_runtime.source import assign

        assign(self, module_name, source, source_extension, kwds)

    def set_source_pkgconfig(
        self, module_name: str, pkgconfig_libs: List[str], source: str, source_extension: str = ".c", **kwds: Any
    ) -> None:
        """As `set_source`, with the compiler flags that pkg-config tells of `pkgconfig_libs` added to `kwds`."""
        from cffi_runtime.source import assign, with_pkgconfig

        assign(self, module_name, source, source_extension, with_pkgconfig(pkgconfig_libs, kwds))

    def emit_c_code(self, filename: Union[PathLike, TextIO]) -> None:
        """Write the C source of the module to a path or text file."""
        from cffi_runtime.source import emit_c

        emit_c(self, filename)

    def emit_python_code(self, filename: Union[PathLike, TextIO]) -> None:
        """Write the ``.py`` of the ABI-mode module to a path or text file."""
        from cffi_runtime.source import emit_python

        emit_python(self, filename)

    def distutils_extension(self, tmpdir: PathLike = "build", verbose: bool = True) -> Any:
        """Write the C source below `tmpdir`; return the `setuptools.Extension` that builds it."""
        from cffi_runtime.source import extension

        return extension(self, tmpdir, verbose)

    def compile(self, tmpdir: PathLike = ".", verbose: int = 0, target: Optional[str] = None, debug: Optional[bool] = None) -> str:
        """Write the module below `tmpdir` and, unless it is of ABI mode, compile it; return the path of the result.

        `target`: file name of the result; ``"name.*"`` gets the system's ending of shared libraries.
        """
        from cffi_runtime.source import compile_module

        return compile_module(self, tmpdir, verbose=verbose, target=target, debug=debug)

    # ---- inside

    @property
    def _parser(self) -> Parser:
        from cffi_runtime.classic.parser import Parser

        return Parser(self._namespace())

    def _namespace(self) -> Namespace:
        return self._names

    def _declare(self, text: str, **options: Any) -> None:
        if not isinstance(text, str):
            from cffi_runtime import errors

            raise errors.not_text("cdef() argument", text)
        self._namespace().declare(text, **options)
        self._cdefsources.append(text)
        self._cdef_options.append((len(self._cdefsources), options))
        if options.get("override"):
            self._forget_libraries()

    def _adopt(self, compiled: Any) -> None:
        """Take the types of a compiled module's ffi from now on."""
        self._compiled = compiled
        self._namespace().adopt(compiled.typeof)

    def _cdef_history(self) -> List[str]:
        """Return all that says what is declared."""
        return [*self._cdefsources, "", str(self._cdef_options)]

    def _resolve(self, text: str, function: bool) -> CType:
        """Return the ctype that a text names which the C part does not remember. `function`: a function type stands for a pointer to it."""
        from cffi_runtime.inline import LOCK

        with LOCK:  # no cdef may come between finding and remembering
            ctype = self._find_quickly(text)
            if ctype is None:
                ctype = self._namespace().realize_text(text, function_as_pointer=function)
            self._remember(text, ctype, function)
        return ctype

    def _find_quickly(self, text: str) -> Optional[CType]:
        """Ask the backend: it parses types of the standard names, and of a compiled module, without any help."""
        if self._names.may_redefine(text):
            return None
        try:
            return (self._compiled or _CORE).typeof(text)
        except (_cffi_backend.FFI.error, ValueError, OverflowError):
            return None  # the parser of the build side knows more, and explains more

    def _explain(self, ctype: Any) -> None:
        """Raise the reason why a struct that `new` refuses is incomplete, if it is more than being opaque."""
        if ctype.kind in ("pointer", "array"):
            reason = self._names.realizer.reason(ctype.item)
            if reason is not None:
                raise reason

    def _forget_libraries(self) -> None:
        for library in self._libraries:
            self._forget_names(library)
