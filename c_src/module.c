/* module.c: the extension module _cffi_backend: its state, and the order in which its parts are made. */
#include "base/state.h"

static int module_exec(PyObject *module);

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
    module_clear((PyObject *)module);
}
