//! From a match and a template to edits that touch the least text: only what lies between the captures changes.

use super::matcher::{Match, Occurrence, TypeUse, is_pure, without_casts};
use super::pattern::{CaptureId, Template, TemplateContent, TemplateToken, TreePattern};
use super::precedence;
use super::spelled::spelled;
use crate::capi::BuildSet;
use crate::edit::Edit;
use crate::semantics::{Answer, SemanticModel, Use};
use crate::source::{ConditionalTree, TextRange, Token, TokenKind, indentation, newline_at, tokens_in, whole_lines};
use crate::syntax::{CType, NodeId, NodeKind};

/// Why a match is not rewritten.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Blocker {
    /// The new code is a statement.
    #[error("the value of the expression is used, and the new code has none")]
    ValueUsed,
    /// A comment stands where the text would go.
    #[error("a comment stands inside the text that would be replaced")]
    Comment,
    /// A directive stands inside.
    #[error("a preprocessor directive stands inside the expression")]
    Directive,
    /// A capture would be evaluated more or less often than before.
    #[error("an expression with side effects would be evaluated another number of times")]
    SideEffects,
    /// The text is not what the tree says, because of a macro.
    #[error("a macro that is not understood stands inside the expression")]
    Macro,
    /// What is written would have to be cast, and nothing says to what.
    #[error("the type that it should be cast to is not known")]
    UnknownCast,
    /// Several statements cannot stand where one stood.
    #[error("the statement is the body of an unbraced `if` or loop, or stands in the head of one")]
    NotInBlock,
    /// The new function's result tells what the variable told before.
    #[error("the result would have to be kept in a variable of its own")]
    NeedsVariable,
    /// The new code names the function that it stands in.
    #[error("it stands in no function that could be named there")]
    NoFunction,
    /// Other items of an initializer depend on the item.
    #[error("the places of other members of the initializer depend on it, or it is the only one")]
    Places,
}

/// Where a match lies: what the rewriting needs of the text around it.
#[derive(Clone, Copy)]
pub struct Site<'a> {
    /// The region's tree and bytes.
    pub model: &'a SemanticModel<'a>,
    /// The tokens of the region in its view.
    pub tokens: &'a [Token],
    /// All tokens of the file, directives among them; empty for the body of a macro.
    pub file_tokens: &'a [Token],
    /// The comments of the file, or of the macro's body.
    pub comments: &'a [TextRange],
    /// The conditionals of the file; none for the body of a macro.
    pub conditionals: Option<&'a ConditionalTree>,
    /// What the code is compiled for.
    pub builds: BuildSet,
    /// New names that the project spells otherwise.
    pub renames: &'a [(String, String)],
}

impl<'a> Site<'a> {
    /// Whether a directive stands in `range`.
    pub fn has_directive(&self, range: TextRange) -> bool {
        let first = self.file_tokens.partition_point(|token| token.range.end <= range.start);
        let mut inside = self.file_tokens[first..].iter().take_while(|token| token.range.start < range.end);
        inside.any(|token| token.kind == TokenKind::Directive)
    }

    /// Whether the conditionals of the file leave the byte at `offset` to anything that the code is compiled for.
    pub fn is_compiled(&self, offset: u32) -> bool {
        let builds = self.conditionals.map_or(BuildSet::all(), |conditionals| conditionals.builds_at(offset));
        !builds.intersect(self.builds).is_empty()
    }

    /// The tokens of the region inside `range`.
    pub fn tokens_in(&self, range: TextRange) -> &'a [Token] {
        tokens_in(self.tokens, range)
    }

    /// The comments inside `range`.
    pub(super) fn comments_in(&self, range: TextRange) -> &'a [TextRange] {
        let first = self.comments.partition_point(|comment| comment.start < range.start);
        let last = self.comments.partition_point(|comment| comment.end <= range.end);
        &self.comments[first..last.max(first)]
    }

    /// The project's own spelling of a new name.
    pub fn renamed<'n>(&'n self, name: &'n str) -> &'n str {
        self.renames.iter().find(|(from, _)| from == name).map_or(name, |(_, to)| to)
    }

    /// The names of a template as the project spells them.
    pub fn introduced(&self, names: &[String]) -> Vec<String> {
        names.iter().map(|name| self.renamed(name).to_owned()).collect()
    }
}

/// The edits that turn the match into the template.
pub fn rewrite(
    site: &Site<'_>,
    pattern: &TreePattern,
    template: &Template,
    found: &Match,
) -> Result<Vec<Edit>, Blocker> {
    let plan = Plan::new(site, pattern, template, found)?;
    plan.check_directives()?;
    plan.check_tokens()?;
    if template.tokens.is_empty() {
        return plan.take_out();
    }
    let pieces = plan.pieces()?;
    plan.edits(&pieces)
}

/// The text of a template with each capture replaced by what `text_of` gives for it, for sites that are composed anew.
pub fn render(site: &Site<'_>, template: &Template, text_of: impl Fn(CaptureId) -> Vec<u8>) -> Vec<u8> {
    let mut out = Vec::new();
    for token in spelled(&template.tokens, site.model.spelling).iter() {
        out.extend_from_slice(token.space.as_bytes());
        match &token.content {
            TemplateContent::Text(text) => out.extend_from_slice(site.renamed(text).as_bytes()),
            TemplateContent::Capture { id, .. } => out.extend(text_of(*id)),
            // Casts are for statements that are matched as a whole.
            TemplateContent::TypeOf(_)
            | TemplateContent::CastTo(_)
            | TemplateContent::NamedCastTo(_)
            | TemplateContent::EndOfCast(_)
            | TemplateContent::FunctionName => {}
        }
    }
    out
}

/// Whether an object must be cast to stand where a capture stood.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Cast {
    /// To this type.
    Needed(String),
    /// The place takes a `PyObject *`.
    NotNeeded,
    /// What the place takes is not known.
    Unknown,
}

/// The cast to the type of the last use of a capture.
fn cast_type(model: &SemanticModel<'_>, found: &Match, id: CaptureId) -> Cast {
    let node = found.bindings.typed(id).and_then(|occurrence| occurrence.nodes.first());
    let Some(node) = node else { return Cast::Unknown };
    let object = CType::Named("PyObject".to_owned()).pointer();
    match model.has_exact_type(*node, &object) {
        Answer::Yes => Cast::NotNeeded,
        Answer::Unknown => Cast::Unknown,
        Answer::No => match model.type_of(*node) {
            CType::Pointer(inner) => match *inner {
                CType::Named(name) => Cast::Needed(format!("{name} *")),
                CType::Tagged(tag) if !tag.is_empty() => Cast::Needed(format!("struct {tag} *")),
                _ => Cast::Unknown,
            },
            CType::Named(name) => Cast::Needed(name),
            _ => Cast::Unknown,
        },
    }
}

/// The words of a cast, each with the blanks before it; of one that C++ names, up to the parenthesis.
fn cast_words(ctype: &str, is_named: bool) -> Vec<(&'static str, &str)> {
    let (name, stars) = ctype.split_at(ctype.find('*').unwrap_or(ctype.len()));
    let mut words = if is_named { vec![("", "reinterpret_cast"), ("", "<")] } else { vec![("", "(")] };
    words.push(("", name.trim_end()));
    words.extend(stars.chars().enumerate().map(|(at, _)| (if at == 0 { " " } else { "" }, "*")));
    words.extend(if is_named { vec![("", ">"), ("", "(")] } else { vec![("", ")")] });
    words
}

/// A part of the new code, in order.
#[derive(Debug)]
enum Piece {
    /// New text, with the blanks before it that the template has.
    Text { space: String, text: Vec<u8> },
    /// A capture that stays where it is.
    Kept { space: String, range: TextRange },
}

struct Plan<'p, 'a> {
    site: &'p Site<'a>,
    pattern: &'p TreePattern,
    template: &'p Template,
    found: &'p Match,
    /// What is replaced, captures included.
    span: TextRange,
    /// Whether the `;` of a single statement stays outside of the span.
    drops_semicolon: bool,
}

impl<'p, 'a> Plan<'p, 'a> {
    fn new(
        site: &'p Site<'a>,
        pattern: &'p TreePattern,
        template: &'p Template,
        found: &'p Match,
    ) -> Result<Self, Blocker> {
        let tree = site.model.tree;
        let (first, last) = (found.nodes[0], found.nodes[found.nodes.len() - 1]);
        let is_statement = !is_expression_node(site, first);
        let mut plan = Plan {
            site,
            pattern,
            template,
            found,
            span: tree.core(first).cover(tree.core(last)),
            drops_semicolon: !is_statement,
        };
        if !is_statement && (template.statements > 1 || template.ends_in_block()) {
            // One expression becomes what is none: its own statement is replaced whole, in a block.
            let statement = tree.parent(first).filter(|up| tree.kind(*up) == NodeKind::ExpressionStatement);
            let statement = statement.ok_or(Blocker::NotInBlock)?;
            let in_block = tree.parent(statement).is_some_and(|up| tree.kind(up) == NodeKind::Compound);
            if !in_block {
                return Err(Blocker::NotInBlock);
            }
            plan.span = tree.range(statement);
            plan.drops_semicolon = false;
        }
        if found.usage == Use::Read && (template.statements > 0 || matches_statement(pattern)) {
            return Err(Blocker::ValueUsed);
        }
        Ok(plan)
    }

    fn check_directives(&self) -> Result<(), Blocker> {
        if self.site.has_directive(self.span) { Err(Blocker::Directive) } else { Ok(()) }
    }

    /// Where the occurrence stands, with its redundant parentheses.
    fn outer(&self, occurrence: &Occurrence) -> Option<TextRange> {
        let tree = self.site.model.tree;
        let (first, last) = (occurrence.nodes.first()?, occurrence.nodes.last()?);
        Some(tree.range(*first).cover(tree.range(*last)))
    }

    /// The literal tokens of the match must be those of the pattern, parentheses and casts aside: a macro that was
    /// masked must not get lost.
    fn check_tokens(&self) -> Result<(), Blocker> {
        let source = self.site.model.source;
        let is_parenthesis = |text: &[u8]| matches!(text, b"(" | b")");
        let captured: Vec<TextRange> =
            self.found.bindings.occurrences.iter().filter_map(|occurrence| self.outer(occurrence)).collect();
        let types: Vec<TextRange> =
            self.found.bindings.types.iter().map(|(_, found)| self.range_of_type(*found)).collect();
        let skipped = |token: &&Token| {
            let inside = |range: &TextRange| range.contains(token.range);
            captured.iter().chain(&types).any(inside) || self.found.bindings.casts.iter().any(inside)
        };
        let words =
            self.site.tokens_in(self.span).iter().filter(|token| !skipped(token)).map(|token| token.text(source));
        // Where a pattern has `NULL`, `nullptr` matches.
        let in_c = |text: &'a [u8]| if text == b"nullptr" { &b"NULL"[..] } else { text };
        let actual = words.map(in_c).filter(|text| !is_parenthesis(text));

        let empty_rest = self.found.bindings.occurrences.iter().any(|occurrence| occurrence.nodes.is_empty());
        let mut wanted: Vec<&[u8]> = Vec::new();
        let mut skip_semicolon = false;
        for token in &self.pattern.tokens {
            let text = token.text(&self.pattern.source);
            if std::mem::take(&mut skip_semicolon) {
                continue;
            }
            match self.pattern.capture_named(text) {
                Some(id) if self.pattern.is_rest_of_statements(id) => skip_semicolon = true,
                Some(id) if empty_rest && self.pattern.captures[id].rest && wanted.last() == Some(&&b","[..]) => {
                    wanted.pop();
                }
                Some(_) => {}
                None if is_parenthesis(text) || self.pattern.type_named(text).is_some() => {}
                None => wanted.push(text),
            }
        }
        if self.drops_semicolon && wanted.last() == Some(&&b";"[..]) {
            wanted.pop();
        }
        if actual.eq(wanted) { Ok(()) } else { Err(Blocker::Macro) }
    }

    fn range_of_type(&self, found: TypeUse) -> TextRange {
        match found {
            TypeUse::Declared(range) => range,
            TypeUse::Cast(type_name) => self.site.model.tree.range(type_name),
        }
    }

    /// The type in the declaration of what was captured, which stays.
    fn declared_type(&self, id: CaptureId) -> Option<TextRange> {
        let source = self.site.model.source;
        self.found.bindings.types.iter().find_map(|(capture, found)| match found {
            TypeUse::Declared(range) if *capture == id => {
                let text = &source[range.to_usize()];
                let blanks = text.iter().rev().take_while(|byte| byte.is_ascii_whitespace()).count();
                Some(TextRange::new(range.start, range.end - blanks as u32))
            }
            _ => None,
        })
    }

    /// A capture that is evaluated another number of times than before must have no side effects.
    fn check_counts(&self) -> Result<(), Blocker> {
        for (id, _) in self.pattern.captures.iter().enumerate() {
            let Some(first) = self.found.bindings.first(id) else { continue };
            let before = self.found.bindings.occurrences.iter().filter(|occurrence| occurrence.capture == id).count();
            let is_use =
                |content: &TemplateContent| matches!(content, TemplateContent::Capture { id: used, .. } if *used == id);
            let after = self.template.tokens.iter().filter(|token| is_use(&token.content)).count();
            if before != after && !first.nodes.iter().all(|node| is_pure(self.site.model, *node)) {
                return Err(Blocker::SideEffects);
            }
        }
        Ok(())
    }

    /// The new code as text and captures that stay. A capture can stay if those before it in the template stand
    /// before it in the code; others are copied.
    fn pieces(&self) -> Result<Vec<Piece>, Blocker> {
        self.check_counts()?;
        let tree = self.site.model.tree;
        let occurrences = &self.found.bindings.occurrences;
        let mut cursor = 0;
        let mut pieces: Vec<Piece> = Vec::new();
        let text =
            |space: &str, text: &str| Piece::Text { space: self.laid_out(space), text: text.as_bytes().to_vec() };
        let wrap = !matches_statement(self.pattern)
            && self.template.statements == 0
            && self.precedence() < precedence::required_at(tree, self.found.nodes[0]);
        if wrap {
            pieces.push(text("", "("));
        }
        // The blanks before a cast that is not needed stand before what follows it.
        let mut pending: Option<&str> = None;
        let mut skip_semicolon = false;
        for token in spelled(&self.template.tokens, self.site.model.spelling).iter() {
            if std::mem::take(&mut skip_semicolon) {
                continue;
            }
            let before = pending.take().unwrap_or(&token.space);
            match &token.content {
                TemplateContent::Text(word) => pieces.push(text(before, self.site.renamed(word))),
                TemplateContent::TypeOf(id) => {
                    let range = self.declared_type(*id).ok_or(Blocker::Macro)?;
                    pieces.push(Piece::Kept { space: self.laid_out(before), range });
                }
                TemplateContent::CastTo(id) | TemplateContent::NamedCastTo(id) => {
                    match cast_type(self.site.model, self.found, *id) {
                        Cast::Needed(ctype) => {
                            let is_named = matches!(token.content, TemplateContent::NamedCastTo(_));
                            pieces.extend(
                                cast_words(&ctype, is_named)
                                    .iter()
                                    .enumerate()
                                    .map(|(at, (space, word))| text(if at == 0 { before } else { space }, word)),
                            );
                        }
                        Cast::NotNeeded => pending = Some(before),
                        Cast::Unknown => return Err(Blocker::UnknownCast),
                    }
                }
                TemplateContent::EndOfCast(id) => {
                    if matches!(cast_type(self.site.model, self.found, *id), Cast::Needed(_)) {
                        pieces.push(text("", ")"));
                    }
                }
                TemplateContent::FunctionName => {
                    let model = self.site.model;
                    let function = model.function_around(self.found.nodes[0]).ok_or(Blocker::NoFunction)?;
                    pieces.push(text(before, function.name));
                }
                TemplateContent::Capture { id, required, argument } => {
                    let here = occurrences[cursor..].iter().position(|occurrence| occurrence.capture == *id);
                    let place = here.map(|at| at + cursor);
                    let occurrence = place.map_or_else(|| self.found.bindings.first(*id), |at| Some(&occurrences[at]));
                    let Some(occurrence) = occurrence else { return Err(Blocker::Macro) };
                    skip_semicolon = self.pattern.is_rest_of_statements(*id);
                    if occurrence.nodes.is_empty() {
                        drop_separator(&mut pieces);
                        continue;
                    }
                    let (range, parenthesise) = self.extent(occurrence, *required, *argument);
                    if parenthesise {
                        pieces.push(text(before, "("));
                    }
                    let space = if parenthesise { String::new() } else { self.laid_out(before) };
                    if let Some(at) = place {
                        cursor = at + 1;
                        pieces.push(Piece::Kept { space, range });
                    } else {
                        let copied = self.site.model.source[range.to_usize()].to_vec();
                        pieces.push(Piece::Text { space, text: copied });
                    }
                    if parenthesise {
                        pieces.push(text("", ")"));
                    }
                }
            }
        }
        if wrap {
            pieces.push(text("", ")"));
        }
        if self.drops_semicolon && matches!(pieces.last(), Some(Piece::Text { text, .. }) if text == b";") {
            pieces.pop();
        }
        Ok(pieces)
    }

    /// The blanks of a template where it is written: its lines begin below the first one's, and four blanks are a step.
    fn laid_out(&self, space: &str) -> String {
        let Some((_, inner)) = space.rsplit_once('\n') else { return space.to_owned() };
        let source = self.site.model.source;
        let own = String::from_utf8_lossy(indentation(source, self.span.start)).into_owned();
        let inner = if own.starts_with('\t') { inner.replace("    ", "\t") } else { inner.to_owned() };
        [newline_at(source, self.span.start), &own, &inner].concat()
    }

    /// How tightly the new expression holds together: where it is nothing but a capture, as that does.
    fn precedence(&self) -> precedence::Precedence {
        let tree = self.site.model.tree;
        match &self.template.tokens[..] {
            [only] => match (&only.content, self.capture_of(only)) {
                (TemplateContent::Capture { .. }, Some(node)) if tree.range(node) == tree.core(node) => {
                    precedence::of_kind(tree.kind(node))
                }
                _ => self.template.precedence,
            },
            _ => self.template.precedence,
        }
    }

    fn capture_of(&self, token: &TemplateToken) -> Option<NodeId> {
        let TemplateContent::Capture { id, .. } = token.content else { return None };
        self.found.bindings.first(id)?.nodes.first().copied()
    }

    /// How much of a capture goes where the template has it, and whether it needs parentheses there.
    fn extent(&self, occurrence: &Occurrence, required: precedence::Precedence, argument: bool) -> (TextRange, bool) {
        let tree = self.site.model.tree;
        let [node] = occurrence.nodes[..] else {
            return (self.outer(occurrence).unwrap_or(self.span), false);
        };
        let wanted = &self.pattern.captures[occurrence.capture].wanted;
        let drops_casts = argument && wanted.as_ref().is_some_and(|wanted| wanted.uncast);
        let node = if drops_casts { without_casts(self.site.model, node) } else { node };
        let (outer, core) = (tree.range(node), tree.core(node));
        // What a parameter of a macro stands for is not known.
        let is_parameter = self.site.model.macro_parameters.contains(&self.site.model.text(node));
        let kept =
            if is_parameter && !argument { precedence::ASSIGNMENT } else { precedence::of_kind(tree.kind(node)) };
        let holds = kept >= required;
        // Parentheses that an operator needed are noise around an argument.
        let strip = argument && !occurrence.argument && holds;
        if strip { (core, false) } else { (outer, outer == core && !holds) }
    }

    fn edits(&self, pieces: &[Piece]) -> Result<Vec<Edit>, Blocker> {
        let mut edits = Vec::new();
        let mut start = self.span.start;
        let mut fresh: Vec<(&str, &[u8])> = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Text { space, text } => fresh.push((space, text)),
                Piece::Kept { space, range } => {
                    let gap =
                        Gap { plan: self, range: TextRange::new(start, range.start), opens: start == self.span.start };
                    gap.edits(&fresh, Some(space), &mut edits);
                    fresh.clear();
                    start = range.end;
                }
            }
        }
        let gap = Gap { plan: self, range: TextRange::new(start, self.span.end), opens: start == self.span.start };
        gap.edits(&fresh, None, &mut edits);
        Ok(edits)
    }

    /// Takes the statement out: with its line, if it stands there alone.
    fn take_out(&self) -> Result<Vec<Edit>, Blocker> {
        self.check_counts()?;
        let (tree, source) = (self.site.model.tree, self.site.model.source);
        let first = self.found.nodes[0];
        let statement = if is_expression_node(self.site, first) {
            let up = tree.parent(first).filter(|up| tree.kind(*up) == NodeKind::ExpressionStatement);
            up.ok_or(Blocker::NotInBlock)?
        } else {
            first
        };
        let last =
            if is_expression_node(self.site, first) { statement } else { self.found.nodes[self.found.nodes.len() - 1] };
        let range = tree.range(statement).cover(tree.range(last));
        if !self.site.comments_in(range).is_empty() {
            return Err(Blocker::Comment);
        }
        let in_block = tree.parent(statement).is_some_and(|up| tree.kind(up) == NodeKind::Compound);
        if !in_block || self.site.model.in_macro {
            // The `;` stays: an `if` or a label needs its statement.
            return Ok(vec![Edit::replace(TextRange::new(range.start, range.end - 1), "")]);
        }
        Ok(vec![Edit::replace(whole_lines(source, range), "")])
    }
}

/// Whether the pattern is one of statements.
fn matches_statement(pattern: &TreePattern) -> bool {
    !matches!(pattern.tokens.last(), Some(token) if token.text(&pattern.source) != b";" && token.text(&pattern.source) != b"}")
}

fn is_expression_node(site: &Site<'_>, node: NodeId) -> bool {
    use NodeKind::*;
    !matches!(
        site.model.tree.kind(node),
        Compound
            | ExpressionStatement
            | If
            | While
            | DoWhile
            | For
            | Switch
            | Case
            | Default
            | Label
            | Goto
            | Break
            | Continue
            | Return
            | Asm
            | Declaration { .. }
            | FunctionDefinition
    )
}

/// An empty `$...rest` takes the comma before it along.
fn drop_separator(pieces: &mut Vec<Piece>) {
    if matches!(pieces.last(), Some(Piece::Text { text, .. }) if text == b",") {
        pieces.pop();
    }
}

/// The text between two captures that stay, or between one and an end of the span.
struct Gap<'g, 'p, 'a> {
    plan: &'g Plan<'p, 'a>,
    range: TextRange,
    /// Whether it is the first one.
    opens: bool,
}

impl Gap<'_, '_, '_> {
    /// Makes the gap's tokens into `fresh` ones, keeping those that both have at the ends. `next_space` is what the
    /// template has before the capture that follows; none at the end of the span.
    fn edits(&self, fresh: &[(&str, &[u8])], next_space: Option<&str>, out: &mut Vec<Edit>) {
        let source = self.plan.site.model.source;
        let old = self.plan.site.tokens_in(self.range);
        let prefix = old.iter().zip(fresh).take_while(|(old, new)| old.text(source) == new.1).count();
        // Behind a comment at the end of a statement nothing is kept of the statements after it: the new one ends
        // before the comment.
        let ends_early = next_space.is_none()
            && self.plan.found.nodes.len() > 1
            && !self.plan.site.comments_in(self.range).is_empty();
        let most = if ends_early { 0 } else { old.len().min(fresh.len()) - prefix };
        let pairs = old.iter().rev().zip(fresh.iter().rev()).take(most);
        let suffix = pairs.take_while(|(old, new)| old.text(source) == new.1).count();

        let changed_old = &old[prefix..old.len() - suffix];
        let changed_new = &fresh[prefix..fresh.len() - suffix];
        if changed_old.is_empty() && changed_new.is_empty() {
            return;
        }
        // Where the changed tokens begin and end, with the blanks around them.
        let left = if prefix > 0 { old[prefix - 1].range.end } else { self.range.start };
        let right = if suffix > 0 { old[old.len() - suffix].range.start } else { self.range.end };
        let leading = if prefix == 0 && self.opens { "" } else { changed_new.first().map_or("", |(space, _)| space) };
        let trailing = match suffix {
            0 => next_space.unwrap_or(""),
            _ => fresh[fresh.len() - suffix].0,
        };
        let mut text = Vec::new();
        for (index, (space, word)) in changed_new.iter().enumerate() {
            if index > 0 {
                text.extend_from_slice(space.as_bytes());
            }
            text.extend_from_slice(word);
        }
        self.place(TextRange::new(left, right), changed_old, text, leading, trailing, out);
    }

    /// Puts `text` in the place of the tokens `old`, which lie in `between`.
    fn place(
        &self,
        between: TextRange,
        old: &[Token],
        text: Vec<u8>,
        leading: &str,
        trailing: &str,
        out: &mut Vec<Edit>,
    ) {
        let comments = self.plan.site.comments_in(between);
        let Some((first, last)) = old.first().zip(old.last()) else {
            // Blanks that are there serve on the side where the template has some.
            let edit = if between.is_empty() {
                Edit::insert(between.start, [leading.as_bytes(), &text, trailing.as_bytes()].concat())
            } else if trailing.is_empty() && comments.is_empty() {
                Edit::insert(between.end, text)
            } else {
                Edit::insert(between.start, [leading.as_bytes(), &text].concat())
            };
            out.push(edit);
            return;
        };
        if comments.is_empty() {
            // What stands on lines of its own goes with them.
            let lines = whole_lines(self.plan.site.model.source, first.range.cover(last.range));
            if text.is_empty() && between.contains(lines) && lines.end > last.range.end {
                out.push(Edit::replace(lines, ""));
                return;
            }
            let before = TextRange::new(between.start, first.range.start);
            let after = TextRange::new(last.range.end, between.end);
            let whole = TextRange::new(
                if leading.is_empty() || text.is_empty() { before.start } else { before.end },
                if trailing.is_empty() { after.end } else { after.start },
            );
            let mut written = text;
            if before.is_empty() && !leading.is_empty() && !written.is_empty() {
                written.splice(0..0, leading.bytes());
            }
            if after.is_empty() {
                written.extend_from_slice(trailing.as_bytes());
            }
            out.push(Edit::replace(whole, written));
            return;
        }
        // Comments stay where they are: the text takes the place of the tokens before the first comment among them,
        // and the other tokens go.
        let source = self.plan.site.model.source;
        let mut text = Some(text).filter(|text| !text.is_empty());
        let mut at = 0;
        while at < old.len() {
            let start = old[at].range.start;
            let comment = comments.iter().find(|comment| comment.start > start);
            let limit = comment.map_or(u32::MAX, |comment| comment.start);
            let run = old[at..].iter().take_while(|token| token.range.start < limit).count();
            let end = old[at + run - 1].range.end;
            match text.take() {
                Some(text) => {
                    let is_blank = source[between.start as usize..start as usize].iter().all(u8::is_ascii_whitespace);
                    let start = if leading.is_empty() && is_blank { between.start } else { start };
                    out.push(Edit::replace(TextRange::new(start, end), text));
                }
                None => {
                    let blanks =
                        source[end as usize..between.end as usize].iter().take_while(|byte| **byte == b' ').count();
                    let gone = TextRange::new(start, end + blanks as u32);
                    // The last of several statements may leave its line empty.
                    let is_last = end == self.plan.span.end && self.plan.found.nodes.len() > 1;
                    out.push(Edit::replace(if is_last { whole_lines(source, gone) } else { gone }, ""));
                }
            }
            at += run;
        }
    }
}
