/* decorator.h: ffi.callback("…") and ffi.def_extern(…) as decorators: callables that wait for the Python function. */
#ifndef CFFI_API_DECORATOR_H
#define CFFI_API_DECORATOR_H

#include "api/ffi.h"

/* Called with a function, makes the callback of type `function`. `error` and `onerror` may be NULL. */
PyObject *decorator_callback(CType *function, PyObject *error, PyObject *onerror);

/* Called with a function, attaches it to the extern "Python" function `name` (NULL or None: called as the function
 * is) and returns it. */
PyObject *decorator_def_extern(FFIObject *ffi, PyObject *name, PyObject *error, PyObject *onerror);

#endif
