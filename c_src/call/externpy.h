/* externpy.h: extern "Python": C functions of a compiled module that call a Python function given with ffi.def_extern(). */
#ifndef CFFI_CALL_EXTERNPY_H
#define CFFI_CALL_EXTERNPY_H

#include "data/cdata.h"
#include "cffi_abi.h"

/* Export slot 25. `args` has a slot of 8 bytes for each argument (the address of a record, a long double, anything larger) and room
 * for the result, which is written at `args`; zero when no function was given yet, which is said on stderr. Any thread, any time. */
void externpy_call(struct _cffi_externpy_s *externpy, char *args);

/* ffi.def_extern(): from now on `externpy` calls `callable` in this interpreter. `error` and `onerror` as for closure_new().
 * 0, or -1 with an exception and everything as it was. */
int externpy_define(struct _cffi_externpy_s *externpy, CType *function, PyObject *callable, PyObject *error,
                    PyObject *onerror);

#endif
