/* ctype.c: the Python type CType: life, identity, and what it shows of a C type. */
#include "types/ctype.h"

#include <stdlib.h>

#include "types/ctype_make.h"
#include "types/ctype_struct.h"
#include "types/err.h"
#include "types/intern.h"

#ifndef Py_TRASHCAN_BEGIN /* Pythons that limit the depth of deallocation by themselves */
#define Py_TRASHCAN_BEGIN(object, dealloc) {
#define Py_TRASHCAN_END                    }
#endif

/* ---- life ---- */

static int visit_array(CType *const *types, Py_ssize_t count, visitproc visit, void *arg)
{
    for (Py_ssize_t i = 0; i < count; i++)
        Py_VISIT(types[i]);
    return 0;
}

static int visit_record(CTypeRecord *record, visitproc visit, void *arg)
{
    for (Py_ssize_t i = 0; i < record->field_count; i++)
        Py_VISIT(record->fields[i]);
    Py_VISIT(record->source);
    return 0;
}

static int ctype_tp_traverse(PyObject *self, visitproc visit, void *arg)
{
    CType *ct = (CType *)self;
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(ct->state->module);
    switch (ct->kind) {
    case KIND_POINTER:
        Py_VISIT(ct->u.pointer.item);
        Py_VISIT(ct->u.pointer.open_array);
        break;
    case KIND_ARRAY:
        Py_VISIT(ct->u.array.item);
        Py_VISIT(ct->u.array.pointer);
        break;
    case KIND_FUNCTION:
        Py_VISIT(ct->u.function.result);
        return visit_array(ct->u.function.arguments, ct->u.function.argument_count, visit, arg);
    case KIND_STRUCT:
    case KIND_UNION:
        return visit_record(&ct->u.record, visit, arg);
    default:
        break;
    }
    return 0;
}

/* Every cycle of ctypes goes through a record, since everything else is made after its parts; or it is that of a pointer
 * and its slices. */
static int ctype_tp_clear(PyObject *self)
{
    CType *ct = (CType *)self;
    if (ct->kind == KIND_POINTER)
        Py_CLEAR(ct->u.pointer.open_array);
    if (ctype_is_record(ct)) {
        ctype_clear_fields(ct);
        Py_CLEAR(ct->u.record.source);
    }
    return 0;
}

static void release_function(CTypeFunction *function)
{
    if (function->plan != NULL)
        function->plan_free(function->plan);
    PyMem_RawFree(function->fast_plan);
    Py_XDECREF(function->result);
    for (Py_ssize_t i = 0; i < function->argument_count; i++)
        Py_XDECREF(function->arguments[i]);
    PyMem_Free(function->arguments);
}

static void release_enumeration(CTypeEnumeration *enumeration)
{
    Py_XDECREF(enumeration->names);
    Py_XDECREF(enumeration->values);
    Py_XDECREF(enumeration->by_name);
    Py_XDECREF(enumeration->by_value);
    Py_XDECREF(enumeration->class_);
    Py_XDECREF(enumeration->members);
}

static void release_parts(CType *ct)
{
    switch (ct->kind) {
    case KIND_POINTER:
        Py_XDECREF(ct->u.pointer.item);
        Py_XDECREF(ct->u.pointer.open_array);
        break;
    case KIND_ARRAY:
        Py_XDECREF(ct->u.array.item);
        Py_XDECREF(ct->u.array.pointer);
        break;
    case KIND_FUNCTION:
        release_function(&ct->u.function);
        break;
    case KIND_STRUCT:
    case KIND_UNION:
        ctype_tp_clear((PyObject *)ct);
        break;
    default:
        if (ct->flags & CTYPE_ENUM)
            release_enumeration(&ct->u.enumeration);
    }
}

/* From here on nobody finds this type any more. May be repeated. */
static void withdraw(CType *ct)
{
    if (ct->kind == KIND_POINTER && ct->u.pointer.item != NULL && ct->u.pointer.item->pointer == ct)
        ct->u.pointer.item->pointer = NULL;
    intern_remove(ct);
    if (ct->weakrefs != NULL)
        PyObject_ClearWeakRefs((PyObject *)ct);
}

static void ctype_tp_dealloc(PyObject *self)
{
    CType *ct = (CType *)self;
    PyTypeObject *type = Py_TYPE(self);
    PyObject *module = ct->state->module;
    PyObject_GC_UnTrack(self);
    withdraw(ct);
    Py_TRASHCAN_BEGIN(self, ctype_tp_dealloc);
    release_parts(ct);
    free((char *)ct->name);
    type->tp_free(self);
    Py_DECREF(type);
    Py_DECREF(module);
    Py_TRASHCAN_END;
}

AT_IMPORT CType *ctype_new_steal(State *state, Kind kind, CName name)
{
    CType *ct = NULL;
    if (name.text == NULL)
        return (CType *)PyErr_NoMemory();
    if (state->is_cleared)
        ct = err_null(PyExc_RuntimeError, "cannot make the ctype '%s': the module _cffi_backend is being unloaded",
                      name.text);
    else
        ct = (CType *)state->ctype_type->tp_alloc(state->ctype_type, 0);
    if (ct == NULL) {
        free(name.text);
        return NULL;
    }
    Py_INCREF(state->module);
    FT_SHARED_INIT(ct);
    ct->state = state;
    ct->name = name.text;
    ct->name_position = name.position;
    ct->kind = kind;
    ct->stage = STAGE_COMPLETE;
    ct->size = -1;
    ct->align = -1;
    return ct;
}

/* ---- identity ---- */

static PyObject *ctype_tp_repr(PyObject *self)
{
    return PyUnicode_FromFormat("<ctype '%s'>", ((CType *)self)->name);
}

Py_hash_t ctype_tp_hash(PyObject *self)
{
    size_t address = (size_t)self;
    Py_hash_t hash = (Py_hash_t)((address >> 4) | (address << (8 * sizeof address - 4)));
    return hash == -1 ? -2 : hash;
}

/* ---- attributes: each only for the kinds that have it; X(name, kinds, doc) ---- */

enum {
    SHOWS_VOID = 1,
    SHOWS_PRIMITIVE = 2,
    SHOWS_ENUM = 4,
    SHOWS_POINTER = 8,
    SHOWS_ARRAY = 16,
    SHOWS_FUNCTION = 32,
    SHOWS_RECORD = 64,
    SHOWS_ALL = 127
};

/* clang-format off */
#define CTYPE_ATTRIBUTES(X)                                                                                      \
    X(abi, SHOWS_FUNCTION, "The number of the calling convention.")                                              \
    X(args, SHOWS_FUNCTION, "The ctypes of the arguments.")                                                      \
    X(cname, SHOWS_ALL, "The type as it is written in C.")                                                       \
    X(elements, SHOWS_ENUM, "A dict: value -> name.")                                                            \
    X(ellipsis, SHOWS_FUNCTION, "Whether the function takes more arguments than those declared.")                \
    X(fields, SHOWS_RECORD, "A list of (name, CField) in C order; None for an opaque type.")                     \
    X(item, SHOWS_POINTER | SHOWS_ARRAY, "The ctype pointed to, or of the items.")                               \
    X(kind, SHOWS_ALL, "'primitive', 'enum', 'pointer', 'array', 'struct', 'union', 'function' or 'void'.")      \
    X(length, SHOWS_ARRAY, "The number of items; None for an open array.")                                       \
    X(relements, SHOWS_ENUM, "A dict: name -> value.")                                                           \
    X(result, SHOWS_FUNCTION, "The ctype of the result.")

/* The SHOWS_* of the type, and what its kind is called. */
static int shown_kind(const CType *ct, const char **name)
{
    switch (ct->kind) {
    case KIND_VOID: *name = "void"; return SHOWS_VOID;
    case KIND_POINTER: *name = "pointer"; return SHOWS_POINTER;
    case KIND_FUNCTION: *name = "function"; return SHOWS_FUNCTION;
    case KIND_ARRAY: *name = "array"; return SHOWS_ARRAY;
    case KIND_STRUCT: *name = "struct"; return SHOWS_RECORD;
    case KIND_UNION: *name = "union"; return SHOWS_RECORD;
    default: break;
    }
    *name = ct->flags & CTYPE_ENUM ? "enum" : "primitive";
    return ct->flags & CTYPE_ENUM ? SHOWS_ENUM : SHOWS_PRIMITIVE;
}

static PyObject *show_abi(CType *ct) { return PyLong_FromLong(ct->u.function.abi); }
static PyObject *show_cname(CType *ct) { return PyUnicode_FromString(ct->name); }
static PyObject *show_elements(CType *ct) { return PyDict_Copy(ct->u.enumeration.by_value); }
static PyObject *show_ellipsis(CType *ct) { return PyBool_FromLong(ct->u.function.variadic); }
static PyObject *show_item(CType *ct) { return Py_NewRef((PyObject *)ctype_item_borrowed(ct)); }
static PyObject *show_relements(CType *ct) { return PyDict_Copy(ct->u.enumeration.by_name); }
static PyObject *show_result(CType *ct) { return Py_NewRef((PyObject *)ct->u.function.result); }
/* clang-format on */

static PyObject *show_kind(CType *ct)
{
    const char *name;
    shown_kind(ct, &name);
    return PyUnicode_FromString(name);
}

static PyObject *show_length(CType *ct)
{
    return ct->u.array.length < 0 ? Py_NewRef(Py_None) : PyLong_FromSsize_t(ct->u.array.length);
}

static PyObject *show_args(CType *ct)
{
    PyObject *args = PyTuple_New(ct->u.function.argument_count);
    for (Py_ssize_t i = 0; args != NULL && i < ct->u.function.argument_count; i++)
        PyTuple_SET_ITEM(args, i, Py_NewRef((PyObject *)ct->u.function.arguments[i]));
    return args;
}

static PyObject *show_fields(CType *ct)
{
    CTypeRecord *record = &ct->u.record;
    int known = ctype_complete(ct);
    if (known <= 0)
        return known < 0 ? NULL : Py_NewRef(Py_None);
    PyObject *list = PyList_New(record->field_count);
    for (Py_ssize_t i = 0; list != NULL && i < record->field_count; i++) {
        PyObject *pair = PyTuple_Pack(2, record->fields[i]->name, (PyObject *)record->fields[i]);
        if (pair == NULL)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, i, pair);
    }
    return list;
}

typedef struct {
    const char *name;
    int kinds;
    PyObject *(*show)(CType *);
} Attribute;

static PyObject *ctype_get(PyObject *self, void *closure)
{
    const Attribute *attribute = closure;
    CType *ct = (CType *)self;
    const char *kind;
    if (shown_kind(ct, &kind) & attribute->kinds)
        return attribute->show(ct);
    return err_null(PyExc_AttributeError, "ctype '%s' has no attribute '%s': its kind is '%s'", ct->name,
                    attribute->name, kind);
}

#define ATTRIBUTE(name, kinds, doc) {#name, kinds, show_##name},
static const Attribute attributes[] = {CTYPE_ATTRIBUTES(ATTRIBUTE){NULL, 0, NULL}};

enum {
#define ATTRIBUTE_INDEX(name, kinds, doc) INDEX_##name,
    CTYPE_ATTRIBUTES(ATTRIBUTE_INDEX)
};

static PyObject *ctype_m_dir(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    const char *kind;
    int shown = shown_kind((CType *)self, &kind);
    PyObject *list = PyList_New(0);
    for (const Attribute *attribute = attributes; list != NULL && attribute->name != NULL; attribute++) {
        PyObject *name = attribute->kinds & shown ? PyUnicode_FromString(attribute->name) : NULL;
        if (attribute->kinds & shown && (name == NULL || PyList_Append(list, name) < 0))
            Py_CLEAR(list);
        Py_XDECREF(name);
    }
    return list;
}

/* ---- the type ---- */

static PyMethodDef ctype_methods[] = {
    {"__dir__", ctype_m_dir, METH_NOARGS, "The attributes that this type has."},
    {NULL, NULL, 0, NULL},
};

#define GETTER(name, kinds, doc) {#name, ctype_get, NULL, doc, (void *)&attributes[INDEX_##name]},
static PyGetSetDef ctype_getset[] = {CTYPE_ATTRIBUTES(GETTER){NULL, NULL, NULL, NULL, NULL}};

static PyMemberDef ctype_members[] = {
    COMPAT_MEMBER_WEAKREFS(CType, weakrefs),
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot ctype_slots[] = {
    {Py_tp_doc, "A C type. There is one object for each type: compare with `is`."},
    {Py_tp_dealloc, ctype_tp_dealloc},
    {Py_tp_traverse, ctype_tp_traverse},
    {Py_tp_clear, ctype_tp_clear},
    {Py_tp_repr, ctype_tp_repr},
    {Py_tp_hash, ctype_tp_hash},
    {Py_tp_methods, ctype_methods},
    {Py_tp_getset, ctype_getset},
    {Py_tp_members, ctype_members},
    {0, NULL},
};

static PyType_Spec ctype_spec = {
    .name = "_cffi_backend.CType",
    .basicsize = sizeof(CType),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = ctype_slots,
};

AT_IMPORT int ctype_init(State *state)
{
    return state_make_type(state, &ctype_spec, NULL, &state->ctype_type) < 0 ? -1 : ctype_make_init(state);
}

int ctype_add(State *state)
{
    return state_add_type(state, "CType", state->ctype_type) < 0 ? -1
                                                                 : state_add_type(state, "CField", cfield_type(state));
}
