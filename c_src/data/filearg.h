/* filearg.h: a Python file where C takes a FILE *. */
#ifndef CFFI_DATA_FILEARG_H
#define CFFI_DATA_FILEARG_H

#include "data/cdata.h"

/* 1 when `object` looks like a Python file (io.IOBase); 0; -1 with an exception. */
int filearg_check(PyObject *object);

/* The FILE * for a Python file: its descriptor duplicated and opened with its mode, unbuffered, after a flush; kept by
 * the file object until that is collected. NULL with an exception. */
char *filearg_get(PyObject *file);

#endif
