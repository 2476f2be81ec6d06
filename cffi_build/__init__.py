"""The build side of cffi: declarations → C → modules. As ``build-backend = "cffi_build"`` this module offers the PEP 517 hooks."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cffi_build.hooks import (
        build_editable,
        build_sdist,
        build_wheel,
        get_requires_for_build_editable,
        get_requires_for_build_sdist,
        get_requires_for_build_wheel,
        prepare_metadata_for_build_editable,
        prepare_metadata_for_build_wheel,
    )

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'cffi_build' has no attribute {name!r}")
    from cffi_build import hooks  # the in-line modes need the parser only

    return getattr(hooks, name)
