//! Declared types, as far as rewriting needs them.

/// A C type as it was declared. Qualifiers are dropped.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CType {
    /// A typedef name or a built-in type in its shortest form (`int`, `unsigned long`, `size_t`, `PyObject`).
    Named(String),
    /// `struct tag`, `union tag` or `enum tag`; an empty tag is a type without one.
    Tagged(String),
    /// A pointer to something.
    Pointer(Box<CType>),
    /// An array of something.
    Array(Box<CType>),
    /// A function that returns something.
    Function(Box<CType>),
    /// Not to be told: `auto`, `typeof`, a macro.
    Unknown,
}

impl CType {
    /// The name of the type of a variable that has the type of its initializer.
    pub const DEDUCED: &str = "auto";

    /// A pointer to `self`.
    pub fn pointer(self) -> CType {
        CType::Pointer(Box::new(self))
    }

    /// Reads a type spelled as a name, or a keyword such as `struct` and a tag, and stars: `PyObject *`.
    pub fn parse(text: &str) -> CType {
        let name = text.trim_end_matches([' ', '*']);
        let stars = text.matches('*').count();
        let tag = ["struct ", "union ", "enum "].iter().find_map(|keyword| name.strip_prefix(keyword));
        let base = match tag {
            Some(tag) => CType::Tagged(tag.trim().to_owned()),
            None => CType::Named(name.to_owned()),
        };
        (0..stars).fold(base, |ctype, _| ctype.pointer())
    }

    /// What a pointer or array of this type yields when dereferenced.
    pub fn pointee(&self) -> Option<&CType> {
        match self {
            CType::Pointer(inner) | CType::Array(inner) => Some(inner),
            _ => None,
        }
    }
}

impl std::fmt::Display for CType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            CType::Named(name) => f.write_str(name),
            CType::Tagged(tag) => f.write_str(tag),
            CType::Pointer(inner) => match **inner {
                CType::Pointer(_) => write!(f, "{inner}*"),
                _ => write!(f, "{inner} *"),
            },
            CType::Array(inner) => write!(f, "{inner} []"),
            CType::Function(inner) => write!(f, "{inner} ()"),
            CType::Unknown => f.write_str("?"),
        }
    }
}
