/* to_c_array.c: Python object -> array in memory. */
#include "data/debug.h"
#include "data/sequence.h"
#include "data/to_c.h"
#include "data/wide.h"
#include "types/err.h"

/* Items that a bytes object initializes: characters, integers and bools of one byte. */
static bool takes_bytes(const CType *item)
{
    return item->size == 1 && item->kind >= KIND_BOOL && item->kind <= KIND_UNSIGNED;
}

static bool is_wide(const CType *item)
{
    return item->conv == CONV_CHAR16 || item->conv == CONV_CHAR32;
}

static const char *expected_for(const CType *item)
{
    return takes_bytes(item) ? "bytes or list or tuple" : is_wide(item) ? "unicode or list or tuple" : "list or tuple";
}

/* ---- items ---- */

/* With the GIL a list stays as it is while no Python code runs, and exact numbers run none: they need no reference
 * each. */
#if FT_FREE_LISTS

/* Each stores the leading items that are exact numbers, small and in range, and returns how many. */
typedef Py_ssize_t (*PlainItems)(PyObject *const *values, Py_ssize_t count, char *data);

#define IS_UNSIGNED(type) ((type)-1 > (type)0)

#define PLAIN_INTEGERS(routine, type)                                                                                  \
    static Py_ssize_t routine(PyObject *const *values, Py_ssize_t count, char *data)                                   \
    {                                                                                                                  \
        Py_ssize_t i = 0, number;                                                                                      \
        for (; i < count && PyLong_CheckExact(values[i]); i++) {                                                       \
            if (UNLIKELY(!compat_long_small(values[i], &number)))                                                      \
                break;                                                                                                 \
            type stored = (type)number;                                                                                \
            if (UNLIKELY((Py_ssize_t)stored != number || (IS_UNSIGNED(type) && number < 0)))                           \
                break;                                                                                                 \
            memcpy(data + i * (Py_ssize_t)sizeof stored, &stored, sizeof stored);                                      \
        }                                                                                                              \
        return i;                                                                                                      \
    }

#define PLAIN_FLOATS(routine, type)                                                                                    \
    static Py_ssize_t routine(PyObject *const *values, Py_ssize_t count, char *data)                                   \
    {                                                                                                                  \
        Py_ssize_t i = 0;                                                                                              \
        for (; i < count && PyFloat_CheckExact(values[i]); i++) {                                                      \
            type stored = (type)PyFloat_AS_DOUBLE(values[i]);                                                          \
            memcpy(data + i * (Py_ssize_t)sizeof stored, &stored, sizeof stored);                                      \
        }                                                                                                              \
        return i;                                                                                                      \
    }

PLAIN_INTEGERS(plain_i8, int8_t)
PLAIN_INTEGERS(plain_i16, int16_t)
PLAIN_INTEGERS(plain_i32, int32_t)
PLAIN_INTEGERS(plain_i64, int64_t)
PLAIN_INTEGERS(plain_u8, uint8_t)
PLAIN_INTEGERS(plain_u16, uint16_t)
PLAIN_INTEGERS(plain_u32, uint32_t)
PLAIN_INTEGERS(plain_u64, uint64_t)
PLAIN_FLOATS(plain_float, float)
PLAIN_FLOATS(plain_double, double)

static const PlainItems plain_items[CONV_COUNT] = {
    [CONV_I8] = plain_i8,       [CONV_I16] = plain_i16,       [CONV_I32] = plain_i32, [CONV_I64] = plain_i64,
    [CONV_U8] = plain_u8,       [CONV_U16] = plain_u16,       [CONV_U32] = plain_u32, [CONV_U64] = plain_u64,
    [CONV_FLOAT] = plain_float, [CONV_DOUBLE] = plain_double,
};

/* How many of the first `count` items of a list or tuple could be stored the fast way. */
static Py_ssize_t store_plain(CType *item, char *data, PyObject *sequence, Py_ssize_t count)
{
    PlainItems store = plain_items[item->conv];
    return store == NULL ? 0 : store(PySequence_Fast_ITEMS(sequence), count, data);
}

#else

static Py_ssize_t store_plain(CType *item, char *data, PyObject *sequence, Py_ssize_t count)
{
    (void)item, (void)data, (void)sequence, (void)count;
    return 0;
}

#endif

/* A conversion may run Python code, which may change the list. */
int to_c_items(CType *item, char *data, PyObject *sequence, Py_ssize_t count)
{
    ToC convert = to_c_routines[item->conv];
    Py_ssize_t size = item->size;
    for (Py_ssize_t i = store_plain(item, data, sequence, count); i < count; i++) {
        PyObject *value = sequence_item(sequence, i);
        int result = value == NULL ? -1 : convert(item, data + i * size, value);
        Py_XDECREF(value);
        if (UNLIKELY(result < 0))
            return -1;
    }
    return 0;
}

static int store_sequence(CType *array, char *data, Py_ssize_t length, PyObject *value)
{
    Py_ssize_t count = sequence_length(value);
    if (length >= 0 && count > length)
        return err_raise(PyExc_IndexError, "too many initializers for '%s' (got %zd)", array->name, count);
    return to_c_items(ctype_item_borrowed(array), data, value, count);
}

/* ---- text ---- */

static int check_bools(const char *bytes, Py_ssize_t count)
{
    for (Py_ssize_t i = 0; i < count; i++) {
        if ((unsigned char)bytes[i] > 1)
            return err_raise(PyExc_ValueError, "an array of _Bool can only contain \\x00 or \\x01");
    }
    return 0;
}

/* With the null, where there is room for it. */
static int store_bytes(CType *array, char *data, Py_ssize_t length, PyObject *value)
{
    Py_ssize_t count = PyBytes_GET_SIZE(value);
    if (length >= 0 && count > length)
        return err_raise(PyExc_IndexError, "initializer bytes is too long for '%s' (got %zd characters)", array->name,
                         count);
    if (ctype_item_borrowed(array)->conv == CONV_BOOL && check_bools(PyBytes_AS_STRING(value), count) < 0)
        return -1;
    memcpy(data, PyBytes_AS_STRING(value), (size_t)(count == length ? count : count + 1));
    return 0;
}

static int store_text(CType *array, char *data, Py_ssize_t length, PyObject *value)
{
    CType *item = ctype_item_borrowed(array);
    Py_ssize_t count = wide_count(item->conv, value);
    if (length >= 0 && count > length)
        return err_raise(PyExc_IndexError, "initializer unicode is too long for '%s' (got %zd characters)", array->name,
                         count);
    wide_store(item->conv, data, value);
    if (count != length)
        memset(data + count * item->size, 0, (size_t)item->size);
    return 0;
}

/* ---- a whole array ---- */

static int copy_array(CType *array, char *data, CData *source)
{
    if (source->ctype != array || array->size < 0)
        return cdata_err_expected(array, expected_for(ctype_item_borrowed(array)), (PyObject *)source);
    if (source->data == NULL)
        return cdata_err_null(source, "copy"), -1;
    if (debug_on(source) && debug_check(source, source->data, array->size, "copy") < 0)
        return -1;
    memmove(data, source->data, (size_t)array->size);
    return 0;
}

int to_c_array(CType *array, char *data, Py_ssize_t length, PyObject *value)
{
    CType *item = ctype_item_borrowed(array);
    if (sequence_check(value))
        return store_sequence(array, data, length, value);
    if (PyBytes_Check(value) && takes_bytes(item))
        return store_bytes(array, data, length, value);
    if (PyUnicode_Check(value) && is_wide(item))
        return store_text(array, data, length, value);
    if (cdata_check(value))
        return copy_array(array, data, (CData *)value);
    if (PyUnicode_Check(value) && takes_bytes(item))
        return err_raise(PyExc_TypeError,
                         "initializer for ctype '%s' must be a bytes or list or tuple, not str (encode it: C takes "
                         "bytes)",
                         array->name);
    return cdata_err_expected(array, expected_for(item), value);
}

/* An int (or anything with __index__) is a length. */
static Py_ssize_t length_from_int(PyObject **value)
{
    Py_ssize_t length = PyNumber_AsSsize_t(*value, PyExc_OverflowError);
    if (length == -1 && PyErr_Occurred())
        return -1;
    if (length < 0)
        return err_raise(PyExc_ValueError, "negative array length");
    *value = NULL;
    return length;
}

Py_ssize_t to_c_length(CType *array, PyObject **value)
{
    CType *item = ctype_item_borrowed(array);
    if (sequence_check(*value))
        return sequence_length(*value);
    if (PyBytes_Check(*value))
        return PyBytes_GET_SIZE(*value) + 1;
    if (PyUnicode_Check(*value))
        return is_wide(item) ? wide_count(item->conv, *value) + 1 : PyUnicode_GET_LENGTH(*value) + 1;
    if (PyIndex_Check(*value))
        return length_from_int(value);
    if (cdata_check(*value))
        return err_raise(PyExc_TypeError, "expected new array length or list/tuple/str, not cdata '%s'",
                         ((CData *)*value)->ctype->name);
    return err_raise(PyExc_TypeError, "expected new array length or list/tuple/str, not %.200s",
                     Py_TYPE(*value)->tp_name);
}

/* ---- slices ---- */

COLD static int err_slice_count(Py_ssize_t expected, Py_ssize_t got)
{
    if (got > expected)
        return err_raise(PyExc_ValueError, "got more than %zd values to unpack", expected);
    return err_raise(PyExc_ValueError, "need %zd values to unpack, got %zd", expected, got);
}

/* An array with the same items: copied as memory. 1: done, 0: not such a thing, -1. */
static int slice_from_cdata(CType *pointer, char *data, Py_ssize_t length, CData *source)
{
    if (source->ctype->kind != KIND_ARRAY || source->ctype->u.array.pointer != pointer)
        return 0;
    if (source->data == NULL)
        return cdata_err_null(source, "copy"), -1;
    if (source->length != length)
        return err_slice_count(length, source->length);
    if (debug_on(source) && debug_check(source, source->data, length * pointer->u.pointer.item->size, "copy") < 0)
        return -1;
    memmove(data, source->data, (size_t)length * (size_t)pointer->u.pointer.item->size);
    return 1;
}

static int slice_from_bytes(CType *item, char *data, Py_ssize_t length, PyObject *value)
{
    const char *bytes = PyBytes_Check(value) ? PyBytes_AS_STRING(value) : PyByteArray_AS_STRING(value);
    Py_ssize_t count = PyBytes_Check(value) ? PyBytes_GET_SIZE(value) : PyByteArray_GET_SIZE(value);
    if (count != length)
        return err_raise(PyExc_ValueError, "need a string of length %zd, got %zd", length, count);
    if (item->conv == CONV_BOOL && check_bools(bytes, count) < 0)
        return -1;
    memcpy(data, bytes, (size_t)count);
    return 0;
}

/* What fits is stored before the count is complained about, as an iterator cannot be asked. */
static int slice_from_sequence(CType *item, char *data, Py_ssize_t length, PyObject *value)
{
    Py_ssize_t count = sequence_length(value);
    if (to_c_items(item, data, value, count < length ? count : length) < 0)
        return -1;
    return count == length ? 0 : err_slice_count(length, count);
}

static int slice_from_iterator(CType *item, char *data, Py_ssize_t length, PyObject *iterator)
{
    PyObject *value;
    Py_ssize_t count = 0;
    while ((value = PyIter_Next(iterator)) != NULL) {
        int result =
            count < length ? to_c(item, data + count * item->size, value) : err_slice_count(length, length + 1);
        Py_DECREF(value);
        if (result < 0)
            return -1;
        count++;
    }
    if (PyErr_Occurred())
        return -1;
    return count == length ? 0 : err_slice_count(length, count);
}

int to_c_slice(CType *pointer, char *data, Py_ssize_t length, PyObject *value)
{
    CType *item = pointer->u.pointer.item;
    if (cdata_check(value)) {
        int done = slice_from_cdata(pointer, data, length, (CData *)value);
        if (done != 0)
            return done < 0 ? -1 : 0;
    }
    if (takes_bytes(item) && (PyBytes_Check(value) || PyByteArray_Check(value)))
        return slice_from_bytes(item, data, length, value);
    if (sequence_check(value))
        return slice_from_sequence(item, data, length, value);
    PyObject *iterator = PyObject_GetIter(value);
    int result = iterator == NULL ? -1 : slice_from_iterator(item, data, length, iterator);
    Py_XDECREF(iterator);
    return result;
}
