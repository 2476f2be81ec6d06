/* handmade.c: a compiled module written by hand against the binary interface, as any generator of such modules would write it. NAME
 * (the last part of the module's name), FULL_NAME and VERSION come from the command line. For tests/c_src/api. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <errno.h>

#include "cffi_abi.h"

typedef struct ctype CType;
struct point {
    int x, y;
};
enum color { RED, GREEN = 5, NEGATIVE = -3 };

static void *exports[_CFFI_EXPORTS_CHAR16];
static const struct _cffi_type_context_s context;
#define EXPORT(index, type) ((type)exports[index])
#define TYPE(index)         ((CType *)types[index])

/* ---- the type table ---- */

#define OP(operation, argument) _CFFI_OP(_CFFI_OP_##operation, argument)
enum {
    T_INT,
    T_ECHO_INT,
    T_ECHO_INT_ARG,
    T_ECHO_INT_END,
    T_POINT,
    T_POINTER,
    T_SUM,
    T_SUM_1,
    T_SUM_2,
    T_SUM_END,
    T_NOTHING,
    T_NOTHING_END,
    T_VOID,
    T_MAKE,
    T_MAKE_1,
    T_MAKE_2,
    T_MAKE_END,
    T_ARRAY,
    T_ARRAY_LENGTH,
    T_OPEN,
    T_DOUBLE,
    T_ENUM,
    T_BAD,
    T_BAD_FUNCTION,
    T_BAD_FUNCTION_END,
    T_OPAQUE,
    T_INT_POINTER,
    T_FUNCTION_POINTER,
    T_LAZY,
    T_CHAR,
    T_WRONG_OFFSET,
    T_WRONG_SIZE,
    T_STRING,
    T_COUNT
};
static void *types[T_COUNT] = {
    [T_INT] = OP(PRIMITIVE, _CFFI_PRIM_INT),
    [T_ECHO_INT] = OP(FUNCTION, T_INT),
    OP(PRIMITIVE, _CFFI_PRIM_INT),
    OP(FUNCTION_END, 0),
    [T_POINT] = OP(STRUCT_UNION, 2),
    OP(POINTER, T_POINT),
    [T_SUM] = OP(FUNCTION, T_INT),
    OP(NOOP, T_INT_POINTER),
    OP(PRIMITIVE, _CFFI_PRIM_INT),
    OP(FUNCTION_END, 0),
    [T_NOTHING] = OP(FUNCTION, T_VOID),
    OP(FUNCTION_END, 0),
    OP(PRIMITIVE, _CFFI_PRIM_VOID),
    [T_MAKE] = OP(FUNCTION, T_POINT),
    OP(NOOP, T_INT),
    OP(NOOP, T_INT),
    OP(FUNCTION_END, 0),
    [T_ARRAY] = OP(ARRAY, T_INT),
    (void *)3,
    OP(OPEN_ARRAY, T_INT),
    OP(PRIMITIVE, _CFFI_PRIM_DOUBLE),
    [T_ENUM] = OP(ENUM, 0),
    OP(PRIMITIVE, _CFFI_PRIM_UNKNOWN_INTEGER),
    OP(FUNCTION, T_BAD),
    OP(FUNCTION_END, 0),
    [T_OPAQUE] = OP(STRUCT_UNION, 1),
    OP(POINTER, T_INT),
    OP(POINTER, T_ECHO_INT),
    [T_LAZY] = OP(STRUCT_UNION, 0),
    OP(PRIMITIVE, _CFFI_PRIM_CHAR),
    [T_WRONG_OFFSET] = OP(STRUCT_UNION, 3),
    OP(STRUCT_UNION, 4),
    [T_STRING] = OP(POINTER, T_CHAR),
};

/* ---- echo functions: what goes through each converter ---- */

#define ECHO(name, ctype, index, converter, back)                                                                      \
    static PyObject *echo_##name(PyObject *self, PyObject *value)                                                      \
    {                                                                                                                  \
        ctype found = (ctype)EXPORT(index, converter(*)(PyObject *))(value);                                           \
        (void)self;                                                                                                    \
        return found == (ctype)-1 && PyErr_Occurred() ? NULL : back(found);                                            \
    }
#define CHAR_BACK               EXPORT(15, PyObject *(*)(char))
#define WCHAR_BACK              EXPORT(20, PyObject *(*)(wchar_t))
#define WCHAR3216_BACK          EXPORT(27, PyObject *(*)(int))
#define LONG_DOUBLE_BACK(value) PyFloat_FromDouble((double)(value))
ECHO(i8, signed char, 1, int, PyLong_FromLong)
ECHO(u8, unsigned char, 2, int, PyLong_FromLong)
ECHO(i16, short, 3, int, PyLong_FromLong)
ECHO(u16, unsigned short, 4, int, PyLong_FromLong)
ECHO(i32, int, 5, int, PyLong_FromLong)
ECHO(u32, unsigned, 6, unsigned, PyLong_FromUnsignedLong)
ECHO(i64, long long, 7, long long, PyLong_FromLongLong)
ECHO(u64, unsigned long long, 8, unsigned long long, PyLong_FromUnsignedLongLong)
ECHO(char, char, 9, int, CHAR_BACK)
ECHO(wchar, wchar_t, 19, wchar_t, WCHAR_BACK)
ECHO(wchar3216, int, 26, int, WCHAR3216_BACK)
ECHO(long_double, long double, 21, long double, LONG_DOUBLE_BACK)
#define BOOL_BACK(value) PyErr_Occurred() ? NULL : PyBool_FromLong(value)
ECHO(bool, _Bool, 22, _Bool, BOOL_BACK)

/* ---- functions with pointers and structs ---- */

static int sum(int *items, int count)
{
    int result = 0;
    while (count > 0)
        result += items[--count];
    return result;
}
static PyObject *wrap_sum(PyObject *self, PyObject *args)
{
    PyObject *first, *second;
    char *items = NULL, *heap = NULL;
    (void)self;
    if (!PyArg_UnpackTuple(args, "sum", 2, 2, &first, &second))
        return NULL;
    Py_ssize_t size = EXPORT(23, Py_ssize_t(*)(CType *, PyObject *, char **))(TYPE(T_SUM_1), first, &items);
    if (size < 0)
        return NULL;
    if (size > 0) {
        items = heap = calloc(1, (size_t)size);
        if (heap == NULL)
            return PyErr_NoMemory();
        if (EXPORT(24, int (*)(char *, CType *, PyObject *))(heap, TYPE(T_SUM_1), first) < 0) {
            free(heap);
            return NULL;
        }
    }
    int count = EXPORT(5, int (*)(PyObject *))(second);
    PyObject *result = count == -1 && PyErr_Occurred() ? NULL : PyLong_FromLong(sum((int *)items, count));
    free(heap);
    return result;
}
static struct point make(int x, int y)
{
    return (struct point){x, y};
}
static PyObject *wrap_make(PyObject *self, PyObject *args)
{
    int x, y;
    (void)self;
    if (!PyArg_ParseTuple(args, "ii", &x, &y))
        return NULL;
    struct point result = make(x, y);
    return EXPORT(18, PyObject * (*)(char *, CType *))((char *)&result, TYPE(T_POINT));
}
static int echo(int x)
{
    EXPORT(13, void (*)(void))();
    errno += x;
    EXPORT(14, void (*)(void))();
    return x;
}
static PyObject *wrap_errno(PyObject *self, PyObject *value)
{
    int x = EXPORT(5, int (*)(PyObject *))(value);
    (void)self;
    return x == -1 && PyErr_Occurred() ? NULL : PyLong_FromLong(echo(x));
}
static void nothing(void)
{
}
static PyObject *wrap_nothing(PyObject *self, PyObject *unused)
{
    (void)self, (void)unused;
    Py_RETURN_NONE;
}

/* ---- constants and variables ---- */

static int gives_42(unsigned long long *value)
{
    *value = 42;
    return 0;
}
static int gives_minus_3(unsigned long long *value)
{
    *value = (unsigned long long)-3;
    return 1;
}
static int gives_5(unsigned long long *value)
{
    *value = 5;
    return 0;
}
static int gives_0(unsigned long long *value)
{
    *value = 0;
    return 1;
}
static int gives_max(unsigned long long *value)
{
    *value = ~0ULL;
    return 0;
}
static int differs_43(unsigned long long *value)
{
    *value = 43;
    return 2;
}
static int differs_minus_1(unsigned long long *value)
{
    *value = (unsigned long long)-1;
    return 3;
}
static void gives_half(char *value)
{
    *(double *)value = 0.5;
}
static void gives_point(char *value)
{
    *(struct point *)value = (struct point){8, 9};
}
static void gives_array(char *value)
{
    memcpy(value, (int[]){7, 8, 9}, 3 * sizeof(int));
}
static void gives_text(char *value)
{
    *(const char **)value = "hello";
}
static void gives_opaque(char *value)
{
    (void)value;
}
static int variable = 11, items[3] = {1, 2, 3}, moving[2] = {100, 200}, moves;
static struct point a_point = {1, 2};
static enum color a_color = GREEN;
static int (*callback)(int) = echo;
static void *where_array(void)
{
    return items;
}
static void *where_moving(void)
{
    return &moving[moves++ % 2];
}
static void *where_null(void)
{
    return NULL;
}
static struct _cffi_externpy_s from_python = {"from_python", sizeof(int), NULL, NULL};
static int from_python_direct(int x)
{
    char args[8] = {0};
    memcpy(args, &x, sizeof x);
    EXPORT(25, void (*)(struct _cffi_externpy_s *, char *))(&from_python, args);
    memcpy(&x, args, sizeof x);
    return x;
}

#define FUNCTION(kind, index) OP(CPYTHON_BLTN_##kind, index)
#define ADDRESS(thing)        ((void *)(thing))
static const struct _cffi_global_s globals[] = {
    {"ARRAY", ADDRESS(gives_array), OP(CONSTANT, T_ARRAY), NULL},
    {"A_COLOR", &a_color, OP(GLOBAL_VAR, T_ENUM), ADDRESS(sizeof a_color)},
    {"BIG", ADDRESS(gives_max), OP(CONSTANT_INT, -1), NULL},
    {"DIFFERS", ADDRESS(differs_43), OP(CONSTANT_INT, -1), NULL},
    {"DIFFERS_NEGATIVE", ADDRESS(differs_minus_1), OP(CONSTANT_INT, -1), NULL},
    {"FORTY_TWO", ADDRESS(gives_42), OP(CONSTANT_INT, -1), NULL},
    {"GREEN", ADDRESS(gives_5), OP(ENUM, -1), NULL},
    {"HALF", ADDRESS(gives_half), OP(CONSTANT, T_DOUBLE), NULL},
    {"NEGATIVE", ADDRESS(gives_minus_3), OP(ENUM, -1), NULL},
    {"OPAQUE", ADDRESS(gives_opaque), OP(CONSTANT, T_OPAQUE), NULL},
    {"POINT", ADDRESS(gives_point), OP(CONSTANT, T_POINT), NULL},
    {"RED", ADDRESS(gives_0), OP(ENUM, -1), NULL},
    {"TEXT", ADDRESS(gives_text), OP(CONSTANT, T_STRING), NULL},
    {"a_point", &a_point, OP(GLOBAL_VAR, T_POINT), ADDRESS(sizeof a_point)},
    {"add_errno", ADDRESS(wrap_errno), FUNCTION(O, T_ECHO_INT), ADDRESS(echo)},
    {"at_null", ADDRESS(where_null), OP(GLOBAL_VAR_F, T_INT), NULL},
    {"bad", ADDRESS(wrap_nothing), FUNCTION(N, T_BAD_FUNCTION), ADDRESS(nothing)},
    {"callback", &callback, OP(GLOBAL_VAR, T_FUNCTION_POINTER), ADDRESS(sizeof callback)},
    {"echo_bool", ADDRESS(echo_bool), FUNCTION(O, T_ECHO_INT), NULL},
    {"echo_char", ADDRESS(echo_char), FUNCTION(O, T_ECHO_INT), NULL},
    {"echo_i16", ADDRESS(echo_i16), FUNCTION(O, T_ECHO_INT), NULL},
    {"echo_i32", ADDRESS(echo_i32), FUNCTION(O, T_ECHO_INT), ADDRESS(echo)},
    {"echo_i64", ADDRESS(echo_i64), FUNCTION(O, T_ECHO_INT), NULL},
    {"echo_i8", ADDRESS(echo_i8), FUNCTION(O, T_ECHO_INT), NULL},
    {"echo_long_double", ADDRESS(echo_long_double), FUNCTION(O, T_ECHO_INT), NULL},
    {"echo_u16", ADDRESS(echo_u16), FUNCTION(O, T_ECHO_INT), NULL},
    {"echo_u32", ADDRESS(echo_u32), FUNCTION(O, T_ECHO_INT), NULL},
    {"echo_u64", ADDRESS(echo_u64), FUNCTION(O, T_ECHO_INT), NULL},
    {"echo_u8", ADDRESS(echo_u8), FUNCTION(O, T_ECHO_INT), NULL},
    {"echo_wchar", ADDRESS(echo_wchar), FUNCTION(O, T_ECHO_INT), NULL},
    {"echo_wchar3216", ADDRESS(echo_wchar3216), FUNCTION(O, T_ECHO_INT), NULL},
    {"from_python", &from_python, OP(EXTERN_PYTHON, T_FUNCTION_POINTER), ADDRESS(from_python_direct)},
    {"items", ADDRESS(where_array), OP(GLOBAL_VAR_F, T_ARRAY), NULL},
    {"make", ADDRESS(wrap_make), FUNCTION(V, T_MAKE), ADDRESS(make)},
    {"moving", ADDRESS(where_moving), OP(GLOBAL_VAR_F, T_INT), NULL},
    {"nothing", ADDRESS(wrap_nothing), FUNCTION(N, T_NOTHING), ADDRESS(nothing)},
    {"opaque", &variable, OP(GLOBAL_VAR, T_OPAQUE), NULL},
    {"open_items", ADDRESS(where_array), OP(GLOBAL_VAR_F, T_OPEN), NULL},
    {"sum", ADDRESS(wrap_sum), FUNCTION(V, T_SUM), ADDRESS(sum)},
    {"variable", &variable, OP(GLOBAL_VAR, T_INT), ADDRESS(sizeof variable)},
    {"wrong_size", &variable, OP(GLOBAL_VAR, T_INT), ADDRESS(8)},
};
static const struct _cffi_field_s fields[] = {
    {"x", 0, sizeof(int), OP(NOOP, T_INT)},
    {"y", sizeof(int), sizeof(int), OP(NOOP, T_INT)},
    {"hidden_before", 8, sizeof(int), OP(NOOP, T_INT)},
    {"at_4", 4, sizeof(int), OP(NOOP, T_INT)},
    {"too_large", 0, 8, OP(NOOP, T_INT)},
};
static const struct _cffi_struct_union_s struct_unions[] = {
    {"lazy", T_LAZY, 0, 16, 4, 2, 1},
    {"opaque", T_OPAQUE, _CFFI_F_OPAQUE, _CFFI_SIZE_OPAQUE, -1, -1, 0},
    {"point", T_POINT, _CFFI_F_CHECK_FIELDS, sizeof(struct point), sizeof(int), 0, 2},
    {"wrong_offset", T_WRONG_OFFSET, _CFFI_F_CHECK_FIELDS, 8, 4, 3, 1},
    {"wrong_size", T_WRONG_SIZE, _CFFI_F_CHECK_FIELDS, 8, 4, 4, 1},
};
static const struct _cffi_enum_s enums[] = {{"color", T_ENUM, _CFFI_PRIM_INT, "RED,GREEN,NEGATIVE"}};
static const struct _cffi_typename_s typenames[] = {{"point_t", T_POINT}};
#define COUNT(table) (int)(sizeof(table) / sizeof *(table))
#ifdef INCLUDES
static const char *const includes[] = {INCLUDES, NULL};
#define INCLUDES_OR_NULL includes
#else
#define INCLUDES_OR_NULL NULL
#endif
static const struct _cffi_type_context_s context = {
    types,
    globals,
    fields,
    struct_unions,
    enums,
    typenames,
    COUNT(globals),
    COUNT(struct_unions),
    COUNT(enums),
    COUNT(typenames),
    INCLUDES_OR_NULL,
    T_COUNT,
    _CFFI_CTX_EXTERN_PYTHON,
};

/* ---- the handshake ---- */

#define JOIN(a, b) a##b
#define INIT(name) JOIN(PyInit_, name)
PyMODINIT_FUNC INIT(NAME)(void)
{
    void *raw[_CFFI_RAW_COUNT] = {FULL_NAME, (void *)VERSION, exports, (void *)&context};
    PyObject *backend = PyImport_ImportModule("_cffi_backend");
    PyObject *module = NULL, *address = backend == NULL ? NULL : PyLong_FromVoidPtr(raw);
    if (address != NULL)
        module = PyObject_CallMethod(backend, "_init_cffi_1_0_external_module", "O", address);
    Py_XDECREF(backend);
    Py_XDECREF(address);
    return module;
}
