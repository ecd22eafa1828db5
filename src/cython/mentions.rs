//! The names of C that a Cython file takes over: from headers, by `cdef extern from`, and from the modules that come
//! with Cython, by `cimport`.

use rustc_hash::FxHashSet;

use super::declaration::{c_name, declarations, find, split};
use super::lexer::{Lexed, Token, TokenKind};
use crate::source::{TextRange, is_name_byte};

/// A name of C at the place where the file takes it over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Where the name stands.
    pub range: TextRange,
    /// What it is the name of.
    pub kind: MentionKind,
    /// Where it comes from.
    pub origin: Origin,
}

/// What a name is the name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MentionKind {
    /// A header.
    Header,
    /// A function, or a macro used like one.
    Function {
        /// The number of its parameters; none where that varies.
        parameters: Option<usize>,
    },
    /// A field.
    Field {
        /// Where the name of its structure stands.
        structure: TextRange,
    },
    /// A type, a constant or a variable; anything where it is taken from a module.
    Name,
}

/// Where a name comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A header, whose name stands here without quotes and angles.
    Header(TextRange),
    /// `cdef extern from *`: something that is included anyway.
    AnyHeader,
    /// A module that comes with Cython and declares the C API.
    Module,
}

/// The package of the modules that declare the C API.
const PACKAGE: &str = "cpython";

/// Every name of C that the file takes over, in order. Names that the code in front of a block's declarations speaks
/// of are left out: the file sees to them itself.
pub fn mentions(source: &[u8], lexed: &Lexed) -> Vec<Mention> {
    let mut reader = Reader {
        source,
        found: Vec::new(),
        blocks: Vec::new(),
        modules: <_>::default(),
        takes_all: false,
        known: <_>::default(),
    };
    for line in &lexed.lines {
        let ended = |block: &mut Block| block.indent >= line.indent;
        while reader.blocks.pop_if(ended).is_some() {}
        for statement in split(source, &line.tokens, ";") {
            let mut rest = statement;
            // What follows the colon of a block on its line is in the block.
            while !rest.is_empty() {
                rest = reader.statement(line.indent, rest);
            }
        }
    }
    reader.found
}

/// Lines that are indented further than the one that begins the block.
struct Block {
    indent: usize,
    content: Content,
}

enum Content {
    /// Declarations from a header, with the texts of C in front of them.
    Extern(Origin, Vec<TextRange>),
    /// Fields of a structure.
    Fields(TextRange),
    /// Constants.
    Constants,
    /// Something else, such as the methods of a class of C++ or the body of a function.
    Other,
}

struct Reader<'s> {
    source: &'s [u8],
    found: Vec<Mention>,
    blocks: Vec<Block>,
    /// What modules of the package are called in the file.
    modules: FxHashSet<&'s [u8]>,
    /// Whether a module's names are all taken, by `*`.
    takes_all: bool,
    /// Names of which it is known where they come from.
    known: FxHashSet<&'s [u8]>,
}

impl<'s> Reader<'s> {
    /// Reads a statement, or the head of a block; returns what follows on the line.
    fn statement<'t>(&mut self, indent: usize, tokens: &'t [Token]) -> &'t [Token] {
        match self.blocks.last().map(|block| &block.content) {
            None => self.outside(indent, tokens),
            Some(Content::Extern(..)) => self.inside(indent, tokens),
            // A method with a body, or a decorator of one.
            Some(Content::Fields(_)) if [":", "@"].iter().any(|mark| find(self.source, tokens, mark).is_some()) => {
                self.block(indent, tokens, Content::Other)
            }
            Some(Content::Fields(structure)) => {
                let kind = MentionKind::Field { structure: *structure };
                for declared in declarations(self.source, tokens) {
                    self.mention(declared.name, kind);
                }
                &[]
            }
            Some(Content::Constants) => {
                for part in split(self.source, tokens, ",") {
                    let end = find(self.source, part, "=").unwrap_or(part.len());
                    if let Some(name) = c_name(self.source, &part[..end]) {
                        self.mention(name, MentionKind::Name);
                    }
                }
                &[]
            }
            Some(Content::Other) => &[],
        }
    }

    fn outside<'t>(&mut self, indent: usize, tokens: &'t [Token]) -> &'t [Token] {
        if self.begins(tokens, &["cdef", "extern", "from"]) {
            return self.extern_block(indent, tokens);
        }
        if self.begins(tokens, &["cimport"]) {
            let source = self.source;
            for part in split(source, &tokens[1..], ",") {
                // Without another name the package itself is what stands in front of the dots.
                let name = if find(source, part, "as").is_some() { part.last() } else { part.first() };
                let is_package = part.first().is_some_and(|first| first.is(source, PACKAGE));
                self.modules.extend(name.filter(|_| is_package).map(|name| name.text(source)));
            }
        } else if self.begins(tokens, &["from"])
            && let Some(at) = find(self.source, tokens, "cimport")
        {
            self.names_of_module(self.begins(tokens, &["from", PACKAGE]), &tokens[at + 1..]);
        } else {
            self.uses(tokens);
        }
        &[]
    }

    fn extern_block<'t>(&mut self, indent: usize, tokens: &'t [Token]) -> &'t [Token] {
        let origin = match tokens.get(3) {
            Some(header) if header.kind == TokenKind::String => {
                let content = header.content(self.source).unwrap_or_default();
                let name = match &self.source[content.to_usize()] {
                    [b'<', .., b'>'] => TextRange::new(content.start + 1, content.end - 1),
                    _ => content,
                };
                let origin = Origin::Header(name);
                self.found.push(Mention { range: name, kind: MentionKind::Header, origin });
                origin
            }
            _ => Origin::AnyHeader,
        };
        self.block(indent, tokens, Content::Extern(origin, Vec::new()))
    }

    /// Opens a block whose head `tokens` begin with.
    fn block<'t>(&mut self, indent: usize, tokens: &'t [Token], content: Content) -> &'t [Token] {
        let Some(colon) = find(self.source, tokens, ":") else { return &[] };
        self.blocks.push(Block { indent, content });
        &tokens[colon + 1..]
    }

    /// What follows `from module cimport`: `a, b as c`, `(a, b)` or `*`.
    fn names_of_module(&mut self, is_of_package: bool, tokens: &[Token]) {
        let source = self.source;
        let tokens = match tokens {
            [open, inner @ .., close] if open.is(source, "(") && close.is(source, ")") => inner,
            _ => tokens,
        };
        for part in split(source, tokens, ",") {
            let (Some(name), Some(called)) = (part.first(), part.last()) else { continue };
            if !is_of_package {
                self.known.insert(called.text(source));
            } else if name.is(source, "*") {
                self.takes_all = true;
            } else {
                self.of_module(name);
                // It may be a module itself.
                self.modules.insert(called.text(source));
            }
        }
    }

    fn of_module(&mut self, name: &Token) {
        self.known.insert(name.text(self.source));
        self.found.push(Mention { range: name.range, kind: MentionKind::Name, origin: Origin::Module });
    }

    /// Names behind the dots of modules, and those that `*` may have taken, each once.
    fn uses(&mut self, tokens: &[Token]) {
        if self.modules.is_empty() && !self.takes_all {
            return;
        }
        let mut is_inside = false;
        for (at, token) in tokens.iter().enumerate() {
            let text = token.text(self.source);
            let is_dotted = at > 0 && tokens[at - 1].is(self.source, ".");
            match token.kind {
                TokenKind::Word => {
                    is_inside = if is_dotted { is_inside } else { self.modules.contains(text) };
                    let is_taken = if is_dotted { is_inside } else { self.takes_all };
                    if is_taken && !self.known.contains(text) {
                        self.of_module(token);
                    }
                }
                TokenKind::Mark if text == b"." => {}
                _ => is_inside = false,
            }
        }
    }

    /// A statement in a block of `cdef extern from`.
    fn inside<'t>(&mut self, indent: usize, tokens: &'t [Token]) -> &'t [Token] {
        const MODIFIERS: [&str; 8] = ["cdef", "cpdef", "ctypedef", "public", "api", "inline", "packed", "readonly"];
        let is_modifier = |token: &&Token| MODIFIERS.iter().any(|word| token.is(self.source, word));
        let tokens = &tokens[tokens.iter().take_while(is_modifier).count()..];
        let Some(first) = tokens.first() else { return &[] };
        if first.kind == TokenKind::String {
            if let Some(Block { content: Content::Extern(_, texts), .. }) = self.blocks.last_mut() {
                texts.extend(tokens.iter().map(|token| token.range));
            }
            return &[];
        }
        let colon = find(self.source, tokens, ":");
        let is = |word: &str| first.is(self.source, word);
        match colon {
            Some(colon) if is("struct") || is("union") => {
                let name = c_name(self.source, &tokens[1..colon]);
                name.into_iter().for_each(|name| self.mention(name, MentionKind::Name));
                self.block(indent, tokens, name.map_or(Content::Other, Content::Fields))
            }
            Some(colon) if is("enum") => {
                let name = c_name(self.source, &tokens[1..colon]);
                name.into_iter().for_each(|name| self.mention(name, MentionKind::Name));
                self.block(indent, tokens, Content::Constants)
            }
            Some(colon) if is("class") => {
                let structure = object_of_class(self.source, &tokens[..colon]);
                structure.into_iter().for_each(|name| self.mention(name, MentionKind::Name));
                self.block(indent, tokens, structure.map_or(Content::Other, Content::Fields))
            }
            // These hold declarations.
            Some(colon) if [":", "IF", "ELIF", "ELSE"].into_iter().any(is) => &tokens[colon + 1..],
            // Methods, and the bodies of functions.
            Some(_) => self.block(indent, tokens, Content::Other),
            None => {
                for declared in declarations(self.source, tokens) {
                    let function = MentionKind::Function { parameters: declared.parameters };
                    self.mention(declared.name, if declared.is_function { function } else { MentionKind::Name });
                }
                &[]
            }
        }
    }

    /// A name that is declared in the innermost block from a header.
    fn mention(&mut self, range: TextRange, kind: MentionKind) {
        let name = &self.source[range.to_usize()];
        let blocks = self.blocks.iter().rev();
        self.known.insert(name);
        let Some((origin, texts)) = blocks.into_iter().find_map(|block| match &block.content {
            Content::Extern(origin, texts) => Some((*origin, texts)),
            _ => None,
        }) else {
            return;
        };
        if !texts.iter().any(|text| holds(&self.source[text.to_usize()], name)) {
            self.found.push(Mention { range, kind, origin });
        }
    }

    fn begins(&self, tokens: &[Token], words: &[&str]) -> bool {
        tokens.len() >= words.len() && tokens.iter().zip(words).all(|(token, word)| token.is(self.source, word))
    }
}

/// The structure of `ctypedef class module.Name [object Structure, type Type]`.
fn object_of_class(source: &[u8], head: &[Token]) -> Option<TextRange> {
    let at = head.windows(2).position(|pair| pair[0].is(source, "[") && pair[1].is(source, "object"))?;
    head.get(at + 2).filter(|token| token.kind == TokenKind::Word).map(|token| token.range)
}

/// Whether `name` stands in `text` as a whole word.
fn holds(text: &[u8], name: &[u8]) -> bool {
    let is_name = |byte: Option<&u8>| byte.is_some_and(|byte| is_name_byte(*byte));
    memchr::memmem::find_iter(text, name).any(|at| {
        let before = at.checked_sub(1).and_then(|before| text.get(before));
        !is_name(before) && !is_name(text.get(at + name.len()))
    })
}

#[cfg(test)]
mod tests;
