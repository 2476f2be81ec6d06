/* typestr_tables.h: a module's tables for the parser of C types written as text: for typestr_main.c, and for the fuzzer. */
#ifndef TYPESTR_TABLES_H
#define TYPESTR_TABLES_H

#include "ctx/typestr.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

static int five(unsigned long long *value)
{
    *value = 5;
    return 0;
}
static int zero(unsigned long long *value)
{
    *value = 0;
    return _CFFI_CONST_NOT_POSITIVE;
}
static int negative(unsigned long long *value)
{
    *value = (unsigned long long)-3;
    return _CFFI_CONST_NOT_POSITIVE;
}
static int huge(unsigned long long *value)
{
    *value = ~0ULL;
    return 0;
}
static int differing(unsigned long long *value)
{
    *value = 7;
    return _CFFI_CONST_DIFFERS;
}
#define CONSTANT(name, function, op)                                                                                   \
    {                                                                                                                  \
        name, (void *)(function), _CFFI_OP(op, -1), NULL                                                               \
    }

static const struct _cffi_global_s globals[] = {
    CONSTANT("DIFFERS", differing, _CFFI_OP_CONSTANT_INT), CONSTANT("FIVE", five, _CFFI_OP_CONSTANT_INT),
    CONSTANT("HUGE_", huge, _CFFI_OP_CONSTANT_INT),        CONSTANT("NEG", negative, _CFFI_OP_ENUM),
    CONSTANT("VARIABLE", NULL, _CFFI_OP_GLOBAL_VAR),       CONSTANT("ZERO", zero, _CFFI_OP_ENUM),
};
static const struct _cffi_struct_union_s records[] = {
    {.name = "bar_s"},
    {.name = "foo"},
    {.name = "foo_"},
    {.name = "foo_s", .flags = _CFFI_F_UNION},
    {.name = "foo_s1"},
    {.name = "s"},
    {.name = "u", .flags = _CFFI_F_UNION},
};
static const struct _cffi_enum_s enums[] = {{.name = "ebar_s"}, {.name = "efoo"}, {.name = "efoo_s"}};
static const struct _cffi_typename_s typenames[] = {{"BOOL", 0},   {"id", 1}, {"id05", 2},
                                                    {"int8_t", 3}, {"t", 0},  {"t1", 1}};

static const struct _cffi_type_context_s context = {
    .globals = globals,
    .num_globals = COUNT(globals),
    .struct_unions = records,
    .num_struct_unions = COUNT(records),
    .enums = enums,
    .num_enums = COUNT(enums),
    .typenames = typenames,
    .num_typenames = COUNT(typenames),
};

#endif
