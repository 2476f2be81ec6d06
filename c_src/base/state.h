/* state.h: the module's state, reached by parameter, from a ctype (`ctype->state`) or from an object's type; never a global. */
#ifndef CFFI_BASE_STATE_H
#define CFFI_BASE_STATE_H

#include "base/freelist.h"

struct CType;

/* Cdata types, and others, whose dead objects are used again. */
enum {
    FREE_VIEW,  /* plain cdata (data/cdata.c) */
    FREE_SMALL, /* small cdata of ffi.new() (data/cdata_own.c) */
    FREE_GC,    /* ffi.gc() */
    FREE_HANDLE,
    FREE_FROMBUF,
    FREE_CLOSURE,
    FREE_BUFFER,
    FREE_COUNT
};

/* An object that C code outside of the module's objects refers to: visited and cleared with the state. */
typedef struct StateRoot {
    PyObject *object; /* owned or NULL */
    struct StateRoot *next;
} StateRoot;

typedef struct State {
#define STATE_TYPE(member)         PyTypeObject *member; /* NULL: not made yet, or cleared */
#define STATE_OBJECT(member)       PyObject *member;
#define STATE_STRING(member, text) PyObject *member;
#include "base/state.def"

    PyObject *module; /* borrowed: the state is part of it */

    /* Primitive ctypes by number (types/ctype_make.c); owned; each made once. */
    struct CType *primitives[64]; /* NULL: not made yet, or cleared */
    struct CType *void_pointer;   /* owned; made once */
    struct CType *char_array;     /* the same; NULL as above */

    /* Upward call (set by api/): when `object` is the function object lib.f, stores the C function's address and its
     * ctype (borrowed) and returns 1; 0 for another object; -1 with an exception. */
    int (*function_address)(struct State *state, PyObject *object, char **address, struct CType **ctype);

    /* Set by call/: what a new function type gets as `invoke` (it makes the plan at the first call and stores the
     * routine for the signature in its place), and the number of the default calling convention. */
    PyObject *(*first_invoke)(struct CType *ctype, char *function, PyObject *const *args, Py_ssize_t nargs);
    int default_abi;
    int stdcall_abi; /* set by call/: the number of __stdcall, 0 where there is none */

    FreeList free_lists[FREE_COUNT];  /* with the GIL */
    struct HandleTable *handle_table; /* borrowed from `handles`; NULL without it */

    /* Held while a lazy record is completed (types/ctype_complete.c), and by which thread (FT_LOAD_WORD; 0: none). */
    PyThread_type_lock completing_lock;
    intptr_t completing_thread;

    StateRoot *roots; /* a list; its items are never freed (extern "Python": call/externpy.c) */
    PyObject *guard;  /* borrowed: in the dict of the module, see state.c; NULL when it is gone */

    struct AttachTarget *attach; /* const, owned: what C code that calls Python enters by (base/attach.h) */

    uint8_t is_whole;                     /* FT_LOAD_BYTE: the module has all its attributes (module.c) */
    bool is_cleared;                      /* nothing is made any more */
    bool debug;                           /* const: CFFI_DEBUG=1 was set when the module was made */
    struct DebugRegistry *debug_registry; /* const, owned: see data/debug_block.h; NULL unless `debug` */
    void (*debug_registry_free)(struct State *state);
} State;

extern struct PyModuleDef state_module_def; /* const; defined in module.c */

/* The state of the module whose exec slot is running. */
static inline State *state_of_module(PyObject *module)
{
    return (State *)PyModule_GetState(module);
}

/* The state behind a type made by state_make_type(); `type` itself, not a subclass made in Python. */
static inline State *state_of_type(PyTypeObject *type)
{
    return (State *)PyType_GetModuleState(type);
}

/* Makes the heap type of `spec` with `base` (or NULL) and stores it at *where, unless another thread was first. 0, or -1 with an
 * exception. */
int state_make_type(State *state, PyType_Spec *spec, PyTypeObject *base, PyTypeObject **where);

/* Most types are made when they are first needed, which takes less time than to make all when the module is imported. The type at
 * *where, a member of the state, made by `make` if need be; borrowed. NULL with an exception. */
PyTypeObject *state_new_type(State *state, PyTypeObject **where,
                             int (*make)(State *state)); /* a part of the next one */
static inline PyTypeObject *state_type(State *state, PyTypeObject **where, int (*make)(State *state))
{
    PyTypeObject *type = FT_LOAD_POINTER(*where);
    return LIKELY(type != NULL) ? type : state_new_type(state, where, make);
}

/* Makes `type` an attribute of the module. 0, or -1 with an exception: also for NULL, which has one already. */
int state_add_type(State *state, const char *name, PyTypeObject *type);

int state_init(State *state, PyObject *module);            /* strings, caches, ffi.error: before any type */
int state_visit(State *state, visitproc visit, void *arg); /* for m_traverse */
void state_clear(State *state);                            /* for m_clear; safe to repeat */
void state_free(State *state);                             /* for m_free */

#endif
