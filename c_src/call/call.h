/* call.h: calling C functions through libffi; and what module.c starts of call/. */
#ifndef CFFI_CALL_CALL_H
#define CFFI_CALL_CALL_H

#include "data/cdata.h"

/* What a new function type gets as `invoke`: makes the plan, stores the routine for the signature in its place, calls it. */
PyObject *call_first(CType *ctype, char *function, PyObject *const *args, Py_ssize_t nargs);

/* Sets first_invoke and the numbers of the calling conventions, makes the types of call/, adds FFI_* to the module. */
int call_init(State *state);

#endif
