/* typearg.c: an argument that says a C type: a str, a ctype, sometimes a cdata or a function of a lib. */
#include "api/typearg.h"

#include "api/declaration.h"
#include "api/inline_ffi.h"
#include "api/lib_func.h"
#include "ctx/typestr.h"
#include "data/cdata.h"
#include "types/err.h"

#define MAX_CACHED     2000 /* texts that an FFI remembers; then it forgets all */
#define MAX_SHOWN_TEXT 500  /* bytes of a text that an error message repeats */

/* ---- errors ---- */

COLD static CType *err_expected_type(PyObject *argument, int accept)
{
    return err_null(PyExc_TypeError, "expected a string or ctype object%s, got '%.200s'",
                    accept & TYPEARG_CDATA ? " or cdata object" : "", Py_TYPE(argument)->tp_name);
}

/* The text with a caret below the position, each byte that is not printable ASCII as one character. */
COLD static CType *err_text(State *state, const TypeStr *parse, const char *text, size_t length)
{
    char shown[MAX_SHOWN_TEXT + 1], spaces[MAX_SHOWN_TEXT + 1];
    if (length > MAX_SHOWN_TEXT)
        return err_null(state->ffi_error, "%s", parse->error);
    for (size_t i = 0; i < length; i++)
        shown[i] = text[i] == '\t' || text[i] == '\n' ? ' ' : text[i] < ' ' || text[i] > '~' ? '?' : text[i];
    shown[length] = '\0';
    memset(spaces, ' ', parse->error_position);
    spaces[parse->error_position] = '\0';
    return err_null(state->ffi_error, "%s\n%s\n%s^", parse->error, shown, spaces);
}

COLD static CType *err_is_function(CType *function)
{
    PyObject *text = declaration_type(function);
    if (text != NULL)
        err_raise(function->state->ffi_error, "the type '%U' is a function type, not a pointer-to-function type", text);
    Py_XDECREF(text);
    return NULL;
}

/* ---- text ---- */

static CType *parse(FFIObject *ffi, const char *text, Py_ssize_t length, bool *is_function)
{
    _cffi_opcode_t opcodes[TYPESTR_OUTPUT_SIZE];
    TypeStr parse = {.ctx = realize_context(ffi_tables(ffi)), .output = opcodes, .output_size = TYPESTR_OUTPUT_SIZE};
    int slot = typestr_parse(&parse, text);
    if (slot >= 0 && strlen(text) != (size_t)length) {
        slot = -1;
        parse.error = "null character in the text";
        parse.error_position = strlen(text);
    }
    if (slot < 0)
        return err_text(ffi_state(ffi), &parse, text, (size_t)length);
    return realize_parsed(ffi_tables(ffi), opcodes, TYPESTR_OUTPUT_SIZE, slot, is_function);
}

void typearg_forget(FFIObject *ffi)
{
    namecache_clear(&ffi->recent_types);
    PyDict_Clear(ffi->types);
    PyDict_Clear(ffi->function_types);
}

int typearg_remember(FFIObject *ffi, PyObject *text, CType *ct, bool function)
{
    PyObject *cache = function ? ffi->function_types : ffi->types;
    if (!PyUnicode_CheckExact(text))
        return 0;
    if (PyDict_GET_SIZE(cache) >= MAX_CACHED)
        typearg_forget(ffi);
    return PyDict_SetItem(cache, text, (PyObject *)ct);
}

/* A text that ffi->types does not have. */
static CType *from_text(FFIObject *ffi, PyObject *argument, int accept)
{
    PyObject *known = NULL;
    bool is_function = false;
    Py_ssize_t length;
    if ((accept & TYPEARG_FUNCTION) && PyDict_GetItemRef(ffi->function_types, argument, &known) != 0)
        return (CType *)known;
    if (ffi->is_inline)
        return inline_ffi_resolve(ffi, argument, (accept & TYPEARG_FUNCTION) != 0);
    const char *text = PyUnicode_AsUTF8AndSize(argument, &length);
    CType *ct = text == NULL ? NULL : parse(ffi, text, length, &is_function);
    if (ct == NULL)
        return NULL;
    if (is_function && !(accept & TYPEARG_FUNCTION))
        err_is_function(ct);
    else if (typearg_remember(ffi, argument, ct, is_function) == 0)
        return ct;
    Py_DECREF(ct);
    return NULL;
}

/* A text that ffi->recent_types does not have. */
static CType *from_known_text(FFIObject *ffi, PyObject *argument, int accept)
{
    PyObject *found;
    if (PyDict_GetItemRef(ffi->types, argument, &found) == 0)
        return from_text(ffi, argument, accept);
    if (found != NULL)
        namecache_put(&ffi->recent_types, argument, found, FT_PINNED((CType *)found));
    return (CType *)found;
}

/* New reference. */
static CType *get_slow(FFIObject *ffi, PyObject *argument, int accept)
{
    char *address;
    CType *function;
    if (PyUnicode_CheckExact(argument))
        return from_known_text(ffi, argument, accept);
    if (PyUnicode_Check(argument))
        return from_text(ffi, argument, accept);
    if (accept & TYPEARG_CDATA) {
        if (cdata_check(argument))
            return (CType *)Py_NewRef(((CData *)argument)->ctype);
        if (lib_func_address(ffi_state(ffi), argument, &address, &function) > 0)
            return (CType *)Py_NewRef(function);
    }
    return err_expected_type(argument, accept);
}

CType *typearg_get_slow(FFIObject *ffi, PyObject *argument, int accept)
{
    CType *ct = get_slow(ffi, argument, accept);
    if (ct != NULL)
        FT_TAKE(ct);
    return ct;
}
