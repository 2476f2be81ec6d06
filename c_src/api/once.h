/* once.h: ffi.init_once(). */
#ifndef CFFI_API_ONCE_H
#define CFFI_API_ONCE_H

#include "base/py.h"

/* What `function()` returned when it was first called for `tag`; other threads wait for it. `results` is a dict that
 * remembers. When the function raises, nothing is remembered. */
PyObject *once_call(PyObject *results, PyObject *function, PyObject *tag);

#endif
