/* handle_table_main.c: takes slots and gives them back as its input says; prints what the table tells of their addresses.
 *
 *   + N  a handle for object N       - N  the end of it       ? N D  which object is D bytes behind where the handle of N is, or last was */
#include <stdio.h>
#include <stdlib.h>

#include "data/handle_table.h"

/* The quick way tells the same, or nothing. */
static void *get(const HandleTable *table, const void *address)
{
    void *object = handle_table_get(table, address), *quick = handle_table_get_quick(table, address);
    if (quick != NULL && quick != object)
        abort();
    return object;
}

int main(void)
{
    static HandleSlot *slots[10000];
    HandleTable table = {0};
    char verb;
    unsigned number;
    int distance;
    while (scanf(" %c %u", &verb, &number) == 2) {
        if (verb == '+' && (slots[number] = handle_table_take(&table, (void *)(uintptr_t)number)) == NULL)
            return 1;
        if (verb == '-')
            handle_table_give_back(&table, slots[number]);
        if (verb == '?' && scanf("%d", &distance) == 1)
            printf("%zu ", (size_t)(uintptr_t)get(&table, (char *)slots[number] + distance));
    }
    handle_table_free(&table);
    return get(&table, slots[1]) != NULL;
}
