/* call_fast.h: calls through registers (call/registers.h): conversion of the arguments and the result by a plan made once a function
 * type. Not for all types, and not on all platforms: then fast_plan() gives none, and libffi or the wrapper of a compiled module calls. */
#ifndef CFFI_CALL_CALL_FAST_H
#define CFFI_CALL_CALL_FAST_H

#include "call/registers.h"
#include "data/cdata.h"

typedef struct FastPlan FastPlan;

/* The plan of a function type, borrowed from it. NULL, without an exception, when there can be none; always in debug mode. */
const FastPlan *fast_plan(CType *function);

/* What errors say of a function. */
typedef struct {
    const char *name;
    const char *parameters; /* "a,b" or NULL */
} FastNames;

/* The head of an object that is the `self` of a built-in function, made of fast_function_method(). */
typedef struct {
    PyObject_HEAD
    const FastPlan *plan; /* const */
    char *address;        /* const: of the C function */
    FastNames names;      /* const */
} FastFunction;

#if PLATFORM_REGISTERS

/* Calls the function at `address`. The result, or NULL with an exception. */
PyObject *fast_call(const FastPlan *plan, char *address, PyObject *const *args, Py_ssize_t nargs);

/* A variadic function. *done is false, and nothing has happened, when these arguments must be passed by libffi. */
PyObject *fast_call_variadic(const FastPlan *plan, char *address, PyObject *const *args, Py_ssize_t nargs, bool *done);

/* Whether all arguments and the result of a (not variadic) function are numbers or pointers and in registers. Then: the addresses of
 * the arguments in `registers`. */
#define FAST_MOST_IN_REGISTERS (REGISTERS_INTEGERS + REGISTERS_FLOATS)
bool fast_is_in_registers(const FastPlan *plan);
void fast_addresses(const FastPlan *plan, Registers *registers, char **addresses);

/* The same for a function with a name. There is one at the address. */
PyObject *fast_call_named(const FastPlan *plan, char *address, PyObject *const *args, Py_ssize_t nargs,
                          const FastNames *names);

/* What a built-in function is made of whose `self` begins with a FastFunction of this plan; *flags: METH_O or METH_FASTCALL. */
PyCFunction fast_function_method(const FastPlan *plan, bool with_gil, int *flags);

#endif

#endif
