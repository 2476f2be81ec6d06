/* lib_func.c: lib.f of a C module: an ordinary built-in function object on the wrapper in the module.
 *
 * The interpreter has the fastest paths for built-in functions, and tools know them, so lib.f is one, with the Lib
 * as its __self__. Its method table entry is made at the first access of the attribute and belongs to the Lib. */
#include "api/lib_func.h"

#include "types/err.h"

typedef struct LibFunction {
    PyMethodDef def; /* ml_doc is `doc`, by which such a function object is recognised */
    struct LibFunction *next;
    CType *type;   /* const, borrowed from the type table */
    char *address; /* const: of the C function itself */
    char doc[];    /* const */
} LibFunction;

/* ---- texts ---- */

PyObject *lib_func_declaration(CType *function, const char *name)
{
    /* The name of the type, cut at the position of the declarator: "int(*" and ")(int)", or "int(__stdcall *" and
     * ")(int)". */
    const char *open = function->name + function->name_position;
    while (*open != '(')
        open--;
    const char *space = *name != '\0' && open > function->name && open[-1] != '*' ? " " : "";
    PyObject *result = PyUnicode_FromStringAndSize(function->name, open - function->name);
    if (result == NULL)
        return NULL;
    PyObject *text =
        PyUnicode_FromFormat("%U%s%s%s", result, space, name, function->name + function->name_position + 1);
    Py_DECREF(result);
    return text;
}

/* "arg1, arg2, /": the parameters as inspect.signature() wants them. */
static PyObject *parameters_text(CType *function)
{
    Py_ssize_t count = function->u.function.argument_count;
    PyObject *text = PyUnicode_FromString("");
    for (Py_ssize_t i = 0; i < count && text != NULL; i++) {
        PyObject *longer = PyUnicode_FromFormat("%Uarg%zd, ", text, i + 1);
        Py_SETREF(text, longer);
    }
    if (text != NULL && count > 0)
        Py_SETREF(text, PyUnicode_FromFormat("%U/", text));
    return text;
}

/* What becomes __text_signature__ and __doc__. New str. */
static PyObject *doc_text(LibObject *lib, CType *function, const char *name)
{
    PyObject *doc = NULL, *parameters = parameters_text(function), *declaration = lib_func_declaration(function, name);
    if (parameters != NULL && declaration != NULL)
        doc = PyUnicode_FromFormat("%s(%U)\n--\n\n%U;\n\nCFFI C function from %U.lib", name, parameters, declaration,
                                   lib->name);
    Py_XDECREF(parameters);
    Py_XDECREF(declaration);
    return doc;
}

/* ---- making ---- */

static int method_flags(int operation)
{
    return operation == _CFFI_OP_CPYTHON_BLTN_N   ? METH_NOARGS
           : operation == _CFFI_OP_CPYTHON_BLTN_O ? METH_O
                                                  : METH_VARARGS;
}

static LibFunction *make_entry(const struct _cffi_global_s *global, CType *type, PyObject *doc)
{
    Py_ssize_t size;
    const char *text = PyUnicode_AsUTF8AndSize(doc, &size);
    LibFunction *entry = text == NULL ? NULL : PyMem_Malloc(sizeof *entry + (size_t)size + 1);
    if (entry == NULL)
        return text == NULL ? NULL : (LibFunction *)PyErr_NoMemory();
    memcpy(entry->doc, text, (size_t)size + 1);
    entry->def = (PyMethodDef){global->name, (PyCFunction)(uintptr_t)global->address,
                               method_flags(_CFFI_GETOP(global->type_op)), entry->doc};
    entry->type = type;
    entry->address = global->size_or_direct_fn;
    return entry;
}

PyObject *lib_func_new(LibObject *lib, int index)
{
    Tables *tables = ffi_tables(lib->ffi);
    const struct _cffi_global_s *global = &tables->ctx->globals[index];
    CType *type = realize_slot(tables, _CFFI_GETARG(global->type_op));
    if (type == NULL)
        return NULL;
    Py_DECREF(type); /* the table keeps it */
    if (type->kind != KIND_FUNCTION)
        return err_null(tables->state->ffi_error, "the type tables of this module are damaged: '%s' of function %.200s",
                        type->name, global->name);
    PyObject *doc = doc_text(lib, type, global->name);
    LibFunction *entry = doc == NULL ? NULL : make_entry(global, type, doc);
    Py_XDECREF(doc);
    if (entry == NULL)
        return NULL;
    FT_LOCK(lib);
    entry->next = lib->functions;
    lib->functions = entry;
    FT_UNLOCK();
    return PyCFunction_NewEx(&entry->def, (PyObject *)lib, lib->name);
}

void lib_func_free_all(LibObject *lib)
{
    while (lib->functions != NULL) {
        LibFunction *next = lib->functions->next;
        PyMem_Free(lib->functions);
        lib->functions = next;
    }
}

/* ---- recognising ---- */

int lib_func_address(State *state, PyObject *object, char **address, CType **ctype)
{
    if (!PyCFunction_CheckExact(object) || PyCFunction_GET_SELF(object) == NULL ||
        !lib_check(state, PyCFunction_GET_SELF(object)))
        return 0;
    /* Methods such as lib.__dir__ have a Lib as __self__, too; but only ours have the text at this place. */
    LibFunction *entry = (LibFunction *)(void *)((PyCFunctionObject *)object)->m_ml;
    if (entry->def.ml_doc != (const char *)entry + offsetof(LibFunction, doc))
        return 0;
    *address = entry->address;
    *ctype = entry->type;
    return 1;
}
