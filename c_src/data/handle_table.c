/* handle_table.c: a set of addresses. Pure C. */
#include "data/handle_table.h"

#include <stdint.h>
#include <stdlib.h>

/* Objects are aligned: the low bits say nothing. */
static size_t home(const HandleTable *table, const void *address)
{
    uintptr_t bits = (uintptr_t)address >> 4;
    return (size_t)(bits ^ (bits >> 15)) & table->mask;
}

/* The slot of `address`, or the free one where it would go. */
static size_t find(const HandleTable *table, const void *address)
{
    size_t at = home(table, address);
    while (table->slots[at] != NULL && table->slots[at] != address)
        at = (at + 1) & table->mask;
    return at;
}

bool handle_table_has(const HandleTable *table, void *address)
{
    return address != NULL && table->slots != NULL && table->slots[find(table, address)] == address;
}

static bool grow(HandleTable *table)
{
    size_t size = table->slots == NULL ? 16 : 2 * (table->mask + 1);
    HandleTable larger = {calloc(size, sizeof(void *)), size - 1, table->count};
    if (larger.slots == NULL)
        return false;
    for (size_t i = 0; table->slots != NULL && i <= table->mask; i++) {
        if (table->slots[i] != NULL)
            larger.slots[find(&larger, table->slots[i])] = table->slots[i];
    }
    free(table->slots);
    *table = larger;
    return true;
}

bool handle_table_add(HandleTable *table, void *address)
{
    if ((table->slots == NULL || 3 * (table->count + 1) > 2 * (table->mask + 1)) && !grow(table))
        return false;
    table->slots[find(table, address)] = address;
    table->count++;
    return true;
}

/* What follows the gap without a gap in between moves up, when its home is not after the gap. */
void handle_table_remove(HandleTable *table, void *address)
{
    if (!handle_table_has(table, address))
        return;
    size_t gap = find(table, address);
    for (size_t at = (gap + 1) & table->mask; table->slots[at] != NULL; at = (at + 1) & table->mask) {
        size_t distance = (at - home(table, table->slots[at])) & table->mask;
        if (distance >= ((at - gap) & table->mask)) {
            table->slots[gap] = table->slots[at];
            gap = at;
        }
    }
    table->slots[gap] = NULL;
    table->count--;
}

void handle_table_free(HandleTable *table)
{
    free(table->slots);
    table->slots = NULL;
    table->count = 0;
}
