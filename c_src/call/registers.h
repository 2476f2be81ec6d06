/* registers.h: C calls without libffi: arguments in the registers and on the words of stack where the calling convention has them.
 *
 * A C compiler that calls a function of type  R (*)(int64_t × 6, double × 8, int64_t × 12)  fills every register that may hold an
 * argument on System V, and twelve words of stack. A function that takes other arguments finds its own among them: whatever it does
 * not look for does it no harm. Such a call so serves all signatures whose arguments fit.
 *
 *   x86-64, System V ABI 1.0, 3.2.3    rdi rsi rdx rcx r8 r9 | xmm0-7 | stack     results: rax rdx | xmm0 xmm1
 *   AArch64, AAPCS64 6.8.2             x0-7                  | v0-7   | stack     results: x0 x1   | v0-3
 *
 * Pure C. */
#ifndef CFFI_CALL_REGISTERS_H
#define CFFI_CALL_REGISTERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/platform.h"

#define REGISTERS_INTEGERS (PLATFORM_REGISTERS == PLATFORM_REGISTERS_ARM64 ? 8 : 6)
#define REGISTERS_FLOATS   8
#define REGISTERS_PIECES   4
/* Words of stack; most functions that need any need few. */
#define REGISTERS_STACK      12
#define REGISTERS_SOME_STACK 4
/* The floats of a result that are stored together with an integer. */
#define REGISTERS_FLOATS_IN_ONE (PLATFORM_REGISTERS == PLATFORM_REGISTERS_ARM64 ? 0 : 1)
#define REGISTERS_PIECES        4

typedef union {
    int64_t integer;
    double number;
    void *pointer;
} RegisterWord;

/* What a call loads; after it, `integers` and `floats` begin with the result. */
typedef struct {
    RegisterWord floats[REGISTERS_FLOATS];
    RegisterWord integers[REGISTERS_INTEGERS + REGISTERS_STACK]; /* the registers, and right behind them the stack */
} Registers;

/* Some bytes of a value, and where in a Registers they lie. */
typedef struct {
    uint16_t offset; /* in the value */
    uint16_t size;
    uint16_t place; /* in the Registers */
} RegisterPiece;

/* A value as the calling convention sees it: parts added one by one. */
typedef struct {
    size_t size;
    uint8_t words[2];   /* what the first two words hold: ORDER WORD */
    uint8_t part_size;  /* of the part added last */
    uint8_t part_count; /* up to REGISTERS_PIECES + 1 */
    bool mixed;         /* the parts are not all floats of one size */
    bool odd;           /* a part lies where it is not aligned, or is none that registers hold */
} RegisterShape;

typedef struct {
    uint8_t count;     /* of pieces */
    bool by_reference; /* the one piece is the address of the value */
    RegisterPiece pieces[REGISTERS_PIECES];
} RegisterPlaces;

/* How much is in use; zero at first. */
typedef struct {
    uint8_t integers, floats, stack;
} RegistersUsed;

void registers_shape(RegisterShape *shape, size_t size);
void registers_shape_part(RegisterShape *shape, size_t offset, size_t size, bool is_float);

/* Places the result, before any argument; the next argument. false: libffi must do it. */
bool registers_place_result(const RegisterShape *shape, RegistersUsed *used, RegisterPlaces *places);
bool registers_place(const RegisterShape *shape, RegistersUsed *used, RegisterPlaces *places);
/* The same for a number or pointer of at most one word. */
bool registers_place_word(bool is_float, RegistersUsed *used, uint16_t *place);

/* ---- the call ---- */

/* What is loaded, and which registers are stored: all combinations that functions need, the least that serves. ORDER LOAD. */
enum {
    LOAD_NOTHING,
    LOAD_INTEGERS,
    LOAD_FLOATS,
    LOAD_BOTH,
    LOAD_INTEGERS_STACK, /* REGISTERS_SOME_STACK words */
    LOAD_BOTH_STACK,
    LOAD_ALL,
    LOAD_VARIADIC, /* all; the number of floats is told as well */
    LOAD_COUNT
};
enum { STORE_ONE, STORE_INTEGERS, STORE_FLOATS, STORE_COUNT };

#define REGISTERS_CALL(load, store) ((load)*STORE_COUNT + (store))

/* The number for registers_call_for(). `result`: NULL for none. */
int registers_how(const RegistersUsed *used, const RegisterPlaces *result, bool variadic);

/* Makes the call. The two most common ones are in line below: these numbers stand for them. */
typedef void (*RegistersCall)(Registers *registers, char *function);
RegistersCall registers_call_for(int how);

#define REGISTERS_IN_LINE_INTEGERS ((RegistersCall)0)
#define REGISTERS_IN_LINE_FLOATS   ((RegistersCall)1)

#if PLATFORM_REGISTERS == PLATFORM_REGISTERS_X86
#define REGISTERS_FLOATS_IN_RESULT 2
#define REGISTERS_INTEGER_TYPES    int64_t, int64_t, int64_t, int64_t, int64_t, int64_t
#define REGISTERS_INTEGER_VALUES   I(0), I(1), I(2), I(3), I(4), I(5)
typedef struct {
    int64_t integer; /* rax */
    double number;   /* xmm0 */
} RegistersOne;
static inline void registers_keep_one(Registers *registers, RegistersOne result)
{
    registers->integers[0].integer = result.integer;
    registers->floats[0].number = result.number;
}
#else
#define REGISTERS_FLOATS_IN_RESULT 4
#define REGISTERS_INTEGER_TYPES    int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, int64_t
#define REGISTERS_INTEGER_VALUES   I(0), I(1), I(2), I(3), I(4), I(5), I(6), I(7)
typedef int64_t RegistersOne;
static inline void registers_keep_one(Registers *registers, RegistersOne result)
{
    registers->integers[0].integer = result;
}
#endif
#define REGISTERS_FLOAT_TYPES  double, double, double, double, double, double, double, double
#define REGISTERS_FLOAT_VALUES F(0), F(1), F(2), F(3), F(4), F(5), F(6), F(7)
#define I(n)                   registers->integers[n].integer
#define F(n)                   registers->floats[n].number

CALLS_ANY_TYPE static ALWAYS_INLINE void registers_call_integers(Registers *registers, char *function)
{
    registers_keep_one(registers,
                       ((RegistersOne(*)(REGISTERS_INTEGER_TYPES))(uintptr_t)function)(REGISTERS_INTEGER_VALUES));
}

CALLS_ANY_TYPE static ALWAYS_INLINE void registers_call_floats(Registers *registers, char *function)
{
    registers_keep_one(registers,
                       ((RegistersOne(*)(REGISTERS_FLOAT_TYPES))(uintptr_t)function)(REGISTERS_FLOAT_VALUES));
}

#endif
