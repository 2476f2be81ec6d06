"""How a Python module writes its tables: tuples of bytes literals (spec: binary interface, section 5)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, Sequence

_ESCAPES = [f"\\x{byte:02X}" for byte in range(256)]


def number(value: int) -> str:
    """Return what stands for `value` in a bytes literal: four bytes, signed, the most significant one first."""
    return f"{_ESCAPES[value >> 24 & 255]}{_ESCAPES[value >> 16 & 255]}{_ESCAPES[value >> 8 & 255]}{_ESCAPES[value & 255]}"


def numbers(values: Iterable[int]) -> str:
    """Return what stands for `values` in a bytes literal."""
    data = b"".join([value.to_bytes(4, "big", signed=True) for value in values])
    return f"\\x{data.hex('/').upper()}".replace("/", "\\x") if data else ""


def opcode(operation: int, argument: int) -> str:
    """Return what stands for an operation and its argument in a bytes literal."""
    return number(argument << 8 | operation)


def tuple_of(items: Sequence[str]) -> str:
    """Return a tuple display of items."""
    return f"({items[0]},)" if len(items) == 1 else f"({','.join(items)})"
