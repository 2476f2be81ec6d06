/* half.h: numbers of half precision (_Float16, IEEE 754 binary16), also where the compiler has none. Pure C. */
#ifndef CFFI_TYPES_HALF_H
#define CFFI_TYPES_HALF_H

#include <stdint.h>

/* The nearest one, ties to even; infinity beyond the largest. */
uint16_t half_from_double(double value);
double half_to_double(uint16_t half);

#endif
