//! The first look at a file: one search for all names at once, and the tokens around what it finds. Most files end
//! here, and so do most places in the others.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use crate::rewriters::is_bare;
use crate::source::{Token, TokenKind};
use crate::transform::{Catalogue, Pattern, Shape, Transform, TreePattern};

/// Finds the names that a set of transforms looks for.
pub struct Search {
    automaton: AhoCorasick,
    /// By name: the transforms that look for it, by their place in the catalogue.
    by_name: Vec<(&'static str, Vec<usize>)>,
    /// By name: what the file must hold, too, if that is so for each transform.
    beside: Vec<Vec<&'static str>>,
}

/// A name that is looked for, at an offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Where it begins.
    pub offset: u32,
    /// Which one, by its place in the search.
    pub name: usize,
}

impl Search {
    /// A search for the names of `transforms`.
    pub fn new(catalogue: &Catalogue, transforms: &[usize]) -> Search {
        let mut by_name: Vec<(&'static str, Vec<usize>)> = Vec::new();
        for &index in transforms {
            for name in catalogue.transforms()[index].triggers() {
                match by_name.binary_search_by_key(name, |(name, _)| name) {
                    Ok(at) => by_name[at].1.push(index),
                    Err(at) => by_name.insert(at, (name, vec![index])),
                }
            }
        }
        let names = by_name.iter().map(|(name, _)| name);
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            // Some megabytes of table for one look per byte: every byte of every file comes by here.
            .kind(Some(AhoCorasickKind::DFA))
            .build(names)
            .expect("a few thousand names fit into an automaton");
        let beside = by_name.iter().map(|(_, indices)| {
            let texts = indices.iter().map(|index| catalogue.transforms()[*index].beside());
            texts.collect::<Option<Vec<_>>>().unwrap_or_default()
        });
        let beside = beside.collect();
        Search { automaton, by_name, beside }
    }

    /// Whether `source` may hold a name; one that is part of a longer name counts.
    pub fn is_candidate(&self, source: &[u8]) -> bool {
        self.hits(source).next().is_some()
    }

    /// All places of the names as whole words, in order.
    pub fn hits<'s>(&'s self, source: &'s [u8]) -> impl Iterator<Item = Hit> + 's {
        let is_word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        // By name, once it is known: whether the file holds what must stand beside it.
        let mut known: Vec<(usize, bool)> = Vec::new();
        let mut is_company = move |name: usize| {
            let texts = &self.beside[name];
            if texts.is_empty() {
                return true;
            }
            if let Some((_, found)) = known.iter().find(|(known, _)| *known == name) {
                return *found;
            }
            let found = texts.iter().any(|text| memchr::memmem::find(source, text.as_bytes()).is_some());
            known.push((name, found));
            found
        };
        // A leftmost-longest match that is cut off from a longer word hides no other: names that begin inside it
        // are inside that word too.
        let matches = self.automaton.find_iter(source).filter(move |found| {
            let before = found.start().checked_sub(1).and_then(|at| source.get(at));
            !is_word(before) && !is_word(source.get(found.end())) && is_company(found.pattern().as_usize())
        });
        matches.map(|found| Hit { offset: found.start() as u32, name: found.pattern().as_usize() })
    }

    /// The transforms that look for the name of a hit.
    pub fn transforms(&self, hit: Hit) -> &[usize] {
        &self.by_name[hit.name].1
    }

    /// The name of a hit.
    pub fn name(&self, hit: Hit) -> &'static str {
        self.by_name[hit.name].0
    }
}

/// Whether a rule of `transform` can be about the name at `tokens[at]`, by the tokens around it alone.
pub fn fits(transform: &Transform, name: &str, source: &[u8], tokens: &[Token], at: usize) -> bool {
    transform.rules().iter().any(|rule| match &rule.pattern {
        // Whether the file has a format with a length the reports say.
        Pattern::Include(_)
        | Pattern::Asked(_)
        | Pattern::Shape(
            Shape::DeadGuards(_) | Shape::LocalPolyfills(_) | Shape::SsizeClean(_) | Shape::SystemInclude(_),
        ) => false,
        Pattern::Name(wanted) => wanted == name,
        Pattern::Shape(
            Shape::ExceptionTriple(_) | Shape::CharacterBuffer(_) | Shape::FilledText(_) | Shape::OwnedBuffer(_),
        ) => true,
        Pattern::Shape(Shape::BareCondition(_)) => is_bare(source, tokens, at),
        Pattern::Initializer(pattern) => pattern.structure == name && declares(source, tokens, at),
        Pattern::Expression(pattern) | Pattern::Statements(pattern) => tree_fits(pattern, name, source, tokens, at),
        Pattern::Shape(Shape::ReturnConvention(convention)) => tree_fits(&convention.call, name, source, tokens, at),
        Pattern::Shape(Shape::MacroPair(pair)) => [&pair.opening, &pair.closing].iter().any(|half| half.name == name),
    })
}

fn tree_fits(pattern: &TreePattern, name: &str, source: &[u8], tokens: &[Token], at: usize) -> bool {
    // A pattern may have the name in several places, each with other neighbours.
    let places = pattern.tokens.iter().enumerate().filter(|(_, token)| token.is(&pattern.source, name));
    places.into_iter().any(|(place, _)| neighbours_fit(pattern, place, source, tokens, at))
        && formats_fit(pattern, source, tokens, at)
}

/// Whether the type at `tokens[at]` may be that of something with an initializer: of a variable, or a literal.
fn declares(source: &[u8], tokens: &[Token], at: usize) -> bool {
    let Some(next) = tokens.get(at + 1) else { return false };
    if next.is(source, ")") {
        return tokens.get(at + 2).is_some_and(|brace| brace.is(source, "{"));
    }
    let is_declared = matches!(next.kind, TokenKind::Identifier | TokenKind::Directive);
    // A declaration that ends before an `=` has no initializer.
    let head = tokens[at + 1..].iter().take(MAX_HEAD_TOKENS).take_while(|token| !token.is(source, ";"));
    next.is(source, "[") || is_declared && head.into_iter().any(|token| token.is(source, "="))
}

/// How far the `=` of a declaration is looked for, in tokens.
const MAX_HEAD_TOKENS: usize = 64;

fn neighbours_fit(pattern: &TreePattern, place: usize, source: &[u8], tokens: &[Token], at: usize) -> bool {
    // Parentheses may be redundant, or belong to a cast; anything may stand behind them.
    let open_ended =
        |token: &Token| token.is(source, "(") || token.is(source, ")") || token.kind == TokenKind::Directive;
    let agree = |wanted: Option<&Token>, found: Option<&Token>| match (wanted, found) {
        (Some(wanted), Some(found)) => {
            let text = wanted.text(&pattern.source);
            pattern.capture_named(text).is_some() || text == found.text(source) || open_ended(found)
        }
        (None, _) => true,
        (Some(_), None) => false,
    };
    let before = |index: usize| index.checked_sub(1);
    if !agree(before(place).map(|index| &pattern.tokens[index]), before(at).map(|index| &tokens[index]))
        || !agree(pattern.tokens.get(place + 1), tokens.get(at + 1))
    {
        return false;
    }
    // `NAME(...) =`: what follows the call tells most.
    match (after_call(&pattern.source, &pattern.tokens, place), after_call(source, tokens, at)) {
        (Some(wanted), Some(found)) => agree(pattern.tokens.get(wanted), tokens.get(found)),
        _ => true,
    }
}

/// Whether the strings of the call whose callee is at `at` hold what the pattern wants of formats. Most calls that parse
/// arguments end here.
fn formats_fit(pattern: &TreePattern, source: &[u8], tokens: &[Token], at: usize) -> bool {
    let mut wanted = pattern.captures.iter().filter_map(|capture| capture.wanted.as_ref());
    let Some(wanted) = wanted.find(|wanted| !wanted.units.is_empty()) else { return true };
    let Some(end) = after_call(source, tokens, at) else { return true };
    let is_string = |token: &Token| token.kind == TokenKind::String;
    let runs = tokens[at..end].chunk_by(|one, next| is_string(one) && is_string(next));
    let literals = runs.filter(|run| is_string(&run[0])).map(|run| run[0].range.cover(run[run.len() - 1].range));
    literals.into_iter().any(|range| wanted.describes_literals(&source[range.to_usize()]))
}

/// How far a call's closing parenthesis is looked for, in tokens.
const MAX_CALL_TOKENS: usize = 64;

/// The index behind the closing parenthesis of the call whose callee is at `at`.
fn after_call(source: &[u8], tokens: &[Token], at: usize) -> Option<usize> {
    if !tokens.get(at + 1)?.is(source, "(") {
        return None;
    }
    let mut depth = 0;
    for (index, token) in tokens.iter().enumerate().skip(at + 1).take(MAX_CALL_TOKENS) {
        depth += i32::from(token.is(source, "(")) - i32::from(token.is(source, ")"));
        if depth == 0 {
            return Some(index + 1);
        }
    }
    None
}
