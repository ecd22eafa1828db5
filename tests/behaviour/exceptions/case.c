// transforms: err-fetch
// gone: PyErr_Fetch PyErr_Restore PyErr_NormalizeException
#define PY_SSIZE_T_CLEAN
#include <Python.h>

/* Calls `callable` and, whatever it raised, `cleanup`, whose own errors are dropped. */
static PyObject *protect(PyObject *module, PyObject *args)
{
    PyObject *callable, *cleanup;
    if (!PyArg_ParseTuple(args, "OO", &callable, &cleanup))
        return NULL;
    PyObject *result = PyObject_CallObject(callable, NULL);
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *cleaned = PyObject_CallObject(cleanup, NULL);
    if (cleaned == NULL)
        PyErr_Clear();
    Py_XDECREF(cleaned);
    PyErr_Restore(type, value, traceback);
    return result;
}

/* The same, but only with an exception. */
static PyObject *protect_if(PyObject *module, PyObject *args)
{
    PyObject *exc_type = NULL, *exc_value = NULL, *exc_tb = NULL;
    PyObject *callable, *cleanup, *result;
    if (!PyArg_ParseTuple(args, "OO", &callable, &cleanup))
        return NULL;
    result = PyObject_CallObject(callable, NULL);
    if (result == NULL)
        PyErr_Fetch(&exc_type, &exc_value, &exc_tb);
    PyObject *cleaned = PyObject_CallObject(cleanup, NULL);
    if (cleaned == NULL)
        PyErr_Clear();
    Py_XDECREF(cleaned);
    if (exc_type || exc_value || exc_tb)
        PyErr_Restore(exc_type, exc_value, exc_tb);
    return result;
}

/* What the exception says, instead of it. */
static PyObject *message(PyObject *module, PyObject *callable)
{
    PyObject *result = PyObject_CallObject(callable, NULL);
    if (result != NULL)
        return result;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    if (traceback != NULL) {
        PyException_SetTraceback(value, traceback);
    }
    result = PyObject_Str(value);
    if (result == NULL) {
        PyErr_Clear();
        PyErr_Restore(type, value, traceback);
        return NULL;
    }
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    return result;
}

/* LookupErrors are None. */
static PyObject *forgive(PyObject *module, PyObject *callable)
{
    PyObject *result = PyObject_CallObject(callable, NULL);
    if (result != NULL)
        return result;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    if (PyErr_GivenExceptionMatches(type, PyExc_LookupError)) {
        Py_DECREF(type);
        Py_XDECREF(value);
        Py_XDECREF(traceback);
        Py_RETURN_NONE;
    }
    PyErr_Restore(type, value, traceback);
    return NULL;
}

/* Calls all; the last exception wins. */
static PyObject *last(PyObject *module, PyObject *callables)
{
    PyObject *type = NULL;
    PyObject *value = NULL;
    PyObject *traceback = NULL;
    Py_ssize_t i;
    for (i = 0; i < PyList_GET_SIZE(callables); i++) {
        PyObject *result = PyObject_CallObject(PyList_GET_ITEM(callables, i), NULL);
        if (result == NULL) {
            Py_CLEAR(type);
            Py_CLEAR(value);
            Py_CLEAR(traceback);
            PyErr_Fetch(&type, &value, &traceback);
        }
        Py_XDECREF(result);
    }
    if (type != NULL) {
        PyErr_Restore(type, value, traceback);
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"protect", protect, METH_VARARGS, NULL},
    {"protect_if", protect_if, METH_VARARGS, NULL},
    {"message", message, METH_O, NULL},
    {"forgive", forgive, METH_O, NULL},
    {"last", last, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "case", NULL, -1, methods};

PyMODINIT_FUNC PyInit_case(void)
{
    return PyModule_Create(&definition);
}
