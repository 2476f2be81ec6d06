/* Callgrind client requests, so that one valgrind process can count every case. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <valgrind/callgrind.h>
static PyObject *zero(PyObject *m, PyObject *n) { CALLGRIND_ZERO_STATS; Py_RETURN_NONE; }
static PyObject *dump(PyObject *m, PyObject *s)
{ const char *p = PyUnicode_AsUTF8(s); if (!p) return NULL; CALLGRIND_DUMP_STATS_AT(p); Py_RETURN_NONE; }
static PyObject *running(PyObject *m, PyObject *n) { return PyBool_FromLong(RUNNING_ON_VALGRIND); }
static PyMethodDef meths[] = { {"zero", zero, METH_NOARGS}, {"dump", dump, METH_O}, {"running", running, METH_NOARGS}, {NULL} };
static struct PyModuleDef def = { PyModuleDef_HEAD_INIT, "callgrind_control", NULL, -1, meths };
PyMODINIT_FUNC PyInit_callgrind_control(void) { return PyModule_Create(&def); }
