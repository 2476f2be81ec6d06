/* py.h: Python.h and what every file needs around it. Include this first, never Python.h itself. */
#ifndef CFFI_BASE_PY_H
#define CFFI_BASE_PY_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <structmember.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/platform.h"
#include "base/compat.h"
#include "base/ft.h"

#endif
