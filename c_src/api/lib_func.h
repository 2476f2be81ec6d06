/* lib_func.h: lib.f of a C module: an ordinary built-in function object. */
#ifndef CFFI_API_LIB_FUNC_H
#define CFFI_API_LIB_FUNC_H

#include "api/lib.h"

/* The function object for row `index` (CPYTHON_BLTN_*) of the tables of `lib`. */
PyObject *lib_func_new(LibObject *lib, int index);

/* state->function_address: when `object` is such a function object, stores the C function's address and its type, a
 * pointer to function (borrowed), and returns 1; otherwise 0. */
int lib_func_address(State *state, PyObject *object, char **address, CType **ctype);

#endif
