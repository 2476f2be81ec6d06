/* typestr_main.c: reads C types, one a line, and prints the opcodes or the error of each. For test_typestr.py. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "typestr_tables.h"

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
