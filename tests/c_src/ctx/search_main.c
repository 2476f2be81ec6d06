/* search_main.c: looks up each line of input in a table made of the arguments. For test_search.py. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctx/search.h"

int main(int argc, char **argv)
{
    static char line[1000];
    struct _cffi_typename_s *rows = calloc((size_t)argc, sizeof *rows);
    if (rows == NULL)
        abort();
    for (int i = 1; i < argc; i++)
        rows[i - 1].name = argv[i];
    struct _cffi_type_context_s context = {.typenames = rows, .num_typenames = argc - 1};
    while (fgets(line, sizeof line, stdin) != NULL) {
        size_t length = strcspn(line, "\n");
        char *name = malloc(length + 1); /* exactly as long as the name: no null to rely on */
        if (name == NULL)
            abort();
        memcpy(name, line, length);
        char *exact = realloc(name, length > 0 ? length : 1);
        printf("%d\n", search_typenames(&context, exact, length));
        free(exact);
    }
    free(rows);
    return 0;
}
