/* to_c.h: Python object -> C value in memory. One routine a Conv, chosen by ct->conv. */
#ifndef CFFI_DATA_TO_C_H
#define CFFI_DATA_TO_C_H

#include "data/cdata.h"

typedef int (*ToC)(CType *ct, char *data, PyObject *value);
extern const ToC to_c_routines[CONV_COUNT];

/* Stores `value` as a `ct` at `data` (export slot 17, ffi.new initializers, p.x = v, arguments). 0, or -1 with an
 * exception: OverflowError for a range, TypeError for a wrong type. */
static inline int to_c(CType *ct, char *data, PyObject *value)
{
    return to_c_routines[FT_LOAD_BYTE(ct->conv)](ct, data, value);
}

/* ---- arrays (to_c_array.c) ---- */

/* List, tuple, bytes, str, or a cdata of the very type, into the memory of `array` (an array or pointer type: export
 * slot 24), which has room for `length` items (-1: not known, and enough). */
int to_c_array(CType *array, char *data, Py_ssize_t length, PyObject *value);

/* cd[i:j] = value: exactly `length` items from any iterable. `pointer` is the pointer type to the items. */
int to_c_slice(CType *pointer, char *data, Py_ssize_t length, PyObject *value);

/* The number of items that `*value` needs as an initializer of the open array `array`. An int is a length; *value then
 * becomes NULL. -1 with an exception. */
Py_ssize_t to_c_length(CType *array, PyObject **value);

/* Stores the first `count` objects of a list or tuple one after the other. 0 or -1. */
int to_c_items(CType *item, char *data, PyObject *sequence, Py_ssize_t count);

/* ---- records (to_c_record.c) ---- */

/* List, tuple, dict, or a cdata of the same type, into a record of its plain size. */
int to_c_record(CType *record, char *data, PyObject *value);

/* The same into memory of `size` bytes, which may be more than the plain size when the record ends with an open array.
 * There an int as the value of that array stands for so many zeros, and nothing is stored. */
int to_c_record_sized(CType *record, char *data, Py_ssize_t size, PyObject *value);

/* The bytes that `value` (may be NULL) needs as an initializer of `record`. -1 with an exception. */
Py_ssize_t to_c_record_size(CType *record, PyObject *value);

/* p.x = value, bit-fields included. `bytes` as for from_c_field(). */
int to_c_field(CField *field, char *record_data, Py_ssize_t bytes, PyObject *value);

/* ---- pointers (to_c_pointer.c) ---- */

int to_c_pointer(CType *pointer, char *data, PyObject *value);

/* Argument of a call where C takes a pointer: 0 and *out set; > 0 bytes to allocate, clear and fill with to_c_array();
 * -1. Export slot 23. */
Py_ssize_t to_c_pointer_argument(CType *pointer, PyObject *value, char **out);

/* ---- numbers for the export slots and for lengths. -1 with an exception when it fails. ---- */

double to_c_double(PyObject *value);
long double to_c_longdouble(PyObject *value);

/* The int that a number is cut down to, as a C cast does; `name`: of the C type, for errors. New reference. */
PyObject *to_c_truncated(PyObject *value, const char *name);

/* ffi.cast() to an integer of up to 64 bits: floats are truncated, what is too large wraps around. 0 or -1. */
int to_c_bits(CType *ct, PyObject *value, uint64_t *bits);

#endif
