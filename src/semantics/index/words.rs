//! The words of C and C++ that say what a declaration is, and the built-in types in their one spelling.

/// What a word means in front of a declarator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// A name: a type, a macro, what is declared.
    Name,
    Typedef,
    Static,
    Extern,
    /// It says nothing about the type: qualifiers, other storage classes, calling conventions.
    Qualifier,
    /// An attribute, with arguments in parentheses or without.
    Attribute,
    /// Part of a built-in type.
    Builtin(u16),
    Struct,
    Class,
    Enum,
    /// `typeof(x)`, `decltype(x)`.
    Typeof,
    /// `auto`: a storage class or a type to be found out.
    Auto,
    Namespace,
    Using,
    Template,
    /// `public`, `private`, `protected`.
    Access,
    /// It opens a statement or something that declares nothing of interest.
    Other,
}

const UNSIGNED: u16 = 1;
const SIGNED: u16 = 1 << 1;
const SHORT: u16 = 1 << 2;
pub(super) const LONG: u16 = 1 << 3;
pub(super) const LONG_LONG: u16 = 1 << 4;
const CHAR: u16 = 1 << 5;
const INT: u16 = 1 << 6;
const FLOAT: u16 = 1 << 7;
const DOUBLE: u16 = 1 << 8;
const VOID: u16 = 1 << 9;
const BOOL: u16 = 1 << 10;

impl Word {
    pub(super) fn of(text: &[u8]) -> Word {
        match text {
            b"typedef" => Word::Typedef,
            b"static" => Word::Static,
            b"extern" => Word::Extern,
            b"const" | b"volatile" | b"inline" | b"restrict" | b"register" | b"virtual" | b"explicit"
            | b"constexpr" | b"constinit" | b"consteval" | b"mutable" | b"typename" | b"final" | b"override"
            | b"thread_local" | b"_Thread_local" | b"__thread" | b"_Noreturn" | b"_Atomic" | b"__extension__"
            | b"__inline" | b"__inline__" | b"__forceinline" | b"__restrict" | b"__restrict__" | b"__const"
            | b"__const__" | b"__volatile__" | b"__cdecl" | b"__stdcall" | b"__fastcall" | b"__vectorcall"
            | b"_cdecl" | b"WINAPI" | b"APIENTRY" | b"CALLBACK" | b"Py_ALWAYS_INLINE" | b"Py_NO_INLINE" => {
                Word::Qualifier
            }
            b"__attribute__" | b"__attribute" | b"__declspec" | b"_Alignas" | b"alignas" | b"__pragma" | b"_Pragma"
            | b"asm" | b"__asm__" | b"__asm" | b"noexcept" | b"throw" | b"Py_GCC_ATTRIBUTE" | b"Py_DEPRECATED" => {
                Word::Attribute
            }
            b"unsigned" => Word::Builtin(UNSIGNED),
            b"signed" | b"__signed__" => Word::Builtin(SIGNED),
            b"short" => Word::Builtin(SHORT),
            b"long" => Word::Builtin(LONG),
            b"char" => Word::Builtin(CHAR),
            b"int" => Word::Builtin(INT),
            b"float" => Word::Builtin(FLOAT),
            b"double" => Word::Builtin(DOUBLE),
            b"void" => Word::Builtin(VOID),
            b"_Bool" => Word::Builtin(BOOL),
            b"__int64" => Word::Builtin(LONG_LONG),
            b"struct" | b"union" => Word::Struct,
            b"class" => Word::Class,
            b"enum" => Word::Enum,
            b"typeof" | b"__typeof__" | b"__typeof" | b"decltype" => Word::Typeof,
            b"auto" => Word::Auto,
            b"namespace" => Word::Namespace,
            b"using" => Word::Using,
            b"template" => Word::Template,
            b"public" | b"private" | b"protected" => Word::Access,
            b"return" | b"if" | b"else" | b"for" | b"while" | b"do" | b"switch" | b"case" | b"default" | b"goto"
            | b"break" | b"continue" | b"operator" | b"friend" | b"static_assert" | b"_Static_assert" | b"sizeof"
            | b"new" | b"delete" | b"try" | b"catch" | b"concept" | b"requires" => Word::Other,
            _ => Word::Name,
        }
    }
}

/// The shortest spelling of the built-in type with these parts.
pub(super) fn builtin_name(parts: u16) -> &'static str {
    let has = |part: u16| parts & part != 0;
    let unsigned = has(UNSIGNED);
    match () {
        () if has(VOID) => "void",
        () if has(BOOL) => "_Bool",
        () if has(FLOAT) => "float",
        () if has(DOUBLE) => {
            if has(LONG) {
                "long double"
            } else {
                "double"
            }
        }
        () if has(CHAR) && unsigned => "unsigned char",
        () if has(CHAR) && has(SIGNED) => "signed char",
        () if has(CHAR) => "char",
        () if has(SHORT) => {
            if unsigned {
                "unsigned short"
            } else {
                "short"
            }
        }
        () if has(LONG_LONG) => {
            if unsigned {
                "unsigned long long"
            } else {
                "long long"
            }
        }
        () if has(LONG) => {
            if unsigned {
                "unsigned long"
            } else {
                "long"
            }
        }
        () => {
            if unsigned {
                "unsigned int"
            } else {
                "int"
            }
        }
    }
}
