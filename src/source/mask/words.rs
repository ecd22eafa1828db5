//! What a word says by its spelling alone: the keywords of C, and the macros of `macros.toml`.

use rustc_hash::{FxBuildHasher, FxHashMap};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The class of a token for masking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// Not a word: punctuators and literals.
    None,
    /// A name that says nothing by itself.
    Name,
    /// `int`, `void` and their like.
    TypeKeyword,
    /// `struct`, `union`, `enum`.
    Tag,
    /// A qualifier, storage class or function specifier.
    Specifier,
    /// `typeof`.
    Typeof,
    /// Every other keyword.
    Keyword,
    /// See `macros.toml` for the rest.
    Blank,
    BlankCall,
    TypeWrapper,
    Unused,
    OpenBrace,
    CloseBrace,
    HeadInit,
    Assertion,
    Assembly,
    Definition,
    /// Replaced by a type the parser knows, see [`Words::type_stand_in`].
    ForeignType,
    /// A name for an operator, see [`Words::operator`].
    Operator,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct MacroFile {
    blank: Vec<String>,
    blank_call: Vec<String>,
    type_wrapper: Vec<String>,
    unused: Vec<String>,
    open_brace: Vec<String>,
    close_brace: Vec<String>,
    head_init: Vec<String>,
    assertion: Vec<String>,
    assembly: Vec<String>,
    definition: Vec<String>,
    bare_statement_parts: Vec<String>,
    loop_parts: Vec<String>,
    types: BTreeMap<String, String>,
    operators: BTreeMap<String, String>,
}

/// Keywords and named macros.
pub(crate) struct Words {
    words: FxHashMap<Vec<u8>, Word>,
    /// Stand-ins of [`Word::ForeignType`].
    types: BTreeMap<String, String>,
    operators: BTreeMap<String, String>,
    bare_statement_parts: Vec<String>,
    loop_parts: Vec<String>,
}

const TYPE_KEYWORDS: &[&str] = &[
    "char",
    "double",
    "float",
    "int",
    "long",
    "short",
    "signed",
    "unsigned",
    "void",
    "_Bool",
    "_Complex",
    "__signed",
    "__signed__",
    "__complex__",
    "__complex",
    "_Float16",
    "_Float32",
    "_Float64",
    "_Float128",
    "_Float32x",
    "_Float64x",
    "_Decimal32",
    "_Decimal64",
    "_Decimal128",
];
const TAGS: &[&str] = &["struct", "union", "enum"];
const SPECIFIERS: &[&str] = &[
    "const",
    "extern",
    "inline",
    "register",
    "restrict",
    "static",
    "typedef",
    "volatile",
    "auto",
    "_Atomic",
    "__const",
    "__inline",
    "__inline__",
    "__restrict",
    "__restrict__",
    "__volatile",
    "__volatile__",
];
const TYPEOF: &[&str] = &["typeof", "__typeof", "__typeof__"];
const OTHER_KEYWORDS: &[&str] = &[
    "break",
    "case",
    "continue",
    "default",
    "do",
    "else",
    "for",
    "goto",
    "if",
    "return",
    "sizeof",
    "switch",
    "while",
    "_Alignof",
    "_Generic",
    "__alignof",
    "__alignof__",
];

impl Words {
    /// The words of C and of `macros.toml`.
    pub(crate) fn get() -> &'static Words {
        static WORDS: OnceLock<Words> = OnceLock::new();
        WORDS.get_or_init(|| Words::read(include_str!("../macros.toml")))
    }

    fn read(text: &str) -> Words {
        let file: MacroFile = toml::from_str(text).expect("macros.toml is well-formed");
        let mut words = FxHashMap::with_capacity_and_hasher(200, FxBuildHasher);
        let keywords = [
            (TYPE_KEYWORDS, Word::TypeKeyword),
            (TAGS, Word::Tag),
            (SPECIFIERS, Word::Specifier),
            (TYPEOF, Word::Typeof),
            (OTHER_KEYWORDS, Word::Keyword),
        ];
        for (list, word) in keywords {
            words.extend(list.iter().map(|name| (name.as_bytes().to_vec(), word)));
        }
        let macros = [
            (&file.blank, Word::Blank),
            (&file.blank_call, Word::BlankCall),
            (&file.type_wrapper, Word::TypeWrapper),
            (&file.unused, Word::Unused),
            (&file.open_brace, Word::OpenBrace),
            (&file.close_brace, Word::CloseBrace),
            (&file.head_init, Word::HeadInit),
            (&file.assertion, Word::Assertion),
            (&file.assembly, Word::Assembly),
            (&file.definition, Word::Definition),
        ];
        for (list, word) in macros {
            words.extend(list.iter().map(|name| (name.as_bytes().to_vec(), word)));
        }
        words.extend(file.types.keys().map(|name| (name.as_bytes().to_vec(), Word::ForeignType)));
        words.extend(file.operators.keys().map(|name| (name.as_bytes().to_vec(), Word::Operator)));
        let MacroFile { types, operators, bare_statement_parts, loop_parts, .. } = file;
        Words { words, types, operators, bare_statement_parts, loop_parts }
    }

    /// What `name` is.
    pub(crate) fn class(&self, name: &[u8]) -> Word {
        self.words.get(name).copied().unwrap_or(Word::Name)
    }

    /// A type the parser knows, to stand in for `name`; it is not longer.
    pub(crate) fn type_stand_in(&self, name: &str) -> Option<&str> {
        self.types.get(name).map(String::as_str)
    }

    /// Whether a part of `name`, in any case, says that it repeats what follows.
    pub(crate) fn is_loop(&self, name: &[u8]) -> bool {
        let name = name.to_ascii_lowercase();
        self.loop_parts.iter().any(|part| memchr::memmem::find(&name, part.as_bytes()).is_some())
    }

    /// The operator that `name` spells; it is not longer.
    pub(crate) fn operator(&self, name: &str) -> Option<&str> {
        self.operators.get(name).map(String::as_str)
    }

    /// Whether a part of `name` says that it stands alone like a statement.
    pub(crate) fn is_bare_statement(&self, name: &[u8]) -> bool {
        self.bare_statement_parts.iter().any(|part| memchr::memmem::find(name, part.as_bytes()).is_some())
    }
}

impl Word {
    /// Whether this is a word of C itself that cannot be a name.
    pub(crate) fn is_reserved(self) -> bool {
        use Word::*;
        matches!(self, TypeKeyword | Tag | Specifier | Typeof | Keyword)
    }

    /// Whether this names a type by itself.
    pub(crate) fn is_type(self) -> bool {
        matches!(self, Word::TypeKeyword | Word::Tag)
    }

    /// Whether this may stand among the specifiers of a declaration (or is a name, which may).
    pub(crate) fn may_specify(self) -> bool {
        !matches!(self, Word::None | Word::Keyword | Word::Typeof)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_and_macros() {
        let words = Words::get();
        assert_eq!(words.class(b"unsigned"), Word::TypeKeyword);
        assert_eq!(words.class(b"Py_BEGIN_ALLOW_THREADS"), Word::OpenBrace);
        assert_eq!(words.class(b"PyObject"), Word::Name);
    }

    #[test]
    fn a_type_stand_in_fits_and_is_known() {
        for (name, stand_in) in &Words::get().types {
            assert!(stand_in.len() <= name.len(), "{name}");
            assert!(TYPE_KEYWORDS.contains(&stand_in.as_str()), "{name}");
        }
    }
}
