"""Right use of the module: runs, and no type checker complains."""

from __future__ import annotations

from stubbed import ffi, lib

number: int = lib.add(1, 2) + lib.LIMIT + lib.RED + lib.ASKED
pi: float = lib.PI
p = ffi.new("struct point *", {"x": 1, "y": 2.5})
p.x = 3
p.y = lib.norm(p) + lib.norm(ffi.NULL) + lib.norm([[1, 2.0]])
p.name = b"abc"
first: bytes = p.name[0]
p.next = p
p.next.next.x += 1
record = p[0]
record.x = lib.moved(record, 1.5).x
moved = lib.moved([1, 2.0], 1)
also = ffi.addressof(record)
also.y = 1
points = ffi.new("struct point[]", 3)
points[1].x = len(points)
for point in points:
    point.x = 0
lib.norm(points)
handle = ffi.new("opaque_t **")
opened = lib.open_it(b"path", handle)
lib.close_it(handle[0])
lib.close_it(opened)
ffi.addressof(p, "y")[0] = 2.5
ffi.addressof(points, 1)[0].x = 2
ffi.addressof(lib, "counter")[0] += 1
ffi.addressof(lib, "origin").x = 2
ffi.addressof(lib, "add")(1, 2)
ffi.new("struct point *", {}).x += ffi.new("struct point *", [1, 2.5, b"a"]).x
name = "x"
ffi.addressof(p, name)
ffi.addressof(p, "name", 1)[0] = b"a"
ints = ffi.new("int[]", [1, 2, 3])
sized = ffi.new(f"int[{len(ints)}]", ["1", "2", "3"][:0])
total: int = lib.sum(ints, len(ints)) + lib.sum([1, 2], 2) + lib.sum(ffi.new("int *", 5), 1) + ints[0] + sum(ints[0:2])
text: bytes = ffi.string(lib.VERSION)
lib.printf(b"%d\n", ffi.cast("int", 5))
wide: str = ffi.string(lib.wide("abc"))
precise: float = float(lib.precise(0.1))
lib.counter += 1
lib.origin.x = 5
lib.origin = [1, 2.0]
big = ffi.new("big_t *", 1 << 40)
same: int = big[0] + int(ffi.cast("big_t", 3))
typed = ffi.cast("struct point *", p)
typed.x = 1
three: int = lib.reversed({"s": [1, 2, 3], "i": 4}).i
line = ffi.new("struct line *", {"ends": [{"x": 1}, (2, 3.5)], "pen": {"width": 2, "gray": 5}, "class": 1})
line.pen = {"rgb": b"abc"}
line.pen = {"rgb": [1, 2, 3], "width": 4}
line.pen.width += 1
line.ends = [record, {"y": 1, "name": b"end", "next": p}]
line.ends[0] = {"color": lib.RED, "user": handle, "bits": 2}
line.ends[1] = [1, 2, b"x"]
line = ffi.new("struct line *", [[{"x": 1}], {"gray": 1}, ffi.NULL])
length: float = lib.length({"ends": line[0].ends, "from": ffi.NULL, "visit": ffi.NULL}) + lib.length(line[0])
lib.unit = {"ends": ({"name": [b"a", b"b"]},), "visit": ffi.cast("int(*)(int)", 0)}
lib.norm([{"x": 1}])
lib.kind({"i": 1})
lib.kind([2])
lib.kind({"p": {"x": 1}})
many = ffi.new("struct point[]", [{"x": 1}, {"y": 2}, [3, 4], record])
many[0] = {"x": 2}
many[0:2] = [{"x": 2}, {"y": 1.5}]
with ffi.new("char[]", b"text") as buffer:
    print(ffi.string(buffer), ffi.sizeof(buffer), ffi.typeof(buffer).cname)


@ffi.def_extern("on_event", error=-1)
def named(point: object, code: int, what: object) -> int:
    return code


@ffi.def_extern()
def on_done(user: object) -> None:
    print(ffi.from_handle(ffi.new_handle(user)))


@ffi.callback("int(struct point *, void *)")
def visit(point: object, user: object) -> int:
    return 0


lib.each(visit, ffi.NULL)
lib.on_done(ffi.NULL)
