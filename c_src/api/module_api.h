/* module_api.h: the parts of api/ as module.c makes them, in this order. Each returns 0, or -1 with an exception. */
#ifndef CFFI_API_MODULE_API_H
#define CFFI_API_MODULE_API_H

#include "base/state.h"

/* api/module_api.c: ctx/ and api/: FFI, Lib, the functions that compiled modules call */
int api_init(State *state, PyObject *module);

/* The rest of the attributes of the module, which in-line modes and curious people need. */
/* api/dynlib.c: the type CLibrary, RTLD_* of the module */
int dynlib_add(State *state);
/* api/module_api.c: the other types of api/ */
int api_add(State *state);
/* api/inline_api.c: the functions that make types and values one by one */
int inline_api_add(PyObject *module);

#endif
