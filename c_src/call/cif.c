/* cif.c: the plan for calls of a function type. */
#include "call/cif.h"

#include "base/size.h"
#include "call/cif_type.h"
#include "types/err.h"

#define SLOT_ALIGNMENT 16

/* ---- the exchange buffer ---- */

/* The next place for `size` bytes after *end; false when the buffer gets too large. */
static bool place(ptrdiff_t *end, size_t size, size_t align, uint32_t *offset)
{
    ptrdiff_t start;
    if (align < sizeof(void *))
        align = sizeof(void *);
    if (align > SLOT_ALIGNMENT)
        align = SLOT_ALIGNMENT;
    if (size > UINT32_MAX || !size_align(*end, (ptrdiff_t)align, &start) || start > (ptrdiff_t)(UINT32_MAX - size))
        return false;
    *offset = (uint32_t)start;
    *end = start + (ptrdiff_t)size;
    return true;
}

/* libffi writes small integer results as a whole ffi_arg, and on some machines whole registers for small records. */
static size_t result_space(const CType *result)
{
    size_t size = result->size > 0 ? (size_t)result->size : 0;
    return size < 2 * sizeof(ffi_arg) ? 2 * sizeof(ffi_arg) : size;
}

static bool is_small_integer(const CType *ct)
{
    return ct->kind >= KIND_BOOL && ct->kind <= KIND_UNSIGNED && ct->size < (Py_ssize_t)sizeof(ffi_arg);
}

static int place_values(CallPlan *plan)
{
    const CType *result = plan->function->u.function.result;
    ptrdiff_t end = plan->count * (ptrdiff_t)sizeof(void *);
    plan->result_size = result_space(result);
    plan->result_shift =
        PLATFORM_BIG_ENDIAN && is_small_integer(result) ? (uint32_t)(sizeof(ffi_arg) - result->size) : 0;
    bool fits = place(&end, plan->result_size, SLOT_ALIGNMENT, &plan->result_offset);
    for (Py_ssize_t i = 0; fits && i < plan->count; i++)
        fits = place(&end, plan->types[i]->size, plan->types[i]->alignment, &plan->arguments[i].offset);
    if (!fits)
        return err_raise(PyExc_OverflowError, "%s: the arguments are too large together", plan->function->name);
    plan->exchange_size = (size_t)end;
    return 0;
}

/* ---- making a plan ---- */

static int pass_of(const CType *ct)
{
    return ct->conv == CONV_POINTER ? PASS_POINTER : ctype_is_record(ct) ? PASS_RECORD : PASS_VALUE;
}

static int fill_arguments(CallPlan *plan, CType *const *types)
{
    for (Py_ssize_t i = 0; i < plan->count; i++) {
        plan->types[i] = cif_type(types[i], "argument", &plan->records);
        if (plan->types[i] == NULL)
            return -1;
        plan->arguments[i].type = types[i];
        plan->arguments[i].convert = to_c_routines[types[i]->conv];
        plan->arguments[i].pass = (uint8_t)pass_of(types[i]);
    }
    return 0;
}

static int prepare(CallPlan *plan)
{
    const CTypeFunction *function = &plan->function->u.function;
    ffi_type *result = cif_type(function->result, "return value", &plan->records);
    if (result == NULL)
        return -1;
    ffi_abi abi = (ffi_abi)function->abi;
    unsigned count = (unsigned)plan->count;
    ffi_status status = function->variadic ? ffi_prep_cif_var(&plan->cif, abi, (unsigned)function->argument_count,
                                                              count, result, plan->types)
                                           : ffi_prep_cif(&plan->cif, abi, count, result, plan->types);
    if (status == FFI_OK)
        return 0;
    return err_raise(PyExc_SystemError, "libffi cannot call '%s': %s", plan->function->name,
                     status == FFI_BAD_ABI ? "unknown calling convention" : "bad type");
}

static CallPlan *make_plan(CType *function, CType *const *types, Py_ssize_t count)
{
    if (count > INT_MAX / (Py_ssize_t)sizeof(PlanArgument))
        return err_null(PyExc_OverflowError, "%s: %zd arguments are too many", function->name, count);
    CallPlan *plan = PyMem_RawCalloc(1, sizeof *plan + (size_t)count * sizeof *plan->arguments);
    if (plan == NULL)
        return (CallPlan *)PyErr_NoMemory();
    plan->function = function;
    plan->count = count;
    plan->types = PyMem_RawCalloc((size_t)count + 1, sizeof *plan->types);
    if (plan->types == NULL)
        PyErr_NoMemory();
    else if (fill_arguments(plan, types) == 0 && prepare(plan) == 0 && place_values(plan) == 0)
        return plan;
    cif_free(plan);
    return NULL;
}

void cif_free(CallPlan *plan)
{
    cif_type_free(plan->records);
    PyMem_RawFree(plan->types);
    PyMem_RawFree(plan);
}

/* Making the plan may complete records, which lets other threads in: the first plan that is stored stays. */
static CallPlan *plan_locked(CType *function)
{
    CTypeFunction *u = &function->u.function;
    if (u->plan != NULL)
        return u->plan;
    CallPlan *plan = make_plan(function, u->arguments, u->argument_count);
    if (plan != NULL && u->plan != NULL) {
        cif_free(plan);
        return u->plan;
    }
    u->plan_free = cif_free;
    FT_STORE_POINTER(u->plan, plan);
    return plan;
}

CallPlan *cif_plan(CType *function)
{
    CallPlan *plan = FT_LOAD_POINTER(function->u.function.plan);
    if (LIKELY(plan != NULL))
        return plan;
    FT_LOCK(function);
    plan = plan_locked(function);
    FT_UNLOCK();
    return plan;
}

CallPlan *cif_plan_variadic(CType *function, CType *const *types, Py_ssize_t count)
{
    return make_plan(function, types, count);
}

/* ---- results of callbacks ---- */

void cif_widen_result(const CallPlan *plan, char *result)
{
    const CType *ct = plan->function->u.function.result;
    if (!is_small_integer(ct))
        return;
    int size = (int)ct->size;
    if (cif_is_signed(ct))
        *(ffi_sarg *)(void *)result = (ffi_sarg)prim_load_signed(result, size);
    else
        *(ffi_arg *)(void *)result = (ffi_arg)prim_load_unsigned(result, size);
}
