/* cffi_module.h: what a generated module needs around Python.h.  It is pasted into the module below cffi_abi.h.
 *
 * Before it, the module may define
 *   _CFFI_LIMITED_API    the lowest Python whose stable ABI is enough, as Py_LIMITED_API spells it
 *   _CFFI_VERSION        the handshake to ask for (_CFFI_VERSION_BASIC, ...)
 *   _CFFI_FREE_THREADED  the user's C code may run without the GIL
 *   _CFFI_EMBEDDING      the module is part of a library that starts Python
 *   _CFFI_ENUM_CLASSES   { "enum color", 0 }, ... : enums that get a class of Python's, and whether it is an IntFlag
 * and on the compiler's command line _CFFI_NO_LIMITED_API switches the first off.
 */

/* ---- Python.h ---------------------------------------------------------------------------------------------------
 *
 * The stable ABI is for ordinary builds of the interpreter: debug and free-threaded ones have none that fits.
 * On Windows pyconfig.h picks the library to link by Py_LIMITED_API, so that the decision must come before it.
 */

#if defined(_CFFI_LIMITED_API) && !defined(_CFFI_NO_LIMITED_API) && !defined(Py_LIMITED_API)
#ifdef _MSC_VER
#if !defined(_DEBUG) && !defined(Py_GIL_DISABLED)
#define Py_LIMITED_API _CFFI_LIMITED_API
#endif
#else
#include <pyconfig.h>
#if !defined(Py_DEBUG) && !defined(Py_TRACE_REFS) && !defined(Py_GIL_DISABLED)
#define Py_LIMITED_API _CFFI_LIMITED_API
#endif
#endif
#endif

#include <Python.h>

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#ifndef __cplusplus
#include <stdbool.h>
#endif

#define _CFFI_ /* for the user's code: it is compiled into a generated module */

/* ---- compilers ------------------------------------------------------------------------------------------------ */

#ifdef _MSC_VER
#define _CFFI_UNUSED
#define _CFFI_NOINLINE   __declspec(noinline)
#define _CFFI_ALIGNED(n) __declspec(align(n))
#define _CFFI_PACKED
#define _CFFI_PACK_BEGIN __pragma(pack(push, 1))
#define _CFFI_PACK_END   __pragma(pack(pop))
#define _cffi_alignof(T) __alignof(T)
#else
#define _CFFI_UNUSED     __attribute__((unused))
#define _CFFI_NOINLINE   __attribute__((noinline))
#define _CFFI_ALIGNED(n) __attribute__((aligned(n)))
#define _CFFI_PACKED     __attribute__((packed))
#define _CFFI_PACK_BEGIN
#define _CFFI_PACK_END
#define _cffi_alignof(T) __alignof__(T)
#endif

#if defined(_WIN32) && !defined(_WIN64)
#define _cffi_stdcall __stdcall
#else
#define _cffi_stdcall
#endif

#ifndef CFFI_DLLEXPORT
#ifdef _WIN32
#define CFFI_DLLEXPORT __declspec(dllexport)
#else
#define CFFI_DLLEXPORT __attribute__((visibility("default")))
#endif
#endif

#ifdef __cplusplus
typedef bool _cffi_bool_t;
typedef char16_t _cffi_char16_t;
typedef char32_t _cffi_char32_t;
#if !defined(__clang__) && !defined(_Static_assert)
#define _Static_assert static_assert
#endif
#else
typedef _Bool _cffi_bool_t;
typedef uint_least16_t _cffi_char16_t;
typedef uint_least32_t _cffi_char32_t;
#ifdef _MSC_VER
#define _Static_assert(condition, message) _cffi_assert_at(condition, __LINE__)
#define _cffi_assert_at(condition, line)    _cffi_assert_named(condition, line)
#define _cffi_assert_named(condition, line) typedef char _cffi_disagrees_in_line_##line[(condition) ? 1 : -1]
#endif
#endif

#ifdef _MSC_VER
typedef Py_ssize_t _cffi_ssize_t;
#ifdef __cplusplus
#include <complex>
typedef std::complex<float> _cffi_float_complex_t;
typedef std::complex<double> _cffi_double_complex_t;
typedef std::complex<long double> _cffi_long_double_complex_t;
#else
#include <complex.h>
typedef _Fcomplex _cffi_float_complex_t;
typedef _Dcomplex _cffi_double_complex_t;
typedef _Lcomplex _cffi_long_double_complex_t;
#endif
#else
#include <sys/types.h>
typedef ssize_t _cffi_ssize_t;
typedef float _Complex _cffi_float_complex_t;
typedef double _Complex _cffi_double_complex_t;
typedef long double _Complex _cffi_long_double_complex_t;
#endif

/* ---- types whose size the C compiler tells -------------------------------------------------------------------- */

#define _cffi_prim_int(size, is_signed)                                                                                \
    ((size) == 1   ? ((is_signed) ? _CFFI_PRIM_INT8 : _CFFI_PRIM_UINT8)                                                \
     : (size) == 2 ? ((is_signed) ? _CFFI_PRIM_INT16 : _CFFI_PRIM_UINT16)                                              \
     : (size) == 4 ? ((is_signed) ? _CFFI_PRIM_INT32 : _CFFI_PRIM_UINT32)                                              \
     : (size) == 8 ? ((is_signed) ? _CFFI_PRIM_INT64 : _CFFI_PRIM_UINT64)                                              \
                   : _CFFI_PRIM_UNKNOWN_INTEGER)

#define _cffi_prim_float(T)                                                                                            \
    ((T)0.5 == (T)0                     ? _CFFI_PRIM_UNKNOWN_FLOAT                                                     \
     : sizeof(T) == sizeof(float)       ? _CFFI_PRIM_FLOAT                                                             \
     : sizeof(T) == sizeof(double)      ? _CFFI_PRIM_DOUBLE                                                            \
     : sizeof(T) == sizeof(long double) ? _CFFI_PRIM_UNKNOWN_LONG_DOUBLE                                               \
                                        : _CFFI_PRIM_UNKNOWN_FLOAT)

/* ---- what the compiler checks: conditions of _Static_assert, which stands in the line of the declaration ------- */

#define _cffi_is_signed(T) (((T)-1) <= 0)

#define _cffi_same_size(value, T) (sizeof(value) == sizeof(T))
#ifdef __GNUC__
#define _cffi_same_integer(value, T)                                                                                   \
    (_cffi_same_size(value, T) && _cffi_is_signed(__typeof__(value)) == _cffi_is_signed(T))
#else
#define _cffi_same_integer(value, T) _cffi_same_size(value, T)
#endif

/* Only a value that the compiler knows can be compared by it; the runtime compares every value. */
#define _cffi_same_value(value, said)                                                                                  \
    ((((value) <= 0) == ((said) <= 0)) && (unsigned long long)(value) == (unsigned long long)(said))
#if defined(__GNUC__) && !defined(__clang__) && !defined(__cplusplus)
#define _cffi_agrees(value, said) __builtin_choose_expr(__builtin_constant_p(value), _cffi_same_value(value, said), 1)
#elif defined(__GNUC__)
#define _cffi_agrees(value, said) (__builtin_constant_p(value) ? _cffi_same_value(value, said) : 1)
#else
#define _cffi_agrees(value, said) 1
#endif

/* ---- rows of the tables: the ordinary ones ----------------------------------------------------------------------- */

#define _CFFI_CALLED(name)         (void *)_cffi_f_##name, (void *)_cffi_a_##name
#define _CFFI_FIELD(T, name, type) NULL, offsetof(T, name), sizeof(((T *)0)->name), _CFFI_OP(_CFFI_OP_NOOP, type)

/* ---- the address of a function: that of the user's if it is of the type that the cdef says, else that of ours which calls it.
 * (In C++ and on Windows the former need not be a constant.) */

#if defined(__GNUC__) && !defined(__cplusplus) && !defined(_WIN32)
#define _cffi_address(name, wrapper)                                                                                   \
    __builtin_choose_expr(__builtin_types_compatible_p(__typeof__(&(name)), __typeof__(&wrapper)), (name), (wrapper))
#else
#define _cffi_address(name, wrapper) (wrapper)
#endif

/* ---- constants: what `_cffi_integer_constant` does for each ---------------------------------------------------- */

#define _cffi_tell(constant)                                                                                           \
    *value = (unsigned long long)(constant);                                                                           \
    return (constant) <= 0 ? _CFFI_CONST_NOT_POSITIVE : 0

#define _cffi_tell_and_compare(constant, said)                                                                         \
    *value = (unsigned long long)(constant);                                                                           \
    return ((constant) <= 0 ? _CFFI_CONST_NOT_POSITIVE : 0) |                                                          \
           (_cffi_same_value(constant, said) ? 0 : _CFFI_CONST_DIFFERS)

/* ---- tables: names, addresses and opcodes are put in when they are needed, which spares the dynamic linker as many relocations ---- */

static void _cffi_complete_tables(void); /* generated */
static int _cffi_is_complete;

/* `each` names lie in a string, a zero behind every one; `first` is the name of the first row. */
static _CFFI_UNUSED void _cffi_set_names(const char **first, size_t row_size, const char *const *names, int each,
                                         int count)
{
    const char *name = NULL;
    int i;

    for (i = 0; i < count; i++) {
        name = i % each == 0 ? names[i / each] : name + strlen(name) + 1;
        *(const char **)((char *)first + (size_t)i * row_size) = name;
    }
}

typedef void *_cffi_address_t[2]; /* what a row has in `address` and `size_or_direct_fn` */

/* Integer constants share an address, and the other rows have one each. */
static _CFFI_UNUSED void _cffi_set_globals(struct _cffi_global_s *rows, int count, const _cffi_opcode_t *opcodes,
                                           const _cffi_address_t *addresses, void *integer_constant)
{
    int i;

    for (i = 0; i < count; i++) {
        int operation = _CFFI_GETOP(opcodes[i]);
        rows[i].type_op = opcodes[i];
        rows[i].address = integer_constant;
        if (operation != _CFFI_OP_CONSTANT_INT && operation != _CFFI_OP_ENUM) {
            rows[i].address = (*addresses)[0];
            rows[i].size_or_direct_fn = (*addresses++)[1];
        }
    }
}

/* ---- what the runtime exports --------------------------------------------------------------------------------- */

static void *_cffi_exports[_CFFI_EXPORTS_CHAR16];

#define _cffi_export(number, type) ((type)_cffi_exports[number])

#define _cffi_to_c_i8          _cffi_export(_CFFI_EXPORT_TO_C_I8, int (*)(PyObject *))
#define _cffi_to_c_u8          _cffi_export(_CFFI_EXPORT_TO_C_U8, int (*)(PyObject *))
#define _cffi_to_c_i16         _cffi_export(_CFFI_EXPORT_TO_C_I16, int (*)(PyObject *))
#define _cffi_to_c_u16         _cffi_export(_CFFI_EXPORT_TO_C_U16, int (*)(PyObject *))
#define _cffi_to_c_i32         _cffi_export(_CFFI_EXPORT_TO_C_I32, int (*)(PyObject *))
#define _cffi_to_c_u32         _cffi_export(_CFFI_EXPORT_TO_C_U32, unsigned int (*)(PyObject *))
#define _cffi_to_c_i64         _cffi_export(_CFFI_EXPORT_TO_C_I64, long long (*)(PyObject *))
#define _cffi_to_c_u64         _cffi_export(_CFFI_EXPORT_TO_C_U64, unsigned long long (*)(PyObject *))
#define _cffi_to_c_char        _cffi_export(_CFFI_EXPORT_TO_C_CHAR, int (*)(PyObject *))
#define _cffi_from_c_pointer   _cffi_export(_CFFI_EXPORT_FROM_C_POINTER, PyObject *(*)(char *, _cffi_opcode_t))
#define _cffi_to_c_pointer     _cffi_export(_CFFI_EXPORT_TO_C_POINTER, char *(*)(PyObject *, _cffi_opcode_t))
#define _cffi_restore_errno    _cffi_export(_CFFI_EXPORT_RESTORE_ERRNO, void (*)(void))
#define _cffi_save_errno       _cffi_export(_CFFI_EXPORT_SAVE_ERRNO, void (*)(void))
#define _cffi_from_char        _cffi_export(_CFFI_EXPORT_FROM_C_CHAR, PyObject *(*)(char))
#define _cffi_from_c_deref     _cffi_export(_CFFI_EXPORT_FROM_C_DEREF, PyObject *(*)(char *, _cffi_opcode_t))
#define _cffi_to_c             _cffi_export(_CFFI_EXPORT_TO_C, int (*)(char *, _cffi_opcode_t, PyObject *))
#define _cffi_from_c_struct    _cffi_export(_CFFI_EXPORT_FROM_C_STRUCT, PyObject *(*)(char *, _cffi_opcode_t))
#define _cffi_to_c_wchar_t     _cffi_export(_CFFI_EXPORT_TO_C_WCHAR_T, wchar_t (*)(PyObject *))
#define _cffi_from_wchar_t     _cffi_export(_CFFI_EXPORT_FROM_C_WCHAR_T, PyObject *(*)(wchar_t))
#define _cffi_to_c_long_double _cffi_export(_CFFI_EXPORT_TO_C_LONG_DOUBLE, long double (*)(PyObject *))
#define _cffi_to_c_bool        _cffi_export(_CFFI_EXPORT_TO_C_BOOL, _cffi_bool_t (*)(PyObject *))
#define _cffi_prepare_pointer                                                                                          \
    _cffi_export(_CFFI_EXPORT_PREPARE_POINTER, Py_ssize_t (*)(_cffi_opcode_t, PyObject *, char **))
#define _cffi_convert_array _cffi_export(_CFFI_EXPORT_CONVERT_ARRAY, int (*)(char *, _cffi_opcode_t, PyObject *))
#ifdef _CFFI_EMBEDDING /* see cffi_embed.h */
static void _cffi_call_embedded(struct _cffi_externpy_s *function, char *data);
static _CFFI_UNUSED int cffi_start_python(void); /* for the user's code; 0 or -1 */
#define _cffi_call_python _cffi_call_embedded
#else
#define _cffi_call_python _cffi_export(_CFFI_EXPORT_CALL_PYTHON, void (*)(struct _cffi_externpy_s *, char *))
#endif
#define _cffi_to_c_wchar3216_t _cffi_export(_CFFI_EXPORT_TO_C_WCHAR3216_T, int (*)(PyObject *))
#define _cffi_from_wchar3216_t _cffi_export(_CFFI_EXPORT_FROM_C_WCHAR3216_T, PyObject *(*)(int))

#ifndef PYPY_VERSION

/* ---- the handshake -------------------------------------------------------------------------------------------- */

#ifdef _CFFI_FREE_THREADED
#define _CFFI_GIL Py_MOD_GIL_NOT_USED
#else
#define _CFFI_GIL Py_MOD_GIL_USED /* said aloud: the runtime sets the other for old modules, which say nothing */
#endif

/* What runs when the module is imported lies at the beginning, beside what the linker adds: fewer pages are mapped for it. */
#if defined(__GNUC__) && defined(__ELF__)
#define _CFFI_AT_IMPORT __attribute__((section(".text.startup")))
#else
#define _CFFI_AT_IMPORT
#endif

static void *_cffi_extra[_CFFI_EXTRA_COUNT];

/* The runtime's function for modules with an extension, or else the published one, which reads the tables at once. */
static PyObject *_cffi_get_init(PyObject *runtime)
{
    PyObject *init = PyObject_GetAttrString(runtime, "_init_cffi_3_0_module");

    if (init != NULL)
        return init;
    PyErr_Clear();
    _cffi_complete_tables();
    return PyObject_GetAttrString(runtime, "_init_cffi_1_0_external_module");
}

#ifdef _CFFI_ENUM_CLASSES
static int _cffi_make_enum_classes(PyObject *module)
{
    static const struct {
        const char *type;
        int is_flag;
    } enums[] = {_CFFI_ENUM_CLASSES};
    PyObject *ffi = PyObject_GetAttrString(module, "ffi");
    int result = ffi == NULL ? -1 : 0;
    size_t i;

    for (i = 0; result == 0 && i < sizeof(enums) / sizeof(*enums); i++) {
        PyObject *made = PyObject_CallMethod(ffi, "enum_class", "si", enums[i].type, enums[i].is_flag);
        result = made == NULL ? -1 : 0;
        Py_XDECREF(made); /* the type keeps it */
    }
    Py_XDECREF(ffi);
    return result;
}
#else
#define _cffi_make_enum_classes(module) 0
#endif

_CFFI_AT_IMPORT static PyObject *_cffi_make_module(const char *name, const struct _cffi_extension_s *extension)
{
    const void *raw[_CFFI_RAW_COUNT_EXTENDED];
    PyObject *runtime, *init, *address, *module = NULL;

    raw[_CFFI_RAW_MODULE_NAME] = name;
    raw[_CFFI_RAW_VERSION] = (const void *)(uintptr_t)_CFFI_VERSION;
    raw[_CFFI_RAW_EXPORTS] = _cffi_exports;
    raw[_CFFI_RAW_CONTEXT] = extension->context;
    raw[_CFFI_RAW_EXTENSION] = extension;
    runtime = PyImport_ImportModule("_cffi_backend");
    if (runtime == NULL)
        return NULL;
    init = _cffi_get_init(runtime);
    address = PyLong_FromVoidPtr(raw);
    if (init != NULL && address != NULL)
        module = PyObject_CallFunctionObjArgs(init, address, NULL);
    if (module != NULL && _cffi_make_enum_classes(module) < 0)
        Py_CLEAR(module);
    Py_XDECREF(address);
    Py_XDECREF(init);
    Py_DECREF(runtime);
#ifdef Py_GIL_DISABLED
    if (module != NULL && PyUnstable_Module_SetGIL(module, _CFFI_GIL) < 0)
        Py_CLEAR(module);
#endif
    return module;
}

#define _CFFI_DEFINE_INIT(base_name, full_name)                                                                        \
    PyMODINIT_FUNC PyInit_##base_name(void) _CFFI_AT_IMPORT;                                                           \
    PyMODINIT_FUNC PyInit_##base_name(void)                                                                            \
    {                                                                                                                  \
        return _cffi_make_module(full_name, &_cffi_extension);                                                         \
    }

#else /* PyPy calls the functions and reads the tables itself */

#ifdef __cplusplus
#define _CFFI_EXTERN_C extern "C"
#else
#define _CFFI_EXTERN_C
#endif

#define _CFFI_PYPY_EXTERN_PYTHON 0x0A03 /* from this version on, p[1] is the function for extern "Python" */

#define _CFFI_DEFINE_INIT(base_name, full_name)                                                                        \
    _CFFI_EXTERN_C CFFI_DLLEXPORT void _cffi_pypyinit_##base_name(const void *p[]);                                    \
    _CFFI_EXTERN_C CFFI_DLLEXPORT void _cffi_pypyinit_##base_name(const void *p[])                                     \
    {                                                                                                                  \
        if ((_cffi_context.flags & _CFFI_CTX_EXTERN_PYTHON) && (intptr_t)p[0] >= _CFFI_PYPY_EXTERN_PYTHON)             \
            _cffi_exports[_CFFI_EXPORT_CALL_PYTHON] = (void *)p[1];                                                    \
        _cffi_complete_tables();                                                                                       \
        p[0] = (const void *)(uintptr_t)_CFFI_VERSION;                                                                 \
        p[1] = &_cffi_context;                                                                                         \
    }

#endif
