/* to_c_record.c: Python object -> struct or union in memory. */
#include "base/size.h"
#include "data/bitfield.h"
#include "data/debug.h"
#include "data/sequence.h"
#include "data/to_c.h"
#include "types/ctype_struct.h"
#include "types/err.h"

/* ---- fields ---- */

/* Is `field` the open array at the end, or a record that ends with one? Then what it holds depends on the memory there
 * is. */
static inline bool is_flexible(const CField *field)
{
    return UNLIKELY(field->bit_shift == CFIELD_OPEN_ARRAY || field->type->flags & CTYPE_VAR_RECORD);
}

/* `bytes`: from the start of the field to the end of the memory; -1 not known. */
static int store_flexible(CType *ct, char *data, Py_ssize_t bytes, PyObject *value)
{
    if (ctype_is_record(ct))
        return to_c_record_sized(ct, data, bytes < 0 ? ct->size : bytes, value);
    Py_ssize_t item = ct->u.array.item->size;
    return to_c_array(ct, data, bytes < 0 ? -1 : item > 0 ? bytes / item : 0, value);
}

int to_c_field(CField *field, char *record_data, Py_ssize_t bytes, PyObject *value)
{
    char *data = record_data + field->offset;
    if (LIKELY(field->bit_shift == CFIELD_PLAIN && bytes < 0))
        return to_c(field->type, data, value);
    if (field->bit_shift >= 0)
        return bitfield_store(field, data, value);
    if (is_flexible(field))
        return store_flexible(field->type, data, bytes >= field->offset ? bytes - field->offset : -1, value);
    return to_c(field->type, data, value);
}

/* ---- initializers ---- */

/* A field in an initializer: an int for the open array was its length, see to_c_record_size(). */
static inline int init_field(CField *field, char *record_data, Py_ssize_t bytes, PyObject *value)
{
    if (UNLIKELY(field->bit_shift == CFIELD_OPEN_ARRAY) && PyIndex_Check(value))
        return 0;
    return to_c_field(field, record_data, is_flexible(field) ? bytes : -1, value);
}

static CField *named_field(CType *record, PyObject *name)
{
    CField *field = PyUnicode_Check(name) ? ctype_field_borrowed(record, name) : NULL;
    if (field == NULL && !PyErr_Occurred())
        PyErr_SetObject(PyExc_KeyError, name);
    return field;
}

/* What is done with each field that a dict names, and its value. */
typedef int (*FieldAction)(CField *field, PyObject *value, void *context);

static int act_on_next(CType *record, PyObject *name, PyObject *value, FieldAction act, void *context)
{
    Py_INCREF(name);
    Py_INCREF(value);
    CField *field = named_field(record, name);
    int result = field == NULL ? -1 : act(field, value, context);
    Py_DECREF(name);
    Py_DECREF(value);
    return result;
}

/* Conversions may run Python code, which may change the dict. */
static int for_each_named(CType *record, PyObject *dict, FieldAction act, void *context)
{
    PyObject *name, *value;
    Py_ssize_t position = 0;
    int result = 0;
    FT_LOCK(dict);
    Py_ssize_t count = PyDict_GET_SIZE(dict);
    while (result == 0 && PyDict_Next(dict, &position, &name, &value)) {
        result = act_on_next(record, name, value, act, context);
        if (UNLIKELY(PyDict_GET_SIZE(dict) != count) && result == 0)
            result = err_raise(PyExc_RuntimeError, "initializer for '%s': the dict changed its size meanwhile",
                               record->name);
    }
    FT_UNLOCK();
    return result;
}

/* Memory that is initialized. */
typedef struct {
    char *data;
    Py_ssize_t size;
} Target;

static int init_named(CField *field, PyObject *value, void *context)
{
    Target *target = context;
    return init_field(field, target->data, target->size, value);
}

static int init_from_dict(CType *record, char *data, Py_ssize_t size, PyObject *dict)
{
    Target target = {data, size};
    return for_each_named(record, dict, init_named, &target);
}

/* The next field that values without names are for, from *index on; NULL at the end. Borrowed. */
static CField *next_positional(CType *record, Py_ssize_t *index)
{
    while (*index < record->u.record.field_count) {
        CField *field = record->u.record.fields[(*index)++];
        if (!(field->flags & CFIELD_IGNORED_BY_INIT))
            return field;
    }
    return NULL;
}

COLD static int err_too_many(CType *record, Py_ssize_t count)
{
    return err_raise(PyExc_ValueError, "too many initializers for '%s' (got %zd)", record->name, count);
}

static int init_from_sequence(CType *record, char *data, Py_ssize_t size, PyObject *sequence)
{
    Py_ssize_t at = 0;
    for (Py_ssize_t i = 0; i < sequence_length(sequence); i++) {
        CField *field = next_positional(record, &at);
        if (field == NULL)
            return err_too_many(record, sequence_length(sequence));
        PyObject *value = sequence_item(sequence, i);
        int result = value == NULL ? -1 : init_field(field, data, size, value);
        Py_XDECREF(value);
        if (result < 0)
            return -1;
    }
    return 0;
}

static int copy_record(CType *record, char *data, CData *source)
{
    if (source->ctype != record)
        return cdata_err_expected(record, "list or tuple or dict or struct-cdata", (PyObject *)source);
    if (source->data == NULL)
        return cdata_err_null(source, "copy"), -1;
    if (debug_on(source) && debug_check(source, source->data, record->size, "copy") < 0)
        return -1;
    memmove(data, source->data, (size_t)record->size);
    return 0;
}

int to_c_record_sized(CType *record, char *data, Py_ssize_t size, PyObject *value)
{
    if (sequence_check(value))
        return init_from_sequence(record, data, size, value);
    if (PyDict_Check(value))
        return init_from_dict(record, data, size, value);
    if (cdata_check(value))
        return copy_record(record, data, (CData *)value);
    return cdata_err_expected(record, "list or tuple or dict or struct-cdata", value);
}

int to_c_record(CType *record, char *data, PyObject *value)
{
    return to_c_record_sized(record, data, record->size, value);
}

/* ---- how large a record with a flexible end must be ---- */

/* The bytes of a record whose field `field` is given `value`, when that is more than *size. */
static int widen(CField *field, PyObject *value, Py_ssize_t *size)
{
    Py_ssize_t bytes;
    if (!is_flexible(field))
        return 0;
    if (ctype_is_record(field->type))
        bytes = to_c_record_size(field->type, value);
    else {
        Py_ssize_t count = to_c_length(field->type, &value);
        if (count >= 0 && !size_multiply(count, field->type->u.array.item->size, &bytes))
            return err_raise(PyExc_OverflowError, "array size would overflow a Py_ssize_t");
        bytes = count < 0 ? -1 : bytes;
    }
    if (bytes < 0)
        return -1;
    if (!size_add(bytes, field->offset, &bytes))
        return err_raise(PyExc_OverflowError, "array size would overflow a Py_ssize_t");
    *size = bytes > *size ? bytes : *size;
    return 0;
}

static int widen_by_sequence(CType *record, PyObject *sequence, Py_ssize_t *size)
{
    Py_ssize_t at = 0;
    for (Py_ssize_t i = 0; i < sequence_length(sequence); i++) {
        CField *field = next_positional(record, &at);
        if (field == NULL)
            return err_too_many(record, sequence_length(sequence));
        PyObject *value = sequence_item(sequence, i);
        int result = value == NULL ? -1 : widen(field, value, size);
        Py_XDECREF(value);
        if (result < 0)
            return -1;
    }
    return 0;
}

static int widen_named(CField *field, PyObject *value, void *context)
{
    return widen(field, value, context);
}

Py_ssize_t to_c_record_size(CType *record, PyObject *value)
{
    Py_ssize_t size = record->size;
    int result = 0;
    if (!(record->flags & CTYPE_VAR_RECORD) || value == NULL)
        return size;
    if (sequence_check(value))
        result = widen_by_sequence(record, value, &size);
    else if (PyDict_Check(value))
        result = for_each_named(record, value, widen_named, &size);
    else if (cdata_check(value) && ((CData *)value)->ctype == record)
        return size;
    else
        result = cdata_err_expected(record, "list or tuple or dict", value);
    return result < 0 ? -1 : size;
}
