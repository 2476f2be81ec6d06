/* call.c: calling C functions through libffi. */
#include "call/call.h"

#include "base/attach.h"
#include "call/argument.h"
#include "call/call_fast.h"
#include "call/cif.h"
#include "call/closure.h"
#include "call/externpy.h"
#include "call/variadic.h"
#include "data/debug.h"
#include "data/from_c.h"
#include "types/err.h"

#if PLATFORM_HAS_STDCALL
#define STDCALL_ABI FFI_STDCALL
#else
#define STDCALL_ABI 0
#endif

/* ---- arguments ---- */

static int store_argument(const PlanArgument *argument, char *slot, PyObject *value, Memory *memory)
{
    if (argument->pass == PASS_POINTER)
        return argument_pointer(argument->type, slot, value, memory);
    if (argument->pass == PASS_RECORD)
        memset(slot, 0, (size_t)argument->type->size);
    return argument->convert(argument->type, slot, value);
}

/* ---- the call ---- */

/* libffi fills all argument registers from its stack frame, those too that the signature leaves out: with zeros after this.
 * For functions that return complex numbers, since code made for libraries without these has to survive: it calls functions of
 * other signatures, a variadic one that takes a count for example, and expects to be refused. */
static NOINLINE void clear_stack(void)
{
    volatile size_t room[128];
    for (size_t i = 0; i < sizeof room / sizeof *room; i++)
        room[i] = 0;
}

static void call_unlocked(CallPlan *plan, char *function, char *exchange)
{
    ThreadRecord *thread = thread_record_here();
    Released released = attach_release(thread);
    if (UNLIKELY(plan->function->u.function.result->kind == KIND_COMPLEX))
        clear_stack();
    errno_restore();
    ffi_call(&plan->cif, (void (*)(void))(uintptr_t)function, exchange + plan->result_offset,
             (void **)(void *)exchange);
    errno_save();
    attach_take_back(thread, released);
}

static PyObject *convert_result(const CallPlan *plan, char *exchange)
{
    CType *result = plan->function->u.function.result;
    char *data = exchange + plan->result_offset + plan->result_shift;
    if (result->kind == KIND_VOID)
        return Py_NewRef(Py_None);
    return ctype_is_record(result) ? cdata_own_copy(result, data) : from_c(result, data);
}

/* The arguments are as many as the plan says. */
static PyObject *call_planned(CallPlan *plan, char *function, PyObject *const *args)
{
    PyObject *result = NULL;
    Memory memory;
    memory_init(&memory);
    char *exchange = memory_get(&memory, plan->exchange_size);
    if (UNLIKELY(exchange == NULL))
        return NULL;
    for (Py_ssize_t i = 0; i < plan->count; i++) {
        const PlanArgument *argument = &plan->arguments[i];
        char *slot = exchange + argument->offset;
        ((void **)(void *)exchange)[i] = slot;
        if (UNLIKELY(store_argument(argument, slot, args[i], &memory) < 0)) {
            err_add_argument(plan->function, i);
            goto done;
        }
    }
    if (UNLIKELY((uintptr_t)function < LOWEST_FUNCTION)) {
        argument_err_address(plan->function, function);
        goto done;
    }
    call_unlocked(plan, function, exchange);
    result = convert_result(plan, exchange);
done:
    memory_done(&memory);
    return result;
}

/* ---- the routines of a function type ---- */

static PyObject *call_general(CType *ctype, char *function, PyObject *const *args, Py_ssize_t nargs)
{
    CallPlan *plan = FT_LOAD_POINTER(ctype->u.function.plan);
    return LIKELY(nargs == plan->count) ? call_planned(plan, function, args) : argument_err_count(ctype, nargs);
}

static PyObject *call_variadic(CType *ctype, char *function, PyObject *const *args, Py_ssize_t nargs)
{
    if (nargs < ctype->u.function.argument_count)
        return argument_err_count(ctype, nargs);
    CallPlan *plan = variadic_plan(ctype, args, nargs);
    if (plan == NULL)
        return NULL;
    PyObject *result = call_planned(plan, function, args);
    cif_free(plan);
    return result;
}

#if PLATFORM_REGISTERS

static PyObject *call_registers(CType *ctype, char *function, PyObject *const *args, Py_ssize_t nargs)
{
    return fast_call(FT_LOAD_POINTER(ctype->u.function.fast_plan), function, args, nargs);
}

static PyObject *call_registers_variadic(CType *ctype, char *function, PyObject *const *args, Py_ssize_t nargs)
{
    bool done;
    PyObject *result = fast_call_variadic(FT_LOAD_POINTER(ctype->u.function.fast_plan), function, args, nargs, &done);
    return done ? result : call_variadic(ctype, function, args, nargs);
}

/* The routine for a function type that libffi can call. */
static CTypeInvoke choose(CType *ctype)
{
    if (fast_plan(ctype) == NULL)
        return ctype->u.function.variadic ? call_variadic : call_general;
    return ctype->u.function.variadic ? call_registers_variadic : call_registers;
}

#else

static CTypeInvoke choose(CType *ctype)
{
    return ctype->u.function.variadic ? call_variadic : call_general;
}

#endif

/* What a new function type gets as `invoke`: makes the plan, stores the routine for the signature in its place, calls it. */
static PyObject *call_first(CType *ctype, char *function, PyObject *const *args, Py_ssize_t nargs)
{
    if (!ctype->u.function.variadic && cif_plan(ctype) == NULL)
        return NULL;
    CTypeInvoke invoke = choose(ctype);
    FT_STORE_POINTER(ctype->u.function.invoke, invoke);
    return invoke(ctype, function, args, nargs);
}

/* In debug mode, in the place of the routines above: what is passed must be alive. */
static PyObject *call_debug(CType *ctype, char *function, PyObject *const *args, Py_ssize_t nargs)
{
    for (Py_ssize_t i = 0; i < nargs; i++) {
        if (cdata_check(args[i]) && debug_check_alive((CData *)args[i], "pass") < 0)
            return NULL;
    }
    if (ctype->u.function.variadic)
        return call_variadic(ctype, function, args, nargs);
    return cif_plan(ctype) == NULL ? NULL : call_general(ctype, function, args, nargs);
}

/* ---- the module ---- */

AT_IMPORT void call_init(State *state)
{
    state->first_invoke = state->debug ? call_debug : call_first;
    state->default_abi = FFI_DEFAULT_ABI;
    state->stdcall_abi = STDCALL_ABI;
}

int call_add(State *state)
{
    if (PyModule_AddIntConstant(state->module, "FFI_DEFAULT_ABI", FFI_DEFAULT_ABI) < 0 ||
        PyModule_AddIntConstant(state->module, "FFI_CDECL", FFI_DEFAULT_ABI) < 0)
        return -1;
    return STDCALL_ABI == 0 ? 0 : PyModule_AddIntConstant(state->module, "FFI_STDCALL", STDCALL_ABI);
}
