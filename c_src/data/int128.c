/* int128.c: integers of 128 bits, as two words: no compiler is asked for such a type. */
#include "data/int128.h"

#include "types/err.h"

#define LOW  (PLATFORM_BIG_ENDIAN ? 1 : 0)
#define HIGH (PLATFORM_BIG_ENDIAN ? 0 : 1)

typedef struct {
    uint64_t words[2];
} Int128;

static Int128 load(const char *data)
{
    Int128 value;
    memcpy(&value, data, sizeof value);
    return value;
}

bool int128_is_zero(const char *data)
{
    Int128 value = load(data);
    return (value.words[0] | value.words[1]) == 0;
}

uint64_t int128_low(const char *data)
{
    return load(data).words[LOW];
}

/* integer << 64, integer >> 64: PyNumber_Lshift, PyNumber_Rshift. */
static PyObject *shifted(PyObject *integer, PyObject *(*shift)(PyObject *, PyObject *))
{
    PyObject *count = PyLong_FromLong(64);
    PyObject *result = count == NULL ? NULL : shift(integer, count);
    Py_XDECREF(count);
    return result;
}

PyObject *int128_load(CType *ct, const char *data)
{
    Int128 value = load(data);
    bool is_signed = ct->conv == CONV_I128;
    PyObject *low = PyLong_FromUnsignedLongLong(value.words[LOW]);
    if (low == NULL || value.words[HIGH] == 0)
        return low;
    PyObject *high =
        is_signed ? PyLong_FromLongLong((long long)value.words[HIGH]) : PyLong_FromUnsignedLongLong(value.words[HIGH]);
    PyObject *upper = high == NULL ? NULL : shifted(high, PyNumber_Lshift);
    PyObject *result = upper == NULL ? NULL : PyNumber_Or(upper, low);
    Py_DECREF(low);
    Py_XDECREF(high);
    Py_XDECREF(upper);
    return result;
}

/* How the upper word is taken from the int that is left of the lower one. */
typedef enum { SIGNED, UNSIGNED, WRAPPED } Range;

/* 1: it fits; 0: it does not; -1 exception. */
static int upper_word(PyObject *integer, Range range, uint64_t *word)
{
    int overflow = 0;
    if (range == SIGNED)
        *word = (uint64_t)PyLong_AsLongLongAndOverflow(integer, &overflow);
    else if (range == UNSIGNED)
        *word = PyLong_AsUnsignedLongLong(integer);
    else
        *word = PyLong_AsUnsignedLongLongMask(integer);
    if (overflow == 0 && (*word != UINT64_MAX || !PyErr_Occurred()))
        return 1;
    if (overflow == 0 && !PyErr_ExceptionMatches(PyExc_OverflowError))
        return -1;
    PyErr_Clear();
    return 0;
}

static int store(char *data, PyObject *integer, Range range)
{
    Int128 value;
    value.words[LOW] = PyLong_AsUnsignedLongLongMask(integer);
    if (value.words[LOW] == UINT64_MAX && PyErr_Occurred())
        return -1;
    PyObject *upper = shifted(integer, PyNumber_Rshift);
    int fits = upper == NULL ? -1 : upper_word(upper, range, &value.words[HIGH]);
    Py_XDECREF(upper);
    if (fits > 0)
        memcpy(data, &value, sizeof value);
    return fits;
}

int int128_store(CType *ct, char *data, PyObject *integer)
{
    int fits = store(data, integer, ct->conv == CONV_I128 ? SIGNED : UNSIGNED);
    return fits == 0 ? err_range(ct, integer) : fits < 0 ? -1 : 0;
}

int int128_store_wrapped(char *data, PyObject *integer)
{
    return store(data, integer, WRAPPED) > 0 ? 0 : -1;
}
