/* half.c: numbers of half precision: 1 sign, 5 exponent and 10 fraction bits. Pure C. */
#include "types/half.h"

#include <math.h>
#include <string.h>

#define HALF_INFINITY 0x7C00
#define HALF_LOWEST   (-14) /* the exponent of subnormal numbers */

/* The 53 bits of `significand` without the last `drop`, rounded. */
static unsigned rounded(uint64_t significand, int drop)
{
    uint64_t kept = significand >> drop, rest = significand & (((uint64_t)1 << drop) - 1);
    uint64_t middle = (uint64_t)1 << (drop - 1);
    return (unsigned)kept + (rest > middle || (rest == middle && (kept & 1) != 0));
}

uint16_t half_from_double(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    unsigned sign = (unsigned)(bits >> 48) & 0x8000;
    int exponent = (int)(bits >> 52 & 0x7FF) - 1023;
    uint64_t fraction = bits & (((uint64_t)1 << 52) - 1), significand = fraction | (uint64_t)1 << 52;
    if (exponent == 1024 && fraction != 0)
        return (uint16_t)(sign | HALF_INFINITY | 0x200 | (unsigned)(fraction >> 42)); /* a quiet NaN */
    if (exponent > 15)
        return (uint16_t)(sign | HALF_INFINITY);
    if (exponent < HALF_LOWEST - 11)
        return (uint16_t)sign;
    if (exponent < HALF_LOWEST)
        return (uint16_t)(sign | rounded(significand, 42 + HALF_LOWEST - exponent));
    /* the leading one adds to the exponent, and so does what rounding carries */
    return (uint16_t)(sign | (((unsigned)(exponent - HALF_LOWEST) << 10) + rounded(significand, 42)));
}

double half_to_double(uint16_t half)
{
    int exponent = half >> 10 & 0x1F, fraction = half & 0x3FF;
    double size;
    if (exponent == 0x1F)
        size = fraction == 0 ? INFINITY : NAN;
    else if (exponent == 0)
        size = ldexp(fraction, HALF_LOWEST - 10);
    else
        size = ldexp(fraction + 0x400, HALF_LOWEST - 11 + exponent);
    return copysign(size, half & 0x8000 ? -1.0 : 1.0);
}
