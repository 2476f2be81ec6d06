/* address_tree.c: a treap: ordered by address from left to right, by a number made of the address from top to bottom. */
#include "data/address_tree.h"

#include <stddef.h>

/* As good as random, so that the tree is about as deep as a balanced one. */
static uint32_t rank(const AddressNode *node)
{
    return (uint32_t)((uint64_t)node->start * 0x9E3779B97F4A7C15u >> 32);
}

/* The nodes before and after the address `at`. */
static void split(AddressNode *tree, uintptr_t at, AddressNode **before, AddressNode **after)
{
    if (tree == NULL)
        *before = *after = NULL;
    else if (tree->start < at) {
        *before = tree;
        split(tree->right, at, &tree->right, after);
    } else {
        *after = tree;
        split(tree->left, at, before, &tree->left);
    }
}

/* One tree of two, all of `before` left of all of `after`. */
static AddressNode *join(AddressNode *before, AddressNode *after)
{
    if (before == NULL || after == NULL)
        return before == NULL ? after : before;
    if (rank(before) > rank(after)) {
        before->right = join(before->right, after);
        return before;
    }
    after->left = join(before, after->left);
    return after;
}

static AddressNode **side_of(AddressNode *node, uintptr_t address)
{
    return address < node->start ? &node->left : &node->right;
}

void address_tree_insert(AddressNode **root, AddressNode *node)
{
    while (*root != NULL && rank(*root) > rank(node))
        root = side_of(*root, node->start);
    split(*root, node->start, &node->left, &node->right);
    *root = node;
}

void address_tree_remove(AddressNode **root, AddressNode *node)
{
    while (*root != node)
        root = side_of(*root, node->start);
    *root = join(node->left, node->right);
}

AddressNode *address_tree_find(AddressNode *root, uintptr_t address)
{
    AddressNode *found = NULL;
    while (root != NULL) {
        if (root->start <= address)
            found = root;
        root = *side_of(root, address);
    }
    return found != NULL && address <= found->end ? found : NULL;
}
