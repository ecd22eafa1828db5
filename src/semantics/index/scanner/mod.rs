//! Reads the declarations in the tokens of one view, without a parser.
//!
//! Function bodies and initializers are stepped over. What is not understood is skipped up to the next `;` or `}`:
//! better no answer than a wrong one. Nothing here recurses, and each token is looked at a bounded number of times,
//! whatever the input.

mod brackets;
mod declarators;
mod specifiers;
mod structures;

use self::brackets::{NONE, is_in_first_column, partners};
use self::specifiers::Specifiers;
use super::file::{Builder, StructureId};
use super::words::Word;
use crate::source::{Token, TokenKind};

/// Parentheses within a declarator, pointers and arrays of one; what has more is skipped. It bounds the depth of types.
const MAX_NESTING: usize = 8;
const MAX_STARS: usize = 16;
/// How far ahead the end of template arguments or of the parameters of an old-style definition is looked for.
const MAX_LOOKAHEAD: usize = 400;

/// Adds what `tokens` (a view: no directives) declare to `out`.
pub(super) fn scan(source: &[u8], tokens: &[Token], out: &mut Builder) {
    let partners = partners(source, tokens);
    let end = tokens.len();
    let mut scanner = Scanner {
        source,
        tokens,
        partners,
        at: 0,
        end,
        place: Place::File,
        first_member: false,
        bodies: Vec::new(),
        steps: Vec::new(),
        out,
    };
    scanner.declarations();
    while let Some(body) = scanner.bodies.pop() {
        scanner.at = body.start;
        scanner.end = body.end;
        scanner.place = body.place;
        scanner.first_member = body.holds_first_member;
        scanner.declarations();
    }
}

/// Where declarations are read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    File,
    /// The members of a structure; none keeps those of a structure that has no name.
    Members(Option<StructureId>),
}

/// The members of a structure, to be read later.
struct Body {
    start: usize,
    end: usize,
    place: Place,
    /// Whether its first member is the first of the structure it counts for.
    holds_first_member: bool,
}

/// One step from the type in front of a declarator to the type of the name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Pointer,
    Array,
    Function,
}

fn text_of(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

fn is_upper_case(text: &[u8]) -> bool {
    text.len() > 1 && !text.iter().any(u8::is_ascii_lowercase)
}

struct Scanner<'s, 'o> {
    source: &'s [u8],
    tokens: &'s [Token],
    partners: Vec<u32>,
    at: usize,
    end: usize,
    place: Place,
    first_member: bool,
    bodies: Vec<Body>,
    /// Of the declarator read last, from the base type on.
    steps: Vec<Step>,
    out: &'o mut Builder,
}

impl<'s> Scanner<'s, '_> {
    /// One byte that says what the token is: `a` a word, `0` a number, `"` and `'` literals, the punctuator itself if
    /// it has one byte, `:` doubled as `Q`, `&&` as `&`, `->` as `>`, 0 past the end, and `~` for anything else.
    fn sign(&self, at: usize) -> u8 {
        if at >= self.end {
            return 0;
        }
        let token = &self.tokens[at];
        match token.kind {
            TokenKind::Identifier => b'a',
            TokenKind::Number => b'0',
            TokenKind::String => b'"',
            TokenKind::Char => b'\'',
            TokenKind::Directive => b'~',
            TokenKind::Punctuator => match token.text(self.source) {
                [one] => *one,
                b"::" => b'Q',
                b"&&" => b'&',
                b"->" => b'>',
                _ => b'~',
            },
        }
    }

    fn text(&self, at: usize) -> &'s [u8] {
        self.tokens[at].text(self.source)
    }

    /// The word at `at`; `Other` for what is none.
    fn word(&self, at: usize) -> Word {
        if self.sign(at) == b'a' { Word::of(self.text(at)) } else { Word::Other }
    }

    /// The closing bracket of the one at `at`, if it lies inside what is being read.
    fn partner(&self, at: usize) -> Option<usize> {
        let partner = *self.partners.get(at)?;
        (partner != NONE && (partner as usize) < self.end).then_some(partner as usize)
    }

    /// One past the closing bracket of the one at `at`; past the end if it is not closed.
    fn behind(&self, at: usize) -> usize {
        self.partner(at).map_or(self.end, |close| close + 1)
    }

    fn declarations(&mut self) {
        while self.at < self.end {
            let start = self.at;
            self.declaration();
            self.at = self.at.max(start + 1);
        }
    }

    fn declaration(&mut self) {
        let sign = self.sign(self.at);
        if sign != b'a' {
            match sign {
                b'(' => self.at = self.behind(self.at),
                // Behind a `{` that was not stepped over as a body stands no declaration of this place.
                b'{' => self.at = self.partner(self.at).unwrap_or(self.at) + 1,
                b'[' if self.sign(self.at + 1) == b'[' => self.at = self.behind(self.at),
                b'Q' => self.at += 1,
                b';' | b'}' => self.at += 1,
                _ => self.skip_declaration(),
            }
            return;
        }
        match self.word(self.at) {
            Word::Namespace => return self.namespace(),
            Word::Using => return self.using(),
            Word::Template => {
                self.at = self.behind_angles(self.at + 1).unwrap_or(self.at + 1);
                return;
            }
            Word::Access => {
                while !matches!(self.sign(self.at), 0 | b':' | b';' | b'}') {
                    self.at += 1;
                }
                self.at += 1;
                return;
            }
            // A label, or a section of a class.
            Word::Name if self.sign(self.at + 1) == b':' => {
                self.at += 2;
                return;
            }
            Word::Extern if self.sign(self.at + 1) == b'"' => {
                self.at += 2 + usize::from(self.sign(self.at + 2) == b'{');
                return;
            }
            _ => {}
        }
        if std::mem::take(&mut self.first_member) {
            self.head();
        }
        let mut specifiers = Specifiers::new();
        if !self.specifiers(&mut specifiers) {
            return self.skip_declaration();
        }
        if self.sign(self.at) == b';' {
            self.keep_unnamed_members(&specifiers);
            self.at += 1;
            return;
        }
        if self.declarators(&mut specifiers).is_none() {
            self.skip_declaration();
        }
        if specifiers.unnamed_body.is_some() {
            self.read_later(specifiers.unnamed_body, Place::Members(None), false);
        }
    }

    /// Moves past the end of a declaration or statement that is not understood.
    fn skip_declaration(&mut self) {
        loop {
            match self.sign(self.at) {
                0 | b'}' => return,
                b';' => {
                    self.at += 1;
                    return;
                }
                b'(' | b'[' => self.at = self.partner(self.at).unwrap_or(self.at) + 1,
                b'{' => {
                    self.at = self.behind(self.at);
                    if !matches!(self.sign(self.at), b';' | b',' | b'=' | b'(' | b')') {
                        return;
                    }
                }
                // The `;` may be missing, as behind a macro call.
                b'a' if self.begins_definition(self.at) => return,
                _ => self.at += 1,
            }
        }
    }

    fn begins_definition(&self, at: usize) -> bool {
        is_in_first_column(self.source, &self.tokens[at])
            && matches!(self.word(at), Word::Static | Word::Typedef | Word::Extern)
    }

    fn namespace(&mut self) {
        self.at += 1;
        while matches!(self.sign(self.at), b'a' | b'Q') {
            self.at += 1;
        }
        match self.sign(self.at) {
            b'{' => self.at += 1,
            _ => self.skip_declaration(),
        }
    }

    /// `using Name = type;` is a typedef; other forms declare nothing here.
    fn using(&mut self) {
        let name = self.at + 1;
        self.at += 1;
        if self.word(name) == Word::Name && self.sign(name + 1) == b'=' && self.place == Place::File {
            let start = name + 2;
            let mut close = start;
            while matches!(self.sign(close), b'a' | b'*') {
                close += 1;
            }
            if self.sign(close) == b';'
                && let (Some(name), Some(ctype)) = (text_of(self.text(name)), self.type_name(start, close))
            {
                self.out.typedef(name, ctype);
            }
            self.at = close;
        }
        self.skip_declaration();
    }
}
