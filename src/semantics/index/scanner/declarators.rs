//! Declarators: the names, and the way from the type in front of them to theirs.

use super::super::words::Word;
use super::specifiers::{Base, Specifiers};
use super::{MAX_LOOKAHEAD, MAX_NESTING, MAX_STARS, Place, Scanner, Step, is_upper_case, text_of};
use crate::syntax::CType;

/// What a declarator gave, beside the steps.
struct Declarator {
    /// Index of the name.
    name: usize,
    /// Indices of the parentheses of the parameters, for a function.
    parameters: Option<(usize, usize)>,
}

impl<'s> Scanner<'s, '_> {
    /// Reads declarators to the end of the declaration. None if one is not understood; those before it are kept.
    pub(super) fn declarators(&mut self, specifiers: &mut Specifiers<'s>) -> Option<()> {
        loop {
            // An unnamed bit-field.
            if self.sign(self.at) == b':' && self.place != Place::File {
                self.initializer();
                match self.next_declarator()? {
                    true => continue,
                    false => return Some(()),
                }
            }
            let declarator = self.declarator()?;
            let mut parameters = declarator.parameters;
            if let Some((open, close)) = parameters
                && let Some(body) = self.old_style_body(open, close)
            {
                self.at = body;
            } else {
                self.trailing_attributes()?;
            }
            let sign = self.sign(self.at);
            let is_function = self.steps.last() == Some(&Step::Function);
            if !is_function {
                parameters = None;
            }
            match sign {
                b';' | b',' => self.record(specifiers, declarator.name, false),
                b'=' => {
                    self.record(specifiers, declarator.name, false);
                    self.initializer();
                }
                b'{' if is_function => {
                    if parameters.is_some() {
                        self.record(specifiers, declarator.name, true);
                    }
                    self.at = self.behind(self.at);
                    return Some(());
                }
                b'{' => {
                    self.record(specifiers, declarator.name, false);
                    self.at = self.behind(self.at);
                }
                b':' if !is_function && self.place != Place::File => {
                    self.record(specifiers, declarator.name, false);
                    self.initializer();
                }
                _ => return None,
            }
            if !self.next_declarator()? {
                return Some(());
            }
        }
    }

    /// Moves past what ends a declarator: a `,` (true, another one follows) or `;`.
    fn next_declarator(&mut self) -> Option<bool> {
        let another = match self.sign(self.at) {
            b',' => true,
            b';' | 0 => false,
            _ => return None,
        };
        self.at += 1;
        Some(another)
    }

    /// Moves to the `,` or `;` behind an initializer or the width of a bit-field.
    fn initializer(&mut self) {
        loop {
            match self.sign(self.at) {
                0 | b',' | b';' | b'}' => return,
                b'(' | b'[' | b'{' => self.at = self.behind(self.at),
                b'a' if self.begins_definition(self.at) => return,
                _ => self.at += 1,
            }
        }
    }

    /// Moves past attributes behind a declarator. None if something else begins there.
    fn trailing_attributes(&mut self) -> Option<()> {
        loop {
            match self.sign(self.at) {
                b'a' => match self.word(self.at) {
                    Word::Name | Word::Qualifier | Word::Attribute => self.attribute(),
                    _ => return None,
                },
                b'[' => self.at = self.behind(self.at),
                b'&' => self.at += 1,
                _ => return Some(()),
            }
        }
    }

    /// Reads one declarator up to its last bracket and leaves its steps in `self.steps`.
    fn declarator(&mut self) -> Option<Declarator> {
        self.steps.clear();
        let mut stars = [0usize; MAX_NESTING];
        let mut closes = [0usize; MAX_NESTING];
        let mut level = 0;
        let name = loop {
            match self.sign(self.at) {
                b'*' | b'^' => {
                    stars[level] += 1;
                    self.at += 1;
                }
                b'&' => self.at += 1,
                b'(' => {
                    level += 1;
                    if level == MAX_NESTING {
                        return None;
                    }
                    closes[level] = self.partner(self.at)?;
                    self.at += 1;
                }
                b'a' => match self.word(self.at) {
                    Word::Qualifier => self.at += 1,
                    Word::Attribute => self.attribute(),
                    Word::Name => match self.sign(self.at + 1) {
                        b'a' => {
                            let next_is_attribute = match self.word(self.at + 1) {
                                Word::Attribute => true,
                                Word::Name => {
                                    !is_upper_case(self.text(self.at)) && is_upper_case(self.text(self.at + 1))
                                }
                                _ => false,
                            };
                            if next_is_attribute {
                                break self.at;
                            }
                            self.at += 1;
                        }
                        b'*' | b'^' => self.at += 1,
                        b'Q' | b'<' => return None,
                        _ => break self.at,
                    },
                    _ => return None,
                },
                _ => return None,
            }
        };
        if stars.iter().any(|count| *count > MAX_STARS) {
            return None;
        }
        self.at = name + 1;
        let mut suffixes = [(0usize, Step::Array); MAX_NESTING];
        let mut count = 0;
        let mut parameters = None;
        loop {
            let step = match self.sign(self.at) {
                b'[' if self.sign(self.at + 1) != b'[' => Step::Array,
                b'(' if self.is_initialized_by_call(level) => {
                    self.at = self.partner(self.at)? + 1;
                    continue;
                }
                b'(' => Step::Function,
                _ if level == 0 => break,
                b'a' if self.word(self.at) == Word::Attribute => {
                    self.attribute();
                    continue;
                }
                _ => {
                    if self.at != closes[level] {
                        return None;
                    }
                    self.at += 1;
                    level -= 1;
                    continue;
                }
            };
            let close = self.partner(self.at)?;
            if count == MAX_NESTING {
                return None;
            }
            if step == Step::Function && parameters.is_none() {
                parameters = Some((self.at, close));
            }
            suffixes[count] = (level, step);
            count += 1;
            self.at = close + 1;
        }
        let suffixes = &suffixes[..count];
        for (level, stars) in stars.iter().enumerate() {
            self.steps.extend(std::iter::repeat_n(Step::Pointer, *stars));
            self.steps.extend(suffixes.iter().rev().filter(|(of, _)| *of == level).map(|(_, step)| *step));
        }
        // A function returns neither a function nor an array: `static int NAME(f)(void)` goes through a macro.
        let impossible = |pair: &[Step]| pair[0] != Step::Pointer && pair[1] == Step::Function;
        if self.steps.windows(2).any(impossible) {
            return None;
        }
        Some(Declarator { name, parameters })
    }

    /// `Type name(3);` of C++ is a variable.
    fn is_initialized_by_call(&self, level: usize) -> bool {
        level == 0 && matches!(self.sign(self.at + 1), b'0' | b'"' | b'\'' | b'&' | b'-' | b'{')
    }

    /// The `{` of a definition whose parameters are declared behind the parentheses.
    fn old_style_body(&self, open: usize, close: usize) -> Option<usize> {
        let starts_declaration = self.sign(self.at) == b'a' && matches!(self.sign(self.at + 1), b'a' | b'*');
        if self.place != Place::File || self.at != close + 1 || close == open + 1 || !starts_declaration {
            return None;
        }
        let parameters = open + 1..close.min(open + MAX_LOOKAHEAD);
        if !parameters.into_iter().all(|at| self.word(at) == Word::Name || self.sign(at) == b',') {
            return None;
        }
        for at in self.at..self.at + MAX_LOOKAHEAD {
            match self.sign(at) {
                b'{' => return (self.sign(at - 1) == b';').then_some(at),
                b'a' | b'*' | b',' | b';' | b'[' | b']' | b'0' => {}
                _ => return None,
            }
        }
        None
    }

    /// Keeps a declared name.
    fn record(&mut self, specifiers: &mut Specifiers<'s>, name: usize, has_body: bool) {
        let token = &self.tokens[name];
        let Some(name) = text_of(token.text(self.source)) else { return };
        if specifiers.is_typedef
            && self.place == Place::File
            && let Some(body) = specifiers.unnamed_body.take()
        {
            // A typedef lends its name to a structure without a tag.
            specifiers.base = Base::Tagged(token.text(self.source));
            let owner = self.out.structure(name);
            self.read_later(Some(body), Place::Members(Some(owner)), true);
        }
        let mut steps = self.steps.as_slice();
        let is_function = steps.last() == Some(&Step::Function);
        if is_function && !specifiers.is_typedef {
            steps = &steps[..steps.len() - 1];
        }
        let ctype = || {
            steps.iter().fold(specifiers.ctype(), |ctype, step| match step {
                Step::Pointer => ctype.pointer(),
                Step::Array => CType::Array(Box::new(ctype)),
                Step::Function => CType::Function(Box::new(ctype)),
            })
        };
        match self.place {
            // Those of a class are not seen outside it.
            Place::Members(_) if specifiers.is_typedef || specifiers.is_static || is_function => {}
            Place::Members(Some(owner)) => self.out.field(owner, token.range.start, name, ctype()),
            Place::Members(None) => {}
            Place::File if specifiers.is_typedef => self.out.typedef(name, ctype()),
            Place::File if is_function => {
                self.out.function(token.range.start, name, ctype(), has_body, specifiers.is_static);
            }
            Place::File => self.out.variable(name, ctype()),
        }
    }
}
