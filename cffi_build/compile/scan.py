"""Declarations from real headers: runs the compiler, hands what it says to `cdef/headers`, puts the parts together."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Iterator, List, NamedTuple, Optional, Sequence, Set, Tuple

from cffi_build.cdef.headers import constants
from cffi_build.cdef.headers.constants import Constant
from cffi_build.cdef.headers.cut import cut
from cffi_build.cdef.headers.names import Directory, Named, closure
from cffi_build.cdef.headers.own import find, own_files, shown
from cffi_build.cdef.headers.pieces import Contents, Macro, Piece, Skipped, Words
from cffi_build.cdef.headers.settle import settle
from cffi_build.cdef.headers.sheet import Entry, entry_of
from cffi_build.cdef.headers.soften import is_standard, soften
from cffi_build.compile.ask import ask
from cffi_build.compile.c_compiler import CCompiler
from cffi_build.declarations import Declarations
from cffi_build.errors import ConfigError

_CPLUSPLUS = ("class", "namespace", "template", "using")
_LAST = 1 << 40
"""Added to the offset of what comes last; no text is so long."""
_TYPES = ("typedef", "struct", "union", "enum")


@dataclass(frozen=True)
class Request:
    """What to scan. `headers` as in ``#include``, or paths of files; `declarations`: patterns of the names that are wanted, none for all.

    `abi`: for a module that is not compiled: numbers instead of ``...``. `also`: patterns of further files whose declarations are
    wanted; `only`: not even those that belong to the header. `check_symbols`: leave out what the libraries do not contain.
    """

    headers: Tuple[str, ...]
    declarations: Tuple[str, ...] = ()
    also: Tuple[str, ...] = ()
    only: bool = False
    abi: bool = False
    comments: bool = True
    check_symbols: bool = False
    folder: Optional[Path] = Path()
    """Where paths begin; None when `headers` are not to be taken as paths."""


class Scan(NamedTuple):
    """What a scan found: the text, what it declares, what was left out and why, and the files whose declarations were wanted."""

    text: str
    declared: Declarations
    skipped: Tuple[Skipped, ...]
    files: Tuple[str, ...]
    prelude: str


def scan(request: Request, compiler: CCompiler) -> Scan:
    """Return the declarations of real headers. Raises VerificationError when the compiler refuses them."""
    includes = prelude(request)
    contents = cut(compiler.preprocess(includes, request.folder))
    _refuse_cplusplus(contents)
    for name in _include_names(request):
        if not find(name, contents.files, contents.entered):
            others = ", ".join(contents.entered)
            raise ConfigError(f"{name}: the compiler reads it under another name; give its path, or that name: {others}")
    own = own_files(_include_names(request), contents.files, contents.entered, request.also, only=request.only)
    return _Work(request, compiler, includes, contents, own).run()


def _refuse_cplusplus(contents: Contents) -> None:
    for piece in contents.pieces:
        if piece.words[0] in _CPLUSPLUS:
            place = f"{piece.file}:{piece.line}"
            raise ConfigError(f"{place}: '{piece.words[0]}' is C++; scan a header that declares functions in extern \"C\"")


def prelude(request: Request) -> str:
    """Return the ``#include`` lines for the headers of a request."""
    return "".join(f'#include "{name}"\n' if Path(name).is_absolute() else f"#include <{name}>\n" for name in _include_names(request))


def _include_names(request: Request) -> List[str]:
    if not request.headers:
        raise ConfigError("no header to scan")
    if request.folder is None:
        return list(request.headers)
    return [str((request.folder / name).resolve()) if (request.folder / name).is_file() else name for name in request.headers]


class _Work:
    """One scan, step by step; each step reads what those before it have found."""

    def __init__(self, request: Request, compiler: CCompiler, includes: str, contents: Contents, own: Set[str]) -> None:
        self._request = request
        self._compiler = compiler
        self._includes = includes
        self._contents = contents
        self._own = own
        self._directory = Directory()
        self._skipped: List[Skipped] = []
        found = [(name, find(name, contents.files, contents.entered)) for name in _include_names(request)]
        self._roots = [path[:-len(name)] if path.endswith(name) else os.path.dirname(path) for name, path in found]

    def run(self) -> Scan:
        named = [self._directory.add(piece) for piece in self._contents.pieces if piece.file in self._own or piece.words[0] in _TYPES]
        wanted = self._present([one for one in named if self._is_wanted(one)])
        macros = list(self._macros(wanted))
        entries = [*self._declarations(named, wanted, macros), *macros, *self._packs()]
        entries.sort(key=lambda entry: entry.offset)
        hidden = () if self._request.abi else constants.hiding(self._contents.macros)
        settled = settle(entries, self._heading(), partial=not self._request.abi, hidden=hidden)
        skipped = sorted([*self._skipped, *settled.skipped], key=lambda one: (one.file, one.line))
        return Scan(settled.text, settled.declared, tuple(skipped), tuple(sorted(self._own)), self._includes)

    # ---- what is wanted

    def _is_wanted(self, named: Named) -> bool:
        """Tell whether the result should have a declaration; those that repeat an earlier one, or say nothing, are passed over."""
        if named.piece.file not in self._own or (not named.names and not named.failed):
            return False
        if not self._selects(named.names or (named.title,)):
            return False
        reason = self._refusal(named)
        if reason:
            self._leave_out(named, reason)
        return not reason

    def _selects(self, names: Sequence[str]) -> bool:
        patterns = self._request.declarations
        return not patterns or any(fnmatchcase(name, pattern) for name in names for pattern in patterns)

    def _refusal(self, named: Named) -> str:
        if not self._request.abi or named.kind == "type":
            return ""
        if "static" in named.piece.words or named.piece.has_body:
            return "it is static: no library exports it"
        return "an asm label gives it another symbol" if named.piece.renamed else ""

    def _present(self, wanted: List[Named]) -> List[Named]:
        """Return `wanted` without functions and variables that the libraries lack; link until nothing is undefined."""
        if not self._request.check_symbols:
            return wanted
        symbols = {name for one in wanted if _has_symbol(one) for name in one.globals}
        missing: Set[str] = set()
        while True:
            undefined = self._compiler.undefined(_addresses(self._includes, sorted(symbols - missing)))
            fresh = {name for word in undefined for name in _as_in_c(word, symbols)} - missing
            if undefined and not fresh:
                raise ConfigError(f"linking fails: undefined symbols {', '.join(sorted(undefined)[:5])}; name the libraries that have them")
            missing |= fresh
            if not fresh:
                break
        for one in wanted:
            if missing & set(one.globals):
                self._leave_out(one, "the libraries do not contain it")
        return [one for one in wanted if not missing & set(one.globals)]

    def _leave_out(self, named: Named, reason: str) -> None:
        self._skipped.append(Skipped(named.title, named.kind, reason, self._shown(named.piece.file), named.piece.line))

    # ---- entries

    def _declarations(self, named: List[Named], wanted: List[Named], macros: List[Entry]) -> Iterator[Entry]:
        """Yield the entries of what is wanted, and of the types that it and the macros need."""
        words = {one.piece.offset: self._words(one) for one in named}
        for_macros = [one for entry in macros for one in self._directory.needed_by(entry.words)]
        needed = closure([*wanted, *for_macros], self._directory, words)
        for one in named:
            if one.piece.offset in needed and words[one.piece.offset]:
                yield self._entry(one, words[one.piece.offset])

    def _words(self, named: Named) -> Words:
        """Return the tokens by which a piece is declared; none when it needs no declaration."""
        piece = named.piece
        if piece.file not in self._own:
            if is_standard(named):
                return ()
            return piece.words if self._request.abi else soften(named, self._directory)
        if named.kind == "function":
            return tuple(word for word in piece.words if word != "static")
        return _variable(piece) if named.kind == "variable" else piece.words

    def _entry(self, named: Named, words: Words) -> Entry:
        own = named.piece.file in self._own
        group = self._shown(named.piece.file)
        entry = entry_of(named.piece, named.title, named.kind, group, words, comments=own and self._request.comments)
        return replace(entry, file=group)

    def _packs(self) -> Iterator[Entry]:
        for pack in self._contents.packs:
            if pack.file in self._own:
                group = self._shown(pack.file)
                yield Entry("pack", "pragma", group, pack.line, pack.offset, group, fixed=(pack.text,))

    # ---- macros

    def _macros(self, wanted: List[Named]) -> Iterator[Entry]:
        functions = {name: one for one in wanted for name in one.globals}
        taken = set(functions) | set(self._directory.enumerators) | set(self._directory.typedefs)
        aliases = constants.final_names(self._contents.macros)
        questions: List[Macro] = []
        for macro in self._contents.macros:
            if macro.file not in self._own or macro.name in taken or not self._selects([macro.name]):
                continue
            reason = constants.unusable(macro)
            target = functions.get(aliases.get(macro.name, ""))
            if reason:
                self._skip_macro(macro, reason)
            elif target is not None:
                yield self._alias(macro, target, aliases[macro.name])
            elif aliases.get(macro.name) in self._directory.typedefs:
                yield self._of_macro(macro, ("typedef", aliases[macro.name], macro.name, ";"))
            else:
                constant = constants.obvious(macro)
                yield from self._constant(constant) if constant else ()
                questions += [] if constant else [macro]
        for constant in self._ask(questions):
            yield from self._constant(constant)

    def _alias(self, macro: Macro, target: Named, name: str) -> Entry:
        words = tuple(macro.name if word == name else word for word in self._words(target))
        return replace(self._entry(target, words), title=macro.name, above={}, behind={})

    def _ask(self, macros: List[Macro]) -> List[Constant]:
        answers = ask(self._compiler, self._includes, macros)
        for index, complaint in answers.wrong.items():
            self._skip_macro(macros[index], constants.why_wrong(complaint))
        return answers.constants

    def _constant(self, constant: Constant) -> Iterator[Entry]:
        macro = constant.macro
        lines = constants.declaration(constant, values=self._request.abi)
        if lines:
            shown_lines = lines if self._request.comments else lines[-1:]
            yield replace(self._of_macro(macro), fixed=shown_lines)
            return
        ctype = constants.cast_type(macro)
        if ctype and not self._request.abi and constant.kind == constants.NOTHING:
            entry = self._of_macro(macro, ("static", *ctype, "const", macro.name, ";"))
            yield replace(entry, offset=entry.offset + _LAST)  # its type may be declared after the macro is defined
        else:
            self._skip_macro(macro, _why_not(constant, abi=self._request.abi))

    def _of_macro(self, macro: Macro, words: Words = ()) -> Entry:
        group = self._shown(macro.file)
        return Entry(macro.name, "macro", group, macro.line, macro.offset, group, words)

    def _skip_macro(self, macro: Macro, reason: str) -> None:
        self._skipped.append(Skipped(macro.name, "macro", reason, self._shown(macro.file), macro.line))

    # ---- names

    def _shown(self, file: str) -> str:
        return shown(file, self._roots)

    def _heading(self) -> str:
        names = ", ".join(self._request.headers)
        mode = "ABI mode: the numbers are those of this platform" if self._request.abi else "API mode: the C compiler fills in the dots"
        return f"/* Declarations of {names}, made by cffi-build scan. For {mode}. */"


def _has_symbol(named: Named) -> bool:
    return named.kind != "type" and "static" not in named.piece.words and not named.piece.has_body


def _as_in_c(word: str, symbols: Set[str]) -> Iterator[str]:
    """Yield the name in C of an undefined symbol, which may have a prefix of the object file's format."""
    candidates = (word, word[len("__imp_"):] if word.startswith("__imp_") else word, word[1:])
    yield from [name for name in candidates if name in symbols][:1]


def _addresses(includes: str, symbols: Sequence[str]) -> str:
    """Return a program that needs all `symbols` when it is linked."""
    rows = "".join(f"    (const void *)&{name},\n" for name in symbols)
    array = f"const void *const volatile cffi_addresses[] = {{\n{rows}    0\n}};"
    return f"{includes}\n{array}\nint main(void) {{ return cffi_addresses[0] != 0; }}\n"


def _variable(piece: Piece) -> Words:
    """Return the declaration of a variable without its value."""
    words = piece.words
    end = words.index("=") if "=" in words else len(words) - 1
    return (*words[:end], ";") if "static" in words else ("extern", *words[:end], ";")


def _why_not(constant: Constant, *, abi: bool) -> str:
    if constant.kind == constants.INTEGER:
        return "its value is not known when compiling"
    if abi and constant.kind == constants.STRING:
        return "a string; only a compiled module can tell it"
    if abi and constant.kind == constants.FLOAT:
        return "a floating-point number; only a compiled module can tell it"
    return "neither a number nor a string"

