/* enum_class.c: a C enum as a class of Python's module enum. */
#include "types/enum_class.h"

#include "types/err.h"

/* ---- making the class ---- */

static PyObject *name_value_pairs(const CTypeEnumeration *enumeration)
{
    Py_ssize_t count = PyTuple_GET_SIZE(enumeration->names);
    PyObject *pairs = PyList_New(count);
    for (Py_ssize_t i = 0; pairs != NULL && i < count; i++) {
        PyObject *pair =
            PyTuple_Pack(2, PyTuple_GET_ITEM(enumeration->names, i), PyTuple_GET_ITEM(enumeration->values, i));
        if (pair == NULL)
            Py_CLEAR(pairs);
        else
            PyList_SET_ITEM(pairs, i, pair);
    }
    return pairs;
}

/* "color" for "enum color" and for the typedef "color". */
static const char *short_name(const CType *ct)
{
    const char *space = strrchr(ct->name, ' ');
    return space == NULL ? ct->name : space + 1;
}

static PyObject *new_class(CType *ct, bool flag)
{
    PyObject *module = PyImport_ImportModule("enum");
    PyObject *pairs = module == NULL ? NULL : name_value_pairs(&ct->u.enumeration);
    PyObject *made = NULL;
    if (pairs != NULL)
        made = PyObject_CallMethod(module, flag ? "IntFlag" : "IntEnum", "sO", short_name(ct), pairs);
    Py_XDECREF(module);
    Py_XDECREF(pairs);
    return made;
}

/* Value -> member. Two enumerators of one value are one member. */
static PyObject *new_members(const CTypeEnumeration *enumeration, PyObject *class_)
{
    Py_ssize_t count = PyTuple_GET_SIZE(enumeration->values);
    PyObject *members = PyDict_New();
    for (Py_ssize_t i = 0; members != NULL && i < count; i++) {
        PyObject *value = PyTuple_GET_ITEM(enumeration->values, i);
        PyObject *member = PyObject_CallFunctionObjArgs(class_, value, NULL);
        if (member == NULL || PyDict_SetItem(members, value, member) < 0)
            Py_CLEAR(members);
        Py_XDECREF(member);
    }
    return members;
}

/* ---- keeping it ---- */

/* Takes over both. What another thread has stored meanwhile stays. */
static void publish_locked(CType *ct, PyObject *class_, PyObject *members, bool flag)
{
    CTypeEnumeration *enumeration = &ct->u.enumeration;
    if (enumeration->class_ != NULL) {
        Py_DECREF(class_);
        Py_DECREF(members);
        return;
    }
    enumeration->members = members;
    enumeration->is_flag = flag;
    FT_STORE_POINTER(enumeration->class_, class_);
    FT_STORE_BYTE(ct->conv, CONV_ENUM);
}

static int make(CType *ct, bool flag)
{
    PyObject *class_ = new_class(ct, flag);
    PyObject *members = class_ == NULL ? NULL : new_members(&ct->u.enumeration, class_);
    if (members == NULL) {
        Py_XDECREF(class_);
        return -1;
    }
    FT_LOCK(ct);
    publish_locked(ct, class_, members, flag);
    FT_UNLOCK();
    return 0;
}

PyObject *enum_class_of(CType *ct, bool flag)
{
    CTypeEnumeration *enumeration = &ct->u.enumeration;
    if (!(ct->flags & CTYPE_ENUM))
        return err_null(PyExc_TypeError, "an enum is required, got ctype '%s'", ct->name);
    if (FT_LOAD_POINTER(enumeration->class_) == NULL && make(ct, flag) < 0)
        return NULL;
    if (enumeration->is_flag != flag)
        return err_null(PyExc_ValueError, "'%s' is an %s already", ct->name, flag ? "IntEnum" : "IntFlag");
    return Py_NewRef(enumeration->class_);
}

/* ---- values ---- */

PyObject *enum_class_member_steal(CType *ct, PyObject *number)
{
    const CTypeEnumeration *enumeration = &ct->u.enumeration;
    if (number == NULL)
        return NULL;
    PyObject *member = Py_XNewRef(PyDict_GetItemWithError(enumeration->members, number));
    if (member == NULL && !PyErr_Occurred() && !enumeration->is_flag)
        return number;
    if (member == NULL && !PyErr_Occurred())
        member = PyObject_CallFunctionObjArgs(enumeration->class_, number, NULL);
    Py_DECREF(number);
    return member;
}
