//! Buffers that are lent by parsing arguments. The object is parsed instead, and the buffer is made of it where the
//! success of that is asked: a failure takes the way that it took.

use super::super::local::text;
use super::buffer::{Buffer, declaration, free_name, lead, null};
use super::exits::{Exits, function_of};
use super::uses::Uses;
use super::{Obstacle, is_held, replace};
use crate::edit::Edit;
use crate::semantics::Answer;
use crate::source::TextRange;
use crate::syntax::{BinaryOperator, CType, NodeId, NodeKind, UnaryOperator};
use crate::transform::{FormatCall, FormatKind, OwnedBuffer, Site, arguments_of, is_pure, is_zero, spans, units};

/// A buffer that a unit of the format lends.
struct Lent<'a> {
    buffer: Buffer<'a>,
    /// Its name in the argument.
    leaf: NodeId,
    /// The variable for the object.
    object: String,
    /// The address of the length, as it is written.
    length: Option<String>,
    /// Whether the argument may be left out.
    optional: bool,
}

/// Where it is asked whether the arguments were parsed.
struct Question {
    /// The `if`.
    test: NodeId,
    /// What is true, or false, then.
    asked: NodeId,
    is_failure: bool,
    /// The statement that is reached by a failure alone.
    failed: Option<NodeId>,
}

/// The edits for a call that parses arguments; none if its format lends nothing.
pub(super) fn edits(
    site: &Site<'_>,
    names: &OwnedBuffer,
    call: NodeId,
    places: FormatCall,
) -> Option<Result<Vec<Edit>, Obstacle>> {
    let tree = site.model.tree;
    let literal = *tree.children(call)[1..].get(places.format)?;
    let found = units(site.model.text(literal), FormatKind::Parse);
    let is_lent = |unit: &Vec<u8>| names.units.contains_key(std::str::from_utf8(unit).unwrap_or(""));
    found.iter().any(is_lent).then(|| compose(site, names, call, literal, places))
}

fn compose(
    site: &Site<'_>,
    names: &OwnedBuffer,
    call: NodeId,
    literal: NodeId,
    places: FormatCall,
) -> Result<Vec<Edit>, Obstacle> {
    let (model, tree) = (site.model, site.model.tree);
    let mut edits = Vec::new();
    let lent = lent(site, names, call, literal, places, &mut edits)?;
    let first = lent.first().ok_or(Obstacle::Arguments)?;
    let block = first.buffer.block;
    if lent.iter().any(|other| other.buffer.block != block) {
        return Err(Obstacle::Blocks);
    }
    let question = question(site, call).ok_or(Obstacle::NotAsked)?;
    let (function, _, returns) = function_of(model, call).ok_or(Obstacle::Result)?;
    // The arguments are gone when the function returns.
    let mut uses = Uses::new(site, names, returns.clone(), false);
    for one in &lent {
        uses.check(&one.buffer, Some(one.leaf))?;
    }
    let result = format!("{}_result", first.buffer.local.name);
    let result = free_name(site, "result".to_owned()).or_else(|_| free_name(site, result))?;
    let exits = Exits {
        site,
        block,
        function,
        set: question.asked,
        release: lent.iter().filter_map(|one| one.buffer.release(site, names)).collect(),
        failed: question.failed,
        pointers: &uses.pointers,
        result: &result,
        // What parses arguments is called by Python, which no exception passes.
        passes_exceptions: false,
    };
    let (released, needs_result) = exits.edits()?;
    edits.extend(released);
    edits.extend(lent.iter().filter_map(|one| one.buffer.emptied(site)));
    // As far to the right as the condition.
    let lines = format!("{}    ", lead(site, tree.range(question.test).start));
    let made = lent.iter().map(|one| format!("{lines}{}", one.made(site, names, question.is_failure)));
    let made: String = made.collect();
    edits.push(Edit::insert(tree.range(question.asked).end, made));
    let mut declared = objects(site, &lent);
    if needs_result {
        declared.push(declaration(&returns, &result).ok_or(Obstacle::Result)?);
    }
    let start = lent.iter().map(|one| tree.range(one.buffer.local.declaration).start).min().unwrap_or_default();
    let line = lead(site, start);
    edits.push(Edit::insert(start, declared.iter().map(|text| format!("{text}{line}")).collect::<String>()));
    Ok(edits)
}

/// The buffers that the format lends. Units and arguments give way to those of the objects.
fn lent<'a>(
    site: &Site<'a>,
    names: &OwnedBuffer,
    call: NodeId,
    literal: NodeId,
    places: FormatCall,
    edits: &mut Vec<Edit>,
) -> Result<Vec<Lent<'a>>, Obstacle> {
    let (model, tree) = (site.model, site.model.tree);
    let core = tree.core(literal);
    let format = one_literal(site, literal).ok_or(Obstacle::Format)?;
    let values = places.values.and_then(|first| tree.children(call)[1..].get(first..)).ok_or(Obstacle::Arguments)?;
    let optional = memchr::memchr(b'|', format).unwrap_or(format.len());
    let (mut lent, mut next) = (Vec::new(), 0);
    for span in spans(format, FormatKind::Parse) {
        let (unit, at) = (&format[span.clone()], next);
        next += arguments_of(unit, FormatKind::Parse);
        let Some(own) = names.units.get(std::str::from_utf8(unit).unwrap_or("")) else { continue };
        let [value, rest @ ..] = values.get(at..next).ok_or(Obstacle::Arguments)? else {
            return Err(Obstacle::Arguments);
        };
        let leaf = match (tree.kind(*value), tree.children(*value)) {
            (NodeKind::Unary(UnaryOperator::AddressOf), [leaf]) if tree.kind(*leaf) == NodeKind::Identifier => *leaf,
            _ => return Err(Obstacle::Arguments),
        };
        let length = rest.first().map(|length| {
            let size = names.size.clone().unwrap_or_default();
            let is_size = model.has_exact_type(*length, &CType::parse(&size).pointer()) == Answer::Yes;
            let length_text = String::from_utf8_lossy(model.text(*length)).into_owned();
            if is_size && is_pure(model, *length) { Ok(length_text) } else { Err(Obstacle::Length(size)) }
        });
        let name = text(model, leaf);
        let object = free_name(site, format!("{name}_{}", names.variable))?;
        let start = core.start + 1 + span.start as u32;
        edits.push(Edit::replace(TextRange::new(start, start + span.len() as u32), own.clone()));
        let all = rest.last().map_or(tree.range(*value), |last| tree.range(*value).cover(tree.range(*last)));
        edits.push(replace(site, all, format!("&{object}"))?);
        let buffer = Buffer::new(site, names, leaf, name)?;
        lent.push(Lent { buffer, leaf, object, length: length.transpose()?, optional: span.start > optional });
    }
    // A failure to make a buffer comes after all arguments were parsed.
    let held = spans(format, FormatKind::Parse).into_iter().any(|span| is_held(&format[span]));
    if let Some(first) = lent.first().filter(|_| held) {
        return Err(Obstacle::Held(first.buffer.local.name.to_owned()));
    }
    if next != values.len() { Err(Obstacle::Arguments) } else { Ok(lent) }
}

/// What stands between the quotes, if it is one literal without escapes, and no macro is a part of it.
fn one_literal<'a>(site: &Site<'a>, literal: NodeId) -> Option<&'a [u8]> {
    let (model, core) = (site.model, site.model.tree.core(literal));
    let format = model.text(literal).strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    let at = site.file_tokens.partition_point(|token| token.range.start < core.start);
    let is_mark = |at: usize, marks: &[&str]| {
        site.file_tokens.get(at).is_some_and(|token| marks.iter().any(|mark| token.is(model.source, mark)))
    };
    let is_alone = site.file_tokens.get(at).is_some_and(|token| token.range == core)
        && at.checked_sub(1).is_some_and(|before| is_mark(before, &["(", ","]))
        && is_mark(at + 1, &[")", ","]);
    (is_alone && !format.contains(&b'\\')).then_some(format)
}

/// What asks for the result of the call, if that is the condition of an `if`, or a part of it in the same sense.
fn question(site: &Site<'_>, call: NodeId) -> Option<Question> {
    use BinaryOperator::{Equal, LogicalAnd, LogicalOr, NotEqual};
    let (model, tree) = (site.model, site.model.tree);
    let parent = tree.parent(call)?;
    let is_zero = tree.children(parent).iter().any(|child| is_zero(model, *child));
    let (asked, is_failure) = match tree.kind(parent) {
        NodeKind::Unary(UnaryOperator::Not) => (parent, true),
        NodeKind::Binary(Equal) if is_zero => (parent, true),
        NodeKind::Binary(NotEqual) if is_zero => (parent, false),
        _ => (call, false),
    };
    let joins = if is_failure { LogicalOr } else { LogicalAnd };
    let mut condition = asked;
    while tree.parent(condition).is_some_and(|up| tree.kind(up) == NodeKind::Binary(joins)) {
        condition = tree.parent(condition)?;
    }
    let test = tree.parent(condition).filter(|up| tree.kind(*up) == NodeKind::If)?;
    let [whole, then, _] = tree.children(test) else { return None };
    let is_alone = *whole == condition && asked == condition;
    (*whole == condition).then(|| Question {
        test,
        asked,
        is_failure,
        failed: (is_failure && is_alone).then_some(*then),
    })
}

impl Lent<'_> {
    /// What asks whether the buffer was made, behind what asks whether its object was parsed.
    fn made(&self, site: &Site<'_>, names: &OwnedBuffer, is_failure: bool) -> String {
        let null = null(site);
        let (name, object) = (self.buffer.local.name, &self.object);
        let length = self.length.as_deref().unwrap_or(null);
        let call = format!("({name} = {}({object}, {length}))", site.renamed(&names.make));
        match (is_failure, self.optional) {
            (true, false) => format!("|| {call} == {null}"),
            (true, true) => format!("|| ({object} != {null} && {call} == {null})"),
            (false, false) => format!("&& {call} != {null}"),
            (false, true) => format!("&& ({object} == {null} || {call} != {null})"),
        }
    }
}

/// The declaration of the variables for the objects.
fn objects(site: &Site<'_>, lent: &[Lent<'_>]) -> Vec<String> {
    let one = |one: &Lent<'_>| match one.optional {
        true => format!("*{} = {}", one.object, null(site)),
        false => format!("*{}", one.object),
    };
    vec![format!("PyObject {};", lent.iter().map(one).collect::<Vec<_>>().join(", "))]
}
