/* allocator.c: ffi.new_allocator(): a callable like ffi.new() with memory from functions of the user. */
#include "api/allocator.h"

#include "api/args.h"
#include "api/typearg.h"
#include "data/cdata_own.h"
#include "types/err.h"

typedef struct {
    PyObject_HEAD
    vectorcallfunc vectorcall; /* const */
    FFIObject *ffi;            /* const, owned: resolves the types */
    CDataAllocator functions;  /* const, owned */
} Allocator;

/* allocator(cdecl, init=None) */
static PyObject *allocator_vectorcall(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    static const ArgsSpec spec = {"new", 1, 2, {"cdecl", "init"}};
    Allocator *allocator = (Allocator *)self;
    PyObject *values[2];
    if (args_parse(&spec, args, PyVectorcall_NARGS(nargsf), kwnames, values) < 0)
        return NULL;
    CType *ct = typearg_get(allocator->ffi, values[0], 0);
    PyObject *result = ct == NULL ? NULL : cdata_own_allocated(ct, values[1], &allocator->functions);
    typearg_drop(ct);
    return result;
}

static PyObject *function_or_null(PyObject *function)
{
    return function == Py_None ? NULL : Py_XNewRef(function);
}

static PyTypeObject *allocator_type(State *state);

PyObject *allocator_new(FFIObject *ffi, PyObject *alloc, PyObject *free, bool clear)
{
    if ((alloc == NULL || alloc == Py_None) && free != NULL && free != Py_None)
        return err_null(PyExc_TypeError, "new_allocator(): cannot pass 'free' without 'alloc'");
    PyTypeObject *type = allocator_type(ffi_state(ffi));
    Allocator *allocator = type == NULL ? NULL : PyObject_GC_New(Allocator, type);
    if (allocator == NULL)
        return NULL;
    allocator->vectorcall = allocator_vectorcall;
    allocator->ffi = (FFIObject *)Py_NewRef((PyObject *)ffi);
    allocator->functions = (CDataAllocator){function_or_null(alloc), function_or_null(free), clear};
    PyObject_GC_Track(allocator);
    return (PyObject *)allocator;
}

static int allocator_tp_traverse(PyObject *self, visitproc visit, void *arg)
{
    Allocator *allocator = (Allocator *)self;
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(allocator->ffi);
    Py_VISIT(allocator->functions.alloc);
    Py_VISIT(allocator->functions.free);
    return 0;
}

static int allocator_tp_clear(PyObject *self)
{
    Allocator *allocator = (Allocator *)self;
    Py_CLEAR(allocator->functions.alloc);
    Py_CLEAR(allocator->functions.free);
    return 0;
}

static void allocator_tp_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    allocator_tp_clear(self);
    Py_DECREF(((Allocator *)self)->ffi);
    PyObject_GC_Del(self);
    Py_DECREF(type);
}

PyDoc_STRVAR(allocator_doc,
             "allocator(cdecl, init=None): like ffi.new(), with the functions given to ffi.new_allocator().");

static PyMemberDef allocator_members[] = {
    COMPAT_MEMBER_VECTORCALL(Allocator, vectorcall),
    {NULL, 0, 0, 0, NULL},
};
static PyType_Slot allocator_slots[] = {
    {Py_tp_doc, (void *)allocator_doc},
    {Py_tp_call, PyVectorcall_Call},
    {Py_tp_members, allocator_members},
    {Py_tp_traverse, allocator_tp_traverse},
    {Py_tp_clear, allocator_tp_clear},
    {Py_tp_dealloc, allocator_tp_dealloc},
    {0, NULL},
};
static PyType_Spec allocator_spec = {
    .name = "_cffi_backend.__FFIAllocator",
    .basicsize = sizeof(Allocator),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_DISALLOW_INSTANTIATION |
             Py_TPFLAGS_IMMUTABLETYPE,
    .slots = allocator_slots,
};

static int make_type(State *state)
{
    return state_make_type(state, &allocator_spec, NULL, &state->allocator_type);
}

static PyTypeObject *allocator_type(State *state)
{
    return state_type(state, &state->allocator_type, make_type);
}
