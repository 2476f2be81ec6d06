/* cname.c: the names of C types. Pure C. */
#include "types/cname.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/platform.h"

CName cname_insert(const char *name, int position, const char *text, int advance)
{
    size_t old = strlen(name), added = strlen(text);
    CName result = {NULL, position + advance};
    if (old > (size_t)INT_MAX - 1 || added > (size_t)INT_MAX - 1 - old)
        return result;
    result.text = malloc(old + added + 1);
    if (result.text == NULL)
        return result;
    memcpy(result.text, name, (size_t)position);
    memcpy(result.text + position, text, added);
    memcpy(result.text + position + added, name + position, old - (size_t)position + 1);
    return result;
}

AT_IMPORT CName cname_base(const char *text)
{
    size_t length = strlen(text);
    return cname_insert(text, length > INT_MAX ? 0 : (int)length, "", 0);
}

AT_IMPORT CName cname_pointer(const char *item, int position, bool to_array)
{
    return cname_insert(item, position, to_array ? "(*)" : " *", 2);
}

CName cname_array(const char *item, int position, ptrdiff_t length)
{
    char text[2 + 20 + 1] = "[]";
    if (length >= 0)
        snprintf(text, sizeof text, "[%td]", length);
    return cname_insert(item, position, text, 0);
}

/* ---- functions ---- */

/* Copies `text` to `end`, returns the new end. */
static char *append(char *end, const char *text)
{
    size_t length = strlen(text);
    memcpy(end, text, length + 1);
    return end + length;
}

/* Bytes enough for "(", convention, "*)(", every argument and ", ", "...)" and the final NUL; 0 when they are too
 * many. */
static size_t function_room(const char *const *arguments, size_t count, const char *convention)
{
    size_t room = strlen(convention) + sizeof "(*)(...)";
    for (size_t i = 0; i < count; i++) {
        room += strlen(arguments[i]) + 2;
        if (room > INT_MAX)
            return 0;
    }
    return room;
}

static void function_write(char *end, const char *const *arguments, size_t count, bool variadic, const char *convention)
{
    end = append(append(append(end, "("), convention), "*)(");
    for (size_t i = 0; i < count; i++)
        end = append(append(end, i == 0 ? "" : ", "), arguments[i]);
    if (variadic)
        end = append(end, count == 0 ? "..." : ", ...");
    append(end, ")");
}

CName cname_function(const char *result, int position, const char *const *arguments, size_t count, bool variadic,
                     const char *convention)
{
    CName name = {NULL, 0};
    size_t room = function_room(arguments, count, convention);
    char *text = room == 0 ? NULL : malloc(room);
    if (text == NULL)
        return name;
    function_write(text, arguments, count, variadic, convention);
    name = cname_insert(result, position, text, (int)strlen(convention) + 2);
    free(text);
    return name;
}
