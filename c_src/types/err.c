/* err.c: the wording of all errors about types and values. */
#include "types/err.h"

#include <stdarg.h>

int err_raise(PyObject *exception, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    PyErr_FormatV(exception, format, arguments);
    va_end(arguments);
    return -1;
}

void *err_null(PyObject *exception, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    PyErr_FormatV(exception, format, arguments);
    va_end(arguments);
    return NULL;
}

/* ---- TypeError ---- */

int err_expected(CType *ct, const char *expected, PyObject *got)
{
    return err_raise(PyExc_TypeError, "initializer for ctype '%s' must be a %s, not %.200s", ct->name, expected,
                     Py_TYPE(got)->tp_name);
}

/* ---- OverflowError ---- */

int err_range(CType *ct, PyObject *value)
{
    return err_raise(PyExc_OverflowError, "integer %S does not fit '%s'", value, ct->name);
}
