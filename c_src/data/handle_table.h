/* handle_table.h: a set of addresses: those of the live handles. Pure C; the caller holds the lock. */
#ifndef CFFI_DATA_HANDLE_TABLE_H
#define CFFI_DATA_HANDLE_TABLE_H

#include <stdbool.h>
#include <stddef.h>

typedef struct HandleTable {
    void **slots; /* open addressing, linear probing; NULL: free */
    size_t mask;  /* slots - 1; the number of slots is a power of two, or there are none */
    size_t count;
} HandleTable;

bool handle_table_has(const HandleTable *table, void *address);
bool handle_table_add(HandleTable *table, void *address); /* false: no memory */
void handle_table_remove(HandleTable *table, void *address);
void handle_table_free(HandleTable *table);

#endif
