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
some: dict[str, int] = {"x": 1}
ffi.new("struct point *", some).x += ffi.new("struct point *", [1, 2.5, b"a"]).x
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
