"""Plain values: immutable and compared by contents, like named tuples and frozen dataclasses, which take too long to import.

The in-line modes declare C while a program starts: `typing`, `dataclasses` and what these import would take longer than all
the rest of that, and a class statement half a millisecond. One costs a few microseconds here; comparing and hashing are C code.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Tuple, Type, TypeVar
    from typing import NamedTuple as NamedTuple

    from typing_extensions import dataclass_transform

    Same = TypeVar("Same")

    @dataclass_transform(frozen_default=True)
    class Value:
        """See below; a type checker takes its subclasses for frozen dataclasses."""

        def __init_subclass__(cls, ignored: int = 0) -> None: ...

        def _replace(self: Same, **changes: Any) -> Same: ...

    def make(cls: Type[Same], items: Tuple[Any, ...]) -> Same:
        """Return a value made from all its items, at less than half the price of calling the class; the first of a `Value` is its class."""

else:
    try:
        from _collections import _tuplegetter  # the standard library's namedtuple uses it too: nothing is read faster
    except ImportError:
        from operator import itemgetter

        def _tuplegetter(index, doc):
            return property(itemgetter(index), doc=doc)

    make = tuple.__new__
    _ITEMS = (
        lambda cls: make(cls, ()),
        lambda cls, a: make(cls, (a,)),
        lambda cls, a, b: make(cls, (a, b)),
        lambda cls, a, b, c: make(cls, (a, b, c)),
        lambda cls, a, b, c, d: make(cls, (a, b, c, d)),
        lambda cls, a, b, c, d, e: make(cls, (a, b, c, d, e)),
        lambda cls, a, b, c, d, e, f: make(cls, (a, b, c, d, e, f)),
    )
    _CLASS_AND_ITEMS = (
        lambda cls: make(cls, (cls,)),
        lambda cls, a: make(cls, (cls, a)),
        lambda cls, a, b: make(cls, (cls, a, b)),
        lambda cls, a, b, c: make(cls, (cls, a, b, c)),
        lambda cls, a, b, c, d: make(cls, (cls, a, b, c, d)),
        lambda cls, a, b, c, d, e: make(cls, (cls, a, b, c, d, e)),
        lambda cls, a, b, c, d, e, f: make(cls, (cls, a, b, c, d, e, f)),
        lambda cls, a, b, c, d, e, f, g: make(cls, (cls, a, b, c, d, e, f, g)),
        lambda cls, a, b, c, d, e, f, g, h: make(cls, (cls, a, b, c, d, e, f, g, h)),
        lambda cls, a, b, c, d, e, f, g, h, i: make(cls, (cls, a, b, c, d, e, f, g, h, i)),
    )
    """The `__new__` of a class by its number of items. Only the names of the parameters have to be changed."""

    def _constructor(makers, fields, defaults):
        code = makers[len(fields)].__code__.replace(co_name="__new__", co_varnames=("cls", *fields))
        return type(_constructor)(code, globals(), "__new__", defaults)

    class _Fields(type):
        """Makes a class of tuples whose items have the names that it annotates, and the defaults that it assigns.

        `ignored`: so many items at the end do not count when values are compared.
        """

        def __new__(meta, name, bases, namespace, ignored=0):
            namespace["__slots__"] = ()
            fields = tuple(namespace.get("__annotations__", ()))
            if fields:
                defaults = tuple(namespace.pop(field) for field in fields if field in namespace)
                namespace.update(_fields=fields, __new__=_constructor(bases[0]._makers, fields, defaults))
            for index, field in enumerate(fields, bases[0]._first if fields else 0):
                namespace[field] = _tuplegetter(index, field)
            if ignored:
                namespace.update(_comparisons(-ignored))
            return super().__new__(meta, name, bases, namespace)

    class NamedTuple(tuple, metaclass=_Fields):
        """A tuple whose items have names."""

        _fields = ()
        _first = 0
        _makers = _ITEMS

        def __getnewargs__(self):
            return self[self._first:]

        def __repr__(self):
            items = zip(self._fields, self.__getnewargs__())
            return f"{type(self).__name__}({', '.join(f'{name}={item!r}' for name, item in items)})"

        def _replace(self, **changes):
            return type(self)(**{**dict(zip(self._fields, self.__getnewargs__())), **changes})

    class Value(tuple, metaclass=_Fields):  # no NamedTuple: a class takes time for each class above it, a hundred times
        """A value that equals only values of its own class."""

        _fields = ()
        __getnewargs__ = NamedTuple.__getnewargs__
        __repr__ = NamedTuple.__repr__
        _replace = NamedTuple._replace

        _first = 1
        _makers = _CLASS_AND_ITEMS
        __new__ = _CLASS_AND_ITEMS[0]

    def _comparisons(end):
        """Return the methods that compare the items before `end` only."""

        def equal(self, other):
            return isinstance(other, Value) and self[:end] == other[:end]

        def different(self, other):
            return not equal(self, other)

        def hashed(self):
            return hash(self[:end])

        return {"__eq__": equal, "__ne__": different, "__hash__": hashed}
