/* variadic.h: the arguments after `...`: what their types become, and how they are stored. */
#ifndef CFFI_CALL_VARIADIC_H
#define CFFI_CALL_VARIADIC_H

#include "call/cif.h"

/* What argument `index` is passed as; borrowed. NULL with TypeError when it is none of the named ones and no cdata. */
CType *variadic_type(CType *function, PyObject *const *args, Py_ssize_t index);

/* Stores such an argument, a cdata, as the type that it is passed as. 0 or -1. */
int variadic_store(CType *type, char *slot, PyObject *value);

/* The plan for a call with these arguments by libffi; there are at least as many as `function` names. Given back with cif_free(). NULL with
 * TypeError for an argument after the named ones that is no cdata. */
CallPlan *variadic_plan(CType *function, PyObject *const *args, Py_ssize_t nargs);

#endif
