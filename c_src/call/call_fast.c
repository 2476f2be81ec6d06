/* call_fast.c: calls through registers. See call_fast.h. */
#include "call/call_fast.h"

#include "base/attach.h"
#include "call/argument.h"
#include "call/cif_type.h"
#include "call/registers.h"
#include "call/variadic.h"
#include "data/from_c.h"
#include "types/err.h"

#if PLATFORM_REGISTERS

/* How an argument is converted when it is what it nearly always is; anything else is left to store_other(). ORDER FAST. */
enum {
    FAST_BYTES,    /* what FAST_POINTER is, or bytes */
    FAST_POINTER,  /* a cdata of this very type, or an array that decays to it */
    FAST_INTEGER,  /* of 32 or 64 bits: a small int */
    FAST_UNSIGNED, /* the same, not below zero */
    FAST_DOUBLE,   /* a float or a small int */
    FAST_WORDS,    /* a record of one or two words that go into registers: a cdata of this very type */
    FAST_PIECES,   /* another record, or a complex number: the same */
    FAST_ADDRESS,  /* the same, of which the address is passed */
    FAST_OTHER,
};

/* What becomes of the result. */
enum {
    RESULT_NONE,
    RESULT_I32,
    RESULT_I64,
    RESULT_U32,
    RESULT_U64,
    RESULT_DOUBLE,
    RESULT_POINTER,
    RESULT_OTHER,
    RESULT_RECORD
};

typedef struct {
    CType *type;            /* const, borrowed from the function type */
    uint16_t place;         /* const: in Registers, of the first piece */
    uint16_t second_place;  /* const: of FAST_WORDS, of the second word; that of the first when there is no other */
    uint8_t code;           /* const: FAST_* */
    bool is_signed;         /* const: how a small integer fills a register */
    RegisterPlaces *pieces; /* const: of FAST_PIECES and FAST_WORDS, in the block of the plan */
} FastArgument;

/* Functions that take only ints, or only doubles, or one argument, are many. */
enum {
    ROW_OF_INTEGERS,
    ROW_OF_DOUBLES,
    ROW_OF_ONE,
    ROW_MIXED,
    ROW_NEVER /* the result needs memory: call_general() */
};

struct FastPlan {
    CType *function;                 /* const, borrowed: the owner */
    CType *result;                   /* const, borrowed */
    Py_ssize_t count;                /* const: arguments; of a variadic function the named ones */
    RegistersCall call;              /* const */
    uint8_t row;                     /* const: ROW_*, how all arguments are stored that are the usual objects */
    uint8_t result_code;             /* const: RESULT_* */
    bool stores_one;                 /* const: the result is in the first register of its kind, or there is none */
    RegistersUsed used;              /* const: by the arguments */
    RegisterPlaces places_of_result; /* const */
    FastArgument arguments[];        /* const; behind them the places of those that have pieces */
};

/* ---- making a plan: 1, or 0 when registers do not do, without an exception ---- */

#define MOST_BYTES 4096 /* of a record */

static inline bool is_float(const CType *ct)
{
    return ct->conv == CONV_FLOAT || ct->conv == CONV_DOUBLE;
}

static bool add_parts(RegisterShape *shape, CType *ct, size_t offset);

static bool add_fields(RegisterShape *shape, CType *record, size_t offset)
{
    const uint32_t unusual = CTYPE_CUSTOM_FIELDS | CTYPE_PACKED | CTYPE_BIT_FIELDS | CTYPE_VAR_RECORD;
    Py_ssize_t end = 0;
    if (record->kind != KIND_STRUCT || record->flags & unusual || record->align > (int)sizeof(RegisterWord))
        return false;
    for (Py_ssize_t i = 0; i < record->u.record.field_count; i++) {
        const CField *field = record->u.record.fields[i];
        if (field->offset < end || !add_parts(shape, field->type, offset + (size_t)field->offset))
            return false; /* the former: of an anonymous union */
        end = field->offset + field->type->size;
    }
    return true;
}

static bool add_items(RegisterShape *shape, CType *array, size_t offset)
{
    CType *item = array->u.array.item;
    for (Py_ssize_t i = 0; i < array->u.array.length; i++) {
        if (!add_parts(shape, item, offset + (size_t)(i * item->size)))
            return false;
    }
    return array->u.array.length > 0;
}

static bool add_parts(RegisterShape *shape, CType *ct, size_t offset)
{
    size_t size = (size_t)ct->size;
    if (ct->kind == KIND_ARRAY)
        return add_items(shape, ct, offset);
    if (ctype_is_record(ct))
        return add_fields(shape, ct, offset);
    if (ct->conv == CONV_CFLOAT || ct->conv == CONV_CDOUBLE) {
        registers_shape_part(shape, offset, size / 2, true);
        registers_shape_part(shape, offset + size / 2, size / 2, true);
        return true;
    }
    registers_shape_part(shape, offset, size, is_float(ct));
    return is_float(ct) || ctype_is_integer(ct) || ct->kind == KIND_CHAR || ct->size == sizeof(void *);
}

/* The layouts of records are needed. Their errors are those of whoever calls the function instead. */
static bool shape_of(CType *ct, RegisterShape *shape)
{
    if (ctype_is_record(ct) && ctype_complete(ct) <= 0) {
        PyErr_Clear();
        return false;
    }
    registers_shape(shape, (size_t)ct->size);
    return ct->size > 0 && ct->size <= MOST_BYTES && add_parts(shape, ct, 0);
}

static bool is_byte(const CType *item)
{
    return item->size == 1 && item->kind >= KIND_CHAR && item->kind <= KIND_UNSIGNED;
}

static uint8_t code_of(const CType *ct)
{
    switch (ct->conv) {
    case CONV_I32:
    case CONV_I64:
        return FAST_INTEGER;
    case CONV_U32:
    case CONV_U64:
        return FAST_UNSIGNED;
    case CONV_DOUBLE:
        return FAST_DOUBLE;
    case CONV_FUNCTION:
        return FAST_POINTER;
    case CONV_POINTER:
        return ct->flags & CTYPE_VOID_POINTER || is_byte(ct->u.pointer.item) ? FAST_BYTES : FAST_POINTER;
    case CONV_CFLOAT:
    case CONV_CDOUBLE:
        return FAST_PIECES;
    default:
        return ctype_is_record(ct) ? FAST_PIECES : FAST_OTHER;
    }
}

static uint8_t result_code_of(const CType *ct)
{
    if (ct->flags & CTYPE_ENUM) /* it may get a class later: enum_class.h */
        return RESULT_OTHER;
    switch (ct->conv) {
    case CONV_NONE:
        return RESULT_NONE;
    case CONV_I32:
        return RESULT_I32;
    case CONV_I64:
        return RESULT_I64;
    case CONV_U32:
        return RESULT_U32;
    case CONV_U64:
        return RESULT_U64;
    case CONV_DOUBLE:
        return RESULT_DOUBLE;
    case CONV_POINTER:
    case CONV_FUNCTION:
        return RESULT_POINTER;
    default:
        return ctype_is_record(ct) ? RESULT_RECORD : RESULT_OTHER;
    }
}

/* Complex results are left to libffi: see call.c. */
static bool plan_result(FastPlan *plan)
{
    RegisterShape shape;
    if (plan->result->kind == KIND_VOID)
        return true;
    if (plan->result->kind == KIND_COMPLEX || !shape_of(plan->result, &shape) ||
        !registers_place_result(&shape, &plan->used, &plan->places_of_result))
        return false;
    plan->result_code = result_code_of(plan->result);
    return true;
}

static bool is_word(const CType *ct)
{
    return ct->kind >= KIND_BOOL && ct->kind <= KIND_FUNCTION && ct->size <= (Py_ssize_t)sizeof(RegisterWord) &&
           ct->kind != KIND_LONG_DOUBLE && ct->kind != KIND_COMPLEX && (ct->kind != KIND_FLOAT || is_float(ct));
}

static bool is_words(const RegisterPlaces *places)
{
    bool whole = places->count <= 2;
    for (size_t i = 0; whole && i < places->count; i++)
        whole = places->pieces[i].size == sizeof(RegisterWord) && places->pieces[i].offset == i * sizeof(RegisterWord);
    return whole;
}

static bool plan_pieces(CType *ct, RegistersUsed *used, FastArgument *argument)
{
    RegisterShape shape;
    if (!shape_of(ct, &shape) || !registers_place(&shape, used, argument->pieces))
        return false;
    const RegisterPlaces *places = argument->pieces;
    argument->place = places->pieces[0].place;
    argument->second_place = places->pieces[places->count - 1].place;
    argument->code = places->by_reference ? FAST_ADDRESS : is_words(places) ? FAST_WORDS : FAST_PIECES;
    return true;
}

static bool plan_argument(CType *ct, RegistersUsed *used, FastArgument *argument)
{
    argument->type = ct;
    argument->is_signed = cif_is_signed(ct);
    argument->code = code_of(ct);
    return is_word(ct) ? registers_place_word(is_float(ct), used, &argument->place)
                       : argument->code == FAST_PIECES && plan_pieces(ct, used, argument);
}

/* Whether all arguments are of this code and lie one after the other, the first of them at `place`. */
static bool is_row(const FastPlan *plan, uint8_t code, size_t place)
{
    Py_ssize_t i = 0;
    for (; i < plan->count && plan->arguments[i].code == code && plan->arguments[i].place == place; i++)
        place += sizeof(RegisterWord);
    return i == plan->count;
}

static uint8_t row_of(const FastPlan *plan)
{
    if (plan->places_of_result.by_reference)
        return ROW_NEVER;
    return is_row(plan, FAST_INTEGER, offsetof(Registers, integers)) ? ROW_OF_INTEGERS
           : is_row(plan, FAST_DOUBLE, offsetof(Registers, floats))  ? ROW_OF_DOUBLES
           : plan->count == 1                                        ? ROW_OF_ONE
                                                                     : ROW_MIXED;
}

static bool fill_plan(FastPlan *plan)
{
    const CTypeFunction *u = &plan->function->u.function;
    RegisterPlaces *pieces = (RegisterPlaces *)(void *)(plan->arguments + plan->count);
    if (u->abi != plan->function->state->default_abi || (u->variadic && PLATFORM_APPLE) || !plan_result(plan))
        return false;
    for (Py_ssize_t i = 0; i < plan->count; i++) {
        plan->arguments[i].pieces = pieces++;
        if (!plan_argument(u->arguments[i], &plan->used, &plan->arguments[i]))
            return false;
    }
    const RegisterPlaces *result = plan->result_code == RESULT_NONE ? NULL : &plan->places_of_result;
    int how = registers_how(&plan->used, result, u->variadic);
    plan->call = registers_call_for(how);
    plan->stores_one = how % STORE_COUNT == STORE_ONE;
    plan->row = row_of(plan);
    return true;
}

static FastPlan *make_plan(CType *function)
{
    enum { MOST_ARGUMENTS = REGISTERS_INTEGERS + REGISTERS_FLOATS + REGISTERS_STACK };
    Py_ssize_t count = function->u.function.argument_count;
    size_t size = sizeof(FastPlan) + (size_t)count * (sizeof(FastArgument) + sizeof(RegisterPlaces));
    FastPlan *plan = count > MOST_ARGUMENTS ? NULL : PyMem_RawCalloc(1, size);
    if (plan == NULL)
        return NULL;
    plan->function = function;
    plan->result = function->u.function.result;
    plan->count = count;
    if (fill_plan(plan))
        return plan;
    PyMem_RawFree(plan);
    return NULL;
}

/* Making the plan may complete records, which lets other threads in: the first plan that is stored stays. */
static const FastPlan *plan_locked(CType *function)
{
    CTypeFunction *u = &function->u.function;
    FastPlan *plan = u->fast_plan == NULL ? make_plan(function) : NULL;
    if (u->fast_plan == NULL)
        FT_STORE_POINTER(u->fast_plan, plan);
    else
        PyMem_RawFree(plan);
    return u->fast_plan;
}

const FastPlan *fast_plan(CType *function)
{
    const FastPlan *plan = FT_LOAD_POINTER(function->u.function.fast_plan);
    if (plan != NULL || function->state->debug)
        return plan;
    FT_LOCK(function);
    plan = plan_locked(function);
    FT_UNLOCK();
    return plan;
}

/* ---- for functions of this type that are called by C ---- */

bool fast_is_in_registers(const FastPlan *plan)
{
    bool possible = plan->used.stack == 0 && !plan->function->u.function.variadic && plan->stores_one &&
                    plan->result_code != RESULT_RECORD && !plan->places_of_result.by_reference;
    for (Py_ssize_t i = 0; i < plan->count; i++)
        possible &= plan->arguments[i].code < FAST_WORDS || plan->arguments[i].code == FAST_OTHER;
    return possible;
}

void fast_addresses(const FastPlan *plan, Registers *registers, char **addresses)
{
    for (Py_ssize_t i = 0; i < plan->count; i++)
        addresses[i] = (char *)registers + plan->arguments[i].place;
}

/* ---- arguments ---- */

static inline void copy_piece(char *to, const char *from, size_t size)
{
    if (LIKELY(size == sizeof(RegisterWord)))
        memcpy(to, from, sizeof(RegisterWord));
    else if (size == sizeof(float))
        memcpy(to, from, sizeof(float));
    else
        memcpy(to, from, size);
}

static inline void scatter(const RegisterPlaces *places, Registers *registers, const char *data)
{
    for (size_t i = 0; i < places->count; i++)
        copy_piece((char *)registers + places->pieces[i].place, data + places->pieces[i].offset,
                   places->pieces[i].size);
}

static inline void gather(const RegisterPlaces *places, const Registers *registers, char *data)
{
    const RegisterPiece *piece = places->pieces, *end = piece + places->count;
    do
        copy_piece(data + piece->offset, (const char *)registers + piece->place, piece->size);
    while (++piece < end);
}

static void pass_pieces(const FastArgument *argument, Registers *registers, char *data)
{
    if (argument->code == FAST_ADDRESS)
        *(char **)(void *)((char *)registers + argument->place) = data;
    else
        scatter(argument->pieces, registers, data);
}

static int store_pieces(const FastArgument *argument, Registers *registers, PyObject *value, Memory *memory)
{
    CType *ct = argument->type;
    char *data = memory_get(memory, (size_t)ct->size);
    if (data == NULL)
        return -1;
    memset(data, 0, (size_t)ct->size); /* an initializer may name only some fields */
    if (to_c(ct, data, value) < 0)
        return -1;
    pass_pieces(argument, registers, data);
    return 0;
}

/* A register is filled: functions may rely on the extension to 32 bits. */
static int64_t widen(const FastArgument *argument, const char *data)
{
    int size = (int)argument->type->size;
    return argument->is_signed ? prim_load_signed(data, size) : (int64_t)prim_load_unsigned(data, size);
}

NOINLINE static int store_other(const FastArgument *argument, Registers *registers, PyObject *value, Memory *memory)
{
    char *slot = (char *)registers + argument->place;
    RegisterWord word;
    switch (argument->code) {
    case FAST_POINTER:
    case FAST_BYTES:
        return argument_pointer(argument->type, slot, value, memory);
    case FAST_WORDS:
    case FAST_PIECES:
    case FAST_ADDRESS:
        return store_pieces(argument, registers, value, memory);
    default:
        if (to_c(argument->type, (char *)&word, value) < 0)
            return -1;
        word.integer = widen(argument, (char *)&word);
        memcpy(slot, &word, sizeof word);
        return 0;
    }
}

/* Each: whether `value` is the usual object for this kind of argument, and now lies in its place. */

static ALWAYS_INLINE bool usual_integer(RegisterWord *slot, PyObject *value)
{
    Py_ssize_t small;
    if (UNLIKELY(!PyLong_CheckExact(value) || !compat_long_small(value, &small)))
        return false;
    slot->integer = small;
    return true;
}

static ALWAYS_INLINE bool usual_double(RegisterWord *slot, PyObject *value)
{
    Py_ssize_t small;
    if (LIKELY(PyFloat_CheckExact(value)))
        slot->number = PyFloat_AS_DOUBLE(value);
    else if (PyLong_CheckExact(value) && compat_long_small(value, &small))
        slot->number = (double)small;
    else
        return false;
    return true;
}

static ALWAYS_INLINE bool usual_pointer(RegisterWord *slot, PyObject *value, const CType *pointer)
{
    if (UNLIKELY(!cdata_check(value)))
        return false;
    const CData *cd = (CData *)value;
    const CType *ct = cd->ctype;
    slot->pointer = cd->data;
    return LIKELY(ct == pointer || (ct->kind == KIND_ARRAY && ct->u.array.pointer == pointer)) &&
           LIKELY(slot->pointer != NULL); /* NULL, or it was released */
}

static ALWAYS_INLINE bool is_record(PyObject *value, const CType *record)
{
    return LIKELY(cdata_check(value)) && LIKELY(((CData *)value)->ctype == record) &&
           LIKELY(((CData *)value)->data != NULL);
}

static ALWAYS_INLINE bool usual_words(const FastArgument *argument, Registers *registers, PyObject *value)
{
    if (UNLIKELY(!is_record(value, argument->type)))
        return false;
    const char *data = ((CData *)value)->data;
    if (argument->second_place != argument->place)
        memcpy((char *)registers + argument->second_place, data + sizeof(RegisterWord), sizeof(RegisterWord));
    memcpy((char *)registers + argument->place, data, sizeof(RegisterWord));
    return true;
}

static ALWAYS_INLINE bool usual_pieces(const FastArgument *argument, Registers *registers, PyObject *value)
{
    if (UNLIKELY(!is_record(value, argument->type)))
        return false;
    scatter(argument->pieces, registers, ((CData *)value)->data);
    return true;
}

static ALWAYS_INLINE bool store_usual(const FastArgument *argument, Registers *registers, PyObject *value)
{
    RegisterWord *slot = (RegisterWord *)(void *)((char *)registers + argument->place);
    if (argument->code == FAST_BYTES && PyBytes_CheckExact(value)) {
        slot->pointer = PyBytes_AS_STRING(value);
        return true;
    }
    if (argument->code <= FAST_POINTER)
        return usual_pointer(slot, value, argument->type);
    if (argument->code <= FAST_UNSIGNED)
        return usual_integer(slot, value) && (slot->integer >= 0 || argument->code == FAST_INTEGER);
    if (argument->code == FAST_DOUBLE)
        return usual_double(slot, value);
    if (argument->code == FAST_WORDS)
        return usual_words(argument, registers, value);
    return argument->code == FAST_PIECES && usual_pieces(argument, registers, value);
}

static ALWAYS_INLINE bool store_integers(Registers *registers, PyObject *const *args, Py_ssize_t count)
{
    for (Py_ssize_t i = 0; i < count; i++) {
        if (UNLIKELY(!usual_integer(&registers->integers[i], args[i])))
            return false;
    }
    return true;
}

static ALWAYS_INLINE bool store_doubles(Registers *registers, PyObject *const *args, Py_ssize_t count)
{
    for (Py_ssize_t i = 0; i < count; i++) {
        if (UNLIKELY(!usual_double(&registers->floats[i], args[i])))
            return false;
    }
    return true;
}

static ALWAYS_INLINE bool store_mixed(const FastPlan *plan, Registers *registers, PyObject *const *args)
{
    const FastArgument *argument = plan->arguments;
    for (PyObject *const *end = args + plan->count; args < end; args++, argument++) {
        if (UNLIKELY(!store_usual(argument, registers, *args)))
            return false;
    }
    return true;
}

/* `row`: that of the plan; a constant where there is a function for each. */
static ALWAYS_INLINE bool store_all_usual(const FastPlan *plan, int row, Registers *registers, PyObject *const *args)
{
    if (LIKELY(row == ROW_OF_INTEGERS))
        return store_integers(registers, args, plan->count);
    if (row == ROW_OF_ONE)
        return store_usual(plan->arguments, registers, args[0]);
    if (row == ROW_OF_DOUBLES)
        return store_doubles(registers, args, plan->count);
    return LIKELY(row == ROW_MIXED) && store_mixed(plan, registers, args);
}

/* `named` is NULL for a function pointer. */
COLD static int err_argument(const FastPlan *plan, Py_ssize_t index, const FastNames *named)
{
    return named == NULL ? err_add_argument(plan->function, index)
                         : err_name_argument(named->name, named->parameters, index);
}

static int store_arguments(const FastPlan *plan, Registers *registers, PyObject *const *args, Memory *memory,
                           const FastNames *named)
{
    const FastArgument *argument = plan->arguments;
    for (Py_ssize_t i = 0; i < plan->count; i++, argument++) {
        if (UNLIKELY(!store_usual(argument, registers, args[i])) &&
            store_other(argument, registers, args[i], memory) < 0)
            return err_argument(plan, i, named);
    }
    return 0;
}

/* ---- the call ---- */

/* `row`: as above. Doubles alone are never loaded together with integers, nor the other way round. */
static ALWAYS_INLINE void call_with_gil(const FastPlan *plan, int row, Registers *registers, char *function)
{
    ThreadRecord *thread = thread_record_here();
    int *errno_here = thread_errno(thread);
    errno_restore_last_error(thread);
    *errno_here = thread->saved_errno;
    if (row != ROW_OF_DOUBLES && LIKELY(plan->call == REGISTERS_IN_LINE_INTEGERS))
        registers_call_integers(registers, function);
    else if (row != ROW_OF_INTEGERS && plan->call == REGISTERS_IN_LINE_FLOATS)
        registers_call_floats(registers, function);
    else
        plan->call(registers, function);
    thread->saved_errno = *errno_here;
    errno_save_last_error(thread);
}

static ALWAYS_INLINE void call_without_gil(const FastPlan *plan, int row, Registers *registers, char *function)
{
    ThreadRecord *thread = thread_record_here();
    Released released = attach_release(thread);
    call_with_gil(plan, row, registers, function);
    attach_take_back(thread, released);
}

static ALWAYS_INLINE void make_call(const FastPlan *plan, int row, Registers *registers, char *function, bool with_gil)
{
    if (with_gil)
        call_with_gil(plan, row, registers, function);
    else
        call_without_gil(plan, row, registers, function);
}

/* ---- results ---- */

NOINLINE static PyObject *convert_pieces(const FastPlan *plan, const Registers *registers)
{
    RegisterWord words[REGISTERS_PIECES];
    gather(&plan->places_of_result, registers, (char *)words);
    return plan->result_code == RESULT_RECORD ? cdata_own_copy(plan->result, (char *)words)
                                              : from_c(plan->result, (char *)words);
}

static ALWAYS_INLINE PyObject *convert_result(const FastPlan *plan, const Registers *registers)
{
    if (LIKELY(plan->result_code == RESULT_I32))
        return PyLong_FromLong((int32_t)registers->integers[0].integer);
    if (plan->result_code == RESULT_DOUBLE)
        return PyFloat_FromDouble(registers->floats[0].number);
    if (plan->result_code == RESULT_POINTER)
        return cdata_view(plan->result, registers->integers[0].pointer);
    switch (plan->result_code) {
    case RESULT_NONE:
        return Py_NewRef(Py_None);
    case RESULT_I64:
        return PyLong_FromLong(registers->integers[0].integer);
    case RESULT_U32:
        return PyLong_FromLong((uint32_t)registers->integers[0].integer);
    case RESULT_U64:
        return PyLong_FromUnsignedLong((unsigned long)registers->integers[0].integer);
    default:
        return convert_pieces(plan, registers);
    }
}

/* ---- all of it ---- */

/* The memory for a result that is returned through an address, which is the first argument. 0 or -1. */
static inline int get_result_memory(const FastPlan *plan, Registers *registers, Memory *memory, char **result)
{
    *result = NULL;
    if (LIKELY(!plan->places_of_result.by_reference))
        return 0;
    *result = memory_get(memory, (size_t)plan->result->size);
    registers->integers[0].pointer = *result;
    return *result == NULL ? -1 : 0;
}

/* The arguments after `...`. */
typedef struct {
    Py_ssize_t count;
    FastArgument arguments[REGISTERS_STACK];
    RegisterPlaces pieces[REGISTERS_STACK];
} Extra;

static int store_extra(const Extra *extra, Registers *registers, PyObject *const *args, Memory *memory)
{
    for (Py_ssize_t i = 0; i < extra->count; i++) {
        const FastArgument *argument = &extra->arguments[i];
        char *data = memory_get(memory, (size_t)argument->type->size);
        if (data == NULL || variadic_store(argument->type, data, args[i]) < 0)
            return -1;
        if (argument->code >= FAST_WORDS && argument->code <= FAST_ADDRESS)
            pass_pieces(argument, registers, data);
        else
            *(int64_t *)(void *)((char *)registers + argument->place) = widen(argument, data);
    }
    return 0;
}

NOINLINE static PyObject *call_general(const FastPlan *plan, char *function, PyObject *const *args, const Extra *extra,
                                       bool with_gil, const FastNames *named)
{
    Registers registers;
    Memory memory;
    PyObject *object = NULL;
    char *result;
    memory_init(&memory);
    if (UNLIKELY(get_result_memory(plan, &registers, &memory, &result) < 0))
        return NULL;
    if (LIKELY(store_arguments(plan, &registers, args, &memory, named) == 0) &&
        (extra == NULL || store_extra(extra, &registers, args + plan->count, &memory) == 0)) {
        make_call(plan, plan->row, &registers, function, with_gil);
        object = result != NULL ? cdata_own_copy(plan->result, result) : convert_result(plan, &registers);
    }
    memory_done(&memory);
    return object;
}

/* When all arguments are the usual objects; storing these has no effects, so that the general function can begin anew. */
static ALWAYS_INLINE PyObject *call_usual(const FastPlan *plan, int row, char *function, PyObject *const *args,
                                          bool with_gil, const FastNames *named)
{
    Registers registers;
    if (UNLIKELY(!store_all_usual(plan, row, &registers, args)))
        return call_general(plan, function, args, NULL, with_gil, named);
    make_call(plan, row, &registers, function, with_gil);
    return convert_result(plan, &registers);
}

PyObject *fast_call(const FastPlan *plan, char *address, PyObject *const *args, Py_ssize_t nargs)
{
    if (UNLIKELY(nargs != plan->count))
        return argument_err_count(plan->function, nargs);
    if (UNLIKELY((uintptr_t)address < LOWEST_FUNCTION))
        return argument_err_address(plan->function, address);
    return call_usual(plan, plan->row, address, args, false, NULL);
}

PyObject *fast_call_variadic(const FastPlan *plan, char *address, PyObject *const *args, Py_ssize_t nargs, bool *done)
{
    Extra extra; /* not cleared: it is large */
    RegistersUsed used = plan->used;
    *done = true;
    extra.count = nargs - plan->count;
    if (extra.count < 0)
        return argument_err_count(plan->function, nargs);
    if (UNLIKELY((uintptr_t)address < LOWEST_FUNCTION))
        return argument_err_address(plan->function, address);
    *done = extra.count <= REGISTERS_STACK;
    for (Py_ssize_t i = 0; *done && i < extra.count; i++) {
        CType *type = variadic_type(plan->function, args, plan->count + i);
        if (type == NULL)
            return NULL;
        extra.arguments[i].pieces = &extra.pieces[i];
        *done = plan_argument(type, &used, &extra.arguments[i]);
    }
    return *done ? call_general(plan, address, args, &extra, false, NULL) : NULL;
}

COLD static PyObject *err_count(const FastPlan *plan, const FastNames *names, Py_ssize_t nargs)
{
    Py_ssize_t count = plan->count;
    if (count <= 1)
        return err_null(PyExc_TypeError, "%s() takes %s (%zd given)", names->name,
                        count == 0 ? "no arguments" : "exactly one argument", nargs);
    return err_null(PyExc_TypeError, "%s() takes exactly %zd arguments (%zd given)", names->name, count, nargs);
}

PyObject *fast_call_named(const FastPlan *plan, char *address, PyObject *const *args, Py_ssize_t nargs,
                          const FastNames *names)
{
    if (UNLIKELY(nargs != plan->count))
        return err_count(plan, names, nargs);
    return call_usual(plan, plan->row, address, args, false, names);
}

/* ---- built-in functions ---- */

static ALWAYS_INLINE PyObject *call_function(const FastFunction *function, PyObject *const *args, int row,
                                             bool with_gil)
{
    return call_usual(function->plan, row, function->address, args, with_gil, &function->names);
}

/* For each row one that releases the GIL and one that holds it; with METH_FASTCALL, and with METH_O, which Python calls
 * quicker still. */
#define FUNCTION(name, row, with_gil)                                                                                  \
    static PyObject *name(PyObject *self, PyObject *const *args, Py_ssize_t nargs)                                     \
    {                                                                                                                  \
        FastFunction *function = (FastFunction *)self;                                                                 \
        if (UNLIKELY(nargs != function->plan->count))                                                                  \
            return err_count(function->plan, &function->names, nargs);                                                 \
        return call_function(function, args, row, with_gil);                                                           \
    }
#define FUNCTION_OF_ONE(name, row, with_gil)                                                                           \
    static PyObject *name(PyObject *self, PyObject *argument)                                                          \
    {                                                                                                                  \
        return call_function((FastFunction *)self, &argument, row, with_gil);                                          \
    }
#define FUNCTIONS(name, row)        FUNCTION(name, row, false) FUNCTION(name##_with_gil, row, true)
#define FUNCTIONS_OF_ONE(name, row) FUNCTION_OF_ONE(name, row, false) FUNCTION_OF_ONE(name##_with_gil, row, true)

FUNCTIONS(of_integers, ROW_OF_INTEGERS)
FUNCTIONS(of_doubles, ROW_OF_DOUBLES)
FUNCTIONS(of_others, ROW_MIXED)
FUNCTIONS(general, ROW_NEVER)
FUNCTIONS_OF_ONE(of_one_integer, ROW_OF_INTEGERS)
FUNCTIONS_OF_ONE(of_one_double, ROW_OF_DOUBLES)
FUNCTIONS_OF_ONE(of_one, ROW_OF_ONE)
FUNCTIONS_OF_ONE(general_of_one, ROW_NEVER)

#define METHODS(name)                                                                                                  \
    {                                                                                                                  \
        (PyCFunction)(void (*)(void)) name, (PyCFunction)(void (*)(void))name##_with_gil                               \
    }

PyCFunction fast_function_method(const FastPlan *plan, bool with_gil, int *flags)
{
    static const PyCFunction of_one_argument[][2] = {
        [ROW_OF_INTEGERS] = METHODS(of_one_integer),
        [ROW_OF_DOUBLES] = METHODS(of_one_double),
        [ROW_OF_ONE] = METHODS(of_one),
        [ROW_NEVER] = METHODS(general_of_one),
    };
    static const PyCFunction of_any[][2] = {
        [ROW_OF_INTEGERS] = METHODS(of_integers),
        [ROW_OF_DOUBLES] = METHODS(of_doubles),
        [ROW_MIXED] = METHODS(of_others),
        [ROW_NEVER] = METHODS(general),
    };
    *flags = plan->count == 1 ? METH_O : METH_FASTCALL;
    return (plan->count == 1 ? of_one_argument : of_any)[plan->row][with_gil];
}

#else

const FastPlan *fast_plan(CType *Py_UNUSED(function))
{
    return NULL;
}

#endif
