// transforms: frame-code-field frame-back-field frame-namespace-field frame-trace-field code-field generator-code-field
// gone: f_code f_back f_globals f_builtins f_trace co_code co_varnames co_freevars co_cellvars gi_code
// until: 3.10
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <frameobject.h>

/* What is borrowed is used after other tuples and bytes were made, which would take its place. */
static void fill(void)
{
    for (int i = 0; i < 50; i++) {
        Py_XDECREF(PyTuple_New(i));
        Py_XDECREF(PyBytes_FromStringAndSize(NULL, i));
    }
}

static PyObject *namespaces(PyObject *module, PyObject *op)
{
    PyFrameObject *frame = (PyFrameObject *)op;
    PyObject *globals = frame->f_globals, *builtins = frame->f_builtins;
    fill();
    return PyTuple_Pack(2, globals, builtins);
}

static PyObject *trace(PyObject *module, PyObject *op)
{
    PyFrameObject *frame = (PyFrameObject *)op;
    if (!frame->f_trace)
        Py_RETURN_NONE;
    Py_INCREF(frame->f_trace);
    return frame->f_trace;
}

static PyObject *callers(PyObject *module, PyObject *op)
{
    PyObject *names = PyList_New(0);
    for (PyFrameObject *frame = (PyFrameObject *)op; names && frame && PyList_GET_SIZE(names) < 3; frame = frame->f_back) {
        fill();
        PyList_Append(names, frame->f_code->co_name);
    }
    return names;
}

static PyObject *first_variable(PyObject *module, PyObject *op)
{
    PyCodeObject *code = (PyCodeObject *)op;
    PyObject *name = PyTuple_GET_ITEM(code->co_varnames, 0);
    fill();
    return PyTuple_Pack(2, name, PyTuple_GET_ITEM(code->co_varnames, 1));
}

static PyObject *first_free(PyObject *module, PyObject *op)
{
    PyObject *name = PyTuple_GET_ITEM(((PyCodeObject *)op)->co_freevars, 0);
    fill();
    Py_INCREF(name);
    return name;
}

static PyObject *first_cell(PyObject *module, PyObject *op)
{
    PyObject *name = PyTuple_GET_ITEM(((PyCodeObject *)op)->co_cellvars, 0);
    fill();
    Py_INCREF(name);
    return name;
}

static PyObject *cells(PyObject *module, PyObject *op)
{
    PyObject *names = ((PyCodeObject *)op)->co_cellvars;
    Py_INCREF(names);
    fill();
    return names;
}

static PyObject *is_same_bytecode(PyObject *module, PyObject *args)
{
    PyObject *code, *bytes, *found;
    if (!PyArg_ParseTuple(args, "OO", &code, &bytes))
        return NULL;
    found = ((PyCodeObject *)code)->co_code;
    fill();
    return PyObject_RichCompare(found, bytes, Py_EQ);
}

static PyObject *generator_name(PyObject *module, PyObject *op)
{
    PyCodeObject *code = (PyCodeObject *)((PyGenObject *)op)->gi_code;
    fill();
    Py_INCREF(code->co_name);
    return code->co_name;
}

static PyMethodDef methods[] = {
    {"namespaces", namespaces, METH_O, NULL},
    {"trace", trace, METH_O, NULL},
    {"callers", callers, METH_O, NULL},
    {"first_variable", first_variable, METH_O, NULL},
    {"first_free", first_free, METH_O, NULL},
    {"first_cell", first_cell, METH_O, NULL},
    {"cells", cells, METH_O, NULL},
    {"is_same_bytecode", is_same_bytecode, METH_VARARGS, NULL},
    {"generator_name", generator_name, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "case", NULL, -1, methods};

PyMODINIT_FUNC PyInit_case(void)
{
    return PyModule_Create(&definition);
}
