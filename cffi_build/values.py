"""Plain values: immutable and compared by contents, like named tuples and frozen dataclasses, which take too long to import.

The in-line modes declare C while a program starts: `typing`, `dataclasses` and what these import would take longer than all
the rest of that, and a class statement half a millisecond. One costs a few microseconds here; comparing and hashing are C code.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeVar
    from typing import NamedTuple as NamedTuple

    from typing_extensions import dataclass_transform

    Same = TypeVar("Same")

    @dataclass_transform(frozen_default=True)
    class Value:
        """See below; a type checker takes its subclasses for frozen dataclasses."""

        def __init_subclass__(cls, ignored: int = 0) -> None: ...

        def _replace(self: Same, **changes: Any) -> Same: ...

else:
    try:
        from _collections import _tuplegetter  # the standard library's namedtuple uses it too: nothing is read faster
    except ImportError:
        from operator import itemgetter

        def _tuplegetter(index, doc):
            return property(itemgetter(index), doc=doc)

    class _Fields(type):
        """Makes a class of tuples whose items have the names that it annotates, and the defaults that it assigns.

        `ignored`: so many items at the end do not count when values are compared.
        """

        def __new__(meta, name, bases, namespace, ignored=0):
            fields = tuple(namespace.get("__annotations__", ()))
            namespace["__slots__"] = ()
            if fields:
                defaults = tuple(namespace.pop(field) for field in fields if field in namespace)
                namespace.update(_fields=fields, _defaults=defaults, __new__=_new)
            if ignored:
                namespace.update(_comparisons(-ignored))
            made = super().__new__(meta, name, bases, namespace)
            for index, field in enumerate(fields, len(made._head)):
                setattr(made, field, _tuplegetter(index, f"Item {field}"))
            return made

    def _new(cls, *values, **named):
        """Compile the `__new__` of `cls` when its first value is made: most programs use few of the classes."""
        items = ", ".join([*cls._head, *cls._fields])
        cls.__new__ = eval(f"lambda cls, {', '.join(cls._fields)}: make(cls, ({items},))", {"make": tuple.__new__})
        cls.__new__.__defaults__ = cls._defaults
        return cls.__new__(cls, *values, **named)

    class NamedTuple(tuple, metaclass=_Fields):
        """A tuple whose items have names."""

        _head = _fields = _defaults = ()
        __new__ = _new

        def __getnewargs__(self):
            return self[len(self._head):]

        def __repr__(self):
            items = zip(self._fields, self.__getnewargs__())
            return f"{type(self).__name__}({', '.join(f'{name}={item!r}' for name, item in items)})"

        def _replace(self, **changes):
            return type(self)(**{**dict(zip(self._fields, self.__getnewargs__())), **changes})

    class Value(NamedTuple):
        """A value that equals only values of its own class."""

        _head = ("cls",)
        __new__ = _new

    def _comparisons(end):
        """Return the methods that compare the items before `end` only."""

        def equal(self, other):
            return isinstance(other, Value) and self[:end] == other[:end]

        def different(self, other):
            return not equal(self, other)

        def hashed(self):
            return hash(self[:end])

        return {"__eq__": equal, "__ne__": different, "__hash__": hashed}
