/* tokens.h: a text of declarations cut into tokens, for cffi_build/cdef/lexer.py, which says what is in the tuple. */
#ifndef CFFI_CDEF_TOKENS_H
#define CFFI_CDEF_TOKENS_H

#include "base/py.h"

/* A method of METH_O: the tuple for a str; None when something in it is no token of C, which lexer.py explains to the user. NULL with an
 * exception. */
PyObject *tokens_cut(PyObject *self, PyObject *text);

#endif
