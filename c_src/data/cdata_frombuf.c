/* cdata_frombuf.c: ffi.from_buffer(): the memory of a Python object with the buffer protocol as a cdata. */
#include "data/cdata_frombuf.h"

#include "data/debug.h"
#include "types/err.h"

typedef struct {
    CData head;
    Py_buffer view; /* under FT_LOCK; view.obj is NULL after release */
    bool readonly;  /* const */
    bool
        tracked; /* const: a cycle goes through the exporter, when that may refer to other objects; bytes and bytearray do not */
    DebugBlock *block; /* const, owned: debug mode only, otherwise NULL */
} CDataFromBuf;

/* ---- making ---- */

static int get_buffer(PyObject *object, bool writable, Py_buffer *view)
{
    int flags = PyBUF_ANY_CONTIGUOUS | (writable ? PyBUF_WRITABLE : 0);
    if (PyUnicode_Check(object))
        return err_raise(PyExc_TypeError,
                         "from_buffer() cannot return the address of a unicode object (str): encode it to bytes");
    if (PyObject_GetBuffer(object, view, flags) < 0) {
        if (!PyErr_ExceptionMatches(PyExc_BufferError))
            return -1;
        PyErr_Clear(); /* an exporter of plain bytes may know nothing of shapes */
        return PyObject_GetBuffer(object, view, PyBUF_SIMPLE | (writable ? PyBUF_WRITABLE : 0));
    }
    return 0;
}

/* Items of an array in a buffer of `bytes` bytes; -1 for a pointer; -2 with an exception. */
static Py_ssize_t length_in(CType *ct, Py_ssize_t bytes)
{
    if (ct->kind == KIND_POINTER)
        return -1;
    if (ct->u.array.length >= 0) {
        if (ct->size <= bytes)
            return ct->u.array.length;
        err_raise(PyExc_ValueError, "buffer is too small (%zd bytes) for '%s' (%zd bytes)", bytes, ct->name, ct->size);
        return -2;
    }
    if (ct->u.array.item->size > 0)
        return bytes / ct->u.array.item->size;
    err_raise(PyExc_ZeroDivisionError,
              "from_buffer('%s', ..): the actual length of the array cannot be computed: its items have size 0",
              ct->name);
    return -2;
}

PyObject *cdata_frombuf_new(CType *ct, PyObject *object, bool writable)
{
    if (ct->kind != KIND_POINTER && ct->kind != KIND_ARRAY)
        return err_null(PyExc_TypeError, "expected a pointer or array ctype, got '%s'", ct->name);
    CDataFromBuf *cd = cdata_take(ct->state, FREE_FROMBUF, cdata_frombuf_type);
    if (cd == NULL)
        return NULL;
    cdata_head_init(&cd->head, ct, NULL, -1, 0);
    cd->view.obj = NULL;
    cd->block = NULL;
    cd->tracked = false;
    if (get_buffer(object, writable, &cd->view) < 0 || (cd->head.length = length_in(ct, cd->view.len)) == -2) {
        Py_DECREF(cd);
        return NULL;
    }
    cd->head.data = cd->view.buf;
    cd->readonly = cd->view.readonly;
    cd->tracked = cd->view.obj != NULL && PyObject_IS_GC(cd->view.obj);
    if (cd->tracked)
        PyObject_GC_Track((PyObject *)cd);
    if (debug_on(&cd->head)) {
        cd->block = debug_block_describe(ct, "ffi.from_buffer", cd->head.data, cd->view.len);
        if (cd->block == NULL)
            Py_CLEAR(cd);
    }
    return (PyObject *)cd;
}

struct DebugBlock *cdata_frombuf_block_borrowed(CData *cd)
{
    return ((CDataFromBuf *)cd)->block;
}

bool cdata_frombuf_readonly(CData *cd)
{
    return ((CDataFromBuf *)cd)->readonly;
}

/* ---- the end ---- */

int cdata_frombuf_release(CData *cd)
{
    CDataFromBuf *frombuf = (CDataFromBuf *)cd;
    Py_buffer view = {.obj = NULL};
    bool busy;
    FT_LOCK(cd);
    busy = cd->exports > 0;
    if (!busy) {
        view = frombuf->view;
        frombuf->view.obj = NULL;
        cdata_mark_released(cd);
    }
    FT_UNLOCK();
    PyBuffer_Release(&view);
    if (debug_on(cd) && !busy)
        (void)debug_block_end(cd->ctype->state, frombuf->block, DEBUG_RELEASED);
    return !busy
               ? 0
               : err_raise(PyExc_BufferError, "cannot release cdata '%s': buffers still refer to it", cd->ctype->name);
}

static int frombuf_tp_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((CDataFromBuf *)self)->view.obj);
    return cdata_head_visit((CData *)self, visit, arg);
}

static int frombuf_tp_clear(PyObject *self)
{
    Py_buffer view = ((CDataFromBuf *)self)->view;
    ((CDataFromBuf *)self)->view.obj = NULL;
    cdata_mark_released((CData *)self);
    PyBuffer_Release(&view);
    return 0;
}

static void frombuf_tp_dealloc(PyObject *self)
{
    if (((CDataFromBuf *)self)->tracked)
        PyObject_GC_UnTrack(self);
    PyBuffer_Release(&((CDataFromBuf *)self)->view);
    if (debug_on((CData *)self)) /* without an end: the object whose memory it is may live on */
        debug_block_drop(((CData *)self)->ctype->state, ((CDataFromBuf *)self)->block);
    cdata_head_keep((CData *)self, FREE_FROMBUF);
}

static PyObject *frombuf_tp_repr(PyObject *self)
{
    CDataFromBuf *cd = (CDataFromBuf *)self;
    const char *type = cd->view.obj == NULL ? "?" : Py_TYPE(cd->view.obj)->tp_name;
    if (cd->head.flags & CDATA_RELEASED)
        return cdata_repr_with(&cd->head, "buffer RELEASED");
    if (cd->head.ctype->kind == KIND_POINTER)
        return cdata_repr_with(&cd->head, "buffer from '%.200s' object", type);
    return cdata_repr_with(&cd->head, "buffer len %zd from '%.200s' object", cd->head.length, type);
}

/* ---- the type ---- */

static PyType_Slot frombuf_slots[] = {
    {Py_tp_doc, "The memory of a Python object as a cdata: the result of ffi.from_buffer()."},
    {Py_tp_dealloc, frombuf_tp_dealloc},
    {Py_tp_traverse, frombuf_tp_traverse},
    {Py_tp_clear, frombuf_tp_clear},
    {Py_tp_repr, frombuf_tp_repr},
    {0, NULL},
};

static PyType_Spec frombuf_spec = {
    .name = "_cffi_backend.__CDataFromBuf",
    .basicsize = sizeof(CDataFromBuf),
    .flags = CDATA_TYPE_FLAGS | Py_TPFLAGS_HAVE_GC,
    .slots = frombuf_slots,
};

static int make_type(State *state)
{
    return cdata_make_type(state, &frombuf_spec, &state->cdata_frombuf_type);
}

PyTypeObject *cdata_frombuf_type(State *state)
{
    return state_type(state, &state->cdata_frombuf_type, make_type);
}
