/* cdata_frombuf.h: ffi.from_buffer(): the memory of a Python object with the buffer protocol as a cdata. */
#ifndef CFFI_DATA_CDATA_FROMBUF_H
#define CFFI_DATA_CDATA_FROMBUF_H

#include "data/cdata.h"

/* `ct` is an array or pointer type. The buffer is held until the cdata is released or collected. `writable`: refuse
 * read-only buffers. TypeError, ValueError (too small), BufferError. */
PyObject *cdata_frombuf_new(CType *ct, PyObject *object, bool writable);

struct DebugBlock *cdata_frombuf_block_borrowed(CData *cd); /* debug mode; NULL: none */
int cdata_frombuf_release(CData *cd);                       /* for cdata_release.c; 0 or -1 */
bool cdata_frombuf_readonly(CData *cd);                     /* of a __CDataFromBuf: its memory must not be written */

PyTypeObject *cdata_frombuf_type(State *state); /* borrowed */

#endif
