/* cdata_gc.c: ffi.gc(): a cdata with a destructor; also what an allocator's memory is held by. */
#include "data/cdata_gc.h"

#include "data/cdata_record.h"
#include "data/debug.h"
#include "types/err.h"

typedef struct {
    CDataOwner base;
    CData *origin;        /* owned; NULL after release. What `data` belongs to */
    PyObject *destructor; /* owned; NULL: none, or called already. Both under FT_LOCK */
    DebugBlock *block;    /* const, owned: debug mode only, otherwise NULL */
} CDataGc;

/* ---- making ---- */

static PyObject *gc_new(CType *ct, CData *origin, Py_ssize_t length, uint32_t flags, PyObject *destructor)
{
    CDataGc *gc = cdata_take(ct->state, FREE_GC, cdata_gc_type);
    if (gc == NULL)
        return NULL;
    cdata_head_init(&gc->base.head, ct, origin->data, length, flags);
    gc->base.record = NULL;
    gc->origin = (CData *)Py_NewRef(origin);
    gc->destructor = Py_XNewRef(destructor);
    gc->block = NULL;
    PyObject_GC_Track((PyObject *)gc);
    return (PyObject *)gc;
}

/* Debug mode: notes where `object` (NULL: an exception), a new cdata of this file, was made. `size` of its memory is -1
 * when only `origin` may know it. */
static PyObject *describe(PyObject *object, const char *function, Py_ssize_t size)
{
    CDataGc *gc = (CDataGc *)object;
    if (gc == NULL || !debug_on(&gc->base.head) || ctype_is_primitive(gc->base.head.ctype))
        return object;
    gc->block = debug_block_describe(gc->base.head.ctype, function, gc->base.head.data,
                                     size >= 0 ? size : debug_room(gc->origin));
    if (gc->block == NULL) {
        Py_CLEAR(gc->destructor);
        Py_CLEAR(object);
    }
    return object;
}

static PyObject *cancel(CData *cd)
{
    PyObject *destructor;
    if (Py_TYPE(cd) != cd->ctype->state->cdata_gc_type)
        return err_null(PyExc_TypeError,
                        "Can remove destructor only on a object previously returned by ffi.gc(), not on cdata '%s'",
                        cd->ctype->name);
    FT_LOCK(cd);
    destructor = ((CDataGc *)cd)->destructor;
    ((CDataGc *)cd)->destructor = NULL;
    FT_UNLOCK();
    Py_XDECREF(destructor);
    Py_RETURN_NONE;
}

PyObject *cdata_gc_new(CData *origin, PyObject *destructor, Py_ssize_t size)
{
    (void)size;
    if (destructor == Py_None)
        return cancel(origin);
    if (!PyCallable_Check(destructor))
        return err_null(PyExc_TypeError, "ffi.gc(): the destructor must be callable or None, not %.200s",
                        Py_TYPE(destructor)->tp_name);
    if (origin->flags & CDATA_RELEASED)
        return cdata_err_null(origin, "use ffi.gc() on");
    return describe(gc_new(origin->ctype, origin, origin->length, 0, destructor), "ffi.gc", -1);
}

PyObject *cdata_gc_allocated(CType *ct, CData *origin, Py_ssize_t length, uint32_t flags, PyObject *destructor,
                             Py_ssize_t bytes)
{
    return describe(gc_new(ct, origin, length, flags, destructor), "allocator", bytes);
}

/* ---- the end ---- */

/* Takes the destructor out, once. */
static PyObject *take_destructor(CDataGc *gc)
{
    PyObject *destructor;
    FT_LOCK(gc);
    destructor = gc->destructor;
    gc->destructor = NULL;
    FT_UNLOCK();
    return destructor;
}

/* Calls it outside of any lock. Errors cannot go anywhere from here: they are shown. */
static void call_destructor(PyObject *destructor, CData *origin)
{
    PyObject *pending = PyErr_Occurred() ? PyErr_GetRaisedException() : NULL;
    PyObject *result = PyObject_CallOneArg(destructor, (PyObject *)origin);
    if (result == NULL)
        PyErr_WriteUnraisable(destructor);
    Py_XDECREF(result);
    if (pending != NULL)
        PyErr_SetRaisedException(pending);
}

static void gc_tp_finalize(PyObject *self)
{
    CDataGc *gc = (CDataGc *)self;
    PyObject *destructor = take_destructor(gc);
    if (destructor == NULL)
        return;
    call_destructor(destructor, gc->origin);
    Py_DECREF(destructor);
}

/* A number is a copy by now; memory is gone. */
static CData *detach_locked(CDataGc *gc)
{
    CData *origin = gc->origin;
    if (ctype_is_primitive(gc->base.head.ctype))
        return NULL;
    gc->origin = NULL;
    cdata_record_mark_released(&gc->base);
    return origin;
}

static int err_exported(CData *cd)
{
    return err_raise(PyExc_BufferError, "cannot release cdata '%s': %u buffer(s) still refer to it", cd->ctype->name,
                     (unsigned)cd->exports);
}

int cdata_gc_release(CData *cd)
{
    CDataGc *gc = (CDataGc *)cd;
    CData *origin = NULL;
    PyObject *destructor = NULL;
    bool busy;
    FT_LOCK(cd);
    busy = cd->exports > 0;
    if (!busy) {
        destructor = gc->destructor;
        gc->destructor = NULL;
        origin = destructor == NULL ? NULL : (CData *)Py_NewRef(gc->origin);
        Py_XDECREF(detach_locked(gc));
    }
    FT_UNLOCK();
    if (busy)
        return err_exported(cd);
    if (debug_on(cd))
        (void)debug_block_end(cd->ctype->state, gc->block, DEBUG_RELEASED);
    if (destructor != NULL)
        call_destructor(destructor, origin);
    Py_XDECREF(destructor);
    Py_XDECREF(origin);
    return 0;
}

static int gc_tp_traverse(PyObject *self, visitproc visit, void *arg)
{
    CDataGc *gc = (CDataGc *)self;
    Py_VISIT(gc->origin);
    Py_VISIT(gc->destructor);
    return cdata_head_visit(&gc->base.head, visit, arg);
}

/* After gc_tp_finalize(). The data lives as long as `origin`: a cycle is cut elsewhere, or here at the destructor. */
static int gc_tp_clear(PyObject *self)
{
    Py_CLEAR(((CDataGc *)self)->destructor);
    return 0;
}

/* Debug mode. Its memory is not ours: ending the block cannot fail. */
COLD static void forget_block(CDataGc *gc)
{
    State *state = gc->base.head.ctype->state;
    (void)debug_block_end(state, gc->block, DEBUG_COLLECTED);
    debug_block_drop(state, gc->block);
}

struct DebugBlock *cdata_gc_block_borrowed(CData *cd)
{
    return ((CDataGc *)cd)->block;
}

static void gc_tp_dealloc(PyObject *self)
{
    CDataGc *gc = (CDataGc *)self;
    CData *origin = gc->origin;
    PyObject_GC_UnTrack(self);
    if (gc->base.head.weakrefs != NULL)
        PyObject_ClearWeakRefs(self);
    gc_tp_finalize(self); /* nothing leads here any more: the destructor gets what this was made of */
    if (gc->base.record != NULL)
        cdata_record_forget(&gc->base);
    if (debug_on(&gc->base.head))
        forget_block(gc);
    if (UNLIKELY(PyObject_GC_IsFinalized(self))) /* the collector would not do it again */
        cdata_head_free(&gc->base.head);
    else
        cdata_head_keep(&gc->base.head, FREE_GC);
    Py_XDECREF(origin);
}

/* ---- the type ---- */

static PyType_Slot gc_slots[] = {
    {Py_tp_doc, "A cdata with a destructor: the result of ffi.gc(), or of an allocator."},
    {Py_tp_dealloc, gc_tp_dealloc},
    {Py_tp_finalize, gc_tp_finalize},
    {Py_tp_traverse, gc_tp_traverse},
    {Py_tp_clear, gc_tp_clear},
    {0, NULL},
};

static PyType_Spec gc_spec = {
    .name = "_cffi_backend.__CDataGCP",
    .basicsize = sizeof(CDataGc),
    .flags = CDATA_TYPE_FLAGS | Py_TPFLAGS_HAVE_GC,
    .slots = gc_slots,
};

static int make_type(State *state)
{
    return cdata_make_type(state, &gc_spec, &state->cdata_gc_type);
}

PyTypeObject *cdata_gc_type(State *state)
{
    return state_type(state, &state->cdata_gc_type, make_type);
}
