/* module.c: the extension module _cffi_backend: its state, and the order in which its parts are made. */
#include "api/module_api.h"
#include "base/state.h"
#include "base/version.h"
#include "call/call.h"
#include "data/cdata.h"
#include "types/ctype.h"
#include "types/err.h"

/* ---- attributes ----
 *
 * Compiled modules need three attributes of this one. The other hundred are made when somebody asks for one of them, or for their
 * names. */

static int make_whole(State *state)
{
    if (FT_LOAD_BYTE(state->is_whole))
        return 0;
    if (ctype_add(state) < 0 || data_add(state) < 0 || call_add(state) < 0 || dynlib_add(state) < 0 ||
        api_add(state) < 0 || inline_api_add(state->module) < 0)
        return -1;
    FT_STORE_BYTE(state->is_whole, 1);
    return 0;
}

/* What Python itself asks any module for. */
static bool is_asked_by_python(PyObject *name)
{
    Py_ssize_t length;
    const char *text = PyUnicode_AsUTF8AndSize(name, &length);
    if (text == NULL)
        PyErr_Clear();
    return text == NULL || (length > 4 && strcmp(text + length - 2, "__") == 0 && strcmp(text, "__all__") != 0);
}

/* For a name that the module does not have so far. */
static PyObject *module_getattr(PyObject *module, PyObject *name)
{
    PyObject *value = NULL;
    if (!PyUnicode_Check(name))
        return err_null(PyExc_TypeError, "attribute name must be string, not '%.200s'", Py_TYPE(name)->tp_name);
    if (!is_asked_by_python(name) &&
        (make_whole(state_of_module(module)) < 0 || PyDict_GetItemRef(PyModule_GetDict(module), name, &value) < 0))
        return NULL;
    return value != NULL ? value : err_null(PyExc_AttributeError, "module '_cffi_backend' has no attribute '%U'", name);
}

static PyObject *module_dir(PyObject *module, PyObject *Py_UNUSED(unused))
{
    return make_whole(state_of_module(module)) < 0 ? NULL : PyDict_Keys(PyModule_GetDict(module));
}

static PyMethodDef module_functions[] = {
    {"__getattr__", module_getattr, METH_O, PyDoc_STR("Makes the attributes that are not there yet.")},
    {"__dir__", module_dir, METH_NOARGS, PyDoc_STR("The names of all attributes.")},
    {NULL, NULL, 0, NULL},
};

/* ---- life ---- */

/* Lower layers first: each part may use the types that those before it have made. */
AT_IMPORT static int module_exec(PyObject *module)
{
    State *state = state_of_module(module);
    if (state_init(state, module) < 0 || ctype_init(state) < 0 || data_init(state) < 0)
        return -1;
    call_init(state);
    if (api_init(state, module) < 0 || PyModule_AddFunctions(module, module_functions) < 0)
        return -1;
    return PyModule_AddStringConstant(module, "__version__", CFFI_VERSION);
}

static int module_traverse(PyObject *module, visitproc visit, void *arg)
{
    State *state = state_of_module(module);
    return state == NULL ? 0 : state_visit(state, visit, arg);
}

static int module_clear(PyObject *module)
{
    State *state = state_of_module(module);
    if (state != NULL)
        state_clear(state);
    return 0;
}

static void module_free(void *module)
{
    State *state = state_of_module((PyObject *)module);
    if (state != NULL)
        state_free(state);
}

static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, module_exec},
    COMPAT_SLOT_INTERPRETERS COMPAT_SLOT_GIL{0, NULL},
};

struct PyModuleDef state_module_def = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_cffi_backend",
    .m_doc = "C types and C data as Python objects; what generated cffi modules and the cffi package run on.",
    .m_size = sizeof(State),
    .m_slots = module_slots,
    .m_traverse = module_traverse,
    .m_clear = module_clear,
    .m_free = module_free,
};

PyMODINIT_FUNC PyInit__cffi_backend(void)
{
    return PyModuleDef_Init(&state_module_def);
}
