"""Checks a module of API mode without building it: the C compiler reads its generated C, in which all comparisons are."""

from __future__ import annotations

import sysconfig
from dataclasses import replace
from typing import Any, Iterator, List, Mapping

from cffi_build.compile import generate, headers
from cffi_build.compile.c_compiler import CCompiler, find_compiler
from cffi_build.compile.pkgconfig import Flags
from cffi_build.compile.remedies import remedy
from cffi_build.config.load import Configuration
from cffi_build.config.schema import Module

_STRICT = ("-Werror=incompatible-pointer-types", "-Werror=int-conversion", "-Werror=implicit-function-declaration")


def mistakes(configuration: Configuration, module: Module) -> List[str]:
    """Return what the compiler finds wrong in the generated C of `module`, at the lines of the declarations, with remedies."""
    return list(_worded(_compiler(configuration, module), generate.c_text(configuration, module)))


def _worded(compiler: CCompiler, text: str) -> Iterator[str]:
    for complaint in compiler.complaints(text):
        answer = remedy(complaint.message, generated=True)
        yield f"{complaint.file}:{complaint.line}: error: {complaint.message}" + (f"\n    {answer}" if answer else "")


def _compiler(configuration: Configuration, module: Module) -> CCompiler:
    flags = headers.flags_of(configuration.root, module)
    keywords: Mapping[str, Any] = generate.from_script(configuration, module).keywords if module.build_script else {}
    python = [sysconfig.get_path("include"), sysconfig.get_path("platinclude")]
    folders = (*flags.include_dirs, *(str(configuration.root / name) for name in keywords.get("include_dirs", ())), *dict.fromkeys(python))
    macros = (*flags.macros, *keywords.get("define_macros", ()))
    complete = Flags(folders, macros, compile_args=(*flags.compile_args, *keywords.get("extra_compile_args", ())))
    extra = [*module.extra_compile_args, *_STRICT]
    return replace(find_compiler(complete, extra, module.undef_macros), warnings=True)
