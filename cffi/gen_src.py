"""`cffi.gen_src`: the command ``cffi-gen-src``."""

from cffi_runtime.classic.gen_src import main

__all__ = ["main"]

if __name__ == "__main__":
    raise SystemExit(main())
