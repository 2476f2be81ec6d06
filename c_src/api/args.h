/* args.h: taking apart the arguments of functions and methods that are called with METH_FASTCALL. */
#ifndef CFFI_API_ARGS_H
#define CFFI_API_ARGS_H

#include "data/cdata.h"

#define ARGS_MAX 8

/* The parameters of a function, as they are named in keyword arguments and error messages. */
typedef struct {
    const char *function;
    int required; /* the first ones that must be given */
    int count;    /* all of them, at most ARGS_MAX */
    const char *names[ARGS_MAX];
} ArgsSpec;

int args_parse_slow(const ArgsSpec *spec, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames,
                    PyObject **values);

/* values[i] becomes the argument for parameter i (borrowed), NULL when it was not given. `kwnames` NULL: no keywords. 0, or -1. */
static ALWAYS_INLINE int args_parse(const ArgsSpec *spec, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames,
                                    PyObject **values)
{
    if (UNLIKELY(kwnames != NULL || nargs < spec->required || nargs > spec->count)) {
        PyObject *found[ARGS_MAX]; /* of its own, so that those of the caller may lie in registers */
        if (args_parse_slow(spec, args, nargs, kwnames, found) < 0)
            return -1;
        for (int i = 0; i < spec->count; i++)
            values[i] = found[i];
        return 0;
    }
    for (int i = 0; i < spec->count; i++)
        values[i] = i < nargs ? args[i] : NULL;
    return 0;
}

/* The argument of a function that has one parameter; borrowed. NULL with an exception. */
static inline PyObject *args_one(const ArgsSpec *spec, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    PyObject *value;
    if (LIKELY(kwnames == NULL && nargs == 1))
        return args[0];
    return args_parse_slow(spec, args, nargs, kwnames, &value) < 0 ? NULL : value;
}

/* The value itself when it has the type, borrowed; otherwise NULL with a TypeError that names the function and the position. */
CType *args_ctype(const ArgsSpec *spec, int index, PyObject *value);
static inline CData *args_cdata(const ArgsSpec *spec, int index, PyObject *value);
const char *args_str(const ArgsSpec *spec, int index, PyObject *value);
PyObject *args_tuple(const ArgsSpec *spec, int index, PyObject *value);

/* *result = `value` as an integer, or unchanged when `value` is NULL (not given). 0, or -1 with TypeError or OverflowError. */
static inline int args_ssize(PyObject *value, Py_ssize_t *result);
int args_int(PyObject *value, int *result);

COLD CData *args_err_cdata(const ArgsSpec *spec, int index, PyObject *value);
int args_ssize_slow(PyObject *value, Py_ssize_t *result);

static inline CData *args_cdata(const ArgsSpec *spec, int index, PyObject *value)
{
    return LIKELY(cdata_check(value)) ? (CData *)value : args_err_cdata(spec, index, value);
}

static inline int args_ssize(PyObject *value, Py_ssize_t *result)
{
    if (value == NULL || LIKELY(PyLong_CheckExact(value) && compat_long_small(value, result)))
        return 0;
    return args_ssize_slow(value, result);
}

#endif
