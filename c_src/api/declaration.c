/* declaration.c: a C function as text: its declaration in C, its signature in Python. */
#include "api/declaration.h"

#include "types/err.h"

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

/* ---- in C ---- */

/* The name of the type with `declarator` (a reference to which is stolen) in its place. */
static PyObject *declare_steal(const CType *ct, PyObject *declarator)
{
    PyObject *head = declarator == NULL ? NULL : PyUnicode_FromStringAndSize(ct->name, ct->name_position);
    PyObject *result = NULL;
    if (head != NULL) {
        bool at_word = PyUnicode_GET_LENGTH(declarator) > 0 && PyUnicode_READ_CHAR(declarator, 0) != '(';
        bool after_word = ct->name_position > 0 && strchr("*( ", ct->name[ct->name_position - 1]) == NULL;
        result = PyUnicode_FromFormat("%U%s%U%s", head, at_word && after_word ? " " : "", declarator,
                                      ct->name + ct->name_position);
    }
    Py_XDECREF(head);
    Py_XDECREF(declarator);
    return result;
}

/* `text` (stolen) and `item` (stolen), with ", " between them. */
static PyObject *append_steal(PyObject *text, PyObject *item)
{
    PyObject *result = NULL;
    if (text != NULL && item != NULL)
        result = PyUnicode_FromFormat("%U%s%U", text, PyUnicode_GET_LENGTH(text) > 0 ? ", " : "", item);
    Py_XDECREF(text);
    Py_XDECREF(item);
    return result;
}

static PyObject *parameters_in_c(const CTypeFunction *function, const char *names)
{
    PyObject *text = PyUnicode_FromString("");
    for (Py_ssize_t i = 0; text != NULL && i < function->argument_count; i++)
        text = append_steal(text, declare_steal(function->arguments[i], err_parameter_name(names, i)));
    return function->variadic ? append_steal(text, PyUnicode_FromString("...")) : text;
}

PyObject *declaration_in_c(const CType *function, const char *name, const char *names)
{
    const CTypeFunction *u = &function->u.function;
    const char *convention = *name != '\0' && strstr(function->name, "(__stdcall *)") != NULL ? "__stdcall " : "";
    PyObject *parameters = parameters_in_c(u, names);
    PyObject *declarator = parameters == NULL ? NULL : PyUnicode_FromFormat("%s%s(%U)", convention, name, parameters);
    Py_XDECREF(parameters);
    return declare_steal(u->result, declarator);
}

/* ---- in Python ---- */

/* Those of all Pythons since 3.7; the others are no names in C, or begin with a capital. */
static bool is_keyword(const char *name)
{
    static const char *const keywords[] = {
        "and",     "as",    "assert", "async",  "await", "class", "def",    "del",      "elif", "except",
        "finally", "from",  "global", "import", "in",    "is",    "lambda", "nonlocal", "not",  "or",
        "pass",    "raise", "try",    "with",   "yield", "None",  "True",   "False",
    };
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (strcmp(name, keywords[i]) == 0)
            return true;
    return false;
}

/* The parameter as a name in Python: its own, with an underscore if that is a keyword, or "arg2". */
static PyObject *python_name(const char *names, Py_ssize_t index)
{
    PyObject *name = err_parameter_name(names, index);
    if (name == NULL || PyUnicode_GET_LENGTH(name) == 0) {
        Py_XDECREF(name);
        return name == NULL ? NULL : PyUnicode_FromFormat("arg%zd", index + 1);
    }
    const char *text = PyUnicode_AsUTF8(name);
    if (text != NULL && !is_keyword(text))
        return name;
    PyObject *result = text == NULL ? NULL : PyUnicode_FromFormat("%U_", name);
    Py_DECREF(name);
    return result;
}

PyObject *declaration_signature(const CType *function, const char *names)
{
    const CTypeFunction *u = &function->u.function;
    PyObject *text = PyUnicode_FromString("");
    for (Py_ssize_t i = 0; text != NULL && i < u->argument_count; i++)
        text = append_steal(text, python_name(names, i));
    if (u->argument_count > 0)
        text = append_steal(text, PyUnicode_FromString("/"));
    if (u->variadic)
        text = append_steal(text, PyUnicode_FromString("*args"));
    PyObject *result = text == NULL ? NULL : PyUnicode_FromFormat("(%U)", text);
    Py_XDECREF(text);
    return result;
}
