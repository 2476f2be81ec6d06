"""How a struct or union lies in memory, as a text table and as a picture; and the contents of one as a dict or as text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Tuple

import _cffi_backend

if TYPE_CHECKING:
    from _cffi_backend import CData, CField, CType

BYTES_A_LINE = 8
MOST_ITEMS = 20
"""How many items of an array `show` prints."""
_CELL_WIDTH, _CELL_HEIGHT, _MARGIN, _TITLE = 72, 40, 56, 32
_FILL = {"hole": "#dddddd", "bits": "#ffe3b3", "field": "#cfe4ff"}


@dataclass(frozen=True)
class Part:
    """A field, or a hole between fields (`name` and `type` are empty). Places are counted in bits from the start."""

    start: int
    bits: int
    name: str = ""
    type: str = ""
    is_bit_field: bool = False

    @property
    def end(self) -> int:
        """The first bit behind it."""
        return self.start + self.bits

    @property
    def kind(self) -> str:
        """``hole``, ``bits`` or ``field``."""
        return "hole" if not self.name else "bits" if self.is_bit_field else "field"


@dataclass(frozen=True)
class Layout:
    """The parts of a struct or union, by their place. ``str()`` gives a table, `svg` a picture."""

    name: str
    size: int
    alignment: int
    parts: Tuple[Part, ...]

    def __str__(self) -> str:
        rows = [("offset", "size", "type", "name"), *(_row(part) for part in self.parts)]
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        lines = [f"{self.name}: {self.size} bytes, aligned to {self.alignment}"]
        for place, size, ctype, name in rows:
            lines.append(f"  {place:>{widths[0]}}  {size:>{widths[1]}}  {ctype:<{widths[2]}}  {name}".rstrip())
        return "\n".join(lines)

    def holes(self) -> List[Part]:
        """Return the padding: bits that belong to no field."""
        return [part for part in self.parts if not part.name]

    def svg(self) -> str:
        """Return a picture, eight bytes a line; parts that lie over each other (unions) share the height of their line."""
        lanes = _lanes(self.parts)
        lines = max(1, -(-self.size // BYTES_A_LINE))
        height = _TITLE + lines * _CELL_HEIGHT + _MARGIN // 2
        width = 2 * _MARGIN + BYTES_A_LINE * _CELL_WIDTH
        shapes = [shape for lane, parts in enumerate(lanes) for part in parts for shape in _boxes(part, lane, len(lanes))]
        marks = [_text(_MARGIN - 8, _top(line) + _CELL_HEIGHT / 2, str(line * BYTES_A_LINE), "end") for line in range(lines)]
        head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="monospace" font-size="12">'
        return "\n".join([head, _text(_MARGIN, 16, str(self).splitlines()[0], "start"), *marks, *shapes, "</svg>", ""])


def layout(ctype: CType) -> Layout:
    """Return the layout of a struct or union type, which may come from any mode."""
    if ctype.kind not in ("struct", "union") or ctype.fields is None:
        raise TypeError(f"layout(): a struct or union type whose fields are known is required, not '{ctype.cname}'")
    fields = [_part(name, field) for name, field in ctype.fields]
    size = _cffi_backend.sizeof(ctype)
    parts = sorted([*fields, *_holes(fields, size * 8)], key=lambda part: (part.start, part.end))
    return Layout(ctype.cname, size, _cffi_backend.alignof(ctype), tuple(parts))


def asdict(cdata: CData) -> Dict[str, Any]:
    """Return the fields of a struct or union, or of what a pointer to one points to, as a dict.

    Structs inside become dicts, arrays lists (of ``char``: bytes); pointers stay what they are.
    """
    ctype = _cffi_backend.typeof(cdata)
    if ctype.kind == "pointer" and ctype.item.kind in ("struct", "union"):
        return asdict(cdata[0])
    if ctype.kind not in ("struct", "union") or ctype.fields is None:
        raise TypeError(f"asdict(): a struct, a union or a pointer to one is required, not a cdata '{ctype.cname}'")
    return {name: _value(getattr(cdata, name)) for name, _ in ctype.fields}


def show(cdata: Any) -> str:
    """Return a `repr` with the fields of a struct or union, or of what a pointer to one points to; the usual one of all else."""
    if not isinstance(cdata, _cffi_backend.FFI.CData):
        return repr(cdata)
    ctype = _cffi_backend.typeof(cdata)
    if ctype.kind == "pointer" and ctype.item.kind in ("struct", "union") and ctype.item.fields is not None and cdata:
        return f"&{show(cdata[0])}"
    if ctype.kind == "array" and ctype.length is not None:
        return _show_array(cdata, ctype)
    if ctype.kind not in ("struct", "union") or ctype.fields is None:
        return repr(cdata)
    return f"{ctype.cname}({', '.join(_show_field(cdata, name, field) for name, field in ctype.fields)})"


def _show_field(cdata: CData, name: str, field: CField) -> str:
    value = getattr(cdata, name)
    if field.type.kind == "enum":
        return f"{name}={field.type.elements.get(value, value)}"
    pointer = field.type.kind == "pointer"  # not followed: it may lead in a circle, or nowhere
    return f"{name}={repr(value) if pointer else show(value)}"


def _show_array(cdata: CData, ctype: CType) -> str:
    if ctype.item.cname == "char":
        return repr(_cffi_backend.string(cdata))
    items = [show(cdata[index]) for index in range(min(len(cdata), MOST_ITEMS))]
    return f"[{', '.join(items)}{', ...' if len(cdata) > MOST_ITEMS else ''}]"


def _value(value: Any) -> Any:
    if not isinstance(value, _cffi_backend.FFI.CData):
        return value
    ctype = _cffi_backend.typeof(value)
    if ctype.kind in ("struct", "union"):
        return asdict(value)
    if ctype.kind != "array" or ctype.length is None:
        return value
    if ctype.item.kind == "primitive":
        return _cffi_backend.unpack(value, len(value))
    return [_value(item) for item in value]


def _part(name: str, field: CField) -> Part:
    if field.bitsize >= 0:
        return Part(field.offset * 8 + field.bitshift, field.bitsize, name, field.type.cname, is_bit_field=True)
    return Part(field.offset * 8, _bits(field.type), name, field.type.cname)


def _bits(ctype: CType) -> int:
    flexible = ctype.kind == "array" and ctype.length is None
    return 0 if flexible else _cffi_backend.sizeof(ctype) * 8


def _holes(fields: List[Part], end: int) -> Iterator[Part]:
    reached = 0
    for part in sorted(fields, key=lambda part: part.start):
        if part.start > reached:
            yield Part(reached, part.start - reached)
        reached = max(reached, part.end)
    if end > reached:
        yield Part(reached, end - reached)


def _row(part: Part) -> Tuple[str, str, str, str]:
    byte, bit = divmod(part.start, 8)
    place = f"{byte}:{bit}" if part.is_bit_field or bit else str(byte)
    whole = part.bits % 8 == 0 and not part.is_bit_field
    size = str(part.bits // 8) if whole else f"{part.bits} bit{'s' * (part.bits != 1)}"
    return place, size, part.type, part.name or "(hole)"


def _lanes(parts: Tuple[Part, ...]) -> List[List[Part]]:
    """Spread parts over lanes so that those of one lane do not overlap."""
    lanes: List[List[Part]] = [[]]
    for part in parts:
        free = [lane for lane in lanes if not lane or lane[-1].end <= part.start]
        if not free:
            lanes.append([])
            free = lanes[-1:]
        free[0].append(part)
    return lanes


def _boxes(part: Part, lane: int, lanes: int) -> Iterator[str]:
    """Yield the rectangle of a part on each line that it touches; the first one has its name."""
    a_line = BYTES_A_LINE * 8
    height = _CELL_HEIGHT / lanes
    for line in range(part.start // a_line, -(-part.end // a_line)):
        left, right = max(part.start - line * a_line, 0), min(part.end - line * a_line, a_line)
        x, width = _MARGIN + left * _CELL_WIDTH / 8, (right - left) * _CELL_WIDTH / 8
        y = _top(line) + lane * height
        yield f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{_FILL[part.kind]}" stroke="#333333"/>'
        if part.name and line == part.start // a_line:
            yield _text(x + width / 2, y + height / 2, part.name, "middle")


def _top(line: int) -> int:
    return _TITLE + line * _CELL_HEIGHT


def _text(x: float, y: float, text: str, anchor: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return f'<text x="{x:g}" y="{y + 4:g}" text-anchor="{anchor}">{escaped}</text>'
