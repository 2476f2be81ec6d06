import xml.etree.ElementTree as ET

import pytest

from cffi_runtime import FFI
from cffi_runtime.layout import Part

SVG = "{http://www.w3.org/2000/svg}"
POINT = "struct point(x=0, y=0)"


@pytest.fixture
def ffi():
    ffi = FFI()
    ffi.cdef("""
        struct mixed { char a; double b; unsigned c : 3, d : 7; struct { short x, y; } in[2]; char *p; };
        union either { int i; char bytes[6]; float f; };
        struct tight { int a, b; };
        struct open { int n; short tail[]; };
        struct around { union either e; struct tight *to; enum { RED, BLUE } color; char name[4]; };
        struct hidden;
    """)
    return ffi


def test_the_table_shows_places_sizes_holes_and_bits(ffi):
    assert str(ffi.layout("struct mixed")).splitlines() == [
        "struct mixed: 40 bytes, aligned to 8",
        "  offset    size  type          name",
        "       0       1  char          a",
        "       1       7                (hole)",
        "       8       8  double        b",
        "    16:0  3 bits  unsigned int  c",
        "    16:3  7 bits  unsigned int  d",
        "    17:2  6 bits                (hole)",
        "      18       8  struct $1[2]  in",
        "      26       6                (hole)",
        "      32       8  char *        p",
    ]


def test_fields_and_holes_together_are_the_whole_struct(ffi):
    parts = ffi.layout("struct mixed").parts
    assert [part.end for part in parts[:-1]] == [part.start for part in parts[1:]]
    assert (parts[0].start, parts[-1].end) == (0, 8 * ffi.sizeof("struct mixed"))
    assert sum(part.bits for part in ffi.layout("struct mixed").holes()) == 8 * 7 + 6 + 8 * 6


def test_a_struct_without_padding_has_no_holes_and_a_union_only_behind_its_members(ffi):
    assert ffi.layout("struct tight").holes() == []
    assert ffi.layout("union either").holes() == [Part(48, 16)]
    assert {part.start for part in ffi.layout("union either").parts if part.name} == {0}


def test_an_open_array_at_the_end_takes_no_space(ffi):
    assert ffi.layout("struct open").parts[-1] == Part(32, 0, "tail", "short[]")


@pytest.mark.parametrize("name", ["struct mixed", "union either", "struct tight", "struct open"])
def test_the_picture_is_well_formed_and_names_every_field_with_its_true_area(ffi, name):
    layout = ffi.layout(name)
    root = ET.fromstring(layout.svg())
    labels = [text.text for text in root.iter(SVG + "text")]
    drawn = [part for part in layout.parts if part.bits]
    assert [part.name for part in drawn if part.name and part.name not in labels] == []
    lanes = max(sum(part.start <= bit < part.end for part in drawn) for bit in range(8 * layout.size))
    area = sum(float(box.get("width")) * float(box.get("height")) for box in root.iter(SVG + "rect"))
    assert area == pytest.approx(sum(part.bits for part in drawn) * 9 * 40 / lanes, rel=1e-4)


@pytest.mark.parametrize("text", ["int", "struct hidden", "struct tight *"])
def test_only_known_structs_have_a_layout(ffi, text):
    with pytest.raises(TypeError, match=r"layout\(\): a struct or union type"):
        ffi.layout(text)


def test_types_of_compiled_modules_have_layouts_too(tmp_path):
    ffi = FFI()
    ffi.cdef("struct s { int b; ...; };")
    ffi.verify("struct s { char a; int b; long c; };", tmpdir=str(tmp_path))
    assert [(part.start, part.bits, part.name) for part in ffi.layout("struct s").parts] == [(0, 32, ""), (32, 32, "b"), (64, 64, "")]


def test_asdict_goes_into_structs_and_arrays_and_leaves_pointers(ffi):
    tight = ffi.new("struct tight *", [7, 8])
    around = ffi.new("struct around *", {"e": {"i": 1}, "to": tight, "color": 1, "name": b"abc"})
    found = ffi.asdict(around)
    assert list(found) == ["e", "to", "color", "name"]
    assert found["e"] == {"i": 1, "bytes": b"\1\0\0\0\0\0", "f": pytest.approx(1.4e-45)}
    assert found["to"] == tight
    assert (found["color"], found["name"]) == (1, b"abc\0")
    assert ffi.asdict(tight[0]) == {"a": 7, "b": 8}
    mixed = ffi.asdict(ffi.new("struct mixed *", {"c": 5, "in": [[1, 2], [3, 4]]}))
    assert (mixed["c"], mixed["in"]) == (5, [{"x": 1, "y": 2}, {"x": 3, "y": 4}])


def test_repr_shows_fields_names_of_enumerators_and_text():
    ffi = FFI()
    ffi.cdef("""
        enum color { RED, GREEN = 5 };
        struct point { int x, y; };
        struct s { enum color c, other; char name[8]; struct point at, many[2]; unsigned bits : 3; int row[2][2]; struct s *next; };
        struct opaque;
    """)
    first = ffi.new("struct s *", {"c": 5, "other": 7, "name": b"abc", "at": [1, 2], "bits": 6, "row": [[1, 2], [3, 4]]})
    first.next = first
    text = f"struct s(c=GREEN, other=7, name=b'abc', at=struct point(x=1, y=2), many=[{POINT}, {POINT}], bits=6, row=[[1, 2], [3, 4]], "
    assert ffi.repr(first[0]) == f"{text}next={first.next!r})"
    assert ffi.repr(first) == f"&{ffi.repr(first[0])}"
    assert ffi.repr(ffi.new("int[30]")) == f"[{'0, ' * 20}...]"
    for same in [ffi.NULL, ffi.cast("struct s *", 0), ffi.cast("struct opaque *", 8), ffi.new("int *"), ffi.cast("int", 3), 5]:
        assert ffi.repr(same) == repr(same)


def test_asdict_wants_a_struct(ffi):
    with pytest.raises(TypeError, match=r"asdict\(\): a struct, a union or a pointer to one is required, not a cdata 'int \*'"):
        ffi.asdict(ffi.new("int *"))
