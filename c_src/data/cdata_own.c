/* cdata_own.c: cdata that own their memory.
 *
 * Small data lies in the same block as the object, larger data in one of its own, so that ffi.release() can give it
 * back. */
#include "data/cdata_own.h"

#include "base/size.h"
#include "data/cdata_gc.h"
#include "data/cdata_record.h"
#include "data/debug.h"
#include "data/to_c.h"
#include "types/err.h"

typedef struct {
    CDataOwner base;
    union {
        char *block;              /* const: with CDATA_SEPARATE what to free; `data` is in it */
        struct DebugBlock *debug; /* const, owned: in its place in debug mode, where all memory is separate */
    } memory;
} CDataOwn;

/* Object and data together stay within what Python's allocator for small objects serves. */
#define OWN_STORAGE      ((sizeof(CDataOwn) + 15) & ~(size_t)15)
#define OWN_INLINE_MAX   ((Py_ssize_t)(512 - OWN_STORAGE))
#define OWN_INLINE_ALIGN ((int)(2 * sizeof(void *)))
#define OWN_SMALL        16 /* bytes of data: numbers, pointers, small structs */

/* ---- memory ---- */

/* A block with `size` bytes at an address that is a multiple of `align`. */
static char *block_new(Py_ssize_t size, int align, bool clear, char **block)
{
    Py_ssize_t total;
    bool fits = size_add(size, align > OWN_INLINE_ALIGN ? align : 1, &total);
    *block = !fits ? NULL : clear ? PyMem_RawCalloc(1, (size_t)total) : PyMem_RawMalloc((size_t)total);
    if (*block == NULL)
        return NULL;
    return align > OWN_INLINE_ALIGN ? (char *)(((uintptr_t)*block + (unsigned)align - 1) & ~((uintptr_t)align - 1))
                                    : *block;
}

/* The object for memory of debug mode. */
COLD static CDataOwn *own_new_debug(CType *ct, Py_ssize_t size, int align)
{
    State *state = ct->state;
    PyTypeObject *type = cdata_own_type(state);
    if (type == NULL)
        return NULL;
    DebugBlock *block = debug_block_allocate(ct, size, align);
    CDataOwn *own = block == NULL ? NULL : PyObject_Malloc(sizeof(CDataOwn));
    if (own == NULL) {
        (void)debug_block_end(state, block, DEBUG_COLLECTED);
        debug_block_drop(state, block);
        return (CDataOwn *)PyErr_NoMemory();
    }
    own->base.head.data = (char *)block->node.start;
    own->memory.debug = block;
    return (CDataOwn *)PyObject_Init((PyObject *)own, type);
}

NOINLINE static CDataOwn *own_new_separate(CType *ct, Py_ssize_t size, int align, bool clear)
{
    if (ct->state->debug)
        return own_new_debug(ct, size, align);
    PyTypeObject *type = cdata_own_type(ct->state);
    if (type == NULL)
        return NULL;
    char *block, *data = block_new(size, align, clear, &block);
    CDataOwn *own = data == NULL ? NULL : PyObject_Malloc(sizeof(CDataOwn));
    if (own == NULL) {
        if (data != NULL)
            PyMem_RawFree(block);
        return (CDataOwn *)PyErr_NoMemory();
    }
    own->base.head.data = data;
    own->memory.block = block;
    return (CDataOwn *)PyObject_Init((PyObject *)own, type);
}

/* The object, with `data` set and zeroed, nothing else. */
static inline CDataOwn *own_new(CType *ct, Py_ssize_t size, int align, bool clear)
{
    State *state = ct->state;
    if (UNLIKELY(size > OWN_INLINE_MAX || align > OWN_INLINE_ALIGN || state->debug))
        return own_new_separate(ct, size, align, clear);
    PyTypeObject *type = cdata_own_type(state);
    if (UNLIKELY(type == NULL))
        return NULL;
    CDataOwn *own = PyObject_Malloc(OWN_STORAGE + (size_t)size);
    if (UNLIKELY(own == NULL))
        return (CDataOwn *)PyErr_NoMemory();
    own->base.head.data = (char *)own + OWN_STORAGE;
    own->memory.block = NULL;
    if (clear)
        memset(own->base.head.data, 0, (size_t)size);
    return (CDataOwn *)PyObject_Init((PyObject *)own, type);
}

static void own_fill(CDataOwn *own, CType *ct, Py_ssize_t length, uint32_t flags)
{
    flags |= own->memory.block != NULL ? CDATA_SEPARATE : 0;
    cdata_head_init(&own->base.head, ct, own->base.head.data, length, flags);
    own->base.record = NULL;
}

NOINLINE static CDataOwn *small_allocate(PyTypeObject *type)
{
    if (UNLIKELY(type == NULL))
        return NULL;
    CDataOwn *own = PyObject_Malloc(OWN_STORAGE + OWN_SMALL);
    if (UNLIKELY(own == NULL))
        return (CDataOwn *)PyErr_NoMemory();
    cdata_head_start(&own->base.head);
    own->base.record = NULL;
    own->memory.block = NULL;
    return (CDataOwn *)PyObject_Init((PyObject *)own, type);
}

/* The object for data of up to OWN_SMALL bytes, which are zeroed. */
static ALWAYS_INLINE CDataOwn *own_new_small(CType *ct, uint32_t flags)
{
    CDataOwn *own = (CDataOwn *)freelist_take(&ct->state->free_lists[FREE_SMALL]);
    if (UNLIKELY(own == NULL) && (own = small_allocate(cdata_own_type(ct->state))) == NULL)
        return NULL;
    char *data = (char *)own + OWN_STORAGE;
    cdata_head_fill(&own->base.head, ct, data, -1, flags | CDATA_SMALL);
    memset(data, 0, OWN_SMALL);
    return own;
}

/* ---- ffi.new() ---- */

/* What an ffi.new() needs. */
typedef struct {
    PyObject *initializer; /* borrowed; NULL: zeros */
    CType *item;           /* borrowed */
    Py_ssize_t bytes;
    Py_ssize_t length; /* of the cdata */
    uint32_t flags;
} Plan;

static int plan_pointer(Plan *plan)
{
    CType *item = plan->item;
    plan->bytes = item->size;
    plan->flags = CDATA_SINGLE;
    if (ctype_is_record(item)) {
        plan->flags |= CDATA_OWNS_RECORD;
        if (item->flags & CTYPE_VAR_RECORD)
            plan->length = plan->bytes = to_c_record_size(item, plan->initializer);
    } else if (item->kind == KIND_CHAR)
        plan->bytes = 2 * item->size; /* with a null after it, for functions that expect one */
    return plan->bytes < 0 ? -1 : 0;
}

static int plan_open_array(CType *ct, Plan *plan)
{
    PyObject *none = Py_None;
    plan->length = to_c_length(ct, plan->initializer == NULL ? &none : &plan->initializer);
    if (plan->length < 0)
        return -1;
    if (!size_multiply(plan->length, plan->item->size, &plan->bytes))
        return err_raise(PyExc_OverflowError, "array size would overflow a Py_ssize_t");
    return 0;
}

static int plan_array(CType *ct, Plan *plan)
{
    plan->length = ct->u.array.length;
    plan->bytes = ct->size;
    return LIKELY(plan->length >= 0) ? 0 : plan_open_array(ct, plan);
}

COLD static int err_unknown_size(CType *item)
{
    if (PyErr_Occurred())
        return -1;
    return err_raise(PyExc_TypeError, "cannot instantiate ctype '%s' of unknown size", item->name);
}

static int plan_make(CType *ct, PyObject *initializer, Plan *plan)
{
    plan->item = ctype_item_borrowed(ct);
    plan->initializer = initializer == Py_None ? NULL : initializer;
    plan->length = -1;
    plan->flags = 0;
    if (UNLIKELY(plan->item == NULL))
        return err_raise(PyExc_TypeError, "expected a pointer or array ctype, got '%s'", ct->name);
    if (UNLIKELY(FT_LOAD_WORD(plan->item->size) < 0) && (ctype_complete(plan->item) <= 0 || plan->item->size < 0))
        return err_unknown_size(plan->item);
    return ct->kind == KIND_POINTER ? plan_pointer(plan) : plan_array(ct, plan);
}

static int initialize(CType *ct, char *data, const Plan *plan)
{
    if (ct->kind == KIND_ARRAY)
        return to_c_array(ct, data, plan->length, plan->initializer);
    if (plan->flags & CDATA_OWNS_RECORD)
        return to_c_record_sized(plan->item, data, plan->bytes, plan->initializer);
    return to_c(plan->item, data, plan->initializer);
}

static PyObject *own_with_memory(CType *ct, PyObject *initializer, bool clear)
{
    Plan plan;
    if (UNLIKELY(plan_make(ct, initializer, &plan) < 0))
        return NULL;
    CDataOwn *own = own_new(ct, plan.bytes, plan.item->align, clear);
    if (UNLIKELY(own == NULL))
        return NULL;
    own_fill(own, ct, plan.length, plan.flags);
    if (plan.initializer != NULL && UNLIKELY(initialize(ct, own->base.head.data, &plan) < 0)) {
        Py_DECREF(own);
        return NULL;
    }
    return (PyObject *)own;
}

/* A pointer to an item that fits the small object, so that there is nothing to plan. */
static bool is_small(CType *ct)
{
    if (ct->kind != KIND_POINTER)
        return false;
    CType *item = ct->u.pointer.item;
    Py_ssize_t room = item->kind == KIND_CHAR ? OWN_SMALL / 2 : OWN_SMALL; /* as plan_pointer() */
    Py_ssize_t size = FT_LOAD_WORD(item->size);
    bool small = size >= 0 && size <= room && item->align <= OWN_INLINE_ALIGN &&
                 !(ctype_is_record(item) && item->flags & CTYPE_VAR_RECORD) && !ct->state->debug;
    if (small)
        FT_WITH_GIL_ONLY(ct->flags |= CTYPE_SMALL_ITEM);
    return small;
}

PyObject *cdata_own_new(CType *ct, PyObject *initializer)
{
    if (UNLIKELY(!(ct->flags & CTYPE_SMALL_ITEM)) && !is_small(ct))
        return own_with_memory(ct, initializer, true);
    CType *item = ct->u.pointer.item;
    CDataOwn *own = own_new_small(ct, CDATA_SINGLE | (ctype_is_record(item) ? CDATA_OWNS_RECORD : 0));
    if (UNLIKELY(own == NULL))
        return NULL;
    if (initializer != NULL && initializer != Py_None && UNLIKELY(to_c(item, own->base.head.data, initializer) < 0)) {
        Py_DECREF(own);
        return NULL;
    }
    return (PyObject *)own;
}

PyObject *cdata_own_copy(CType *record, const char *data)
{
    bool small = record->size <= OWN_SMALL && record->align <= OWN_INLINE_ALIGN && !record->state->debug;
    CDataOwn *own = small ? own_new_small(record, 0) : own_new(record, record->size, record->align, false);
    if (UNLIKELY(own == NULL))
        return NULL;
    if (!small)
        own_fill(own, record, -1, 0);
    memcpy(own->base.head.data, data, (size_t)record->size);
    return (PyObject *)own;
}

/* ---- ffi.new_allocator() ---- */

/* What `alloc` returned is memory of `bytes` bytes. */
static int check_allocated(PyObject *memory, Py_ssize_t bytes)
{
    CData *cd = (CData *)memory;
    if (!cdata_check(memory))
        return err_raise(PyExc_TypeError, "alloc() must return a cdata object (got %.200s)", Py_TYPE(memory)->tp_name);
    if (cd->ctype->kind != KIND_POINTER && cd->ctype->kind != KIND_ARRAY)
        return err_raise(PyExc_TypeError, "alloc() must return a cdata pointer, not '%s'", cd->ctype->name);
    if (cd->flags & CDATA_RELEASED)
        return cdata_err_null(cd, "use as memory"), -1;
    if (cd->data == NULL)
        return err_raise(PyExc_MemoryError, "alloc() returned NULL");
    Py_ssize_t size = cd->ctype->kind == KIND_ARRAY ? cdata_sizeof(cd) : bytes;
    if (size >= bytes)
        return 0;
    return size < 0 ? -1
                    : err_raise(PyExc_ValueError, "alloc() must return %zd bytes, not '%s' of %zd bytes", bytes,
                                cd->ctype->name, size);
}

static PyObject *allocate_by(CType *ct, const CDataAllocator *allocator, const Plan *plan)
{
    PyObject *result = NULL, *memory = PyObject_CallFunction(allocator->alloc, "n", plan->bytes);
    if (memory != NULL && check_allocated(memory, plan->bytes) == 0)
        result = cdata_gc_allocated(ct, (CData *)memory, plan->length, plan->flags, allocator->free, plan->bytes);
    Py_XDECREF(memory);
    if (result != NULL && allocator->clear)
        memset(((CData *)result)->data, 0, (size_t)plan->bytes);
    return result;
}

PyObject *cdata_own_allocated(CType *ct, PyObject *initializer, const CDataAllocator *allocator)
{
    Plan plan;
    if (allocator->alloc == NULL)
        return own_with_memory(ct, initializer, allocator->clear);
    if (plan_make(ct, initializer, &plan) < 0)
        return NULL;
    PyObject *result = allocate_by(ct, allocator, &plan);
    if (result != NULL && plan.initializer != NULL && initialize(ct, ((CData *)result)->data, &plan) < 0)
        Py_CLEAR(result);
    return result;
}

/* ---- life ---- */

/* The end of debug mode's memory, at the latest now. */
COLD static void own_free_debug(CDataOwn *own)
{
    State *state = own->base.head.ctype->state;
    PyObject *pending = PyErr_GetRaisedException();
    if (debug_block_end(state, own->memory.debug, DEBUG_COLLECTED) < 0)
        PyErr_WriteUnraisable(NULL);
    debug_block_drop(state, own->memory.debug);
    PyErr_SetRaisedException(pending);
}

static void own_free_memory(CDataOwn *own)
{
    if (debug_on(&own->base.head))
        own_free_debug(own);
    else if (!(own->base.head.flags & CDATA_RELEASED))
        PyMem_RawFree(own->memory.block);
}

static void own_tp_dealloc(PyObject *self)
{
    CDataOwn *own = (CDataOwn *)self;
    if (UNLIKELY(own->base.record != NULL))
        cdata_record_forget(&own->base);
    if (LIKELY(own->base.head.flags & CDATA_SMALL)) {
        cdata_head_keep(&own->base.head, FREE_SMALL);
        return;
    }
    if (own->base.head.flags & CDATA_SEPARATE)
        own_free_memory(own);
    cdata_head_free(&own->base.head);
}

static int own_release_locked(CDataOwn *own)
{
    CData *cd = &own->base.head;
    if (cd->flags & CDATA_RELEASED)
        return 0;
    if (cd->exports > 0)
        return err_raise(PyExc_BufferError, "cannot release cdata '%s': %u buffer(s) still refer to it",
                         cd->ctype->name, (unsigned)cd->exports);
    cdata_record_mark_released(&own->base);
    if (debug_on(cd))
        return debug_block_end(cd->ctype->state, own->memory.debug, DEBUG_RELEASED);
    if (cd->flags & CDATA_SEPARATE)
        PyMem_RawFree(own->memory.block);
    return 0;
}

struct DebugBlock *cdata_own_block_borrowed(CData *cd)
{
    return cd->flags & CDATA_SEPARATE ? ((CDataOwn *)cd)->memory.debug : NULL;
}

int cdata_own_release(CData *cd)
{
    int result;
    FT_LOCK(cd);
    result = own_release_locked((CDataOwn *)cd);
    FT_UNLOCK();
    return result;
}

/* ---- repr ---- */

/* Bytes of memory behind an owner. */
static Py_ssize_t owned_bytes(CData *cd)
{
    if (cd->ctype->kind != KIND_POINTER)
        return cdata_sizeof(cd);
    return cd->length >= 0 ? cd->length : cd->ctype->u.pointer.item->size;
}

PyObject *cdata_own_tp_repr(PyObject *self)
{
    CData *cd = (CData *)self;
    if (cd->flags & CDATA_RELEASED)
        return cdata_repr_with(cd, "RELEASED");
    return cdata_repr_with(cd, "owning %zd bytes", owned_bytes(cd));
}

/* ---- the type ---- */

static PyType_Slot own_slots[] = {
    {Py_tp_doc, "A cdata that owns its memory: the result of ffi.new(), or a struct that a C function returned."},
    {Py_tp_dealloc, own_tp_dealloc},
    {Py_tp_repr, cdata_own_tp_repr},
    {0, NULL},
};

static PyType_Spec own_spec = {
    .name = "_cffi_backend.__CDataOwn",
    .basicsize = sizeof(CDataOwn),
    .flags = CDATA_TYPE_FLAGS,
    .slots = own_slots,
};

static int make_type(State *state)
{
    return cdata_make_type(state, &own_spec, &state->cdata_own_type);
}

PyTypeObject *cdata_own_type(State *state)
{
    return state_type(state, &state->cdata_own_type, make_type);
}
