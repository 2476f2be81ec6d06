/* ffi_methods.c: the methods of FFI objects. Each checks its arguments, calls down once, and returns. */
#include "api/allocator.h"
#include "api/args.h"
#include "api/decorator.h"
#include "api/dynlib.h"
#include "api/inline_ffi.h"
#include "api/lib.h"
#include "api/once.h"
#include "api/typearg.h"
#include "base/errno_tls.h"
#include "base/os.h"
#include "call/closure.h"
#include "ctx/search.h"
#include "ctx/typestr.h"
#include "data/access.h"
#include "data/buffer.h"
#include "data/cast.h"
#include "data/cdata_frombuf.h"
#include "data/cdata_gc.h"
#include "data/cdata_handle.h"
#include "data/cdata_release.h"
#include "data/text.h"
#include "types/ctype_make.h"
#include "types/enum_class.h"
#include "types/err.h"

#define METHOD_OF(self, name)                                                                                          \
    static PyObject *ffi_m_##name(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
#define METHOD(name)        METHOD_OF(self, name)
#define STATIC_METHOD(name) METHOD_OF(Py_UNUSED(self), name) /* the same whatever FFI it is called on */
#define METHOD_OF_ONE(name) PyObject *ffi_m_##name(PyObject *self, PyObject *value) /* see FFI_METHODS_OF_ONE */

/* ---- making values ---- */

METHOD(new)
{
    static const ArgsSpec spec = {"new", 1, 2, {"cdecl", "init"}};
    PyObject *values[2];
    if (args_parse(&spec, args, nargs, kwnames, values) < 0)
        return NULL;
    CType *ct = typearg_get((FFIObject *)self, values[0], 0);
    if (ct == NULL)
        return NULL;
    PyObject *result = cdata_own_new(ct, values[1]);
    if (UNLIKELY(result == NULL) && ((FFIObject *)self)->is_inline)
        inline_ffi_explain((FFIObject *)self, ct);
    typearg_drop(ct);
    return result;
}

METHOD(new_allocator)
{
    static const ArgsSpec spec = {"new_allocator", 0, 3, {"alloc", "free", "should_clear_after_alloc"}};
    PyObject *values[3];
    if (args_parse(&spec, args, nargs, kwnames, values) < 0)
        return NULL;
    int clear = values[2] == NULL ? 1 : PyObject_IsTrue(values[2]);
    return clear < 0 ? NULL : allocator_new((FFIObject *)self, values[0], values[1], clear);
}

METHOD(cast)
{
    static const ArgsSpec spec = {"cast", 2, 2, {"cdecl", "source"}};
    PyObject *values[2];
    if (args_parse(&spec, args, nargs, kwnames, values) < 0)
        return NULL;
    CType *ct = typearg_get((FFIObject *)self, values[0], 0);
    if (ct == NULL)
        return NULL;
    PyObject *result = cast_to(ct, values[1]);
    typearg_drop(ct);
    return result;
}

/* from_buffer([cdecl,] python_buffer, require_writable=False) */
METHOD(from_buffer)
{
    static const ArgsSpec spec = {"from_buffer", 0, 3, {"cdecl", "python_buffer", "require_writable"}};
    PyObject *values[3];
    if (args_parse(&spec, args, nargs, kwnames, values) < 0)
        return NULL;
    if (values[0] == NULL && values[1] == NULL)
        return err_null(PyExc_TypeError, "from_buffer() missing required argument 'python_buffer'");
    int writable = values[2] == NULL ? 0 : PyObject_IsTrue(values[2]);
    PyObject *object = values[1] == NULL ? values[0] : values[1];
    PyObject *type = writable < 0 ? NULL
                     : values[0] != NULL && values[1] != NULL
                         ? values[0]
                         : (PyObject *)ctype_char_array_borrowed(ffi_state((FFIObject *)self));
    CType *ct = type == NULL ? NULL : typearg_get((FFIObject *)self, type, 0);
    PyObject *result = ct == NULL ? NULL : cdata_frombuf_new(ct, object, writable);
    typearg_drop(ct);
    return result;
}

STATIC_METHOD(gc)
{
    static const ArgsSpec spec = {"gc", 2, 3, {"cdata", "destructor", "size"}};
    PyObject *values[3];
    Py_ssize_t size = 0;
    if (args_parse(&spec, args, nargs, kwnames, values) < 0 || args_ssize(values[2], &size) < 0)
        return NULL;
    CData *cd = args_cdata(&spec, 0, values[0]);
    return cd == NULL ? NULL : cdata_gc_new(cd, values[1], size);
}

METHOD_OF_ONE(new_handle)
{
    return cdata_handle_new(ffi_state((FFIObject *)self)->void_pointer, value);
}

NOINLINE static PyObject *from_handle_slow(State *state, PyObject *value)
{
    static const ArgsSpec spec = {"from_handle", 1, 1, {"x"}};
    CData *cd = args_cdata(&spec, 0, value);
    return cd == NULL ? NULL : cdata_handle_get(state, cd);
}

METHOD_OF_ONE(from_handle)
{
    State *state = ffi_state((FFIObject *)self);
    PyObject *object = cdata_handle_get_quick(state, value);
    return LIKELY(object != NULL) ? object : from_handle_slow(state, value);
}

PyObject *ffi_m_release(PyObject *Py_UNUSED(self), PyObject *value)
{
    static const ArgsSpec spec = {"release", 1, 1, {"cdata"}};
    CData *cd = args_cdata(&spec, 0, value);
    return cd == NULL || cdata_release(cd) < 0 ? NULL : Py_NewRef(Py_None);
}

/* ---- reading and moving memory ---- */

STATIC_METHOD(string)
{
    static const ArgsSpec spec = {"string", 1, 2, {"cdata", "maxlen"}};
    PyObject *values[2];
    Py_ssize_t limit = -1;
    if (args_parse(&spec, args, nargs, kwnames, values) < 0 || args_ssize(values[1], &limit) < 0)
        return NULL;
    CData *cd = args_cdata(&spec, 0, values[0]);
    return cd == NULL ? NULL : text_string(cd, limit);
}

STATIC_METHOD(unpack)
{
    static const ArgsSpec spec = {"unpack", 2, 2, {"cdata", "length"}};
    PyObject *values[2];
    Py_ssize_t length = -1;
    if (args_parse(&spec, args, nargs, kwnames, values) < 0 || args_ssize(values[1], &length) < 0)
        return NULL;
    CData *cd = args_cdata(&spec, 0, values[0]);
    return cd == NULL ? NULL : text_unpack(cd, length);
}

STATIC_METHOD(memmove)
{
    static const ArgsSpec spec = {"memmove", 3, 3, {"dest", "src", "n"}};
    PyObject *values[3];
    Py_ssize_t size = 0;
    if (args_parse(&spec, args, nargs, kwnames, values) < 0 || args_ssize(values[2], &size) < 0)
        return NULL;
    return buffer_memmove(values[0], values[1], size) < 0 ? NULL : Py_NewRef(Py_None);
}

/* ---- asking about types ---- */

METHOD_OF_ONE(typeof)
{
    if (cdata_check(value))
        return Py_NewRef((PyObject *)((CData *)value)->ctype);
    CType *ct = typearg_get((FFIObject *)self, value, TYPEARG_CDATA);
    if (ct != NULL)
        FT_GIVE(ct);
    return (PyObject *)ct;
}

/* The in-line class has always raised ValueError here, as the functions of the module do. */
COLD static Py_ssize_t err_no_size(const FFIObject *ffi, CType *ct)
{
    return err_raise(ffi->is_inline ? PyExc_ValueError : ct->state->ffi_error, "don't know the size of ctype '%s'",
                     ct->name);
}

METHOD_OF_ONE(sizeof)
{
    Py_ssize_t size;
    if (cdata_check(value))
        size = cdata_sizeof((CData *)value);
    else {
        CType *ct = typearg_get((FFIObject *)self, value, TYPEARG_CDATA);
        if (ct == NULL)
            return NULL;
        size = FT_LOAD_WORD(ct->size);
        if (UNLIKELY(size < 0) && ctype_complete(ct) >= 0)
            size = ct->size < 0 ? err_no_size((FFIObject *)self, ct) : ct->size;
        typearg_drop(ct);
    }
    return size < 0 ? NULL : compat_long_from_size(size);
}

METHOD_OF_ONE(alignof)
{
    CType *ct = typearg_get((FFIObject *)self, value, TYPEARG_CDATA);
    if (ct == NULL)
        return NULL;
    int align = ctype_alignof(ct);
    typearg_drop(ct);
    return align < 0 ? NULL : PyLong_FromLong(align);
}

/* offsetof(cdecl, field or index, …) */
static PyObject *ffi_m_offsetof(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    Py_ssize_t offset = 0;
    if (nargs < 2)
        return err_null(PyExc_TypeError, "offsetof() expects at least 2 arguments (%zd given)", nargs);
    CType *ct = typearg_get((FFIObject *)self, args[0], 0);
    if (ct == NULL)
        return NULL;
    CType *part = access_path(ct, args + 1, nargs - 1, &offset);
    typearg_drop(ct);
    return part == NULL ? NULL : compat_long_from_size(offset);
}

static PyObject *addressof_in_lib(LibObject *lib, PyObject *const *args, Py_ssize_t nargs)
{
    if (nargs != 2)
        return err_null(PyExc_TypeError, "addressof(lib, name) takes exactly 2 arguments (%zd given)", nargs);
    if (!PyUnicode_Check(args[1]))
        return err_null(PyExc_TypeError, "addressof() argument 2 must be str, not %.200s", Py_TYPE(args[1])->tp_name);
    return lib_addressof(lib, args[1]);
}

/* addressof(cdata, field or index, …), addressof(lib, name) */
static PyObject *ffi_m_addressof(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (nargs < 1)
        return err_null(PyExc_TypeError, "addressof() expects at least 1 argument");
    if (cdata_check(args[0]))
        return access_addressof((CData *)args[0], args + 1, nargs - 1);
    if (lib_check(ffi_state((FFIObject *)self), args[0]))
        return addressof_in_lib((LibObject *)args[0], args, nargs);
    return err_null(PyExc_TypeError, "addressof() expected a cdata or lib object, got '%.200s'",
                    Py_TYPE(args[0])->tp_name);
}

/* The name with `text` in the place of a declarator, as one writes it: a space before a name, parentheses around a
 * pointer to an array or function. */
static PyObject *declare(CType *ct, PyObject *text)
{
    static const char blanks[] = " \t\n";
    Py_ssize_t length;
    const char *start = PyUnicode_AsUTF8AndSize(text, &length);
    if (start == NULL)
        return NULL;
    if (strlen(start) != (size_t)length)
        return err_null(PyExc_ValueError, "getctype(): null character in replace_with");
    start += strspn(start, blanks);
    length = (Py_ssize_t)strlen(start);
    while (length > 0 && strchr(blanks, start[length - 1]) != NULL)
        length--;
    bool in_parens = *start == '*' && ct->name[ct->name_position] == '[';
    bool spaced = length > 0 && *start != '[' && *start != '(' && !in_parens;
    PyObject *middle = PyUnicode_DecodeUTF8(start, length, NULL);
    PyObject *declarator = middle == NULL ? NULL
                                          : PyUnicode_FromFormat("%s%U%s",
                                                                 in_parens ? "("
                                                                 : spaced  ? " "
                                                                           : "",
                                                                 middle, in_parens ? ")" : "");
    const char *inserted = declarator == NULL ? NULL : PyUnicode_AsUTF8(declarator);
    PyObject *result = inserted == NULL ? NULL : ctype_name_with(ct, inserted);
    Py_XDECREF(middle);
    Py_XDECREF(declarator);
    return result;
}

METHOD(getctype)
{
    static const ArgsSpec spec = {"getctype", 1, 2, {"cdecl", "replace_with"}};
    PyObject *values[2];
    if (args_parse(&spec, args, nargs, kwnames, values) < 0)
        return NULL;
    if (values[1] != NULL && args_str(&spec, 1, values[1]) == NULL)
        return NULL;
    CType *ct = typearg_get((FFIObject *)self, values[0], 0);
    PyObject *result = ct == NULL ? NULL : values[1] == NULL ? PyUnicode_FromString(ct->name) : declare(ct, values[1]);
    typearg_drop(ct);
    return result;
}

static int append_name(PyObject *list, const char *name)
{
    if (name[0] == '$') /* made up for a type without a name */
        return 0;
    PyObject *text = PyUnicode_FromString(name);
    int result = text == NULL ? -1 : PyList_Append(list, text);
    Py_XDECREF(text);
    return result;
}

static int list_names(const struct _cffi_type_context_s *ctx, PyObject *typedefs, PyObject *structs, PyObject *unions)
{
    for (int i = 0; i < ctx->num_typenames; i++)
        if (append_name(typedefs, ctx->typenames[i].name) < 0)
            return -1;
    for (int i = 0; i < ctx->num_struct_unions; i++)
        if (append_name((ctx->struct_unions[i].flags & _CFFI_F_UNION) != 0 ? unions : structs,
                        ctx->struct_unions[i].name) < 0)
            return -1;
    return 0;
}

static PyObject *ffi_m_list_types(PyObject *self, PyObject *Py_UNUSED(unused))
{
    PyObject *typedefs = PyList_New(0), *structs = PyList_New(0), *unions = PyList_New(0), *result = NULL;
    if (typedefs != NULL && structs != NULL && unions != NULL &&
        list_names(realize_context(ffi_tables((FFIObject *)self)), typedefs, structs, unions) == 0)
        result = PyTuple_Pack(3, typedefs, structs, unions);
    Py_XDECREF(typedefs);
    Py_XDECREF(structs);
    Py_XDECREF(unions);
    return result;
}

/* ---- constants, libraries ---- */

/* The constant in these tables or those that they include. NULL without an exception: there is none. */
static PyObject *find_constant(Tables *tables, const char *name, size_t length)
{
    unsigned long long value;
    bool negative;
    PyObject *result = NULL;
    int index = search_globals(realize_context(tables), name, length);
    if (index >= 0) {
        if (typestr_constant(tables->ctx, index, &value, &negative, NULL))
            return realize_constant(tables, index);
        return err_null(
            tables->state->ffi_error,
            "function, global variable or non-integer constant '%.200s' must be fetched from its original 'lib' object",
            name);
    }
    for (int i = 0; i < tables->include_count && result == NULL && !PyErr_Occurred(); i++)
        result = find_constant(tables->includes[i], name, length);
    return result;
}

METHOD(integer_const)
{
    static const ArgsSpec spec = {"integer_const", 1, 1, {"name"}};
    PyObject *value = args_one(&spec, args, nargs, kwnames);
    if (UNLIKELY(value == NULL))
        return NULL;
    const char *name = args_str(&spec, 0, value);
    PyObject *result = name == NULL ? NULL : find_constant(ffi_tables((FFIObject *)self), name, strlen(name));
    if (result == NULL && !PyErr_Occurred())
        return err_null(PyExc_AttributeError, "integer constant '%U' not found", value);
    return result;
}

METHOD(enum_class)
{
    static const ArgsSpec spec = {"enum_class", 1, 2, {"cdecl", "flag"}};
    PyObject *values[2];
    if (args_parse(&spec, args, nargs, kwnames, values) < 0)
        return NULL;
    int flag = values[1] == NULL ? 0 : PyObject_IsTrue(values[1]);
    CType *ct = flag < 0 ? NULL : typearg_get((FFIObject *)self, values[0], 0);
    PyObject *result = ct == NULL ? NULL : enum_class_of(ct, flag != 0);
    typearg_drop(ct);
    return result;
}

METHOD(dlopen)
{
    static const ArgsSpec spec = {"dlopen", 0, 2, {"name", "flags"}};
    PyObject *values[2];
    int flags = 0;
    if (args_parse(&spec, args, nargs, kwnames, values) < 0 || args_int(values[1], &flags) < 0)
        return NULL;
    PyObject *library = dynlib_open(ffi_state((FFIObject *)self), values[0] == NULL ? Py_None : values[0], flags);
    PyObject *lib = library == NULL ? NULL : lib_new((FFIObject *)self, dynlib_name_borrowed(library), NULL, library);
    Py_XDECREF(library);
    return lib;
}

METHOD(dlclose)
{
    static const ArgsSpec spec = {"dlclose", 1, 1, {"lib"}};
    PyObject *value = args_one(&spec, args, nargs, kwnames);
    if (UNLIKELY(value == NULL))
        return NULL;
    if (!lib_check(ffi_state((FFIObject *)self), value))
        return err_null(PyExc_TypeError, "dlclose() argument 1 must be what dlopen() returned, not %.200s",
                        Py_TYPE(value)->tp_name);
    return lib_close((LibObject *)value) < 0 ? NULL : Py_NewRef(Py_None);
}

/* ---- Python functions for C ---- */

METHOD(callback)
{
    static const ArgsSpec spec = {"callback", 1, 4, {"cdecl", "python_callable", "error", "onerror"}};
    PyObject *values[4];
    if (args_parse(&spec, args, nargs, kwnames, values) < 0)
        return NULL;
    CType *ct = typearg_get((FFIObject *)self, values[0], TYPEARG_FUNCTION);
    PyObject *result = NULL;
    if (ct != NULL && ct->kind != KIND_FUNCTION)
        err_raise(PyExc_TypeError, "callback() expected a function ctype, got '%s'", ct->name);
    else if (ct != NULL && (values[1] == NULL || values[1] == Py_None))
        result = decorator_callback(ct, values[2], values[3]);
    else if (ct != NULL)
        result = closure_new(ct, values[1], values[2], values[3]);
    typearg_drop(ct);
    return result;
}

METHOD(def_extern)
{
    static const ArgsSpec spec = {"def_extern", 0, 3, {"name", "error", "onerror"}};
    PyObject *values[3];
    if (args_parse(&spec, args, nargs, kwnames, values) < 0)
        return NULL;
    return decorator_def_extern((FFIObject *)self, values[0], values[1], values[2]);
}

METHOD(init_once)
{
    static const ArgsSpec spec = {"init_once", 2, 2, {"func", "tag"}};
    PyObject *values[2];
    if (args_parse(&spec, args, nargs, kwnames, values) < 0)
        return NULL;
    return once_call(((FFIObject *)self)->once, values[0], values[1]);
}

/* ---- errno ---- */

static PyObject *ffi_g_errno(PyObject *Py_UNUSED(self), void *Py_UNUSED(closure))
{
    return PyLong_FromLong(errno_get());
}

static int ffi_s_errno(PyObject *Py_UNUSED(self), PyObject *value, void *Py_UNUSED(closure))
{
    int number = 0;
    if (value == NULL)
        return err_raise(PyExc_AttributeError, "ffi.errno cannot be deleted");
    if (args_int(value, &number) < 0)
        return -1;
    errno_set(number);
    return 0;
}

#if PLATFORM_WINDOWS
STATIC_METHOD(getwinerror)
{
    static const ArgsSpec spec = {"getwinerror", 0, 1, {"code"}};
    PyObject *value;
    int code = -1;
    if (args_parse(&spec, args, nargs, kwnames, &value) < 0 || args_int(value, &code) < 0)
        return NULL;
    return os_windows_error(code);
}
#endif

/* ---- the tables ---- */

#define KEYWORDS(name, doc)                                                                                            \
    {                                                                                                                  \
#name, (PyCFunction)(void (*)(void))ffi_m_##name, METH_FASTCALL | METH_KEYWORDS, PyDoc_STR(doc)                \
    }
#define POSITIONAL(name, doc)                                                                                          \
    {                                                                                                                  \
#name, (PyCFunction)(void (*)(void))ffi_m_##name, METH_FASTCALL, PyDoc_STR(doc)                                \
    }

#define OF_ONE(name, parameter, doc) {#name, ffi_m_##name, METH_O, PyDoc_STR(#name "(" parameter ")\n--\n\n" doc)},

PyMethodDef ffi_methods[] = {
    KEYWORDS(new,
             "new(cdecl, init=None)\n--\n\n"
             "Allocate C memory for a pointer type 'T *' (one T) or an array type, zeroed, and store `init` in it.\n"
             "The result owns the memory: it is given back when the result dies, or by release()."),
    KEYWORDS(new_allocator,
             "new_allocator(alloc=None, free=None, should_clear_after_alloc=True)\n--\n\n"
             "Return a function like new() that takes its memory from `alloc(size)`, which returns a cdata pointer,\n"
             "and gives it back by `free(pointer)`."),
    KEYWORDS(cast, "cast(cdecl, source)\n--\n\n"
                   "Convert as a cast in C does: between integers, floats, pointers, and from one to the other."),
    KEYWORDS(from_buffer,
             "from_buffer(cdecl='char[]', python_buffer, require_writable=False)\n\n"
             "Return the memory of an object with the buffer protocol as a cdata of an array or pointer type."),
    KEYWORDS(
        gc,
        "gc(cdata, destructor, size=0)\n--\n\n"
        "Return a cdata equal to `cdata` that calls `destructor(cdata)` when it dies or is released.\n"
        "A destructor None takes the destructor from a cdata that gc() returned. `size` is a hint for the collector."),
    KEYWORDS(string, "string(cdata, maxlen=-1)\n--\n\n"
                     "Return characters up to the first null, but at most `maxlen`, as bytes (char) or str (wchar_t, "
                     "char16_t, char32_t);\n"
                     "the one character of a character; the name of an enum value."),
    KEYWORDS(unpack, "unpack(cdata, length)\n--\n\n"
                     "Return `length` items of an array or behind a pointer, nulls included: bytes, str, or a list."),
    KEYWORDS(memmove,
             "memmove(dest, src, n)\n--\n\n"
             "Copy `n` bytes between cdata pointers or arrays and objects with the buffer protocol; they may overlap."),
    POSITIONAL(offsetof, "offsetof(cdecl, *fields_or_indexes)\n--\n\n"
                         "Return how many bytes after the start of a struct or array a part of it lies."),
    POSITIONAL(
        addressof,
        "addressof(cdata_or_lib, *fields_or_indexes)\n--\n\n"
        "Return a pointer to a struct, an array, or a part of one; or to a function or variable of a lib, by name."),
    KEYWORDS(
        getctype,
        "getctype(cdecl, replace_with='')\n--\n\n"
        "Return the name of a type in C, with `replace_with` (a name, '*', '[5]', …) in the place of a declarator."),
    {"list_types", ffi_m_list_types, METH_NOARGS,
     PyDoc_STR("list_types()\n--\n\nReturn the declared names: lists of typedefs, structs and unions.")},
    KEYWORDS(enum_class, "enum_class(cdecl, flag=False)\n--\n\n"
                         "Return the enum.IntEnum with the enumerators of a C enum, or the IntFlag if `flag`.\n"
                         "From then on values of the enum that are read from C are its members."),
    KEYWORDS(integer_const, "integer_const(name)\n--\n\nReturn the value of an integer constant or enumerator."),
    KEYWORDS(dlopen,
             "dlopen(name=None, flags=0)\n--\n\n"
             "Open a shared library by file name, or the program itself (None); `flags` are RTLD_*. Return its Lib."),
    KEYWORDS(
        dlclose,
        "dlclose(lib)\n--\n\nClose a library opened by dlopen(). Its functions and variables cannot be used any more."),
    KEYWORDS(
        callback,
        "callback(cdecl, python_callable=None, error=None, onerror=None)\n--\n\n"
        "Return a C function pointer that calls a Python function; without one, a decorator. It must be kept as long "
        "as\n"
        "C may call it. When the function raises, C gets `error`, and `onerror(type, value, traceback)` is called."),
    KEYWORDS(def_extern,
             "def_extern(name=None, error=None, onerror=None)\n--\n\n"
             "Return a decorator that makes a Python function what an extern \"Python\" function of C calls."),
    KEYWORDS(init_once, "init_once(func, tag)\n--\n\n"
                        "Call `func()` the first time that `tag` is seen, and return its result then and ever after."),
#if PLATFORM_WINDOWS
    KEYWORDS(getwinerror,
             "getwinerror(code=-1)\n--\n\nReturn the number and message of GetLastError() after the last call."),
#endif
    FFI_METHODS_OF_ONE(OF_ONE){NULL, NULL, 0, NULL},
};

PyGetSetDef ffi_getset[] = {
    {"errno", ffi_g_errno, ffi_s_errno,
     PyDoc_STR("The C errno after the last C call of this thread, and for the next one."), NULL},
    {NULL, NULL, NULL, NULL, NULL},
};
