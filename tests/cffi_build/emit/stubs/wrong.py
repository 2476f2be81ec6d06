"""Wrong use of the module: each line with a comment, and no other, is reported by type checkers."""

from __future__ import annotations

from stubbed import ffi, lib

lib.add("1", 2)  # an int is wanted
lib.add(1)  # one more argument
lib.add(left=1, right=2)  # C has no keywords
lib.add(1.5, 2)  # no float
lib.LIMIT = 43  # a constant
lib.norm(ffi.new("int *"))  # another pointer
lib.sum(ffi.new("double[]", 3), 3)  # other items
lib.close_it("path")  # no text
lib.open_it("path", ffi.NULL)  # bytes are wanted
lib.missing(1)  # no such function
lib.sum(ffi.new("int[]", ["a"]), 1)  # items of another type
lib.norm(ffi.new("int *", "5"))  # another type
lib.norm(ffi.new("struct point *", {"x": object()}))  # no member is of this type
lib.norm(ffi.new("struct point[]", [[1, "2"]]))  # nor of this
lib.norm(ffi.new("struct point *", {"z": 1}))  # no such member
lib.norm(ffi.new("struct point *", {"x": 1.5}))  # the member is of another type
lib.norm(ffi.new("struct point[]", [{"x": 1}, {"z": 1}]))  # no such member
lib.norm([{"z": 1}])  # no such member
lib.origin = {"z": 1}  # no such member
lib.origin = {"x": "1"}  # another type
lib.origin = {"name": "abc"}  # bytes are wanted
lib.origin = {"name": [b"a", "b"]}  # bytes are wanted
lib.origin = {"next": {"x": 1}}  # a pointer is wanted
lib.origin = {"next": ffi.new("int *")}  # another pointer
lib.origin = [[1]]  # no member is of this type
lib.unit.ends[0] = {"z": 1}  # no such member
lib.unit.ends = [{"x": 1}, {"z": 1}]  # no such member
lib.unit = {"pen": {"height": 1}}  # no such member
lib.unit = {"pen": {"width": "1"}}  # another type
lib.unit = {"ends": {"x": 1}}  # an array is wanted
lib.unit = {"class": "1"}  # another type
lib.unit = {"visit": lambda x: x}  # a C function is wanted
lib.unit.pen = {"rgb": "abc"}  # bytes are wanted
lib.length({"end": []})  # no such member
lib.kind({"f": 1})  # no such member
lib.kind({"p": {"z": 1}})  # no such member
lib.sum(ffi.addressof(lib, "origin"), 1)  # another pointer
ffi.addressof(ffi.new("struct point *"), "y")[0] = b""  # another type
p = ffi.new("struct point *")
p.z = 1  # no such member
p.x = "1"  # another type
p.name = "abc"  # bytes are wanted
p.next = ffi.new("int *")  # another pointer
text: str = ffi.string(lib.VERSION)  # bytes are got
print(ffi.new("opaque_t **")[0].x)  # nothing is known of it
lib.origin = 5  # no struct
lib.each(lambda point, user: 0, ffi.NULL)  # a C function is wanted


@ffi.def_extern("on_event")  # another result
def on_event(point: object, code: int, what: object) -> str:
    return ""


@ffi.def_extern()  # other parameters
def on_done(one: int, two: int) -> None:
    pass
