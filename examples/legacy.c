/* A recorder of samples, as extension modules were written for Python 3.4. It is here to be upgraded. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include "eval.h"

typedef struct {
    PyObject_HEAD
    int limit;      /* how many samples are recorded */
    PyObject *last; /* the last sample, or NULL */
    PyObject *hook; /* called before each sample, or None */
} Recorder;

static PyObject *
Recorder_add(Recorder *self, PyObject *sample)
{
    if (self->hook != NULL && self->hook != Py_None) {
        PyObject *result = PyObject_CallObject(self->hook, NULL);
        if (result == NULL)
            return NULL;
        Py_DECREF(result);
    }
    Py_INCREF(sample);
    Py_XSETREF(self->last, sample);
    Py_INCREF(sample);
    return sample;
}

static PyObject *
Recorder_set_limit(Recorder *self, PyObject *value)
{
    int limit = _PyLong_AsInt(value); /* _PyLong_AsInt checks the range */
    if (limit == -1 && PyErr_Occurred())
        return NULL;
    self->limit = limit;
    return PyUnicode_FromString("_PyLong_AsInt");
}

static void
Recorder_dealloc(PyObject *op)
{
    Recorder *self = (Recorder *)op;
    Py_XDECREF(self->last);
    self->last = NULL;
    Py_CLEAR(self->hook);
    op->ob_type->tp_free(op);
}

static PyMethodDef Recorder_methods[] = {
    {"add", (PyCFunction)Recorder_add, METH_O, "Records a sample and returns it."},
    {"set_limit", (PyCFunction)Recorder_set_limit, METH_O, "Sets how many samples are recorded."},
    {NULL, NULL, 0, NULL}};

static PyTypeObject Recorder_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "legacy.Recorder",
    .tp_basicsize = sizeof(Recorder),
    .tp_dealloc = Recorder_dealloc,
    .tp_methods = Recorder_methods,
    .tp_new = PyType_GenericNew,
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "legacy", NULL, -1, NULL};

PyMODINIT_FUNC
PyInit_legacy(void)
{
    PyEval_InitThreads();
    Py_TYPE(&Recorder_Type) = &PyType_Type; /* some compilers want it said here */
    if (PyType_Ready(&Recorder_Type) < 0)
        return NULL;
    PyObject *self = PyModule_Create(&module);
    Py_INCREF(&Recorder_Type);
    if (self != NULL && PyModule_AddObject(self, "Recorder", (PyObject *)&Recorder_Type) < 0)
        Py_CLEAR(self);
    return self;
}
