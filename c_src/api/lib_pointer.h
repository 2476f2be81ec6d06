/* lib_pointer.h: lib.f of an opened library: a function pointer like any other, that knows what is declared about the function. */
#ifndef CFFI_API_LIB_POINTER_H
#define CFFI_API_LIB_POINTER_H

#include "base/state.h"
#include "types/ctype.h"

/* The function `name` at `address`. `parameters` are the names of its parameters, "a,b", or NULL; `library` is what errors call
 * the library. New reference. */
PyObject *lib_pointer_new(CType *function, char *address, PyObject *name, PyObject *parameters, PyObject *library);

/* To be asked each time that a Lib gives `value`: without a GIL, a function that many threads ask for is replaced by an immortal
 * one, so that they need not wait for each other. New reference, or NULL without an exception: `value` stays. */
PyObject *lib_pointer_share(PyObject *value);

#endif
