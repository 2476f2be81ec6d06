"""Write declarations (a cdef) from real headers.

The text goes to standard output or --output; what is left out is listed with its reason on standard error or in --report.
With libraries (-l, --pkg-config), functions that they do not contain are left out.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import List

from cffi_build.cli import compiler_options
from cffi_build.compile.scan import Request, Scan, scan
from cffi_build.emit import write_if_changed

NAME = "scan"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this command."""
    parser.add_argument("headers", nargs="+", metavar="HEADER", help="as in #include <HEADER>, or the path of a file")
    parser.add_argument("--mode", choices=("api", "abi"), default="api", help="abi: numbers instead of '...', for dlopen() (default: api)")
    parser.add_argument("--declarations", action="append", default=[], metavar="PATTERN", help="only these names: 'foo_*' (repeatable)")
    parser.add_argument("--also", action="append", default=[], metavar="PATTERN", help="declarations of these files, too: 'zconf.h'")
    parser.add_argument("--only", action="store_true", help="no headers but those named, not even those of their folder")
    parser.add_argument("--no-comments", dest="comments", action="store_false", help="leave out the comments of the headers")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="where the text goes")
    parser.add_argument("--report", type=Path, metavar="FILE", help="where the list of what is left out goes")
    parser.add_argument("-q", "--quiet", action="store_true", help="only count what is left out")
    compiler_options.add_arguments(parser)


def run(options: argparse.Namespace) -> None:
    """Scan, write the text, report."""
    compiler = compiler_options.compiler_of(options)
    request = Request(
        tuple(options.headers), tuple(options.declarations), tuple(options.also), options.only,
        options.mode == "abi", options.comments, check_symbols=bool(options.libraries or options.pkg_config),
    )  # fmt: skip
    found = scan(request, compiler)
    if options.output:
        write_if_changed(options.output, found.text)
    else:
        sys.stdout.write(found.text)
    _report(options, found)


def _report(options: argparse.Namespace, found: Scan) -> None:
    lines = [str(one) for one in found.skipped]
    if options.report:
        write_if_changed(options.report, "".join(f"{line}\n" for line in lines))
    elif not options.quiet:
        print(*lines, sep="\n", file=sys.stderr)
    print(summary(found), file=sys.stderr)


def summary(found: Scan) -> str:
    """Return one line that counts what was found and what was left out."""
    kinds = Counter(type(one).__name__ for one in found.declared.globals.values())
    left_out = Counter(one.kind for one in found.skipped)
    parts: List[str] = [f"{kinds[f'{name}Declaration']} {word}" for name, word in _COUNTED if kinds[f"{name}Declaration"]]
    missing = ", ".join(f"{count} {kind}{'s' if count > 1 else ''}" for kind, count in sorted(left_out.items()))
    return f"cffi-build scan: {', '.join(parts) or 'nothing'}; left out: {missing or 'nothing'}"


_COUNTED = (("Function", "functions"), ("Variable", "variables"), ("Constant", "constants"))
