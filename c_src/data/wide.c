/* wide.c: strings of char16_t, char32_t and wchar_t. */
#include "data/wide.h"

#include "types/err.h"

static uint32_t load(int conv, const char *data, Py_ssize_t index)
{
    uint16_t narrow;
    uint32_t wide;
    if (conv == CONV_CHAR16) {
        memcpy(&narrow, data + 2 * index, sizeof narrow);
        return narrow;
    }
    memcpy(&wide, data + 4 * index, sizeof wide);
    return wide;
}

static void store(int conv, char *data, Py_ssize_t index, uint32_t unit)
{
    uint16_t narrow = (uint16_t)unit;
    if (conv == CONV_CHAR16)
        memcpy(data + 2 * index, &narrow, sizeof narrow);
    else
        memcpy(data + 4 * index, &unit, sizeof unit);
}

static PyObject *from_utf16(const char *data, Py_ssize_t length)
{
    int order = PLATFORM_BIG_ENDIAN ? 1 : -1;
    return PyUnicode_DecodeUTF16(data, 2 * length, "surrogatepass", &order);
}

static PyObject *from_utf32(const char *data, Py_ssize_t length)
{
    uint32_t highest = 0;
    for (Py_ssize_t i = 0; i < length; i++) {
        uint32_t unit = load(CONV_CHAR32, data, i);
        highest = unit > highest ? unit : highest;
    }
    if (highest > 0x10FFFF)
        return err_null(PyExc_ValueError, "character 0x%x is beyond the last one, U+10FFFF", (unsigned)highest);
    PyObject *text = PyUnicode_New(length, highest);
    for (Py_ssize_t i = 0; text != NULL && i < length; i++)
        PyUnicode_WRITE(PyUnicode_KIND(text), PyUnicode_DATA(text), i, load(CONV_CHAR32, data, i));
    return text;
}

PyObject *wide_to_str(int conv, const char *data, Py_ssize_t length)
{
    return conv == CONV_CHAR16 ? from_utf16(data, length) : from_utf32(data, length);
}

Py_ssize_t wide_length(int conv, const char *data, Py_ssize_t limit)
{
    Py_ssize_t length = 0;
    while (length != limit && load(conv, data, length) != 0)
        length++;
    return length;
}

Py_ssize_t wide_count(int conv, PyObject *text)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(text), count = length;
    if (conv == CONV_CHAR16 && PyUnicode_KIND(text) == PyUnicode_4BYTE_KIND) {
        for (Py_ssize_t i = 0; i < length; i++)
            count += PyUnicode_READ_CHAR(text, i) > 0xFFFF;
    }
    return count;
}

void wide_store(int conv, char *data, PyObject *text)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(text), at = 0;
    int kind = PyUnicode_KIND(text);
    const void *characters = PyUnicode_DATA(text);
    for (Py_ssize_t i = 0; i < length; i++) {
        uint32_t character = PyUnicode_READ(kind, characters, i);
        if (conv == CONV_CHAR16 && character > 0xFFFF) {
            character -= 0x10000;
            store(conv, data, at++, 0xD800 | (character >> 10));
            character = 0xDC00 | (character & 0x3FF);
        }
        store(conv, data, at++, character);
    }
}
