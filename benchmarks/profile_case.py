"""Profiles cases under callgrind: the instructions of each function, per operation.

    VENV/bin/python benchmarks/profile_case.py [--page] cffi-api data.ptr_to_int new.from_handle …

Where a function lies is told by the shared library. With --page the tables go into docs/performance.md.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections import Counter
from pathlib import Path
from sys import executable

from count_instructions import run
from page import replace_part, table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Counter as Counted
    from typing import Dict, Iterator, List, Tuple

    Function = Tuple[str, str]

BEGIN, END = "<!-- made by benchmarks/profile_case.py: begin -->\n", "<!-- made by benchmarks/profile_case.py: end -->\n"
LOOPS = "2000"
LEAST = 10
"""Instructions of a function that is listed by its name."""


def owner(library: str) -> str:
    if "_cffi_backend" in library:
        return "this project"
    return "Python" if "python" in library else "C library"


def costs(text: str) -> Iterator[Tuple[Function, int]]:
    """Yield what stands in a file of callgrind: a function, and some of its instructions."""
    names: Dict[str, str] = {}
    function, library, of_callee = "", "", False
    for line in text.splitlines():
        named = re.match(r"(ob|fn)=(\(\d+\))(?: (.*))?$", line)
        if named:
            kind, number, name = named.groups()
            shown = names.setdefault(kind + number, name or "")
            function, library = (shown, library) if kind == "fn" else (function, shown)
        elif line.startswith("c"):  # cob, cfi, cfn: who is called; calls: the next line has the callee's cost
            remembered = re.match(r"c(ob|fn)=(\(\d+\)) (.*)$", line)
            if remembered:
                names.setdefault(remembered[1] + remembered[2], remembered[3])
            of_callee = line.startswith("calls=")
        elif re.match(r"[+*\-\d]", line):
            if not of_callee:
                yield (function.split("'")[0], owner(library)), int(line.split()[-1])
            of_callee = False


def functions(folder: Path, label: str) -> Counted[Function]:
    """Return the instructions of each function in the part with this label."""
    found: Counted[Function] = Counter()
    for path in folder.glob("out*"):
        text = path.read_text(errors="replace")
        if f"desc: Trigger: Client Request: {label}\n" in text:
            for function, cost in costs(text):
                found[function] += cost
    return found


def profile(implementation: str, name: str) -> Dict[Function, float]:
    """Return the instructions of each function per operation; what is around the loop hardly counts."""
    with tempfile.TemporaryDirectory() as folder:
        info = run(executable, implementation, [name], Path(folder), BENCHMARKS_LOOPS=LOOPS)[name]
        found = functions(Path(folder), f"{name}|2")
    operations = 2 * info["loops"] * info["unroll"] * info["ops"]
    return {function: cost / operations for function, cost in found.items()}


def rows(counted: Dict[Function, float]) -> List[List[str]]:
    """Return a row for each function that takes some instructions, and one for the rest of each owner."""
    lines = []
    for whose in ("Python", "C library", "this project"):
        own = sorted(((cost, name) for (name, owner), cost in counted.items() if owner == whose), reverse=True)
        if sum(cost for cost, _ in own) < 1:
            continue
        lines.append([f"**{whose}**", f"**{sum(cost for cost, _ in own):,.0f}**"])
        lines += [[f"`{name}`", f"{cost:,.0f}"] for cost, name in own if cost >= LEAST]
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("implementation")
    parser.add_argument("cases", nargs="+")
    parser.add_argument("--page", action="store_true", help="write the tables into docs/performance.md")
    options = parser.parse_args()
    text = ""
    for name in options.cases:
        counted = profile(options.implementation, name)
        text += f"\n{table([f'`{name}`', f'{sum(counted.values()):,.0f}'], rows(counted))}"
    if options.page:
        replace_part(BEGIN, text + "\n", END)
    else:
        print(text)


if __name__ == "__main__":
    main()
