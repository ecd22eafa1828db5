//! Places where the user wants nothing changed: `capi-upgrade: ignore[ID]` on a line, `capi-upgrade: off` and `on`
//! around a block, in comments of any kind.

use rustc_hash::FxHashMap;

use crate::source::{Lexed, LineIndex, TextRange, TokenKind, lex_range, merged};

/// What the comments of a file rule out.
#[derive(Debug, Default)]
pub struct Suppressions {
    /// Stretches that are off, in order.
    off: Vec<TextRange>,
    /// By id: the lines where it is ignored, in order; none for all ids.
    ignored: FxHashMap<Option<String>, Vec<u32>>,
    /// Stretches that a generator writes, in order.
    generated: Vec<TextRange>,
}

const MARK: &[u8] = b"capi-upgrade:";

impl Suppressions {
    /// Reads the comments of a file, those in its directives too.
    pub fn new(source: &[u8], lexed: &Lexed, lines: &LineIndex) -> Self {
        if memchr::memmem::find(source, MARK).is_none() {
            return Suppressions::default();
        }
        let directives = lexed.tokens.iter().filter(|token| token.kind == TokenKind::Directive);
        let mut comments: Vec<TextRange> = directives
            .flat_map(|token| lex_range(source, token.range).comments)
            .chain(lexed.comments.clone())
            .collect();
        comments.sort_unstable();
        Suppressions::of_comments(source, &comments, lines)
    }

    /// Reads `comments`, which are in order.
    pub fn of_comments(source: &[u8], comments: &[TextRange], lines: &LineIndex) -> Self {
        let mut found = Suppressions::default();
        let mut off_since = None;
        for comment in comments {
            let text = &source[comment.to_usize()];
            let Some(at) = memchr::memmem::find(text, MARK) else { continue };
            let order = String::from_utf8_lossy(&text[at + MARK.len()..]);
            let order = order.trim_end_matches("*/").trim();
            let line = lines.line(comment.start);
            if order == "off" {
                off_since.get_or_insert(comment.start);
            } else if order == "on" {
                found.off.extend(off_since.take().map(|start| TextRange::new(start, comment.end)));
            } else if order == "ignore" {
                found.ignored.entry(None).or_default().push(line);
            } else if let Some(ids) = order.strip_prefix("ignore[").and_then(|rest| rest.strip_suffix(']')) {
                for id in ids.split(',') {
                    found.ignored.entry(Some(id.trim().to_owned())).or_default().push(line);
                }
            }
        }
        found.off.extend(off_since.map(|start| TextRange::new(start, source.len() as u32)));
        found
    }

    /// Adds stretches that a generator writes.
    pub fn add_generated(&mut self, ranges: impl IntoIterator<Item = TextRange>) {
        self.generated.extend(ranges);
        self.generated = merged(std::mem::take(&mut self.generated));
    }

    /// Whether `range` lies in what a generator writes: there is nothing to say about it.
    pub fn are_generated(&self, range: TextRange) -> bool {
        is_in(&self.generated, range)
    }

    /// Whether a comment wants that `transform` leaves `range` as it is.
    pub fn are_asked_for(&self, transform: &str, range: TextRange, lines: &LineIndex) -> bool {
        let first = lines.line(range.start);
        let last = lines.line(range.end.max(range.start + 1) - 1);
        let is_here = |lines: &Vec<u32>| {
            let next = lines.partition_point(|line| *line < first);
            lines.get(next).is_some_and(|line| *line <= last)
        };
        let is_ignored = |id: Option<String>| self.ignored.get(&id).is_some_and(is_here);
        is_in(&self.off, range)
            || !self.ignored.is_empty() && (is_ignored(None) || is_ignored(Some(transform.to_owned())))
    }
}

/// Whether one of the `stretches`, which are in order and disjoint, holds `range` or a part of it.
fn is_in(stretches: &[TextRange], range: TextRange) -> bool {
    let next = stretches.partition_point(|stretch| stretch.end < range.start);
    let near = stretches[next..].iter().take_while(|stretch| stretch.start <= range.end);
    near.into_iter().any(|stretch| stretch.overlaps(range) || stretch.contains(range))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::lex;

    fn covers(source: &str, transform: &str, text: &str) -> bool {
        let lines = LineIndex::new(source.as_bytes());
        let found = Suppressions::new(source.as_bytes(), &lex(source.as_bytes()), &lines);
        let start = source.find(text).unwrap() as u32;
        found.are_asked_for(transform, TextRange::new(start, start + text.len() as u32), &lines)
    }

    #[test]
    fn a_line_can_be_ignored() {
        let source = "a(); // capi-upgrade: ignore[one, two]\nb(); /* capi-upgrade: ignore */\nc();";
        assert!(covers(source, "one", "a()") && covers(source, "two", "a()") && !covers(source, "three", "a()"));
        assert!(covers(source, "three", "b()"));
        assert!(!covers(source, "one", "c()"));
    }

    #[test]
    fn a_directive_can_be_ignored() {
        let source = "#if A // capi-upgrade: ignore\n#endif /* capi-upgrade: ignore[one] */\n#if B\n#endif\n";
        assert!(covers(source, "two", "#if A") && !covers(source, "two", "#if B"));
        assert!(covers(source, "one", "#endif /*"));
    }

    #[test]
    fn a_block_can_be_off() {
        let source = "a();\n/* capi-upgrade: off */\nb();\n// capi-upgrade: on\nc();\n// capi-upgrade: off\nd();";
        assert!(!covers(source, "x", "a()") && covers(source, "x", "b()"));
        assert!(!covers(source, "x", "c()") && covers(source, "x", "d()"), "off without on reaches to the end");
    }
}
