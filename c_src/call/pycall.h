/* pycall.h: a Python function that C code calls: what it gets, what becomes of its result, and what happens when it fails. */
#ifndef CFFI_CALL_PYCALL_H
#define CFFI_CALL_PYCALL_H

#include "data/cdata.h"

typedef struct {
    CType *function;    /* owned */
    PyObject *callable; /* owned */
    PyObject *onerror;  /* owned or NULL */
} PyCall;

/* Checks and stores; `onerror` NULL or None: none. 0, or -1 with TypeError. */
int pycall_init(PyCall *call, CType *function, PyObject *callable, PyObject *onerror);
int pycall_visit(PyCall *call, visitproc visit, void *arg);
void pycall_clear(PyCall *call);

/* Bytes of a result: none for void, otherwise at least a machine word. */
size_t pycall_result_size(const CType *function);

/* Stores `value` (NULL or None: all zero) as the result that C gets when the function fails. 0 or -1. */
int pycall_error_value(CType *function, PyObject *value, char *result);

/* Calls the function with the values at arguments[i] and stores its result at `result`, or `error_value` (pycall_result_size() bytes)
 * when it fails; the exception goes to `onerror` or sys.unraisablehook. `arguments` may overlap `result`. */
void pycall_run(const PyCall *call, char *const *arguments, char *result, const char *error_value);

#endif
