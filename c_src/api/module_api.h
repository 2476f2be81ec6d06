/* module_api.h: the parts of api/ as module.c makes them, in this order. Each returns 0, or -1 with an exception. */
#ifndef CFFI_API_MODULE_API_H
#define CFFI_API_MODULE_API_H

#include "base/state.h"

/* api/dynlib.c: the type CLibrary, RTLD_* of the module */
int dynlib_init(State *state);
/* api/module_api.c: ctx/ and the rest of api/: FFI, Lib, the export table */
int api_init(State *state, PyObject *module);
/* api/inline_api.c: the functions that make types and values one by one */
int inline_api_init(State *state, PyObject *module);

#endif
