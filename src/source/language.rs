//! Which language a file is in.

use std::path::Path;

use serde::Deserialize;

use super::directive::{DirectiveKind, directive};
use super::lexer::{TokenKind, lex};

/// A language that is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
pub enum Language {
    /// C, up to C23 as far as extensions use it.
    #[default]
    #[serde(rename = "c")]
    C,
    /// C++, CUDA among it.
    #[serde(rename = "c++")]
    Cpp,
}

impl Language {
    /// The language that the name of a file tells; none for a `.h`, which may be either, and for what is no source.
    pub fn of_name(path: &Path) -> Option<Language> {
        match path.extension().and_then(|extension| extension.to_str())? {
            "c" => Some(Language::C),
            "cc" | "cpp" | "cxx" | "c++" | "C" | "hpp" | "hh" | "hxx" | "h++" | "ipp" | "inl" | "tpp" | "cu"
            | "cuh" => Some(Language::Cpp),
            _ => None,
        }
    }

    /// The language of a file: what its name tells, and for a header its text.
    pub fn of(path: &Path, source: &[u8]) -> Language {
        Language::of_name(path).unwrap_or_else(|| Language::of_header(source))
    }

    /// The language of a header by its text: what only C++ has, unless that is compiled by C++ compilers alone.
    fn of_header(source: &[u8]) -> Language {
        const HINTS: [&[u8]; 6] = [b"class", b"namespace", b"template", b"::", b"public", b"private"];
        if !HINTS.iter().any(|hint| memchr::memmem::find(source, hint).is_some()) {
            return Language::C;
        }
        let tokens = lex(source).tokens;
        // How many groups are open, and the one that is for C++ compilers.
        let (mut depth, mut only_cpp) = (0_usize, None::<usize>);
        for (at, token) in tokens.iter().enumerate() {
            let text = token.text(source);
            if token.kind == TokenKind::Directive {
                match directive(source, token).kind {
                    DirectiveKind::If | DirectiveKind::Ifdef => {
                        depth += 1;
                        let asks = memchr::memmem::find(text, b"__cplusplus").is_some();
                        only_cpp = only_cpp.or(asks.then_some(depth));
                    }
                    DirectiveKind::Ifndef => depth += 1,
                    DirectiveKind::Else => only_cpp = only_cpp.filter(|open| *open != depth),
                    DirectiveKind::Endif => {
                        only_cpp = only_cpp.filter(|open| *open != depth);
                        depth = depth.saturating_sub(1);
                    }
                    _ => {}
                }
                continue;
            }
            let next = |ahead: usize| tokens.get(at + ahead).map_or(&b""[..], |token| token.text(source));
            let is_cpp = match text {
                b"class" => matches!(next(2), b"{" | b":" | b";" | b"final"),
                b"namespace" => next(1) == b"{" || matches!(next(2), b"{" | b"::" | b"="),
                b"template" => next(1) == b"<",
                b"::" => true,
                b"public" | b"private" | b"protected" => next(1) == b":",
                _ => false,
            };
            if is_cpp && only_cpp.is_none() {
                return Language::Cpp;
            }
        }
        Language::C
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_what_it_holds() {
        let of = |text: &str| Language::of(Path::new("x.h"), text.as_bytes());
        assert_eq!(of("#ifdef __cplusplus\nextern \"C\" {\n#endif\nint f(void);\n"), Language::C);
        assert_eq!(of("#ifdef __cplusplus\nclass A;\n#else\ntypedef struct A A;\n#endif\n"), Language::C);
        assert_eq!(of("int class(int namespace, int template);\n"), Language::C);
        assert_eq!(of("// a class A {\nint x;\n"), Language::C);
        assert_eq!(of("class A { int x; };\n"), Language::Cpp);
        assert_eq!(of("template <class T> T f(T x);\n"), Language::Cpp);
        assert_eq!(of("std::string f();\n"), Language::Cpp);
        assert_eq!(Language::of(Path::new("x.cpp"), b""), Language::Cpp);
        assert_eq!(Language::of(Path::new("x.c"), b"class A { };"), Language::C);
    }
}
