/* typestr_fuzz.c: a fuzz target for the parser of C types written as text; as a program of its own it replays files.
 *
 * The first byte says how much room there is for the result, the rest is the text. What comes out must be a table that
 * realize.c can follow: every index inside of it, and every type complete. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../c_src/ctx/typestr_tables.h"

#define MUST(condition)                                                                                                \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "not so: %s\n", #condition);                                                               \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

/* ---- following the table ---- */

static bool is_inside(const TypeStr *parse, intptr_t index)
{
    return index >= 0 && index < parse->output_size && parse->output[index] != NULL;
}

/* The number of slots of the type at `index`: every index in them must lie inside. */
static void check_slot(const TypeStr *parse, intptr_t index)
{
    intptr_t argument = _CFFI_GETARG(parse->output[index]);
    switch (_CFFI_GETOP(parse->output[index])) {
    case _CFFI_OP_PRIMITIVE:
        MUST(argument >= 0 && argument < _CFFI_PRIM_COUNT);
        break;
    case _CFFI_OP_POINTER:
    case _CFFI_OP_OPEN_ARRAY:
    case _CFFI_OP_NOOP:
    case _CFFI_OP_FUNCTION:
    case _CFFI_OP_ARRAY:
        MUST(is_inside(parse, argument));
        break;
    case _CFFI_OP_STRUCT_UNION:
        MUST(argument >= _CFFI_STRUCT_FILE && argument < COUNT(records));
        break;
    case _CFFI_OP_ENUM:
        MUST(argument >= 0 && argument < COUNT(enums));
        break;
    case _CFFI_OP_TYPENAME:
        MUST(argument >= 0 && argument < COUNT(typenames));
        break;
    case _CFFI_OP_FUNCTION_END:
        break;
    default:
        MUST(!"a known operation");
    }
}

/* Follows pointers and arrays from the result on; they must end. */
static void check_chain(const TypeStr *parse, intptr_t index)
{
    for (int steps = 0; steps <= parse->output_size; steps++) {
        MUST(is_inside(parse, index));
        int operation = _CFFI_GETOP(parse->output[index]);
        check_slot(parse, index);
        if (operation == _CFFI_OP_ARRAY)
            MUST(index + 1 < parse->output_size);
        if (operation == _CFFI_OP_FUNCTION) {
            intptr_t end = index + 1;
            for (; is_inside(parse, end) && _CFFI_GETOP(parse->output[end]) != _CFFI_OP_FUNCTION_END; end++)
                check_slot(parse, end);
            MUST(is_inside(parse, end));
        }
        if (operation != _CFFI_OP_POINTER && operation != _CFFI_OP_OPEN_ARRAY && operation != _CFFI_OP_ARRAY &&
            operation != _CFFI_OP_NOOP && operation != _CFFI_OP_FUNCTION)
            return;
        index = _CFFI_GETARG(parse->output[index]);
    }
    MUST(!"an end");
}

/* ---- one input ---- */

static int parse_into(const char *text, int room, TypeStr *parse)
{
    _cffi_opcode_t *output = calloc((size_t)room + 1, sizeof *output); /* one more, which stays NULL */
    MUST(output != NULL);
    *parse = (TypeStr){.ctx = &context, .output = output, .output_size = room};
    int result = typestr_parse(parse, text);
    MUST(output[room] == NULL);
    MUST((result < 0) == (parse->error != NULL));
    if (result < 0)
        MUST(parse->error_position <= strlen(text));
    else
        check_chain(parse, result);
    return result;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    TypeStr small, usual;
    if (size == 0)
        return 0;
    char *text = malloc(size); /* of the exact size, so that the sanitizer sees reads beyond the end */
    MUST(text != NULL);
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    int in_small = parse_into(text, data[0] & 63, &small);
    int in_usual = parse_into(text, TYPESTR_OUTPUT_SIZE, &usual);
    if (in_small >= 0) /* what fits into little room is the same in more */
        MUST(in_usual == in_small && memcmp(small.output, usual.output, (size_t)in_small + 1) == 0);
    free(small.output);
    free(usual.output);
    free(text);
    return 0;
}

#ifdef REPLAY
int main(int argc, char **argv)
{
    static unsigned char data[1 << 20];
    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        if (file == NULL)
            return 1;
        LLVMFuzzerTestOneInput(data, fread(data, 1, sizeof data, file));
        fclose(file);
    }
    printf("%d files\n", argc - 1);
    return 0;
}
#endif
