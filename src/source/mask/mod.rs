//! Makes a region fit for a strict C parser: a buffer of exactly the region's length in which attribute macros,
//! macro calls without semicolon, brace macros and many more shapes are blanked or replaced by stand-ins, so that
//! what the parser says of an offset is true of the source.
//!
//! One shape is one function. Shapes are known by their place and their neighbours; only where these do not show
//! what a macro is does `macros.toml` name it.

mod attributes;
pub(crate) mod cpp;
mod expression;
mod header;
mod initializer;
mod names;
mod specifiers;
mod statement;
mod strings;
mod tokens;
mod walk;
pub(crate) mod words;

pub use cpp::CppMasker;
pub use names::TypeNames;

use std::collections::BTreeSet;

use super::language::Language;
use super::lexer::{Token, TokenKind};
use super::region::{Region, RegionKind, split};
use super::text::TextRange;
use names::NamesUsed;
use specifiers::Declares;
use tokens::{At, Tokens};
use walk::{Place, Walker};
use words::{Word, Words};

/// As what a region is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadAs {
    /// A function definition; the index of its body's `{`.
    Function(usize),
    /// Declarations and function definitions.
    TopLevel,
    /// Statements.
    Statements,
    /// One expression.
    Expression,
    /// What may stand between the braces of an initializer.
    Initializer,
    /// The name of a type.
    TypeName,
}

impl ReadAs {
    /// How a region that was cut out of a file is read first.
    pub fn of(region: &Region) -> ReadAs {
        match region.kind {
            RegionKind::Function { body } => ReadAs::Function(body),
            RegionKind::Declaration => ReadAs::TopLevel,
            RegionKind::MacroBody => ReadAs::Expression,
        }
    }
}

/// Tokens of a region, by their indices, for which a stand-in stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hole {
    /// The first of them.
    pub first: usize,
    /// The last of them.
    pub last: usize,
    /// Whether they make a statement; else they are one expression.
    pub is_statement: bool,
}

/// A region as the parser gets it.
#[derive(Debug, Default)]
pub struct Masked {
    /// As long as the region; ASCII.
    pub text: Vec<u8>,
    /// Names of types that must be declared in front of it, sorted.
    pub types: Vec<String>,
    /// Whether `int` must stand in front of it: the header of a function without a type.
    pub implicit_int: bool,
    /// Ranges in the source of the tokens that are left in the text, in order. A stand-in that stands for several
    /// tokens has their common range. Like all ranges here they are relative to the region.
    pub tokens: Vec<TextRange>,
    /// Those of `tokens` whose text is not the source's.
    pub replaced: Vec<TextRange>,
    /// Ranges of all tokens that were blanked or replaced, sorted.
    pub stand_ins: Vec<TextRange>,
}

/// Masks `region`. `types` are names known to be types; others are found by their use.
pub fn mask(source: &[u8], region: &Region, types: &TypeNames, read_as: ReadAs) -> Masked {
    mask_with_holes(source, region, types, read_as, &[])
}

/// Masks `region` and leaves `holes` out.
pub fn mask_with_holes(source: &[u8], region: &Region, types: &TypeNames, read_as: ReadAs, holes: &[Hole]) -> Masked {
    if region.kind == RegionKind::MacroBody && read_as == ReadAs::TopLevel {
        return mask_definitions(source, region, types);
    }
    mask_whole(source, region, types, read_as, holes, region.kind == RegionKind::MacroBody)
}

/// Masks the definitions in a macro's body one by one, as those of a file are. A call between them, such as
/// `PyDoc_STRVAR(...)`, would not parse there and is left out.
fn mask_definitions(source: &[u8], region: &Region, types: &TypeNames) -> Masked {
    let mut all = Masked::default();
    all.text.resize(region.range.len() as usize, b' ');
    let mut names = BTreeSet::new();
    for part in split(source, &region.tokens, Language::C) {
        let offset = part.range.start - region.range.start;
        let shift = |range: TextRange| TextRange::new(range.start + offset, range.end + offset);
        if is_macro_calls(source, &part.tokens) {
            all.stand_ins.push(shift(TextRange::new(0, part.range.len())));
            continue;
        }
        let masked = mask_whole(source, &part, types, ReadAs::of(&part), &[], true);
        all.text[offset as usize..][..masked.text.len()].copy_from_slice(&masked.text);
        names.extend(masked.types);
        all.tokens.extend(masked.tokens.into_iter().map(shift));
        all.replaced.extend(masked.replaced.into_iter().map(shift));
        all.stand_ins.extend(masked.stand_ins.into_iter().map(shift));
    }
    all.types = names.into_iter().collect();
    all
}

/// Whether there are only calls, each with or without semicolon.
pub fn is_macro_calls(source: &[u8], tokens: &[Token]) -> bool {
    let mut depth = 0;
    let mut behind_name = false;
    for token in tokens {
        let text = token.text(source);
        let fits = match text {
            b"(" => depth > 0 || behind_name,
            b")" => depth > 0,
            b";" => true,
            _ => depth > 0 || token.kind == TokenKind::Identifier && !behind_name,
        };
        if !fits {
            return false;
        }
        depth += i32::from(text == b"(") - i32::from(text == b")");
        behind_name = depth == 0 && token.kind == TokenKind::Identifier;
    }
    !behind_name
}

/// Whether `word` is a qualifier, storage class or function specifier.
pub fn is_specifier(word: &[u8]) -> bool {
    Words::get().class(word) == Word::Specifier
}

fn mask_whole(
    source: &[u8],
    region: &Region,
    types: &TypeNames,
    read_as: ReadAs,
    holes: &[Hole],
    is_in_macro: bool,
) -> Masked {
    let mut masker =
        Masker { tokens: Tokens::new(source, region), known: types, used: NamesUsed::default(), implicit_int: false };
    // The body's brace is never blanked by what comes before the header is read.
    let body = match read_as {
        ReadAs::Function(body) => body + 1,
        _ => tokens::END,
    };
    for hole in holes {
        let behind = if hole.last + 1 == region.tokens.len() { tokens::END } else { hole.last + 2 };
        masker.tokens.collapse(hole.first + 1, behind, if hole.is_statement { ";" } else { "0" });
    }
    if is_in_macro {
        masker.paste_operators();
    }
    masker.attributes();
    masker.strings();
    match read_as {
        ReadAs::Function(_) => {
            masker.header(body);
            Walker::new(&mut masker, Place::Top).run_body(body);
        }
        ReadAs::TopLevel => {
            masker.leading_macros(tokens::END);
            Walker::new(&mut masker, Place::Top).run_all();
        }
        ReadAs::Statements => Walker::new(&mut masker, Place::Block).run_all(),
        ReadAs::Expression => Walker::new(&mut masker, Place::Parens).run_all(),
        ReadAs::Initializer => Walker::new(&mut masker, Place::Initializer).run_all(),
        ReadAs::TypeName => {
            let first = masker.tokens.next(tokens::END);
            masker.specifiers(first, Declares::Nothing);
        }
    }
    masker.finish()
}

/// A region under way.
struct Masker<'t> {
    tokens: Tokens,
    known: &'t TypeNames,
    used: NamesUsed,
    /// See [`Masked::implicit_int`].
    implicit_int: bool,
}

impl Masker<'_> {
    /// Whether the token is a name that is known to be a type.
    fn is_known_type(&self, at: At) -> bool {
        self.tokens.is_name(at) && self.known.contains(self.tokens.text(at))
    }

    /// Notes that the token is used as a type.
    fn note_type(&mut self, at: At) {
        if self.tokens.is_name(at) {
            self.used.types.insert(self.tokens.text(at).to_vec());
        }
    }

    /// Notes that the token is declared as something other than a type.
    fn note_declared(&mut self, at: At) {
        if self.tokens.is_name(at) {
            self.used.declared.insert(self.tokens.text(at).to_vec());
        }
    }

    fn finish(self) -> Masked {
        let types = self.used.prelude(&self.tokens, self.known);
        let finished = self.tokens.finish();
        Masked {
            text: finished.buffer,
            types,
            implicit_int: self.implicit_int,
            tokens: finished.live,
            replaced: finished.replaced,
            stand_ins: finished.stand_ins,
        }
    }
}

#[cfg(test)]
mod testing {
    use super::{Masked, ReadAs, TypeNames, mask};
    use crate::source::{lex, macro_definition, split};

    /// Masks the only region of `source`, where `T` and `PyObject` are known types.
    pub(super) fn mask_region(source: &str) -> Masked {
        let tokens = lex(source.as_bytes()).tokens;
        let region = match macro_definition(source.as_bytes(), &tokens[0]) {
            Some(definition) => definition.body.expect("a body"),
            None => split(source.as_bytes(), &tokens, crate::source::Language::C).swap_remove(0),
        };
        let types = TypeNames::from_iter(["T", "PyObject"]);
        let masked = mask(source.as_bytes(), &region, &types, ReadAs::of(&region));
        assert_eq!(masked.text.len(), region.range.len() as usize, "a mask keeps the length");
        masked
    }

    /// The masked text with one blank for every run of them.
    pub(super) fn masked(source: &str) -> String {
        let text = String::from_utf8(mask_region(source).text).expect("a mask is ASCII");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Masks statements in a function.
    pub(super) fn masked_body(statements: &str) -> String {
        let text = masked(&format!("void f(void)\n{{\n{statements}\n}}"));
        text.strip_prefix("void f(void) { ").and_then(|text| text.strip_suffix(" }")).expect(&text).to_owned()
    }
}
