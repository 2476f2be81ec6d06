/* module.c: the extension module _cffi_backend: its state, and the order in which its parts are made. */
#include "api/module_api.h"
#include "base/state.h"
#include "base/version.h"
#include "call/call.h"
#include "data/cdata.h"
#include "types/ctype.h"

/* Lower layers first: each part may use the types that those before it have made. */
static int module_exec(PyObject *module)
{
    State *state = state_of_module(module);
    if (state_init(state, module) < 0)
        return -1;
    if (ctype_init(state) < 0 || data_init(state) < 0 || call_init(state) < 0)
        return -1;
    if (dynlib_init(state) < 0 || api_init(state, module) < 0 || inline_api_init(state, module) < 0)
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
