/* platform.h: compiler and platform tests; no other header has any. Pure C. */
#ifndef CFFI_BASE_PLATFORM_H
#define CFFI_BASE_PLATFORM_H

#include <limits.h> /* and with it what tells one C library from another */
#include <stddef.h>

#if defined(__GNUC__) || defined(__clang__)
#define LIKELY(condition)          __builtin_expect(!!(condition), 1)
#define UNLIKELY(condition)        __builtin_expect(!!(condition), 0)
#define COLD                       __attribute__((cold, noinline))
#define NOINLINE                   __attribute__((noinline))
#define ALWAYS_INLINE              inline __attribute__((always_inline))
#define PRINTF_LIKE(format, first) __attribute__((format(printf, format, first)))
#define THREAD_LOCAL               _Thread_local
#elif defined(_MSC_VER)
#define LIKELY(condition)   (condition)
#define UNLIKELY(condition) (condition)
#define COLD                __declspec(noinline)
#define NOINLINE            __declspec(noinline)
#define ALWAYS_INLINE       __forceinline
#define PRINTF_LIKE(format, first)
#define THREAD_LOCAL __declspec(thread)
#else
#error "unknown compiler: say in base/platform.h what it calls these"
#endif

/* What runs when a module is imported lies side by side, where the linker can do that: then only those pages of code are mapped for it. */
#ifdef __ELF__
#define AT_IMPORT __attribute__((section(".text.startup")))
#else
#define AT_IMPORT
#endif

/* How a variable of each thread is found in a library that may be loaded late. "initial-exec" is the quickest way, but glibc has room for few
 * variables of that kind: `import` would fail in a process where other libraries have taken it. A descriptor is nearly as quick and takes
 * room where there is some: AArch64's compilers use it anyway, those of x86-64 are seldom told to. */
#if defined(__x86_64__) && defined(__LP64__) && defined(__linux__) && !defined(__ANDROID__)
#define PLATFORM_TLS_DESCRIPTOR_X86 1
#else
#define PLATFORM_TLS_DESCRIPTOR_X86 0
#endif

/* Numbers shared by threads that do not hold the GIL: sequentially consistent. `where` is a long. */
#if defined(_MSC_VER)
#include <intrin.h>
#define ATOMIC_LOAD(where)         _InterlockedOr(&(where), 0)
#define ATOMIC_STORE(where, value) ((void)_InterlockedExchange(&(where), (value)))
#define ATOMIC_ADD(where, value)   (_InterlockedExchangeAdd(&(where), (value)) + (value)) /* the new value */
#define ATOMIC_SET_POINTER_IF(where, expected, value)                                                                  \
    (_InterlockedCompareExchangePointer((void *volatile *)&(where), (value), (expected)) == (expected))
#define ATOMIC_LOAD_POINTER(where) _InterlockedCompareExchangePointer((void *volatile *)&(where), NULL, NULL)
#else
#define ATOMIC_LOAD(where)                            __atomic_load_n(&(where), __ATOMIC_SEQ_CST)
#define ATOMIC_STORE(where, value)                    __atomic_store_n(&(where), (value), __ATOMIC_SEQ_CST)
#define ATOMIC_ADD(where, value)                      __atomic_add_fetch(&(where), (value), __ATOMIC_SEQ_CST)
#define ATOMIC_SET_POINTER_IF(where, expected, value) __sync_bool_compare_and_swap(&(where), (expected), (value))
#define ATOMIC_LOAD_POINTER(where)                    __atomic_load_n(&(where), __ATOMIC_SEQ_CST)
#endif

/* The alignment of memory from malloc(); data of a cdata is never aligned less. */
#define DATA_ALIGNMENT (_Alignof(max_align_t))

#if defined(_WIN32)
#define PLATFORM_WINDOWS  1
#define PLATFORM_CALLBACK __stdcall /* functions that the system calls */
#else
#define PLATFORM_WINDOWS 0
#define PLATFORM_CALLBACK
#endif

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define PLATFORM_BIG_ENDIAN 1
#else
#define PLATFORM_BIG_ENDIAN 0
#endif

/* Where C functions can be called without libffi (call/registers.h): 64-bit machines whose calling convention is written down there.
 * -DPLATFORM_REGISTERS=0 leaves all calls to libffi. */
#define PLATFORM_REGISTERS_X86   1 /* System V */
#define PLATFORM_REGISTERS_ARM64 2 /* AAPCS64, and Apple's */
#ifndef PLATFORM_REGISTERS
#if defined(__x86_64__) && defined(__LP64__) && !defined(_WIN32)
#define PLATFORM_REGISTERS PLATFORM_REGISTERS_X86
#elif defined(__aarch64__) && defined(__LP64__) && !defined(_WIN32) && !PLATFORM_BIG_ENDIAN
#define PLATFORM_REGISTERS PLATFORM_REGISTERS_ARM64
#else
#define PLATFORM_REGISTERS 0
#endif
#endif
#ifdef __APPLE__
#define PLATFORM_APPLE 1
#else
#define PLATFORM_APPLE 0
#endif

/* A function that calls others through pointers of another type on purpose. */
#ifdef __clang__
#define CALLS_ANY_TYPE __attribute__((no_sanitize("function")))
#else
#define CALLS_ANY_TYPE
#endif

/* Unnamed bit-fields count for the alignment of a struct. */
#if (defined(__arm__) || defined(__aarch64__)) && !defined(__APPLE__)
#define PLATFORM_ARM_BIT_FIELDS 1
#else
#define PLATFORM_ARM_BIT_FIELDS 0
#endif

/* What decides on the registers for a record passed by value: in records up to PLATFORM_RECORD_LIMIT bytes, what lies in each
 * word of 8 bytes (System V ABI of x86-64, section 3.2.3), or whether all is of one floating-point type (AAPCS64, section 5.9.5);
 * in others their size alone. */
#define PLATFORM_RECORDS_UNKNOWN     0
#define PLATFORM_RECORDS_BY_SIZE     1
#define PLATFORM_RECORDS_BY_WORD     2
#define PLATFORM_RECORDS_HOMOGENEOUS 3
#if defined(__x86_64__) && defined(__LP64__)
#define PLATFORM_RECORDS      PLATFORM_RECORDS_BY_WORD
#define PLATFORM_RECORD_LIMIT 16
#elif defined(__aarch64__) && defined(__LP64__)
#define PLATFORM_RECORDS      PLATFORM_RECORDS_HOMOGENEOUS
#define PLATFORM_RECORD_LIMIT 64
#elif defined(__x86_64__) || defined(_M_X64) || defined(__i386__) || defined(_M_IX86)
#define PLATFORM_RECORDS      PLATFORM_RECORDS_BY_SIZE
#define PLATFORM_RECORD_LIMIT (-1)
#else
#define PLATFORM_RECORDS      PLATFORM_RECORDS_UNKNOWN
#define PLATFORM_RECORD_LIMIT (-1)
#endif

#if defined(_WIN32) && !defined(_WIN64)
#define PLATFORM_HAS_STDCALL 1 /* elsewhere __stdcall is the ordinary convention */
#else
#define PLATFORM_HAS_STDCALL 0
#endif

#endif
