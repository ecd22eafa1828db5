/* Another translation unit of the same module: the header comes before Python.h, inside extern "C", and twice. */
#ifdef __cplusplus
extern "C" {
#endif
#include "capi_compat.h"
#ifdef __cplusplus
}
#endif
#include <Python.h>
#include "capi_compat.h"
#ifndef PYTHONCAPI_COMPAT
#  error "with this defined the other header adds nothing"
#endif

#ifdef __cplusplus
extern "C"
#endif
int capi_compat_test_other(void);

int
capi_compat_test_other(void)
{
    /* A backfill is a value too. */
    int (*convert)(PyObject *) = PyLong_AsInt;
    PyObject *number = PyLong_FromLong(41), *copy = Py_NewRef(number);
    int result = convert(copy) == 41;
    Py_DECREF(copy);
    Py_DECREF(number);
    return result;
}
