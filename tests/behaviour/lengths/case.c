// transforms: format-length-not-clean
// until: 3.9
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <Python.h>

#if PY_MAJOR_VERSION >= 3
#define BYTES "y"
#else
#define BYTES "s"
#endif

static int total(const char *data, int length)
{
    int sum = 0, at;
    for (at = 0; at < length; at++)
        sum += (unsigned char)data[at];
    return sum;
}

/* Lengths beside other variables, guarded by what lies behind them. */
static PyObject *join(PyObject *module, PyObject *args, PyObject *kwds)
{
    static char *names[] = {"left", "flag", "right", NULL};
    const char *left, *right = NULL;
    int flag = 7, left_length = -5, before = 11, right_length = -6, after = 13;
    char text[200];

    if (!PyArg_ParseTupleAndKeywords(args, kwds, "s#|iz#", names, &left, &left_length, &flag, &right, &right_length))
        return NULL;
    if (right_length > (int)sizeof(text) / 4 || left_length > 100)
        return PyErr_Format(PyExc_ValueError, "%d and %d are too long by %d", left_length, right_length,
                            right_length - 50);
    sprintf(text, "%d/%d/%d/%d/%.*s", left_length, before, right_length, after, left_length, left);
    return Py_BuildValue("s#is#z#i", left, left_length, flag, text, (int)strlen(text), right,
                         right ? right_length : 0, total(left, left_length));
}

/* A buffer of a length that goes in and out. */
static PyObject *fill(PyObject *module, PyObject *args)
{
    char buffer[16], *pointer = buffer;
    int length = sizeof(buffer);
    if (!PyArg_ParseTuple(args, "es#", "utf-8", &pointer, &length))
        return NULL;
    length <<= 1;
    return Py_BuildValue("ii", length, total(buffer, length / 2));
}

/* Memory of the function's, whose length only comes out. */
static PyObject *copy(PyObject *module, PyObject *args)
{
    char *pointer = NULL;
    int length;
    PyObject *result;
    if (!PyArg_ParseTuple(args, "et#", "latin-1", &pointer, &length))
        return NULL;
    result = Py_BuildValue(BYTES "#", pointer, length--);
    PyMem_Free(pointer);
    Py_XDECREF(Py_BuildValue("i", length));
    return result;
}

/* A call with a length, and one without. */
static PyObject *apply(PyObject *module, PyObject *args)
{
    PyObject *callable, *first, *second;
    const char *data;
    static int length;
    short half;
    if (!PyArg_ParseTuple(args, "O" BYTES "#", &callable, &data, &length))
        return NULL;
    half = (short)(length / 2);
    first = PyObject_CallFunction(callable, "(" BYTES "#)", data, half);
    if (first == NULL)
        return NULL;
    second = PyObject_CallMethod(first, "__eq__", BYTES "#", data, length);
    if (second == NULL) {
        Py_DECREF(first);
        return NULL;
    }
    return Py_BuildValue("{s#:N,s:N,s:i}", "first of all", 5, first, "equal", second, "length", length);
}

static PyMethodDef methods[] = {
    {"join", (PyCFunction)(void (*)(void))join, METH_VARARGS | METH_KEYWORDS, NULL},
    {"fill", fill, METH_VARARGS, NULL},
    {"copy", copy, METH_VARARGS, NULL},
    {"apply", apply, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "case", NULL, -1, methods};

PyMODINIT_FUNC PyInit_case(void)
{
    return PyModule_Create(&definition);
}
