/* call.h: calling C functions through libffi; and what module.c starts of call/. */
#ifndef CFFI_CALL_CALL_H
#define CFFI_CALL_CALL_H

#include "data/cdata.h"

/* Sets first_invoke and the numbers of the calling conventions, makes the types of call/, adds FFI_* to the module. */
void call_init(State *state); /* what state.h says is set by call/ */
int call_add(State *state);   /* FFI_DEFAULT_ABI and its like to the module */

#endif
