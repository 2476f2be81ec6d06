/* variadic.h: the arguments after `...`: what their types become, and how they are stored. */
#ifndef CFFI_CALL_VARIADIC_H
#define CFFI_CALL_VARIADIC_H

#include "call/cif.h"

/* The plan for a call with these arguments; there are at least as many as `function` names. Given back with cif_free(). NULL with
 * TypeError for an argument after the named ones that is no cdata. */
CallPlan *variadic_plan(CType *function, PyObject *const *args, Py_ssize_t nargs);

#endif
