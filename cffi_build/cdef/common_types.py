"""The names that every text may use without declaring them: those of the C library, and those of Windows."""

from __future__ import annotations

from cffi_build.cdef.keywords import combine
from cffi_build.model import Pointer, Primitive, Record, Void, qualify
from cffi_build.primitives import PRIMITIVES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Optional

    from cffi_build.model import CType


FILE = Record("struct", "_IO_FILE")
"""The C library's ``FILE``, under its name in the binary interface; opaque, and never declared as a record."""

STANDARD_TYPES: Dict[str, CType] = {row.name: Primitive(row.name) for row in PRIMITIVES[1:] if " " not in row.name}
STANDARD_TYPES.update({
    "void": Void(),
    "unsigned": Primitive("unsigned int"),
    "signed": Primitive("int"),
    "bool": Primitive("_Bool"),
    "FILE": FILE,
    "__int128_t": Primitive("__int128"),
    "__uint128_t": Primitive("unsigned __int128"),
})
"""Types named by a single word."""

UNSIGNED_TYPES: Dict[str, CType] = {word: Primitive(f"unsigned {word}") for word in ("char", "short", "int", "long")}
"""Types named by ``unsigned`` and another word."""

USUAL_TYPES: Dict[str, CType] = {
    **{name: ctype for name, ctype in STANDARD_TYPES.items() if name != "void"},
    **{f"unsigned {word}": ctype for word, ctype in UNSIGNED_TYPES.items()},
    **{f"{word} *": Pointer(STANDARD_TYPES[word]) for word in ("void", "char", "int", "size_t", "uint8_t")},
    **{f"const {word} *": Pointer(qualify(STANDARD_TYPES[word], const=True)) for word in ("void", "char", "uint8_t")},
}
"""Types as they are usually written, a space between the tokens."""

OPAQUE_TYPES = frozenset({"va_list", "__builtin_va_list", "__gnuc_va_list"})
"""Types of the C library whose contents differ by platform: a first use declares ``typedef ... name;``."""

COMMON_TYPES: Dict[str, str] = {
    "ATOM": "WORD", "BOOL": "int", "BOOLEAN": "BYTE", "BYTE": "unsigned char", "CCHAR": "char", "CHAR": "char",
    "COLORREF": "DWORD", "DWORD": "unsigned long", "DWORDLONG": "ULONGLONG", "DWORD_PTR": "ULONG_PTR", "DWORD32": "unsigned int",
    "DWORD64": "unsigned long long", "FLOAT": "float", "HACCEL": "HANDLE", "HALF_PTR": "int", "HANDLE": "PVOID",
    "HBITMAP": "HANDLE", "HBRUSH": "HANDLE", "HCOLORSPACE": "HANDLE", "HCONV": "HANDLE", "HCONVLIST": "HANDLE",
    "HCURSOR": "HICON", "HDC": "HANDLE", "HDDEDATA": "HANDLE", "HDESK": "HANDLE", "HDROP": "HANDLE", "HDWP": "HANDLE",
    "HENHMETAFILE": "HANDLE", "HFILE": "int", "HFONT": "HANDLE", "HGDIOBJ": "HANDLE", "HGLOBAL": "HANDLE", "HHOOK": "HANDLE",
    "HICON": "HANDLE", "HINSTANCE": "HANDLE", "HKEY": "HANDLE", "HKL": "HANDLE", "HLOCAL": "HANDLE", "HMENU": "HANDLE",
    "HMETAFILE": "HANDLE", "HMODULE": "HINSTANCE", "HMONITOR": "HANDLE", "HPALETTE": "HANDLE", "HPEN": "HANDLE",
    "HRESULT": "LONG", "HRGN": "HANDLE", "HRSRC": "HANDLE", "HSZ": "HANDLE", "HWINSTA": "HANDLE", "HWND": "HANDLE",
    "INT": "int", "INT_PTR": "intptr_t", "INT8": "signed char", "INT16": "signed short", "INT32": "signed int",
    "INT64": "signed long long", "LANGID": "WORD", "LCID": "DWORD", "LCTYPE": "DWORD", "LGRPID": "DWORD", "LONG": "long",
    "LONGLONG": "long long", "LONG_PTR": "intptr_t", "LONG32": "signed int", "LONG64": "signed long long",
    "LPARAM": "LONG_PTR", "LPBOOL": "BOOL *", "LPBYTE": "BYTE *", "LPCOLORREF": "DWORD *", "LPCSTR": "const CHAR *",
    "LPCVOID": "const void *", "LPCWSTR": "const WCHAR *", "LPDWORD": "DWORD *", "LPHANDLE": "HANDLE *", "LPINT": "int *",
    "LPLONG": "long *", "LPSTR": "CHAR *", "LPVOID": "void *", "LPWORD": "WORD *", "LPWSTR": "WCHAR *", "LRESULT": "LONG_PTR",
    "PBOOL": "BOOL *", "PBOOLEAN": "BOOLEAN *", "PBYTE": "BYTE *", "PCHAR": "CHAR *", "PCSTR": "const CHAR *",
    "PCWSTR": "const WCHAR *", "PDWORD": "DWORD *", "PDWORDLONG": "DWORDLONG *", "PDWORD_PTR": "DWORD_PTR *",
    "PDWORD32": "DWORD32 *", "PDWORD64": "DWORD64 *", "PFLOAT": "FLOAT *", "PHALF_PTR": "HALF_PTR *", "PHANDLE": "HANDLE *",
    "PHKEY": "HKEY *", "PINT": "int *", "PINT_PTR": "INT_PTR *", "PINT8": "INT8 *", "PINT16": "INT16 *", "PINT32": "INT32 *",
    "PINT64": "INT64 *", "PLCID": "PDWORD", "PLONG": "LONG *", "PLONGLONG": "LONGLONG *", "PLONG_PTR": "LONG_PTR *",
    "PLONG32": "LONG32 *", "PLONG64": "LONG64 *", "PSHORT": "SHORT *", "PSIZE_T": "SIZE_T *", "PSSIZE_T": "SSIZE_T *",
    "PSTR": "CHAR *", "PUCHAR": "UCHAR *", "PUHALF_PTR": "UHALF_PTR *", "PUINT": "UINT *", "PUINT_PTR": "UINT_PTR *",
    "PUINT8": "UINT8 *", "PUINT16": "UINT16 *", "PUINT32": "UINT32 *", "PUINT64": "UINT64 *", "PULONG": "ULONG *",
    "PULONGLONG": "ULONGLONG *", "PULONG_PTR": "ULONG_PTR *", "PULONG32": "ULONG32 *", "PULONG64": "ULONG64 *",
    "PUSHORT": "USHORT *", "PVOID": "void *", "PWCHAR": "WCHAR *", "PWORD": "WORD *", "PWSTR": "WCHAR *", "QWORD": "unsigned long long",
    "SC_HANDLE": "HANDLE", "SC_LOCK": "LPVOID", "SERVICE_STATUS_HANDLE": "HANDLE", "SHORT": "short", "SIZE_T": "ULONG_PTR",
    "SSIZE_T": "LONG_PTR", "UCHAR": "unsigned char", "UHALF_PTR": "unsigned int",
    "UINT": "unsigned int", "UINT_PTR": "uintptr_t", "UINT8": "unsigned char", "UINT16": "unsigned short",
    "UINT32": "unsigned int", "UINT64": "unsigned long long", "ULONG": "unsigned long", "ULONGLONG": "unsigned long long",
    "ULONG_PTR": "uintptr_t", "ULONG32": "unsigned int", "ULONG64": "unsigned long long", "USHORT": "unsigned short",
    "USN": "LONGLONG", "VOID": "void", "WCHAR": "wchar_t", "WORD": "unsigned short", "WPARAM": "UINT_PTR",
}
"""The names of Windows (MS-DTYP and "Windows Data Types"), each in terms of C or of another one."""


UNICODE_TYPES = frozenset({"TCHAR", "TBYTE", "LPTSTR", "LPCTSTR", "PTSTR", "PCTSTR", "PTCHAR", "PTBYTE"})
"""Names that mean something only after ``ffi.set_unicode()``, which declares them."""


def common_type(name: str) -> Optional[CType]:
    """Return what a name of Windows means, None when it is not one."""
    text = COMMON_TYPES.get(name)
    return None if text is None else _resolve(text)


def _resolve(text: str) -> CType:
    if text.endswith(" *"):
        return Pointer(_resolve(text[:-2]))
    if text.startswith("const "):
        return qualify(_resolve(text[6:]), const=True)
    ctype = STANDARD_TYPES.get(text) or combine(text.split()) or common_type(text)
    assert ctype is not None, text
    return ctype
