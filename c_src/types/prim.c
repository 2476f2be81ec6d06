/* prim.c: the table of primitive types, and raw loads and stores of integers. Pure C. */
#include "types/prim.h"

#include <stdbool.h>
#include <string.h>

#include "base/platform.h"

/* ---- the table: kind, conversion, size and alignment follow from the C type of the row ---- */

/* clang-format off */
#define BY_SIZE(type, one, two, four, eight, sixteen) \
    (sizeof(type) == 1 ? (one) : sizeof(type) == 2 ? (two) : sizeof(type) == 4 ? (four) \
     : sizeof(type) == 8 ? (eight) : (sixteen))

#define CONV_OF_VOID(type) CONV_NONE
#define CONV_OF_BOOL(type) CONV_BOOL
#define CONV_OF_CHAR(type) BY_SIZE(type, CONV_CHAR8, CONV_CHAR16, CONV_CHAR32, CONV_NONE, CONV_NONE)
#define CONV_OF_SIGNED(type) BY_SIZE(type, CONV_I8, CONV_I16, CONV_I32, CONV_I64, CONV_I128)
#define CONV_OF_UNSIGNED(type) BY_SIZE(type, CONV_U8, CONV_U16, CONV_U32, CONV_U64, CONV_U128)
#define CONV_OF_FLOAT(type) BY_SIZE(type, CONV_NONE, CONV_HALF, CONV_FLOAT, CONV_DOUBLE, CONV_NONE)
#define CONV_OF_LONG_DOUBLE(type) CONV_LONG_DOUBLE
#define CONV_OF_COMPLEX(type) (sizeof(type) == sizeof(prim_cfloat) ? CONV_CFLOAT : CONV_CDOUBLE)
#define CONV_OF_LONG_COMPLEX(type) CONV_CLONG_DOUBLE
#define KIND_LONG_COMPLEX KIND_COMPLEX

/* clang-format on */

#define SIZE_OF(type, kind) (KIND_##kind == KIND_VOID ? 0 : sizeof(type))

const PrimInfo prim_table[PRIM_COUNT] = {
#define PRIM(number, ident, name, ctype, kind)                                                                         \
    [number] = {name, KIND_##kind, CONV_OF_##kind(ctype), SIZE_OF(ctype, kind), _Alignof(ctype)},
#include "types/prim.def"
#undef PRIM
};

/* Names that the function new_primitive_type() also knows. */
static const struct {
    const char *name;
    int number;
} prim_aliases[] = {
    {"_cffi_float_complex_t", PRIM_CFLOAT},
    {"_cffi_double_complex_t", PRIM_CDOUBLE},
    {"_cffi_long_double_complex_t", PRIM_CLONGDOUBLE},
};

static bool prim_name_is(const char *known, const char *name, size_t length)
{
    return strncmp(known, name, length) == 0 && known[length] == '\0';
}

int prim_find(const char *name, size_t length)
{
    for (int i = 0; i < PRIM_COUNT; i++) {
        if (prim_name_is(prim_table[i].name, name, length))
            return i;
    }
    for (size_t i = 0; i < sizeof prim_aliases / sizeof *prim_aliases; i++) {
        if (prim_name_is(prim_aliases[i].name, name, length))
            return prim_aliases[i].number;
    }
    return -1;
}

/* ---- integers of any size up to eight bytes ---- */

static uint64_t load_bytes(const char *data, int size)
{
    uint64_t value = 0;
    for (int i = 0; i < size; i++) {
        int place = PLATFORM_BIG_ENDIAN ? size - 1 - i : i;
        value |= (uint64_t)(unsigned char)data[i] << (8 * place);
    }
    return value;
}

static void store_bytes(char *data, uint64_t value, int size)
{
    for (int i = 0; i < size; i++) {
        int place = PLATFORM_BIG_ENDIAN ? size - 1 - i : i;
        data[i] = (char)(unsigned char)(value >> (8 * place));
    }
}

/* clang-format off */
#define LOAD(type) { type value; memcpy(&value, data, sizeof value); return value; }
#define STORE(type) { type stored = (type)value; memcpy(data, &stored, sizeof stored); return; }

uint64_t prim_load_unsigned(const char *data, int size)
{
    switch (size) {
    case 1: LOAD(uint8_t)
    case 2: LOAD(uint16_t)
    case 4: LOAD(uint32_t)
    case 8: LOAD(uint64_t)
    default: return load_bytes(data, size);
    }
}

int64_t prim_load_signed(const char *data, int size)
{
    uint64_t sign = (uint64_t)1 << (8 * size - 1);
    return (int64_t)((prim_load_unsigned(data, size) ^ sign) - sign);
}

void prim_store_integer(char *data, uint64_t value, int size)
{
    switch (size) {
    case 1: STORE(uint8_t)
    case 2: STORE(uint16_t)
    case 4: STORE(uint32_t)
    case 8: STORE(uint64_t)
    default: store_bytes(data, value, size);
    }
}
/* clang-format on */
