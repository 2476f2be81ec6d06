/* cdata.c: the Python type _CDataBase: making plain cdata, their life, repr, and the table of what all cdata can do. */
#include "data/cdata.h"

#include <stdarg.h>

#include "base/size.h"
#include "data/access.h"
#include "data/arith.h"
#include "data/buffer.h"
#include "data/cdata_frombuf.h"
#include "data/cdata_gc.h"
#include "data/cdata_handle.h"
#include "data/cdata_iter.h"
#include "data/cdata_own.h"
#include "data/cdata_record.h"
#include "data/cdata_release.h"
#include "data/debug.h"
#include "data/export.h"
#include "data/from_c.h"
#include "data/number.h"
#include "types/err.h"

/* ---- making ---- */

COLD static void *err_unloaded(void)
{
    return err_null(PyExc_RuntimeError, "cannot make a cdata: the module _cffi_backend is being unloaded");
}

PyObject *cdata_allocate(PyTypeObject *type)
{
    return type == NULL ? NULL : (PyObject *)PyObject_GC_New(CData, type);
}

/* One with `more` bytes than usual; nothing is filled but what an object that was kept has still. */
NOINLINE static PyObject *plain_allocate(PyTypeObject *type, size_t more)
{
    if (UNLIKELY(type == NULL))
        return err_unloaded();
    /* more than the type says: types made from it have only the head */
    CDataPlain *plain = PyObject_Malloc(sizeof(CDataPlain) + more);
    if (plain == NULL)
        return PyErr_NoMemory();
    plain->value.block = NULL;
    cdata_head_start(&plain->head);
    return PyObject_Init((PyObject *)plain, type);
}

static ALWAYS_INLINE PyObject *plain_new(CType *ct, char *data, Py_ssize_t length)
{
    State *state = ct->state;
    PyObject *object = freelist_take(&state->free_lists[FREE_VIEW]);
    if (LIKELY(object != NULL) || (object = plain_allocate(state->cdata_type, 0)) != NULL)
        cdata_head_fill((CData *)object, ct, data, length, 0);
    return object;
}

PyObject *cdata_view(CType *ct, char *data)
{
    return plain_new(ct, data, ct->kind == KIND_ARRAY ? ct->u.array.length : -1);
}

PyObject *cdata_view_extended(CType *ct, char *data, PyObject *about, size_t size)
{
    CDataExtended *extended = (CDataExtended *)(void *)plain_allocate(ct->state->cdata_type, size - sizeof(CDataPlain));
    if (extended == NULL)
        return NULL;
    cdata_head_fill(&extended->plain.head, ct, data, -1, 0);
    extended->anchor = PyWeakref_NewRef((PyObject *)extended, NULL);
    if (extended->anchor == NULL) {
        Py_DECREF(extended);
        return NULL;
    }
    extended->about = Py_NewRef(about);
    extended->plain.head.flags = CDATA_EXTENDED;
    return (PyObject *)extended;
}

PyObject *cdata_view_array(CType *ct, char *data, Py_ssize_t length)
{
    return plain_new(ct, data, length);
}

NOINLINE static PyObject *large_primitive(CType *ct)
{
    PyObject *object = plain_allocate(ct->state->cdata_type, (size_t)ct->size - sizeof(((CDataPlain *)NULL)->value));
    if (object != NULL)
        cdata_head_fill((CData *)object, ct, NULL, -1, 0);
    return object;
}

PyObject *cdata_primitive(CType *ct, const char *value)
{
    PyObject *object = LIKELY(ct->conv != CONV_CLONG_DOUBLE) ? plain_new(ct, NULL, -1) : large_primitive(ct);
    if (UNLIKELY(object == NULL))
        return NULL;
    char *data = (char *)object + offsetof(CDataPlain, value);
    ((CData *)object)->data = data;
    memcpy(data, value, (size_t)ct->size);
    return object;
}

/* ---- life ---- */

static void plain_tp_dealloc(PyObject *self)
{
    cdata_head_keep((CData *)self, FREE_VIEW);
}

/* In debug mode: there is no free list, so that every object is new and without a block. */
static void plain_tp_dealloc_debug(PyObject *self)
{
    CData *cd = (CData *)self;
    if (!ctype_is_primitive(cd->ctype))
        debug_block_drop(cd->ctype->state, *cdata_plain_block(cd));
    cdata_head_free(cd);
}

struct DebugBlock **cdata_plain_block(CData *cd)
{
    return &((CDataPlain *)cd)->value.block;
}

void cdata_head_free(CData *cd)
{
    CType *ct = cd->ctype;
    PyTypeObject *type = Py_TYPE(cd);
    if (cd->weakrefs != NULL)
        cdata_head_forget(cd);
    type->tp_free(cd);
    Py_DECREF(type);
    FT_DROP(ct);
}

/* The memory may be used again for a plain one. */
NOINLINE void cdata_head_forget(CData *cd)
{
    PyObject_ClearWeakRefs((PyObject *)cd);
    if (cd->flags & CDATA_EXTENDED) {
        Py_CLEAR(((CDataExtended *)cd)->anchor);
        Py_CLEAR(((CDataExtended *)cd)->about);
        cd->vectorcall = cdata_vectorcall;
    }
}

int cdata_head_visit(CData *cd, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(cd));
    if (!FT_PINNED(cd->ctype))
        Py_VISIT(cd->ctype);
    return 0;
}

void cdata_mark_released(CData *cd)
{
    if (cd->flags & CDATA_RELEASED)
        return;
    cd->length = (Py_ssize_t)(uintptr_t)cd->data;
    cd->data = NULL;
    cd->flags |= CDATA_RELEASED;
}

/* ---- asking ---- */

Py_ssize_t cdata_sizeof(CData *cd)
{
    CType *ct = cd->ctype;
    Py_ssize_t size;
    if (UNLIKELY(cd->flags & CDATA_RELEASED))
        return cdata_err_null(cd, "measure"), -1;
    size = FT_LOAD_WORD(ct->size);
    if (LIKELY(size >= 0 && !ctype_is_record(ct)))
        return size;
    if (ct->kind == KIND_ARRAY && ct->u.array.length < 0) {
        if (!size_multiply(cd->length, ct->u.array.item->size, &size))
            return err_raise(PyExc_OverflowError, "the size of '%s' of length %zd does not fit", ct->name, cd->length);
        return size;
    }
    size = ctype_sizeof(ct);
    return ctype_is_record(ct) && cd->length >= 0 ? cd->length : size;
}

void *cdata_err_null(CData *cd, const char *action)
{
    const char *name = cd->ctype->name;
    if (cd->flags & CDATA_RELEASED) {
        err_raise(PyExc_RuntimeError, "cannot %s cdata '%s': its memory was released by ffi.release() or 'with'",
                  action, name);
        if (debug_on(cd))
            debug_add_history(cd);
        return NULL;
    }
    return err_null(PyExc_RuntimeError, "cannot %s null pointer from cdata '%s'", action, name);
}

int cdata_err_expected(CType *ct, const char *expected, PyObject *got)
{
    if (!cdata_check(got))
        return err_expected(ct, expected, got);
    return err_raise(PyExc_TypeError, "initializer for ctype '%s' must be a %s, not cdata '%s'", ct->name, expected,
                     ((CData *)got)->ctype->name);
}

/* ---- repr ---- */

PyObject *cdata_repr_with(CData *cd, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    PyObject *extra = PyUnicode_FromFormatV(format, arguments);
    va_end(arguments);
    if (extra == NULL)
        return NULL;
    PyObject *result = PyUnicode_FromFormat("<cdata '%s' %U>", cd->ctype->name, extra);
    Py_DECREF(extra);
    return result;
}

static PyObject *repr_long_double(CData *cd)
{
    long double value;
    char text[64];
    memcpy(&value, cd->data, sizeof value);
    snprintf(text, sizeof text, "%LE", value);
    return cdata_repr_with(cd, "%s", text);
}

/* "<cdata 'enum e' 1: NAME>", without the name when the value has none. */
static PyObject *repr_enum(CData *cd, PyObject *value)
{
    PyObject *name = PyDict_GetItemWithError(cd->ctype->u.enumeration.by_value, value);
    if (name != NULL)
        return cdata_repr_with(cd, "%S: %S", value, name);
    return PyErr_Occurred() ? NULL : cdata_repr_with(cd, "%S", value);
}

static PyObject *repr_primitive(CData *cd)
{
    if (cd->ctype->conv == CONV_LONG_DOUBLE)
        return repr_long_double(cd);
    if (cd->ctype->conv == CONV_CHAR32 && number_bits(cd->ctype, cd->data) > 0x10FFFF)
        return cdata_repr_with(cd, "0x%x, not a character", (unsigned)number_bits(cd->ctype, cd->data));
    PyObject *value = cd->ctype->conv == CONV_BOOL   ? PyBool_FromLong(*cd->data != 0)
                      : cd->ctype->conv == CONV_ENUM ? number_int((PyObject *)cd)
                                                     : number_value(cd);
    if (value == NULL)
        return NULL;
    PyObject *result = cd->ctype->flags & CTYPE_ENUM ? repr_enum(cd, value) : cdata_repr_with(cd, "%R", value);
    Py_DECREF(value);
    return result;
}

/* A view: an address; of a record with the "&" of a C++ reference. */
static PyObject *cdata_tp_repr(PyObject *self)
{
    CData *cd = (CData *)self;
    CType *ct = cd->ctype;
    if (cd->flags & CDATA_RELEASED)
        return cdata_repr_with(cd, "RELEASED");
    if (ctype_is_primitive(ct))
        return repr_primitive(cd);
    if (ctype_is_record(ct))
        return PyUnicode_FromFormat("<cdata '%s &' %p>", ct->name, (void *)cd->data);
    if (ct->kind == KIND_ARRAY && ct->u.array.length < 0)
        return cdata_repr_with(cd, "sliced length %zd", cd->length);
    return cd->data == NULL ? cdata_repr_with(cd, "NULL") : cdata_repr_with(cd, "%p", (void *)cd->data);
}

/* ---- hash, length, call, attributes ---- */

Py_hash_t cdata_tp_hash(PyObject *self)
{
    CData *cd = (CData *)self;
    if (ctype_is_primitive(cd->ctype)) {
        PyObject *value = number_value(cd);
        Py_hash_t hash = value == NULL ? -1 : PyObject_Hash(value);
        Py_XDECREF(value);
        return hash;
    }
    size_t address = (size_t)cdata_address(cd);
    Py_hash_t hash = (Py_hash_t)((address >> 4) | (address << (8 * sizeof address - 4)));
    return hash == -1 ? -2 : hash;
}

COLD static Py_ssize_t err_length(CData *cd)
{
    if (cd->flags & CDATA_RELEASED && cd->ctype->kind == KIND_ARRAY)
        return cdata_err_null(cd, "measure"), -1;
    return err_raise(PyExc_TypeError, "cdata of type '%s' has no len()", cd->ctype->name);
}

static Py_ssize_t cdata_length(PyObject *self)
{
    CData *cd = (CData *)self;
    bool known = LIKELY(cd->ctype->kind == KIND_ARRAY && !(cd->flags & CDATA_RELEASED));
    return known ? cd->length : err_length(cd);
}

PyObject *cdata_vectorcall(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    CData *cd = (CData *)self;
    CType *ct = cd->ctype;
    if (UNLIKELY(ct->kind != KIND_FUNCTION))
        return err_null(PyExc_TypeError, "cdata '%s' is not callable", ct->name);
    if (UNLIKELY(kwnames != NULL && PyTuple_GET_SIZE(kwnames) > 0))
        return err_null(PyExc_TypeError, "cdata '%s' takes no keyword arguments: C passes arguments by position",
                        ct->name);
    if (UNLIKELY(cd->data == NULL))
        return cdata_err_null(cd, "call");
    CTypeInvoke invoke = (CTypeInvoke)FT_LOAD_POINTER(ct->u.function.invoke);
    return invoke(ct, cd->data, args, PyVectorcall_NARGS(nargsf));
}

static PyObject *cdata_tp_getattro(PyObject *self, PyObject *name)
{
    return access_get_field((CData *)self, name);
}

static int cdata_tp_setattro(PyObject *self, PyObject *name, PyObject *value)
{
    return access_set_field((CData *)self, name, value);
}

static PyObject *cdata_subscript(PyObject *self, PyObject *key)
{
    return access_get_item((CData *)self, key);
}

static int cdata_ass_subscript(PyObject *self, PyObject *key, PyObject *value)
{
    return access_set_item((CData *)self, key, value);
}

/* ---- methods ---- */

/* Adds the names of the fields of `record` to the list `names`. */
static int add_field_names(CType *record, PyObject *names)
{
    int known = ctype_complete(record);
    if (known <= 0)
        return known;
    CFieldIndex *index = &record->u.record.index;
    for (size_t i = 0; index->slots != NULL && i <= index->mask; i++) {
        if (index->slots[i] != NULL && PyList_Append(names, index->slots[i]->name) < 0)
            return -1;
    }
    return 0;
}

static PyObject *cdata_m_dir(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    CType *ct = ((CData *)self)->ctype;
    PyObject *names = PyObject_Dir((PyObject *)Py_TYPE(self));
    if (ct->kind == KIND_POINTER)
        ct = ct->u.pointer.item;
    if (names != NULL && ctype_is_record(ct) && add_field_names(ct, names) < 0)
        Py_CLEAR(names);
    return names;
}

static PyObject *cdata_m_reduce(PyObject *self, PyObject *Py_UNUSED(protocol))
{
    return err_null(PyExc_TypeError,
                    "cannot copy or pickle '%s' object: cdata '%s' refers to C memory; use ffi.new() and "
                    "ffi.memmove() to copy it, ffi.buffer() to get its bytes",
                    Py_TYPE(self)->tp_name, ((CData *)self)->ctype->name);
}

/* __name__, __doc__, __signature__: of most cdata there is nothing to say. */
static PyObject *cdata_g_about(PyObject *self, void *attribute)
{
    CData *cd = (CData *)self;
    if (cd->flags & CDATA_EXTENDED)
        return PyObject_GetAttrString(((CDataExtended *)cd)->about, attribute);
    if (strcmp(attribute, "__name__") == 0)
        return PyUnicode_FromString("<cdata>");
    if (strcmp(attribute, "__doc__") == 0)
        return PyUnicode_FromString(
            "A C value, or a reference to C memory. Made by ffi.new(), ffi.cast(), C calls and so on.");
    return err_null(PyExc_AttributeError, "cdata '%s' has no %s", cd->ctype->name, (const char *)attribute);
}

/* The types of this folder are made from _CDataBase; classes of Python cannot. */
static PyObject *cdata_m_init_subclass(PyObject *Py_UNUSED(type), PyObject *Py_UNUSED(args),
                                       PyObject *Py_UNUSED(kwargs))
{
    return err_null(PyExc_TypeError, "type '_cffi_backend._CDataBase' is not an acceptable base type");
}

static PyMethodDef cdata_methods[] = {
    {"__complex__", number_complex, METH_NOARGS, "The value of a complex type."},
    {"__dir__", cdata_m_dir, METH_NOARGS, "The fields of a struct or union, and what every cdata has."},
    {"__enter__", cdata_release_enter, METH_NOARGS, "Returns the cdata."},
    {"__exit__", cdata_release_exit, METH_VARARGS, "As ffi.release()."},
    {"__init_subclass__", (PyCFunction)(void (*)(void))cdata_m_init_subclass, METH_CLASS | METH_VARARGS | METH_KEYWORDS,
     "Refuses: there are no classes of C data."},
    {"__reduce_ex__", cdata_m_reduce, METH_O, "Refuses: C memory cannot be copied or pickled."},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef cdata_getset[] = {
    {"__name__", cdata_g_about, NULL, "Of a function of an opened library its name, otherwise '<cdata>'.", "__name__"},
    {"__doc__", cdata_g_about, NULL, "Of a function of an opened library its declaration.", "__doc__"},
    {"__signature__", cdata_g_about, NULL, "Of a function of an opened library its parameters.", "__signature__"},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMemberDef cdata_members[] = {
    COMPAT_MEMBER_WEAKREFS(CData, weakrefs),
    COMPAT_MEMBER_VECTORCALL(CData, vectorcall),
    {NULL, 0, 0, 0, NULL},
};

/* ---- the type ---- */

static PyType_Slot cdata_slots[] = {
    {Py_tp_dealloc, plain_tp_dealloc},
    {Py_tp_repr, cdata_tp_repr},
    {Py_tp_hash, cdata_tp_hash},
    {Py_tp_call, PyVectorcall_Call},
    {Py_tp_getattro, cdata_tp_getattro},
    {Py_tp_setattro, cdata_tp_setattro},
    {Py_tp_richcompare, arith_compare},
    {Py_tp_iter, cdata_iter_new},
    {Py_tp_methods, cdata_methods},
    {Py_tp_getset, cdata_getset},
    {Py_tp_members, cdata_members},
    {Py_nb_add, arith_add},
    {Py_nb_subtract, arith_subtract},
    {Py_nb_bool, number_bool},
    {Py_nb_int, number_int},
    {Py_nb_float, number_float},
    {Py_sq_length, cdata_length}, /* where len() looks first */
    {Py_mp_length, cdata_length},
    {Py_mp_subscript, cdata_subscript},
    {Py_mp_ass_subscript, cdata_ass_subscript},
    {Py_bf_getbuffer, export_get},
    {Py_bf_releasebuffer, export_release},
    {0, NULL},
};

static PyType_Spec cdata_spec = {
    .name = "_cffi_backend._CDataBase",
    .basicsize = sizeof(CData),
    .flags = CDATA_TYPE_FLAGS | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_BASETYPE,
    .slots = cdata_slots,
};

AT_IMPORT int cdata_make_type(State *state, PyType_Spec *spec, PyTypeObject **where)
{
    return state_make_type(state, spec, state->cdata_type, where);
}

/* The base of all cdata types; they inherit its slots. */
AT_IMPORT static int make_base_type(State *state)
{
    PyType_Slot slots[sizeof cdata_slots / sizeof *cdata_slots];
    PyType_Spec spec = cdata_spec;
    memcpy(slots, cdata_slots, sizeof slots);
    spec.slots = slots;
    if (state->debug) {
        if (debug_block_init(state) < 0)
            return -1;
        debug_replace_slots(slots);
        for (PyType_Slot *slot = slots; slot->slot != 0; slot++)
            if (slot->slot == Py_tp_dealloc)
                slot->pfunc = plain_tp_dealloc_debug;
    }
    return state_make_type(state, &spec, NULL, &state->cdata_type);
}

AT_IMPORT int data_init(State *state)
{
    return make_base_type(state) < 0 || cdata_handle_init(state) < 0 ? -1 : buffer_init(state);
}

int data_add(State *state)
{
    if (state_add_type(state, "_CDataBase", state->cdata_type) < 0 ||
        state_add_type(state, "CData", state->cdata_type) < 0 ||
        state_add_type(state, "buffer", state->buffer_type) < 0)
        return -1;
    if (state_add_type(state, "__CDataOwn", cdata_own_type(state)) < 0 ||
        state_add_type(state, "__CDataGCP", cdata_gc_type(state)) < 0 ||
        state_add_type(state, "__CDataOwnGC", cdata_handle_type(state)) < 0)
        return -1;
    return state_add_type(state, "__CDataFromBuf", cdata_frombuf_type(state)) < 0
               ? -1
               : state_add_type(state, "__CData_iterator", cdata_iter_type(state));
}
