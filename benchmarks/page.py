"""Writes the run-time tables and the plot of docs/performance.md from what count_instructions.py has counted, and others measured.

    python benchmarks/page.py counted.json [HEADING=file.json…]

The further files, of time_in_turns.py or of another Python, get a table of the means each, under their headings.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

from cases import CASES

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
    heading, _, path = argument.partition("=")
    unit = "nanoseconds" if "nanoseconds" in heading else "instructions"
    return f"\n### {heading}\n\n{summary(json.loads(Path(path).read_text()), unit)}"


def main(results: str, *more: str) -> None:
    counted: Counted = json.loads(Path(results).read_text())
    page = DOCS / "performance.md"
    before, _, rest = page.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    tables = "".join(group_table(counted, group) for group in GROUPS) + "".join(map(further, more))
    page.write_text(f"{before}{BEGIN}{summary(counted)}\n![Instructions per group, ours 1](performance.svg)\n{tables}{END}{after}")
    (DOCS / "performance.svg").write_text(plot(counted))


if __name__ == "__main__":
    main(*sys.argv[1:])
