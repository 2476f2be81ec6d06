/* declaration.h: a C function as text: its declaration in C, its signature in Python. */
#ifndef CFFI_API_DECLARATION_H
#define CFFI_API_DECLARATION_H

#include "cffi_abi.h"
#include "types/ctype.h"

/* The type of a function as C writes it: "int(int, char *)". New str. */
PyObject *declaration_type(const CType *function);

/* The `ml_doc` of function `name` of `module` + `suffix`: "name(a, b, /)", which inspect.signature() reads (Python's keywords get an
 * underscore), and its declaration in C as cffi has always written it, "int name(int, char *)". `names` are those of the
 * parameters, "a,b", or NULL. To be given to PyMem_Free(); NULL with an exception. */
char *declaration_doc(const CType *function, const char *name, const char *names, const char *module,
                      const char *suffix);

/* The names for the function in row `row` of the table of globals. `extension` may be NULL. */
const char *declaration_names(const struct _cffi_extension_s *extension, int row);

#endif
