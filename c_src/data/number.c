/* number.c: a cdata as a Python number. */
#include "data/number.h"

#include "data/from_c.h"
#include "data/int128.h"
#include "types/err.h"
#include "types/half.h"

/* Of the character types wchar_t counts as C says; char is read as unsigned everywhere. */
static bool reads_signed(const CType *ct)
{
    return ct->kind == KIND_SIGNED || (ct->primitive == PRIM_WCHAR && WCHAR_MIN < 0);
}

uint64_t number_bits(CType *ct, const char *data)
{
    if (int128_check(ct))
        return int128_low(data);
    if (reads_signed(ct))
        return (uint64_t)prim_load_signed(data, (int)ct->size);
    return prim_load_unsigned(data, (int)ct->size);
}

long double number_long_double(CType *ct, const char *data)
{
    long double widest;
    double wide;
    float narrow;
    uint16_t half;
    switch (ct->conv) {
    case CONV_HALF:
        memcpy(&half, data, sizeof half);
        return half_to_double(half);
    case CONV_FLOAT:
        memcpy(&narrow, data, sizeof narrow);
        return narrow;
    case CONV_DOUBLE:
        memcpy(&wide, data, sizeof wide);
        return wide;
    default:
        memcpy(&widest, data, sizeof widest);
        return widest;
    }
}

static bool is_float(const CType *ct)
{
    return ct->kind == KIND_FLOAT || ct->kind == KIND_LONG_DOUBLE;
}

static PyObject *complex_value(const char *data)
{
    prim_clongdouble widest;
    memcpy(widest, data, sizeof widest);
    return PyComplex_FromDoubles((double)widest[0], (double)widest[1]);
}

PyObject *number_value(CData *cd)
{
    CType *ct = cd->ctype;
    if (ct->conv == CONV_CLONG_DOUBLE)
        return complex_value(cd->data);
    if (ct->kind == KIND_LONG_DOUBLE)
        return PyFloat_FromDouble((double)number_long_double(ct, cd->data));
    return from_c(ct, cd->data);
}

static bool complex_is_true(CType *ct, const char *data)
{
    float narrow[2];
    double wide[2];
    prim_clongdouble widest;
    if (ct->conv == CONV_CLONG_DOUBLE) {
        memcpy(widest, data, sizeof widest);
        return widest[0] != 0 || widest[1] != 0;
    }
    if (ct->conv == CONV_CFLOAT) {
        memcpy(narrow, data, sizeof narrow);
        return narrow[0] != 0 || narrow[1] != 0;
    }
    memcpy(wide, data, sizeof wide);
    return wide[0] != 0 || wide[1] != 0;
}

/* Everything but an address that is not NULL. */
NOINLINE static int value_is_true(CData *cd)
{
    CType *ct = cd->ctype;
    if (cd->flags & CDATA_RELEASED)
        return cdata_err_null(cd, "test"), -1;
    if (!ctype_is_primitive(ct))
        return cd->data != NULL;
    if (is_float(ct))
        return number_long_double(ct, cd->data) != 0;
    if (ct->kind == KIND_COMPLEX)
        return complex_is_true(ct, cd->data);
    return int128_check(ct) ? !int128_is_zero(cd->data) : number_bits(ct, cd->data) != 0;
}

int number_bool(PyObject *self)
{
    CData *cd = (CData *)self;
    return LIKELY(cd->data != NULL && cd->ctype->kind >= KIND_POINTER) ? 1 : value_is_true(cd);
}

static PyObject *err_unsupported(CData *cd, const char *function)
{
    return err_null(PyExc_TypeError, "%s() not supported on cdata '%s'", function, cd->ctype->name);
}

PyObject *number_int(PyObject *self)
{
    CData *cd = (CData *)self;
    CType *ct = cd->ctype;
    uint8_t conv = FT_LOAD_BYTE(ct->conv);
    if (LIKELY(conv >= CONV_I8 && conv <= CONV_U64))
        return from_c_routines[conv](ct, cd->data);
    if (int128_check(ct))
        return int128_load(ct, cd->data);
    if (reads_signed(ct))
        return PyLong_FromLongLong((long long)prim_load_signed(cd->data, (int)ct->size));
    if (ct->kind == KIND_UNSIGNED || ct->kind == KIND_CHAR || ct->kind == KIND_BOOL)
        return PyLong_FromUnsignedLongLong(prim_load_unsigned(cd->data, (int)ct->size));
    if (is_float(ct))
        return PyLong_FromDouble((double)number_long_double(ct, cd->data));
    return err_unsupported(cd, "int");
}

PyObject *number_float(PyObject *self)
{
    CData *cd = (CData *)self;
    return is_float(cd->ctype) ? number_value(cd) : err_unsupported(cd, "float");
}

PyObject *number_complex(PyObject *self, PyObject *Py_UNUSED(unused))
{
    CData *cd = (CData *)self;
    return cd->ctype->kind == KIND_COMPLEX ? number_value(cd) : err_unsupported(cd, "complex");
}
