/* debug_block.h: debug mode (CFFI_DEBUG=1): the blocks of memory that cdata own; where each was made and how it ended.
 *
 * Memory that has been given back is kept for a while, filled with 0xDD, so that nothing else gets its address. Memory
 * of ffi.new() lies between two zones that nobody should write to. A cdata that was computed from another one shares
 * its block; for one that came from C the block is found by the address. */
#ifndef CFFI_DATA_DEBUG_BLOCK_H
#define CFFI_DATA_DEBUG_BLOCK_H

#include "data/address_tree.h"
#include "types/ctype.h"

enum { DEBUG_ALIVE, DEBUG_RELEASED, DEBUG_COLLECTED };

/* Where Python code was. */
typedef struct {
    PyObject *file; /* owned str, or NULL: no Python code was running */
    int line;
} DebugSite;

typedef struct DebugBlock {
    AddressNode node;        /* the bytes; start == end when it is not known how many */
    long references;         /* under the lock of the registry: cdata, and the list of blocks given back */
    char *memory;            /* owned: what `node` is in; NULL: not ours. Under the lock */
    PyObject *origin;        /* const, owned str: "ffi.new('int[10]')" */
    DebugSite made;          /* const */
    DebugSite gone;          /* const from the store of `fate` on */
    uint8_t fate;            /* by FT_STORE_BYTE */
    bool is_handle;          /* const: the address of a handle, not of memory */
    struct DebugBlock *next; /* in the list of blocks given back; under the lock */
} DebugBlock;

/* New memory, all zero. NULL with MemoryError. The caller has the only reference. */
DebugBlock *debug_block_allocate(CType *ct, Py_ssize_t size, int align);

/* What somebody else allocated: `size` -1 when it is not known. `function` is what the user called. */
DebugBlock *debug_block_describe(CType *ct, const char *function, char *data, Py_ssize_t size);

/* The block is given back; nothing the second time. -1 with RuntimeError when something was written around it. */
int debug_block_end(State *state, DebugBlock *block, int fate);

/* The block that `address` is in, or just behind. New reference; NULL. */
DebugBlock *debug_block_at(State *state, const char *address);
/* The handle that was at `address` and has died. New reference; NULL. */
DebugBlock *debug_block_dead_handle(State *state, const char *address);

DebugBlock *debug_block_keep(State *state, DebugBlock *block); /* a new reference; NULL stays NULL */
void debug_block_drop(State *state, DebugBlock *block);        /* gives one back; NULL: nothing */

/* "ffi.new('int *') at t.py:3" and, when it has ended, how and where. New str. */
PyObject *debug_block_text(const DebugBlock *block);

int debug_block_init(State *state); /* 0 or -1 */

#endif
