/* thunk.h: C functions that wait to be given a meaning: the code of callbacks, when their arguments and result fit the registers.
 *
 * Code made at run time (libffi's closures) finds out again at each call where the arguments are, and some systems forbid it. A thunk
 * stores all registers that may hold arguments (call/registers.h) and hands them to closure_enter(). There is a fixed number of them in
 * the process; whoever gets none any more takes libffi's. */
#ifndef CFFI_CALL_THUNK_H
#define CFFI_CALL_THUNK_H

#include "call/registers.h"

#if PLATFORM_REGISTERS

#define THUNK_COUNT 128

/* The number of a thunk that was free, and belongs to `closure` from now on; -1 when there is none. Any thread. */
int thunk_take(void *closure);
void thunk_give_back(int number);
void *thunk_address(int number);

/* closure.c: called by thunks; any thread. `closure` is NULL when the thunk was given back. Returns what is to be in the register for
 * the result, whichever that is. */
RegisterWord closure_enter(void *closure, Registers *registers);

#endif

#endif
