"""Prints what a library needs that starts Python when one of its functions is called: the init code, and how to run it."""

from __future__ import annotations

from cffi_build.emit.writer import Writer, header, quote


def write_embedding(writer: Writer, module_name: str, init_code: str) -> None:
    """Print the code that `ffi.embedding_init_code()` gave, and the functions that start Python."""
    writer.directive(f"#define _CFFI_MODULE_NAME {quote(module_name)}")
    writer.line()
    writer.line("static const char _cffi_init_code[] =")
    for line in init_code.split("\n"):
        writer.line(f'    {quote(line)} "\\n"')
    writer.line("    ;")
    writer.line()
    writer.paste(header("cffi_embed.h"))
    writer.here()
