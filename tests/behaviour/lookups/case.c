// transforms: error-of-failed-lookup mapping-get-item-string iter-next dict-delete-missing
// gone: PyObject_GetAttr PyObject_GetAttrString PyObject_GetItem PyMapping_GetItemString PyIter_Next PyDict_DelItem PyErr_ExceptionMatches
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *or_none(PyObject *module, PyObject *op)
{
    PyObject *value;
    value = PyObject_GetAttrString(op, "name");
    if (value == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_AttributeError))
            return NULL;
        PyErr_Clear();
        Py_INCREF(Py_None);
        value = Py_None;
    }
    return value;
}

static PyObject *exits(PyObject *module, PyObject *op)
{
    PyObject *value = PyObject_GetAttrString(op, "name");
    if (value == NULL) {
        if (PyErr_ExceptionMatches(PyExc_AttributeError)) {
            PyErr_Clear();
            return PyLong_FromLong(0);
        }
        PyErr_SetString(PyExc_OSError, "failed");
        return NULL;
    }
    Py_DECREF(value);
    return PyLong_FromLong(1);
}

static PyObject *chain(PyObject *module, PyObject *op)
{
    long found = 0;
    PyObject *value = PyObject_GetAttrString(op, "name");
    if (value) {
        found = 1;
        Py_DECREF(value);
    }
    else if (PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear();
        found = 2;
    }
    else {
        return NULL;
    }
    return PyLong_FromLong(found);
}

static PyObject *swallow(PyObject *module, PyObject *op)
{
    PyObject *value;
    if ((value = PyObject_GetAttrString(op, "name")) == NULL) {
        PyErr_Clear();
        return PyLong_FromLong(-1);
    }
    return value;
}

static PyObject *only_absent(PyObject *module, PyObject *args)
{
    PyObject *op, *name, *fallback;
    if (!PyArg_ParseTuple(args, "OOO", &op, &name, &fallback))
        return NULL;
    PyObject *value = PyObject_GetAttr(op, name);
    if (value == NULL && PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear();
        Py_INCREF(fallback);
        value = fallback;
    }
    return value;
}

static PyObject *other_error(PyObject *module, PyObject *op)
{
    PyObject *value = PyObject_GetAttrString(op, "name");
    if (value == NULL) {
        if (PyErr_ExceptionMatches(PyExc_AttributeError))
            PyErr_SetString(PyExc_TypeError, "it must have a name");
        return NULL;
    }
    return value;
}

static PyObject *item(PyObject *module, PyObject *args)
{
    PyObject *op, *key;
    if (!PyArg_ParseTuple(args, "OO", &op, &key))
        return NULL;
    PyObject *value = PyObject_GetItem(op, key);
    if (value != NULL)
        return value;
    if (!PyErr_ExceptionMatches(PyExc_KeyError))
        return NULL;
    PyErr_Clear();
    Py_RETURN_NONE;
}

static PyObject *title(PyObject *module, PyObject *op)
{
    PyObject *value = PyMapping_GetItemString(op, "title");
    if (value == NULL) {
        PyErr_Clear();
        Py_RETURN_FALSE;
    }
    return value;
}

static PyObject *first(PyObject *module, PyObject *op)
{
    PyObject *result;
    PyObject *iterator = PyObject_GetIter(op);
    if (iterator == NULL)
        return NULL;
    result = PyIter_Next(iterator);
    if (result == NULL) {
        if (PyErr_Occurred())
            goto done;
        Py_INCREF(Py_None);
        result = Py_None;
    }
done:
    Py_DECREF(iterator);
    return result;
}

static PyObject *count(PyObject *module, PyObject *op)
{
    PyObject *item;
    long n = 0;
    PyObject *iterator = PyObject_GetIter(op);
    if (iterator == NULL)
        return NULL;
    while ((item = PyIter_Next(iterator))) {
        Py_DECREF(item);
        n++;
    }
    Py_DECREF(iterator);
    if (PyErr_Occurred())
        return NULL;
    return PyLong_FromLong(n);
}

static PyObject *forget(PyObject *module, PyObject *args)
{
    PyObject *dict, *key;
    long missing = 0;
    if (!PyArg_ParseTuple(args, "OO", &dict, &key))
        return NULL;
    if (PyDict_DelItem(dict, key) < 0) {
        if (!PyErr_ExceptionMatches(PyExc_KeyError))
            return NULL;
        PyErr_Clear();
        missing = 1;
    }
    return PyLong_FromLong(missing);
}

static PyObject *forget_status(PyObject *module, PyObject *args)
{
    PyObject *dict, *key;
    int status;
    if (!PyArg_ParseTuple(args, "OO", &dict, &key))
        return NULL;
    status = PyDict_DelItem(dict, key);
    if (status < 0 && PyErr_ExceptionMatches(PyExc_KeyError)) {
        PyErr_SetString(PyExc_AttributeError, "not there");
    }
    if (status < 0)
        return NULL;
    return PyLong_FromLong(status);
}

static PyMethodDef methods[] = {
    {"or_none", or_none, METH_O, NULL},
    {"exits", exits, METH_O, NULL},
    {"chain", chain, METH_O, NULL},
    {"swallow", swallow, METH_O, NULL},
    {"only_absent", only_absent, METH_VARARGS, NULL},
    {"other_error", other_error, METH_O, NULL},
    {"item", item, METH_VARARGS, NULL},
    {"title", title, METH_O, NULL},
    {"first", first, METH_O, NULL},
    {"count", count, METH_O, NULL},
    {"forget", forget, METH_VARARGS, NULL},
    {"forget_status", forget_status, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "case", NULL, -1, methods};

PyMODINIT_FUNC PyInit_case(void)
{
    return PyModule_Create(&definition);
}
