//! C++: masks a region, hands it to tree-sitter-cpp and lowers what comes back.
//!
//! The parser never refuses a text; a tree with an error or a missing node in it counts as none.

mod lower;

use std::ops::ControlFlow;

use super::{MAX_BYTES, MAX_NESTING, SyntaxTree, Unparsed};
use crate::source::Region;
use crate::source::mask::CppMasker;
use lower::Lowering;
use tree_sitter::{Node, ParseOptions, Parser, Point, Tree, TreeCursor};

/// What stands in front of a member of a class, so that it is parsed as one.
const CLASS_PREFIX: &str = "struct S{";
/// What closes the class.
const CLASS_SUFFIX: &str = "};";

/// How deep a tree may be. The lowering recurses.
const MAX_DEPTH: usize = 2_000;

/// Stack for the deepest tree that is lowered, in bytes.
const STACK: usize = 16 << 20;

/// How much work a region may be, in the units in which tree-sitter counts, some hundred steps each: this much and
/// [`WORK_PER_BYTE`]. It reads what is ambiguous in several ways at once. Real functions take up to 4,000, and less than an
/// eighth for each byte.
const FREE_WORK: usize = 50_000;

/// See [`FREE_WORK`].
const WORK_PER_BYTE: usize = 1;

/// How many macros, each found by a fault of the parser's, are taken out of a region before it counts as not understood.
const MAX_REPAIRS: usize = 12;

/// Parses a region of C++. Never panics, whatever the bytes.
pub(super) fn parse(source: &[u8], region: &Region) -> Result<SyntaxTree, Unparsed> {
    let refuse = |offset: u32, reason: String| Unparsed { offset: offset.min(region.range.end), reason };
    if region.range.len() > MAX_BYTES {
        return Err(refuse(region.range.start, format!("longer than {MAX_BYTES} bytes")));
    }
    let (prefix, suffix) = if region.in_class { (CLASS_PREFIX, CLASS_SUFFIX) } else { ("", "") };
    let place = |offset: usize| region.range.start + offset.saturating_sub(prefix.len()) as u32;
    if let Some(offset) = too_deep(source, region) {
        return Err(refuse(offset, format!("nested deeper than {MAX_NESTING}")));
    }
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_cpp::LANGUAGE.into()).expect("the grammar fits the library");
    let mut masker = CppMasker::new(source, region);
    let mut first = None;
    let mut work = 0;
    for _ in 0..=MAX_REPAIRS {
        let masked = masker.masked();
        let text = [prefix.as_bytes(), &masked.text, suffix.as_bytes()].concat();
        let Some(tree) = parse_text(&mut parser, &text, &mut work) else {
            first.get_or_insert((region.range.start, "too much work for what it is".to_owned()));
            break;
        };
        let Some((offset, reason)) = first_fault(&text, &tree.root_node()) else {
            return Ok(stacker::maybe_grow(STACK / 4, STACK, || {
                let mut lowering = Lowering::new(source, region, &masked, prefix.len());
                lowering.unit(tree.root_node());
                lowering.finish()
            }));
        };
        let is_repaired = masker.repair(place(offset));
        first.get_or_insert((place(offset), reason));
        if !is_repaired {
            break;
        }
    }
    let (offset, reason) = first.unwrap_or((region.range.start, "not parsed".to_owned()));
    Err(refuse(offset, reason))
}

/// Where brackets nest deeper than any code does. The masker looks for partners of each, and the lowering recurses.
fn too_deep(source: &[u8], region: &Region) -> Option<u32> {
    let mut depth = 0usize;
    let deepest = region.tokens.iter().find(|token| {
        match token.text(source) {
            b"(" | b"[" | b"{" => depth += 1,
            b")" | b"]" | b"}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > MAX_NESTING
    });
    deepest.map(|token| token.range.start)
}

/// Parses `text`; none where that would take more than [`FREE_WORK`] and its share, with what was spent on the region before. Work and not
/// time is counted, so that the outcome is the same on every machine.
fn parse_text(parser: &mut Parser, text: &[u8], work: &mut usize) -> Option<Tree> {
    let most = FREE_WORK + text.len() * WORK_PER_BYTE;
    let mut count = |_: &tree_sitter::ParseState| {
        *work += 1;
        if *work > most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let mut rest = |offset: usize, _: Point| text.get(offset..).unwrap_or_default();
    let tree = parser.parse_with_options(&mut rest, None, Some(ParseOptions::new().progress_callback(&mut count)));
    // What was cut off would be gone on with.
    parser.reset();
    tree
}

/// The first node that is an error, is missing, or lies too deep: its offset and what is wrong.
fn first_fault(text: &[u8], root: &Node<'_>) -> Option<(usize, String)> {
    let mut cursor: TreeCursor<'_> = root.walk();
    let has_error = root.has_error();
    let mut depth = 0;
    loop {
        let node = cursor.node();
        if depth > MAX_DEPTH {
            return Some((node.start_byte(), format!("nested deeper than {MAX_DEPTH}")));
        }
        if node.is_missing() {
            return Some((node.start_byte(), format!("`{}` is missing", node.kind())));
        }
        if node.is_error() {
            let word = text[node.byte_range()].split(|byte| byte.is_ascii_whitespace()).next().unwrap_or_default();
            return Some((node.start_byte(), format!("unexpected `{}`", String::from_utf8_lossy(word))));
        }
        // Without errors only the depth is of interest.
        if cursor.goto_first_child() {
            depth += 1;
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                // What was skipped may be in no node.
                return has_error.then(|| (root.start_byte(), "something was skipped".to_owned()));
            }
            depth -= 1;
        }
    }
}

#[cfg(test)]
mod tests;
