/* prim.h: the primitive types: numbers, names, sizes, and how their values are moved. Pure C. */
#ifndef CFFI_TYPES_PRIM_H
#define CFFI_TYPES_PRIM_H

#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

/* Complex numbers as arrays of two: same layout (C11 6.2.5p13), also where the compiler has no _Complex. */
typedef float prim_cfloat[2];
typedef double prim_cdouble[2];
typedef long double prim_clongdouble[2];

/* Size and alignment of __int128, also where the compiler has none. */
typedef struct {
    _Alignas(16) uint64_t words[2];
} prim_int128;

enum {
#define PRIM(number, ident, name, ctype, kind) PRIM_##ident = number,
#include "types/prim.def"
#undef PRIM
    PRIM_COUNT
};

/* How a value is loaded from and stored to memory: one routine each in data/from_c.c and data/to_c.c. ORDER CONV. */
/* clang-format off */
typedef enum {
    CONV_NONE, /* void, opaque records, function types: there is no value */
    CONV_I8, CONV_I16, CONV_I32, CONV_I64, CONV_I128,
    CONV_U8, CONV_U16, CONV_U32, CONV_U64, CONV_U128,
    CONV_BOOL,
    CONV_CHAR8, CONV_CHAR16, CONV_CHAR32,
    CONV_HALF, CONV_FLOAT, CONV_DOUBLE, CONV_LONG_DOUBLE, CONV_CFLOAT, CONV_CDOUBLE, CONV_CLONG_DOUBLE,
    CONV_ENUM, /* an enum with a Python class; those without are integers */
    CONV_POINTER, CONV_FUNCTION, CONV_ARRAY, CONV_RECORD,
    CONV_COUNT
} Conv;

/* ORDER KIND: primitives first, then what has parts. */
typedef enum {
    KIND_VOID,
    KIND_BOOL, KIND_CHAR, KIND_SIGNED, KIND_UNSIGNED, KIND_FLOAT, KIND_LONG_DOUBLE, KIND_COMPLEX,
    KIND_POINTER, KIND_FUNCTION, KIND_ARRAY, KIND_STRUCT, KIND_UNION,
    KIND_COUNT
} Kind;
/* clang-format on */

typedef struct {
    const char *name;
    uint8_t kind;  /* Kind */
    uint8_t conv;  /* Conv */
    uint8_t size;  /* bytes; 0 for void */
    uint8_t align; /* bytes */
} PrimInfo;

extern const PrimInfo prim_table[PRIM_COUNT];

/* The number of the primitive called `name` (`length` bytes; also _cffi_float_complex_t and its like), or -1. */
int prim_find(const char *name, size_t length);

/* Raw loads and stores at any address, aligned or not. `size` is 1 to 8: other than a power of two for some
 * bit-fields. */
int64_t prim_load_signed(const char *data, int size);
uint64_t prim_load_unsigned(const char *data, int size);
void prim_store_integer(char *data, uint64_t value, int size);

#endif
