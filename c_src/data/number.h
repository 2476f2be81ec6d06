/* number.h: a cdata as a Python number: bool(), int(), float(), complex(), and the value that it is compared and
 * hashed by. */
#ifndef CFFI_DATA_NUMBER_H
#define CFFI_DATA_NUMBER_H

#include "data/cdata.h"

/* Slots of the cdata types (data/cdata.c). */
int number_bool(PyObject *self);
PyObject *number_int(PyObject *self);   /* integers, characters, floats (truncated); TypeError for the rest */
PyObject *number_float(PyObject *self); /* floating-point types; TypeError for the rest */
PyObject *number_complex(PyObject *self, PyObject *unused);

/* The Python value of a primitive cdata: as from_c(), but a float for a long double. */
PyObject *number_value(CData *cd);

/* The value of an integer, character or bool as 64 bits, sign-extended when the type is signed. */
uint64_t number_bits(CType *ct, const char *data);

/* The value of a float, double or long double. */
long double number_long_double(CType *ct, const char *data);

#endif
