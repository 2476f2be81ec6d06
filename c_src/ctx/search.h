/* search.h: look-up by name in the tables of a module, which are sorted by name. Pure C. */
#ifndef CFFI_CTX_SEARCH_H
#define CFFI_CTX_SEARCH_H

#include <stddef.h>

#include "cffi_abi.h"

/* Each: the index of the row called `name` (`length` bytes, which need no null at their end), or -1. */
int search_globals(const struct _cffi_type_context_s *ctx, const char *name, size_t length);
int search_struct_unions(const struct _cffi_type_context_s *ctx, const char *name, size_t length);
int search_enums(const struct _cffi_type_context_s *ctx, const char *name, size_t length);
int search_typenames(const struct _cffi_type_context_s *ctx, const char *name, size_t length);

/* The same for any array of `count` rows of `row_size` bytes whose first member is a `const char *`, sorted in byte
 * order. */
int search_rows(const void *rows, size_t row_size, int count, const char *name, size_t length);

#endif
