"""Sub-interpreters under one interface for all versions of Python that have them."""

from __future__ import annotations

import sys
import warnings

warnings.filterwarnings("ignore", "remaining subinterpreters")  # 3.14: some tests end the process like that on purpose

if sys.version_info >= (3, 13):
    import _interpreters as module
else:
    import _xxsubinterpreters as module


def create(own_gil=False):
    """Return a new interpreter, which shares the GIL of this one unless it is to have its own."""
    if sys.version_info >= (3, 13):
        return module.create("isolated" if own_gil else "legacy")
    assert not own_gil or sys.version_info >= (3, 12)
    return module.create(isolated=own_gil)


def run(interpreter, text):
    """Run the text there; an exception there is one here."""
    problem = module.run_string(interpreter, text)
    if problem is not None:
        raise RuntimeError(getattr(problem, "errdisplay", None) or problem.formatted)


destroy = module.destroy
