/* dynlib.h: a shared library opened at run time: what load_library() returns, and what ffi.dlopen() is made of. */
#ifndef CFFI_API_DYNLIB_H
#define CFFI_API_DYNLIB_H

#include "data/cdata.h"

/* Opens `source`: a file name (str, bytes, path-like), None (the program and what it has loaded), or a `void *` cdata (a handle that
 * somebody else opened and closes). A new CLibrary, or NULL with OSError that names the path and the system's reason. It is closed
 * when it is collected. */
PyObject *dynlib_open(State *state, PyObject *source, int flags);

/* The address of `name`. NULL with an exception of type `missing` that names the library, the symbol and the system's reason. */
char *dynlib_symbol(PyObject *library, const char *name, PyObject *missing);

/* Closing; a second time does nothing. 0, or -1 with OSError. */
int dynlib_close(PyObject *library);

/* What was opened, for messages. Borrowed str. */
PyObject *dynlib_name_borrowed(PyObject *library);

#endif
