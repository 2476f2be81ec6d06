/* debug.h: debug mode (CFFI_DEBUG=1): is the memory that a cdata refers to alive, and large enough?
 *
 * Only called when state->debug is set. The cdata types get other slots then, which check and call the ordinary ones. */
#ifndef CFFI_DATA_DEBUG_H
#define CFFI_DATA_DEBUG_H

#include "data/cdata.h"
#include "data/debug_block.h"

/* "if (debug_on(cd) && debug_check(cd, …) < 0)": nothing more in a cold or long path. */
static inline bool debug_on(const CData *cd)
{
    return UNLIKELY(cd->ctype->state->debug);
}

/* 0 when `size` bytes at `data`, an address got from `cd`, may be used, as far as is known. -1 with RuntimeError when
 * the memory was given back, IndexError outside of it. `action`: "read", "write". */
int debug_check(CData *cd, const char *data, Py_ssize_t size, const char *action);

/* The same for something that C code gets: alive, whatever the size. */
int debug_check_alive(CData *cd, const char *action);

/* The bytes from `cd->data` to the end of its memory; -1: not known. */
Py_ssize_t debug_room(CData *cd);

/* `result` (NULL: an exception), a pointer computed from the one of `origin`, shares its block. */
PyObject *debug_derived(PyObject *result, CData *origin);
/* The same for a part of what `origin` refers to; not for a pointer that was stored there and points elsewhere. */
PyObject *debug_part(PyObject *result, CData *origin);

/* Adds to the exception that is set where the memory of `cd` came from, and went. */
void debug_add_history(CData *cd);

/* RuntimeError: released twice. -1. */
int debug_err_released_twice(CData *cd);
/* SystemError: a handle that has died; 0 when nothing is known of it, otherwise -1. */
int debug_err_dead_handle(State *state, const char *address);

/* In a table of slots, those that check in the place of the ordinary ones. */
void debug_replace_slots(PyType_Slot *slots);

#endif
