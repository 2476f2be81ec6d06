/* cast.h: ffi.cast(): explicit conversion, as C's cast operator does it. */
#ifndef CFFI_DATA_CAST_H
#define CFFI_DATA_CAST_H

#include "data/cdata.h"

/* `value` (a number, a character, a cdata, a Python file for FILE *, a function of a lib) as a new cdata of type `ct`,
 * which is a primitive, an enum, a pointer or a function pointer. Integers wrap around. TypeError for what cannot be
 * cast. */
PyObject *cast_to(CType *ct, PyObject *value);

#endif
