//! What stands in front of the declarators: storage classes and the type they start from.

use super::super::words::{LONG, LONG_LONG, Word, builtin_name};
use super::{MAX_LOOKAHEAD, MAX_STARS, Scanner, is_upper_case, text_of};
use crate::syntax::CType;

/// Macros that wrap the type of what follows, whatever stands before them.
const TYPE_WRAPPERS: [&[u8]; 6] =
    [b"Py_LOCAL", b"Py_LOCAL_INLINE", b"PyAPI_FUNC", b"PyAPI_DATA", b"DL_IMPORT", b"DL_EXPORT"];

/// The type in front of the declarators, as far as it was read.
pub(super) enum Base<'s> {
    None,
    /// A name that the next one may turn into an attribute macro.
    Name(&'s [u8]),
    Builtin(u16),
    Tagged(&'s [u8]),
    Known(CType),
}

pub(super) struct Specifiers<'s> {
    pub(super) base: Base<'s>,
    pub(super) is_typedef: bool,
    pub(super) is_static: bool,
    /// The members of a structure without a tag, which a typedef may name.
    pub(super) unnamed_body: Option<(usize, usize)>,
}

impl Specifiers<'_> {
    pub(super) fn new() -> Self {
        Self { base: Base::None, is_typedef: false, is_static: false, unnamed_body: None }
    }

    pub(super) fn ctype(&self) -> CType {
        match &self.base {
            Base::None => CType::Unknown,
            Base::Name(name) => text_of(name).map_or(CType::Unknown, |name| CType::Named(name.to_owned())),
            Base::Builtin(parts) => CType::Named(builtin_name(*parts).to_owned()),
            Base::Tagged(tag) => text_of(tag).map_or(CType::Unknown, |tag| CType::Tagged(tag.to_owned())),
            Base::Known(ctype) => ctype.clone(),
        }
    }

    fn has_type(&self) -> bool {
        !matches!(self.base, Base::None)
    }

    /// Whether the base is a type for sure, so that a further name is not one.
    fn is_settled(&self) -> bool {
        !matches!(self.base, Base::None | Base::Name(_))
    }

    fn add_builtin(&mut self, part: u16) {
        self.base = match self.base {
            Base::Builtin(parts) if parts & part & LONG != 0 => Base::Builtin(parts | LONG_LONG),
            Base::Builtin(parts) => Base::Builtin(parts | part),
            _ => Base::Builtin(part),
        };
    }
}

impl<'s> Scanner<'s, '_> {
    /// Reads what stands before the declarators. False if it is not understood.
    pub(super) fn specifiers(&mut self, specifiers: &mut Specifiers<'s>) -> bool {
        let passes_first_member_on = std::mem::take(&mut self.first_member);
        loop {
            match self.sign(self.at) {
                b'a' => {}
                b'[' if self.sign(self.at + 1) == b'[' => {
                    self.at = self.behind(self.at);
                    continue;
                }
                b'~' | b'>' | b'.' | b'0' => return false,
                _ => return true,
            }
            match self.word(self.at) {
                Word::Typedef => specifiers.is_typedef = true,
                Word::Static => specifiers.is_static = true,
                Word::Extern => {
                    if self.sign(self.at + 1) == b'"' {
                        return false;
                    }
                }
                Word::Qualifier => {}
                Word::Attribute => {
                    self.attribute();
                    continue;
                }
                Word::Builtin(part) => specifiers.add_builtin(part),
                Word::Auto => {
                    if !specifiers.has_type() {
                        specifiers.base = Base::Known(CType::Unknown);
                    }
                }
                Word::Typeof => {
                    specifiers.base = Base::Known(CType::Unknown);
                    self.attribute();
                    continue;
                }
                Word::Struct | Word::Class => {
                    self.aggregate(specifiers, passes_first_member_on);
                    continue;
                }
                Word::Enum => {
                    self.enumeration(specifiers);
                    continue;
                }
                Word::Name => match self.name_in_specifiers(specifiers) {
                    Some(true) => continue,
                    Some(false) => return true,
                    None => return false,
                },
                Word::Namespace | Word::Using | Word::Template | Word::Access | Word::Other => return false,
            }
            self.at += 1;
        }
    }

    /// Decides what a name before the declarators is and moves past it, unless it is the declared name. True if
    /// specifiers may go on behind it, false if declarators begin here, none if it is not understood.
    fn name_in_specifiers(&mut self, specifiers: &mut Specifiers<'s>) -> Option<bool> {
        let at = self.at;
        let name = self.text(at);
        match self.sign(at + 1) {
            b'a' => {
                if specifiers.has_type() && self.is_followed_by_attribute(at, specifiers.is_settled(), &specifiers.base)
                {
                    return Some(false);
                }
                let is_attribute = match specifiers.base {
                    // `static jint JNICALL f(...)`: of the two the calling convention is the macro.
                    Base::Name(before) => {
                        is_upper_case(name)
                            && (!is_upper_case(before) || name.ends_with(b"API") || name.ends_with(b"CALL"))
                    }
                    _ => specifiers.is_settled(),
                };
                if !is_attribute {
                    specifiers.base = Base::Name(name);
                }
                self.at += 1;
                Some(true)
            }
            b'*' | b'&' | b'^' => {
                if !specifiers.is_settled() {
                    specifiers.base = Base::Name(name);
                }
                self.at += 1;
                Some(false)
            }
            b'Q' => self.qualified_name(specifiers),
            b'<' => {
                self.at = self.behind_angles(at + 1)?;
                specifiers.base = Base::Known(CType::Unknown);
                // `T<int>::type x`
                if self.sign(self.at) == b'Q' {
                    return None;
                }
                Some(true)
            }
            b'(' => {
                let close = self.partner(at + 1)?;
                let goes_on = matches!(self.sign(close + 1), b'a' | b'*');
                let is_wrapper = TYPE_WRAPPERS.contains(&name);
                if goes_on && (is_wrapper || !specifiers.has_type()) {
                    specifiers.is_static |= name.starts_with(b"Py_LOCAL");
                    if let Some(ctype) = self.type_name(at + 2, close) {
                        // What follows may still show it to be an attribute with arguments.
                        specifiers.base = Base::Known(ctype);
                        if !is_wrapper && self.sign(close + 1) == b'a' && matches!(self.sign(close + 2), b'a' | b'*') {
                            specifiers.base = Base::None;
                        }
                    }
                    self.at = close + 1;
                    return Some(true);
                }
                if specifiers.has_type() {
                    return Some(false);
                }
                let is_pointer = |at| matches!(self.sign(at), b'*' | b'^');
                if is_pointer(at + 2) || (self.sign(at + 2) == b'a' && is_pointer(at + 3)) {
                    specifiers.base = Base::Name(name);
                    self.at += 1;
                    return Some(false);
                }
                None
            }
            _ if specifiers.has_type() => Some(false),
            _ => None,
        }
    }

    /// `a::b::C x`: the last part counts, as namespaces are looked through.
    fn qualified_name(&mut self, specifiers: &mut Specifiers<'s>) -> Option<bool> {
        let mut last = self.at;
        while self.sign(last + 1) == b'Q' {
            if self.word(last + 2) != Word::Name {
                return None;
            }
            last += 2;
        }
        match self.sign(last + 1) {
            b'a' | b'*' | b'&' => {
                if !specifiers.is_settled() {
                    specifiers.base = Base::Name(self.text(last));
                }
                self.at = last + 1;
                Some(self.sign(self.at) == b'a')
            }
            b'<' => {
                self.at = self.behind_angles(last + 1)?;
                specifiers.base = Base::Known(CType::Unknown);
                if self.sign(self.at) == b'Q' { None } else { Some(true) }
            }
            // The definition of a member.
            _ => None,
        }
    }

    /// Whether the name at `at`, behind which comes another word, is the declared one and the word an attribute.
    fn is_followed_by_attribute(&self, at: usize, settled: bool, base: &Base<'_>) -> bool {
        match self.word(at + 1) {
            Word::Attribute => true,
            Word::Name => {
                let base_is_attribute = !settled && matches!(base, Base::Name(name) if is_upper_case(name));
                !base_is_attribute
                    && is_upper_case(self.text(at + 1))
                    && !is_upper_case(self.text(at))
                    && matches!(self.sign(at + 2), b';' | b'=')
            }
            _ => false,
        }
    }

    /// Moves past an attribute or its like and the arguments.
    pub(super) fn attribute(&mut self) {
        self.at += 1;
        // `asm volatile ("...")`
        while self.word(self.at) == Word::Qualifier && self.sign(self.at + 1) == b'(' {
            self.at += 1;
        }
        if self.sign(self.at) == b'(' {
            self.at = self.behind(self.at);
        }
    }

    /// One past the `>` that belongs to the `<` at `at`.
    pub(super) fn behind_angles(&self, at: usize) -> Option<usize> {
        if self.sign(at) != b'<' {
            return None;
        }
        let mut depth = 0usize;
        let mut next = at;
        while next < at + MAX_LOOKAHEAD {
            match self.sign(next) {
                b'<' => depth += 1,
                b'>' if self.text(next) == b">" => depth -= 1,
                b'~' if self.text(next) == b">>" => depth = depth.saturating_sub(2),
                b'(' => next = self.partner(next)?,
                0 | b';' | b'{' | b'}' => return None,
                _ => {}
            }
            next += 1;
            if depth == 0 {
                return Some(next);
            }
        }
        None
    }

    /// The type that the tokens from `start` to `end` spell: words and stars, nothing else.
    pub(super) fn type_name(&self, start: usize, end: usize) -> Option<CType> {
        let mut specifiers = Specifiers::new();
        let mut stars = 0;
        for at in start..end {
            match (self.sign(at), self.word(at)) {
                (b'*', _) => stars += 1,
                (_, Word::Qualifier) => {}
                _ if stars > 0 => return None,
                (_, Word::Builtin(part)) => specifiers.add_builtin(part),
                (_, Word::Struct | Word::Enum | Word::Class) => specifiers.base = Base::Tagged(b""),
                (_, Word::Name) => {
                    specifiers.base = match specifiers.base {
                        Base::Tagged(_) => Base::Tagged(self.text(at)),
                        _ => Base::Name(self.text(at)),
                    }
                }
                _ => return None,
            }
        }
        if !specifiers.has_type() || stars > MAX_STARS {
            return None;
        }
        Some((0..stars).fold(specifiers.ctype(), |ctype, _| ctype.pointer()))
    }
}
