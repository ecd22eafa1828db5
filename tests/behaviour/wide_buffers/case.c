// transforms: argument-format-wide unicode-wide-buffer
// gone: PyUnicode_AS_UNICODE PyUnicode_AsUnicode PyUnicode_AsUnicodeAndSize
// until: 3.11
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <string.h>
#include <wchar.h>

/* Two buffers with and without a length, and several ways out. */
static PyObject *find(PyObject *module, PyObject *args)
{
    const wchar_t *text, *stop;
    Py_ssize_t size, at;

    if (!PyArg_ParseTuple(args, "u#u:find", &text, &size, &stop))
        return NULL;
    for (at = 0; at < size; at++) {
        if (text[at] != 0 && wcschr(stop, text[at]) != NULL)
            break;
    }
    if (at == size)
        Py_RETURN_NONE;
    return PyUnicode_FromWideChar(text + at, size - at);
}

/* An argument that may be left out, a pointer that moves, a label that all ways lead to. */
static PyObject *spaces(PyObject *module, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"flag", "text", NULL};
    const Py_UNICODE *text = NULL, *p;
    PyObject *result = NULL;
    int flag, n = 0;

    if (!PyArg_ParseTupleAndKeywords(args, keywords, "i|u", names, &flag, &text)) {
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback);
        PyErr_Restore(type, value, traceback);
        goto done;
    }
    if (text == NULL) {
        result = PyLong_FromLong(-1);
        goto done;
    }
    for (p = text; *p; p++)
        n += *p == ' ';
    if (flag < 0) {
        PyErr_Format(PyExc_ValueError, "%d and %d", flag, n);
        goto done;
    }
    if (flag > 1)
        return PyLong_FromSsize_t(p - text);
    result = PyLong_FromLong(n);
done:
    return result;
}

/* Success is what goes on. */
static PyObject *length(PyObject *module, PyObject *args)
{
    const wchar_t *text;
    Py_ssize_t found = -1, size;
    if (PyArg_ParseTuple(args, "u#", &text, &size)) {
        if (size == 0) return PyUnicode_FromString("nothing");
        found = (Py_ssize_t)wcslen(text);
    } else {
        PyErr_Clear();
    }
    return Py_BuildValue("n", found);
}

/* Lent by a str, asked for and not. */
static PyObject *tail(PyObject *module, PyObject *text)
{
    const wchar_t *p, *space;
    if (!PyUnicode_Check(text)) {
        PyErr_SetString(PyExc_TypeError, "a str is needed");
        return NULL;
    }
    p = PyUnicode_AS_UNICODE(text);
    space = wcschr(p, ' ');
    if (space == NULL)
        return PyLong_FromSize_t(wcslen(p));
    return PyUnicode_FromWideChar(space, -1);
}

static long number(PyObject *op)
{
    wchar_t *digits, *end;
    long value;
    digits = PyUnicode_AsUnicode(op);
    if (digits == NULL)
        return -1;
    value = wcstol(digits, &end, 10);
    return value;
}

static PyObject *numbers(PyObject *module, PyObject *args)
{
    PyObject *one, *other = NULL;
    long sum = 0;
    if (!PyArg_ParseTuple(args, "O|O", &one, &other))
        return NULL;
    sum = number(one);
    if (PyErr_Occurred())
        return NULL;
    if (other != NULL)
        sum += number(other);
    return PyErr_Occurred() ? NULL : PyLong_FromLong(sum);
}

/* Two buffers in a branch. The first is there when the second cannot be made. */
static PyObject *order(PyObject *module, PyObject *args)
{
    PyObject *one, *other;
    if (!PyArg_UnpackTuple(args, "order", 2, 2, &one, &other))
        return NULL;
    if (PyBytes_Check(one) && PyBytes_Check(other)) {
        PyObject *result = PyLong_FromLong(strcmp(PyBytes_AS_STRING(one), PyBytes_AS_STRING(other)) < 0);
        return result;
    }
    else if (PyUnicode_Check(one) && PyUnicode_Check(other)) {
        Py_UNICODE *a, *b;
        a = PyUnicode_AS_UNICODE(one);
        b = PyUnicode_AS_UNICODE(other);
        return PyLong_FromLong(wcscmp(a, b) < 0);
    }
    else {
        PyErr_SetString(PyExc_TypeError, "two texts are needed");
        return NULL;
    }
}

/* The size is told, whatever is in the text. */
static PyObject *half(PyObject *module, PyObject *text)
{
    Py_ssize_t size;
    if (!PyUnicode_Check(text)) {
        PyErr_SetString(PyExc_TypeError, "a str is needed");
        return NULL;
    }
    const Py_UNICODE *p = PyUnicode_AsUnicodeAndSize(text, &size);
    if (p == NULL)
        return NULL;
    return PyUnicode_FromWideChar(p + size / 2, size - size / 2);
}

static PyMethodDef methods[] = {
    {"order", order, METH_VARARGS, NULL},
    {"half", half, METH_O, NULL},
    {"find", find, METH_VARARGS, NULL},
    {"spaces", (PyCFunction)(void (*)(void))spaces, METH_VARARGS | METH_KEYWORDS, NULL},
    {"length", length, METH_VARARGS, NULL},
    {"tail", tail, METH_O, NULL},
    {"numbers", numbers, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "case", NULL, -1, methods};

PyMODINIT_FUNC PyInit_case(void)
{
    return PyModule_Create(&definition);
}
