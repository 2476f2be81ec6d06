/* closure.h: ffi.callback(): a C function pointer that calls a Python function. */
#ifndef CFFI_CALL_CLOSURE_H
#define CFFI_CALL_CLOSURE_H

#include "data/cdata.h"

/* A new callback of the function type `ct`. `error` (NULL or None: zero) is what C gets when the function fails; `onerror` (NULL or
 * None) is called then with the exception. TypeError, NotImplementedError. The code lives as long as the cdata. */
PyObject *closure_new(CType *ct, PyObject *callable, PyObject *error, PyObject *onerror);

#endif
