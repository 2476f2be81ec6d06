"""The list of keys: complete, documented, and without a key that is both there and planned."""

from dataclasses import fields

from cffi_build.config import schema

# the keys of spec "build backend"; module keys but `name` may also stand at the top
MODULE_KEYS = set(
    """name mode cdef cdef-files headers declarations source source-file build-script sources include-dirs define-macros undef-macros
    libraries library-dirs runtime-library-dirs extra-compile-args extra-link-args extra-objects depends language pkg-config include
    limited-api free-threading hold-gil int-enums int-flags stubs when""".split()
)
PROJECT_KEYS = {"jobs", "compiler-launcher", "cache", "runtime-requirement", "sbom-files", "vendored", "schema"}


def test_every_key_of_the_format_is_known_or_planned():
    for settings, keys in ((schema.Module, MODULE_KEYS), (schema.Project, PROJECT_KEYS)):
        known, planned = set(schema.checks(settings)), set(schema.PLANNED[settings])
        assert known | planned == keys
        assert not known & planned


def test_every_key_has_a_sentence_of_documentation():
    for settings in (schema.Module, schema.Project, schema.Vendored):
        for entry in fields(settings):
            assert len(entry.metadata["doc"]) > 10, entry.name
            assert entry.metadata["doc"].endswith("."), entry.name
