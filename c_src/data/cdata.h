/* cdata.h: an object that holds a C value or refers to C memory.
 *
 *   primitive, enum     data -> value stored in the object itself, after the head
 *   pointer, function   data is the pointer's value itself
 *   array, record       data -> the memory
 *
 * Who owns the memory is told by the Python type: _CDataBase (nobody, or primitives: the object), __CDataOwn
 * (ffi.new()), and so on: see state.def. All of them have the head below, so that every read path is the same. After
 * ffi.release() `data` is NULL, `flags` has CDATA_RELEASED and `length` keeps the old address, so that comparison and
 * hash stay what they were; every other use raises. A reader therefore tests `data == NULL` and nothing else. */
#ifndef CFFI_DATA_CDATA_H
#define CFFI_DATA_CDATA_H

#include "types/ctype.h"

typedef struct CData {
    PyObject_HEAD
    CType *ctype;      /* const, by FT_HOLD */
    char *data;        /* see above; changes only when released */
    Py_ssize_t length; /* items of an array, also of an open one; bytes of a CTYPE_VAR_RECORD or of one pointed to,
                          when it is known how many there are; otherwise -1 */
    vectorcallfunc vectorcall; /* const: calls a function pointer, raises TypeError for the rest */
    PyObject *weakrefs;
    uint32_t flags;   /* CDATA_*; changed under FT_LOCK */
    uint32_t exports; /* buffers that point to `data`: it cannot be released; under FT_LOCK */
} CData;

enum {
    CDATA_RELEASED = 1,
    CDATA_SEPARATE = 2,      /* memory of ffi.new() in a block of its own, which release() frees */
    CDATA_SINGLE = 4,        /* pointer to one item that it owns: p[1] is an error */
    CDATA_OWNS_RECORD = 8,   /* pointer to a record: p[0] is one object that keeps p alive (cdata_record.h) */
    CDATA_RECORD_ALIVE = 16, /* see cdata_record.h */
    CDATA_EXTENDED = 64,     /* const */
    CDATA_SMALL = 32,        /* __CDataOwn of the size that is kept in a free list */
};

/* What a plain cdata is: the head, and room for the value of any primitive but one. These are of one size, so that one
 * free list serves. */
typedef struct {
    CData head;
    union {
        char bytes[16];
        long double widest;
        uint64_t bits[2];
        struct DebugBlock *block; /* debug mode: of what is no number; owned or NULL */
    } value;
} CDataPlain;

/* A plain cdata with CDATA_EXTENDED: one that an object knows more about (api/lib_pointer.c). */
typedef struct {
    CDataPlain plain;
    PyObject *about;  /* const, owned: its __name__, __doc__ and __signature__ are those of the cdata */
    PyObject *anchor; /* const, owned: a weak reference to the cdata, so that it never dies without weak references */
} CDataExtended;

Py_hash_t cdata_tp_hash(PyObject *self); /* one address for all cdata types: what cdata_check() compares */

static inline bool cdata_check(PyObject *object)
{
    return Py_TYPE(object)->tp_hash == cdata_tp_hash;
}

/* ---- making: new references, NULL with an exception ---- */

/* A view: for pointers and functions the value, for arrays and records the address of memory kept by others. */
PyObject *cdata_view(CType *ct, char *data);
/* A view of an open array of known length, or of a CTYPE_VAR_RECORD of so many bytes. */
PyObject *cdata_view_array(CType *ct, char *data, Py_ssize_t length);
/* The same as cdata_view() for something that begins with a CDataExtended and is of `size` bytes; the rest is not filled. */
PyObject *cdata_view_extended(CType *ct, char *data, PyObject *about, size_t size);
/* A primitive or enum cdata with the value copied from `value` (ct->size bytes). */
PyObject *cdata_primitive(CType *ct, const char *value);

/* ffi.new(): `ct` is a pointer or array type; memory zeroed, initializer NULL, None or any object. */
PyObject *cdata_own_new(CType *ct, PyObject *initializer);
/* An owning copy of the record at `data`: the result of a C function. */
PyObject *cdata_own_copy(CType *record, const char *data);

/* ---- asking ---- */

/* ffi.sizeof(cd): bytes of the value; what an array or an owned record with a flexible end really has. -1: error. */
Py_ssize_t cdata_sizeof(CData *cd);

/* The address for comparison and hash, of a released cdata too. */
static inline char *cdata_address(const CData *cd)
{
    return UNLIKELY(cd->flags & CDATA_RELEASED) ? (char *)(uintptr_t)cd->length : cd->data;
}

/* ---- for the other cdata types: those of this folder, and closures (call/) ---- */

/* Makes the type of `spec`, derived from _CDataBase (which Python code cannot do), and stores it at *where. 0 or -1. */
int cdata_make_type(State *state, PyType_Spec *spec, PyTypeObject **where);

/* The flags of all these types. Add Py_TPFLAGS_HAVE_GC where other references than the ctype are held. */
#define CDATA_TYPE_FLAGS                                                                                               \
    (Py_TPFLAGS_DEFAULT | COMPAT_INHERITED_VECTORCALL | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE)

/* Fills the head of a new object; holds `ct`. In two parts: what is the same for all, and what an object that was kept
 * has still; and the rest. */
static inline void cdata_head_init(CData *cd, CType *ct, char *data, Py_ssize_t length, uint32_t flags);
static inline void cdata_head_start(CData *cd);
static inline void cdata_head_fill(CData *cd, CType *ct, char *data, Py_ssize_t length, uint32_t flags);
/* The end of every tp_dealloc: weak references, the memory, ctype, type. A GC object is untracked by the caller. */
void cdata_head_free(CData *cd);
/* The same; the object may be kept in state->free_lists[list]. */
static inline void cdata_head_keep(CData *cd, int list);
/* A new object of a derived type with garbage collection, perhaps from that list; nothing is filled, nor is it tracked. NULL with an
 * exception. */
static inline void *cdata_take(State *state, int list, PyTypeObject *(*type)(State *state));
PyObject *cdata_allocate(PyTypeObject *type); /* the same without a list; NULL for NULL */
void cdata_head_forget(CData *cd);            /* a part of both: there are weak references */
/* In tp_traverse of GC types: the ctype and the type. */
int cdata_head_visit(CData *cd, visitproc visit, void *arg);
/* The memory is gone: `data` NULL, CDATA_RELEASED. Under FT_LOCK or by the only owner. */
void cdata_mark_released(CData *cd);

/* The vectorcall of all cdata: calls a function pointer. */
PyObject *cdata_vectorcall(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *kwnames);

/* "<cdata 'int *' EXTRA>" in the words of a derived type; `format` as for PyUnicode_FromFormat(). */
PyObject *cdata_repr_with(CData *cd, const char *format, ...);

/* Where a plain cdata that refers to memory keeps the block that it is in: debug mode only (data/debug_block.h). */
struct DebugBlock **cdata_plain_block(CData *cd);

/* ---- errors ---- */

/* For a cdata whose `data` is NULL: RuntimeError "cannot ACTION a null pointer / a released cdata". */
COLD void *cdata_err_null(CData *cd, const char *action);
/* TypeError: initializer for ctype 'int *' must be a EXPECTED, not str / cdata 'char *'. -1. */
COLD int cdata_err_expected(CType *ct, const char *expected, PyObject *got);

int data_init(State *state); /* makes _CDataBase, buffer and the table of handles */
int data_add(State *state);  /* the types of this folder to the module */

static inline void cdata_head_start(CData *cd)
{
    cd->vectorcall = cdata_vectorcall;
    cd->weakrefs = NULL;
    cd->exports = 0;
}

static inline void cdata_head_fill(CData *cd, CType *ct, char *data, Py_ssize_t length, uint32_t flags)
{
    FT_HOLD(ct);
    cd->ctype = ct;
    cd->data = data;
    cd->length = length;
    cd->flags = flags;
}

static inline void cdata_head_init(CData *cd, CType *ct, char *data, Py_ssize_t length, uint32_t flags)
{
    cdata_head_start(cd);
    cdata_head_fill(cd, ct, data, length, flags);
}

static inline void *cdata_take(State *state, int list, PyTypeObject *(*type)(State *state))
{
    PyObject *object = freelist_take(&state->free_lists[list]);
    return LIKELY(object != NULL) ? object : cdata_allocate(type(state));
}

static inline void cdata_head_keep(CData *cd, int list)
{
    CType *ct = cd->ctype;
    PyTypeObject *type = Py_TYPE(cd);
    if (UNLIKELY(cd->weakrefs != NULL))
        cdata_head_forget(cd);
    if (UNLIKELY(!freelist_keep(&ct->state->free_lists[list], (PyObject *)cd))) {
        type->tp_free(cd);
        Py_DECREF(type);
    }
    FT_DROP(ct); /* last: it may take the module along */
}

#endif
