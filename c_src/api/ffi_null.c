/* ffi_null.c: what makes FFI.NULL: an attribute of the type that gives one and the same cdata.
 *
 * The cdata itself cannot stand in the dict of the type. It is no container for the garbage collector, so that the
 * collector would see a reference to "void *", thus to the module, that it cannot explain, and never free the module. */
#include "api/ffi.h"
#include "data/cdata.h"

typedef struct {
    PyObject_HEAD
    PyObject *null; /* const, owned: the cdata */
} NullAttribute;

/* While nobody else holds the cdata, what it refers to counts as referred to from here. */
static int null_tp_traverse(PyObject *self, visitproc visit, void *arg)
{
    PyObject *null = ((NullAttribute *)self)->null;
    Py_VISIT(Py_TYPE(self));
    return null != NULL && Py_REFCNT(null) == 1 ? cdata_head_visit((CData *)null, visit, arg) : 0;
}

static int null_tp_clear(PyObject *self)
{
    Py_CLEAR(((NullAttribute *)self)->null);
    return 0;
}

static void null_tp_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    null_tp_clear(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyObject *null_tp_descr_get(PyObject *self, PyObject *Py_UNUSED(object), PyObject *Py_UNUSED(type))
{
    PyObject *null = ((NullAttribute *)self)->null;
    return Py_NewRef(null == NULL ? Py_None : null);
}

static PyType_Slot null_slots[] = {
    {Py_tp_doc, "FFI.NULL"},      {Py_tp_dealloc, null_tp_dealloc},     {Py_tp_traverse, null_tp_traverse},
    {Py_tp_clear, null_tp_clear}, {Py_tp_descr_get, null_tp_descr_get}, {0, NULL},
};

static PyType_Spec null_spec = {
    .name = "_cffi_backend.__FFINull",
    .basicsize = sizeof(NullAttribute),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = null_slots,
};

PyObject *ffi_null_new(State *state)
{
    PyTypeObject *type = NULL;
    if (state_make_type(state, &null_spec, NULL, NULL, &type) < 0)
        return NULL;
    NullAttribute *attribute = (NullAttribute *)type->tp_alloc(type, 0);
    Py_DECREF(type);
    if (attribute == NULL)
        return NULL;
    attribute->null = cdata_view(state->void_pointer, NULL);
    if (attribute->null == NULL) {
        Py_DECREF(attribute);
        return NULL;
    }
    ft_immortal(attribute->null);
    ft_immortal((PyObject *)attribute);
    return (PyObject *)attribute;
}
