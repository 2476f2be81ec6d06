/* cffi_call.h: how CPython calls the functions of a generated module.  It is pasted below the module's tables of types.
 *
 * Nothing but the call itself is generated, once for each type of functions.  `_cffi_f_NAME`, which Python calls, only says
 * which row of the table of globals it is; the rest is driven by `_cffi_codes`, which has a code for each slot of `_cffi_types` that is
 * the result or a parameter of such a function:
 *
 *     slot            _cffi_types       _cffi_codes
 *     function - 1    result            its code, 0 for void
 *     function        FUNCTION          0
 *     function + n    parameter n       its code
 *     ...             FUNCTION_END      0
 *
 * Converted arguments and the result meet in an array of `union _cffi_slot`: [0] is the result, [n] is parameter n.
 */

union _cffi_slot {
    long long i; /* every integer and character, also an unsigned one */
    unsigned long long u;
    double d; /* float and double */
    void *p;  /* pointers; what has a code of _CFFI_CODE_MEMORY or more is where this points */
    int e4;   /* enums are stored as they are */
    unsigned int u4;
    short e2;
    unsigned short u2;
};

#define _cffi_enum(T, slot) (*(T *)&(slot))

/* Codes below 64 are numbers of primitives: of the integers only those that say their size. */
#define _CFFI_CODE_POINTER  64
#define _CFFI_CODE_FUNCTION 65
#define _CFFI_CODE_ENUM     66
#define _CFFI_CODE_MEMORY   67 /* long double, complex */
#define _CFFI_CODE_RECORD   68

/* A function of a type that no code stands for cannot be called: the runtime refuses to realize the type. */
#define _cffi_code(T)       ((unsigned char)_cffi_prim_int(sizeof(T), _cffi_is_signed(T)))
#define _cffi_float_code(T) ((unsigned char)_cffi_prim_float(T))

/* These are generated. */
static const struct _cffi_global_s *_cffi_row(int row);
static const struct _cffi_extension_s *_cffi_get_extension(void);
static int _cffi_code_at(int slot);
static void _cffi_invoke(int function, void *address,
                         union _cffi_slot *v); /* calls a function of the type in that slot */
static int _cffi_holds_gil(int row);
static size_t _cffi_size(int slot); /* in bytes, of a type whose code is _CFFI_CODE_MEMORY or more */

/* ---- memory that lives as long as the call: a list of blocks --------------------------------------------------- */

union _cffi_block {
    union _cffi_block *next;
    long double align1;
    long long align2;
};

static void *_cffi_allocate(union _cffi_block **memory, size_t size)
{
    union _cffi_block *block = (union _cffi_block *)PyMem_Malloc(sizeof(*block) + size);

    if (block == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    block->next = *memory;
    *memory = block;
    return memset(block + 1, 0, size);
}

static void _cffi_free(union _cffi_block *memory)
{
    while (memory != NULL) {
        union _cffi_block *next = memory->next;
        PyMem_Free(memory);
        memory = next;
    }
}

/* ---- arguments: 0, or -1 with an exception set ----------------------------------------------------------------- */

static int _cffi_failed(int suspicious)
{
    return suspicious && PyErr_Occurred() != NULL ? -1 : 0;
}

/* A list, tuple or string for a pointer becomes an array. */
static int _cffi_to_pointer(PyObject *object, _cffi_opcode_t type, void **out, union _cffi_block **memory)
{
    char *pointer = NULL;
    Py_ssize_t size = _cffi_prepare_pointer(type, object, &pointer);

    if (size > 0) {
        pointer = (char *)_cffi_allocate(memory, (size_t)size);
        if (pointer == NULL || _cffi_convert_array(pointer, type, object) < 0)
            return -1;
    }
    *out = pointer;
    return size < 0 ? -1 : 0;
}

static int _cffi_to_memory(PyObject *object, int slot, void **out, union _cffi_block **memory)
{
    *out = _cffi_allocate(memory, _cffi_size(slot));
    return *out == NULL ? -1 : _cffi_to_c((char *)*out, _cffi_types[slot], object);
}

/* A character of `size` bytes: wchar_t has export slots of its own, and whichever of char16_t and char32_t it is not has the others. */
static int _cffi_to_wide(PyObject *object, size_t size, union _cffi_slot *out)
{
    if (size == sizeof(wchar_t)) {
        out->i = _cffi_to_c_wchar_t(object);
        return _cffi_failed(out->i == (wchar_t)-1);
    }
    out->i = _cffi_to_c_wchar3216_t(object);
    return _cffi_failed((out->i & 0xFFFF) == 0xFFFF); /* char16_t's -1, or char32_t's */
}

static PyObject *_cffi_from_wide(union _cffi_slot *value, size_t size)
{
    return size == sizeof(wchar_t) ? _cffi_from_wchar_t((wchar_t)value->i) : _cffi_from_wchar3216_t((int)value->i);
}

static int _cffi_to_slot(PyObject *object, int slot, union _cffi_slot *out, union _cffi_block **memory)
{
    switch (_cffi_code_at(slot)) {
    case _CFFI_PRIM_INT8:
        out->i = _cffi_to_c_i8(object);
        break;
    case _CFFI_PRIM_UINT8:
        out->i = _cffi_to_c_u8(object);
        break;
    case _CFFI_PRIM_INT16:
        out->i = _cffi_to_c_i16(object);
        break;
    case _CFFI_PRIM_UINT16:
        out->i = _cffi_to_c_u16(object);
        break;
    case _CFFI_PRIM_INT32:
        out->i = _cffi_to_c_i32(object);
        break;
    case _CFFI_PRIM_UINT32:
        out->i = _cffi_to_c_u32(object);
        return _cffi_failed(out->i == (unsigned int)-1);
    case _CFFI_PRIM_INT64:
        out->i = _cffi_to_c_i64(object);
        break;
    case _CFFI_PRIM_UINT64:
        out->u = _cffi_to_c_u64(object);
        break;
    case _CFFI_PRIM_BOOL:
        out->i = _cffi_to_c_bool(object);
        return _cffi_failed(out->i != 0);
    case _CFFI_PRIM_CHAR:
        out->i = (char)_cffi_to_c_char(object);
        return _cffi_failed(out->i == (char)-1);
    case _CFFI_PRIM_WCHAR:
        return _cffi_to_wide(object, sizeof(wchar_t), out);
    case _CFFI_PRIM_CHAR16:
        return _cffi_to_wide(object, 2, out);
    case _CFFI_PRIM_CHAR32:
        return _cffi_to_wide(object, 4, out);
    case _CFFI_PRIM_FLOAT:
    case _CFFI_PRIM_DOUBLE:
        out->d = PyFloat_AsDouble(object);
        return _cffi_failed(out->d == -1.0);
    case _CFFI_CODE_POINTER:
        return _cffi_to_pointer(object, _cffi_types[slot], &out->p, memory);
    case _CFFI_CODE_FUNCTION:
        out->p = _cffi_to_c_pointer(object, _cffi_types[slot]);
        return _cffi_failed(out->p == NULL);
    case _CFFI_CODE_ENUM:
        return _cffi_to_c((char *)out, _cffi_types[slot], object);
    default:
        return _cffi_to_memory(object, slot, &out->p, memory);
    }
    return _cffi_failed(out->i == -1);
}

/* ---- the result -------------------------------------------------------------------------------------------------- */

static PyObject *_cffi_from_slot(union _cffi_slot *value, int slot)
{
    switch (_cffi_code_at(slot)) {
    case _CFFI_PRIM_VOID:
        Py_INCREF(Py_None);
        return Py_None;
    case _CFFI_PRIM_UINT32:
        return PyLong_FromLongLong(value->i);
    case _CFFI_PRIM_INT64:
        return PyLong_FromLongLong(value->i);
    case _CFFI_PRIM_UINT64:
        return PyLong_FromUnsignedLongLong(value->u);
    case _CFFI_PRIM_BOOL:
        return PyBool_FromLong(value->i != 0);
    case _CFFI_PRIM_CHAR:
        return _cffi_from_char((char)value->i);
    case _CFFI_PRIM_WCHAR:
        return _cffi_from_wide(value, sizeof(wchar_t));
    case _CFFI_PRIM_CHAR16:
        return _cffi_from_wide(value, 2);
    case _CFFI_PRIM_CHAR32:
        return _cffi_from_wide(value, 4);
    case _CFFI_PRIM_FLOAT:
    case _CFFI_PRIM_DOUBLE:
        return PyFloat_FromDouble(value->d);
    case _CFFI_CODE_POINTER:
    case _CFFI_CODE_FUNCTION:
        return _cffi_from_c_pointer((char *)value->p, _cffi_types[slot]);
    case _CFFI_CODE_ENUM:
        return _cffi_from_c_deref((char *)value, _cffi_types[slot]);
    case _CFFI_CODE_MEMORY:
        return _cffi_from_c_deref((char *)value->p, _cffi_types[slot]);
    case _CFFI_CODE_RECORD:
        return _cffi_from_c_struct((char *)value->p, _cffi_types[slot]);
    default:
        return PyLong_FromLong((long)value->i);
    }
}

/* ---- the call -------------------------------------------------------------------------------------------------- */

static void _cffi_invoke_without_gil(int row, int function, union _cffi_slot *v)
{
    PyThreadState *state = _cffi_holds_gil(row) ? NULL : PyEval_SaveThread();

    _cffi_restore_errno();
    _cffi_invoke(function, _cffi_row(row)->size_or_direct_fn, v);
    _cffi_save_errno();
    if (state != NULL)
        PyEval_RestoreThread(state);
}

static void _cffi_argument_error(int row, int argument)
{
    typedef void (*Report)(const struct _cffi_extension_s *, int, int);

    if (_cffi_extra[_CFFI_EXTRA_ARGUMENT_ERROR] != NULL)
        ((Report)_cffi_extra[_CFFI_EXTRA_ARGUMENT_ERROR])(_cffi_get_extension(), row, argument);
}

static PyObject *_cffi_call(PyObject *const *objects, int row, int function)
{
    union _cffi_slot v[_CFFI_MOST_ARGUMENTS + 1];
    union _cffi_block *memory = NULL;
    PyObject *answer = NULL;
    int i;

    for (i = 1; i <= _CFFI_MOST_ARGUMENTS && _cffi_code_at(function + i) != 0; i++)
        if (_cffi_to_slot(objects[i - 1], function + i, &v[i], &memory) < 0) {
            _cffi_argument_error(row, i - 1);
            goto done;
        }
    if (_cffi_code_at(function - 1) >= _CFFI_CODE_MEMORY) {
        v[0].p = _cffi_allocate(&memory, _cffi_size(function - 1));
        if (v[0].p == NULL)
            goto done;
    }
    _cffi_invoke_without_gil(row, function, v);
    answer = _cffi_from_slot(&v[0], function - 1);
done:
    _cffi_free(memory);
    return answer;
}

static int _cffi_function_at(int row)
{
    return (int)_CFFI_GETARG(_cffi_row(row)->type_op);
}

static _CFFI_UNUSED _CFFI_NOINLINE PyObject *_cffi_call_0(int row)
{
    return _cffi_call(NULL, row, _cffi_function_at(row));
}

static _CFFI_UNUSED _CFFI_NOINLINE PyObject *_cffi_call_1(PyObject *object, int row)
{
    return _cffi_call(&object, row, _cffi_function_at(row));
}

static _CFFI_UNUSED _CFFI_NOINLINE PyObject *_cffi_call_v(PyObject *args, int row)
{
    PyObject *objects[_CFFI_MOST_ARGUMENTS + 1];
    int function = _cffi_function_at(row), count = 0;
    Py_ssize_t i, given = PyTuple_Size(args);

    while (_cffi_code_at(function + 1 + count) != 0)
        count++;
    if (given != count) {
        if (given >= 0)
            PyErr_Format(PyExc_TypeError, "%s() takes exactly %d arguments (%zd given)", _cffi_row(row)->name, count,
                         given);
        return NULL;
    }
    for (i = 0; i < count; i++)
        objects[i] = PyTuple_GetItem(args, i);
    return _cffi_call(objects, row, function);
}

#define _CFFI_DEFINE_N(name, row)                                                                                      \
    static PyObject *_cffi_f_##name(PyObject *self, PyObject *args)                                                    \
    {                                                                                                                  \
        (void)self;                                                                                                    \
        (void)args;                                                                                                    \
        return _cffi_call_0(row);                                                                                      \
    }

#define _CFFI_DEFINE_O(name, row)                                                                                      \
    static PyObject *_cffi_f_##name(PyObject *self, PyObject *object)                                                  \
    {                                                                                                                  \
        (void)self;                                                                                                    \
        return _cffi_call_1(object, row);                                                                              \
    }

#define _CFFI_DEFINE_V(name, row)                                                                                      \
    static PyObject *_cffi_f_##name(PyObject *self, PyObject *args)                                                    \
    {                                                                                                                  \
        (void)self;                                                                                                    \
        return _cffi_call_v(args, row);                                                                                \
    }
