/* ffi_null.c: FFI.NULL: a cdata in the dict of the type.
 *
 * A plain cdata cannot stand there. It is no container for the garbage collector, so that the collector would see a reference to "void *",
 * thus to the module, that it cannot explain, and never free the module. This one is of a type that differs in nothing else. */
#include "api/ffi.h"
#include "data/cdata.h"

static int null_tp_traverse(PyObject *self, visitproc visit, void *arg)
{
    return cdata_head_visit((CData *)self, visit, arg);
}

static void null_tp_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    cdata_head_free((CData *)self);
}

static PyType_Slot null_slots[] = {
    {Py_tp_doc, "FFI.NULL"},
    {Py_tp_dealloc, null_tp_dealloc},
    {Py_tp_traverse, null_tp_traverse},
    {0, NULL},
};

static PyType_Spec null_spec = {
    .name = "_cffi_backend._CDataBase",
    .basicsize = sizeof(CData),
    .flags = CDATA_TYPE_FLAGS | Py_TPFLAGS_HAVE_GC,
    .slots = null_slots,
};

AT_IMPORT PyObject *ffi_null_new(State *state)
{
    PyTypeObject *type = NULL;
    if (cdata_make_type(state, &null_spec, &type) < 0)
        return NULL;
    CData *null = PyObject_GC_New(CData, type);
    Py_DECREF(type);
    if (null == NULL)
        return NULL;
    cdata_head_init(null, state->void_pointer, NULL, -1, 0);
    PyObject_GC_Track((PyObject *)null);
    return (PyObject *)null;
}
