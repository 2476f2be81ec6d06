/* registers.c: where arguments and results lie, and the calls that load and store them. See registers.h. */
#include "call/registers.h"

#include <stddef.h>

#if PLATFORM_REGISTERS

#define WORD sizeof(RegisterWord)

/* ---- what a value is made of ---- */

/* ORDER WORD: of two parts in one word the greater decides (System V 3.2.3p4). */
enum { WORD_EMPTY, WORD_FLOAT, WORD_INTEGER };

void registers_shape(RegisterShape *shape, size_t size)
{
    *shape = (RegisterShape){.size = size};
}

void registers_shape_part(RegisterShape *shape, size_t offset, size_t size, bool is_float)
{
    uint8_t word = is_float ? WORD_FLOAT : WORD_INTEGER;
    if (size == 0 || size > WORD || offset % size != 0)
        shape->odd = true;
    else if (offset < 2 * WORD && shape->words[offset / WORD] < word)
        shape->words[offset / WORD] = word;
    if (!is_float || (shape->part_count > 0 && shape->part_size != size))
        shape->mixed = true;
    shape->part_size = (uint8_t)size;
    if (shape->part_count <= REGISTERS_PIECES)
        shape->part_count++;
}

/* ---- places ---- */

static void add_piece(RegisterPlaces *places, size_t offset, size_t size, size_t place)
{
    places->pieces[places->count++] = (RegisterPiece){(uint16_t)offset, (uint16_t)size, (uint16_t)place};
}

static size_t words_of(size_t size)
{
    return (size + WORD - 1) / WORD;
}

static size_t place_of_integer(int number)
{
    return offsetof(Registers, integers) + (size_t)number * WORD;
}

static size_t place_of_float(int number)
{
    return offsetof(Registers, floats) + (size_t)number * WORD;
}

/* On Apple's systems arguments on the stack are packed: left to libffi. */
static bool place_on_stack(size_t size, RegistersUsed *used, RegisterPlaces *places)
{
    if (PLATFORM_APPLE || words_of(size) > (size_t)(REGISTERS_STACK - used->stack))
        return false;
    add_piece(places, 0, size, place_of_integer(REGISTERS_INTEGERS + used->stack));
    used->stack += (uint8_t)words_of(size);
    return true;
}

bool registers_place_word(bool is_float, RegistersUsed *used, uint16_t *place)
{
    if (is_float && used->floats < REGISTERS_FLOATS)
        *place = (uint16_t)place_of_float(used->floats++);
    else if (!is_float && used->integers < REGISTERS_INTEGERS)
        *place = (uint16_t)place_of_integer(used->integers++);
    else if (!PLATFORM_APPLE && used->stack < REGISTERS_STACK)
        *place = (uint16_t)(place_of_integer(REGISTERS_INTEGERS + used->stack++));
    else
        return false;
    return true;
}

static bool place_address(RegistersUsed *used, RegisterPlaces *places)
{
    uint16_t place;
    if (!registers_place_word(false, used, &place))
        return false;
    places->by_reference = true;
    add_piece(places, 0, WORD, place);
    return true;
}

static bool start(const RegisterShape *shape, RegisterPlaces *places)
{
    *places = (RegisterPlaces){0};
    return !shape->odd && shape->size > 0 && shape->part_count > 0;
}

#if PLATFORM_REGISTERS == PLATFORM_REGISTERS_X86

/* Each word goes into the next register of its kind (3.2.3p5). */
static void place_words(const RegisterShape *shape, RegistersUsed *used, RegisterPlaces *places)
{
    for (size_t offset = 0; offset < shape->size; offset += WORD) {
        size_t size = shape->size - offset < WORD ? shape->size - offset : WORD;
        bool is_float = shape->words[offset / WORD] == WORD_FLOAT;
        add_piece(places, offset, size, is_float ? place_of_float(used->floats++) : place_of_integer(used->integers++));
    }
}

/* A word of padding only is in no register: compilers disagree about more than that, so it is left to libffi. */
static bool has_empty_word(const RegisterShape *shape)
{
    return shape->size <= 2 * WORD &&
           (shape->words[0] == WORD_EMPTY || (shape->size > WORD && shape->words[1] == WORD_EMPTY));
}

bool registers_place_result(const RegisterShape *shape, RegistersUsed *used, RegisterPlaces *places)
{
    RegistersUsed none = {0};
    if (!start(shape, places) || has_empty_word(shape))
        return false;
    if (shape->size > 2 * WORD)
        return place_address(used, places);
    place_words(shape, &none, places);
    return true;
}

/* All words in registers, or all on the stack. */
bool registers_place(const RegisterShape *shape, RegistersUsed *used, RegisterPlaces *places)
{
    if (!start(shape, places) || has_empty_word(shape))
        return false;
    int count = (int)words_of(shape->size), floats = 0;
    for (int i = 0; i < count && i < 2; i++)
        floats += shape->words[i] == WORD_FLOAT;
    if (count > 2 || used->integers + count - floats > REGISTERS_INTEGERS || used->floats + floats > REGISTERS_FLOATS)
        return place_on_stack(shape->size, used, places);
    place_words(shape, used, places);
    return true;
}

#else

/* One to four floats of one size lie in a register each (AAPCS64 5.9.5.1, "HFA"). */
static bool is_floats(const RegisterShape *shape)
{
    return !shape->mixed && shape->part_count <= REGISTERS_PIECES &&
           shape->size == (size_t)shape->part_count * shape->part_size;
}

static void place_floats(const RegisterShape *shape, RegistersUsed *used, RegisterPlaces *places)
{
    for (size_t i = 0; i < shape->part_count; i++)
        add_piece(places, i * shape->part_size, shape->part_size, place_of_float(used->floats++));
}

/* A larger result is returned through an address in x8, which C has no way to load. */
bool registers_place_result(const RegisterShape *shape, RegistersUsed *used, RegisterPlaces *places)
{
    RegistersUsed none = {0};
    (void)used;
    if (!start(shape, places) || (!is_floats(shape) && shape->size > 2 * WORD))
        return false;
    if (is_floats(shape))
        place_floats(shape, &none, places);
    else
        add_piece(places, 0, shape->size, place_of_integer(0));
    return true;
}

/* AAPCS64 6.8.2, stages B and C: once one did not fit its kind of registers, no other gets any. */
bool registers_place(const RegisterShape *shape, RegistersUsed *used, RegisterPlaces *places)
{
    if (!start(shape, places))
        return false;
    if (is_floats(shape)) {
        if (used->floats + shape->part_count > REGISTERS_FLOATS) {
            used->floats = REGISTERS_FLOATS;
            return place_on_stack(shape->size, used, places);
        }
        place_floats(shape, used, places);
        return true;
    }
    if (shape->size > 2 * WORD)
        return place_address(used, places);
    if (used->integers + words_of(shape->size) > REGISTERS_INTEGERS) {
        used->integers = REGISTERS_INTEGERS;
        return place_on_stack(shape->size, used, places);
    }
    add_piece(places, 0, shape->size, place_of_integer(used->integers));
    used->integers += (uint8_t)words_of(shape->size);
    return true;
}

#endif

/* ---- the call ---- */

static int how_to_load(const RegistersUsed *used, bool variadic)
{
    if (variadic)
        return LOAD_VARIADIC;
    if (used->stack > REGISTERS_SOME_STACK)
        return LOAD_ALL;
    if (used->stack > 0)
        return used->floats > 0 ? LOAD_BOTH_STACK : LOAD_INTEGERS_STACK;
    return (used->integers > 0 ? LOAD_INTEGERS : LOAD_NOTHING) + (used->floats > 0 ? LOAD_FLOATS - LOAD_NOTHING : 0);
}

int registers_how(const RegistersUsed *used, const RegisterPlaces *result, bool variadic)
{
    int integers = 0, floats = 0, load = how_to_load(used, variadic);
    for (int i = 0; result != NULL && !result->by_reference && i < result->count; i++) {
        if (result->pieces[i].place < offsetof(Registers, integers))
            floats++;
        else
            integers += (int)words_of(result->pieces[i].size);
    }
    int store = integers > 1 ? STORE_INTEGERS : floats > REGISTERS_FLOATS_IN_ONE ? STORE_FLOATS : STORE_ONE;
    return REGISTERS_CALL(load, store);
}

/* What a function returns, as far as registers are concerned. */
typedef struct {
    int64_t first, second;
} Integers;
typedef struct {
    double number[REGISTERS_FLOATS_IN_RESULT];
} Floats;
#define KEEP_RegistersOne(result) registers_keep_one(registers, result)
#define KEEP_Integers(result)                                                                                          \
    registers->integers[0].integer = (result).first;                                                                   \
    registers->integers[1].integer = (result).second
#define KEEP_Floats(result)                                                                                            \
    for (int i = 0; i < REGISTERS_FLOATS_IN_RESULT; i++)                                                               \
    registers->floats[i].number = (result).number[i]

#define F(n)        registers->floats[n].number
#define S(n)        registers->integers[REGISTERS_INTEGERS + (n)].integer
#define STACK       S(0), S(1), S(2), S(3)
#define STACK_TYPES int64_t, int64_t, int64_t, int64_t
#define MORE_STACK  S(4), S(5), S(6), S(7), S(8), S(9), S(10), S(11)
#define MORE_TYPES  STACK_TYPES, STACK_TYPES

#define CALL(load, store, Result, types, values)                                                                       \
    CALLS_ANY_TYPE static void call_##load##_##store(Registers *registers, char *function)                             \
    {                                                                                                                  \
        Result result = ((Result(*) types)(uintptr_t)function)values;                                                  \
        KEEP_##Result(result);                                                                                         \
    }
#define CALLS(load, types, values)                                                                                     \
    CALL(load, STORE_ONE, RegistersOne, types, values)                                                                 \
    CALL(load, STORE_INTEGERS, Integers, types, values)                                                                \
    CALL(load, STORE_FLOATS, Floats, types, values)

CALLS(LOAD_NOTHING, (void), ())
CALLS(LOAD_INTEGERS, (REGISTERS_INTEGER_TYPES), (REGISTERS_INTEGER_VALUES))
CALLS(LOAD_FLOATS, (REGISTERS_FLOAT_TYPES), (REGISTERS_FLOAT_VALUES))
CALLS(LOAD_BOTH, (REGISTERS_INTEGER_TYPES, REGISTERS_FLOAT_TYPES), (REGISTERS_INTEGER_VALUES, REGISTERS_FLOAT_VALUES))
CALLS(LOAD_INTEGERS_STACK, (REGISTERS_INTEGER_TYPES, STACK_TYPES), (REGISTERS_INTEGER_VALUES, STACK))
CALLS(LOAD_BOTH_STACK, (REGISTERS_INTEGER_TYPES, REGISTERS_FLOAT_TYPES, STACK_TYPES),
      (REGISTERS_INTEGER_VALUES, REGISTERS_FLOAT_VALUES, STACK))
CALLS(LOAD_ALL, (REGISTERS_INTEGER_TYPES, REGISTERS_FLOAT_TYPES, STACK_TYPES, MORE_TYPES),
      (REGISTERS_INTEGER_VALUES, REGISTERS_FLOAT_VALUES, STACK, MORE_STACK))
CALLS(LOAD_VARIADIC, (int64_t, ...), (REGISTERS_INTEGER_VALUES, REGISTERS_FLOAT_VALUES, STACK, MORE_STACK))

RegistersCall registers_call_for(int how)
{
#define ROW(load)                                                                                                      \
    [REGISTERS_CALL(load, STORE_ONE)] = call_##load##_STORE_ONE,                                                       \
                          [REGISTERS_CALL(load, STORE_INTEGERS)] = call_##load##_STORE_INTEGERS,                       \
                          [REGISTERS_CALL(load, STORE_FLOATS)] = call_##load##_STORE_FLOATS
    static const RegistersCall calls[LOAD_COUNT * STORE_COUNT] = {
        ROW(LOAD_NOTHING),        ROW(LOAD_INTEGERS),   ROW(LOAD_FLOATS), ROW(LOAD_BOTH),
        ROW(LOAD_INTEGERS_STACK), ROW(LOAD_BOTH_STACK), ROW(LOAD_ALL),    ROW(LOAD_VARIADIC),
    };
    return how == REGISTERS_CALL(LOAD_INTEGERS, STORE_ONE) ? REGISTERS_IN_LINE_INTEGERS
           : how == REGISTERS_CALL(LOAD_FLOATS, STORE_ONE) ? REGISTERS_IN_LINE_FLOATS
                                                           : calls[how];
}

#else

typedef int registers_unused; /* C wants something in every file */

#endif
