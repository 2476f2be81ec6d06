/* cfield.c: the Python type CField: one field of a record, as `ctype.fields` shows it. */
#include "types/ctype.h"

CField *cfield_new(CType *type, PyObject *name, const CField *place)
{
    PyTypeObject *python_type = cfield_type(type->state);
    CField *field = python_type == NULL ? NULL : (CField *)python_type->tp_alloc(python_type, 0);
    if (field == NULL)
        return NULL;
    field->type = (CType *)Py_NewRef((PyObject *)type);
    field->name = Py_NewRef(name);
    field->offset = place->offset;
    field->bit_shift = place->bit_shift;
    field->bit_size = place->bit_size;
    field->flags = place->flags;
    return field;
}

static int cfield_tp_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(((CField *)self)->type);
    return 0;
}

static void cfield_tp_dealloc(PyObject *self)
{
    CField *field = (CField *)self;
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Py_XDECREF(field->type);
    Py_XDECREF(field->name);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMemberDef cfield_members[] = {
    {"name", Py_T_OBJECT_EX, offsetof(CField, name), Py_READONLY, "The name in C."},
    {"type", Py_T_OBJECT_EX, offsetof(CField, type), Py_READONLY, "The ctype of the field."},
    {"offset", Py_T_PYSSIZET, offsetof(CField, offset), Py_READONLY, "Bytes from the start of the struct or union."},
    {"bitshift", Py_T_SHORT, offsetof(CField, bit_shift), Py_READONLY,
     "Of a bit-field: bits from the least significant bit. -1: no bit-field, -2: an open array at the end."},
    {"bitsize", Py_T_SHORT, offsetof(CField, bit_size), Py_READONLY,
     "Of a bit-field: its width in bits. Otherwise -1."},
    {"flags", Py_T_UBYTE, offsetof(CField, flags), Py_READONLY,
     "1 for the members of a union after the first, which initializers without names leave out; otherwise 0."},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot cfield_slots[] = {
    {Py_tp_doc, "One field of a C struct or union: an item of ctype.fields."},
    {Py_tp_dealloc, cfield_tp_dealloc},
    {Py_tp_traverse, cfield_tp_traverse},
    {Py_tp_members, cfield_members},
    {0, NULL},
};

static PyType_Spec cfield_spec = {
    .name = "_cffi_backend.CField",
    .basicsize = sizeof(CField),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = cfield_slots,
};

static int make_type(State *state)
{
    return state_make_type(state, &cfield_spec, NULL, &state->cfield_type);
}

PyTypeObject *cfield_type(State *state)
{
    return state_type(state, &state->cfield_type, make_type);
}
