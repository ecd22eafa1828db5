//! The header in pieces: top-level conditionals and declarations, each with the comment above it. A piece goes or stays
//! whole.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::capi::{BuildSet, PythonVersion};
use crate::edit::{Edit, apply};
use crate::guards::{NothingKnown, Pruned, prune};
use crate::semantics::FileIndex;
use crate::source::{
    ConditionalBranch, ConditionalGroup, ConditionalTree, DirectiveKind, TextRange, Token, TokenKind, directive,
    first_name, lex, whole_lines, words,
};

/// Begins the names that the header has for itself.
const OWN_PREFIXES: [&str; 2] = ["capi_compat_", "CAPI_COMPAT_"];

/// The header, or what the Pythons of a project leave of it.
pub struct Pieces {
    /// What stands before the first piece, from the start of the file.
    pub head: String,
    /// In order.
    pub pieces: Vec<Piece>,
    /// What stands after the last one.
    pub tail: String,
    /// The names that users of the header may name.
    pub offers: BTreeSet<String>,
    /// Those that they may name if they ask for removed API.
    pub gives_back: BTreeSet<String>,
}

/// A top-level conditional or declaration.
pub struct Piece {
    /// The heading of a new section, if one begins here.
    pub heading: Option<String>,
    /// Whether it stands on the line right after the piece before it.
    pub is_tight: bool,
    /// Its lines, the comment above them among them.
    pub text: String,
    /// What it declares. A piece that declares nothing, such as an include, serves them all.
    pub names: BTreeSet<String>,
    /// Every word in it that is not in a comment.
    pub words: BTreeSet<String>,
    /// What the comment at its top says.
    pub note: Note,
}

impl Piece {
    /// Whether users get it only if they ask for removed API.
    pub fn is_opt_in(&self) -> bool {
        self.words.contains(super::REMOVED_API)
    }
}

/// The comment at the top of a piece that is there for users: `NAME, NAME: 3.10, and more. Differs: ...`,
/// `NAME: removed in 3.13.` for what they must ask for, or `NAME(argument): in no Python.` for what only the header has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Note {
    /// The names before the colon.
    pub names: Vec<String>,
    /// The first Python that has them by itself.
    pub since: Option<PythonVersion>,
    /// The first Python that does not have them any more.
    pub removed: Option<PythonVersion>,
    /// How they differ from the native ones.
    pub differs: Option<String>,
}

impl Note {
    fn of(piece: &str) -> Note {
        let Some((comment, _)) = piece.strip_prefix("/*").and_then(|text| text.split_once("*/")) else {
            return Note::default();
        };
        let lines = comment.lines().map(|line| line.trim().trim_start_matches("* ").trim());
        let text = lines.collect::<Vec<_>>().join(" ");
        let (plain, differs) = text.split_once("Differs: ").map_or((&*text, None), |(plain, rest)| (plain, Some(rest)));
        let (names, when) = plain.split_once(": ").unwrap_or((plain, ""));
        let removed = when.strip_prefix("removed in ");
        if !when.starts_with(|c: char| c.is_ascii_digit()) && removed.is_none() && !when.starts_with("in no Python") {
            return Note::default();
        }
        Note {
            names: names.split(',').map(|name| name.trim().split('(').next().unwrap_or_default().to_owned()).collect(),
            since: leading_version(when),
            removed: removed.and_then(leading_version),
            differs: differs.map(|text| text.trim().trim_end_matches('.').to_owned()),
        }
    }
}

/// The version that a text begins with, without its third part.
fn leading_version(text: &str) -> Option<PythonVersion> {
    let version: String = text.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    let mut parts = version.trim_end_matches('.').split('.');
    let (major, minor) = parts.next().zip(parts.next())?;
    format!("{major}.{minor}").parse().ok()
}

/// The pieces of the whole header.
pub fn whole() -> &'static Pieces {
    static WHOLE: LazyLock<Pieces> = LazyLock::new(|| split(super::TEXT, BuildSet::all()));
    &WHOLE
}

/// The pieces of `text`, which is laid out as the header is, without what no build of `builds` compiles.
pub fn split(text: &str, builds: BuildSet) -> Pieces {
    let source = text.as_bytes();
    let lexed = lex(source);
    let tree = ConditionalTree::new(source, &lexed.tokens).expect("the header is not nested deeply");
    let guard = tree.groups().find_map(|group| group.branches().next());
    let guard = guard.expect("an include guard stands around the header");
    let splitter = Splitter { text, source, comments: &lexed.comments };
    splitter.run(guard, &lexed.tokens, builds)
}

struct Splitter<'t> {
    text: &'t str,
    source: &'t [u8],
    comments: &'t [TextRange],
}

impl Splitter<'_> {
    fn run(&self, guard: ConditionalBranch<'_>, tokens: &[Token], builds: BuildSet) -> Pieces {
        let body = guard.body();
        let inside: Vec<Token> = tokens.iter().filter(|token| body.contains(token.range)).copied().collect();
        let groups: Vec<ConditionalGroup<'_>> = guard.groups().collect();
        // The first directive inside defines the guard itself.
        let head = self.lines(inside[0].range).end;
        let mut pieces = Vec::new();
        let mut last = head;
        for (code, group) in self.codes(&inside[1..], &groups) {
            let lines = self.lines(code);
            let top = self.comment_above(lines.start, last).unwrap_or(lines.start);
            let gap = &self.text[last as usize..top as usize];
            let inner = || groups.iter().filter(|group| start(group).is_some_and(|start| code.contains(start)));
            let pruned = match group {
                Some(group) => prune(self.source, group, builds, &NothingKnown),
                None => Pruned::Kept(
                    inner().flat_map(|group| prune(self.source, *group, builds, &NothingKnown).into_edits()).collect(),
                ),
            };
            if let Pruned::Kept(edits) = pruned {
                pieces.push(self.piece(gap, TextRange::new(top, lines.end), &edits));
            } else if let Some(heading) = heading(gap) {
                pieces.push(Piece::of_heading(heading));
            }
            last = lines.end;
        }
        let (gives_back, offers) = (names_of(&pieces, Piece::is_opt_in), names_of(&pieces, |piece| !piece.is_opt_in()));
        let (head, tail) = (self.text[..head as usize].to_owned(), self.text[last as usize..].to_owned());
        Pieces { head, pieces, tail, offers, gives_back }
    }

    /// The ranges of conditionals, directives and declarations, in order; for a conditional also its group.
    fn codes<'g>(
        &self,
        tokens: &[Token],
        groups: &[ConditionalGroup<'g>],
    ) -> Vec<(TextRange, Option<ConditionalGroup<'g>>)> {
        let mut codes: Vec<(TextRange, Option<ConditionalGroup<'g>>)> = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let first = tokens[at].range;
            let (range, group) = if let Some(group) = groups.iter().find(|group| start(group) == Some(first)) {
                (first.cover(group.endif().unwrap_or(first)), Some(*group))
            } else if tokens[at].kind == TokenKind::Directive {
                (first, None)
            } else {
                (first.cover(self.declaration_end(&tokens[at..])), None)
            };
            at += tokens[at..].iter().take_while(|token| range.contains(token.range)).count();
            // An `#undef` belongs to the `#define` of the same name that follows.
            match codes.last_mut() {
                Some((before, None)) if self.is_undef_for(*before, range) => *before = before.cover(range),
                _ => codes.push((range, group)),
            }
        }
        codes
    }

    fn is_undef_for(&self, before: TextRange, after: TextRange) -> bool {
        let read = |range: TextRange| {
            let token = Token { kind: TokenKind::Directive, range };
            let line = directive(self.source, &token);
            (line.kind, first_name(self.source, &line).map(|name| &self.source[name.to_usize()]))
        };
        if self.source[before.start as usize] != b'#' || self.source[after.start as usize] != b'#' {
            return false;
        }
        let (undef, define) = (read(before), read(after));
        undef.0 == DirectiveKind::Undef && define.0 == DirectiveKind::Define && undef.1 == define.1
    }

    /// The last token of the declaration that begins with the first of `tokens`.
    fn declaration_end(&self, tokens: &[Token]) -> TextRange {
        let mut depth = 0usize;
        let mut is_function = false;
        for token in tokens {
            match (token.kind, self.source[token.range.start as usize]) {
                (TokenKind::Punctuator, b'(') if depth == 0 => is_function = true,
                (TokenKind::Punctuator, b'{') => depth += 1,
                (TokenKind::Punctuator, b'}') => {
                    depth = depth.saturating_sub(1);
                    let is_linkage = tokens[0].is(self.source, "extern");
                    if depth == 0 && (is_function || is_linkage) {
                        return token.range;
                    }
                }
                (TokenKind::Punctuator, b';') if depth == 0 => return token.range,
                _ => {}
            }
        }
        tokens[tokens.len() - 1].range
    }

    fn lines(&self, range: TextRange) -> TextRange {
        whole_lines(self.source, range)
    }

    /// Where the comments begin that stand right above the line at `start`, without an empty line between.
    fn comment_above(&self, start: u32, floor: u32) -> Option<u32> {
        let mut top = start;
        for comment in self.comments.iter().rev().filter(|comment| comment.end <= start && comment.start >= floor) {
            let lines = self.lines(*comment);
            if lines.end != top {
                break;
            }
            top = lines.start;
        }
        (top < start).then_some(top)
    }

    fn piece(&self, gap: &str, lines: TextRange, edits: &[Edit]) -> Piece {
        let shifted = |edit: &Edit| {
            let range = TextRange::new(edit.range.start - lines.start, edit.range.end - lines.start);
            Edit::replace(range, edit.text.clone())
        };
        let edits: Vec<Edit> = edits.iter().map(shifted).collect();
        let text = apply(&self.source[lines.to_usize()], &edits);
        let text = String::from_utf8(text).expect("whole lines and words go");
        let index = FileIndex::scan(text.as_bytes());
        // What is only declared is the Stable ABI's, for the functions below.
        let is_defined = |name: &&str| index.function(name).is_none_or(|function| function.defined);
        let names = index.declared_names().filter(is_defined).map(str::to_owned).collect();
        let heading = heading(gap);
        Piece { heading, is_tight: gap.is_empty(), names, words: words_of(&text), note: Note::of(&text), text }
    }
}

impl Piece {
    /// What is left of a piece that goes and had the heading of its section.
    fn of_heading(heading: String) -> Piece {
        Piece {
            heading: Some(heading),
            is_tight: true,
            text: String::new(),
            names: BTreeSet::new(),
            words: BTreeSet::new(),
            note: Note::default(),
        }
    }
}

/// The directive that a group begins with.
fn start(group: &ConditionalGroup<'_>) -> Option<TextRange> {
    group.branches().next().map(|branch| branch.directive())
}

/// The comment that stands by itself in the lines between two pieces.
fn heading(gap: &str) -> Option<String> {
    Some(gap.trim()).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn words_of(text: &str) -> BTreeSet<String> {
    words(text.as_bytes()).into_iter().map(|word| String::from_utf8_lossy(word).into_owned()).collect()
}

/// The names of those pieces that are no helpers: those of the C API, and those of the header's own that a comment offers.
fn names_of(pieces: &[Piece], is_meant: impl Fn(&Piece) -> bool) -> BTreeSet<String> {
    let is_helper = |piece: &Piece, name: &String| {
        OWN_PREFIXES.iter().any(|prefix| name.starts_with(prefix)) && !piece.note.names.contains(name)
    };
    let meant = pieces.iter().filter(|piece| is_meant(piece));
    meant.flat_map(|piece| piece.names.iter().filter(|name| !is_helper(piece, name))).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
/* Top. */
#ifndef H
#define H

#include <Python.h>

/* ---- One ---- */

/* Py_Old: 3.8. Differs: in
 * two ways. */
#if PY_VERSION_HEX < 0x03080000
#  undef Py_Old
#  define Py_Old 1
#endif

static inline int
capi_compat_helper(void)
{
#if PY_VERSION_HEX < 0x03090000
    return 0;
#else
    return 1;
#endif
}
#undef Py_New
#define Py_New capi_compat_helper

typedef struct { int x; } capi_compat_pair;

/* Py_Gone: removed in 3.9. */
#if defined(CAPI_COMPAT_REMOVED_API) && PY_VERSION_HEX >= 0x03090000
#  undef Py_Gone
#  define Py_Gone capi_compat_helper
#endif

#endif
";

    fn names(builds: BuildSet) -> Vec<String> {
        let pieces = split(TEXT, builds).pieces;
        pieces.iter().map(|piece| piece.names.iter().cloned().collect::<Vec<_>>().join(" ")).collect()
    }

    #[test]
    fn a_header_falls_into_pieces() {
        assert_eq!(
            names(BuildSet::all()),
            ["", "Py_Old", "capi_compat_helper", "Py_New", "capi_compat_pair", "Py_Gone"]
        );
        let pieces = split(TEXT, BuildSet::all());
        assert!(pieces.head.ends_with("#define H\n") && pieces.tail.trim() == "#endif");
        assert_eq!(pieces.offers.into_iter().collect::<Vec<_>>(), ["Py_New", "Py_Old"]);
        assert_eq!(pieces.gives_back.into_iter().collect::<Vec<_>>(), ["Py_Gone"], "only who asks gets it");
        assert_eq!(pieces.pieces[5].note.removed, Some(PythonVersion::new(3, 9)));
        let old = &pieces.pieces[1];
        assert_eq!(old.heading.as_deref(), Some("/* ---- One ---- */"));
        assert!(old.text.starts_with("/* Py_Old: 3.8.") && old.text.ends_with("#endif\n"));
        assert_eq!(old.note.since, Some(PythonVersion::new(3, 8)));
        assert_eq!(old.note.differs.as_deref(), Some("in two ways"));
    }

    #[test]
    fn what_no_build_compiles_is_left_out() {
        let builds = BuildSet::since(PythonVersion::new(3, 9));
        let pieces = split(TEXT, builds);
        assert_eq!(names(builds), ["", "", "capi_compat_helper", "Py_New", "capi_compat_pair", "Py_Gone"]);
        assert!(pieces.pieces[2].text.contains("{\n    return 1;\n}"));
    }

    #[test]
    fn every_helper_of_the_header_is_used() {
        let pieces = &whole().pieces;
        let uses = |name: &String| pieces.iter().any(|piece| piece.words.contains(name) && !piece.names.contains(name));
        let is_idle = |piece: &&Piece| {
            !piece.names.is_empty() && !piece.names.iter().any(|name| super::super::has(name) || uses(name))
        };
        let idle: Vec<_> = pieces.iter().filter(is_idle).map(|piece| &piece.names).collect();
        assert!(idle.is_empty(), "{idle:?}");
    }
}
