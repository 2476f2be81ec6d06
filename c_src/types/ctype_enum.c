/* ctype_enum.c: enum types: integers whose values have names. */
#include "types/ctype_make.h"
#include "types/err.h"

static bool fits(const CType *base, PyObject *value)
{
    int unused_bits = 64 - 8 * (int)base->size, overflow;
    if (base->kind == KIND_SIGNED) {
        long long number = PyLong_AsLongLongAndOverflow(value, &overflow);
        return overflow == 0 && number >= INT64_MIN >> unused_bits && number <= INT64_MAX >> unused_bits;
    }
    unsigned long long number = PyLong_AsUnsignedLongLong(value);
    if (number == (unsigned long long)-1 && PyErr_Occurred()) {
        PyErr_Clear();
        return false;
    }
    return number <= (base->kind == KIND_BOOL ? 1 : UINT64_MAX >> unused_bits);
}

/* The value as an int that fits `base`. New reference. */
static PyObject *check_value(CType *base, PyObject *value)
{
    if (!PyIndex_Check(value))
        return err_null(PyExc_TypeError, "an integer is required for '%s', got %.200s", base->name,
                        Py_TYPE(value)->tp_name);
    PyObject *number = PyNumber_Index(value);
    if (number != NULL && !fits(base, number)) {
        err_range(base, number);
        Py_CLEAR(number);
    }
    return number;
}

/* Enters one name. */
static int add_enumerator(CTypeEnumeration *enumeration, CType *base, Py_ssize_t i, PyObject *name, PyObject *value)
{
    PyObject *number = NULL;
    if (!PyUnicode_Check(name))
        return err_raise(PyExc_TypeError, "enumerators must be a list of strings: number %zd is %.200s", i,
                         Py_TYPE(name)->tp_name);
    number = check_value(base, value);
    if (number == NULL)
        return -1;
    PyTuple_SET_ITEM(enumeration->names, i, Py_NewRef(name));
    PyTuple_SET_ITEM(enumeration->values, i, number);
    return 0;
}

static int fill_enumeration(CTypeEnumeration *enumeration, CType *base, PyObject *names, PyObject *values)
{
    Py_ssize_t count = PyTuple_GET_SIZE(names);
    if (PyTuple_GET_SIZE(values) != count)
        return err_raise(PyExc_ValueError, "tuple args must have the same size: %zd names, %zd values", count,
                         PyTuple_GET_SIZE(values));
    enumeration->names = PyTuple_New(count);
    enumeration->values = PyTuple_New(count);
    if (enumeration->names == NULL || enumeration->values == NULL)
        return -1;
    for (Py_ssize_t i = 0; i < count; i++) {
        if (add_enumerator(enumeration, base, i, PyTuple_GET_ITEM(names, i), PyTuple_GET_ITEM(values, i)) < 0)
            return -1;
    }
    return 0;
}

CType *ctype_enum(State *state, const char *name, CType *base, PyObject *names, PyObject *values)
{
    if (!ctype_is_integer(base) || base->flags & CTYPE_ENUM || base->size > (Py_ssize_t)sizeof(uint64_t))
        return err_null(PyExc_TypeError, "'%s': expected a primitive signed or unsigned base type, got '%s'", name,
                        base->name);
    CType *ct = ctype_new_steal(state, base->kind, cname_base(name));
    if (ct == NULL)
        return NULL;
    ct->flags = base->flags | CTYPE_ENUM;
    ct->primitive = base->primitive;
    ct->conv = base->conv;
    ct->size = base->size;
    ct->align = base->align;
    if (fill_enumeration(&ct->u.enumeration, base, names, values) < 0)
        Py_CLEAR(ct);
    return ct;
}

/* ---- the names of values ---- */

/* The first of several names for a value is the one that the value gets. */
PyObject *ctype_enum_elements(CType *ct)
{
    const CTypeEnumeration *enumeration = &ct->u.enumeration;
    PyObject *dict = PyDict_New();
    for (Py_ssize_t i = 0; dict != NULL && i < PyTuple_GET_SIZE(enumeration->names); i++) {
        if (PyDict_SetDefault(dict, PyTuple_GET_ITEM(enumeration->values, i),
                              PyTuple_GET_ITEM(enumeration->names, i)) == NULL)
            Py_CLEAR(dict);
    }
    return dict;
}

PyObject *ctype_enum_relements(CType *ct)
{
    const CTypeEnumeration *enumeration = &ct->u.enumeration;
    PyObject *dict = PyDict_New();
    for (Py_ssize_t i = 0; dict != NULL && i < PyTuple_GET_SIZE(enumeration->names); i++) {
        if (PyDict_SetItem(dict, PyTuple_GET_ITEM(enumeration->names, i), PyTuple_GET_ITEM(enumeration->values, i)) < 0)
            Py_CLEAR(dict);
    }
    return dict;
}

PyObject *ctype_enum_name_borrowed(CType *ct, PyObject *value)
{
    CTypeEnumeration *enumeration = &ct->u.enumeration;
    PyObject *dict = FT_LOAD_POINTER(enumeration->by_value);
    if (UNLIKELY(dict == NULL)) {
        dict = ctype_enum_elements(ct);
        if (dict == NULL)
            return NULL;
        if (!FT_CLAIM_POINTER(enumeration->by_value, dict)) {
            Py_DECREF(dict);
            dict = FT_LOAD_POINTER(enumeration->by_value);
        }
    }
    return PyDict_GetItemWithError(dict, value);
}
