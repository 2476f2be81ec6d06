/* cdata_record.c: p[0] of a pointer that owns a record. */
#include "data/cdata_record.h"

#include "data/cdata_own.h"

typedef struct {
    CData head;
    CDataOwner *owner; /* const, owned */
} CDataRecord;

static void record_fill(CDataRecord *record, CDataOwner *owner)
{
    CData *p = &owner->head;
    cdata_head_init(&record->head, p->ctype->u.pointer.item, p->data, p->length, 0);
    record->owner = (CDataOwner *)Py_NewRef(owner);
}

/* Is there more than memory behind it, so that there may be a cycle? Only an owner from an allocator refers to other
 * objects. */
static inline bool record_is_tracked(const CDataRecord *record)
{
    return UNLIKELY(PyType_IS_GC(Py_TYPE(record->owner)));
}

static inline void record_track(CDataRecord *record)
{
    if (record_is_tracked(record))
        PyObject_GC_Track((PyObject *)record);
}

static void record_free(CDataRecord *record)
{
    PyTypeObject *type = Py_TYPE(record);
    PyObject_GC_Del(record);
    Py_DECREF(type);
}

static PyTypeObject *record_type(State *state);

#if FT_FREE_LISTS

/* ---- with the GIL: the memory of a p[0] that has died stays with the owner, for the next one ---- */

/* The first p[0] of an owner. */
NOINLINE static PyObject *record_new(CDataOwner *owner)
{
    CDataRecord *record = (CDataRecord *)cdata_allocate(record_type(owner->head.ctype->state));
    if (record == NULL)
        return NULL;
    if (owner->record != NULL) { /* collecting garbage in there ran code that was faster */
        record_free(record);
        return cdata_record_get(&owner->head);
    }
    record_fill(record, owner);
    owner->record = (PyObject *)record;
    owner->head.flags |= CDATA_RECORD_ALIVE;
    record_track(record);
    return (PyObject *)record;
}

/* The memory has kept everything but its reference to the owner. */
static PyObject *record_revive(CDataOwner *owner)
{
    CDataRecord *record = (CDataRecord *)compat_revive(owner->record);
    Py_INCREF(owner);
    owner->head.flags |= CDATA_RECORD_ALIVE;
    record_track(record);
    return (PyObject *)record;
}

PyObject *cdata_record_get(CData *p)
{
    CDataOwner *owner = (CDataOwner *)p;
    if (p->flags & CDATA_RECORD_ALIVE)
        return Py_NewRef(owner->record);
    return LIKELY(owner->record != NULL) ? record_revive(owner) : record_new(owner);
}

static void record_leave(CDataRecord *record)
{
    record->owner->head.flags &= ~(uint32_t)CDATA_RECORD_ALIVE;
}

void cdata_record_forget(CDataOwner *owner)
{
    CDataRecord *record = (CDataRecord *)owner->record;
    CType *ct = record->head.ctype;
    owner->record = NULL;
    record_free(record);
    FT_DROP(ct);
}

void cdata_record_mark_released(CDataOwner *owner)
{
    cdata_mark_released(&owner->head);
    if (owner->head.flags & CDATA_RECORD_ALIVE)
        cdata_mark_released((CData *)owner->record);
}

#else

/* ---- without: a weak reference ---- */

static PyObject *record_new(CDataOwner *owner)
{
    CDataRecord *record = (CDataRecord *)cdata_allocate(record_type(owner->head.ctype->state));
    if (record == NULL)
        return NULL;
    record_fill(record, owner);
    record_track(record);
    PyObject *reference = PyWeakref_NewRef((PyObject *)record, NULL), *old = owner->record;
    if (reference == NULL) {
        Py_DECREF(record);
        return NULL;
    }
    owner->record = reference;
    Py_XDECREF(old);
    return (PyObject *)record;
}

PyObject *cdata_record_get(CData *p)
{
    CDataOwner *owner = (CDataOwner *)p;
    PyObject *record = NULL;
    FT_LOCK(p);
    if (owner->record == NULL || PyWeakref_GetRef(owner->record, &record) <= 0)
        record = p->data == NULL ? cdata_err_null(p, "dereference") : record_new(owner);
    FT_UNLOCK();
    return record;
}

static void record_leave(CDataRecord *record)
{
    CType *ct = record->head.ctype;
    record_free(record);
    FT_DROP(ct);
}

void cdata_record_forget(CDataOwner *owner)
{
    Py_CLEAR(owner->record);
}

void cdata_record_mark_released(CDataOwner *owner)
{
    PyObject *record = NULL;
    cdata_mark_released(&owner->head);
    if (owner->head.flags & CDATA_OWNS_RECORD && owner->record != NULL &&
        PyWeakref_GetRef(owner->record, &record) > 0) {
        cdata_mark_released((CData *)record);
        Py_DECREF(record);
    }
}

#endif

/* ---- life ---- */

static void record_tp_dealloc(PyObject *self)
{
    CDataRecord *record = (CDataRecord *)self;
    CDataOwner *owner = record->owner;
    if (record_is_tracked(record))
        PyObject_GC_UnTrack(self);
    if (record->head.weakrefs != NULL)
        PyObject_ClearWeakRefs(self);
    record_leave(record);
    Py_DECREF(owner);
}

/* No tp_clear: a cycle that goes through here goes through the owner too, which is cut there. */
static int record_tp_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((CDataRecord *)self)->owner);
    return cdata_head_visit((CData *)self, visit, arg);
}

CData *cdata_record_owner_borrowed(CData *record)
{
    return Py_TYPE(record)->tp_dealloc == record_tp_dealloc ? &((CDataRecord *)record)->owner->head : NULL;
}

/* ---- the type ---- */

static PyType_Slot record_slots[] = {
    {Py_tp_doc, "The struct or union that a pointer from ffi.new() owns: p[0]. It keeps p alive."},
    {Py_tp_dealloc, record_tp_dealloc},
    {Py_tp_traverse, record_tp_traverse},
    {Py_tp_repr, cdata_own_tp_repr},
    {0, NULL},
};

static PyType_Spec record_spec = {
    .name = "_cffi_backend.__CDataOwn",
    .basicsize = sizeof(CDataRecord),
    .flags = CDATA_TYPE_FLAGS | Py_TPFLAGS_HAVE_GC,
    .slots = record_slots,
};

static int make_type(State *state)
{
    return cdata_make_type(state, &record_spec, &state->cdata_struct_type);
}

static PyTypeObject *record_type(State *state)
{
    return state_type(state, &state->cdata_struct_type, make_type);
}
