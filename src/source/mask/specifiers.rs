//! Runs of declaration specifiers. Of the names in a run at most one is the type and one the declared name; the
//! rest are macros and are blanked. This is also where types are found by their use.

use super::Masker;
use super::tokens::{At, END};
use super::words::Word;

/// Where a run of specifiers stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Declares {
    /// In front of declarators: the last name may be the declared one.
    Something,
    /// In a parameter: a lone name is its type.
    Parameter,
    /// In a cast: there is no name.
    Nothing,
}

/// The words of a run.
struct Run {
    /// Names that are not tags of structs.
    names: Vec<At>,
    /// Whether there is `int`, `struct` or the like.
    has_type: bool,
    /// The last word of the run.
    last: At,
    /// The first token behind it.
    after: At,
}

impl Masker<'_> {
    /// Masks the specifiers that begin at `at`, and the pointers behind them. Returns the token behind.
    pub(super) fn specifiers(&mut self, at: At, declares: Declares) -> At {
        let Some(run) = self.specifier_run(at) else { return at };
        let (ty, name) = self.type_and_name(&run, declares);
        for &word in &run.names {
            if Some(word) != ty && Some(word) != name {
                self.tokens.blank(word);
            }
        }
        if let Some(ty) = ty {
            self.note_type(ty);
        }
        if let Some(name) = name {
            self.note_declared(name);
        }
        self.pointers(run.after)
    }

    fn specifier_run(&self, at: At) -> Option<Run> {
        let mut run = Run { names: Vec::new(), has_type: false, last: END, after: self.tokens.here(at) };
        while self.tokens.word(run.after).may_specify() {
            run.last = run.after;
            match self.tokens.word(run.after) {
                Word::Tag => {
                    run.has_type = true;
                    let tag = self.tokens.next(run.after);
                    if self.tokens.is_name(tag) {
                        run.last = tag;
                    }
                }
                Word::TypeKeyword => run.has_type = true,
                Word::Specifier => {}
                _ => run.names.push(run.after),
            }
            run.after = self.tokens.next(run.last);
        }
        (run.last != END).then_some(run)
    }

    /// Which name of the run is the type, and which the declared one.
    fn type_and_name(&self, run: &Run, declares: Declares) -> (Option<At>, Option<At>) {
        let Some((&last, others)) = run.names.split_last() else { return (None, None) };
        let is_alone = others.is_empty() && !run.has_type;
        let ends_with_name = declares != Declares::Nothing
            && last == run.last
            && !self.tokens.is(run.after, "*")
            && !(is_alone && (declares == Declares::Parameter || self.tokens.is(run.after, "(")));
        match (ends_with_name, run.has_type) {
            (true, true) => (None, Some(last)),
            (true, false) if is_alone => (Some(last), None),
            (true, false) => (self.likeliest_type(others), Some(last)),
            (false, true) => (None, None),
            (false, false) => (self.likeliest_type(&run.names), None),
        }
    }

    /// `T x INITIAL(= 0);`, `T x ALIGNED(8);`: in a block a call in capitals behind a type and a name.
    pub(super) fn macro_behind_name(&mut self, at: At) {
        let Some(run) = self.specifier_run(at) else { return };
        let close = self.tokens.partner(run.after);
        let Some((&last, others)) = run.names.split_last() else { return };
        let is_macro = last == run.last
            && others.len() + usize::from(run.has_type) >= 2
            && self.tokens.is(run.after, "(")
            && close != END
            && self.tokens.is_any(self.tokens.next(close), &[";", ",", "="])
            && !self.tokens.text(last).iter().any(u8::is_ascii_lowercase);
        if is_macro {
            self.tokens.blank_through(last, close);
        }
    }

    /// The last known type, or else the last name: macros stand in front.
    fn likeliest_type(&self, names: &[At]) -> Option<At> {
        names.iter().rev().copied().find(|&name| self.is_known_type(name)).or(names.last().copied())
    }

    /// Masks the stars and qualifiers of a declarator, and the name behind: of several names the last is it.
    /// Returns the token behind.
    pub(super) fn pointers(&mut self, at: At) -> At {
        let mut at = at;
        while self.tokens.is(at, "*") {
            while self.tokens.is(at, "*") || self.tokens.word(at) == Word::Specifier {
                at = self.tokens.next(at);
            }
            let mut name = END;
            while self.tokens.is_name(at) || self.tokens.word(at) == Word::Specifier {
                if self.tokens.is_name(at) {
                    self.tokens.blank(name);
                    name = at;
                }
                at = self.tokens.next(at);
            }
            if self.tokens.is(at, "*") {
                // A macro between stars: `char * FAR * p`.
                self.tokens.blank(name);
            } else {
                self.note_declared(name);
            }
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{mask_region, masked, masked_body};

    #[test]
    fn of_the_words_in_front_one_is_the_type() {
        assert_eq!(masked("API static T EXPORT f(void) { }"), "static T f(void) { }");
        assert_eq!(masked("LOCAL PyObject * f(void) { }"), "PyObject * f(void) { }");
        assert_eq!(masked("INLINE unsigned ATTRIBUTE f(void) { }"), "unsigned f(void) { }");
    }

    #[test]
    fn macros_between_stars_and_in_front_of_the_name() {
        assert_eq!(masked_body("char * FAR * RESTRICT const a;"), "char * * const a;");
    }

    #[test]
    fn unknown_names_are_types_by_their_use() {
        assert_eq!(mask_region("void f(A a) { B b; C *c = (D)d; e * f(); (E *)g; }").types, ["A", "B", "C", "D", "E"]);
    }

    #[test]
    fn a_variable_named_like_a_type_is_none() {
        assert_eq!(mask_region("void f(int T) { T = 1; }").types, [""; 0]);
        assert_eq!(mask_region("void f(void) { T = 1; }").types, ["T"]);
    }

    #[test]
    fn a_macro_behind_a_local_variable() {
        assert_eq!(masked_body("T a INITIAL(= 0);"), "T a ;");
    }
}
