/* bitfield.h: reading and writing bit-fields. */
#ifndef CFFI_DATA_BITFIELD_H
#define CFFI_DATA_BITFIELD_H

#include "data/cdata.h"

/* `data` is where the storage unit of the field's type begins; only the bytes that have bits of it are touched. */
PyObject *bitfield_load(CField *field, const char *data);
int bitfield_store(CField *field, char *data, PyObject *value); /* OverflowError, TypeError; 0 or -1 */

#endif
