0#if PY_MAJOR_VERSION >= 3
#include <Python.h>
#endif

#ifndef Py_TPFLAGS_HAVE_GC
int x;
#endif
