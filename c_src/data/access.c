/* access.c: parts of a value: by index, by slice, by field name; and where they lie. */
#include "data/access.h"

#include "base/size.h"
#include "data/cdata_record.h"
#include "data/debug.h"
#include "data/from_c.h"
#include "data/to_c.h"
#include "types/ctype_make.h"
#include "types/ctype_struct.h"
#include "types/err.h"

/* `count` items of `size` bytes after `data`; wraps around like C pointers do on every machine, without being
 * undefined. */
static inline char *item_address(char *data, Py_ssize_t count, Py_ssize_t size)
{
    return (char *)((uintptr_t)data + (uintptr_t)count * (uintptr_t)size);
}

/* ---- one item ---- */

COLD static int err_array_index(CData *cd, Py_ssize_t index)
{
    if (cd->data == NULL)
        return cdata_err_null(cd, "dereference"), -1;
    if (index < 0)
        return err_raise(PyExc_IndexError, "negative index %zd for cdata '%s'", index, cd->ctype->name);
    return err_raise(PyExc_IndexError, "index too large for cdata '%s' (expected %zd < %zd)", cd->ctype->name, index,
                     cd->length);
}

COLD static int err_not_indexable(CData *cd)
{
    return err_raise(PyExc_TypeError, "cdata of type '%s' cannot be indexed", cd->ctype->name);
}

/* The size of what a pointer points to, when it was not known at first: a lazy record, an opaque one, void. */
COLD static Py_ssize_t size_of_item(CData *cd, Py_ssize_t index)
{
    CType *item = cd->ctype->u.pointer.item;
    if (ctype_complete(item) < 0)
        return -1;
    if (item->size >= 0)
        return item->size;
    if (ctype_is_record(item) && index == 0)
        return 0; /* an opaque record can be named, not measured */
    return err_raise(PyExc_TypeError, "cdata '%s' is opaque: the size of '%s' is not known", cd->ctype->name,
                     item->name);
}

/* Where item `index` of an array or pointer lies, and its type (borrowed); NULL with an exception. */
static inline char *locate_item(CData *cd, Py_ssize_t index, CType **item)
{
    CType *ct = cd->ctype;
    if (ct->kind == KIND_ARRAY) {
        if (UNLIKELY((size_t)index >= (size_t)cd->length || cd->data == NULL))
            return err_array_index(cd, index), NULL;
        *item = ct->u.array.item;
        return cd->data + index * (*item)->size;
    }
    if (UNLIKELY(ct->kind != KIND_POINTER))
        return err_not_indexable(cd), NULL;
    if (UNLIKELY(cd->data == NULL))
        return cdata_err_null(cd, "dereference");
    if (UNLIKELY(index != 0 && cd->flags & CDATA_SINGLE))
        return err_null(PyExc_IndexError, "cdata '%s' can only be indexed by 0: it owns one item", ct->name);
    *item = ct->u.pointer.item;
    Py_ssize_t size = FT_LOAD_WORD((*item)->size);
    if (UNLIKELY(size < 0) && (size = size_of_item(cd, index)) < 0)
        return NULL;
    return item_address(cd->data, index, size);
}

/* `key` as an index; IndexError when it is too large for any. */
static inline int index_of(PyObject *key, Py_ssize_t *index)
{
    *index = PyLong_CheckExact(key) ? PyLong_AsSsize_t(key) : PyNumber_AsSsize_t(key, PyExc_IndexError);
    if (LIKELY(*index != -1) || !PyErr_Occurred())
        return 0;
    if (PyErr_ExceptionMatches(PyExc_OverflowError)) {
        PyErr_Clear();
        err_raise(PyExc_IndexError, "index does not fit into %d bits", (int)(8 * sizeof(Py_ssize_t)));
    }
    return -1;
}

/* ---- slices ---- */

/* The part of `cd` that cd[start:stop] means. */
typedef struct {
    char *data;
    Py_ssize_t length;
    CType *item;    /* borrowed */
    CType *pointer; /* borrowed: pointer to item */
} Slice;

static int slice_bound(PyObject *bound, const char *which, Py_ssize_t *value)
{
    if (bound == Py_None)
        return err_raise(PyExc_IndexError, "slice %s must be specified", which);
    *value = PyNumber_AsSsize_t(bound, PyExc_IndexError);
    return *value == -1 && PyErr_Occurred() ? -1 : 0;
}

static int slice_bounds(PySliceObject *key, Py_ssize_t *start, Py_ssize_t *stop)
{
    if (slice_bound(key->start, "start", start) < 0 || slice_bound(key->stop, "stop", stop) < 0)
        return -1;
    if (key->step != Py_None)
        return err_raise(PyExc_IndexError, "slice with step not supported");
    return *start <= *stop ? 0 : err_raise(PyExc_IndexError, "slice start > stop");
}

static int slice_of_array(CData *cd, Py_ssize_t start, Py_ssize_t stop, Slice *slice)
{
    if (start < 0)
        return err_raise(PyExc_IndexError, "negative index %zd for cdata '%s'", start, cd->ctype->name);
    if (stop > cd->length)
        return err_raise(PyExc_IndexError, "index too large (expected %zd <= %zd)", stop, cd->length);
    slice->item = cd->ctype->u.array.item;
    slice->pointer = cd->ctype->u.array.pointer;
    return 0;
}

static int slice_of_pointer(CData *cd, Slice *slice)
{
    slice->pointer = cd->ctype;
    slice->item = cd->ctype->u.pointer.item;
    if (slice->item->size < 0 && ctype_complete(slice->item) < 0)
        return -1;
    if (slice->item->size < 0)
        return err_raise(PyExc_TypeError, "cdata '%s' cannot be sliced: the size of '%s' is not known", cd->ctype->name,
                         slice->item->name);
    return 0;
}

static int locate_slice(CData *cd, PySliceObject *key, Slice *slice)
{
    Py_ssize_t start = 0, stop = 0, bytes;
    int kind = cd->ctype->kind;
    if (kind != KIND_ARRAY && kind != KIND_POINTER)
        return err_not_indexable(cd);
    if (slice_bounds(key, &start, &stop) < 0)
        return -1;
    if (cd->data == NULL)
        return cdata_err_null(cd, "slice"), -1;
    if ((kind == KIND_ARRAY ? slice_of_array(cd, start, stop, slice) : slice_of_pointer(cd, slice)) < 0)
        return -1;
    slice->length = (Py_ssize_t)((size_t)stop - (size_t)start);
    if (slice->length < 0 || !size_multiply(slice->length, slice->item->size, &bytes))
        return err_raise(PyExc_IndexError, "slice of cdata '%s' is too long", cd->ctype->name);
    slice->data = item_address(cd->data, start, slice->item->size);
    return 0;
}

static PyObject *get_slice(CData *cd, PySliceObject *key)
{
    Slice slice;
    if (locate_slice(cd, key, &slice) < 0)
        return NULL;
    CType *open = ctype_open_array_borrowed(slice.pointer);
    return open == NULL ? NULL : cdata_view_array(open, slice.data, slice.length);
}

static int set_slice(CData *cd, PySliceObject *key, PyObject *value)
{
    Slice slice;
    if (locate_slice(cd, key, &slice) < 0)
        return -1;
    return to_c_slice(slice.pointer, slice.data, slice.length, value);
}

/* ---- cd[key] ---- */

/* Everything but a plain index of an array or of a pointer that owns no record. */
NOINLINE static PyObject *get_item_slow(CData *cd, PyObject *key)
{
    Py_ssize_t index;
    CType *item = NULL;
    if (PySlice_Check(key))
        return get_slice(cd, (PySliceObject *)key);
    if (index_of(key, &index) < 0)
        return NULL;
    char *data = locate_item(cd, index, &item);
    if (data == NULL && PyErr_Occurred())
        return NULL;
    return cd->flags & CDATA_OWNS_RECORD ? cdata_record_get(cd) : from_c(item, data);
}

/* The address of a plain index, and the type there; NULL for everything else, without an exception. */
static inline char *locate_plain(CData *cd, PyObject *key, CType **item)
{
    CType *ct = cd->ctype;
    Py_ssize_t index;
    if (UNLIKELY(!PyLong_CheckExact(key) || cd->data == NULL || !compat_long_small(key, &index)))
        return NULL;
    if (ct->kind == KIND_ARRAY) {
        *item = ct->u.array.item;
        if (LIKELY((size_t)index < (size_t)cd->length))
            return cd->data + index * (*item)->size;
    } else if (LIKELY(ct->kind == KIND_POINTER)) {
        *item = ct->u.pointer.item;
        if (index == 0 || (index > 0 && !(cd->flags & CDATA_SINGLE)))
            return LIKELY(FT_LOAD_WORD((*item)->size) >= 0) ? item_address(cd->data, index, (*item)->size) : NULL;
    }
    return NULL;
}

PyObject *access_get_item(CData *cd, PyObject *key)
{
    CType *item = NULL;
    char *data = locate_plain(cd, key, &item);
    if (UNLIKELY(data == NULL))
        return get_item_slow(cd, key);
    if (UNLIKELY(cd->flags & CDATA_OWNS_RECORD))
        return cdata_record_get(cd);
    return from_c(item, data);
}

NOINLINE static int set_item_slow(CData *cd, PyObject *key, PyObject *value)
{
    Py_ssize_t index;
    CType *item = NULL;
    if (value == NULL)
        return err_raise(PyExc_TypeError, "'del x[n]' not supported for cdata objects");
    if (PySlice_Check(key))
        return set_slice(cd, (PySliceObject *)key, value);
    if (index_of(key, &index) < 0)
        return -1;
    char *data = locate_item(cd, index, &item);
    if (data == NULL && PyErr_Occurred())
        return -1;
    if (cd->length >= 0 &&
        cd->ctype->kind == KIND_POINTER) /* it owns a record with a flexible end: all of it may be written */
        return to_c_record_sized(item, data, cd->length, value);
    return to_c(item, data, value);
}

int access_set_item(CData *cd, PyObject *key, PyObject *value)
{
    CType *item = NULL;
    char *data = LIKELY(value != NULL) ? locate_plain(cd, key, &item) : NULL;
    if (UNLIKELY(data == NULL || cd->flags & CDATA_OWNS_RECORD))
        return set_item_slow(cd, key, value);
    return to_c(item, data, value);
}

/* ---- fields ---- */

/* The record that `cd` is, or points to; NULL (no exception) for other types. Borrowed. */
static inline CType *record_of(CData *cd)
{
    CType *ct = cd->ctype;
    if (ct->kind == KIND_POINTER)
        ct = ct->u.pointer.item;
    return LIKELY(ctype_is_record(ct)) ? ct : NULL;
}

/* The field, borrowed. NULL with or without an exception. */
static inline CField *find_field(CType *record, PyObject *name)
{
    int known = ctype_complete(record);
    return LIKELY(known > 0) ? ctype_field_borrowed(record, name) : NULL;
}

/* `name` is no field. After the Python attributes were tried in vain: says what was looked for. */
COLD static int err_no_field(CData *cd, PyObject *name, const char *action)
{
    CType *record = record_of(cd);
    if (PyErr_Occurred() && !PyErr_ExceptionMatches(PyExc_AttributeError))
        return -1;
    PyErr_Clear();
    if (record == NULL)
        return err_raise(PyExc_AttributeError, "cdata '%s' has no attribute '%U'", cd->ctype->name, name);
    if (FT_LOAD_BYTE(record->stage) == STAGE_OPAQUE)
        return err_raise(PyExc_AttributeError, "cdata '%s' points to an opaque type: cannot %s fields", cd->ctype->name,
                         action);
    return err_raise(PyExc_AttributeError, "cdata '%s' has no field '%U'", cd->ctype->name, name);
}

COLD static PyObject *get_attribute(CData *cd, PyObject *name)
{
    if (PyErr_Occurred())
        return NULL;
    PyObject *result = PyObject_GenericGetAttr((PyObject *)cd, name);
    if (result == NULL)
        err_no_field(cd, name, "read");
    return result;
}

/* What a plain field of a record is found by in the shortest way; NULL for everything else. */
static ALWAYS_INLINE CField *quick_field(const CData *cd, PyObject *name)
{
    CType *record = record_of((CData *)cd);
    if (UNLIKELY(record == NULL || FT_LOAD_BYTE(record->stage) != STAGE_COMPLETE || cd->data == NULL ||
                 cd->length >= 0))
        return NULL;
    CField *field = ctype_field_quick(record, name);
    return LIKELY(field != NULL && field->bit_shift == CFIELD_PLAIN) ? field : NULL;
}

NOINLINE static PyObject *get_field_slow(CData *cd, PyObject *name)
{
    CType *record = record_of(cd);
    CField *field = LIKELY(record != NULL) ? find_field(record, name) : NULL;
    if (UNLIKELY(field == NULL))
        return get_attribute(cd, name);
    if (UNLIKELY(cd->data == NULL))
        return cdata_err_null(cd, "read a field through");
    return from_c_field(field, cd->data, cd->length);
}

PyObject *access_get_field(CData *cd, PyObject *name)
{
    CField *field = quick_field(cd, name);
    return LIKELY(field != NULL) ? from_c(field->type, cd->data + field->offset) : get_field_slow(cd, name);
}

COLD static int set_attribute(CData *cd, PyObject *name, PyObject *value)
{
    if (PyErr_Occurred())
        return -1;
    int result = PyObject_GenericSetAttr((PyObject *)cd, name, value);
    return result < 0 ? err_no_field(cd, name, "write") : result;
}

NOINLINE static int set_field_slow(CData *cd, PyObject *name, PyObject *value)
{
    CType *record = record_of(cd);
    CField *field = LIKELY(record != NULL) ? find_field(record, name) : NULL;
    if (UNLIKELY(field == NULL))
        return set_attribute(cd, name, value);
    if (UNLIKELY(value == NULL))
        return err_raise(PyExc_AttributeError, "cannot delete struct field '%U' of cdata '%s'", name, cd->ctype->name);
    if (UNLIKELY(cd->data == NULL))
        return cdata_err_null(cd, "write a field through"), -1;
    return to_c_field(field, cd->data, cd->length, value);
}

int access_set_field(CData *cd, PyObject *name, PyObject *value)
{
    CField *field = LIKELY(value != NULL) ? quick_field(cd, name) : NULL;
    return LIKELY(field != NULL) ? to_c(field->type, cd->data + field->offset, value) : set_field_slow(cd, name, value);
}

/* ---- addresses ---- */

static CType *step_to_field(CType *ct, PyObject *name, bool first, Py_ssize_t *offset)
{
    if (first && ct->kind == KIND_POINTER)
        ct = ct->u.pointer.item;
    if (!ctype_is_record(ct))
        return err_null(PyExc_TypeError, "with a field name argument, expected a struct or union ctype, got '%s'",
                        ct->name);
    int known = ctype_complete(ct);
    if (known <= 0)
        return known < 0 ? NULL : err_null(PyExc_TypeError, "struct/union is opaque: '%s'", ct->name);
    CField *field = ctype_field_borrowed(ct, name);
    if (field == NULL) {
        if (!PyErr_Occurred())
            PyErr_SetObject(PyExc_KeyError, name);
        return NULL;
    }
    if (field->bit_shift >= 0)
        return err_null(PyExc_TypeError, "not supported for bitfields: '%U' of '%s'", name, ct->name);
    if (!size_add(*offset, field->offset, offset))
        return err_null(PyExc_OverflowError, "the offset of '%U' in '%s' does not fit", name, ct->name);
    return field->type;
}

/* *offset += count * size; false when it does not fit. */
static bool offset_add(Py_ssize_t *offset, Py_ssize_t count, Py_ssize_t size)
{
    Py_ssize_t bytes;
    if (count < -SIZE_LIMIT || !size_multiply(count < 0 ? -count : count, size, &bytes))
        return false;
    if (count < 0 ? *offset < bytes - SIZE_LIMIT : *offset > SIZE_LIMIT - bytes)
        return false;
    *offset += count < 0 ? -bytes : bytes;
    return true;
}

static CType *step_to_item(CType *ct, PyObject *index, bool first, Py_ssize_t *offset)
{
    Py_ssize_t count = PyNumber_AsSsize_t(index, PyExc_OverflowError);
    CType *item = ct->kind == KIND_ARRAY || (first && ct->kind == KIND_POINTER) ? ctype_item_borrowed(ct) : NULL;
    if (count == -1 && PyErr_Occurred())
        return NULL;
    if (item != NULL && ctype_complete(item) < 0)
        return NULL;
    if (item == NULL || item->size < 0)
        return err_null(PyExc_TypeError,
                        "with an integer argument, expected an array ctype or a pointer to non-opaque, got '%s'",
                        ct->name);
    if (!offset_add(offset, count, item->size))
        return err_null(PyExc_OverflowError, "array offset would overflow a Py_ssize_t");
    return item;
}

CType *access_step(CType *ct, PyObject *step, bool first, Py_ssize_t *offset)
{
    if (PyUnicode_Check(step))
        return step_to_field(ct, step, first, offset);
    if (PyIndex_Check(step))
        return step_to_item(ct, step, first, offset);
    return err_null(PyExc_TypeError, "field name or array index expected, got %.200s", Py_TYPE(step)->tp_name);
}

CType *access_path(CType *ct, PyObject *const *steps, Py_ssize_t count, Py_ssize_t *offset)
{
    *offset = 0;
    for (Py_ssize_t i = 0; ct != NULL && i < count; i++)
        ct = access_step(ct, steps[i], i == 0, offset);
    return ct;
}

PyObject *access_addressof(CData *cd, PyObject *const *steps, Py_ssize_t count)
{
    Py_ssize_t offset;
    CType *ct = cd->ctype;
    bool accepted = ctype_is_record(ct) || ct->kind == KIND_ARRAY || (count > 0 && ct->kind == KIND_POINTER);
    if (!accepted)
        return err_null(PyExc_TypeError, "expected a cdata struct/union/array%s object, got cdata '%s'",
                        count > 0 ? "/pointer" : "", ct->name);
    if (cd->flags & CDATA_RELEASED)
        return cdata_err_null(cd, "take an address in");
    CType *part = access_path(ct, steps, count, &offset);
    CType *pointer = part == NULL ? NULL : ctype_pointer_to(part);
    PyObject *result = pointer == NULL ? NULL : cdata_view(pointer, item_address(cd->data, offset, 1));
    Py_XDECREF(pointer);
    return debug_on(cd) ? debug_derived(result, cd) : result;
}

PyObject *access_rawaddressof(CType *pointer, CData *cd, Py_ssize_t offset)
{
    CType *ct = cd->ctype;
    if (pointer->kind != KIND_POINTER)
        return err_null(PyExc_TypeError, "expected a pointer ctype, got '%s'", pointer->name);
    if (!ctype_is_record(ct) && ct->kind != KIND_ARRAY && ct->kind != KIND_POINTER)
        return err_null(PyExc_TypeError, "expected a cdata struct/union/array/pointer object, got cdata '%s'",
                        ct->name);
    if (cd->flags & CDATA_RELEASED)
        return cdata_err_null(cd, "take an address in");
    PyObject *result = cdata_view(pointer, item_address(cd->data, offset, 1));
    return debug_on(cd) ? debug_derived(result, cd) : result;
}
