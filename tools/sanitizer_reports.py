"""Sums up the reports of sanitizers: `sanitizer_reports.py FOLDER` prints what concerns us, and fails when there is anything.

An error counts whoever made it. A leak counts when a function of the extension is among the callers of its allocation. Processes
that could not be searched for leaks (LeakSanitizer needs more address space than tests of limits leave it) are only mentioned.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

OURS = re.compile(r"\bc_src/\w+")
ERROR = re.compile(r"ERROR: AddressSanitizer|: runtime error: ")
UNSEARCHED = "LeakSanitizer has encountered a fatal error"


def leaks(text: str) -> list[str]:
    """Return the paragraphs of a report that tell of a leak with one of our functions in its stack."""
    return [part for part in text.split("\n\n") if re.match(r"\s*(?:In)?[Dd]irect leak", part) and OURS.search(part)]


def errors(text: str) -> list[str]:
    """Return a report that tells of an error, as the only item of a list."""
    return [text[:6000]] if ERROR.search(text) else []


def summary(folder: Path) -> Counter[str]:
    """Return what was found, equal stacks counted together."""
    found: Counter[str] = Counter()
    for report in sorted(folder.iterdir()):
        text = report.read_text(errors="replace")
        found.update(re.sub(r"0x[0-9a-f]+|\d+ byte|==\d+==", "", each) for each in [*errors(text), *leaks(text)])
    return found


def main(folder: Path) -> int:
    """Print the commonest findings; return the exit status."""
    found = summary(folder)
    for text, times in found.most_common(20):
        print(f"---- {times} times:\n{text.strip()}\n")
    reports = list(folder.iterdir())
    unsearched = sum(UNSEARCHED in report.read_text(errors="replace") for report in reports)
    print(f"sanitizers: {len(found)} kinds of errors and leaks in {len(reports)} reports of {folder}, {unsearched} not searched for leaks")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
