//! The condition of a directive as an expression whose parts have their places: what of it do builds decide, and what
//! is left to write of the rest?

use super::Judge;
use crate::capi::BuildSet;
use crate::source::{
    Condition, Directive, DirectiveKind, Extent, NoAssumptions, TextRange, Token, TokenKind, VersionPart, first_name,
    lex_range,
};

/// A condition, or a part of one.
pub struct Expression {
    range: TextRange,
    kind: Kind,
}

enum Kind {
    Or(Vec<Expression>),
    And(Vec<Expression>),
    Not(Box<Expression>),
    Parentheses(Box<Expression>),
    /// What is decided as a whole or not at all.
    Leaf(Condition),
}

/// How tightly an expression holds together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Choice,
    Or,
    And,
    Comparison,
    Operand,
}

/// What is written instead of an expression.
struct Rewritten {
    text: Vec<u8>,
    level: Level,
}

impl Rewritten {
    /// Its text as a part of something that holds together at `level`.
    fn within(self, level: Level) -> Vec<u8> {
        if self.level >= level { self.text } else { [b"(", &self.text[..], b")"].concat() }
    }
}

impl Expression {
    /// The condition of a directive; none where it has none.
    pub fn of(source: &[u8], line: &Directive) -> Option<Expression> {
        match line.kind {
            DirectiveKind::If | DirectiveKind::Elif => {
                let tokens = lex_range(source, line.rest).tokens;
                let whole = covered(&tokens)?;
                let is_opaque = matches!(Condition::parse(source, whole), Condition::Opaque(_));
                Some(if is_opaque { Expression::leaf(source, &tokens) } else { Expression::read(source, &tokens) })
            }
            DirectiveKind::Ifdef | DirectiveKind::Elifdef | DirectiveKind::Ifndef | DirectiveKind::Elifndef => {
                let range = first_name(source, line)?;
                let asked = Expression { range, kind: Kind::Leaf(Condition::defined(&source[range.to_usize()])) };
                let is_negated = matches!(line.kind, DirectiveKind::Ifndef | DirectiveKind::Elifndef);
                Some(if is_negated { Expression { range, kind: Kind::Not(Box::new(asked)) } } else { asked })
            }
            _ => None,
        }
    }

    /// Reads tokens that make a condition. The depth is bounded by the length that conditions may have.
    fn read(source: &[u8], tokens: &[Token]) -> Expression {
        let Some(range) = covered(tokens) else { return Expression::leaf(source, tokens) };
        let part = |tokens: &[Token]| Expression::read(source, tokens);
        let made = |kind| Expression { range, kind };
        if split(source, tokens, "?").len() > 1 {
            return Expression::leaf(source, tokens);
        }
        for (operator, chain) in [("||", Kind::Or as fn(_) -> _), ("&&", Kind::And)] {
            let parts = split(source, tokens, operator);
            if parts.len() > 1 {
                return made(chain(parts.into_iter().map(part).collect()));
            }
        }
        if tokens[0].is(source, "!") && is_operand(source, &tokens[1..]) {
            return made(Kind::Not(Box::new(part(&tokens[1..]))));
        }
        if is_parenthesised(source, tokens) {
            return made(Kind::Parentheses(Box::new(part(&tokens[1..tokens.len() - 1]))));
        }
        Expression::leaf(source, tokens)
    }

    fn leaf(source: &[u8], tokens: &[Token]) -> Expression {
        let range = covered(tokens).unwrap_or_default();
        Expression { range, kind: Kind::Leaf(Condition::parse(source, range)) }
    }

    /// Where it stands.
    pub fn range(&self) -> TextRange {
        self.range
    }

    /// The builds for which it holds, as far as the version and what is known of names tell.
    pub fn extent(&self, judge: &Judge<'_>) -> Extent {
        match &self.kind {
            Kind::Or(parts) => parts.iter().fold(Extent::always().not(), |sum, part| sum.or(part.extent(judge))),
            Kind::And(parts) => parts.iter().fold(Extent::always(), |sum, part| sum.and(part.extent(judge))),
            Kind::Not(inner) => inner.extent(judge).not(),
            Kind::Parentheses(inner) => inner.extent(judge),
            Kind::Leaf(condition) => leaf_extent(condition, self.range.start, judge),
        }
    }

    /// Whether it asks for the version, or a name of which something is known: nothing else makes it one that a new oldest Python
    /// decides.
    pub fn is_about_versions(&self, judge: &Judge<'_>) -> bool {
        match &self.kind {
            Kind::Or(parts) | Kind::And(parts) => parts.iter().any(|part| part.is_about_versions(judge)),
            Kind::Not(inner) | Kind::Parentheses(inner) => inner.is_about_versions(judge),
            Kind::Leaf(Condition::Defined(name)) => judge.known.defined(name, self.range.start).is_some(),
            Kind::Leaf(condition) => condition.asks_for_version(VersionPart::Any),
        }
    }

    fn asks_for_version(&self, part: VersionPart) -> bool {
        match &self.kind {
            Kind::Or(parts) | Kind::And(parts) => parts.iter().any(|inner| inner.asks_for_version(part)),
            Kind::Not(inner) | Kind::Parentheses(inner) => inner.asks_for_version(part),
            Kind::Leaf(condition) => condition.asks_for_version(part),
        }
    }

    /// What is to be written where only `builds` come by, and where they leave it open; none where every part counts,
    /// or a comment would be lost.
    pub fn simplified(&self, source: &[u8], builds: BuildSet, judge: &Judge<'_>) -> Option<Vec<u8>> {
        let context = Context { source, builds, judge };
        let text = self.rewritten(&context)?.text;
        let comments = |text: &[u8]| lex_range(text, TextRange::new(0, text.len() as u32)).comments.len();
        (comments(&text) == comments(&source[self.range.to_usize()])).then(|| bare(text))
    }

    fn rewritten(&self, context: &Context<'_>) -> Option<Rewritten> {
        match &self.kind {
            Kind::Leaf(_) => None,
            Kind::Not(inner) => {
                let text = [b"!".to_vec(), inner.rewritten(context)?.within(Level::Operand)].concat();
                Some(Rewritten { text, level: Level::Operand })
            }
            // What is left of a chain needs its parentheses only if it still is one.
            Kind::Parentheses(inner) => {
                let Rewritten { text, level } = inner.rewritten(context)?;
                if level >= Level::Comparison {
                    return Some(Rewritten { text, level });
                }
                Some(Rewritten { text: [b"(", &text[..], b")"].concat(), level: Level::Operand })
            }
            Kind::Or(parts) => chain(parts, Level::Or, context),
            Kind::And(parts) => chain(parts, Level::And, context),
        }
    }

    fn level(&self) -> Level {
        match &self.kind {
            Kind::Or(_) => Level::Or,
            Kind::And(_) => Level::And,
            Kind::Not(_) | Kind::Parentheses(_) => Level::Operand,
            Kind::Leaf(Condition::Choice(..)) => Level::Choice,
            Kind::Leaf(Condition::Binary(..)) => Level::Comparison,
            Kind::Leaf(_) => Level::Operand,
        }
    }
}

/// For what an expression is rewritten.
struct Context<'c> {
    source: &'c [u8],
    builds: BuildSet,
    judge: &'c Judge<'c>,
}

/// What is left of the parts of an `||` or `&&`: those go that say nothing more.
fn chain(parts: &[Expression], level: Level, context: &Context<'_>) -> Option<Rewritten> {
    let is_idle = |part: &Expression| {
        let extent = part.extent(context.judge);
        match level {
            Level::And => context.builds.is_subset(extent.surely),
            _ => extent.possibly.intersect(context.builds).is_empty(),
        }
    };
    let mut kept: Vec<bool> = parts.iter().map(|part| !is_idle(part)).collect();
    // The second number of a version says nothing without the first.
    let lacks_major =
        |part: &Expression| part.asks_for_version(VersionPart::Minor) && !part.asks_for_version(VersionPart::Major);
    if parts.iter().zip(&kept).any(|(part, kept)| *kept && lacks_major(part)) {
        for (part, kept) in parts.iter().zip(&mut kept) {
            *kept |= part.asks_for_version(VersionPart::Major);
        }
    }
    let rewritten: Vec<Option<Rewritten>> =
        parts.iter().zip(&kept).map(|(part, kept)| part.rewritten(context).filter(|_| *kept)).collect();
    if kept.iter().all(|kept| *kept) && rewritten.iter().all(Option::is_none) {
        return None;
    }
    let is_alone = kept.iter().filter(|kept| **kept).count() == 1;
    let mut text: Vec<u8> = Vec::new();
    let mut whole = level;
    for (at, (part, rewritten)) in parts.iter().zip(rewritten).enumerate().filter(|(at, _)| kept[*at]) {
        let own = rewritten
            .unwrap_or_else(|| Rewritten { text: context.source[part.range.to_usize()].to_vec(), level: part.level() });
        if is_alone {
            whole = own.level;
            text = own.text;
            continue;
        }
        if !text.is_empty() {
            // The operator as it stands, with the line break around it.
            text.extend_from_slice(&context.source[parts[at - 1].range.end as usize..part.range.start as usize]);
        }
        text.extend(own.within(level));
    }
    (!text.is_empty()).then_some(Rewritten { text, level: whole })
}

/// A whole condition does without parentheses around it.
fn bare(text: Vec<u8>) -> Vec<u8> {
    let tokens = lex_range(&text, TextRange::new(0, text.len() as u32)).tokens;
    match tokens.as_slice() {
        [first, .., last] if is_parenthesised(&text, &tokens) => {
            let inner = &text[first.range.end as usize..last.range.start as usize];
            bare(inner.trim_ascii().to_vec())
        }
        _ => text,
    }
}

fn leaf_extent(condition: &Condition, offset: u32, judge: &Judge<'_>) -> Extent {
    let open = Extent { surely: BuildSet::NONE, possibly: BuildSet::all() };
    match condition {
        Condition::Defined(name) if !is_build_switch(condition) => judge.known.defined(name, offset).unwrap_or(open),
        // `#if 0` has another reason than a version.
        _ if !condition.depends_on_build() || condition.is_about_later_pythons() => open,
        _ => condition.extent_with_previews(judge.oldest),
    }
}

/// Whether a macro's presence tells builds apart. Those that every build has tell whether `Python.h` was included, and
/// that is another question.
fn is_build_switch(condition: &Condition) -> bool {
    condition.depends_on_build() && condition.extent(&NoAssumptions).possibly != BuildSet::all()
}

fn covered(tokens: &[Token]) -> Option<TextRange> {
    tokens.first().zip(tokens.last()).map(|(first, last)| first.range.cover(last.range))
}

/// The stretches between the operators `operator` outside of parentheses.
fn split<'t>(source: &[u8], tokens: &'t [Token], operator: &str) -> Vec<&'t [Token]> {
    let mut depth = 0;
    tokens
        .split(|token| {
            depth += i32::from(token.is(source, "(")) - i32::from(token.is(source, ")"));
            depth == 0 && token.is(source, operator)
        })
        .collect()
}

/// Whether the first token opens what the last one closes.
fn is_parenthesised(source: &[u8], tokens: &[Token]) -> bool {
    let mut depth = 0;
    let closes = |token: &Token| {
        depth += i32::from(token.is(source, "(")) - i32::from(token.is(source, ")"));
        depth == 0
    };
    tokens.len() > 2 && tokens[0].is(source, "(") && tokens.iter().position(closes) == Some(tokens.len() - 1)
}

/// Whether the tokens are one operand: a `!` in front is about all of them.
fn is_operand(source: &[u8], tokens: &[Token]) -> bool {
    match tokens {
        [] => false,
        [one] => matches!(one.kind, TokenKind::Identifier | TokenKind::Number),
        [not, rest @ ..] if not.is(source, "!") => is_operand(source, rest),
        [name, rest @ ..] if name.kind == TokenKind::Identifier => {
            is_parenthesised(source, rest) || name.is(source, "defined") && rest.len() == 1
        }
        _ => is_parenthesised(source, tokens),
    }
}

#[cfg(test)]
mod tests {
    use super::super::NothingKnown;
    use super::*;
    use crate::capi::PythonVersion;
    use crate::source::{directive, lex};

    /// `always`, `never`, `stays`, or what is written instead, where Python 3.10 is the oldest.
    fn simplified(condition: &str) -> String {
        let source = format!("#if {condition}\n");
        let line = directive(source.as_bytes(), &lex(source.as_bytes()).tokens[0]);
        let expression = Expression::of(source.as_bytes(), &line).unwrap();
        let builds = BuildSet::since(PythonVersion::new(3, 10));
        let judge = Judge { oldest: Some(PythonVersion::new(3, 10)), known: &NothingKnown };
        let extent = expression.extent(&judge);
        if extent.possibly.intersect(builds).is_empty() {
            return "never".to_owned();
        }
        if builds.is_subset(extent.surely) {
            return "always".to_owned();
        }
        let text = expression.simplified(source.as_bytes(), builds, &judge);
        text.map_or("stays".to_owned(), |text| String::from_utf8(text).unwrap())
    }

    #[track_caller]
    fn check(cases: &[(&str, &str)]) {
        for (condition, expected) in cases {
            assert_eq!(simplified(condition), *expected, "{condition}");
        }
    }

    #[test]
    fn conditions_become_constant() {
        check(&[
            ("PY_VERSION_HEX < 0x030A0000", "never"),
            ("0x030A00B1 > PY_VERSION_HEX", "never"),
            ("0x03090000 <= PY_VERSION_HEX", "always"),
            ("!(PY_MAJOR_VERSION >= 3)", "never"),
            ("PY_MAJOR_VERSION >= 3 && PY_MINOR_VERSION >= 9", "always"),
            ("PY_MAJOR_VERSION > 3 || (PY_MAJOR_VERSION == 3 && PY_MINOR_VERSION > 5)", "always"),
            ("defined(X) && PY_MAJOR_VERSION < 3", "never"),
            ("defined X || PY_MAJOR_VERSION == 3", "always"),
            ("PY_VERSION_HEX >= 0x030C0000", "stays"),
        ]);
    }

    #[test]
    fn what_says_nothing_more_goes() {
        check(&[
            ("PY_MAJOR_VERSION >= 3 && defined(X)", "defined(X)"),
            ("defined(X) && PY_MAJOR_VERSION >= 3", "defined(X)"),
            ("defined(X) && PY_MAJOR_VERSION >= 3 && Y > 2", "defined(X) && Y > 2"),
            ("PY_VERSION_HEX < 0x03080000 || !defined(X)", "!defined(X)"),
            ("0x03000000 <= PY_VERSION_HEX && PY_VERSION_HEX < 0x030C0000", "PY_VERSION_HEX < 0x030C0000"),
            ("X && \\\n    PY_MAJOR_VERSION >= 3 && \\\n    Y", "X && \\\n    Y"),
        ]);
    }

    #[test]
    fn parentheses_go_where_they_hold_nothing_together() {
        check(&[
            ("X && (Y || PY_MAJOR_VERSION < 3)", "X && Y"),
            ("X && (Y || Z || PY_MAJOR_VERSION < 3)", "X && (Y || Z)"),
            ("PY_MAJOR_VERSION >= 3 && (X || Y)", "X || Y"),
            ("W || (PY_MAJOR_VERSION >= 3 && (X || Y))", "W || (X || Y)"),
            ("!(X && PY_MAJOR_VERSION >= 3)", "!X"),
            ("!(X > 1 && PY_MAJOR_VERSION >= 3)", "!(X > 1)"),
            ("!(X && Y && (PY_MAJOR_VERSION >= 3))", "!(X && Y)"),
            ("(X) && (Y)", "stays"),
        ]);
    }

    #[test]
    fn the_minor_version_keeps_the_major_one() {
        check(&[
            ("PY_MAJOR_VERSION >= 3 && PY_MINOR_VERSION >= 12", "stays"),
            (
                "PY_MAJOR_VERSION < 3 || (PY_MAJOR_VERSION == 3 && PY_MINOR_VERSION < 12)",
                "PY_MAJOR_VERSION == 3 && PY_MINOR_VERSION < 12",
            ),
            ("PY_MAJOR_VERSION >= 3 && PY_MINOR_VERSION >= 12 && X", "stays"),
        ]);
    }

    #[test]
    fn what_has_another_reason_stays() {
        check(&[
            ("0", "stays"),
            ("1", "stays"),
            ("0 && PY_MAJOR_VERSION >= 3", "0"),
            ("defined(PY_VERSION_HEX)", "stays"),
            ("defined(PYPY_VERSION)", "stays"),
            ("PY_MAJOR_VERSION >= 4", "stays"),
            ("PY_VERSION_HEX < 0x04000000", "stays"),
            ("PY_VERSION_HEX >= 0x03500000", "stays"),
            ("PY_VERSION_HEX >= 0x030E0000 && PY_VERSION_HEX < 0x030E00C3", "stays"),
            ("X || (PY_VERSION_HEX >= 0x030E0000 && PY_VERSION_HEX < 0x030E00C3)", "stays"),
            ("__has_include(<x.h>) && PY_MAJOR_VERSION > 2", "__has_include(<x.h>)"),
            ("X && /* why */ PY_MAJOR_VERSION > 2", "stays"),
            ("PY_MAJOR_VERSION > 2 ? X : Y", "stays"),
            ("X && @ && PY_MAJOR_VERSION > 2", "stays"),
            ("!X == Y && PY_MAJOR_VERSION > 2", "!X == Y"),
        ]);
    }
}
