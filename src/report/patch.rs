//! Patches with a message, in the form of a mail: `git am` makes a commit of one, `git apply` and `patch` take its diff.

use std::fmt::Write as _;

use crate::transform::TransformFile;

/// The first line, by which git knows mails that it takes for patches. It belongs to no commit.
const FROM_LINE: &str = "From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001";

/// The author, whom `git am` asks for. Nothing is known of the user, and patches should not depend on who made them.
const AUTHOR: &str = "capi-upgrade <capi-upgrade@localhost>";

/// The width of paragraphs, as messages of commits have it.
const WIDTH: usize = 72;

/// What a commit says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitMessage {
    /// The first line.
    pub subject: String,
    /// Paragraphs.
    pub body: Vec<String>,
}

impl CommitMessage {
    /// For a commit of rewrites of the transform called `id`. `differs` says whether some are not safe.
    pub fn of_transform(id: &str, file: &TransformFile, differs: bool) -> CommitMessage {
        let mut body = vec![file.why.clone()];
        let because = file.because.as_ref().filter(|_| differs);
        body.extend(because.map(|because| format!("What may differ: {because}.")));
        body.extend(file.docs.clone());
        body.push(format!("Rewritten by capi-upgrade ({id})."));
        CommitMessage { subject: format!("Upgrade the C API where {}", file.summary), body }
    }
}

/// A mail with `message` and `diff`. Without a date: git takes that of the commit.
pub fn mail(message: &CommitMessage, diff: &[u8]) -> Vec<u8> {
    let mut head = format!("{FROM_LINE}\nFrom: {AUTHOR}\nSubject: [PATCH] {}\n", one_line(&message.subject));
    head.push_str("MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n\n");
    for paragraph in &message.body {
        let _ = writeln!(head, "{}\n", wrapped(paragraph));
    }
    // What stands below this line is not of the message.
    let mut mail = head.trim_end().as_bytes().to_vec();
    mail.extend_from_slice(b"\n\n---\n");
    mail.extend_from_slice(diff);
    mail
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `text` in lines of [`WIDTH`]; a word that is longer has a line of its own.
fn wrapped(text: &str) -> String {
    let mut out = String::new();
    let mut width = 0;
    for word in text.split_whitespace() {
        let len = word.chars().count();
        if width > 0 && width + 1 + len > WIDTH {
            out.push('\n');
            width = 0;
        } else if width > 0 {
            out.push(' ');
            width += 1;
        }
        out.push_str(word);
        width += len;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_has_what_git_asks_for() {
        let word = "word ".repeat(20);
        let message = CommitMessage { subject: "Do\nit".to_owned(), body: vec![word, "Why.".to_owned()] };
        let mail = String::from_utf8(mail(&message, b"--- a/x\n")).unwrap();
        let (head, rest) = mail.split_once("\n\n").unwrap();
        assert!(head.starts_with("From 0000") && head.contains("\nSubject: [PATCH] Do it\n"), "{head}");
        let words = |count| vec!["word"; count].join(" ");
        assert_eq!(rest, format!("{}\n{}\n\nWhy.\n\n---\n--- a/x\n", words(14), words(6)));
    }
}
