/* expression.h: integer constant expressions in C types written as text: the lengths of arrays. Pure C. */
#ifndef CFFI_CTX_EXPRESSION_H
#define CFFI_CTX_EXPRESSION_H

#include "cffi_abi.h"

/* Where reading is, and what is wrong there. */
typedef struct {
    const struct _cffi_type_context_s *ctx; /* whose constants have names */
    const char *at;
    const char *error; /* NULL as long as nothing is */
    int nesting;
    int skipped; /* inside how many operands that C does not evaluate: these need no value */
} Expression;

/* Reads the expression that begins at `at`, and steps behind it; false with `error`, and `at` where that is. */
_Bool expression_read(Expression *e, long long *value);

#endif
