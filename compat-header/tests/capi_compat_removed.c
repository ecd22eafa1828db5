/* A fourth translation unit: what newer Pythons removed. The expectations are the same everywhere, so the Pythons that
 * still have a function check them. Where neither they nor the header have it, nothing is checked. */
#define PY_SSIZE_T_CLEAN
#define CAPI_COMPAT_REMOVED_API
#include <Python.h>
#include "capi_compat.h"
#include <wchar.h>
#if PY_VERSION_HEX < 0x030A0000 && PY_VERSION_HEX >= 0x03000000 && !defined(PYPY_VERSION)
#  include <node.h>
#endif
#ifdef __GNUC__
#  pragma GCC diagnostic ignored "-Wdeprecated-declarations"
/* Macros of older Pythons, and slots of types. */
#  pragma GCC diagnostic ignored "-Wsign-conversion"
#  pragma GCC diagnostic ignored "-Wpedantic"
#  ifdef __cplusplus
#    pragma GCC diagnostic ignored "-Wold-style-cast"
#  endif
#endif
#include "harness.h"

#ifdef __cplusplus
extern "C"
#endif
int capi_compat_test_removed(PyObject *results);

#if PY3

#define NOTHING CAPI_COMPAT_CAST(PyObject *, CAPI_COMPAT_NULL)

/* ---- Calls ---- */

#if CPYTHON
static void
test_calls(void)
{
    PyObject *function = ev("f"), *args = ev("tuple([1, 2])"), *kwargs = ev("{'a': 3}"), *list = ev("[1]");
    PyObject *raises = ev("raises"), *obj = ev("Obj()"), *builtin = ev("len"), *text = ev("('abc',)");
    PyObject *(*call)(PyObject *, PyObject *, PyObject *) = PyEval_CallObjectWithKeywords;
    CHECK(equals(PyEval_CallObjectWithKeywords(function, args, kwargs), "((1, 2), {'a': 3})"));
    CHECK(equals(PyEval_CallObjectWithKeywords(function, NOTHING, kwargs), "((), {'a': 3})"));
    CHECK(equals(PyEval_CallObjectWithKeywords(function, args, NOTHING), "((1, 2), {})"));
    CHECK(equals(call(function, NOTHING, NOTHING), "((), {})"));
    CHECK(PyEval_CallObjectWithKeywords(function, list, NOTHING) == CAPI_COMPAT_NULL && raised(PyExc_TypeError));
    CHECK(has_refs(args, 1) && has_refs(kwargs, 1) && has_refs(list, 1));
    (void)PyEval_CallObjectWithKeywords(function, list, kwargs);
    RAISES(TypeError, "argument list must be a tuple");
    (void)PyEval_CallObjectWithKeywords(function, args, list);
    RAISES(TypeError, "keyword list must be a dictionary");
    (void)PyEval_CallObjectWithKeywords(raises, args, NOTHING);
    RAISES(ValueError, "raised");
    CHECK(equals(PyEval_CallObject(function, args), "((1, 2), {})"));
    CHECK(equals(PyEval_CallObject(function, NOTHING), "((), {})"));
    (void)PyEval_CallObject(Py_None, NOTHING);
    RAISES(TypeError, "'NoneType' object is not callable");
    (void)PyEval_CallObject(function, list);
    RAISES(TypeError, "argument list must be a tuple");

    CHECK(equals(PyEval_CallFunction(function, "(iO)", 1, list), "((1, [1]), {})"));
    CHECK(equals(PyEval_CallFunction(function, "()"), "((), {})"));
    CHECK(equals(PyEval_CallFunction(function, "ii", 1, 2), "((1, 2), {})"));
    CHECK(equals(PyEval_CallFunction(function, "O", args), "((1, 2), {})"));
#if PY_VERSION_HEX >= 0x03080000
    /* Before, the format had to make a tuple. */
    CHECK(equals(PyEval_CallFunction(function, "i", 1), "((1,), {})"));
    CHECK(equals(PyEval_CallFunction(function, ""), "((), {})"));
    CHECK(equals(PyEval_CallFunction(function, CAPI_COMPAT_NULL), "((), {})"));
    CHECK(equals(PyEval_CallMethod(obj, "method", "i", 1), "((1,), {})"));
    CHECK(equals(PyEval_CallMethod(obj, "method", CAPI_COMPAT_NULL), "((), {})"));
    (void)PyEval_CallMethod(obj, "here", "i", 1);
    RAISES(TypeError, "attribute of type 'str' is not callable");
    (void)PyEval_CallFunction(NOTHING, "i", 1);
    RAISES(SystemError, "null argument to internal routine");
    (void)PyEval_CallMethod(obj, CAPI_COMPAT_NULL, "i", 1);
    RAISES(SystemError, "null argument to internal routine");
#endif
    (void)PyEval_CallFunction(function, "(");
    RAISES(SystemError, CAPI_COMPAT_NULL);
    CHECK(equals(PyEval_CallMethod(obj, "method", "(O)", list), "(([1],), {})"));
    CHECK(equals(PyEval_CallMethod(obj, "method", "()"), "((), {})"));
    (void)PyEval_CallMethod(obj, "nothing", "()");
    RAISES(AttributeError, "'Obj' object has no attribute 'nothing'");
    (void)PyEval_CallMethod(obj, "method", "(");
    RAISES(SystemError, CAPI_COMPAT_NULL);
    CHECK(has_refs(args, 1) && has_refs(list, 1) && has_refs(obj, 1));

    CHECK(equals(PyCFunction_Call(builtin, text, NOTHING), "3"));
    (void)PyCFunction_Call(builtin, text, kwargs);
    RAISES(TypeError, "len() takes no keyword arguments");
    (void)PyCFunction_Call(builtin, args, NOTHING);
    RAISES(TypeError, CAPI_COMPAT_NULL);
    Py_DECREF(function);
    Py_DECREF(args);
    Py_DECREF(kwargs);
    Py_DECREF(list);
    Py_DECREF(raises);
    Py_DECREF(obj);
    Py_DECREF(builtin);
    Py_DECREF(text);
}
#endif

#if FULL && CPYTHON
static void
test_fast_calls(void)
{
    PyObject *function = ev("f"), *raises = ev("raises"), *builtin = ev("len"), *sorter = ev("sorted");
    PyObject *args[2], *names = ev("('a',)"), *kwargs = ev("{'a': 3}"), *reverse = ev("{'reverse': 1}"), *list = ev("[1, 2]");
    PyObject *by_name = ev("('reverse',)");
    args[0] = ev("[0]");
    args[1] = ev("7");
    CHECK(equals(_PyObject_FastCall(function, args, 2), "(([0], 7), {})"));
    CHECK(equals(_PyObject_FastCall(function, args, 0), "((), {})"));
    (void)_PyObject_FastCall(raises, args, 1);
    RAISES(ValueError, "raised");
    CHECK(equals(_PyObject_FastCallKeywords(function, args, 1, names), "(([0],), {'a': 7})"));
    CHECK(equals(_PyObject_FastCallKeywords(function, args, 2, NOTHING), "(([0], 7), {})"));
    CHECK(equals(_PyCFunction_FastCallKeywords(builtin, args, 1, NOTHING), "1"));
    Py_XSETREF(args[0], Py_NewRef(list));
    CHECK(equals(_PyCFunction_FastCallKeywords(sorter, args, 1, by_name), "[2, 1]"));
    CHECK(equals(_PyCFunction_FastCallDict(builtin, args, 1, NOTHING), "2"));
    CHECK(equals(_PyCFunction_FastCallDict(sorter, args, 1, reverse), "[2, 1]"));
    (void)_PyCFunction_FastCallDict(builtin, args, 1, kwargs);
    RAISES(TypeError, "len() takes no keyword arguments");
    CHECK(equals(_PyObject_CallNoArg(function), "((), {})"));
    (void)_PyObject_CallNoArg(raises);
    RAISES(ValueError, "raised");
    CHECK(has_refs(list, 2) && has_refs(args[0], 2) && has_refs(kwargs, 1) && has_refs(reverse, 1));
    Py_DECREF(args[0]);
    Py_DECREF(args[1]);
    Py_DECREF(function);
    Py_DECREF(raises);
    Py_DECREF(builtin);
    Py_DECREF(sorter);
    Py_DECREF(names);
    Py_DECREF(kwargs);
    Py_DECREF(reverse);
    Py_DECREF(list);
    Py_DECREF(by_name);
}

static void
test_lookups(void)
{
    PyObject *obj = ev("Obj()"), *list = ev("[1]"), *map = ev("{1: 2}"), *number = ev("1000");
#if PY_VERSION_HEX >= 0x03070000
    PyObject *name = str("here"), *found = number;
    CHECK(_PyObject_LookupAttr(obj, name, &found) == 1);
    CHECK(equals(found, "'value'"));
    Py_SETREF(name, str("nothing"));
    CHECK(_PyObject_LookupAttr(obj, name, &found) == 0 && found == CAPI_COMPAT_NULL);
    Py_SETREF(name, str("absent"));
    CHECK(_PyObject_LookupAttr(obj, name, &found) == 0 && found == CAPI_COMPAT_NULL);
    Py_SETREF(name, str("broken"));
    found = number;
    CHECK(_PyObject_LookupAttr(obj, name, &found) == -1 && raised(PyExc_ValueError));
    CHECK(found == CAPI_COMPAT_NULL);
    (void)_PyObject_LookupAttr(obj, number, &found);
    RAISES(TypeError, "attribute name must be string, not 'int'");
    CHECK(found == CAPI_COMPAT_NULL);
    Py_DECREF(name);
#endif
    CHECK(_PyObject_HasLen(list) == 1 && _PyObject_HasLen(map) == 1);
    CHECK(_PyObject_HasLen(number) == 0 && _PyObject_HasLen(obj) == 0);
    Py_DECREF(obj);
    Py_DECREF(list);
    Py_DECREF(map);
    Py_DECREF(number);
}
#endif

/* ---- Buffers, arguments ---- */

#if CPYTHON && (FULL || PY_VERSION_HEX < 0x030D0000 || Py_LIMITED_API >= 0x030B0000)
static void
test_buffers(void)
{
    PyObject *bytes = ev("bytes([97, 98, 99])"), *array = ev("bytearray(b'xyz')"), *number = ev("1000");
    PyObject *strided = ev("memoryview(b'abcd')[::2]");
    const void *data = "old";
    const char *text = "old";
    void *place = CAPI_COMPAT_NULL;
    Py_ssize_t size = 42;
    CHECK(PyObject_AsReadBuffer(bytes, &data, &size) == 0 && size == 3 && memcmp(data, "abc", 3) == 0);
    CHECK(PyObject_AsCharBuffer(bytes, &text, &size) == 0 && size == 3 && memcmp(text, "abc", 3) == 0 && text == data);
    CHECK(PyObject_AsWriteBuffer(array, &place, &size) == 0 && size == 3);
    memcpy(place, "uvw", 3);
    Py_INCREF(array);
    CHECK(equals(array, "bytearray(b'uvw')"));
    CHECK(equals(PyObject_CallMethod(array, "append", "i", 65), "None"));  /* not locked any more */
    CHECK(PyObject_CheckReadBuffer(bytes) == 1 && PyObject_CheckReadBuffer(array) == 1);
    CHECK(PyObject_CheckReadBuffer(number) == 0 && PyObject_CheckReadBuffer(strided) == 0);
    data = "old";
    place = &size;
    size = 42;
    (void)PyObject_AsReadBuffer(number, &data, &size);
    RAISES(TypeError, "a bytes-like object is required, not 'int'");
    (void)PyObject_AsCharBuffer(number, &text, &size);
    RAISES(TypeError, "a bytes-like object is required, not 'int'");
    (void)PyObject_AsReadBuffer(strided, &data, &size);
    RAISES(BufferError, "memoryview: underlying buffer is not C-contiguous");
    (void)PyObject_AsWriteBuffer(number, &place, &size);
    RAISES(TypeError, "expected a writable bytes-like object");
    (void)PyObject_AsWriteBuffer(bytes, &place, &size);
    RAISES(TypeError, "expected a writable bytes-like object");
    CHECK(memcmp(data, "old", 3) == 0 && place == &size && size == 42);
    CHECK(PyObject_AsReadBuffer(NOTHING, &data, &size) == -1 && raised(PyExc_SystemError));
    (void)PyObject_AsReadBuffer(bytes, CAPI_COMPAT_NULL, &size);
    RAISES(SystemError, "null argument to internal routine");
    (void)PyObject_AsCharBuffer(bytes, &text, CAPI_COMPAT_NULL);
    RAISES(SystemError, "null argument to internal routine");
    PyErr_SetString(PyExc_KeyError, "before");
    (void)PyObject_AsWriteBuffer(bytes, CAPI_COMPAT_NULL, &size);
    RAISES(KeyError, "'before'");
    CHECK(has_refs(bytes, 1) && has_refs(array, 1) && has_refs(strided, 1));
    Py_DECREF(bytes);
    Py_DECREF(array);
    Py_DECREF(number);
    Py_DECREF(strided);
}
#  define BUFFERS 1
#endif

#if FULL && CPYTHON
static void
test_arguments(void)
{
    PyObject *none = ev("tuple()"), *args = ev("(1, 2)"), *empty = ev("{}"), *kwargs = ev("{'a': 1}"), *sub = ev("SubDict()");
    CHECK(_PyArg_NoKeywords("name", NOTHING) == 1 && _PyArg_NoKeywords("name", empty) == 1);
    (void)_PyArg_NoKeywords("name", kwargs);
    RAISES(TypeError, PY_VERSION_HEX >= 0x03070000 ? "name() takes no keyword arguments" : CAPI_COMPAT_NULL);
    CHECK(_PyArg_NoKeywords("name", sub) == 0 && raised(PyExc_SystemError));
    CHECK(_PyArg_NoPositional("name", NOTHING) == 1 && _PyArg_NoPositional("name", none) == 1);
    (void)_PyArg_NoPositional("name", args);
    RAISES(TypeError, PY_VERSION_HEX >= 0x03070000 ? "name() takes no positional arguments" : CAPI_COMPAT_NULL);
    (void)_PyArg_NoPositional("name", kwargs);
    RAISES(SystemError, CAPI_COMPAT_NULL);
#if PY_VERSION_HEX >= 0x03090000
    CHECK(_PyArg_NoKwnames("name", NOTHING) == 1 && _PyArg_NoKwnames("name", none) == 1);
    (void)_PyArg_NoKwnames("name", args);
    RAISES(TypeError, "name() takes no keyword arguments");
#endif
#if PY_VERSION_HEX >= 0x03080000
    _PyArg_BadArgument("name", "argument 1", "str", args);
    RAISES(TypeError, "name() argument 1 must be str, not tuple");
    _PyArg_BadArgument("name", "argument 'x'", "int", Py_None);
    RAISES(TypeError, "name() argument 'x' must be int, not None");
    CHECK(_PyArg_CheckPositional("name", 2, 1, 3) == 1 && _PyArg_CheckPositional("name", 0, 0, 0) == 1);
    CHECK(_PyArg_CheckPositional("name", 100, 1, PY_SSIZE_T_MAX) == 1);
    (void)_PyArg_CheckPositional("name", 0, 1, 1);
    RAISES(TypeError, "name expected 1 argument, got 0");
    (void)_PyArg_CheckPositional("name", 1, 2, 3);
    RAISES(TypeError, "name expected at least 2 arguments, got 1");
    (void)_PyArg_CheckPositional("name", 4, 2, 3);
    RAISES(TypeError, "name expected at most 3 arguments, got 4");
    (void)_PyArg_CheckPositional("name", 2, 0, 1);
    RAISES(TypeError, "name expected at most 1 argument, got 2");
    (void)_PyArg_CheckPositional(CAPI_COMPAT_NULL, 4, 3, 3);
    RAISES(TypeError, "unpacked tuple should have 3 elements, but has 4");
    (void)_PyArg_CheckPositional(CAPI_COMPAT_NULL, 0, 1, 2);
    RAISES(TypeError, "unpacked tuple should have at least 1 element, but has 0");
#endif
    Py_DECREF(none);
    Py_DECREF(args);
    Py_DECREF(empty);
    Py_DECREF(kwargs);
    Py_DECREF(sub);
}

/* ---- Fields, counts, weak references ---- */

static void
test_fields(void)
{
    PyObject *obj = ev("Obj()"), *sub = ev("type('Sub', (Obj,), {})"), *bytes = ev("bytes([1, 2, 3, 4])");
    PyTypeObject *type = Py_TYPE(obj);
    PyNoArgsFunction text = PyObject_Str;
    Py_ssize_t *size = &Py_SIZE(bytes);
    Py_INCREF(sub);
    Py_TYPE(obj) = CAPI_COMPAT_PTR(PyTypeObject *, sub);
    CHECK(PyObject_IsInstance(obj, sub) == 1);
    Py_TYPE(obj) = type;
    CHECK(PyObject_IsInstance(obj, sub) == 0);
    Py_DECREF(sub);
    Py_SIZE(bytes) = 3;
    CHECK(*size == 3 && PyBytes_Size(bytes) == 3);
    Py_SIZE(bytes)++;
    CHECK(PyBytes_Size(bytes) == 4 && Py_TYPE(CAPI_COMPAT_PTR(PyBytesObject *, bytes)) == &PyBytes_Type);
    CHECK(equals(text(Py_None), "'None'"));
#if !defined(Py_REF_DEBUG) && !defined(Py_TRACE_REFS)
    _Py_INC_REFTOTAL;
    _Py_DEC_REFTOTAL;
#  if PY_VERSION_HEX < 0x030E0000
    _Py_ForgetReference(obj);
    CHECK(has_refs(obj, 1));
#  endif
#endif
    Py_DECREF(sub);
    Py_DECREF(obj);
    Py_DECREF(bytes);
}
#endif

#if CPYTHON
static void
test_weak_references(void)
{
    PyObject *obj = ev("Obj()"), *ref = PyWeakref_NewRef(obj, CAPI_COMPAT_NULL), *number = ev("1000");
    CHECK(PyWeakref_GetObject(ref) == obj && has_refs(obj, 1));
#if FULL
    CHECK(PyWeakref_GET_OBJECT(ref) == obj && has_refs(obj, 1));
#endif
    (void)PyWeakref_GetObject(number);
    RAISES(SystemError, CAPI_COMPAT_NULL);
    (void)PyWeakref_GetObject(NOTHING);
    RAISES(SystemError, CAPI_COMPAT_NULL);
    Py_DECREF(obj);
    CHECK(PyWeakref_GetObject(ref) == Py_None);
#if FULL
    CHECK(PyWeakref_GET_OBJECT(ref) == Py_None);
#endif
    Py_DECREF(ref);
    Py_DECREF(number);
}
#endif

#if FULL && CPYTHON
typedef struct {
    PyObject_HEAD
    PyObject *next;
} chain_link;

static long links_freed;

static int
link_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(CAPI_COMPAT_PTR(chain_link *, self)->next);
#if PY_VERSION_HEX >= 0x03090000
    Py_VISIT(CAPI_COMPAT_OBJECT(Py_TYPE(self)));
#endif
    return 0;
}

static void
link_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_TRASHCAN_SAFE_BEGIN(self)
    {
        PyTypeObject *type = Py_TYPE(self);
        Py_CLEAR(CAPI_COMPAT_PTR(chain_link *, self)->next);
        PyObject_GC_Del(self);
        links_freed++;
#if PY_VERSION_HEX >= 0x03080000
        Py_DECREF(CAPI_COMPAT_OBJECT(type));
#else
        (void)type;
#endif
    }
    Py_TRASHCAN_SAFE_END(self)
}

static PyType_Slot link_slots[] = {
    {Py_tp_dealloc, CAPI_COMPAT_PTR(void *, link_dealloc)},
    {Py_tp_traverse, CAPI_COMPAT_PTR(void *, link_traverse)},
    {0, CAPI_COMPAT_NULL},
};

static PyType_Spec link_spec = {"capi_compat.chain_link", sizeof(chain_link), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, link_slots};

static void
test_trashcan(void)
{
    enum { count = 200000 };
    long i;
    PyObject *type = PyType_FromSpec(&link_spec), *first = CAPI_COMPAT_NULL;
    CHECK(type != CAPI_COMPAT_NULL);
    for (i = 0; i < count; i++) {
        PyObject *obj = CAPI_COMPAT_PTR(PyTypeObject *, type)->tp_alloc(CAPI_COMPAT_PTR(PyTypeObject *, type), 0);
        CAPI_COMPAT_PTR(chain_link *, obj)->next = first;
        first = obj;
    }
    links_freed = 0;
    Py_DECREF(first);
    CHECK(links_freed == count);
    Py_DECREF(type);
}

static void
test_garbage(void)
{
    PyObject *list = PyList_New(0), *obj = ev("Obj()");
    CHECK(_PyObject_GC_IS_TRACKED(list));
#if PY_VERSION_HEX < 0x03070000 || PY_VERSION_HEX >= 0x03080000
    /* In 3.7 they need a variable that is not exported. */
    _PyObject_GC_UNTRACK(list);
    CHECK(!_PyObject_GC_IS_TRACKED(list));
    _PyObject_GC_TRACK(list);
#endif
    CHECK(_PyObject_GC_IS_TRACKED(list));
    CHECK(!_PyGC_FINALIZED(list) && !_PyGC_FINALIZED(obj));
    CHECK(has_refs(list, 1));
    Py_DECREF(list);
    Py_DECREF(obj);
}

/* ---- Identifiers ---- */

static _Py_Identifier id_here, id_nothing, id_broken, id_method, id_sys, id_flag;

static void
name_identifier(_Py_Identifier *id, const char *name)
{
    id->string = name;
#if PY_VERSION_HEX >= 0x030A0000
    id->index = -1;
#endif
}

static void
test_identifiers_of_objects(void)
{
    PyObject *obj = ev("Obj()"), *one = ev("[1]"), *two = ev("[2]"), *number = ev("1000");
    name_identifier(&id_here, "here");
    name_identifier(&id_nothing, "nothing");
    name_identifier(&id_broken, "broken");
    name_identifier(&id_method, "method");
    CHECK(_PyObject_SetAttrId(obj, &id_here, one) == 0 && has_refs(one, 2));
    CHECK(equals(PyObject_GetAttrString(obj, "here"), "[1]"));
    CHECK(_PyObject_SetAttrId(number, &id_here, one) == -1 && raised(PyExc_AttributeError));
    CHECK(_PyObject_HasAttrId(obj, &id_here) == 1 && _PyObject_HasAttrId(obj, &id_nothing) == 0);
#if PY_VERSION_HEX >= 0x03070000
    {
        PyObject *found = number;
        CHECK(_PyObject_LookupAttrId(obj, &id_here, &found) == 1 && found == one && has_refs(one, 3));
        Py_DECREF(found);
        CHECK(_PyObject_LookupAttrId(obj, &id_nothing, &found) == 0 && found == CAPI_COMPAT_NULL);
        (void)_PyObject_LookupAttrId(obj, &id_broken, &found);
        RAISES(ValueError, "broken");
        CHECK(found == CAPI_COMPAT_NULL);
    }
#endif
#if PY_VERSION_HEX >= 0x03090000
    CHECK(equals(_PyObject_CallMethodIdNoArgs(obj, &id_method), "((), {})"));
    CHECK(equals(_PyObject_CallMethodIdOneArg(obj, &id_method, one), "(([1],), {})"));
    (void)_PyObject_CallMethodIdNoArgs(obj, &id_nothing);
    RAISES(AttributeError, "'Obj' object has no attribute 'nothing'");
#endif
    CHECK(equals(_PyObject_CallMethodIdObjArgs(obj, &id_method, one, two, NOTHING), "(([1], [2]), {})"));
    CHECK(equals(_PyObject_CallMethodIdObjArgs(obj, &id_method, NOTHING), "((), {})"));
    (void)_PyObject_CallMethodIdObjArgs(obj, &id_nothing, one, NOTHING);
    RAISES(AttributeError, "'Obj' object has no attribute 'nothing'");
    (void)_PyObject_CallMethodIdObjArgs(NOTHING, &id_nothing, one, NOTHING);
    RAISES(SystemError, "null argument to internal routine");
    CHECK(has_refs(one, 2) && has_refs(two, 1) && has_refs(obj, 1));
    Py_DECREF(obj);
    Py_DECREF(one);
    Py_DECREF(two);
    Py_DECREF(number);
}

static void
test_identifiers_of_others(void)
{
    PyObject *dict = ev("{'here': [1]}"), *one = ev("[1]"), *number = ev("1000"), *text = ev("'here'"), *value;
    name_identifier(&id_here, "here");
    name_identifier(&id_nothing, "nothing");
    name_identifier(&id_sys, "sys");
    name_identifier(&id_flag, "capi_compat_flag");
    value = _PyDict_GetItemId(dict, &id_here);
    CHECK(value != CAPI_COMPAT_NULL && has_refs(value, 1));
    CHECK(_PyDict_GetItemId(dict, &id_nothing) == CAPI_COMPAT_NULL);
    CHECK(_PyDict_GetItemId(number, &id_here) == CAPI_COMPAT_NULL);
    CHECK(_PyDict_GetItemIdWithError(dict, &id_here) == value && has_refs(value, 1));
    CHECK(_PyDict_GetItemIdWithError(dict, &id_nothing) == CAPI_COMPAT_NULL);
    (void)_PyDict_GetItemIdWithError(number, &id_here);
    RAISES(SystemError, CAPI_COMPAT_NULL);
    CHECK(_PyDict_SetItemId(dict, &id_nothing, one) == 0 && has_refs(one, 2));
    CHECK(equals(Py_NewRef(dict), "{'here': [1], 'nothing': [1]}"));
#if PY_VERSION_HEX >= 0x030A0000
    CHECK(_PyDict_ContainsId(dict, &id_here) == 1 && _PyDict_ContainsId(dict, &id_sys) == 0);
#endif
    CHECK(_PyDict_DelItemId(dict, &id_nothing) == 0 && has_refs(one, 1));
    (void)_PyDict_DelItemId(dict, &id_nothing);
    RAISES(KeyError, "'nothing'");
    CHECK(_PyUnicode_EqualToASCIIId(text, &id_here) == 1 && _PyUnicode_EqualToASCIIId(text, &id_sys) == 0);
#if PY_VERSION_HEX >= 0x03070000
    CHECK(equals(_PyImport_GetModuleId(&id_sys), "sys"));
    CHECK(_PyImport_GetModuleId(&id_nothing) == CAPI_COMPAT_NULL);
#endif
    CHECK(_PySys_GetObjectId(&id_nothing) == CAPI_COMPAT_NULL);
    CHECK(_PySys_SetObjectId(&id_flag, one) == 0 && has_refs(one, 2));
    CHECK(_PySys_GetObjectId(&id_flag) == one && has_refs(one, 2));
    CHECK(_PySys_SetObjectId(&id_flag, CAPI_COMPAT_NULL) == 0 && has_refs(one, 1));
    CHECK(_PySys_GetObjectId(&id_flag) == CAPI_COMPAT_NULL);
    Py_DECREF(dict);
    Py_DECREF(one);
    Py_DECREF(number);
    Py_DECREF(text);
}

/* ---- Containers and numbers ---- */

static void
test_containers(void)
{
    PyObject *dict = ev("{'here': [1]}"), *list = ev("[1]"), *more = ev("[2, 3]"), *set = ev("{1}"), *frozen = ev("frozenset([1])");
    PyObject *number = ev("1000"), *none;
#if PY_VERSION_HEX >= 0x030B0000
    PyObject *key = str("here"), *value = _PyDict_GetItemWithError(dict, key);
    CHECK(value != CAPI_COMPAT_NULL && has_refs(value, 1));
    Py_SETREF(key, str("nothing"));
    CHECK(_PyDict_GetItemWithError(dict, key) == CAPI_COMPAT_NULL);
    Py_DECREF(key);
#endif
    none = _PyList_Extend(CAPI_COMPAT_PTR(PyListObject *, list), more);
    CHECK(none == Py_None);
    Py_XDECREF(none);
    CHECK(equals(Py_NewRef(list), "[1, 2, 3]") && has_refs(more, 1));
    (void)_PyList_Extend(CAPI_COMPAT_PTR(PyListObject *, list), number);
    RAISES(TypeError, "'int' object is not iterable");
    CHECK(_PySet_Update(set, more) == 0);
    CHECK(equals(Py_NewRef(set), "{1, 2, 3}") && has_refs(more, 1));
    (void)_PySet_Update(set, number);
    RAISES(TypeError, "'int' object is not iterable");
    (void)_PySet_Update(frozen, more);
    RAISES(SystemError, CAPI_COMPAT_NULL);
    (void)_PySet_Update(number, more);
    RAISES(SystemError, CAPI_COMPAT_NULL);
    Py_DECREF(dict);
    Py_DECREF(list);
    Py_DECREF(more);
    Py_DECREF(set);
    Py_DECREF(frozen);
    Py_DECREF(number);
}

static void
test_numbers(void)
{
    PyObject *number = ev("-1000"), *big = ev("1 << 200"), *text = ev("'1'"), *boolean = ev("True");
    CHECK(_PyLong_AsInt(number) == -1000);
    (void)_PyLong_AsInt(big);
    RAISES(OverflowError, "Python int too large to convert to C int");
    (void)_PyLong_AsInt(text);
    RAISES(TypeError, CAPI_COMPAT_NULL);
    CHECK(equals(_PyLong_Format(number, 16), "'-0x3e8'") && equals(_PyLong_Format(number, 10), "'-1000'"));
    CHECK(equals(_PyLong_Format(number, 8), "'-0o1750'") && equals(_PyLong_Format(number, 2), "'-0b1111101000'"));
    CHECK(equals(_PyLong_Format(boolean, 10), "'1'"));
    (void)_PyLong_Format(text, 10);
    RAISES(SystemError, CAPI_COMPAT_NULL);
#if PY_VERSION_HEX >= 0x03070000
    CHECK(PyLong_AsLong(_PyLong_Zero) == 0 && PyLong_AsLong(_PyLong_One) == 1);
#endif
    CHECK(equals(_PyLong_FromTime_t(-77), "-77"));
    CHECK(_PyLong_AsTime_t(number) == -1000);
    (void)_PyLong_AsTime_t(big);
    RAISES(OverflowError, "timestamp out of range for platform time_t");
    (void)_PyLong_AsTime_t(text);
    RAISES(TypeError, CAPI_COMPAT_NULL);
    Py_DECREF(number);
    Py_DECREF(big);
    Py_DECREF(text);
    Py_DECREF(boolean);
}
#endif

#if FULL && (CPYTHON || PY_VERSION_HEX >= 0x030B0000)
static void
test_floats(void)
{
    unsigned char bytes[8];
    CHECK(_PyFloat_Pack2(1.5, bytes, 1) == 0 && memcmp(bytes, "\x00\x3e", 2) == 0 && _PyFloat_Unpack2(bytes, 1) == 1.5);
    CHECK(_PyFloat_Pack4(-2.25, bytes, 0) == 0 && memcmp(bytes, "\xc0\x10\x00\x00", 4) == 0);
    CHECK(_PyFloat_Unpack4(bytes, 0) == -2.25);
    CHECK(_PyFloat_Pack8(0.1, bytes, 1) == 0 && bytes[7] == 0x3f && _PyFloat_Unpack8(bytes, 1) == 0.1);
    (void)_PyFloat_Pack2(1e10, bytes, 1);
    RAISES(OverflowError, "float too large to pack with e format");
    (void)_PyFloat_Pack4(1e300, bytes, 1);
    RAISES(OverflowError, "float too large to pack with f format");
}
#  define FLOATS 1
#endif

/* ---- Strings ---- */

#if CPYTHON && (FULL || PY_VERSION_HEX >= 0x030C0000)
static void
test_sizes_of_strings(void)
{
    PyObject *text = ev("'a\\x00b\\U0001F600'"), *empty = ev("''"), *number = ev("1000");
    Py_ssize_t size = sizeof(wchar_t) > 2 ? 4 : 5;
    CHECK(PyUnicode_GetSize(text) == size && PyUnicode_GetSize(empty) == 0);
    (void)PyUnicode_GetSize(number);
    RAISES(TypeError, "bad argument type for built-in operation");
#if FULL
    CHECK(PyUnicode_GET_SIZE(text) == size && PyUnicode_GET_SIZE(empty) == 0);
    CHECK(PyUnicode_GET_DATA_SIZE(text) == size * CAPI_COMPAT_CAST(Py_ssize_t, sizeof(wchar_t)));
#endif
    Py_DECREF(text);
    Py_DECREF(empty);
    Py_DECREF(number);
}
#  define SIZES 1
#endif

#if FULL && CPYTHON
static void
test_strings(void)
{
    PyObject *text = ev("'a\\x00b\\xe9'"), *ascii = ev("'ascii'"), *same = ev("'asc' + str('ii')"), *number = ev("1000");
    Py_ssize_t size;
    const char *utf8 = _PyUnicode_AsStringAndSize(text, &size);
    wchar_t *copy = PyUnicode_AsUnicodeCopy(text);
    CHECK(size == 5 && utf8 != CAPI_COMPAT_NULL && memcmp(utf8, "a\0b\xc3\xa9", 6) == 0);
    CHECK(copy != CAPI_COMPAT_NULL && wmemcmp(copy, L"a\0b\xe9", 5) == 0);
    PyMem_Free(copy);
    (void)_PyUnicode_AsStringAndSize(number, &size);
    RAISES(TypeError, "bad argument type for built-in operation");
    (void)PyUnicode_AsUnicodeCopy(number);
    RAISES(TypeError, "bad argument type for built-in operation");
#if PY_VERSION_HEX >= 0x030C0000
    CHECK(_PyUnicode_Ready(text) == 0);
#endif
    CHECK(PyUnicode_GetMax() == (sizeof(wchar_t) > 2 ? 0x10FFFF : 0xFFFF));
    CHECK(_PyUnicode_EQ(ascii, same) == 1 && _PyUnicode_EQ(ascii, text) == 0);
#if PY_VERSION_HEX >= 0x030B0000
    CHECK(_PyUnicode_Equal(ascii, same) == 1 && _PyUnicode_Equal(ascii, text) == 0);
#endif
    CHECK(_PyUnicode_EqualToASCIIString(ascii, "ascii") == 1 && _PyUnicode_EqualToASCIIString(ascii, "asci") == 0);
    CHECK(_PyUnicode_EqualToASCIIString(text, "a") == 0 && _PyUnicode_EqualToASCIIString(ascii, "asciii") == 0);
    CHECK(equals(_PyUnicode_AsUTF8String(text, CAPI_COMPAT_NULL), "b'a\\x00b\\xc3\\xa9'"));
    CHECK(equals(_PyUnicode_AsLatin1String(text, CAPI_COMPAT_NULL), "b'a\\x00b\\xe9'"));
    CHECK(equals(_PyUnicode_AsASCIIString(text, "replace"), "b'a\\x00b?'"));
    (void)_PyUnicode_AsASCIIString(text, CAPI_COMPAT_NULL);
    RAISES(UnicodeEncodeError, "'ascii' codec can't encode character '\\xe9' in position 3: ordinal not in range(128)");
    (void)_PyUnicode_AsUTF8String(number, CAPI_COMPAT_NULL);
    RAISES(TypeError, "bad argument type for built-in operation");
    Py_DECREF(text);
    Py_DECREF(ascii);
    Py_DECREF(same);
    Py_DECREF(number);
}
#endif

#if FULL && (CPYTHON || PY_VERSION_HEX >= 0x030B0000)
static void
test_characters(void)
{
    wchar_t text[16] = L"abcabc", other[16];
    Py_UNICODE_COPY(other, text, 7);
    CHECK(Py_UNICODE_strlen(other) == 6 && Py_UNICODE_strcmp(text, other) == 0);
    Py_UNICODE_FILL(other + 1, L'x', 2);
    CHECK(wcscmp(other, L"axxabc") == 0);
    CHECK(Py_UNICODE_strcmp(text, other) == -1 && Py_UNICODE_strcmp(other, text) == 1);
    CHECK(Py_UNICODE_strncmp(text, other, 1) == 0 && Py_UNICODE_strncmp(text, other, 2) == -1);
    CHECK(Py_UNICODE_strncmp(other, text, 2) == 1 && Py_UNICODE_strncmp(other, text, 0) == 0);
    CHECK(Py_UNICODE_strchr(text, L'b') == text + 1 && Py_UNICODE_strrchr(text, L'b') == text + 4);
    CHECK(Py_UNICODE_strchr(text, L'x') == CAPI_COMPAT_NULL && Py_UNICODE_strrchr(text, L'x') == CAPI_COMPAT_NULL);
    CHECK(Py_UNICODE_strchr(text, 0) == CAPI_COMPAT_NULL && Py_UNICODE_strrchr(text, 0) == CAPI_COMPAT_NULL);
    CHECK(Py_UNICODE_strcpy(other, L"12") == other && Py_UNICODE_strcat(other, text) == other);
    CHECK(wcscmp(other, L"12abcabc") == 0);
}

static void
test_encoders(void)
{
    const wchar_t *text = L"a\xe9";
    PyObject *table = ev("{97: 98, 233: b'xy'}"), *translation = ev("{97: 'xy', 233: None}");
    CHECK(equals(PyUnicode_Encode(text, 2, "utf-8", CAPI_COMPAT_NULL), "b'a\\xc3\\xa9'"));
    CHECK(equals(PyUnicode_Encode(text, 2, CAPI_COMPAT_NULL, CAPI_COMPAT_NULL), "b'a\\xc3\\xa9'"));
    CHECK(equals(PyUnicode_Encode(text, 1, "cp500", "strict"), "b'\\x81'"));
    (void)PyUnicode_Encode(text, 2, "nope", CAPI_COMPAT_NULL);
    RAISES(LookupError, "unknown encoding: nope");
    CHECK(equals(PyUnicode_EncodeUTF8(text, 2, CAPI_COMPAT_NULL), "b'a\\xc3\\xa9'"));
    CHECK(equals(PyUnicode_EncodeLatin1(text, 2, CAPI_COMPAT_NULL), "b'a\\xe9'"));
    CHECK(equals(PyUnicode_EncodeASCII(text, 2, "xmlcharrefreplace"), "b'a&#233;'"));
    (void)PyUnicode_EncodeASCII(text, 2, CAPI_COMPAT_NULL);
    RAISES(UnicodeEncodeError, "'ascii' codec can't encode character '\\xe9' in position 1: ordinal not in range(128)");
#if CPYTHON
    CHECK(equals(PyUnicode_EncodeUTF16(text, 2, CAPI_COMPAT_NULL, -1), "b'a\\x00\\xe9\\x00'"));
    CHECK(equals(PyUnicode_EncodeUTF16(text, 2, "strict", 1), "b'\\x00a\\x00\\xe9'"));
    CHECK(equals(PyUnicode_EncodeUTF16(text, 2, CAPI_COMPAT_NULL, 0), "'a\\xe9'.encode('utf-16')"));
    CHECK(equals(PyUnicode_EncodeUTF32(text, 2, CAPI_COMPAT_NULL, -1), "b'a\\x00\\x00\\x00\\xe9\\x00\\x00\\x00'"));
    CHECK(equals(PyUnicode_EncodeUTF32(text, 2, "strict", 1), "b'\\x00\\x00\\x00a\\x00\\x00\\x00\\xe9'"));
    CHECK(equals(PyUnicode_EncodeUTF32(text, 2, CAPI_COMPAT_NULL, 0), "'a\\xe9'.encode('utf-32')"));
    {
        wchar_t lone[1];
        lone[0] = CAPI_COMPAT_CAST(wchar_t, 0xD800);
        (void)PyUnicode_EncodeUTF16(lone, 1, CAPI_COMPAT_NULL, -1);
        RAISES(UnicodeEncodeError, "'utf-16-le' codec can't encode character '\\ud800' in position 0: surrogates not allowed");
        (void)PyUnicode_EncodeUTF32(lone, 1, CAPI_COMPAT_NULL, 0);
        RAISES(UnicodeEncodeError, "'utf-32' codec can't encode character '\\ud800' in position 0: surrogates not allowed");
        (void)PyUnicode_EncodeUTF16(lone, 1, "nope", 1);
        RAISES(LookupError, "unknown error handler name 'nope'");
        CHECK(equals(PyUnicode_EncodeUTF16(lone, 1, "replace", -1), "b'?\\x00'"));
    }
    CHECK(equals(PyUnicode_EncodeCharmap(text, 2, table, CAPI_COMPAT_NULL), "b'bxy'"));
    CHECK(equals(PyUnicode_EncodeCharmap(text, 2, NOTHING, CAPI_COMPAT_NULL), "b'a\\xe9'"));
    CHECK(equals(PyUnicode_EncodeCharmap(L"z", 1, table, "ignore"), "b''"));
    (void)PyUnicode_EncodeCharmap(L"z", 1, table, CAPI_COMPAT_NULL);
    RAISES(UnicodeEncodeError, "'charmap' codec can't encode character '\\x7a' in position 0: character maps to <undefined>");
    CHECK(equals(PyUnicode_TranslateCharmap(text, 2, translation, "ignore"), "'xy'"));
    (void)PyUnicode_TranslateCharmap(text, 2, translation, CAPI_COMPAT_NULL);
    RAISES(UnicodeTranslateError, "can't translate character '\\xe9' in position 1: character maps to <undefined>");
    (void)PyUnicode_TranslateCharmap(text, 2, Py_None, CAPI_COMPAT_NULL);
    RAISES(TypeError, CAPI_COMPAT_NULL);
#endif
    CHECK(equals(PyUnicode_EncodeUnicodeEscape(text, 2), "b'a\\\\xe9'"));
    CHECK(equals(PyUnicode_EncodeRawUnicodeEscape(L"a\x20ac", 2), "b'a\\\\u20ac'"));
    CHECK(has_refs(table, 1) && has_refs(translation, 1));
    Py_DECREF(table);
    Py_DECREF(translation);
}
#  define CHARACTERS 1
#endif

#if CPYTHON
static void
test_codecs(void)
{
    PyObject *text = str("abc"), *number = ev("1000");
    CHECK(equals(PyUnicode_AsDecodedObject(text, "rot13", CAPI_COMPAT_NULL), "'nop'"));
    CHECK(equals(PyUnicode_AsEncodedObject(text, "utf-8", CAPI_COMPAT_NULL), "b'abc'"));
    CHECK(equals(PyUnicode_AsEncodedObject(text, CAPI_COMPAT_NULL, CAPI_COMPAT_NULL), "b'abc'"));
    (void)PyUnicode_AsEncodedObject(text, "nope", CAPI_COMPAT_NULL);
    RAISES(LookupError, "unknown encoding: nope");
    (void)PyUnicode_AsDecodedObject(number, "utf-8", CAPI_COMPAT_NULL);
    RAISES(TypeError, "bad argument type for built-in operation");
    (void)PyUnicode_AsEncodedObject(number, "utf-8", CAPI_COMPAT_NULL);
    RAISES(TypeError, "bad argument type for built-in operation");
#if FULL
    CHECK(equals(PyUnicode_AsDecodedUnicode(text, "rot13", CAPI_COMPAT_NULL), "'nop'"));
    CHECK(equals(PyUnicode_AsEncodedUnicode(text, "rot13", CAPI_COMPAT_NULL), "'nop'"));
    (void)PyUnicode_AsEncodedUnicode(text, "utf-8", CAPI_COMPAT_NULL);
    RAISES(TypeError, "'utf-8' encoder returned 'bytes' instead of 'str'; use codecs.encode() to encode to arbitrary types");
    ex("import codecs\n"
       "def capi_compat_find(name):\n"
       "    if name == 'capi_compat_int':\n"
       "        return codecs.CodecInfo(lambda text, errors='strict': (1, 1), lambda text, errors='strict': (1, 1))\n"
       "codecs.register(capi_compat_find)\n");
    (void)PyUnicode_AsDecodedUnicode(text, "capi_compat_int", CAPI_COMPAT_NULL);
    RAISES(TypeError, "'capi_compat_int' decoder returned 'str' instead of 'str'; use codecs.decode() to decode to arbitrary types");
    (void)PyUnicode_AsDecodedUnicode(number, "utf-8", CAPI_COMPAT_NULL);
    RAISES(TypeError, "bad argument type for built-in operation");
#endif
    Py_DECREF(text);
    Py_DECREF(number);
}
#endif

/* ---- Errors and the interpreter ---- */

#if FULL && CPYTHON
static void
test_errors(void)
{
    PyObject *error, *other, *key = ev("(1, 2)"), *type, *value, *traceback;
    PyErr_SetString(PyExc_ValueError, "first");
    CHECK(_PyErr_OCCURRED() == PyExc_ValueError && raised(PyExc_ValueError));
    CHECK(_PyErr_OCCURRED() == CAPI_COMPAT_NULL);

    PyErr_SetString(PyExc_ValueError, "first");
    CHECK(_PyErr_FormatFromCause(PyExc_RuntimeError, "second %d", 2) == CAPI_COMPAT_NULL && raised(PyExc_RuntimeError));
    PyErr_SetString(PyExc_ValueError, "first");
    (void)_PyErr_FormatFromCause(PyExc_RuntimeError, "second %d", 2);
    error = PyErr_GetRaisedException();
    other = PyException_GetCause(error);
    CHECK(Py_IS_TYPE(error, CAPI_COMPAT_PTR(PyTypeObject *, PyExc_RuntimeError)));
    CHECK(equals(PyObject_Str(error), "'second 2'") && equals(PyObject_Str(other), "'first'"));
    Py_DECREF(other);
    other = PyException_GetContext(error);
    CHECK(equals(PyObject_Str(other), "'first'") && has_refs(other, 3) && has_refs(error, 1));
    Py_DECREF(other);
    Py_DECREF(error);

    PyErr_SetString(PyExc_ValueError, "first");
    PyErr_Fetch(&type, &value, &traceback);
    _PyErr_ChainExceptions(type, value, traceback);
    RAISES(ValueError, "first");
    _PyErr_ChainExceptions(NOTHING, NOTHING, NOTHING);
    CHECK(PyErr_Occurred() == CAPI_COMPAT_NULL);
    Py_XDECREF(run_text("raises()", Py_eval_input));
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_SetString(PyExc_KeyError, "second");
    _PyErr_ChainExceptions(type, value, traceback);
    error = PyErr_GetRaisedException();
    CHECK(Py_IS_TYPE(error, CAPI_COMPAT_PTR(PyTypeObject *, PyExc_KeyError)));
    other = PyException_GetContext(error);
    CHECK(other != CAPI_COMPAT_NULL && equals(PyObject_Str(other), "'raised'") && has_refs(other, 2));
    traceback = PyException_GetTraceback(other);
    CHECK(traceback != CAPI_COMPAT_NULL);
    Py_XDECREF(traceback);
    Py_XDECREF(other);
    Py_DECREF(error);

    _PyErr_SetKeyError(key);
    error = PyErr_GetRaisedException();
    CHECK(equals(PyObject_GetAttrString(error, "args"), "((1, 2),)"));
    Py_DECREF(error);
    Py_DECREF(key);
}

/* Sets the value, fetches it again, and compares. */
static int
goes_through(PyObject *value, const char *expression)
{
    PyObject *fetched = CAPI_COMPAT_NULL;
    int result = _PyGen_SetStopIterationValue(value) == 0 && PyErr_ExceptionMatches(PyExc_StopIteration)
        && _PyGen_FetchStopIterationValue(&fetched) == 0 && !PyErr_Occurred();
    return equals(fetched, expression) && result;
}

static void
test_stop_iteration(void)
{
    PyObject *list = ev("[1]"), *tuple = ev("(1, 2)"), *error = ev("KeyError(1)"), *stop = ev("StopIteration(5)"), *value = list;
    CHECK(goes_through(list, "[1]") && goes_through(tuple, "(1, 2)") && goes_through(NOTHING, "None"));
    CHECK(goes_through(Py_None, "None"));
    (void)_PyGen_SetStopIterationValue(error);
    CHECK(_PyGen_FetchStopIterationValue(&value) == 0 && value == error);
    Py_XDECREF(value);
    (void)_PyGen_SetStopIterationValue(stop);
    CHECK(_PyGen_FetchStopIterationValue(&value) == 0 && value == stop);
    Py_XDECREF(value);
    CHECK(_PyGen_FetchStopIterationValue(&value) == 0 && value == Py_None);
    Py_XDECREF(value);
    PyErr_SetString(PyExc_ValueError, "other");
    value = list;
    CHECK(_PyGen_FetchStopIterationValue(&value) == -1 && value == list && raised(PyExc_ValueError));
    CHECK(has_refs(list, 1) && has_refs(error, 1) && has_refs(stop, 1));
    Py_DECREF(list);
    Py_DECREF(tuple);
    Py_DECREF(error);
    Py_DECREF(stop);
}

static void
test_interpreter(void)
{
    PyObject *obj = ev("(1, 2, 3)"), *broken = ev("type('Broken', (), {'__sizeof__': raises})()");
    CHECK(equals(PyLong_FromSize_t(_PySys_GetSizeOf(obj)), "sys.getsizeof((1, 2, 3))"));
    CHECK(_PySys_GetSizeOf(broken) == CAPI_COMPAT_CAST(size_t, -1) && raised(PyExc_ValueError));
#if PY_VERSION_HEX >= 0x03070000
    CHECK(PyEval_ThreadsInitialized() == 1);
    CHECK(_Py_IsFinalizing() == 0);
#endif
#if PY_VERSION_HEX >= 0x03080000
    CHECK(_PyInterpreterState_Get() == PyInterpreterState_Get());
#endif
#if PY_VERSION_HEX >= 0x030A0000
    CHECK(equals(_PyImport_GetModuleAttrString("sys", "maxsize"), "sys.maxsize"));
    (void)_PyImport_GetModuleAttrString("sys", "nothing");
    RAISES(AttributeError, CAPI_COMPAT_NULL);
    {
        PyObject *module = str("sys"), *name = str("maxsize");
        CHECK(equals(_PyImport_GetModuleAttr(module, name), "sys.maxsize"));
        Py_DECREF(module);
        Py_DECREF(name);
    }
#endif
#if PY_VERSION_HEX >= 0x030B0000
    {
        PyObject *module = PyImport_AddModuleRef("capi_compat_space"), *list = ev("[1]");
        CHECK(_PyModule_Add(module, "removed_list", Py_NewRef(list)) == 0 && has_refs(list, 2));
        (void)_PyModule_Add(list, "removed_list", Py_NewRef(list));
        RAISES(TypeError, CAPI_COMPAT_NULL);
        CHECK(has_refs(list, 2));
        ex("del removed_list");
        Py_DECREF(module);
        Py_DECREF(list);
    }
#endif
    Py_DECREF(obj);
    Py_DECREF(broken);
}
#endif

#if CPYTHON
static void
test_small_things(void)
{
    CHECK(equals(PyImport_ImportModuleNoBlock("sys"), "sys"));
    (void)PyImport_ImportModuleNoBlock("capi_compat_nothing");
    RAISES(ModuleNotFoundError, "No module named 'capi_compat_nothing'");
    /* Python 3.6, which may run what 3.13 compiled, empties a list of its own. */
    if (equals(ev("sys.version_info >= (3, 7)"), "True")) {
        ex("warn = sys.warnoptions\nsys.warnoptions = mine = ['a', 'b']");
        PySys_ResetWarnOptions();
        CHECK(equals(ev("mine"), "[]"));
        ex("sys.warnoptions = ()");
        PySys_ResetWarnOptions();
        CHECK(PyErr_Occurred() == CAPI_COMPAT_NULL);
        ex("sys.warnoptions = warn");
    }
}
#endif

#if CPYTHON && FULL
static int
time_from(const char *expression, _PyTime_round_t round, PyTime_t *result)
{
    PyObject *value = ev(expression);
    int failed = _PyTime_FromSecondsObject(result, value, round);
    Py_DECREF(value);
    return failed;
}

static void
test_times(void)
{
    static const _PyTime_round_t rounds[] = {
        _PyTime_ROUND_FLOOR, _PyTime_ROUND_CEILING, _PyTime_ROUND_HALF_EVEN, _PyTime_ROUND_UP,
    };
    static const long long times[] = {2500000, -2500000, 1500000, 2500001, -3000000, 0};
    static const long long in_milliseconds[4][6] = {
        {2, -3, 1, 2, -3, 0}, {3, -2, 2, 3, -3, 0}, {2, -2, 2, 3, -3, 0}, {3, -3, 2, 3, -3, 0},
    };
    static const char *const seconds[] = {"2.5e-9", "-2.5e-9", "1.5e-9", "3", "-1.0"};
    static const long long in_nanoseconds[4][5] = {
        {2, -3, 1, 3000000000, -1000000000}, {3, -2, 2, 3000000000, -1000000000}, {2, -2, 2, 3000000000, -1000000000},
        {3, -3, 2, 3000000000, -1000000000},
    };
    PyTime_t time = 7;
    PyObject *number = ev("1.5");
    int i, j;
    for (i = 0; i < 4; i++) {
        for (j = 0; j < 6; j++) {
            CHECK(_PyTime_AsMilliseconds(times[j], rounds[i]) == in_milliseconds[i][j]);
            CHECK(_PyTime_AsMicroseconds(times[j] / 1000, rounds[i])
                  == (j == 3 ? in_milliseconds[i][0] : in_milliseconds[i][j]));
        }
        for (j = 0; j < 5; j++) {
            CHECK(time_from(seconds[j], rounds[i], &time) == 0 && time == in_nanoseconds[i][j]);
        }
    }
    CHECK(_PyTime_ROUND_TIMEOUT == _PyTime_ROUND_UP);
    CHECK(_PyTime_FromMillisecondsObject(&time, number, _PyTime_ROUND_UP) == 0 && time == 1500000);
    Py_DECREF(number);
    (void)check(__LINE__, "-1", time_from("float('nan')", _PyTime_ROUND_UP, &time) == -1);
    RAISES(ValueError, "Invalid value NaN (not a number)");
    (void)check(__LINE__, "-1", time_from("1e10", _PyTime_ROUND_UP, &time) == -1);
    RAISES(OverflowError, CAPI_COMPAT_NULL);
    (void)check(__LINE__, "-1", time_from("10 ** 10", _PyTime_ROUND_UP, &time) == -1);
    RAISES(OverflowError, CAPI_COMPAT_NULL);
    (void)check(__LINE__, "-1", time_from("-10 ** 30", _PyTime_ROUND_UP, &time) == -1);
    RAISES(OverflowError, CAPI_COMPAT_NULL);
    (void)check(__LINE__, "-1", time_from("'1'", _PyTime_ROUND_UP, &time) == -1);
    RAISES(TypeError, CAPI_COMPAT_NULL);
}

/* What a text, or a file with that text, comes to. */
static PyObject *
compiled(const char *text, int start, int from_file)
{
    struct _node *tree;
    PyObject *code, *globals, *result;
    if (from_file) {
        FILE *file = tmpfile();
        if (file == CAPI_COMPAT_NULL || fputs(text, file) < 0) {
            return PyErr_SetFromErrno(PyExc_OSError);
        }
        rewind(file);
        tree = PyParser_SimpleParseFile(file, "made.py", start);
        fclose(file);
    }
    else {
        tree = PyParser_SimpleParseString(text, start);
    }
    if (tree == CAPI_COMPAT_NULL) {
        return CAPI_COMPAT_NULL;
    }
    code = CAPI_COMPAT_OBJECT(PyNode_Compile(tree, "made.py"));
    PyNode_Free(tree);
    if (code == CAPI_COMPAT_NULL) {
        return CAPI_COMPAT_NULL;
    }
    globals = ev("{}");
    result = PyEval_EvalCode(code, globals, globals);
    if (result == Py_None) {
        Py_DECREF(result);
        result = PyObject_GetAttrString(code, "co_filename");
        CHECK(equals(result, "'made.py'"));
        result = Py_XNewRef(PyDict_GetItemString(globals, "x"));
    }
    Py_DECREF(globals);
    Py_DECREF(code);
    return result;
}

static void
test_old_parser(void)
{
    int from_file;
    for (from_file = 0; from_file < 2; from_file++) {
        CHECK(equals(compiled("x = 1 + 1\n", Py_file_input, from_file), "2"));
        CHECK(equals(compiled("6 * 7", Py_eval_input, from_file), "42"));
        (void)compiled("x = = 1\n", Py_file_input, from_file);
        RAISES(SyntaxError, CAPI_COMPAT_NULL);
        (void)compiled("return 1\n", Py_file_input, from_file);
        RAISES(SyntaxError, CAPI_COMPAT_NULL);
    }
}
#endif

static const test_case tests[] = {
#if CPYTHON && FULL
    {"_PyTime_round_t _PyTime_ROUND_FLOOR _PyTime_ROUND_CEILING _PyTime_ROUND_HALF_EVEN _PyTime_ROUND_UP "
     "_PyTime_ROUND_TIMEOUT _PyTime_AsMilliseconds _PyTime_AsMicroseconds _PyTime_FromSecondsObject "
     "_PyTime_FromMillisecondsObject", test_times},
    {"PyParser_SimpleParseString PyParser_SimpleParseFile PyNode_Compile PyNode_Free", test_old_parser},
#endif
#if CPYTHON
    {"PyEval_CallObjectWithKeywords PyEval_CallObject PyEval_CallFunction PyEval_CallMethod PyCFunction_Call", test_calls},
    {"PyWeakref_GetObject PyWeakref_GET_OBJECT", test_weak_references},
    {"PyUnicode_AsDecodedObject PyUnicode_AsEncodedObject PyUnicode_AsDecodedUnicode PyUnicode_AsEncodedUnicode", test_codecs},
    {"PyImport_ImportModuleNoBlock PySys_ResetWarnOptions", test_small_things},
#endif
#ifdef BUFFERS
    {"PyObject_AsReadBuffer PyObject_AsCharBuffer PyObject_AsWriteBuffer PyObject_CheckReadBuffer", test_buffers},
#endif
#ifdef SIZES
    {"PyUnicode_GetSize PyUnicode_GET_SIZE PyUnicode_GET_DATA_SIZE", test_sizes_of_strings},
#endif
#ifdef FLOATS
    {"_PyFloat_Pack2 _PyFloat_Pack4 _PyFloat_Pack8 _PyFloat_Unpack2 _PyFloat_Unpack4 _PyFloat_Unpack8", test_floats},
#endif
#ifdef CHARACTERS
    {"Py_UNICODE_COPY Py_UNICODE_FILL Py_UNICODE_strlen Py_UNICODE_strcpy Py_UNICODE_strcat Py_UNICODE_strcmp "
     "Py_UNICODE_strncmp Py_UNICODE_strchr Py_UNICODE_strrchr", test_characters},
    {"PyUnicode_Encode PyUnicode_EncodeUTF8 PyUnicode_EncodeLatin1 PyUnicode_EncodeASCII PyUnicode_EncodeUTF16 "
     "PyUnicode_EncodeUTF32 PyUnicode_EncodeCharmap PyUnicode_TranslateCharmap PyUnicode_EncodeUnicodeEscape "
     "PyUnicode_EncodeRawUnicodeEscape", test_encoders},
#endif
#if FULL && CPYTHON
    {"_PyObject_FastCall _PyObject_FastCallKeywords _PyCFunction_FastCallKeywords _PyCFunction_FastCallDict "
     "_PyObject_CallNoArg", test_fast_calls},
    {"_PyObject_LookupAttr _PyObject_HasLen", test_lookups},
    {"_PyArg_NoKeywords _PyArg_NoPositional _PyArg_NoKwnames _PyArg_BadArgument _PyArg_CheckPositional", test_arguments},
    {"Py_TYPE Py_SIZE PyNoArgsFunction _Py_ForgetReference _Py_INC_REFTOTAL _Py_DEC_REFTOTAL", test_fields},
    {"Py_TRASHCAN_SAFE_BEGIN Py_TRASHCAN_SAFE_END", test_trashcan},
    {"_PyObject_GC_TRACK _PyObject_GC_UNTRACK _PyObject_GC_IS_TRACKED _PyGC_FINALIZED", test_garbage},
    {"_PyObject_SetAttrId _PyObject_HasAttrId _PyObject_LookupAttrId _PyObject_CallMethodIdNoArgs "
     "_PyObject_CallMethodIdOneArg _PyObject_CallMethodIdObjArgs", test_identifiers_of_objects},
    {"_PyDict_GetItemId _PyDict_GetItemIdWithError _PyDict_SetItemId _PyDict_DelItemId _PyDict_ContainsId "
     "_PyImport_GetModuleId _PySys_GetObjectId _PySys_SetObjectId _PyUnicode_EqualToASCIIId", test_identifiers_of_others},
    {"_PyDict_GetItemWithError _PyList_Extend _PySet_Update", test_containers},
    {"_PyLong_AsInt _PyLong_Format _PyLong_Zero _PyLong_One _PyLong_FromTime_t _PyLong_AsTime_t", test_numbers},
    {"_PyUnicode_AsStringAndSize PyUnicode_AsUnicodeCopy _PyUnicode_Ready PyUnicode_GetMax _PyUnicode_EQ _PyUnicode_Equal "
     "_PyUnicode_EqualToASCIIString _PyUnicode_AsUTF8String _PyUnicode_AsLatin1String _PyUnicode_AsASCIIString", test_strings},
    {"_PyErr_OCCURRED _PyErr_FormatFromCause _PyErr_ChainExceptions _PyErr_SetKeyError", test_errors},
    {"_PyGen_SetStopIterationValue _PyGen_FetchStopIterationValue", test_stop_iteration},
    {"PyEval_ThreadsInitialized _Py_IsFinalizing _PyInterpreterState_Get _PyImport_GetModuleAttr "
     "_PyImport_GetModuleAttrString _PyModule_Add _PySys_GetSizeOf", test_interpreter},
#endif
    {"CAPI_COMPAT_REMOVED_API", CAPI_COMPAT_NULL},
};

int
capi_compat_test_removed(PyObject *results)
{
    return run_tests(tests, sizeof(tests) / sizeof(tests[0]) - 1, results);
}

#else  /* 2.7 */

int
capi_compat_test_removed(PyObject *results)
{
    return run_tests(CAPI_COMPAT_NULL, 0, results);
}

#endif
