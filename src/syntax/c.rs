//! C: masks a region, hands it to lang-c and lowers what comes back.
//!
//! lang-c takes a whole translation unit as text and nothing else. So the names of types go in front of the region
//! as a `typedef`, what is no declaration is wrapped into one, and offsets are shifted by the length of both.

mod holes;
mod limits;
mod lower;
pub(super) mod specifiers;

use super::{NodeKind, SyntaxTree, TypeNames, Unparsed};
use crate::source::mask::{Hole, Masked, ReadAs, is_macro_calls, is_specifier, mask, mask_with_holes};
use crate::source::{Region, RegionKind};
use lang_c::driver::{Config, Flavor, parse_preprocessed};
use lower::{Content, Lowering};

/// Parses a region. Never panics, whatever the bytes; deep nesting and tables are refused.
pub fn parse(source: &[u8], region: &Region, types: &TypeNames) -> Result<SyntaxTree, Unparsed> {
    limits::check(source, region)?;
    let readings: &[ReadAs] = match region.kind {
        RegionKind::MacroBody if is_statements(source, region) => &[ReadAs::Statements, ReadAs::TopLevel],
        // Files that are included in the middle of a function hold statements at the top level.
        RegionKind::Function { body } => &[ReadAs::Function(body), ReadAs::Statements],
        // `PyDoc_STRVAR(doc, "...");` has the form of a statement.
        RegionKind::Declaration if is_macro_calls(source, &region.tokens) => &[ReadAs::Statements],
        RegionKind::Declaration => &[ReadAs::TopLevel, ReadAs::Statements],
        // From the most telling to the least; an expression is also a statement.
        RegionKind::MacroBody => {
            &[ReadAs::Expression, ReadAs::Statements, ReadAs::TopLevel, ReadAs::Initializer, ReadAs::TypeName]
        }
    };
    let mut failure: Option<Unparsed> = None;
    for &reading in readings {
        let masked = mask(source, region, types, reading);
        match parse_masked(source, region, &masked, reading) {
            Ok(tree) => return Ok(tree),
            // Of several failures the one that came furthest says most.
            Err(unparsed) if failure.as_ref().is_none_or(|first| first.offset < unparsed.offset) => {
                failure = Some(unparsed);
            }
            Err(_) => {}
        }
    }
    let failure = failure.expect("every region is read at least once");
    if region.kind == RegionKind::MacroBody && has_only_specifiers(source, region, types) {
        return Ok(empty_tree(region));
    }
    parse_with_holes(source, region, types, failure)
}

/// Whether nothing but keywords is left of a macro's body, such as `static inline __attribute__((unused))`.
fn has_only_specifiers(source: &[u8], region: &Region, types: &TypeNames) -> bool {
    let masked = mask(source, region, types, ReadAs::TypeName);
    let mut words = masked.text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    words.all(is_specifier)
}

fn empty_tree(region: &Region) -> SyntaxTree {
    let mut tree = SyntaxTree::default();
    let root = tree.add(NodeKind::Root, region.range, region.range, &[]);
    tree.set_stand_ins(vec![region.range]);
    tree.finish(root);
    tree
}

/// Reads a function once more, without the places at which the parser gave up.
fn parse_with_holes(
    source: &[u8],
    region: &Region,
    types: &TypeNames,
    failure: Unparsed,
) -> Result<SyntaxTree, Unparsed> {
    let RegionKind::Function { body } = region.kind else { return Err(failure) };
    let reading = ReadAs::Function(body);
    let mut holes: Vec<Hole> = Vec::new();
    let mut offset = failure.offset;
    while holes.len() < holes::MAX_HOLES {
        let Some(hole) = holes::find(source, region, offset, &holes) else { break };
        holes.retain(|old| old.first < hole.first || hole.last < old.last);
        holes.push(hole);
        let masked = mask_with_holes(source, region, types, reading, &holes);
        match parse_masked(source, region, &masked, reading) {
            Ok(tree) => return Ok(tree),
            Err(unparsed) => offset = unparsed.offset,
        }
    }
    Err(failure)
}

/// Whether a macro's body can be no expression: it begins with a statement's keyword, or a `;` stands in it outside
/// brackets. It spares the parser an attempt.
fn is_statements(source: &[u8], region: &Region) -> bool {
    const KEYWORDS: [&str; 11] =
        ["do", "if", "for", "while", "switch", "return", "goto", "break", "continue", "case", "else"];
    let mut depth = 0;
    let begins = region.tokens.first().is_some_and(|first| KEYWORDS.iter().any(|keyword| first.is(source, keyword)));
    begins
        || region.tokens.iter().any(|token| {
            match token.text(source) {
                b"(" | b"[" | b"{" => depth += 1,
                b")" | b"]" | b"}" => depth -= 1,
                b";" => return depth == 0,
                _ => {}
            }
            false
        })
}

/// What stands around the text of a region so that it is a translation unit, and what is taken out of its tree.
struct Wrapping {
    prefix: &'static str,
    suffix: &'static str,
    content: Content,
}

fn wrapping(region: &Region, masked: &Masked, reading: ReadAs) -> Wrapping {
    let (prefix, suffix, content) = match reading {
        ReadAs::Function(_) if masked.implicit_int => ("int ", "", Content::Unit),
        ReadAs::TopLevel if region.kind == RegionKind::MacroBody => ("", " ;", Content::Unit),
        ReadAs::Function(_) | ReadAs::TopLevel => ("", "", Content::Unit),
        ReadAs::Statements => ("int _(){", " ;}", Content::Statements),
        ReadAs::Expression => ("int _(){(", ");}", Content::Expression),
        ReadAs::Initializer => ("int _[]={", "};", Content::Initializer),
        ReadAs::TypeName => ("int _(){sizeof(", ");}", Content::Expression),
    };
    Wrapping { prefix, suffix, content }
}

fn parse_masked(source: &[u8], region: &Region, masked: &Masked, reading: ReadAs) -> Result<SyntaxTree, Unparsed> {
    let wrapping = wrapping(region, masked, reading);
    let mut text = String::with_capacity(masked.text.len() + 16 * masked.types.len() + 64);
    if !masked.types.is_empty() {
        text.push_str("typedef int ");
        text.push_str(&masked.types.join(","));
        text.push(';');
    }
    text.push_str(wrapping.prefix);
    let base = text.len();
    text.push_str(&String::from_utf8_lossy(&masked.text));
    text.push_str(wrapping.suffix);
    let config = Config { cpp_command: String::new(), cpp_options: Vec::new(), flavor: Flavor::GnuC11 };
    // lang-c, the lowering and the drop of lang-c's tree all recurse. An ordinary region fits any stack.
    let stack = limits::stack_bytes(limits::check_masked(&masked.text, &masked.types, region)?);
    stacker::maybe_grow(stack, stack.max(2 << 20), || match parse_preprocessed(&config, text) {
        Ok(parsed) => {
            let mut lowering = Lowering::new(source, region, masked, base);
            lowering.unit(&parsed.unit, wrapping.content);
            Ok(lowering.finish())
        }
        Err(error) => Err(unexpected(source, region, error.offset.saturating_sub(base))),
    })
}

/// Names the token at which the parser gave up; `offset` is relative to the region.
fn unexpected(source: &[u8], region: &Region, offset: usize) -> Unparsed {
    let offset = (region.range.start + offset as u32).min(region.range.end);
    let next = region.tokens.partition_point(|token| token.range.end <= offset);
    match region.tokens.get(next) {
        Some(token) => Unparsed {
            offset: token.range.start,
            reason: format!("unexpected `{}`", String::from_utf8_lossy(token.text(source))),
        },
        None => Unparsed { offset, reason: "unexpected end".to_owned() },
    }
}

#[cfg(test)]
mod tests;
