/* thunk.c: C functions that wait to be given a meaning. See thunk.h. Pure C. */
#include "call/thunk.h"

#include <stddef.h>

#if PLATFORM_REGISTERS

/* The process has one set of functions, so it has one table of what they mean; entries are exchanged atomically. */
static void *closures[THUNK_COUNT];
static long next_thunk; /* the search begins there, so that one that was given back rests as long as possible */

#define IN(n)            int64_t i##n
#define FN(n)            double d##n
#define SI(n)            registers.integers[n].integer = i##n
#define SF(n)            registers.floats[n].number = d##n
#define FLOATS           FN(0), FN(1), FN(2), FN(3), FN(4), FN(5), FN(6), FN(7)
#define STORE_ALL_FLOATS SF(0), SF(1), SF(2), SF(3), SF(4), SF(5), SF(6), SF(7)
#if PLATFORM_REGISTERS == PLATFORM_REGISTERS_X86
#define INTEGERS           IN(0), IN(1), IN(2), IN(3), IN(4), IN(5)
#define STORE_ALL_INTEGERS SI(0), SI(1), SI(2), SI(3), SI(4), SI(5)
#define RETURN(word)                                                                                                   \
    (RegistersOne)                                                                                                     \
    {                                                                                                                  \
        (word).integer, (word).number                                                                                  \
    }
#else
#define INTEGERS           IN(0), IN(1), IN(2), IN(3), IN(4), IN(5), IN(6), IN(7)
#define STORE_ALL_INTEGERS SI(0), SI(1), SI(2), SI(3), SI(4), SI(5), SI(6), SI(7)
#define RETURN(word)       (word).integer
#endif

static RegistersOne enter(int number, Registers *registers)
{
    RegisterWord result = closure_enter(ATOMIC_LOAD_POINTER(closures[number]), registers);
    return RETURN(result);
}

/* Numbers in octal digits: the last but one and the last are added by these macros. */
#define THUNK(digits)                                                                                                  \
    static RegistersOne thunk_##digits(INTEGERS, FLOATS)                                                               \
    {                                                                                                                  \
        Registers registers;                                                                                           \
        STORE_ALL_INTEGERS;                                                                                            \
        STORE_ALL_FLOATS;                                                                                              \
        return enter(0##digits, &registers);                                                                           \
    }
#define NAME(digits) thunk_##digits,
#define ALL_8(X, digits)                                                                                               \
    X(digits##0) X(digits##1) X(digits##2) X(digits##3) X(digits##4) X(digits##5) X(digits##6) X(digits##7)
#define ALL_64(X, digits)                                                                                              \
    ALL_8(X, digits##0)                                                                                                \
    ALL_8(X, digits##1)                                                                                                \
    ALL_8(X, digits##2)                                                                                                \
    ALL_8(X, digits##3) ALL_8(X, digits##4) ALL_8(X, digits##5) ALL_8(X, digits##6) ALL_8(X, digits##7)

ALL_64(THUNK, 0)
ALL_64(THUNK, 1)

static RegistersOne (*const thunks[THUNK_COUNT])(INTEGERS, FLOATS) = {ALL_64(NAME, 0) ALL_64(NAME, 1)};

int thunk_take(void *closure)
{
    unsigned long first = (unsigned long)ATOMIC_ADD(next_thunk, 1);
    for (unsigned long i = 0; i < THUNK_COUNT; i++) {
        unsigned long number = (first + i) % THUNK_COUNT;
        if (ATOMIC_LOAD_POINTER(closures[number]) == NULL && ATOMIC_SET_POINTER_IF(closures[number], NULL, closure))
            return (int)number;
    }
    return -1;
}

void thunk_give_back(int number)
{
    (void)ATOMIC_SET_POINTER_IF(closures[number], ATOMIC_LOAD_POINTER(closures[number]), NULL);
}

void *thunk_address(int number)
{
    return (void *)(uintptr_t)thunks[number];
}

#else

typedef int thunk_unused; /* C wants something in every file */

#endif
