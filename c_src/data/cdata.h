/* cdata.h: an object that holds a C value or refers to C memory.
 *
 *   primitive, enum     data -> value stored in the object itself, after the head
 *   pointer, function   data is the pointer's value itself
 *   array, record       data -> the memory
 *
 * Who owns the memory is told by the Python type: _CDataBase (nobody, or primitives: the object), __CDataOwn (ffi.new()),
 * and so on: see state.def. All of them have the head below, so that every read path is the same.
 * After ffi.release() `data` is NULL and `flags` has CDATA_RELEASED; every use then raises. */
#ifndef CFFI_DATA_CDATA_H
#define CFFI_DATA_CDATA_H

#include "types/ctype.h"

typedef struct CData {
    PyObject_HEAD
    CType *ctype;              /* const, owned */
    char *data;                /* see above; changes only when released */
    Py_ssize_t length;         /* items of an array (also of an open one); -1 for other kinds */
    vectorcallfunc vectorcall; /* const: calls a function pointer, raises TypeError for the rest */
    PyObject *weakrefs;
    uint32_t flags;            /* CDATA_*; changed under FT_LOCK */
} CData;

enum {
    CDATA_RELEASED = 1,
    CDATA_SEPARATE = 2,    /* `data` is in a block of its own, freed with free() */
    CDATA_OWNS_RECORD = 4, /* pointer to a record: p[0] is one object that keeps p alive (data/cdata_own.h) */
};

Py_hash_t cdata_tp_hash(PyObject *self); /* one address for all cdata types: what cdata_check() compares */

static inline bool cdata_check(PyObject *object)
{
    return Py_TYPE(object)->tp_hash == cdata_tp_hash;
}

/* ---- making: new references, NULL with an exception ---- */

/* A view: for pointers and functions the value, for arrays (fixed length) and records the address of memory kept by others. */
PyObject *cdata_view(CType *ct, char *data);
PyObject *cdata_view_array(CType *ct, char *data, Py_ssize_t length); /* open array of known length */
/* A primitive or enum cdata with the value copied from `value` (ct->size bytes). */
PyObject *cdata_primitive(CType *ct, const char *value);

/* ffi.new(): `ct` is a pointer or array type; memory zeroed, initializer NULL or any object (data/cdata_own.c). */
PyObject *cdata_own_new(CType *ct, PyObject *initializer);
/* An owning copy of the record at `data`: the result of a C function. */
PyObject *cdata_own_copy(CType *record, const char *data);

/* ---- for the other cdata types: those of this folder, and closures (call/) ---- */

/* Makes the type of `spec`, derived from _CDataBase (which Python code cannot do), and stores it at *where. 0 or -1. */
int cdata_make_type(State *state, PyType_Spec *spec, const char *name, PyTypeObject **where);

/* Fills the head of a new object; takes a new reference to `ct`. */
static inline void cdata_head_init(CData *cd, CType *ct, char *data, Py_ssize_t length, uint32_t flags);
/* The end of every tp_dealloc: weak references, then the memory, the ctype and the type. Untracked by the caller. */
void cdata_head_free(CData *cd);

/* The vectorcall of all cdata: calls a function pointer. */
PyObject *cdata_vectorcall(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *kwnames);

/* "<cdata 'int *' EXTRA>" in the words of a derived type; `format` as for PyUnicode_FromFormat(). */
PyObject *cdata_repr_with(CData *cd, const char *format, ...);

/* ---- errors ---- */

/* For a cdata without memory: RuntimeError for NULL, ValueError after ffi.release(). `action`: "dereference", "read", … */
COLD PyObject *cdata_err_null(CData *cd, const char *action);

int data_init(State *state); /* makes all types of this folder */

static inline void cdata_head_init(CData *cd, CType *ct, char *data, Py_ssize_t length, uint32_t flags)
{
    cd->ctype = (CType *)Py_NewRef(ct);
    cd->data = data;
    cd->length = length;
    cd->vectorcall = cdata_vectorcall;
    cd->weakrefs = NULL;
    cd->flags = flags;
}

#endif
