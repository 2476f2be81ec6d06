"""Turns what compilers and linkers print into what the user reads: the errors that matter, a remedy, where the log is."""

from __future__ import annotations

import re
import signal
import tempfile
from dataclasses import dataclass
from typing import Iterator, List, Sequence

from cffi_build.compile.driver import Result
from cffi_build.compile.remedies import remedy

SHOWN = 10
"""So many errors of one step are shown; the log has all."""

_COMPILER = re.compile(r"(?P<place>.+?[:(]\d+)(?:[:,]\d+)?\)?: *(?:fatal )?error\b(?: \w+)?: *(?P<message>.*)")
_OTHER = re.compile(
    r".*(?:\b(?:cannot find|not found|undefined|unable to find|No space left on device)\b|: (?:fatal )?error|cannot be run|error LNK).*",
    re.IGNORECASE,
)
_EXPANSION = re.compile(r"(?P<place>.+?:\d+):\d+: note: in expansion of macro '_cffi_check_\w+'")
_ASSERTION = re.compile(r"(?:static assertion failed|static_assert failed)[^\"]*\"(?P<text>.*)\"$")


@dataclass(frozen=True)
class Error:
    """One error: ``file:line`` as far as known, and what is wrong."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: error: {self.message}" if self.place else self.message


def explain(results: Sequence[Result]) -> str:
    """Return the message for a build in which steps failed: for each its errors and remedies, then where the log is."""
    failed = [result for result in results if result.status]
    lines = [line for result in failed for line in _explain_step(result)]
    return "\n".join([*lines, _write_log(failed)])


def _explain_step(result: Result) -> Iterator[str]:
    yield f"{result.step.title}: failed (module {result.step.module})"
    found = [(error, remedy(error.message, generated=result.step.generated)) for error in errors(result.output)]
    if result.status < 0:
        yield f"  {_killed(-result.status)}"
    elif not found:
        yield f"  exit status {result.status}"
    # after the first, only errors that we know about: the others mostly follow from it
    chosen = [(error, answer) for number, (error, answer) in enumerate(found) if number == 0 or answer or _is_check(error, result)]
    for error, answer in chosen[:SHOWN]:
        yield f"  {error}"
        if answer:
            yield f"    {answer}"
    if len(found) > len(chosen[:SHOWN]):
        yield f"  and {len(found) - len(chosen[:SHOWN])} more"


def _killed(number: int) -> str:
    """Return what to say of a process that a signal has ended."""
    name = signal.Signals(number).name if number in set(signal.Signals) else "unknown"
    cause = "too little memory? run fewer compilers at once: jobs = 1" if name == "SIGKILL" else "an error in the compiler itself"
    return f"it was killed by signal {number} ({name}): {cause}"


def _is_check(error: Error, result: Result) -> bool:
    return result.step.generated and "the cdef says" in error.message


def errors(output: str) -> List[Error]:
    """Return the errors that `output` reports, in its order."""
    lines = output.splitlines()
    numbered = [(number, _COMPILER.match(line)) for number, line in enumerate(lines)]
    found = [_error(match["place"], match["message"], lines[number + 1 :]) for number, match in numbered if match]
    return found or [Error("", line.strip()) for line in lines if _OTHER.match(line)]


def _error(place: str, message: str, following: Sequence[str]) -> Error:
    assertion = _ASSERTION.match(message)
    text = re.sub(r"\\(.)", r"\1", assertion["text"]) if assertion else message
    return Error(_place_of_use(place, following).replace("(", ":"), text)


def _place_of_use(place: str, following: Sequence[str]) -> str:
    """Return `place`, or, when gcc found the error inside a macro of ours, where that is used."""
    for line in following:
        if _COMPILER.match(line):
            break
        use = _EXPANSION.match(line)
        if use:
            return use["place"]
    return place


def _write_log(failed: Sequence[Result]) -> str:
    """Write commands and output of the failed steps to a file that stays, and return a sentence about it."""
    lines: List[str] = []
    for result in failed:
        lines += [f"# {result.step.title}", *("$ " + " ".join(command.arguments) for command in result.step.commands), result.output]
    try:
        with tempfile.NamedTemporaryFile("w", prefix="cffi-build-", suffix=".log", delete=False, encoding="utf-8") as log:
            log.write("\n".join(lines))
    except OSError as error:
        return f"The full output could not be kept: {error.strerror}"
    return f"The full output is in {log.name}"
