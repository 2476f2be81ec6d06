/* declaration.c: a C function as text: its declaration in C, its signature in Python. */
#include "api/declaration.h"

/* ---- names ---- */

const char *declaration_names(const struct _cffi_extension_s *extension, int row)
{
    if (extension == NULL || extension->parameter_names == NULL)
        return NULL;
    const char *names = extension->parameter_names[row / _CFFI_NAMES_EACH];
    for (int i = row % _CFFI_NAMES_EACH; i > 0; i--)
        names += strlen(names) + 1;
    return names;
}

/* Moves *names past the first of them, which is returned with its length; "" when there are no more. */
static const char *next_name(const char **names, size_t *length)
{
    const char *name = *names == NULL ? "" : *names;
    *length = strcspn(name, ",");
    *names = name[*length] == ',' ? name + *length + 1 : NULL;
    return name;
}

/* ---- writing: every lib.f of a module gets a text, most of them are never read, so that it must be cheap ---- */

typedef struct {
    char *text; /* `on_stack`, or owned */
    size_t length, size;
    bool failed; /* out of memory: what is put is dropped */
    char on_stack[500];
} Writer;

static void begin(Writer *w)
{
    w->text = w->on_stack;
    w->length = 0;
    w->size = sizeof w->on_stack;
    w->failed = false;
}

static void end(Writer *w)
{
    if (w->text != w->on_stack)
        PyMem_Free(w->text);
}

/* Room for `more` bytes. */
static void grow(Writer *w, size_t more)
{
    size_t size = 2 * w->size + more;
    char *text = more > SIZE_MAX / 4 ? NULL : PyMem_Malloc(size);
    w->failed = text == NULL;
    if (text == NULL)
        return;
    memcpy(text, w->text, w->length);
    end(w);
    w->text = text;
    w->size = size;
}

static void put(Writer *w, const char *text, size_t length)
{
    if (UNLIKELY(length > w->size - w->length) && !w->failed)
        grow(w, length);
    if (w->failed)
        return;
    memcpy(w->text + w->length, text, length);
    w->length += length;
}

static void put_text(Writer *w, const char *text)
{
    put(w, text, strlen(text));
}

static PyObject *result(Writer *w)
{
    return w->failed ? PyErr_NoMemory() : PyUnicode_DecodeUTF8(w->text, (Py_ssize_t)w->length, "replace");
}

static bool is_ascii(const char *text, size_t length)
{
    uint64_t eight = 0, bits = 0;
    size_t i = 0;
    for (; i + sizeof eight <= length; i += sizeof eight) {
        memcpy(&eight, text + i, sizeof eight);
        bits |= eight;
    }
    for (; i < length; i++)
        bits |= (unsigned char)text[i];
    return (bits & UINT64_C(0x8080808080808080)) == 0;
}

static char *copy(const char *text, size_t length)
{
    char *result = PyMem_Malloc(length + 1);
    if (result == NULL)
        return (char *)PyErr_NoMemory();
    memcpy(result, text, length);
    result[length] = '\0';
    return result;
}

/* The text as an allocated string, which is UTF-8 whatever a damaged module says. */
static char *result_utf8(Writer *w)
{
    if (!w->failed && is_ascii(w->text, w->length))
        return copy(w->text, w->length);
    Py_ssize_t length;
    PyObject *decoded = result(w);
    const char *text = decoded == NULL ? NULL : PyUnicode_AsUTF8AndSize(decoded, &length);
    char *utf8 = text == NULL ? NULL : copy(text, (size_t)length);
    Py_XDECREF(decoded);
    return utf8;
}

/* ---- in C ---- */

/* The name of the type up to where a declarator stands: a word, or what begins with "(". */
static void put_head(Writer *w, const CType *ct, bool word)
{
    put(w, ct->name, (size_t)ct->name_position);
    if (word && ct->name_position > 0 && strchr("*( ", ct->name[ct->name_position - 1]) == NULL)
        put(w, " ", 1);
}

static void put_tail(Writer *w, const CType *ct)
{
    put_text(w, ct->name + ct->name_position);
}

static void put_parameters(Writer *w, const CTypeFunction *function)
{
    for (Py_ssize_t i = 0; i < function->argument_count; i++) {
        put_text(w, i > 0 ? ", " : "");
        put_text(w, function->arguments[i]->name);
    }
    if (function->variadic)
        put_text(w, function->argument_count > 0 ? ", ..." : "...");
}

static void put_declaration(Writer *w, const CType *function, const char *name)
{
    const CTypeFunction *u = &function->u.function;
    put_head(w, u->result, *name != '\0');
    put_text(w, *name != '\0' && strstr(function->name, "(__stdcall *)") != NULL ? "__stdcall " : "");
    put_text(w, name);
    put(w, "(", 1);
    put_parameters(w, u);
    put(w, ")", 1);
    put_tail(w, u->result);
}

PyObject *declaration_type(const CType *function)
{
    Writer w;
    begin(&w);
    put_declaration(&w, function, "");
    PyObject *text = result(&w);
    end(&w);
    return text;
}

/* ---- in Python ---- */

/* Those of all Pythons since 3.7; the others are no names in C, or begin with a capital. */
static bool is_keyword(const char *name, size_t length)
{
    static const char keywords[][9] = {
        "and",     "as",    "assert", "async",  "await", "class", "def",    "del",      "elif", "except",
        "finally", "from",  "global", "import", "in",    "is",    "lambda", "nonlocal", "not",  "or",
        "pass",    "raise", "try",    "with",   "yield", "None",  "True",   "False",
    };
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (keywords[i][0] == name[0] && strlen(keywords[i]) == length && memcmp(name, keywords[i], length) == 0)
            return true;
    return false;
}

/* The parameter as a name in Python: its own, with an underscore if that is a keyword, or "arg2". */
static void put_python_name(Writer *w, const char **names, Py_ssize_t index)
{
    size_t length;
    const char *name = next_name(names, &length);
    char number[32];
    if (length == 0) {
        PyOS_snprintf(number, sizeof number, "arg%zd", index + 1);
        name = number;
        length = strlen(number);
    }
    put(w, name, length);
    put_text(w, is_keyword(name, length) ? "_" : "");
}

static void put_signature(Writer *w, const CTypeFunction *function, const char *names)
{
    put(w, "(", 1);
    for (Py_ssize_t i = 0; i < function->argument_count; i++) {
        put_python_name(w, &names, i);
        put(w, ", ", 2);
    }
    if (function->argument_count > 0)
        put_text(w, function->variadic ? "/, " : "/");
    put_text(w, function->variadic ? "*args)" : ")");
}

char *declaration_doc(const CType *function, const char *name, const char *names, const char *module,
                      const char *suffix)
{
    Writer w;
    begin(&w);
    put_text(&w, name);
    put_signature(&w, &function->u.function, names);
    put_text(&w, "\n--\n\n");
    put_declaration(&w, function, name);
    put_text(&w, ";\n\nCFFI C function from ");
    put_text(&w, module);
    put_text(&w, suffix);
    char *doc = result_utf8(&w);
    end(&w);
    return doc;
}
