/* format.c: C types as format strings of the buffer protocol. */
#include "data/format.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/size.h"
#include "types/err.h"

/* Text that grows. After a failure `text` is NULL and an exception is set; everything else is a no-op then. */
typedef struct {
    char *text;
    size_t length;
    size_t room;
} Text;

static bool text_reserve(Text *text, size_t more)
{
    if (text->text == NULL)
        return false;
    if (text->length + more < text->room)
        return true;
    size_t room = 2 * (text->length + more) + 1;
    char *larger = PyMem_Realloc(text->text, room);
    if (larger == NULL) {
        PyMem_Free(text->text);
        PyErr_NoMemory();
    }
    text->text = larger;
    text->room = room;
    return larger != NULL;
}

static void add(Text *text, const char *what)
{
    size_t length = strlen(what);
    if (text_reserve(text, length)) {
        memcpy(text->text + text->length, what, length + 1);
        text->length += length;
    }
}

static void add_count(Text *text, const char *before, Py_ssize_t count, const char *after)
{
    char number[32];
    snprintf(number, sizeof number, "%lld", (long long)count);
    add(text, before);
    add(text, number);
    add(text, after);
}

/* Inside of a struct each code has its "^": sizes of this machine, and no alignment but what is spelled out. */
static void add_code(Text *text, const char *code, int depth)
{
    add(text, depth > 0 ? "^" : "");
    add(text, code);
}

static const char *integer_code(const CType *ct, bool is_signed)
{
    switch (ct->size) {
    case 1:
        return is_signed ? "b" : "B";
    case 2:
        return is_signed ? "h" : "H";
    case 4:
        return is_signed ? "i" : "I";
    default:
        return is_signed ? "q" : "Q";
    }
}

static const char *primitive_code(const CType *ct)
{
    switch (ct->conv) {
    case CONV_BOOL:
        return "?";
    case CONV_CHAR8:
        return "c";
    case CONV_HALF:
        return "e";
    case CONV_FLOAT:
        return "f";
    case CONV_DOUBLE:
        return "d";
    case CONV_LONG_DOUBLE:
        return "g";
    case CONV_CFLOAT:
        return "Zf";
    case CONV_CDOUBLE:
        return "Zd";
    case CONV_CLONG_DOUBLE:
        return "Zg";
    case CONV_I128: /* no code says more */
    case CONV_U128:
        return "16s";
    default:
        return integer_code(ct, ct->kind == KIND_SIGNED);
    }
}

static void add_type(Text *text, CType *ct, int depth);

static void add_padding(Text *text, Py_ssize_t bytes)
{
    if (bytes == 1)
        add(text, "x");
    else if (bytes > 1)
        add_count(text, "", bytes, "x");
}

static void add_name(Text *text, PyObject *name)
{
    const char *utf8 = PyUnicode_AsUTF8(name);
    add(text, ":");
    if (utf8 != NULL)
        add(text, utf8);
    add(text, ":");
}

/* Fields in the order of their offsets; what has none of its own (bit-fields, the members of anonymous unions after the
 * first, an open array) shows as padding. */
static void add_struct(Text *text, CType *ct, int depth)
{
    Py_ssize_t end = 0;
    add_code(text, "T{", depth);
    for (Py_ssize_t i = 0; i < ct->u.record.field_count; i++) {
        CField *field = ct->u.record.fields[i];
        if (field->bit_shift != CFIELD_PLAIN || field->offset < end)
            continue;
        add_padding(text, field->offset - end);
        add_type(text, field->type, depth + 1);
        add_name(text, field->name);
        end = field->offset + field->type->size;
    }
    add_padding(text, ct->size - end);
    add(text, "}");
}

static void add_array(Text *text, CType *ct, int depth)
{
    CType *item = ct;
    add(text, "(");
    for (; item->kind == KIND_ARRAY; item = item->u.array.item)
        add_count(text, item == ct ? "" : ",", item->u.array.length, "");
    add(text, ")");
    add_type(text, item, depth + 1);
}

static void add_type(Text *text, CType *ct, int depth)
{
    if (ctype_is_primitive(ct))
        add_code(text, primitive_code(ct), depth);
    else if (ct->kind == KIND_ARRAY)
        add_array(text, ct, depth);
    else if (ct->kind == KIND_STRUCT && depth < 64)
        add_struct(text, ct, depth);
    else if (ctype_is_record(ct)) {
        add_count(text, "(", ct->size, ")");
        add_code(text, "B", depth);
    } else
        add_code(text, integer_code(ct, false), depth); /* the address */
}

char *format_of(CType *ct)
{
    Text text = {.text = PyMem_Malloc(32), .room = 32};
    if (text.text == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    text.text[0] = '\0';
    add_type(&text, ct, 0);
    if (text.text != NULL && PyErr_Occurred()) {
        PyMem_Free(text.text);
        return NULL;
    }
    return text.text;
}
