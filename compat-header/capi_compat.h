/* capi_compat.h version 0.1.0 - newer functions of the Python C API for older Pythons.
 * SPDX-License-Identifier: 0BSD
 *
 * Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby
 * granted. THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE
 * INCLUDING ALL IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY
 * SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR
 * PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH
 * THE USE OR PERFORMANCE OF THIS SOFTWARE.
 *
 * Include it after Python.h. It serves C99 and C++11 and later; CPython 3.6 to 3.15 with and without the GIL, with and
 * without Py_LIMITED_API, PyPy, and as far as it goes CPython 2.7.
 *
 * What newer Pythons removed is given back only where CAPI_COMPAT_REMOVED_API is defined before the include: it is for
 * code that nobody can change. That section is the last one.
 *
 * Each block says first which names it gives and since which Python they are native, and after "Differs:" what cannot
 * be as there; of removed API, which Python was the first without it. The functions are called capi_compat_NAME and a macro leads NAME to them, so that pythoncapi_compat.h
 * may be included before.
 */
#ifndef CAPI_COMPAT_H
#define CAPI_COMPAT_H

/* CAPI_COMPAT_VERSION: in no Python. The version of this header. */
#define CAPI_COMPAT_VERSION "0.1.0"

#include <Python.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(Py_LIMITED_API) && Py_LIMITED_API + 0 < 3
#  error "capi_compat.h: give Py_LIMITED_API a version as value, such as 0x03080000"
#endif

/* Everything that pythoncapi_compat.h offers is offered here too; with its guard defined it adds nothing. */
#ifndef PYTHONCAPI_COMPAT
#  define PYTHONCAPI_COMPAT
#endif


/* ---- Helpers ---- */

#ifdef __cplusplus
#  define CAPI_COMPAT_NULL nullptr
#else
#  define CAPI_COMPAT_NULL NULL
#endif

#ifdef __cplusplus
#  define CAPI_COMPAT_CAST(type, expr) static_cast<type>(expr)
#else
#  define CAPI_COMPAT_CAST(type, expr) ((type)(expr))
#endif

#ifdef __cplusplus
#  define CAPI_COMPAT_PTR(type, expr) reinterpret_cast<type>(expr)
#else
#  define CAPI_COMPAT_PTR(type, expr) ((type)(expr))
#endif

#ifdef __cplusplus
#  define CAPI_COMPAT_UNCONST(type, expr) const_cast<type>(expr)
#else
#  define CAPI_COMPAT_UNCONST(type, expr) ((type)(uintptr_t)(expr))
#endif

#if defined(__GNUC__)
#  define CAPI_COMPAT_BEGIN_DEPRECATED \
    _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wdeprecated-declarations\"")
#  define CAPI_COMPAT_END_DEPRECATED _Pragma("GCC diagnostic pop")
#elif defined(_MSC_VER)
#  define CAPI_COMPAT_BEGIN_DEPRECATED __pragma(warning(push)) __pragma(warning(disable : 4996))
#  define CAPI_COMPAT_END_DEPRECATED __pragma(warning(pop))
#else
#  define CAPI_COMPAT_BEGIN_DEPRECATED
#  define CAPI_COMPAT_END_DEPRECATED
#endif

/* Up to the end of this header: the macros of Python.h cast in the manner of C, and compilers may blame their users. */
#if defined(__cplusplus) && defined(__GNUC__)
#  pragma GCC diagnostic push
#  pragma GCC diagnostic ignored "-Wold-style-cast"
#  pragma GCC diagnostic ignored "-Wcast-qual"
#endif

/* PY_SSIZE_T_MAX may be SSIZE_MAX, which strict C hides where a header of the system came before Python.h. */
#define CAPI_COMPAT_SSIZE_MAX CAPI_COMPAT_CAST(Py_ssize_t, CAPI_COMPAT_CAST(size_t, -1) >> 1)

/* CAPI_COMPAT_OBJECT(op): any pointer to an object as PyObject*. In C++ overloads do it, so that classes derived from
 * PyObject convert as C++ has it and user code sees no cast. */
#ifdef __cplusplus
extern "C++" {
static inline PyObject *capi_compat_object(PyObject *op) { return op; }
template <typename T> static inline PyObject *capi_compat_object(T *op) { return (PyObject *)op; }
}
#  define CAPI_COMPAT_OBJECT(op) capi_compat_object(op)
#else
#  define CAPI_COMPAT_OBJECT(op) ((PyObject *)(op))
#endif

/* CAPI_COMPAT_VAR_OBJECT(op): the same as PyVarObject*. */
#ifdef __cplusplus
extern "C++" {
static inline PyVarObject *capi_compat_var_object(PyVarObject *op) { return op; }
template <typename T> static inline PyVarObject *capi_compat_var_object(T *op) { return (PyVarObject *)op; }
}
#  define CAPI_COMPAT_VAR_OBJECT(op) capi_compat_var_object(op)
#else
#  define CAPI_COMPAT_VAR_OBJECT(op) ((PyVarObject *)(op))
#endif

/* _Py_CAST: 3.11. For users of pythoncapi_compat.h, who may rely on it, as on the next ones. */
#ifndef _Py_CAST
#  define _Py_CAST(type, expr) ((type)(expr))
#endif

/* _Py_NULL: 3.11. */
#ifndef _Py_NULL
#  define _Py_NULL CAPI_COMPAT_NULL
#endif

/* _PyObject_CAST: 3.8. */
#ifndef _PyObject_CAST
#  define _PyObject_CAST(op) CAPI_COMPAT_OBJECT(op)
#endif

/* Py_BUILD_ASSERT: 3.5. */
#ifndef Py_BUILD_ASSERT
#  define Py_BUILD_ASSERT(cond) CAPI_COMPAT_CAST(void, sizeof(char[1 - 2 * !(cond)]))
#endif

/* An exception that is set aside while other calls run. */
typedef struct {
    PyObject *type;
    PyObject *value;
    PyObject *traceback;
} capi_compat_error;

static inline void
capi_compat_error_save(capi_compat_error *error)
{
    PyErr_Fetch(&error->type, &error->value, &error->traceback);
}

static inline void
capi_compat_error_restore(capi_compat_error *error)
{
    PyErr_Restore(error->type, error->value, error->traceback);
}

static inline void
capi_compat_error_drop(capi_compat_error *error)
{
    Py_XDECREF(error->type);
    Py_XDECREF(error->value);
    Py_XDECREF(error->traceback);
}

/* The type of attribute names and the like: str, which in 2.7 is the byte string. */
static inline PyObject *
capi_compat_str(const char *text)
{
#if PY_VERSION_HEX < 0x03000000
    return PyString_FromString(text);
#else
    return PyUnicode_FromString(text);
#endif
}

static inline int
capi_compat_is_str(PyObject *obj)
{
#if PY_VERSION_HEX < 0x03000000
    return PyString_Check(obj);
#else
    return PyUnicode_Check(obj);
#endif
}

static inline int
capi_compat_is_int(PyObject *obj)
{
#if PY_VERSION_HEX < 0x03000000
    return PyInt_Check(obj) || PyLong_Check(obj);
#else
    return PyLong_Check(obj);
#endif
}

/* An int for obj, which is one or has __index__; a new reference. Before 3.10 the conversions took floats too. */
static inline PyObject *
capi_compat_index(PyObject *obj)
{
    if (obj == CAPI_COMPAT_NULL) {
        PyErr_BadInternalCall();
        return CAPI_COMPAT_NULL;
    }
    if (capi_compat_is_int(obj)) {
        Py_INCREF(obj);
        return obj;
    }
    return PyNumber_Index(obj);
}

/* "module.qualname" of a type, without the module where that is builtins or __main__. */
static inline PyObject *
capi_compat_type_full_name(PyTypeObject *type)
{
    PyObject *name, *module, *result;
    int plain;
#ifndef Py_LIMITED_API
    if (!(type->tp_flags & Py_TPFLAGS_HEAPTYPE)) {
        return capi_compat_str(type->tp_name);
    }
#endif
#if PY_VERSION_HEX < 0x03000000
    name = PyObject_GetAttrString(CAPI_COMPAT_OBJECT(type), "__name__");
#else
    name = PyObject_GetAttrString(CAPI_COMPAT_OBJECT(type), "__qualname__");
#endif
    if (name == CAPI_COMPAT_NULL) {
        return CAPI_COMPAT_NULL;
    }
    module = PyObject_GetAttrString(CAPI_COMPAT_OBJECT(type), "__module__");
    if (module == CAPI_COMPAT_NULL) {
        Py_DECREF(name);
        return CAPI_COMPAT_NULL;
    }
#if PY_VERSION_HEX < 0x03000000
    plain = !PyString_Check(module) || strcmp(PyString_AsString(module), "__builtin__") == 0
        || strcmp(PyString_AsString(module), "__main__") == 0;
    result = plain ? name : PyString_FromFormat("%s.%s", PyString_AsString(module), PyString_AsString(name));
#else
    plain = !PyUnicode_Check(module) || PyUnicode_CompareWithASCIIString(module, "builtins") == 0
        || PyUnicode_CompareWithASCIIString(module, "__main__") == 0;
    result = plain ? name : PyUnicode_FromFormat("%U.%U", module, name);
#endif
    Py_DECREF(module);
    if (!plain) {
        Py_DECREF(name);
    }
    return result;
}

/* TypeError: the text, then the name of the object's type, then the end of the text. */
static inline void
capi_compat_type_error(const char *text, PyObject *obj, const char *end)
{
#if PY_VERSION_HEX < 0x03000000
    PyErr_Format(PyExc_TypeError, "%s%.200s%s", text, Py_TYPE(obj)->tp_name, end);
#else
    PyObject *name = capi_compat_type_full_name(Py_TYPE(obj));
    if (name != CAPI_COMPAT_NULL) {
        PyErr_Format(PyExc_TypeError, "%s%U%s", text, name, end);
        Py_DECREF(name);
    }
#endif
}


/* ---- Objects and references ---- */

/* Py_SET_TYPE: 3.9. */
#if PY_VERSION_HEX < 0x030900A4
static inline void
capi_compat_Py_SET_TYPE(PyObject *ob, PyTypeObject *type)
{
    ob->ob_type = type;
}
#  undef Py_SET_TYPE
#  define Py_SET_TYPE(ob, type) capi_compat_Py_SET_TYPE(CAPI_COMPAT_OBJECT(ob), type)
#endif

/* _Py_SET_TYPE: 3.9. For users of pythoncapi_compat.h. */
#if PY_VERSION_HEX < 0x030900A4
#  undef _Py_SET_TYPE
#  define _Py_SET_TYPE capi_compat_Py_SET_TYPE
#endif

/* Py_SET_SIZE: 3.9. */
#if PY_VERSION_HEX < 0x030900A4
static inline void
capi_compat_Py_SET_SIZE(PyVarObject *ob, Py_ssize_t size)
{
    ob->ob_size = size;
}
#  undef Py_SET_SIZE
#  define Py_SET_SIZE(ob, size) capi_compat_Py_SET_SIZE(CAPI_COMPAT_VAR_OBJECT(ob), size)
#endif

/* _Py_SET_SIZE: 3.9. For users of pythoncapi_compat.h. */
#if PY_VERSION_HEX < 0x030900A4
#  undef _Py_SET_SIZE
#  define _Py_SET_SIZE capi_compat_Py_SET_SIZE
#endif

/* Py_SET_REFCNT: 3.9. */
#if PY_VERSION_HEX < 0x030900A4
static inline void
capi_compat_Py_SET_REFCNT(PyObject *ob, Py_ssize_t refcnt)
{
    ob->ob_refcnt = refcnt;
}
#  undef Py_SET_REFCNT
#  define Py_SET_REFCNT(ob, refcnt) capi_compat_Py_SET_REFCNT(CAPI_COMPAT_OBJECT(ob), refcnt)
#endif

/* _Py_SET_REFCNT: 3.9. For users of pythoncapi_compat.h. */
#if PY_VERSION_HEX < 0x030900A4
#  undef _Py_SET_REFCNT
#  define _Py_SET_REFCNT capi_compat_Py_SET_REFCNT
#endif

/* Py_IS_TYPE: 3.9. */
#if PY_VERSION_HEX < 0x030900A4
static inline int
capi_compat_Py_IS_TYPE(PyObject *ob, PyTypeObject *type)
{
    return ob->ob_type == type;
}
#  undef Py_IS_TYPE
#  define Py_IS_TYPE(ob, type) capi_compat_Py_IS_TYPE(CAPI_COMPAT_OBJECT(ob), type)
#endif

/* _Py_IS_TYPE: 3.9. For users of pythoncapi_compat.h. */
#if PY_VERSION_HEX < 0x030900A4
#  undef _Py_IS_TYPE
#  define _Py_IS_TYPE capi_compat_Py_IS_TYPE
#endif

/* Py_Is: 3.10. */
#if PY_VERSION_HEX < 0x030A00B1
#  undef Py_Is
#  define Py_Is(x, y) ((x) == (y))
#endif

/* Py_IsNone: 3.10. */
#if PY_VERSION_HEX < 0x030A00B1
#  undef Py_IsNone
#  define Py_IsNone(x) Py_Is((x), Py_None)
#endif

/* Py_IsTrue: 3.10. */
#if PY_VERSION_HEX < 0x030A00B1 || defined(PYPY_VERSION)
#  undef Py_IsTrue
#  define Py_IsTrue(x) ((x) == Py_True)
#endif

/* Py_IsFalse: 3.10. */
#if PY_VERSION_HEX < 0x030A00B1 || defined(PYPY_VERSION)
#  undef Py_IsFalse
#  define Py_IsFalse(x) ((x) == Py_False)
#endif

/* Py_NewRef: 3.10. */
#if PY_VERSION_HEX < 0x030A00A3
static inline PyObject *
capi_compat_Py_NewRef(PyObject *obj)
{
    Py_INCREF(obj);
    return obj;
}
#  undef Py_NewRef
#  define Py_NewRef(obj) capi_compat_Py_NewRef(CAPI_COMPAT_OBJECT(obj))
#endif

/* _Py_NewRef: 3.10. For users of pythoncapi_compat.h. */
#if PY_VERSION_HEX < 0x030A00A3
#  undef _Py_NewRef
#  define _Py_NewRef capi_compat_Py_NewRef
#endif

/* Py_XNewRef: 3.10. */
#if PY_VERSION_HEX < 0x030A00A3
static inline PyObject *
capi_compat_Py_XNewRef(PyObject *obj)
{
    Py_XINCREF(obj);
    return obj;
}
#  undef Py_XNewRef
#  define Py_XNewRef(obj) capi_compat_Py_XNewRef(CAPI_COMPAT_OBJECT(obj))
#endif

/* _Py_XNewRef: 3.10. For users of pythoncapi_compat.h. */
#if PY_VERSION_HEX < 0x030A00A3
#  undef _Py_XNewRef
#  define _Py_XNewRef capi_compat_Py_XNewRef
#endif

#if PY_VERSION_HEX < 0x03050200 || defined(Py_LIMITED_API)
/* The variable may be a pointer to any type of object; copying its bytes breaks no aliasing rule. */
static inline void
capi_compat_setref(void *variable, PyObject *value)
{
    PyObject *old;
    memcpy(&old, variable, sizeof(old));
    memcpy(variable, &value, sizeof(value));
    Py_XDECREF(old);
}
#endif

/* Py_SETREF: 3.5.2, but not in the Limited API. */
#if PY_VERSION_HEX < 0x03050200 || defined(Py_LIMITED_API)
#  undef Py_SETREF
#  define Py_SETREF(dst, src) capi_compat_setref(&(dst), CAPI_COMPAT_OBJECT(src))
#endif

/* Py_XSETREF: 3.5.2, but not in the Limited API. */
#if PY_VERSION_HEX < 0x03050200 || defined(Py_LIMITED_API)
#  undef Py_XSETREF
#  define Py_XSETREF(dst, src) capi_compat_setref(&(dst), CAPI_COMPAT_OBJECT(src))
#endif

/* Py_T_SHORT, Py_T_INT, Py_T_LONG, Py_T_FLOAT, Py_T_DOUBLE, Py_T_STRING, _Py_T_OBJECT, Py_T_CHAR, Py_T_BYTE,
 * Py_T_UBYTE, Py_T_USHORT, Py_T_UINT, Py_T_ULONG, Py_T_STRING_INPLACE, Py_T_BOOL, Py_T_OBJECT_EX, Py_T_LONGLONG,
 * Py_T_ULONGLONG,
 * Py_T_PYSSIZET, Py_READONLY, Py_AUDIT_READ, _Py_WRITE_RESTRICTED: 3.12. */
#if PY_VERSION_HEX < 0x030C00A3
#  include <structmember.h>
#  undef Py_T_SHORT
#  define Py_T_SHORT T_SHORT
#  undef Py_T_INT
#  define Py_T_INT T_INT
#  undef Py_T_LONG
#  define Py_T_LONG T_LONG
#  undef Py_T_FLOAT
#  define Py_T_FLOAT T_FLOAT
#  undef Py_T_DOUBLE
#  define Py_T_DOUBLE T_DOUBLE
#  undef Py_T_STRING
#  define Py_T_STRING T_STRING
#  undef _Py_T_OBJECT
#  define _Py_T_OBJECT T_OBJECT
#  undef Py_T_CHAR
#  define Py_T_CHAR T_CHAR
#  undef Py_T_BYTE
#  define Py_T_BYTE T_BYTE
#  undef Py_T_UBYTE
#  define Py_T_UBYTE T_UBYTE
#  undef Py_T_USHORT
#  define Py_T_USHORT T_USHORT
#  undef Py_T_UINT
#  define Py_T_UINT T_UINT
#  undef Py_T_ULONG
#  define Py_T_ULONG T_ULONG
#  undef Py_T_STRING_INPLACE
#  define Py_T_STRING_INPLACE T_STRING_INPLACE
#  undef Py_T_BOOL
#  define Py_T_BOOL T_BOOL
#  undef Py_T_OBJECT_EX
#  define Py_T_OBJECT_EX T_OBJECT_EX
#  undef Py_T_LONGLONG
#  define Py_T_LONGLONG T_LONGLONG
#  undef Py_T_ULONGLONG
#  define Py_T_ULONGLONG T_ULONGLONG
#  undef Py_T_PYSSIZET
#  define Py_T_PYSSIZET T_PYSSIZET
#  undef Py_READONLY
#  define Py_READONLY READONLY
#  undef Py_AUDIT_READ
#  define Py_AUDIT_READ 2
#  undef _Py_WRITE_RESTRICTED
#  define _Py_WRITE_RESTRICTED 4
#endif

/* _Py_T_NONE: 3.12. */
#if PY_VERSION_HEX < 0x030C00A3 && PY_VERSION_HEX >= 0x03000000 && !defined(PYPY_VERSION)
#  include <structmember.h>
#  undef _Py_T_NONE
#  define _Py_T_NONE T_NONE
#endif


/* ---- Calls ---- */

/* PyCFunctionFast: 3.13. */
#if PY_VERSION_HEX < 0x030D00A5 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030D0000)
typedef PyObject *(*capi_compat_PyCFunctionFast)(PyObject *, PyObject *const *, Py_ssize_t);
#  undef PyCFunctionFast
#  define PyCFunctionFast capi_compat_PyCFunctionFast
#endif

/* PyCFunctionFastWithKeywords: 3.13. */
#if PY_VERSION_HEX < 0x030D00A5 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030D0000)
typedef PyObject *(*capi_compat_PyCFunctionFastWithKeywords)(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
#  undef PyCFunctionFastWithKeywords
#  define PyCFunctionFastWithKeywords capi_compat_PyCFunctionFastWithKeywords
#endif

/* PyCFunction_CheckExact: 3.9. */
#if PY_VERSION_HEX < 0x030900A1 || defined(PYPY_VERSION)
#  undef PyCFunction_CheckExact
#  define PyCFunction_CheckExact(op) Py_IS_TYPE(op, &PyCFunction_Type)
#endif

/* PyObject_CallNoArgs: 3.9. */
#if PY_VERSION_HEX < 0x030900A1 \
    || (defined(Py_LIMITED_API) && (Py_LIMITED_API < 0x030A0000 || PY_VERSION_HEX < 0x030A0000))
static inline PyObject *
capi_compat_PyObject_CallNoArgs(PyObject *func)
{
    return PyObject_CallFunctionObjArgs(func, CAPI_COMPAT_NULL);
}
#  undef PyObject_CallNoArgs
#  define PyObject_CallNoArgs capi_compat_PyObject_CallNoArgs
#endif

/* PyObject_CallOneArg: 3.9. */
#if PY_VERSION_HEX < 0x030900A4 || defined(Py_LIMITED_API)
static inline PyObject *
capi_compat_PyObject_CallOneArg(PyObject *func, PyObject *arg)
{
    return PyObject_CallFunctionObjArgs(func, arg, CAPI_COMPAT_NULL);
}
#  undef PyObject_CallOneArg
#  define PyObject_CallOneArg capi_compat_PyObject_CallOneArg
#endif

/* PyObject_CallMethodNoArgs: 3.9. */
#if PY_VERSION_HEX < 0x030900A4 || defined(Py_LIMITED_API)
static inline PyObject *
capi_compat_PyObject_CallMethodNoArgs(PyObject *self, PyObject *name)
{
    return PyObject_CallMethodObjArgs(self, name, CAPI_COMPAT_NULL);
}
#  undef PyObject_CallMethodNoArgs
#  define PyObject_CallMethodNoArgs capi_compat_PyObject_CallMethodNoArgs
#endif

/* PyObject_CallMethodOneArg: 3.9. */
#if PY_VERSION_HEX < 0x030900A4 || defined(Py_LIMITED_API)
static inline PyObject *
capi_compat_PyObject_CallMethodOneArg(PyObject *self, PyObject *name, PyObject *arg)
{
    return PyObject_CallMethodObjArgs(self, name, arg, CAPI_COMPAT_NULL);
}
#  undef PyObject_CallMethodOneArg
#  define PyObject_CallMethodOneArg capi_compat_PyObject_CallMethodOneArg
#endif

/* A tuple of the arguments, for functions that get them as an array. */
static inline PyObject *
capi_compat_args_tuple(PyObject *const *args, Py_ssize_t nargs)
{
    Py_ssize_t i;
    PyObject *tuple = PyTuple_New(nargs);
    if (tuple == CAPI_COMPAT_NULL) {
        return CAPI_COMPAT_NULL;
    }
    for (i = 0; i < nargs; i++) {
        Py_INCREF(args[i]);
        if (PyTuple_SetItem(tuple, i, args[i]) < 0) {
            Py_DECREF(tuple);
            return CAPI_COMPAT_NULL;
        }
    }
    return tuple;
}

/* A dict of the keyword arguments, whose values are in the array; kwnames is a tuple. */
static inline PyObject *
capi_compat_kwargs_dict(PyObject *const *values, PyObject *kwnames)
{
    Py_ssize_t i, count;
    PyObject *dict;
    count = PyTuple_Size(kwnames);
    if (count < 0) {
        return CAPI_COMPAT_NULL;
    }
    dict = PyDict_New();
    for (i = 0; dict != CAPI_COMPAT_NULL && i < count; i++) {
        if (PyDict_SetItem(dict, PyTuple_GetItem(kwnames, i), values[i]) < 0) {
            Py_DECREF(dict);
            return CAPI_COMPAT_NULL;
        }
    }
    return dict;
}

/* PY_VECTORCALL_ARGUMENTS_OFFSET: 3.8. */
#if PY_VERSION_HEX < 0x030800B1 \
    || (defined(Py_LIMITED_API) && (Py_LIMITED_API < 0x030C0000 || PY_VERSION_HEX < 0x030C0000)) \
    || defined(PYPY_VERSION)
#  undef PY_VECTORCALL_ARGUMENTS_OFFSET
#  define PY_VECTORCALL_ARGUMENTS_OFFSET (CAPI_COMPAT_CAST(size_t, 1) << (8 * sizeof(size_t) - 1))
#endif

/* PyVectorcall_NARGS: 3.8. */
#if PY_VERSION_HEX < 0x030800B1 \
    || (defined(Py_LIMITED_API) && (Py_LIMITED_API < 0x030C0000 || PY_VERSION_HEX < 0x030C0000))
static inline Py_ssize_t
capi_compat_PyVectorcall_NARGS(size_t nargsf)
{
    return CAPI_COMPAT_CAST(Py_ssize_t, nargsf & ~PY_VECTORCALL_ARGUMENTS_OFFSET);
}
#  undef PyVectorcall_NARGS
#  define PyVectorcall_NARGS capi_compat_PyVectorcall_NARGS
#endif

/* PyObject_Vectorcall: 3.9. */
#if PY_VERSION_HEX < 0x030900A4 \
    || (defined(Py_LIMITED_API) && (Py_LIMITED_API < 0x030C0000 || PY_VERSION_HEX < 0x030C0000))
static inline PyObject *
capi_compat_PyObject_Vectorcall(PyObject *callable, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
#if PY_VERSION_HEX >= 0x030800B1 && !defined(Py_LIMITED_API) && !defined(PYPY_VERSION)
    return _PyObject_Vectorcall(callable, args, nargsf, kwnames);
#else
    PyObject *tuple, *kwargs = CAPI_COMPAT_NULL, *result;
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    if (kwnames != CAPI_COMPAT_NULL && PyTuple_Size(kwnames) != 0) {
        kwargs = capi_compat_kwargs_dict(args + nargs, kwnames);
        if (kwargs == CAPI_COMPAT_NULL) {
            return CAPI_COMPAT_NULL;
        }
    }
    tuple = capi_compat_args_tuple(args, nargs);
    result = tuple == CAPI_COMPAT_NULL ? CAPI_COMPAT_NULL : PyObject_Call(callable, tuple, kwargs);
    Py_XDECREF(tuple);
    Py_XDECREF(kwargs);
    return result;
#endif
}
#  undef PyObject_Vectorcall
#  define PyObject_Vectorcall capi_compat_PyObject_Vectorcall
#endif


/* ---- Frames and threads ---- */

/* What is returned stays alive, because something else holds it, too. */
static inline PyObject *
capi_compat_borrowed(PyObject *op)
{
    Py_XDECREF(op);
    return op;
}

/* PyFrame_GetCode: 3.9. In 3.9 and 3.10 it has a header of its own. */
#if PY_VERSION_HEX < 0x030B0000 || defined(PYPY_VERSION) || defined(Py_LIMITED_API)
#if PY_VERSION_HEX < 0x030B0000 && !defined(Py_LIMITED_API)
#  include <frameobject.h>
#endif
#if (!defined(Py_LIMITED_API) && (PY_VERSION_HEX < 0x030900B1 || defined(PYPY_VERSION))) \
    || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030A0000 && PY_VERSION_HEX >= 0x030900B1)
static inline PyCodeObject *
capi_compat_PyFrame_GetCode(PyFrameObject *frame)
{
#ifdef Py_LIMITED_API
    return CAPI_COMPAT_PTR(PyCodeObject *, PyObject_GetAttrString(CAPI_COMPAT_OBJECT(frame), "f_code"));
#else
    Py_INCREF(frame->f_code);
    return frame->f_code;
#endif
}
#  undef PyFrame_GetCode
#  define PyFrame_GetCode capi_compat_PyFrame_GetCode
#endif
#endif

/* _PyFrame_GetCodeBorrow: in no Python. The reference is borrowed from the frame. */
#ifndef Py_LIMITED_API
static inline PyCodeObject *
capi_compat__PyFrame_GetCodeBorrow(PyFrameObject *frame)
{
    PyCodeObject *code = PyFrame_GetCode(frame);
    Py_DECREF(code);
    return code;
}
#  undef _PyFrame_GetCodeBorrow
#  define _PyFrame_GetCodeBorrow capi_compat__PyFrame_GetCodeBorrow
#endif

/* PyFrame_GetBack: 3.9. In 3.9 and 3.10 it has a header of its own. */
#if PY_VERSION_HEX < 0x030B0000 || defined(PYPY_VERSION) || defined(Py_LIMITED_API)
#if PY_VERSION_HEX < 0x030B0000 && !defined(Py_LIMITED_API)
#  include <frameobject.h>
#endif
#if (!defined(Py_LIMITED_API) && (PY_VERSION_HEX < 0x030900B1 || defined(PYPY_VERSION))) \
    || (defined(Py_LIMITED_API) && PY_VERSION_HEX >= 0x030900B1)
static inline PyFrameObject *
capi_compat_PyFrame_GetBack(PyFrameObject *frame)
{
#if defined(Py_LIMITED_API) || defined(PYPY_VERSION)
    PyObject *back = PyObject_GetAttrString(CAPI_COMPAT_OBJECT(frame), "f_back");
    if (back == Py_None) {
        Py_DECREF(back);
        back = CAPI_COMPAT_NULL;
    }
    return CAPI_COMPAT_PTR(PyFrameObject *, back);
#else
    Py_XINCREF(frame->f_back);
    return frame->f_back;
#endif
}
#  undef PyFrame_GetBack
#  define PyFrame_GetBack capi_compat_PyFrame_GetBack
#endif
#endif

/* _PyFrame_GetBackBorrow: in no Python. The reference is borrowed from the frame. */
#if !defined(Py_LIMITED_API)
static inline PyFrameObject *
capi_compat__PyFrame_GetBackBorrow(PyFrameObject *frame)
{
    PyFrameObject *back = PyFrame_GetBack(frame);
    Py_XDECREF(back);
    return back;
}
#  undef _PyFrame_GetBackBorrow
#  define _PyFrame_GetBackBorrow capi_compat__PyFrame_GetBackBorrow
#endif

/* PyFrame_GetLocals: 3.11. Differs: before 3.13 changes to the dict of a function's frame do not reach its variables,
 * which is so for the function of 3.11 and 3.12 too. */
#if (!defined(Py_LIMITED_API) && (PY_VERSION_HEX < 0x030B00A7 || defined(PYPY_VERSION))) \
    || (defined(Py_LIMITED_API) && PY_VERSION_HEX >= 0x030900B1)
#if PY_VERSION_HEX < 0x030B0000 && !defined(Py_LIMITED_API)
#  include <frameobject.h>
#endif
static inline PyObject *
capi_compat_PyFrame_GetLocals(PyFrameObject *frame)
{
    return PyObject_GetAttrString(CAPI_COMPAT_OBJECT(frame), "f_locals");
}
#  undef PyFrame_GetLocals
#  define PyFrame_GetLocals capi_compat_PyFrame_GetLocals
#endif

/* PyFrame_GetGlobals: 3.11. */
#if (!defined(Py_LIMITED_API) && (PY_VERSION_HEX < 0x030B00A7 || defined(PYPY_VERSION))) \
    || (defined(Py_LIMITED_API) && PY_VERSION_HEX >= 0x030900B1)
#if PY_VERSION_HEX < 0x030B0000 && !defined(Py_LIMITED_API)
#  include <frameobject.h>
#endif
static inline PyObject *
capi_compat_PyFrame_GetGlobals(PyFrameObject *frame)
{
    return PyObject_GetAttrString(CAPI_COMPAT_OBJECT(frame), "f_globals");
}
#  undef PyFrame_GetGlobals
#  define PyFrame_GetGlobals capi_compat_PyFrame_GetGlobals
#endif

/* PyFrame_GetBuiltins: 3.11. */
#if (!defined(Py_LIMITED_API) && (PY_VERSION_HEX < 0x030B00A7 || defined(PYPY_VERSION))) \
    || (defined(Py_LIMITED_API) && PY_VERSION_HEX >= 0x030900B1)
#if PY_VERSION_HEX < 0x030B0000 && !defined(Py_LIMITED_API)
#  include <frameobject.h>
#endif
static inline PyObject *
capi_compat_PyFrame_GetBuiltins(PyFrameObject *frame)
{
    return PyObject_GetAttrString(CAPI_COMPAT_OBJECT(frame), "f_builtins");
}
#  undef PyFrame_GetBuiltins
#  define PyFrame_GetBuiltins capi_compat_PyFrame_GetBuiltins
#endif

/* CAPI_COMPAT_FRAME_GLOBALS(frame), CAPI_COMPAT_FRAME_BUILTINS(frame): in no Python. The namespaces of a frame, which keeps
 * them as long as it is there; the references are borrowed from it. */
#if PY_VERSION_HEX >= 0x030B0000 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
#  define CAPI_COMPAT_FRAME_GLOBALS(frame) capi_compat_borrowed(PyFrame_GetGlobals(frame))
#  define CAPI_COMPAT_FRAME_BUILTINS(frame) capi_compat_borrowed(PyFrame_GetBuiltins(frame))
#elif !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
#  include <frameobject.h>
#  define CAPI_COMPAT_FRAME_GLOBALS(frame) ((frame)->f_globals)
#  define CAPI_COMPAT_FRAME_BUILTINS(frame) ((frame)->f_builtins)
#endif

/* CAPI_COMPAT_FRAME_TRACE(frame): in no Python. The trace function of a frame, borrowed from it, or NULL. */
#if PY_VERSION_HEX >= 0x030B0000 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
static inline PyObject *
capi_compat_frame_trace(PyFrameObject *frame)
{
    PyObject *trace = PyObject_GetAttrString(CAPI_COMPAT_OBJECT(frame), "f_trace");
    if (trace == CAPI_COMPAT_NULL) {
        PyErr_Clear();
    }
    Py_XDECREF(trace);
    return trace == Py_None ? CAPI_COMPAT_NULL : trace;
}
#  define CAPI_COMPAT_FRAME_TRACE(frame) capi_compat_frame_trace(frame)
#elif !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
#  include <frameobject.h>
#  define CAPI_COMPAT_FRAME_TRACE(frame) ((frame)->f_trace)
#endif

/* PyFrame_GetLasti: 3.11. */
#if (!defined(Py_LIMITED_API) && (PY_VERSION_HEX < 0x030B00B1 || defined(PYPY_VERSION))) \
    || (defined(Py_LIMITED_API) && PY_VERSION_HEX >= 0x030900B1)
#if PY_VERSION_HEX < 0x030B0000 && !defined(Py_LIMITED_API)
#  include <frameobject.h>
#endif
static inline int
capi_compat_PyFrame_GetLasti(PyFrameObject *frame)
{
#if defined(Py_LIMITED_API) || defined(PYPY_VERSION)
    long lasti;
    PyObject *number = PyObject_GetAttrString(CAPI_COMPAT_OBJECT(frame), "f_lasti");
    if (number == CAPI_COMPAT_NULL) {
        PyErr_Clear();
        return -1;
    }
    lasti = PyLong_AsLong(number);
    Py_DECREF(number);
    return CAPI_COMPAT_CAST(int, lasti);
#elif PY_VERSION_HEX >= 0x030A00A7
    /* In 3.10 the field counts instructions, which are of two bytes. */
    return frame->f_lasti < 0 ? -1 : frame->f_lasti * 2;
#else
    return frame->f_lasti;
#endif
}
#  undef PyFrame_GetLasti
#  define PyFrame_GetLasti capi_compat_PyFrame_GetLasti
#endif

/* PyFrame_GetVar: 3.12. */
#if (!defined(Py_LIMITED_API) && (PY_VERSION_HEX < 0x030C00A2 || defined(PYPY_VERSION))) \
    || (defined(Py_LIMITED_API) && PY_VERSION_HEX >= 0x030900B1)
static inline PyObject *
capi_compat_PyFrame_GetVar(PyFrameObject *frame, PyObject *name)
{
    PyObject *locals, *value;
    if (!capi_compat_is_str(name)) {
        capi_compat_type_error("name must be str, not ", name, "");
        return CAPI_COMPAT_NULL;
    }
    locals = PyFrame_GetLocals(frame);
    if (locals == CAPI_COMPAT_NULL) {
        return CAPI_COMPAT_NULL;
    }
    value = PyObject_GetItem(locals, name);
    Py_DECREF(locals);
    if (value == CAPI_COMPAT_NULL && PyErr_ExceptionMatches(PyExc_KeyError)) {
        PyErr_Clear();
#if PY_VERSION_HEX < 0x03000000
        PyErr_Format(PyExc_NameError, "variable '%s' does not exist", PyString_AsString(name));
#else
        PyErr_Format(PyExc_NameError, "variable %R does not exist", name);
#endif
    }
    return value;
}
#  undef PyFrame_GetVar
#  define PyFrame_GetVar capi_compat_PyFrame_GetVar
#endif

/* PyFrame_GetVarString: 3.12. */
#if (!defined(Py_LIMITED_API) && (PY_VERSION_HEX < 0x030C00A2 || defined(PYPY_VERSION))) \
    || (defined(Py_LIMITED_API) && PY_VERSION_HEX >= 0x030900B1)
static inline PyObject *
capi_compat_PyFrame_GetVarString(PyFrameObject *frame, const char *name)
{
    PyObject *value, *str = capi_compat_str(name);
    if (str == CAPI_COMPAT_NULL) {
        return CAPI_COMPAT_NULL;
    }
    value = PyFrame_GetVar(frame, str);
    Py_DECREF(str);
    return value;
}
#  undef PyFrame_GetVarString
#  define PyFrame_GetVarString capi_compat_PyFrame_GetVarString
#endif

/* PyFrame_GetGenerator: 3.11. */
#if PY_VERSION_HEX < 0x030B0000 && PY_VERSION_HEX >= 0x03040000 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
#include <frameobject.h>
static inline PyObject *
capi_compat_PyFrame_GetGenerator(PyFrameObject *frame)
{
    Py_XINCREF(frame->f_gen);
    return frame->f_gen;
}
#  undef PyFrame_GetGenerator
#  define PyFrame_GetGenerator capi_compat_PyFrame_GetGenerator
#endif

/* PyCode_GetCode: 3.11. */
#if (!defined(Py_LIMITED_API) && (PY_VERSION_HEX < 0x030B00B1 || defined(PYPY_VERSION))) \
    || (defined(Py_LIMITED_API) && PY_VERSION_HEX >= 0x030900B1)
static inline PyObject *
capi_compat_PyCode_GetCode(PyCodeObject *code)
{
    return PyObject_GetAttrString(CAPI_COMPAT_OBJECT(code), "co_code");
}
#  undef PyCode_GetCode
#  define PyCode_GetCode capi_compat_PyCode_GetCode
#endif

/* PyCode_GetVarnames: 3.11. */
#if (!defined(Py_LIMITED_API) && (PY_VERSION_HEX < 0x030B00C1 || defined(PYPY_VERSION))) \
    || (defined(Py_LIMITED_API) && PY_VERSION_HEX >= 0x030900B1)
static inline PyObject *
capi_compat_PyCode_GetVarnames(PyCodeObject *code)
{
    return PyObject_GetAttrString(CAPI_COMPAT_OBJECT(code), "co_varnames");
}
#  undef PyCode_GetVarnames
#  define PyCode_GetVarnames capi_compat_PyCode_GetVarnames
#endif

/* PyCode_GetFreevars: 3.11. */
#if (!defined(Py_LIMITED_API) && (PY_VERSION_HEX < 0x030B00C1 || defined(PYPY_VERSION))) \
    || (defined(Py_LIMITED_API) && PY_VERSION_HEX >= 0x030900B1)
static inline PyObject *
capi_compat_PyCode_GetFreevars(PyCodeObject *code)
{
    return PyObject_GetAttrString(CAPI_COMPAT_OBJECT(code), "co_freevars");
}
#  undef PyCode_GetFreevars
#  define PyCode_GetFreevars capi_compat_PyCode_GetFreevars
#endif

/* PyCode_GetCellvars: 3.11. */
#if (!defined(Py_LIMITED_API) && (PY_VERSION_HEX < 0x030B00C1 || defined(PYPY_VERSION))) \
    || (defined(Py_LIMITED_API) && PY_VERSION_HEX >= 0x030900B1)
static inline PyObject *
capi_compat_PyCode_GetCellvars(PyCodeObject *code)
{
    return PyObject_GetAttrString(CAPI_COMPAT_OBJECT(code), "co_cellvars");
}
#  undef PyCode_GetCellvars
#  define PyCode_GetCellvars capi_compat_PyCode_GetCellvars
#endif

/* CAPI_COMPAT_CODE_BYTES(code): in no Python. What co_code was: the bytecode, borrowed from the code object, which keeps what
 * it made at the first call. */
#if PY_VERSION_HEX >= 0x030B0000 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
#  define CAPI_COMPAT_CODE_BYTES(code) capi_compat_borrowed(PyCode_GetCode(code))
#elif !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
#  define CAPI_COMPAT_CODE_BYTES(code) ((code)->co_code)
#endif

/* CAPI_COMPAT_CODE_VARNAME(code, index), CAPI_COMPAT_CODE_FREEVAR(code, index), CAPI_COMPAT_CODE_CELLVAR(code, index): in no
 * Python. One item of co_varnames, co_freevars or co_cellvars. 3.11 makes each such tuple anew, but the code object keeps
 * the names, which are borrowed from it. */
#if PY_VERSION_HEX >= 0x030B0000 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
static inline PyObject *
capi_compat_code_name(PyObject *names, Py_ssize_t index)
{
    PyObject *name = names == CAPI_COMPAT_NULL ? CAPI_COMPAT_NULL : PyTuple_GET_ITEM(names, index);
    Py_XDECREF(names);
    return name;
}
#  define CAPI_COMPAT_CODE_VARNAME(code, index) capi_compat_code_name(PyCode_GetVarnames(code), index)
#  define CAPI_COMPAT_CODE_FREEVAR(code, index) capi_compat_code_name(PyCode_GetFreevars(code), index)
#  define CAPI_COMPAT_CODE_CELLVAR(code, index) capi_compat_code_name(PyCode_GetCellvars(code), index)
#elif !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
#  define CAPI_COMPAT_CODE_VARNAME(code, index) PyTuple_GET_ITEM((code)->co_varnames, index)
#  define CAPI_COMPAT_CODE_FREEVAR(code, index) PyTuple_GET_ITEM((code)->co_freevars, index)
#  define CAPI_COMPAT_CODE_CELLVAR(code, index) PyTuple_GET_ITEM((code)->co_cellvars, index)
#endif

/* PyUnstable_Code_New: 3.12. Differs: before 3.11 there is no place for the qualified name and the exception table. */
#if PY_VERSION_HEX >= 0x03000000 && PY_VERSION_HEX < 0x030C00B1 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
static inline PyCodeObject *
capi_compat_PyUnstable_Code_New(int argcount, int kwonlyargcount, int nlocals, int stacksize, int flags, PyObject *code,
                                PyObject *consts, PyObject *names, PyObject *varnames, PyObject *freevars,
                                PyObject *cellvars, PyObject *filename, PyObject *name, PyObject *qualname,
                                int firstlineno, PyObject *linetable, PyObject *exceptiontable)
{
#if PY_VERSION_HEX >= 0x030B00A1
    return PyCode_New(argcount, kwonlyargcount, nlocals, stacksize, flags, code, consts, names, varnames, freevars,
                      cellvars, filename, name, qualname, firstlineno, linetable, exceptiontable);
#else
    (void)qualname;
    (void)exceptiontable;
    return PyCode_New(argcount, kwonlyargcount, nlocals, stacksize, flags, code, consts, names, varnames, freevars,
                      cellvars, filename, name, firstlineno, linetable);
#endif
}
#  undef PyUnstable_Code_New
#  define PyUnstable_Code_New capi_compat_PyUnstable_Code_New
#endif

/* PyUnstable_Code_NewWithPosOnlyArgs: 3.12. Differs: before 3.11 there is no place for the qualified name and the
 * exception table. */
#if PY_VERSION_HEX >= 0x030800B1 && PY_VERSION_HEX < 0x030C00B1 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
static inline PyCodeObject *
capi_compat_PyUnstable_Code_NewWithPosOnlyArgs(int argcount, int posonlyargcount, int kwonlyargcount, int nlocals,
                                               int stacksize, int flags, PyObject *code, PyObject *consts,
                                               PyObject *names, PyObject *varnames, PyObject *freevars,
                                               PyObject *cellvars, PyObject *filename, PyObject *name,
                                               PyObject *qualname, int firstlineno, PyObject *linetable,
                                               PyObject *exceptiontable)
{
#if PY_VERSION_HEX >= 0x030B00A1
    return PyCode_NewWithPosOnlyArgs(argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags, code, consts,
                                     names, varnames, freevars, cellvars, filename, name, qualname, firstlineno,
                                     linetable, exceptiontable);
#else
    (void)qualname;
    (void)exceptiontable;
    return PyCode_NewWithPosOnlyArgs(argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags, code, consts,
                                     names, varnames, freevars, cellvars, filename, name, firstlineno, linetable);
#endif
}
#  undef PyUnstable_Code_NewWithPosOnlyArgs
#  define PyUnstable_Code_NewWithPosOnlyArgs capi_compat_PyUnstable_Code_NewWithPosOnlyArgs
#endif

/* PyUnstable_Code_GetExtra: 3.12. */
#if PY_VERSION_HEX >= 0x03060000 && PY_VERSION_HEX < 0x030C00B1 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
static inline int
capi_compat_PyUnstable_Code_GetExtra(PyObject *code, Py_ssize_t index, void **extra)
{
    return _PyCode_GetExtra(code, index, extra);
}
#  undef PyUnstable_Code_GetExtra
#  define PyUnstable_Code_GetExtra capi_compat_PyUnstable_Code_GetExtra
#endif

/* PyUnstable_Code_SetExtra: 3.12. */
#if PY_VERSION_HEX >= 0x03060000 && PY_VERSION_HEX < 0x030C00B1 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
static inline int
capi_compat_PyUnstable_Code_SetExtra(PyObject *code, Py_ssize_t index, void *extra)
{
    return _PyCode_SetExtra(code, index, extra);
}
#  undef PyUnstable_Code_SetExtra
#  define PyUnstable_Code_SetExtra capi_compat_PyUnstable_Code_SetExtra
#endif

/* PyUnstable_Eval_RequestCodeExtraIndex: 3.12. */
#if PY_VERSION_HEX >= 0x03060000 && PY_VERSION_HEX < 0x030C00B1 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
static inline Py_ssize_t
capi_compat_PyUnstable_Eval_RequestCodeExtraIndex(freefunc release)
{
    return _PyEval_RequestCodeExtraIndex(release);
}
#  undef PyUnstable_Eval_RequestCodeExtraIndex
#  define PyUnstable_Eval_RequestCodeExtraIndex capi_compat_PyUnstable_Eval_RequestCodeExtraIndex
#endif

/* PyUnstable_Code_GetFirstFree: 3.13. */
#if PY_VERSION_HEX >= 0x030B0000 && PY_VERSION_HEX < 0x030D00A1 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
static inline int
capi_compat_PyUnstable_Code_GetFirstFree(PyCodeObject *op)
{
    return op->co_nlocalsplus - op->co_nfreevars;
}
#  undef PyUnstable_Code_GetFirstFree
#  define PyUnstable_Code_GetFirstFree capi_compat_PyUnstable_Code_GetFirstFree
#endif

/* PyGen_GetCode: 3.12. */
#if PY_VERSION_HEX < 0x030C00A1 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
static inline PyCodeObject *
capi_compat_PyGen_GetCode(PyGenObject *gen)
{
    return CAPI_COMPAT_PTR(PyCodeObject *, PyObject_GetAttrString(CAPI_COMPAT_OBJECT(gen), "gi_code"));
}
#  undef PyGen_GetCode
#  define PyGen_GetCode capi_compat_PyGen_GetCode
#endif

/* CAPI_COMPAT_GEN_CODE(gen): in no Python. The code of a generator, borrowed from it. */
#if PY_VERSION_HEX >= 0x030C0000 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
static inline PyCodeObject *
capi_compat_gen_code(PyGenObject *gen)
{
    PyCodeObject *code = PyGen_GetCode(gen);
    Py_DECREF(code);
    return code;
}
#  define CAPI_COMPAT_GEN_CODE(gen) capi_compat_gen_code(gen)
#elif !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
#  define CAPI_COMPAT_GEN_CODE(gen) CAPI_COMPAT_PTR(PyCodeObject *, (gen)->gi_code)
#endif

/* PyThreadState_GetInterpreter: 3.9. */
#if (PY_VERSION_HEX < 0x030900A5 || (defined(PYPY_VERSION) && PY_VERSION_HEX < 0x030B0000)) && !defined(Py_LIMITED_API)
static inline PyInterpreterState *
capi_compat_PyThreadState_GetInterpreter(PyThreadState *tstate)
{
    return tstate->interp;
}
#  undef PyThreadState_GetInterpreter
#  define PyThreadState_GetInterpreter capi_compat_PyThreadState_GetInterpreter
#endif

/* PyThreadState_GetFrame: 3.9. */
#if PY_VERSION_HEX < 0x030900B1 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
#include <frameobject.h>
static inline PyFrameObject *
capi_compat_PyThreadState_GetFrame(PyThreadState *tstate)
{
    Py_XINCREF(tstate->frame);
    return tstate->frame;
}
#  undef PyThreadState_GetFrame
#  define PyThreadState_GetFrame capi_compat_PyThreadState_GetFrame
#endif

/* _PyThreadState_GetFrameBorrow: in no Python. The reference is borrowed from the thread state. */
#if !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
static inline PyFrameObject *
capi_compat__PyThreadState_GetFrameBorrow(PyThreadState *tstate)
{
    PyFrameObject *frame = PyThreadState_GetFrame(tstate);
    Py_XDECREF(frame);
    return frame;
}
#  undef _PyThreadState_GetFrameBorrow
#  define _PyThreadState_GetFrameBorrow capi_compat__PyThreadState_GetFrameBorrow
#endif

/* PyThreadState_GetID: 3.9. */
#if PY_VERSION_HEX >= 0x030700A1 && PY_VERSION_HEX < 0x030900A6 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
static inline uint64_t
capi_compat_PyThreadState_GetID(PyThreadState *tstate)
{
    return tstate->id;
}
#  undef PyThreadState_GetID
#  define PyThreadState_GetID capi_compat_PyThreadState_GetID
#endif

/* PyThreadState_GetUnchecked: 3.13. */
#if PY_VERSION_HEX < 0x030D00A1 && !defined(Py_LIMITED_API)
static inline PyThreadState *
capi_compat_PyThreadState_GetUnchecked(void)
{
#if PY_VERSION_HEX < 0x03000000
    return _PyThreadState_Current;
#else
    return _PyThreadState_UncheckedGet();
#endif
}
#  undef PyThreadState_GetUnchecked
#  define PyThreadState_GetUnchecked capi_compat_PyThreadState_GetUnchecked
#endif

/* PyThreadState_EnterTracing: 3.11. */
#if PY_VERSION_HEX < 0x030B00A2 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
static inline void
capi_compat_PyThreadState_EnterTracing(PyThreadState *tstate)
{
    tstate->tracing++;
#if PY_VERSION_HEX >= 0x030A00A1
    tstate->cframe->use_tracing = 0;
#else
    tstate->use_tracing = 0;
#endif
}
#  undef PyThreadState_EnterTracing
#  define PyThreadState_EnterTracing capi_compat_PyThreadState_EnterTracing
#endif

/* PyThreadState_LeaveTracing: 3.11. */
#if PY_VERSION_HEX < 0x030B00A2 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
static inline void
capi_compat_PyThreadState_LeaveTracing(PyThreadState *tstate)
{
    int tracing = tstate->c_tracefunc != CAPI_COMPAT_NULL || tstate->c_profilefunc != CAPI_COMPAT_NULL;
    tstate->tracing--;
#if PY_VERSION_HEX >= 0x030A00A1
    tstate->cframe->use_tracing = tracing;
#else
    tstate->use_tracing = tracing;
#endif
}
#  undef PyThreadState_LeaveTracing
#  define PyThreadState_LeaveTracing capi_compat_PyThreadState_LeaveTracing
#endif

/* PyInterpreterState_Get: 3.9. */
#if (PY_VERSION_HEX < 0x030900A5 || defined(PYPY_VERSION)) && !defined(Py_LIMITED_API)
static inline PyInterpreterState *
capi_compat_PyInterpreterState_Get(void)
{
    return PyThreadState_Get()->interp;
}
#  undef PyInterpreterState_Get
#  define PyInterpreterState_Get capi_compat_PyInterpreterState_Get
#endif

/* Py_IsFinalizing: 3.13. */
#if PY_VERSION_HEX >= 0x03060000 && PY_VERSION_HEX < 0x030D00A1 && !defined(Py_LIMITED_API)
static inline int
capi_compat_Py_IsFinalizing(void)
{
#if PY_VERSION_HEX < 0x030700A1 && !defined(PYPY_VERSION)
    return _Py_Finalizing != CAPI_COMPAT_NULL;
#else
    return _Py_IsFinalizing();
#endif
}
#  undef Py_IsFinalizing
#  define Py_IsFinalizing capi_compat_Py_IsFinalizing
#endif

/* PyEval_GetFrameBuiltins: 3.13. */
#if PY_VERSION_HEX < 0x030D00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030D0000)
static inline PyObject *
capi_compat_PyEval_GetFrameBuiltins(void)
{
    PyObject *builtins = PyEval_GetBuiltins();
    Py_XINCREF(builtins);
    return builtins;
}
#  undef PyEval_GetFrameBuiltins
#  define PyEval_GetFrameBuiltins capi_compat_PyEval_GetFrameBuiltins
#endif

/* PyEval_GetFrameGlobals: 3.13. */
#if PY_VERSION_HEX < 0x030D00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030D0000)
static inline PyObject *
capi_compat_PyEval_GetFrameGlobals(void)
{
    PyObject *globals = PyEval_GetGlobals();
    Py_XINCREF(globals);
    return globals;
}
#  undef PyEval_GetFrameGlobals
#  define PyEval_GetFrameGlobals capi_compat_PyEval_GetFrameGlobals
#endif

/* PyEval_GetFrameLocals: 3.13. */
#if PY_VERSION_HEX < 0x030D00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030D0000)
static inline PyObject *
capi_compat_PyEval_GetFrameLocals(void)
{
    PyObject *frame, *code, *number;
    long flags = 0;
    PyObject *locals = PyEval_GetLocals();
    if (locals == CAPI_COMPAT_NULL) {
        return CAPI_COMPAT_NULL;
    }
    /* For a function each call gives a snapshot of its own; elsewhere it is the namespace itself. */
    frame = CAPI_COMPAT_PTR(PyObject *, PyEval_GetFrame());
    code = frame == CAPI_COMPAT_NULL ? CAPI_COMPAT_NULL : PyObject_GetAttrString(frame, "f_code");
    number = code == CAPI_COMPAT_NULL ? CAPI_COMPAT_NULL : PyObject_GetAttrString(code, "co_flags");
    Py_XDECREF(code);
    if (number != CAPI_COMPAT_NULL) {
        flags = PyLong_AsLong(number);
        Py_DECREF(number);
    }
    if (PyErr_Occurred() != CAPI_COMPAT_NULL) {
        return CAPI_COMPAT_NULL;
    }
    if ((flags & 0x0001) != 0 && PyDict_Check(locals)) {  /* CO_OPTIMIZED */
        return PyDict_Copy(locals);
    }
    Py_INCREF(locals);
    return locals;
}
#  undef PyEval_GetFrameLocals
#  define PyEval_GetFrameLocals capi_compat_PyEval_GetFrameLocals
#endif


/* ---- Attributes, items and containers ---- */

/* PyObject_GetOptionalAttr: 3.13. */
#if PY_VERSION_HEX < 0x030D00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030D0000)
static inline int
capi_compat_PyObject_GetOptionalAttr(PyObject *obj, PyObject *attr_name, PyObject **result)
{
#if PY_VERSION_HEX >= 0x030700B1 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
    return _PyObject_LookupAttr(obj, attr_name, result);
#else
    *result = PyObject_GetAttr(obj, attr_name);
    if (*result != CAPI_COMPAT_NULL) {
        return 1;
    }
    if (!PyErr_ExceptionMatches(PyExc_AttributeError)) {
        return -1;
    }
    PyErr_Clear();
    return 0;
#endif
}
#  undef PyObject_GetOptionalAttr
#  define PyObject_GetOptionalAttr capi_compat_PyObject_GetOptionalAttr
#endif

/* PyObject_GetOptionalAttrString: 3.13. */
#if PY_VERSION_HEX < 0x030D00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030D0000)
static inline int
capi_compat_PyObject_GetOptionalAttrString(PyObject *obj, const char *attr_name, PyObject **result)
{
    int found;
    PyObject *name = capi_compat_str(attr_name);
    if (name == CAPI_COMPAT_NULL) {
        *result = CAPI_COMPAT_NULL;
        return -1;
    }
    found = PyObject_GetOptionalAttr(obj, name, result);
    Py_DECREF(name);
    return found;
}
#  undef PyObject_GetOptionalAttrString
#  define PyObject_GetOptionalAttrString capi_compat_PyObject_GetOptionalAttrString
#endif

/* PyObject_HasAttrWithError: 3.13. */
#if PY_VERSION_HEX < 0x030D00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030D0000)
static inline int
capi_compat_PyObject_HasAttrWithError(PyObject *obj, PyObject *attr_name)
{
    PyObject *value;
    int found = PyObject_GetOptionalAttr(obj, attr_name, &value);
    Py_XDECREF(value);
    return found;
}
#  undef PyObject_HasAttrWithError
#  define PyObject_HasAttrWithError capi_compat_PyObject_HasAttrWithError
#endif

/* PyObject_HasAttrStringWithError: 3.13. */
#if PY_VERSION_HEX < 0x030D00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030D0000)
static inline int
capi_compat_PyObject_HasAttrStringWithError(PyObject *obj, const char *attr_name)
{
    PyObject *value;
    int found = PyObject_GetOptionalAttrString(obj, attr_name, &value);
    Py_XDECREF(value);
    return found;
}
#  undef PyObject_HasAttrStringWithError
#  define PyObject_HasAttrStringWithError capi_compat_PyObject_HasAttrStringWithError
#endif

/* PyDict_GET_SIZE: 3.7. */
#if PY_VERSION_HEX < 0x03070000 && !defined(Py_LIMITED_API)
#  undef PyDict_GET_SIZE
#  define PyDict_GET_SIZE(mp) PyDict_Size(CAPI_COMPAT_OBJECT(mp))
#endif

/* PyDict_GetItemRef: 3.13. */
#if PY_VERSION_HEX < 0x030D00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030D0000)
static inline int
capi_compat_PyDict_GetItemRef(PyObject *mp, PyObject *key, PyObject **result)
{
    capi_compat_error saved = {CAPI_COMPAT_NULL, CAPI_COMPAT_NULL, CAPI_COMPAT_NULL};
    PyObject *item;
    /* An exception that is set already must not be taken for one of this lookup. */
    int had_error = PyErr_Occurred() != CAPI_COMPAT_NULL;
    if (!PyDict_Check(mp)) {
        *result = CAPI_COMPAT_NULL;
        PyErr_BadInternalCall();
        return -1;
    }
    if (had_error) {
        capi_compat_error_save(&saved);
    }
#if PY_VERSION_HEX < 0x03000000
    item = _PyDict_GetItemWithError(mp, key);
#else
    item = PyDict_GetItemWithError(mp, key);
#endif
    Py_XINCREF(item);
    *result = item;
    if (item == CAPI_COMPAT_NULL && PyErr_Occurred() != CAPI_COMPAT_NULL) {
        capi_compat_error_drop(&saved);
        return -1;
    }
    if (had_error) {
        capi_compat_error_restore(&saved);
    }
    return item != CAPI_COMPAT_NULL;
}
#  undef PyDict_GetItemRef
#  define PyDict_GetItemRef capi_compat_PyDict_GetItemRef
#endif

/* PyDict_GetItemStringRef: 3.13. */
#if PY_VERSION_HEX < 0x030D00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030D0000)
static inline int
capi_compat_PyDict_GetItemStringRef(PyObject *mp, const char *key, PyObject **result)
{
    int found;
    PyObject *str = capi_compat_str(key);
    if (str == CAPI_COMPAT_NULL) {
        *result = CAPI_COMPAT_NULL;
        return -1;
    }
    found = PyDict_GetItemRef(mp, str, result);
    Py_DECREF(str);
    return found;
}
#  undef PyDict_GetItemStringRef
#  define PyDict_GetItemStringRef capi_compat_PyDict_GetItemStringRef
#endif

/* PyDict_ContainsString: 3.13. */
#if PY_VERSION_HEX < 0x030D00A1 || defined(Py_LIMITED_API)
static inline int
capi_compat_PyDict_ContainsString(PyObject *op, const char *key)
{
    int found;
    PyObject *str = capi_compat_str(key);
    if (str == CAPI_COMPAT_NULL) {
        return -1;
    }
    found = PyDict_Contains(op, str);
    Py_DECREF(str);
    return found;
}
#  undef PyDict_ContainsString
#  define PyDict_ContainsString capi_compat_PyDict_ContainsString
#endif

/* PyMapping_GetOptionalItem: 3.13. */
#if PY_VERSION_HEX < 0x030D00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030D0000)
static inline int
capi_compat_PyMapping_GetOptionalItem(PyObject *obj, PyObject *key, PyObject **result)
{
    if (PyDict_CheckExact(obj)) {
        return PyDict_GetItemRef(obj, key, result);
    }
    *result = PyObject_GetItem(obj, key);
    if (*result != CAPI_COMPAT_NULL) {
        return 1;
    }
    if (!PyErr_ExceptionMatches(PyExc_KeyError)) {
        return -1;
    }
    PyErr_Clear();
    return 0;
}
#  undef PyMapping_GetOptionalItem
#  define PyMapping_GetOptionalItem capi_compat_PyMapping_GetOptionalItem
#endif

/* PyMapping_GetOptionalItemString: 3.13. */
#if PY_VERSION_HEX < 0x030D00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030D0000)
static inline int
capi_compat_PyMapping_GetOptionalItemString(PyObject *obj, const char *key, PyObject **result)
{
    int found;
    PyObject *str;
    *result = CAPI_COMPAT_NULL;
    if (key == CAPI_COMPAT_NULL) {
        if (PyErr_Occurred() == CAPI_COMPAT_NULL) {
            PyErr_SetString(PyExc_SystemError, "null argument to internal routine");
        }
        return -1;
    }
    str = capi_compat_str(key);
    if (str == CAPI_COMPAT_NULL) {
        return -1;
    }
    found = PyMapping_GetOptionalItem(obj, str, result);
    Py_DECREF(str);
    return found;
}
#  undef PyMapping_GetOptionalItemString
#  define PyMapping_GetOptionalItemString capi_compat_PyMapping_GetOptionalItemString
#endif

/* PyMapping_HasKeyWithError: 3.13. */
#if PY_VERSION_HEX < 0x030D00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030D0000)
static inline int
capi_compat_PyMapping_HasKeyWithError(PyObject *obj, PyObject *key)
{
    PyObject *value;
    int found = PyMapping_GetOptionalItem(obj, key, &value);
    Py_XDECREF(value);
    return found;
}
#  undef PyMapping_HasKeyWithError
#  define PyMapping_HasKeyWithError capi_compat_PyMapping_HasKeyWithError
#endif

/* PyMapping_HasKeyStringWithError: 3.13. */
#if PY_VERSION_HEX < 0x030D00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030D0000)
static inline int
capi_compat_PyMapping_HasKeyStringWithError(PyObject *obj, const char *key)
{
    PyObject *value;
    int found = PyMapping_GetOptionalItemString(obj, key, &value);
    Py_XDECREF(value);
    return found;
}
#  undef PyMapping_HasKeyStringWithError
#  define PyMapping_HasKeyStringWithError capi_compat_PyMapping_HasKeyStringWithError
#endif

/* A method of a builtin type, called as that type has it, whatever a subclass makes of it. arg2 may be NULL. */
static inline PyObject *
capi_compat_call_method_of(PyTypeObject *type, const char *name, PyObject *self, PyObject *arg1, PyObject *arg2)
{
    PyObject *result, *method = PyObject_GetAttrString(CAPI_COMPAT_OBJECT(type), name);
    if (method == CAPI_COMPAT_NULL) {
        return CAPI_COMPAT_NULL;
    }
    result = PyObject_CallFunctionObjArgs(method, self, arg1, arg2, CAPI_COMPAT_NULL);
    Py_DECREF(method);
    return result;
}

/* PyDict_Pop: 3.13. */
#if PY_VERSION_HEX < 0x030D00A2 || defined(Py_LIMITED_API)
static inline int
capi_compat_PyDict_Pop(PyObject *dict, PyObject *key, PyObject **result)
{
    PyObject *missing, *value;
    if (result != CAPI_COMPAT_NULL) {
        *result = CAPI_COMPAT_NULL;
    }
    if (!PyDict_Check(dict)) {
        PyErr_BadInternalCall();
        return -1;
    }
    if (PyDict_Size(dict) == 0) {
        return 0;
    }
    /* With a default that nobody else has, any KeyError comes from the key itself and stays set. */
    missing = PyObject_CallFunctionObjArgs(CAPI_COMPAT_OBJECT(&PyBaseObject_Type), CAPI_COMPAT_NULL);
    if (missing == CAPI_COMPAT_NULL) {
        return -1;
    }
#if PY_VERSION_HEX >= 0x03060000 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
    value = _PyDict_Pop(dict, key, missing);
#else
    value = capi_compat_call_method_of(&PyDict_Type, "pop", dict, key, missing);
#endif
    Py_DECREF(missing);
    if (value == CAPI_COMPAT_NULL) {
        return -1;
    }
    if (value == missing) {
        Py_DECREF(value);
        return 0;
    }
    if (result != CAPI_COMPAT_NULL) {
        *result = value;
    }
    else {
        Py_DECREF(value);
    }
    return 1;
}
#  undef PyDict_Pop
#  define PyDict_Pop capi_compat_PyDict_Pop
#endif

/* PyDict_PopString: 3.13. */
#if PY_VERSION_HEX < 0x030D00A2 || defined(Py_LIMITED_API)
static inline int
capi_compat_PyDict_PopString(PyObject *dict, const char *key, PyObject **result)
{
    int found;
    PyObject *str = capi_compat_str(key);
    if (str == CAPI_COMPAT_NULL) {
        if (result != CAPI_COMPAT_NULL) {
            *result = CAPI_COMPAT_NULL;
        }
        return -1;
    }
    found = PyDict_Pop(dict, str, result);
    Py_DECREF(str);
    return found;
}
#  undef PyDict_PopString
#  define PyDict_PopString capi_compat_PyDict_PopString
#endif

/* PyDict_SetDefaultRef: 3.13. Differs: where the dict has this very value for the key already, and a comparison that is
 * written in Python changes the dict's size meanwhile, the answer may be 0 instead of 1. */
#if PY_VERSION_HEX < 0x030D00A4 \
    || (defined(Py_LIMITED_API) && (Py_LIMITED_API < 0x030F0000 || PY_VERSION_HEX < 0x030F0000))
static inline int
capi_compat_PyDict_SetDefaultRef(PyObject *d, PyObject *key, PyObject *default_value, PyObject **result)
{
    PyObject *value;
    Py_ssize_t size;
    if (result != CAPI_COMPAT_NULL) {
        *result = CAPI_COMPAT_NULL;
    }
    if (!PyDict_Check(d)) {
        PyErr_BadInternalCall();
        return -1;
    }
    size = PyDict_Size(d);
#if PY_VERSION_HEX >= 0x03040000 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
    value = PyDict_SetDefault(d, key, default_value);
    Py_XINCREF(value);
#else
    value = capi_compat_call_method_of(&PyDict_Type, "setdefault", d, key, default_value);
#endif
    if (value == CAPI_COMPAT_NULL) {
        return -1;
    }
    if (result != CAPI_COMPAT_NULL) {
        *result = value;
    }
    else {
        Py_DECREF(value);
    }
    return value != default_value || PyDict_Size(d) == size;
}
#  undef PyDict_SetDefaultRef
#  define PyDict_SetDefaultRef capi_compat_PyDict_SetDefaultRef
#endif

/* PyList_GetItemRef: 3.13. */
#if PY_VERSION_HEX < 0x030D00A4 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030D0000)
static inline PyObject *
capi_compat_PyList_GetItemRef(PyObject *op, Py_ssize_t index)
{
    PyObject *item;
    if (!PyList_Check(op)) {
        PyErr_SetString(PyExc_TypeError, "expected a list");
        return CAPI_COMPAT_NULL;
    }
    item = PyList_GetItem(op, index);
    Py_XINCREF(item);
    return item;
}
#  undef PyList_GetItemRef
#  define PyList_GetItemRef capi_compat_PyList_GetItemRef
#endif

/* PyList_Extend: 3.13. */
#if PY_VERSION_HEX < 0x030D00A2 || defined(Py_LIMITED_API)
static inline int
capi_compat_PyList_Extend(PyObject *list, PyObject *iterable)
{
    PyObject *none;
    if (!PyList_Check(list)) {
        PyErr_BadInternalCall();
        return -1;
    }
    none = capi_compat_call_method_of(&PyList_Type, "extend", list, iterable, CAPI_COMPAT_NULL);
    Py_XDECREF(none);
    return none == CAPI_COMPAT_NULL ? -1 : 0;
}
#  undef PyList_Extend
#  define PyList_Extend capi_compat_PyList_Extend
#endif

/* PyList_Clear: 3.13. */
#if PY_VERSION_HEX < 0x030D00A2 || defined(Py_LIMITED_API)
static inline int
capi_compat_PyList_Clear(PyObject *list)
{
    if (!PyList_Check(list)) {
        PyErr_BadInternalCall();
        return -1;
    }
    return PyList_SetSlice(list, 0, CAPI_COMPAT_SSIZE_MAX, CAPI_COMPAT_NULL);
}
#  undef PyList_Clear
#  define PyList_Clear capi_compat_PyList_Clear
#endif


/* ---- Modules and types ---- */

/* PyModule_AddObjectRef: 3.10. */
#if PY_VERSION_HEX < 0x030A00A3 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030A0000)
static inline int
capi_compat_PyModule_AddObjectRef(PyObject *module, const char *name, PyObject *value)
{
    if (!PyModule_Check(module)) {
        PyErr_SetString(PyExc_TypeError, "PyModule_AddObjectRef() first argument must be a module");
        return -1;
    }
    if (value == CAPI_COMPAT_NULL) {
        if (PyErr_Occurred() == CAPI_COMPAT_NULL) {
            PyErr_SetString(PyExc_SystemError,
                            "PyModule_AddObjectRef() must be called with an exception raised if value is NULL");
        }
        return -1;
    }
    Py_INCREF(value);
    if (PyModule_AddObject(module, name, value) < 0) {
        Py_DECREF(value);
        return -1;
    }
    return 0;
}
#  undef PyModule_AddObjectRef
#  define PyModule_AddObjectRef capi_compat_PyModule_AddObjectRef
#endif

/* PyModule_Add: 3.13. */
#if PY_VERSION_HEX < 0x030D00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030D0000)
static inline int
capi_compat_PyModule_Add(PyObject *module, const char *name, PyObject *value)
{
    int result = PyModule_AddObjectRef(module, name, value);
    Py_XDECREF(value);
    return result;
}
#  undef PyModule_Add
#  define PyModule_Add capi_compat_PyModule_Add
#endif

/* PyModule_AddType: 3.9. */
#if PY_VERSION_HEX < 0x030900A5 \
    || (defined(Py_LIMITED_API) && (Py_LIMITED_API < 0x030A0000 || PY_VERSION_HEX < 0x030A0000))
static inline int
capi_compat_PyModule_AddType(PyObject *module, PyTypeObject *type)
{
#ifdef Py_LIMITED_API
    PyObject *dict, *name;
    int result;
    if (PyType_Ready(type) < 0) {
        return -1;
    }
    dict = PyModule_GetDict(module);
    if (dict == CAPI_COMPAT_NULL) {
        return -1;
    }
    name = PyObject_GetAttrString(CAPI_COMPAT_OBJECT(type), "__name__");
    if (name == CAPI_COMPAT_NULL) {
        return -1;
    }
    result = PyDict_SetItem(dict, name, CAPI_COMPAT_OBJECT(type));
    Py_DECREF(name);
    return result;
#else
    const char *dot;
    if (PyType_Ready(type) < 0) {
        return -1;
    }
    dot = strrchr(type->tp_name, '.');
    return PyModule_AddObjectRef(module, dot == CAPI_COMPAT_NULL ? type->tp_name : dot + 1, CAPI_COMPAT_OBJECT(type));
#endif
}
#  undef PyModule_AddType
#  define PyModule_AddType capi_compat_PyModule_AddType
#endif

/* PyImport_GetModule: 3.7. */
#if PY_VERSION_HEX < 0x03070000 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x03080000)
static inline PyObject *
capi_compat_PyImport_GetModule(PyObject *name)
{
    PyObject *module;
    (void)PyDict_GetItemRef(PyImport_GetModuleDict(), name, &module);
    return module;
}
#  undef PyImport_GetModule
#  define PyImport_GetModule capi_compat_PyImport_GetModule
#endif

/* PyImport_AddModuleRef: 3.13. */
#if PY_VERSION_HEX < 0x030D00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030D0000)
static inline PyObject *
capi_compat_PyImport_AddModuleRef(const char *name)
{
    PyObject *module = PyImport_AddModule(name);
    Py_XINCREF(module);
    return module;
}
#  undef PyImport_AddModuleRef
#  define PyImport_AddModuleRef capi_compat_PyImport_AddModuleRef
#endif

/* PyImport_ImportModuleAttr: 3.14. */
#if PY_VERSION_HEX < 0x030E00A3 || defined(Py_LIMITED_API)
static inline PyObject *
capi_compat_PyImport_ImportModuleAttr(PyObject *mod_name, PyObject *attr_name)
{
    PyObject *result, *module = PyImport_Import(mod_name);
    if (module == CAPI_COMPAT_NULL) {
        return CAPI_COMPAT_NULL;
    }
    result = PyObject_GetAttr(module, attr_name);
    Py_DECREF(module);
    return result;
}
#  undef PyImport_ImportModuleAttr
#  define PyImport_ImportModuleAttr capi_compat_PyImport_ImportModuleAttr
#endif

/* PyImport_ImportModuleAttrString: 3.14. */
#if PY_VERSION_HEX < 0x030E00A3 || defined(Py_LIMITED_API)
static inline PyObject *
capi_compat_PyImport_ImportModuleAttrString(const char *mod_name, const char *attr_name)
{
    PyObject *result, *attr, *name = capi_compat_str(mod_name);
    if (name == CAPI_COMPAT_NULL) {
        return CAPI_COMPAT_NULL;
    }
    attr = capi_compat_str(attr_name);
    result = attr == CAPI_COMPAT_NULL ? CAPI_COMPAT_NULL : PyImport_ImportModuleAttr(name, attr);
    Py_XDECREF(attr);
    Py_DECREF(name);
    return result;
}
#  undef PyImport_ImportModuleAttrString
#  define PyImport_ImportModuleAttrString capi_compat_PyImport_ImportModuleAttrString
#endif

/* PyType_GetName: 3.11. Differs: on PyPy and in the Limited API a metaclass may give another __name__. */
#if PY_VERSION_HEX < 0x030B00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030B0000)
static inline PyObject *
capi_compat_PyType_GetName(PyTypeObject *type)
{
#if PY_VERSION_HEX >= 0x03030000 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
    /* What the type is called, whatever its metaclass makes of __name__. */
    const char *dot;
    if ((type->tp_flags & Py_TPFLAGS_HEAPTYPE) != 0) {
        return Py_NewRef(CAPI_COMPAT_PTR(PyHeapTypeObject *, type)->ht_name);
    }
    dot = strrchr(type->tp_name, '.');
    return PyUnicode_FromString(dot == CAPI_COMPAT_NULL ? type->tp_name : dot + 1);
#else
    return PyObject_GetAttrString(CAPI_COMPAT_OBJECT(type), "__name__");
#endif
}
#  undef PyType_GetName
#  define PyType_GetName capi_compat_PyType_GetName
#endif

/* PyType_GetQualName: 3.11. Differs: on PyPy and in the Limited API a metaclass may give another __qualname__. */
#if PY_VERSION_HEX >= 0x03030000 \
    && (PY_VERSION_HEX < 0x030B00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030B0000))
static inline PyObject *
capi_compat_PyType_GetQualName(PyTypeObject *type)
{
#if !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
    if ((type->tp_flags & Py_TPFLAGS_HEAPTYPE) != 0) {
        return Py_NewRef(CAPI_COMPAT_PTR(PyHeapTypeObject *, type)->ht_qualname);
    }
    return PyType_GetName(type);
#else
    return PyObject_GetAttrString(CAPI_COMPAT_OBJECT(type), "__qualname__");
#endif
}
#  undef PyType_GetQualName
#  define PyType_GetQualName capi_compat_PyType_GetQualName
#endif

/* PyType_GetFullyQualifiedName: 3.13. */
#if PY_VERSION_HEX < 0x030D00B1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030D0000)
static inline PyObject *
capi_compat_PyType_GetFullyQualifiedName(PyTypeObject *type)
{
    return capi_compat_type_full_name(type);
}
#  undef PyType_GetFullyQualifiedName
#  define PyType_GetFullyQualifiedName capi_compat_PyType_GetFullyQualifiedName
#endif

/* PyType_GetModuleName: 3.13. */
#if PY_VERSION_HEX < 0x030D00B1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030D0000)
static inline PyObject *
capi_compat_PyType_GetModuleName(PyTypeObject *type)
{
    return PyObject_GetAttrString(CAPI_COMPAT_OBJECT(type), "__module__");
}
#  undef PyType_GetModuleName
#  define PyType_GetModuleName capi_compat_PyType_GetModuleName
#endif

/* PyWeakref_GetRef: 3.13. Differs: on PyPy a proxy is an error. */
#if PY_VERSION_HEX < 0x030D00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030D0000)
#if PY_VERSION_HEX >= 0x030F0000
/* The headers of 3.15 have the function no more; the Stable ABI keeps it. */
#ifdef __cplusplus
extern "C"
#endif
PyAPI_FUNC(PyObject *) PyWeakref_GetObject(PyObject *ref);
#endif
static inline int
capi_compat_PyWeakref_GetRef(PyObject *ref, PyObject **pobj)
{
    PyObject *obj;
    *pobj = CAPI_COMPAT_NULL;
    if (ref == CAPI_COMPAT_NULL) {
        PyErr_BadInternalCall();
        return -1;
    }
    if (!PyWeakref_Check(ref)) {
        PyErr_SetString(PyExc_TypeError, "expected a weakref");
        return -1;
    }
    CAPI_COMPAT_BEGIN_DEPRECATED
    obj = PyWeakref_GetObject(ref);
    CAPI_COMPAT_END_DEPRECATED
    if (obj == CAPI_COMPAT_NULL) {
        return -1;
    }
    if (obj == Py_None) {
        return 0;
    }
    Py_INCREF(obj);
    *pobj = obj;
    return 1;
}
#  undef PyWeakref_GetRef
#  define PyWeakref_GetRef capi_compat_PyWeakref_GetRef
#endif

/* PyWeakref_IsDead: 3.14. Differs: on PyPy a proxy is an error. */
#if PY_VERSION_HEX < 0x030E00A1 || defined(Py_LIMITED_API)
static inline int
capi_compat_PyWeakref_IsDead(PyObject *ref)
{
    PyObject *obj;
    int alive;
    if (ref != CAPI_COMPAT_NULL && !PyWeakref_Check(ref)) {
        capi_compat_type_error("expected a weakref, got ", ref, "");
        return -1;
    }
    alive = PyWeakref_GetRef(ref, &obj);
    Py_XDECREF(obj);
    return alive < 0 ? -1 : !alive;
}
#  undef PyWeakref_IsDead
#  define PyWeakref_IsDead capi_compat_PyWeakref_IsDead
#endif

/* PyUnstable_Object_ClearWeakRefsNoCallbacks: 3.13. */
#if PY_VERSION_HEX < 0x030D00A4 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
static inline void
capi_compat_PyUnstable_Object_ClearWeakRefsNoCallbacks(PyObject *obj)
{
    PyObject **list;
    if (!PyType_SUPPORTS_WEAKREFS(Py_TYPE(obj))) {
        return;
    }
    list = PyObject_GET_WEAKREFS_LISTPTR(obj);
    while (list != CAPI_COMPAT_NULL && *list != CAPI_COMPAT_NULL) {
        _PyWeakref_ClearRef(CAPI_COMPAT_PTR(PyWeakReference *, *list));
    }
}
#  undef PyUnstable_Object_ClearWeakRefsNoCallbacks
#  define PyUnstable_Object_ClearWeakRefsNoCallbacks capi_compat_PyUnstable_Object_ClearWeakRefsNoCallbacks
#endif


/* ---- Exceptions ---- */

/* PyErr_GetRaisedException: 3.12. Differs: in 2.7 the traceback is lost. */
#if PY_VERSION_HEX < 0x030C00A6 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030C0000)
static inline PyObject *
capi_compat_PyErr_GetRaisedException(void)
{
    capi_compat_error error;
    capi_compat_error_save(&error);
    if (error.type == CAPI_COMPAT_NULL) {
        return CAPI_COMPAT_NULL;
    }
    PyErr_NormalizeException(&error.type, &error.value, &error.traceback);
#if PY_VERSION_HEX >= 0x03000000
    if (error.traceback != CAPI_COMPAT_NULL && error.value != CAPI_COMPAT_NULL) {
        PyException_SetTraceback(error.value, error.traceback);
    }
#endif
    Py_XDECREF(error.type);
    Py_XDECREF(error.traceback);
    return error.value;
}
#  undef PyErr_GetRaisedException
#  define PyErr_GetRaisedException capi_compat_PyErr_GetRaisedException
#endif

/* PyErr_SetRaisedException: 3.12. */
#if PY_VERSION_HEX < 0x030C00A6 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030C0000)
static inline void
capi_compat_PyErr_SetRaisedException(PyObject *exc)
{
    PyObject *type, *traceback = CAPI_COMPAT_NULL;
    if (exc == CAPI_COMPAT_NULL) {
        PyErr_Clear();
        return;
    }
    type = CAPI_COMPAT_OBJECT(Py_TYPE(exc));
    Py_INCREF(type);
#if PY_VERSION_HEX >= 0x03000000
    traceback = PyException_GetTraceback(exc);
#endif
    PyErr_Restore(type, exc, traceback);
}
#  undef PyErr_SetRaisedException
#  define PyErr_SetRaisedException capi_compat_PyErr_SetRaisedException
#endif

/* PyErr_DisplayException: 3.12. */
#if PY_VERSION_HEX < 0x030C00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030C0000)
static inline void
capi_compat_PyErr_DisplayException(PyObject *exc)
{
    PyObject *traceback = CAPI_COMPAT_NULL;
#if PY_VERSION_HEX >= 0x03000000
    traceback = PyException_GetTraceback(exc);
#endif
    PyErr_Display(CAPI_COMPAT_OBJECT(Py_TYPE(exc)), exc, traceback);
    Py_XDECREF(traceback);
}
#  undef PyErr_DisplayException
#  define PyErr_DisplayException capi_compat_PyErr_DisplayException
#endif

/* PyErr_GetHandledException: 3.11. */
#if PY_VERSION_HEX >= 0x03030000 && (!defined(Py_LIMITED_API) || Py_LIMITED_API >= 0x03070000) \
    && (PY_VERSION_HEX < 0x030B00A6 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030B0000))
static inline PyObject *
capi_compat_PyErr_GetHandledException(void)
{
    PyObject *type, *value, *traceback;
    PyErr_GetExcInfo(&type, &value, &traceback);
    Py_XDECREF(type);
    Py_XDECREF(traceback);
    if (value == Py_None) {
        Py_DECREF(value);
        return CAPI_COMPAT_NULL;
    }
    return value;
}
#  undef PyErr_GetHandledException
#  define PyErr_GetHandledException capi_compat_PyErr_GetHandledException
#endif

/* PyErr_SetHandledException: 3.11. */
#if PY_VERSION_HEX >= 0x03030000 && (!defined(Py_LIMITED_API) || Py_LIMITED_API >= 0x03070000) \
    && (PY_VERSION_HEX < 0x030B00A6 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030B0000))
static inline void
capi_compat_PyErr_SetHandledException(PyObject *exc)
{
    PyObject *type;
    if (exc == CAPI_COMPAT_NULL || exc == Py_None) {
        PyErr_SetExcInfo(CAPI_COMPAT_NULL, CAPI_COMPAT_NULL, CAPI_COMPAT_NULL);
        return;
    }
    type = CAPI_COMPAT_OBJECT(Py_TYPE(exc));
    Py_INCREF(type);
    Py_INCREF(exc);
    PyErr_SetExcInfo(type, exc, PyException_GetTraceback(exc));
}
#  undef PyErr_SetHandledException
#  define PyErr_SetHandledException capi_compat_PyErr_SetHandledException
#endif

#if PY_VERSION_HEX < 0x030D00A2 || defined(Py_LIMITED_API)
/* A hook that notes the type of its argument, in the list that is its "self". */
static inline PyObject *
capi_compat_unraisable_note(PyObject *list, PyObject *args)
{
    if (PyList_Append(list, CAPI_COMPAT_OBJECT(Py_TYPE(args))) < 0) {
        return CAPI_COMPAT_NULL;
    }
    return Py_NewRef(Py_None);
}

#endif

#if PY_VERSION_HEX < 0x030D00A2 || defined(Py_LIMITED_API)
/* The type of the argument of sys.unraisablehook, which no module has an attribute for: a hook finds out that is there
 * for the time of one call. NULL, perhaps with an exception, where there are no such hooks. It is not kept, for a
 * reference too many is an error when debug builds end. */
static inline PyObject *
capi_compat_unraisable_type(void)
{
    static PyMethodDef def = {"capi_compat_unraisable_note", capi_compat_unraisable_note, METH_O, CAPI_COMPAT_NULL};
    char *name = CAPI_COMPAT_UNCONST(char *, "unraisablehook");
    PyObject *list, *hook, *before, *type = CAPI_COMPAT_NULL;
    before = PySys_GetObject(name);
    list = before == CAPI_COMPAT_NULL ? CAPI_COMPAT_NULL : PyList_New(0);
    hook = list == CAPI_COMPAT_NULL ? CAPI_COMPAT_NULL : PyCFunction_NewEx(&def, list, CAPI_COMPAT_NULL);
    if (hook != CAPI_COMPAT_NULL) {
        Py_INCREF(before);
        if (PySys_SetObject(name, hook) == 0) {
            PyErr_SetString(PyExc_RuntimeError, "");
            PyErr_WriteUnraisable(Py_None);
            (void)PySys_SetObject(name, before);
        }
        Py_DECREF(before);
        if (PyList_Size(list) == 1) {
            type = Py_NewRef(PyList_GetItem(list, 0));
        }
    }
    Py_XDECREF(hook);
    Py_XDECREF(list);
    return type;
}
#endif

/* PyErr_FormatUnraisable: 3.13. Differs: before 3.8, which has no sys.unraisablehook, all goes to sys.stderr. */
#if PY_VERSION_HEX < 0x030D00A2 || defined(Py_LIMITED_API)
static inline void
capi_compat_PyErr_FormatUnraisable(const char *format, ...)
{
    capi_compat_error error;
    PyObject *hook, *make, *tuple, *args, *done, *file, *message = CAPI_COMPAT_NULL;
    va_list vargs;
    capi_compat_error_save(&error);
    if (error.type != CAPI_COMPAT_NULL) {
        PyErr_NormalizeException(&error.type, &error.value, &error.traceback);
#if PY_VERSION_HEX >= 0x03000000
        if (error.traceback != CAPI_COMPAT_NULL && error.value != CAPI_COMPAT_NULL) {
            PyException_SetTraceback(error.value, error.traceback);
        }
#endif
    }
    if (format != CAPI_COMPAT_NULL) {
        va_start(vargs, format);
#if PY_VERSION_HEX < 0x03000000
        message = PyString_FromFormatV(format, vargs);
#else
        message = PyUnicode_FromFormatV(format, vargs);
#endif
        va_end(vargs);
        if (message == CAPI_COMPAT_NULL) {
            PyErr_Clear();
        }
    }
    make = capi_compat_unraisable_type();
    PyErr_Clear();
    hook = PySys_GetObject(CAPI_COMPAT_UNCONST(char *, "unraisablehook"));
    if (hook == Py_None) {
        hook = PySys_GetObject(CAPI_COMPAT_UNCONST(char *, "__unraisablehook__"));
    }
    if (make != CAPI_COMPAT_NULL && hook != CAPI_COMPAT_NULL) {
        Py_INCREF(hook);
        tuple = Py_BuildValue("(OOOOO)", error.type != CAPI_COMPAT_NULL ? error.type : Py_None,
                              error.value != CAPI_COMPAT_NULL ? error.value : Py_None,
                              error.traceback != CAPI_COMPAT_NULL ? error.traceback : Py_None,
                              message != CAPI_COMPAT_NULL ? message : Py_None, Py_None);
        args = tuple == CAPI_COMPAT_NULL ? CAPI_COMPAT_NULL : PyObject_CallOneArg(make, tuple);
        done = args == CAPI_COMPAT_NULL ? CAPI_COMPAT_NULL : PyObject_CallOneArg(hook, args);
        if (done == CAPI_COMPAT_NULL) {
            PyErr_WriteUnraisable(hook);
        }
        Py_XDECREF(done);
        Py_XDECREF(args);
        Py_XDECREF(tuple);
        Py_DECREF(hook);
    }
    else {
        file = PySys_GetObject(CAPI_COMPAT_UNCONST(char *, "stderr"));
        if (file != CAPI_COMPAT_NULL && file != Py_None) {
            Py_INCREF(file);
            if (message != CAPI_COMPAT_NULL) {
                if (PyFile_WriteObject(message, file, Py_PRINT_RAW) < 0 || PyFile_WriteString(":\n", file) < 0) {
                    PyErr_Clear();
                }
            }
            if (error.type != CAPI_COMPAT_NULL && error.value != CAPI_COMPAT_NULL) {
                PyErr_Display(error.type, error.value, error.traceback);
            }
            Py_DECREF(file);
        }
        PyErr_Clear();
    }
    Py_XDECREF(make);
    Py_XDECREF(message);
    capi_compat_error_drop(&error);
}
#  undef PyErr_FormatUnraisable
#  define PyErr_FormatUnraisable capi_compat_PyErr_FormatUnraisable
#endif

/* PyException_GetArgs: 3.12. */
#if PY_VERSION_HEX < 0x030C00A6 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030C0000)
static inline PyObject *
capi_compat_PyException_GetArgs(PyObject *exc)
{
#if defined(Py_LIMITED_API) || defined(PYPY_VERSION)
    return PyObject_GetAttrString(exc, "args");
#else
    PyObject *args = CAPI_COMPAT_PTR(PyBaseExceptionObject *, exc)->args;
    Py_XINCREF(args);
    return args;
#endif
}
#  undef PyException_GetArgs
#  define PyException_GetArgs capi_compat_PyException_GetArgs
#endif

/* PyException_SetArgs: 3.12. */
#if PY_VERSION_HEX < 0x030C00A6 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030C0000)
static inline void
capi_compat_PyException_SetArgs(PyObject *exc, PyObject *args)
{
#if defined(Py_LIMITED_API) || defined(PYPY_VERSION)
    if (PyObject_SetAttrString(exc, "args", args) < 0) {
        PyErr_Clear();
    }
#else
    PyObject *old = CAPI_COMPAT_PTR(PyBaseExceptionObject *, exc)->args;
    Py_INCREF(args);
    CAPI_COMPAT_PTR(PyBaseExceptionObject *, exc)->args = args;
    Py_XDECREF(old);
#endif
}
#  undef PyException_SetArgs
#  define PyException_SetArgs capi_compat_PyException_SetArgs
#endif


/* ---- Garbage collection ---- */

/* A function of the gc module without arguments: its truth, or 0 where it failed. A set exception stays. */
static inline int
capi_compat_gc(const char *name)
{
    capi_compat_error saved;
    PyObject *result = CAPI_COMPAT_NULL, *gc;
    int truth = 0;
    capi_compat_error_save(&saved);
    gc = PyImport_ImportModule("gc");
    if (gc != CAPI_COMPAT_NULL) {
        PyObject *function = PyObject_GetAttrString(gc, name);
        if (function != CAPI_COMPAT_NULL) {
            result = PyObject_CallNoArgs(function);
            Py_DECREF(function);
        }
        Py_DECREF(gc);
    }
    if (result != CAPI_COMPAT_NULL) {
        truth = PyObject_IsTrue(result) == 1;
        Py_DECREF(result);
    }
    capi_compat_error_restore(&saved);
    return truth;
}

/* PyGC_IsEnabled: 3.10. */
#if PY_VERSION_HEX < 0x030A00A7 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030A0000)
static inline int
capi_compat_PyGC_IsEnabled(void)
{
    return capi_compat_gc("isenabled");
}
#  undef PyGC_IsEnabled
#  define PyGC_IsEnabled capi_compat_PyGC_IsEnabled
#endif

/* PyGC_Enable: 3.10. */
#if PY_VERSION_HEX < 0x030A00A7 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030A0000)
static inline int
capi_compat_PyGC_Enable(void)
{
    int before = PyGC_IsEnabled();
    (void)capi_compat_gc("enable");
    return before;
}
#  undef PyGC_Enable
#  define PyGC_Enable capi_compat_PyGC_Enable
#endif

/* PyGC_Disable: 3.10. */
#if PY_VERSION_HEX < 0x030A00A7 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030A0000)
static inline int
capi_compat_PyGC_Disable(void)
{
    int before = PyGC_IsEnabled();
    (void)capi_compat_gc("disable");
    return before;
}
#  undef PyGC_Disable
#  define PyGC_Disable capi_compat_PyGC_Disable
#endif

/* PyObject_GC_IsTracked: 3.9. On PyPy it is true of all objects, as PyPy has it. */
#if PY_VERSION_HEX < 0x030900A6 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x03090000)
static inline int
capi_compat_PyObject_GC_IsTracked(PyObject *obj)
{
#if defined(PYPY_VERSION)
    (void)obj;
    return 1;
#elif defined(Py_LIMITED_API)
    capi_compat_error saved;
    PyObject *result;
    int tracked;
    capi_compat_error_save(&saved);
    result = PyImport_ImportModuleAttrString("gc", "is_tracked");
    if (result != CAPI_COMPAT_NULL) {
        PyObject *is_tracked = result;
        result = PyObject_CallOneArg(is_tracked, obj);
        Py_DECREF(is_tracked);
    }
    tracked = result == Py_True;
    Py_XDECREF(result);
    PyErr_Clear();
    capi_compat_error_restore(&saved);
    return tracked;
#else
    return PyObject_IS_GC(obj) && _PyObject_GC_IS_TRACKED(obj);
#endif
}
#  undef PyObject_GC_IsTracked
#  define PyObject_GC_IsTracked capi_compat_PyObject_GC_IsTracked
#endif

/* Py_TRASHCAN_BEGIN, Py_TRASHCAN_END: 3.8. PyPy puts nothing off. */
#if (PY_VERSION_HEX < 0x030800A4 || (defined(PYPY_VERSION) && PY_VERSION_HEX < 0x030B0000)) && !defined(Py_LIMITED_API)
#  undef Py_TRASHCAN_BEGIN
#  undef Py_TRASHCAN_END
#  if defined(PYPY_VERSION)
#  define Py_TRASHCAN_BEGIN(op, dealloc) do {
#  define Py_TRASHCAN_END ; } while (0);
#  else
#  define Py_TRASHCAN_BEGIN(op, dealloc) \
    do { \
        PyThreadState *capi_compat_tstate = CAPI_COMPAT_NULL; \
        if (Py_TYPE(op)->tp_dealloc == CAPI_COMPAT_PTR(destructor, dealloc)) { \
            capi_compat_tstate = PyThreadState_GET(); \
            if (capi_compat_tstate->trash_delete_nesting >= PyTrash_UNWIND_LEVEL) { \
                _PyTrash_thread_deposit_object(CAPI_COMPAT_OBJECT(op)); \
                break; \
            } \
            capi_compat_tstate->trash_delete_nesting++; \
        } \
        {
#  define Py_TRASHCAN_END \
        } \
        if (capi_compat_tstate != CAPI_COMPAT_NULL) { \
            capi_compat_tstate->trash_delete_nesting--; \
            if (capi_compat_tstate->trash_delete_later != CAPI_COMPAT_NULL \
                && capi_compat_tstate->trash_delete_nesting <= 0) { \
                _PyTrash_thread_destroy_chain(); \
            } \
        } \
    } while (0);
#  endif
#endif

/* PyObject_GC_IsFinalized: 3.9. */
#if PY_VERSION_HEX >= 0x03040000 && PY_VERSION_HEX < 0x030900A6 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
static inline int
capi_compat_PyObject_GC_IsFinalized(PyObject *obj)
{
#if PY_VERSION_HEX >= 0x03080000
    return PyObject_IS_GC(obj) && _PyGC_FINALIZED(obj);
#else
    return PyObject_IS_GC(obj) && _PyGC_FINALIZED(obj) != 0;
#endif
}
#  undef PyObject_GC_IsFinalized
#  define PyObject_GC_IsFinalized capi_compat_PyObject_GC_IsFinalized
#endif


/* ---- Critical sections ---- */

/* Py_BEGIN_CRITICAL_SECTION, Py_END_CRITICAL_SECTION: 3.13. There is always a GIL where these are used. */
#if PY_VERSION_HEX < 0x030D00B3 \
    || (defined(Py_LIMITED_API) && (Py_LIMITED_API < 0x030F0000 || PY_VERSION_HEX < 0x030F0000))
#  undef Py_BEGIN_CRITICAL_SECTION
#  define Py_BEGIN_CRITICAL_SECTION(op) {
#  undef Py_END_CRITICAL_SECTION
#  define Py_END_CRITICAL_SECTION() }
#endif

/* Py_BEGIN_CRITICAL_SECTION2, Py_END_CRITICAL_SECTION2: 3.13. There is always a GIL where these are used. */
#if PY_VERSION_HEX < 0x030D00B3 \
    || (defined(Py_LIMITED_API) && (Py_LIMITED_API < 0x030F0000 || PY_VERSION_HEX < 0x030F0000))
#  undef Py_BEGIN_CRITICAL_SECTION2
#  define Py_BEGIN_CRITICAL_SECTION2(a, b) {
#  undef Py_END_CRITICAL_SECTION2
#  define Py_END_CRITICAL_SECTION2() }
#endif


/* ---- Integers ---- */

/* PyLong_AsInt: 3.13. */
#if PY_VERSION_HEX < 0x030D00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030D0000)
static inline int
capi_compat_PyLong_AsInt(PyObject *obj)
{
    int overflow;
    long value;
    PyObject *number = capi_compat_index(obj);
    if (number == CAPI_COMPAT_NULL) {
        return -1;
    }
    value = PyLong_AsLongAndOverflow(number, &overflow);
    Py_DECREF(number);
    if (value == -1 && PyErr_Occurred() != CAPI_COMPAT_NULL) {
        return -1;
    }
    if (overflow != 0 || value < INT_MIN || value > INT_MAX) {
        PyErr_SetString(PyExc_OverflowError, "Python int too large to convert to C int");
        return -1;
    }
    return CAPI_COMPAT_CAST(int, value);
}
#  undef PyLong_AsInt
#  define PyLong_AsInt capi_compat_PyLong_AsInt
#endif

/* PyLong_GetSign: 3.14. */
#if PY_VERSION_HEX < 0x030E00A1 || defined(Py_LIMITED_API)
static inline int
capi_compat_PyLong_GetSign(PyObject *obj, int *sign)
{
    int overflow;
    PY_LONG_LONG value;
    if (!capi_compat_is_int(obj)) {
        capi_compat_type_error("expect int, got ", obj, "");
        return -1;
    }
#if PY_VERSION_HEX < 0x03000000
    if (PyInt_Check(obj)) {
        overflow = 0;
        value = PyInt_AS_LONG(obj);
    }
    else
#endif
    value = PyLong_AsLongLongAndOverflow(obj, &overflow);
    *sign = overflow != 0 ? overflow : (value > 0) - (value < 0);
    return 0;
}
#  undef PyLong_GetSign
#  define PyLong_GetSign capi_compat_PyLong_GetSign
#endif

/* PyLong_IsPositive: 3.14. */
#if PY_VERSION_HEX < 0x030E00A2 || defined(Py_LIMITED_API)
static inline int
capi_compat_PyLong_IsPositive(PyObject *obj)
{
    int sign;
    if (!capi_compat_is_int(obj)) {
        capi_compat_type_error("expected int, got ", obj, "");
        return -1;
    }
    return PyLong_GetSign(obj, &sign) < 0 ? -1 : sign > 0;
}
#  undef PyLong_IsPositive
#  define PyLong_IsPositive capi_compat_PyLong_IsPositive
#endif

/* PyLong_IsNegative: 3.14. */
#if PY_VERSION_HEX < 0x030E00A2 || defined(Py_LIMITED_API)
static inline int
capi_compat_PyLong_IsNegative(PyObject *obj)
{
    int sign;
    if (!capi_compat_is_int(obj)) {
        capi_compat_type_error("expected int, got ", obj, "");
        return -1;
    }
    return PyLong_GetSign(obj, &sign) < 0 ? -1 : sign < 0;
}
#  undef PyLong_IsNegative
#  define PyLong_IsNegative capi_compat_PyLong_IsNegative
#endif

/* PyLong_IsZero: 3.14. */
#if PY_VERSION_HEX < 0x030E00A2 || defined(Py_LIMITED_API)
static inline int
capi_compat_PyLong_IsZero(PyObject *obj)
{
    int sign;
    if (!capi_compat_is_int(obj)) {
        capi_compat_type_error("expected int, got ", obj, "");
        return -1;
    }
    return PyLong_GetSign(obj, &sign) < 0 ? -1 : sign == 0;
}
#  undef PyLong_IsZero
#  define PyLong_IsZero capi_compat_PyLong_IsZero
#endif

/* PyLong_FromInt32: 3.14. */
#if PY_VERSION_HEX < 0x030E00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030E0000)
static inline PyObject *
capi_compat_PyLong_FromInt32(int32_t value)
{
    return PyLong_FromLong(value);
}
#  undef PyLong_FromInt32
#  define PyLong_FromInt32 capi_compat_PyLong_FromInt32
#endif

/* PyLong_FromInt64: 3.14. */
#if PY_VERSION_HEX < 0x030E00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030E0000)
static inline PyObject *
capi_compat_PyLong_FromInt64(int64_t value)
{
    return PyLong_FromLongLong(value);
}
#  undef PyLong_FromInt64
#  define PyLong_FromInt64 capi_compat_PyLong_FromInt64
#endif

/* PyLong_FromUInt32: 3.14. */
#if PY_VERSION_HEX < 0x030E00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030E0000)
static inline PyObject *
capi_compat_PyLong_FromUInt32(uint32_t value)
{
    return PyLong_FromUnsignedLong(value);
}
#  undef PyLong_FromUInt32
#  define PyLong_FromUInt32 capi_compat_PyLong_FromUInt32
#endif

/* PyLong_FromUInt64: 3.14. */
#if PY_VERSION_HEX < 0x030E00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030E0000)
static inline PyObject *
capi_compat_PyLong_FromUInt64(uint64_t value)
{
    return PyLong_FromUnsignedLongLong(value);
}
#  undef PyLong_FromUInt64
#  define PyLong_FromUInt64 capi_compat_PyLong_FromUInt64
#endif

/* PyLong_AsInt32: 3.14. */
#if PY_VERSION_HEX < 0x030E00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030E0000)
static inline int
capi_compat_PyLong_AsInt32(PyObject *obj, int32_t *pvalue)
{
    int overflow;
    long value;
    PyObject *number = capi_compat_index(obj);
    if (number == CAPI_COMPAT_NULL) {
        return -1;
    }
    value = PyLong_AsLongAndOverflow(number, &overflow);
    Py_DECREF(number);
    if (value == -1 && PyErr_Occurred() != CAPI_COMPAT_NULL) {
        return -1;
    }
    if (overflow != 0 || value < INT32_MIN || value > INT32_MAX) {
        PyErr_SetString(PyExc_OverflowError, "Python int too large to convert to C int32_t");
        return -1;
    }
    *pvalue = CAPI_COMPAT_CAST(int32_t, value);
    return 0;
}
#  undef PyLong_AsInt32
#  define PyLong_AsInt32 capi_compat_PyLong_AsInt32
#endif

/* PyLong_AsInt64: 3.14. */
#if PY_VERSION_HEX < 0x030E00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030E0000)
static inline int
capi_compat_PyLong_AsInt64(PyObject *obj, int64_t *pvalue)
{
    int overflow;
    PY_LONG_LONG value;
    PyObject *number = capi_compat_index(obj);
    if (number == CAPI_COMPAT_NULL) {
        return -1;
    }
    value = PyLong_AsLongLongAndOverflow(number, &overflow);
    Py_DECREF(number);
    if (value == -1 && PyErr_Occurred() != CAPI_COMPAT_NULL) {
        return -1;
    }
    if (overflow != 0) {
        PyErr_SetString(PyExc_OverflowError, "Python int too large to convert to C int64_t");
        return -1;
    }
    *pvalue = value;
    return 0;
}
#  undef PyLong_AsInt64
#  define PyLong_AsInt64 capi_compat_PyLong_AsInt64
#endif

#if PY_VERSION_HEX < 0x030E00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030E0000)
/* An unsigned number up to the limit. */
static inline int
capi_compat_unsigned(PyObject *obj, uint64_t limit, const char *too_large, uint64_t *pvalue)
{
    int overflow;
    PY_LONG_LONG small_value;
    uint64_t value;
    PyObject *number = capi_compat_index(obj);
    if (number == CAPI_COMPAT_NULL) {
        return -1;
    }
    small_value = PyLong_AsLongLongAndOverflow(number, &overflow);
    if (small_value == -1 && overflow == 0 && PyErr_Occurred() != CAPI_COMPAT_NULL) {
        Py_DECREF(number);
        return -1;
    }
    if (overflow < 0 || (overflow == 0 && small_value < 0)) {
        Py_DECREF(number);
        PyErr_SetString(PyExc_ValueError, "Cannot convert negative int");
        return -1;
    }
    value = CAPI_COMPAT_CAST(uint64_t, small_value);
    if (overflow > 0) {
        value = PyLong_AsUnsignedLongLong(number);
        overflow = PyErr_Occurred() != CAPI_COMPAT_NULL;
    }
    Py_DECREF(number);
    if (overflow != 0 || value > limit) {
        PyErr_SetString(PyExc_OverflowError, too_large);
        return -1;
    }
    *pvalue = value;
    return 0;
}
#endif

/* PyLong_AsUInt64: 3.14. */
#if PY_VERSION_HEX < 0x030E00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030E0000)
static inline int
capi_compat_PyLong_AsUInt64(PyObject *obj, uint64_t *pvalue)
{
    return capi_compat_unsigned(obj, UINT64_MAX, "Python int too large to convert to C uint64_t", pvalue);
}
#  undef PyLong_AsUInt64
#  define PyLong_AsUInt64 capi_compat_PyLong_AsUInt64
#endif

/* PyLong_AsUInt32: 3.14. */
#if PY_VERSION_HEX < 0x030E00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030E0000)
static inline int
capi_compat_PyLong_AsUInt32(PyObject *obj, uint32_t *pvalue)
{
    uint64_t value;
    if (capi_compat_unsigned(obj, UINT32_MAX, "Python int too large to convert to C uint32_t", &value) < 0) {
        return -1;
    }
    *pvalue = CAPI_COMPAT_CAST(uint32_t, value);
    return 0;
}
#  undef PyLong_AsUInt32
#  define PyLong_AsUInt32 capi_compat_PyLong_AsUInt32
#endif


/* ---- Hashes ---- */

/* Py_hash_t: 3.2. */
#if PY_VERSION_HEX < 0x03020000
typedef Py_ssize_t capi_compat_Py_hash_t;
#  undef Py_hash_t
#  define Py_hash_t capi_compat_Py_hash_t
#endif

/* PyHASH_BITS, PyHASH_MODULUS, PyHASH_INF, PyHASH_MULTIPLIER, PyHASH_IMAG: 3.13. */
#if (PY_VERSION_HEX >= 0x03020000 && PY_VERSION_HEX < 0x030D00A4) || defined(Py_LIMITED_API)
#  undef PyHASH_BITS
#  if SIZEOF_VOID_P >= 8
#    define PyHASH_BITS 61
#  else
#    define PyHASH_BITS 31
#  endif
#  undef PyHASH_MODULUS
#  define PyHASH_MODULUS ((CAPI_COMPAT_CAST(size_t, 1) << PyHASH_BITS) - 1)
#  undef PyHASH_INF
#  define PyHASH_INF 314159
#  undef PyHASH_MULTIPLIER
#  define PyHASH_MULTIPLIER 1000003UL
#  undef PyHASH_IMAG
#  define PyHASH_IMAG PyHASH_MULTIPLIER
#endif

/* Py_HashPointer: 3.13. */
#if PY_VERSION_HEX < 0x030D00A3 || defined(Py_LIMITED_API)
static inline Py_hash_t
capi_compat_Py_HashPointer(const void *ptr)
{
    /* The lowest bits are 0 for reasons of alignment: they go to the other end. */
    size_t bits = CAPI_COMPAT_PTR(size_t, ptr);
    Py_hash_t hash = CAPI_COMPAT_CAST(Py_hash_t, (bits >> 4) | (bits << (8 * sizeof(bits) - 4)));
    return hash == -1 ? -2 : hash;
}
#  undef Py_HashPointer
#  define Py_HashPointer capi_compat_Py_HashPointer
#endif

/* PyObject_GenericHash: 3.13. */
#if PY_VERSION_HEX < 0x030D00A3 || defined(Py_LIMITED_API)
static inline Py_hash_t
capi_compat_PyObject_GenericHash(PyObject *obj)
{
#if defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
    return PyBaseObject_Type.tp_hash(obj);
#else
    return Py_HashPointer(obj);
#endif
}
#  undef PyObject_GenericHash
#  define PyObject_GenericHash capi_compat_PyObject_GenericHash
#endif

/* Py_HashBuffer: 3.14. Differs: in the Limited API, on 2.7, 3.13 and PyPy it may fail with MemoryError. */
#if PY_VERSION_HEX < 0x030E00A1 || defined(Py_LIMITED_API)
static inline Py_hash_t
capi_compat_Py_HashBuffer(const void *ptr, Py_ssize_t len)
{
#if PY_VERSION_HEX >= 0x03040000 && PY_VERSION_HEX < 0x030D0000 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
    return _Py_HashBytes(ptr, len);
#else
    Py_hash_t hash;
    PyObject *bytes = PyBytes_FromStringAndSize(CAPI_COMPAT_CAST(const char *, ptr), len);
    if (bytes == CAPI_COMPAT_NULL) {
        return -1;
    }
    hash = PyObject_Hash(bytes);
    Py_DECREF(bytes);
    return hash;
#endif
}
#  undef Py_HashBuffer
#  define Py_HashBuffer capi_compat_Py_HashBuffer
#endif


/* ---- Times ---- */

/* PyTime_t: 3.13. */
#if PY_VERSION_HEX < 0x030D00A4 || defined(Py_LIMITED_API)
typedef int64_t capi_compat_PyTime_t;
#  undef PyTime_t
#  define PyTime_t capi_compat_PyTime_t
#endif

/* PyTime_MIN: 3.13. */
#if PY_VERSION_HEX < 0x030D00A4 || defined(Py_LIMITED_API)
#  undef PyTime_MIN
#  define PyTime_MIN INT64_MIN
#endif

/* PyTime_MAX: 3.13. */
#if PY_VERSION_HEX < 0x030D00A4 || defined(Py_LIMITED_API)
#  undef PyTime_MAX
#  define PyTime_MAX INT64_MAX
#endif

/* PyTime_AsSecondsDouble: 3.13. */
#if PY_VERSION_HEX < 0x030D00A4 || defined(Py_LIMITED_API)
static inline double
capi_compat_PyTime_AsSecondsDouble(PyTime_t t)
{
    const PyTime_t second = 1000000000;
    if (t % second == 0) {
        return CAPI_COMPAT_CAST(double, t / second);
    }
    return CAPI_COMPAT_CAST(double, t) / 1e9;
}
#  undef PyTime_AsSecondsDouble
#  define PyTime_AsSecondsDouble capi_compat_PyTime_AsSecondsDouble
#endif

#if (PY_VERSION_HEX < 0x030D00A4 || defined(Py_LIMITED_API)) \
    && (PY_VERSION_HEX < 0x03060000 || defined(PYPY_VERSION) || defined(Py_LIMITED_API))
/* A clock of the time module, asked for nanoseconds where it can tell them. */
static inline int
capi_compat_time(const char *name_ns, const char *name, PyTime_t *result)
{
    PyObject *time, *clock = CAPI_COMPAT_NULL, *now = CAPI_COMPAT_NULL;
    int status = -1;
    *result = 0;
    time = PyImport_ImportModule("time");
    if (time == CAPI_COMPAT_NULL) {
        return -1;
    }
    if (PyObject_GetOptionalAttrString(time, name_ns, &clock) == 0) {
        clock = PyObject_GetAttrString(time, name);
    }
    Py_DECREF(time);
    if (clock != CAPI_COMPAT_NULL) {
        now = PyObject_CallNoArgs(clock);
        Py_DECREF(clock);
    }
    if (now != CAPI_COMPAT_NULL) {
        *result = PyFloat_Check(now) ? CAPI_COMPAT_CAST(PyTime_t, PyFloat_AsDouble(now) * 1e9) : PyLong_AsLongLong(now);
        status = PyErr_Occurred() == CAPI_COMPAT_NULL ? 0 : -1;
        Py_DECREF(now);
    }
    return status;
}
#endif

/* PyTime_Monotonic: 3.13. */
#if (PY_VERSION_HEX >= 0x03030000 && PY_VERSION_HEX < 0x030D00A4) || defined(Py_LIMITED_API)
static inline int
capi_compat_PyTime_Monotonic(PyTime_t *result)
{
#if defined(PYPY_VERSION) || defined(Py_LIMITED_API)
    return capi_compat_time("monotonic_ns", "monotonic", result);
#else
    return _PyTime_GetMonotonicClockWithInfo(result, CAPI_COMPAT_NULL);
#endif
}
#  undef PyTime_Monotonic
#  define PyTime_Monotonic capi_compat_PyTime_Monotonic
#endif

/* PyTime_Time: 3.13. */
#if PY_VERSION_HEX < 0x030D00A4 || defined(Py_LIMITED_API)
static inline int
capi_compat_PyTime_Time(PyTime_t *result)
{
#if PY_VERSION_HEX < 0x03060000 || defined(PYPY_VERSION) || defined(Py_LIMITED_API)
    return capi_compat_time("time_ns", "time", result);
#else
    return _PyTime_GetSystemClockWithInfo(result, CAPI_COMPAT_NULL);
#endif
}
#  undef PyTime_Time
#  define PyTime_Time capi_compat_PyTime_Time
#endif

/* PyTime_PerfCounter: 3.13. */
#if (PY_VERSION_HEX >= 0x03030000 && PY_VERSION_HEX < 0x030D00A4) || defined(Py_LIMITED_API)
static inline int
capi_compat_PyTime_PerfCounter(PyTime_t *result)
{
#if defined(PYPY_VERSION) || defined(Py_LIMITED_API)
    return capi_compat_time("perf_counter_ns", "perf_counter", result);
#elif PY_VERSION_HEX < 0x03070000
    return _PyTime_GetMonotonicClockWithInfo(result, CAPI_COMPAT_NULL);
#else
    return _PyTime_GetPerfCounterWithInfo(result, CAPI_COMPAT_NULL);
#endif
}
#  undef PyTime_PerfCounter
#  define PyTime_PerfCounter capi_compat_PyTime_PerfCounter
#endif

/* PyTime_MonotonicRaw: 3.13. */
#if PY_VERSION_HEX >= 0x03060000 && PY_VERSION_HEX < 0x030D00A5 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
static inline int
capi_compat_PyTime_MonotonicRaw(PyTime_t *result)
{
    *result = _PyTime_GetMonotonicClock();
    return 0;
}
#  undef PyTime_MonotonicRaw
#  define PyTime_MonotonicRaw capi_compat_PyTime_MonotonicRaw
#endif

/* PyTime_TimeRaw: 3.13. */
#if PY_VERSION_HEX >= 0x03060000 && PY_VERSION_HEX < 0x030D00A5 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
static inline int
capi_compat_PyTime_TimeRaw(PyTime_t *result)
{
    *result = _PyTime_GetSystemClock();
    return 0;
}
#  undef PyTime_TimeRaw
#  define PyTime_TimeRaw capi_compat_PyTime_TimeRaw
#endif

/* PyTime_PerfCounterRaw: 3.13. */
#if PY_VERSION_HEX >= 0x03060000 && PY_VERSION_HEX < 0x030D00A5 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
static inline int
capi_compat_PyTime_PerfCounterRaw(PyTime_t *result)
{
    return PyTime_PerfCounter(result);
}
#  undef PyTime_PerfCounterRaw
#  define PyTime_PerfCounterRaw capi_compat_PyTime_PerfCounterRaw
#endif


/* ---- Floats as bytes ---- */

#if (PY_VERSION_HEX < 0x030B00A2 || defined(Py_LIMITED_API)) && (defined(PYPY_VERSION) || defined(Py_LIMITED_API))
/* struct.pack(format, x) into p. */
static inline int
capi_compat_float_pack(const char *format, double x, char *p, Py_ssize_t size)
{
    int status = -1;
    PyObject *bytes, *pack = PyImport_ImportModuleAttrString("struct", "pack");
    if (pack == CAPI_COMPAT_NULL) {
        return -1;
    }
    bytes = PyObject_CallFunction(pack, CAPI_COMPAT_UNCONST(char *, "sd"), format, x);
    Py_DECREF(pack);
    if (bytes != CAPI_COMPAT_NULL) {
        char *data = PyBytes_AsString(bytes);
        if (data != CAPI_COMPAT_NULL) {
            memcpy(p, data, CAPI_COMPAT_CAST(size_t, size));
            status = 0;
        }
        Py_DECREF(bytes);
    }
    return status;
}

#endif

#if (PY_VERSION_HEX < 0x030B00A2 || defined(Py_LIMITED_API)) && (defined(PYPY_VERSION) || defined(Py_LIMITED_API))
/* struct.unpack(format, p)[0]. */
static inline double
capi_compat_float_unpack(const char *format, const char *p, Py_ssize_t size)
{
    double x = -1.0;
    PyObject *bytes, *tuple = CAPI_COMPAT_NULL, *unpack = PyImport_ImportModuleAttrString("struct", "unpack");
    if (unpack == CAPI_COMPAT_NULL) {
        return -1.0;
    }
    bytes = PyBytes_FromStringAndSize(p, size);
    if (bytes != CAPI_COMPAT_NULL) {
        tuple = PyObject_CallFunction(unpack, CAPI_COMPAT_UNCONST(char *, "sO"), format, bytes);
        Py_DECREF(bytes);
    }
    Py_DECREF(unpack);
    if (tuple != CAPI_COMPAT_NULL) {
        x = PyFloat_AsDouble(PyTuple_GetItem(tuple, 0));
        Py_DECREF(tuple);
    }
    return x;
}
#endif

/* PyFloat_Pack2: 3.11. */
#if (PY_VERSION_HEX >= 0x03060000 && PY_VERSION_HEX < 0x030B00A2) || defined(Py_LIMITED_API)
static inline int
capi_compat_PyFloat_Pack2(double x, char *p, int le)
{
#if defined(PYPY_VERSION) || defined(Py_LIMITED_API)
    return capi_compat_float_pack(le ? "<e" : ">e", x, p, 2);
#else
    return _PyFloat_Pack2(x, CAPI_COMPAT_PTR(unsigned char *, p), le);
#endif
}
#  undef PyFloat_Pack2
#  define PyFloat_Pack2 capi_compat_PyFloat_Pack2
#endif

/* PyFloat_Unpack2: 3.11. */
#if (PY_VERSION_HEX >= 0x03060000 && PY_VERSION_HEX < 0x030B00A2) || defined(Py_LIMITED_API)
static inline double
capi_compat_PyFloat_Unpack2(const char *p, int le)
{
#if defined(PYPY_VERSION) || defined(Py_LIMITED_API)
    return capi_compat_float_unpack(le ? "<e" : ">e", p, 2);
#else
    return _PyFloat_Unpack2(CAPI_COMPAT_PTR(const unsigned char *, p), le);
#endif
}
#  undef PyFloat_Unpack2
#  define PyFloat_Unpack2 capi_compat_PyFloat_Unpack2
#endif

/* PyFloat_Pack4: 3.11. */
#if PY_VERSION_HEX < 0x030B00A2 || defined(Py_LIMITED_API)
static inline int
capi_compat_PyFloat_Pack4(double x, char *p, int le)
{
#if defined(PYPY_VERSION) || defined(Py_LIMITED_API)
    return capi_compat_float_pack(le ? "<f" : ">f", x, p, 4);
#else
    return _PyFloat_Pack4(x, CAPI_COMPAT_PTR(unsigned char *, p), le);
#endif
}
#  undef PyFloat_Pack4
#  define PyFloat_Pack4 capi_compat_PyFloat_Pack4
#endif

/* PyFloat_Unpack4: 3.11. */
#if PY_VERSION_HEX < 0x030B00A2 || defined(Py_LIMITED_API)
static inline double
capi_compat_PyFloat_Unpack4(const char *p, int le)
{
#if defined(PYPY_VERSION) || defined(Py_LIMITED_API)
    return capi_compat_float_unpack(le ? "<f" : ">f", p, 4);
#else
    return _PyFloat_Unpack4(CAPI_COMPAT_PTR(const unsigned char *, p), le);
#endif
}
#  undef PyFloat_Unpack4
#  define PyFloat_Unpack4 capi_compat_PyFloat_Unpack4
#endif

/* PyFloat_Pack8: 3.11. */
#if PY_VERSION_HEX < 0x030B00A2 || defined(Py_LIMITED_API)
static inline int
capi_compat_PyFloat_Pack8(double x, char *p, int le)
{
#if defined(PYPY_VERSION) || defined(Py_LIMITED_API)
    return capi_compat_float_pack(le ? "<d" : ">d", x, p, 8);
#else
    return _PyFloat_Pack8(x, CAPI_COMPAT_PTR(unsigned char *, p), le);
#endif
}
#  undef PyFloat_Pack8
#  define PyFloat_Pack8 capi_compat_PyFloat_Pack8
#endif

/* PyFloat_Unpack8: 3.11. */
#if PY_VERSION_HEX < 0x030B00A2 || defined(Py_LIMITED_API)
static inline double
capi_compat_PyFloat_Unpack8(const char *p, int le)
{
#if defined(PYPY_VERSION) || defined(Py_LIMITED_API)
    return capi_compat_float_unpack(le ? "<d" : ">d", p, 8);
#else
    return _PyFloat_Unpack8(CAPI_COMPAT_PTR(const unsigned char *, p), le);
#endif
}
#  undef PyFloat_Unpack8
#  define PyFloat_Unpack8 capi_compat_PyFloat_Unpack8
#endif


/* ---- Strings ---- */

/* PyUnicode_EqualToUTF8AndSize: 3.13. */
#if PY_VERSION_HEX < 0x030D00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030D0000)
static inline int
capi_compat_PyUnicode_EqualToUTF8AndSize(PyObject *unicode, const char *str, Py_ssize_t str_len)
{
    PyObject *bytes;
    capi_compat_error saved;
    int equal = 0;
#if PY_VERSION_HEX < 0x03000000
    if (PyString_Check(unicode)) {
        return PyString_GET_SIZE(unicode) == str_len
            && memcmp(PyString_AS_STRING(unicode), str, CAPI_COMPAT_CAST(size_t, str_len)) == 0;
    }
#elif !defined(Py_LIMITED_API) && !defined(PYPY_VERSION)
    if (PyUnicode_IS_COMPACT_ASCII(unicode)) {
        return PyUnicode_GET_LENGTH(unicode) == str_len
            && memcmp(PyUnicode_DATA(unicode), str, CAPI_COMPAT_CAST(size_t, str_len)) == 0;
    }
#endif
    /* A string with lone surrogates has no UTF-8 form and equals none. */
    capi_compat_error_save(&saved);
    bytes = PyUnicode_AsUTF8String(unicode);
    if (bytes != CAPI_COMPAT_NULL) {
        equal = PyBytes_Size(bytes) == str_len
            && memcmp(PyBytes_AsString(bytes), str, CAPI_COMPAT_CAST(size_t, str_len)) == 0;
        Py_DECREF(bytes);
    }
    capi_compat_error_restore(&saved);
    return equal;
}
#  undef PyUnicode_EqualToUTF8AndSize
#  define PyUnicode_EqualToUTF8AndSize capi_compat_PyUnicode_EqualToUTF8AndSize
#endif

/* PyUnicode_EqualToUTF8: 3.13. */
#if PY_VERSION_HEX < 0x030D00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030D0000)
static inline int
capi_compat_PyUnicode_EqualToUTF8(PyObject *unicode, const char *str)
{
    return PyUnicode_EqualToUTF8AndSize(unicode, str, CAPI_COMPAT_CAST(Py_ssize_t, strlen(str)));
}
#  undef PyUnicode_EqualToUTF8
#  define PyUnicode_EqualToUTF8 capi_compat_PyUnicode_EqualToUTF8
#endif

/* PyUnicode_Equal: 3.14. */
#if PY_VERSION_HEX < 0x030E00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030E0000)
static inline int
capi_compat_PyUnicode_Equal(PyObject *str1, PyObject *str2)
{
#if PY_VERSION_HEX < 0x03000000
    if (!PyUnicode_Check(str1) && !PyString_Check(str1)) {
        capi_compat_type_error("first argument must be str, not ", str1, "");
        return -1;
    }
    if (!PyUnicode_Check(str2) && !PyString_Check(str2)) {
        capi_compat_type_error("second argument must be str, not ", str2, "");
        return -1;
    }
    return PyObject_RichCompareBool(str1, str2, Py_EQ);
#else
    if (!PyUnicode_Check(str1)) {
        capi_compat_type_error("first argument must be str, not ", str1, "");
        return -1;
    }
    if (!PyUnicode_Check(str2)) {
        capi_compat_type_error("second argument must be str, not ", str2, "");
        return -1;
    }
    return PyUnicode_Compare(str1, str2) == 0;
#endif
}
#  undef PyUnicode_Equal
#  define PyUnicode_Equal capi_compat_PyUnicode_Equal
#endif

/* PyUnicodeWriter: 3.14. */
#if (PY_VERSION_HEX >= 0x03060000 && PY_VERSION_HEX < 0x030E00A1) || defined(Py_LIMITED_API)
#if defined(PYPY_VERSION) || defined(Py_LIMITED_API)
/* A list of strings, which are joined in the end. */
typedef struct {
    PyObject *parts;
} capi_compat_PyUnicodeWriter;
#else
/* The private writer of these Pythons. */
typedef struct {
    _PyUnicodeWriter writer;
} capi_compat_PyUnicodeWriter;
#endif
#  undef PyUnicodeWriter
#  define PyUnicodeWriter capi_compat_PyUnicodeWriter
#endif

#if (PY_VERSION_HEX >= 0x03060000 && PY_VERSION_HEX < 0x030E00A1) || defined(Py_LIMITED_API)
/* Adds a str and lets go of it; NULL stands for an error that is set. */
static inline int
capi_compat_unicode_writer_add(PyUnicodeWriter *writer, PyObject *str)
{
    int status;
    if (str == CAPI_COMPAT_NULL) {
        return -1;
    }
#if defined(PYPY_VERSION) || defined(Py_LIMITED_API)
    status = PyList_Append(writer->parts, str);
#else
    status = _PyUnicodeWriter_WriteStr(&writer->writer, str);
#endif
    Py_DECREF(str);
    return status;
}
#endif

/* PyUnicodeWriter_Create: 3.14. */
#if (PY_VERSION_HEX >= 0x03060000 && PY_VERSION_HEX < 0x030E00A1) || defined(Py_LIMITED_API)
static inline PyUnicodeWriter *
capi_compat_PyUnicodeWriter_Create(Py_ssize_t length)
{
    PyUnicodeWriter *writer;
    if (length < 0) {
        PyErr_SetString(PyExc_ValueError, "length must be positive");
        return CAPI_COMPAT_NULL;
    }
    writer = CAPI_COMPAT_CAST(PyUnicodeWriter *, PyMem_Malloc(sizeof(*writer)));
    if (writer == CAPI_COMPAT_NULL) {
        PyErr_NoMemory();
        return CAPI_COMPAT_NULL;
    }
#if defined(PYPY_VERSION) || defined(Py_LIMITED_API)
    writer->parts = PyList_New(0);
    if (writer->parts == CAPI_COMPAT_NULL) {
        PyMem_Free(writer);
        return CAPI_COMPAT_NULL;
    }
#else
    _PyUnicodeWriter_Init(&writer->writer);
    if (length > 0 && _PyUnicodeWriter_Prepare(&writer->writer, length, 127) < 0) {
        _PyUnicodeWriter_Dealloc(&writer->writer);
        PyMem_Free(writer);
        return CAPI_COMPAT_NULL;
    }
    writer->writer.overallocate = 1;
#endif
    return writer;
}
#  undef PyUnicodeWriter_Create
#  define PyUnicodeWriter_Create capi_compat_PyUnicodeWriter_Create
#endif

/* PyUnicodeWriter_Discard: 3.14. */
#if (PY_VERSION_HEX >= 0x03060000 && PY_VERSION_HEX < 0x030E00A1) || defined(Py_LIMITED_API)
static inline void
capi_compat_PyUnicodeWriter_Discard(PyUnicodeWriter *writer)
{
    if (writer == CAPI_COMPAT_NULL) {
        return;
    }
#if defined(PYPY_VERSION) || defined(Py_LIMITED_API)
    Py_DECREF(writer->parts);
#else
    _PyUnicodeWriter_Dealloc(&writer->writer);
#endif
    PyMem_Free(writer);
}
#  undef PyUnicodeWriter_Discard
#  define PyUnicodeWriter_Discard capi_compat_PyUnicodeWriter_Discard
#endif

/* PyUnicodeWriter_Finish: 3.14. */
#if (PY_VERSION_HEX >= 0x03060000 && PY_VERSION_HEX < 0x030E00A1) || defined(Py_LIMITED_API)
static inline PyObject *
capi_compat_PyUnicodeWriter_Finish(PyUnicodeWriter *writer)
{
    PyObject *result;
#if defined(PYPY_VERSION) || defined(Py_LIMITED_API)
    PyObject *separator = PyUnicode_FromStringAndSize("", 0);
    result = separator == CAPI_COMPAT_NULL ? CAPI_COMPAT_NULL : PyUnicode_Join(separator, writer->parts);
    Py_XDECREF(separator);
    Py_DECREF(writer->parts);
#else
    result = _PyUnicodeWriter_Finish(&writer->writer);
#endif
    PyMem_Free(writer);
    return result;
}
#  undef PyUnicodeWriter_Finish
#  define PyUnicodeWriter_Finish capi_compat_PyUnicodeWriter_Finish
#endif

/* PyUnicodeWriter_WriteChar: 3.14. */
#if (PY_VERSION_HEX >= 0x03060000 && PY_VERSION_HEX < 0x030E00A1) || defined(Py_LIMITED_API)
static inline int
capi_compat_PyUnicodeWriter_WriteChar(PyUnicodeWriter *writer, Py_UCS4 ch)
{
    if (ch > 0x10ffff) {
        PyErr_SetString(PyExc_ValueError, "character must be in range(0x110000)");
        return -1;
    }
#if defined(PYPY_VERSION) || defined(Py_LIMITED_API)
    return capi_compat_unicode_writer_add(writer, PyUnicode_FromOrdinal(CAPI_COMPAT_CAST(int, ch)));
#else
    return _PyUnicodeWriter_WriteChar(&writer->writer, ch);
#endif
}
#  undef PyUnicodeWriter_WriteChar
#  define PyUnicodeWriter_WriteChar capi_compat_PyUnicodeWriter_WriteChar
#endif

/* PyUnicodeWriter_WriteStr: 3.14. */
#if (PY_VERSION_HEX >= 0x03060000 && PY_VERSION_HEX < 0x030E00A1) || defined(Py_LIMITED_API)
static inline int
capi_compat_PyUnicodeWriter_WriteStr(PyUnicodeWriter *writer, PyObject *obj)
{
    return capi_compat_unicode_writer_add(writer, PyObject_Str(obj));
}
#  undef PyUnicodeWriter_WriteStr
#  define PyUnicodeWriter_WriteStr capi_compat_PyUnicodeWriter_WriteStr
#endif

/* PyUnicodeWriter_WriteRepr: 3.14. */
#if (PY_VERSION_HEX >= 0x03060000 && PY_VERSION_HEX < 0x030E00A1) || defined(Py_LIMITED_API)
static inline int
capi_compat_PyUnicodeWriter_WriteRepr(PyUnicodeWriter *writer, PyObject *obj)
{
    return capi_compat_unicode_writer_add(writer, PyObject_Repr(obj));
}
#  undef PyUnicodeWriter_WriteRepr
#  define PyUnicodeWriter_WriteRepr capi_compat_PyUnicodeWriter_WriteRepr
#endif

/* PyUnicodeWriter_WriteUTF8: 3.14. */
#if (PY_VERSION_HEX >= 0x03060000 && PY_VERSION_HEX < 0x030E00A1) || defined(Py_LIMITED_API)
static inline int
capi_compat_PyUnicodeWriter_WriteUTF8(PyUnicodeWriter *writer, const char *str, Py_ssize_t size)
{
    if (size < 0) {
        size = CAPI_COMPAT_CAST(Py_ssize_t, strlen(str));
    }
    return capi_compat_unicode_writer_add(writer, PyUnicode_DecodeUTF8(str, size, "strict"));
}
#  undef PyUnicodeWriter_WriteUTF8
#  define PyUnicodeWriter_WriteUTF8 capi_compat_PyUnicodeWriter_WriteUTF8
#endif

/* PyUnicodeWriter_WriteASCII: 3.14. */
#if (PY_VERSION_HEX >= 0x03060000 && PY_VERSION_HEX < 0x030E00A1) || defined(Py_LIMITED_API)
static inline int
capi_compat_PyUnicodeWriter_WriteASCII(PyUnicodeWriter *writer, const char *str, Py_ssize_t size)
{
    if (size < 0) {
        size = CAPI_COMPAT_CAST(Py_ssize_t, strlen(str));
    }
#if defined(PYPY_VERSION) || defined(Py_LIMITED_API)
    return capi_compat_unicode_writer_add(writer, PyUnicode_DecodeASCII(str, size, "strict"));
#else
    return _PyUnicodeWriter_WriteASCIIString(&writer->writer, str, size);
#endif
}
#  undef PyUnicodeWriter_WriteASCII
#  define PyUnicodeWriter_WriteASCII capi_compat_PyUnicodeWriter_WriteASCII
#endif

/* PyUnicodeWriter_WriteWideChar: 3.14. */
#if (PY_VERSION_HEX >= 0x03060000 && PY_VERSION_HEX < 0x030E00A1) || defined(Py_LIMITED_API)
static inline int
capi_compat_PyUnicodeWriter_WriteWideChar(PyUnicodeWriter *writer, const wchar_t *str, Py_ssize_t size)
{
    return capi_compat_unicode_writer_add(writer, PyUnicode_FromWideChar(str, size < 0 ? -1 : size));
}
#  undef PyUnicodeWriter_WriteWideChar
#  define PyUnicodeWriter_WriteWideChar capi_compat_PyUnicodeWriter_WriteWideChar
#endif

/* PyUnicodeWriter_WriteUCS4: 3.14. */
#if (PY_VERSION_HEX >= 0x03060000 && PY_VERSION_HEX < 0x030E00A1) || defined(Py_LIMITED_API)
static inline int
capi_compat_PyUnicodeWriter_WriteUCS4(PyUnicodeWriter *writer, const Py_UCS4 *str, Py_ssize_t size)
{
#ifdef Py_LIMITED_API
    const int one = 1;
    int order = *CAPI_COMPAT_PTR(const char *, &one) == 1 ? -1 : 1;
#endif
    if (size < 0) {
        PyErr_SetString(PyExc_ValueError, "size must be positive");
        return -1;
    }
#ifdef Py_LIMITED_API
    return capi_compat_unicode_writer_add(
        writer, PyUnicode_DecodeUTF32(CAPI_COMPAT_PTR(const char *, str), size * 4, "surrogatepass", &order));
#else
    return capi_compat_unicode_writer_add(writer, PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, str, size));
#endif
}
#  undef PyUnicodeWriter_WriteUCS4
#  define PyUnicodeWriter_WriteUCS4 capi_compat_PyUnicodeWriter_WriteUCS4
#endif

/* PyUnicodeWriter_WriteSubstring: 3.14. */
#if (PY_VERSION_HEX >= 0x03060000 && PY_VERSION_HEX < 0x030E00A1) || defined(Py_LIMITED_API)
static inline int
capi_compat_PyUnicodeWriter_WriteSubstring(PyUnicodeWriter *writer, PyObject *str, Py_ssize_t start, Py_ssize_t end)
{
    if (!PyUnicode_Check(str)) {
        capi_compat_type_error("expect str, not ", str, "");
        return -1;
    }
    if (start < 0 || start > end) {
        PyErr_Format(PyExc_ValueError, "invalid start argument");
        return -1;
    }
    if (end > PySequence_Size(str)) {
        PyErr_Format(PyExc_ValueError, "invalid end argument");
        return -1;
    }
#if defined(PYPY_VERSION) || defined(Py_LIMITED_API)
    return capi_compat_unicode_writer_add(writer, PySequence_GetSlice(str, start, end));
#else
    return _PyUnicodeWriter_WriteSubstring(&writer->writer, str, start, end);
#endif
}
#  undef PyUnicodeWriter_WriteSubstring
#  define PyUnicodeWriter_WriteSubstring capi_compat_PyUnicodeWriter_WriteSubstring
#endif

/* PyUnicodeWriter_DecodeUTF8Stateful: 3.14. */
#if (PY_VERSION_HEX >= 0x03060000 && PY_VERSION_HEX < 0x030E00A1) || defined(Py_LIMITED_API)
static inline int
capi_compat_PyUnicodeWriter_DecodeUTF8Stateful(PyUnicodeWriter *writer, const char *string, Py_ssize_t length,
                                               const char *errors, Py_ssize_t *consumed)
{
    if (length < 0) {
        length = CAPI_COMPAT_CAST(Py_ssize_t, strlen(string));
    }
#ifdef PYPY_VERSION
    /* PyPy has no function that says how much it consumed; its codecs module has. */
    if (consumed != CAPI_COMPAT_NULL) {
        PyObject *decode, *pair, *str;
        *consumed = 0;
        decode = PyImport_ImportModuleAttrString("_codecs", "utf_8_decode");
        if (decode == CAPI_COMPAT_NULL) {
            return -1;
        }
        pair = PyObject_CallFunction(decode, CAPI_COMPAT_UNCONST(char *, "NsO"),
                                     PyBytes_FromStringAndSize(string, length),
                                     errors != CAPI_COMPAT_NULL ? errors : "strict", Py_False);
        Py_DECREF(decode);
        if (pair == CAPI_COMPAT_NULL) {
            return -1;
        }
        str = PyTuple_GetItem(pair, 0);
        *consumed = PyLong_AsSsize_t(PyTuple_GetItem(pair, 1));
        Py_XINCREF(str);
        Py_DECREF(pair);
        return capi_compat_unicode_writer_add(writer, str);
    }
    return capi_compat_unicode_writer_add(writer, PyUnicode_DecodeUTF8(string, length, errors));
#else
    if (consumed != CAPI_COMPAT_NULL) {
        *consumed = 0;
    }
    return capi_compat_unicode_writer_add(writer, PyUnicode_DecodeUTF8Stateful(string, length, errors, consumed));
#endif
}
#  undef PyUnicodeWriter_DecodeUTF8Stateful
#  define PyUnicodeWriter_DecodeUTF8Stateful capi_compat_PyUnicodeWriter_DecodeUTF8Stateful
#endif

/* PyUnicodeWriter_Format: 3.14. */
#if (PY_VERSION_HEX >= 0x03060000 && PY_VERSION_HEX < 0x030E00A1) || defined(Py_LIMITED_API)
static inline int
capi_compat_PyUnicodeWriter_Format(PyUnicodeWriter *writer, const char *format, ...)
{
    PyObject *str;
    va_list vargs;
    va_start(vargs, format);
    str = PyUnicode_FromFormatV(format, vargs);
    va_end(vargs);
    return capi_compat_unicode_writer_add(writer, str);
}
#  undef PyUnicodeWriter_Format
#  define PyUnicodeWriter_Format capi_compat_PyUnicodeWriter_Format
#endif


/* ---- Integers as bytes and digits ---- */

#if PY_VERSION_HEX >= 0x03020000
/* int.to_bytes(size, "little", signed=is_signed). */
static inline PyObject *
capi_compat_int_to_bytes(PyObject *number, Py_ssize_t size, int is_signed)
{
    PyObject *result = CAPI_COMPAT_NULL, *args, *kwargs, *method;
    method = PyObject_GetAttrString(CAPI_COMPAT_OBJECT(&PyLong_Type), "to_bytes");
    if (method == CAPI_COMPAT_NULL) {
        return CAPI_COMPAT_NULL;
    }
    args = Py_BuildValue("(Ons)", number, size, "little");
    kwargs = Py_BuildValue("{s:O}", "signed", is_signed ? Py_True : Py_False);
    if (args != CAPI_COMPAT_NULL && kwargs != CAPI_COMPAT_NULL) {
        result = PyObject_Call(method, args, kwargs);
    }
    Py_XDECREF(kwargs);
    Py_XDECREF(args);
    Py_DECREF(method);
    return result;
}

#endif

#if PY_VERSION_HEX >= 0x03020000
/* int.bit_length(); (size_t)-1 with an exception. */
static inline size_t
capi_compat_int_bits(PyObject *number)
{
    size_t nbits;
    PyObject *bits = capi_compat_call_method_of(&PyLong_Type, "bit_length", number, CAPI_COMPAT_NULL, CAPI_COMPAT_NULL);
    if (bits == CAPI_COMPAT_NULL) {
        return CAPI_COMPAT_CAST(size_t, -1);
    }
    nbits = PyLong_AsSize_t(bits);
    Py_DECREF(bits);
    return nbits;
}

#endif

#if PY_VERSION_HEX >= 0x03020000
/* int.from_bytes(bytes, order, signed=is_signed). */
static inline PyObject *
capi_compat_int_from_bytes(const unsigned char *data, size_t size, int little, int is_signed)
{
#ifdef Py_LIMITED_API
    PyObject *result = CAPI_COMPAT_NULL, *bytes, *args, *kwargs, *method;
    method = PyObject_GetAttrString(CAPI_COMPAT_OBJECT(&PyLong_Type), "from_bytes");
    if (method == CAPI_COMPAT_NULL) {
        return CAPI_COMPAT_NULL;
    }
    bytes = PyBytes_FromStringAndSize(CAPI_COMPAT_PTR(const char *, data), CAPI_COMPAT_CAST(Py_ssize_t, size));
    args = bytes == CAPI_COMPAT_NULL ? CAPI_COMPAT_NULL : Py_BuildValue("(Os)", bytes, little ? "little" : "big");
    kwargs = Py_BuildValue("{s:O}", "signed", is_signed ? Py_True : Py_False);
    if (args != CAPI_COMPAT_NULL && kwargs != CAPI_COMPAT_NULL) {
        result = PyObject_Call(method, args, kwargs);
    }
    Py_XDECREF(kwargs);
    Py_XDECREF(args);
    Py_XDECREF(bytes);
    Py_DECREF(method);
    return result;
#else
    return _PyLong_FromByteArray(data, size, little, is_signed);
#endif
}
#endif

/* Py_ASNATIVEBYTES_DEFAULTS, Py_ASNATIVEBYTES_BIG_ENDIAN, Py_ASNATIVEBYTES_LITTLE_ENDIAN,
 * Py_ASNATIVEBYTES_NATIVE_ENDIAN, Py_ASNATIVEBYTES_UNSIGNED_BUFFER, Py_ASNATIVEBYTES_REJECT_NEGATIVE,
 * Py_ASNATIVEBYTES_ALLOW_INDEX: 3.13. */
#if PY_VERSION_HEX < 0x030D00B1 \
    || (defined(Py_LIMITED_API) && (Py_LIMITED_API < 0x030E0000 || PY_VERSION_HEX < 0x030E0000))
#  undef Py_ASNATIVEBYTES_DEFAULTS
#  define Py_ASNATIVEBYTES_DEFAULTS -1
#  undef Py_ASNATIVEBYTES_BIG_ENDIAN
#  define Py_ASNATIVEBYTES_BIG_ENDIAN 0
#  undef Py_ASNATIVEBYTES_LITTLE_ENDIAN
#  define Py_ASNATIVEBYTES_LITTLE_ENDIAN 1
#  undef Py_ASNATIVEBYTES_NATIVE_ENDIAN
#  define Py_ASNATIVEBYTES_NATIVE_ENDIAN 3
#  undef Py_ASNATIVEBYTES_UNSIGNED_BUFFER
#  define Py_ASNATIVEBYTES_UNSIGNED_BUFFER 4
#  undef Py_ASNATIVEBYTES_REJECT_NEGATIVE
#  define Py_ASNATIVEBYTES_REJECT_NEGATIVE 8
#  undef Py_ASNATIVEBYTES_ALLOW_INDEX
#  define Py_ASNATIVEBYTES_ALLOW_INDEX 16
#endif

#if PY_VERSION_HEX < 0x030D00B1 \
    || (defined(Py_LIMITED_API) && (Py_LIMITED_API < 0x030E0000 || PY_VERSION_HEX < 0x030E0000))
/* Whether the flags ask for little-endian; the native order where they say so or are the default. */
static inline int
capi_compat_little_endian(int flags)
{
    const int one = 1;
    if (flags == -1 || (flags & 2) != 0) {
        return *CAPI_COMPAT_PTR(const char *, &one) == 1;
    }
    return flags & 1;
}
#endif

/* PyLong_AsNativeBytes: 3.13. */
#if PY_VERSION_HEX >= 0x03020000 \
    && (PY_VERSION_HEX < 0x030D00B1 \
        || (defined(Py_LIMITED_API) && (Py_LIMITED_API < 0x030E0000 || PY_VERSION_HEX < 0x030E0000)))
static inline Py_ssize_t
capi_compat_PyLong_AsNativeBytes(PyObject *v, void *buffer, Py_ssize_t n_bytes, int flags)
{
    unsigned char small_bytes[8];
    const unsigned char *source = small_bytes;
    unsigned char *target = CAPI_COMPAT_CAST(unsigned char *, buffer);
    PyObject *number, *bytes = CAPI_COMPAT_NULL;
    PY_LONG_LONG value;
    uint64_t rest, magnitude;
    size_t nbits = 0, count = sizeof(small_bytes), size, i;
    Py_ssize_t result;
    int negative, overflow, little, fits_unsigned;
    if (v == CAPI_COMPAT_NULL || n_bytes < 0) {
        PyErr_BadInternalCall();
        return -1;
    }
    if (PyLong_Check(v)) {
        Py_INCREF(v);
        number = v;
    }
    else if (flags != -1 && (flags & Py_ASNATIVEBYTES_ALLOW_INDEX) != 0) {
        number = PyNumber_Index(v);
        if (number == CAPI_COMPAT_NULL) {
            return -1;
        }
    }
    else {
        capi_compat_type_error("expect int, got ", v, "");
        return -1;
    }
    value = PyLong_AsLongLongAndOverflow(number, &overflow);
    negative = overflow != 0 ? overflow < 0 : value < 0;
    if (negative && flags != -1 && (flags & Py_ASNATIVEBYTES_REJECT_NEGATIVE) != 0) {
        Py_DECREF(number);
        PyErr_SetString(PyExc_ValueError, "Cannot convert negative int");
        return -1;
    }
    size = CAPI_COMPAT_CAST(size_t, n_bytes);
    fits_unsigned = !negative && (flags == -1 || (flags & Py_ASNATIVEBYTES_UNSIGNED_BUFFER) != 0);
    if (overflow == 0) {
        rest = CAPI_COMPAT_CAST(uint64_t, value);
        magnitude = negative ? 0 - rest : rest;
        for (i = 0; i < sizeof(small_bytes); i++) {
            small_bytes[i] = CAPI_COMPAT_CAST(unsigned char, rest & 0xff);
            rest >>= 8;
        }
        while (nbits < 64 && (magnitude >> nbits) != 0) {
            nbits++;
        }
        /* The power of two that is as far as negative numbers go needs one bit less than its positive twin. */
        overflow = negative && (magnitude & (magnitude - 1)) == 0;
    }
    else {
        nbits = capi_compat_int_bits(number);
        bytes = nbits == CAPI_COMPAT_CAST(size_t, -1) ? CAPI_COMPAT_NULL
            : capi_compat_int_to_bytes(number, CAPI_COMPAT_CAST(Py_ssize_t, nbits / 8 + 1), 1);
        if (bytes == CAPI_COMPAT_NULL) {
            Py_DECREF(number);
            return -1;
        }
        source = CAPI_COMPAT_PTR(const unsigned char *, PyBytes_AsString(bytes));
        count = nbits / 8 + 1;
        /* Here too: a single bit, which is the highest of the last byte but one. */
        overflow = negative && nbits % 8 == 0 && source[count - 2] == 0x80;
        for (i = 0; overflow && i + 2 < count; i++) {
            overflow = source[i] == 0;
        }
    }
    Py_DECREF(number);
    if (nbits <= 30) {
        /* Of the small ones only those that do not fit are measured. */
        if (nbits < 8 * size || (size > 0 && nbits == 8 * size && (fits_unsigned || overflow))) {
            result = size < sizeof(size_t) ? n_bytes : CAPI_COMPAT_CAST(Py_ssize_t, sizeof(size_t));
        }
        else if (size > 0 && nbits == 8 * size && !negative) {
            result = n_bytes + 1;
        }
        else {
            result = CAPI_COMPAT_CAST(Py_ssize_t, sizeof(size_t));
        }
    }
    else {
        result = CAPI_COMPAT_CAST(Py_ssize_t, nbits / 8 + 1);
        if (nbits == 8 * size && (fits_unsigned || overflow)) {
            result = n_bytes;
        }
    }
    little = capi_compat_little_endian(flags);
    for (i = 0; i < size; i++) {
        target[little ? i : size - 1 - i] =
            i < count ? source[i] : CAPI_COMPAT_CAST(unsigned char, negative ? 0xff : 0);
    }
    Py_XDECREF(bytes);
    return result;
}
#  undef PyLong_AsNativeBytes
#  define PyLong_AsNativeBytes capi_compat_PyLong_AsNativeBytes
#endif

/* PyLong_FromNativeBytes: 3.13. */
#if PY_VERSION_HEX >= 0x03020000 \
    && (PY_VERSION_HEX < 0x030D00B1 \
        || (defined(Py_LIMITED_API) && (Py_LIMITED_API < 0x030E0000 || PY_VERSION_HEX < 0x030E0000)))
static inline PyObject *
capi_compat_PyLong_FromNativeBytes(const void *buffer, size_t n_bytes, int flags)
{
    if (buffer == CAPI_COMPAT_NULL) {
        PyErr_BadInternalCall();
        return CAPI_COMPAT_NULL;
    }
    return capi_compat_int_from_bytes(CAPI_COMPAT_CAST(const unsigned char *, buffer), n_bytes,
                                      capi_compat_little_endian(flags),
                                      flags == -1 || (flags & Py_ASNATIVEBYTES_UNSIGNED_BUFFER) == 0);
}
#  undef PyLong_FromNativeBytes
#  define PyLong_FromNativeBytes capi_compat_PyLong_FromNativeBytes
#endif

/* PyLong_FromUnsignedNativeBytes: 3.13. */
#if PY_VERSION_HEX >= 0x03020000 \
    && (PY_VERSION_HEX < 0x030D00B1 \
        || (defined(Py_LIMITED_API) && (Py_LIMITED_API < 0x030E0000 || PY_VERSION_HEX < 0x030E0000)))
static inline PyObject *
capi_compat_PyLong_FromUnsignedNativeBytes(const void *buffer, size_t n_bytes, int flags)
{
    if (buffer == CAPI_COMPAT_NULL) {
        PyErr_BadInternalCall();
        return CAPI_COMPAT_NULL;
    }
    return capi_compat_int_from_bytes(CAPI_COMPAT_CAST(const unsigned char *, buffer), n_bytes,
                                      capi_compat_little_endian(flags), 0);
}
#  undef PyLong_FromUnsignedNativeBytes
#  define PyLong_FromUnsignedNativeBytes capi_compat_PyLong_FromUnsignedNativeBytes
#endif

/* PyUnstable_Long_IsCompact: 3.12. */
#if PY_VERSION_HEX < 0x030C00B1 && !defined(Py_LIMITED_API)
static inline int
capi_compat_PyUnstable_Long_IsCompact(const PyLongObject *op)
{
    PyObject *number = CAPI_COMPAT_OBJECT(CAPI_COMPAT_UNCONST(PyLongObject *, op));
#ifdef PYPY_VERSION
    int overflow;
    PY_LONG_LONG value = PyLong_AsLongLongAndOverflow(number, &overflow);
    return overflow == 0 && value > -(1 << 30) && value < (1 << 30);
#else
    Py_ssize_t size = Py_SIZE(number);
    return -1 <= size && size <= 1;
#endif
}
#  undef PyUnstable_Long_IsCompact
#  define PyUnstable_Long_IsCompact capi_compat_PyUnstable_Long_IsCompact
#endif

/* PyUnstable_Long_CompactValue: 3.12. */
#if PY_VERSION_HEX < 0x030C00B1 && !defined(Py_LIMITED_API)
static inline Py_ssize_t
capi_compat_PyUnstable_Long_CompactValue(const PyLongObject *op)
{
    return PyLong_AsSsize_t(CAPI_COMPAT_OBJECT(CAPI_COMPAT_UNCONST(PyLongObject *, op)));
}
#  undef PyUnstable_Long_CompactValue
#  define PyUnstable_Long_CompactValue capi_compat_PyUnstable_Long_CompactValue
#endif

/* PyLongLayout: 3.14. */
#if (PY_VERSION_HEX >= 0x03020000 && PY_VERSION_HEX < 0x030E00A2) \
    || (defined(Py_LIMITED_API) && (Py_LIMITED_API < 0x030F0000 || PY_VERSION_HEX < 0x030F0000))
typedef struct {
    uint8_t bits_per_digit;
    uint8_t digit_size;
    int8_t digits_order;
    int8_t digit_endianness;
} capi_compat_PyLongLayout;
#  undef PyLongLayout
#  define PyLongLayout capi_compat_PyLongLayout
#endif

/* PyLongExport: 3.14. */
#if (PY_VERSION_HEX >= 0x03020000 && PY_VERSION_HEX < 0x030E00A2) \
    || (defined(Py_LIMITED_API) && (Py_LIMITED_API < 0x030F0000 || PY_VERSION_HEX < 0x030F0000))
typedef struct {
    int64_t value;
    uint8_t negative;
    Py_ssize_t ndigits;
    const void *digits;
    uintptr_t _reserved;
} capi_compat_PyLongExport;
#  undef PyLongExport
#  define PyLongExport capi_compat_PyLongExport
#endif

/* PyLongWriter: 3.14. */
#if (PY_VERSION_HEX >= 0x03020000 && PY_VERSION_HEX < 0x030E00A2) \
    || (defined(Py_LIMITED_API) && (Py_LIMITED_API < 0x030F0000 || PY_VERSION_HEX < 0x030F0000))
typedef struct {
    int negative;
    Py_ssize_t ndigits;
    PyObject *number;
    unsigned char *bytes;
} capi_compat_PyLongWriter;
#  undef PyLongWriter
#  define PyLongWriter capi_compat_PyLongWriter
#endif

/* PyLong_GetNativeLayout: 3.14. Differs: on PyPy and in the Limited API digits are single bytes. */
#if (PY_VERSION_HEX >= 0x03020000 && PY_VERSION_HEX < 0x030E00A2) \
    || (defined(Py_LIMITED_API) && (Py_LIMITED_API < 0x030F0000 || PY_VERSION_HEX < 0x030F0000))
#if PY_VERSION_HEX < 0x030B0000 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
#  include <longintrepr.h>
#endif
static inline const PyLongLayout *
capi_compat_PyLong_GetNativeLayout(void)
{
#ifdef WORDS_BIGENDIAN
    enum { endianness = 1 };
#else
    enum { endianness = -1 };
#endif
#if defined(PYPY_VERSION) || defined(Py_LIMITED_API)
    static const PyLongLayout layout = {8, 1, -1, endianness};
#else
    static const PyLongLayout layout = {PyLong_SHIFT, sizeof(digit), -1, endianness};
#endif
    return &layout;
}
#  undef PyLong_GetNativeLayout
#  define PyLong_GetNativeLayout capi_compat_PyLong_GetNativeLayout
#endif

/* PyLong_Export: 3.14. */
#if (PY_VERSION_HEX >= 0x03020000 && PY_VERSION_HEX < 0x030E00A2) \
    || (defined(Py_LIMITED_API) && (Py_LIMITED_API < 0x030F0000 || PY_VERSION_HEX < 0x030F0000))
#if PY_VERSION_HEX < 0x030B0000 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
#  include <longintrepr.h>
#endif
static inline int
capi_compat_PyLong_Export(PyObject *obj, PyLongExport *export_long)
{
    int overflow;
    PY_LONG_LONG value;
    memset(export_long, 0, sizeof(*export_long));
    if (!PyLong_Check(obj)) {
        capi_compat_type_error("expect int, got ", obj, "");
        return -1;
    }
    value = PyLong_AsLongLongAndOverflow(obj, &overflow);
    if (overflow == 0) {
        export_long->value = value;
        return 0;
    }
    export_long->negative = overflow < 0;
    {
#if defined(PYPY_VERSION) || defined(Py_LIMITED_API)
        PyObject *bytes, *magnitude = PyNumber_Absolute(obj);
        size_t nbits = magnitude == CAPI_COMPAT_NULL ? CAPI_COMPAT_CAST(size_t, -1) : capi_compat_int_bits(magnitude);
        Py_ssize_t size = CAPI_COMPAT_CAST(Py_ssize_t, (nbits + 7) / 8);
        bytes = nbits == CAPI_COMPAT_CAST(size_t, -1) ? CAPI_COMPAT_NULL : capi_compat_int_to_bytes(magnitude, size, 0);
        Py_XDECREF(magnitude);
        if (bytes == CAPI_COMPAT_NULL) {
            return -1;
        }
        export_long->ndigits = size;
        export_long->digits = PyBytes_AsString(bytes);
        export_long->_reserved = CAPI_COMPAT_PTR(uintptr_t, bytes);
#elif PY_VERSION_HEX >= 0x030C0000
        const PyLongObject *number = CAPI_COMPAT_PTR(const PyLongObject *, obj);
        export_long->ndigits = CAPI_COMPAT_CAST(Py_ssize_t, number->long_value.lv_tag >> 3);
        export_long->digits = number->long_value.ob_digit;
        export_long->_reserved = CAPI_COMPAT_PTR(uintptr_t, obj);
        Py_INCREF(obj);
#else
        Py_ssize_t size = Py_SIZE(obj);
        export_long->ndigits = size < 0 ? -size : size;
        export_long->digits = CAPI_COMPAT_PTR(const PyLongObject *, obj)->ob_digit;
        export_long->_reserved = CAPI_COMPAT_PTR(uintptr_t, obj);
        Py_INCREF(obj);
#endif
    }
    return 0;
}
#  undef PyLong_Export
#  define PyLong_Export capi_compat_PyLong_Export
#endif

/* PyLong_FreeExport: 3.14. */
#if (PY_VERSION_HEX >= 0x03020000 && PY_VERSION_HEX < 0x030E00A2) \
    || (defined(Py_LIMITED_API) && (Py_LIMITED_API < 0x030F0000 || PY_VERSION_HEX < 0x030F0000))
static inline void
capi_compat_PyLong_FreeExport(PyLongExport *export_long)
{
    PyObject *owner = CAPI_COMPAT_PTR(PyObject *, export_long->_reserved);
    if (owner != CAPI_COMPAT_NULL) {
        export_long->_reserved = 0;
        Py_DECREF(owner);
    }
}
#  undef PyLong_FreeExport
#  define PyLong_FreeExport capi_compat_PyLong_FreeExport
#endif

/* PyLongWriter_Create: 3.14. */
#if (PY_VERSION_HEX >= 0x03020000 && PY_VERSION_HEX < 0x030E00A2) \
    || (defined(Py_LIMITED_API) && (Py_LIMITED_API < 0x030F0000 || PY_VERSION_HEX < 0x030F0000))
#if PY_VERSION_HEX < 0x030B0000 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
#  include <longintrepr.h>
#endif
static inline PyLongWriter *
capi_compat_PyLongWriter_Create(int negative, Py_ssize_t ndigits, void **digits)
{
    PyLongWriter *writer;
    *digits = CAPI_COMPAT_NULL;
    if (ndigits <= 0) {
        PyErr_SetString(PyExc_ValueError, "ndigits must be positive");
        return CAPI_COMPAT_NULL;
    }
    writer = CAPI_COMPAT_CAST(PyLongWriter *, PyMem_Malloc(sizeof(*writer)));
    if (writer == CAPI_COMPAT_NULL) {
        PyErr_NoMemory();
        return CAPI_COMPAT_NULL;
    }
    writer->negative = negative;
    writer->ndigits = ndigits;
    writer->number = CAPI_COMPAT_NULL;
    writer->bytes = CAPI_COMPAT_NULL;
#if defined(PYPY_VERSION) || defined(Py_LIMITED_API)
    writer->bytes = CAPI_COMPAT_CAST(unsigned char *, PyMem_Malloc(CAPI_COMPAT_CAST(size_t, ndigits)));
    if (writer->bytes == CAPI_COMPAT_NULL) {
        PyMem_Free(writer);
        PyErr_NoMemory();
        return CAPI_COMPAT_NULL;
    }
    *digits = writer->bytes;
#else
    writer->number = CAPI_COMPAT_OBJECT(_PyLong_New(ndigits));
    if (writer->number == CAPI_COMPAT_NULL) {
        PyMem_Free(writer);
        return CAPI_COMPAT_NULL;
    }
#if PY_VERSION_HEX >= 0x030C0000
    *digits = CAPI_COMPAT_PTR(PyLongObject *, writer->number)->long_value.ob_digit;
#else
    *digits = CAPI_COMPAT_PTR(PyLongObject *, writer->number)->ob_digit;
#endif
    /* Nobody has written the digits yet, but the number may be discarded. */
    memset(*digits, 0, CAPI_COMPAT_CAST(size_t, ndigits) * sizeof(digit));
#endif
    return writer;
}
#  undef PyLongWriter_Create
#  define PyLongWriter_Create capi_compat_PyLongWriter_Create
#endif

/* PyLongWriter_Discard: 3.14. */
#if (PY_VERSION_HEX >= 0x03020000 && PY_VERSION_HEX < 0x030E00A2) \
    || (defined(Py_LIMITED_API) && (Py_LIMITED_API < 0x030F0000 || PY_VERSION_HEX < 0x030F0000))
static inline void
capi_compat_PyLongWriter_Discard(PyLongWriter *writer)
{
    if (writer == CAPI_COMPAT_NULL) {
        return;
    }
    Py_XDECREF(writer->number);
    PyMem_Free(writer->bytes);
    PyMem_Free(writer);
}
#  undef PyLongWriter_Discard
#  define PyLongWriter_Discard capi_compat_PyLongWriter_Discard
#endif

/* PyLongWriter_Finish: 3.14. */
#if (PY_VERSION_HEX >= 0x03020000 && PY_VERSION_HEX < 0x030E00A2) \
    || (defined(Py_LIMITED_API) && (Py_LIMITED_API < 0x030F0000 || PY_VERSION_HEX < 0x030F0000))
#if PY_VERSION_HEX < 0x030B0000 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
#  include <longintrepr.h>
#endif
static inline PyObject *
capi_compat_PyLongWriter_Finish(PyLongWriter *writer)
{
    PyObject *result;
#if defined(PYPY_VERSION) || defined(Py_LIMITED_API)
    result = capi_compat_int_from_bytes(writer->bytes, CAPI_COMPAT_CAST(size_t, writer->ndigits), 1, 0);
    if (result != CAPI_COMPAT_NULL && writer->negative) {
        PyObject *magnitude = result;
        result = PyNumber_Negative(magnitude);
        Py_DECREF(magnitude);
    }
#else
    Py_ssize_t used = writer->ndigits;
    PyLongObject *number = CAPI_COMPAT_PTR(PyLongObject *, writer->number);
#if PY_VERSION_HEX >= 0x030C0000
    const digit *digits = number->long_value.ob_digit;
#else
    const digit *digits = number->ob_digit;
#endif
    while (used > 0 && digits[used - 1] == 0) {
        used--;
    }
    if (used <= 1) {
        /* Small ints may be shared objects. */
        long value = used == 0 ? 0 : CAPI_COMPAT_CAST(long, digits[0]);
        result = PyLong_FromLong(writer->negative ? -value : value);
    }
    else {
#if PY_VERSION_HEX >= 0x030C0000
        number->long_value.lv_tag = (CAPI_COMPAT_CAST(uintptr_t, used) << 3) | (writer->negative ? 2u : 0u);
#else
        Py_SET_SIZE(number, writer->negative ? -used : used);
#endif
        result = writer->number;
        writer->number = CAPI_COMPAT_NULL;
    }
#endif
    PyLongWriter_Discard(writer);
    return result;
}
#  undef PyLongWriter_Finish
#  define PyLongWriter_Finish capi_compat_PyLongWriter_Finish
#endif


/* ---- Constants, iterators, tuples and bytes ---- */

/* Py_CONSTANT_NONE, Py_CONSTANT_FALSE, Py_CONSTANT_TRUE, Py_CONSTANT_ELLIPSIS, Py_CONSTANT_NOT_IMPLEMENTED,
 * Py_CONSTANT_ZERO, Py_CONSTANT_ONE, Py_CONSTANT_EMPTY_STR, Py_CONSTANT_EMPTY_BYTES, Py_CONSTANT_EMPTY_TUPLE: 3.13. */
#if PY_VERSION_HEX < 0x030D00A6 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030D0000)
#  undef Py_CONSTANT_NONE
#  define Py_CONSTANT_NONE 0
#  undef Py_CONSTANT_FALSE
#  define Py_CONSTANT_FALSE 1
#  undef Py_CONSTANT_TRUE
#  define Py_CONSTANT_TRUE 2
#  undef Py_CONSTANT_ELLIPSIS
#  define Py_CONSTANT_ELLIPSIS 3
#  undef Py_CONSTANT_NOT_IMPLEMENTED
#  define Py_CONSTANT_NOT_IMPLEMENTED 4
#  undef Py_CONSTANT_ZERO
#  define Py_CONSTANT_ZERO 5
#  undef Py_CONSTANT_ONE
#  define Py_CONSTANT_ONE 6
#  undef Py_CONSTANT_EMPTY_STR
#  define Py_CONSTANT_EMPTY_STR 7
#  undef Py_CONSTANT_EMPTY_BYTES
#  define Py_CONSTANT_EMPTY_BYTES 8
#  undef Py_CONSTANT_EMPTY_TUPLE
#  define Py_CONSTANT_EMPTY_TUPLE 9
#endif

/* Py_GetConstant: 3.13. */
#if PY_VERSION_HEX < 0x030D00A6 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030D0000)
static inline PyObject *
capi_compat_Py_GetConstant(unsigned int constant_id)
{
    switch (constant_id) {
    case Py_CONSTANT_NONE:
        return Py_NewRef(Py_None);
    case Py_CONSTANT_FALSE:
        return Py_NewRef(Py_False);
    case Py_CONSTANT_TRUE:
        return Py_NewRef(Py_True);
    case Py_CONSTANT_ELLIPSIS:
        return Py_NewRef(Py_Ellipsis);
    case Py_CONSTANT_NOT_IMPLEMENTED:
        return Py_NewRef(Py_NotImplemented);
#if PY_VERSION_HEX < 0x03000000
    case Py_CONSTANT_ZERO:
        return PyInt_FromLong(0);
    case Py_CONSTANT_ONE:
        return PyInt_FromLong(1);
#else
    case Py_CONSTANT_ZERO:
        return PyLong_FromLong(0);
    case Py_CONSTANT_ONE:
        return PyLong_FromLong(1);
#endif
    case Py_CONSTANT_EMPTY_STR:
        return capi_compat_str("");
    case Py_CONSTANT_EMPTY_BYTES:
        return PyBytes_FromStringAndSize("", 0);
    case Py_CONSTANT_EMPTY_TUPLE:
        return PyTuple_New(0);
    default:
        PyErr_BadInternalCall();
        return CAPI_COMPAT_NULL;
    }
}
#  undef Py_GetConstant
#  define Py_GetConstant capi_compat_Py_GetConstant
#endif

/* CAPI_COMPAT_LONG_AS_BYTE_ARRAY(value, bytes, size, little_endian, is_signed): in no Python. _PyLong_AsByteArray, which
 * since 3.13 has to be told that it may raise. */
#if PY_VERSION_HEX >= 0x030D0000 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
#  define CAPI_COMPAT_LONG_AS_BYTE_ARRAY(value, bytes, size, little_endian, is_signed) \
    _PyLong_AsByteArray(value, bytes, size, little_endian, is_signed, 1)
#elif !defined(Py_LIMITED_API)
#  define CAPI_COMPAT_LONG_AS_BYTE_ARRAY(value, bytes, size, little_endian, is_signed) \
    _PyLong_AsByteArray(value, bytes, size, little_endian, is_signed)
#endif

/* CAPI_COMPAT_HASH_DOUBLE(value): in no Python. _Py_HashDouble without an object: since 3.10 a NaN has the hash of its
 * object, before it was 0. */
#if PY_VERSION_HEX >= 0x030A0000 && !defined(Py_LIMITED_API)
static inline Py_hash_t
capi_compat_hash_double(double value)
{
    return value != value ? 0 : _Py_HashDouble(Py_None, value);
}
#  define CAPI_COMPAT_HASH_DOUBLE(value) capi_compat_hash_double(value)
#elif !defined(Py_LIMITED_API)
#  define CAPI_COMPAT_HASH_DOUBLE(value) _Py_HashDouble(value)
#endif

/* Py_GetConstantBorrowed: 3.13. */
#if PY_VERSION_HEX < 0x030D00A6 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030D0000)
static inline PyObject *
capi_compat_Py_GetConstantBorrowed(unsigned int constant_id)
{
#ifdef PYPY_VERSION
    /* Nothing but this reference keeps the object at its address. */
    static PyObject *kept[10];
    if (constant_id < 10 && kept[constant_id] == CAPI_COMPAT_NULL) {
        kept[constant_id] = Py_GetConstant(constant_id);
    }
    return constant_id < 10 ? kept[constant_id] : Py_GetConstant(constant_id);
#else
    /* The interpreter has a reference of its own to each of them. */
    PyObject *constant = Py_GetConstant(constant_id);
    Py_XDECREF(constant);
    return constant;
#endif
}
#  undef Py_GetConstantBorrowed
#  define Py_GetConstantBorrowed capi_compat_Py_GetConstantBorrowed
#endif

/* PyIter_NextItem: 3.14. */
#if PY_VERSION_HEX < 0x030E00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030E0000)
static inline int
capi_compat_PyIter_NextItem(PyObject *iter, PyObject **item)
{
    int is_iterator;
    *item = CAPI_COMPAT_NULL;
#ifdef Py_LIMITED_API
    is_iterator = PyObject_HasAttrString(CAPI_COMPAT_OBJECT(Py_TYPE(iter)), "__next__");
#else
    is_iterator = PyIter_Check(iter);
#endif
    if (!is_iterator) {
        capi_compat_type_error("expected an iterator, got '", iter, "'");
        return -1;
    }
    *item = PyIter_Next(iter);
    if (*item != CAPI_COMPAT_NULL) {
        return 1;
    }
    return PyErr_Occurred() != CAPI_COMPAT_NULL ? -1 : 0;
}
#  undef PyIter_NextItem
#  define PyIter_NextItem capi_compat_PyIter_NextItem
#endif

/* PySendResult, PYGEN_RETURN, PYGEN_ERROR, PYGEN_NEXT: 3.10. */
#if PY_VERSION_HEX < 0x030A00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030A0000)
typedef enum {
    CAPI_COMPAT_PYGEN_RETURN = 0,
    CAPI_COMPAT_PYGEN_ERROR = -1,
    CAPI_COMPAT_PYGEN_NEXT = 1
} capi_compat_PySendResult;
#  undef PySendResult
#  define PySendResult capi_compat_PySendResult
#  undef PYGEN_RETURN
#  define PYGEN_RETURN CAPI_COMPAT_PYGEN_RETURN
#  undef PYGEN_ERROR
#  define PYGEN_ERROR CAPI_COMPAT_PYGEN_ERROR
#  undef PYGEN_NEXT
#  define PYGEN_NEXT CAPI_COMPAT_PYGEN_NEXT
#endif

/* PyIter_Send: 3.10. */
#if defined(PYPY_VERSION) || PY_VERSION_HEX < 0x030A00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030A0000)
static inline PySendResult
capi_compat_PyIter_Send(PyObject *iter, PyObject *arg, PyObject **result)
{
    PyObject *exc;
    int has_next;
#if PY_VERSION_HEX < 0x03000000
    const char *next = "next";
#else
    const char *next = "__next__";
#endif
    *result = CAPI_COMPAT_NULL;
    has_next = arg == Py_None ? PyObject_HasAttrString(CAPI_COMPAT_OBJECT(Py_TYPE(iter)), next) : 0;
    if (has_next) {
        PyObject *method = PyObject_GetAttrString(CAPI_COMPAT_OBJECT(Py_TYPE(iter)), next);
        if (method != CAPI_COMPAT_NULL) {
            *result = PyObject_CallOneArg(method, iter);
            Py_DECREF(method);
        }
    }
    else {
        *result = PyObject_CallMethod(iter, CAPI_COMPAT_UNCONST(char *, "send"), CAPI_COMPAT_UNCONST(char *, "(O)"),
                                      arg);
    }
    if (*result != CAPI_COMPAT_NULL) {
        return PYGEN_NEXT;
    }
    if (!PyErr_ExceptionMatches(PyExc_StopIteration)) {
        return PYGEN_ERROR;
    }
    exc = PyErr_GetRaisedException();
#if PY_VERSION_HEX < 0x03000000
    *result = Py_NewRef(Py_None);
#else
    *result = PyObject_GetAttrString(exc, "value");
#endif
    Py_XDECREF(exc);
    return *result == CAPI_COMPAT_NULL ? PYGEN_ERROR : PYGEN_RETURN;
}
#  undef PyIter_Send
#  define PyIter_Send capi_compat_PyIter_Send
#endif

/* PyAIter_Check: 3.10. */
#if PY_VERSION_HEX >= 0x03050000 \
    && (defined(PYPY_VERSION) || PY_VERSION_HEX < 0x030A00B1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030A0000))
static inline int
capi_compat_PyAIter_Check(PyObject *obj)
{
    return PyObject_HasAttrString(CAPI_COMPAT_OBJECT(Py_TYPE(obj)), "__anext__");
}
#  undef PyAIter_Check
#  define PyAIter_Check capi_compat_PyAIter_Check
#endif

/* PyObject_GetAIter: 3.10. */
#if PY_VERSION_HEX >= 0x03050000 \
    && (defined(PYPY_VERSION) || PY_VERSION_HEX < 0x030A00B1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030A0000))
static inline PyObject *
capi_compat_PyObject_GetAIter(PyObject *obj)
{
    PyObject *result, *method;
    int found = PyObject_GetOptionalAttrString(CAPI_COMPAT_OBJECT(Py_TYPE(obj)), "__aiter__", &method);
    if (found < 0) {
        return CAPI_COMPAT_NULL;
    }
    if (found == 0) {
        capi_compat_type_error("'", obj, "' object is not an async iterable");
        return CAPI_COMPAT_NULL;
    }
    result = PyObject_CallOneArg(method, obj);
    Py_DECREF(method);
    if (result != CAPI_COMPAT_NULL && !PyAIter_Check(result)) {
        capi_compat_type_error("aiter() returned not an async iterator of type '", result, "'");
        Py_DECREF(result);
        return CAPI_COMPAT_NULL;
    }
    return result;
}
#  undef PyObject_GetAIter
#  define PyObject_GetAIter capi_compat_PyObject_GetAIter
#endif

/* PyTuple_FromArray: 3.15. */
#if PY_VERSION_HEX < 0x030F00A1 || defined(Py_LIMITED_API)
static inline PyObject *
capi_compat_PyTuple_FromArray(PyObject *const *array, Py_ssize_t size)
{
    return capi_compat_args_tuple(array, size);
}
#  undef PyTuple_FromArray
#  define PyTuple_FromArray capi_compat_PyTuple_FromArray
#endif

/* PySet_CheckExact: 3.10. */
#if PY_VERSION_HEX < 0x030A00A1
#  undef PySet_CheckExact
#  define PySet_CheckExact(op) Py_IS_TYPE(op, &PySet_Type)
#endif

/* PyFrozenDict_Check: 3.15. There are no frozen dicts before. */
#if PY_VERSION_HEX < 0x030F00A1 && !defined(Py_LIMITED_API)
#  undef PyFrozenDict_Check
#  define PyFrozenDict_Check(op) ((void)(op), 0)
#endif

/* PyFrozenDict_CheckExact: 3.15. There are no frozen dicts before. */
#if PY_VERSION_HEX < 0x030F00A1 && !defined(Py_LIMITED_API)
#  undef PyFrozenDict_CheckExact
#  define PyFrozenDict_CheckExact(op) ((void)(op), 0)
#endif

/* PyAnyDict_Check: 3.15. */
#if PY_VERSION_HEX < 0x030F00A1 && !defined(Py_LIMITED_API)
#  undef PyAnyDict_Check
#  define PyAnyDict_Check(op) PyDict_Check(op)
#endif

/* PyAnyDict_CheckExact: 3.15. */
#if PY_VERSION_HEX < 0x030F00A1 && !defined(Py_LIMITED_API)
#  undef PyAnyDict_CheckExact
#  define PyAnyDict_CheckExact(op) PyDict_CheckExact(op)
#endif

/* PyBytes_Join: 3.14. */
#if PY_VERSION_HEX < 0x030E00A1 || defined(Py_LIMITED_API)
static inline PyObject *
capi_compat_PyBytes_Join(PyObject *sep, PyObject *iterable)
{
    if (sep == CAPI_COMPAT_NULL) {
        PyErr_BadInternalCall();
        return CAPI_COMPAT_NULL;
    }
    if (!PyBytes_Check(sep)) {
        capi_compat_type_error("sep: expected bytes, got ", sep, "");
        return CAPI_COMPAT_NULL;
    }
    return capi_compat_call_method_of(&PyBytes_Type, "join", sep, iterable, CAPI_COMPAT_NULL);
}
#  undef PyBytes_Join
#  define PyBytes_Join capi_compat_PyBytes_Join
#endif

/* PyBytesWriter: 3.15. */
#if PY_VERSION_HEX < 0x030F00A1 || defined(Py_LIMITED_API)
typedef struct {
    char *data;
    Py_ssize_t size;
    Py_ssize_t allocated;
} capi_compat_PyBytesWriter;
#  undef PyBytesWriter
#  define PyBytesWriter capi_compat_PyBytesWriter
#endif

/* PyBytesWriter_Discard: 3.15. */
#if PY_VERSION_HEX < 0x030F00A1 || defined(Py_LIMITED_API)
static inline void
capi_compat_PyBytesWriter_Discard(PyBytesWriter *writer)
{
    if (writer != CAPI_COMPAT_NULL) {
        PyMem_Free(writer->data);
        PyMem_Free(writer);
    }
}
#  undef PyBytesWriter_Discard
#  define PyBytesWriter_Discard capi_compat_PyBytesWriter_Discard
#endif

/* PyBytesWriter_Resize: 3.15. */
#if PY_VERSION_HEX < 0x030F00A1 || defined(Py_LIMITED_API)
static inline int
capi_compat_PyBytesWriter_Resize(PyBytesWriter *writer, Py_ssize_t size)
{
    if (size < 0) {
        PyErr_SetString(PyExc_ValueError, "size must be >= 0");
        return -1;
    }
    if (size > writer->allocated) {
        /* Some more than is asked for, so that many small steps do not copy each time. */
        Py_ssize_t allocated = size <= CAPI_COMPAT_SSIZE_MAX - size / 4 ? size + size / 4 : size;
        char *data = CAPI_COMPAT_CAST(char *, PyMem_Realloc(writer->data, CAPI_COMPAT_CAST(size_t, allocated)));
        if (data == CAPI_COMPAT_NULL) {
            PyErr_NoMemory();
            return -1;
        }
        writer->data = data;
        writer->allocated = allocated;
    }
    writer->size = size;
    return 0;
}
#  undef PyBytesWriter_Resize
#  define PyBytesWriter_Resize capi_compat_PyBytesWriter_Resize
#endif

/* PyBytesWriter_Create: 3.15. */
#if PY_VERSION_HEX < 0x030F00A1 || defined(Py_LIMITED_API)
static inline PyBytesWriter *
capi_compat_PyBytesWriter_Create(Py_ssize_t size)
{
    PyBytesWriter *writer;
    if (size < 0) {
        PyErr_SetString(PyExc_ValueError, "size must be >= 0");
        return CAPI_COMPAT_NULL;
    }
    writer = CAPI_COMPAT_CAST(PyBytesWriter *, PyMem_Malloc(sizeof(*writer)));
    if (writer == CAPI_COMPAT_NULL) {
        PyErr_NoMemory();
        return CAPI_COMPAT_NULL;
    }
    writer->size = size;
    writer->allocated = size > 64 ? size : 64;
    writer->data = CAPI_COMPAT_CAST(char *, PyMem_Malloc(CAPI_COMPAT_CAST(size_t, writer->allocated)));
    if (writer->data == CAPI_COMPAT_NULL) {
        PyMem_Free(writer);
        PyErr_NoMemory();
        return CAPI_COMPAT_NULL;
    }
    return writer;
}
#  undef PyBytesWriter_Create
#  define PyBytesWriter_Create capi_compat_PyBytesWriter_Create
#endif

/* PyBytesWriter_GetData: 3.15. */
#if PY_VERSION_HEX < 0x030F00A1 || defined(Py_LIMITED_API)
static inline void *
capi_compat_PyBytesWriter_GetData(PyBytesWriter *writer)
{
    return writer->data;
}
#  undef PyBytesWriter_GetData
#  define PyBytesWriter_GetData capi_compat_PyBytesWriter_GetData
#endif

/* PyBytesWriter_GetSize: 3.15. */
#if PY_VERSION_HEX < 0x030F00A1 || defined(Py_LIMITED_API)
static inline Py_ssize_t
capi_compat_PyBytesWriter_GetSize(PyBytesWriter *writer)
{
    return writer->size;
}
#  undef PyBytesWriter_GetSize
#  define PyBytesWriter_GetSize capi_compat_PyBytesWriter_GetSize
#endif

/* PyBytesWriter_FinishWithSize: 3.15. */
#if PY_VERSION_HEX < 0x030F00A1 || defined(Py_LIMITED_API)
static inline PyObject *
capi_compat_PyBytesWriter_FinishWithSize(PyBytesWriter *writer, Py_ssize_t size)
{
    PyObject *bytes = CAPI_COMPAT_NULL;
    if (size < 0) {
        PyErr_SetString(PyExc_ValueError, "size must be positive");
    }
    else if (PyBytesWriter_Resize(writer, size) == 0) {
        bytes = PyBytes_FromStringAndSize(writer->data, size);
    }
    PyBytesWriter_Discard(writer);
    return bytes;
}
#  undef PyBytesWriter_FinishWithSize
#  define PyBytesWriter_FinishWithSize capi_compat_PyBytesWriter_FinishWithSize
#endif

/* PyBytesWriter_Finish: 3.15. */
#if PY_VERSION_HEX < 0x030F00A1 || defined(Py_LIMITED_API)
static inline PyObject *
capi_compat_PyBytesWriter_Finish(PyBytesWriter *writer)
{
    return PyBytesWriter_FinishWithSize(writer, writer->size);
}
#  undef PyBytesWriter_Finish
#  define PyBytesWriter_Finish capi_compat_PyBytesWriter_Finish
#endif

/* PyBytesWriter_FinishWithPointer: 3.15. */
#if PY_VERSION_HEX < 0x030F00A1 || defined(Py_LIMITED_API)
static inline PyObject *
capi_compat_PyBytesWriter_FinishWithPointer(PyBytesWriter *writer, void *buf)
{
    return PyBytesWriter_FinishWithSize(writer, CAPI_COMPAT_CAST(char *, buf) - writer->data);
}
#  undef PyBytesWriter_FinishWithPointer
#  define PyBytesWriter_FinishWithPointer capi_compat_PyBytesWriter_FinishWithPointer
#endif

/* PyBytesWriter_Grow: 3.15. */
#if PY_VERSION_HEX < 0x030F00A1 || defined(Py_LIMITED_API)
static inline int
capi_compat_PyBytesWriter_Grow(PyBytesWriter *writer, Py_ssize_t size)
{
    if (size < 0 && writer->size + size < 0) {
        PyErr_SetString(PyExc_ValueError, "invalid size");
        return -1;
    }
    if (size > CAPI_COMPAT_SSIZE_MAX - writer->size) {
        PyErr_NoMemory();
        return -1;
    }
    return PyBytesWriter_Resize(writer, writer->size + size);
}
#  undef PyBytesWriter_Grow
#  define PyBytesWriter_Grow capi_compat_PyBytesWriter_Grow
#endif

/* PyBytesWriter_GrowAndUpdatePointer: 3.15. */
#if PY_VERSION_HEX < 0x030F00A1 || defined(Py_LIMITED_API)
static inline void *
capi_compat_PyBytesWriter_GrowAndUpdatePointer(PyBytesWriter *writer, Py_ssize_t size, void *buf)
{
    Py_ssize_t offset = CAPI_COMPAT_CAST(char *, buf) - writer->data;
    if (PyBytesWriter_Grow(writer, size) < 0) {
        return CAPI_COMPAT_NULL;
    }
    return writer->data + offset;
}
#  undef PyBytesWriter_GrowAndUpdatePointer
#  define PyBytesWriter_GrowAndUpdatePointer capi_compat_PyBytesWriter_GrowAndUpdatePointer
#endif

/* PyBytesWriter_WriteBytes: 3.15. */
#if PY_VERSION_HEX < 0x030F00A1 || defined(Py_LIMITED_API)
static inline int
capi_compat_PyBytesWriter_WriteBytes(PyBytesWriter *writer, const void *bytes, Py_ssize_t size)
{
    Py_ssize_t before = writer->size;
    if (size < 0) {
        size = CAPI_COMPAT_CAST(Py_ssize_t, strlen(CAPI_COMPAT_CAST(const char *, bytes)));
    }
    if (PyBytesWriter_Grow(writer, size) < 0) {
        return -1;
    }
    memcpy(writer->data + before, bytes, CAPI_COMPAT_CAST(size_t, size));
    return 0;
}
#  undef PyBytesWriter_WriteBytes
#  define PyBytesWriter_WriteBytes capi_compat_PyBytesWriter_WriteBytes
#endif

/* PyBytesWriter_Format: 3.15. */
#if PY_VERSION_HEX < 0x030F00A1 || defined(Py_LIMITED_API)
static inline int
capi_compat_PyBytesWriter_Format(PyBytesWriter *writer, const char *format, ...)
{
    int status;
    PyObject *bytes;
    va_list vargs;
    va_start(vargs, format);
    bytes = PyBytes_FromFormatV(format, vargs);
    va_end(vargs);
    if (bytes == CAPI_COMPAT_NULL) {
        return -1;
    }
    status = PyBytesWriter_WriteBytes(writer, PyBytes_AsString(bytes), PyBytes_Size(bytes));
    Py_DECREF(bytes);
    return status;
}
#  undef PyBytesWriter_Format
#  define PyBytesWriter_Format capi_compat_PyBytesWriter_Format
#endif


/* ---- More of objects and types ---- */

/* PyType_GetDict: 3.12. */
#if PY_VERSION_HEX < 0x030C00A1 && !defined(Py_LIMITED_API)
static inline PyObject *
capi_compat_PyType_GetDict(PyTypeObject *type)
{
    Py_XINCREF(type->tp_dict);
    return type->tp_dict;
}
#  undef PyType_GetDict
#  define PyType_GetDict capi_compat_PyType_GetDict
#endif

/* PyType_GetModuleByDef: 3.11. */
#if (PY_VERSION_HEX >= 0x03090000 && PY_VERSION_HEX < 0x030B00A1 && !defined(Py_LIMITED_API)) \
    || (defined(Py_LIMITED_API) && PY_VERSION_HEX >= 0x030A0000 && Py_LIMITED_API >= 0x030A0000 \
        && (Py_LIMITED_API < 0x030D0000 || PY_VERSION_HEX < 0x030D0000))
static inline PyObject *
capi_compat_PyType_GetModuleByDef(PyTypeObject *type, PyModuleDef *def)
{
    PyObject *name, *module, *found = CAPI_COMPAT_NULL;
    Py_ssize_t i, count;
    PyObject *mro = PyObject_GetAttrString(CAPI_COMPAT_OBJECT(type), "__mro__");
    if (mro == CAPI_COMPAT_NULL) {
        return CAPI_COMPAT_NULL;
    }
    count = PyTuple_Size(mro);
    for (i = 0; i < count && found == CAPI_COMPAT_NULL; i++) {
        module = PyType_GetModule(CAPI_COMPAT_PTR(PyTypeObject *, PyTuple_GetItem(mro, i)));
        if (module == CAPI_COMPAT_NULL) {
            PyErr_Clear();
        }
        else if (PyModule_GetDef(module) == def) {
            found = module;
        }
    }
    Py_DECREF(mro);
    if (found == CAPI_COMPAT_NULL) {
        name = PyType_GetName(type);
        if (name != CAPI_COMPAT_NULL) {
            PyErr_Format(PyExc_TypeError, "PyType_GetModuleByDef: No superclass of '%U' has the given module", name);
            Py_DECREF(name);
        }
    }
    return found;
}
#  undef PyType_GetModuleByDef
#  define PyType_GetModuleByDef capi_compat_PyType_GetModuleByDef
#endif

/* PyType_GetModule_DuringGC: 3.15. As its neighbours it sets no exceptions. */
#if (PY_VERSION_HEX >= 0x03090000 && PY_VERSION_HEX < 0x030F0000 && !defined(Py_LIMITED_API)) \
    || (defined(Py_LIMITED_API) && PY_VERSION_HEX >= 0x030A0000 && Py_LIMITED_API >= 0x030A0000 \
        && (Py_LIMITED_API < 0x030F0000 || PY_VERSION_HEX < 0x030F0000))
static inline PyObject *
capi_compat_PyType_GetModule_DuringGC(PyTypeObject *type)
{
#if defined(PYPY_VERSION) || defined(Py_LIMITED_API)
    capi_compat_error saved;
    PyObject *module;
    capi_compat_error_save(&saved);
    module = PyType_GetModule(type);
    PyErr_Clear();
    capi_compat_error_restore(&saved);
    return module;
#else
    if ((type->tp_flags & Py_TPFLAGS_HEAPTYPE) == 0) {
        return CAPI_COMPAT_NULL;
    }
    return CAPI_COMPAT_PTR(PyHeapTypeObject *, type)->ht_module;
#endif
}
#  undef PyType_GetModule_DuringGC
#  define PyType_GetModule_DuringGC capi_compat_PyType_GetModule_DuringGC
#endif

/* PyType_GetModuleByToken_DuringGC: 3.15. The token of a module is its definition. */
#if (PY_VERSION_HEX >= 0x03090000 && PY_VERSION_HEX < 0x030F0000 && !defined(Py_LIMITED_API)) \
    || (defined(Py_LIMITED_API) && PY_VERSION_HEX >= 0x030A0000 && Py_LIMITED_API >= 0x030A0000 \
        && (Py_LIMITED_API < 0x030F0000 || PY_VERSION_HEX < 0x030F0000))
static inline PyObject *
capi_compat_PyType_GetModuleByToken_DuringGC(PyTypeObject *type, const void *token)
{
#if defined(PYPY_VERSION) || defined(Py_LIMITED_API)
    capi_compat_error saved;
    PyObject *module;
    const PyModuleDef *def = CAPI_COMPAT_CAST(const PyModuleDef *, token);
    capi_compat_error_save(&saved);
    module = PyType_GetModuleByDef(type, CAPI_COMPAT_UNCONST(PyModuleDef *, def));
    PyErr_Clear();
    capi_compat_error_restore(&saved);
    return module;
#else
    Py_ssize_t i;
    for (i = 0; i < PyTuple_Size(type->tp_mro); i++) {
        PyObject *module = PyType_GetModule_DuringGC(CAPI_COMPAT_PTR(PyTypeObject *, PyTuple_GetItem(type->tp_mro, i)));
        if (module != CAPI_COMPAT_NULL && PyModule_GetDef(module) == token) {
            return module;
        }
    }
    return CAPI_COMPAT_NULL;
#endif
}
#  undef PyType_GetModuleByToken_DuringGC
#  define PyType_GetModuleByToken_DuringGC capi_compat_PyType_GetModuleByToken_DuringGC
#endif

/* PyType_GetModuleByToken: 3.15. The token of a module is its definition. */
#if (PY_VERSION_HEX >= 0x03090000 && PY_VERSION_HEX < 0x030F0000 && !defined(Py_LIMITED_API)) \
    || (defined(Py_LIMITED_API) && PY_VERSION_HEX >= 0x030A0000 && Py_LIMITED_API >= 0x030A0000 \
        && (Py_LIMITED_API < 0x030F0000 || PY_VERSION_HEX < 0x030F0000))
static inline PyObject *
capi_compat_PyType_GetModuleByToken(PyTypeObject *type, const void *token)
{
    const PyModuleDef *def = CAPI_COMPAT_CAST(const PyModuleDef *, token);
    PyObject *module = PyType_GetModuleByDef(type, CAPI_COMPAT_UNCONST(PyModuleDef *, def));
    Py_XINCREF(module);
    return module;
}
#  undef PyType_GetModuleByToken
#  define PyType_GetModuleByToken capi_compat_PyType_GetModuleByToken
#endif

/* PyType_GetModuleState_DuringGC: 3.15. */
#if (PY_VERSION_HEX >= 0x03090000 && PY_VERSION_HEX < 0x030F0000 && !defined(Py_LIMITED_API)) \
    || (defined(Py_LIMITED_API) && PY_VERSION_HEX >= 0x030A0000 && Py_LIMITED_API >= 0x030A0000 \
        && (Py_LIMITED_API < 0x030F0000 || PY_VERSION_HEX < 0x030F0000))
static inline void *
capi_compat_PyType_GetModuleState_DuringGC(PyTypeObject *type)
{
    PyObject *module = PyType_GetModule_DuringGC(type);
    return module == CAPI_COMPAT_NULL ? CAPI_COMPAT_NULL : PyModule_GetState(module);
}
#  undef PyType_GetModuleState_DuringGC
#  define PyType_GetModuleState_DuringGC capi_compat_PyType_GetModuleState_DuringGC
#endif

/* PyModule_GetState_DuringGC: 3.15. */
#if (PY_VERSION_HEX >= 0x03000000 && PY_VERSION_HEX < 0x030F0000) \
    || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030F0000)
static inline void *
capi_compat_PyModule_GetState_DuringGC(PyObject *module)
{
    return PyModule_Check(module) ? PyModule_GetState(module) : CAPI_COMPAT_NULL;
}
#  undef PyModule_GetState_DuringGC
#  define PyModule_GetState_DuringGC capi_compat_PyModule_GetState_DuringGC
#endif

#if PY_VERSION_HEX >= 0x03000000 && PY_VERSION_HEX < 0x030C00A7 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
/* Where the data of a type begins in its instances: behind those of its base, at the next multiple of 16. */
static inline Py_ssize_t
capi_compat_type_data_offset(PyTypeObject *cls)
{
    return cls->tp_base == CAPI_COMPAT_NULL ? 0 : (cls->tp_base->tp_basicsize + 15) & ~CAPI_COMPAT_CAST(Py_ssize_t, 15);
}
#endif

/* PyObject_GetTypeData: 3.12. Differs: the type has to say its basicsize in full, not as a negative number: that of its
 * base, rounded up to a multiple of 16, and the size of the data. */
#if PY_VERSION_HEX >= 0x03000000 && PY_VERSION_HEX < 0x030C00A7 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
static inline void *
capi_compat_PyObject_GetTypeData(PyObject *obj, PyTypeObject *cls)
{
    return CAPI_COMPAT_PTR(char *, obj) + capi_compat_type_data_offset(cls);
}
#  undef PyObject_GetTypeData
#  define PyObject_GetTypeData capi_compat_PyObject_GetTypeData
#endif

/* PyType_GetTypeDataSize: 3.12. Differs as PyObject_GetTypeData does. */
#if PY_VERSION_HEX >= 0x03000000 && PY_VERSION_HEX < 0x030C00A7 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
static inline Py_ssize_t
capi_compat_PyType_GetTypeDataSize(PyTypeObject *cls)
{
    Py_ssize_t size = cls->tp_basicsize - capi_compat_type_data_offset(cls);
    return size < 0 ? 0 : size;
}
#  undef PyType_GetTypeDataSize
#  define PyType_GetTypeDataSize capi_compat_PyType_GetTypeDataSize
#endif

/* Py_TPFLAGS_ITEMS_AT_END: 3.12. Before, only PyObject_GetItemData() looks at it. */
#if PY_VERSION_HEX >= 0x03000000 && PY_VERSION_HEX < 0x030C00A7 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
#  undef Py_TPFLAGS_ITEMS_AT_END
#  define Py_TPFLAGS_ITEMS_AT_END (1UL << 23)
#endif

#if PY_VERSION_HEX >= 0x03000000 && PY_VERSION_HEX < 0x030F0000 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
/* Whether Py_TPFLAGS_ITEMS_AT_END holds for the type; before 3.12 subclasses do not inherit the flag. */
static inline int
capi_compat_items_at_end(PyTypeObject *type)
{
    while (type != CAPI_COMPAT_NULL && type != &PyType_Type && (type->tp_flags & Py_TPFLAGS_ITEMS_AT_END) == 0) {
        type = type->tp_base;
    }
    return type != CAPI_COMPAT_NULL;
}
#endif

/* PyObject_GetItemData: 3.12. */
#if PY_VERSION_HEX >= 0x03000000 && PY_VERSION_HEX < 0x030C00A7 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
static inline void *
capi_compat_PyObject_GetItemData(PyObject *obj)
{
    if (!capi_compat_items_at_end(Py_TYPE(obj))) {
        PyErr_Format(PyExc_TypeError, "type '%s' does not have Py_TPFLAGS_ITEMS_AT_END", Py_TYPE(obj)->tp_name);
        return CAPI_COMPAT_NULL;
    }
    return CAPI_COMPAT_PTR(char *, obj) + Py_TYPE(obj)->tp_basicsize;
}
#  undef PyObject_GetItemData
#  define PyObject_GetItemData capi_compat_PyObject_GetItemData
#endif

/* PyObject_GetTypeData_DuringGC: 3.15. */
#if (PY_VERSION_HEX >= 0x03000000 && PY_VERSION_HEX < 0x030F0000 && !defined(PYPY_VERSION) \
     && !defined(Py_LIMITED_API)) \
    || (defined(Py_LIMITED_API) && PY_VERSION_HEX >= 0x030C0000 && Py_LIMITED_API >= 0x030C0000 \
        && (Py_LIMITED_API < 0x030F0000 || PY_VERSION_HEX < 0x030F0000))
#  undef PyObject_GetTypeData_DuringGC
#  define PyObject_GetTypeData_DuringGC PyObject_GetTypeData
#endif

/* PyObject_GetItemData_DuringGC: 3.15. */
#if PY_VERSION_HEX >= 0x03000000 && PY_VERSION_HEX < 0x030F0000 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
static inline void *
capi_compat_PyObject_GetItemData_DuringGC(PyObject *obj)
{
    return capi_compat_items_at_end(Py_TYPE(obj)) ? PyObject_GetItemData(obj) : CAPI_COMPAT_NULL;
}
#  undef PyObject_GetItemData_DuringGC
#  define PyObject_GetItemData_DuringGC capi_compat_PyObject_GetItemData_DuringGC
#endif

/* PyType_GetBaseByToken_DuringGC: 3.15. */
#if (PY_VERSION_HEX >= 0x030E0000 && PY_VERSION_HEX < 0x030F0000 && !defined(Py_LIMITED_API)) \
    || (defined(Py_LIMITED_API) && PY_VERSION_HEX >= 0x030E0000 && Py_LIMITED_API >= 0x030E0000 \
        && (Py_LIMITED_API < 0x030F0000 || PY_VERSION_HEX < 0x030F0000))
static inline int
capi_compat_PyType_GetBaseByToken_DuringGC(PyTypeObject *type, void *token, PyTypeObject **result)
{
    capi_compat_error saved;
    int found;
    capi_compat_error_save(&saved);
    found = PyType_GetBaseByToken(type, token, result);
    PyErr_Clear();
    capi_compat_error_restore(&saved);
    if (result != CAPI_COMPAT_NULL) {
        Py_XDECREF(CAPI_COMPAT_OBJECT(*result));
    }
    return found;
}
#  undef PyType_GetBaseByToken_DuringGC
#  define PyType_GetBaseByToken_DuringGC capi_compat_PyType_GetBaseByToken_DuringGC
#endif

/* PyModule_Exec: 3.15. */
#if (PY_VERSION_HEX >= 0x03050000 && PY_VERSION_HEX < 0x030F0000 && !defined(Py_LIMITED_API)) \
    || (defined(Py_LIMITED_API) && PY_VERSION_HEX >= 0x03070000 && Py_LIMITED_API >= 0x03070000 \
        && (Py_LIMITED_API < 0x030F0000 || PY_VERSION_HEX < 0x030F0000))
static inline int
capi_compat_PyModule_Exec(PyObject *module)
{
    PyModuleDef *def = PyModule_GetDef(module);
    if (def == CAPI_COMPAT_NULL) {
        return PyErr_Occurred() != CAPI_COMPAT_NULL ? -1 : 0;
    }
    return PyModule_ExecDef(module, def);
}
#  undef PyModule_Exec
#  define PyModule_Exec capi_compat_PyModule_Exec
#endif

/* PyModule_GetToken: 3.15. The token of a module is its definition. */
#if (PY_VERSION_HEX >= 0x03000000 && PY_VERSION_HEX < 0x030F0000) \
    || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030F0000)
static inline int
capi_compat_PyModule_GetToken(PyObject *module, void **result)
{
    *result = PyModule_GetDef(module);
    return *result == CAPI_COMPAT_NULL && PyErr_Occurred() != CAPI_COMPAT_NULL ? -1 : 0;
}
#  undef PyModule_GetToken
#  define PyModule_GetToken capi_compat_PyModule_GetToken
#endif

/* PyModule_GetToken_DuringGC: 3.15. */
#if (PY_VERSION_HEX >= 0x03000000 && PY_VERSION_HEX < 0x030F0000) \
    || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030F0000)
static inline int
capi_compat_PyModule_GetToken_DuringGC(PyObject *module, void **result)
{
    *result = CAPI_COMPAT_NULL;
    return PyModule_Check(module) ? PyModule_GetToken(module, result) : -1;
}
#  undef PyModule_GetToken_DuringGC
#  define PyModule_GetToken_DuringGC capi_compat_PyModule_GetToken_DuringGC
#endif

/* PyModule_GetStateSize: 3.15. */
#if (PY_VERSION_HEX >= 0x03000000 && PY_VERSION_HEX < 0x030F0000) \
    || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030F0000)
static inline int
capi_compat_PyModule_GetStateSize(PyObject *module, Py_ssize_t *result)
{
    PyModuleDef *def = PyModule_GetDef(module);
    *result = -1;
    if (def == CAPI_COMPAT_NULL) {
        if (PyErr_Occurred() != CAPI_COMPAT_NULL) {
            return -1;
        }
        *result = 0;
        return 0;
    }
    *result = def->m_size;
    return 0;
}
#  undef PyModule_GetStateSize
#  define PyModule_GetStateSize capi_compat_PyModule_GetStateSize
#endif

/* vectorcallfunc: 3.8. */
#if PY_VERSION_HEX < 0x030800B1 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
typedef PyObject *(*capi_compat_vectorcallfunc)(PyObject *, PyObject *const *, size_t, PyObject *);
#  undef vectorcallfunc
#  define vectorcallfunc capi_compat_vectorcallfunc
#endif

/* PyVectorcall_Function: 3.9. Differs: before 3.8 the answer is NULL, for there is no vectorcall protocol. */
#if PY_VERSION_HEX < 0x030900A4 && !defined(Py_LIMITED_API) && !defined(PYPY_VERSION)
static inline vectorcallfunc
capi_compat_PyVectorcall_Function(PyObject *callable)
{
#if PY_VERSION_HEX < 0x030800B1
    (void)callable;
    return CAPI_COMPAT_NULL;
#else
    return _PyVectorcall_Function(callable);
#endif
}
#  undef PyVectorcall_Function
#  define PyVectorcall_Function capi_compat_PyVectorcall_Function
#endif

/* PyObject_VectorcallDict: 3.9. */
#if PY_VERSION_HEX < 0x030900A4 || defined(Py_LIMITED_API)
static inline PyObject *
capi_compat_PyObject_VectorcallDict(PyObject *callable, PyObject *const *args, size_t nargsf, PyObject *kwdict)
{
    PyObject *result, *tuple = capi_compat_args_tuple(args, PyVectorcall_NARGS(nargsf));
    if (tuple == CAPI_COMPAT_NULL) {
        return CAPI_COMPAT_NULL;
    }
    result = PyObject_Call(callable, tuple, kwdict);
    Py_DECREF(tuple);
    return result;
}
#  undef PyObject_VectorcallDict
#  define PyObject_VectorcallDict capi_compat_PyObject_VectorcallDict
#endif

/* PyObject_VectorcallMethod: 3.9. */
#if PY_VERSION_HEX < 0x030900A4 \
    || (defined(Py_LIMITED_API) && (Py_LIMITED_API < 0x030C0000 || PY_VERSION_HEX < 0x030C0000))
static inline PyObject *
capi_compat_PyObject_VectorcallMethod(PyObject *name, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    PyObject *result, *method = PyObject_GetAttr(args[0], name);
    if (method == CAPI_COMPAT_NULL) {
        return CAPI_COMPAT_NULL;
    }
    result = PyObject_Vectorcall(method, args + 1, CAPI_COMPAT_CAST(size_t, PyVectorcall_NARGS(nargsf) - 1), kwnames);
    Py_DECREF(method);
    return result;
}
#  undef PyObject_VectorcallMethod
#  define PyObject_VectorcallMethod capi_compat_PyObject_VectorcallMethod
#endif

#if PY_VERSION_HEX >= 0x030B0000 && PY_VERSION_HEX < 0x030C0000 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
/* In 3.11 the attributes of an instance may be in an array of values, which stands before the object and the places of
 * the garbage collector and of the dict. To ask for the dict would make one. In front of the array are bytes: its
 * offset, how many values there are, and the index of each of them. */
static inline PyObject **
capi_compat_managed_values(PyObject *obj)
{
    return CAPI_COMPAT_PTR(PyObject ***, obj)[-4];
}

static inline PyObject **
capi_compat_managed_value(PyObject **values, int i)
{
    return &values[CAPI_COMPAT_PTR(unsigned char *, values)[-3 - i]];
}

static inline int
capi_compat_managed_count(PyObject **values)
{
    return CAPI_COMPAT_PTR(unsigned char *, values)[-2];
}
#endif

/* PyObject_VisitManagedDict: 3.13. Differs: before 3.12 it also visits the dict at tp_dictoffset. */
#if PY_VERSION_HEX < 0x030D00A1 && !defined(Py_LIMITED_API)
static inline int
capi_compat_PyObject_VisitManagedDict(PyObject *obj, visitproc visit, void *arg)
{
#if PY_VERSION_HEX >= 0x030C0000 && !defined(PYPY_VERSION)
    return _PyObject_VisitManagedDict(obj, visit, arg);
#else
    PyObject **dict;
#if PY_VERSION_HEX >= 0x030B0000 && !defined(PYPY_VERSION)
    if ((Py_TYPE(obj)->tp_flags & Py_TPFLAGS_MANAGED_DICT) != 0) {
        PyObject **values = capi_compat_managed_values(obj);
        if (values != CAPI_COMPAT_NULL) {
            int i;
            for (i = 0; i < capi_compat_managed_count(values); i++) {
                Py_VISIT(*capi_compat_managed_value(values, i));
            }
            return 0;
        }
    }
#endif
    dict = _PyObject_GetDictPtr(obj);
    if (dict != CAPI_COMPAT_NULL) {
        Py_VISIT(*dict);
    }
    return 0;
#endif
}
#  undef PyObject_VisitManagedDict
#  define PyObject_VisitManagedDict capi_compat_PyObject_VisitManagedDict
#endif

/* PyObject_ClearManagedDict: 3.13. Differs: before 3.12 it also clears the dict at tp_dictoffset. */
#if PY_VERSION_HEX < 0x030D00A1 && !defined(Py_LIMITED_API)
static inline void
capi_compat_PyObject_ClearManagedDict(PyObject *obj)
{
#if PY_VERSION_HEX >= 0x030C0000 && !defined(PYPY_VERSION)
    _PyObject_ClearManagedDict(obj);
#else
    PyObject **dict;
#if PY_VERSION_HEX >= 0x030B0000 && !defined(PYPY_VERSION)
    if ((Py_TYPE(obj)->tp_flags & Py_TPFLAGS_MANAGED_DICT) != 0) {
        PyObject **values = capi_compat_managed_values(obj);
        if (values != CAPI_COMPAT_NULL) {
            int i;
            for (i = 0; i < capi_compat_managed_count(values); i++) {
                Py_CLEAR(*capi_compat_managed_value(values, i));
            }
            return;
        }
    }
#endif
    dict = _PyObject_GetDictPtr(obj);
    if (dict != CAPI_COMPAT_NULL) {
        Py_CLEAR(*dict);
    }
#endif
}
#  undef PyObject_ClearManagedDict
#  define PyObject_ClearManagedDict capi_compat_PyObject_ClearManagedDict
#endif

/* PyUnstable_Object_IsUniquelyReferenced: 3.14. Differs: on PyPy the answer is 0 for most objects that are. */
#if PY_VERSION_HEX < 0x030E00B1 && !defined(Py_LIMITED_API)
static inline int
capi_compat_PyUnstable_Object_IsUniquelyReferenced(PyObject *obj)
{
#ifdef Py_GIL_DISABLED
    return _Py_IsOwnedByCurrentThread(obj) && _Py_atomic_load_uint32_relaxed(&obj->ob_ref_local) == 1
        && _Py_atomic_load_ssize_relaxed(&obj->ob_ref_shared) == 0;
#else
    return Py_REFCNT(obj) == 1;
#endif
}
#  undef PyUnstable_Object_IsUniquelyReferenced
#  define PyUnstable_Object_IsUniquelyReferenced capi_compat_PyUnstable_Object_IsUniquelyReferenced
#endif

/* PyUnstable_Object_IsUniqueReferencedTemporary: 3.14. Differs: an object that is held by one variable counts too. */
#if PY_VERSION_HEX < 0x030E00B1 && !defined(Py_LIMITED_API)
#  undef PyUnstable_Object_IsUniqueReferencedTemporary
#  define PyUnstable_Object_IsUniqueReferencedTemporary PyUnstable_Object_IsUniquelyReferenced
#endif

/* PyUnstable_EnableTryIncRef: 3.14. */
#if PY_VERSION_HEX < 0x030E00A5 && !defined(Py_LIMITED_API)
static inline void
capi_compat_PyUnstable_EnableTryIncRef(PyObject *op)
{
#ifdef Py_GIL_DISABLED
    /* The flag "may be weakly referenced" in the shared count, as long as no other is set there. */
    Py_ssize_t shared = _Py_atomic_load_ssize_relaxed(&op->ob_ref_shared);
    while ((shared & _Py_REF_SHARED_FLAG_MASK) == 0) {
        if (_Py_atomic_compare_exchange_ssize(&op->ob_ref_shared, &shared, shared | _Py_REF_MAYBE_WEAKREF)) {
            return;
        }
    }
#else
    (void)op;
#endif
}
#  undef PyUnstable_EnableTryIncRef
#  define PyUnstable_EnableTryIncRef capi_compat_PyUnstable_EnableTryIncRef
#endif

/* PyUnstable_TryIncRef: 3.14. */
#if PY_VERSION_HEX < 0x030E00A5 && !defined(Py_LIMITED_API)
static inline int
capi_compat_PyUnstable_TryIncRef(PyObject *op)
{
#ifdef Py_GIL_DISABLED
    Py_ssize_t shared;
    uint32_t local = _Py_atomic_load_uint32_relaxed(&op->ob_ref_local);
    if (local == UINT32_MAX) {
        return 1;  /* immortal */
    }
    if (_Py_IsOwnedByCurrentThread(op)) {
        if (local == 0) {
            return 0;
        }
        _Py_atomic_store_uint32_relaxed(&op->ob_ref_local, local + 1);
        return 1;
    }
    shared = _Py_atomic_load_ssize_relaxed(&op->ob_ref_shared);
    /* Without references and flags its owner may just be freeing it; merged and without references it is dead. */
    while (shared != 0 && shared != _Py_REF_MERGED) {
        if (_Py_atomic_compare_exchange_ssize(&op->ob_ref_shared, &shared, shared + (1 << _Py_REF_SHARED_SHIFT))) {
            return 1;
        }
    }
    return 0;
#else
    if (Py_REFCNT(op) <= 0) {
        return 0;
    }
    Py_INCREF(op);
    return 1;
#endif
}
#  undef PyUnstable_TryIncRef
#  define PyUnstable_TryIncRef capi_compat_PyUnstable_TryIncRef
#endif

/* PyUnstable_IsImmortal: 3.14. */
#if PY_VERSION_HEX < 0x030E00A1 && !defined(Py_LIMITED_API)
static inline int
capi_compat_PyUnstable_IsImmortal(PyObject *op)
{
#if PY_VERSION_HEX >= 0x030C0000 && !defined(PYPY_VERSION)
    return _Py_IsImmortal(op) != 0;
#else
    (void)op;
    return 0;
#endif
}
#  undef PyUnstable_IsImmortal
#  define PyUnstable_IsImmortal capi_compat_PyUnstable_IsImmortal
#endif

/* PyUnstable_SetImmortal: 3.15. Differs: before 3.12, where nothing is immortal, it does nothing and returns 0. */
#if PY_VERSION_HEX < 0x030F00A7 && !defined(Py_LIMITED_API)
#if PY_VERSION_HEX >= 0x030E0000 && !defined(PYPY_VERSION)
#ifdef __cplusplus
extern "C"
#endif
PyAPI_FUNC(void) _Py_SetImmortal(PyObject *op);
#endif
static inline int
capi_compat_PyUnstable_SetImmortal(PyObject *op)
{
#if PY_VERSION_HEX >= 0x030C0000 && !defined(PYPY_VERSION)
    if (!PyUnstable_Object_IsUniquelyReferenced(op) || PyUnicode_Check(op)) {
        return 0;
    }
#if PY_VERSION_HEX >= 0x030E0000
    _Py_SetImmortal(op);
#else
    if (PyObject_IS_GC(op)) {
        PyObject_GC_UnTrack(op);
    }
#ifdef Py_GIL_DISABLED
    op->ob_tid = 0;
    op->ob_ref_local = UINT32_MAX;
    op->ob_ref_shared = 0;
#else
    op->ob_refcnt = _Py_IMMORTAL_REFCNT;
#endif
#endif
    return 1;
#else
    (void)op;
    return 0;
#endif
}
#  undef PyUnstable_SetImmortal
#  define PyUnstable_SetImmortal capi_compat_PyUnstable_SetImmortal
#endif

/* PyUnstable_Object_EnableDeferredRefcount: 3.14. The answer 0 means that nothing was done. */
#if PY_VERSION_HEX < 0x030E00A1 && !defined(Py_LIMITED_API)
static inline int
capi_compat_PyUnstable_Object_EnableDeferredRefcount(PyObject *op)
{
    (void)op;
    return 0;
}
#  undef PyUnstable_Object_EnableDeferredRefcount
#  define PyUnstable_Object_EnableDeferredRefcount capi_compat_PyUnstable_Object_EnableDeferredRefcount
#endif

/* PyUnstable_Unicode_GET_CACHED_HASH: 3.15. Differs: on PyPy, which has no such cache, it is always -1. */
#if PY_VERSION_HEX < 0x030F00A1 && !defined(Py_LIMITED_API)
static inline Py_hash_t
capi_compat_PyUnstable_Unicode_GET_CACHED_HASH(PyObject *op)
{
#if defined(PYPY_VERSION)
    (void)op;
    return -1;
#elif PY_VERSION_HEX < 0x03000000
    return PyUnicode_Check(op) ? CAPI_COMPAT_PTR(PyUnicodeObject *, op)->hash
        : CAPI_COMPAT_PTR(PyStringObject *, op)->ob_shash;
#elif defined(Py_GIL_DISABLED)
    return _Py_atomic_load_ssize_relaxed(&CAPI_COMPAT_PTR(PyASCIIObject *, op)->hash);
#else
    return CAPI_COMPAT_PTR(PyASCIIObject *, op)->hash;
#endif
}
#  undef PyUnstable_Unicode_GET_CACHED_HASH
#  define PyUnstable_Unicode_GET_CACHED_HASH capi_compat_PyUnstable_Unicode_GET_CACHED_HASH
#endif

/* PyObject_Dump: 3.15. */
#if PY_VERSION_HEX < 0x030F0000 && !defined(Py_LIMITED_API)
static inline void
capi_compat_PyObject_Dump(PyObject *op)
{
#ifdef PYPY_VERSION
    (void)PyObject_Print(op, stderr, 0);
#else
    _PyObject_Dump(op);
#endif
}
#  undef PyObject_Dump
#  define PyObject_Dump capi_compat_PyObject_Dump
#endif


/* ---- The sys module and configuration ---- */

#if PY_VERSION_HEX < 0x030F0000 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030F0000)
/* An attribute of sys by a str. Most are found by PySys_GetObject(), which knows the dict of sys itself. Names that are
 * no plain C string, and builds without a GIL, where a borrowed reference is not safe, need sys as a module. */
static inline int
capi_compat_sys_attr(PyObject *name, PyObject **value)
{
    PyObject *sys, *dict;
    int found = 0;
#ifndef Py_GIL_DISABLED
    PyObject *bytes;
    capi_compat_error saved;
    capi_compat_error_save(&saved);
#if PY_VERSION_HEX < 0x03000000
    bytes = Py_NewRef(name);
#else
    bytes = PyUnicode_AsUTF8String(name);
#endif
    PyErr_Clear();
    capi_compat_error_restore(&saved);
    if (bytes != CAPI_COMPAT_NULL) {
        char *text = PyBytes_AsString(bytes);
        if (CAPI_COMPAT_CAST(Py_ssize_t, strlen(text)) == PyBytes_Size(bytes)) {
            *value = PySys_GetObject(text);
            Py_XINCREF(*value);
            Py_DECREF(bytes);
            return *value != CAPI_COMPAT_NULL;
        }
        Py_DECREF(bytes);
    }
#endif
    *value = CAPI_COMPAT_NULL;
    sys = PyImport_ImportModule("sys");
    if (sys == CAPI_COMPAT_NULL) {
        return -1;
    }
    dict = PyModule_Check(sys) ? PyModule_GetDict(sys) : CAPI_COMPAT_NULL;
    if (dict != CAPI_COMPAT_NULL) {
        found = PyDict_GetItemRef(dict, name, value);
    }
    Py_DECREF(sys);
    return found;
}
#endif

/* PySys_GetOptionalAttr: 3.15. */
#if PY_VERSION_HEX < 0x030F0000 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030F0000)
static inline int
capi_compat_PySys_GetOptionalAttr(PyObject *name, PyObject **value)
{
    if (!capi_compat_is_str(name)) {
        *value = CAPI_COMPAT_NULL;
        capi_compat_type_error("attribute name must be string, not '", name, "'");
        return -1;
    }
    return capi_compat_sys_attr(name, value);
}
#  undef PySys_GetOptionalAttr
#  define PySys_GetOptionalAttr capi_compat_PySys_GetOptionalAttr
#endif

/* PySys_GetOptionalAttrString: 3.15. */
#if PY_VERSION_HEX < 0x030F0000 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030F0000)
static inline int
capi_compat_PySys_GetOptionalAttrString(const char *name, PyObject **value)
{
    int found;
    PyObject *str = capi_compat_str(name);
    if (str == CAPI_COMPAT_NULL) {
        *value = CAPI_COMPAT_NULL;
        return -1;
    }
    found = capi_compat_sys_attr(str, value);
    Py_DECREF(str);
    return found;
}
#  undef PySys_GetOptionalAttrString
#  define PySys_GetOptionalAttrString capi_compat_PySys_GetOptionalAttrString
#endif

/* PySys_GetAttr: 3.15. */
#if PY_VERSION_HEX < 0x030F0000 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030F0000)
static inline PyObject *
capi_compat_PySys_GetAttr(PyObject *name)
{
    PyObject *value;
    if (PySys_GetOptionalAttr(name, &value) == 0) {
#if PY_VERSION_HEX < 0x03000000
        PyErr_Format(PyExc_RuntimeError, "lost sys.%s", PyString_AsString(name));
#else
        PyErr_Format(PyExc_RuntimeError, "lost sys.%U", name);
#endif
    }
    return value;
}
#  undef PySys_GetAttr
#  define PySys_GetAttr capi_compat_PySys_GetAttr
#endif

/* PySys_GetAttrString: 3.15. */
#if PY_VERSION_HEX < 0x030F0000 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030F0000)
static inline PyObject *
capi_compat_PySys_GetAttrString(const char *name)
{
    PyObject *value;
    if (PySys_GetOptionalAttrString(name, &value) == 0) {
        PyErr_Format(PyExc_RuntimeError, "lost sys.%s", name);
    }
    return value;
}
#  undef PySys_GetAttrString
#  define PySys_GetAttrString capi_compat_PySys_GetAttrString
#endif

#if PY_VERSION_HEX < 0x030E0000 && PY_VERSION_HEX >= 0x03060000 && !defined(Py_LIMITED_API)
/* The options by name: the type of the value (b bool, i int, o other), and the attribute of sys that is asked first; a
 * "-" in front of it stands for an attribute of sys.flags, a "!" for one of sys.flags that means the opposite. */
typedef struct {
    const char *name;
    char type;
    const char *attr;
} capi_compat_config_option;
#endif

#if PY_VERSION_HEX < 0x030E0000 && PY_VERSION_HEX >= 0x03060000 && !defined(Py_LIMITED_API)
static inline const capi_compat_config_option *
capi_compat_config_options(void)
{
    static const capi_compat_config_option options[] = {
        {"allocator", 'i', ""},
        {"argv", 'o', "argv"},
        {"base_exec_prefix", 'o', "base_exec_prefix"},
        {"base_executable", 'o', "_base_executable"},
        {"base_prefix", 'o', "base_prefix"},
        {"buffered_stdio", 'b', ""},
        {"bytes_warning", 'i', "-bytes_warning"},
        {"check_hash_pycs_mode", 'o', ""},
        {"code_debug_ranges", 'b', ""},
        {"coerce_c_locale", 'b', ""},
        {"coerce_c_locale_warn", 'b', ""},
        {"configure_c_stdio", 'b', ""},
        {"configure_locale", 'b', ""},
        {"cpu_count", 'i', ""},
        {"dev_mode", 'b', "-dev_mode"},
        {"dump_refs", 'b', ""},
        {"dump_refs_file", 'o', ""},
        {"exec_prefix", 'o', "exec_prefix"},
        {"executable", 'o', "executable"},
        {"faulthandler", 'b', ""},
        {"filesystem_encoding", 'o', ""},
        {"filesystem_errors", 'o', ""},
        {"hash_seed", 'i', ""},
        {"home", 'o', ""},
        {"import_time", 'i', ""},
        {"inspect", 'b', "-inspect"},
        {"install_signal_handlers", 'b', ""},
        {"int_max_str_digits", 'i', ""},
        {"interactive", 'b', "-interactive"},
        {"isolated", 'b', "-isolated"},
        {"malloc_stats", 'b', ""},
        {"module_search_paths", 'o', "path"},
        {"optimization_level", 'i', "-optimize"},
        {"orig_argv", 'o', "orig_argv"},
        {"parse_argv", 'b', ""},
        {"parser_debug", 'b', "-debug"},
        {"pathconfig_warnings", 'b', ""},
        {"perf_profiling", 'i', ""},
        {"platlibdir", 'o', "platlibdir"},
        {"prefix", 'o', "prefix"},
        {"program_name", 'o', ""},
        {"pycache_prefix", 'o', "pycache_prefix"},
        {"quiet", 'b', "-quiet"},
        {"run_command", 'o', ""},
        {"run_filename", 'o', ""},
        {"run_module", 'o', ""},
        {"safe_path", 'b', "-safe_path"},
        {"show_ref_count", 'b', ""},
        {"site_import", 'b', "!no_site"},
        {"skip_source_first_line", 'b', ""},
        {"stdio_encoding", 'o', ""},
        {"stdio_errors", 'o', ""},
        {"stdlib_dir", 'o', "_stdlib_dir"},
        {"tracemalloc", 'i', ""},
        {"use_environment", 'b', "!ignore_environment"},
        {"use_frozen_modules", 'b', ""},
        {"use_hash_seed", 'b', ""},
        {"user_site_directory", 'b', "!no_user_site"},
        {"utf8_mode", 'b', "-utf8_mode"},
        {"verbose", 'i', "-verbose"},
        {"warn_default_encoding", 'b', "-warn_default_encoding"},
        {"warnoptions", 'o', "warnoptions"},
        {"write_bytecode", 'b', "!dont_write_bytecode"},
        {"xoptions", 'o', "_xoptions"},
        {CAPI_COMPAT_NULL, 0, CAPI_COMPAT_NULL}
    };
    return options;
}
#endif

#if PY_VERSION_HEX < 0x030E0000 && PY_VERSION_HEX >= 0x03060000 && !defined(Py_LIMITED_API)
#if PY_VERSION_HEX >= 0x03080000 && !defined(PYPY_VERSION)
#ifdef __cplusplus
extern "C"
#endif
PyAPI_FUNC(PyObject *) _Py_GetConfigsAsDict(void);
#endif
/* The dicts of configuration that these Pythons can make of themselves, or NULL without an exception. */
static inline PyObject *
capi_compat_config_dicts(void)
{
#if PY_VERSION_HEX >= 0x03080000 && !defined(PYPY_VERSION)
    PyObject *dicts = _Py_GetConfigsAsDict();
    if (dicts == CAPI_COMPAT_NULL) {
        PyErr_Clear();
    }
    return dicts;
#else
    return CAPI_COMPAT_NULL;
#endif
}
#endif

#if PY_VERSION_HEX < 0x030E0000 && PY_VERSION_HEX >= 0x03060000 && !defined(Py_LIMITED_API)
/* The value of an option: 1, or 0 where this Python does not have it, or -1. */
static inline int
capi_compat_config_get(const capi_compat_config_option *option, PyObject *dicts, PyObject **value)
{
    PyObject *flags, *part;
    int opposite = option->attr[0] == '!', found = 0, truth;
    *value = CAPI_COMPAT_NULL;
    if (strcmp(option->name, "int_max_str_digits") == 0) {
        PyObject *function = PySys_GetObject(CAPI_COMPAT_UNCONST(char *, "get_int_max_str_digits"));
        if (function == CAPI_COMPAT_NULL) {
            return 0;
        }
        *value = PyObject_CallNoArgs(function);
        return *value == CAPI_COMPAT_NULL ? -1 : 1;
    }
    if (strcmp(option->name, "write_bytecode") == 0) {
        found = PySys_GetOptionalAttrString("dont_write_bytecode", value);
    }
    else if (option->attr[0] != '\0' && option->attr[0] != '-' && !opposite) {
        found = PySys_GetOptionalAttrString(option->attr, value);
    }
    if (found == 0 && dicts != CAPI_COMPAT_NULL) {
        part = PyDict_GetItemString(dicts, "config");
        found = part == CAPI_COMPAT_NULL ? 0 : PyDict_GetItemStringRef(part, option->name, value);
        if (found == 0) {
            part = PyDict_GetItemString(dicts, "pre_config");
            found = part == CAPI_COMPAT_NULL ? 0 : PyDict_GetItemStringRef(part, option->name, value);
        }
        opposite = 0;
    }
    else if (found == 0 && (option->attr[0] == '-' || opposite)) {
        found = PySys_GetOptionalAttrString("flags", &flags);
        if (found > 0) {
            found = PyObject_GetOptionalAttrString(flags, option->attr + 1, value);
            Py_DECREF(flags);
        }
    }
    if (found > 0 && option->type == 'b') {
        truth = PyObject_IsTrue(*value);
        Py_DECREF(*value);
        *value = truth < 0 ? CAPI_COMPAT_NULL : PyBool_FromLong(opposite ? !truth : truth);
        found = truth < 0 ? -1 : 1;
    }
    return found;
}
#endif

/* PyConfig_Get: 3.14. Differs: on 3.6, 3.7 and PyPy only the options are known that sys has too. */
#if PY_VERSION_HEX >= 0x03060000 && PY_VERSION_HEX < 0x030E0000 && !defined(Py_LIMITED_API)
static inline PyObject *
capi_compat_PyConfig_Get(const char *name)
{
    const capi_compat_config_option *option;
    PyObject *value = CAPI_COMPAT_NULL;
    int found = 0;
    for (option = capi_compat_config_options(); option->name != CAPI_COMPAT_NULL; option++) {
        if (strcmp(option->name, name) == 0) {
            PyObject *dicts = capi_compat_config_dicts();
            found = capi_compat_config_get(option, dicts, &value);
            Py_XDECREF(dicts);
            break;
        }
    }
    if (found == 0) {
        PyErr_Format(PyExc_ValueError, "unknown config option name: %s", name);
    }
    return value;
}
#  undef PyConfig_Get
#  define PyConfig_Get capi_compat_PyConfig_Get
#endif

/* PyConfig_GetInt: 3.14. Differs: on 3.6, 3.7 and PyPy only the options are known that sys has too. */
#if PY_VERSION_HEX >= 0x03060000 && PY_VERSION_HEX < 0x030E0000 && !defined(Py_LIMITED_API)
static inline int
capi_compat_PyConfig_GetInt(const char *name, int *value)
{
    int overflow;
    long number;
    PyObject *obj = PyConfig_Get(name);
    if (obj == CAPI_COMPAT_NULL) {
        return -1;
    }
    if (!PyLong_Check(obj)) {
        Py_DECREF(obj);
        PyErr_Format(PyExc_TypeError, "config option %s is not an int", name);
        return -1;
    }
    number = PyLong_AsLongAndOverflow(obj, &overflow);
    Py_DECREF(obj);
    if (overflow != 0 || number < INT_MIN || number > INT_MAX) {
        PyErr_Format(PyExc_OverflowError, "config option %s value does not fit into a C int", name);
        return -1;
    }
    *value = CAPI_COMPAT_CAST(int, number);
    return 0;
}
#  undef PyConfig_GetInt
#  define PyConfig_GetInt capi_compat_PyConfig_GetInt
#endif

/* PyConfig_Names: 3.14. Differs: on 3.6, 3.7 and PyPy only the options are known that sys has too. */
#if PY_VERSION_HEX >= 0x03060000 && PY_VERSION_HEX < 0x030E0000 && !defined(Py_LIMITED_API)
static inline PyObject *
capi_compat_PyConfig_Names(void)
{
    const capi_compat_config_option *option;
    PyObject *names, *value, *result = CAPI_COMPAT_NULL, *dicts = capi_compat_config_dicts();
    int found = 0;
    names = PyList_New(0);
    for (option = capi_compat_config_options(); names != CAPI_COMPAT_NULL && found >= 0 && option->name; option++) {
        found = capi_compat_config_get(option, dicts, &value);
        Py_XDECREF(value);
        if (found > 0) {
            PyObject *str = PyUnicode_FromString(option->name);
            found = str == CAPI_COMPAT_NULL ? -1 : PyList_Append(names, str);
            Py_XDECREF(str);
        }
    }
    if (names != CAPI_COMPAT_NULL && found >= 0) {
        result = PyFrozenSet_New(names);
    }
    Py_XDECREF(names);
    Py_XDECREF(dicts);
    return result;
}
#  undef PyConfig_Names
#  define PyConfig_Names capi_compat_PyConfig_Names
#endif

/* PySys_AuditTuple: 3.13. Before 3.8 there is no auditing and the answer is 0. */
#if PY_VERSION_HEX < 0x030D00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030D0000)
static inline int
capi_compat_PySys_AuditTuple(const char *event, PyObject *args)
{
    PyObject *all, *name, *done = CAPI_COMPAT_NULL, *audit;
    Py_ssize_t i, count = 0;
    if (args != CAPI_COMPAT_NULL) {
        if (!PyTuple_Check(args)) {
            capi_compat_type_error("args must be tuple, got ", args, "");
            return -1;
        }
        count = PyTuple_Size(args);
    }
    audit = PySys_GetObject(CAPI_COMPAT_UNCONST(char *, "audit"));
    if (audit == CAPI_COMPAT_NULL) {
        return 0;
    }
    Py_INCREF(audit);
    all = PyTuple_New(count + 1);
    name = capi_compat_str(event);
    if (all != CAPI_COMPAT_NULL && name != CAPI_COMPAT_NULL) {
        (void)PyTuple_SetItem(all, 0, Py_NewRef(name));
        for (i = 0; i < count; i++) {
            (void)PyTuple_SetItem(all, i + 1, Py_NewRef(PyTuple_GetItem(args, i)));
        }
        done = PyObject_Call(audit, all, CAPI_COMPAT_NULL);
    }
    Py_XDECREF(name);
    Py_XDECREF(all);
    Py_DECREF(audit);
    Py_XDECREF(done);
    return done == CAPI_COMPAT_NULL ? -1 : 0;
}
#  undef PySys_AuditTuple
#  define PySys_AuditTuple capi_compat_PySys_AuditTuple
#endif

/* PySys_Audit: 3.8. Before 3.8 there is no auditing and the answer is 0. */
#if PY_VERSION_HEX < 0x030800B1 \
    || (defined(Py_LIMITED_API) && (Py_LIMITED_API < 0x030D0000 || PY_VERSION_HEX < 0x030D0000)) \
    || defined(PYPY_VERSION)
static inline int
capi_compat_PySys_Audit(const char *event, const char *format, ...)
{
    int status;
    PyObject *args = CAPI_COMPAT_NULL;
    va_list vargs;
    if (PySys_GetObject(CAPI_COMPAT_UNCONST(char *, "audit")) == CAPI_COMPAT_NULL) {
        return 0;
    }
    if (format != CAPI_COMPAT_NULL && format[0] != '\0') {
        va_start(vargs, format);
        args = Py_VaBuildValue(format, vargs);
        va_end(vargs);
        if (args != CAPI_COMPAT_NULL && !PyTuple_Check(args)) {
            PyObject *tuple = PyTuple_New(1);
            if (tuple == CAPI_COMPAT_NULL || PyTuple_SetItem(tuple, 0, args) < 0) {
                Py_XDECREF(tuple);
                return -1;
            }
            args = tuple;
        }
        if (args == CAPI_COMPAT_NULL) {
            return -1;
        }
    }
    status = PySys_AuditTuple(event, args);
    Py_XDECREF(args);
    return status;
}
#  undef PySys_Audit
#  define PySys_Audit capi_compat_PySys_Audit
#endif

/* Py_PACK_FULL_VERSION: 3.14. */
#if PY_VERSION_HEX < 0x030E00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030E0000)
#  undef Py_PACK_FULL_VERSION
#  define Py_PACK_FULL_VERSION(x, y, z, level, serial) \
    ((((x) & 0xff) << 24) | (((y) & 0xff) << 16) | (((z) & 0xff) << 8) | (((level) & 0xf) << 4) | ((serial) & 0xf))
#endif

/* Py_PACK_VERSION: 3.14. */
#if PY_VERSION_HEX < 0x030E00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030E0000)
#  undef Py_PACK_VERSION
#  define Py_PACK_VERSION(x, y) Py_PACK_FULL_VERSION(x, y, 0, 0, 0)
#endif

/* Py_Version: 3.11. Differs: it is no variable, it has no address. */
#if PY_VERSION_HEX < 0x030B00A4 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030B0000)
static inline unsigned long
capi_compat_Py_Version(void)
{
    /* The version that runs, from "3.8.18rc1 (...)": three numbers, then perhaps a, b or rc with a serial number. */
    unsigned long numbers[4] = {0, 0, 0, 0}, level = 0xf;
    const char *text = Py_GetVersion();
    int i;
    for (i = 0; i < 4; i++) {
        while (*text >= '0' && *text <= '9') {
            numbers[i] = numbers[i] * 10 + CAPI_COMPAT_CAST(unsigned long, *text++ - '0');
        }
        if (i < 2 && *text == '.') {
            text++;
        }
        else if (i == 2 && (*text == 'a' || *text == 'b')) {
            level = *text++ == 'a' ? 0xa : 0xb;
        }
        else if (i == 2 && *text == 'r' && text[1] == 'c') {
            level = 0xc;
            text += 2;
        }
        else {
            break;
        }
    }
    return (numbers[0] << 24) | (numbers[1] << 16) | (numbers[2] << 8) | (level << 4) | (numbers[3] & 0xf);
}
#  undef Py_Version
#  define Py_Version (capi_compat_Py_Version())
#endif


/* ---- Arguments ---- */

/* PyArg_ParseArray: 3.15. Differs: on PyPy formats with "#" want PY_SSIZE_T_CLEAN before Python.h. */
#if PY_VERSION_HEX < 0x030F00A1 || defined(Py_LIMITED_API)
#ifndef PYPY_VERSION
/* In 3.15 the lengths of "#" formats are Py_ssize_t. Before 3.13 that was so for the functions of these names, which
 * the headers put in place of the plain ones where PY_SSIZE_T_CLEAN is defined; those of 3.13 and newer do that no
 * more, while a module for the Stable ABI may run where it matters. */
#ifdef __cplusplus
extern "C"
#endif
PyAPI_FUNC(int) _PyArg_VaParse_SizeT(PyObject *, const char *, va_list);
#endif
static inline int
capi_compat_PyArg_ParseArray(PyObject *const *args, Py_ssize_t nargs, const char *format, ...)
{
    int status;
    va_list vargs;
    PyObject *tuple = capi_compat_args_tuple(args, nargs);
    if (tuple == CAPI_COMPAT_NULL) {
        return 0;
    }
    va_start(vargs, format);
#ifdef PYPY_VERSION
    status = PyArg_VaParse(tuple, format, vargs);
#else
    status = _PyArg_VaParse_SizeT(tuple, format, vargs);
#endif
    va_end(vargs);
    Py_DECREF(tuple);
    return status;
}
#  undef PyArg_ParseArray
#  define PyArg_ParseArray capi_compat_PyArg_ParseArray
#endif

/* PyArg_ParseArrayAndKeywords: 3.15. Differs: on PyPy formats with "#" want PY_SSIZE_T_CLEAN before Python.h. */
#if PY_VERSION_HEX < 0x030F00A1 || defined(Py_LIMITED_API)
#ifndef PYPY_VERSION
/* The function of this name takes lengths for "#" formats as Py_ssize_t in every version. */
#ifdef __cplusplus
extern "C"
#endif
PyAPI_FUNC(int) _PyArg_VaParseTupleAndKeywords_SizeT(PyObject *, PyObject *, const char *, char **, va_list);
#endif
static inline int
capi_compat_PyArg_ParseArrayAndKeywords(PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames, const char *format,
                                        const char *const *kwlist, ...)
{
    int status = 0;
    va_list vargs;
    PyObject *kwargs = CAPI_COMPAT_NULL, *tuple = capi_compat_args_tuple(args, nargs);
    if (tuple != CAPI_COMPAT_NULL && kwnames != CAPI_COMPAT_NULL) {
        kwargs = capi_compat_kwargs_dict(args + nargs, kwnames);
    }
    if (tuple != CAPI_COMPAT_NULL && (kwargs != CAPI_COMPAT_NULL || kwnames == CAPI_COMPAT_NULL)) {
        va_start(vargs, kwlist);
#ifdef PYPY_VERSION
        status = PyArg_VaParseTupleAndKeywords(tuple, kwargs, format, CAPI_COMPAT_UNCONST(char **, kwlist), vargs);
#else
        status = _PyArg_VaParseTupleAndKeywords_SizeT(tuple, kwargs, format, CAPI_COMPAT_UNCONST(char **, kwlist),
                                                      vargs);
#endif
        va_end(vargs);
    }
    Py_XDECREF(kwargs);
    Py_XDECREF(tuple);
    return status;
}
#  undef PyArg_ParseArrayAndKeywords
#  define PyArg_ParseArrayAndKeywords capi_compat_PyArg_ParseArrayAndKeywords
#endif

/* Py_UNREACHABLE: 3.7. */
#if PY_VERSION_HEX < 0x03070000 || defined(PYPY_VERSION)
#  include <stdlib.h>
#  undef Py_UNREACHABLE
#  define Py_UNREACHABLE() abort()
#endif

/* Py_RETURN_RICHCOMPARE: 3.7. */
#if PY_VERSION_HEX < 0x03070000 || defined(PYPY_VERSION)
#  undef Py_RETURN_RICHCOMPARE
#  define Py_RETURN_RICHCOMPARE(val1, val2, op) \
    do { \
        if ((op) == Py_EQ ? (val1) == (val2) \
            : (op) == Py_NE ? (val1) != (val2) \
            : (op) == Py_LT ? (val1) < (val2) \
            : (op) == Py_LE ? (val1) <= (val2) \
            : (op) == Py_GT ? (val1) > (val2) : (val1) >= (val2)) { \
            Py_RETURN_TRUE; \
        } \
        Py_RETURN_FALSE; \
    } while (0)
#endif

/* Py_ALWAYS_INLINE: 3.11. As there it does nothing in debug builds. */
#if PY_VERSION_HEX < 0x030B00A1 || defined(PYPY_VERSION)
#  undef Py_ALWAYS_INLINE
#  if defined(Py_DEBUG)
#    define Py_ALWAYS_INLINE
#  elif defined(__GNUC__)
#    define Py_ALWAYS_INLINE __attribute__((always_inline))
#  elif defined(_MSC_VER)
#    define Py_ALWAYS_INLINE __forceinline
#  else
#    define Py_ALWAYS_INLINE
#  endif
#endif

/* Py_NO_INLINE: 3.11. */
#if PY_VERSION_HEX < 0x030B00A1 || defined(PYPY_VERSION)
#  undef Py_NO_INLINE
#  if defined(__GNUC__)
#    define Py_NO_INLINE __attribute__((noinline))
#  elif defined(_MSC_VER)
#    define Py_NO_INLINE __declspec(noinline)
#  else
#    define Py_NO_INLINE
#  endif
#endif

/* Py_UNUSED: 3.4. */
#if PY_VERSION_HEX < 0x030400B2
#  undef Py_UNUSED
#  if defined(__GNUC__)
#    define Py_UNUSED(name) _unused_##name __attribute__((unused))
#  else
#    define Py_UNUSED(name) _unused_##name
#  endif
#endif


/* ---- Modules without the GIL, slots ---- */

/* Slots of modules that a Python does not know are an error there. In their place stands one more Py_mod_exec, whose
 * function, which is the value of the constants below, does nothing. */
#if PY_VERSION_HEX >= 0x03050000 && (!defined(Py_LIMITED_API) || Py_LIMITED_API >= 0x03050000)
static inline int
capi_compat_no_slot(PyObject *module)
{
    (void)module;
    return 0;
}
#endif

#if PY_VERSION_HEX >= 0x03050000 && (!defined(Py_LIMITED_API) || Py_LIMITED_API >= 0x03050000)
#  ifdef __cplusplus
#    define CAPI_COMPAT_NO_SLOT reinterpret_cast<void *>(capi_compat_no_slot)
#  else
#    define CAPI_COMPAT_NO_SLOT ((void *)(uintptr_t)capi_compat_no_slot)
#  endif
#endif

/* Py_mod_gil: 3.13. Differs: before, the slot does nothing; its value must be one of the two constants. */
#if PY_VERSION_HEX >= 0x03050000 && (!defined(Py_LIMITED_API) || Py_LIMITED_API >= 0x03050000) \
    && (PY_VERSION_HEX < 0x030D00A6 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030D0000))
#  undef Py_mod_gil
#  define Py_mod_gil Py_mod_exec
#endif

/* Py_MOD_GIL_USED: 3.13. */
#if PY_VERSION_HEX < 0x030D00A6 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030D0000)
#  undef Py_MOD_GIL_USED
#  if PY_VERSION_HEX >= 0x03050000 && (!defined(Py_LIMITED_API) || Py_LIMITED_API >= 0x03050000)
#    define Py_MOD_GIL_USED CAPI_COMPAT_NO_SLOT
#  else
#    define Py_MOD_GIL_USED CAPI_COMPAT_CAST(void *, CAPI_COMPAT_NULL)
#  endif
#endif

/* Py_MOD_GIL_NOT_USED: 3.13. */
#if PY_VERSION_HEX < 0x030D00A6 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030D0000)
#  undef Py_MOD_GIL_NOT_USED
#  if PY_VERSION_HEX >= 0x03050000 && (!defined(Py_LIMITED_API) || Py_LIMITED_API >= 0x03050000)
#    define Py_MOD_GIL_NOT_USED CAPI_COMPAT_NO_SLOT
#  else
#    define Py_MOD_GIL_NOT_USED CAPI_COMPAT_CAST(void *, CAPI_COMPAT_NULL)
#  endif
#endif

/* Py_mod_multiple_interpreters: 3.12. Differs: before, the slot does nothing; its value must be one of the three. */
#if PY_VERSION_HEX >= 0x03050000 && (!defined(Py_LIMITED_API) || Py_LIMITED_API >= 0x03050000) \
    && (PY_VERSION_HEX < 0x030C00A7 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030C0000))
#  undef Py_mod_multiple_interpreters
#  define Py_mod_multiple_interpreters Py_mod_exec
#endif

/* Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED: 3.12. */
#if PY_VERSION_HEX >= 0x03050000 && (!defined(Py_LIMITED_API) || Py_LIMITED_API >= 0x03050000) \
    && (PY_VERSION_HEX < 0x030C00A7 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030C0000))
#  undef Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED
#  define Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED CAPI_COMPAT_NO_SLOT
#endif

/* Py_MOD_MULTIPLE_INTERPRETERS_SUPPORTED: 3.12. */
#if PY_VERSION_HEX >= 0x03050000 && (!defined(Py_LIMITED_API) || Py_LIMITED_API >= 0x03050000) \
    && (PY_VERSION_HEX < 0x030C00A7 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030C0000))
#  undef Py_MOD_MULTIPLE_INTERPRETERS_SUPPORTED
#  define Py_MOD_MULTIPLE_INTERPRETERS_SUPPORTED CAPI_COMPAT_NO_SLOT
#endif

/* Py_MOD_PER_INTERPRETER_GIL_SUPPORTED: 3.12. */
#if PY_VERSION_HEX >= 0x03050000 && (!defined(Py_LIMITED_API) || Py_LIMITED_API >= 0x03050000) \
    && (PY_VERSION_HEX < 0x030C00A7 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030C0000))
#  undef Py_MOD_PER_INTERPRETER_GIL_SUPPORTED
#  define Py_MOD_PER_INTERPRETER_GIL_SUPPORTED CAPI_COMPAT_NO_SLOT
#endif

/* PyUnstable_Module_SetGIL: 3.13, but only in builds without a GIL. Elsewhere it does nothing and returns 0. */
#if !defined(Py_GIL_DISABLED)
static inline int
capi_compat_PyUnstable_Module_SetGIL(PyObject *module, void *gil)
{
    (void)module;
    (void)gil;
    return 0;
}
#  undef PyUnstable_Module_SetGIL
#  define PyUnstable_Module_SetGIL capi_compat_PyUnstable_Module_SetGIL
#endif

/* CAPI_COMPAT_MOD_GIL(value): in no Python. The slot {Py_mod_gil, value} with its comma, or nothing before 3.13, which
 * refuses slots that it does not know. */
#if PY_VERSION_HEX >= 0x030D00A6 && (!defined(Py_LIMITED_API) || Py_LIMITED_API >= 0x030D0000)
#  define CAPI_COMPAT_MOD_GIL(value) {Py_mod_gil, value},
#else
#  define CAPI_COMPAT_MOD_GIL(value)
#endif

/* CAPI_COMPAT_MOD_MULTIPLE_INTERPRETERS(value): in no Python. The slot {Py_mod_multiple_interpreters, value} with its
 * comma, or nothing before 3.12. */
#if PY_VERSION_HEX >= 0x030C0000 && (!defined(Py_LIMITED_API) || Py_LIMITED_API >= 0x030C0000)
#  define CAPI_COMPAT_MOD_MULTIPLE_INTERPRETERS(value) {Py_mod_multiple_interpreters, value},
#else
#  define CAPI_COMPAT_MOD_MULTIPLE_INTERPRETERS(value)
#endif

/* CAPI_COMPAT_MOD_ABI(name): in no Python. The slot {Py_mod_abi, &name} with its comma, or nothing before 3.15. */
#if PY_VERSION_HEX >= 0x030F0000 && (!defined(Py_LIMITED_API) || Py_LIMITED_API >= 0x030F0000)
#  define CAPI_COMPAT_MOD_ABI(name) {Py_mod_abi, &name},
#else
#  define CAPI_COMPAT_MOD_ABI(name)
#endif

/* PyABIInfo, PyABIInfo_STABLE, PyABIInfo_GIL, PyABIInfo_FREETHREADED, PyABIInfo_INTERNAL,
 * PyABIInfo_FREETHREADING_AGNOSTIC, PyABIInfo_DEFAULT_ABI_VERSION, PyABIInfo_DEFAULT_FLAGS, PyABIInfo_VAR: 3.15. */
#if PY_VERSION_HEX < 0x030F0000 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030F0000)
typedef struct {
    uint8_t abiinfo_major_version;
    uint8_t abiinfo_minor_version;
    uint16_t flags;
    uint32_t build_version;
    uint32_t abi_version;
} capi_compat_PyABIInfo;
#  undef PyABIInfo
#  define PyABIInfo capi_compat_PyABIInfo
#  undef PyABIInfo_STABLE
#  define PyABIInfo_STABLE 0x0001
#  undef PyABIInfo_GIL
#  define PyABIInfo_GIL 0x0002
#  undef PyABIInfo_FREETHREADED
#  define PyABIInfo_FREETHREADED 0x0004
#  undef PyABIInfo_INTERNAL
#  define PyABIInfo_INTERNAL 0x0008
#  undef PyABIInfo_FREETHREADING_AGNOSTIC
#  define PyABIInfo_FREETHREADING_AGNOSTIC (PyABIInfo_GIL | PyABIInfo_FREETHREADED)
#  undef PyABIInfo_DEFAULT_ABI_VERSION
#  undef PyABIInfo_DEFAULT_FLAGS
#  if defined(Py_LIMITED_API)
#    define PyABIInfo_DEFAULT_ABI_VERSION (Py_LIMITED_API == 3 ? 0x03020000 : Py_LIMITED_API)
#    define PyABIInfo_DEFAULT_FLAGS (PyABIInfo_STABLE | PyABIInfo_GIL)
#  elif defined(Py_GIL_DISABLED)
#    define PyABIInfo_DEFAULT_ABI_VERSION PY_VERSION_HEX
#    define PyABIInfo_DEFAULT_FLAGS PyABIInfo_FREETHREADED
#  else
#    define PyABIInfo_DEFAULT_ABI_VERSION PY_VERSION_HEX
#    define PyABIInfo_DEFAULT_FLAGS PyABIInfo_GIL
#  endif
#  undef PyABIInfo_VAR
#  if defined(__GNUC__)
#    define PyABIInfo_VAR(name) \
    static PyABIInfo name __attribute__((unused)) = \
        {1, 0, PyABIInfo_DEFAULT_FLAGS, PY_VERSION_HEX, PyABIInfo_DEFAULT_ABI_VERSION}
#  else
#    define PyABIInfo_VAR(name) \
    static PyABIInfo name = {1, 0, PyABIInfo_DEFAULT_FLAGS, PY_VERSION_HEX, PyABIInfo_DEFAULT_ABI_VERSION}
#  endif
#endif

/* PyABIInfo_Check: 3.15. Differs: nothing is checked. */
#if PY_VERSION_HEX < 0x030F0000 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030F0000)
static inline int
capi_compat_PyABIInfo_Check(PyABIInfo *info, const char *module_name)
{
    (void)info;
    (void)module_name;
    return 0;
}
#  undef PyABIInfo_Check
#  define PyABIInfo_Check capi_compat_PyABIInfo_Check
#endif


/* ---- Locks, signals, exit ---- */

#if PY_VERSION_HEX < 0x030E0000 && !defined(Py_LIMITED_API)
/* One byte that threads may set at any time. */
static inline uint8_t
capi_compat_byte_exchange(uint8_t *byte, uint8_t value)
{
#if defined(__GNUC__)
    return __atomic_exchange_n(byte, value, __ATOMIC_SEQ_CST);
#elif defined(_MSC_VER)
    return (uint8_t)_InterlockedExchange8((volatile char *)byte, (char)value);
#else
    /* Without atomics the GIL must do. */
    uint8_t before = *byte;
    *byte = value;
    return before;
#endif
}

#endif

#if PY_VERSION_HEX < 0x030E0000 && !defined(Py_LIMITED_API)
static inline uint8_t
capi_compat_byte_load(const uint8_t *byte)
{
#if defined(__GNUC__)
    return __atomic_load_n(byte, __ATOMIC_SEQ_CST);
#else
    return *CAPI_COMPAT_CAST(const volatile uint8_t *, byte);
#endif
}
#endif

/* PyMutex: 3.13. */
#if PY_VERSION_HEX < 0x030D00B1 && !defined(Py_LIMITED_API)
typedef struct {
    uint8_t _bits;
} capi_compat_PyMutex;
#  undef PyMutex
#  define PyMutex capi_compat_PyMutex
#endif

#if PY_VERSION_HEX < 0x030D00B1 && !defined(Py_LIMITED_API)
#include <pythread.h>
/* Tries again and again. */
static inline void
capi_compat_mutex_wait(PyMutex *m)
{
    PyThread_type_lock timer = PyThread_allocate_lock();
    int microseconds = 10;
    if (timer != CAPI_COMPAT_NULL) {
        (void)PyThread_acquire_lock(timer, 1);
    }
    while (capi_compat_byte_exchange(&m->_bits, 1) != 0) {
        if (timer != CAPI_COMPAT_NULL) {
#if PY_VERSION_HEX >= 0x03020000 && !defined(PYPY_VERSION)
            /* Nobody opens this lock: it only lets the time pass. */
            (void)PyThread_acquire_lock_timed(timer, microseconds, 0);
#endif
        }
        microseconds = microseconds < 1000 ? microseconds * 2 : 1000;
    }
    if (timer != CAPI_COMPAT_NULL) {
        PyThread_release_lock(timer);
        PyThread_free_lock(timer);
    }
}
#endif

/* PyMutex_Lock: 3.13. Differs: a thread that has to wait tries again from time to time, and who comes first is left to
 * chance. As in 3.13 it gives up the GIL meanwhile. */
#if PY_VERSION_HEX < 0x030D00B1 && !defined(Py_LIMITED_API)
static inline void
capi_compat_PyMutex_Lock(PyMutex *m)
{
    int attached;
    if (capi_compat_byte_exchange(&m->_bits, 1) == 0) {
        return;
    }
#if PY_VERSION_HEX >= 0x03040000
    attached = PyGILState_Check();
#else
    attached = PyGILState_GetThisThreadState() != CAPI_COMPAT_NULL
        && PyGILState_GetThisThreadState() == _PyThreadState_Current;
#endif
    if (attached) {
        Py_BEGIN_ALLOW_THREADS
        capi_compat_mutex_wait(m);
        Py_END_ALLOW_THREADS
    }
    else {
        capi_compat_mutex_wait(m);
    }
}
#  undef PyMutex_Lock
#  define PyMutex_Lock capi_compat_PyMutex_Lock
#endif

/* PyMutex_Unlock: 3.13. */
#if PY_VERSION_HEX < 0x030D00B1 && !defined(Py_LIMITED_API)
static inline void
capi_compat_PyMutex_Unlock(PyMutex *m)
{
    if (capi_compat_byte_exchange(&m->_bits, 0) == 0) {
        Py_FatalError("unlocking mutex that is not locked");
    }
}
#  undef PyMutex_Unlock
#  define PyMutex_Unlock capi_compat_PyMutex_Unlock
#endif

/* PyMutex_IsLocked: 3.14. */
#if PY_VERSION_HEX < 0x030E0000 && !defined(Py_LIMITED_API)
static inline int
capi_compat_PyMutex_IsLocked(PyMutex *m)
{
    return (capi_compat_byte_load(&m->_bits) & 1) != 0;
}
#  undef PyMutex_IsLocked
#  define PyMutex_IsLocked capi_compat_PyMutex_IsLocked
#endif

/* 3.13 can only enter the critical section of an object, which is that of the mutex in it: this is the address of an
 * object whose mutex is the one that is meant. */
#if defined(Py_GIL_DISABLED)
#  define CAPI_COMPAT_MUTEX_OWNER(mutex) \
    CAPI_COMPAT_PTR(PyObject *, CAPI_COMPAT_PTR(char *, mutex) - offsetof(PyObject, ob_mutex))
#endif

/* Py_BEGIN_CRITICAL_SECTION_MUTEX: 3.14. */
#if PY_VERSION_HEX < 0x030E0000 \
    || (defined(Py_LIMITED_API) && (Py_LIMITED_API < 0x030F0000 || PY_VERSION_HEX < 0x030F0000))
#  undef Py_BEGIN_CRITICAL_SECTION_MUTEX
#  if defined(Py_GIL_DISABLED)
#    define Py_BEGIN_CRITICAL_SECTION_MUTEX(mutex) \
    { \
        PyCriticalSection _py_cs; \
        PyCriticalSection_Begin(&_py_cs, CAPI_COMPAT_MUTEX_OWNER(mutex))
#  else
#    define Py_BEGIN_CRITICAL_SECTION_MUTEX(mutex) {
#  endif
#endif

/* Py_BEGIN_CRITICAL_SECTION2_MUTEX: 3.14. */
#if PY_VERSION_HEX < 0x030E0000 \
    || (defined(Py_LIMITED_API) && (Py_LIMITED_API < 0x030F0000 || PY_VERSION_HEX < 0x030F0000))
#  undef Py_BEGIN_CRITICAL_SECTION2_MUTEX
#  if defined(Py_GIL_DISABLED)
#    define Py_BEGIN_CRITICAL_SECTION2_MUTEX(m1, m2) \
    { \
        PyCriticalSection2 _py_cs2; \
        PyCriticalSection2_Begin(&_py_cs2, CAPI_COMPAT_MUTEX_OWNER(m1), CAPI_COMPAT_MUTEX_OWNER(m2))
#  else
#    define Py_BEGIN_CRITICAL_SECTION2_MUTEX(m1, m2) {
#  endif
#endif

/* PyErr_SetInterruptEx: 3.10. Differs: signals but SIGINT are really raised, where a handler waits for them. */
#if defined(PYPY_VERSION) || PY_VERSION_HEX < 0x030A00A1 || (defined(Py_LIMITED_API) && Py_LIMITED_API < 0x030A0000)
#include <signal.h>
static inline int
capi_compat_PyErr_SetInterruptEx(int signum)
{
    PyOS_sighandler_t handler;
#ifdef NSIG
    if (signum < 1 || signum >= NSIG) {
#else
    if (signum < 1 || signum > 64) {
#endif
        return -1;
    }
    if (signum == SIGINT) {
#ifdef PYPY_VERSION
        raise(SIGINT);
#else
        PyErr_SetInterrupt();
#endif
        return 0;
    }
    handler = PyOS_getsig(signum);
    if (handler != SIG_DFL && handler != SIG_IGN && handler != SIG_ERR) {
        (void)raise(signum);
    }
    return 0;
}
#  undef PyErr_SetInterruptEx
#  define PyErr_SetInterruptEx capi_compat_PyErr_SetInterruptEx
#endif

/* atexit_datacallbackfunc: 3.12. */
#if PY_VERSION_HEX < 0x030D00A1 && !defined(Py_LIMITED_API)
typedef void (*capi_compat_atexit_datacallbackfunc)(void *);
#  undef atexit_datacallbackfunc
#  define atexit_datacallbackfunc capi_compat_atexit_datacallbackfunc
#endif

#if PY_VERSION_HEX < 0x030D00A1 && !defined(Py_LIMITED_API)
/* A call for later. */
typedef struct {
    atexit_datacallbackfunc function;
    void *data;
} capi_compat_atexit;
#endif

#if PY_VERSION_HEX < 0x030D00A1 && !defined(Py_LIMITED_API)
static inline void
capi_compat_atexit_free(PyObject *capsule)
{
    PyMem_Free(PyCapsule_GetPointer(capsule, "capi_compat.atexit"));
}
#endif

#if PY_VERSION_HEX < 0x030D00A1 && !defined(Py_LIMITED_API)
static inline PyObject *
capi_compat_atexit_call(PyObject *capsule, PyObject *unused)
{
    capi_compat_atexit *call =
        CAPI_COMPAT_CAST(capi_compat_atexit *, PyCapsule_GetPointer(capsule, "capi_compat.atexit"));
    (void)unused;
    if (call == CAPI_COMPAT_NULL) {
        return CAPI_COMPAT_NULL;
    }
    /* In parentheses: `function` may be a macro of the project's. */
    (call->function)(call->data);
    return Py_NewRef(Py_None);
}
#endif

/* PyUnstable_AtExit: 3.13. */
#if PY_VERSION_HEX < 0x030D00A1 && !defined(Py_LIMITED_API)
static inline int
capi_compat_PyUnstable_AtExit(PyInterpreterState *interp, atexit_datacallbackfunc function, void *data)
{
    static PyMethodDef method = {"capi_compat_atexit", capi_compat_atexit_call, METH_NOARGS, CAPI_COMPAT_NULL};
    PyObject *capsule, *callable, *done, *registrar;
    capi_compat_atexit *call;
    if (interp != PyInterpreterState_Get()) {
        PyErr_SetString(PyExc_RuntimeError, "PyUnstable_AtExit() needs the current interpreter");
        return -1;
    }
    call = CAPI_COMPAT_CAST(capi_compat_atexit *, PyMem_Malloc(sizeof(*call)));
    if (call == CAPI_COMPAT_NULL) {
        PyErr_NoMemory();
        return -1;
    }
    call->function = function;
    call->data = data;
    capsule = PyCapsule_New(call, "capi_compat.atexit", capi_compat_atexit_free);
    if (capsule == CAPI_COMPAT_NULL) {
        PyMem_Free(call);
        return -1;
    }
    callable = PyCFunction_NewEx(&method, capsule, CAPI_COMPAT_NULL);
    Py_DECREF(capsule);
    registrar = PyImport_ImportModuleAttrString("atexit", "register");
    done = callable == CAPI_COMPAT_NULL || registrar == CAPI_COMPAT_NULL ? CAPI_COMPAT_NULL
        : PyObject_CallOneArg(registrar, callable);
    Py_XDECREF(callable);
    Py_XDECREF(registrar);
    Py_XDECREF(done);
    return done == CAPI_COMPAT_NULL ? -1 : 0;
}
#  undef PyUnstable_AtExit
#  define PyUnstable_AtExit capi_compat_PyUnstable_AtExit
#endif


/* ---- Files and dates ---- */

/* Py_fopen: 3.14. Differs: on 2.7 and PyPy child processes inherit the file. */
#if PY_VERSION_HEX < 0x030E00A4 && !defined(Py_LIMITED_API)
static inline FILE *
capi_compat_Py_fopen(PyObject *path, const char *mode)
{
    FILE *file;
#if PY_VERSION_HEX >= 0x03060000 && !defined(PYPY_VERSION)
    file = _Py_fopen_obj(path, mode);
#else
    PyObject *bytes;
#if PY_VERSION_HEX < 0x03000000
    bytes = PyUnicode_Check(path) ? PyUnicode_AsEncodedString(path, Py_FileSystemDefaultEncoding, "strict")
        : Py_NewRef(path);
    if (bytes == CAPI_COMPAT_NULL) {
        return CAPI_COMPAT_NULL;
    }
#else
    if (!PyUnicode_FSConverter(path, &bytes)) {
        return CAPI_COMPAT_NULL;
    }
#endif
    {
        const char *name = PyBytes_AsString(bytes);
        file = name == CAPI_COMPAT_NULL ? CAPI_COMPAT_NULL : fopen(name, mode);
    }
    Py_DECREF(bytes);
#endif
    if (file == CAPI_COMPAT_NULL && PyErr_Occurred() == CAPI_COMPAT_NULL) {
        PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, path);
    }
    return file;
}
#  undef Py_fopen
#  define Py_fopen capi_compat_Py_fopen
#endif

/* Py_fclose: 3.14. */
#if PY_VERSION_HEX < 0x030E00A4 && !defined(Py_LIMITED_API)
static inline int
capi_compat_Py_fclose(FILE *file)
{
    return fclose(file);
}
#  undef Py_fclose
#  define Py_fclose capi_compat_Py_fclose
#endif

/* PyDateTime_DATE_GET_TZINFO: 3.10. It needs datetime.h where it is used. */
#if PY_VERSION_HEX < 0x030A00A1 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
#  undef PyDateTime_DATE_GET_TZINFO
#  define PyDateTime_DATE_GET_TZINFO(o) \
    (CAPI_COMPAT_PTR(PyDateTime_DateTime *, o)->hastzinfo ? CAPI_COMPAT_PTR(PyDateTime_DateTime *, o)->tzinfo : Py_None)
#endif

/* PyDateTime_TIME_GET_TZINFO: 3.10. It needs datetime.h where it is used. */
#if PY_VERSION_HEX < 0x030A00A1 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
#  undef PyDateTime_TIME_GET_TZINFO
#  define PyDateTime_TIME_GET_TZINFO(o) \
    (CAPI_COMPAT_PTR(PyDateTime_Time *, o)->hastzinfo ? CAPI_COMPAT_PTR(PyDateTime_Time *, o)->tzinfo : Py_None)
#endif

/* Py_TPFLAGS_IMMUTABLETYPE: 3.10. Differs: before, a type stays mutable. */
#if PY_VERSION_HEX < 0x030A00A7
#  undef Py_TPFLAGS_IMMUTABLETYPE
#  define Py_TPFLAGS_IMMUTABLETYPE 0
#endif

/* Py_TPFLAGS_DISALLOW_INSTANTIATION: 3.10. Differs: before, it does nothing. A static type without tp_new whose base is
 * object makes no instances anyway; others need CAPI_COMPAT_DISALLOW_INSTANTIATION(type) when they are ready. */
#if PY_VERSION_HEX < 0x030A00A7
#  undef Py_TPFLAGS_DISALLOW_INSTANTIATION
#  define Py_TPFLAGS_DISALLOW_INSTANTIATION 0
#endif

/* CAPI_COMPAT_DISALLOW_INSTANTIATION(type): in no Python. After PyType_Ready() or PyType_FromSpec() it does before 3.10
 * what Py_TPFLAGS_DISALLOW_INSTANTIATION does since. */
#if PY_VERSION_HEX < 0x030A00A7 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
#  define CAPI_COMPAT_DISALLOW_INSTANTIATION(type) ((void)((type)->tp_new = CAPI_COMPAT_NULL), PyType_Modified(type))
#else
#  define CAPI_COMPAT_DISALLOW_INSTANTIATION(type) ((void)(type))
#endif

/* Py_TPFLAGS_SEQUENCE: 3.10. There is no pattern matching before. */
#if PY_VERSION_HEX < 0x030A00B1 && !defined(Py_LIMITED_API)
#  undef Py_TPFLAGS_SEQUENCE
#  define Py_TPFLAGS_SEQUENCE 0
#endif

/* Py_TPFLAGS_MAPPING: 3.10. There is no pattern matching before. */
#if PY_VERSION_HEX < 0x030A00B1 && !defined(Py_LIMITED_API)
#  undef Py_TPFLAGS_MAPPING
#  define Py_TPFLAGS_MAPPING 0
#endif

/* Py_TPFLAGS_METHOD_DESCRIPTOR: 3.8. Before, only Python's own types can be called as methods without a copy. */
#if PY_VERSION_HEX < 0x030800B1 && !defined(Py_LIMITED_API)
#  undef Py_TPFLAGS_METHOD_DESCRIPTOR
#  define Py_TPFLAGS_METHOD_DESCRIPTOR 0
#endif

/* Py_TPFLAGS_HAVE_VECTORCALL: 3.9. */
#if PY_VERSION_HEX >= 0x030800B1 && PY_VERSION_HEX < 0x030900A4 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
#  undef Py_TPFLAGS_HAVE_VECTORCALL
#  define Py_TPFLAGS_HAVE_VECTORCALL _Py_TPFLAGS_HAVE_VECTORCALL
#endif


/* ---- Memory and processes ---- */

/* PyTraceMalloc_Track: 3.7. */
#if PY_VERSION_HEX >= 0x03060000 && PY_VERSION_HEX < 0x03070000 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
static inline int
capi_compat_PyTraceMalloc_Track(unsigned int domain, uintptr_t ptr, size_t size)
{
    return _PyTraceMalloc_Track(domain, ptr, size);
}
#  undef PyTraceMalloc_Track
#  define PyTraceMalloc_Track capi_compat_PyTraceMalloc_Track
#endif

/* PyTraceMalloc_Untrack: 3.7. */
#if PY_VERSION_HEX >= 0x03060000 && PY_VERSION_HEX < 0x03070000 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
static inline int
capi_compat_PyTraceMalloc_Untrack(unsigned int domain, uintptr_t ptr)
{
    return _PyTraceMalloc_Untrack(domain, ptr);
}
#  undef PyTraceMalloc_Untrack
#  define PyTraceMalloc_Untrack capi_compat_PyTraceMalloc_Untrack
#endif

/* PyOS_BeforeFork: 3.7. */
#if PY_VERSION_HEX < 0x03070000 && defined(HAVE_FORK) && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
static inline void
capi_compat_PyOS_BeforeFork(void)
{
    _PyImport_AcquireLock();
}
#  undef PyOS_BeforeFork
#  define PyOS_BeforeFork capi_compat_PyOS_BeforeFork
#endif

/* PyOS_AfterFork_Parent: 3.7. */
#if PY_VERSION_HEX < 0x03070000 && defined(HAVE_FORK) && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
static inline void
capi_compat_PyOS_AfterFork_Parent(void)
{
    if (_PyImport_ReleaseLock() <= 0) {
        Py_FatalError("PyOS_AfterFork_Parent() without PyOS_BeforeFork()");
    }
}
#  undef PyOS_AfterFork_Parent
#  define PyOS_AfterFork_Parent capi_compat_PyOS_AfterFork_Parent
#endif

/* PyOS_AfterFork_Child: 3.7. */
#if PY_VERSION_HEX < 0x03070000 && defined(HAVE_FORK) && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
static inline void
capi_compat_PyOS_AfterFork_Child(void)
{
    PyOS_AfterFork();
}
#  undef PyOS_AfterFork_Child
#  define PyOS_AfterFork_Child capi_compat_PyOS_AfterFork_Child
#endif


/* ---- Removed API, for those who define CAPI_COMPAT_REMOVED_API ----
 * A name behaves as on the last Python that had it, but that compilers and Python warn no more. left-out.md says which
 * removed names cannot be given back, and why. */

/* PyEval_CallObjectWithKeywords: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000
static inline PyObject *
capi_compat_PyEval_CallObjectWithKeywords(PyObject *callable, PyObject *args, PyObject *kwargs)
{
    PyObject *none, *result;
    if (args != CAPI_COMPAT_NULL && !PyTuple_Check(args)) {
        PyErr_SetString(PyExc_TypeError, "argument list must be a tuple");
        return CAPI_COMPAT_NULL;
    }
    if (kwargs != CAPI_COMPAT_NULL && !PyDict_Check(kwargs)) {
        PyErr_SetString(PyExc_TypeError, "keyword list must be a dictionary");
        return CAPI_COMPAT_NULL;
    }
    if (args != CAPI_COMPAT_NULL) {
        return PyObject_Call(callable, args, kwargs);
    }
    none = PyTuple_New(0);
    if (none == CAPI_COMPAT_NULL) {
        return CAPI_COMPAT_NULL;
    }
    result = PyObject_Call(callable, none, kwargs);
    Py_DECREF(none);
    return result;
}
#  undef PyEval_CallObjectWithKeywords
#  define PyEval_CallObjectWithKeywords capi_compat_PyEval_CallObjectWithKeywords
#endif

/* PyEval_CallObject: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000
#  undef PyEval_CallObject
#  define PyEval_CallObject(callable, args) \
    capi_compat_PyEval_CallObjectWithKeywords(callable, args, CAPI_COMPAT_NULL)
#endif

/* PyEval_CallFunction: removed in 3.13. Differs: "#" takes a length of type Py_ssize_t; without PY_SSIZE_T_CLEAN
 * it was an error, or an int. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000
#  undef PyEval_CallFunction
#  define PyEval_CallFunction PyObject_CallFunction
#endif

/* PyEval_CallMethod: removed in 3.13. Differs: "#" takes a length of type Py_ssize_t; without PY_SSIZE_T_CLEAN it
 * was an error, or an int. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000
#  undef PyEval_CallMethod
#  define PyEval_CallMethod PyObject_CallMethod
#endif

/* PyCFunction_Call: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000
#  undef PyCFunction_Call
#  define PyCFunction_Call PyObject_Call
#endif

/* _PyObject_FastCall: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API)
static inline PyObject *
capi_compat__PyObject_FastCall(PyObject *callable, PyObject *const *args, Py_ssize_t nargs)
{
    return PyObject_Vectorcall(callable, args, CAPI_COMPAT_CAST(size_t, nargs), CAPI_COMPAT_NULL);
}
#  undef _PyObject_FastCall
#  define _PyObject_FastCall capi_compat__PyObject_FastCall
#endif

/* _PyObject_FastCallKeywords: removed in 3.8. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x03080000 && !defined(Py_LIMITED_API)
static inline PyObject *
capi_compat__PyObject_FastCallKeywords(PyObject *callable, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    return PyObject_Vectorcall(callable, args, CAPI_COMPAT_CAST(size_t, nargs), kwnames);
}
#  undef _PyObject_FastCallKeywords
#  define _PyObject_FastCallKeywords capi_compat__PyObject_FastCallKeywords
#endif

/* _PyCFunction_FastCallKeywords: removed in 3.8. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x03080000 && !defined(Py_LIMITED_API)
static inline PyObject *
capi_compat__PyCFunction_FastCallKeywords(PyObject *callable, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    return PyObject_Vectorcall(callable, args, CAPI_COMPAT_CAST(size_t, nargs), kwnames);
}
#  undef _PyCFunction_FastCallKeywords
#  define _PyCFunction_FastCallKeywords capi_compat__PyCFunction_FastCallKeywords
#endif

/* _PyCFunction_FastCallDict: removed in 3.9. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x03090000 && !defined(Py_LIMITED_API)
static inline PyObject *
capi_compat__PyCFunction_FastCallDict(PyObject *callable, PyObject *const *args, Py_ssize_t nargs, PyObject *kwargs)
{
    return PyObject_VectorcallDict(callable, args, CAPI_COMPAT_CAST(size_t, nargs), kwargs);
}
#  undef _PyCFunction_FastCallDict
#  define _PyCFunction_FastCallDict capi_compat__PyCFunction_FastCallDict
#endif

/* _PyObject_CallNoArg: removed in 3.11. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030B0000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
#  undef _PyObject_CallNoArg
#  define _PyObject_CallNoArg PyObject_CallNoArgs
#endif

/* _PyObject_LookupAttr: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API)
#  undef _PyObject_LookupAttr
#  define _PyObject_LookupAttr PyObject_GetOptionalAttr
#endif

/* _PyObject_HasLen: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API)
static inline int
capi_compat__PyObject_HasLen(PyObject *obj)
{
    PySequenceMethods *sequence = Py_TYPE(obj)->tp_as_sequence;
    PyMappingMethods *mapping = Py_TYPE(obj)->tp_as_mapping;
    return (sequence != CAPI_COMPAT_NULL && sequence->sq_length != CAPI_COMPAT_NULL)
        || (mapping != CAPI_COMPAT_NULL && mapping->mp_length != CAPI_COMPAT_NULL);
}
#  undef _PyObject_HasLen
#  define _PyObject_HasLen capi_compat__PyObject_HasLen
#endif

/* The start and the size of what an object has of bytes, which may change as soon as this returns. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 \
    && (!defined(Py_LIMITED_API) || Py_LIMITED_API >= 0x030B0000)
static inline int
capi_compat_as_buffer(PyObject *obj, int flags, void **buffer, Py_ssize_t *size)
{
    Py_buffer view;
    if (PyObject_GetBuffer(obj, &view, flags) < 0) {
        return -1;
    }
    *buffer = view.buf;
    *size = view.len;
    PyBuffer_Release(&view);
    return 0;
}
#endif

/* Whether none of the pointers is NULL; else an exception is set. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 \
    && (!defined(Py_LIMITED_API) || Py_LIMITED_API >= 0x030B0000)
static inline int
capi_compat_are_given(const void *first, const void *second, const void *third)
{
    if (first != CAPI_COMPAT_NULL && second != CAPI_COMPAT_NULL && third != CAPI_COMPAT_NULL) {
        return 1;
    }
    if (!PyErr_Occurred()) {
        PyErr_SetString(PyExc_SystemError, "null argument to internal routine");
    }
    return 0;
}
#endif

/* PyObject_AsReadBuffer: removed in 3.13. The buffer is released before the caller sees it, as it always was: it
 * stays valid only as long as nobody changes or drops the object. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 \
    && (!defined(Py_LIMITED_API) || Py_LIMITED_API >= 0x030B0000)
static inline int
capi_compat_PyObject_AsReadBuffer(PyObject *obj, const void **buffer, Py_ssize_t *size)
{
    void *start;
    if (!capi_compat_are_given(obj, buffer, size) || capi_compat_as_buffer(obj, PyBUF_SIMPLE, &start, size) < 0) {
        return -1;
    }
    *buffer = start;
    return 0;
}
#  undef PyObject_AsReadBuffer
#  define PyObject_AsReadBuffer capi_compat_PyObject_AsReadBuffer
#endif

/* PyObject_AsCharBuffer: removed in 3.13. The buffer is released before the caller sees it, as it always was: it
 * stays valid only as long as nobody changes or drops the object. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 \
    && (!defined(Py_LIMITED_API) || Py_LIMITED_API >= 0x030B0000)
static inline int
capi_compat_PyObject_AsCharBuffer(PyObject *obj, const char **buffer, Py_ssize_t *size)
{
    void *start;
    if (!capi_compat_are_given(obj, buffer, size) || capi_compat_as_buffer(obj, PyBUF_SIMPLE, &start, size) < 0) {
        return -1;
    }
    *buffer = CAPI_COMPAT_CAST(const char *, start);
    return 0;
}
#  undef PyObject_AsCharBuffer
#  define PyObject_AsCharBuffer capi_compat_PyObject_AsCharBuffer
#endif

/* PyObject_AsWriteBuffer: removed in 3.13. The buffer is released before the caller sees it, as it always was: it
 * stays valid only as long as nobody changes or drops the object. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 \
    && (!defined(Py_LIMITED_API) || Py_LIMITED_API >= 0x030B0000)
static inline int
capi_compat_PyObject_AsWriteBuffer(PyObject *obj, void **buffer, Py_ssize_t *size)
{
    if (!capi_compat_are_given(obj, buffer, size)) {
        return -1;
    }
    if (capi_compat_as_buffer(obj, PyBUF_WRITABLE, buffer, size) < 0) {
        PyErr_SetString(PyExc_TypeError, "expected a writable bytes-like object");
        return -1;
    }
    return 0;
}
#  undef PyObject_AsWriteBuffer
#  define PyObject_AsWriteBuffer capi_compat_PyObject_AsWriteBuffer
#endif

/* PyObject_CheckReadBuffer: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 \
    && (!defined(Py_LIMITED_API) || Py_LIMITED_API >= 0x030B0000)
static inline int
capi_compat_PyObject_CheckReadBuffer(PyObject *obj)
{
    void *start;
    Py_ssize_t size;
    if (!PyObject_CheckBuffer(obj)) {
        return 0;
    }
    if (capi_compat_as_buffer(obj, PyBUF_SIMPLE, &start, &size) < 0) {
        PyErr_Clear();
        return 0;
    }
    return 1;
}
#  undef PyObject_CheckReadBuffer
#  define PyObject_CheckReadBuffer capi_compat_PyObject_CheckReadBuffer
#endif

/* _PyArg_NoKeywords: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API)
static inline int
capi_compat__PyArg_NoKeywords(const char *name, PyObject *kwargs)
{
    if (kwargs == CAPI_COMPAT_NULL) {
        return 1;
    }
    if (!PyDict_CheckExact(kwargs)) {
        PyErr_BadInternalCall();
        return 0;
    }
    if (PyDict_GET_SIZE(kwargs) == 0) {
        return 1;
    }
    PyErr_Format(PyExc_TypeError, "%.200s() takes no keyword arguments", name);
    return 0;
}
#  undef _PyArg_NoKeywords
#  define _PyArg_NoKeywords capi_compat__PyArg_NoKeywords
#endif

/* _PyArg_NoPositional: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API)
static inline int
capi_compat__PyArg_NoPositional(const char *name, PyObject *args)
{
    if (args == CAPI_COMPAT_NULL) {
        return 1;
    }
    if (!PyTuple_CheckExact(args)) {
        PyErr_BadInternalCall();
        return 0;
    }
    if (PyTuple_GET_SIZE(args) == 0) {
        return 1;
    }
    PyErr_Format(PyExc_TypeError, "%.200s() takes no positional arguments", name);
    return 0;
}
#  undef _PyArg_NoPositional
#  define _PyArg_NoPositional capi_compat__PyArg_NoPositional
#endif

/* _PyArg_NoKwnames: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API)
static inline int
capi_compat__PyArg_NoKwnames(const char *name, PyObject *kwnames)
{
    if (kwnames == CAPI_COMPAT_NULL || PyTuple_GET_SIZE(kwnames) == 0) {
        return 1;
    }
    PyErr_Format(PyExc_TypeError, "%s() takes no keyword arguments", name);
    return 0;
}
#  undef _PyArg_NoKwnames
#  define _PyArg_NoKwnames capi_compat__PyArg_NoKwnames
#endif

/* _PyArg_BadArgument: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API)
static inline void
capi_compat__PyArg_BadArgument(const char *name, const char *argument, const char *expected, PyObject *got)
{
    PyErr_Format(PyExc_TypeError, "%.200s() %.200s must be %.50s, not %.50s", name, argument, expected,
                 got == Py_None ? "None" : Py_TYPE(got)->tp_name);
}
#  undef _PyArg_BadArgument
#  define _PyArg_BadArgument capi_compat__PyArg_BadArgument
#endif

/* _PyArg_CheckPositional: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API)
static inline int
capi_compat__PyArg_CheckPositional(const char *name, Py_ssize_t nargs, Py_ssize_t min, Py_ssize_t max)
{
    Py_ssize_t limit = nargs < min ? min : max;
    const char *exactly = min == max ? "" : nargs < min ? "at least " : "at most ";
    const char *plural = limit == 1 ? "" : "s";
    if (nargs >= min && nargs <= max) {
        return 1;
    }
    if (name != CAPI_COMPAT_NULL) {
        PyErr_Format(PyExc_TypeError, "%.200s expected %s%zd argument%s, got %zd", name, exactly, limit, plural, nargs);
    }
    else {
        PyErr_Format(PyExc_TypeError, "unpacked tuple should have %s%zd element%s, but has %zd", exactly, limit, plural,
                     nargs);
    }
    return 0;
}
#  undef _PyArg_CheckPositional
#  define _PyArg_CheckPositional capi_compat__PyArg_CheckPositional
#endif

/* Py_TYPE: removed in 3.11. What was removed is that one can assign to it. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030B0000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
#  undef Py_TYPE
#  define Py_TYPE(ob) (CAPI_COMPAT_OBJECT(ob)->ob_type)
#endif

/* Py_SIZE: removed in 3.11. What was removed is that one can assign to it, and take its address. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030B0000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
#  undef Py_SIZE
#  define Py_SIZE(ob) (CAPI_COMPAT_VAR_OBJECT(ob)->ob_size)
#endif

/* _Py_ForgetReference: removed in 3.9. It does nothing; 3.14 has it again. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x03090000 && PY_VERSION_HEX < 0x030E0000 \
    && !defined(Py_LIMITED_API) && !defined(Py_TRACE_REFS)
#  undef _Py_ForgetReference
#  define _Py_ForgetReference(op) CAPI_COMPAT_CAST(void, op)
#endif

/* _Py_INC_REFTOTAL: removed in 3.9. Nothing, as in every build that does not count. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x03090000 && !defined(Py_LIMITED_API) \
    && !defined(Py_REF_DEBUG) && !defined(PYPY_VERSION)
#  undef _Py_INC_REFTOTAL
#  define _Py_INC_REFTOTAL
#endif

/* _Py_DEC_REFTOTAL: removed in 3.9. Nothing, as in every build that does not count. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x03090000 && !defined(Py_LIMITED_API) \
    && !defined(Py_REF_DEBUG) && !defined(PYPY_VERSION)
#  undef _Py_DEC_REFTOTAL
#  define _Py_DEC_REFTOTAL
#endif

/* PyNoArgsFunction: removed in 3.9. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x03090000 && !defined(PYPY_VERSION)
typedef PyObject *(*capi_compat_PyNoArgsFunction)(PyObject *);
#  undef PyNoArgsFunction
#  define PyNoArgsFunction capi_compat_PyNoArgsFunction
#endif

/* PyWeakref_GetObject: removed in 3.15. What it returns is borrowed: it may go away as soon as other code runs. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030F0000
static inline PyObject *
capi_compat_PyWeakref_GetObject(PyObject *ref)
{
    PyObject *obj;
    if (ref == CAPI_COMPAT_NULL || !PyWeakref_Check(ref)) {
        PyErr_BadInternalCall();
        return CAPI_COMPAT_NULL;
    }
    if (PyWeakref_GetRef(ref, &obj) <= 0) {
        return Py_None;
    }
    Py_DECREF(obj);
    return obj;
}
#  undef PyWeakref_GetObject
#  define PyWeakref_GetObject capi_compat_PyWeakref_GetObject
#endif

/* PyWeakref_GET_OBJECT: removed in 3.15. What it returns is borrowed, too. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030F0000 && !defined(Py_LIMITED_API)
#  undef PyWeakref_GET_OBJECT
#  define PyWeakref_GET_OBJECT(ref) capi_compat_PyWeakref_GetObject(CAPI_COMPAT_OBJECT(ref))
#endif

/* Py_TRASHCAN_SAFE_BEGIN: removed in 3.13. The type of the object need not be the one whose tp_dealloc this is. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API)
#  undef Py_TRASHCAN_SAFE_BEGIN
#  define Py_TRASHCAN_SAFE_BEGIN(op) do { Py_TRASHCAN_BEGIN(op, Py_TYPE(op)->tp_dealloc)
#endif

/* Py_TRASHCAN_SAFE_END: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API)
#  undef Py_TRASHCAN_SAFE_END
#  define Py_TRASHCAN_SAFE_END(op) Py_TRASHCAN_END } while (0);
#endif

/* _PyObject_GC_TRACK: removed in 3.8. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x03080000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
#  undef _PyObject_GC_TRACK
#  define _PyObject_GC_TRACK(op) PyObject_GC_Track(CAPI_COMPAT_OBJECT(op))
#endif

/* _PyObject_GC_UNTRACK: removed in 3.8. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x03080000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
#  undef _PyObject_GC_UNTRACK
#  define _PyObject_GC_UNTRACK(op) PyObject_GC_UnTrack(CAPI_COMPAT_OBJECT(op))
#endif

/* _PyObject_GC_IS_TRACKED: removed in 3.9. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x03090000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
#  undef _PyObject_GC_IS_TRACKED
#  define _PyObject_GC_IS_TRACKED(op) PyObject_GC_IsTracked(CAPI_COMPAT_OBJECT(op))
#endif

/* _PyGC_FINALIZED: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
#  undef _PyGC_FINALIZED
#  define _PyGC_FINALIZED(op) PyObject_GC_IsFinalized(CAPI_COMPAT_OBJECT(op))
#endif

/* The string of an identifier, borrowed. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030A0000 && !defined(Py_LIMITED_API) && !defined(PYPY_VERSION)
static inline PyObject *
capi_compat_id(_Py_Identifier *id)
{
    PyObject *name;
    CAPI_COMPAT_BEGIN_DEPRECATED
    name = _PyUnicode_FromId(id);
    CAPI_COMPAT_END_DEPRECATED
    return name;
}
#endif

/* _PyObject_SetAttrId: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
static inline int
capi_compat__PyObject_SetAttrId(PyObject *obj, _Py_Identifier *id, PyObject *value)
{
    PyObject *name = capi_compat_id(id);
    return name == CAPI_COMPAT_NULL ? -1 : PyObject_SetAttr(obj, name, value);
}
#  undef _PyObject_SetAttrId
#  define _PyObject_SetAttrId capi_compat__PyObject_SetAttrId
#endif

/* _PyObject_HasAttrId: removed in 3.10. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030A0000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
static inline int
capi_compat__PyObject_HasAttrId(PyObject *obj, _Py_Identifier *id)
{
    PyObject *name = capi_compat_id(id);
    return name == CAPI_COMPAT_NULL ? -1 : PyObject_HasAttr(obj, name);
}
#  undef _PyObject_HasAttrId
#  define _PyObject_HasAttrId capi_compat__PyObject_HasAttrId
#endif

/* _PyObject_LookupAttrId: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
static inline int
capi_compat__PyObject_LookupAttrId(PyObject *obj, _Py_Identifier *id, PyObject **result)
{
    PyObject *name = capi_compat_id(id);
    if (name == CAPI_COMPAT_NULL) {
        *result = CAPI_COMPAT_NULL;
        return -1;
    }
    return PyObject_GetOptionalAttr(obj, name, result);
}
#  undef _PyObject_LookupAttrId
#  define _PyObject_LookupAttrId capi_compat__PyObject_LookupAttrId
#endif

/* _PyObject_CallMethodIdNoArgs: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
static inline PyObject *
capi_compat__PyObject_CallMethodIdNoArgs(PyObject *obj, _Py_Identifier *id)
{
    PyObject *name = capi_compat_id(id);
    return name == CAPI_COMPAT_NULL ? CAPI_COMPAT_NULL : PyObject_CallMethodNoArgs(obj, name);
}
#  undef _PyObject_CallMethodIdNoArgs
#  define _PyObject_CallMethodIdNoArgs capi_compat__PyObject_CallMethodIdNoArgs
#endif

/* _PyObject_CallMethodIdOneArg: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
static inline PyObject *
capi_compat__PyObject_CallMethodIdOneArg(PyObject *obj, _Py_Identifier *id, PyObject *arg)
{
    PyObject *name = capi_compat_id(id);
    return name == CAPI_COMPAT_NULL ? CAPI_COMPAT_NULL : PyObject_CallMethodOneArg(obj, name, arg);
}
#  undef _PyObject_CallMethodIdOneArg
#  define _PyObject_CallMethodIdOneArg capi_compat__PyObject_CallMethodIdOneArg
#endif

/* _PyObject_CallMethodIdObjArgs: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
static inline PyObject *
capi_compat__PyObject_CallMethodIdObjArgs(PyObject *obj, _Py_Identifier *id, ...)
{
    va_list values;
    Py_ssize_t i, count = 0;
    PyObject *name, *method, *args, *result;
    if (obj == CAPI_COMPAT_NULL || id == CAPI_COMPAT_NULL) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_SystemError, "null argument to internal routine");
        }
        return CAPI_COMPAT_NULL;
    }
    name = capi_compat_id(id);
    method = name == CAPI_COMPAT_NULL ? CAPI_COMPAT_NULL : PyObject_GetAttr(obj, name);
    if (method == CAPI_COMPAT_NULL) {
        return CAPI_COMPAT_NULL;
    }
    va_start(values, id);
    while (va_arg(values, PyObject *) != CAPI_COMPAT_NULL) {
        count++;
    }
    va_end(values);
    args = PyTuple_New(count);
    if (args == CAPI_COMPAT_NULL) {
        Py_DECREF(method);
        return CAPI_COMPAT_NULL;
    }
    va_start(values, id);
    for (i = 0; i < count; i++) {
        PyTuple_SET_ITEM(args, i, Py_NewRef(va_arg(values, PyObject *)));
    }
    va_end(values);
    result = PyObject_Call(method, args, CAPI_COMPAT_NULL);
    Py_DECREF(args);
    Py_DECREF(method);
    return result;
}
#  undef _PyObject_CallMethodIdObjArgs
#  define _PyObject_CallMethodIdObjArgs capi_compat__PyObject_CallMethodIdObjArgs
#endif

/* _PyDict_GetItemId: removed in 3.10. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030A0000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
static inline PyObject *
capi_compat__PyDict_GetItemId(PyObject *dict, _Py_Identifier *id)
{
    PyObject *name = capi_compat_id(id);
    if (name == CAPI_COMPAT_NULL) {
        PyErr_Clear();
        return CAPI_COMPAT_NULL;
    }
    return PyDict_GetItem(dict, name);
}
#  undef _PyDict_GetItemId
#  define _PyDict_GetItemId capi_compat__PyDict_GetItemId
#endif

/* _PyDict_GetItemIdWithError: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
static inline PyObject *
capi_compat__PyDict_GetItemIdWithError(PyObject *dict, _Py_Identifier *id)
{
    PyObject *name = capi_compat_id(id);
    return name == CAPI_COMPAT_NULL ? CAPI_COMPAT_NULL : PyDict_GetItemWithError(dict, name);
}
#  undef _PyDict_GetItemIdWithError
#  define _PyDict_GetItemIdWithError capi_compat__PyDict_GetItemIdWithError
#endif

/* _PyDict_SetItemId: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
static inline int
capi_compat__PyDict_SetItemId(PyObject *dict, _Py_Identifier *id, PyObject *value)
{
    PyObject *name = capi_compat_id(id);
    return name == CAPI_COMPAT_NULL ? -1 : PyDict_SetItem(dict, name, value);
}
#  undef _PyDict_SetItemId
#  define _PyDict_SetItemId capi_compat__PyDict_SetItemId
#endif

/* _PyDict_DelItemId: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
static inline int
capi_compat__PyDict_DelItemId(PyObject *dict, _Py_Identifier *id)
{
    PyObject *name = capi_compat_id(id);
    return name == CAPI_COMPAT_NULL ? -1 : PyDict_DelItem(dict, name);
}
#  undef _PyDict_DelItemId
#  define _PyDict_DelItemId capi_compat__PyDict_DelItemId
#endif

/* _PyDict_ContainsId: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
static inline int
capi_compat__PyDict_ContainsId(PyObject *dict, _Py_Identifier *id)
{
    PyObject *name = capi_compat_id(id);
    return name == CAPI_COMPAT_NULL ? -1 : PyDict_Contains(dict, name);
}
#  undef _PyDict_ContainsId
#  define _PyDict_ContainsId capi_compat__PyDict_ContainsId
#endif

/* _PyImport_GetModuleId: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
static inline PyObject *
capi_compat__PyImport_GetModuleId(_Py_Identifier *id)
{
    PyObject *name = capi_compat_id(id);
    return name == CAPI_COMPAT_NULL ? CAPI_COMPAT_NULL : PyImport_GetModule(name);
}
#  undef _PyImport_GetModuleId
#  define _PyImport_GetModuleId capi_compat__PyImport_GetModuleId
#endif

/* _PySys_GetObjectId: removed in 3.11. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030B0000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
#  undef _PySys_GetObjectId
#  define _PySys_GetObjectId(id) PySys_GetObject((id)->string)
#endif

/* _PySys_SetObjectId: removed in 3.11. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030B0000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
#  undef _PySys_SetObjectId
#  define _PySys_SetObjectId(id, value) PySys_SetObject((id)->string, value)
#endif

/* _PyDict_GetItemWithError: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API)
#  undef _PyDict_GetItemWithError
#  define _PyDict_GetItemWithError PyDict_GetItemWithError
#endif

/* _PyList_Extend: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API)
static inline PyObject *
capi_compat__PyList_Extend(PyListObject *list, PyObject *iterable)
{
    return PyList_Extend(CAPI_COMPAT_OBJECT(list), iterable) < 0 ? CAPI_COMPAT_NULL : Py_NewRef(Py_None);
}
#  undef _PyList_Extend
#  define _PyList_Extend capi_compat__PyList_Extend
#endif

/* _PySet_Update: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API)
static inline int
capi_compat__PySet_Update(PyObject *set, PyObject *iterable)
{
    PyObject *none;
    if (!PySet_Check(set)) {
        PyErr_BadInternalCall();
        return -1;
    }
    none = PyObject_CallMethod(CAPI_COMPAT_OBJECT(&PySet_Type), "update", "OO", set, iterable);
    Py_XDECREF(none);
    return none == CAPI_COMPAT_NULL ? -1 : 0;
}
#  undef _PySet_Update
#  define _PySet_Update capi_compat__PySet_Update
#endif

/* _PyLong_AsInt: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API)
#  undef _PyLong_AsInt
#  define _PyLong_AsInt PyLong_AsInt
#endif

/* _PyLong_Format: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API)
static inline PyObject *
capi_compat__PyLong_Format(PyObject *obj, int base)
{
    if (!PyLong_Check(obj)) {
        PyErr_BadInternalCall();
        return CAPI_COMPAT_NULL;
    }
    return PyNumber_ToBase(obj, base);
}
#  undef _PyLong_Format
#  define _PyLong_Format capi_compat__PyLong_Format
#endif

/* _PyLong_Zero: removed in 3.10. Differs: it is no variable, it has no address. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030A0000 && !defined(Py_LIMITED_API)
#  undef _PyLong_Zero
#  define _PyLong_Zero Py_GetConstantBorrowed(Py_CONSTANT_ZERO)
#endif

/* _PyLong_One: removed in 3.10. Differs: it is no variable, it has no address. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030A0000 && !defined(Py_LIMITED_API)
#  undef _PyLong_One
#  define _PyLong_One Py_GetConstantBorrowed(Py_CONSTANT_ONE)
#endif

/* _PyLong_FromTime_t: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API)
static inline PyObject *
capi_compat__PyLong_FromTime_t(time_t value)
{
    return PyLong_FromLongLong(CAPI_COMPAT_CAST(long long, value));
}
#  undef _PyLong_FromTime_t
#  define _PyLong_FromTime_t capi_compat__PyLong_FromTime_t
#endif

/* _PyLong_AsTime_t: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && SIZEOF_TIME_T == SIZEOF_LONG_LONG \
    && !defined(Py_LIMITED_API)
static inline time_t
capi_compat__PyLong_AsTime_t(PyObject *obj)
{
    long long value = PyLong_AsLongLong(obj);
    if (value == -1 && PyErr_Occurred()) {
        if (PyErr_ExceptionMatches(PyExc_OverflowError)) {
            PyErr_SetString(PyExc_OverflowError, "timestamp out of range for platform time_t");
        }
        return -1;
    }
    return CAPI_COMPAT_CAST(time_t, value);
}
#  undef _PyLong_AsTime_t
#  define _PyLong_AsTime_t capi_compat__PyLong_AsTime_t
#endif

/* _PyFloat_Pack2: removed in 3.11. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030B0000 && !defined(Py_LIMITED_API)
static inline int
capi_compat__PyFloat_Pack2(double x, unsigned char *p, int little_endian)
{
    return PyFloat_Pack2(x, CAPI_COMPAT_PTR(char *, p), little_endian);
}
#  undef _PyFloat_Pack2
#  define _PyFloat_Pack2 capi_compat__PyFloat_Pack2
#endif

/* _PyFloat_Pack4: removed in 3.11. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030B0000 && !defined(Py_LIMITED_API)
static inline int
capi_compat__PyFloat_Pack4(double x, unsigned char *p, int little_endian)
{
    return PyFloat_Pack4(x, CAPI_COMPAT_PTR(char *, p), little_endian);
}
#  undef _PyFloat_Pack4
#  define _PyFloat_Pack4 capi_compat__PyFloat_Pack4
#endif

/* _PyFloat_Pack8: removed in 3.11. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030B0000 && !defined(Py_LIMITED_API)
static inline int
capi_compat__PyFloat_Pack8(double x, unsigned char *p, int little_endian)
{
    return PyFloat_Pack8(x, CAPI_COMPAT_PTR(char *, p), little_endian);
}
#  undef _PyFloat_Pack8
#  define _PyFloat_Pack8 capi_compat__PyFloat_Pack8
#endif

/* _PyFloat_Unpack2: removed in 3.11. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030B0000 && !defined(Py_LIMITED_API)
static inline double
capi_compat__PyFloat_Unpack2(const unsigned char *p, int little_endian)
{
    return PyFloat_Unpack2(CAPI_COMPAT_PTR(const char *, p), little_endian);
}
#  undef _PyFloat_Unpack2
#  define _PyFloat_Unpack2 capi_compat__PyFloat_Unpack2
#endif

/* _PyFloat_Unpack4: removed in 3.11. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030B0000 && !defined(Py_LIMITED_API)
static inline double
capi_compat__PyFloat_Unpack4(const unsigned char *p, int little_endian)
{
    return PyFloat_Unpack4(CAPI_COMPAT_PTR(const char *, p), little_endian);
}
#  undef _PyFloat_Unpack4
#  define _PyFloat_Unpack4 capi_compat__PyFloat_Unpack4
#endif

/* _PyFloat_Unpack8: removed in 3.11. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030B0000 && !defined(Py_LIMITED_API)
static inline double
capi_compat__PyFloat_Unpack8(const unsigned char *p, int little_endian)
{
    return PyFloat_Unpack8(CAPI_COMPAT_PTR(const char *, p), little_endian);
}
#  undef _PyFloat_Unpack8
#  define _PyFloat_Unpack8 capi_compat__PyFloat_Unpack8
#endif

/* _Py_HashBytes: removed in 3.13. Differs: before 3.14 it may fail with MemoryError. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API)
#  undef _Py_HashBytes
#  define _Py_HashBytes Py_HashBuffer
#endif

/* PyUnicode_GetSize: removed in 3.12. The length in wchar_t: on Windows characters beyond U+FFFF count twice. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030C0000
static inline Py_ssize_t
capi_compat_PyUnicode_GetSize(PyObject *unicode)
{
    /* With the end, which the old function did not count. */
    Py_ssize_t size = PyUnicode_AsWideChar(unicode, CAPI_COMPAT_NULL, 0);
    return size < 0 ? -1 : size - 1;
}
#  undef PyUnicode_GetSize
#  define PyUnicode_GetSize capi_compat_PyUnicode_GetSize
#endif

/* PyUnicode_GET_SIZE: removed in 3.12. The length in wchar_t: on Windows characters beyond U+FFFF count twice. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030C0000 && !defined(Py_LIMITED_API)
#  undef PyUnicode_GET_SIZE
#  define PyUnicode_GET_SIZE(op) capi_compat_PyUnicode_GetSize(CAPI_COMPAT_OBJECT(op))
#endif

/* PyUnicode_GET_DATA_SIZE: removed in 3.12. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030C0000 && !defined(Py_LIMITED_API)
#  undef PyUnicode_GET_DATA_SIZE
#  define PyUnicode_GET_DATA_SIZE(op) \
    (capi_compat_PyUnicode_GetSize(CAPI_COMPAT_OBJECT(op)) * CAPI_COMPAT_CAST(Py_ssize_t, sizeof(wchar_t)))
#endif

/* _PyUnicode_AsStringAndSize: removed in 3.10. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030A0000 && !defined(Py_LIMITED_API)
#  undef _PyUnicode_AsStringAndSize
#  define _PyUnicode_AsStringAndSize PyUnicode_AsUTF8AndSize
#endif

/* _PyUnicode_Ready: removed in 3.12. It was for strings that are not ready, and there are none any more. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030C0000 && !defined(Py_LIMITED_API)
static inline int
capi_compat__PyUnicode_Ready(PyObject *unicode)
{
    (void)unicode;
    return 0;
}
#  undef _PyUnicode_Ready
#  define _PyUnicode_Ready capi_compat__PyUnicode_Ready
#endif

/* PyUnicode_GetMax: removed in 3.10. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030A0000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
#  undef PyUnicode_GetMax
#  define PyUnicode_GetMax() CAPI_COMPAT_CAST(wchar_t, sizeof(wchar_t) > 2 ? 0x10FFFF : 0xFFFF)
#endif

/* PyUnicode_AsUnicodeCopy: removed in 3.10. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030A0000 && !defined(Py_LIMITED_API)
static inline wchar_t *
capi_compat_PyUnicode_AsUnicodeCopy(PyObject *unicode)
{
    /* Without a place for the size it would refuse strings with a NUL. */
    Py_ssize_t size;
    return PyUnicode_AsWideCharString(unicode, &size);
}
#  undef PyUnicode_AsUnicodeCopy
#  define PyUnicode_AsUnicodeCopy capi_compat_PyUnicode_AsUnicodeCopy
#endif

/* _PyUnicode_EQ: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API)
static inline int
capi_compat__PyUnicode_EQ(PyObject *left, PyObject *right)
{
    return PyUnicode_Compare(left, right) == 0;
}
#  undef _PyUnicode_EQ
#  define _PyUnicode_EQ capi_compat__PyUnicode_EQ
#endif

/* _PyUnicode_Equal: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API)
static inline int
capi_compat__PyUnicode_Equal(PyObject *left, PyObject *right)
{
    return PyUnicode_Compare(left, right) == 0;
}
#  undef _PyUnicode_Equal
#  define _PyUnicode_Equal capi_compat__PyUnicode_Equal
#endif

/* _PyUnicode_EqualToASCIIString: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API)
static inline int
capi_compat__PyUnicode_EqualToASCIIString(PyObject *unicode, const char *text)
{
    return PyUnicode_CompareWithASCIIString(unicode, text) == 0;
}
#  undef _PyUnicode_EqualToASCIIString
#  define _PyUnicode_EqualToASCIIString capi_compat__PyUnicode_EqualToASCIIString
#endif

/* _PyUnicode_EqualToASCIIId: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API)
static inline int
capi_compat__PyUnicode_EqualToASCIIId(PyObject *unicode, _Py_Identifier *id)
{
    return PyUnicode_CompareWithASCIIString(unicode, id->string) == 0;
}
#  undef _PyUnicode_EqualToASCIIId
#  define _PyUnicode_EqualToASCIIId capi_compat__PyUnicode_EqualToASCIIId
#endif

/* _PyUnicode_AsUTF8String: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API)
static inline PyObject *
capi_compat__PyUnicode_AsUTF8String(PyObject *unicode, const char *errors)
{
    return PyUnicode_AsEncodedString(unicode, "utf-8", errors);
}
#  undef _PyUnicode_AsUTF8String
#  define _PyUnicode_AsUTF8String capi_compat__PyUnicode_AsUTF8String
#endif

/* _PyUnicode_AsLatin1String: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API)
static inline PyObject *
capi_compat__PyUnicode_AsLatin1String(PyObject *unicode, const char *errors)
{
    return PyUnicode_AsEncodedString(unicode, "latin-1", errors);
}
#  undef _PyUnicode_AsLatin1String
#  define _PyUnicode_AsLatin1String capi_compat__PyUnicode_AsLatin1String
#endif

/* _PyUnicode_AsASCIIString: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API)
static inline PyObject *
capi_compat__PyUnicode_AsASCIIString(PyObject *unicode, const char *errors)
{
    return PyUnicode_AsEncodedString(unicode, "ascii", errors);
}
#  undef _PyUnicode_AsASCIIString
#  define _PyUnicode_AsASCIIString capi_compat__PyUnicode_AsASCIIString
#endif

/* Py_UNICODE_COPY: removed in 3.11. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030B0000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
#  undef Py_UNICODE_COPY
#  define Py_UNICODE_COPY(target, source, length) \
    CAPI_COMPAT_CAST(void, memcpy(target, source, CAPI_COMPAT_CAST(size_t, length) * sizeof(wchar_t)))
#endif

/* Py_UNICODE_FILL: removed in 3.11. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030B0000 && !defined(Py_LIMITED_API)
static inline void
capi_compat_Py_UNICODE_FILL(wchar_t *target, wchar_t value, Py_ssize_t length)
{
    Py_ssize_t i;
    for (i = 0; i < length; i++) {
        target[i] = value;
    }
}
#  undef Py_UNICODE_FILL
#  define Py_UNICODE_FILL capi_compat_Py_UNICODE_FILL
#endif

/* Py_UNICODE_strlen: removed in 3.10. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030A0000 && !defined(Py_LIMITED_API)
#  undef Py_UNICODE_strlen
#  define Py_UNICODE_strlen wcslen
#endif

/* Py_UNICODE_strcpy: removed in 3.10. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030A0000 && !defined(Py_LIMITED_API)
#  undef Py_UNICODE_strcpy
#  define Py_UNICODE_strcpy wcscpy
#endif

/* Py_UNICODE_strcat: removed in 3.10. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030A0000 && !defined(Py_LIMITED_API)
#  undef Py_UNICODE_strcat
#  define Py_UNICODE_strcat wcscat
#endif

/* Py_UNICODE_strcmp: removed in 3.10. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030A0000 && !defined(Py_LIMITED_API)
static inline int
capi_compat_Py_UNICODE_strcmp(const wchar_t *left, const wchar_t *right)
{
    int order = wcscmp(left, right);
    return (order > 0) - (order < 0);
}
#  undef Py_UNICODE_strcmp
#  define Py_UNICODE_strcmp capi_compat_Py_UNICODE_strcmp
#endif

/* Py_UNICODE_strncmp: removed in 3.10. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030A0000 && !defined(Py_LIMITED_API)
static inline int
capi_compat_Py_UNICODE_strncmp(const wchar_t *left, const wchar_t *right, size_t size)
{
    int order = wcsncmp(left, right, size);
    return (order > 0) - (order < 0);
}
#  undef Py_UNICODE_strncmp
#  define Py_UNICODE_strncmp capi_compat_Py_UNICODE_strncmp
#endif

/* Py_UNICODE_strchr: removed in 3.10. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030A0000 && !defined(Py_LIMITED_API)
static inline wchar_t *
capi_compat_Py_UNICODE_strchr(const wchar_t *text, wchar_t c)
{
    return c == 0 ? CAPI_COMPAT_NULL : CAPI_COMPAT_UNCONST(wchar_t *, wcschr(text, c));
}
#  undef Py_UNICODE_strchr
#  define Py_UNICODE_strchr capi_compat_Py_UNICODE_strchr
#endif

/* Py_UNICODE_strrchr: removed in 3.10. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030A0000 && !defined(Py_LIMITED_API)
static inline wchar_t *
capi_compat_Py_UNICODE_strrchr(const wchar_t *text, wchar_t c)
{
    return c == 0 ? CAPI_COMPAT_NULL : CAPI_COMPAT_UNCONST(wchar_t *, wcsrchr(text, c));
}
#  undef Py_UNICODE_strrchr
#  define Py_UNICODE_strrchr capi_compat_Py_UNICODE_strrchr
#endif

/* A string from its characters, encoded by a function of the codecs: the bytes of what it returns. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030B0000 && !defined(Py_LIMITED_API)
static inline PyObject *
capi_compat_encode(const wchar_t *text, Py_ssize_t size, const char *encoder, const char *errors, PyObject *argument)
{
    PyObject *string, *codecs, *pair, *bytes = CAPI_COMPAT_NULL;
    string = PyUnicode_FromWideChar(text, size);
    if (string == CAPI_COMPAT_NULL) {
        return CAPI_COMPAT_NULL;
    }
    codecs = PyImport_ImportModule("_codecs");
    if (codecs == CAPI_COMPAT_NULL) {
        Py_DECREF(string);
        return CAPI_COMPAT_NULL;
    }
    pair = PyObject_CallMethod(codecs, encoder, "OzO", string, errors, argument);
    if (pair != CAPI_COMPAT_NULL) {
        bytes = Py_NewRef(PyTuple_GET_ITEM(pair, 0));
        Py_DECREF(pair);
    }
    Py_DECREF(codecs);
    Py_DECREF(string);
    return bytes;
}
#endif

/* PyUnicode_Encode: removed in 3.11. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030B0000 && !defined(Py_LIMITED_API)
static inline PyObject *
capi_compat_PyUnicode_Encode(const wchar_t *text, Py_ssize_t size, const char *encoding, const char *errors)
{
    PyObject *bytes, *string = PyUnicode_FromWideChar(text, size);
    if (string == CAPI_COMPAT_NULL) {
        return CAPI_COMPAT_NULL;
    }
    bytes = PyUnicode_AsEncodedString(string, encoding, errors);
    Py_DECREF(string);
    return bytes;
}
#  undef PyUnicode_Encode
#  define PyUnicode_Encode capi_compat_PyUnicode_Encode
#endif

/* PyUnicode_EncodeUTF8: removed in 3.11. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030B0000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
#  undef PyUnicode_EncodeUTF8
#  define PyUnicode_EncodeUTF8(text, size, errors) capi_compat_PyUnicode_Encode(text, size, "utf-8", errors)
#endif

/* PyUnicode_EncodeLatin1: removed in 3.11. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030B0000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
#  undef PyUnicode_EncodeLatin1
#  define PyUnicode_EncodeLatin1(text, size, errors) capi_compat_PyUnicode_Encode(text, size, "latin-1", errors)
#endif

/* PyUnicode_EncodeASCII: removed in 3.11. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030B0000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
#  undef PyUnicode_EncodeASCII
#  define PyUnicode_EncodeASCII(text, size, errors) capi_compat_PyUnicode_Encode(text, size, "ascii", errors)
#endif

/* PyUnicode_EncodeUTF16: removed in 3.11. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030B0000 && !defined(Py_LIMITED_API)
static inline PyObject *
capi_compat_PyUnicode_EncodeUTF16(const wchar_t *text, Py_ssize_t size, const char *errors, int byteorder)
{
    PyObject *bytes, *order = PyLong_FromLong(byteorder);
    if (order == CAPI_COMPAT_NULL) {
        return CAPI_COMPAT_NULL;
    }
    bytes = capi_compat_encode(text, size, "utf_16_encode", errors, order);
    Py_DECREF(order);
    return bytes;
}
#  undef PyUnicode_EncodeUTF16
#  define PyUnicode_EncodeUTF16 capi_compat_PyUnicode_EncodeUTF16
#endif

/* PyUnicode_EncodeUTF32: removed in 3.11. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030B0000 && !defined(Py_LIMITED_API)
static inline PyObject *
capi_compat_PyUnicode_EncodeUTF32(const wchar_t *text, Py_ssize_t size, const char *errors, int byteorder)
{
    PyObject *bytes, *order = PyLong_FromLong(byteorder);
    if (order == CAPI_COMPAT_NULL) {
        return CAPI_COMPAT_NULL;
    }
    bytes = capi_compat_encode(text, size, "utf_32_encode", errors, order);
    Py_DECREF(order);
    return bytes;
}
#  undef PyUnicode_EncodeUTF32
#  define PyUnicode_EncodeUTF32 capi_compat_PyUnicode_EncodeUTF32
#endif

/* PyUnicode_EncodeCharmap: removed in 3.11. Differs: None as mapping is what NULL is, Latin-1, not an error. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030B0000 && !defined(Py_LIMITED_API)
static inline PyObject *
capi_compat_PyUnicode_EncodeCharmap(const wchar_t *text, Py_ssize_t size, PyObject *mapping, const char *errors)
{
    PyObject *table = mapping != CAPI_COMPAT_NULL ? mapping : Py_None;
    return capi_compat_encode(text, size, "charmap_encode", errors, table);
}
#  undef PyUnicode_EncodeCharmap
#  define PyUnicode_EncodeCharmap capi_compat_PyUnicode_EncodeCharmap
#endif

/* PyUnicode_EncodeUnicodeEscape: removed in 3.11. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030B0000 && !defined(Py_LIMITED_API)
static inline PyObject *
capi_compat_PyUnicode_EncodeUnicodeEscape(const wchar_t *text, Py_ssize_t size)
{
    PyObject *bytes, *string = PyUnicode_FromWideChar(text, size);
    if (string == CAPI_COMPAT_NULL) {
        return CAPI_COMPAT_NULL;
    }
    bytes = PyUnicode_AsUnicodeEscapeString(string);
    Py_DECREF(string);
    return bytes;
}
#  undef PyUnicode_EncodeUnicodeEscape
#  define PyUnicode_EncodeUnicodeEscape capi_compat_PyUnicode_EncodeUnicodeEscape
#endif

/* PyUnicode_EncodeRawUnicodeEscape: removed in 3.11. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030B0000 && !defined(Py_LIMITED_API)
static inline PyObject *
capi_compat_PyUnicode_EncodeRawUnicodeEscape(const wchar_t *text, Py_ssize_t size)
{
    PyObject *bytes, *string = PyUnicode_FromWideChar(text, size);
    if (string == CAPI_COMPAT_NULL) {
        return CAPI_COMPAT_NULL;
    }
    bytes = PyUnicode_AsRawUnicodeEscapeString(string);
    Py_DECREF(string);
    return bytes;
}
#  undef PyUnicode_EncodeRawUnicodeEscape
#  define PyUnicode_EncodeRawUnicodeEscape capi_compat_PyUnicode_EncodeRawUnicodeEscape
#endif

/* PyUnicode_TranslateCharmap: removed in 3.11. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030B0000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
static inline PyObject *
capi_compat_PyUnicode_TranslateCharmap(const wchar_t *text, Py_ssize_t size, PyObject *mapping, const char *errors)
{
    PyObject *result, *string = PyUnicode_FromWideChar(text, size);
    if (string == CAPI_COMPAT_NULL) {
        return CAPI_COMPAT_NULL;
    }
    result = PyUnicode_Translate(string, mapping, errors);
    Py_DECREF(string);
    return result;
}
#  undef PyUnicode_TranslateCharmap
#  define PyUnicode_TranslateCharmap capi_compat_PyUnicode_TranslateCharmap
#endif

/* PyUnicode_AsDecodedObject: removed in 3.15. Differs: it does not warn that it is deprecated. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030F0000
static inline PyObject *
capi_compat_PyUnicode_AsDecodedObject(PyObject *unicode, const char *encoding, const char *errors)
{
    if (!PyUnicode_Check(unicode)) {
        PyErr_BadArgument();
        return CAPI_COMPAT_NULL;
    }
    return PyCodec_Decode(unicode, encoding != CAPI_COMPAT_NULL ? encoding : "utf-8", errors);
}
#  undef PyUnicode_AsDecodedObject
#  define PyUnicode_AsDecodedObject capi_compat_PyUnicode_AsDecodedObject
#endif

/* PyUnicode_AsEncodedObject: removed in 3.15. Differs: it does not warn that it is deprecated. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030F0000
static inline PyObject *
capi_compat_PyUnicode_AsEncodedObject(PyObject *unicode, const char *encoding, const char *errors)
{
    if (!PyUnicode_Check(unicode)) {
        PyErr_BadArgument();
        return CAPI_COMPAT_NULL;
    }
    return PyCodec_Encode(unicode, encoding != CAPI_COMPAT_NULL ? encoding : "utf-8", errors);
}
#  undef PyUnicode_AsEncodedObject
#  define PyUnicode_AsEncodedObject capi_compat_PyUnicode_AsEncodedObject
#endif

/* PyUnicode_AsDecodedUnicode: removed in 3.15. The type in the message is that of the argument, as it always was.
 * Differs: it does not warn that it is deprecated. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030F0000 && !defined(Py_LIMITED_API)
static inline PyObject *
capi_compat_PyUnicode_AsDecodedUnicode(PyObject *unicode, const char *encoding, const char *errors)
{
    PyObject *result;
    const char *codec = encoding != CAPI_COMPAT_NULL ? encoding : "utf-8";
    if (!PyUnicode_Check(unicode)) {
        PyErr_BadArgument();
        return CAPI_COMPAT_NULL;
    }
    result = PyCodec_Decode(unicode, codec, errors);
    if (result != CAPI_COMPAT_NULL && !PyUnicode_Check(result)) {
        PyErr_Format(PyExc_TypeError, "'%.400s' decoder returned '%.400s' instead of 'str'; use codecs.decode() to decode to arbitrary types",
                     codec, Py_TYPE(unicode)->tp_name);
        Py_DECREF(result);
        return CAPI_COMPAT_NULL;
    }
    return result;
}
#  undef PyUnicode_AsDecodedUnicode
#  define PyUnicode_AsDecodedUnicode capi_compat_PyUnicode_AsDecodedUnicode
#endif

/* PyUnicode_AsEncodedUnicode: removed in 3.15. Differs: it does not warn that it is deprecated. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030F0000 && !defined(Py_LIMITED_API)
static inline PyObject *
capi_compat_PyUnicode_AsEncodedUnicode(PyObject *unicode, const char *encoding, const char *errors)
{
    PyObject *result;
    const char *codec = encoding != CAPI_COMPAT_NULL ? encoding : "utf-8";
    if (!PyUnicode_Check(unicode)) {
        PyErr_BadArgument();
        return CAPI_COMPAT_NULL;
    }
    result = PyCodec_Encode(unicode, codec, errors);
    if (result != CAPI_COMPAT_NULL && !PyUnicode_Check(result)) {
        PyErr_Format(PyExc_TypeError, "'%.400s' encoder returned '%.400s' instead of 'str'; use codecs.encode() to encode to arbitrary types",
                     codec, Py_TYPE(result)->tp_name);
        Py_DECREF(result);
        return CAPI_COMPAT_NULL;
    }
    return result;
}
#  undef PyUnicode_AsEncodedUnicode
#  define PyUnicode_AsEncodedUnicode capi_compat_PyUnicode_AsEncodedUnicode
#endif

/* _PyErr_OCCURRED: removed in 3.10. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030A0000
#  undef _PyErr_OCCURRED
#  define _PyErr_OCCURRED() PyErr_Occurred()
#endif

/* _PyErr_FormatFromCause: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API)
static inline PyObject *
capi_compat__PyErr_FormatFromCause(PyObject *type, const char *format, ...)
{
    va_list values;
    PyObject *error, *cause = PyErr_GetRaisedException();
    va_start(values, format);
    PyErr_FormatV(type, format, values);
    va_end(values);
    error = PyErr_GetRaisedException();
    PyException_SetCause(error, Py_XNewRef(cause));
    PyException_SetContext(error, cause);
    PyErr_SetRaisedException(error);
    return CAPI_COMPAT_NULL;
}
#  undef _PyErr_FormatFromCause
#  define _PyErr_FormatFromCause capi_compat__PyErr_FormatFromCause
#endif

/* _PyErr_ChainExceptions: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API)
static inline void
capi_compat__PyErr_ChainExceptions(PyObject *type, PyObject *value, PyObject *traceback)
{
    PyObject *error;
    if (type == CAPI_COMPAT_NULL) {
        return;
    }
    error = PyErr_GetRaisedException();
    CAPI_COMPAT_BEGIN_DEPRECATED
    if (error == CAPI_COMPAT_NULL) {
        PyErr_Restore(type, value, traceback);
        return;
    }
    PyErr_NormalizeException(&type, &value, &traceback);
    CAPI_COMPAT_END_DEPRECATED
    if (traceback != CAPI_COMPAT_NULL) {
        PyException_SetTraceback(value, traceback);
        Py_DECREF(traceback);
    }
    Py_DECREF(type);
    PyException_SetContext(error, value);
    PyErr_SetRaisedException(error);
}
#  undef _PyErr_ChainExceptions
#  define _PyErr_ChainExceptions capi_compat__PyErr_ChainExceptions
#endif

/* _PyErr_SetKeyError: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API)
static inline void
capi_compat__PyErr_SetKeyError(PyObject *key)
{
    PyObject *args = PyTuple_Pack(1, key);
    if (args != CAPI_COMPAT_NULL) {
        PyErr_SetObject(PyExc_KeyError, args);
        Py_DECREF(args);
    }
}
#  undef _PyErr_SetKeyError
#  define _PyErr_SetKeyError capi_compat__PyErr_SetKeyError
#endif

/* _PyGen_SetStopIterationValue: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API)
static inline int
capi_compat__PyGen_SetStopIterationValue(PyObject *value)
{
    PyObject *error;
    /* Such a value would be taken for the arguments, or for the exception. */
    if (value == CAPI_COMPAT_NULL || (!PyTuple_Check(value) && !PyExceptionInstance_Check(value))) {
        PyErr_SetObject(PyExc_StopIteration, value);
        return 0;
    }
    error = PyObject_CallOneArg(PyExc_StopIteration, value);
    if (error == CAPI_COMPAT_NULL) {
        return -1;
    }
    PyErr_SetObject(PyExc_StopIteration, error);
    Py_DECREF(error);
    return 0;
}
#  undef _PyGen_SetStopIterationValue
#  define _PyGen_SetStopIterationValue capi_compat__PyGen_SetStopIterationValue
#endif

/* _PyGen_FetchStopIterationValue: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API)
static inline int
capi_compat__PyGen_FetchStopIterationValue(PyObject **value)
{
    PyObject *error;
    if (!PyErr_Occurred()) {
        *value = Py_NewRef(Py_None);
        return 0;
    }
    if (!PyErr_ExceptionMatches(PyExc_StopIteration)) {
        return -1;
    }
    error = PyErr_GetRaisedException();
    *value = Py_XNewRef(CAPI_COMPAT_PTR(PyStopIterationObject *, error)->value);
    if (*value == CAPI_COMPAT_NULL) {
        *value = Py_NewRef(Py_None);
    }
    Py_DECREF(error);
    return 0;
}
#  undef _PyGen_FetchStopIterationValue
#  define _PyGen_FetchStopIterationValue capi_compat__PyGen_FetchStopIterationValue
#endif

/* PyEval_ThreadsInitialized: removed in 3.13. Differs: with Py_LIMITED_API it is always 1. Without, it is 0 where no
 * Python has been started. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000
static inline int
capi_compat_PyEval_ThreadsInitialized(void)
{
#ifdef Py_LIMITED_API
    return 1;
#else
    return PyInterpreterState_Main() != CAPI_COMPAT_NULL;
#endif
}
#  undef PyEval_ThreadsInitialized
#  define PyEval_ThreadsInitialized capi_compat_PyEval_ThreadsInitialized
#endif

/* _Py_IsFinalizing: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API)
#  undef _Py_IsFinalizing
#  define _Py_IsFinalizing Py_IsFinalizing
#endif

/* _PyInterpreterState_Get: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API)
#  undef _PyInterpreterState_Get
#  define _PyInterpreterState_Get PyInterpreterState_Get
#endif

/* PyImport_ImportModuleNoBlock: removed in 3.15. Differs: it does not warn that it is deprecated. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030F0000
#  undef PyImport_ImportModuleNoBlock
#  define PyImport_ImportModuleNoBlock PyImport_ImportModule
#endif

/* _PyImport_GetModuleAttr: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API)
#  undef _PyImport_GetModuleAttr
#  define _PyImport_GetModuleAttr PyImport_ImportModuleAttr
#endif

/* _PyImport_GetModuleAttrString: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API)
#  undef _PyImport_GetModuleAttrString
#  define _PyImport_GetModuleAttrString PyImport_ImportModuleAttrString
#endif

/* _PyModule_Add: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API)
#  undef _PyModule_Add
#  define _PyModule_Add PyModule_Add
#endif

/* _PyTime_round_t, _PyTime_ROUND_FLOOR, _PyTime_ROUND_CEILING, _PyTime_ROUND_HALF_EVEN, _PyTime_ROUND_UP,
 * _PyTime_ROUND_TIMEOUT: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
typedef enum {
    CAPI_COMPAT_ROUND_FLOOR = 0,
    CAPI_COMPAT_ROUND_CEILING = 1,
    CAPI_COMPAT_ROUND_HALF_EVEN = 2,
    CAPI_COMPAT_ROUND_UP = 3
} capi_compat__PyTime_round_t;
#  undef _PyTime_round_t
#  define _PyTime_round_t capi_compat__PyTime_round_t
#  undef _PyTime_ROUND_FLOOR
#  define _PyTime_ROUND_FLOOR CAPI_COMPAT_ROUND_FLOOR
#  undef _PyTime_ROUND_CEILING
#  define _PyTime_ROUND_CEILING CAPI_COMPAT_ROUND_CEILING
#  undef _PyTime_ROUND_HALF_EVEN
#  define _PyTime_ROUND_HALF_EVEN CAPI_COMPAT_ROUND_HALF_EVEN
#  undef _PyTime_ROUND_UP
#  define _PyTime_ROUND_UP CAPI_COMPAT_ROUND_UP
#  undef _PyTime_ROUND_TIMEOUT
#  define _PyTime_ROUND_TIMEOUT CAPI_COMPAT_ROUND_UP
#endif

/* A time in another unit. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
static inline PyTime_t
capi_compat_time_in(PyTime_t time, PyTime_t unit, capi_compat__PyTime_round_t round)
{
    PyTime_t whole = time / unit, rest = time % unit;
    /* What division has cut off, its sign gone: no larger than the unit. */
    PyTime_t cut = rest < 0 ? -rest : rest;
    int away = round == CAPI_COMPAT_ROUND_UP || (round == CAPI_COMPAT_ROUND_CEILING && time > 0)
        || (round == CAPI_COMPAT_ROUND_FLOOR && time < 0)
        || (round == CAPI_COMPAT_ROUND_HALF_EVEN && (cut > unit / 2 || (cut == unit / 2 && whole % 2 != 0)));
    if (cut == 0 || !away) {
        return whole;
    }
    return time < 0 ? whole - 1 : whole + 1;
}
#endif

/* _PyTime_AsMilliseconds: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
#  undef _PyTime_AsMilliseconds
#  define _PyTime_AsMilliseconds(t, round) capi_compat_time_in(t, 1000000, round)
#endif

/* _PyTime_AsMicroseconds: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
#  undef _PyTime_AsMicroseconds
#  define _PyTime_AsMicroseconds(t, round) capi_compat_time_in(t, 1000, round)
#endif

/* A number of units, each of so many nanoseconds. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
#  include <math.h>
static inline int
capi_compat_time_from(PyTime_t *result, PyObject *obj, PyTime_t unit, capi_compat__PyTime_round_t round)
{
    if (PyFloat_Check(obj)) {
        double value = PyFloat_AS_DOUBLE(obj), lower;
        if (value != value) {
            PyErr_SetString(PyExc_ValueError, "Invalid value NaN (not a number)");
            return -1;
        }
        value *= CAPI_COMPAT_CAST(double, unit);
        lower = floor(value);
        if (round == CAPI_COMPAT_ROUND_HALF_EVEN) {
            double above = value - lower;
            value = above > 0.5 || (above == 0.5 && fmod(lower, 2.0) != 0.0) ? lower + 1.0 : lower;
        }
        else if (round == CAPI_COMPAT_ROUND_FLOOR || (round == CAPI_COMPAT_ROUND_UP && value < 0.0)) {
            value = lower;
        }
        else {
            value = ceil(value);
        }
        /* 2 to the power of 63 is the first float that is too large. */
        if (value >= -9223372036854775808.0 && value < 9223372036854775808.0) {
            *result = CAPI_COMPAT_CAST(PyTime_t, value);
            return 0;
        }
        *result = 0;
    }
    else {
        long long value = PyLong_AsLongLong(obj);
        if (value == -1 && PyErr_Occurred()) {
            if (!PyErr_ExceptionMatches(PyExc_OverflowError)) {
                return -1;
            }
        }
        else if (value >= PyTime_MIN / unit && value <= PyTime_MAX / unit) {
            *result = value * unit;
            return 0;
        }
    }
    PyErr_SetString(PyExc_OverflowError, "timestamp too large to convert to C _PyTime_t");
    return -1;
}
#endif

/* _PyTime_FromSecondsObject: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
#  undef _PyTime_FromSecondsObject
#  define _PyTime_FromSecondsObject(t, obj, round) capi_compat_time_from(t, obj, 1000000000, round)
#endif

/* _PyTime_FromMillisecondsObject: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
#  undef _PyTime_FromMillisecondsObject
#  define _PyTime_FromMillisecondsObject(t, obj, round) capi_compat_time_from(t, obj, 1000000, round)
#endif

/* A tree of the old parser: only pointers to it are had, and they point to the root object of the new parser's tree. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030A0000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
typedef struct _node capi_compat_node;
static inline capi_compat_node *
capi_compat_parse(const char *text, const char *filename, int start)
{
    PyCompilerFlags flags;
    flags.cf_flags = PyCF_ONLY_AST;
    flags.cf_feature_version = PY_MINOR_VERSION;
    return CAPI_COMPAT_CAST(capi_compat_node *,
                            CAPI_COMPAT_CAST(void *, Py_CompileStringExFlags(text, filename, start, &flags, -1)));
}
#endif

/* PyParser_SimpleParseString: removed in 3.10. Differs: what it returns is only for PyNode_Compile and PyNode_Free. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030A0000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
#  undef PyParser_SimpleParseString
#  define PyParser_SimpleParseString(text, start) capi_compat_parse(text, "<string>", start)
#endif

/* PyParser_SimpleParseFile: removed in 3.10. Differs: what it returns is only for PyNode_Compile and PyNode_Free. The
 * file is read to its end before it is parsed. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030A0000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
static inline capi_compat_node *
capi_compat_PyParser_SimpleParseFile(FILE *file, const char *filename, int start)
{
    capi_compat_node *result = CAPI_COMPAT_NULL;
    size_t size = 0, room = 4096;
    char *text = CAPI_COMPAT_CAST(char *, PyMem_Malloc(room));
    while (text != CAPI_COMPAT_NULL) {
        char *larger;
        size += fread(text + size, 1, room - 1 - size, file);
        if (size < room - 1) {
            break;
        }
        room *= 2;
        larger = CAPI_COMPAT_CAST(char *, PyMem_Realloc(text, room));
        if (larger == CAPI_COMPAT_NULL) {
            PyMem_Free(text);
        }
        text = larger;
    }
    if (text == CAPI_COMPAT_NULL) {
        PyErr_NoMemory();
        return CAPI_COMPAT_NULL;
    }
    text[size] = '\0';
    if (ferror(file)) {
        PyErr_SetFromErrno(PyExc_OSError);
    }
    else if (strlen(text) != size) {
        PyErr_SetString(PyExc_SyntaxError, "source code cannot contain null bytes");
    }
    else {
        result = capi_compat_parse(text, filename, start);
    }
    PyMem_Free(text);
    return result;
}
#  undef PyParser_SimpleParseFile
#  define PyParser_SimpleParseFile capi_compat_PyParser_SimpleParseFile
#endif

/* PyNode_Compile: removed in 3.10. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030A0000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
static inline PyCodeObject *
capi_compat_PyNode_Compile(capi_compat_node *tree, const char *filename)
{
    PyObject *root = CAPI_COMPAT_CAST(PyObject *, CAPI_COMPAT_CAST(void *, tree));
    const char *type = strrchr(Py_TYPE(root)->tp_name, '.');
    const char *mode;
    PyObject *path, *builtins, *code;
    type = type == CAPI_COMPAT_NULL ? Py_TYPE(root)->tp_name : type + 1;
    mode = strcmp(type, "Interactive") == 0 ? "single" : strcmp(type, "Expression") == 0 ? "eval" : "exec";
    path = PyUnicode_DecodeFSDefault(filename);
    if (path == CAPI_COMPAT_NULL) {
        return CAPI_COMPAT_NULL;
    }
    builtins = PyImport_ImportModule("builtins");
    if (builtins == CAPI_COMPAT_NULL) {
        Py_DECREF(path);
        return CAPI_COMPAT_NULL;
    }
    /* No flags, and none of the caller's. */
    code = PyObject_CallMethod(builtins, "compile", "(OOsii)", root, path, mode, 0, 1);
    Py_DECREF(builtins);
    Py_DECREF(path);
    return CAPI_COMPAT_CAST(PyCodeObject *, CAPI_COMPAT_CAST(void *, code));
}
#  undef PyNode_Compile
#  define PyNode_Compile capi_compat_PyNode_Compile
#endif

/* PyNode_Free: removed in 3.10. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030A0000 && !defined(Py_LIMITED_API) \
    && !defined(PYPY_VERSION)
static inline void
capi_compat_PyNode_Free(capi_compat_node *tree)
{
    Py_XDECREF(CAPI_COMPAT_CAST(PyObject *, CAPI_COMPAT_CAST(void *, tree)));
}
#  undef PyNode_Free
#  define PyNode_Free capi_compat_PyNode_Free
#endif

/* PySys_ResetWarnOptions: removed in 3.15. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030F0000
static inline void
capi_compat_PySys_ResetWarnOptions(void)
{
    PyObject *options = PySys_GetObject("warnoptions");
    if (options != CAPI_COMPAT_NULL && PyList_Check(options)) {
        (void)PyList_SetSlice(options, 0, PyList_Size(options), CAPI_COMPAT_NULL);
    }
}
#  undef PySys_ResetWarnOptions
#  define PySys_ResetWarnOptions capi_compat_PySys_ResetWarnOptions
#endif

/* _PySys_GetSizeOf: removed in 3.13. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x030D0000 && !defined(Py_LIMITED_API)
static inline size_t
capi_compat__PySys_GetSizeOf(PyObject *obj)
{
    size_t size = CAPI_COMPAT_CAST(size_t, -1);
    PyObject *number, *function = PyImport_ImportModuleAttrString("sys", "getsizeof");
    if (function == CAPI_COMPAT_NULL) {
        return size;
    }
    number = PyObject_CallOneArg(function, obj);
    Py_DECREF(function);
    if (number != CAPI_COMPAT_NULL) {
        size = PyLong_AsSize_t(number);
        Py_DECREF(number);
    }
    return size;
}
#  undef _PySys_GetSizeOf
#  define _PySys_GetSizeOf capi_compat__PySys_GetSizeOf
#endif


#if defined(__cplusplus) && defined(__GNUC__)
#  pragma GCC diagnostic pop
#endif
#endif  /* !CAPI_COMPAT_H */
