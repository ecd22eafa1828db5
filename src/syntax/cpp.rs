//! C++: masks a region, hands it to tree-sitter-cpp and lowers what comes back.
//!
//! The parser never refuses a text; a tree with an error or a missing node in it counts as none.

mod lower;

use super::{SyntaxTree, Unparsed};
use crate::source::Region;
use crate::source::mask::CppMasker;
use lower::Lowering;
use tree_sitter::{Node, Parser, TreeCursor};

/// What stands in front of a member of a class, so that it is parsed as one.
const CLASS_PREFIX: &str = "struct S{";
/// What closes the class.
const CLASS_SUFFIX: &str = "};";

/// How deep a tree may be. The lowering recurses.
const MAX_DEPTH: usize = 2_000;

/// Stack for the deepest tree that is lowered, in bytes.
const STACK: usize = 16 << 20;

/// How many macros, each found by a fault of the parser's, are taken out of a region before it counts as not understood.
const MAX_REPAIRS: usize = 12;

/// How large a region may be, in bytes.
const MAX_BYTES: u32 = 1 << 20;

/// Parses a region of C++. Never panics, whatever the bytes.
pub(super) fn parse(source: &[u8], region: &Region) -> Result<SyntaxTree, Unparsed> {
    let refuse = |offset: u32, reason: String| Unparsed { offset: offset.min(region.range.end), reason };
    if region.range.len() > MAX_BYTES {
        return Err(refuse(region.range.start, format!("longer than {MAX_BYTES} bytes")));
    }
    let (prefix, suffix) = if region.in_class { (CLASS_PREFIX, CLASS_SUFFIX) } else { ("", "") };
    let place = |offset: usize| region.range.start + offset.saturating_sub(prefix.len()) as u32;
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_cpp::LANGUAGE.into()).expect("the grammar fits the library");
    let mut masker = CppMasker::new(source, region);
    let mut first = None;
    for _ in 0..=MAX_REPAIRS {
        let masked = masker.masked();
        let text = [prefix.as_bytes(), &masked.text, suffix.as_bytes()].concat();
        let Some(tree) = parser.parse(&text, None) else { break };
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
                debug_assert!(!has_error, "a tree with errors has a faulty node");
                return None;
            }
            depth -= 1;
        }
    }
}

#[cfg(test)]
mod tests;
