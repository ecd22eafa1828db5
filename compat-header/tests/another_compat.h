/* Stands for a header with the same job that was included first: its functions have the names themselves, and are wrong on
 * purpose, so that it shows whose are called. */
#define PYTHONCAPI_COMPAT
#if PY_VERSION_HEX < 0x030D00A1
static inline int
PyLong_AsInt(PyObject *obj)
{
    (void)obj;
    return -77;
}

static inline int
PyObject_HasAttrWithError(PyObject *obj, PyObject *attr)
{
    (void)obj;
    (void)attr;
    return -77;
}
#endif
#if PY_VERSION_HEX < 0x030A00A3
static inline PyObject *
_Py_NewRef(PyObject *obj)
{
    return obj;
}
#  define Py_NewRef(obj) _Py_NewRef(obj)
#endif
#if PY_VERSION_HEX < 0x030E0000
typedef struct PyUnicodeWriter PyUnicodeWriter;
typedef struct PyLongExport {
    int wrong;
} PyLongExport;
#endif
#if PY_VERSION_HEX < 0x030F0000
typedef struct PyBytesWriter {
    int wrong;
} PyBytesWriter;
#endif
#ifndef _Py_NULL
#  define _Py_NULL NULL
#endif
