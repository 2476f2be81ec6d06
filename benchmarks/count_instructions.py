"""Counts instructions per operation under callgrind: the same numbers on every run, whatever else the machine does.

    python benchmarks/count_instructions.py --json out.json ours=VENV/bin/python:cffi-api,cffi-abi reference=VENV/bin/python:cffi-api …

Each argument is NAME=INTERPRETER:IMPLEMENTATIONS; benchmarks/peers.py must have run with that interpreter.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import tempfile
from pathlib import Path

from cases import CASES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, List

WORKER = Path(__file__).with_name("worker.py")


def run(python: str, implementation: str, names: List[str], output: Path, **more: str) -> Dict[str, Dict[str, int]]:
    """Let the worker run under callgrind, which writes to `output`; `more` are variables of its environment."""
    command = [
        "valgrind", "--tool=callgrind", "-q", f"--callgrind-out-file={output}/out", python, str(WORKER), implementation, *names,
    ]  # fmt: skip
    done = subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": "0", **more}, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{python} {implementation}:\n{done.stderr[-3000:]}")
    result: Dict[str, Dict[str, int]] = json.loads(done.stdout)
    return result


def totals(output: Path) -> Dict[str, int]:
    """Return the instructions of each part that callgrind has written, by its label."""
    found = {}
    for path in output.glob("out*"):
        text = path.read_text(errors="replace")
        label = re.search(r"^desc: Trigger: Client Request: (.*)$", text, re.MULTILINE)
        total = re.search(r"^(?:summary|totals): (\d+)", text, re.MULTILINE)
        if label and total:
            found[label[1].strip()] = int(total[1])
    return found


def count(python: str, implementation: str, names: List[str]) -> Dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        info = run(python, implementation, names, Path(folder))
        counted = totals(Path(folder))
    per_round = {name: (counted[f"{name}|2"] - counted[f"{name}|1"]) / info[name]["loops"] for name in info}
    return {name: round((per_round[name] - per_round[""]) / info[name]["unroll"] / info[name]["ops"], 1) for name in names}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("environments", nargs="+", metavar="NAME=INTERPRETER:IMPLEMENTATIONS")
    parser.add_argument("--cases", default=".*", help="regular expression of names")
    parser.add_argument("--json", type=Path, required=True)
    options = parser.parse_args()
    result = {}
    for environment in options.environments:
        name, _, rest = environment.partition("=")
        python, _, implementations = rest.rpartition(":")
        for implementation in implementations.split(","):
            chosen = [case.name for case in CASES.values() if re.fullmatch(options.cases, case.name) and case.code_for(implementation)]
            result[f"{name} {implementation}"] = count(python, implementation, chosen)
            options.json.write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
