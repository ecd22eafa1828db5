//! Code in tables: the old text on the left, the new one on the right.

use std::borrow::Cow;
use std::fmt::Write as _;

use similar::DiffOp;

use super::escape::escaped;
use crate::report::lines::{line_ops, lines};
use crate::source::TextRange;

/// Lines around a change that are shown with it.
const CONTEXT: usize = 3;

/// Lines of a file that change, and those around them.
pub struct Hunk {
    /// One past the number of the last old line.
    pub end: usize,
    /// The markup.
    pub table: String,
}

/// What turns `old` into `new`; the first line of both has the number `first`.
pub fn hunks(old: &[u8], new: &[u8], first: usize) -> Vec<Hunk> {
    let (old, new) = (lines(old), lines(new));
    let groups = similar::group_diff_ops(line_ops(&old, &new), CONTEXT);
    groups.iter().map(|group| hunk(group, &old, &new, first)).collect()
}

fn hunk(group: &[DiffOp], old: &[&[u8]], new: &[&[u8]], first: usize) -> Hunk {
    let mut rows = String::new();
    let mut end = first;
    for op in group {
        let (taken, put) = (op.old_range(), op.new_range());
        end = first + taken.end;
        let same = matches!(op, DiffOp::Equal { .. });
        for row in 0..taken.len().max(put.len()) {
            let left = taken.clone().nth(row).map(|at| (first + at, line_text(old[at])));
            let right = put.clone().nth(row).map(|at| (first + at, line_text(new[at])));
            rows += &if same { same_row(left, right) } else { changed_row(left, right) };
        }
    }
    Hunk { end, table: format!("<table class=\"code\">\n{rows}</table>\n") }
}

/// Lines that stay, with the bytes of `marked` set off.
pub fn excerpt(code: &[u8], marked: TextRange, first: usize) -> String {
    let mut rows = String::new();
    let mut start = 0;
    for (place, line) in lines(code).into_iter().enumerate() {
        let end = start + line.trim_ascii_end().len();
        let from = (marked.start as usize).clamp(start, end) - start;
        let to = (marked.end as usize).clamp(start, end) - start;
        let text = |part: &[u8]| escaped(&String::from_utf8_lossy(part));
        let (before, inside, after) = (text(&line[..from]), text(&line[from..to]), text(line[to..].trim_ascii_end()));
        let inside = if inside.is_empty() { inside } else { format!("<mark>{inside}</mark>") };
        // A write to a string cannot fail.
        let _ = writeln!(rows, "<tr><td class=\"n\">{}</td><td>{before}{inside}{after}</td></tr>", first + place);
        start += line.len();
    }
    format!("<table class=\"code one\">\n{rows}</table>\n")
}

type Line<'t> = Option<(usize, Cow<'t, str>)>;

fn line_text(line: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(line.strip_suffix(b"\n").map_or(line, |line| line.strip_suffix(b"\r").unwrap_or(line)))
}

fn same_row(left: Line<'_>, right: Line<'_>) -> String {
    let (Some((old, text)), Some((new, _))) = (left, right) else { return String::new() };
    let text = escaped(&text);
    format!("<tr><td class=\"n\">{old}</td><td>{text}</td><td class=\"n\">{new}</td><td>{text}</td></tr>\n")
}

fn changed_row(left: Line<'_>, right: Line<'_>) -> String {
    let (old, new) = (left.as_ref().map_or("", |(_, text)| text), right.as_ref().map_or("", |(_, text)| text));
    let (front, back) = shared(old, new);
    let cell = |line: &Line<'_>, class: &str, tag: &str| match line {
        None => "<td class=\"n\"></td><td class=\"void\"></td>".to_owned(),
        Some((number, text)) => {
            let (head, rest) = text.split_at(front);
            let (middle, tail) = rest.split_at(rest.len() - back);
            let both = left.is_some() && right.is_some();
            let middle = match escaped(middle) {
                middle if both && !middle.is_empty() => format!("<{tag}>{middle}</{tag}>"),
                middle => middle,
            };
            format!(
                "<td class=\"n {class}\">{number}</td><td class=\"{class}\">{}{middle}{}</td>",
                escaped(head),
                escaped(tail)
            )
        }
    };
    format!("<tr class=\"change\">{}{}</tr>\n", cell(&left, "old", "del"), cell(&right, "new", "ins"))
}

/// How many bytes both begin with, and how many of the rest both end with. Words are not taken apart.
fn shared(old: &str, new: &str) -> (usize, usize) {
    let same = |(one, other): &(char, char)| one == other;
    let is_word = |char: Option<char>| char.is_some_and(|char| char.is_alphanumeric() || char == '_');
    let mut front: usize = old.chars().zip(new.chars()).take_while(same).map(|(char, _)| char.len_utf8()).sum();
    if [old, new].iter().any(|text| is_word(text[front..].chars().next())) {
        front = old[..front].trim_end_matches(|char| is_word(Some(char))).len();
    }
    let (old, new) = (&old[front..], &new[front..]);
    let back: usize = old.chars().rev().zip(new.chars().rev()).take_while(same).map(|(char, _)| char.len_utf8()).sum();
    let tail = &old[old.len() - back..];
    if [old, new].iter().any(|text| is_word(text[..text.len() - back].chars().next_back())) {
        return (front, tail.trim_start_matches(|char| is_word(Some(char))).len());
    }
    (front, back)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_lines_share_is_whole_words() {
        assert_eq!(shared("f(x);", "g(x);"), (0, 4));
        assert_eq!(shared("Py_TYPE(x)", "Py_SIZE(x)"), (0, 3));
        assert_eq!(shared("a + b", "a + b + b"), (5, 0));
        assert_eq!(shared("\u{a7}x\u{a7}", "\u{a7}y\u{a7}"), (2, 2));
        assert_eq!(shared("", "a"), (0, 0));
    }

    #[test]
    fn a_changed_line_shows_what_changed() {
        let hunks = hunks(b"<a>\nf(x)\n", b"<a>\ng(x)\nmore\n", 7);
        assert_eq!(hunks.len(), 1);
        assert_eq!(hunks[0].end, 9);
        let expected = "<table class=\"code\">\n\
            <tr><td class=\"n\">7</td><td>&lt;a&gt;</td><td class=\"n\">7</td><td>&lt;a&gt;</td></tr>\n\
            <tr class=\"change\"><td class=\"n old\">8</td><td class=\"old\"><del>f</del>(x)</td>\
            <td class=\"n new\">8</td><td class=\"new\"><ins>g</ins>(x)</td></tr>\n\
            <tr class=\"change\"><td class=\"n\"></td><td class=\"void\"></td>\
            <td class=\"n new\">9</td><td class=\"new\">more</td></tr>\n</table>\n";
        assert_eq!(hunks[0].table, expected);
    }

    #[test]
    fn a_place_is_marked() {
        let table = excerpt(b"a;\nf(\nx);\n", TextRange::new(3, 8), 2);
        let expected = "<table class=\"code one\">\n<tr><td class=\"n\">2</td><td>a;</td></tr>\n\
            <tr><td class=\"n\">3</td><td><mark>f(</mark></td></tr>\n\
            <tr><td class=\"n\">4</td><td><mark>x)</mark>;</td></tr>\n</table>\n";
        assert_eq!(table, expected);
    }
}
