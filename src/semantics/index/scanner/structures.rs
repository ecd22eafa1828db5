//! Structures, classes and enumerations: their tags, and where their members are to be read.

use super::super::file::Head;
use super::super::words::Word;
use super::specifiers::{Base, Specifiers};
use super::{Body, Place, Scanner, text_of};
use crate::syntax::CType;

impl<'s> Scanner<'s, '_> {
    /// Notes what the structure begins with.
    pub(super) fn head(&mut self) {
        let Place::Members(Some(owner)) = self.place else { return };
        let mut at = self.at;
        while self.word(at) == Word::Qualifier {
            at += 1;
        }
        match self.word(at) {
            Word::Name => {
                let name = self.text(at);
                let mut next = at + 1;
                while self.word(next) == Word::Qualifier {
                    next += 1;
                }
                let is_head = match self.sign(next) {
                    b'a' | b';' => true,
                    b'(' => matches!(self.sign(self.behind(next)), b'a' | b';' | 0),
                    // A macro may be all there is.
                    0 => true,
                    _ => false,
                };
                if !is_head {
                    return;
                }
                if let Some(name) = text_of(name) {
                    self.out.head(owner, Head::Named(name.into()));
                }
                // `PyObject_HEAD Foo x;`: the macro is no part of what follows.
                if matches!(name, b"PyObject_HEAD" | b"PyObject_VAR_HEAD") {
                    self.at = at + 1;
                }
            }
            Word::Struct if self.word(at + 1) == Word::Name && self.sign(at + 2) == b'a' => {
                if let Some(tag) = text_of(self.text(at + 1)) {
                    self.out.head(owner, Head::Tagged(tag.into()));
                }
            }
            // The first member of an unnamed structure is looked at in its turn.
            Word::Struct if self.sign(at + 1) == b'{' => self.first_member = true,
            _ => {}
        }
    }

    /// `struct tag`, with members or without.
    pub(super) fn aggregate(&mut self, specifiers: &mut Specifiers<'s>, passes_first_member_on: bool) {
        let is_class = self.word(self.at) == Word::Class;
        self.at += 1;
        self.attributes_of_tag();
        let start = self.at;
        let mut run = start;
        while self.word(run) == Word::Name || (run > start && self.word(run) == Word::Qualifier) {
            run += 1;
        }
        // `final` and its like are no tags.
        let mut last = run;
        while last > start && self.word(last - 1) == Word::Qualifier {
            last -= 1;
        }
        let mut head = None;
        let open = match self.sign(run) {
            b'{' => Some(run),
            b':' => {
                let open = self.brace_of_bases(run);
                head = open.and_then(|open| self.first_base(run + 1, open));
                open
            }
            _ => None,
        };
        let Some(open) = open else {
            // `struct tag name`, `class EXPORT name;`
            let forward = is_class && self.sign(run) == b';';
            let tag = if forward { last.saturating_sub(1).max(start) } else { start };
            let has_tag = run > start;
            specifiers.base = if has_tag { Base::Tagged(self.text(tag)) } else { Base::Known(CType::Unknown) };
            self.at = if forward { run } else { start + usize::from(has_tag) };
            return;
        };
        let close = self.partner(open).unwrap_or(self.end);
        self.at = (close + 1).min(self.end);
        if last == start {
            specifiers.base = Base::Tagged(b"");
            specifiers.unnamed_body = Some((open + 1, close));
            self.first_member = false;
            if passes_first_member_on && self.sign(self.at) == b';' {
                self.first_member = true;
            }
            return;
        }
        let tag = self.text(last - 1);
        specifiers.base = Base::Tagged(tag);
        let owner = text_of(tag).map(|tag| self.out.structure(tag));
        let holds_first_member = head.is_none();
        if let (Some(owner), Some(head)) = (owner, head) {
            self.out.head(owner, Head::Named(head.into()));
        }
        self.read_later(Some((open + 1, close)), Place::Members(owner), holds_first_member);
    }

    /// Moves past attributes between `struct` and the tag, `struct PACKED(4) tag {` too.
    pub(super) fn attributes_of_tag(&mut self) {
        loop {
            match (self.word(self.at), self.sign(self.at)) {
                (Word::Attribute, _) => self.attribute(),
                (Word::Name, _) if self.sign(self.at + 1) == b'(' => {
                    let behind = self.behind(self.at + 1);
                    if self.sign(behind) != b'{' && self.word(behind) != Word::Name {
                        return;
                    }
                    self.at = behind;
                }
                (_, b'[') if self.sign(self.at + 1) == b'[' => self.at = self.behind(self.at),
                _ => return,
            }
        }
    }

    /// The `{` behind a list of base classes or an underlying type that begins at `at`.
    fn brace_of_bases(&self, at: usize) -> Option<usize> {
        let mut at = at + 1;
        loop {
            match self.sign(at) {
                b'{' => return Some(at),
                b'a' if matches!(self.word(at), Word::Struct | Word::Class | Word::Enum) => return None,
                b'a' | b'Q' | b',' | b'<' | b'>' | b'~' | b'*' | b'.' => at += 1,
                _ => return None,
            }
        }
    }

    /// The name of the first base class in the tokens from `start` to `end`.
    fn first_base(&self, start: usize, end: usize) -> Option<&'s str> {
        let mut name = None;
        for at in start..end {
            match self.sign(at) {
                b'a' if self.word(at) == Word::Name => name = Some(at),
                b'a' | b'Q' => {}
                b'<' => return None,
                _ => break,
            }
        }
        name.and_then(|at| text_of(self.text(at)))
    }

    pub(super) fn enumeration(&mut self, specifiers: &mut Specifiers<'s>) {
        self.at += 1;
        if matches!(self.word(self.at), Word::Class | Word::Struct) {
            self.at += 1;
        }
        self.attributes_of_tag();
        specifiers.base = Base::Tagged(b"");
        if self.word(self.at) == Word::Name {
            specifiers.base = Base::Tagged(self.text(self.at));
            self.at += 1;
        }
        if self.sign(self.at) == b':'
            && let Some(open) = self.brace_of_bases(self.at)
        {
            self.at = open;
        }
        if self.sign(self.at) == b'{' {
            self.at = self.behind(self.at);
        }
    }

    pub(super) fn read_later(&mut self, body: Option<(usize, usize)>, place: Place, holds_first_member: bool) {
        if let Some((start, end)) = body {
            self.bodies.push(Body { start, end, place, holds_first_member });
        }
    }

    /// The members of an unnamed structure that declares no name are members of the structure around it.
    pub(super) fn keep_unnamed_members(&mut self, specifiers: &Specifiers<'_>) {
        let first = std::mem::take(&mut self.first_member);
        self.read_later(specifiers.unnamed_body, self.place, first && specifiers.unnamed_body.is_some());
    }
}
