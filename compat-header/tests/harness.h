/* What the tests have in common: checks, Python code to try them on, and the loop over them. Python.h and capi_compat.h
 * come before. */
#include <stdio.h>
#include <stdlib.h>

#define PY3 (PY_VERSION_HEX >= 0x03000000)
/* The oldest Python whose functions are sure to be there when the module is loaded. */
#if defined(Py_LIMITED_API) && Py_LIMITED_API < PY_VERSION_HEX
#  define API_HEX Py_LIMITED_API
#else
#  define API_HEX PY_VERSION_HEX
#endif
/* What the Limited API has no part in, and what it has of frames. */
#ifdef Py_LIMITED_API
#  define FULL 0
#  define FRAMES (PY_VERSION_HEX >= 0x030900B1)
#else
#  define FULL 1
#  define FRAMES 1
#endif
#ifdef PYPY_VERSION
#  define CPYTHON 0
#else
#  define CPYTHON 1
#endif

static PyObject *space;     /* the namespace of the Python code below */
static PyObject *failures;  /* of the running test */
static long passed;

static const char *const common_code =
    "import sys, gc, weakref\n"
    "class Index(object):\n"
    "    def __init__(self, n): self.n = n\n"
    "    def __index__(self): return self.n\n"
    "class BadIndex(object):\n"
    "    def __index__(self): raise ZeroDivisionError('index')\n"
    "class BadHash(object):\n"
    "    def __init__(self, error): self.error = error\n"
    "    def __hash__(self): raise self.error\n"
    "class BadEq(object):\n"
    "    def __init__(self, error, n): self.error = error; self.n = n\n"
    "    def __hash__(self): return self.n\n"
    "    def __eq__(self, other): raise self.error\n"
    "class Counted(object):\n"
    "    hashes = 0\n"
    "    def __hash__(self):\n"
    "        Counted.hashes += 1\n"
    "        return 7\n"
    "    def __eq__(self, other): return self is other\n"
    "class Obj(object):\n"
    "    here = 'value'\n"
    "    @property\n"
    "    def broken(self): raise ValueError('broken')\n"
    "    @property\n"
    "    def absent(self): raise AttributeError('absent')\n"
    "    def method(self, *args, **kwargs): return (args, kwargs)\n"
    "class Map(object):\n"
    "    def __getitem__(self, key):\n"
    "        if key == 'here': return 'value'\n"
    "        if key == 'broken': raise ValueError('broken')\n"
    "        raise KeyError(key)\n"
    "class SubDict(dict):\n"
    "    def __missing__(self, key): return 'missing'\n"
    "    def pop(self, *args): raise RuntimeError('pop')\n"
    "    def setdefault(self, *args): raise RuntimeError('setdefault')\n"
    "class SubList(list):\n"
    "    def extend(self, *args): raise RuntimeError('extend')\n"
    "class SubStr(str):\n"
    "    def __eq__(self, other): raise RuntimeError('eq')\n"
    "    __hash__ = str.__hash__\n"
    "class SubInt(int):\n"
    "    def __lt__(self, other): raise RuntimeError('lt')\n"
    "    __gt__ = __lt__\n"
    "def f(*args, **kwargs): return (args, kwargs)\n"
    "def raises(*args, **kwargs): raise ValueError('raised')\n"
    "def broken_iter():\n"
    "    yield 1\n"
    "    raise ValueError('iter')\n"
    "def cycle_object(cls):\n"
    "    obj = cls()\n"
    "    obj.me = obj\n"
    "    return weakref.ref(obj)\n";

#if PY3
static const char *const python3_code =
    "def gen():\n"
    "    got = yield 1\n"
    "    while got is not None: got = yield got * 2\n"
    "    return 'end'\n"
    "class AsyncIterator:\n"
    "    def __aiter__(self): return self\n"
    "    async def __anext__(self): return 1\n"
    "class AsyncWrong:\n"
    "    def __aiter__(self): return 1\n"
    "def handled(call):\n"
    "    try: raise KeyError('handled')\n"
    "    except KeyError as error: return call() is error\n"
    "def caught(call):\n"
    "    call()\n"
    "    return sys.exc_info()\n"
    "class Outer:\n"
    "    class Inner: pass\n";
#endif

static inline void
fail(int line, const char *text)
{
    PyObject *message;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
#if PY3
    message = PyUnicode_FromFormat("line %d: %s (error: %R %R)", line, text, type != CAPI_COMPAT_NULL ? type : Py_None,
                                   value != CAPI_COMPAT_NULL ? value : Py_None);
#else
    message = PyString_FromFormat("line %d: %s", line, text);
#endif
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    if (message == CAPI_COMPAT_NULL || PyList_Append(failures, message) < 0) {
        PyErr_Print();
    }
    Py_XDECREF(message);
}

static inline int
check(int line, const char *text, int holds)
{
    if (holds) {
        passed++;
    }
    else {
        fail(line, text);
    }
    return holds;
}

/* A condition that must hold; afterwards no exception may be set. */
#define CHECK(cond) ((void)(check(__LINE__, #cond, (cond)) && check(__LINE__, "no exception", !PyErr_Occurred())))

/* An exception of this type must be set, with this text where one is given; it is cleared. */
static inline void
check_raised(int line, const char *what, PyObject *type, const char *text)
{
    PyObject *error, *str;
    if (!check(line, what, PyErr_Occurred() != CAPI_COMPAT_NULL && PyErr_ExceptionMatches(type))) {
        PyErr_Clear();
        return;
    }
    error = PyErr_GetRaisedException();
    if (text != CAPI_COMPAT_NULL && CPYTHON) {
        str = PyObject_Str(error);
        if (str == CAPI_COMPAT_NULL || !PyUnicode_EqualToUTF8(str, text)) {
            PyErr_Clear();
            PyErr_SetObject(PyExc_AssertionError, str);
            fail(line, text);
        }
        else {
            passed++;
        }
        Py_XDECREF(str);
    }
    Py_XDECREF(error);
}
#define RAISES(type, text) check_raised(__LINE__, "raises " #type, PyExc_##type, text)

/* Whether an exception of this type is set; it is cleared. */
static inline int
raised(PyObject *type)
{
    int result = PyErr_Occurred() != CAPI_COMPAT_NULL && PyErr_ExceptionMatches(type);
    if (result) {
        PyErr_Clear();
    }
    return result;
}

static inline PyObject *
run_text(const char *text, int start)
{
#ifdef Py_LIMITED_API
    PyObject *value, *code = Py_CompileString(text, "capi_compat_test", start);
    if (code == CAPI_COMPAT_NULL) {
        return CAPI_COMPAT_NULL;
    }
    value = PyEval_EvalCode(code, space, space);
    Py_DECREF(code);
    return value;
#else
    return PyRun_String(text, start, space, space);
#endif
}

/* The value of a Python expression. */
static inline PyObject *
ev(const char *expression)
{
    PyObject *value = run_text(expression, Py_eval_input);
    if (value == CAPI_COMPAT_NULL) {
        PyErr_Print();
        Py_FatalError(expression);
    }
    return value;
}

/* A statement of Python. */
static inline void
ex(const char *statement)
{
    PyObject *none = run_text(statement, Py_file_input);
    if (none == CAPI_COMPAT_NULL) {
        PyErr_Print();
        Py_FatalError(statement);
    }
    Py_XDECREF(none);
}

/* Whether the object equals the value of the expression; it lets go of the object. */
static inline int
equals(PyObject *object, const char *expression)
{
    PyObject *value;
    int result;
    if (object == CAPI_COMPAT_NULL) {
        return 0;
    }
    value = ev(expression);
    result = PyObject_RichCompareBool(object, value, Py_EQ);
    if (result == 1 && Py_TYPE(object) != Py_TYPE(value)) {
        result = 0;
    }
    Py_DECREF(value);
    Py_DECREF(object);
    return result == 1;
}

/* PyPy's reference counts are no exact science. */
static inline int
has_refs(PyObject *object, Py_ssize_t count)
{
    return !CPYTHON || Py_REFCNT(object) == count;
}

static inline PyObject *
str(const char *text)
{
#if PY3
    return PyUnicode_FromString(text);
#else
    return PyString_FromString(text);
#endif
}

typedef struct {
    const char *names;
    void (*function)(void);
} test_case;

/* Runs the tests, and adds what came of each to the list. */
static inline int
run_tests(const test_case *tests, size_t count, PyObject *results)
{
    size_t i;
    PyObject *module = PyImport_AddModuleRef("capi_compat_space");
    if (module == CAPI_COMPAT_NULL) {
        return -1;
    }
    space = PyModule_GetDict(module);
    if (PyDict_SetItemString(space, "__builtins__", PyEval_GetBuiltins()) < 0) {
        return -1;
    }
    ex(common_code);
#if PY3
    ex(python3_code);
#endif
    for (i = 0; i < count; i++) {
        PyObject *result;
        const char *only = getenv("CAPI_COMPAT_TEST_ONLY");  /* part of the names of the tests to run */
        if (only != CAPI_COMPAT_NULL && strstr(tests[i].names, only) == CAPI_COMPAT_NULL) {
            continue;
        }
        failures = PyList_New(0);
        passed = 0;
        if (getenv("CAPI_COMPAT_TEST_VERBOSE") != CAPI_COMPAT_NULL) {
            fprintf(stderr, "%s\n", tests[i].names);
        }
        tests[i].function();
        if (PyErr_Occurred() != CAPI_COMPAT_NULL) {
            fail(__LINE__, "an exception was left");
        }
        result = Py_BuildValue("(slN)", tests[i].names, passed, failures);
        if (result == CAPI_COMPAT_NULL || PyList_Append(results, result) < 0) {
            return -1;
        }
        Py_DECREF(result);
    }
    Py_DECREF(module);
    return 0;
}
