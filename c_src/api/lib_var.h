/* lib_var.h: constants and global variables of a lib. */
#ifndef CFFI_API_LIB_VAR_H
#define CFFI_API_LIB_VAR_H

#include "api/lib.h"

/* What lib->values has for a global variable: the Python code of lib.x and lib.x = v comes down to these. */
typedef struct {
    PyObject_HEAD
    CType *type;          /* const, owned */
    CType *read_as;       /* const, owned or NULL: a variable `int a[]` is read as this pointer type */
    char *address;        /* const, or NULL: ask `fetch` */
    void *(*fetch)(void); /* const, or NULL */
    const char *name;     /* const, borrowed from the owner */
    bool read_only;       /* const */
    PyObject *owner;      /* const, owned: what `name` and `fetch` are part of */
} GlobSupport;

void lib_var_tp_dealloc(PyObject *self);

static inline bool lib_var_check(PyObject *object)
{
    return Py_TYPE(object)->tp_dealloc == lib_var_tp_dealloc;
}

/* `address` NULL: `fetch` gives it. */
PyObject *lib_var_new(LibObject *lib, int index, char *address, void *(*fetch)(void));

/* A variable of an in-line library. */
PyObject *lib_var_at(CType *ct, char *address, PyObject *name, bool read_only);

PyObject *lib_var_read(GlobSupport *variable);
int lib_var_write(GlobSupport *variable, PyObject *value);
PyObject *lib_var_addressof(GlobSupport *variable);

/* The value of row `index` (CONSTANT): stored by the module's function `fetch`, or at `address`. */
PyObject *lib_var_constant(LibObject *lib, int index, void (*fetch)(char *));
PyObject *lib_var_constant_at(LibObject *lib, int index, char *address);

PyTypeObject *lib_var_type(State *state); /* borrowed */

#endif
