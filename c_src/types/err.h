/* err.h: the wording of all errors about types and values. Each sets an exception and returns NULL or -1, so that a
 * call site is one line. Cold. Add the ones you need; keep them grouped by exception type. */
#ifndef CFFI_TYPES_ERR_H
#define CFFI_TYPES_ERR_H

#include "types/ctype.h"

/* TypeError: initializer for ctype 'int *' must be a cdata pointer, not str */
COLD int err_expected(CType *ct, const char *expected, PyObject *got);
/* OverflowError: integer 300 does not fit 'unsigned char' */
COLD int err_range(CType *ct, PyObject *value);
/* Takes the exception that is set, if a conversion of ours raised it, not Python code that the conversion called. */
COLD PyObject *err_take_ours(void);
/* Adds to the exception that converting an argument has set: 'int(*)(int, char *)': argument 2: … Always -1. */
COLD int err_add_argument(CType *function, Py_ssize_t index);
/* The same for a function whose name is known: add(): argument 2 ('b'): … */
COLD int err_name_argument(const char *function, const char *names, Py_ssize_t index);
/* err_raise(PyExc_TypeError, "…%s", …): the only door to PyErr_Format outside argument parsing. */
COLD int err_raise(PyObject *exception, const char *format, ...);
COLD void *err_null(PyObject *exception, const char *format, ...);

#endif
