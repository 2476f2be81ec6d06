/* handle_table.h: slots of memory whose addresses are the values of handles. Pure C; the caller holds the lock.
 *
 * Whether an address is that of a live handle is told by comparing it with the bounds of a few blocks. A slot that was given back waits
 * behind all others that are free, so that a stale handle is long known as such. */
#ifndef CFFI_DATA_HANDLE_TABLE_H
#define CFFI_DATA_HANDLE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct HandleSlot {
    void *object;            /* what the handle stands for; NULL: free */
    struct HandleSlot *next; /* of the free ones */
} HandleSlot;

/* Each block is twice as large as the one before. */
typedef struct HandleBlock {
    struct HandleBlock *older;
    size_t bytes; /* of the slots */
    HandleSlot slots[];
} HandleBlock;

typedef struct HandleTable {
    const HandleSlot *slots; /* of the newest block */
    size_t bytes;
    HandleBlock *newest;
    HandleSlot *first_free, *last_free; /* NULL: none is */
} HandleTable;

HandleSlot *handle_table_take(HandleTable *table, void *object); /* NULL: no memory */
void handle_table_give_back(HandleTable *table, HandleSlot *slot);
void handle_table_free(HandleTable *table);

/* The object of the handle at `address`, any address; NULL: there is none. */
void *handle_table_get(const HandleTable *table, const void *address);

/* The same for handles of the newest block, where most are; NULL for all others. */
static inline void *handle_table_get_quick(const HandleTable *table, const void *address)
{
    size_t at = (size_t)((uintptr_t)address - (uintptr_t)table->slots);
    return at < table->bytes && at % sizeof(HandleSlot) == 0 ? ((const HandleSlot *)address)->object : NULL;
}

#endif
