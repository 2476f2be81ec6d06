"""The version of the distribution, as `cffi.__version__` tells it (a test compares it with pyproject.toml and the C extension)."""

__version__ = "3.0.0.dev0"
__version_info__ = (3, 0, 0, "dev0")
