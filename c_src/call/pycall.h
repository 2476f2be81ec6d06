/* pycall.h: a Python function that C code calls: what it gets, what becomes of its result, and what happens when it fails. */
#ifndef CFFI_CALL_PYCALL_H
#define CFFI_CALL_PYCALL_H

#include "data/cdata.h"

typedef struct {
    CType *function;    /* owned */
    PyObject *callable; /* owned */
    PyObject *onerror;  /* owned or NULL */
    bool in_slots;      /* const: no argument is passed to pycall_run_slots() by address */
} PyCall;

#define PYCALL_SLOT 8 /* bytes */

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

/* The same for extern "Python": the arguments in slots, the result at the first of them. A complex number lies in the slots
 * themselves, also one that is longer: generated modules let only the last argument be such a one. */
void pycall_run_slots(const PyCall *call, char *slots, const char *error_value);

/* Whether the slot of such an argument has the address of its value. */
bool pycall_is_by_address(const CType *ct);

#endif
