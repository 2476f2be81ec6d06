/* to_c.h: Python object -> C value in memory. One routine a Conv, chosen by ct->conv. */
#ifndef CFFI_DATA_TO_C_H
#define CFFI_DATA_TO_C_H

#include "data/cdata.h"

typedef int (*ToC)(CType *ct, char *data, PyObject *value);
extern const ToC to_c_routines[CONV_COUNT];

/* Stores `value` as a `ct` at `data` (export slot 17, ffi.new initializers, p.x = v, arguments). 0, or -1 with an exception:
 * OverflowError for a range, TypeError for a wrong type. Records must be complete. */
static inline int to_c(CType *ct, char *data, PyObject *value)
{
    return to_c_routines[ct->conv](ct, data, value);
}

int to_c_field(CField *field, char *record_data, PyObject *value);         /* bit-fields included */
int to_c_array(CType *array, char *data, Py_ssize_t length, PyObject *value); /* list, tuple, str, bytes, cdata */
int to_c_record(CType *record, char *data, PyObject *value);               /* list, tuple, dict, cdata of the same type */

/* The number of items (open array) or bytes (var-sized record) that `value` needs as an initializer of `ct`. An int is a length.
 * *value becomes NULL when the initializer was only a length. -1 with an exception. */
Py_ssize_t to_c_length(CType *array, PyObject **value);
Py_ssize_t to_c_record_size(CType *record, PyObject *value);

/* Argument of a call where C takes a pointer: 0 and *out set; > 0 bytes to allocate and fill with to_c_array(); -1. Export slot 23. */
Py_ssize_t to_c_pointer_argument(CType *pointer, PyObject *value, char **out);

/* Plain integers for the export slots and for lengths. -1 with an exception when it fails. `strict`: no floats, cdata ints allowed. */
long long to_c_longlong(PyObject *value, bool strict);
unsigned long long to_c_ulonglong(PyObject *value, bool strict);
double to_c_double(PyObject *value);
long double to_c_longdouble(PyObject *value);

#endif
