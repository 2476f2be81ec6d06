/* cdata_iter.c: the iterator over an array. */
#include "data/cdata_iter.h"

#include "data/debug.h"
#include "data/from_c.h"
#include "types/err.h"

/* An address is kept, not an index: what is done with an item may begin a multiplication earlier. */
typedef struct {
    PyObject_HEAD
    CData *array;     /* const, owned */
    const char *next; /* the next item; under FT_LOCK, as the one below */
    Py_ssize_t left;  /* items */
} CDataIter;

PyObject *cdata_iter_new(PyObject *self)
{
    CData *cd = (CData *)self;
    if (cd->ctype->kind != KIND_ARRAY)
        return err_null(PyExc_TypeError, "cdata of type '%s' does not support iteration", cd->ctype->name);
    if (cd->flags & CDATA_RELEASED)
        return cdata_err_null(cd, "iterate over");
    CDataIter *iter = (CDataIter *)cdata_allocate(cdata_iter_type(cd->ctype->state));
    if (iter == NULL)
        return NULL;
    iter->array = (CData *)Py_NewRef(cd);
    iter->next = cd->data;
    iter->left = cd->length;
    PyObject_GC_Track((PyObject *)iter);
    return (PyObject *)iter;
}

static PyObject *iter_tp_iternext(PyObject *self)
{
    CDataIter *iter = (CDataIter *)self;
    CData *cd = iter->array;
    CType *item = cd->ctype->u.array.item;
    const char *data;
    Py_ssize_t left;
    FT_LOCK(self);
    data = iter->next;
    left = iter->left;
    if (LIKELY(left > 0)) {
        iter->next = data + item->size;
        iter->left = left - 1;
    }
    FT_UNLOCK();
    if (UNLIKELY(left <= 0))
        return NULL;
    if (UNLIKELY(cd->data == NULL))
        return cdata_err_null(cd, "iterate over");
    return from_c(item, data);
}

/* In debug mode, in the place of the one above. */
static PyObject *iter_tp_iternext_debug(PyObject *self)
{
    CData *cd = ((CDataIter *)self)->array;
    if (((CDataIter *)self)->left > 0 && debug_check_alive(cd, "iterate over") < 0)
        return NULL;
    return debug_part(iter_tp_iternext(self), cd);
}

static int iter_tp_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(((CDataIter *)self)->array);
    return 0;
}

static void iter_tp_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    CData *array = ((CDataIter *)self)->array;
    PyObject_GC_UnTrack(self);
    type->tp_free(self);
    Py_DECREF(type);
    Py_DECREF(array);
}

static PyType_Slot iter_slots[] = {
    {Py_tp_dealloc, iter_tp_dealloc},
    {Py_tp_traverse, iter_tp_traverse},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, iter_tp_iternext},
    {0, NULL},
};

static PyType_Spec iter_spec = {
    .name = "_cffi_backend.__CData_iterator",
    .basicsize = sizeof(CDataIter),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = iter_slots,
};

static int make_type(State *state)
{
    PyType_Slot slots[sizeof iter_slots / sizeof *iter_slots];
    PyType_Spec spec = iter_spec;
    memcpy(slots, iter_slots, sizeof slots);
    spec.slots = slots;
    for (PyType_Slot *slot = slots; state->debug && slot->slot != 0; slot++)
        if (slot->slot == Py_tp_iternext)
            slot->pfunc = iter_tp_iternext_debug;
    return state_make_type(state, &spec, NULL, &state->cdata_iter_type);
}

PyTypeObject *cdata_iter_type(State *state)
{
    return state_type(state, &state->cdata_iter_type, make_type);
}
