/* int128.h: integers of 128 bits in memory, and as Python ints. */
#ifndef CFFI_DATA_INT128_H
#define CFFI_DATA_INT128_H

#include "data/cdata.h"

static inline bool int128_check(const CType *ct)
{
    return ct->conv == CONV_I128 || ct->conv == CONV_U128;
}

PyObject *int128_load(CType *ct, const char *data); /* a FromC */
bool int128_is_zero(const char *data);
uint64_t int128_low(const char *data); /* the lower 64 bits */

/* Stores a Python int. 0, or -1 with OverflowError. */
int int128_store(CType *ct, char *data, PyObject *integer);

/* The same, but what is too large wraps around. */
int int128_store_wrapped(char *data, PyObject *integer);

#endif
