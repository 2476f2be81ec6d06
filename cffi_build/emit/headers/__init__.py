"""The headers that are pasted into generated C. The runtime includes the first of them, cffi_abi.h, from here."""
