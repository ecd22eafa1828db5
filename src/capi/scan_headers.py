#!/usr/bin/env python3
"""Derive symbols.tsv, types.txt, returns.tsv, fields.tsv, layout.tsv, objects.txt and headers.txt from the headers of several
CPython versions.

Run (Python 3.8 or newer and gcc or a compatible preprocessor; Linux headers, default GIL build):

    scan_headers.py --include 2.7=DIR --include 3.6=DIR ... --include 3.15=DIR
                    [--system-include DIR] [--limited limited-api.tsv]
                    [--symbols symbols.tsv] [--types types.txt] [--returns returns.tsv]
                    [--fields fields.tsv] [--layout layout.tsv] [--objects objects.txt] [--headers headers.txt]
                    [--cc gcc]

DIR is the folder that holds that version's Python.h; give every version, oldest first or in any order.
--system-include is handed to the preprocessor as -idirafter (Debian's multiarch pyconfig.h includes
<ARCH/python3.N/pyconfig.h> from there). --limited is a table with the columns name, kind, added,
header_min_limited_api; without it the column `limited` is taken over from the existing symbols file.
The outputs default to the files beside this script. Notes about headers left out go to stderr.

How: for each version, one translation unit includes Python.h and then every other top-level header that
preprocesses after Python.h without Py_BUILD_CORE. Headers of other libraries that are not installed
(ncurses, expat) are replaced by empty files. `gcc -E -dD` gives declarations and macros with their
origin; only what Python's own headers declare counts. "Visible" means declared, or still defined as a
macro at the end of the unit, in the default configuration: no Py_LIMITED_API, Py_DEBUG,
Py_GIL_DISABLED, PY_SSIZE_T_CLEAN or MS_WINDOWS.

A second pass with MS_WINDOWS (and USE_STACKCHECK, NT_THREADS) adds functions, variables and types that the first
one sees in no version (the comment line `# Windows only:` in symbols.tsv lists them); it uses the same Linux
headers and an empty windows.h, so it adds no macros.

Kind: function (declared, or static inline, in at least one version), else type (typedef, or
struct/union/enum tag), else constant (enumerator or global variable, even if `#define X X` exists), else macro.

Types (returns.tsv, fields.tsv) are written without qualifiers as `Name`, `Name *`, `Name **`; a struct goes by its
typedef, or by its tag alone if it has none. An array counts as a pointer to its elements; `?` is any other type: an
unnamed struct, a function pointer without a typedef. layout.tsv gives the places of the members of LAYOUTS, for
initializers without designators. A macro that only calls a function, or is another name
for it, has that function's return type; MACRO_RETURNS lists macros whose type no declaration tells.
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile

# Included first, in this order; the lower-case typedefs of these are part of the API's namespace.
CORE = ["Python.h", "structmember.h", "frameobject.h", "datetime.h", "longintrepr.h", "pystrhex.h", "code.h"]
NAME = re.compile(r"(?:_?Py|_?PY|METH_|T_[A-Z])\w*\Z")
EXTRA = {"READONLY", "RESTRICTED", "READ_RESTRICTED", "WRITE_RESTRICTED"}  # structmember.h
# Typedef names of the C API that are too often the names of variables, fields or parameters.
NOT_TYPES = set("""arc bitset dfa digit grammar label labellist node nonterminal object state string identifier bytes
    singleton constant int_seq""".split())

KEYWORDS = set("""auto break case char const continue default do double else enum extern float for goto if inline int
    long register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while
    _Bool _Complex _Noreturn _Thread_local _Atomic __const __inline __inline__ __restrict __restrict__ __signed__
    __volatile__ __thread __int128 __extension__ bool""".split())
QUALIFIERS = set("""auto const extern inline register restrict static typedef volatile _Atomic _Noreturn _Thread_local __const
    __inline __inline__ __restrict __restrict__ __volatile__ __thread __extension__""".split())
TYPE_WORDS = set("char const double float int long short signed unsigned void volatile struct union enum".split())
TOKEN = re.compile(r"""[A-Za-z_]\w*|\.?\d(?:[eEpP][+-]|[\w.])*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\.\.\.|[^\s\w]""")
MARKER = re.compile(r'#\s*(?:line\s+)?(\d+)\s+"((?:\\.|[^"\\])*)"')
DEFINE = re.compile(r"#\s*define\s+(\w+)(\(?)(.*)", re.S)
UNDEF = re.compile(r"#\s*undef\s+(\w+)")
CLOSE = {"(": ")", "[": "]", "{": "}"}


class Headers:
    """What one version's headers make visible."""

    def __init__(self):
        self.functions, self.variables, self.enumerators = set(), set(), set()
        self.typedefs, self.tags, self.macros = {}, set(), {}
        self.calls = {}  # function-like macro -> the function it is a call of
        self.returns = {}  # function -> type
        self.structs = {}  # tag or #number -> [(field, type)]
        self.aliases = {}  # typedef -> type


def preprocess(cc, include, system, stubs, headers, options=(), windows=False):
    """Return the preprocessor's output for a unit that includes `headers`, or raise RuntimeError."""
    # A build with DTrace has macros in a header that is not installed in place of the inline functions.
    unit = "#include <pyconfig.h>\n#undef WITH_DTRACE\n"
    if windows:
        unit += "#define MS_WINDOWS 1\n#define USE_STACKCHECK 1\n#define NT_THREADS 1\n"
    unit += "".join("#include <%s>\n" % h for h in headers)
    while True:
        command = [cc, "-E", "-w", "-x", "c", "-I", include]
        for d in system:
            command += ["-idirafter", d]
        command += ["-idirafter", stubs, *options, "-"]
        run = subprocess.run(command, input=unit, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)
        if run.returncode == 0:
            return run.stdout
        missing = re.search(r"fatal error: ([\w./+-]+): No such file", run.stderr)
        stub = missing and os.path.join(stubs, missing.group(1))
        # A missing header of Python's own is an error; one of another library becomes an empty file.
        if not stub or ".." in missing.group(1) or os.path.exists(stub) or missing.group(1).startswith("internal/"):
            errors = [x for x in run.stderr.splitlines() if "error" in x]
            raise RuntimeError(errors[0] if errors else run.stderr)
        os.makedirs(os.path.dirname(stub), exist_ok=True)
        open(stub, "w").close()


def match(tokens, i):
    """Index just after the group that opens at tokens[i]."""
    close, depth, opening = CLOSE[tokens[i]], 0, tokens[i]
    while i < len(tokens):
        if tokens[i] == opening:
            depth += 1
        elif tokens[i] == close:
            depth -= 1
            if depth == 0:
                return i + 1
        i += 1
    raise ValueError("unbalanced " + opening)


def strip_extensions(tokens):
    """Drop attributes and assembler names; a typeof becomes `int`."""
    out, i = [], 0
    while i < len(tokens):
        t = tokens[i]
        called = i + 1 < len(tokens) and tokens[i + 1] == "("
        if called and t in ("__attribute__", "__attribute", "__asm__", "__asm", "asm", "__declspec", "_Alignas"):
            i = match(tokens, i + 1)
        elif called and t in ("typeof", "__typeof__", "__typeof"):
            out.append("int")
            i = match(tokens, i + 1)
        elif called and t in ("_Static_assert", "static_assert"):
            out.append(";")
            i = match(tokens, i + 1)
        elif t == "__extension__":
            i += 1
        else:
            out.append(t)
            i += 1
    return out


def declarator(tokens):
    """(name, is a function) of one declarator with or without the specifiers before it."""
    i = 0
    while i < len(tokens):
        t = tokens[i]
        if t in ("=", ":"):
            break
        if t == "[":
            i = match(tokens, i)
            continue
        if t == "(":
            end = match(tokens, i)
            before = tokens[i - 1] if i else ""
            named = before and re.match(r"[A-Za-z_]", before) and before not in KEYWORDS
            inner = tokens[i + 1:end - 1]
            if named and not (inner[:1] == ["*"] or end < len(tokens) and tokens[end] == "("):
                return before, True
            name, function = declarator(inner)
            plain = inner[:1] != ["*"] and len(inner) == 1
            return name, function or plain and end < len(tokens) and tokens[end] == "("
        i += 1
    depth, last = 0, None
    for t in tokens:
        if t in ("=", ":"):
            break
        depth += (t in "([{") - (t in ")]}")
        if depth == 0 and re.match(r"[A-Za-z_]", t) and t not in KEYWORDS:
            last = t
    return last, False


def enumerators(body):
    depth, start = 0, True
    for t in body:
        if depth == 0 and start and re.match(r"[A-Za-z_]", t):
            yield t
            start = False
        depth += (t in "([{") - (t in ")]}")
        if depth == 0 and t == ",":
            start = True


def aggregates(tokens, found):
    """Record tags, fields and enumerators; return the tokens with one token `@tag` for each struct, union and enum."""
    out, i = [], 0
    while i < len(tokens):
        t = tokens[i]
        if t in ("struct", "union", "enum"):
            i += 1
            key = "#%d" % len(found.structs) if t != "enum" else ""
            if i < len(tokens) and re.match(r"[A-Za-z_]", tokens[i]):
                key = tokens[i]
                found.tags.add(tokens[i])
                i += 1
            if i < len(tokens) and tokens[i] == "{":
                end = match(tokens, i)
                body = tokens[i + 1:end - 1]
                if t == "enum":
                    found.enumerators.update(enumerators(body))
                else:
                    found.structs[key] = []  # takes the number
                    found.structs[key] = fields(body, found)
                i = end
            out.append("@" + key if key else "int")  # stands for the type
        else:
            out.append(t)
            i += 1
    return out


def split(tokens, separator):
    """The parts between the separators outside all brackets."""
    parts, depth, start = [], 0, 0
    for i, t in enumerate(tokens):
        depth += (t in "([{") - (t in ")]}")
        if depth == 0 and t == separator:
            parts.append(tokens[start:i])
            start = i + 1
    return parts + [tokens[start:]]


def fields(body, found):
    """The (name, type) pairs of a struct's or union's body; those of unnamed members are its own."""
    out = []
    for part in split(body, ";"):
        part = [t for t in aggregates(part, found) if t not in QUALIFIERS]
        if len(part) == 1 and part[0].startswith("@#"):
            out += found.structs.get(part[0][1:], [])
            continue
        base = None
        for piece in split(part, ","):
            name, _ = declarator(piece)
            if name is not None:
                base, kind = typed(piece, name, base)
                out.append((name, kind))
    return out


def typed(tokens, name, base=None):
    """(words of the base type, type) of what a declarator declares, or of what the function declared returns.

    A type is the pair (words joined by spaces, number of stars), or None for one that cannot be written so.
    The base is None if `tokens` begin with it."""
    tokens = [t for t in tokens if t not in QUALIFIERS]
    at = tokens.index(name, 1 if base is None and len(tokens) > 1 else 0)
    before, after = tokens[:at], tokens[at + 1:]
    if base is None:
        base = [t for t in before if t[0] in "@_" or t[0].isalpha()]
        before = before[len(base):]
    while before[-1:] == ["("] and after[:1] == [")"]:  # PyObject *(name)(void)
        before, after = before[:-1], after[1:]
    stars = len(before)
    while after[:1] == ["["]:
        after = after[match(after, 0):]
        stars += 1
    plain = base and set(before) <= {"*"} and stars - len(before) < 2
    return base, (" ".join(base), stars) if plain else None


def declaration(tokens, origin, found):
    """One declaration or the head of a function definition, without its `;` or body."""
    tokens = aggregates(tokens, found)
    if not tokens:
        return
    typedef = "typedef" in tokens
    base = None
    for n, piece in enumerate(split(tokens, ",")):
        words = [t for t in piece if re.match(r"[A-Za-z_]", t)]
        if n == 0 and not [t for t in words if t not in KEYWORDS]:
            continue  # `struct x;`
        name, function = declarator(piece)
        if name is None:
            continue
        base, kind = typed(piece, name, base)
        if typedef:
            found.typedefs.setdefault(name, origin)
            found.aliases.setdefault(name, None if function else kind)
        elif function:
            found.functions.add(name)
            found.returns.setdefault(name, kind)
        else:
            found.variables.add(name)


def callee(body, parameters):
    """The function that a macro is a call of, or another name for."""
    tokens = TOKEN.findall(body)
    if parameters:
        tokens = tokens[tokens.index(")") + 1:]
    while tokens[:1] == ["("] and match(tokens, 0) == len(tokens):
        tokens = tokens[1:-1]
    if not tokens or not NAME.match(tokens[0]):
        return None
    call = parameters and tokens[1:2] == ["("] and match(tokens, 1) == len(tokens)
    return tokens[0] if call or len(tokens) == 1 else None


def scan(text, include):
    """Read the output of the preprocessor."""
    found = Headers()
    include = os.path.realpath(include) + os.sep
    tokens, origins = [], []
    ours, origin = False, ""
    for line in text.split("\n"):
        if line.startswith("#"):
            marker = MARKER.match(line)
            if marker:
                path = os.path.realpath(marker.group(2))
                ours = path.startswith(include)
                origin = path[len(include):] if ours else ""
                ours = ours or os.path.basename(path) == "pyconfig.h"
                continue
            define = DEFINE.match(line)
            if define:
                if ours:
                    found.macros[define.group(1)] = None if define.group(2) else define.group(3).strip()
                    found.calls[define.group(1)] = callee(define.group(3), bool(define.group(2)))
                continue
            undef = UNDEF.match(line)
            if undef:
                found.macros.pop(undef.group(1), None)
            continue
        if ours and line.strip():
            new = TOKEN.findall(line)
            tokens += new
            origins += [origin] * len(new)
    # attributes are stripped per declaration, so that origins stay aligned
    i = start = 0
    while i < len(tokens):
        t = tokens[i]
        if t in ("(", "["):
            i = match(tokens, i)
        elif t == ";":
            declare(tokens[start:i], origins[start], found)
            i = start = i + 1
        elif t == "{":
            end = match(tokens, i)
            head = strip_extensions(tokens[start:i])
            aggregate = head and ("=" in head or head[-1] in ("struct", "union", "enum")
                                  or len(head) > 1 and head[-2] in ("struct", "union", "enum"))
            if not aggregate:
                declare(tokens[start:i], origins[start], found)
                start = end
            i = end
        else:
            i += 1
    return found


def declare(tokens, origin, found):
    tokens = strip_extensions(tokens)
    part = []
    for t in tokens + [";"]:
        if t == ";" and part.count("{") == part.count("}"):
            declaration(part, origin, found)
            part = []
        else:
            part.append(t)


def version_key(v):
    return tuple(int(x) for x in v.split("."))


def type_macros(found, known):
    """Macros that stand for a type, such as PY_LONG_LONG."""
    for name, body in found.macros.items():
        if not body or not NAME.match(name):
            continue
        words = [w for w in TOKEN.findall(body) if w != "*"]
        if words and all(w in TYPE_WORDS or w in known for w in words) and not set(words) <= {"const", "volatile"}:
            yield name


def read_limited(path):
    """name -> lowest Py_LIMITED_API under which headers and Stable ABI both offer the name."""
    limited = {}
    with open(path, encoding="utf-8") as f:
        for line in f:
            c = line.rstrip("\n").split("\t")
            if len(c) < 4 or c[0] == "name" or line.startswith("#"):
                continue
            versions = [v for v in c[2:4] if re.match(r"3\.\d+\Z", v)]
            if versions:
                limited[c[0]] = max(versions, key=version_key)
    return limited


def read_old_limited(path):
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in f if not line.startswith("#")]
    return {r[0]: r[4] for r in rows if len(r) > 4 and r[4]}


# The structures whose initializers are read, with the macro that initializes the first member where that is a structure.
LAYOUTS = {"PyTypeObject": "PyVarObject_HEAD_INIT", "PyModuleDef": "PyModuleDef_HEAD_INIT", "PyMethodDef": "",
           "PyMemberDef": "", "PyGetSetDef": "", "PyNumberMethods": "", "PySequenceMethods": "", "PyMappingMethods": "",
           "PyBufferProcs": "", "PyAsyncMethods": "", "PyType_Slot": "", "PyType_Spec": "", "PyModuleDef_Slot": ""}
# Members that only Pythons had whose headers are not among those scanned.
OLD_MEMBERS = [("PyTypeObject", 8, "tp_reserved", "3.0", "3.4")]

C_TYPES = """
    CFAllocatorRef CFArrayRef CFDataRef CFDictionaryRef CFIndex CFStringRef CFTypeRef CFURLRef DIR Dl_info FILE
    OSStatus _Bool __builtin_va_list __compar_fn_t __gnuc_va_list __int128_t __int16_t __int32_t __int64_t
    __int8_t __mode_t __off64_t __off_t __pid_t __sighandler_t __time_t __uint128_t __uint16_t __uint32_t
    __uint64_t __uint8_t acl_t atomic_bool atomic_char atomic_flag atomic_int atomic_intptr_t atomic_llong
    atomic_long atomic_size_t atomic_uint atomic_uintptr_t atomic_ullong atomic_ulong blkcnt_t blksize_t bool
    caddr_t cap_t cc_t char16_t char32_t char8_t clock_t clockid_t cnd_t comparison_fn_t cpu_set_t daddr_t dev_t
    dispatch_semaphore_t div_t double_t errno_t error_t fd_mask fd_set fenv_t fexcept_t float_t fpos_t fsblkcnt_t
    fsfilcnt_t fsid_t gid_t glob_t iconv_t id_t idtype_t imaxdiv_t in_addr_t in_port_t ino64_t ino_t int16_t
    int32_t int64_t int8_t int_fast16_t int_fast32_t int_fast64_t int_fast8_t int_least16_t int_least32_t
    int_least64_t int_least8_t intmax_t intptr_t jmp_buf kern_return_t key_t ldiv_t lldiv_t locale_t loff_t
    mach_port_t mach_timebase_info_data_t max_align_t mbstate_t mcontext_t memory_order mode_t mqd_t mtx_t nfds_t
    nl_catd nl_item nlink_t nullptr_t off64_t off_t once_flag pid_t posix_spawn_file_actions_t posix_spawnattr_t
    pthread_attr_t pthread_barrier_t pthread_barrierattr_t pthread_cond_t pthread_condattr_t pthread_key_t
    pthread_mutex_t pthread_mutexattr_t pthread_once_t pthread_rwlock_t pthread_rwlockattr_t pthread_spinlock_t
    pthread_t ptrdiff_t quad_t regex_t register_t regmatch_t regoff_t rlim64_t rlim_t rsize_t sa_family_t sem_t
    sig_atomic_t sighandler_t siginfo_t sigjmp_buf sigset_t size_t socklen_t speed_t ssize_t stack_t suseconds_t
    tcflag_t thrd_start_t thrd_t time_t timer_t tss_dtor_t tss_t u_char u_int u_int16_t u_int32_t u_int64_t
    u_int8_t u_long u_quad_t u_short uchar ucontext_t uid_t uint uint16_t uint32_t uint64_t uint8_t uint_fast16_t
    uint_fast32_t uint_fast64_t uint_fast8_t uint_least16_t uint_least32_t uint_least64_t uint_least8_t uintmax_t
    uintptr_t ulong useconds_t ushort uuid_t va_list wchar_t wctrans_t wctype_t wint_t wordexp_t
"""

WINDOWS_TYPES = """
    ACCESS_MASK ADDRINFOA ADDRINFOW BITMAPINFO BITMAPINFOHEADER BOOL BSTR BYTE BY_HANDLE_FILE_INFORMATION
    CERT_CONTEXT CHAR_INFO CLSID COLORREF COMMTIMEOUTS COMSTAT CONDITION_VARIABLE CONSOLE_CURSOR_INFO
    CONSOLE_SCREEN_BUFFER_INFO COORD CRITICAL_SECTION DATA_BLOB DCB DISPID DISPPARAMS DWORD DWORD32 DWORD64
    DWORDLONG DWORD_PTR EXCEPINFO EXCEPTION_POINTERS EXCEPTION_RECORD FARPROC FILETIME FILE_BASIC_INFO GUID HANDLE
    HBITMAP HBRUSH HCERTSTORE HCRYPTHASH HCRYPTKEY HCRYPTPROV HCURSOR HDC HDESK HFONT HGDIOBJ HGLOBAL HGLRC HHOOK
    HICON HINSTANCE HKEY HLOCAL HMENU HMODULE HMONITOR HOOKPROC HPALETTE HPEN HRESULT HRGN HRSRC HWINSTA HWND
    IDispatch IID IMAGE_DOS_HEADER IMAGE_NT_HEADERS INIT_ONCE INPUT_RECORD INT16 INT32 INT64 INT8 INT_PTR
    IO_COUNTERS IUnknown KEY_EVENT_RECORD LANGID LARGE_INTEGER LCID LCTYPE LONG32 LONG64 LONGLONG LONG_PTR LPARAM
    LPBOOL LPBYTE LPCOLESTR LPCOMSTAT LPCRITICAL_SECTION LPCSTR LPCTSTR LPCVOID LPCWSTR LPDCB LPDISPATCH LPDWORD
    LPFILETIME LPGUID LPHANDLE LPLONG LPMSG LPOLESTR LPOVERLAPPED LPPOINT LPPROCESS_INFORMATION LPRECT
    LPSECURITY_ATTRIBUTES LPSOCKADDR LPSTARTUPINFOW LPSTR LPSYSTEMTIME LPSYSTEM_INFO LPTHREAD_START_ROUTINE LPTSTR
    LPUINT LPUNKNOWN LPVARIANT LPVOID LPWORD LPWSABUF LPWSADATA LPWSAOVERLAPPED LPWSTR LRESULT LSTATUS LUID
    LUID_AND_ATTRIBUTES MEMORYSTATUS MEMORYSTATUSEX MEMORY_BASIC_INFORMATION MODULEENTRY32 MODULEENTRY32W NTSTATUS
    OBJECT_ATTRIBUTES OLECHAR OSVERSIONINFO OSVERSIONINFOA OSVERSIONINFOEX OSVERSIONINFOEXA OSVERSIONINFOEXW
    OSVERSIONINFOW OVERLAPPED PACL PAINTSTRUCT PAPCFUNC PBOOL PBYTE PCCERT_CONTEXT PCCRL_CONTEXT PCHAR
    PCONDITION_VARIABLE PCONTEXT PCRITICAL_SECTION PCSTR PCTSTR PCWSTR PDWORD PDWORD_PTR PEXCEPTION_POINTERS
    PEXCEPTION_RECORD PFILETIME PHANDLE PHANDLER_ROUTINE PHKEY PIMAGE_DOS_HEADER PIMAGE_NT_HEADERS PINIT_ONCE
    PIXELFORMATDESCRIPTOR PLARGE_INTEGER PLONG PLONGLONG PLUID PMEMORY_BASIC_INFORMATION POBJECT_ATTRIBUTES
    PROCESSENTRY32 PROCESSENTRY32W PROCESS_INFORMATION PROCESS_MEMORY_COUNTERS PROCESS_MEMORY_COUNTERS_EX
    PSECURITY_ATTRIBUTES PSECURITY_DESCRIPTOR PSID PSIZE_T PSOCKADDR PSRWLOCK PSTR PSYSTEMTIME PTCHAR
    PTOKEN_PRIVILEGES PTSTR PUCHAR PUINT PULARGE_INTEGER PULONG PULONGLONG PUNICODE_STRING PUSHORT PVOID PVOID64
    PWCHAR PWORD PWSTR REFCLSID REFGUID REFIID REGSAM REPARSE_DATA_BUFFER SAFEARRAY SC_HANDLE SECURITY_ATTRIBUTES
    SECURITY_DESCRIPTOR SECURITY_INFORMATION SERVICE_STATUS SERVICE_STATUS_HANDLE SERVICE_TABLE_ENTRYW
    SID_NAME_USE SIZE_T SMALL_RECT SOCKADDR SOCKADDR_IN SOCKADDR_IN6 SOCKADDR_STORAGE SOCKET SRWLOCK SSIZE_T
    STARTUPINFO STARTUPINFOA STARTUPINFOEXW STARTUPINFOW SYSTEMTIME SYSTEM_INFO
    SYSTEM_LOGICAL_PROCESSOR_INFORMATION SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX SYSTEM_POWER_STATUS TCHAR
    THREADENTRY32 TIME_ZONE_INFORMATION TOKEN_PRIVILEGES UCHAR UINT UINT16 UINT32 UINT64 UINT8 UINT_PTR
    ULARGE_INTEGER ULONG ULONG32 ULONG64 ULONGLONG ULONG_PTR UNICODE_STRING USHORT VARIANT VARIANTARG VARTYPE
    WAITORTIMERCALLBACK WCHAR WIN32_FILE_ATTRIBUTE_DATA WIN32_FIND_DATA WIN32_FIND_DATAA WIN32_FIND_DATAW WNDCLASS
    WNDCLASSA WNDCLASSEX WNDCLASSEXW WNDCLASSW WNDPROC WORD WPARAM WSABUF WSADATA WSAEVENT WSAOVERLAPPED
    WSAPROTOCOL_INFO WSAPROTOCOL_INFOA WSAPROTOCOL_INFOW __int16 __int32 __int64 __int8 __time32_t __time64_t
    __timeb64 _locale_t time32_t time64_t
"""

NUMPY_TYPES = """
    NPY_ARRAYMETHOD_FLAGS NPY_BUSDAY_ROLL NPY_CASTING NPY_CLIPMODE NPY_CORRELATEMODE NPY_DATETIMEUNIT NPY_ORDER
    NPY_SCALARKIND NPY_SCALAR_PRIORITY NPY_SEARCHSIDE NPY_SELECTKIND NPY_SORTKIND NPY_TYPECHAR NPY_TYPES
    NpyAuxData NpyAuxData_CloneFunc NpyAuxData_FreeFunc NpyIter NpyIter_GetMultiIndexFunc NpyIter_IterNextFunc
    PyArrayDTypeMeta_CommonDType PyArrayDTypeMeta_CommonInstance PyArrayDTypeMeta_DefaultDescriptor
    PyArrayDTypeMeta_DiscoverDescrFromPyobject PyArrayDTypeMeta_EnsureCanonical
    PyArrayDTypeMeta_FinalizeDescriptor PyArrayDTypeMeta_GetItem PyArrayDTypeMeta_SetItem PyArrayDTypeMeta_Spec
    PyArrayFlagsObject PyArrayInterface PyArrayIterObject PyArrayMapIterObject PyArrayMethodObject
    PyArrayMethod_Context PyArrayMethod_GetLoop PyArrayMethod_PromoterFunction PyArrayMethod_ResolveDescriptors
    PyArrayMethod_ResolveDescriptorsWithScalar PyArrayMethod_Spec PyArrayMethod_StridedLoop
    PyArrayMethod_TranslateGivenDescriptors PyArrayMethod_TranslateLoopDescriptors PyArrayMethod_TraverseLoop
    PyArrayMultiIterObject PyArrayNeighborhoodIterObject PyArrayObject PyArrayObject_fields PyArray_ArgFunc
    PyArray_ArgPartitionFunc PyArray_ArgSortFunc PyArray_ArrFuncs PyArray_BinSearchFunc PyArray_Chunk
    PyArray_CompareFunc PyArray_CopySwapFunc PyArray_CopySwapNFunc PyArray_DTypeMeta PyArray_DatetimeDTypeMetaData
    PyArray_DatetimeMetaData PyArray_Descr PyArray_DescrProto PyArray_Dims PyArray_DotFunc PyArray_FastClipFunc
    PyArray_FastPutmaskFunc PyArray_FastTakeFunc PyArray_FillFunc PyArray_FillWithScalarFunc PyArray_FromStrFunc
    PyArray_GetItemFunc PyArray_NonzeroFunc PyArray_PartitionFunc PyArray_ScalarKindFunc PyArray_ScanFunc
    PyArray_SetItemFunc PyArray_SortFunc PyArray_StringDTypeObject PyArray_VectorUnaryFunc PyBoolScalarObject
    PyByteScalarObject PyCDoubleScalarObject PyCFloatScalarObject PyCLongDoubleScalarObject
    PyComplex128ScalarObject PyComplex64ScalarObject PyDatetimeScalarObject PyDoubleScalarObject
    PyFloat16ScalarObject PyFloat32ScalarObject PyFloat64ScalarObject PyFloatScalarObject PyHalfScalarObject
    PyInt16ScalarObject PyInt32ScalarObject PyInt64ScalarObject PyInt8ScalarObject PyIntScalarObject
    PyLongDoubleScalarObject PyLongLongScalarObject PyLongScalarObject PyObjectScalarObject PyScalarObject
    PyShortScalarObject PyStringScalarObject PyTimedeltaScalarObject PyUByteScalarObject PyUFuncGenericFunction
    PyUFuncObject PyUFunc_LegacyInnerLoopSelectionFunc PyUFunc_MaskedInnerLoopSelectionFunc
    PyUFunc_MaskedStridedInnerLoopFunc PyUFunc_ProcessCoreDimsFunc PyUFunc_PyFuncData PyUFunc_TypeResolutionFunc
    PyUInt16ScalarObject PyUInt32ScalarObject PyUInt64ScalarObject PyUInt8ScalarObject PyUIntScalarObject
    PyULongLongScalarObject PyULongScalarObject PyUShortScalarObject PyUnicodeScalarObject PyVoidScalarObject
    _PyArray_Descr _PyArray_LegacyDescr binomial_t bitgen_t npy_bool npy_byte npy_cdouble npy_cfloat npy_char
    npy_clongdouble npy_complex128 npy_complex160 npy_complex192 npy_complex256 npy_complex32 npy_complex64
    npy_datetime npy_datetimestruct npy_double npy_float npy_float128 npy_float16 npy_float32 npy_float64
    npy_float80 npy_float96 npy_half npy_hash_t npy_int npy_int128 npy_int16 npy_int256 npy_int32 npy_int64
    npy_int8 npy_intp npy_iter_get_dataptr_t npy_long npy_longdouble npy_longlong npy_off_t
    npy_packed_static_string npy_short npy_static_string npy_stride_sort_item npy_string npy_string_allocator
    npy_timedelta npy_timedeltastruct npy_ubyte npy_ucs4 npy_uint npy_uint128 npy_uint16 npy_uint256 npy_uint32
    npy_uint64 npy_uint8 npy_uintp npy_ulong npy_ulonglong npy_unpacked_static_string npy_ushort
"""


# Macros that no version declares as functions and that do more than call one.
MACRO_RETURNS = {
    "PyObject *": """PyDateTime_DATE_GET_TZINFO PyDateTime_FromDateAndTime PyDateTime_FromDateAndTimeAndFold
        PyDateTime_FromTimestamp PyDateTime_TIME_GET_TZINFO PyDate_FromDate PyDate_FromTimestamp PyDelta_FromDSU
        PyDescr_NAME PyExceptionInstance_Class PyList_GET_ITEM PyMethod_GET_CLASS PySequence_Fast_GET_ITEM
        PySequence_ITEM PyTimeZone_FromOffset PyTimeZone_FromOffsetAndName PyTime_FromTime PyTime_FromTimeAndFold
        PyTuple_GET_ITEM Py_InitModule Py_InitModule3 _PyErr_OCCURRED _PyObject_CAST _PyObject_CallArg1""",
    "PyObject **": "PySequence_Fast_ITEMS _PyList_ITEMS",
    "PyTypeObject *": "PyDescr_TYPE _PyType_CAST",
    "PyVarObject *": "_PyVarObject_CAST",
    "PyASCIIObject *": "_PyASCIIObject_CAST",
    "PyByteArrayObject *": "_PyByteArray_CAST",
    "PyBytesObject *": "_PyBytes_CAST",
    "PyCFunctionObject *": "_PyCFunctionObject_CAST",
    "PyCMethodObject *": "_PyCMethodObject_CAST",
    "PyCompactUnicodeObject *": "_PyCompactUnicodeObject_CAST",
    "PyFloatObject *": "_PyFloat_CAST",
    "PyFunctionObject *": "_PyFunction_CAST",
    "PyGC_Head *": "_Py_AS_GC",
    "PyInstanceMethodObject *": "_PyInstanceMethod_CAST",
    "PyListObject *": "_PyList_CAST",
    "PyLongObject *": "_PyLong_CAST",
    "PyMemberDef *": "PyHeapType_GET_MEMBERS",
    "PyMemoryViewObject *": "_PyMemoryView_CAST",
    "PyMethodObject *": "_PyMethod_CAST",
    "PySetObject *": "_PySet_CAST",
    "PyTupleObject *": "_PyTuple_CAST",
    "PyUnicodeObject *": "_PyUnicodeObject_CAST",
    "PyWeakReference *": "_PyWeakref_CAST",
    "Py_UCS1 *": "PyUnicode_1BYTE_DATA",
    "Py_UCS2 *": "PyUnicode_2BYTE_DATA",
    "Py_UCS4 *": "PyUnicode_4BYTE_DATA",
    "char *": "PyObject_REPR PyString_AS_STRING",
}

# Object types whose struct the public headers never show.
OPAQUE_OBJECTS = "PyContext PyContextToken PyContextVar PyODictObject"
# Besides the scalars, whose names end in ScalarObject.
NUMPY_OBJECTS = """
    PyArrayFlagsObject PyArrayIterObject PyArrayMapIterObject PyArrayMethodObject PyArrayMultiIterObject
    PyArrayNeighborhoodIterObject PyArrayObject PyArrayObject_fields PyArray_Chunk PyArray_DTypeMeta PyArray_Descr
    PyArray_DescrProto PyArray_StringDTypeObject PyUFuncObject _PyArray_Descr _PyArray_LegacyDescr
"""


def write_table(path, header, rows):
    with open(path, "w", encoding="utf-8", newline="\n") as f:
        f.writelines("# %s\n" % line for line in header)
        f.writelines("\t".join(row) + "\n" for row in rows)


class Types:
    """Names of structs in all versions."""

    def __init__(self, headers):
        self.names, self.aliases = {}, {}
        for i, found in enumerate(headers):
            for name, kind in found.aliases.items():
                if kind and kind[0].startswith("@") and kind[1] == 0:
                    self.names.setdefault(self.key(i, kind[0]), []).append(name)
                self.aliases[i, name] = kind

    @staticmethod
    def key(version, word):
        """What stands for a struct in one version; unnamed ones are numbered anew in each."""
        return (version, word) if word.startswith("@#") else word

    def name(self, version, word):
        """The typedef of a struct, else its tag; None if it has neither."""
        names = self.names.get(self.key(version, word), [])
        public = [n for n in names if NAME.match(n) and not n.startswith("_")]
        return (public or names or [None if word.startswith("@#") else word[1:]])[0]

    def spell(self, version, kind):
        words = kind and [self.name(version, w) if w.startswith("@") else w for w in kind[0].split()]
        if not words or None in words:
            return "?"
        base = {"_Bool": "bool", "unsigned": "unsigned int"}.get(" ".join(words), " ".join(words))
        return base + (" " + "*" * kind[1] if kind[1] else "")

    def struct(self, version, word):
        """The `@tag` that a type without stars stands for."""
        while not word.startswith("@"):
            kind = self.aliases.get((version, word))
            if not kind or kind[1]:
                return None
            word = kind[0]
        return word


def object_types(types, version, found):
    """The `@tag` of each struct that begins as an object does."""
    objects = {"@_object"}
    while True:
        more = set()
        for tag, members in found.structs.items():
            first = members[0][1] if members else None
            head = [m[0] for m in members[:2]] == ["ob_refcnt", "ob_type"]
            if head or first and first[1] == 0 and types.struct(version, first[0]) in objects:
                more.add("@" + tag)
        if more <= objects:
            return objects
        objects |= more


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    p = argparse.ArgumentParser(description="Derive the tables of the C API from CPython's headers.")
    p.add_argument("--include", action="append", required=True, metavar="VERSION=DIR")
    p.add_argument("--system-include", action="append", default=[], metavar="DIR")
    p.add_argument("--limited", metavar="TSV")
    p.add_argument("--symbols", default=os.path.join(here, "symbols.tsv"))
    p.add_argument("--types", default=os.path.join(here, "types.txt"))
    p.add_argument("--returns", default=os.path.join(here, "returns.tsv"))
    p.add_argument("--fields", default=os.path.join(here, "fields.tsv"))
    p.add_argument("--layout", default=os.path.join(here, "layout.tsv"))
    p.add_argument("--objects", default=os.path.join(here, "objects.txt"))
    p.add_argument("--headers", default=os.path.join(here, "headers.txt"))
    p.add_argument("--cc", default="gcc")
    args = p.parse_args()

    includes = dict(x.split("=", 1) for x in args.include)
    versions = sorted(includes, key=version_key)
    seen, kinds, windows, all_types = {}, {}, {}, set()
    headers, windows_headers, lower_types = [], [], set()
    for v in versions:
        include = includes[v]
        with tempfile.TemporaryDirectory() as stubs:
            usable = []
            others = sorted(h for h in os.listdir(include) if h.endswith(".h") and h not in CORE)
            for h in CORE + others:
                if not os.path.exists(os.path.join(include, h)):
                    continue
                try:
                    preprocess(args.cc, include, args.system_include, stubs, ["Python.h", h])
                    usable.append(h)
                except RuntimeError as e:
                    print("%s: left out %s: %s" % (v, h, e), file=sys.stderr)
            text = preprocess(args.cc, include, args.system_include, stubs, usable, ["-dD"])
            core = preprocess(args.cc, include, args.system_include, stubs, [h for h in usable if h in CORE])
            win = preprocess(args.cc, include, args.system_include, stubs, usable, ["-dD"], windows=True)
            if os.listdir(stubs):
                print("%s: empty stand-ins for %s" % (v, " ".join(sorted(os.listdir(stubs)))), file=sys.stderr)
        found, lower = scan(text, include), scan(core, include).typedefs
        known = set(found.typedefs) | set(C_TYPES.split())
        all_types.update(t for t in found.typedefs if t not in NOT_TYPES)
        all_types.update(type_macros(found, known))
        win = scan(win, include)
        headers.append(found)
        windows_headers.append(win)
        lower_types.update(lower)
        for kind, names in (("function", win.functions), ("type", win.typedefs), ("constant", win.variables)):
            for name in names:
                if NAME.match(name):
                    windows.setdefault(name, (kind, set()))[1].add(v)
        for kind, names in (("function", found.functions), ("type", set(found.typedefs) | found.tags),
                            ("constant", found.enumerators | found.variables), ("macro", set(found.macros))):
            for name in names:
                if NAME.match(name) or name in EXTRA or kind == "type" and name in lower and name[0].islower():
                    seen.setdefault(name, set()).add(v)
                    kinds.setdefault(name, set()).add(kind)
        print("%s: %d functions, %d macros, %d typedefs" % (v, len(found.functions), len(found.macros), len(found.typedefs)),
              file=sys.stderr)

    windows = {name: w for name, w in windows.items() if name not in seen}
    for name, (kind, vs) in windows.items():
        seen[name], kinds[name] = vs, {kind}

    limited = read_limited(args.limited) if args.limited else read_old_limited(args.symbols)
    for name in sorted(limited):
        if name not in seen:
            print("limited, but not visible: " + name, file=sys.stderr)
    with open(args.symbols, "w", encoding="utf-8", newline="\n") as f:
        f.write("# Generated by scan_headers.py from the headers of %s (Linux, default build). Tab separated.\n" % ", ".join(versions))
        f.write("# until: empty if still visible in %s. since 3.6: 3.6 or an older 3.x. constant: enumerator or global variable;\n" % versions[-1])
        f.write("# macro: any other #define. limited: lowest Limited API that declares it and whose Stable ABI has it.\n")
        f.write("# Windows only: %s\n" % " ".join(sorted(windows)))
        f.write("# name\tkind\tsince\tuntil\tlimited\n")
        for name in sorted(seen):
            vs = sorted(seen[name], key=version_key)
            kind = next(k for k in ("function", "type", "constant", "macro") if k in kinds[name])
            until = "" if vs[-1] == versions[-1] else vs[-1]
            f.write("\t".join((name, kind, vs[0], until, limited.get(name, ""))) + "\n")
            gaps = [v for v in versions if version_key(vs[0]) < version_key(v) < version_key(vs[-1]) and v not in vs]
            if gaps:
                print("gap: %s not visible in %s" % (name, " ".join(gaps)), file=sys.stderr)
    every = all_types | set(C_TYPES.split()) | set(WINDOWS_TYPES.split()) | set(NUMPY_TYPES.split())
    with open(args.types, "w", encoding="utf-8", newline="\n") as f:
        f.write("# Generated by scan_headers.py: names that are types in C extensions (CPython %s to %s,\n" % (versions[0], versions[-1]))
        f.write("# the C library and POSIX, Windows, numpy); names that are also common variables are left out.\n")
        f.writelines(t + "\n" for t in sorted(every))
    write_facts(args, versions, headers, windows_headers, lower_types)
    write_headers(args, versions, includes)


def write_headers(args, versions, includes):
    """Write headers.txt: the names by which the headers of any version are included."""
    names = set()
    for include in includes.values():
        for folder, _, files in os.walk(include):
            below = os.path.relpath(folder, include).replace(os.sep, "/")
            names.update(h if below == "." else below + "/" + h for h in files if h.endswith(".h"))
    with open(args.headers, "w", encoding="utf-8", newline="\n") as f:
        f.write("# Generated by scan_headers.py: the headers of CPython %s to %s.\n" % (versions[0], versions[-1]))
        f.writelines(h + "\n" for h in sorted(names))


def layouts(versions, headers):
    """Rows of (structure, place, field, first, last, macro)."""
    places = {}
    for version, found in zip(versions, headers):
        types = Types([found])
        for structure in LAYOUTS:
            tag = types.struct(0, structure)
            names = [name for name, _ in found.structs.get(tag[1:], [])] if tag else []
            if names[:1] == ["ob_refcnt"]:  # Python 2 spells the head out
                names[:3] = ["ob_base"]
            for place, name in enumerate(names):
                places.setdefault((structure, place, name), []).append(version)
    for (structure, place, name), vs in places.items():
        yield structure, str(place), name, vs[0], vs[-1], LAYOUTS[structure] if place == 0 else ""
    for structure, place, name, first, last in OLD_MEMBERS:
        yield structure, str(place), name, first, last, ""


def write_facts(args, versions, headers, windows_headers, lower_types):
    """Write returns.tsv, fields.tsv and objects.txt; where versions differ, the newest counts for returns.tsv."""
    returns, rows, objects = {}, {}, set(OPAQUE_OBJECTS.split()) | set(NUMPY_OBJECTS.split())
    objects.update(t for t in NUMPY_TYPES.split() if t.endswith("ScalarObject"))
    for found_in in (windows_headers, headers):  # what the first pass sees replaces what is seen on Windows
        types = Types(found_in)
        structs = {}
        for i, found in enumerate(found_in):
            for name, kind in found.returns.items():
                if NAME.match(name):
                    returns[name] = types.spell(i, kind)
            heads = object_types(types, i, found)
            public = {name: types.struct(i, name) for name, kind in found.aliases.items() if kind and kind[1] == 0}
            for tag in found.structs:
                if not types.names.get(types.key(i, "@" + tag)):
                    public[tag] = "@" + tag
            for name, tag in public.items():
                if not tag or not NAME.match(name) and not (name in lower_types and name[0].islower()):
                    continue
                if tag in heads and name in found.aliases:
                    objects.add(name)
                for n, (field, kind) in enumerate(found.structs.get(tag[1:], [])):
                    head = field == "ob_base" or i == 0 and field in ("ob_refcnt", "ob_type", "ob_size")
                    if tag in heads and head and name not in ("PyObject", "PyVarObject"):
                        continue
                    structs.setdefault(name, {}).setdefault((field, types.spell(i, kind)), []).append(versions[i])
        rows.update(structs)
    for name in sorted(rows):
        for (field, _), vs in rows[name].items():
            gaps = [v for v in versions[versions.index(vs[0]):versions.index(vs[-1])] if v not in vs]
            if gaps:
                print("gap: %s.%s not visible in %s" % (name, field, " ".join(gaps)), file=sys.stderr)
    returns.update((name, kind) for kind, names in MACRO_RETURNS.items() for name in names.split())
    calls = [call for found in headers for call in found.calls.items()]
    while True:
        more = {name: returns[f] for name, f in calls if f in returns and NAME.match(name) and name not in returns}
        if not more:
            break
        returns.update(more)
    what = "from the headers of %s (Linux, default build)." % ", ".join(versions)
    write_table(args.returns, ["Generated by scan_headers.py " + what + " Tab separated.",
                               "What functions (and macros like functions) return, if that is a pointer.",
                               "name\ttype"],
                [(name, kind) for name, kind in sorted(returns.items()) if kind.endswith("*")])
    write_table(args.fields, ["Generated by scan_headers.py " + what + " Tab separated.",
                              "first, last: the versions in which the field is visible with that type.",
                              "structure\tfield\ttype\tfirst\tlast"],
                sorted(((name, field, kind, vs[0], vs[-1]) for name in rows for (field, kind), vs in rows[name].items()),
                       key=lambda row: (row[:2], version_key(row[3]))))
    write_table(args.layout, ["Generated by scan_headers.py " + what + " Tab separated.",
                              "The places of members, counted from 0; the head of an object is one of them. first, last: the versions in which",
                              "the member has that place. macro: what initializes it where it is a structure itself.",
                              "structure\tplace\tfield\tfirst\tlast\tmacro"],
                sorted(layouts(versions, headers), key=lambda row: (row[0], int(row[1]), version_key(row[3]))))
    write_table(args.objects, ["Generated by scan_headers.py: struct types that begin with PyObject_HEAD or with another such struct",
                               "(CPython %s to %s, numpy)." % (versions[0], versions[-1])],
                [(name,) for name in sorted(objects)])


if __name__ == "__main__":
    main()
