/* pyconfig.h for modules that keep to the limited API, on whatever platform the compiler compiles for: sizes are those that it says. */
#ifndef Py_PYCONFIG_H
#define Py_PYCONFIG_H

#define SIZEOF_SHORT        __SIZEOF_SHORT__
#define SIZEOF_INT          __SIZEOF_INT__
#define SIZEOF_LONG         __SIZEOF_LONG__
#define SIZEOF_LONG_LONG    __SIZEOF_LONG_LONG__
#define SIZEOF_FLOAT        __SIZEOF_FLOAT__
#define SIZEOF_DOUBLE       __SIZEOF_DOUBLE__
#define SIZEOF_VOID_P       __SIZEOF_POINTER__
#define SIZEOF_UINTPTR_T    __SIZEOF_POINTER__
#define SIZEOF_SIZE_T       __SIZEOF_SIZE_T__
#define SIZEOF_WCHAR_T      __SIZEOF_WCHAR_T__
#define SIZEOF__BOOL        1
#define ALIGNOF_LONG        __SIZEOF_LONG__
#define ALIGNOF_SIZE_T      __SIZEOF_SIZE_T__
#define ALIGNOF_MAX_ALIGN_T __BIGGEST_ALIGNMENT__

#define STDC_HEADERS           1
#define HAVE_ERRNO_H           1
#define HAVE_INTTYPES_H        1
#define HAVE_LIMITS_H          1
#define HAVE_LONG_LONG         1
#define HAVE_STDARG_PROTOTYPES 1
#define HAVE_STDDEF_H          1
#define HAVE_STDINT_H          1
#define HAVE_STDLIB_H          1
#define HAVE_STRING_H          1
#define HAVE_UINTPTR_T         1
#define HAVE_WCHAR_H           1
#define HAVE_PROTOTYPES        1
#define HAVE_STD_ATOMIC        1
#define HAVE_BUILTIN_ATOMIC    1
#define WITH_DOC_STRINGS       1
#define WITH_THREAD            1

#ifdef _WIN32
#define MS_WIN32
#define MS_WINDOWS
#ifdef _WIN64
#define MS_WIN64
#endif
#define NT_THREADS
#define COMPILER             "[cross]"
#define PYLONG_BITS_IN_DIGIT 30
#define HAVE_DECLSPEC_DLL    1
#define Py_ENABLE_SHARED     1
#define HAVE_SSIZE_T         1
#include <sys/types.h>
#else
#define HAVE_PTHREAD_H     1
#define HAVE_SSIZE_T       1
#define HAVE_SYS_STAT_H    1
#define HAVE_SYS_TIME_H    1
#define HAVE_SYS_TYPES_H   1
#define HAVE_SYS_SELECT_H  1
#define HAVE_UNISTD_H      1
#define HAVE_GCC_UINT128_T (__SIZEOF_POINTER__ == 8)
#define TIME_WITH_SYS_TIME 1
#endif

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define WORDS_BIGENDIAN              1
#define DOUBLE_IS_BIG_ENDIAN_IEEE754 1
#else
#define DOUBLE_IS_LITTLE_ENDIAN_IEEE754 1
#endif

#endif
