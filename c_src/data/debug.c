/* debug.c: debug mode: is the memory that a cdata refers to alive, and large enough? */
#include "data/debug.h"

#include "base/size.h"
#include "data/access.h"
#include "data/arith.h"
#include "data/cdata_frombuf.h"
#include "data/cdata_gc.h"
#include "data/cdata_iter.h"
#include "data/cdata_own.h"
#include "data/cdata_record.h"
#include "data/export.h"
#include "types/ctype_struct.h"
#include "types/err.h"

/* ---- the block of a cdata ---- */

/* Numbers hold their value themselves; functions are no memory of ours. */
static bool refers_to_memory(const CData *cd)
{
    const CType *ct = cd->ctype;
    return !ctype_is_primitive(ct) && ct->kind != KIND_FUNCTION;
}

/* A plain cdata that came from C gets the block that its address is in, if any. */
static DebugBlock *plain_block_borrowed(CData *cd)
{
    DebugBlock **block = cdata_plain_block(cd);
    FT_LOCK(cd);
    if (*block == NULL && cd->data != NULL)
        *block = debug_block_at(cd->ctype->state, cd->data);
    FT_UNLOCK();
    return *block;
}

/* NULL: nothing is known of its memory. */
static DebugBlock *block_borrowed(CData *cd)
{
    State *state = cd->ctype->state;
    CData *owner = cdata_record_owner_borrowed(cd);
    PyTypeObject *type = Py_TYPE(owner != NULL ? owner : cd);
    cd = owner != NULL ? owner : cd;
    if (!refers_to_memory(cd))
        return NULL;
    if (type == state->cdata_type)
        return plain_block_borrowed(cd);
    if (type == state->cdata_own_type)
        return cdata_own_block_borrowed(cd);
    if (type == state->cdata_gc_type)
        return cdata_gc_block_borrowed(cd);
    return type == state->cdata_frombuf_type ? cdata_frombuf_block_borrowed(cd) : NULL;
}

static Py_ssize_t block_size(const DebugBlock *block)
{
    return (Py_ssize_t)(block->node.end - block->node.start);
}

static bool size_is_known(const DebugBlock *block)
{
    return block->memory != NULL || block_size(block) > 0;
}

static bool is_inside(const DebugBlock *block, const char *data, Py_ssize_t size)
{
    uintptr_t position = (uintptr_t)data - block->node.start; /* wraps around for an address before the start */
    return position <= (uintptr_t)block_size(block) && (uintptr_t)size <= (uintptr_t)block_size(block) - position;
}

/* ---- errors ---- */

void debug_add_history(CData *cd)
{
    DebugBlock *block = block_borrowed(cd);
    PyObject *exception = PyErr_GetRaisedException(), *text = block == NULL ? NULL : debug_block_text(block);
    if (text != NULL)
        err_raise((PyObject *)Py_TYPE(exception), "%S: %U", exception, text);
    else
        PyErr_SetRaisedException(Py_NewRef(exception));
    Py_XDECREF(text);
    Py_XDECREF(exception);
}

COLD static int err_dead(CData *cd, const char *action)
{
    err_raise(PyExc_RuntimeError, "cannot %s cdata '%s': its memory is no longer there", action, cd->ctype->name);
    debug_add_history(cd);
    return -1;
}

COLD static int err_outside(CData *cd, const DebugBlock *block, const char *data, Py_ssize_t size, const char *action)
{
    Py_ssize_t position = (Py_ssize_t)((uintptr_t)data - block->node.start);
    err_raise(PyExc_IndexError, "cannot %s cdata '%s': %zd bytes at offset %zd of memory of %zd bytes", action,
              cd->ctype->name, size, position, block_size(block));
    debug_add_history(cd);
    return -1;
}

int debug_err_released_twice(CData *cd)
{
    err_raise(PyExc_RuntimeError, "cdata '%s' is released a second time", cd->ctype->name);
    debug_add_history(cd);
    return -1;
}

int debug_err_dead_handle(State *state, const char *address)
{
    DebugBlock *block = debug_block_dead_handle(state, address);
    PyObject *text = block == NULL ? NULL : debug_block_text(block);
    int result = block == NULL ? 0 : -1;
    if (text != NULL)
        err_raise(PyExc_SystemError, "ffi.from_handle(): %p is no live handle: %U", (const void *)address, text);
    Py_XDECREF(text);
    debug_block_drop(state, block);
    return result;
}

/* ---- checks ---- */

int debug_check_alive(CData *cd, const char *action)
{
    DebugBlock *block = cd->data == NULL ? NULL : block_borrowed(cd);
    return block == NULL || FT_LOAD_BYTE(block->fate) == DEBUG_ALIVE ? 0 : err_dead(cd, action);
}

int debug_check(CData *cd, const char *data, Py_ssize_t size, const char *action)
{
    DebugBlock *block = cd->data == NULL ? NULL : block_borrowed(cd); /* NULL, or released: an error anyway */
    if (block == NULL)
        return 0;
    if (FT_LOAD_BYTE(block->fate) != DEBUG_ALIVE)
        return err_dead(cd, action);
    return !size_is_known(block) || is_inside(block, data, size < 0 ? 0 : size)
               ? 0
               : err_outside(cd, block, data, size < 0 ? 0 : size, action);
}

Py_ssize_t debug_room(CData *cd)
{
    DebugBlock *block = cd->data == NULL ? NULL : block_borrowed(cd);
    if (block == NULL || !size_is_known(block) || !is_inside(block, cd->data, 0))
        return -1;
    return (Py_ssize_t)(block->node.end - (uintptr_t)cd->data);
}

/* ---- passing the block on ---- */

/* The place for a block in a cdata that has none yet; NULL: it takes none. */
static DebugBlock **empty_place(PyObject *result)
{
    CData *cd = (CData *)result;
    if (result == NULL || !cdata_check(result) || Py_TYPE(cd) != cd->ctype->state->cdata_type || !refers_to_memory(cd))
        return NULL;
    DebugBlock **place = cdata_plain_block(cd);
    return *place == NULL ? place : NULL;
}

PyObject *debug_derived(PyObject *result, CData *origin)
{
    DebugBlock **place = empty_place(result);
    if (place != NULL)
        *place = debug_block_keep(origin->ctype->state, block_borrowed(origin));
    return result;
}

PyObject *debug_part(PyObject *result, CData *origin)
{
    if (empty_place(result) == NULL)
        return result;
    CData *cd = (CData *)result;
    DebugBlock *block = block_borrowed(origin);
    bool may_be_elsewhere = cd->ctype->kind == KIND_POINTER;
    if (block == NULL || (may_be_elsewhere && !(size_is_known(block) && is_inside(block, cd->data, 0))))
        return result;
    return debug_derived(result, origin);
}

/* ---- slots: items ---- */

/* The items that `key` means. 1; 0: nothing to check, the ordinary slot has its own errors; -1. */
static int items_of(CData *cd, PyObject *key, Py_ssize_t *start, Py_ssize_t *count)
{
    PySliceObject *slice = PySlice_Check(key) ? (PySliceObject *)key : NULL;
    PyObject *last = slice != NULL ? slice->stop : key;
    Py_ssize_t stop;
    if (!PyIndex_Check(last) || (slice != NULL && !PyIndex_Check(slice->start)))
        return 0;
    *start = PyNumber_AsSsize_t(slice != NULL ? slice->start : key, NULL);
    stop = PyErr_Occurred() ? -1 : PyNumber_AsSsize_t(last, NULL);
    if (PyErr_Occurred())
        return -1;
    *count = slice != NULL ? (Py_ssize_t)((size_t)stop - (size_t)*start) : 1;
    if (cd->flags & CDATA_SINGLE && slice == NULL && *start != 0)
        return 0;
    bool in_array = *start >= 0 && *count >= 0 && *start <= cd->length && *count <= cd->length - *start;
    return *count >= 0 && (cd->ctype->kind == KIND_POINTER || in_array);
}

static int check_items(CData *cd, PyObject *key, const char *action)
{
    CType *item = ctype_item_borrowed(cd->ctype);
    Py_ssize_t start, count, size;
    if (item == NULL || cd->data == NULL)
        return 0;
    if (ctype_complete(item) < 0)
        return -1;
    int found = items_of(cd, key, &start, &count);
    Py_ssize_t unit = item->size < 0 ? 0 : item->size;
    if (found <= 0 || !size_multiply(count, unit, &size))
        return found < 0 ? -1 : 0;
    const char *data = (const char *)((uintptr_t)cd->data + (uintptr_t)start * (uintptr_t)unit);
    return debug_check(cd, data, size, action);
}

static PyObject *checked_subscript(PyObject *self, PyObject *key)
{
    if (check_items((CData *)self, key, "read") < 0)
        return NULL;
    return debug_part(access_get_item((CData *)self, key), (CData *)self);
}

static int checked_ass_subscript(PyObject *self, PyObject *key, PyObject *value)
{
    if (check_items((CData *)self, key, "write") < 0)
        return -1;
    return access_set_item((CData *)self, key, value);
}

/* ---- slots: fields ---- */

static int check_field(CData *cd, PyObject *name, const char *action)
{
    CType *record = cd->ctype->kind == KIND_POINTER ? cd->ctype->u.pointer.item : cd->ctype;
    if (!ctype_is_record(record) || cd->data == NULL)
        return 0;
    int known = ctype_complete(record);
    CField *field = known > 0 ? ctype_field_borrowed(record, name) : NULL;
    if (field == NULL)
        return PyErr_Occurred() ? -1 : 0;
    Py_ssize_t size = field->type->size;
    if (size > record->size - field->offset) /* the unit that a bit-field is in may reach over the end */
        size = record->size - field->offset;
    return debug_check(cd, cd->data + field->offset, size, action);
}

static PyObject *checked_getattro(PyObject *self, PyObject *name)
{
    if (check_field((CData *)self, name, "read") < 0)
        return NULL;
    return debug_part(access_get_field((CData *)self, name), (CData *)self);
}

static int checked_setattro(PyObject *self, PyObject *name, PyObject *value)
{
    if (check_field((CData *)self, name, "write") < 0)
        return -1;
    return access_set_field((CData *)self, name, value);
}

/* ---- slots: arithmetic, iteration, buffers ---- */

static PyObject *derived_add(PyObject *left, PyObject *right)
{
    return debug_derived(arith_add(left, right), (CData *)(cdata_check(left) ? left : right));
}

static PyObject *derived_subtract(PyObject *left, PyObject *right)
{
    PyObject *result = arith_subtract(left, right);
    return cdata_check(left) ? debug_derived(result, (CData *)left) : result;
}

static int check_all(CData *cd, const char *action)
{
    if (cd->data == NULL || (cd->ctype->kind != KIND_ARRAY && !ctype_is_record(cd->ctype)))
        return 0; /* for the error of the ordinary slot */
    Py_ssize_t size = cdata_sizeof(cd);
    return size < 0 ? -1 : debug_check(cd, cd->data, size, action);
}

static PyObject *checked_iter(PyObject *self)
{
    return check_all((CData *)self, "iterate over") < 0 ? NULL : cdata_iter_new(self);
}

static int checked_getbuffer(PyObject *self, Py_buffer *view, int flags)
{
    view->obj = NULL;
    return check_all((CData *)self, "export the memory of") < 0 ? -1 : export_get(self, view, flags);
}

/* ---- the table ---- */

void debug_replace_slots(PyType_Slot *slots)
{
    static const PyType_Slot checked[] = {
        {Py_mp_subscript, checked_subscript},
        {Py_mp_ass_subscript, checked_ass_subscript},
        {Py_tp_getattro, checked_getattro},
        {Py_tp_setattro, checked_setattro},
        {Py_nb_add, derived_add},
        {Py_nb_subtract, derived_subtract},
        {Py_tp_iter, checked_iter},
        {Py_bf_getbuffer, checked_getbuffer},
    };
    for (; slots->slot != 0; slots++) {
        for (size_t i = 0; i < sizeof checked / sizeof *checked; i++)
            if (slots->slot == checked[i].slot)
                slots->pfunc = checked[i].pfunc;
    }
}
