/* bitfield.c: reading and writing bit-fields.
 *
 * A unit is an integer of the field's type, in the byte order of the machine; the field is bits shift .. shift+size-1
 * of it, counted from the least significant. Only the bytes that hold them are touched: the unit may reach beyond the
 * record. */
#include "data/bitfield.h"

#include "types/enum_class.h"
#include "types/err.h"

typedef struct {
    Py_ssize_t at; /* first byte, from the start of the unit */
    int count;     /* bytes */
    int shift;     /* bits, from the least significant of these bytes */
    uint64_t mask; /* size ones, not shifted */
} Bits;

static Bits locate(CField *field)
{
    int first = field->bit_shift / 8, last = (field->bit_shift + field->bit_size - 1) / 8;
    Bits bits = {.at = first, .count = last - first + 1, .shift = field->bit_shift % 8};
    if (PLATFORM_BIG_ENDIAN)
        bits.at = field->type->size - 1 - last;
    bits.mask = field->bit_size == 64 ? UINT64_MAX : ((uint64_t)1 << field->bit_size) - 1;
    return bits;
}

PyObject *bitfield_load(CField *field, const char *data)
{
    Bits bits = locate(field);
    uint64_t value = (prim_load_unsigned(data + bits.at, bits.count) >> bits.shift) & bits.mask;
    PyObject *number;
    uint64_t sign = (uint64_t)1 << (field->bit_size - 1);
    if (field->type->kind != KIND_SIGNED)
        number = PyLong_FromUnsignedLongLong(value);
    else
        number = PyLong_FromLongLong((long long)((value ^ sign) - sign));
    return field->type->conv == CONV_ENUM ? enum_class_member_steal(field->type, number) : number;
}

/* The range that may be stored. One signed bit takes 1 too, which reads back as -1. */
static int check_range(CField *field, PyObject *value, long long number)
{
    long long lowest = 0, highest;
    if (field->type->kind == KIND_SIGNED) {
        highest = (long long)(((uint64_t)1 << (field->bit_size - 1)) - 1);
        lowest = -highest - 1;
        highest = highest == 0 ? 1 : highest;
    } else
        highest = (long long)(((uint64_t)1 << field->bit_size) - 1);
    if (number >= lowest && number <= highest)
        return 0;
    return err_raise(PyExc_OverflowError,
                     "value %S outside the range allowed by the bit field width: %lld <= x <= %lld", value, lowest,
                     highest);
}

/* An int, a bool, anything with __index__: the bits to store. */
static int bits_of(CField *field, PyObject *value, uint64_t *number)
{
    int overflow = 0;
    PyObject *integer = PyNumber_Index(value);
    if (integer == NULL)
        return -1;
    bool whole_word = field->bit_size == 64 && field->type->kind != KIND_SIGNED;
    if (whole_word)
        *number = PyLong_AsUnsignedLongLong(integer);
    else
        *number = (uint64_t)PyLong_AsLongLongAndOverflow(integer, &overflow);
    Py_DECREF(integer);
    if (overflow != 0)
        return err_raise(PyExc_OverflowError, "value outside the range allowed by the bit field width of %d bits",
                         field->bit_size);
    if (*number == UINT64_MAX && PyErr_Occurred())
        return -1;
    return whole_word ? 0 : check_range(field, value, (long long)*number);
}

int bitfield_store(CField *field, char *data, PyObject *value)
{
    Bits bits = locate(field);
    uint64_t number;
    if (bits_of(field, value, &number) < 0)
        return -1;
    uint64_t unit = prim_load_unsigned(data + bits.at, bits.count);
    unit = (unit & ~(bits.mask << bits.shift)) | ((number & bits.mask) << bits.shift);
    prim_store_integer(data + bits.at, unit, bits.count);
    return 0;
}
