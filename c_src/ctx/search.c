/* search.c: look-up by name in the tables of a module, which are sorted by name. Pure C. */
#include "ctx/search.h"

#include <string.h>

/* Orders the null-terminated `row` and `name`: negative, 0 or positive, by bytes as unsigned. */
static int compare(const char *row, const char *name, size_t length)
{
    int order = strncmp(row, name, length);
    return order != 0 ? order : row[length] != '\0';
}

int search_rows(const void *rows, size_t row_size, int count, const char *name, size_t length)
{
    int low = 0, high = count;
    if (memchr(name, '\0', length) != NULL)
        return -1;
    while (low < high) {
        int middle = low + (high - low) / 2;
        int order = compare(*(const char *const *)((const char *)rows + (size_t)middle * row_size), name, length);
        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}

int search_globals(const struct _cffi_type_context_s *ctx, const char *name, size_t length)
{
    return search_rows(ctx->globals, sizeof *ctx->globals, ctx->num_globals, name, length);
}

int search_struct_unions(const struct _cffi_type_context_s *ctx, const char *name, size_t length)
{
    return search_rows(ctx->struct_unions, sizeof *ctx->struct_unions, ctx->num_struct_unions, name, length);
}

int search_enums(const struct _cffi_type_context_s *ctx, const char *name, size_t length)
{
    return search_rows(ctx->enums, sizeof *ctx->enums, ctx->num_enums, name, length);
}

int search_typenames(const struct _cffi_type_context_s *ctx, const char *name, size_t length)
{
    return search_rows(ctx->typenames, sizeof *ctx->typenames, ctx->num_typenames, name, length);
}
