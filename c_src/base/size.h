/* size.h: arithmetic on sizes that says when the result does not fit. Pure C. */
#ifndef CFFI_BASE_SIZE_H
#define CFFI_BASE_SIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The largest size of an object: what fits a Py_ssize_t. */
#define SIZE_LIMIT ((ptrdiff_t)PTRDIFF_MAX)

/* *result = a * b for a, b >= 0; false when it does not fit. */
static inline bool size_multiply(ptrdiff_t a, ptrdiff_t b, ptrdiff_t *result)
{
    if (a != 0 && b > SIZE_LIMIT / a)
        return false;
    *result = a * b;
    return true;
}

/* *result = a + b for a, b >= 0; false when it does not fit. */
static inline bool size_add(ptrdiff_t a, ptrdiff_t b, ptrdiff_t *result)
{
    if (b > SIZE_LIMIT - a)
        return false;
    *result = a + b;
    return true;
}

/* *result = a rounded up to a multiple of `alignment` (a power of two); false when it does not fit. */
static inline bool size_align(ptrdiff_t a, ptrdiff_t alignment, ptrdiff_t *result)
{
    if (!size_add(a, alignment - 1, result))
        return false;
    *result &= ~(alignment - 1);
    return true;
}

#endif
