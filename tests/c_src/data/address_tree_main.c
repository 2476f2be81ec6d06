/* address_tree_main.c: inserts, removes and finds ranges of addresses as its input says; prints the answers. */
#include <stdio.h>
#include <stdlib.h>

#include "data/address_tree.h"

#define NODES 1000

int main(void)
{
    static AddressNode nodes[NODES]; /* number n is the range [start, end] that "+ n start end" gave it */
    AddressNode *root = NULL;
    char verb;
    unsigned long long a;
    while (scanf(" %c %llu", &verb, &a) == 2) {
        unsigned long long start, end;
        if (verb == '+') {
            if (a >= NODES || scanf("%llu %llu", &start, &end) != 2)
                return 1;
            nodes[a].start = (uintptr_t)start;
            nodes[a].end = (uintptr_t)end;
            address_tree_insert(&root, &nodes[a]);
        } else if (verb == '-')
            address_tree_remove(&root, &nodes[a]);
        else {
            AddressNode *found = address_tree_find(root, (uintptr_t)a);
            printf("%d ", found == NULL ? -1 : (int)(found - nodes));
        }
    }
    return 0;
}
