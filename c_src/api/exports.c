/* exports.c: how a compiled module comes to life. See exports.h. */
#include "api/exports.h"

#include "api/lib.h"
#include "api/module_record.h"
#include "base/version.h"
#include "types/err.h"

/* What a compiled module hands over. */
typedef struct {
    const char *name;
    intptr_t version;
    void **exports;
    const struct _cffi_type_context_s *ctx;
    const struct _cffi_extension_s *extension; /* or NULL */
} Handshake;

/* ---- checks ---- */

AT_IMPORT static int read_handshake(PyObject *address, bool extended, Handshake *shake)
{
    void **raw = PyLong_AsVoidPtr(address);
    if (raw == NULL)
        return PyErr_Occurred() ? -1 : err_raise(PyExc_ValueError, "_init_cffi_1_0_external_module(): null address");
    *shake = (Handshake){raw[_CFFI_RAW_MODULE_NAME], (intptr_t)raw[_CFFI_RAW_VERSION], raw[_CFFI_RAW_EXPORTS],
                         raw[_CFFI_RAW_CONTEXT], extended ? raw[_CFFI_RAW_EXTENSION] : NULL};
    if (shake->version >= _CFFI_VERSION_MIN && shake->version <= _CFFI_VERSION_MAX)
        return 0;
    return err_raise(PyExc_ImportError,
                     "cffi extension module '%.200s' uses an unknown version 0x%x; this is cffi %s, which knows 0x%x "
                     "to 0x%x: upgrade "
                     "cffi, or build the module again with this version of it",
                     shake->name, (unsigned)shake->version, CFFI_VERSION, _CFFI_VERSION_MIN, _CFFI_VERSION_MAX);
}

AT_IMPORT static void copy_exports(const State *state, const Handshake *shake)
{
    int count = shake->version >= _CFFI_VERSION_CHAR16               ? _CFFI_EXPORTS_CHAR16
                : (shake->ctx->flags & _CFFI_CTX_EXTERN_PYTHON) != 0 ? _CFFI_EXPORTS_EXTERN_PYTHON
                                                                     : _CFFI_EXPORTS_BASIC;
    for (int i = 1; i < count; i++)
        shake->exports[i] = export_table[i];
    if (state->debug)
        shake->exports[_CFFI_EXPORT_PREPARE_POINTER] = (void *)export_prepare_pointer_debug;
}

AT_IMPORT static void copy_extra(const struct _cffi_extension_s *extension)
{
    for (int i = 0; extension != NULL && i < extension->num_exports && i < _CFFI_EXTRA_COUNT; i++)
        extension->exports[i] = export_table_extra[i];
}

/* ---- included modules ---- */

/* The attribute `name` of a module, of type `type`. */
static PyObject *get_attribute(PyObject *module, const char *module_name, const char *name, PyTypeObject *type)
{
    PyObject *value = PyObject_GetAttrString(module, name);
    if (value != NULL && !PyObject_TypeCheck(value, type) && Py_TYPE(value) != type) {
        err_raise(PyExc_ImportError,
                  "'%.200s', which ffi.include() names, is no module made by cffi: its '%s' is a %.200s", module_name,
                  name, Py_TYPE(value)->tp_name);
        Py_CLEAR(value);
    }
    return value;
}

/* Imports one included module and adds what it has to the lists. 0 or -1. */
static int include_module(State *state, const char *name, PyObject *ffis, PyObject *libs)
{
    int result = -1;
    PyObject *module = PyImport_ImportModule(name);
    PyObject *ffi = module == NULL ? NULL : get_attribute(module, name, "ffi", state->ffi_type);
    PyObject *lib = ffi == NULL ? NULL : get_attribute(module, name, "lib", state->lib_type);
    if (lib != NULL && PyList_Append(ffis, ffi) == 0)
        result = PyList_Append(libs, lib);
    Py_XDECREF(module);
    Py_XDECREF(ffi);
    Py_XDECREF(lib);
    return result;
}

/* Tuples of the FFI and the Lib of all included modules. 0 or -1. */
AT_IMPORT static int include_modules(State *state, const Handshake *shake, PyObject **ffis, PyObject **libs)
{
    PyObject *ffi_list = PyList_New(0), *lib_list = PyList_New(0);
    int result = ffi_list == NULL || lib_list == NULL ? -1 : 0;
    for (const char *const *name = shake->ctx->includes; result == 0 && name != NULL && *name != NULL; name++)
        result = include_module(state, *name, ffi_list, lib_list);
    *ffis = result < 0 ? NULL : PyList_AsTuple(ffi_list);
    *libs = *ffis == NULL ? NULL : PyList_AsTuple(lib_list);
    if (*libs == NULL)
        Py_CLEAR(*ffis);
    Py_XDECREF(ffi_list);
    Py_XDECREF(lib_list);
    return *libs == NULL ? -1 : 0;
}

/* ---- the objects ---- */

/* A new FFI with its Lib. */
AT_IMPORT static FFIObject *make_ffi(State *state, const Handshake *shake, ModuleRecord *record)
{
    PyObject *ffis = NULL, *libs = NULL, *name = PyUnicode_FromString(shake->name);
    FFIObject *ffi = NULL;
    if (name != NULL && include_modules(state, shake, &ffis, &libs) == 0)
        ffi = ffi_new(state, name);
    if (ffi != NULL) {
        ffi->lib = lib_new(ffi, name, libs, NULL);
        if (ffi->lib == NULL || module_record_join(record, ffi, ffis) < 0)
            Py_CLEAR(ffi);
    }
    if (ffi != NULL) {
        ft_immortal(ffi->lib);
        ft_immortal((PyObject *)ffi);
    }
    Py_XDECREF(ffis);
    Py_XDECREF(libs);
    Py_XDECREF(name);
    return ffi;
}

/* The FFI of the module in this interpreter: there is one, also after `del sys.modules[...]`, until it is gone. */
AT_IMPORT static FFIObject *get_ffi(State *state, const Handshake *shake, ModuleRecord *record)
{
    FFIObject *ffi = NULL;
    int found = module_record_find(record, state, &ffi);
    return found == 0 ? make_ffi(state, shake, record) : ffi;
}

/* ---- the module ---- */

/* sys.modules["name"] and sys.modules["name.lib"], for "from name.lib import f". */
AT_IMPORT static int register_modules(const Handshake *shake, PyObject *module, PyObject *lib)
{
    PyObject *modules = PyImport_GetModuleDict(); /* borrowed */
    PyObject *lib_name = PyUnicode_FromFormat("%s.lib", shake->name);
    int result = modules == NULL || lib_name == NULL ? -1 : PyDict_SetItemString(modules, shake->name, module);
    if (result == 0)
        result = PyDict_SetItem(modules, lib_name, lib);
    Py_XDECREF(lib_name);
    return result;
}

AT_IMPORT static PyObject *make_module(const Handshake *shake, ModuleRecord *record, FFIObject *ffi)
{
    PyObject *module = PyModule_Create(&record->def);
    if (module == NULL || ft_module_without_gil(module) < 0 ||
        PyModule_AddObjectRef(module, "ffi", (PyObject *)ffi) < 0 ||
        PyModule_AddObjectRef(module, "lib", ffi->lib) < 0 || register_modules(shake, module, ffi->lib) < 0)
        Py_CLEAR(module);
    return module;
}

AT_IMPORT static PyObject *init_module(PyObject *backend, PyObject *address, bool extended)
{
    Handshake shake = {NULL, 0, NULL, NULL, NULL};
    State *state = state_of_module(backend);
    if (read_handshake(address, extended, &shake) < 0)
        return NULL;
    bool is_first = shake.exports[0] == NULL;
    ModuleRecord *record = module_record_get(shake.name, shake.exports, shake.ctx, shake.extension);
    if (record == NULL)
        return NULL;
    if (is_first) {
        copy_exports(state, &shake);
        copy_extra(shake.extension);
    }
    FFIObject *ffi = get_ffi(state, &shake, record);
    PyObject *module = ffi == NULL ? NULL : make_module(&shake, record, ffi);
    Py_XDECREF(ffi);
    return module;
}

AT_IMPORT PyObject *exports_init_module(PyObject *backend, PyObject *address)
{
    return init_module(backend, address, false);
}

AT_IMPORT PyObject *exports_init_module_extended(PyObject *backend, PyObject *address)
{
    return init_module(backend, address, true);
}
