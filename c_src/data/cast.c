/* cast.c: ffi.cast(). */
#include "data/cast.h"

#include "data/debug.h"
#include "data/filearg.h"
#include "data/int128.h"
#include "data/number.h"
#include "data/to_c.h"
#include "types/err.h"
#include "types/half.h"

COLD static int err_cast(CType *ct, PyObject *value)
{
    if (cdata_check(value))
        return err_raise(PyExc_TypeError, "cannot cast ctype '%s' to ctype '%s'", ((CData *)value)->ctype->name,
                         ct->name);
    return err_raise(PyExc_TypeError, "cannot cast %.200s object to ctype '%s'", Py_TYPE(value)->tp_name, ct->name);
}

static bool is_address(const CType *ct)
{
    return ct->kind == KIND_POINTER || ct->kind == KIND_FUNCTION || ct->kind == KIND_ARRAY;
}

/* ---- a character as a number ---- */

/* 1: `value` is a bytes or str, of one character: *code; 0: something else; -1. */
static int character_code(CType *ct, PyObject *value, uint32_t *code)
{
    Py_ssize_t length;
    if (PyBytes_Check(value)) {
        length = PyBytes_GET_SIZE(value);
        *code = (unsigned char)*PyBytes_AS_STRING(value);
    } else if (PyUnicode_Check(value)) {
        length = PyUnicode_GET_LENGTH(value);
        *code = length == 1 ? PyUnicode_READ_CHAR(value, 0) : 0;
    } else
        return 0;
    if (length == 1)
        return 1;
    return err_raise(PyExc_TypeError, "cannot cast %s string of length %zd to ctype '%s'",
                     PyBytes_Check(value) ? "byte" : "unicode", length, ct->name);
}

/* ---- an object that stands for an address ---- */

/* A function of a lib, a Python file. 1: found, 0, -1. */
static int address_of_object(CType *ct, PyObject *value, char **address)
{
    CType *type;
    int found = ct->state->function_address == NULL ? 0 : ct->state->function_address(ct->state, value, address, &type);
    if (found == 0 && ct->flags & CTYPE_FILE_POINTER && (found = filearg_check(value)) > 0) {
        *address = filearg_get(value);
        found = *address == NULL ? -1 : 1;
    }
    return found;
}

/* ---- to integers: as 64 bits, of which the type takes as many as it has ---- */

static int bits_of_cdata(CType *ct, CData *cd, uint64_t *bits)
{
    CType *source = cd->ctype;
    if (is_address(source)) {
        if (cd->flags & CDATA_RELEASED)
            return cdata_err_null(cd, "cast"), -1;
        *bits = (uintptr_t)cd->data;
        return 0;
    }
    if (ctype_is_integer(source) || source->kind == KIND_CHAR) {
        *bits = number_bits(source, cd->data);
        return 0;
    }
    if (source->kind != KIND_FLOAT && source->kind != KIND_LONG_DOUBLE)
        return err_cast(ct, (PyObject *)cd);
    return to_c_bits(ct, (PyObject *)cd, bits);
}

static int bits_of(CType *ct, PyObject *value, uint64_t *bits)
{
    uint32_t code = 0;
    Py_ssize_t small;
    char *address;
    if (LIKELY(PyLong_Check(value) && compat_long_small(value, &small))) {
        *bits = (uint64_t)small;
        return 0;
    }
    if (cdata_check(value))
        return bits_of_cdata(ct, (CData *)value, bits);
    int found = PyLong_Check(value) ? 0 : address_of_object(ct, value, &address);
    if (found != 0) {
        *bits = (uintptr_t)address;
        return found < 0 ? -1 : 0;
    }
    found = is_address(ct) ? 0 : character_code(ct, value, &code);
    if (found == 0)
        return to_c_bits(ct, value, bits);
    *bits = code;
    return found < 0 ? -1 : 0;
}

/* Whether int() knows more of the value than the 64 bits of an address or a character. */
static bool is_number(PyObject *value)
{
    if (cdata_check(value))
        return ctype_is_primitive(((CData *)value)->ctype) && ((CData *)value)->ctype->kind != KIND_COMPLEX;
    PyNumberMethods *number = Py_TYPE(value)->tp_as_number;
    return number != NULL && (number->nb_int != NULL || number->nb_index != NULL);
}

static PyObject *cast_to_int128(CType *ct, PyObject *value)
{
    uint64_t bits;
    char stored[16];
    PyObject *integer = NULL;
    if (is_number(value))
        integer = to_c_truncated(value, ct->name);
    else if (bits_of(ct, value, &bits) == 0)
        integer = PyLong_FromUnsignedLongLong(bits);
    int result = integer == NULL ? -1 : int128_store_wrapped(stored, integer);
    Py_XDECREF(integer);
    return result < 0 ? NULL : cdata_primitive(ct, stored);
}

static PyObject *cast_to_integer(CType *ct, PyObject *value)
{
    uint64_t bits;
    char stored[8];
    if (int128_check(ct))
        return cast_to_int128(ct, value);
    if (bits_of(ct, value, &bits) < 0)
        return NULL;
    prim_store_integer(stored, bits, (int)ct->size);
    return cdata_primitive(ct, stored);
}

/* ---- to _Bool: whether it is not zero ---- */

static int truth_of(CType *ct, PyObject *value)
{
    uint64_t bits;
    if (PyLong_Check(value) || PyFloat_Check(value))
        return PyObject_IsTrue(value);
    if (cdata_check(value) && !ctype_is_record(((CData *)value)->ctype) &&
        ((CData *)value)->ctype->kind != KIND_COMPLEX)
        return number_bool(value);
    PyNumberMethods *number = Py_TYPE(value)->tp_as_number;
    if (!cdata_check(value) && number != NULL && number->nb_float != NULL) {
        double floating = PyFloat_AsDouble(value);
        return floating == -1.0 && PyErr_Occurred() ? -1 : floating != 0.0;
    }
    return bits_of(ct, value, &bits) < 0 ? -1 : bits != 0;
}

static PyObject *cast_to_bool(CType *ct, PyObject *value)
{
    int truth = truth_of(ct, value);
    char stored = (char)truth;
    return truth < 0 ? NULL : cdata_primitive(ct, &stored);
}

/* ---- to floating point ---- */

static long double float_of_int128(CData *cd)
{
    PyObject *integer = int128_load(cd->ctype, cd->data);
    double floating = integer == NULL ? -1.0 : PyLong_AsDouble(integer);
    Py_XDECREF(integer);
    return floating;
}

/* The number that a cdata, a character or any Python number stands for. */
static int floating_of(CType *ct, PyObject *value, long double *floating)
{
    uint32_t code = 0;
    CType *source = cdata_check(value) ? ((CData *)value)->ctype : NULL;
    int character = character_code(ct, value, &code);
    if (character != 0) {
        *floating = code;
        return character < 0 ? -1 : 0;
    }
    if (source != NULL && (!ctype_is_primitive(source) || source->kind == KIND_COMPLEX))
        return err_cast(ct, value);
    if (source != NULL && int128_check(source))
        *floating = float_of_int128((CData *)value);
    else if (source != NULL && source->kind == KIND_SIGNED)
        *floating = (long double)(int64_t)number_bits(source, ((CData *)value)->data);
    else if (source != NULL && source->kind < KIND_FLOAT)
        *floating = (long double)number_bits(source, ((CData *)value)->data);
    else if (source != NULL)
        *floating = number_long_double(source, ((CData *)value)->data);
    else
        *floating = to_c_double(value);
    return *floating == -1.0L && PyErr_Occurred() ? -1 : 0;
}

static PyObject *cast_to_float(CType *ct, PyObject *value)
{
    char stored[sizeof(long double)] = {0};
    long double floating;
    if (floating_of(ct, value, &floating) < 0)
        return NULL;
    float narrow = (float)floating;
    double wide = (double)floating;
    uint16_t half = half_from_double(wide);
    if (ct->conv == CONV_HALF)
        memcpy(stored, &half, sizeof half);
    else if (ct->conv == CONV_FLOAT)
        memcpy(stored, &narrow, sizeof narrow);
    else if (ct->conv == CONV_DOUBLE)
        memcpy(stored, &wide, sizeof wide);
    else
        memcpy(stored, &floating, sizeof floating);
    return cdata_primitive(ct, stored);
}

static bool has_complex(PyObject *value)
{
    return cdata_check(value) ? ((CData *)value)->ctype->kind == KIND_COMPLEX
                              : !PyUnicode_Check(value) && !PyBytes_Check(value);
}

static PyObject *cast_to_complex(CType *ct, PyObject *value)
{
    char stored[sizeof(prim_clongdouble)];
    long double real;
    PyObject *number;
    if (has_complex(value))
        number = Py_NewRef(value);
    else
        number = floating_of(ct, value, &real) < 0 ? NULL : PyFloat_FromDouble((double)real);
    int result = number == NULL ? -1 : to_c(ct, stored, number);
    Py_XDECREF(number);
    return result < 0 ? NULL : cdata_primitive(ct, stored);
}

/* ---- to pointers ---- */

/* In debug mode the result is known to be a pointer into the same memory. */
COLD static PyObject *cast_to_pointer_debug(CType *ct, PyObject *value, char *address)
{
    PyObject *result = cdata_view(ct, address);
    bool derived = cdata_check(value) && is_address(((CData *)value)->ctype);
    return derived ? debug_derived(result, (CData *)value) : result;
}

static PyObject *cast_to_pointer(CType *ct, PyObject *value)
{
    uint64_t bits;
    if (bits_of(ct, value, &bits) < 0)
        return NULL;
    if (UNLIKELY(ct->state->debug))
        return cast_to_pointer_debug(ct, value, (char *)(uintptr_t)bits);
    return cdata_view(ct, (char *)(uintptr_t)bits);
}

PyObject *cast_to(CType *ct, PyObject *value)
{
    switch (ct->kind) {
    case KIND_BOOL:
        return cast_to_bool(ct, value);
    case KIND_CHAR:
    case KIND_SIGNED:
    case KIND_UNSIGNED:
        return cast_to_integer(ct, value);
    case KIND_FLOAT:
    case KIND_LONG_DOUBLE:
        return cast_to_float(ct, value);
    case KIND_COMPLEX:
        return cast_to_complex(ct, value);
    case KIND_POINTER:
    case KIND_FUNCTION:
        return cast_to_pointer(ct, value);
    case KIND_ARRAY: /* not C: a view of that length */
        if (ct->u.array.length >= 0)
            return cast_to_pointer(ct, value);
        break;
    default:
        break;
    }
    return err_null(PyExc_TypeError, "cannot cast to ctype '%s'", ct->name);
}
