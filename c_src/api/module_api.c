/* module_api.c: the parts of ctx/ and api/ that belong to the module. */
#include "api/module_api.h"

#include "api/exports.h"
#include "api/ffi.h"
#include "api/inline_ffi.h"
#include "api/lib.h"
#include "api/lib_var.h"
#include "cdef/tokens.h"

static PyMethodDef api_functions[] = {
    {"_init_cffi_1_0_external_module", exports_init_module, METH_O,
     PyDoc_STR("_init_cffi_1_0_external_module(address): called by compiled modules; makes their module object.")},
    {"_init_cffi_3_0_module", exports_init_module_extended, METH_O,
     PyDoc_STR("_init_cffi_3_0_module(address): the same for modules that have more to tell.")},
    {"_tokenize", tokens_cut, METH_O, PyDoc_STR("_tokenize(text): its tokens, for cffi_build/cdef/lexer.py.")},
    {NULL, NULL, 0, NULL},
};

AT_IMPORT int api_init(State *state, PyObject *module)
{
    return lib_init(state) < 0 || ffi_init(state) < 0 ? -1 : PyModule_AddFunctions(module, api_functions);
}

int api_add(State *state)
{
    return state_add_type(state, "Lib", state->lib_type) < 0 ||
                   state_add_type(state, "__FFIGlobSupport", lib_var_type(state)) < 0
               ? -1
               : state_add_type(state, "_InlineFFI", inline_ffi_type(state));
}
