/* from_c.h: C value in memory -> Python object. One routine a Conv, chosen by ct->conv. */
#ifndef CFFI_DATA_FROM_C_H
#define CFFI_DATA_FROM_C_H

#include "data/cdata.h"

typedef PyObject *(*FromC)(CType *ct, const char *data);
extern const FromC from_c_routines[CONV_COUNT];

/* int, float, complex, bytes or str for primitives; cdata for the rest (records and arrays: views). New reference. */
static inline PyObject *from_c(CType *ct, const char *data)
{
    return from_c_routines[ct->conv](ct, data);
}

/* A field of the record at `record_data`, bit-fields included. `bytes`: those of the record, when it is known how many
 * a record with a flexible end has, otherwise -1: then its open array is read as a pointer. */
PyObject *from_c_field(CField *field, const char *record_data, Py_ssize_t bytes);

/* `count` items one after the other as a list (ffi.unpack()). */
PyObject *from_c_list(CType *item, const char *data, Py_ssize_t count);

#endif
