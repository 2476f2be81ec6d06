/* typestr_main.c: reads C types, one a line, and prints the opcodes or the error of each. For test_typestr.py. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    {.name = "bar_s"}, {.name = "foo"}, {.name = "foo_"}, {.name = "foo_s", .flags = _CFFI_F_UNION}, {.name = "foo_s1"},
};
static const struct _cffi_enum_s enums[] = {{.name = "ebar_s"}, {.name = "efoo"}, {.name = "efoo_s"}};
static const struct _cffi_typename_s typenames[] = {{"BOOL", 0}, {"id", 1}, {"id05", 2}, {"int8_t", 3}};

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

/* The end of the output is the first slot that was not written: NULL, where no array length may stand. */
static void print_slots(const TypeStr *parse, int result)
{
    for (int i = 0; i < parse->output_size && parse->output[i] != NULL; i++) {
        intptr_t slot = (intptr_t)parse->output[i];
        printf("%s%d:%lld", i == result ? " ->" : " ", (int)(slot & 0xFF), (long long)(slot >> 8));
        if ((slot & 0xFF) == _CFFI_OP_ARRAY)
            printf(" %llu", (unsigned long long)(uintptr_t)parse->output[++i]);
    }
    printf("\n");
}

static void parse_line(const char *line, int output_size)
{
    _cffi_opcode_t *output = calloc((size_t)output_size + 1, sizeof *output);
    if (output == NULL)
        abort();
    TypeStr parse = {.ctx = &context, .output = output, .output_size = output_size};
    int result = typestr_parse(&parse, line);
    if (result < 0)
        printf("error %zu %s\n", parse.error_position, parse.error);
    else
        print_slots(&parse, result);
    free(output);
}

int main(int argc, char **argv)
{
    static char line[200000];
    int output_size = argc > 1 ? atoi(argv[1]) : TYPESTR_OUTPUT_SIZE;
    while (fgets(line, sizeof line, stdin) != NULL) {
        char *copy = strdup(line); /* of the exact size, so that the sanitizer sees reads beyond the end */
        if (copy == NULL)
            abort();
        copy[strcspn(copy, "\n")] = '\0';
        parse_line(copy, output_size);
        free(copy);
    }
    return 0;
}
