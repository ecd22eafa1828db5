//! Patterns of initializers: `PyTypeObject { .tp_print = $value, !.tp_traverse }`.
//!
//! A member is found where a designator names it, and where a value has its place. Places count only as long as every
//! item of the initializer is sure to be one value: macros may stand for several.

use super::matcher::{Bindings, is_zero, match_values};
use super::pattern::{Capture, PatternError, Template, TemplateContent, TreePattern};
use super::rewrite::{Blocker, Site, render};
use crate::capi;
use crate::edit::{Applicability, Edit};
use crate::semantics::Answer;
use crate::source::{TextRange, lex, whole_lines};
use crate::syntax::{CType, NodeId, NodeKind};

/// What is found in the initializer of a structure.
pub struct InitializerPattern {
    /// The name of the structure's type.
    pub structure: String,
    /// The members, all of which must be as they say. The first is the one that is found.
    pub members: Vec<MemberPattern>,
    /// The captures of all members, in order of their first use.
    pub captures: Vec<Capture>,
}

/// One member of an [`InitializerPattern`].
pub struct MemberPattern {
    /// Its name.
    pub field: String,
    /// Its value; none if it must be absent, or zero, which is the same.
    pub value: Option<TreePattern>,
}

impl InitializerPattern {
    /// Reads what stands between the braces. New captures are added to `captures` if `open`, and an error otherwise.
    pub(super) fn parse(
        structure: &str,
        members: &str,
        captures: &mut Vec<Capture>,
        open: bool,
    ) -> Result<InitializerPattern, PatternError> {
        let members = split_at_commas(members).into_iter().map(|member| {
            let error = || PatternError::Member(member.to_owned());
            let is_name = |name: &str| super::names::identifiers(name) == [name];
            let (field, value) = match member.strip_prefix('!') {
                Some(field) => (field, None),
                None => member.split_once('=').map(|(field, value)| (field, Some(value))).ok_or_else(error)?,
            };
            let field =
                field.trim().strip_prefix('.').map(str::trim).filter(|field| is_name(field)).ok_or_else(error)?;
            let value = value.map(|value| TreePattern::parse(value.trim(), captures, open)).transpose()?;
            Ok(MemberPattern { field: field.to_owned(), value })
        });
        let members: Vec<_> = members.collect::<Result<_, PatternError>>()?;
        Ok(InitializerPattern { structure: structure.to_owned(), members, captures: captures.clone() })
    }

    /// Gives all members the captures with what must hold of them.
    pub(super) fn set_captures(&mut self, captures: &[Capture]) {
        self.captures = captures.to_vec();
        for value in self.members.iter_mut().filter_map(|member| member.value.as_mut()) {
            value.captures = captures.to_vec();
        }
    }
}

/// The parts of `text` between the commas outside brackets and literals, without blanks around them; none if it is
/// empty.
fn split_at_commas(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for token in lex(text.as_bytes()).tokens {
        match token.text(text.as_bytes()) {
            b"(" | b"[" | b"{" => depth += 1,
            b")" | b"]" | b"}" => depth -= 1,
            b"," if depth == 0 => {
                parts.push(text[start..token.range.start as usize].trim());
                start = token.range.end as usize;
            }
            _ => {}
        }
    }
    let last = text[start..].trim();
    parts.extend((!last.is_empty()).then_some(last));
    parts
}

/// One item of an initializer.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// The item with its designator.
    pub item: NodeId,
    /// Its value.
    pub value: NodeId,
    /// The name after the `.`, where it has one.
    designator: Option<NodeId>,
    /// Which member of the structure it is, where that is known.
    place: Option<usize>,
}

/// Where a pattern describes an initializer.
pub struct InitializerMatch {
    /// The first member of the pattern; none if it has none, or must be absent.
    pub member: Option<Member>,
    /// What was captured.
    pub bindings: Bindings,
    /// Safe if everything that the pattern asks for is known to be right, unsafe if something is not known.
    pub certainty: Applicability,
}

/// Whether the pattern describes the initializer `list` of a structure of its type.
pub fn match_initializer(pattern: &InitializerPattern, site: &Site<'_>, list: NodeId) -> Option<InitializerMatch> {
    let members = members(site, &pattern.structure, list);
    let mut first = None;
    let mut values = Vec::new();
    let mut is_sure = true;
    for (at, wanted) in pattern.members.iter().enumerate() {
        let place = capi::place_of_field(&pattern.structure, &wanted.field);
        let found = members.iter().rev().find(|member| match member.designator {
            Some(name) => site.model.text(name) == wanted.field.as_bytes(),
            None => member.place.is_some() && member.place == place,
        });
        let Some(value) = &wanted.value else {
            // Any item of which it is not known what it is may be the one.
            let is_known = |member: &Member| member.designator.is_some() || member.place.is_some() && place.is_some();
            if found.is_some_and(|member| !is_zero(site.model, member.value)) || !members.iter().all(is_known) {
                return None;
            }
            continue;
        };
        let found = found?;
        is_sure &= found.designator.is_some() || is_meant(site, &pattern.structure, &wanted.field, found.value);
        values.push((value, found.value));
        first = first.or((at == 0).then_some(*found));
    }
    let (bindings, certainty) = match_values(&values, site.model)?;
    let certainty = if is_sure { certainty } else { Applicability::Unsafe.lowered_to(certainty) };
    Some(InitializerMatch { member: first, bindings, certainty })
}

/// Whether a value that is known by its place alone is meant for `field`: the place may be another member's by now.
fn is_meant(site: &Site<'_>, structure: &str, field: &str, value: NodeId) -> bool {
    let has_type = |ctype: &str| site.model.has_exact_type(value, &CType::parse(ctype)) == Answer::Yes;
    !capi::is_place_handed_on(structure, field)
        || is_zero(site.model, value)
        || capi::field_type(structure, field).is_some_and(has_type)
}

/// The items of an initializer, each with its place as far as that can be told.
fn members(site: &Site<'_>, structure: &str, list: NodeId) -> Vec<Member> {
    let (model, tree) = (site.model, site.model.tree);
    let mut members: Vec<Member> = Vec::new();
    let mut next = Some(0);
    let mut end = tree.range(list).start + 1;
    for item in tree.children(list).iter().copied() {
        let Some((value, designators)) = tree.children(item).split_last() else { continue };
        let range = tree.range(item);
        let gap = site.tokens_in(TextRange::new(end.min(range.start), range.start));
        end = range.end;
        let designator = designators.first().copied().filter(|name| tree.kind(*name) == NodeKind::FieldName);
        // A macro that was masked may stand in a gap, and a comma may have been put there.
        let follows = match (members.last(), gap) {
            (None, gap) => gap.is_empty(),
            (Some(_), [comma]) => comma.is(model.source, ","),
            (Some(last), gap) => gap.is_empty() && is_head(site, structure, last.value),
        };
        let place = match (designators, designator) {
            ([], _) => next.filter(|_| follows),
            ([_], Some(name)) => {
                std::str::from_utf8(model.text(name)).ok().and_then(|name| capi::place_of_field(structure, name))
            }
            _ => None,
        };
        let place = place.filter(|place| is_one_value(site, structure, *place, *value));
        next = place.map(|place| place + 1);

        members.push(Member { item, value: *value, designator, place });
    }
    members
}

/// Whether the value is the macro that initializes the first member, which may bring its own comma.
fn is_head(site: &Site<'_>, structure: &str, value: NodeId) -> bool {
    capi::head_macro(structure).is_some_and(|head| site.model.text(value).starts_with(head.as_bytes()))
}

/// Whether the value at `place` is sure to be that of one member and no more or less.
fn is_one_value(site: &Site<'_>, structure: &str, place: usize, value: NodeId) -> bool {
    let (model, tree) = (site.model, site.model.tree);
    let has_braces = model.text(value).starts_with(b"{");
    if place == 0 && capi::head_macro(structure).is_some() {
        return has_braces || is_head(site, structure, value);
    }
    let name = match tree.kind(value) {
        NodeKind::InitializerList => return has_braces,
        NodeKind::Call => tree.children(value)[0],
        _ => value,
    };
    !std::str::from_utf8(model.text(name)).is_ok_and(|name| model.is_list_macro(name))
}

/// The edits that make the member what the template says, or take it out.
pub fn rewrite_member(
    site: &Site<'_>,
    structure: &str,
    found: &InitializerMatch,
    template: &Template,
) -> Result<Vec<Edit>, Blocker> {
    let (model, tree) = (site.model, site.model.tree);
    let Some(member) = found.member else { return Ok(Vec::new()) };
    let value = tree.range(member.value);
    let Some(field) = &template.field else {
        return match member.designator {
            Some(_) => take_out(site, member),
            // Zero keeps its place for those behind it.
            None if is_zero(model, member.value) => Ok(Vec::new()),
            None => replace_value(site, value, b"0".to_vec()),
        };
    };
    let mut edits = Vec::new();
    match member.designator {
        Some(name) if model.text(name) != field.as_bytes() => {
            edits.push(Edit::replace(tree.core(name), field.as_bytes()));
        }
        None if capi::place_of_field(structure, field) != member.place => return Err(Blocker::Places),
        _ => {}
    }
    let text_of = |capture| {
        let node = found.bindings.first(capture).and_then(|occurrence| occurrence.nodes.first());
        node.map_or_else(Vec::new, |node| model.source[tree.range(*node).to_usize()].to_vec())
    };
    let is_kept = matches!(&template.tokens[..], [only] if matches!(&only.content, TemplateContent::Capture { id, .. }
        if found.bindings.first(*id).is_some_and(|occurrence| occurrence.nodes == [member.value])));
    if !is_kept {
        edits.extend(replace_value(site, value, render(site, template, text_of))?);
    }
    Ok(edits)
}

fn replace_value(site: &Site<'_>, value: TextRange, text: Vec<u8>) -> Result<Vec<Edit>, Blocker> {
    if !site.comments_in(value).is_empty() {
        return Err(Blocker::Comment);
    }
    if site.has_directive(value) {
        return Err(Blocker::Directive);
    }
    Ok(vec![Edit::replace(value, text)])
}

/// Takes a designated item out, with a comma, and with its lines if it stands there alone.
fn take_out(site: &Site<'_>, member: Member) -> Result<Vec<Edit>, Blocker> {
    let (model, tree) = (site.model, site.model.tree);
    let list = tree.parent(member.item).ok_or(Blocker::Macro)?;
    let items = tree.children(list);
    let at = items.iter().position(|item| *item == member.item).ok_or(Blocker::Macro)?;
    let is_designated = |item: &NodeId| tree.kind(*item) == NodeKind::InitializerItem { designated: true };
    // A value behind it counts from its place, and C wants one item at least.
    if !items.get(at + 1).is_none_or(is_designated) || items.len() == 1 {
        return Err(Blocker::Places);
    }
    let item = tree.range(member.item);
    let behind = site.tokens_in(TextRange::new(item.end, tree.range(list).end)).first();
    let comma = behind.filter(|token| token.is(model.source, ",")).map(|comma| comma.range);
    let before = at.checked_sub(1).map(|before| TextRange::new(tree.range(items[before]).end, item.end));
    // Where no comma ends the list, the one before the item goes along.
    let ends = |range: &TextRange| comma.is_none() && site.comments_in(*range).is_empty();
    if let Some(range) = before.filter(ends).filter(|range| !site.has_directive(*range)) {
        return Ok(vec![Edit::replace(range, "")]);
    }
    let range = comma.map_or(item, |comma| item.cover(comma));
    if !site.comments_in(range).is_empty() {
        return Err(Blocker::Comment);
    }
    if site.has_directive(range) {
        return Err(Blocker::Directive);
    }
    Ok(vec![Edit::replace(whole_lines(model.source, range), "")])
}
