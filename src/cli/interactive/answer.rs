//! What can be answered to a question, and what holds from then on.

use std::collections::BTreeMap;

/// An answer. The letters that `git add -p` has mean here what they mean there, but for `e`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// For this rewrite.
    This(bool),
    /// For this one and all later ones in the file.
    File(bool),
    /// For this one and all later ones of its transform, in all files.
    Transform(bool),
    /// Say more, then ask again.
    Explain,
    /// Nothing more is asked.
    Quit,
    /// Say what the answers mean, then ask again.
    Help,
}

const ANSWERS: [(&str, Answer, &str); 9] = [
    ("y", Answer::This(true), "make this rewrite"),
    ("n", Answer::This(false), "do not make it"),
    ("a", Answer::File(true), "make it and all later ones in this file"),
    ("d", Answer::File(false), "skip the file: make neither it nor later ones in this file"),
    ("t", Answer::Transform(true), "make it and all later ones of this transform, in all files"),
    ("i", Answer::Transform(false), "ignore this transform: make neither it nor later ones of it, in all files"),
    ("e", Answer::Explain, "explain the transform"),
    ("q", Answer::Quit, "quit: make neither it nor later ones, and keep what was wanted so far"),
    ("?", Answer::Help, "print this help"),
];

impl Answer {
    /// The answer that a line holds.
    pub fn parse(line: &str) -> Option<Answer> {
        let line = line.trim();
        ANSWERS.iter().find(|(letter, ..)| *letter == line).map(|(_, answer, _)| *answer)
    }

    /// All letters, for the question.
    pub fn letters() -> String {
        ANSWERS.map(|(letter, ..)| letter).join(",")
    }

    /// What the letters mean, in lines.
    pub fn help() -> String {
        ANSWERS.map(|(letter, _, meaning)| format!("{letter} - {meaning}\n")).concat()
    }
}

/// Why nothing more is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The user wants no more questions.
    Quit,
    /// Nobody answers any more.
    Hangup,
}

/// Answers that hold for more than one rewrite.
#[derive(Debug, Default)]
pub struct Standing {
    file: Option<bool>,
    transforms: BTreeMap<&'static str, bool>,
    end: Option<End>,
}

impl Standing {
    /// Another file begins.
    pub fn next_file(&mut self) {
        self.file = None;
    }

    /// Whether a rewrite of `transform` is made, if that need not be asked.
    pub fn known(&self, transform: &str) -> Option<bool> {
        let end = self.end.map(|_| false);
        end.or(self.file).or_else(|| self.transforms.get(transform).copied())
    }

    /// Whether a rewrite of `transform` is made by this answer; none if the question stands.
    pub fn decide(&mut self, answer: Answer, transform: &'static str) -> Option<bool> {
        match answer {
            Answer::This(made) => return Some(made),
            Answer::File(made) => self.file = Some(made),
            Answer::Transform(made) => drop(self.transforms.insert(transform, made)),
            Answer::Quit => self.end = Some(End::Quit),
            Answer::Explain | Answer::Help => return None,
        }
        self.known(transform)
    }

    /// Nobody answers any more.
    pub fn hang_up(&mut self) {
        self.end = Some(End::Hangup);
    }

    /// Whether, and why, nothing more is asked.
    pub fn end(&self) -> Option<End> {
        self.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_answers_and_nothing_else_is() {
        assert_eq!(Answer::parse(" y\r\n"), Some(Answer::This(true)));
        for line in ["", "Y", "yes", "x"] {
            assert_eq!(Answer::parse(line), None, "{line:?}");
        }
        assert_eq!(Answer::letters(), "y,n,a,d,t,i,e,q,?");
        assert_eq!(Answer::help().lines().count(), ANSWERS.len());
    }

    #[test]
    fn an_answer_for_a_file_ends_with_it() {
        let mut standing = Standing::default();
        assert_eq!(standing.known("one"), None);
        assert_eq!(standing.decide(Answer::File(true), "one"), Some(true));
        assert_eq!(standing.known("two"), Some(true));
        standing.next_file();
        assert_eq!(standing.known("two"), None);
    }

    #[test]
    fn an_answer_for_a_transform_holds_in_all_files() {
        let mut standing = Standing::default();
        assert_eq!(standing.decide(Answer::Transform(false), "one"), Some(false));
        standing.next_file();
        assert_eq!((standing.known("one"), standing.known("two")), (Some(false), None));
        assert_eq!(standing.decide(Answer::File(true), "two"), Some(true));
        assert_eq!(standing.known("one"), Some(true), "the file is the later word");
    }

    #[test]
    fn after_the_end_nothing_is_made() {
        let mut standing = Standing::default();
        assert_eq!(standing.decide(Answer::Transform(true), "one"), Some(true));
        assert_eq!(standing.decide(Answer::Quit, "two"), Some(false));
        assert_eq!(standing.known("one"), Some(false));
    }

    #[test]
    fn who_wants_to_know_more_is_asked_again() {
        let mut standing = Standing::default();
        assert_eq!(standing.decide(Answer::Explain, "one"), None);
        assert_eq!(standing.decide(Answer::Help, "one"), None);
    }
}
