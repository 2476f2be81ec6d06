/* stdtypes.c: type names that need no declaration and are no primitives. Pure C. */
#include "ctx/stdtypes.h"

#include "ctx/search.h"

const StdType stdtypes[] = {
#define STDTYPE(name, meaning) {name, meaning},
#include "ctx/stdtypes.def"
#undef STDTYPE
};
const int stdtypes_count = sizeof stdtypes / sizeof *stdtypes;

const char *stdtypes_find(const char *name, size_t length)
{
    int index = search_rows(stdtypes, sizeof *stdtypes, stdtypes_count, name, length);
    return index < 0 ? NULL : stdtypes[index].meaning;
}
