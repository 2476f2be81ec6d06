/* errno_tls.c: what each thread keeps about its C calls. Pure C. */
#include "base/errno_tls.h"

#if PLATFORM_TLS_DESCRIPTOR_X86
/* The descriptor's function gives the distance from the thread pointer. In a function of its own, since glibc before 2.39 forgets to save
 * vector registers when it has to make the record (its bug 31372), which nobody expects to survive a call. */
__attribute__((used)) THREAD_LOCAL ThreadRecord thread_record;
__asm__(".pushsection .text\n"
        ".p2align 4\n"
        ".globl thread_record_here\n"
        ".hidden thread_record_here\n"
        ".type thread_record_here, @function\n"
        "thread_record_here:\n"
        "    .cfi_startproc\n"
        "    subq $8, %rsp\n"
        "    .cfi_adjust_cfa_offset 8\n"
        "    leaq thread_record@TLSDESC(%rip), %rax\n"
        "    call *thread_record@TLSCALL(%rax)\n"
        "    addq %fs:0, %rax\n"
        "    addq $8, %rsp\n"
        "    .cfi_adjust_cfa_offset -8\n"
        "    ret\n"
        "    .cfi_endproc\n"
        ".size thread_record_here, . - thread_record_here\n"
        ".popsection\n");
#else
THREAD_LOCAL ThreadRecord thread_record;
#endif

#if PLATFORM_WINDOWS
#include <windows.h>

void errno_save_last_error(ThreadRecord *thread)
{
    thread->saved_last_error = GetLastError();
}

void errno_restore_last_error(const ThreadRecord *thread)
{
    SetLastError(thread->saved_last_error);
}
#endif
