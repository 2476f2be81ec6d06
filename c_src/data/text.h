/* text.h: C characters as Python strings, C arrays as Python lists: ffi.string() and ffi.unpack(). */
#ifndef CFFI_DATA_TEXT_H
#define CFFI_DATA_TEXT_H

#include "data/cdata.h"

/* ffi.string(): bytes or str up to the first null or `maxlen` characters (-1: no limit but the array's own length); the
 * character of a character cdata; the name of an enum value. TypeError for other types, RuntimeError for NULL. */
PyObject *text_string(CData *cd, Py_ssize_t maxlen);

/* ffi.unpack(): `length` items as bytes, str or a list, nulls included. ValueError for a negative length. */
PyObject *text_unpack(CData *cd, Py_ssize_t length);

#endif
