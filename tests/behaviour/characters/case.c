// transforms: unicode-wide-buffer unicode-from-wide-buffer unicode-from-null unicode-encoder unicode-size
// gone: PyUnicode_AS_UNICODE PyUnicode_FromUnicode PyUnicode_GET_SIZE PyUnicode_EncodeUTF8 PyUnicode_EncodeUTF16 PyUnicode_EncodeUTF32 PyUnicode_EncodeASCII PyUnicode_EncodeLatin1 PyUnicode_EncodeUTF7 PyUnicode_EncodeUnicodeEscape PyUnicode_EncodeRawUnicodeEscape PyUnicode_Encode
// until: 3.10
#define PY_SSIZE_T_CLEAN
#include <Python.h>

/* The characters one by one, and the null character behind them. */
static PyObject *codes(PyObject *module, PyObject *text)
{
    Py_UNICODE *p = PyUnicode_AS_UNICODE(text);
    Py_ssize_t n = PyUnicode_GET_SIZE(text);
    PyObject *list = PyList_New(0);
    for (Py_ssize_t i = 0; list != NULL && i <= n; i++) {
        PyObject *code = PyLong_FromLong(p[i]);
        if (code == NULL || PyList_Append(list, code) < 0) {
            Py_CLEAR(list);
        }
        Py_XDECREF(code);
    }
    return list;
}

/* Arithmetic with what is less than a digit: it goes below zero. */
static PyObject *below(PyObject *module, PyObject *text)
{
    const Py_UNICODE *digits;
    Py_ssize_t i, n;
    double sum = 0;
    long low = 0;

    n = PyUnicode_GET_SIZE(text);
    digits = PyUnicode_AS_UNICODE(text);
    for (i = 0; i < n; i++) {
        sum += digits[i] - '0';
        if (digits[i] - 'a' < 0)
            low++;
        low -= *digits < 'A' ? 0 : 100;
    }
    return Py_BuildValue("dl", sum, low);
}

/* Whether two have the same characters, whatever they are stored in. */
static PyObject *alike(PyObject *module, PyObject *args)
{
    PyObject *one, *other;
    if (!PyArg_ParseTuple(args, "UU", &one, &other))
        return NULL;
    if (PyUnicode_GET_SIZE(one) != PyUnicode_GET_SIZE(other))
        Py_RETURN_FALSE;
    const Py_UNICODE *a = PyUnicode_AS_UNICODE(one);
    const Py_UNICODE *b = PyUnicode_AS_UNICODE(other);
    Py_ssize_t i = 0;
    while (a[i] && a[i] == b[i])
        i++;
    return Py_BuildValue("nO", i, a[i] == b[i] ? Py_True : Py_False);
}

static PyObject *first_of(PyObject *module, PyObject *text)
{
    Py_UCS4 first = PyUnicode_AS_UNICODE(text)[0];
    return Py_BuildValue("ki", (unsigned long)first, *PyUnicode_AS_UNICODE(text) == '-');
}

/* What is between two places, and a copy of the characters that are no spaces. */
static PyObject *parts(PyObject *module, PyObject *args)
{
    PyObject *text;
    Py_ssize_t from, to, n = 0;
    wchar_t buffer[64];
    if (!PyArg_ParseTuple(args, "Unn", &text, &from, &to))
        return NULL;
    for (Py_ssize_t i = from; i < to && n < 64; i++) {
        if (PyUnicode_AS_UNICODE(text)[i] != ' ')
            buffer[n++] = PyUnicode_AS_UNICODE(text)[i];
    }
    return Py_BuildValue("NNN", PyUnicode_FromUnicode(PyUnicode_AS_UNICODE(text) + from, to - from),
                         PyUnicode_FromUnicode(buffer, n), PyUnicode_FromUnicode(NULL, 0));
}

static PyObject *encoded(PyObject *module, PyObject *args)
{
    PyObject *text;
    int how;
    const char *errors;
    if (!PyArg_ParseTuple(args, "Uiz", &text, &how, &errors))
        return NULL;
    switch (how) {
    case 0:
        return PyUnicode_EncodeUTF8(PyUnicode_AS_UNICODE(text), PyUnicode_GET_SIZE(text), NULL);
    case 1:
        return PyUnicode_EncodeUTF8(PyUnicode_AS_UNICODE(text), PyUnicode_GET_SIZE(text), errors);
    case 2:
        return PyUnicode_EncodeUTF16(PyUnicode_AS_UNICODE(text), PyUnicode_GET_SIZE(text), errors, 0);
    case 3:
        return PyUnicode_EncodeUTF16(PyUnicode_AS_UNICODE(text), PyUnicode_GET_SIZE(text), errors, -1);
    case 4:
        return PyUnicode_EncodeUTF16(PyUnicode_AS_UNICODE(text), PyUnicode_GET_SIZE(text), errors, 1);
    case 5:
        return PyUnicode_EncodeUTF32(PyUnicode_AS_UNICODE(text), PyUnicode_GET_SIZE(text), NULL, 0);
    case 6:
        return PyUnicode_EncodeUTF32(PyUnicode_AS_UNICODE(text), PyUnicode_GET_SIZE(text), errors, 1);
    case 7:
        return PyUnicode_EncodeASCII(PyUnicode_AS_UNICODE(text), PyUnicode_GET_SIZE(text), errors);
    case 8:
        return PyUnicode_EncodeLatin1(PyUnicode_AS_UNICODE(text), PyUnicode_GET_SIZE(text), NULL);
    case 9:
        return PyUnicode_EncodeUTF7(PyUnicode_AS_UNICODE(text), PyUnicode_GET_SIZE(text), 0, 0, errors);
    case 10:
        return PyUnicode_EncodeUnicodeEscape(PyUnicode_AS_UNICODE(text), PyUnicode_GET_SIZE(text));
    case 11:
        return PyUnicode_EncodeRawUnicodeEscape(PyUnicode_AS_UNICODE(text), PyUnicode_GET_SIZE(text));
    default:
        return PyUnicode_Encode(PyUnicode_AS_UNICODE(text), PyUnicode_GET_SIZE(text), "cp1252", errors);
    }
}

/* A str that is made first and filled then, each character twice. */
static PyObject *doubled(PyObject *module, PyObject *args)
{
    PyObject *text, *result;
    Py_ssize_t size, i;
    long last;
    Py_UNICODE *p;
    if (!PyArg_ParseTuple(args, "Ul", &text, &last))
        return NULL;
    size = PyUnicode_GET_SIZE(text);
    if ((result = PyUnicode_FromUnicode(NULL, 2 * size)) == NULL)
        return NULL;
    p = PyUnicode_AS_UNICODE(result);
    for (i = 0; i < size; i++) {
        long c = PyUnicode_AS_UNICODE(text)[i];
        if (c > last) {
            Py_DECREF(result);
            PyErr_Format(PyExc_ValueError, "character %ld", c);
            return NULL;
        }
        *p++ = c;
        *p++ = c;
    }
    return result;
}

/* A str of the digits of a text, which is filled through a pointer that is asked for. */
static PyObject *hexadecimal(PyObject *module, PyObject *args)
{
#if PY_MAJOR_VERSION >= 3
    Py_UNICODE *buffer;
#else
    char *buffer;
#endif
    PyObject *result;
    const unsigned char *bytes;
    Py_ssize_t size, i, j;
    if (!PyArg_ParseTuple(args, "s#", &bytes, &size))
        return NULL;
#if PY_MAJOR_VERSION >= 3
    result = PyUnicode_FromStringAndSize(NULL, 2 * size);
#else
    result = PyString_FromStringAndSize(NULL, 2 * size);
#endif
    if (!result)
        return NULL;
#if PY_MAJOR_VERSION >= 3
    buffer = PyUnicode_AS_UNICODE(result);
#else
    buffer = PyString_AS_STRING(result);
#endif
    if (!buffer) {
        Py_DECREF(result);
        return NULL;
    }
    for (i = j = 0; i < size; i++) {
        buffer[j++] = "0123456789abcdef"[bytes[i] >> 4];
        buffer[j++] = "0123456789abcdef"[bytes[i] & 15];
    }
    return result;
}

static PyMethodDef methods[] = {
    {"hexadecimal", hexadecimal, METH_VARARGS, NULL},
    {"doubled", doubled, METH_VARARGS, NULL},
    {"codes", codes, METH_O, NULL},
    {"below", below, METH_O, NULL},
    {"alike", alike, METH_VARARGS, NULL},
    {"first_of", first_of, METH_O, NULL},
    {"parts", parts, METH_VARARGS, NULL},
    {"encoded", encoded, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "case", NULL, -1, methods};

PyMODINIT_FUNC PyInit_case(void)
{
    return PyModule_Create(&definition);
}
