/* typestr.c: C types written as text, turned into opcodes. Pure C.
 *
 * Recursive descent over the grammar of C11 6.7.7, each function named after what it reads:
 *
 *   type        = specifiers declarator
 *   declarator  = { "*" | qualifier | convention } [ "(" declarator ")" | NAME ] { suffix }
 *   suffix      = "[" [ expression ] "]" | "(" parameters ")"
 *   parameters  = [ "void" ] | type { "," type } [ "," "..." ] | "..."
 *
 * A declarator is read from the inside out: what stands in parentheses applies to the result of the suffixes that
 * come after them. So it is built on a slot that is filled in ("NOOP result") when those have been read. The
 * suffixes of one level, "[2][3](int)", likewise each leave a hole for what they are an array of or return.
 *
 * The slots at the far end of the output are a stack for the types of parameters: they become consecutive when the
 * parameter list is complete. */
#include "ctx/typestr.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "ctx/expression.h"
#include "ctx/search.h"
#include "ctx/stdtypes.h"
#include "types/prim.h"

#define MAX_NESTING 100

/* ---- tokens ---- */

typedef enum {
    TOKEN_END,
    TOKEN_OTHER,
    TOKEN_NUMBER,
    TOKEN_NAME,
    TOKEN_ELLIPSIS,
    TOKEN_STAR,
    TOKEN_OPEN_PAREN,
    TOKEN_CLOSE_PAREN,
    TOKEN_OPEN_BRACKET,
    TOKEN_CLOSE_BRACKET,
    TOKEN_COMMA,
    TOKEN_QUALIFIER,
    TOKEN_CDECL,
    TOKEN_STDCALL,
    TOKEN_STRUCT,
    TOKEN_UNION,
    TOKEN_ENUM,
    TOKEN_VOID,
    TOKEN_BOOL,
    TOKEN_CHAR,
    TOKEN_INT,
    TOKEN_FLOAT,
    TOKEN_DOUBLE,
    TOKEN_HALF,
    TOKEN_INT128,
    TOKEN_SHORT,
    TOKEN_LONG,
    TOKEN_SIGNED,
    TOKEN_UNSIGNED,
    TOKEN_COMPLEX,
} Token;

static const struct {
    const char *text;
    Token token;
} keywords[] = {
    {"_Bool", TOKEN_BOOL},
    {"_Complex", TOKEN_COMPLEX},
    {"_Float16", TOKEN_HALF},
    {"__cdecl", TOKEN_CDECL},
    {"__const", TOKEN_QUALIFIER},
    {"__int128", TOKEN_INT128},
    {"__restrict", TOKEN_QUALIFIER},
    {"__stdcall", TOKEN_STDCALL},
    {"__volatile", TOKEN_QUALIFIER},
    {"WINAPI", TOKEN_STDCALL},
    {"char", TOKEN_CHAR},
    {"const", TOKEN_QUALIFIER},
    {"double", TOKEN_DOUBLE},
    {"enum", TOKEN_ENUM},
    {"float", TOKEN_FLOAT},
    {"int", TOKEN_INT},
    {"long", TOKEN_LONG},
    {"restrict", TOKEN_QUALIFIER},
    {"short", TOKEN_SHORT},
    {"signed", TOKEN_SIGNED},
    {"struct", TOKEN_STRUCT},
    {"union", TOKEN_UNION},
    {"unsigned", TOKEN_UNSIGNED},
    {"void", TOKEN_VOID},
    {"volatile", TOKEN_QUALIFIER},
};

typedef struct {
    TypeStr *out;
    const char *text;
    const char *start; /* of the current token */
    size_t length;     /* of the current token */
    Token token;
    int used;    /* slots of the output from its start */
    int stacked; /* slots of the output from its end */
    int nesting;
} Parser;

static bool is_name_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static Token keyword(const char *text, size_t length)
{
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (strlen(keywords[i].text) == length && memcmp(keywords[i].text, text, length) == 0)
            return keywords[i].token;
    return TOKEN_NAME;
}

static Token symbol(char c)
{
    switch (c) {
    case '\0':
        return TOKEN_END;
    case '*':
        return TOKEN_STAR;
    case '(':
        return TOKEN_OPEN_PAREN;
    case ')':
        return TOKEN_CLOSE_PAREN;
    case '[':
        return TOKEN_OPEN_BRACKET;
    case ']':
        return TOKEN_CLOSE_BRACKET;
    case ',':
        return TOKEN_COMMA;
    default:
        return TOKEN_OTHER;
    }
}

/* Moves to the next token. */
static void advance(Parser *p)
{
    const char *s = p->start + p->length;
    while (*s == ' ' || (*s >= '\t' && *s <= '\r'))
        s++;
    const char *end = s;
    if (is_name_start(*s) || is_digit(*s)) {
        while (is_name_start(*end) || is_digit(*end))
            end++;
        p->token = is_digit(*s) ? TOKEN_NUMBER : keyword(s, (size_t)(end - s));
    } else if (strncmp(s, "...", 3) == 0) {
        end += 3;
        p->token = TOKEN_ELLIPSIS;
    } else {
        p->token = symbol(*s);
        end += *s != '\0';
    }
    p->start = s;
    p->length = (size_t)(end - s);
}

static bool accept(Parser *p, Token token)
{
    if (p->token != token)
        return false;
    advance(p);
    return true;
}

/* ---- errors and output ---- */

/* Always -1. The first error stays. */
static int fail_at(Parser *p, const char *where, const char *message)
{
    if (p->out->error == NULL) {
        p->out->error = message;
        p->out->error_position = (size_t)(where - p->text);
    }
    return -1;
}

static int fail(Parser *p, const char *message)
{
    return fail_at(p, p->start, message);
}

static int fail_too_big(Parser *p)
{
    return fail(p, "internal type complexity limit reached");
}

/* Appends a slot; its index or -1. */
static int emit(Parser *p, _cffi_opcode_t opcode)
{
    if (p->used + p->stacked >= p->out->output_size)
        return fail_too_big(p);
    p->out->output[p->used] = opcode;
    return p->used++;
}

static bool push(Parser *p, int slot)
{
    if (p->used + p->stacked >= p->out->output_size)
        return fail_too_big(p), false;
    p->out->output[p->out->output_size - ++p->stacked] = _CFFI_OP(_CFFI_OP_NOOP, slot);
    return true;
}

/* Says what the slot `hole` stands for. */
static void fill(Parser *p, int hole, int slot)
{
    p->out->output[hole] = _CFFI_OP(_CFFI_GETOP(p->out->output[hole]), slot);
}

/* ---- specifiers ---- */

/* The arithmetic types by what they are made of. A type of no words is an int. */
typedef struct {
    Token base; /* TOKEN_END: none yet */
    Token sign; /* TOKEN_END, TOKEN_SIGNED, TOKEN_UNSIGNED */
    int shorts, longs;
    bool complex;
} Words;

static int integer_number(const Words *w)
{
    static const uint8_t numbers[4][2] = {
        {PRIM_INT, PRIM_UINT}, {PRIM_SHORT, PRIM_USHORT}, {PRIM_LONG, PRIM_ULONG}, {PRIM_LONGLONG, PRIM_ULONGLONG}};
    return numbers[w->shorts != 0 ? 1 : w->longs == 0 ? 0 : w->longs + 1][w->sign == TOKEN_UNSIGNED];
}

/* The number of the primitive that the words make together, or -1. */
static int words_number(const Words *w)
{
    bool sized = w->shorts != 0 || w->longs != 0;
    switch (w->base) {
    case TOKEN_END:
    case TOKEN_INT:
        return integer_number(w);
    case TOKEN_CHAR:
        return sized ? -1 : w->sign == TOKEN_END ? PRIM_CHAR : w->sign == TOKEN_SIGNED ? PRIM_SCHAR : PRIM_UCHAR;
    case TOKEN_FLOAT:
        return sized || w->sign != TOKEN_END ? -1 : w->complex ? PRIM_CFLOAT : PRIM_FLOAT;
    case TOKEN_HALF:
        return sized || w->sign != TOKEN_END ? -1 : PRIM_HALF;
    case TOKEN_INT128:
        return sized ? -1 : w->sign == TOKEN_UNSIGNED ? PRIM_UINT128 : PRIM_INT128;
    case TOKEN_DOUBLE:
        if (w->shorts != 0 || w->longs > 1 || w->sign != TOKEN_END)
            return -1;
        if (w->complex)
            return w->longs == 1 ? PRIM_CLONGDOUBLE : PRIM_CDOUBLE;
        return w->longs == 1 ? PRIM_LONGDOUBLE : PRIM_DOUBLE;
    case TOKEN_BOOL:
        return sized || w->sign != TOKEN_END ? -1 : PRIM_BOOL;
    default:
        return sized || w->sign != TOKEN_END ? -1 : PRIM_VOID;
    }
}

static int add_size(Parser *p, Words *w)
{
    if (p->token == TOKEN_SHORT && (w->shorts != 0 || w->longs != 0))
        return fail(p, "'short' after another 'short' or 'long'");
    if (p->token == TOKEN_LONG && w->shorts != 0)
        return fail(p, "'long' after 'short'");
    if (p->token == TOKEN_LONG && w->longs == 2)
        return fail(p, "'long long long' is too long");
    *(p->token == TOKEN_SHORT ? &w->shorts : &w->longs) += 1;
    return 0;
}

/* Adds the current word. 1 added; 0 it is none of the words of an arithmetic type, or a second base; -1 error. */
static int add_word(Parser *p, Words *w)
{
    switch (p->token) {
    case TOKEN_SHORT:
    case TOKEN_LONG:
        if (add_size(p, w) < 0)
            return -1;
        break;
    case TOKEN_SIGNED:
    case TOKEN_UNSIGNED:
        if (w->sign != TOKEN_END)
            return fail(p, "multiple 'signed' or 'unsigned'");
        w->sign = p->token;
        break;
    case TOKEN_COMPLEX:
        if (w->complex)
            return 0;
        w->complex = true;
        break;
    case TOKEN_VOID:
    case TOKEN_BOOL:
    case TOKEN_CHAR:
    case TOKEN_INT:
    case TOKEN_FLOAT:
    case TOKEN_DOUBLE:
    case TOKEN_HALF:
    case TOKEN_INT128:
        if (w->base != TOKEN_END)
            return 0;
        w->base = p->token;
        break;
    default:
        return 0;
    }
    return words_number(w) >= 0 ? 1 : fail(p, "invalid combination of types");
}

/* Words of an arithmetic type or void: the slot, -1, or -2 when there were none. */
static int arithmetic(Parser *p)
{
    Words w = {TOKEN_END, TOKEN_END, 0, 0, false};
    const char *complex_at = NULL, *first = NULL;
    int added = 1;
    while (added == 1) {
        const char *start = p->start;
        bool complex = p->token == TOKEN_COMPLEX;
        if (!accept(p, TOKEN_QUALIFIER)) {
            added = add_word(p, &w);
            if (added == 1) {
                first = first != NULL ? first : start;
                complex_at = complex ? start : complex_at;
                advance(p);
            }
        }
    }
    if (added < 0 || first == NULL)
        return added < 0 ? -1 : -2;
    if (w.base == TOKEN_END && (p->token == TOKEN_STRUCT || p->token == TOKEN_UNION || p->token == TOKEN_ENUM))
        return fail(p, "invalid combination of types");
    if (w.complex && w.base == TOKEN_END && first == complex_at)
        return fail_at(p, first, "identifier expected");
    if (w.complex && w.base != TOKEN_FLOAT && w.base != TOKEN_DOUBLE)
        return fail_at(p, complex_at, "_Complex type combination unsupported");
    return emit(p, _CFFI_OP(_CFFI_OP_PRIMITIVE, words_number(&w)));
}

static bool name_is(const Parser *p, const char *name)
{
    return strlen(name) == p->length && memcmp(p->start, name, p->length) == 0;
}

/* "struct NAME", "union NAME" */
static int record(Parser *p)
{
    const struct _cffi_type_context_s *ctx = p->out->ctx;
    bool is_union = p->token == TOKEN_UNION;
    advance(p);
    if (p->token != TOKEN_NAME)
        return fail(p, "struct or union name expected");
    int index = search_struct_unions(ctx, p->start, p->length);
    if (index >= 0 && ((ctx->struct_unions[index].flags & _CFFI_F_UNION) != 0) != is_union)
        return fail(p, "wrong kind of tag: struct vs union");
    if (index < 0 && (is_union || !name_is(p, "_IO_FILE")))
        return fail(p, "undefined struct/union name");
    advance(p);
    return emit(p, _CFFI_OP(_CFFI_OP_STRUCT_UNION, index)); /* not found: -1, which is _CFFI_STRUCT_FILE */
}

/* "enum NAME" */
static int enumeration(Parser *p)
{
    advance(p);
    if (p->token != TOKEN_NAME)
        return fail(p, "enum name expected");
    int index = search_enums(p->out->ctx, p->start, p->length);
    if (index < 0)
        return fail(p, "undefined enum name");
    advance(p);
    return emit(p, _CFFI_OP(_CFFI_OP_ENUM, index));
}

static int declarator(Parser *p, int slot, int *outer_convention);
static int specifiers(Parser *p);

/* A standard name: its meaning is read in its place. */
static int standard_name(Parser *p, const char *meaning)
{
    Parser inner = {p->out, meaning, meaning, 0, TOKEN_END, p->used, p->stacked, p->nesting};
    advance(&inner);
    int slot = specifiers(&inner);
    slot = slot < 0 ? -1 : declarator(&inner, slot, NULL);
    p->used = inner.used;
    if (slot < 0)
        p->out->error_position = (size_t)(p->start - p->text);
    return slot;
}

/* A name that stands for a type: of the context, of C, or a standard one. -1 without an error when it is none. */
static int type_name(Parser *p)
{
    int index = search_typenames(p->out->ctx, p->start, p->length);
    if (index >= 0)
        return emit(p, _CFFI_OP(_CFFI_OP_TYPENAME, index));
    index = prim_find(p->start, p->length);
    if (index >= 0)
        return emit(p, _CFFI_OP(_CFFI_OP_PRIMITIVE, index));
    const char *meaning = stdtypes_find(p->start, p->length);
    return meaning == NULL ? -1 : standard_name(p, meaning);
}

static int specifiers(Parser *p)
{
    int slot = arithmetic(p);
    if (slot != -2)
        return slot;
    if (p->token == TOKEN_STRUCT || p->token == TOKEN_UNION)
        slot = record(p);
    else if (p->token == TOKEN_ENUM)
        slot = enumeration(p);
    else if (p->token != TOKEN_NAME)
        return fail(p, "identifier expected");
    else if ((slot = type_name(p)) < 0)
        return fail(p, "undefined type name");
    else
        advance(p);
    while (accept(p, TOKEN_QUALIFIER))
        ;
    return slot;
}

/* ---- array lengths ---- */

_Bool typestr_constant(const struct _cffi_type_context_s *ctx, int index, unsigned long long *value, _Bool *negative,
                       _Bool *differs)
{
    const struct _cffi_global_s *global = &ctx->globals[index];
    int operation = _CFFI_GETOP(global->type_op);
    if (operation != _CFFI_OP_CONSTANT_INT && operation != _CFFI_OP_ENUM)
        return false;
    struct _cffi_getconst_s constant = {0, ctx, index};
    int flags = ((int (*)(unsigned long long *))(uintptr_t)global->address)(&constant.value);
    *value = constant.value;
    *negative = (flags & _CFFI_CONST_NOT_POSITIVE) != 0 && constant.value != 0;
    if (differs != NULL)
        *differs = (flags & _CFFI_CONST_DIFFERS) != 0;
    return true;
}

/* Reads the length in "[5]", "[NAME]", "[2 * NAME + 1]". */
static bool array_length(Parser *p, uintptr_t *length)
{
    Expression expression = {p->out->ctx, p->start, NULL, 0, 0};
    long long value = 0;
    if (!expression_read(&expression, &value))
        return fail_at(p, expression.at, expression.error), false;
    if (value < 0)
        return fail(p, "expected a positive integer constant"), false;
    if ((unsigned long long)value > (unsigned long long)PTRDIFF_MAX)
        return fail(p, "number too large"), false;
    *length = (uintptr_t)value;
    p->start = expression.at;
    p->length = 0;
    advance(p);
    return true;
}

/* "[5]", "[]" after the bracket was read: the slot, with its item still a hole. */
static int array(Parser *p)
{
    uintptr_t length = 0;
    if (accept(p, TOKEN_CLOSE_BRACKET))
        return emit(p, _CFFI_OP(_CFFI_OP_OPEN_ARRAY, 0));
    if (!array_length(p, &length))
        return -1;
    if (p->token != TOKEN_CLOSE_BRACKET)
        return fail(p, "expected ']'");
    int slot = emit(p, _CFFI_OP(_CFFI_OP_ARRAY, 0));
    if (slot < 0 || emit(p, (_cffi_opcode_t)length) < 0)
        return -1;
    advance(p);
    return slot;
}

/* ---- functions ---- */

/* Whether the parenthesis at hand begins a declarator, "(*x)", and not parameters, "(int)". */
static bool is_nested(const Parser *p)
{
    Parser ahead = *p;
    advance(&ahead);
    if (ahead.token == TOKEN_OPEN_PAREN || ahead.token == TOKEN_OPEN_BRACKET || ahead.token == TOKEN_CDECL ||
        ahead.token == TOKEN_STDCALL)
        return true;
    while (accept(&ahead, TOKEN_QUALIFIER))
        ;
    return ahead.token == TOKEN_STAR;
}

/* One type of the list, left on the stack. */
static bool parameter(Parser *p)
{
    int slot = specifiers(p);
    slot = slot < 0 ? -1 : declarator(p, slot, NULL);
    return slot >= 0 && push(p, slot);
}

/* Whether the list is "(void)"; the parenthesis was read. */
static bool is_void_list(const Parser *p)
{
    Parser ahead = *p;
    advance(&ahead);
    return p->token == TOKEN_VOID && ahead.token == TOKEN_CLOSE_PAREN;
}

/* The parameters up to the closing parenthesis, left on the stack. */
static bool parameters(Parser *p, bool *variadic)
{
    if (is_void_list(p))
        advance(p);
    if (accept(p, TOKEN_CLOSE_PAREN))
        return true;
    do {
        if (accept(p, TOKEN_ELLIPSIS)) {
            *variadic = true;
            break;
        }
        if (!parameter(p))
            return false;
    } while (accept(p, TOKEN_COMMA));
    if (p->token != TOKEN_CLOSE_PAREN)
        return fail(p, "expected ')'"), false;
    advance(p);
    return true;
}

/* "(int, ...)" after the parenthesis was read: the slot, with its result still a hole. */
static int function(Parser *p, int convention)
{
    bool variadic = false;
    int base = p->stacked;
    if (!parameters(p, &variadic))
        return -1;
    int slot = emit(p, _CFFI_OP(_CFFI_OP_FUNCTION, 0));
    for (int i = base + 1, end = p->stacked; i <= end; i++)
        if (emit(p, p->out->output[p->out->output_size - i]) < 0)
            return -1;
    p->stacked = base;
    int flags = variadic ? _CFFI_FUNCTION_VARIADIC : convention;
    return slot < 0 || emit(p, _CFFI_OP(_CFFI_OP_FUNCTION_END, flags)) < 0 ? -1 : slot;
}

/* ---- declarators ---- */

/* The suffixes of a declarator: the slot of the whole, `slot` when there are none. */
static int suffixes(Parser *p, int slot, int convention)
{
    int whole = slot, hole = -1;
    while (p->token == TOKEN_OPEN_BRACKET || p->token == TOKEN_OPEN_PAREN) {
        bool is_function = p->token == TOKEN_OPEN_PAREN;
        int outer = hole < 0 ? -1 : _CFFI_GETOP(p->out->output[hole]);
        if (is_function && (outer == _CFFI_OP_ARRAY || outer == _CFFI_OP_OPEN_ARRAY))
            return fail(p, "unexpected symbol");
        if (is_function && outer == _CFFI_OP_FUNCTION)
            return fail(p, "a function cannot return a function");
        advance(p);
        int next = is_function ? function(p, convention < 0 ? 0 : convention) : array(p);
        if (next < 0)
            return -1;
        if (hole < 0)
            whole = next;
        else
            fill(p, hole, next);
        hole = next;
        convention = is_function ? -1 : convention;
    }
    if (convention >= 0)
        return fail(p, "expected '('");
    if (hole >= 0)
        fill(p, hole, slot);
    return whole;
}

/* Pointers, qualifiers and calling conventions; a convention before all pointers in parentheses is that of the
 * suffix after them. */
static int pointers(Parser *p, int slot, int *convention, int *outer_convention)
{
    for (; slot >= 0; advance(p)) {
        if (p->token == TOKEN_STAR) {
            slot = emit(p, _CFFI_OP(_CFFI_OP_POINTER, slot));
            outer_convention = NULL;
            if (*convention >= 0)
                return fail(p, "expected '('");
        } else if (p->token == TOKEN_CDECL || p->token == TOKEN_STDCALL) {
            *(outer_convention != NULL ? outer_convention : convention) =
                p->token == TOKEN_STDCALL ? _CFFI_FUNCTION_STDCALL : 0;
        } else if (p->token != TOKEN_QUALIFIER)
            break;
    }
    return slot;
}

/* "(declarator)" : an inner declarator on a slot that the suffixes after it fill in. */
static int nested(Parser *p, int slot, int convention)
{
    int inner_slot = emit(p, _CFFI_OP(_CFFI_OP_NOOP, 0));
    if (inner_slot < 0)
        return -1;
    advance(p);
    int whole = declarator(p, inner_slot, &convention);
    if (whole < 0)
        return -1;
    if (p->token != TOKEN_CLOSE_PAREN)
        return fail(p, "expected ')'");
    advance(p);
    slot = suffixes(p, slot, convention);
    if (slot < 0)
        return -1;
    fill(p, inner_slot, slot);
    return whole;
}

/* The slot of the type that the declarator makes of the type at `slot`. A name in it is allowed and without meaning. */
static int declarator(Parser *p, int slot, int *outer_convention)
{
    int convention = -1; /* none was written */
    if (++p->nesting > MAX_NESTING)
        return fail_too_big(p);
    slot = pointers(p, slot, &convention, outer_convention);
    if (slot < 0)
        return -1;
    if (p->token == TOKEN_OPEN_PAREN && is_nested(p))
        slot = nested(p, slot, convention);
    else {
        accept(p, TOKEN_NAME);
        slot = suffixes(p, slot, convention);
    }
    p->nesting--;
    return slot;
}

int typestr_parse(TypeStr *parse, const char *text)
{
    Parser p = {parse, text, text, 0, TOKEN_END, 0, 0, 0};
    parse->error = NULL;
    parse->error_position = 0;
    advance(&p);
    int slot = specifiers(&p);
    slot = slot < 0 ? -1 : declarator(&p, slot, NULL);
    if (slot >= 0 && p.token != TOKEN_END)
        return fail(&p, "unexpected symbol");
    return slot;
}
