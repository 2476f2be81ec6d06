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

PyObject *from_c_field(CField *field, const char *record_data); /* bit-fields included */

#endif
