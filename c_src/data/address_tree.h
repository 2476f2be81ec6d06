/* address_tree.h: ranges of addresses that do not overlap, found by an address in them. Pure C; the caller holds the lock. */
#ifndef CFFI_DATA_ADDRESS_TREE_H
#define CFFI_DATA_ADDRESS_TREE_H

#include <stdint.h>

/* Part of what has the range. `start` and `end` do not change while it is in a tree. */
typedef struct AddressNode {
    struct AddressNode *left;
    struct AddressNode *right;
    uintptr_t start;
    uintptr_t end; /* one after the last byte */
} AddressNode;

void address_tree_insert(AddressNode **root, AddressNode *node);
void address_tree_remove(AddressNode **root, AddressNode *node); /* it is in the tree */

/* The node with start <= address <= end; NULL. */
AddressNode *address_tree_find(AddressNode *root, uintptr_t address);

#endif
