"""The C compiler as a source of facts: preprocess, check the syntax of, and compile small files. Nothing that it makes is run.

So it works for other machines too (``CC=aarch64-linux-gnu-gcc``). gcc and clang, and what takes their options.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sysconfig
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Optional, Sequence, Set, Tuple

from cffi_build.compile.pkgconfig import Flags
from cffi_build.compile.remedies import remedy
from cffi_build.errors import VerificationError

_ERROR = re.compile(r"^(.+?):(\d+):(?:\d+:)? (?:fatal )?error: (.*)$", re.MULTILINE)
_TELLING = re.compile(r"(?<!collect2: )error: (?!linker command failed)|cannot find -l|library not found")
_UNDEFINED = re.compile(
    r"undefined reference to [`'](\w+)'"  # GNU ld, gold
    r"|undefined symbol: (\w+)"  # lld
    r"|\"_(\w+)\", referenced from"  # ld64
)


class Complaint(NamedTuple):
    """An error that the compiler reports."""

    file: str
    line: int
    message: str


@dataclass(frozen=True)
class CCompiler:
    """A command that compiles C, with the options that a module is compiled with. `warnings`: those asked for in the options count."""

    command: Tuple[str, ...]
    options: Tuple[str, ...] = ()
    link_options: Tuple[str, ...] = ()
    warnings: bool = False

    def preprocess(self, text: str, folder: Optional[Path] = None) -> str:
        """Return what the preprocessor makes of `text`, with macro definitions, line markers and comments."""
        done = self._run(text, ["-E", "-dD", "-C"], folder)
        if done.returncode:
            raise VerificationError(_first_error(self.command, done.stderr))
        return done.stdout

    def complaints(self, text: str) -> List[Complaint]:
        """Return the errors in `text`; those in macros are reported where the macro is used."""
        with tempfile.TemporaryDirectory(prefix="cffi-") as scratch:
            zig = any("zig" in os.path.basename(word) for word in self.command)  # it looks for an object file in any case
            check = ["-c", "-o", str(Path(scratch, "probe.o"))] if zig else ["-fsyntax-only"]
            done = self._run(text, [*check, *self._tell_all()])
        found = [Complaint(file, int(line), message) for file, line, message in _ERROR.findall(done.stderr)]
        if done.returncode and not found:
            raise VerificationError(_first_error(self.command, done.stderr))
        return found

    def object_bytes(self, text: str) -> bytes:
        """Return the object file that `text` is compiled to."""
        with tempfile.TemporaryDirectory(prefix="cffi-") as scratch:
            path = Path(scratch, "probe.o")
            done = self._run(text, ["-c", "-fno-lto", "-o", str(path)])
            if done.returncode:
                raise VerificationError(_first_error(self.command, done.stderr))
            return path.read_bytes()

    def undefined(self, text: str) -> Set[str]:
        """Return the names that linking the program `text` with the libraries does not find; some of them, when there are many."""
        with tempfile.TemporaryDirectory(prefix="cffi-") as scratch:
            done = self._run(text, ["-fno-lto", "-o", str(Path(scratch, "probe"))], link=True)
        found = {name for names in _UNDEFINED.findall(done.stderr) for name in names if name}
        if done.returncode and not found:
            raise VerificationError(_first_error(self.command, done.stderr))
        return found

    def _tell_all(self) -> Sequence[str]:
        return ("-ferror-limit=0",) if self._is_clang() else ("-fmax-errors=0", "-ftrack-macro-expansion=0")

    def _is_clang(self) -> bool:
        return "__clang__" in self._run("", ["-E", "-dM"]).stdout

    def _run(
        self, text: str, action: Sequence[str], folder: Optional[Path] = None, *, link: bool = False
    ) -> subprocess.CompletedProcess[str]:
        after = self.link_options if link else ()
        quiet = () if self.warnings else ("-w",)
        words = [*self.command, *quiet, *self.options, *action, "-x", "c", "-", "-x", "none", *after]
        environment = {**os.environ, "LC_ALL": "C", "LANGUAGE": ""}
        try:
            return subprocess.run(
                words, input=text, cwd=folder, env=environment, capture_output=True, encoding="utf-8", errors="surrogateescape"
            )
        except OSError as error:
            raise VerificationError(f"{words[0]}: cannot be run: {error.strerror}; install a C compiler, or name one with CC=…") from None


def find_compiler(flags: Flags, extra: Sequence[str] = (), undefine: Sequence[str] = ()) -> CCompiler:
    """Return the compiler that ``CC`` names, or else the one of this Python, or ``cc``; with ``CPPFLAGS``, ``CFLAGS``, ``LDFLAGS``."""
    command = tuple(_command())
    words = [*_environment("CPPFLAGS"), *_environment("CFLAGS"), *(f"-I{folder}" for folder in flags.include_dirs)]
    words += [f"-D{name}" if value is None else f"-D{name}={value}" for name, value in flags.macros]
    words += [f"-U{name}" for name in undefine]
    link = [*(f"-L{folder}" for folder in flags.library_dirs), *(f"-l{name}" for name in flags.libraries), *flags.link_args]
    return CCompiler(command, (*words, *flags.compile_args, *extra), (*_environment("LDFLAGS"), *link))


def _command() -> Iterator[str]:
    chosen = shlex.split(os.environ.get("CC", ""))
    if not chosen:
        configured = shlex.split(str(sysconfig.get_config_var("CC") or ""))
        candidates = [*configured[:1], "cc", "gcc", "clang"]
        chosen = [next((name for name in candidates if shutil.which(name)), "cc")]
    if os.path.basename(chosen[0]).lower() in ("cl", "cl.exe"):
        raise VerificationError("reading headers needs gcc or clang: set CC=clang (Microsoft's compiler does not tell macro definitions)")
    return iter(chosen)


def _environment(name: str) -> List[str]:
    return shlex.split(os.environ.get(name, ""))


def _first_error(command: Sequence[str], output: str) -> str:
    lines = [line for line in output.splitlines() if _TELLING.search(line)] or output.splitlines() or ["it failed without a word"]
    answer = remedy(re.sub(r"^.*?(?:error|ld): ", "", lines[0]), generated=False)
    if answer is None and "unknown type name" in lines[0]:
        answer = "if the header does not include what it needs, name that header before it, and choose with 'declarations' what is wanted"
    return f"{command[0]}: {lines[0].strip()}" + (f"\n{answer}" if answer else "")


def by_line(complaints: Sequence[Complaint], file: str) -> Dict[int, str]:
    """Return the first error in each line of `file`; VerificationError when there are errors in other files."""
    found: Dict[int, str] = {}
    for complaint in complaints:
        if complaint.file != file:
            raise VerificationError(f"{complaint.file}:{complaint.line}: {complaint.message}")
        found.setdefault(complaint.line, complaint.message)
    return found
