/* module_api.c: the parts of ctx/ and api/ that belong to the module. */
#include "api/module_api.h"

#include "api/allocator.h"
#include "api/exports.h"
#include "api/ffi.h"
#include "api/inline_ffi.h"
#include "api/lib.h"
#include "api/lib_var.h"

static PyMethodDef api_functions[] = {
    {"_init_cffi_1_0_external_module", exports_init_module, METH_O,
     PyDoc_STR("_init_cffi_1_0_external_module(address): called by compiled modules; makes their module object.")},
    {"_init_cffi_3_0_module", exports_init_module_extended, METH_O,
     PyDoc_STR("_init_cffi_3_0_module(address): the same for modules that have more to tell.")},
    {NULL, NULL, 0, NULL},
};

int api_init(State *state, PyObject *module)
{
    if (lib_init(state) < 0 || lib_var_init(state) < 0 || allocator_init(state) < 0 || ffi_init(state) < 0 ||
        inline_ffi_init(state) < 0)
        return -1;
    return PyModule_AddFunctions(module, api_functions);
}
