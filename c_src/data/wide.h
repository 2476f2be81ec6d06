/* wide.h: strings of char16_t, char32_t and wchar_t. */
#ifndef CFFI_DATA_WIDE_H
#define CFFI_DATA_WIDE_H

#include "base/py.h"
#include "types/prim.h"

/* `conv` is CONV_CHAR16 or CONV_CHAR32. */

/* `length` units at `data` as a str; lone surrogates stay; ValueError above U+10FFFF. */
PyObject *wide_to_str(int conv, const char *data, Py_ssize_t length);

/* The number of units before the first zero, at most `limit` (-1: no limit). */
Py_ssize_t wide_length(int conv, const char *data, Py_ssize_t limit);

/* How many units `text` takes. */
Py_ssize_t wide_count(int conv, PyObject *text);

/* Stores the units of `text` at `data` (there is room); surrogate pairs for char16_t. */
void wide_store(int conv, char *data, PyObject *text);

#endif
