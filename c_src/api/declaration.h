/* declaration.h: a C function as text: its declaration in C, its signature in Python. Names of parameters: see err_parameter_name(). */
#ifndef CFFI_API_DECLARATION_H
#define CFFI_API_DECLARATION_H

#include "include/cffi_abi.h"
#include "types/ctype.h"

/* "int f(int a, char *b)" for a function of this type; with name "" "int(int a, char *b)". New str. */
PyObject *declaration_in_c(const CType *function, const char *name, const char *names);

/* "(a, b, /)", as inspect.signature() wants it in a doc string: Python's keywords get an underscore. New str. */
PyObject *declaration_signature(const CType *function, const char *names);

/* The names for the function in row `row` of the table of globals. `extension` may be NULL. */
const char *declaration_names(const struct _cffi_extension_s *extension, int row);

#endif
