/* argument.h: Python objects as arguments of C functions: what is the same whichever way the function is called. */
#ifndef CFFI_CALL_ARGUMENT_H
#define CFFI_CALL_ARGUMENT_H

#include "call/memory.h"
#include "data/to_c.h"

/* Stores the pointer for `value` at `slot`; what `value` initializes lives in `memory`. 0 or -1. */
int argument_pointer(CType *pointer, char *slot, PyObject *value, Memory *memory);

/* TypeError: 'int(*)(int)' expects 1 arguments, got 2. NULL. */
COLD PyObject *argument_err_count(const CType *function, Py_ssize_t nargs);

/* No system maps the first page. Such addresses come from casts of small numbers, an error code for one. */
#define LOWEST_FUNCTION 4096

/* RuntimeError: cannot call 'int(*)(int)': there is no function at address 0x1. NULL. */
COLD PyObject *argument_err_address(const CType *function, const char *address);

#endif
