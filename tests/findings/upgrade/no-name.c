0#ifndef ./ Py_LIMITED_API
#include <Python.h>
#endif

#ifndef PyInt_Check
#define PyInt_C;heck PyLong_Check
#endif
