/* compat.h: what older Pythons lack, under the newest name; the only place with tests of the Python version. */
#ifndef CFFI_BASE_COMPAT_H
#define CFFI_BASE_COMPAT_H

#if PY_VERSION_HEX < 0x03090000
#error "Python 3.9 or later is required"
#endif

#if PY_VERSION_HEX < 0x030B0000
#include <frameobject.h> /* later parts of Python.h */
#endif

#if PY_VERSION_HEX < 0x030A0000
static inline PyObject *compat_newref(PyObject *object)
{
    Py_INCREF(object);
    return object;
}
static inline PyObject *compat_xnewref(PyObject *object)
{
    Py_XINCREF(object);
    return object;
}
#define Py_NewRef(object)                 compat_newref((PyObject *)(object))
#define Py_XNewRef(object)                compat_xnewref((PyObject *)(object))
#define Py_TPFLAGS_DISALLOW_INSTANTIATION 0 /* types without tp_new set it to NULL themselves: see state.c */
#define Py_TPFLAGS_IMMUTABLETYPE          0
static inline int PyModule_AddObjectRef(PyObject *module, const char *name, PyObject *value)
{
    Py_XINCREF(value);
    int result = PyModule_AddObject(module, name, value);
    if (result < 0)
        Py_XDECREF(value);
    return result;
}
#endif

/* What an immutable heap type must say whose base is called by vectorcall. Since 3.11 it inherits that, and a debug build refuses a
 * type that says so without the slot. */
#if PY_VERSION_HEX < 0x030B0000
#define COMPAT_INHERITED_VECTORCALL Py_TPFLAGS_HAVE_VECTORCALL
#else
#define COMPAT_INHERITED_VECTORCALL 0
#endif

#if PY_VERSION_HEX < 0x030C0000
#define Py_T_INT       T_INT
#define Py_T_SHORT     T_SHORT
#define Py_T_UBYTE     T_UBYTE
#define Py_T_PYSSIZET  T_PYSSIZET
#define Py_T_OBJECT_EX T_OBJECT_EX
#define Py_READONLY    READONLY
static inline PyObject *PyErr_GetRaisedException(void)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    if (traceback != NULL && value != NULL)
        PyException_SetTraceback(value, traceback);
    Py_XDECREF(type);
    Py_XDECREF(traceback);
    return value;
}
static inline void PyErr_SetRaisedException(PyObject *exception)
{
    PyObject *type = exception == NULL ? NULL : Py_NewRef(Py_TYPE(exception));
    PyErr_Restore(type, exception, exception == NULL ? NULL : PyException_GetTraceback(exception));
}
#endif

#if PY_VERSION_HEX < 0x030D0000
/* 1 found (new reference), 0 absent, -1 error. */
static inline int PyDict_GetItemRef(PyObject *dict, PyObject *key, PyObject **result)
{
    PyObject *item = PyDict_GetItemWithError(dict, key);
    *result = Py_XNewRef(item);
    return item != NULL ? 1 : PyErr_Occurred() ? -1 : 0;
}
/* *result = the value in the dict, which is `value` when there was none: 1 there was one, 0 there was none, -1 error. */
static inline int PyDict_SetDefaultRef(PyObject *dict, PyObject *key, PyObject *value, PyObject **result)
{
    PyObject *kept = PyDict_SetDefault(dict, key, value);
    *result = Py_XNewRef(kept);
    return kept == NULL ? -1 : kept != value;
}
static inline PyObject *PyList_GetItemRef(PyObject *list, Py_ssize_t index)
{
    PyObject *item = PyList_GetItem(list, index);
    return Py_XNewRef(item);
}
static inline int PyWeakref_GetRef(PyObject *ref, PyObject **result)
{
    PyObject *object = PyWeakref_GetObject(ref);
    *result = NULL;
    if (object == NULL)
        return -1;
    if (object == Py_None)
        return 0;
    *result = Py_NewRef(object);
    return 1;
}
static inline int PyLong_AsInt(PyObject *object)
{
    long value = PyLong_AsLong(object);
    if (value < INT_MIN || value > INT_MAX) {
        PyErr_SetString(PyExc_OverflowError, "Python int too large to convert to C int");
        return -1;
    }
    return (int)value;
}
/* Before 3.13 there is no public way to ask; what matters here is that Python is no longer usable. */
static inline int compat_is_finalizing(void)
{
    return !Py_IsInitialized();
}
#define Py_IsFinalizing() compat_is_finalizing()

/* base/compat.c: reports the exception that is set through sys.unraisablehook, with a message. */
void compat_format_unraisable(const char *format, ...);
#define PyErr_FormatUnraisable compat_format_unraisable
#endif

/* The thread state with which this thread runs Python at the moment, if any. Before 3.12 there is no way to tell one of another
 * interpreter than the main one from none at all: then NULL. */
static inline PyThreadState *compat_current_thread_state(void)
{
#if PY_VERSION_HEX >= 0x030C0000
    PyThreadState *current = PyThreadState_Swap(NULL);
    if (current != NULL)
        PyThreadState_Swap(current);
    return current;
#else
    return NULL;
#endif
}

/* Whether PyGILState_GetThisThreadState() is the one of the interpreter that runs in this thread. */
#define COMPAT_GILSTATE_KNOWS_INTERPRETERS (PY_VERSION_HEX >= 0x030C0000)

/* Most ints are small: true and *value when `number`, an int, is one of those that need no function to read. */
#if PY_VERSION_HEX >= 0x030C0000
static inline bool compat_long_small(PyObject *number, Py_ssize_t *value)
{
    if (!PyUnstable_Long_IsCompact((PyLongObject *)number))
        return false;
    *value = PyUnstable_Long_CompactValue((PyLongObject *)number);
    return true;
}
#else
static inline bool compat_long_small(PyObject *number, Py_ssize_t *value)
{
    Py_ssize_t size = Py_SIZE(number); /* digits, negative for a negative number */
    if ((size_t)(size + 1) > 2)
        return false;
#if PY_VERSION_HEX < 0x030B0000
    *value = PyLong_AsSsize_t(number); /* where the digit is, is for friends of Python only, says its header there */
#else
    *value = size * (Py_ssize_t)((PyLongObject *)number)->ob_digit[0];
#endif
    return true;
}
#endif

/* PyLong_FromSsize_t(), which takes longer in Python up to 3.11. */
static inline PyObject *compat_long_from_size(Py_ssize_t size)
{
#if SIZEOF_LONG >= SIZEOF_VOID_P
    return PyLong_FromLong(size);
#else
    return PyLong_FromSsize_t(size);
#endif
}

/* An object of a heap type that has died is new again; its memory kept the type, and the reference to it. */
static inline PyObject *compat_revive(PyObject *object)
{
#if defined(Py_TRACE_REFS) || defined(Py_REF_DEBUG)
    PyTypeObject *type = Py_TYPE(object);
    PyObject_Init(object, type);
    Py_DECREF(type);
#else
    Py_SET_REFCNT(object, 1); /* most of the time that is all that PyObject_Init() does, in two calls */
#endif
    return object;
}

/* Slots of PyModuleDef that say what the module is ready for. */
#if PY_VERSION_HEX >= 0x030C0000
#define COMPAT_SLOT_INTERPRETERS {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#else
#define COMPAT_SLOT_INTERPRETERS
#endif
#if PY_VERSION_HEX >= 0x030D0000
#define COMPAT_SLOT_GIL {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#else
#define COMPAT_SLOT_GIL
#endif

/* PyType_FromModuleAndSpec() takes a dict offset and a weakref offset from members named so since 3.9. */
/* clang-format off */
#define COMPAT_MEMBER_WEAKREFS(type, member) \
    {"__weaklistoffset__", Py_T_PYSSIZET, offsetof(type, member), Py_READONLY, NULL}
#define COMPAT_MEMBER_VECTORCALL(type, member) \
    {"__vectorcalloffset__", Py_T_PYSSIZET, offsetof(type, member), Py_READONLY, NULL}
/* clang-format on */

#endif
