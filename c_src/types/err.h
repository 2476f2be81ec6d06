/* err.h: the wording of all errors about types and values. Each sets an exception and returns NULL or -1, so that a
 * call site is one line. Cold. Add the ones you need; keep them grouped by exception type. */
#ifndef CFFI_TYPES_ERR_H
#define CFFI_TYPES_ERR_H

#include "types/ctype.h"

/* TypeError: initializer for ctype 'int *' must be a cdata pointer, not str */
COLD int err_expected(CType *ct, const char *expected, PyObject *got);
/* OverflowError: integer 300 does not fit 'unsigned char' */
COLD int err_range(CType *ct, PyObject *value);
/* Adds to the exception that converting an argument has set: … (argument 2 of 'int(*)(int, char *)'). Always -1. */
COLD int err_add_argument(CType *function, Py_ssize_t index);
/* err_raise(PyExc_TypeError, "…%s", …): the only door to PyErr_Format outside argument parsing. */
COLD int err_raise(PyObject *exception, const char *format, ...);
COLD void *err_null(PyObject *exception, const char *format, ...);

#endif
