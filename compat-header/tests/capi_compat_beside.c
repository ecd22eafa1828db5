/* A third translation unit: the header comes after another one with the same job. */
#include <Python.h>
#include "another_compat.h"
#include "capi_compat.h"

#ifdef __cplusplus
extern "C"
#endif
int capi_compat_test_beside(void);

int
capi_compat_test_beside(void)
{
    PyObject *number = PyLong_FromLong(4242), *copy = Py_NewRef(number), *name = PyLong_FromLong(1), *bytes;
    PyBytesWriter *writer = PyBytesWriter_Create(0);
    int result = PyLong_AsInt(copy) == 4242;
#if !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
    result = result && Py_REFCNT(number) == 2;
#endif
    /* Not a name: an error, but not the wrong answer. */
    result = result && PyObject_HasAttrWithError(number, name) == -1;
    PyErr_Clear();
    bytes = PyBytesWriter_Finish(writer);
    result = result && bytes != CAPI_COMPAT_NULL;
    Py_XDECREF(bytes);
    Py_DECREF(name);
    Py_DECREF(copy);
    Py_DECREF(number);
    return result;
}
