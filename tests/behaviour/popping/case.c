// transforms: private-dict-pop
// gone: _PyDict_Pop
// until: 3.12
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *with_default(PyObject *module, PyObject *args)
{
    PyObject *dict, *key, *fallback;
    if (!PyArg_ParseTuple(args, "OOO", &dict, &key, &fallback))
        return NULL;
    PyObject *value = _PyDict_Pop(dict, key, fallback);
    return value;
}

static PyObject *assigned(PyObject *module, PyObject *args)
{
    PyObject *dict, *key, *value;
    if (!PyArg_ParseTuple(args, "OO", &dict, &key))
        return NULL;
    value = _PyDict_Pop(dict, key, Py_None);
    return value;
}

static PyObject *must_be_there(PyObject *module, PyObject *args)
{
    PyObject *dict, *key, *value;
    if (!PyArg_ParseTuple(args, "OO", &dict, &key))
        return NULL;
    value = _PyDict_Pop(dict, key, NULL);
    return value;
}

static PyObject *may_be_there(PyObject *module, PyObject *args)
{
    PyObject *dict, *key, *value;
    if (!PyArg_ParseTuple(args, "OO", &dict, &key))
        return NULL;
    value = _PyDict_Pop(dict, key, NULL);
    if (value == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_KeyError))
            return NULL;
        PyErr_Clear();
        Py_RETURN_FALSE;
    }
    return value;
}

static PyObject *thrown_away(PyObject *module, PyObject *args)
{
    PyObject *dict, *key;
    if (!PyArg_ParseTuple(args, "OO", &dict, &key))
        return NULL;
    Py_XDECREF(_PyDict_Pop(dict, key, Py_None));
    if (PyErr_Occurred())
        return NULL;
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"with_default", with_default, METH_VARARGS, NULL},
    {"assigned", assigned, METH_VARARGS, NULL},
    {"must_be_there", must_be_there, METH_VARARGS, NULL},
    {"may_be_there", may_be_there, METH_VARARGS, NULL},
    {"thrown_away", thrown_away, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "case", NULL, -1, methods};

PyMODINIT_FUNC PyInit_case(void)
{
    return PyModule_Create(&definition);
}
