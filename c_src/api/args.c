/* args.c: taking apart the arguments of functions and methods that are called with METH_FASTCALL. */
#include "api/args.h"
#include "types/err.h"

COLD static int err_count(const ArgsSpec *spec, Py_ssize_t given)
{
    const char *how = spec->required == spec->count ? "exactly" : given < spec->required ? "at least" : "at most";
    int wanted = given < spec->required ? spec->required : spec->count;
    return err_raise(PyExc_TypeError, "%s() takes %s %d argument%s (%zd given)", spec->function, how, wanted,
                     wanted == 1 ? "" : "s", given);
}

COLD static int err_missing(const ArgsSpec *spec, int index)
{
    return err_raise(PyExc_TypeError, "%s() missing required argument '%s' (pos %d)", spec->function,
                     spec->names[index], index + 1);
}

COLD static void err_type(const ArgsSpec *spec, int index, const char *expected, PyObject *value)
{
    const char *found = value == Py_None ? "None" : Py_TYPE(value)->tp_name;
    err_raise(PyExc_TypeError, "%s() argument %d must be %s, not %.200s", spec->function, index + 1, expected, found);
}

/* The index of the parameter called `name`, or -1 with an exception. */
static int find_keyword(const ArgsSpec *spec, PyObject *name)
{
    for (int i = 0; i < spec->count; i++) {
        if (PyUnicode_CompareWithASCIIString(name, spec->names[i]) == 0)
            return i;
    }
    return err_raise(PyExc_TypeError, "'%U' is an invalid keyword argument for %s()", name, spec->function);
}

static int take_keywords(const ArgsSpec *spec, PyObject *const *args, PyObject *kwnames, PyObject **values)
{
    for (Py_ssize_t k = 0; k < PyTuple_GET_SIZE(kwnames); k++) {
        PyObject *name = PyTuple_GET_ITEM(kwnames, k);
        int i = find_keyword(spec, name);
        if (i < 0)
            return -1;
        if (values[i] != NULL)
            return err_raise(PyExc_TypeError, "argument for %s() given by name ('%U') and position (%d)",
                             spec->function, name, i + 1);
        values[i] = args[k];
    }
    for (int i = 0; i < spec->required; i++) {
        if (values[i] == NULL)
            return err_missing(spec, i);
    }
    return 0;
}

int args_parse_slow(const ArgsSpec *spec, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames, PyObject **values)
{
    if (nargs > spec->count || (nargs < spec->required && kwnames == NULL))
        return err_count(spec, nargs);
    for (int i = 0; i < spec->count; i++)
        values[i] = i < nargs ? args[i] : NULL;
    return take_keywords(spec, args + nargs, kwnames, values);
}

CType *args_ctype(const ArgsSpec *spec, int index, PyObject *value)
{
    if (LIKELY(ctype_check(value)))
        return (CType *)value;
    err_type(spec, index, "_cffi_backend.CType", value);
    return NULL;
}

CData *args_err_cdata(const ArgsSpec *spec, int index, PyObject *value)
{
    err_type(spec, index, "_cffi_backend._CDataBase", value);
    return NULL;
}

const char *args_str(const ArgsSpec *spec, int index, PyObject *value)
{
    if (LIKELY(PyUnicode_Check(value)))
        return PyUnicode_AsUTF8(value);
    err_type(spec, index, "str", value);
    return NULL;
}

PyObject *args_tuple(const ArgsSpec *spec, int index, PyObject *value)
{
    if (LIKELY(PyTuple_Check(value)))
        return value;
    err_type(spec, index, "tuple", value);
    return NULL;
}

int args_ssize_slow(PyObject *value, Py_ssize_t *result)
{
    Py_ssize_t number = PyNumber_AsSsize_t(value, PyExc_OverflowError);
    if (number == -1 && PyErr_Occurred())
        return -1;
    *result = number;
    return 0;
}

int args_int(PyObject *value, int *result)
{
    Py_ssize_t number = *result;
    if (args_ssize(value, &number) < 0)
        return -1;
    if (number < INT_MIN || number > INT_MAX)
        return err_raise(PyExc_OverflowError, "%zd does not fit a C int", number);
    *result = (int)number;
    return 0;
}
