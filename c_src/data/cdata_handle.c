/* cdata_handle.c: ffi.new_handle(): a void * that stands for a Python object.
 *
 * The value is the address of a slot of a table, which tells the live ones from any other pointer, so that a stale or foreign one is an
 * error and not a crash. */
#include "data/cdata_handle.h"

#include "data/debug.h"
#include "types/err.h"

/* ---- the table: in a capsule of the state; NULL when the module is being unloaded; locked by the capsule ---- */

static void table_destructor(PyObject *capsule)
{
    State *state = PyCapsule_GetContext(capsule);
    handle_table_free(state->handle_table);
    PyMem_Free(state->handle_table);
    state->handle_table = NULL;
}

static int enter(State *state, CDataHandle *handle)
{
    HandleSlot *slot = NULL;
    HandleTable *table = state->handle_table;
    if (LIKELY(table != NULL)) {
        FT_LOCK(state->handles);
        slot = handle_table_take(table, handle->object);
        FT_UNLOCK();
    }
    if (UNLIKELY(slot == NULL))
        return PyErr_NoMemory(), -1;
    handle->head.data = (char *)slot;
    handle->entered = true;
    return 0;
}

static void leave(State *state, CDataHandle *handle)
{
    HandleTable *table = state->handle_table;
    if (table == NULL)
        return;
    FT_LOCK(state->handles);
    if (handle->entered)
        handle_table_give_back(table, (HandleSlot *)(void *)handle->head.data);
    handle->entered = false;
    FT_UNLOCK();
}

/* ---- the two functions ---- */

static int describe(CDataHandle *handle)
{
    handle->block = debug_block_describe(handle->head.ctype, "ffi.new_handle", handle->head.data, -1);
    return handle->block == NULL ? -1 : 0;
}

PyObject *cdata_handle_new(CType *ct, PyObject *object)
{
    if (!(ct->flags & CTYPE_VOID_POINTER))
        return err_null(PyExc_TypeError, "needs 'void *', got '%s'", ct->name);
    CDataHandle *handle = cdata_take(ct->state, FREE_HANDLE, cdata_handle_type);
    if (handle == NULL)
        return NULL;
    cdata_head_init(&handle->head, ct, NULL, -1, 0);
    handle->object = Py_NewRef(object);
    handle->entered = false;
    handle->block = NULL;
    PyObject_GC_Track((PyObject *)handle);
    if (enter(ct->state, handle) < 0 || (debug_on(&handle->head) && describe(handle) < 0))
        Py_CLEAR(handle);
    return (PyObject *)handle;
}

/* The object of the handle at `address`, new reference; NULL without an exception. */
static PyObject *find(State *state, const char *address)
{
    PyObject *object = NULL;
    if (state->handle_table != NULL) {
        FT_LOCK(state->handles);
        object = Py_XNewRef((PyObject *)handle_table_get(state->handle_table, address));
        FT_UNLOCK();
    }
    return object;
}

static bool is_handle_type(CType *ct)
{
    if (ct->kind != KIND_POINTER)
        return false;
    return ct->flags & CTYPE_VOID_POINTER || (ct->u.pointer.item->size == 1 && ct->u.pointer.item->kind == KIND_CHAR);
}

PyObject *cdata_handle_get(State *state, CData *cd)
{
    if (UNLIKELY(!is_handle_type(cd->ctype)))
        return err_null(PyExc_TypeError, "expected a 'cdata' object with a 'void *' out of new_handle(), got '%s'",
                        cd->ctype->name);
    if (UNLIKELY(cd->flags & CDATA_RELEASED))
        return cdata_err_null(cd, "use from_handle() on");
    if (UNLIKELY(cd->data == NULL))
        return err_null(PyExc_RuntimeError, "cannot use from_handle() on NULL pointer");
    PyObject *object = find(state, cd->data);
    if (UNLIKELY(object == NULL && state->debug) && debug_err_dead_handle(state, cd->data) < 0)
        return NULL;
    if (UNLIKELY(object == NULL))
        return err_null(PyExc_SystemError,
                        "ffi.from_handle(): %p is no live handle: keep the result of ffi.new_handle() alive as long "
                        "as C code holds it",
                        (void *)cd->data);
    return object;
}

/* ---- life ---- */

static int handle_tp_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((CDataHandle *)self)->object);
    return cdata_head_visit((CData *)self, visit, arg);
}

static int handle_tp_clear(PyObject *self)
{
    leave(((CData *)self)->ctype->state, (CDataHandle *)self);
    Py_CLEAR(((CDataHandle *)self)->object);
    return 0;
}

static void handle_tp_dealloc(PyObject *self)
{
    CDataHandle *handle = (CDataHandle *)self;
    PyObject_GC_UnTrack(self);
    leave(handle->head.ctype->state, handle);
    PyObject *object = handle->object;
    if (debug_on(&handle->head)) {
        (void)debug_block_end(handle->head.ctype->state, handle->block, DEBUG_COLLECTED);
        debug_block_drop(handle->head.ctype->state, handle->block);
    }
    cdata_head_keep(&handle->head, FREE_HANDLE);
    Py_XDECREF(object);
}

static PyObject *handle_tp_repr(PyObject *self)
{
    PyObject *object = ((CDataHandle *)self)->object;
    return cdata_repr_with((CData *)self, "handle to %R", object == NULL ? Py_None : object);
}

/* ---- the type ---- */

static PyType_Slot handle_slots[] = {
    {Py_tp_doc, "A void * that stands for a Python object: the result of ffi.new_handle()."},
    {Py_tp_dealloc, handle_tp_dealloc},
    {Py_tp_traverse, handle_tp_traverse},
    {Py_tp_clear, handle_tp_clear},
    {Py_tp_repr, handle_tp_repr},
    {0, NULL},
};

static PyType_Spec handle_spec = {
    .name = "_cffi_backend.__CDataOwnGC",
    .basicsize = sizeof(CDataHandle),
    .flags = CDATA_TYPE_FLAGS | Py_TPFLAGS_HAVE_GC,
    .slots = handle_slots,
};

AT_IMPORT int cdata_handle_init(State *state)
{
    state->handle_table = PyMem_Calloc(1, sizeof *state->handle_table);
    if (state->handle_table == NULL)
        return PyErr_NoMemory(), -1;
    state->handles = PyCapsule_New(state->handle_table, NULL, NULL);
    if (state->handles == NULL || PyCapsule_SetContext(state->handles, state) < 0 ||
        PyCapsule_SetDestructor(state->handles, table_destructor) < 0) {
        PyMem_Free(state->handle_table);
        return -1;
    }
    return 0;
}

static int make_type(State *state)
{
    return cdata_make_type(state, &handle_spec, &state->cdata_handle_type);
}

PyTypeObject *cdata_handle_type(State *state)
{
    return state_type(state, &state->cdata_handle_type, make_type);
}
