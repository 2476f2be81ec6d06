/* layout.h: where C compilers put the members of structs and unions. Pure C. */
#ifndef CFFI_TYPES_LAYOUT_H
#define CFFI_TYPES_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/platform.h"

/* How bit-fields are placed. */
typedef enum {
    LAYOUT_GCC_X86, /* System V: share bytes with their neighbours, but do not straddle a unit of their type */
    LAYOUT_GCC_ARM, /* the same; unnamed ones, also of width 0, count for the alignment of the record */
    LAYOUT_MSVC,    /* neighbours of equal size share a unit of their type */
} LayoutRules;

#if PLATFORM_WINDOWS
#define LAYOUT_HERE LAYOUT_MSVC
#elif PLATFORM_ARM_BIT_FIELDS
#define LAYOUT_HERE LAYOUT_GCC_ARM
#else
#define LAYOUT_HERE LAYOUT_GCC_X86
#endif

typedef struct {
    LayoutRules rules;
    bool is_union;
    bool packed;          /* every member has the alignment 1 */
    bool big_endian_bits; /* bit-fields fill their unit from the most significant bit */
    int pack;             /* the largest alignment of a member, as by #pragma pack; a power of two, or 0: no limit */
    ptrdiff_t size;       /* bytes, told by a compiler; -1: compute */
    int align;            /* bytes, told by a compiler; -1: compute */
    int least_align;      /* bytes, asked for by an attribute; 0: nothing is */
} LayoutOptions;

typedef struct {
    /* in */
    ptrdiff_t size;  /* bytes of the type; 0 for an open array */
    int align;       /* bytes, a power of two */
    int bits;        /* width of a bit-field, up to 8 * size; -1: no bit-field */
    bool named;      /* false: an unnamed bit-field, which only takes room */
    ptrdiff_t given; /* bytes, told by a compiler; -1: compute */
    /* out */
    ptrdiff_t standard; /* the offset by the rules, after the members before it as they lie */
    ptrdiff_t offset;   /* the offset: `given`, else `standard`; of a bit-field that of its unit */
    int shift; /* bit-field: bits from the least significant bit of its unit, an integer of `size` bytes; the unit may
                           reach beyond the end of the record, the bytes with bits of the field do not */
} LayoutMember;

typedef struct {
    ptrdiff_t end;           /* bytes from the start to the end of the last member */
    ptrdiff_t size;          /* bytes: as told, else standard_size */
    int align;               /* as told, else standard_align */
    ptrdiff_t standard_size; /* by the rules, with the members as they lie */
    int standard_align;
} LayoutResult;

typedef enum {
    LAYOUT_OK,
    LAYOUT_TOO_LARGE, /* a size or offset does not fit a ptrdiff_t */
    LAYOUT_TOO_SMALL, /* options.size is less than result.end */
    LAYOUT_ACROSS,    /* members[*bad]: a packed bit-field touches more bytes than its type has */
} LayoutStatus;

/* Lays out `count` members in C order. */
LayoutStatus layout_compute(const LayoutOptions *options, LayoutMember *members, size_t count, LayoutResult *result,
                            size_t *bad);

#endif
