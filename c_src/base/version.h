/* version.h: the version of the distribution; a test compares it with pyproject.toml and cffi_runtime/__init__.py. */
#ifndef CFFI_BASE_VERSION_H
#define CFFI_BASE_VERSION_H

#define CFFI_VERSION "3.0.0.dev0"

#endif
