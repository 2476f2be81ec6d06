/* expression.c: integer constant expressions in C types written as text: the lengths of arrays. Pure C.
 *
 * All operators of C11 6.6 but casts and sizeof, which need types. Values are long long; what does not fit is an error,
 * not a number of another type. */
#include "ctx/expression.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "ctx/search.h"
#include "ctx/typestr.h"

#define MAX_NESTING 100

typedef enum {
    OP_NONE,
    OP_OR,
    OP_AND,
    OP_BIT_OR,
    OP_BIT_XOR,
    OP_BIT_AND,
    OP_EQUAL,
    OP_UNEQUAL,
    OP_LESS_EQUAL,
    OP_GREATER_EQUAL,
    OP_SHIFT_LEFT,
    OP_SHIFT_RIGHT,
    OP_LESS,
    OP_GREATER,
    OP_ADD,
    OP_SUBTRACT,
    OP_MULTIPLY,
    OP_DIVIDE,
    OP_REMAINDER,
} Operation;

static const struct {
    char text[3];
    unsigned char strength; /* the stronger ones bind first */
    Operation operation;
} operators[] = {
    {"||", 1, OP_OR},         {"&&", 2, OP_AND},         {"==", 6, OP_EQUAL},
    {"!=", 6, OP_UNEQUAL},    {"<=", 7, OP_LESS_EQUAL},  {">=", 7, OP_GREATER_EQUAL},
    {"<<", 8, OP_SHIFT_LEFT}, {">>", 8, OP_SHIFT_RIGHT}, {"|", 3, OP_BIT_OR},
    {"^", 4, OP_BIT_XOR},     {"&", 5, OP_BIT_AND},      {"<", 7, OP_LESS},
    {">", 7, OP_GREATER},     {"+", 9, OP_ADD},          {"-", 9, OP_SUBTRACT},
    {"*", 10, OP_MULTIPLY},   {"/", 10, OP_DIVIDE},      {"%", 10, OP_REMAINDER},
};

static bool conditional(Expression *e, long long *value);

static bool fail(Expression *e, const char *where, const char *message)
{
    e->at = where;
    e->error = message;
    return false;
}

static void skip_blanks(Expression *e)
{
    while (*e->at == ' ' || (*e->at >= '\t' && *e->at <= '\r'))
        e->at++;
}

/* Steps over `c` if it is there. */
static bool accept(Expression *e, char c)
{
    skip_blanks(e);
    if (*e->at != c)
        return false;
    e->at++;
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_name_part(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

/* ---- numbers, characters, names ---- */

static unsigned digit_value(char c)
{
    return (unsigned)(is_digit(c)            ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : 99);
}

static bool is_integer_suffix(const char *s, const char *end)
{
    size_t length = (size_t)(end - s);
    bool has_u = length > 0 && (*s == 'u' || *s == 'U');
    s += has_u;
    length -= has_u;
    if (length > 0 && (*s == 'l' || *s == 'L'))
        length -= length > 1 && s[1] == s[0] ? 2 : 1;
    return length == 0 || (!has_u && length == 1 && (end[-1] == 'u' || end[-1] == 'U'));
}

/* The base of the number at `s`, whose digits begin at `*digits`. */
static unsigned base_of(const char *s, const char **digits)
{
    char mark = *s == '0' ? s[1] : '\0';
    unsigned base = mark == 'x' || mark == 'X' ? 16 : mark == 'b' || mark == 'B' ? 2 : *s == '0' ? 8 : 10;
    *digits = s + (base == 16 || base == 2 ? 2 : 0);
    return base;
}

static bool number(Expression *e, long long *value)
{
    const char *start = e->at, *end = start, *digits;
    while (is_name_part(*end) || (*end == '\'' && is_name_part(end[1])))
        end++;
    unsigned base = base_of(start, &digits);
    const char *s = digits;
    long long result = 0;
    bool too_large = false;
    for (; s < end && (digit_value(*s) < base || (*s == '\'' && s > digits)); s++) {
        if (*s == '\'')
            continue;
        long long digit = (long long)digit_value(*s);
        too_large |= result > (LLONG_MAX - digit) / (long long)base;
        result = too_large ? 0 : result * (long long)base + digit;
    }
    if (s == digits || !is_integer_suffix(s, end))
        return fail(e, start, "invalid number");
    if (too_large)
        return fail(e, start, "number too large");
    e->at = end;
    *value = result;
    return true;
}

/* One character between quotation marks, or an escape sequence of one letter. */
static bool character(Expression *e, long long *value)
{
    static const char letters[] = "abefnrtv0'\"\\?", meant[] = "\a\b\033\f\n\r\t\v\0'\"\\?";
    const char *start = e->at, *s = start + 1;
    const char *escape = *s == '\\' && s[1] != '\0' ? strchr(letters, s[1]) : NULL;
    bool plain = *s > ' ' - 1 && *s < 127 && *s != '\'' && *s != '\\';
    if ((!plain && escape == NULL) || s[plain ? 1 : 2] != '\'')
        return fail(e, start, "invalid character");
    *value = plain ? *s : meant[escape - letters];
    e->at = s + (plain ? 2 : 3);
    return true;
}

static bool name(Expression *e, long long *value)
{
    const char *start = e->at;
    size_t length = 0;
    while (is_name_part(start[length]))
        length++;
    unsigned long long found = 0;
    _Bool negative = false, differs = false;
    int index = search_globals(e->ctx, start, length);
    if (index < 0 || !typestr_constant(e->ctx, index, &found, &negative, &differs))
        return fail(e, start, "expected a positive integer constant");
    if (differs)
        return fail(e, start, "the C compiler disagrees with the cdef about this constant's value");
    if (!negative && found > (unsigned long long)LLONG_MAX)
        return fail(e, start, "number too large");
    *value = negative ? -(long long)(~found) - 1 : (long long)found;
    e->at = start + length;
    return true;
}

/* ---- operators ---- */

/* primary: number | character | name | "(" conditional ")" */
static bool primary(Expression *e, long long *value)
{
    if (is_digit(*e->at))
        return number(e, value);
    if (*e->at == '\'')
        return character(e, value);
    if (is_name_part(*e->at))
        return name(e, value);
    if (!accept(e, '('))
        return fail(e, e->at, "expected a positive integer constant");
    if (!conditional(e, value))
        return false;
    return accept(e, ')') || fail(e, e->at, "expected ')'");
}

/* unary: { "+" | "-" | "~" | "!" } primary */
static bool unary(Expression *e, long long *value)
{
    skip_blanks(e);
    const char *start = e->at;
    char sign = *start;
    if (sign == '\0' || strchr("+-~!", sign) == NULL)
        return primary(e, value);
    if (++e->nesting > MAX_NESTING)
        return fail(e, start, "too many levels of nesting");
    e->at++;
    if (!unary(e, value))
        return false;
    e->nesting--;
    if (sign == '-' && *value == LLONG_MIN)
        return fail(e, start, "number too large");
    *value = sign == '-' ? -*value : sign == '~' ? ~*value : sign == '!' ? *value == 0 : *value;
    return true;
}

static bool is_sum_too_large(long long left, long long right)
{
    return right > 0 ? left > LLONG_MAX - right : left < LLONG_MIN - right;
}

static bool is_product_too_large(long long left, long long right)
{
    if (left == 0 || right == 0)
        return false;
    if ((left == LLONG_MIN && right == -1) || (right == LLONG_MIN && left == -1))
        return true;
    if (left > 0)
        return right > 0 ? left > LLONG_MAX / right : right < LLONG_MIN / left;
    return right > 0 ? left < LLONG_MIN / right : left < LLONG_MAX / right;
}

/* What is wrong with the operands; NULL when nothing is. */
static const char *problem(Operation operation, long long left, long long right)
{
    static const char too_large[] = "number too large";
    switch (operation) {
    case OP_DIVIDE:
    case OP_REMAINDER:
        return right == 0 ? "division by zero" : left == LLONG_MIN && right == -1 ? too_large : NULL;
    case OP_SHIFT_RIGHT:
        return right < 0 || right > 63 ? "a number cannot be shifted that far" : NULL;
    case OP_SHIFT_LEFT:
        if (right < 0 || right > 62)
            return "a number cannot be shifted that far";
        return is_product_too_large(left, 1LL << right) ? too_large : NULL;
    case OP_ADD:
        return is_sum_too_large(left, right) ? too_large : NULL;
    case OP_SUBTRACT:
        return (right == LLONG_MIN ? left >= 0 : is_sum_too_large(left, -right)) ? too_large : NULL;
    case OP_MULTIPLY:
        return is_product_too_large(left, right) ? too_large : NULL;
    default:
        return NULL;
    }
}

/* The value of an operation that has no problem. */
static long long computed(Operation operation, long long left, long long right)
{
    switch (operation) {
    case OP_OR:
        return left != 0 || right != 0;
    case OP_AND:
        return left != 0 && right != 0;
    case OP_BIT_OR:
        return left | right;
    case OP_BIT_XOR:
        return left ^ right;
    case OP_BIT_AND:
        return left & right;
    case OP_EQUAL:
        return left == right;
    case OP_UNEQUAL:
        return left != right;
    case OP_LESS_EQUAL:
        return left <= right;
    case OP_GREATER_EQUAL:
        return left >= right;
    case OP_SHIFT_LEFT:
        return left * (1LL << right); /* also of a negative one, as compilers do */
    case OP_SHIFT_RIGHT:
        return left >> right;
    case OP_LESS:
        return left < right;
    case OP_GREATER:
        return left > right;
    case OP_ADD:
        return left + right;
    case OP_SUBTRACT:
        return left - right;
    case OP_MULTIPLY:
        return left * right;
    case OP_DIVIDE:
        return left / right;
    default:
        return left % right;
    }
}

/* The index of the operator at hand, -1 when there is none. */
static int find_operator(Expression *e)
{
    skip_blanks(e);
    if (*e->at == ']') /* as nearly always */
        return -1;
    for (int i = 0; i < (int)(sizeof operators / sizeof *operators); i++)
        if (strncmp(e->at, operators[i].text, strlen(operators[i].text)) == 0)
            return i;
    return -1;
}

/* binary: unary { operator unary }, no operator weaker than `weakest` */
static bool binary(Expression *e, int weakest, long long *value)
{
    if (!unary(e, value))
        return false;
    for (int found; (found = find_operator(e)) >= 0 && operators[found].strength >= weakest;) {
        Operation operation = operators[found].operation;
        const char *start = e->at;
        bool skipped = (operation == OP_AND && *value == 0) || (operation == OP_OR && *value != 0);
        long long right;
        e->at += strlen(operators[found].text);
        e->skipped += skipped;
        if (!binary(e, operators[found].strength + 1, &right))
            return false;
        e->skipped -= skipped;
        const char *wrong = problem(operation, *value, right);
        if (wrong != NULL && e->skipped == 0)
            return fail(e, start, wrong);
        *value = wrong != NULL ? 0 : computed(operation, *value, right);
    }
    return true;
}

/* conditional: binary [ "?" conditional ":" conditional ] */
static bool conditional(Expression *e, long long *value)
{
    long long condition, left, right;
    skip_blanks(e);
    if (++e->nesting > MAX_NESTING)
        return fail(e, e->at, "too many levels of nesting");
    if (!binary(e, 1, &condition))
        return false;
    *value = condition;
    if (accept(e, '?')) {
        e->skipped += condition == 0;
        if (!conditional(e, &left))
            return false;
        e->skipped += (condition != 0) - (condition == 0);
        if (!accept(e, ':'))
            return fail(e, e->at, "expected ':'");
        if (!conditional(e, &right))
            return false;
        e->skipped -= condition != 0;
        *value = condition != 0 ? left : right;
    }
    e->nesting--;
    return true;
}

_Bool expression_read(Expression *e, long long *value)
{
    return conditional(e, value);
}
