/* from_c.c: C value in memory -> Python object. */
#include "data/from_c.h"

#include "data/bitfield.h"
#include "data/int128.h"
#include "data/wide.h"
#include "types/enum_class.h"
#include "types/err.h"
#include "types/half.h"

/* ---- numbers: the value, as it lies in memory, given to the function of Python that makes the object ---- */

#define FROM_NUMBER(routine, type, make)                                                                               \
    static PyObject *routine(CType *ct, const char *data)                                                              \
    {                                                                                                                  \
        type value;                                                                                                    \
        (void)ct;                                                                                                      \
        memcpy(&value, data, sizeof value);                                                                            \
        return make(value);                                                                                            \
    }

#define FLOAT_OF(value)   PyFloat_FromDouble((double)(value))
#define HALF_OF(value)    PyFloat_FromDouble(half_to_double(value))
#define COMPLEX_OF(value) PyComplex_FromDoubles((double)(value)[0], (double)(value)[1])

/* A 64-bit integer fits a long here, or it does not. */
#if LONG_MAX >= INT64_MAX
#define LONG_OF_I64 PyLong_FromLong
#define LONG_OF_U64 PyLong_FromUnsignedLong
#define LONG_OF_U32 PyLong_FromLong
#else
#define LONG_OF_I64 PyLong_FromLongLong
#define LONG_OF_U64 PyLong_FromUnsignedLongLong
#define LONG_OF_U32 PyLong_FromUnsignedLong
#endif

FROM_NUMBER(from_i8, int8_t, PyLong_FromLong)
FROM_NUMBER(from_i16, int16_t, PyLong_FromLong)
FROM_NUMBER(from_i32, int32_t, PyLong_FromLong)
FROM_NUMBER(from_i64, int64_t, LONG_OF_I64)
FROM_NUMBER(from_u8, uint8_t, PyLong_FromLong)
FROM_NUMBER(from_u16, uint16_t, PyLong_FromLong)
FROM_NUMBER(from_u32, uint32_t, LONG_OF_U32)
FROM_NUMBER(from_u64, uint64_t, LONG_OF_U64)
FROM_NUMBER(from_half, uint16_t, HALF_OF)
FROM_NUMBER(from_float, float, FLOAT_OF)
FROM_NUMBER(from_double, double, FLOAT_OF)
FROM_NUMBER(from_cfloat, prim_cfloat, COMPLEX_OF)
FROM_NUMBER(from_cdouble, prim_cdouble, COMPLEX_OF)

static PyObject *from_bool(CType *ct, const char *data)
{
    unsigned char value = (unsigned char)*data;
    if (UNLIKELY(value > 1))
        return err_null(PyExc_ValueError, "got a _Bool of value %d, expected 0 or 1 (as '%s')", value, ct->name);
    return Py_NewRef(value ? Py_True : Py_False);
}

/* A long double stays one, a complex of them too: Python has nothing that holds it. */
static PyObject *from_long_double(CType *ct, const char *data)
{
    return cdata_primitive(ct, data);
}

static PyObject *from_enum(CType *ct, const char *data)
{
    return enum_class_member_steal(ct, from_c_routines[prim_table[ct->primitive].conv](ct, data));
}

/* ---- characters ---- */

static PyObject *from_char8(CType *ct, const char *data)
{
    (void)ct;
    return PyBytes_FromStringAndSize(data, 1);
}

static PyObject *from_wide(CType *ct, const char *data)
{
    return wide_to_str(ct->conv, data, 1);
}

/* ---- cdata ---- */

static PyObject *from_pointer(CType *ct, const char *data)
{
    char *value;
    memcpy(&value, data, sizeof value);
    return cdata_view(ct, value);
}

/* An array of unknown length is read as the pointer that it decays to; so is one of no items, an old way to write an
 * open one. */
static PyObject *from_array(CType *ct, const char *data)
{
    if (UNLIKELY(ct->u.array.length <= 0))
        return cdata_view(ct->u.array.pointer, (char *)data);
    return cdata_view(ct, (char *)data);
}

static PyObject *from_record(CType *ct, const char *data)
{
    return cdata_view(ct, (char *)data);
}

/* Records that are opaque, or not completed yet, are viewed all the same. */
static PyObject *from_none(CType *ct, const char *data)
{
    if (ctype_is_record(ct))
        return from_record(ct, data);
    return err_null(PyExc_TypeError, "cannot read a value of ctype '%s': it has none", ct->name);
}

const FromC from_c_routines[CONV_COUNT] = {
    [CONV_NONE] = from_none,        [CONV_I8] = from_i8,
    [CONV_I16] = from_i16,          [CONV_I32] = from_i32,
    [CONV_I64] = from_i64,          [CONV_U8] = from_u8,
    [CONV_U16] = from_u16,          [CONV_U32] = from_u32,
    [CONV_U64] = from_u64,          [CONV_BOOL] = from_bool,
    [CONV_CHAR8] = from_char8,      [CONV_CHAR16] = from_wide,
    [CONV_CHAR32] = from_wide,      [CONV_FLOAT] = from_float,
    [CONV_DOUBLE] = from_double,    [CONV_LONG_DOUBLE] = from_long_double,
    [CONV_I128] = int128_load,      [CONV_U128] = int128_load,
    [CONV_HALF] = from_half,        [CONV_CLONG_DOUBLE] = from_long_double,
    [CONV_ENUM] = from_enum,        [CONV_CFLOAT] = from_cfloat,
    [CONV_CDOUBLE] = from_cdouble,  [CONV_POINTER] = from_pointer,
    [CONV_FUNCTION] = from_pointer, [CONV_ARRAY] = from_array,
    [CONV_RECORD] = from_record,
};

/* ---- fields ---- */

/* The open array at the end of a record, or a record with one: they reach as far as the memory. */
static PyObject *from_flexible(CField *field, const char *data, Py_ssize_t bytes)
{
    CType *ct = field->type;
    if (ct->kind != KIND_ARRAY)
        return cdata_view_array(ct, (char *)data, bytes);
    return cdata_view_array(ct, (char *)data, ct->u.array.item->size > 0 ? bytes / ct->u.array.item->size : 0);
}

PyObject *from_c_field(CField *field, const char *record_data, Py_ssize_t bytes)
{
    const char *data = record_data + field->offset;
    if (LIKELY(field->bit_shift == CFIELD_PLAIN && bytes < 0))
        return from_c(field->type, data);
    if (field->bit_shift >= 0)
        return bitfield_load(field, data);
    if (bytes >= field->offset && (field->bit_shift != CFIELD_PLAIN || field->type->flags & CTYPE_VAR_RECORD))
        return from_flexible(field, data, bytes - field->offset);
    return from_c(field->type, data);
}

/* ---- many ---- */

/* The loop of one conversion; the compiler puts the routine into it. */
#define LIST_OF(name, routine, size)                                                                                   \
    static int name(CType *item, const char *data, PyObject *list, Py_ssize_t count)                                   \
    {                                                                                                                  \
        for (Py_ssize_t i = 0; i < count; i++) {                                                                       \
            PyObject *object = routine(item, data + i * (Py_ssize_t)(size));                                           \
            if (UNLIKELY(object == NULL))                                                                              \
                return -1;                                                                                             \
            PyList_SET_ITEM(list, i, object);                                                                          \
        }                                                                                                              \
        return 0;                                                                                                      \
    }

LIST_OF(list_i8, from_i8, 1)
LIST_OF(list_i16, from_i16, 2)
LIST_OF(list_i32, from_i32, 4)
LIST_OF(list_i64, from_i64, 8)
LIST_OF(list_u8, from_u8, 1)
LIST_OF(list_u16, from_u16, 2)
LIST_OF(list_u32, from_u32, 4)
LIST_OF(list_u64, from_u64, 8)
LIST_OF(list_float, from_float, sizeof(float))
LIST_OF(list_double, from_double, sizeof(double))
LIST_OF(list_any, from_c, item->size)

PyObject *from_c_list(CType *item, const char *data, Py_ssize_t count)
{
    static int (*const loops[CONV_COUNT])(CType *, const char *, PyObject *, Py_ssize_t) = {
        [CONV_I8] = list_i8,       [CONV_I16] = list_i16,       [CONV_I32] = list_i32, [CONV_I64] = list_i64,
        [CONV_U8] = list_u8,       [CONV_U16] = list_u16,       [CONV_U32] = list_u32, [CONV_U64] = list_u64,
        [CONV_FLOAT] = list_float, [CONV_DOUBLE] = list_double,
    };
    PyObject *list = ft_list_new(count);
    if (list != NULL && (loops[item->conv] != NULL ? loops[item->conv] : list_any)(item, data, list, count) < 0)
        Py_CLEAR(list);
    return list;
}
