//! A buffer that an object lends to a function, as long as the object is there, becomes one of the function's own: it is
//! made where it was lent, and released on every way out.
//!
//! The pointer is a null pointer where it is declared, so that what releases it need not know how it got there. All that is
//! done with the pointer is looked at, and all ways out are: one that is not understood leaves everything as it is.

mod buffer;
mod exits;
mod held;
mod lent;
mod parsed;
mod uses;

use super::{Finding, Place};
use crate::edit::{Applicability, Edit};
use crate::source::TextRange;
use crate::syntax::NodeKind;
use crate::transform::{OwnedBuffer, Rule, Site};

/// Why a buffer stays lent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum Obstacle {
    #[error("`{0}` is not a local variable that is declared as a plain pointer without a value")]
    Declaration(String),
    #[error("the buffers are not declared in the same block")]
    Blocks,
    #[error(
        "`{0}` does more than be read and be passed on: the buffer may be needed after its block or the function is left"
    )]
    Escapes(String),
    #[error("`{0}` is set in a loop, or behind a label")]
    Repeated(String),
    #[error("a jump could pass the place where `{0}` is declared, or leave its block")]
    Jump(String),
    #[error("`{0}` may be a macro that leaves the function")]
    LeavingMacro(String),
    #[error("an exception of C++ may leave the function")]
    Throws,
    #[error("code in another branch of an `#if`, or in a macro, uses `{0}` or leaves the function")]
    Variants(String),
    #[error("what the function returns after an error is not known")]
    NoErrorValue,
    #[error("what the function holds when `{0}` is set would have to be released if that fails")]
    Held(String),
    #[error("`{0}` is set in the body of an unbraced `if` or loop")]
    NotInBlock(String),
    #[error("the format is not one literal")]
    Format,
    #[error("the arguments are not the addresses that the format asks for")]
    Arguments,
    #[error("the length is no `{0}`")]
    Length(String),
    #[error("what the call returns is not asked by an `if`")]
    NotAsked,
    #[error("what the function returns cannot be kept until the buffer is released")]
    Result,
    #[error("`{0}` is taken")]
    Taken(String),
    #[error("a comment stands inside the text that would be replaced")]
    Comment,
    #[error("a macro that is not understood stands inside the text that would be replaced")]
    Macro,
}

/// What is found at the function that lends the buffer.
pub fn diagnose(place: &Place<'_>, index: usize, rule: &Rule, names: &OwnedBuffer) -> Option<Finding> {
    let (site, model) = (place.site, place.site.model);
    let format = names.parse.get(place.name);
    if model.in_macro || format.is_none() && !names.lend.iter().any(|name| name == place.name) {
        return None;
    }
    let callee = place.leaves.at(place.offset).filter(|leaf| model.is_sought_name(*leaf))?;
    let is_called = |up: &_| model.tree.kind(*up) == NodeKind::Call && model.tree.children(*up)[0] == callee;
    let call = model.tree.parent(callee).filter(is_called)?;
    let mut finding = Finding::of(index, rule, model.tree.core(call));
    let edits = match format {
        Some(format) => parsed::edits(site, names, call, *format)?,
        None => lent::edits(site, names, call)?,
    };
    match edits {
        Ok(mut edits) => {
            edits.sort();
            finding.edits = Some(edits);
            let written: Vec<String> = [&names.make].into_iter().chain(&names.release).cloned().collect();
            finding.introduces = site.introduced(&written);
        }
        Err(obstacle) => {
            finding.applicability = Applicability::DisplayOnly;
            finding.note = Some(obstacle.to_string());
        }
    }
    Some(finding)
}

/// Whether what the unit of a format fills in has to be released: encoded text, a buffer, or what a converter made.
fn is_held(unit: &[u8]) -> bool {
    unit.starts_with(b"e") || matches!(unit.last(), Some(b'*' | b'&'))
}

/// Replaces text that is what the tree says, and in which nothing gets lost.
fn replace(site: &Site<'_>, range: TextRange, text: impl Into<Vec<u8>>) -> Result<Edit, Obstacle> {
    if site.has_directive(range) {
        return Err(Obstacle::Variants(String::from_utf8_lossy(&site.model.source[range.to_usize()]).into_owned()));
    }
    if site.comments.iter().any(|comment| range.contains(*comment)) {
        return Err(Obstacle::Comment);
    }
    if site.model.tree.has_stand_in(range) { Err(Obstacle::Macro) } else { Ok(Edit::replace(range, text)) }
}
