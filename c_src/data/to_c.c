/* to_c.c: Python object -> C value in memory: numbers and characters, and the table of all conversions. */
#include "data/to_c.h"

#include "data/int128.h"
#include "data/number.h"
#include "data/wide.h"
#include "types/err.h"
#include "types/half.h"

/* ---- any object -> Python int ---- */

COLD static int err_integer(PyObject *value, const char *ctype_name)
{
    if (cdata_check(value))
        return err_raise(PyExc_TypeError, "an integer is required for '%s', got cdata '%s'", ctype_name,
                         ((CData *)value)->ctype->name);
    return err_raise(PyExc_TypeError, "an integer is required for '%s', got %.200s", ctype_name,
                     Py_TYPE(value)->tp_name);
}

static bool has_number_slot(PyObject *value, bool integer)
{
    PyNumberMethods *number = Py_TYPE(value)->tp_as_number;
    if (number == NULL)
        return false;
    return number->nb_index != NULL || (integer ? number->nb_int != NULL : number->nb_float != NULL);
}

/* What int() makes of `value`, floats and complex excepted: cdata integers, __int__, __index__. `name`: of the C type.
 * New reference. */
static PyObject *integer_of(PyObject *value, const char *name)
{
    if (PyLong_Check(value))
        return Py_NewRef(value);
    bool accepted = cdata_check(value)
                        ? ctype_is_integer(((CData *)value)->ctype) || ((CData *)value)->ctype->kind == KIND_CHAR
                        : !PyFloat_Check(value) && !PyComplex_Check(value) && has_number_slot(value, true);
    if (!accepted)
        return err_integer(value, name), NULL;
    PyObject *integer = PyIndex_Check(value) ? PyNumber_Index(value) : PyNumber_Long(value);
    if (integer == NULL && cdata_check(value) && PyErr_ExceptionMatches(PyExc_TypeError)) {
        PyErr_Clear();
        err_integer(value, name);
    }
    return integer;
}

/* ---- Python int -> C integer ---- */

/* -1 with an exception, OverflowError when it does not fit 64 bits. `ct` is what the message names. */
NOINLINE static long long signed_slow(CType *ct, PyObject *value)
{
    int overflow = 0;
    PyObject *integer = integer_of(value, ct->name);
    if (integer == NULL)
        return -1;
    long long number = PyLong_AsLongLongAndOverflow(integer, &overflow);
    Py_DECREF(integer);
    if (overflow != 0)
        return err_range(ct, value);
    return number;
}

static inline long long signed_of(CType *ct, PyObject *value)
{
    Py_ssize_t small;
    if (LIKELY(PyLong_Check(value) && compat_long_small(value, &small)))
        return small;
    return signed_slow(ct, value);
}

NOINLINE static unsigned long long unsigned_slow(CType *ct, PyObject *value)
{
    PyObject *integer = integer_of(value, ct->name);
    if (integer == NULL)
        return (unsigned long long)-1;
    unsigned long long number = PyLong_AsUnsignedLongLong(integer);
    Py_DECREF(integer);
    if (number == (unsigned long long)-1 && PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_OverflowError)) {
        PyErr_Clear();
        err_range(ct, value);
    }
    return number;
}

static inline unsigned long long unsigned_of(CType *ct, PyObject *value)
{
    Py_ssize_t small;
    if (LIKELY(PyLong_Check(value) && compat_long_small(value, &small) && small >= 0))
        return (unsigned long long)small;
    return unsigned_slow(ct, value);
}

/* ---- integers in memory ---- */

/* Types that a long long holds all values of. A value of -1 may be an error: the check is left to the rare case. */
#define TO_SMALL(routine, type)                                                                                        \
    static int routine(CType *ct, char *data, PyObject *value)                                                         \
    {                                                                                                                  \
        long long number = signed_of(ct, value);                                                                       \
        type stored = (type)number;                                                                                    \
        if (UNLIKELY(number == -1) && PyErr_Occurred())                                                                \
            return -1;                                                                                                 \
        if (UNLIKELY(number != (long long)stored))                                                                     \
            return err_range(ct, value);                                                                               \
        memcpy(data, &stored, sizeof stored);                                                                          \
        return 0;                                                                                                      \
    }

TO_SMALL(to_i8, int8_t)
TO_SMALL(to_i16, int16_t)
TO_SMALL(to_i32, int32_t)
TO_SMALL(to_i64, int64_t)
TO_SMALL(to_u8, uint8_t)
TO_SMALL(to_u16, uint16_t)
TO_SMALL(to_u32, uint32_t)

static int to_u64(CType *ct, char *data, PyObject *value)
{
    uint64_t stored = unsigned_of(ct, value);
    if (UNLIKELY(stored == UINT64_MAX) && PyErr_Occurred())
        return -1;
    memcpy(data, &stored, sizeof stored);
    return 0;
}

static int to_int128(CType *ct, char *data, PyObject *value)
{
    PyObject *integer = integer_of(value, ct->name);
    int result = integer == NULL ? -1 : int128_store(ct, data, integer);
    Py_XDECREF(integer);
    return result;
}

static int to_bool(CType *ct, char *data, PyObject *value)
{
    long long number = signed_of(ct, value);
    if (UNLIKELY(number == -1) && PyErr_Occurred())
        return -1;
    if (UNLIKELY(number != 0 && number != 1))
        return err_range(ct, value);
    *data = (char)number;
    return 0;
}

/* ---- characters ---- */

/* The value of a cdata of the very same kind of character. */
static bool same_character(CType *ct, PyObject *value)
{
    return cdata_check(value) && ((CData *)value)->ctype->conv == ct->conv;
}

static int to_char8(CType *ct, char *data, PyObject *value)
{
    if (LIKELY(PyBytes_Check(value) && PyBytes_GET_SIZE(value) == 1))
        *data = *PyBytes_AS_STRING(value);
    else if (same_character(ct, value))
        *data = *((CData *)value)->data;
    else if (PyBytes_Check(value))
        return err_raise(PyExc_TypeError,
                         "initializer for ctype '%s' must be a bytes of length 1, not bytes of length %zd", ct->name,
                         PyBytes_GET_SIZE(value));
    else
        return cdata_err_expected(ct, "bytes of length 1", value);
    return 0;
}

static int to_wide(CType *ct, char *data, PyObject *value)
{
    const char *expected = "unicode string of length 1";
    if (same_character(ct, value))
        memcpy(data, ((CData *)value)->data, (size_t)ct->size);
    else if (!PyUnicode_Check(value))
        return cdata_err_expected(ct, expected, value);
    else if (PyUnicode_GET_LENGTH(value) != 1)
        return err_raise(PyExc_TypeError, "initializer for ctype '%s' must be a %s, not unicode string of length %zd",
                         ct->name, expected, PyUnicode_GET_LENGTH(value));
    else if (wide_count(ct->conv, value) != 1)
        return err_raise(PyExc_TypeError, "initializer for ctype '%s' must be a %s, not larger-than-0xFFFF character",
                         ct->name, expected);
    else
        wide_store(ct->conv, data, value);
    return 0;
}

/* ---- floating point ---- */

/* TypeError that names both types, where Python's own would name one. */
COLD static int err_float(PyObject *value, const char *name)
{
    if (cdata_check(value))
        return err_raise(PyExc_TypeError, "float() not supported on cdata '%s': a number is required for '%s'",
                         ((CData *)value)->ctype->name, name);
    return err_raise(PyExc_TypeError, "must be real number for '%s', not %.200s", name, Py_TYPE(value)->tp_name);
}

static bool is_float_cdata(PyObject *value)
{
    return cdata_check(value) &&
           (((CData *)value)->ctype->kind == KIND_FLOAT || ((CData *)value)->ctype->kind == KIND_LONG_DOUBLE);
}

static double double_slow(PyObject *value, const char *name)
{
    bool accepted = cdata_check(value) ? is_float_cdata(value) : has_number_slot(value, false);
    return accepted ? PyFloat_AsDouble(value) : err_float(value, name);
}

static inline double double_of(PyObject *value, const char *name)
{
    Py_ssize_t small;
    if (LIKELY(PyFloat_CheckExact(value)))
        return PyFloat_AS_DOUBLE(value);
    if (LIKELY(PyLong_Check(value)))
        return LIKELY(compat_long_small(value, &small)) ? (double)small : PyLong_AsDouble(value);
    return double_slow(value, name);
}

#define TO_FLOAT(routine, type)                                                                                        \
    static int routine(CType *ct, char *data, PyObject *value)                                                         \
    {                                                                                                                  \
        double number = double_of(value, ct->name);                                                                    \
        type stored = (type)number;                                                                                    \
        if (UNLIKELY(number == -1.0) && PyErr_Occurred())                                                              \
            return -1;                                                                                                 \
        memcpy(data, &stored, sizeof stored);                                                                          \
        return 0;                                                                                                      \
    }

TO_FLOAT(to_float, float)
TO_FLOAT(to_double, double)

static int to_half(CType *ct, char *data, PyObject *value)
{
    double number = double_of(value, ct->name);
    uint16_t stored = half_from_double(number);
    if (UNLIKELY(number == -1.0) && PyErr_Occurred())
        return -1;
    memcpy(data, &stored, sizeof stored);
    return 0;
}

static int to_long_double(CType *ct, char *data, PyObject *value)
{
    long double stored;
    if (same_character(ct, value)) /* a long double itself: every bit of it */
        stored = number_long_double(ct, ((CData *)value)->data);
    else
        stored = double_of(value, ct->name);
    if (UNLIKELY(stored == -1.0L) && PyErr_Occurred())
        return -1;
    memset(data, 0, sizeof stored); /* the padding too */
    memcpy(data, &stored, sizeof stored);
    return 0;
}

static int complex_of(PyObject *value, Py_complex *number)
{
    if (cdata_check(value) && ((CData *)value)->ctype->kind != KIND_COMPLEX)
        return err_raise(PyExc_TypeError, "complex() not supported on cdata '%s'", ((CData *)value)->ctype->name);
    *number = PyComplex_AsCComplex(value);
    return number->real == -1.0 && PyErr_Occurred() ? -1 : 0;
}

#define TO_COMPLEX(routine, type)                                                                                      \
    static int routine(CType *ct, char *data, PyObject *value)                                                         \
    {                                                                                                                  \
        Py_complex number = {0, 0};                                                                                    \
        (void)ct;                                                                                                      \
        if (complex_of(value, &number) < 0)                                                                            \
            return -1;                                                                                                 \
        type stored[2] = {(type)number.real, (type)number.imag};                                                       \
        memcpy(data, stored, sizeof stored);                                                                           \
        return 0;                                                                                                      \
    }

TO_COMPLEX(to_cfloat, float)
TO_COMPLEX(to_cdouble, double)

/* The padding too. Of a complex of the same type: every bit of it. */
static int to_clongdouble(CType *ct, char *data, PyObject *value)
{
    Py_complex number = {0, 0};
    if (same_character(ct, value)) {
        memcpy(data, ((CData *)value)->data, (size_t)ct->size);
        return 0;
    }
    if (complex_of(value, &number) < 0)
        return -1;
    prim_clongdouble stored = {number.real, number.imag};
    memset(data, 0, sizeof stored);
    memcpy(data, stored, sizeof stored);
    return 0;
}

/* An enum that has a Python class is stored as the integer that it is. */
static int to_enum(CType *ct, char *data, PyObject *value)
{
    return to_c_routines[prim_table[ct->primitive].conv](ct, data, value);
}

/* ---- the table ---- */

static int to_none(CType *ct, char *data, PyObject *value)
{
    if (ctype_is_record(ct) && ctype_complete(ct) != 0)
        return PyErr_Occurred() ? -1 : to_c_record(ct, data, value);
    return err_raise(PyExc_TypeError, "cannot store a value of ctype '%s': it is opaque", ct->name);
}

static int to_array(CType *ct, char *data, PyObject *value)
{
    return to_c_array(ct, data, ct->u.array.length, value);
}

const ToC to_c_routines[CONV_COUNT] = {
    [CONV_NONE] = to_none,
    [CONV_I8] = to_i8,
    [CONV_I16] = to_i16,
    [CONV_I32] = to_i32,
    [CONV_I64] = to_i64,
    [CONV_U8] = to_u8,
    [CONV_U16] = to_u16,
    [CONV_U32] = to_u32,
    [CONV_U64] = to_u64,
    [CONV_BOOL] = to_bool,
    [CONV_CHAR8] = to_char8,
    [CONV_CHAR16] = to_wide,
    [CONV_CHAR32] = to_wide,
    [CONV_FLOAT] = to_float,
    [CONV_DOUBLE] = to_double,
    [CONV_LONG_DOUBLE] = to_long_double,
    [CONV_I128] = to_int128,
    [CONV_U128] = to_int128,
    [CONV_HALF] = to_half,
    [CONV_CLONG_DOUBLE] = to_clongdouble,
    [CONV_ENUM] = to_enum,
    [CONV_CFLOAT] = to_cfloat,
    [CONV_CDOUBLE] = to_cdouble,
    [CONV_POINTER] = to_c_pointer,
    [CONV_FUNCTION] = to_c_pointer,
    [CONV_ARRAY] = to_array,
    [CONV_RECORD] = to_c_record,
};

/* ---- for callers that have no ctype ---- */

PyObject *to_c_truncated(PyObject *value, const char *name)
{
    return PyFloat_Check(value) || is_float_cdata(value) ? PyNumber_Long(value) : integer_of(value, name);
}

int to_c_bits(CType *ct, PyObject *value, uint64_t *bits)
{
    PyObject *integer = to_c_truncated(value, ct->name);
    if (integer == NULL)
        return -1;
    *bits = PyLong_AsUnsignedLongLongMask(integer);
    Py_DECREF(integer);
    return *bits == UINT64_MAX && PyErr_Occurred() ? -1 : 0;
}

double to_c_double(PyObject *value)
{
    return double_of(value, "double");
}

long double to_c_longdouble(PyObject *value)
{
    if (cdata_check(value) && ((CData *)value)->ctype->kind == KIND_LONG_DOUBLE)
        return number_long_double(((CData *)value)->ctype, ((CData *)value)->data);
    return double_of(value, "long double");
}
