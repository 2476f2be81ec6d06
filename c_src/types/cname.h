/* cname.h: the names of C types. Pure C.
 *
 * A name is kept with the position where a declarator goes: "int(*)(int)" with 5 becomes "int(*f)(int)".
 * Every derived type is made by inserting at that position: pointer " *" or "(*)", array "[5]", function "(*)(int)". */
#ifndef CFFI_TYPES_CNAME_H
#define CFFI_TYPES_CNAME_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    char *text;   /* from malloc(); NULL: no memory, or longer than an int can count */
    int position; /* bytes before the declarator */
} CName;

CName cname_base(const char *text);                                                /* "int" */
CName cname_insert(const char *name, int position, const char *text, int advance); /* new position: old + advance */
CName cname_pointer(const char *item, int position, bool to_array);                /* "int *", "int(*)[5]" */
CName cname_array(const char *item, int position, ptrdiff_t length);               /* "int[5]"; length -1: "int[]" */

/* "int(*)(char, ...)"; `convention` is "" or as "__stdcall ". */
CName cname_function(const char *result, int position, const char *const *arguments, size_t count, bool variadic,
                     const char *convention);

#endif
