/* version.h: the version of the distribution; setup.py reads it from this line, so that there is one place to change. */
#ifndef CFFI_BASE_VERSION_H
#define CFFI_BASE_VERSION_H

#define CFFI_VERSION "3.0.0.dev0"

#endif
