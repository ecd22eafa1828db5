/* Calls every function of capi_compat.h, whether the header gives it or Python has it, and compares what it does with
 * what the real function does: values, exceptions, reference counts. The expectations are the same everywhere, so the
 * newest Pythons, where most functions are native, check the expectations themselves.
 *
 * run() of the module returns a list of tuples: the functions of one test, how many checks passed, the failures.
 * The file is C99 and C++11 at once. */
#define PY_SSIZE_T_CLEAN
#ifdef CAPI_COMPAT_TEST_HEADER_FIRST
#  include "capi_compat.h"
#  include <Python.h>
#else
#  include <Python.h>
#  include "capi_compat.h"
#endif
#include "capi_compat.h"
#include <stdio.h>
#include <stdlib.h>
#ifndef Py_LIMITED_API
#  include <datetime.h>
#endif

#include "harness.h"

/* In the other translation units. */
#ifdef __cplusplus
extern "C"
#endif
int capi_compat_test_other(void);
#ifdef __cplusplus
extern "C"
#endif
int capi_compat_test_beside(void);
#ifdef __cplusplus
extern "C"
#endif
int capi_compat_test_removed(PyObject *results);

/* ---- Objects and references ---- */

static void
test_references(void)
{
    PyObject *list = PyList_New(0), *other;
    PyObject *same = Py_NewRef(list);
    CHECK(same == list && has_refs(list, 2));
    Py_DECREF(same);
    same = Py_XNewRef(list);
    CHECK(same == list && has_refs(list, 2));
    Py_DECREF(same);
    CHECK(Py_XNewRef(CAPI_COMPAT_CAST(PyObject *, CAPI_COMPAT_NULL)) == CAPI_COMPAT_NULL);
#if PY_VERSION_HEX < 0x030A0000
    same = _Py_XNewRef(_Py_NewRef(list));
    CHECK(same == list && has_refs(list, 3));
    Py_DECREF(same);
    Py_DECREF(same);
#endif
    CHECK(Py_Is(list, same) && !Py_Is(list, Py_None));
    CHECK(Py_IsNone(Py_None) && !Py_IsNone(list));
    CHECK(Py_IsTrue(Py_True) && !Py_IsTrue(Py_False));
    CHECK(Py_IsFalse(Py_False) && !Py_IsFalse(list));
    CHECK(Py_IS_TYPE(list, &PyList_Type) && !Py_IS_TYPE(list, &PyDict_Type));
#if FULL
    /* From 3.11 on the Limited API wants the pointer to have the right type; else any object will do. */
    same = Py_NewRef(CAPI_COMPAT_PTR(PyListObject *, list));
    CHECK(same == list);
    Py_DECREF(same);
#endif
    same = Py_NewRef(CAPI_COMPAT_OBJECT(&PyList_Type));
    CHECK(same == CAPI_COMPAT_OBJECT(&PyList_Type));
    Py_DECREF(same);

    other = Py_NewRef(list);
    Py_SETREF(other, PyList_New(3));
    CHECK(PyList_Size(other) == 3 && has_refs(list, 1));
    Py_SETREF(other, CAPI_COMPAT_CAST(PyObject *, CAPI_COMPAT_NULL));
    CHECK(other == CAPI_COMPAT_NULL);
    Py_XSETREF(other, Py_NewRef(list));
    CHECK(other == list && has_refs(list, 2));
    Py_XSETREF(other, CAPI_COMPAT_CAST(PyObject *, CAPI_COMPAT_NULL));
    CHECK(other == CAPI_COMPAT_NULL && has_refs(list, 1));
    Py_DECREF(list);
}

static void
test_set_fields(void)
{
#ifndef PYPY_VERSION
    PyObject *obj = ev("Obj()");
    PyTypeObject *type = Py_TYPE(obj);
    PyObject *sub = PyObject_CallFunction(CAPI_COMPAT_OBJECT(&PyType_Type), CAPI_COMPAT_UNCONST(char *, "s(O){}"), "Sub",
                                          CAPI_COMPAT_OBJECT(type));
    PyObject *bytes = PyBytes_FromStringAndSize("abcdef", 6);
    CHECK(sub != CAPI_COMPAT_NULL);
    Py_INCREF(sub);
    Py_SET_TYPE(obj, CAPI_COMPAT_PTR(PyTypeObject *, sub));
    CHECK(Py_TYPE(obj) == CAPI_COMPAT_PTR(PyTypeObject *, sub));
    Py_SET_TYPE(obj, type);
    Py_DECREF(sub);
    CHECK(Py_IS_TYPE(obj, type));
    Py_SET_SIZE(CAPI_COMPAT_VAR_OBJECT(bytes), 3);
    CHECK(Py_SIZE(bytes) == 3);
    Py_SET_SIZE(CAPI_COMPAT_VAR_OBJECT(bytes), 6);
    Py_SET_REFCNT(obj, 5);
    CHECK(Py_REFCNT(obj) == 5);
    Py_SET_REFCNT(obj, 1);
    Py_DECREF(obj);
    Py_DECREF(sub);
    Py_DECREF(bytes);
#endif
}

static void
test_members(void)
{
    struct fields {
        PyObject *object;
        int number;
    };
    PyMemberDef members[] = {
        {CAPI_COMPAT_UNCONST(char *, "object"), _Py_T_OBJECT, offsetof(struct fields, object), Py_READONLY, CAPI_COMPAT_NULL},
        {CAPI_COMPAT_UNCONST(char *, "number"), Py_T_INT, offsetof(struct fields, number), 0, CAPI_COMPAT_NULL},
    };
    CHECK(members[0].flags == 1 && members[1].type == 1);
    CHECK(Py_T_SHORT == 0 && Py_T_INT == 1 && Py_T_LONG == 2 && Py_T_FLOAT == 3 && Py_T_DOUBLE == 4 && Py_T_STRING == 5);
    CHECK(_Py_T_OBJECT == 6 && Py_T_CHAR == 7 && Py_T_BYTE == 8 && Py_T_UBYTE == 9 && Py_T_USHORT == 10 && Py_T_UINT == 11);
    CHECK(Py_T_ULONG == 12 && Py_T_STRING_INPLACE == 13 && Py_T_BOOL == 14 && Py_T_OBJECT_EX == 16);
    CHECK(Py_T_LONGLONG == 17 && Py_T_ULONGLONG == 18 && Py_T_PYSSIZET == 19);
    CHECK(Py_READONLY == 1 && Py_AUDIT_READ == 2 && _Py_WRITE_RESTRICTED == 4);
#if PY3 && CPYTHON
    CHECK(_Py_T_NONE == 20);
#endif
}

static void
test_refcount_tricks(void)
{
#if FULL
    PyObject *list = PyList_New(0);
    PyObject *forever = PyList_New(0);
    PyObject *text = PyUnicode_FromString("some text of its own");
    CHECK(PyUnstable_Object_IsUniquelyReferenced(list) == CPYTHON);
    Py_INCREF(list);
    CHECK(CPYTHON ? PyUnstable_Object_IsUniquelyReferenced(list) == 0 : 1);
    Py_DECREF(list);
    (void)PyUnstable_Object_IsUniqueReferencedTemporary(list);
    PyUnstable_EnableTryIncRef(list);
    CHECK(PyUnstable_TryIncRef(list) == 1 && has_refs(list, 2));
    Py_DECREF(list);
    CHECK(PyUnstable_IsImmortal(list) == 0);
    CHECK(PyUnstable_IsImmortal(Py_None) == (PY_VERSION_HEX >= 0x030C0000 && CPYTHON));
    (void)PyUnstable_Object_EnableDeferredRefcount(list);
#if PY_VERSION_HEX >= 0x030C0000 && !defined(PYPY_VERSION)
    Py_INCREF(forever);
    CHECK(PyUnstable_SetImmortal(forever) == 0);
    Py_DECREF(forever);
    CHECK(PyUnstable_SetImmortal(forever) == 1);
    CHECK(PyUnstable_IsImmortal(forever) == 1);
    Py_DECREF(forever);
    Py_DECREF(forever);
    CHECK(PyList_Size(forever) == 0);
#else
    CHECK(PyUnstable_SetImmortal(forever) == 0);
    Py_DECREF(forever);
#endif
    CHECK(PyUnstable_SetImmortal(text) == 0);
#if CPYTHON
    CHECK(PyUnstable_Unicode_GET_CACHED_HASH(text) == -1);
    {
        Py_hash_t hash = PyObject_Hash(text);
        CHECK(PyUnstable_Unicode_GET_CACHED_HASH(text) == hash);
    }
#endif
    Py_DECREF(text);
    Py_DECREF(list);
#endif
}

/* ---- Calls ---- */

static void
test_calls(void)
{
    PyObject *f = ev("f"), *raises = ev("raises"), *obj = ev("Obj()"), *name = str("method"), *arg = ev("[1]");
    CHECK(equals(PyObject_CallNoArgs(f), "((), {})"));
    (void)PyObject_CallNoArgs(raises);
    RAISES(ValueError, "raised");
    CHECK(equals(PyObject_CallOneArg(f, arg), "(([1],), {})"));
    CHECK(has_refs(arg, 1));
    (void)PyObject_CallOneArg(arg, arg);
    RAISES(TypeError, "'list' object is not callable");
    CHECK(equals(PyObject_CallMethodNoArgs(obj, name), "((), {})"));
    CHECK(equals(PyObject_CallMethodOneArg(obj, name, arg), "(([1],), {})"));
    CHECK(has_refs(arg, 1));
    (void)PyObject_CallMethodNoArgs(arg, name);
    RAISES(AttributeError, "'list' object has no attribute 'method'");
    (void)PyObject_CallMethodOneArg(arg, name, arg);
    RAISES(AttributeError, "'list' object has no attribute 'method'");
    Py_DECREF(arg);
    Py_DECREF(name);
    Py_DECREF(obj);
    Py_DECREF(raises);
    Py_DECREF(f);
}

static void
test_vectorcall(void)
{
    PyObject *f = ev("f"), *raises = ev("raises"), *obj = ev("Obj()"), *name = str("method");
    PyObject *names = ev("('x', 'y')"), *none = ev("()"), *dict = ev("{'k': 5}"), *bad_names = ev("(1,)");
    PyObject *unhashable_names = ev("([],)"), *args[4];
    args[0] = ev("[0]");
    args[1] = ev("[1]");
    args[2] = ev("[2]");
    args[3] = ev("[3]");
    CHECK(PyVectorcall_NARGS(2 | PY_VECTORCALL_ARGUMENTS_OFFSET) == 2 && PyVectorcall_NARGS(3) == 3);
    CHECK(equals(PyObject_Vectorcall(f, args, 2, CAPI_COMPAT_NULL), "(([0], [1]), {})"));
    CHECK(equals(PyObject_Vectorcall(f, args + 1, 2 | PY_VECTORCALL_ARGUMENTS_OFFSET, CAPI_COMPAT_NULL), "(([1], [2]), {})"));
    CHECK(equals(PyObject_Vectorcall(f, args, 2, names), "(([0], [1]), {'x': [2], 'y': [3]})"));
    CHECK(equals(PyObject_Vectorcall(f, args, 4, none), "(([0], [1], [2], [3]), {})"));
    CHECK(equals(PyObject_Vectorcall(f, CAPI_COMPAT_NULL, 0, CAPI_COMPAT_NULL), "((), {})"));
    (void)PyObject_Vectorcall(raises, args, 2, names);
    RAISES(ValueError, "raised");
    /* Errors of the call and of the names come back as exceptions, where a temporary object may be missing. */
    (void)PyObject_Vectorcall(none, args, 2, names);
    RAISES(TypeError, "'tuple' object is not callable");
    (void)PyObject_Vectorcall(f, args, 1, bad_names);
    RAISES(TypeError, CAPI_COMPAT_NULL);
    (void)PyObject_Vectorcall(f, args, 1, unhashable_names);
    RAISES(TypeError, CAPI_COMPAT_NULL);
#if API_HEX < 0x030800B1
    /* No tuple of names is no crash, where Python itself does not ask. */
    (void)PyObject_Vectorcall(f, args, 1, args[0]);
    RAISES(SystemError, CAPI_COMPAT_NULL);
#endif
    CHECK(equals(PyObject_VectorcallDict(f, args, 2, dict), "(([0], [1]), {'k': 5})"));
    CHECK(equals(PyObject_VectorcallDict(f, args, 1, CAPI_COMPAT_NULL), "(([0],), {})"));
    (void)PyObject_VectorcallDict(raises, args, 1, CAPI_COMPAT_NULL);
    RAISES(ValueError, "raised");
    Py_DECREF(args[0]);
    args[0] = obj;
    CHECK(equals(PyObject_VectorcallMethod(name, args, 3, CAPI_COMPAT_NULL), "(([1], [2]), {})"));
    CHECK(equals(PyObject_VectorcallMethod(name, args, 2 | PY_VECTORCALL_ARGUMENTS_OFFSET, names),
                 "(([1],), {'x': [2], 'y': [3]})"));
    CHECK(equals(PyObject_VectorcallMethod(name, args, 1, CAPI_COMPAT_NULL), "((), {})"));
    (void)PyObject_VectorcallMethod(name, args + 1, 1, CAPI_COMPAT_NULL);
    RAISES(AttributeError, "'list' object has no attribute 'method'");
    CHECK(has_refs(args[1], 1) && has_refs(args[2], 1) && has_refs(args[3], 1));
#if CPYTHON && FULL
    (void)PyVectorcall_Function(f);
    CHECK(PyVectorcall_Function(none) == CAPI_COMPAT_NULL);
#if PY_VERSION_HEX >= 0x030800B1
    CHECK(PyVectorcall_Function(f) != CAPI_COMPAT_NULL);
#endif
#endif
    Py_DECREF(args[1]);
    Py_DECREF(args[2]);
    Py_DECREF(args[3]);
    Py_DECREF(unhashable_names);
    Py_DECREF(bad_names);
    Py_DECREF(dict);
    Py_DECREF(none);
    Py_DECREF(names);
    Py_DECREF(name);
    Py_DECREF(obj);
    Py_DECREF(raises);
    Py_DECREF(f);
}

static void
test_parse_array(void)
{
    static const char *const keywords[] = {"first", "second", "third", CAPI_COMPAT_NULL};
    PyObject *args[3], *names = ev("('third',)"), *wrong = ev("('fourth',)"), *object = CAPI_COMPAT_NULL;
    const char *text = CAPI_COMPAT_NULL;
    int number = 0;
    Py_ssize_t size = 0;
    args[0] = ev("12");
    args[1] = str("text");
    args[2] = ev("[3]");
    CHECK(PyArg_ParseArray(args, 3, "isO", &number, &text, &object) == 1);
    CHECK(number == 12 && strcmp(text, "text") == 0 && object == args[2]);
    CHECK(PyArg_ParseArray(args + 1, 1, "s#", &text, &size) == 1);
    CHECK(size == 4);
    CHECK(PyArg_ParseArray(args, 0, "|i", &number) == 1);
    (void)PyArg_ParseArray(args, 2, "i:func", &number);
    RAISES(TypeError, CAPI_COMPAT_NULL);
    (void)PyArg_ParseArray(args + 1, 1, "i", &number);
    RAISES(TypeError, CAPI_COMPAT_NULL);
    object = CAPI_COMPAT_NULL;
    CHECK(PyArg_ParseArrayAndKeywords(args, 2, names, "is|O", keywords, &number, &text, &object) == 1);
    CHECK(number == 12 && object == args[2]);
    CHECK(PyArg_ParseArrayAndKeywords(args, 2, CAPI_COMPAT_NULL, "is|O", keywords, &number, &text, &object) == 1);
    (void)PyArg_ParseArrayAndKeywords(args, 2, wrong, "is|O", keywords, &number, &text, &object);
    RAISES(TypeError, CAPI_COMPAT_NULL);
    CHECK(has_refs(args[2], 1));
    Py_DECREF(args[0]);
    Py_DECREF(args[1]);
    Py_DECREF(args[2]);
    Py_DECREF(wrong);
    Py_DECREF(names);
}

/* ---- Attributes, items and containers ---- */

static void
test_optional_attr(void)
{
    PyObject *obj = ev("Obj()"), *here = str("here"), *absent = str("absent"), *broken = str("broken"), *value = obj;
    CHECK(PyObject_GetOptionalAttr(obj, here, &value) == 1 && equals(value, "'value'"));
    value = obj;
    CHECK(PyObject_GetOptionalAttr(obj, absent, &value) == 0 && value == CAPI_COMPAT_NULL);
    value = obj;
    (void)check(__LINE__, "-1", PyObject_GetOptionalAttr(obj, broken, &value) == -1 && value == CAPI_COMPAT_NULL);
    RAISES(ValueError, "broken");
    value = obj;
    (void)check(__LINE__, "-1", PyObject_GetOptionalAttr(obj, obj, &value) == -1 && value == CAPI_COMPAT_NULL);
    RAISES(TypeError, CAPI_COMPAT_NULL);
    CHECK(PyObject_GetOptionalAttrString(obj, "here", &value) == 1 && equals(value, "'value'"));
    value = obj;
    CHECK(PyObject_GetOptionalAttrString(obj, "nothing", &value) == 0 && value == CAPI_COMPAT_NULL);
    value = obj;
    (void)check(__LINE__, "-1", PyObject_GetOptionalAttrString(obj, "broken", &value) == -1 && value == CAPI_COMPAT_NULL);
    RAISES(ValueError, "broken");
    CHECK(PyObject_HasAttrWithError(obj, here) == 1 && PyObject_HasAttrWithError(obj, absent) == 0);
    (void)check(__LINE__, "-1", PyObject_HasAttrWithError(obj, broken) == -1);
    RAISES(ValueError, "broken");
    CHECK(PyObject_HasAttrStringWithError(obj, "here") == 1 && PyObject_HasAttrStringWithError(obj, "absent") == 0);
    (void)check(__LINE__, "-1", PyObject_HasAttrStringWithError(obj, "broken") == -1);
    RAISES(ValueError, "broken");
    Py_DECREF(broken);
    Py_DECREF(absent);
    Py_DECREF(here);
    Py_DECREF(obj);
}

static void
test_dict_get(void)
{
    PyObject *dict = ev("{'a': ['A']}"), *sub = ev("SubDict(a=1)"), *a = str("a"), *b = str("b"), *list = ev("[]"), *value = list;
    CHECK(PyDict_GetItemRef(dict, a, &value) == 1 && has_refs(value, 2) && equals(value, "['A']"));
    value = list;
    CHECK(PyDict_GetItemRef(dict, b, &value) == 0 && value == CAPI_COMPAT_NULL);
    CHECK(PyDict_GetItemRef(sub, b, &value) == 0 && value == CAPI_COMPAT_NULL);
    value = list;
    (void)check(__LINE__, "-1", PyDict_GetItemRef(dict, list, &value) == -1 && value == CAPI_COMPAT_NULL);
    RAISES(TypeError, CAPI_COMPAT_NULL);
    value = list;
    (void)check(__LINE__, "-1", PyDict_GetItemRef(list, a, &value) == -1 && value == CAPI_COMPAT_NULL);
    RAISES(SystemError, CAPI_COMPAT_NULL);
    /* An exception that was set before is no error of the lookup, and stays. */
    PyErr_SetString(PyExc_ValueError, "before");
    (void)check(__LINE__, "missing key with an exception set", PyDict_GetItemRef(dict, b, &value) == 0);
    RAISES(ValueError, "before");
    PyErr_SetString(PyExc_ValueError, "before");
    (void)check(__LINE__, "key with an exception set", PyDict_GetItemRef(dict, a, &value) == 1);
    RAISES(ValueError, "before");
    Py_XDECREF(value);
    CHECK(PyDict_GetItemStringRef(dict, "a", &value) == 1 && equals(value, "['A']"));
    value = list;
    CHECK(PyDict_GetItemStringRef(dict, "b", &value) == 0 && value == CAPI_COMPAT_NULL);
    (void)check(__LINE__, "-1", PyDict_GetItemStringRef(list, "a", &value) == -1);
    RAISES(SystemError, CAPI_COMPAT_NULL);
#if PY3
    (void)check(__LINE__, "-1", PyDict_GetItemStringRef(dict, "\xff", &value) == -1);
    RAISES(UnicodeDecodeError, CAPI_COMPAT_NULL);
#endif
    CHECK(PyDict_ContainsString(dict, "a") == 1 && PyDict_ContainsString(dict, "b") == 0);
    Py_DECREF(list);
    Py_DECREF(b);
    Py_DECREF(a);
    Py_DECREF(sub);
    Py_DECREF(dict);
}

static void
test_mapping(void)
{
    PyObject *dict = ev("{'here': 'value'}"), *map = ev("Map()"), *list = ev("[]"), *sub = ev("SubDict()"), *value = map;
    PyObject *here = str("here"), *absent = str("absent"), *broken = str("broken");
    CHECK(PyMapping_GetOptionalItem(dict, here, &value) == 1 && equals(value, "'value'"));
    CHECK(PyMapping_GetOptionalItem(map, here, &value) == 1 && equals(value, "'value'"));
    CHECK(PyMapping_GetOptionalItem(sub, here, &value) == 1 && equals(value, "'missing'"));
    value = map;
    CHECK(PyMapping_GetOptionalItem(dict, absent, &value) == 0 && value == CAPI_COMPAT_NULL);
    value = map;
    CHECK(PyMapping_GetOptionalItem(map, absent, &value) == 0 && value == CAPI_COMPAT_NULL);
    value = map;
    (void)check(__LINE__, "-1", PyMapping_GetOptionalItem(map, broken, &value) == -1 && value == CAPI_COMPAT_NULL);
    RAISES(ValueError, "broken");
    (void)check(__LINE__, "-1", PyMapping_GetOptionalItem(list, here, &value) == -1);
    RAISES(TypeError, CAPI_COMPAT_NULL);
    (void)check(__LINE__, "-1", PyMapping_GetOptionalItem(Py_None, here, &value) == -1);
    RAISES(TypeError, CAPI_COMPAT_NULL);
    CHECK(PyMapping_GetOptionalItemString(map, "here", &value) == 1 && equals(value, "'value'"));
    value = map;
    CHECK(PyMapping_GetOptionalItemString(map, "absent", &value) == 0 && value == CAPI_COMPAT_NULL);
    value = map;
    (void)check(__LINE__, "-1", PyMapping_GetOptionalItemString(map, CAPI_COMPAT_NULL, &value) == -1 && !value);
    RAISES(SystemError, "null argument to internal routine");
    CHECK(PyMapping_HasKeyWithError(map, here) == 1 && PyMapping_HasKeyWithError(dict, absent) == 0);
    (void)check(__LINE__, "-1", PyMapping_HasKeyWithError(map, broken) == -1);
    RAISES(ValueError, "broken");
    CHECK(PyMapping_HasKeyStringWithError(map, "here") == 1 && PyMapping_HasKeyStringWithError(map, "absent") == 0);
    (void)check(__LINE__, "-1", PyMapping_HasKeyStringWithError(map, "broken") == -1);
    RAISES(ValueError, "broken");
    Py_DECREF(broken);
    Py_DECREF(absent);
    Py_DECREF(here);
    Py_DECREF(sub);
    Py_DECREF(list);
    Py_DECREF(map);
    Py_DECREF(dict);
}

static void
test_dict_pop(void)
{
    PyObject *dict = ev("{'a': ['A'], 'b': 2, 'c': 3}"), *sub = ev("SubDict(a=1)"), *value = dict;
    PyObject *a = str("a"), *b = str("b"), *list = ev("[]");
    PyObject *bad_hash = ev("BadHash(KeyError('hash'))"), *bad_eq, *empty = PyDict_New();
    CHECK(PyDict_Pop(dict, a, &value) == 1 && has_refs(value, 1) && equals(value, "['A']"));
    value = dict;
    CHECK(PyDict_Pop(dict, a, &value) == 0 && value == CAPI_COMPAT_NULL);
    CHECK(PyDict_Pop(dict, a, CAPI_COMPAT_NULL) == 0);
    CHECK(PyDict_Pop(dict, b, CAPI_COMPAT_NULL) == 1 && PyDict_Size(dict) == 1);
    CHECK(PyDict_Pop(sub, a, &value) == 1 && equals(value, "1"));
    CHECK(PyDict_Pop(sub, a, &value) == 0 && value == CAPI_COMPAT_NULL);
    value = dict;
    (void)check(__LINE__, "-1", PyDict_Pop(dict, list, &value) == -1 && value == CAPI_COMPAT_NULL);
    RAISES(TypeError, CAPI_COMPAT_NULL);
    value = dict;
    (void)check(__LINE__, "-1", PyDict_Pop(list, a, &value) == -1 && value == CAPI_COMPAT_NULL);
    RAISES(SystemError, CAPI_COMPAT_NULL);
    /* A KeyError of the key itself is an error. */
    (void)check(__LINE__, "-1", PyDict_Pop(dict, bad_hash, &value) == -1 && value == CAPI_COMPAT_NULL);
    RAISES(KeyError, "'hash'");
    bad_eq = ev("BadEq(KeyError('eq'), hash('c'))");
    (void)check(__LINE__, "-1", PyDict_Pop(dict, bad_eq, CAPI_COMPAT_NULL) == -1);
    RAISES(KeyError, "'eq'");
    CHECK(PyDict_Pop(empty, bad_hash, &value) == 0 && value == CAPI_COMPAT_NULL);
    CHECK(PyDict_PopString(dict, "c", &value) == 1 && equals(value, "3"));
    value = dict;
    CHECK(PyDict_PopString(dict, "c", &value) == 0 && value == CAPI_COMPAT_NULL);
    CHECK(PyDict_PopString(dict, "c", CAPI_COMPAT_NULL) == 0);
    (void)check(__LINE__, "-1", PyDict_PopString(list, "c", CAPI_COMPAT_NULL) == -1);
    RAISES(SystemError, CAPI_COMPAT_NULL);
    Py_DECREF(empty);
    Py_DECREF(bad_eq);
    Py_DECREF(bad_hash);
    Py_DECREF(list);
    Py_DECREF(b);
    Py_DECREF(a);
    Py_DECREF(sub);
    Py_DECREF(dict);
}

static void
test_dict_setdefault(void)
{
    PyObject *dict = PyDict_New(), *sub = ev("SubDict()"), *key = str("key"), *one = ev("['one']"), *two = ev("['two']");
    PyObject *value = dict, *counted = ev("Counted()");
    CHECK(PyDict_SetDefaultRef(dict, key, one, &value) == 0 && value == one && has_refs(one, 3));
    Py_DECREF(value);
    CHECK(PyDict_SetDefaultRef(dict, key, two, &value) == 1 && value == one && has_refs(one, 3));
    Py_DECREF(value);
    CHECK(PyDict_SetDefaultRef(dict, key, one, CAPI_COMPAT_NULL) == 1 && has_refs(one, 2));
    CHECK(PyDict_SetDefaultRef(sub, key, two, CAPI_COMPAT_NULL) == 0 && has_refs(two, 2));
    value = dict;
    (void)check(__LINE__, "-1", PyDict_SetDefaultRef(dict, dict, one, &value) == -1 && value == CAPI_COMPAT_NULL);
    RAISES(TypeError, CAPI_COMPAT_NULL);
    value = dict;
    (void)check(__LINE__, "-1", PyDict_SetDefaultRef(one, key, one, &value) == -1 && value == CAPI_COMPAT_NULL);
    RAISES(SystemError, CAPI_COMPAT_NULL);
    /* One step, not a lookup and another one to store: the key is hashed once, and compared once with another. */
    ex("Counted.hashes = 0");
    CHECK(PyDict_SetDefaultRef(dict, counted, one, CAPI_COMPAT_NULL) == 0);
    CHECK(equals(ev("Counted.hashes"), "1"));
    Py_DECREF(counted);
    Py_DECREF(dict);
    Py_DECREF(sub);
    CHECK(has_refs(one, 1) && has_refs(two, 1));
    Py_DECREF(two);
    Py_DECREF(one);
    Py_DECREF(key);
}

static void
test_lists(void)
{
    PyObject *list = ev("[['x'], 'y']"), *tuple = ev("(1, 2)"), *sub = ev("SubList([1])"), *item, *five = ev("5"), *broken;
    item = PyList_GetItemRef(list, 0);
    CHECK(item != CAPI_COMPAT_NULL && has_refs(item, 2) && equals(item, "['x']"));
    (void)PyList_GetItemRef(list, 2);
    RAISES(IndexError, "list index out of range");
    (void)PyList_GetItemRef(list, -1);
    RAISES(IndexError, "list index out of range");
    /* What is no list is a TypeError here, while PyList_GetItem() has a SystemError for it. */
    (void)PyList_GetItemRef(tuple, 0);
    RAISES(TypeError, "expected a list");
    CHECK(PyList_Extend(list, tuple) == 0 && PyList_Size(list) == 4);
    CHECK(PyList_Extend(list, list) == 0 && PyList_Size(list) == 8);
    CHECK(PyList_Extend(sub, tuple) == 0 && PyList_Size(sub) == 3);
    /* The message of list.extend(), not that of slices. */
    (void)check(__LINE__, "-1", PyList_Extend(list, five) == -1);
    RAISES(TypeError, "'int' object is not iterable");
    (void)check(__LINE__, "-1", PyList_Extend(tuple, list) == -1);
    RAISES(SystemError, CAPI_COMPAT_NULL);
    broken = ev("broken_iter()");
    (void)check(__LINE__, "-1", PyList_Extend(sub, broken) == -1);
    RAISES(ValueError, "iter");
    Py_DECREF(broken);
    CHECK(PyList_Clear(list) == 0 && PyList_Size(list) == 0);
    (void)check(__LINE__, "-1", PyList_Clear(tuple) == -1);
    RAISES(SystemError, CAPI_COMPAT_NULL);
    Py_DECREF(five);
    Py_DECREF(sub);
    Py_DECREF(tuple);
    Py_DECREF(list);
}

static void
test_tuple_set_dict(void)
{
    PyObject *items[2], *tuple, *set = ev("set()"), *frozen = ev("frozenset()"), *dict = PyDict_New(), *sub = ev("SubDict()");
    items[0] = ev("[1]");
    items[1] = ev("[2]");
    tuple = PyTuple_FromArray(items, 2);
    CHECK(tuple != CAPI_COMPAT_NULL && has_refs(items[0], 2));
    CHECK(equals(tuple, "([1], [2])") && has_refs(items[0], 1));
    CHECK(equals(PyTuple_FromArray(CAPI_COMPAT_NULL, 0), "()"));
    (void)PyTuple_FromArray(items, -1);
    RAISES(SystemError, CAPI_COMPAT_NULL);
    CHECK(PySet_CheckExact(set) && !PySet_CheckExact(frozen) && !PySet_CheckExact(dict));
#if FULL
    CHECK(PyAnyDict_Check(dict) && PyAnyDict_Check(sub) && !PyAnyDict_Check(set));
    CHECK(PyAnyDict_CheckExact(dict) && !PyAnyDict_CheckExact(sub));
    CHECK(!PyFrozenDict_Check(dict) && !PyFrozenDict_CheckExact(dict));
#endif
    Py_DECREF(items[0]);
    Py_DECREF(items[1]);
    Py_DECREF(sub);
    Py_DECREF(dict);
    Py_DECREF(frozen);
    Py_DECREF(set);
}

/* ---- Modules, imports and types ---- */

static void
test_modules(void)
{
    PyObject *module = ev("type(sys)('fresh')"), *list = ev("[]"), *dict = PyModule_GetDict(module), *found;
    CHECK(PyModule_AddObjectRef(module, "list", list) == 0 && has_refs(list, 2));
    CHECK(PyDict_GetItemStringRef(dict, "list", &found) == 1 && found == list);
    Py_DECREF(found);
    (void)check(__LINE__, "-1", PyModule_AddObjectRef(list, "list", list) == -1);
    RAISES(TypeError, CAPI_COMPAT_NULL);
    (void)check(__LINE__, "-1", PyModule_AddObjectRef(module, "null", CAPI_COMPAT_NULL) == -1);
    RAISES(SystemError, CAPI_COMPAT_NULL);
    PyErr_SetString(PyExc_ValueError, "before");
    (void)check(__LINE__, "-1", PyModule_AddObjectRef(module, "null", CAPI_COMPAT_NULL) == -1);
    RAISES(ValueError, "before");
    Py_INCREF(list);
    CHECK(PyModule_Add(module, "list", list) == 0 && has_refs(list, 2));
    Py_INCREF(list);
    (void)check(__LINE__, "-1", PyModule_Add(list, "list", list) == -1);
    RAISES(TypeError, CAPI_COMPAT_NULL);
    CHECK(has_refs(list, 2));
    PyErr_SetString(PyExc_ValueError, "before");
    (void)check(__LINE__, "-1", PyModule_Add(module, "null", CAPI_COMPAT_NULL) == -1);
    RAISES(ValueError, "before");
    CHECK(PyModule_AddType(module, &PyList_Type) == 0);
    CHECK(PyDict_GetItemStringRef(dict, "list", &found) == 1 && found == CAPI_COMPAT_OBJECT(&PyList_Type));
    Py_DECREF(found);
    found = PyImport_ImportModuleAttrString("collections", "deque");
    CHECK(found != CAPI_COMPAT_NULL);
    CHECK(PyModule_AddType(module, CAPI_COMPAT_PTR(PyTypeObject *, found)) == 0);
    Py_DECREF(found);
    CHECK(PyDict_ContainsString(dict, "deque") == 1);
    Py_DECREF(list);
    Py_DECREF(module);
}

static void
test_imports(void)
{
    PyObject *module = PyImport_AddModuleRef("capi_compat_fresh"), *again, *name, *attr;
    Py_ssize_t refs;
    CHECK(module != CAPI_COMPAT_NULL && PyModule_Check(module));
    refs = Py_REFCNT(module);
    again = PyImport_AddModuleRef("capi_compat_fresh");
    CHECK(again == module && has_refs(module, refs + 1));
    Py_XDECREF(again);
    Py_XDECREF(module);
    name = str("os.path");
    attr = str("join");
    CHECK(equals(PyImport_ImportModuleAttr(name, attr), "__import__('os').path.join"));
    Py_DECREF(attr);
    attr = str("nothing_like_this");
    (void)PyImport_ImportModuleAttr(name, attr);
    RAISES(AttributeError, CAPI_COMPAT_NULL);
    Py_DECREF(attr);
    Py_DECREF(name);
    CHECK(equals(PyImport_ImportModuleAttrString("os.path", "join"), "__import__('os').path.join"));
    (void)PyImport_ImportModuleAttrString("no_such_module_here", "join");
    RAISES(ImportError, CAPI_COMPAT_NULL);
    (void)PyImport_ImportModuleAttrString("os", "nothing_like_this");
    RAISES(AttributeError, CAPI_COMPAT_NULL);
}

static void
test_type_names(void)
{
    PyObject *deque = PyImport_ImportModuleAttrString("collections", "deque");
    PyTypeObject *type = CAPI_COMPAT_PTR(PyTypeObject *, deque);
#if FULL
    PyObject *dict;
#endif
    CHECK(equals(PyType_GetName(&PyList_Type), "'list'") && equals(PyType_GetName(type), "'deque'"));
    CHECK(equals(PyType_GetModuleName(type), "'collections'"));
    CHECK(equals(PyType_GetFullyQualifiedName(type), "'collections.deque'"));
    CHECK(equals(PyType_GetFullyQualifiedName(&PyList_Type), "'list'"));
#if PY3
    {
        PyObject *inner = ev("Outer.Inner");
        PyTypeObject *inner_type = CAPI_COMPAT_PTR(PyTypeObject *, inner);
        CHECK(equals(PyType_GetModuleName(&PyList_Type), "'builtins'"));
        CHECK(equals(PyType_GetName(inner_type), "'Inner'"));
        CHECK(equals(PyType_GetQualName(inner_type), "'Outer.Inner'"));
        CHECK(equals(PyType_GetQualName(&PyList_Type), "'list'"));
        CHECK(equals(PyType_GetFullyQualifiedName(inner_type), "'capi_compat_space.Outer.Inner'"));
        ex("Outer.Inner.__module__ = '__main__'");
        CHECK(equals(PyType_GetFullyQualifiedName(inner_type), "'Outer.Inner'"));
        ex("Outer.Inner.__module__ = 5");
        CHECK(equals(PyType_GetFullyQualifiedName(inner_type), "'Outer.Inner'"));
        Py_DECREF(inner);
    }
#endif
#if FULL
#if PY3 && CPYTHON
    ex("class Meta(type):\n"
       "    __name__ = property(lambda cls: 'wrong')\n"
       "Odd = Meta('Odd', (), {})\n");
    {
        PyObject *odd = ev("Odd");
        CHECK(equals(PyType_GetName(CAPI_COMPAT_PTR(PyTypeObject *, odd)), "'Odd'"));
        CHECK(equals(PyType_GetQualName(CAPI_COMPAT_PTR(PyTypeObject *, odd)), "'Odd'"));
        Py_DECREF(odd);
    }
#endif
    dict = PyType_GetDict(&PyList_Type);
    CHECK(dict != CAPI_COMPAT_NULL && PyDict_ContainsString(dict, "append") == 1);
    Py_XDECREF(dict);
#endif
    Py_DECREF(deque);
}

#if PY_VERSION_HEX >= 0x03090000 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
static int
typed_exec(PyObject *module)
{
    return PyModule_AddIntConstant(module, "executed", 1);
}

static PyObject *typed_module;

static PyObject *
typed_method(PyObject *self, PyObject *unused)
{
    (void)unused;
    return Py_NewRef(self);
}

static void
typed_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    void *slot = PyType_GetSlot(type, Py_tp_free);
    freefunc release;
    memcpy(&release, &slot, sizeof(slot));
    release(self);
    Py_DECREF(type);
}

static PyMethodDef typed_methods[] = {
    {"me", typed_method, METH_NOARGS, CAPI_COMPAT_NULL},
    {CAPI_COMPAT_NULL, CAPI_COMPAT_NULL, 0, CAPI_COMPAT_NULL},
};
#endif

static void
test_module_of_type(void)
{
#if PY_VERSION_HEX >= 0x03090000 && !defined(PYPY_VERSION) && !defined(Py_LIMITED_API)
#ifdef __GNUC__
#  pragma GCC diagnostic push
#  pragma GCC diagnostic ignored "-Wpedantic"  /* Slots carry functions as void*. */
#endif
    static PyModuleDef_Slot exec_slots[] = {
        {Py_mod_exec, CAPI_COMPAT_PTR(void *, typed_exec)},
        CAPI_COMPAT_MOD_MULTIPLE_INTERPRETERS(Py_MOD_PER_INTERPRETER_GIL_SUPPORTED)
        CAPI_COMPAT_MOD_GIL(Py_MOD_GIL_NOT_USED)
        {0, CAPI_COMPAT_NULL},
    };
    static PyType_Slot type_slots[] = {
        {Py_tp_dealloc, CAPI_COMPAT_PTR(void *, typed_dealloc)},
        {Py_tp_methods, typed_methods},
        {0, CAPI_COMPAT_NULL},
    };
#ifdef __GNUC__
#  pragma GCC diagnostic pop
#endif
    static PyModuleDef def = {PyModuleDef_HEAD_INIT, "typed", CAPI_COMPAT_NULL, 24, CAPI_COMPAT_NULL, exec_slots,
                              CAPI_COMPAT_NULL, CAPI_COMPAT_NULL, CAPI_COMPAT_NULL};
    static PyModuleDef other_def = {PyModuleDef_HEAD_INIT, "other", CAPI_COMPAT_NULL, 0, CAPI_COMPAT_NULL,
                                    CAPI_COMPAT_NULL, CAPI_COMPAT_NULL, CAPI_COMPAT_NULL, CAPI_COMPAT_NULL};
    static PyType_Spec spec = {"typed.Typed", CAPI_COMPAT_CAST(int, sizeof(PyObject)), 0,
                               Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, type_slots};
    PyObject *modspec = ev("__import__('importlib.machinery').machinery.ModuleSpec('typed', None)");
    PyObject *type, *module;
    PyTypeObject *sub;
    void *token = CAPI_COMPAT_NULL;
    Py_ssize_t size = -7;
    typed_module = PyModule_FromDefAndSpec(&def, modspec);
    CHECK(typed_module != CAPI_COMPAT_NULL);
    CHECK(PyModule_Exec(typed_module) == 0 && PyObject_HasAttrString(typed_module, "executed"));
    CHECK(PyModule_GetToken(typed_module, &token) == 0 && token == &def);
    token = CAPI_COMPAT_NULL;
    CHECK(PyModule_GetToken_DuringGC(typed_module, &token) == 0 && token == &def);
    CHECK(PyModule_GetStateSize(typed_module, &size) == 0 && size == 24);
    CHECK(PyModule_GetState_DuringGC(typed_module) == PyModule_GetState(typed_module));
    module = ev("type(sys)('plain')");
    CHECK(PyModule_Exec(module) == 0);
    token = &def;
    CHECK(PyModule_GetToken(module, &token) == 0 && token == CAPI_COMPAT_NULL);
    CHECK(PyModule_GetStateSize(module, &size) == 0 && size == 0);
    (void)check(__LINE__, "-1", PyModule_Exec(modspec) == -1);
    RAISES(TypeError, CAPI_COMPAT_NULL);
    (void)check(__LINE__, "-1", PyModule_GetToken(modspec, &token) == -1);
    RAISES(TypeError, CAPI_COMPAT_NULL);
    (void)check(__LINE__, "-1", PyModule_GetStateSize(modspec, &size) == -1);
    RAISES(TypeError, CAPI_COMPAT_NULL);
    Py_DECREF(module);

    type = PyType_FromModuleAndSpec(typed_module, &spec, CAPI_COMPAT_NULL);
    CHECK(type != CAPI_COMPAT_NULL);
    module = PyObject_CallFunction(CAPI_COMPAT_OBJECT(&PyType_Type), "s(O){}", "Sub", type);
    CHECK(module != CAPI_COMPAT_NULL);
    sub = CAPI_COMPAT_PTR(PyTypeObject *, module);
    CHECK(PyType_GetModuleByDef(sub, &def) == typed_module);
    (void)PyType_GetModuleByDef(sub, &other_def);
    RAISES(TypeError, "PyType_GetModuleByDef: No superclass of 'Sub' has the given module");
    (void)PyType_GetModuleByDef(&PyList_Type, &def);
    RAISES(TypeError, CAPI_COMPAT_NULL);
    module = PyType_GetModuleByToken(sub, &def);
    CHECK(module == typed_module);
    Py_XDECREF(module);
    CHECK(PyType_GetModuleByToken_DuringGC(sub, &def) == typed_module);
    /* While garbage is collected there are no exceptions. */
    CHECK(PyType_GetModule_DuringGC(&PyList_Type) == CAPI_COMPAT_NULL);
    CHECK(PyType_GetModule_DuringGC(sub) == CAPI_COMPAT_NULL);
    CHECK(PyType_GetModuleState_DuringGC(&PyList_Type) == CAPI_COMPAT_NULL);
    CHECK(PyType_GetModuleByToken_DuringGC(sub, &other_def) == CAPI_COMPAT_NULL);
    CHECK(PyType_GetModuleByToken_DuringGC(&PyList_Type, &def) == CAPI_COMPAT_NULL);
    (void)PyType_GetModuleByToken(sub, &other_def);
    RAISES(TypeError, CAPI_COMPAT_NULL);
    CHECK(PyModule_GetState_DuringGC(modspec) == CAPI_COMPAT_NULL);
    token = &def;
    CHECK(PyModule_GetToken_DuringGC(modspec, &token) == -1 && token == CAPI_COMPAT_NULL);
    CHECK(PyType_GetModule_DuringGC(CAPI_COMPAT_PTR(PyTypeObject *, type)) == typed_module);
    CHECK(PyType_GetModuleState_DuringGC(CAPI_COMPAT_PTR(PyTypeObject *, type)) == PyModule_GetState(typed_module));
#if PY_VERSION_HEX >= 0x030E0000
    {
        PyTypeObject *base = CAPI_COMPAT_NULL;
        CHECK(PyType_GetBaseByToken_DuringGC(sub, &def, &base) == 0 && base == CAPI_COMPAT_NULL);
    }
#endif
    Py_DECREF(sub);
    Py_DECREF(type);
    Py_CLEAR(typed_module);
    Py_DECREF(modspec);
#elif PY3
    PyObject *module = ev("type(sys)('plain')"), *list = ev("[]");
    void *token = list;
    Py_ssize_t size = -7;
    CHECK(PyModule_GetToken(module, &token) == 0 && token == CAPI_COMPAT_NULL);
    CHECK(PyModule_GetStateSize(module, &size) == 0 && size == 0);
    CHECK(PyModule_GetState_DuringGC(module) == CAPI_COMPAT_NULL);
    /* 3.15 gives even such a module a state, of no size. */
#if FULL || API_HEX >= 0x03070000
    CHECK(PyModule_Exec(module) == 0);
#endif
#if CPYTHON
#if FULL || API_HEX >= 0x03070000
    (void)check(__LINE__, "-1", PyModule_Exec(list) == -1);
    RAISES(TypeError, CAPI_COMPAT_NULL);
#endif
    (void)check(__LINE__, "-1", PyModule_GetToken(list, &token) == -1);
    RAISES(TypeError, CAPI_COMPAT_NULL);
    (void)check(__LINE__, "-1", PyModule_GetStateSize(list, &size) == -1);
    RAISES(TypeError, CAPI_COMPAT_NULL);
#endif
    Py_DECREF(list);
    Py_DECREF(module);
#endif
}

static void
test_weakrefs(void)
{
    PyObject *obj, *ref, *proxy, *value;
    ex("target = Obj()");
    obj = ev("target");
    ref = ev("weakref.ref(target)");
    proxy = ev("weakref.proxy(target)");
    ex("del target");
    value = CAPI_COMPAT_NULL;
    CHECK(PyWeakref_GetRef(ref, &value) == 1 && value == obj && has_refs(obj, 2));
    Py_XDECREF(value);
    CHECK(PyWeakref_IsDead(ref) == 0);
#if CPYTHON
    CHECK(PyWeakref_GetRef(proxy, &value) == 1 && value == obj);
    Py_XDECREF(value);
    CHECK(PyWeakref_IsDead(proxy) == 0);
#endif
    value = obj;
    (void)check(__LINE__, "-1", PyWeakref_GetRef(obj, &value) == -1 && value == CAPI_COMPAT_NULL);
    RAISES(TypeError, "expected a weakref");
    value = obj;
    (void)check(__LINE__, "-1", PyWeakref_GetRef(CAPI_COMPAT_NULL, &value) == -1 && value == CAPI_COMPAT_NULL);
    RAISES(SystemError, CAPI_COMPAT_NULL);
    (void)check(__LINE__, "-1", PyWeakref_IsDead(obj) == -1);
    RAISES(TypeError, CAPI_COMPAT_NULL);
    Py_DECREF(obj);
#if CPYTHON
    value = ref;
    CHECK(PyWeakref_GetRef(ref, &value) == 0 && value == CAPI_COMPAT_NULL);
    CHECK(PyWeakref_GetRef(proxy, &value) == 0 && value == CAPI_COMPAT_NULL);
    CHECK(PyWeakref_IsDead(ref) == 1 && PyWeakref_IsDead(proxy) == 1);
#endif
    Py_DECREF(proxy);
    Py_DECREF(ref);
}

/* ---- Exceptions ---- */

static void
test_raised(void)
{
    PyObject *exc, *args, *tuple;
    CHECK(PyErr_GetRaisedException() == CAPI_COMPAT_NULL);
    PyErr_SetString(PyExc_ValueError, "text");
    exc = PyErr_GetRaisedException();
    CHECK(exc != CAPI_COMPAT_NULL && Py_IS_TYPE(exc, CAPI_COMPAT_PTR(PyTypeObject *, PyExc_ValueError)) && has_refs(exc, 1));
    Py_INCREF(exc);
    PyErr_SetRaisedException(exc);
    (void)check(__LINE__, "set", PyErr_Occurred() == PyExc_ValueError && (has_refs(exc, 2) || PY_VERSION_HEX < 0x030C0000));
    PyErr_SetRaisedException(CAPI_COMPAT_NULL);
    CHECK(has_refs(exc, 1));
    (void)run_text("raises()", Py_eval_input);
    args = PyErr_GetRaisedException();
    CHECK(args != CAPI_COMPAT_NULL);
#if PY3
    {
        PyObject *traceback = PyException_GetTraceback(args);
        CHECK(traceback != CAPI_COMPAT_NULL);
        Py_XDECREF(traceback);
        PyErr_SetRaisedException(args);
        PyErr_Fetch(&args, &tuple, &traceback);
        CHECK(traceback != CAPI_COMPAT_NULL);
        Py_XDECREF(args);
        Py_XDECREF(tuple);
        Py_XDECREF(traceback);
    }
#else
    Py_XDECREF(args);
#endif
    CHECK(equals(PyException_GetArgs(exc), "('text',)"));
    tuple = ev("(1, 2)");
    PyException_SetArgs(exc, tuple);
    args = PyException_GetArgs(exc);
    CHECK(args == tuple || !CPYTHON);
    CHECK(equals(args, "(1, 2)"));
    Py_DECREF(tuple);
#if PY3
    ex("saved_stderr = sys.stderr; sys.stderr = __import__('io').StringIO()");
    PyErr_DisplayException(exc);
    CHECK(equals(ev("sys.stderr.getvalue()"), "'ValueError: (1, 2)\\n'"));
    ex("sys.stderr = saved_stderr");
#endif
    Py_DECREF(exc);
}

#if PY_VERSION_HEX >= 0x03030000 && (FULL || API_HEX >= 0x03070000)
static PyObject *
get_handled(PyObject *self, PyObject *unused)
{
    PyObject *exc = PyErr_GetHandledException();
    (void)self;
    (void)unused;
    return exc != CAPI_COMPAT_NULL ? exc : Py_NewRef(Py_None);
}

static PyObject *
set_handled(PyObject *self, PyObject *unused)
{
    (void)unused;
    PyErr_SetHandledException(Py_IsNone(self) ? CAPI_COMPAT_NULL : self);
    return Py_NewRef(Py_None);
}

static PyMethodDef get_handled_def = {"get_handled", get_handled, METH_NOARGS, CAPI_COMPAT_NULL};
static PyMethodDef set_handled_def = {"set_handled", set_handled, METH_NOARGS, CAPI_COMPAT_NULL};
#endif

static void
test_handled(void)
{
#if PY_VERSION_HEX >= 0x03030000 && (FULL || API_HEX >= 0x03070000)
    PyObject *get = PyCFunction_NewEx(&get_handled_def, Py_None, CAPI_COMPAT_NULL);
    PyObject *handled = ev("handled"), *exc = ev("KeyError('k')"), *set;
    CHECK(equals(PyObject_CallOneArg(handled, get), "True"));
    CHECK(equals(PyObject_CallNoArgs(get), "None"));
#if CPYTHON
    PyErr_SetHandledException(exc);
    CHECK(Py_REFCNT(exc) >= 2);
    set = PyErr_GetHandledException();
    CHECK(set == exc);
    Py_XDECREF(set);
    PyErr_SetHandledException(CAPI_COMPAT_NULL);
    CHECK(Py_REFCNT(exc) == 1);
    CHECK(PyErr_GetHandledException() == CAPI_COMPAT_NULL);
#endif
    set = PyCFunction_NewEx(&set_handled_def, exc, CAPI_COMPAT_NULL);
    (void)set;
    Py_DECREF(set);
    Py_DECREF(exc);
    Py_DECREF(handled);
    Py_DECREF(get);
#endif
}

static void
test_unraisable(void)
{
    /* sys.unraisablehook is of 3.8; which Python runs is not always the one of the headers. */
    if (Py_Version >= 0x03080000) {
        ex("seen = []\n"
           "saved_hook = sys.unraisablehook\n"
           "def hook(args): seen.append((args.exc_type, str(args.exc_value), args.err_msg, args.object))\n"
           "sys.unraisablehook = hook\n");
        PyErr_SetString(PyExc_ValueError, "text");
        PyErr_FormatUnraisable("Exception ignored in %s number %d", "test", 5);
        CHECK(equals(ev("seen.pop()"), "(ValueError, 'text', 'Exception ignored in test number 5', None)"));
        PyErr_SetString(PyExc_ValueError, "text");
        PyErr_FormatUnraisable(CAPI_COMPAT_NULL);
        CHECK(equals(ev("seen.pop()"), "(ValueError, 'text', None, None)"));
        ex("sys.unraisablehook = saved_hook");
    }
    /* The hook of Python itself insists on the type of its argument. 3.13 and newer colour what they print. */
    ex("saved_stderr = sys.stderr\n"
       "class Err(object):\n"
       "    text = ''\n"
       "    def write(self, s): Err.text += s\n"
       "    def flush(self): pass\n"
       "sys.stderr = Err()\n");
    PyErr_SetString(PyExc_ValueError, "text");
    PyErr_FormatUnraisable("Exception ignored in %s number %d", "test", 5);
    ex("sys.stderr = saved_stderr");
    CHECK(equals(ev("Err.text"), "'Exception ignored in test number 5:\\nValueError: text\\n'") || Py_Version >= 0x030D0000
          || !CPYTHON);
}

/* ---- Frames, code and threads ---- */

#if FRAMES
static PyObject *
in_frame(PyObject *self, PyObject *unused)
{
    PyFrameObject *frame = PyEval_GetFrame(), *back;
    PyObject *value, *name = str("x");
    PyCodeObject *code;
    (void)self;
    (void)unused;
    CHECK(frame != CAPI_COMPAT_NULL);
    code = PyFrame_GetCode(frame);
    CHECK(code != CAPI_COMPAT_NULL);
#if FULL
    CHECK(PyCode_Check(code) && _PyFrame_GetCodeBorrow(frame) == code);
#if CPYTHON
    value = PyCode_GetCode(code);
    CHECK(CAPI_COMPAT_CODE_BYTES(code) == value);
    Py_XDECREF(value);
    CHECK(equals(Py_NewRef(CAPI_COMPAT_CODE_VARNAME(code, 2)), "'y'"));
    CHECK(equals(Py_NewRef(CAPI_COMPAT_CODE_CELLVAR(code, 0)), "'z'"));
    CHECK(CAPI_COMPAT_FRAME_GLOBALS(frame) == space);
    value = PyFrame_GetBuiltins(frame);
    CHECK(CAPI_COMPAT_FRAME_BUILTINS(frame) == value);
    Py_XDECREF(value);
    CHECK(CAPI_COMPAT_FRAME_TRACE(frame) == CAPI_COMPAT_NULL);
    value = ev("len");
    CHECK(PyObject_SetAttrString(CAPI_COMPAT_OBJECT(frame), "f_trace", value) == 0);
    CHECK(CAPI_COMPAT_FRAME_TRACE(frame) == value);
    CHECK(PyObject_SetAttrString(CAPI_COMPAT_OBJECT(frame), "f_trace", Py_None) == 0);
    Py_XDECREF(value);
#endif
#endif
    value = PyObject_GetAttrString(CAPI_COMPAT_OBJECT(code), "co_name");
    CHECK(equals(value, "'framed'"));
    value = PyCode_GetCode(code);
    CHECK(value != CAPI_COMPAT_NULL && PyBytes_Check(value));
    Py_XDECREF(value);
    CHECK(equals(PyCode_GetVarnames(code), "('call', 'x', 'y')"));
    CHECK(equals(PyCode_GetFreevars(code), "()"));
    CHECK(equals(PyCode_GetCellvars(code), "('z',)"));
    Py_DECREF(CAPI_COMPAT_OBJECT(code));
    back = PyFrame_GetBack(frame);
    CHECK(back != CAPI_COMPAT_NULL);
#if FULL
    CHECK(_PyFrame_GetBackBorrow(frame) == back);
#endif
    Py_XDECREF(CAPI_COMPAT_OBJECT(back));
    value = PyFrame_GetLocals(frame);
    CHECK(value != CAPI_COMPAT_NULL);
    CHECK(value != CAPI_COMPAT_NULL && PyMapping_HasKeyStringWithError(value, "x") == 1);
    Py_XDECREF(value);
    value = PyFrame_GetGlobals(frame);
    CHECK(value == space || !CPYTHON);
    Py_XDECREF(value);
    value = PyFrame_GetBuiltins(frame);
    CHECK(value != CAPI_COMPAT_NULL && PyDict_Check(value) && PyDict_ContainsString(value, "len") == 1);
    Py_XDECREF(value);
    CHECK(PyFrame_GetLasti(frame) >= 0);
    CHECK(equals(PyFrame_GetVar(frame, name), "[5]"));
    CHECK(equals(PyFrame_GetVarString(frame, "y"), "6"));
    CHECK(equals(PyFrame_GetVarString(frame, "z"), "7"));
    (void)PyFrame_GetVarString(frame, "w");
    RAISES(NameError, "variable 'w' does not exist");
    (void)PyFrame_GetVar(frame, Py_None);
    RAISES(TypeError, CAPI_COMPAT_NULL);
#if PY3 && CPYTHON && FULL
    /* Documented as NULL, in 3.14 and 3.15 it is None. */
    value = PyFrame_GetGenerator(frame);
    CHECK(value == CAPI_COMPAT_NULL || (value == Py_None && PY_VERSION_HEX >= 0x030E0000));
    Py_XDECREF(value);
#endif
    value = PyEval_GetFrameBuiltins();
    CHECK(value != CAPI_COMPAT_NULL && PyDict_ContainsString(value, "len") == 1);
    Py_XDECREF(value);
    value = PyEval_GetFrameGlobals();
    CHECK(value == space || !CPYTHON);
    Py_XDECREF(value);
    value = PyEval_GetFrameLocals();
    CHECK(value != CAPI_COMPAT_NULL && PyMapping_HasKeyStringWithError(value, "x") == 1);
    if (value != CAPI_COMPAT_NULL) {
        PyObject *again = PyEval_GetFrameLocals();
        CHECK(again != CAPI_COMPAT_NULL && again != value);
        CHECK(PyDict_Check(value));
        Py_XDECREF(again);
    }
    Py_XDECREF(value);
    Py_DECREF(name);
#if CPYTHON && FULL
    {
        PyThreadState *tstate = PyThreadState_Get();
        PyFrameObject *again = PyThreadState_GetFrame(tstate);
        CHECK(again == frame);
        Py_XDECREF(again);
        CHECK(_PyThreadState_GetFrameBorrow(tstate) == frame);
    }
#endif
    return Py_NewRef(Py_None);
}

static PyMethodDef in_frame_def = {"in_frame", in_frame, METH_NOARGS, CAPI_COMPAT_NULL};

#if PY3 && CPYTHON && FULL
static PyObject *
in_generator(PyObject *self, PyObject *unused)
{
    (void)unused;
    (void)self;
    return PyFrame_GetGenerator(PyEval_GetFrame());
}

static PyMethodDef in_generator_def = {"in_generator", in_generator, METH_NOARGS, CAPI_COMPAT_NULL};
#endif

static PyObject *
in_class(PyObject *self, PyObject *unused)
{
    (void)self;
    (void)unused;
    return PyEval_GetFrameLocals();
}

static PyMethodDef in_class_def = {"in_class", in_class, METH_NOARGS, CAPI_COMPAT_NULL};

#endif

static void
test_frames(void)
{
#if FRAMES
    PyObject *call = PyCFunction_NewEx(&in_frame_def, CAPI_COMPAT_NULL, CAPI_COMPAT_NULL), *framed;
    /* Its variables are call, x and y; z is a cell. */
    ex("def framed(call):\n"
       "    x = [5]; y = 6; z = 7\n"
       "    (lambda: z)\n"
       "    call()\n");
    framed = ev("framed");
    {
        PyObject *none = PyObject_CallOneArg(framed, call);
        CHECK(none == Py_None);
        Py_XDECREF(none);
    }
    Py_DECREF(framed);
    Py_DECREF(call);
#if PY3 && CPYTHON && FULL
    {
        PyObject *in_gen = PyCFunction_NewEx(&in_generator_def, CAPI_COMPAT_NULL, CAPI_COMPAT_NULL);
        CHECK(PyDict_SetItemString(space, "in_generator", in_gen) == 0);
        Py_DECREF(in_gen);
        ex("def generator(): yield in_generator()\n"
           "the_generator = generator()\n");
        CHECK(equals(ev("next(the_generator) is the_generator"), "True"));
    }
#endif
    /* In the body of a class it is the namespace itself. */
    call = PyCFunction_NewEx(&in_class_def, CAPI_COMPAT_NULL, CAPI_COMPAT_NULL);
    CHECK(PyDict_SetItemString(space, "in_class", call) == 0);
    Py_DECREF(call);
    ex("class InClass(object):\n"
       "    in_class()['added'] = 5\n");
    CHECK(equals(ev("InClass.added"), "5") || !CPYTHON);
#endif
}

static void
test_threads(void)
{
#if FULL
    PyThreadState *tstate = PyThreadState_Get();
    CHECK(PyThreadState_GetUnchecked() == tstate);
    CHECK(PyThreadState_GetInterpreter(tstate) == PyInterpreterState_Get());
    CHECK(PyInterpreterState_Get() != CAPI_COMPAT_NULL);
#if PY_VERSION_HEX >= 0x03070000 && !defined(PYPY_VERSION)
    CHECK(PyThreadState_GetID(tstate) > 0);
#endif
#if PY_VERSION_HEX >= 0x03060000
    CHECK(Py_IsFinalizing() == 0);
#endif
#if CPYTHON
    {
        PyObject *calls;
        ex("calls = []\n"
           "def traced():\n"
           "    pass\n"
           "sys.setprofile(lambda *args: calls.append(1))\n");
        ex("calls[:] = []");
        PyThreadState_EnterTracing(tstate);
        ex("traced()");
        calls = run_text("len(calls)", Py_eval_input);
        PyThreadState_LeaveTracing(tstate);
        ex("sys.setprofile(None)");
        /* Whether calls are seen between the two is for each Python to say; after them they are not. */
        Py_XDECREF(calls);
        ex("calls[:] = []; traced()");
        CHECK(equals(ev("len(calls)"), "0"));
    }
#endif
#endif
}

/* ---- Integers ---- */

static void
test_as_int(void)
{
    PyObject *obj = ev("-12"), *big = ev("2**31"), *huge = ev("2**100"), *index = ev("Index(33)"), *bad = ev("BadIndex()");
    PyObject *real = ev("3.5"), *sub = ev("SubInt(9)"), *text = str("5");
    CHECK(PyLong_AsInt(obj) == -12 && PyLong_AsInt(index) == 33 && PyLong_AsInt(sub) == 9 && PyLong_AsInt(Py_True) == 1);
    (void)check(__LINE__, "-1", PyLong_AsInt(big) == -1);
    RAISES(OverflowError, "Python int too large to convert to C int");
    (void)check(__LINE__, "-1", PyLong_AsInt(huge) == -1);
    RAISES(OverflowError, "Python int too large to convert to C int");
    (void)check(__LINE__, "-1", PyLong_AsInt(real) == -1);
    RAISES(TypeError, PY3 ? "'float' object cannot be interpreted as an integer" : CAPI_COMPAT_NULL);
    (void)check(__LINE__, "-1", PyLong_AsInt(text) == -1);
    RAISES(TypeError, CAPI_COMPAT_NULL);
    (void)check(__LINE__, "-1", PyLong_AsInt(bad) == -1);
    RAISES(ZeroDivisionError, "index");
    (void)check(__LINE__, "-1", PyLong_AsInt(CAPI_COMPAT_NULL) == -1);
    RAISES(SystemError, CAPI_COMPAT_NULL);
    Py_DECREF(text);
    Py_DECREF(sub);
    Py_DECREF(real);
    Py_DECREF(bad);
    Py_DECREF(index);
    Py_DECREF(huge);
    Py_DECREF(big);
    Py_DECREF(obj);
}

#define TEST_FIXED(type, name, lowest, highest, above, below, below_error, c_name) \
    do { \
        PyObject *low = ev(lowest), *high = ev(highest), *over = ev(above), *under = ev(below), *index = ev("Index(33)"); \
        PyObject *real = ev("3.5"), *bad = ev("BadIndex()"), *huge = ev("2**100"), *neg = ev("-2**100"); \
        type value = 77; \
        CHECK(PyLong_As##name(low, &value) == 0 && equals(PyLong_From##name(value), lowest)); \
        CHECK(PyLong_As##name(high, &value) == 0 && equals(PyLong_From##name(value), highest)); \
        CHECK(PyLong_As##name(index, &value) == 0 && value == 33); \
        (void)check(__LINE__, "-1", PyLong_As##name(over, &value) == -1 && value == 33); \
        RAISES(OverflowError, "Python int too large to convert to C " c_name); \
        (void)check(__LINE__, "-1", PyLong_As##name(huge, &value) == -1 && value == 33); \
        RAISES(OverflowError, "Python int too large to convert to C " c_name); \
        (void)check(__LINE__, "-1", PyLong_As##name(under, &value) == -1 && value == 33); \
        RAISES(below_error, CAPI_COMPAT_NULL); \
        (void)check(__LINE__, "-1", PyLong_As##name(neg, &value) == -1 && value == 33); \
        RAISES(below_error, CAPI_COMPAT_NULL); \
        (void)check(__LINE__, "-1", PyLong_As##name(real, &value) == -1); \
        RAISES(TypeError, CAPI_COMPAT_NULL); \
        (void)check(__LINE__, "-1", PyLong_As##name(bad, &value) == -1); \
        RAISES(ZeroDivisionError, "index"); \
        (void)check(__LINE__, "-1", PyLong_As##name(CAPI_COMPAT_NULL, &value) == -1); \
        RAISES(SystemError, CAPI_COMPAT_NULL); \
        Py_DECREF(neg); \
        Py_DECREF(huge); \
        Py_DECREF(bad); \
        Py_DECREF(real); \
        Py_DECREF(index); \
        Py_DECREF(under); \
        Py_DECREF(over); \
        Py_DECREF(high); \
        Py_DECREF(low); \
    } while (0)

static void
test_fixed_ints(void)
{
#if PY3
    TEST_FIXED(int32_t, Int32, "-2**31", "2**31 - 1", "2**31", "-2**31 - 1", OverflowError, "int32_t");
    TEST_FIXED(int64_t, Int64, "-2**63", "2**63 - 1", "2**63", "-2**63 - 1", OverflowError, "int64_t");
    TEST_FIXED(uint32_t, UInt32, "0", "2**32 - 1", "2**32", "-1", ValueError, "uint32_t");
    TEST_FIXED(uint64_t, UInt64, "0", "2**64 - 1", "2**64", "-1", ValueError, "uint64_t");
#else
    TEST_FIXED(int32_t, Int32, "long(-2**31)", "long(2**31 - 1)", "2**31", "-2**31 - 1", OverflowError, "int32_t");
    TEST_FIXED(int64_t, Int64, "long(-2**63)", "long(2**63 - 1)", "2**63", "-2**63 - 1", OverflowError, "int64_t");
    TEST_FIXED(uint32_t, UInt32, "0L", "long(2**32 - 1)", "2**32", "-1", ValueError, "uint32_t");
    TEST_FIXED(uint64_t, UInt64, "0L", "2**64 - 1", "2**64", "-1", ValueError, "uint64_t");
#endif
}

static void
test_signs(void)
{
    PyObject *minus = ev("-5"), *zero = ev("0"), *huge = ev("2**100"), *low = ev("-2**100"), *sub = ev("SubInt(-3)");
    PyObject *index = ev("Index(1)"), *real = ev("1.0");
    int sign = 7;
    CHECK(PyLong_GetSign(minus, &sign) == 0 && sign == -1);
    CHECK(PyLong_GetSign(zero, &sign) == 0 && sign == 0);
    CHECK(PyLong_GetSign(huge, &sign) == 0 && sign == 1);
    CHECK(PyLong_GetSign(low, &sign) == 0 && sign == -1);
    CHECK(PyLong_GetSign(sub, &sign) == 0 && sign == -1);
    (void)check(__LINE__, "-1", PyLong_GetSign(index, &sign) == -1);
    RAISES(TypeError, CAPI_COMPAT_NULL);
    (void)check(__LINE__, "-1", PyLong_GetSign(real, &sign) == -1);
    RAISES(TypeError, "expect int, got float");
    CHECK(PyLong_IsPositive(huge) == 1 && PyLong_IsPositive(zero) == 0 && PyLong_IsPositive(minus) == 0);
    CHECK(PyLong_IsNegative(huge) == 0 && PyLong_IsNegative(zero) == 0 && PyLong_IsNegative(minus) == 1);
    CHECK(PyLong_IsZero(huge) == 0 && PyLong_IsZero(zero) == 1 && PyLong_IsZero(minus) == 0);
    (void)check(__LINE__, "-1", PyLong_IsPositive(real) == -1);
    RAISES(TypeError, "expected int, got float");
    (void)check(__LINE__, "-1", PyLong_IsNegative(real) == -1);
    RAISES(TypeError, "expected int, got float");
    (void)check(__LINE__, "-1", PyLong_IsZero(real) == -1);
    RAISES(TypeError, "expected int, got float");
    Py_DECREF(real);
    Py_DECREF(index);
    Py_DECREF(sub);
    Py_DECREF(low);
    Py_DECREF(huge);
    Py_DECREF(zero);
    Py_DECREF(minus);
}

static void
test_native_bytes(void)
{
#if PY3
    static const char *const values[] = {
        "0", "1", "-1", "127", "128", "-128", "-129", "255", "256", "65535", "-65536", "2**30 - 1", "2**30", "-2**30", "2**31",
        "-2**31", "2**32 - 1", "2**63 - 1", "2**63", "2**64 - 1", "2**64", "-2**63", "-2**63 - 1", "2**100", "-2**100",
        "2**127", "-2**127", "2**128 - 1", "-2**128", "2**200 + 5", "True",
    };
    static const int all_flags[] = {-1, 0, 1, 3, 4, 5, 7};
    unsigned char buffer[40];
    size_t v, f;
    int n;
    PyObject *index = ev("Index(258)"), *real = ev("3.5"), *minus = ev("-1"), *two = ev("2");
    for (v = 0; v < sizeof(values) / sizeof(values[0]); v++) {
        PyObject *value = ev(values[v]);
        PyObject *absolute = PyNumber_Absolute(value);
        PyObject *bits = PyObject_CallMethod(absolute, "bit_length", CAPI_COMPAT_NULL);
        long nbits = PyLong_AsLong(bits);
        Py_XDECREF(bits);
        Py_XDECREF(absolute);
        for (f = 0; f < sizeof(all_flags) / sizeof(all_flags[0]); f++) {
            int flags = all_flags[f];
            for (n = 0; n <= 40; n++) {
                char expression[300];
                Py_ssize_t needed;
                int is_unsigned = flags == -1 || (flags & 4) != 0, fits;
                const int one = 1;
                const char *order = flags == -1 || (flags & 2)
                    ? (*CAPI_COMPAT_PTR(const char *, &one) ? "little" : "big") : (flags & 1) ? "little" : "big";
                memset(buffer, 0xAA, sizeof(buffer));
                needed = PyLong_AsNativeBytes(value, buffer, n, flags);
                (void)PyOS_snprintf(expression, sizeof(expression), "((%s) & (2**%d - 1)).to_bytes(%d, '%s')", values[v], 8 * n,
                                    n, order);
                CHECK(equals(PyBytes_FromStringAndSize(CAPI_COMPAT_PTR(char *, buffer), n), expression));
                (void)PyOS_snprintf(expression, sizeof(expression), "(-2**%d <= (%s) < 2**%d) or (%d and 0 <= (%s) < 2**%d)",
                                    n == 0 ? 0 : 8 * n - 1, values[v], n == 0 ? 0 : 8 * n - 1, is_unsigned, values[v], 8 * n);
                {
                    PyObject *truth = ev(expression);
                    fits = n > 0 && PyObject_IsTrue(truth);
                    Py_DECREF(truth);
                }
                CHECK((needed <= n) == fits || (n == 0 && needed > 0));
                /* How many bytes the real function asks for: see the tests on 3.13 and newer. */
                if (nbits > 30) {
                    CHECK(needed == nbits / 8 + 1 || (fits && needed == n));
                }
                else if (fits) {
                    CHECK(needed == (n < 8 ? n : 8) || sizeof(size_t) != 8);
                }
                else if (n == 0) {
                    CHECK(needed == CAPI_COMPAT_CAST(Py_ssize_t, sizeof(size_t)));
                }
                if (fits) {
                    PyObject *back = is_unsigned && flags != -1 ? PyLong_FromUnsignedNativeBytes(buffer, CAPI_COMPAT_CAST(size_t, n), flags)
                        : PyLong_FromNativeBytes(buffer, CAPI_COMPAT_CAST(size_t, n), flags);
                    CHECK(back != CAPI_COMPAT_NULL);
                    if (!is_unsigned) {
                        CHECK(PyObject_RichCompareBool(back, value, Py_EQ) == 1);
                    }
                    Py_XDECREF(back);
                }
            }
        }
        Py_DECREF(value);
    }
    CHECK(Py_ASNATIVEBYTES_DEFAULTS == -1 && Py_ASNATIVEBYTES_BIG_ENDIAN == 0 && Py_ASNATIVEBYTES_LITTLE_ENDIAN == 1);
    CHECK(Py_ASNATIVEBYTES_NATIVE_ENDIAN == 3 && Py_ASNATIVEBYTES_UNSIGNED_BUFFER == 4);
    CHECK(Py_ASNATIVEBYTES_REJECT_NEGATIVE == 8 && Py_ASNATIVEBYTES_ALLOW_INDEX == 16);
    CHECK(PyLong_AsNativeBytes(index, buffer, 2, Py_ASNATIVEBYTES_ALLOW_INDEX) == 2 && buffer[0] == 1 && buffer[1] == 2);
    (void)check(__LINE__, "-1", PyLong_AsNativeBytes(index, buffer, 2, -1) == -1);
    RAISES(TypeError, CAPI_COMPAT_NULL);
    (void)check(__LINE__, "-1", PyLong_AsNativeBytes(real, buffer, 2, 0) == -1);
    RAISES(TypeError, "expect int, got float");
    (void)check(__LINE__, "-1", PyLong_AsNativeBytes(real, buffer, 2, 16) == -1);
    RAISES(TypeError, "'float' object cannot be interpreted as an integer");
    (void)check(__LINE__, "-1", PyLong_AsNativeBytes(minus, buffer, 2, Py_ASNATIVEBYTES_REJECT_NEGATIVE) == -1);
    RAISES(ValueError, CAPI_COMPAT_NULL);
    (void)check(__LINE__, "-1", PyLong_AsNativeBytes(minus, buffer, -1, 0) == -1);
    RAISES(SystemError, CAPI_COMPAT_NULL);
    CHECK(equals(PyLong_FromNativeBytes("\x80\x01", 2, 0), "-32767"));
    CHECK(equals(PyLong_FromNativeBytes("\x80\x01", 2, 1), "384"));
    CHECK(equals(PyLong_FromNativeBytes("\x80\x01", 2, 4), "32769"));
    CHECK(equals(PyLong_FromNativeBytes("\xff", 1, -1), "-1"));
    CHECK(equals(PyLong_FromUnsignedNativeBytes("\xff", 1, -1), "255"));
    CHECK(equals(PyLong_FromNativeBytes("", 0, 0), "0"));
    CHECK(equals(PyLong_FromUnsignedNativeBytes("\xff\xff\xff\xff\xff\xff\xff\xff\xff", 9, 1), "2**72 - 1"));
    (void)PyLong_FromNativeBytes(CAPI_COMPAT_NULL, 1, 0);
    RAISES(SystemError, CAPI_COMPAT_NULL);
    (void)PyLong_FromUnsignedNativeBytes(CAPI_COMPAT_NULL, 1, 0);
    RAISES(SystemError, CAPI_COMPAT_NULL);
#if FULL
    CHECK(PyUnstable_Long_IsCompact(CAPI_COMPAT_PTR(PyLongObject *, two)) == 1);
    CHECK(PyUnstable_Long_CompactValue(CAPI_COMPAT_PTR(PyLongObject *, two)) == 2);
    CHECK(PyUnstable_Long_CompactValue(CAPI_COMPAT_PTR(PyLongObject *, minus)) == -1);
    Py_DECREF(two);
    two = ev("2**80");
    CHECK(PyUnstable_Long_IsCompact(CAPI_COMPAT_PTR(PyLongObject *, two)) == 0);
#endif
    Py_DECREF(two);
    Py_DECREF(minus);
    Py_DECREF(real);
    Py_DECREF(index);
#endif
}

static void
test_long_export(void)
{
#if PY3
    static const char *const values[] = {"0", "-7", "2**63 - 1", "-2**63", "2**63", "-2**63 - 1", "2**200 + 12345", "-3**300"};
    const PyLongLayout *layout = PyLong_GetNativeLayout();
    PyObject *real = ev("3.5");
    PyLongWriter *writer;
    void *digits = CAPI_COMPAT_NULL;
    size_t v;
    CHECK(layout != CAPI_COMPAT_NULL && layout->digits_order == -1);
    CHECK(layout->digit_endianness == 1 || layout->digit_endianness == -1);
#if CPYTHON && FULL
    {
        PyObject *bits = ev("sys.int_info.bits_per_digit"), *size = ev("sys.int_info.sizeof_digit");
        CHECK(PyLong_AsLong(bits) == layout->bits_per_digit && PyLong_AsLong(size) == layout->digit_size);
        Py_DECREF(size);
        Py_DECREF(bits);
    }
#endif
    for (v = 0; v < sizeof(values) / sizeof(values[0]); v++) {
        PyObject *value = ev(values[v]);
        PyLongExport exported;
        Py_ssize_t refs = Py_REFCNT(value);
        CHECK(PyLong_Export(value, &exported) == 0);
        if (exported.digits == CAPI_COMPAT_NULL) {
            CHECK(v < 4 && equals(PyLong_FromLongLong(exported.value), values[v]));
        }
        else {
            CHECK(exported.ndigits > 0);
            writer = PyLongWriter_Create(exported.negative, exported.ndigits + 2, &digits);
            CHECK(writer != CAPI_COMPAT_NULL && digits != CAPI_COMPAT_NULL);
            memset(digits, 0, CAPI_COMPAT_CAST(size_t, exported.ndigits + 2) * layout->digit_size);
            memcpy(digits, exported.digits, CAPI_COMPAT_CAST(size_t, exported.ndigits) * layout->digit_size);
            CHECK(equals(PyLongWriter_Finish(writer), values[v]));
        }
        PyLong_FreeExport(&exported);
        CHECK(!CPYTHON || Py_REFCNT(value) == refs);
        Py_DECREF(value);
    }
    writer = PyLongWriter_Create(1, 3, &digits);
    CHECK(writer != CAPI_COMPAT_NULL);
    memset(digits, 0, 3u * layout->digit_size);
    if (layout->digit_size == 4) {
        *CAPI_COMPAT_CAST(uint32_t *, digits) = 5;
    }
    else if (layout->digit_size == 2) {
        *CAPI_COMPAT_CAST(uint16_t *, digits) = 5;
    }
    else {
        *CAPI_COMPAT_CAST(unsigned char *, digits) = 5;
    }
    {
        PyObject *result = PyLongWriter_Finish(writer), *minus = ev("-5");
        CHECK(result == minus || !CPYTHON);
        Py_DECREF(minus);
        CHECK(equals(result, "-5"));
    }
    writer = PyLongWriter_Create(0, 2, &digits);
    memset(digits, 0, 2u * layout->digit_size);
    CHECK(equals(PyLongWriter_Finish(writer), "0"));
    writer = PyLongWriter_Create(0, 2, &digits);
    PyLongWriter_Discard(writer);
    PyLongWriter_Discard(CAPI_COMPAT_NULL);  /* does nothing */
    writer = PyLongWriter_Create(0, 0, &digits);
    (void)check(__LINE__, "NULL", writer == CAPI_COMPAT_NULL);
    RAISES(ValueError, "ndigits must be positive");
    {
        PyLongExport exported;
        (void)check(__LINE__, "-1", PyLong_Export(real, &exported) == -1);
        RAISES(TypeError, "expect int, got float");
    }
    Py_DECREF(real);
#endif
}

/* ---- Hashes, times and floats ---- */

static void
test_hashes(void)
{
    PyObject *obj = ev("Obj()"), *bytes = PyBytes_FromString("some bytes");
    CHECK(Py_HashPointer(obj) == PyObject_GenericHash(obj) || !CPYTHON);
    CHECK(PyObject_GenericHash(obj) == PyObject_Hash(obj));
    CHECK(Py_HashPointer(CAPI_COMPAT_NULL) == 0);
    CHECK(Py_HashBuffer("some bytes", 10) == PyObject_Hash(bytes));
    CHECK(Py_HashBuffer("", 0) == 0 || !CPYTHON);
#if PY3
    CHECK(equals(PyLong_FromLong(PyHASH_BITS), "sys.hash_info.modulus.bit_length()"));
    CHECK(equals(PyLong_FromSize_t(PyHASH_MODULUS), "sys.hash_info.modulus"));
    CHECK(equals(PyLong_FromLong(PyHASH_INF), "sys.hash_info.inf"));
    CHECK(equals(PyLong_FromUnsignedLong(PyHASH_IMAG), "sys.hash_info.imag"));
#endif
    Py_DECREF(bytes);
    Py_DECREF(obj);
}

static void
test_times(void)
{
    PyTime_t now = 0;
    PyObject *clock;
    CHECK(PyTime_MIN < 0 && PyTime_MAX > 0 && PyTime_MAX + PyTime_MIN == -1);
    CHECK(PyTime_AsSecondsDouble(1500000000) > 1.4999 && PyTime_AsSecondsDouble(1500000000) < 1.5001);
    CHECK(PyTime_AsSecondsDouble(-2000000000) < -1.9999);
    CHECK(PyTime_Time(&now) == 0);
    clock = ev("__import__('time').time()");
    CHECK(PyFloat_AsDouble(clock) - PyTime_AsSecondsDouble(now) < 5.0);
    CHECK(PyTime_AsSecondsDouble(now) - PyFloat_AsDouble(clock) < 5.0);
    Py_DECREF(clock);
#if PY3
    {
        PyTime_t later = 0;
        CHECK(PyTime_Monotonic(&now) == 0);
        clock = ev("__import__('time').monotonic()");
        CHECK(PyFloat_AsDouble(clock) - PyTime_AsSecondsDouble(now) < 5.0);
        CHECK(PyTime_AsSecondsDouble(now) - PyFloat_AsDouble(clock) < 5.0);
        Py_DECREF(clock);
        CHECK(PyTime_Monotonic(&later) == 0 && later >= now);
        CHECK(PyTime_PerfCounter(&now) == 0 && now > 0);
        CHECK(PyTime_PerfCounter(&later) == 0 && later >= now);
#if CPYTHON && FULL
        CHECK(PyTime_MonotonicRaw(&now) == 0 && now > 0);
        CHECK(PyTime_TimeRaw(&now) == 0 && now > 0);
        CHECK(PyTime_PerfCounterRaw(&now) == 0 && now > 0);
        Py_BEGIN_ALLOW_THREADS
        (void)PyTime_MonotonicRaw(&now);
        (void)PyTime_TimeRaw(&now);
        (void)PyTime_PerfCounterRaw(&now);
        Py_END_ALLOW_THREADS
        CHECK(now > 0);
#endif
    }
#endif
}

static void
test_floats(void)
{
    char buffer[8];
    int le;
    for (le = 0; le <= 1; le++) {
        CHECK(PyFloat_Pack4(1.5, buffer, le) == 0 && memcmp(buffer, le ? "\0\0\xc0\x3f" : "\x3f\xc0\0\0", 4) == 0);
        CHECK(PyFloat_Unpack4(buffer, le) > 1.49 && PyFloat_Unpack4(buffer, le) < 1.51);
        CHECK(PyFloat_Pack8(-2.0, buffer, le) == 0);
        CHECK(memcmp(buffer, le ? "\0\0\0\0\0\0\0\xc0" : "\xc0\0\0\0\0\0\0\0", 8) == 0);
        CHECK(PyFloat_Unpack8(buffer, le) < -1.9 && PyFloat_Unpack8(buffer, le) > -2.1);
        (void)check(__LINE__, "-1", PyFloat_Pack4(1e300, buffer, le) == -1);
        RAISES(OverflowError, CAPI_COMPAT_NULL);
#if PY3
        CHECK(PyFloat_Pack2(1.5, buffer, le) == 0 && memcmp(buffer, le ? "\0\x3e" : "\x3e\0", 2) == 0);
        CHECK(PyFloat_Unpack2(buffer, le) > 1.49 && PyFloat_Unpack2(buffer, le) < 1.51);
        (void)check(__LINE__, "-1", PyFloat_Pack2(1e10, buffer, le) == -1);
        RAISES(OverflowError, CAPI_COMPAT_NULL);
#endif
    }
}

/* ---- Strings and bytes ---- */

static void
test_unicode_equal(void)
{
    PyObject *ascii = str("abc"), *sub = ev("SubStr('abc')"), *list = ev("[]"), *other = str("abd");
    CHECK(PyUnicode_EqualToUTF8(ascii, "abc") == 1 && PyUnicode_EqualToUTF8(ascii, "abd") == 0);
    CHECK(PyUnicode_EqualToUTF8(ascii, "ab") == 0 && PyUnicode_EqualToUTF8(ascii, "abcd") == 0);
    CHECK(PyUnicode_EqualToUTF8AndSize(ascii, "abcd", 3) == 1 && PyUnicode_EqualToUTF8AndSize(ascii, "abc\0", 4) == 0);
    CHECK(PyUnicode_EqualToUTF8(sub, "abc") == 1);
    PyErr_SetString(PyExc_ValueError, "before");
    (void)check(__LINE__, "1", PyUnicode_EqualToUTF8(ascii, "abc") == 1);
    RAISES(ValueError, "before");
#if PY3
    {
        PyObject *wide = ev("'h\\xe4\\u20ac\\U0001f600'"), *lone = ev("'\\udc80'"), *null = ev("'a\\0b'");
        CHECK(PyUnicode_EqualToUTF8(wide, "h\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80") == 1);
        CHECK(PyUnicode_EqualToUTF8(wide, "h\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x81") == 0);
        CHECK(PyUnicode_EqualToUTF8(wide, "\xff") == 0);
        CHECK(PyUnicode_EqualToUTF8(lone, "\xed\xb2\x80") == 0);
        CHECK(PyUnicode_EqualToUTF8AndSize(null, "a\0b", 3) == 1 && PyUnicode_EqualToUTF8(null, "a") == 0);
        CHECK(PyUnicode_Equal(lone, lone) == 1 && PyUnicode_Equal(wide, lone) == 0);
        Py_DECREF(null);
        Py_DECREF(lone);
        Py_DECREF(wide);
    }
    CHECK(PyUnicode_Equal(ascii, sub) == 1);
#endif
    CHECK(PyUnicode_Equal(ascii, ascii) == 1 && PyUnicode_Equal(ascii, other) == 0);
    (void)check(__LINE__, "-1", PyUnicode_Equal(list, ascii) == -1);
    RAISES(TypeError, "first argument must be str, not list");
    (void)check(__LINE__, "-1", PyUnicode_Equal(ascii, list) == -1);
    RAISES(TypeError, "second argument must be str, not list");
    Py_DECREF(other);
    Py_DECREF(list);
    Py_DECREF(sub);
    Py_DECREF(ascii);
}

static void
test_unicode_writer(void)
{
#if PY3
    static Py_UCS4 ucs4[] = {0x61, 0x20ac, 0x1f600, 0xdc80};
    PyUnicodeWriter *writer = PyUnicodeWriter_Create(0);
    PyObject *list = ev("[1, 'x']"), *text = ev("'0123\\u20ac56789'"), *raising;
    Py_ssize_t consumed = 77;
    CHECK(writer != CAPI_COMPAT_NULL);
    CHECK(equals(PyUnicodeWriter_Finish(writer), "''"));
    writer = PyUnicodeWriter_Create(100);
    CHECK(PyUnicodeWriter_WriteChar(writer, 'a') == 0 && PyUnicodeWriter_WriteChar(writer, 0x1f600) == 0);
    CHECK(PyUnicodeWriter_WriteStr(writer, list) == 0);
    CHECK(PyUnicodeWriter_WriteRepr(writer, text) == 0);
    CHECK(equals(PyUnicodeWriter_Finish(writer), "'a\\U0001f600[1, \\'x\\']\\'0123\\u20ac56789\\''"));
    CHECK(has_refs(list, 1));
    writer = PyUnicodeWriter_Create(0);
    CHECK(PyUnicodeWriter_WriteUTF8(writer, "\xc3\xa4xyz", 3) == 0 && PyUnicodeWriter_WriteUTF8(writer, "rest", -1) == 0);
    CHECK(PyUnicodeWriter_WriteASCII(writer, "ascii", 2) == 0 && PyUnicodeWriter_WriteASCII(writer, "!!", -1) == 0);
    CHECK(PyUnicodeWriter_WriteWideChar(writer, L"wide", 2) == 0 && PyUnicodeWriter_WriteWideChar(writer, L"!\u20ac", -1) == 0);
    CHECK(PyUnicodeWriter_WriteUCS4(writer, ucs4, 4) == 0 && PyUnicodeWriter_WriteUCS4(writer, ucs4, 0) == 0);
    CHECK(PyUnicodeWriter_WriteSubstring(writer, text, 2, 6) == 0 && PyUnicodeWriter_WriteSubstring(writer, text, 3, 3) == 0);
    CHECK(PyUnicodeWriter_Format(writer, "<%s %d %R>", "text", 5, list) == 0);
    CHECK(equals(PyUnicodeWriter_Finish(writer),
                 "'\\xe4xrestas!!wi!\\u20aca\\u20ac\\U0001f600\\udc8023\\u20ac5<text 5 [1, \\'x\\']>'"));

    /* After an error what was written before is still there. */
    writer = PyUnicodeWriter_Create(0);
    CHECK(PyUnicodeWriter_WriteUTF8(writer, "before", -1) == 0);
    (void)check(__LINE__, "-1", PyUnicodeWriter_WriteUTF8(writer, "bad\xff", -1) == -1);
    RAISES(UnicodeDecodeError, CAPI_COMPAT_NULL);
    (void)check(__LINE__, "-1", PyUnicodeWriter_WriteChar(writer, 0x110000) == -1);
    RAISES(ValueError, CAPI_COMPAT_NULL);
    raising = ev("type('Raising', (), {'__str__': raises, '__repr__': raises})()");
    (void)check(__LINE__, "-1", PyUnicodeWriter_WriteStr(writer, raising) == -1);
    RAISES(ValueError, "raised");
    (void)check(__LINE__, "-1", PyUnicodeWriter_WriteRepr(writer, raising) == -1);
    RAISES(ValueError, "raised");
    (void)check(__LINE__, "-1", PyUnicodeWriter_Format(writer, "part %R", raising) == -1);
    RAISES(ValueError, "raised");
    Py_DECREF(raising);
    (void)check(__LINE__, "-1", PyUnicodeWriter_WriteSubstring(writer, list, 0, 1) == -1);
    RAISES(TypeError, CAPI_COMPAT_NULL);
    (void)check(__LINE__, "-1", PyUnicodeWriter_WriteSubstring(writer, text, -1, 1) == -1);
    RAISES(ValueError, CAPI_COMPAT_NULL);
    (void)check(__LINE__, "-1", PyUnicodeWriter_WriteSubstring(writer, text, 5, 2) == -1);
    RAISES(ValueError, CAPI_COMPAT_NULL);
    (void)check(__LINE__, "-1", PyUnicodeWriter_WriteUCS4(writer, ucs4, -1) == -1);
    RAISES(ValueError, "size must be positive");
    CHECK(PyUnicodeWriter_WriteRepr(writer, CAPI_COMPAT_NULL) == 0);
    CHECK(equals(PyUnicodeWriter_Finish(writer), "'before<NULL>'"));

    writer = PyUnicodeWriter_Create(0);
    CHECK(PyUnicodeWriter_DecodeUTF8Stateful(writer, "ab\xe2\x82", 4, CAPI_COMPAT_NULL, &consumed) == 0 && consumed == 2);
    CHECK(PyUnicodeWriter_DecodeUTF8Stateful(writer, "x\xffy", -1, "replace", CAPI_COMPAT_NULL) == 0);
    (void)check(__LINE__, "-1", PyUnicodeWriter_DecodeUTF8Stateful(writer, "x\xffy", 3, "strict", &consumed) == -1);
    RAISES(UnicodeDecodeError, CAPI_COMPAT_NULL);
    CHECK(equals(PyUnicodeWriter_Finish(writer), "'abx\\ufffdy'"));

    writer = PyUnicodeWriter_Create(5);
    CHECK(PyUnicodeWriter_WriteChar(writer, 'a') == 0);
    PyUnicodeWriter_Discard(writer);
    PyUnicodeWriter_Discard(CAPI_COMPAT_NULL);  /* does nothing */
    (void)check(__LINE__, "NULL", PyUnicodeWriter_Create(-1) == CAPI_COMPAT_NULL);
    RAISES(ValueError, "length must be positive");
    Py_DECREF(text);
    Py_DECREF(list);
#endif
}

static void
test_bytes_join(void)
{
    PyObject *sep = PyBytes_FromString("-"), *list = ev("[b'a', b'b', b'c']"), *wrong = ev("[b'a', 5]"), *text = ev("u','");
    PyObject *five = ev("5");
    CHECK(equals(PyBytes_Join(sep, list), "b'a-b-c'"));
    (void)PyBytes_Join(sep, wrong);
    RAISES(TypeError, CAPI_COMPAT_NULL);
    (void)PyBytes_Join(sep, five);
    RAISES(TypeError, CAPI_COMPAT_NULL);
    /* A separator that is no bytes, or none, is an error. */
    (void)PyBytes_Join(text, list);
    RAISES(TypeError, PY3 ? "sep: expected bytes, got str" : CAPI_COMPAT_NULL);
    (void)PyBytes_Join(CAPI_COMPAT_NULL, list);
    RAISES(SystemError, CAPI_COMPAT_NULL);
    Py_DECREF(five);
    Py_DECREF(text);
    Py_DECREF(wrong);
    Py_DECREF(list);
    Py_DECREF(sep);
}

static void
test_bytes_writer(void)
{
    PyBytesWriter *writer = PyBytesWriter_Create(0);
    char *data;
    CHECK(writer != CAPI_COMPAT_NULL && PyBytesWriter_GetSize(writer) == 0);
    CHECK(equals(PyBytesWriter_Finish(writer), "b''"));
    writer = PyBytesWriter_Create(3);
    CHECK(PyBytesWriter_GetSize(writer) == 3);
    memcpy(PyBytesWriter_GetData(writer), "abc", 3);
    CHECK(PyBytesWriter_WriteBytes(writer, "defg", 2) == 0 && PyBytesWriter_WriteBytes(writer, "hi", -1) == 0);
    CHECK(PyBytesWriter_Format(writer, "<%s %i>", "text", 5) == 0);
    CHECK(PyBytesWriter_GetSize(writer) == 15);
    CHECK(equals(PyBytesWriter_Finish(writer), "b'abcdehi<text 5>'"));
    writer = PyBytesWriter_Create(10);
    memcpy(PyBytesWriter_GetData(writer), "0123456789", 10);
    CHECK(equals(PyBytesWriter_FinishWithSize(writer, 4), "b'0123'"));
    writer = PyBytesWriter_Create(10);
    data = CAPI_COMPAT_CAST(char *, PyBytesWriter_GetData(writer));
    memcpy(data, "0123456789", 10);
    CHECK(equals(PyBytesWriter_FinishWithPointer(writer, data + 7), "b'0123456'"));
    writer = PyBytesWriter_Create(10);
    data = CAPI_COMPAT_CAST(char *, PyBytesWriter_GetData(writer));
    (void)PyBytesWriter_FinishWithPointer(writer, data - 1);
    RAISES(ValueError, "size must be positive");
    writer = PyBytesWriter_Create(2);
    memcpy(PyBytesWriter_GetData(writer), "xy", 2);
    CHECK(PyBytesWriter_Resize(writer, 1000) == 0 && PyBytesWriter_GetSize(writer) == 1000);
    CHECK(memcmp(PyBytesWriter_GetData(writer), "xy", 2) == 0);
    CHECK(PyBytesWriter_Resize(writer, 1) == 0 && PyBytesWriter_Grow(writer, 600) == 0 && PyBytesWriter_GetSize(writer) == 601);
    CHECK(PyBytesWriter_Grow(writer, -600) == 0 && PyBytesWriter_GetSize(writer) == 1);
    data = CAPI_COMPAT_CAST(char *, PyBytesWriter_GetData(writer)) + 1;
    data = CAPI_COMPAT_CAST(char *, PyBytesWriter_GrowAndUpdatePointer(writer, 5000, data));
    CHECK(data == CAPI_COMPAT_CAST(char *, PyBytesWriter_GetData(writer)) + 1);
    *data++ = 'z';
    CHECK(equals(PyBytesWriter_FinishWithPointer(writer, data), "b'xz'"));
    writer = PyBytesWriter_Create(2);
    (void)check(__LINE__, "-1", PyBytesWriter_Resize(writer, -1) == -1);
    RAISES(ValueError, "size must be >= 0");
    (void)check(__LINE__, "-1", PyBytesWriter_Grow(writer, -3) == -1);
    RAISES(ValueError, "invalid size");
    PyBytesWriter_Discard(writer);
    PyBytesWriter_Discard(CAPI_COMPAT_NULL);
    (void)check(__LINE__, "NULL", PyBytesWriter_Create(-1) == CAPI_COMPAT_NULL);
    RAISES(ValueError, "size must be >= 0");
}

/* ---- Constants and iterators ---- */

static void
test_constants(void)
{
    static const char *const values[] = {
        "None", "False", "True", "Ellipsis", "NotImplemented", "0", "1", "''", "b''", "()",
    };
    unsigned int i;
    for (i = 0; i < 10; i++) {
        PyObject *constant = Py_GetConstant(i), *borrowed = Py_GetConstantBorrowed(i);
        CHECK(constant == borrowed || !CPYTHON);
        CHECK(borrowed == Py_GetConstantBorrowed(i));
        CHECK(equals(constant, values[i]));
    }
    CHECK(Py_CONSTANT_NONE == 0 && Py_CONSTANT_FALSE == 1 && Py_CONSTANT_TRUE == 2 && Py_CONSTANT_ELLIPSIS == 3);
    CHECK(Py_CONSTANT_NOT_IMPLEMENTED == 4 && Py_CONSTANT_ZERO == 5 && Py_CONSTANT_ONE == 6 && Py_CONSTANT_EMPTY_STR == 7);
    CHECK(Py_CONSTANT_EMPTY_BYTES == 8 && Py_CONSTANT_EMPTY_TUPLE == 9);
    (void)Py_GetConstant(1000);
    RAISES(SystemError, CAPI_COMPAT_NULL);
    (void)Py_GetConstantBorrowed(1000);
    RAISES(SystemError, CAPI_COMPAT_NULL);
}

#ifndef Py_LIMITED_API
static void
test_calls_of_before(void)
{
    PyObject *number = ev("2 ** 70 - 2 ** 70 - 2"), *big = ev("2 ** 70"), *half = ev("0.5");
    PyLongObject *negative = CAPI_COMPAT_CAST(PyLongObject *, CAPI_COMPAT_CAST(void *, number));
    PyLongObject *long_one = CAPI_COMPAT_CAST(PyLongObject *, CAPI_COMPAT_CAST(void *, big));
    unsigned char bytes[2] = {0, 0};
    CHECK(CAPI_COMPAT_LONG_AS_BYTE_ARRAY(negative, bytes, 2, 1, 1) == 0 && bytes[0] == 254 && bytes[1] == 255);
    CHECK(CAPI_COMPAT_LONG_AS_BYTE_ARRAY(negative, bytes, 2, 0, 1) == 0 && bytes[0] == 255 && bytes[1] == 254);
    (void)check(__LINE__, "-1", CAPI_COMPAT_LONG_AS_BYTE_ARRAY(negative, bytes, 2, 1, 0) == -1);
    RAISES(OverflowError, CAPI_COMPAT_NULL);
    (void)check(__LINE__, "-1", CAPI_COMPAT_LONG_AS_BYTE_ARRAY(long_one, bytes, 2, 1, 0) == -1);
    RAISES(OverflowError, CAPI_COMPAT_NULL);
    CHECK(CAPI_COMPAT_HASH_DOUBLE(0.5) == PyObject_Hash(half));
    CHECK(CAPI_COMPAT_HASH_DOUBLE(Py_HUGE_VAL - Py_HUGE_VAL) == 0);
    Py_DECREF(number);
    Py_DECREF(big);
    Py_DECREF(half);
}
#endif

static void
test_iterators(void)
{
    PyObject *iter = ev("iter([1])"), *broken = ev("broken_iter()"), *list = ev("[]"), *item = list;
    CHECK(PyIter_NextItem(iter, &item) == 1 && equals(item, "1"));
    item = list;
    CHECK(PyIter_NextItem(iter, &item) == 0 && item == CAPI_COMPAT_NULL);
    CHECK(PyIter_NextItem(broken, &item) == 1 && equals(item, "1"));
    item = list;
    (void)check(__LINE__, "-1", PyIter_NextItem(broken, &item) == -1 && item == CAPI_COMPAT_NULL);
    RAISES(ValueError, "iter");
    item = list;
    (void)check(__LINE__, "-1", PyIter_NextItem(list, &item) == -1 && item == CAPI_COMPAT_NULL);
    RAISES(TypeError, "expected an iterator, got 'list'");
    Py_DECREF(broken);
    Py_DECREF(iter);
#if PY3
    {
        PyObject *gen = ev("gen()"), *five = ev("5"), *async = ev("AsyncIterator()"), *wrong = ev("AsyncWrong()"), *again;
        CHECK(PyIter_Send(gen, Py_None, &item) == PYGEN_NEXT && equals(item, "1"));
        CHECK(PyIter_Send(gen, five, &item) == PYGEN_NEXT && equals(item, "10"));
        CHECK(PyIter_Send(gen, Py_None, &item) == PYGEN_RETURN && equals(item, "'end'"));
        CHECK(PyIter_Send(gen, Py_None, &item) == PYGEN_RETURN && equals(item, "None"));
        Py_DECREF(gen);
        gen = ev("iter([4])");
        CHECK(PyIter_Send(gen, Py_None, &item) == PYGEN_NEXT && equals(item, "4"));
        CHECK(PyIter_Send(gen, Py_None, &item) == PYGEN_RETURN && equals(item, "None"));
        item = list;
        (void)check(__LINE__, "error", PyIter_Send(gen, five, &item) == PYGEN_ERROR && item == CAPI_COMPAT_NULL);
        RAISES(AttributeError, CAPI_COMPAT_NULL);
        Py_DECREF(gen);
        gen = ev("broken_iter()");
        CHECK(PyIter_Send(gen, Py_None, &item) == PYGEN_NEXT && equals(item, "1"));
        (void)check(__LINE__, "error", PyIter_Send(gen, Py_None, &item) == PYGEN_ERROR && item == CAPI_COMPAT_NULL);
        RAISES(ValueError, "iter");
        Py_DECREF(gen);
        CHECK(PyAIter_Check(async) == 1 && PyAIter_Check(list) == 0);
        again = PyObject_GetAIter(async);
        CHECK(again == async);
        Py_XDECREF(again);
        (void)PyObject_GetAIter(list);
        RAISES(TypeError, "'list' object is not an async iterable");
        (void)PyObject_GetAIter(wrong);
        RAISES(TypeError, CAPI_COMPAT_NULL);
        Py_DECREF(wrong);
        Py_DECREF(async);
        Py_DECREF(five);
    }
#endif
    Py_DECREF(list);
}

/* ---- Garbage collection and locks ---- */

#if FULL
typedef struct {
    PyObject_HEAD
    PyObject *next;
} chain_link;

static long links_freed;

static int
link_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(CAPI_COMPAT_PTR(chain_link *, self)->next);
    return 0;
}

#if defined(__GNUC__) && defined(__cplusplus)
#  pragma GCC diagnostic push
#  pragma GCC diagnostic ignored "-Wold-style-cast"  /* Python's own macros have them. */
#endif
static void
link_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_TRASHCAN_BEGIN(self, link_dealloc)
    Py_CLEAR(CAPI_COMPAT_PTR(chain_link *, self)->next);
    Py_TYPE(self)->tp_free(self);
    links_freed++;
    Py_TRASHCAN_END
}
#if defined(__GNUC__) && defined(__cplusplus)
#  pragma GCC diagnostic pop
#endif

static PyTypeObject link_type;

static void
test_trashcan(void)
{
    /* PyPy puts nothing off. */
    const long count = CPYTHON ? 200000 : 1;
    PyObject *first = CAPI_COMPAT_NULL;
    long i;
    if (link_type.tp_name == CAPI_COMPAT_NULL) {
        Py_SET_REFCNT(CAPI_COMPAT_OBJECT(&link_type), 1);
        link_type.tp_name = "capi_compat.chain_link";
        link_type.tp_basicsize = sizeof(chain_link);
        link_type.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC;
        link_type.tp_dealloc = link_dealloc;
        link_type.tp_traverse = link_traverse;
        CHECK(PyType_Ready(&link_type) == 0);
    }
    for (i = 0; i < count; i++) {
        PyObject *obj = link_type.tp_alloc(&link_type, 0);
        CAPI_COMPAT_PTR(chain_link *, obj)->next = first;
        first = obj;
    }
    links_freed = 0;
    Py_DECREF(first);
#if CPYTHON
    CHECK(links_freed == count);
#endif
}
#endif

#if FULL
static int visited;

static int
visit(PyObject *object, void *arg)
{
    if (object == CAPI_COMPAT_CAST(PyObject *, arg)) {
        visited++;
    }
    return 0;
}

static int
visit_stop(PyObject *object, void *arg)
{
    (void)object;
    (void)arg;
    return 5;
}

#endif

static void
test_gc(void)
{
    PyObject *list = ev("[]"), *number = ev("12345678");
    int before = PyGC_IsEnabled();
    CHECK(PyGC_Disable() == before && PyGC_IsEnabled() == 0 && PyGC_Disable() == 0);
    CHECK(PyGC_Enable() == 0 && PyGC_IsEnabled() == 1 && PyGC_Enable() == 1);
    CHECK(equals(ev("gc.isenabled()"), "True"));
    if (!before) {
        (void)PyGC_Disable();
    }
    CHECK(PyObject_GC_IsTracked(list) == 1);
#if CPYTHON
    CHECK(PyObject_GC_IsTracked(number) == 0);
    PyObject_GC_UnTrack(list);
    CHECK(PyObject_GC_IsTracked(list) == 0);
    PyObject_GC_Track(list);
#if PY3 && (FULL || API_HEX >= 0x03090000)
    CHECK(PyObject_GC_IsFinalized(list) == 0 && PyObject_GC_IsFinalized(number) == 0);
#endif
#endif
#if FULL
    {
        PyObject *obj = ev("Obj()");
        /* Without a dict there is nothing to visit, and a visit makes none: the values themselves are visited. */
        CHECK(PyObject_VisitManagedDict(number, visit, number) == 0 && visited == 0);
        CHECK(PyObject_VisitManagedDict(obj, visit, obj) == 0);
        CHECK(PyObject_SetAttrString(obj, "inner", list) == 0);
#if PY_VERSION_HEX >= 0x030B0000 && !defined(PYPY_VERSION)
        CHECK(PyObject_SetAttrString(obj, "number", number) == 0);
        visited = 0;
        CHECK(PyObject_VisitManagedDict(obj, visit, list) == 0 && visited == 1);
        (void)check(__LINE__, "stops", PyObject_VisitManagedDict(obj, visit_stop, list) == 5);
        visited = 0;
        CHECK(PyObject_DelAttrString(obj, "number") == 0);
        CHECK(PyObject_VisitManagedDict(obj, visit, number) == 0 && visited == 0);
        PyObject_ClearManagedDict(obj);
        CHECK(Py_REFCNT(list) == 1);
#elif CPYTHON
        visited = 0;
        {
            PyObject *dict = PyObject_GetAttrString(obj, "__dict__");
            CHECK(PyObject_VisitManagedDict(obj, visit, dict) == 0 && visited == 1);
            Py_XDECREF(dict);
        }
        (void)check(__LINE__, "stops", PyObject_VisitManagedDict(obj, visit_stop, list) == 5);
        PyObject_ClearManagedDict(obj);
        CHECK(Py_REFCNT(list) == 1);
#else
        (void)visit_stop;
        PyObject_ClearManagedDict(obj);
#endif
        Py_DECREF(obj);
    }
#endif
    Py_DECREF(number);
    Py_DECREF(list);
}

#if PY3 && FULL
static PyMutex global_mutex;
static int in_mutex, mutex_errors, mutex_rounds;

static PyObject *
mutex_worker(PyObject *self, PyObject *unused)
{
    int i;
    (void)self;
    (void)unused;
    for (i = 0; i < 200; i++) {
        PyMutex_Lock(&global_mutex);
        if (in_mutex != 0) {
            mutex_errors++;
        }
        in_mutex = 1;
        /* Others run while the lock is held: a lock that trusts in the GIL would let them in. */
        Py_BEGIN_ALLOW_THREADS
        in_mutex = 2;
        Py_END_ALLOW_THREADS
        if (in_mutex != 2) {
            mutex_errors++;
        }
        in_mutex = 0;
        mutex_rounds++;
        PyMutex_Unlock(&global_mutex);
    }
    return Py_NewRef(Py_None);
}

static PyMethodDef mutex_worker_def = {"mutex_worker", mutex_worker, METH_NOARGS, CAPI_COMPAT_NULL};
#endif

static void
test_mutex(void)
{
#if FULL
    PyMutex mutex = {0};
#endif
    PyObject *list = ev("[]");
    int inside = 0;
#if FULL
    CHECK(PyMutex_IsLocked(&mutex) == 0);
    PyMutex_Lock(&mutex);
    CHECK(PyMutex_IsLocked(&mutex) == 1);
    PyMutex_Unlock(&mutex);
    CHECK(PyMutex_IsLocked(&mutex) == 0);
#endif
    Py_BEGIN_CRITICAL_SECTION(list);
    inside++;
    Py_END_CRITICAL_SECTION();
    Py_BEGIN_CRITICAL_SECTION2(list, list);
    inside++;
    Py_END_CRITICAL_SECTION2();
    CHECK(inside == 2);
#if FULL
    Py_BEGIN_CRITICAL_SECTION_MUTEX(&mutex);
    inside++;
    Py_END_CRITICAL_SECTION();
    Py_BEGIN_CRITICAL_SECTION2_MUTEX(&mutex, &mutex);
    inside++;
    Py_END_CRITICAL_SECTION2();
    CHECK(inside == 4 && PyMutex_IsLocked(&mutex) == 0);
#endif
#if PY3 && FULL
    {
        PyObject *worker = PyCFunction_NewEx(&mutex_worker_def, CAPI_COMPAT_NULL, CAPI_COMPAT_NULL);
        CHECK(PyDict_SetItemString(space, "mutex_worker", worker) == 0);
        Py_DECREF(worker);
        ex("import threading\n"
           "threads = [threading.Thread(target=mutex_worker) for i in range(4)]\n"
           "for thread in threads: thread.start()\n"
           "for thread in threads: thread.join()\n");
        CHECK(mutex_errors == 0 && mutex_rounds == 800);
    }
#endif
    Py_DECREF(list);
}

/* ---- sys, configuration and the rest ---- */

#if PY3 && FULL
/* Reads sys.capi_compat_shared again and again. */
static PyObject *
sys_reader(PyObject *self, PyObject *unused)
{
    int i;
    (void)self;
    (void)unused;
    for (i = 0; i < 20000; i++) {
        PyObject *value;
        if (PySys_GetOptionalAttrString("capi_compat_shared", &value) < 0) {
            return CAPI_COMPAT_NULL;
        }
        Py_XDECREF(value);
    }
    return Py_NewRef(Py_None);
}
static PyMethodDef sys_reader_def = {"sys_reader", sys_reader, METH_NOARGS, CAPI_COMPAT_NULL};
#endif

static void
test_sys_attr(void)
{
    PyObject *name = str("maxsize"), *none = str("no_such_attribute"), *value = name, *list = ev("[]");
    CHECK(equals(PySys_GetAttrString("maxsize"), "sys.maxsize"));
    CHECK(equals(PySys_GetAttr(name), "sys.maxsize"));
    CHECK(PySys_GetOptionalAttrString("maxsize", &value) == 1 && equals(value, "sys.maxsize"));
    CHECK(PySys_GetOptionalAttr(name, &value) == 1 && equals(value, "sys.maxsize"));
    value = name;
    CHECK(PySys_GetOptionalAttrString("no_such_attribute", &value) == 0 && value == CAPI_COMPAT_NULL);
    value = name;
    CHECK(PySys_GetOptionalAttr(none, &value) == 0 && value == CAPI_COMPAT_NULL);
    (void)PySys_GetAttrString("no_such_attribute");
    RAISES(RuntimeError, "lost sys.no_such_attribute");
    (void)PySys_GetAttr(none);
    RAISES(RuntimeError, "lost sys.no_such_attribute");
    (void)PySys_GetAttr(list);
    RAISES(TypeError, CAPI_COMPAT_NULL);
    value = name;
    (void)check(__LINE__, "-1", PySys_GetOptionalAttr(list, &value) == -1 && value == CAPI_COMPAT_NULL);
    RAISES(TypeError, CAPI_COMPAT_NULL);
    ex("sys.capi_compat = [5]");
    value = PySys_GetAttrString("capi_compat");
    CHECK(value != CAPI_COMPAT_NULL && has_refs(value, 2));
    CHECK(equals(value, "[5]"));
    /* A name with a null in it is not the shorter one. */
    {
        PyObject *null_name = ev("'capi_compat\\0tail'");
        CHECK(PySys_GetOptionalAttr(null_name, &value) == 0 && value == CAPI_COMPAT_NULL);
        ex("sys.__dict__['capi_compat\\0tail'] = 6");
        CHECK(PySys_GetOptionalAttr(null_name, &value) == 1 && equals(value, "6"));
        ex("del sys.__dict__['capi_compat\\0tail']");
        Py_DECREF(null_name);
    }
#if PY3
    /* A lone surrogate is in no name, which is no error. */
    {
        PyObject *lone = ev("'\\udc80'");
        CHECK(PySys_GetOptionalAttr(lone, &value) == 0 && value == CAPI_COMPAT_NULL);
        Py_DECREF(lone);
    }
    (void)check(__LINE__, "-1", PySys_GetOptionalAttrString("\xff", &value) == -1 && value == CAPI_COMPAT_NULL);
    RAISES(UnicodeDecodeError, CAPI_COMPAT_NULL);
#endif
    ex("del sys.capi_compat");
#if PY3 && FULL
    /* The value may go while it is read: without a GIL a borrowed reference would not do. */
    {
        PyObject *reader = PyCFunction_NewEx(&sys_reader_def, CAPI_COMPAT_NULL, CAPI_COMPAT_NULL);
        CHECK(PyDict_SetItemString(space, "sys_reader", reader) == 0);
        Py_DECREF(reader);
        ex("import threading\n"
           "readers = [threading.Thread(target=sys_reader) for i in range(2)]\n"
           "for thread in readers: thread.start()\n"
           "while any(thread.is_alive() for thread in readers): sys.capi_compat_shared = [object()]\n"
           "for thread in readers: thread.join()\n"
           "sys.capi_compat_shared = None\n"
           "del sys.capi_compat_shared, readers, sys_reader\n");
        CHECK(1);
    }
#endif
    Py_DECREF(list);
    Py_DECREF(none);
    Py_DECREF(name);
}

static void
test_config(void)
{
#if FULL
#if PY3
    /* That the module was loaded says that the private functions which it is made with exist in each version. */
    int number = -77;
    PyObject *names = PyConfig_Names(), *value, *iter, *name;
    CHECK(names != CAPI_COMPAT_NULL && PyFrozenSet_CheckExact(names) && PySet_Size(names) > 15);
    iter = PyObject_GetIter(names);
    while (iter != CAPI_COMPAT_NULL && (name = PyIter_Next(iter)) != CAPI_COMPAT_NULL) {
        PyObject *utf8 = PyUnicode_AsUTF8String(name);
        value = PyConfig_Get(PyBytes_AsString(utf8));
        CHECK(value != CAPI_COMPAT_NULL);
        Py_XDECREF(value);
        Py_DECREF(utf8);
        Py_DECREF(name);
    }
    Py_XDECREF(iter);
    Py_XDECREF(names);
    CHECK(equals(PyConfig_Get("argv"), "sys.argv"));
    CHECK(equals(PyConfig_Get("prefix"), "sys.prefix"));
    CHECK(equals(PyConfig_Get("module_search_paths"), "sys.path"));
    CHECK(equals(PyConfig_Get("xoptions"), "sys._xoptions"));
    CHECK(equals(PyConfig_Get("quiet"), "bool(sys.flags.quiet)"));
    CHECK(equals(PyConfig_Get("isolated"), "bool(sys.flags.isolated)"));
    CHECK(equals(PyConfig_Get("site_import"), "not sys.flags.no_site"));
    CHECK(equals(PyConfig_Get("verbose"), "sys.flags.verbose"));
    CHECK(equals(PyConfig_Get("write_bytecode"), "not sys.dont_write_bytecode"));
    /* Options that changed at run time say so. */
    ex("saved = sys.dont_write_bytecode; sys.dont_write_bytecode = not saved");
    CHECK(equals(PyConfig_Get("write_bytecode"), "saved"));
    ex("sys.dont_write_bytecode = saved");
    ex("saved = sys.argv; sys.argv = ['changed']");
    CHECK(equals(PyConfig_Get("argv"), "['changed']"));
    ex("sys.argv = saved");
    if (PySys_GetObject("set_int_max_str_digits") != CAPI_COMPAT_NULL && CPYTHON) {
        ex("saved = sys.get_int_max_str_digits(); sys.set_int_max_str_digits(1234)");
        CHECK(PyConfig_GetInt("int_max_str_digits", &number) == 0 && number == 1234);
        ex("sys.set_int_max_str_digits(saved)");
    }
    CHECK(PyConfig_GetInt("verbose", &number) == 0 && number == 0);
    CHECK(PyConfig_GetInt("site_import", &number) == 0 && number == 1);
    (void)PyConfig_Get("no_such_option");
    RAISES(ValueError, "unknown config option name: no_such_option");
    (void)check(__LINE__, "-1", PyConfig_GetInt("no_such_option", &number) == -1);
    RAISES(ValueError, "unknown config option name: no_such_option");
    (void)check(__LINE__, "-1", PyConfig_GetInt("argv", &number) == -1);
    RAISES(TypeError, "config option argv is not an int");
#endif
#endif
}

static void
test_audit(void)
{
    PyObject *args = ev("(1, 'two')"), *list = ev("[]");
    CHECK(PySys_AuditTuple("capi_compat.none", CAPI_COMPAT_NULL) == 0);
    CHECK(PySys_AuditTuple("capi_compat.some", args) == 0);
    CHECK(PySys_Audit("capi_compat.varargs", "iO", 5, list) == 0 && PySys_Audit("capi_compat.varargs", CAPI_COMPAT_NULL) == 0);
    (void)check(__LINE__, "-1", PySys_AuditTuple("capi_compat.list", list) == -1);
    RAISES(TypeError, "args must be tuple, got list");
    if (Py_Version >= 0x03080000 && CPYTHON) {
        ex("events = []\n"
           "def audit_hook(event, args):\n"
           "    if event == 'capi_compat.raise': raise ValueError('hook')\n"
           "    if event.startswith('capi_compat'): events.append((event, args))\n"
           "if not hasattr(sys, 'capi_compat_hooked'):\n"
           "    sys.addaudithook(audit_hook)\n"
           "    sys.capi_compat_hooked = events\n"
           "events = sys.capi_compat_hooked\n"
           "del events[:]\n");
        CHECK(PySys_AuditTuple("capi_compat.none", CAPI_COMPAT_NULL) == 0);
        CHECK(PySys_AuditTuple("capi_compat.some", args) == 0);
        CHECK(PySys_Audit("capi_compat.varargs", "iO", 5, list) == 0);
        CHECK(PySys_Audit("capi_compat.one", "(i)", 5) == 0);
        CHECK(equals(ev("events"), "[('capi_compat.none', ()), ('capi_compat.some', (1, 'two')), ('capi_compat.varargs', (5, [])),"
                                   " ('capi_compat.one', (5,))]"));
        (void)check(__LINE__, "-1", PySys_AuditTuple("capi_compat.raise", args) == -1);
        RAISES(ValueError, "hook");
        ex("del events[:]");
    }
    Py_DECREF(list);
    Py_DECREF(args);
}

static void
test_versions(void)
{
    PyABIInfo_VAR(abi_info);
#if FULL
    PyDateTime_IMPORT;
#endif
    CHECK(Py_PACK_VERSION(3, 12) == 0x030C0000);
    CHECK(Py_PACK_FULL_VERSION(3, 12, 1, 0xF, 0) == 0x030C01F0);
#if Py_PACK_VERSION(3, 8) < 0x03080000
#  error "Py_PACK_VERSION is of use in #if too"
#endif
    CHECK(equals(PyLong_FromUnsignedLong(Py_Version), PY3 ? "sys.hexversion" : "long(sys.hexversion)"));
    CHECK((Py_Version >> 16) == (PY_VERSION_HEX >> 16) || !FULL);
    CHECK(abi_info.abiinfo_major_version == 1 && abi_info.build_version == PY_VERSION_HEX);
    CHECK(abi_info.flags != 0 && PyABIInfo_STABLE == 1);
    CHECK(PyABIInfo_Check(&abi_info, "capi_compat_test") == 0);
    CHECK((Py_TPFLAGS_IMMUTABLETYPE & Py_TPFLAGS_DEFAULT) == 0);
#ifndef Py_GIL_DISABLED
    {
        PyObject *sys = PyImport_AddModuleRef("sys");
        CHECK(PyUnstable_Module_SetGIL(sys, Py_MOD_GIL_NOT_USED) == 0);
        CHECK(PyUnstable_Module_SetGIL(sys, Py_MOD_GIL_USED) == 0);
        Py_XDECREF(sys);
    }
#endif
    CHECK(CAPI_COMPAT_VERSION[0] == '0');
#ifndef __cplusplus
    CHECK(_Py_CAST(int, 5.5) == 5);  /* which in C++ is a cast of the old style */
#endif
    CHECK(_PyObject_CAST(&PyList_Type) == CAPI_COMPAT_OBJECT(&PyList_Type));
    Py_BUILD_ASSERT(sizeof(int) >= 2);
    CHECK(_Py_NULL == CAPI_COMPAT_NULL);
#if PY3 && CPYTHON && FULL
    {
        PyObject *utc = ev("__import__('datetime').datetime(2020, 1, 1, tzinfo=__import__('datetime').timezone.utc)");
        PyObject *plain = ev("__import__('datetime').time(1)");
        CHECK(equals(Py_NewRef(PyDateTime_DATE_GET_TZINFO(utc)), "__import__('datetime').timezone.utc"));
        CHECK(PyDateTime_TIME_GET_TZINFO(plain) == Py_None);
        Py_DECREF(plain);
        Py_DECREF(utc);
    }
#endif
}

static int
unused_argument(int Py_UNUSED(number))
{
    return 0;
}

#if FULL
static void
at_exit(void *data)
{
    *CAPI_COMPAT_CAST(int *, data) += 1;
    fputs("capi_compat: at exit\n", stdout);
    fflush(stdout);
}

#endif

static void
test_process(void)
{
#if FULL
    static int exits;
    PyObject *path = ev("sys.capi_compat_file"), *missing = ev("sys.capi_compat_file + '.nothing'"), *five = ev("5.5");
    FILE *file;
    char text[6] = "";
    file = Py_fopen(path, "wb");
    CHECK(file != CAPI_COMPAT_NULL);
    if (file != CAPI_COMPAT_NULL) {
        CHECK(fwrite("hello", 1, 5, file) == 5);
        CHECK(Py_fclose(file) == 0);
    }
    file = Py_fopen(path, "rb");
    CHECK(file != CAPI_COMPAT_NULL && fread(text, 1, 5, file) == 5 && strcmp(text, "hello") == 0);
    CHECK(Py_fclose(file) == 0);
    (void)check(__LINE__, "NULL", Py_fopen(missing, "rb") == CAPI_COMPAT_NULL);
#if PY3
    RAISES(OSError, CAPI_COMPAT_NULL);
    (void)check(__LINE__, "NULL", Py_fopen(five, "rb") == CAPI_COMPAT_NULL);
    RAISES(TypeError, CAPI_COMPAT_NULL);
#else
    RAISES(OSError, CAPI_COMPAT_NULL);
#endif
    Py_DECREF(five);
    Py_DECREF(missing);
    Py_DECREF(path);
#endif
    CHECK(unused_argument(5) == 0);
    CHECK(PyErr_SetInterruptEx(-1) == -1);
    CHECK(PyErr_SetInterruptEx(10000) == -1);
#if PY3
    ex("import signal\n"
       "signals = []\n"
       "old_int = signal.signal(signal.SIGINT, lambda *args: signals.append(args[0]))\n"
       "old_term = signal.signal(signal.SIGTERM, lambda *args: signals.append(args[0]))\n");
    CHECK(PyErr_SetInterruptEx(2) == 0);
    (void)PyErr_CheckSignals();
    CHECK(equals(ev("signals.pop()"), "2"));
    CHECK(PyErr_SetInterruptEx(15) == 0);
    (void)PyErr_CheckSignals();
    CHECK(equals(ev("signals.pop()"), "15"));
    ex("signal.signal(signal.SIGTERM, signal.SIG_IGN)");
    CHECK(PyErr_SetInterruptEx(15) == 0);
    ex("signal.signal(signal.SIGTERM, old_term)\n"
       "signal.signal(signal.SIGINT, old_int)\n");
#endif
#if FULL && CPYTHON
    CHECK(PyUnstable_AtExit(PyInterpreterState_Get(), at_exit, &exits) == 0);
#elif FULL
    (void)at_exit;
    (void)exits;
#endif
    CHECK(capi_compat_test_other() == 1);
    CHECK(capi_compat_test_beside() == 1);
}

/* ---- Slots, flags, code objects, data of types ---- */

#if PY3 && CPYTHON && (FULL || API_HEX >= 0x03070000)
static int
slotted_exec(PyObject *module)
{
    return PyModule_AddIntConstant(module, "executed", 7);
}
#endif

static void
test_module_slots(void)
{
#if PY3 && CPYTHON && (FULL || API_HEX >= 0x03070000)
#ifdef __GNUC__
#  pragma GCC diagnostic push
#  pragma GCC diagnostic ignored "-Wpedantic"  /* Slots carry functions as void*. */
#endif
    static PyModuleDef_Slot slots[] = {
        {Py_mod_gil, Py_MOD_GIL_NOT_USED},
        {Py_mod_exec, CAPI_COMPAT_PTR(void *, slotted_exec)},
        {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_SUPPORTED},
        {0, CAPI_COMPAT_NULL},
    };
    static PyModuleDef_Slot other_slots[] = {
        {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
        {Py_mod_gil, Py_MOD_GIL_USED},
        {0, CAPI_COMPAT_NULL},
    };
    static PyModuleDef_Slot third_slots[] = {
        {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
        {0, CAPI_COMPAT_NULL},
    };
#ifdef __GNUC__
#  pragma GCC diagnostic pop
#endif
    static PyModuleDef defs[] = {
        {PyModuleDef_HEAD_INIT, "slotted", CAPI_COMPAT_NULL, 0, CAPI_COMPAT_NULL, slots, CAPI_COMPAT_NULL, CAPI_COMPAT_NULL,
         CAPI_COMPAT_NULL},
        {PyModuleDef_HEAD_INIT, "slotted", CAPI_COMPAT_NULL, 0, CAPI_COMPAT_NULL, other_slots, CAPI_COMPAT_NULL,
         CAPI_COMPAT_NULL, CAPI_COMPAT_NULL},
        {PyModuleDef_HEAD_INIT, "slotted", CAPI_COMPAT_NULL, 0, CAPI_COMPAT_NULL, third_slots, CAPI_COMPAT_NULL,
         CAPI_COMPAT_NULL, CAPI_COMPAT_NULL},
    };
    int i;
    for (i = 0; i < 3; i++) {
        PyObject *spec = ev("__import__('importlib.machinery').machinery.ModuleSpec('slotted', None)");
        PyObject *module = PyModule_FromDefAndSpec(&defs[i], spec);
        CHECK(module != CAPI_COMPAT_NULL);
        CHECK(module == CAPI_COMPAT_NULL || PyModule_ExecDef(module, &defs[i]) == 0);
        CHECK(module == CAPI_COMPAT_NULL || PyObject_HasAttrString(module, "executed") == (i == 0));
        Py_XDECREF(module);
        Py_DECREF(spec);
    }
#endif
}

#if PY3 && CPYTHON && FULL
static void
new_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free(self);
#if PY_VERSION_HEX >= 0x03080000
    Py_DECREF(type);
#endif
}

/* A type of this base and size. */
static PyTypeObject *
new_type(const char *name, PyTypeObject *base, Py_ssize_t size, unsigned long flags)
{
#ifdef __GNUC__
#  pragma GCC diagnostic push
#  pragma GCC diagnostic ignored "-Wpedantic"  /* Slots carry functions as void*. */
#endif
    PyType_Slot slots[] = {
        {Py_tp_dealloc, CAPI_COMPAT_PTR(void *, new_dealloc)},
        {0, CAPI_COMPAT_NULL},
    };
    PyType_Slot no_slots[] = {
        {0, CAPI_COMPAT_NULL},
    };
#ifdef __GNUC__
#  pragma GCC diagnostic pop
#endif
    PyType_Spec spec = {CAPI_COMPAT_NULL, 0, 0, 0, CAPI_COMPAT_NULL};
    PyObject *bases, *type;
    spec.name = name;
    spec.basicsize = CAPI_COMPAT_CAST(int, size);
    spec.itemsize = base == &PyType_Type ? CAPI_COMPAT_CAST(int, PyType_Type.tp_itemsize) : 0;
    spec.flags = CAPI_COMPAT_CAST(unsigned int, flags);
    spec.slots = base == &PyBaseObject_Type ? slots : no_slots;
    bases = Py_BuildValue("(O)", base);
    type = bases == CAPI_COMPAT_NULL ? CAPI_COMPAT_NULL : PyType_FromSpecWithBases(&spec, bases);
    Py_XDECREF(bases);
    CHECK(type != CAPI_COMPAT_NULL);
    return CAPI_COMPAT_PTR(PyTypeObject *, type);
}
#endif

static void
test_type_flags(void)
{
#if PY3 && CPYTHON && FULL
    PyTypeObject *type = new_type("m.NotMade", &PyBaseObject_Type, CAPI_COMPAT_CAST(Py_ssize_t, sizeof(PyObject)),
                                  Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION
                                      | Py_TPFLAGS_SEQUENCE);
    PyTypeObject *mapping = new_type("m.Mapping", &PyBaseObject_Type, CAPI_COMPAT_CAST(Py_ssize_t, sizeof(PyObject)),
                                     Py_TPFLAGS_DEFAULT | Py_TPFLAGS_MAPPING);
    static PyTypeObject fixed;
    Py_SET_REFCNT(&fixed, 1);
    CAPI_COMPAT_DISALLOW_INSTANTIATION(type);
    (void)PyObject_CallNoArgs(CAPI_COMPAT_OBJECT(type));
    RAISES(TypeError, CAPI_COMPAT_NULL);
    CHECK(PyDict_SetItemString(space, "NotMade", CAPI_COMPAT_OBJECT(type)) == 0);
    (void)run_text("object.__new__(NotMade)", Py_eval_input);
    RAISES(TypeError, CAPI_COMPAT_NULL);
    (void)run_text("NotMade.__new__(NotMade)", Py_eval_input);
    RAISES(TypeError, CAPI_COMPAT_NULL);
    ex("del NotMade");
    /* Without a base that makes instances the flag is enough. */
    fixed.tp_name = "m.Fixed";
    fixed.tp_basicsize = CAPI_COMPAT_CAST(Py_ssize_t, sizeof(PyObject));
    fixed.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE;
    CHECK(PyType_Ready(&fixed) == 0);
    (void)PyObject_CallNoArgs(CAPI_COMPAT_OBJECT(&fixed));
    RAISES(TypeError, "cannot create 'm.Fixed' instances");
#if PY_VERSION_HEX >= 0x030A0000
    CHECK(PyDict_SetItemString(space, "Mapping", CAPI_COMPAT_OBJECT(mapping)) == 0);
    ex("match Mapping():\n"
       "    case {}: matched = 1\n"
       "    case _: matched = 0\n"
       "del Mapping\n");
    CHECK(equals(ev("matched"), "1"));
#endif
    Py_DECREF(mapping);
    Py_DECREF(type);
#endif
#if PY_VERSION_HEX >= 0x03080000 && FULL && CPYTHON
    CHECK((PyCFunction_Type.tp_flags & Py_TPFLAGS_HAVE_VECTORCALL) == Py_TPFLAGS_HAVE_VECTORCALL);
#endif
#if PY3 && FULL && CPYTHON
    CHECK((PyFunction_Type.tp_flags & Py_TPFLAGS_METHOD_DESCRIPTOR) == Py_TPFLAGS_METHOD_DESCRIPTOR);
#endif
    {
        PyObject *len = ev("len"), *five = ev("5"), *append = ev("[].append");
        CHECK(!PyCFunction_CheckExact(five) && (!CPYTHON || (PyCFunction_CheckExact(len) && PyCFunction_CheckExact(append))));
        Py_DECREF(append);
        Py_DECREF(five);
        Py_DECREF(len);
    }
}

static void
test_type_data(void)
{
#if PY3 && CPYTHON && FULL
    /* As a project has to do that builds for Pythons before 3.12 too. */
    Py_ssize_t base_size = 24, start = 32;
    PyTypeObject *base = new_type("m.Base", &PyBaseObject_Type, sizeof(void *) == 8 && sizeof(PyObject) == 16 ? base_size : 48,
                                  Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE);
    PyTypeObject *type;
    PyObject *obj;
    start = (base->tp_basicsize + 15) / 16 * 16;
    type = new_type("m.Data", base, start + 40, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE);
    CHECK(PyType_GetTypeDataSize(type) == 40);
    obj = PyObject_CallNoArgs(CAPI_COMPAT_OBJECT(type));
    CHECK(obj != CAPI_COMPAT_NULL);
    if (obj != CAPI_COMPAT_NULL) {
        char *data = CAPI_COMPAT_CAST(char *, PyObject_GetTypeData(obj, type));
        CHECK(data == CAPI_COMPAT_PTR(char *, obj) + start);
        memset(data, 0x5a, 40);
        CHECK(PyObject_GetTypeData_DuringGC(obj, type) == data);
        (void)PyObject_GetItemData(obj);
        RAISES(TypeError, CAPI_COMPAT_NULL);
        CHECK(PyObject_GetItemData_DuringGC(obj) == CAPI_COMPAT_NULL);
        Py_DECREF(obj);
    }
    Py_DECREF(type);
    Py_DECREF(base);
    CHECK(PyObject_GetItemData(CAPI_COMPAT_OBJECT(&PyList_Type))
          == CAPI_COMPAT_PTR(char *, &PyList_Type) + PyType_Type.tp_basicsize);
#if PY_VERSION_HEX < 0x03080000 || PY_VERSION_HEX >= 0x030C0000
    CHECK(Py_TPFLAGS_ITEMS_AT_END != 0);
#endif
#endif
}

static void
test_code_objects(void)
{
#if PY3 && CPYTHON && FULL
    PyObject *code, *parts[9], *result, *other;
    static const char *const names[9] = {"co_code", "co_consts", "co_names", "co_varnames", "co_freevars", "co_cellvars",
                                         "co_filename", "co_name", "co_firstlineno"};
    PyObject *table, *exceptions, *stack, *flags;
    PyCodeObject *copy;
    Py_ssize_t index;
    void *extra = &code;
    int i;
    ex("def coded(a, b, *, c=3): return (a, b, c)\n"
       "def generated(): yield 1\n");
    code = ev("coded.__code__");
    for (i = 0; i < 9; i++) {
        parts[i] = PyObject_GetAttrString(code, names[i]);
        CHECK(parts[i] != CAPI_COMPAT_NULL);
    }
    stack = PyObject_GetAttrString(code, "co_stacksize");
    flags = PyObject_GetAttrString(code, "co_flags");
    table = PyObject_GetAttrString(code, PY_VERSION_HEX >= 0x030A0000 ? "co_linetable" : "co_lnotab");
    exceptions = ev("getattr(coded.__code__, 'co_exceptiontable', b'')");
    copy = PyUnstable_Code_New(2, 1, 3, PyLong_AsInt(stack), PyLong_AsInt(flags), parts[0], parts[1], parts[2], parts[3],
                               parts[4], parts[5], parts[6], parts[7], parts[7], PyLong_AsInt(parts[8]), table, exceptions);
    CHECK(copy != CAPI_COMPAT_NULL);
    CHECK(PyDict_SetItemString(space, "copied", CAPI_COMPAT_OBJECT(copy)) == 0);
    CHECK(equals(ev("type(coded)(copied, {}, None, None, None)(1, 2, c=5)"), "(1, 2, 5)"));
    CHECK(equals(ev("(copied.co_argcount, copied.co_kwonlyargcount, copied.co_name)"), "(2, 1, 'coded')"));
    Py_XDECREF(copy);
#if PY_VERSION_HEX >= 0x03080000
    copy = PyUnstable_Code_NewWithPosOnlyArgs(2, 1, 1, 3, PyLong_AsInt(stack), PyLong_AsInt(flags), parts[0], parts[1],
                                              parts[2], parts[3], parts[4], parts[5], parts[6], parts[7], parts[7],
                                              PyLong_AsInt(parts[8]), table, exceptions);
    CHECK(copy != CAPI_COMPAT_NULL);
    CHECK(PyDict_SetItemString(space, "copied", CAPI_COMPAT_OBJECT(copy)) == 0);
    CHECK(equals(ev("(copied.co_argcount, copied.co_posonlyargcount, copied.co_kwonlyargcount)"), "(2, 1, 1)"));
    (void)run_text("type(coded)(copied, {})(a=1, b=2, c=5)", Py_eval_input);
    RAISES(TypeError, CAPI_COMPAT_NULL);
    Py_XDECREF(copy);
#endif
    ex("del copied");
#if PY_VERSION_HEX >= 0x030B0000
    CHECK(PyUnstable_Code_GetFirstFree(CAPI_COMPAT_PTR(PyCodeObject *, code)) == 3);
    other = ev("(lambda a: lambda: (a, copy))(1).__code__");
    CHECK(PyUnstable_Code_GetFirstFree(CAPI_COMPAT_PTR(PyCodeObject *, other)) == 0);
    Py_DECREF(other);
#endif
    /* There are few of these indices, and this runs more than once in a process. */
    result = PySys_GetObject(CAPI_COMPAT_UNCONST(char *, "capi_compat_extra_index"));
    if (result == CAPI_COMPAT_NULL) {
        index = PyUnstable_Eval_RequestCodeExtraIndex(CAPI_COMPAT_NULL);
        result = PyLong_FromSsize_t(index);
        CHECK(PySys_SetObject(CAPI_COMPAT_UNCONST(char *, "capi_compat_extra_index"), result) == 0);
        Py_XDECREF(result);
    }
    else {
        index = PyLong_AsSsize_t(result);
    }
    CHECK(index >= 0);
    CHECK(PyUnstable_Code_GetExtra(code, index, &extra) == 0 && extra == CAPI_COMPAT_NULL);
    CHECK(PyUnstable_Code_SetExtra(code, index, &index) == 0);
    CHECK(PyUnstable_Code_GetExtra(code, index, &extra) == 0 && extra == &index);
    CHECK(PyUnstable_Code_SetExtra(code, index, CAPI_COMPAT_NULL) == 0);
    (void)check(__LINE__, "-1", PyUnstable_Code_GetExtra(Py_None, index, &extra) == -1);
    RAISES(SystemError, CAPI_COMPAT_NULL);
    other = ev("generated()");
    copy = PyGen_GetCode(CAPI_COMPAT_PTR(PyGenObject *, other));
    CHECK(CAPI_COMPAT_GEN_CODE(CAPI_COMPAT_PTR(PyGenObject *, other)) == copy);
    CHECK(equals(CAPI_COMPAT_OBJECT(copy), "generated.__code__"));
    Py_DECREF(other);
    Py_DECREF(exceptions);
    Py_DECREF(table);
    Py_DECREF(flags);
    Py_DECREF(stack);
    for (i = 0; i < 9; i++) {
        Py_DECREF(parts[i]);
    }
    Py_DECREF(code);
#endif
}

static void
test_clear_weakrefs(void)
{
#if PY3 && CPYTHON && FULL
    PyObject *obj, *ref;
    ex("called = []\n"
       "weak = Obj()\n"
       "weak_ref = weakref.ref(weak, called.append)\n"
       "weak_other = weakref.ref(weak)\n"
       "weak_proxy = weakref.proxy(weak, called.append)\n");
    obj = ev("weak");
    PyUnstable_Object_ClearWeakRefsNoCallbacks(obj);
    CHECK(equals(ev("(weak_ref(), weak_other(), called)"), "(None, None, [])"));
    PyUnstable_Object_ClearWeakRefsNoCallbacks(obj);
    ref = ev("weakref.ref(weak)");
    CHECK(PyObject_CallNoArgs(ref) == obj);
    Py_DECREF(obj);  /* of the call */
    Py_DECREF(ref);
    Py_DECREF(obj);
    ex("del weak\n"
       "gc.collect()\n");
    CHECK(equals(ev("called"), "[]"));
    PyUnstable_Object_ClearWeakRefsNoCallbacks(Py_None);
    ex("del weak_ref, weak_other, weak_proxy\n");
#endif
}

static PyObject *
compare(long a, long b, int op)
{
    Py_RETURN_RICHCOMPARE(a, b, op);
}

static Py_ALWAYS_INLINE inline int
always_inline(int number)
{
    return number + 1;
}

Py_NO_INLINE static int
no_inline(int number)
{
    switch (number) {
    case 1:
        return 2;
    case 2:
        return 3;
    default:
        Py_UNREACHABLE();
    }
}

static PyObject *
fast_function(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    return nargs == 0 ? Py_NewRef(self) : Py_NewRef(args[0]);
}

static PyObject *
fast_function_with_keywords(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    (void)kwnames;
    return nargs == 0 ? Py_NewRef(self) : Py_NewRef(args[0]);
}

static void
test_small_things(void)
{
    static const char *const expected[6] = {"True", "True", "False", "True", "False", "False"};
    PyCFunctionFast fast = fast_function;
    PyCFunctionFastWithKeywords fast_with_keywords = fast_function_with_keywords;
    PyObject *list = ev("[1]"), *name, *module;
    int op;
    /* Py_LT, Py_LE, Py_EQ, Py_NE, Py_GT, Py_GE are 0 to 5. For the Stable ABI of older Pythons the headers of 3.12 and 3.13
     * return True and False without a reference. */
    for (op = 0; op < 6 && (FULL || PY_VERSION_HEX < 0x030C0000 || PY_VERSION_HEX >= 0x030E0000); op++) {
        CHECK(equals(compare(1, 2, op), op == Py_EQ ? "False" : expected[op]));
        CHECK(equals(compare(2, 2, op), op == Py_LE || op == Py_EQ || op == Py_GE ? "True" : "False"));
    }
    CHECK(always_inline(1) == no_inline(1) && no_inline(2) == 3);
    CHECK(equals((fast)(list, &list, 1), "[1]") && equals((fast_with_keywords)(list, &list, 0, CAPI_COMPAT_NULL), "[1]"));
    CHECK(has_refs(list, 1));
    Py_DECREF(list);
#if FULL && (!defined(__cplusplus) || PY_VERSION_HEX < 0x03070000)
    {
        /* The macro of Python is a cast of the old style. */
        PyObject *dict = ev("{1: 2, 3: 4}");
        CHECK(PyDict_GET_SIZE(dict) == 2);
        Py_DECREF(dict);
    }
#endif
    name = str("os.path");
    module = PyImport_GetModule(name);
    CHECK(equals(module, "sys.modules['os.path']"));
    Py_DECREF(name);
    name = str("nothing.like.this");
    CHECK(PyImport_GetModule(name) == CAPI_COMPAT_NULL);
    Py_DECREF(name);
    name = PyList_New(0);
    (void)check(__LINE__, "NULL", PyImport_GetModule(name) == CAPI_COMPAT_NULL);
    RAISES(TypeError, CAPI_COMPAT_NULL);
    Py_DECREF(name);
#if FULL && CPYTHON && PY_VERSION_HEX >= 0x03060000 && !(defined(__cplusplus) && PY_VERSION_HEX >= 0x03070000)
    /* The headers of 3.8 to 3.13 forget that C++ needs extern "C" for these. */
    CHECK(PyTraceMalloc_Track(7, 0x1000, 16) == -2 || PyTraceMalloc_Untrack(7, 0x1000) == 0);
#endif
#if FULL && CPYTHON && defined(HAVE_FORK)
    {
        /* In this process only the lock of imports can be seen; not more than once in a process with threads. */
        PyOS_BeforeFork();
        PyOS_AfterFork_Parent();
        CHECK(equals(ev("__import__('_imp' if sys.version_info >= (3,) else 'imp').lock_held()"), "False"));
        (void)PyOS_AfterFork_Child;
    }
#endif
}

/* ---- The module ---- */

static const test_case tests[] = {
    {"Py_NewRef Py_XNewRef Py_Is Py_IsNone Py_IsTrue Py_IsFalse Py_IS_TYPE Py_SETREF Py_XSETREF", test_references},
    {"Py_SET_TYPE Py_SET_SIZE Py_SET_REFCNT", test_set_fields},
    {"Py_T_SHORT Py_T_INT Py_T_LONG Py_T_FLOAT Py_T_DOUBLE Py_T_STRING _Py_T_OBJECT Py_T_CHAR Py_T_BYTE Py_T_UBYTE "
     "Py_T_USHORT Py_T_UINT Py_T_ULONG Py_T_STRING_INPLACE Py_T_BOOL Py_T_OBJECT_EX Py_T_LONGLONG Py_T_ULONGLONG "
     "Py_T_PYSSIZET _Py_T_NONE Py_READONLY Py_AUDIT_READ _Py_WRITE_RESTRICTED", test_members},
    {"PyUnstable_Object_IsUniquelyReferenced PyUnstable_Object_IsUniqueReferencedTemporary PyUnstable_EnableTryIncRef "
     "PyUnstable_TryIncRef PyUnstable_IsImmortal PyUnstable_SetImmortal PyUnstable_Object_EnableDeferredRefcount "
     "PyUnstable_Unicode_GET_CACHED_HASH", test_refcount_tricks},
    {"PyObject_CallNoArgs PyObject_CallOneArg PyObject_CallMethodNoArgs PyObject_CallMethodOneArg", test_calls},
    {"PyObject_Vectorcall PyObject_VectorcallDict PyObject_VectorcallMethod PyVectorcall_NARGS PyVectorcall_Function "
     "PY_VECTORCALL_ARGUMENTS_OFFSET", test_vectorcall},
    {"PyArg_ParseArray PyArg_ParseArrayAndKeywords", test_parse_array},
    {"PyObject_GetOptionalAttr PyObject_GetOptionalAttrString PyObject_HasAttrWithError PyObject_HasAttrStringWithError",
     test_optional_attr},
    {"PyDict_GetItemRef PyDict_GetItemStringRef PyDict_ContainsString", test_dict_get},
    {"PyMapping_GetOptionalItem PyMapping_GetOptionalItemString PyMapping_HasKeyWithError PyMapping_HasKeyStringWithError",
     test_mapping},
    {"PyDict_Pop PyDict_PopString", test_dict_pop},
    {"PyDict_SetDefaultRef", test_dict_setdefault},
    {"PyList_GetItemRef PyList_Extend PyList_Clear", test_lists},
    {"PyTuple_FromArray PySet_CheckExact PyAnyDict_Check PyAnyDict_CheckExact PyFrozenDict_Check PyFrozenDict_CheckExact",
     test_tuple_set_dict},
    {"PyModule_AddObjectRef PyModule_Add PyModule_AddType", test_modules},
    {"PyImport_AddModuleRef PyImport_ImportModuleAttr PyImport_ImportModuleAttrString", test_imports},
    {"PyType_GetName PyType_GetQualName PyType_GetModuleName PyType_GetFullyQualifiedName PyType_GetDict", test_type_names},
    {"PyModule_Exec PyModule_GetToken PyModule_GetStateSize PyModule_GetState_DuringGC PyType_GetModuleByDef "
     "PyType_GetModuleByToken PyType_GetModuleByToken_DuringGC PyType_GetModule_DuringGC PyType_GetModuleState_DuringGC "
     "PyType_GetBaseByToken_DuringGC PyModule_GetToken_DuringGC CAPI_COMPAT_MOD_GIL CAPI_COMPAT_MOD_MULTIPLE_INTERPRETERS", test_module_of_type},
    {"PyWeakref_GetRef PyWeakref_IsDead", test_weakrefs},
    {"PyErr_GetRaisedException PyErr_SetRaisedException PyErr_DisplayException PyException_GetArgs PyException_SetArgs",
     test_raised},
    {"PyErr_GetHandledException PyErr_SetHandledException", test_handled},
    {"PyErr_FormatUnraisable", test_unraisable},
    {"PyFrame_GetCode _PyFrame_GetCodeBorrow PyFrame_GetBack _PyFrame_GetBackBorrow PyFrame_GetLocals PyFrame_GetGlobals "
     "PyFrame_GetBuiltins PyFrame_GetLasti PyFrame_GetVar PyFrame_GetVarString PyFrame_GetGenerator PyCode_GetCode "
     "PyCode_GetVarnames PyCode_GetFreevars PyCode_GetCellvars PyEval_GetFrameBuiltins PyEval_GetFrameGlobals "
     "PyEval_GetFrameLocals PyThreadState_GetFrame _PyThreadState_GetFrameBorrow "
     "CAPI_COMPAT_FRAME_GLOBALS CAPI_COMPAT_FRAME_BUILTINS CAPI_COMPAT_FRAME_TRACE CAPI_COMPAT_CODE_BYTES "
     "CAPI_COMPAT_CODE_VARNAME CAPI_COMPAT_CODE_FREEVAR CAPI_COMPAT_CODE_CELLVAR", test_frames},
    {"PyThreadState_GetUnchecked PyThreadState_GetInterpreter PyInterpreterState_Get PyThreadState_GetID Py_IsFinalizing "
     "PyThreadState_EnterTracing PyThreadState_LeaveTracing", test_threads},
    {"PyLong_AsInt", test_as_int},
    {"PyLong_AsInt32 PyLong_AsInt64 PyLong_AsUInt32 PyLong_AsUInt64 PyLong_FromInt32 PyLong_FromInt64 PyLong_FromUInt32 "
     "PyLong_FromUInt64", test_fixed_ints},
    {"PyLong_GetSign PyLong_IsPositive PyLong_IsNegative PyLong_IsZero", test_signs},
    {"PyLong_AsNativeBytes PyLong_FromNativeBytes PyLong_FromUnsignedNativeBytes PyUnstable_Long_IsCompact "
     "PyUnstable_Long_CompactValue Py_ASNATIVEBYTES_DEFAULTS Py_ASNATIVEBYTES_BIG_ENDIAN Py_ASNATIVEBYTES_LITTLE_ENDIAN "
     "Py_ASNATIVEBYTES_NATIVE_ENDIAN Py_ASNATIVEBYTES_UNSIGNED_BUFFER Py_ASNATIVEBYTES_REJECT_NEGATIVE "
     "Py_ASNATIVEBYTES_ALLOW_INDEX", test_native_bytes},
    {"PyLong_GetNativeLayout PyLong_Export PyLong_FreeExport PyLongWriter_Create PyLongWriter_Finish PyLongWriter_Discard "
     "PyLongLayout PyLongExport PyLongWriter", test_long_export},
    {"Py_HashPointer PyObject_GenericHash Py_HashBuffer Py_hash_t PyHASH_BITS PyHASH_MODULUS PyHASH_INF PyHASH_IMAG "
     "PyHASH_MULTIPLIER", test_hashes},
    {"PyTime_t PyTime_MIN PyTime_MAX PyTime_AsSecondsDouble PyTime_Monotonic PyTime_Time PyTime_PerfCounter "
     "PyTime_MonotonicRaw PyTime_TimeRaw PyTime_PerfCounterRaw", test_times},
    {"PyFloat_Pack2 PyFloat_Unpack2 PyFloat_Pack4 PyFloat_Unpack4 PyFloat_Pack8 PyFloat_Unpack8", test_floats},
    {"PyUnicode_EqualToUTF8 PyUnicode_EqualToUTF8AndSize PyUnicode_Equal", test_unicode_equal},
    {"PyUnicodeWriter PyUnicodeWriter_Create PyUnicodeWriter_Discard PyUnicodeWriter_Finish PyUnicodeWriter_WriteChar "
     "PyUnicodeWriter_WriteStr PyUnicodeWriter_WriteRepr PyUnicodeWriter_WriteUTF8 PyUnicodeWriter_WriteASCII "
     "PyUnicodeWriter_WriteWideChar PyUnicodeWriter_WriteUCS4 PyUnicodeWriter_WriteSubstring "
     "PyUnicodeWriter_DecodeUTF8Stateful PyUnicodeWriter_Format", test_unicode_writer},
    {"PyBytes_Join", test_bytes_join},
    {"PyBytesWriter PyBytesWriter_Create PyBytesWriter_Discard PyBytesWriter_Finish PyBytesWriter_FinishWithSize "
     "PyBytesWriter_FinishWithPointer PyBytesWriter_GetData PyBytesWriter_GetSize PyBytesWriter_WriteBytes "
     "PyBytesWriter_Format PyBytesWriter_Resize PyBytesWriter_Grow PyBytesWriter_GrowAndUpdatePointer", test_bytes_writer},
    {"Py_GetConstant Py_GetConstantBorrowed Py_CONSTANT_NONE Py_CONSTANT_FALSE Py_CONSTANT_TRUE Py_CONSTANT_ELLIPSIS "
     "Py_CONSTANT_NOT_IMPLEMENTED Py_CONSTANT_ZERO Py_CONSTANT_ONE Py_CONSTANT_EMPTY_STR Py_CONSTANT_EMPTY_BYTES "
     "Py_CONSTANT_EMPTY_TUPLE", test_constants},
#ifndef Py_LIMITED_API
    {"CAPI_COMPAT_LONG_AS_BYTE_ARRAY CAPI_COMPAT_HASH_DOUBLE", test_calls_of_before},
#endif
    {"PyIter_NextItem PyIter_Send PySendResult PYGEN_RETURN PYGEN_ERROR PYGEN_NEXT PyAIter_Check PyObject_GetAIter",
     test_iterators},
    {"PyGC_IsEnabled PyGC_Enable PyGC_Disable PyObject_GC_IsTracked PyObject_GC_IsFinalized PyObject_VisitManagedDict "
     "PyObject_ClearManagedDict", test_gc},
#if FULL
    {"Py_TRASHCAN_BEGIN Py_TRASHCAN_END", test_trashcan},
#endif
    {"PyMutex PyMutex_Lock PyMutex_Unlock PyMutex_IsLocked Py_BEGIN_CRITICAL_SECTION Py_END_CRITICAL_SECTION "
     "Py_BEGIN_CRITICAL_SECTION2 Py_END_CRITICAL_SECTION2 Py_BEGIN_CRITICAL_SECTION_MUTEX Py_BEGIN_CRITICAL_SECTION2_MUTEX",
     test_mutex},
    {"PySys_GetAttr PySys_GetAttrString PySys_GetOptionalAttr PySys_GetOptionalAttrString", test_sys_attr},
    {"PyConfig_Get PyConfig_GetInt PyConfig_Names", test_config},
    {"PySys_Audit PySys_AuditTuple", test_audit},
    {"Py_PACK_VERSION Py_PACK_FULL_VERSION Py_Version PyABIInfo PyABIInfo_VAR PyABIInfo_Check Py_TPFLAGS_IMMUTABLETYPE "
     "PyUnstable_Module_SetGIL Py_MOD_GIL_USED Py_MOD_GIL_NOT_USED PyDateTime_DATE_GET_TZINFO PyDateTime_TIME_GET_TZINFO "
     "_Py_CAST _Py_NULL _PyObject_CAST Py_BUILD_ASSERT", test_versions},
    {"Py_fopen Py_fclose PyErr_SetInterruptEx PyUnstable_AtExit Py_UNUSED", test_process},
    {"Py_mod_gil Py_mod_multiple_interpreters Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED "
     "Py_MOD_MULTIPLE_INTERPRETERS_SUPPORTED Py_MOD_PER_INTERPRETER_GIL_SUPPORTED", test_module_slots},
    {"Py_TPFLAGS_DISALLOW_INSTANTIATION CAPI_COMPAT_DISALLOW_INSTANTIATION Py_TPFLAGS_SEQUENCE Py_TPFLAGS_MAPPING "
     "Py_TPFLAGS_METHOD_DESCRIPTOR Py_TPFLAGS_HAVE_VECTORCALL PyCFunction_CheckExact", test_type_flags},
    {"PyObject_GetTypeData PyType_GetTypeDataSize PyObject_GetItemData Py_TPFLAGS_ITEMS_AT_END PyObject_GetTypeData_DuringGC "
     "PyObject_GetItemData_DuringGC", test_type_data},
    {"PyUnstable_Code_New PyUnstable_Code_NewWithPosOnlyArgs PyUnstable_Code_GetExtra PyUnstable_Code_SetExtra "
     "PyUnstable_Eval_RequestCodeExtraIndex PyUnstable_Code_GetFirstFree PyGen_GetCode CAPI_COMPAT_GEN_CODE", test_code_objects},
    {"PyUnstable_Object_ClearWeakRefsNoCallbacks", test_clear_weakrefs},
    {"Py_RETURN_RICHCOMPARE Py_UNREACHABLE Py_ALWAYS_INLINE Py_NO_INLINE PyCFunctionFast PyCFunctionFastWithKeywords "
     "PyDict_GET_SIZE PyImport_GetModule PyTraceMalloc_Track PyTraceMalloc_Untrack PyOS_BeforeFork PyOS_AfterFork_Parent "
     "PyOS_AfterFork_Child", test_small_things},
};

static PyObject *
run(PyObject *self, PyObject *unused)
{
    PyObject *results = PyList_New(0);
    (void)self;
    (void)unused;
    if (results == CAPI_COMPAT_NULL || run_tests(tests, sizeof(tests) / sizeof(tests[0]), results) < 0
        || capi_compat_test_removed(results) < 0) {
        return CAPI_COMPAT_NULL;
    }
    return results;
}

static PyMethodDef methods[] = {
    {"run", run, METH_NOARGS, CAPI_COMPAT_NULL},
    {CAPI_COMPAT_NULL, CAPI_COMPAT_NULL, 0, CAPI_COMPAT_NULL},
};

#if PY3
static PyModuleDef module_def = {PyModuleDef_HEAD_INIT, "capi_compat_test", CAPI_COMPAT_NULL, -1, methods, CAPI_COMPAT_NULL,
                                 CAPI_COMPAT_NULL, CAPI_COMPAT_NULL, CAPI_COMPAT_NULL};

PyMODINIT_FUNC
PyInit_capi_compat_test(void);

PyMODINIT_FUNC
PyInit_capi_compat_test(void)
{
    PyObject *module = PyModule_Create(&module_def);
#ifdef Py_GIL_DISABLED
    if (module != CAPI_COMPAT_NULL) {
        (void)PyUnstable_Module_SetGIL(module, Py_MOD_GIL_NOT_USED);
    }
#endif
    return module;
}
#else
PyMODINIT_FUNC
initcapi_compat_test(void);

PyMODINIT_FUNC
initcapi_compat_test(void)
{
    (void)Py_InitModule("capi_compat_test", methods);
}
#endif
