// transforms: module-add-object
// gone: PyModule_AddObject
#define PY_SSIZE_T_CLEAN
#include <Python.h>

/* A reference is made for the module, and dropped if it was not taken. */
static PyObject *careful(PyObject *self, PyObject *args)
{
    PyObject *module, *value;
    if (!PyArg_ParseTuple(args, "OO", &module, &value))
        return NULL;
    Py_INCREF(value);
    if (PyModule_AddObject(module, "value", value) < 0) {
        Py_DECREF(value);
        return NULL;
    }
    Py_RETURN_NONE;
}

/* The caller's own reference is given away. */
static PyObject *given(PyObject *self, PyObject *args)
{
    PyObject *module, *value;
    if (!PyArg_ParseTuple(args, "OO", &module, &value))
        return NULL;
    Py_INCREF(value);
    PyObject *owned = PyTuple_Pack(1, value);
    Py_DECREF(value);
    if (owned == NULL)
        return NULL;
    if (PyModule_AddObject(module, "value", owned) < 0) {
        Py_DECREF(owned);
        return NULL;
    }
    Py_RETURN_NONE;
}

/* A failure is not looked at: the reference leaks then. */
static PyObject *careless(PyObject *self, PyObject *args)
{
    PyObject *module, *value;
    if (!PyArg_ParseTuple(args, "OO", &module, &value))
        return NULL;
    Py_INCREF(value);
    PyModule_AddObject(module, "value", value);
    if (PyErr_Occurred())
        return NULL;
    Py_RETURN_NONE;
}

/* So it does here. */
static PyObject *fresh(PyObject *self, PyObject *args)
{
    PyObject *module, *value;
    if (!PyArg_ParseTuple(args, "OO", &module, &value))
        return NULL;
    if (PyModule_AddObject(module, "value", PyTuple_Pack(1, value)) < 0)
        return NULL;
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"careful", careful, METH_VARARGS, NULL},
    {"given", given, METH_VARARGS, NULL},
    {"careless", careless, METH_VARARGS, NULL},
    {"fresh", fresh, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "case", NULL, -1, methods};

PyMODINIT_FUNC PyInit_case(void)
{
    return PyModule_Create(&definition);
}
