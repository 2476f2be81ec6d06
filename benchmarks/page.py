"""Writes the run-time tables and the plot of docs/performance.md from what count_instructions.py has counted, and others measured.

    python benchmarks/page.py counted.json [HEADING=file.json…]

The further files, of time_in_turns.py or of another Python, get a table of the means each, under their headings; those whose heading has
the word nanoseconds, which time_in_turns.py has measured, also one of all cases.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

from cases import CASES
from targets import NO_WORK_OF_CTYPES, OVERALL, TARGETS, Of, Target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterable, List, Optional

    Counted = Dict[str, Dict[str, float]]

DOCS = Path(__file__).resolve().parent.parent / "docs"
BEGIN, END = "<!-- made by benchmarks/page.py: begin -->\n", "<!-- made by benchmarks/page.py: end -->\n"
GROUPS = {"call": "calls", "cb": "callbacks", "new": "making values", "data": "memory", "ffi": "the ffi object", "lib": "the lib object"}
COLUMNS = (
    "ours cffi-api", "reference cffi-api", "reference-O2 cffi-api", "ours limit-gil", "ours limit", "ours ctypes", "ours cython",
    "ours pybind11", "ours nanobind", "ours cffi-abi", "reference cffi-abi", "reference-O2 cffi-abi",
)  # fmt: skip
WIDTH, ROW, LEFT, SCALE = 640, 18, 150, 110
COLOURS = ("#2f6f4f", "#b7791f", "#8a8f98")


def geometric_mean(values: Iterable[float]) -> Optional[float]:
    logs = [math.log(value) for value in values]
    return math.exp(sum(logs) / len(logs)) if logs else None


def table(head: List[str], rows: List[List[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def group_table(counted: Counted, group: str) -> str:
    columns = [name for name in COLUMNS if name in counted]
    names = [name for name in CASES if name.split(".")[0] == group and any(name in counted[column] for column in columns)]
    rows = [[f"`{name}`", *(f"{counted[column][name]:,.0f}" if name in counted[column] else "" for column in columns)] for name in names]
    head = [column.replace(" cffi-", " ").replace("ours ", "" if "cffi" not in column else "ours ") for column in columns]
    return f"\n### {GROUPS[group].capitalize()}\n\n{table(['', *head], rows)}"


def bound_of(counted: Counted, target: Target, index: int) -> float:
    bound = target.bounds[index % len(target.bounds)]
    return bound if not isinstance(bound, Of) else bound.factor * counted[f"ours {bound.other}"][target.cases[index]]


def target_row(counted: Counted, target: Target) -> List[str]:
    """Return what was reached, the bounds, and which cases are above theirs: those in bold."""
    reached = [counted[f"ours {target.implementation}"][case] for case in target.cases]
    bounds = [bound_of(counted, target, index) for index in range(len(target.cases))]
    shown = [f"{value:,.0f}" if value <= bound else f"**{value:,.0f}**" for value, bound in zip(reached, bounds)]
    missed = [f"`{case}`" for case, value, bound in zip(target.cases, reached, bounds) if value > bound]
    names = ", ".join(f"`{case}`" for case in target.cases)
    return [f"{target.title}: {names}", " / ".join(shown), " / ".join(f"{bound:,.0f}" for bound in bounds), ", ".join(missed) or "none"]


def overall_rows(counted: Counted) -> List[List[str]]:
    rows = []
    for implementation, mode in (("cffi-api", "API mode"), ("cffi-abi", "in-line ABI mode")):
        found = [ratios(counted, implementation, f"{name} {implementation}") or 0 for name in OVERALL]
        missed = [name for name, ratio in zip(OVERALL, found) if ratio < OVERALL[name]]
        title = f"Geometric mean, {mode}: {' / '.join(OVERALL)} : ours, at least"
        bounds = " / ".join(f"{bound:.1f}" for bound in OVERALL.values())
        rows.append([title, " / ".join(f"{ratio:.2f}" for ratio in found), bounds, ", ".join(missed) or "none"])
    return rows


def targets_table(counted: Counted) -> str:
    return table(["at most", "reached", "target", "missed"], [*(target_row(counted, each) for each in TARGETS), *overall_rows(counted)])


def slower(counted: Counted, tolerance: float) -> str:
    """Return a list of the cases in which another implementation takes less than ours does, by more than the tolerance."""
    lines = []
    for implementation in ("cffi-api", "cffi-abi"):
        ours = counted[f"ours {implementation}"]
        for other in (*(f"{name} {implementation}" for name in OVERALL), "ours ctypes"):
            theirs = {name: value for name, value in counted.get(other, {}).items() if value > 0 and name in ours}
            if "ctypes" in other:
                theirs = {name: value for name, value in theirs.items() if not name.startswith(NO_WORK_OF_CTYPES)}
            more = [f"`{name}` {ours[name]:,.4g} ({theirs[name]:,.4g})" for name in theirs if ours[name] > theirs[name] * tolerance]
            if theirs:
                lines.append(f"- {implementation}, more than {other.replace('ours ', '')}: {', '.join(more) or 'none'}\n")
    return "".join(lines)


def ratios(counted: Counted, implementation: str, other: str, group: str = "") -> Optional[float]:
    """Return how many times as many instructions `other` takes, over the cases of a group."""
    ours, theirs = counted.get(f"ours {implementation}", {}), counted.get(other, {})
    both = [name for name in ours if name in theirs and name.startswith(group) and ours[name] > 0 and theirs[name] > 0]
    return geometric_mean(theirs[name] / ours[name] for name in both)


def summary(counted: Counted, unit: str = "instructions") -> str:
    rows = []
    for implementation in ("cffi-api", "cffi-ooabi", "cffi-abi"):
        others = [name for name in counted if name.endswith(f" {implementation}") and not name.startswith("ours")]
        for other in [*others, *(name for name in counted if name.endswith(" ctypes"))]:
            found = [ratios(counted, implementation, other, group) for group in ("", *(f"{name}." for name in GROUPS))]
            if found[0] is not None:
                rows.append([f"{other} : ours {implementation}", *("" if ratio is None else f"{ratio:.2f}" for ratio in found)])
    return table([f"{unit}, how many times ours (geometric mean)", "all", *GROUPS.values()], rows)


def plot(counted: Counted) -> str:
    """Return an SVG: for each group the instructions of each implementation of API mode, ours being 1."""
    bars, y = [], ROW
    for group, title in GROUPS.items():
        bars.append(f'<text x="0" y="{y + 13}" font-weight="bold">{title}</text>')
        for index, other in enumerate(("ours cffi-api", "reference cffi-api", "ours ctypes")):
            ratio = ratios(counted, "cffi-api", other, f"{group}.")
            if ratio is not None:
                label = other.replace("ours ctypes", "ctypes").replace(" cffi-api", "")
                bars.append(f'<rect x="{LEFT}" y="{y}" width="{ratio * SCALE:.0f}" height="{ROW - 3}" fill="{COLOURS[index]}"/>')
                bars.append(f'<text x="{LEFT + ratio * SCALE + 6:.0f}" y="{y + 13}">{label} {ratio:.1f}</text>')
                y += ROW
        y += ROW // 2
    style = 'font-family="sans-serif" font-size="12"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y}" {style}>\n' + "\n".join(bars) + "\n</svg>\n"


def further(argument: str) -> str:
    """Return the part of the page for HEADING=file.json."""
    heading, _, path = argument.partition("=")
    counted: Counted = json.loads(Path(path).read_text())
    if "nanoseconds" not in heading:
        return f"\n### {heading}\n\n{summary(counted)}"
    tables = "".join(group_table(counted, group) for group in GROUPS).replace("\n### ", "\n#### ")
    return f"\n### {heading}\n\n{summary(counted, 'nanoseconds')}\nBy more than 5 %:\n\n{slower(counted, 1.05)}{tables}"


def replace_part(begin: str, text: str, end: str) -> None:
    """Put `text` between the two lines of the page."""
    page = DOCS / "performance.md"
    before, _, rest = page.read_text().partition(begin)
    _, _, after = rest.partition(end)
    page.write_text(f"{before}{begin}{text}{end}{after}")


def targets(counted: Counted) -> str:
    others = f"Cases in which others need fewer instructions (theirs in brackets):\n\n{slower(counted, 1)}"
    return f"\n### Targets\n\n{targets_table(counted)}\n{others}"


def main(results: str, *more: str) -> None:
    counted: Counted = json.loads(Path(results).read_text())
    head = f"{summary(counted)}\n![Instructions per group, ours 1](performance.svg)\n{targets(counted)}"
    replace_part(BEGIN, head + "".join(group_table(counted, group) for group in GROUPS) + "".join(map(further, more)), END)
    (DOCS / "performance.svg").write_text(plot(counted))


if __name__ == "__main__":
    main(*sys.argv[1:])
