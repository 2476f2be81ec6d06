"""``python -m cffi_build`` is the command ``cffi-build``."""

from __future__ import annotations

import sys

from cffi_build.cli import main

sys.exit(main())
