//! Conditions of `#if`, and the one evaluator of them: for which builds does a condition hold?

use super::lexer::{Token, TokenKind, lex_range};
use super::text::TextRange;
use crate::capi::{Build, BuildSet, Implementation, PythonVersion};

/// The condition of a branch, as an expression tree.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    /// A whole number.
    Number(i64),
    /// A name that is not called and not asked with `defined`.
    Name(String),
    /// `defined(NAME)`.
    Defined(String),
    /// `!a`
    Not(Box<Condition>),
    /// Two operands; the operator as it is written.
    Binary(Operator, Box<Condition>, Box<Condition>),
    /// `a ? b : c`
    Choice(Box<Condition>, Box<Condition>, Box<Condition>),
    /// What is not taken apart, by its tokens: a call such as `__has_include(<x.h>)`, an odd operator.
    Opaque(String),
}

/// An operator with two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are those of the operators")]
pub enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    Greater,
    LessOrEqual,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    ShiftLeft,
    ShiftRight,
    BitAnd,
    BitOr,
}

/// Yes, no, or not to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "said by the type")]
pub enum Truth {
    No,
    Yes,
    Maybe,
}

impl Truth {
    /// `Yes` for true.
    pub fn from_bool(value: bool) -> Truth {
        if value { Truth::Yes } else { Truth::No }
    }

    /// The opposite; what may be stays so.
    #[allow(clippy::should_implement_trait, reason = "a method reads better in chains than the operator")]
    pub fn not(self) -> Truth {
        match self {
            Truth::No => Truth::Yes,
            Truth::Yes => Truth::No,
            Truth::Maybe => Truth::Maybe,
        }
    }
}

/// The builds for which a condition holds, as far as it can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// It surely holds for these.
    pub surely: BuildSet,
    /// It may hold for these, and for no other.
    pub possibly: BuildSet,
}

impl Extent {
    /// Of a condition that always holds.
    pub fn always() -> Extent {
        Extent { surely: BuildSet::all(), possibly: BuildSet::all() }
    }

    /// Where both hold.
    pub fn and(self, other: Extent) -> Extent {
        Extent { surely: self.surely.intersect(other.surely), possibly: self.possibly.intersect(other.possibly) }
    }

    /// Where either holds.
    pub fn or(self, other: Extent) -> Extent {
        Extent { surely: self.surely.union(other.surely), possibly: self.possibly.union(other.possibly) }
    }

    /// Where it does not hold.
    #[allow(clippy::should_implement_trait, reason = "a method reads better in chains than the operator")]
    pub fn not(self) -> Extent {
        Extent { surely: self.possibly.complement(), possibly: self.surely.complement() }
    }
}

/// What is assumed of names that no build decides, such as `HAVE_FORK`.
pub trait Assumptions {
    /// Whether the condition (a `Defined`, `Name`, comparison or `Opaque` that builds do not decide) holds.
    fn truth(&self, condition: &Condition) -> Truth;
}

/// Assumes nothing.
pub struct NoAssumptions;

impl Assumptions for NoAssumptions {
    fn truth(&self, _: &Condition) -> Truth {
        Truth::Maybe
    }
}

/// The longest condition that is taken apart, in tokens; a longer one is opaque. It bounds the depth of the tree.
const MAX_CONDITION_TOKENS: usize = 200;

impl Condition {
    /// Reads the condition in `range` of `source`, the rest of a directive after `#if` or `#elif`.
    pub fn parse(source: &[u8], range: TextRange) -> Condition {
        let tokens = lex_range(source, range).tokens;
        if tokens.len() <= MAX_CONDITION_TOKENS {
            let mut parser = Parser { source, tokens: &tokens, at: 0 };
            if let Some(condition) = parser.choice()
                && parser.at == tokens.len()
            {
                return condition;
            }
        }
        Condition::Opaque(spell(source, &tokens))
    }

    /// `defined(name)`.
    pub fn defined(name: &[u8]) -> Condition {
        Condition::Defined(String::from_utf8_lossy(name).into_owned())
    }

    /// The opposite condition.
    pub fn negated(self) -> Condition {
        match self {
            Condition::Not(inner) => *inner,
            other => Condition::Not(Box::new(other)),
        }
    }

    /// For which builds the condition holds.
    pub fn extent(&self, assumptions: &dyn Assumptions) -> Extent {
        self.extent_by(&mut |part| part.extent_of_part(assumptions))
    }

    /// The same, where `part` tells it of the parts that are neither `!`, `&&` nor `||`. For each build these three come
    /// to what the parts come to, so that whole sets of builds can be taken together.
    pub(super) fn extent_by(&self, part: &mut dyn FnMut(&Condition) -> Extent) -> Extent {
        match self {
            Condition::Not(inner) => inner.extent_by(part).not(),
            Condition::Binary(Operator::And, left, right) => left.extent_by(part).and(right.extent_by(part)),
            Condition::Binary(Operator::Or, left, right) => left.extent_by(part).or(right.extent_by(part)),
            _ => part(self),
        }
    }

    /// The extent of a condition, build by build.
    pub(super) fn extent_of_part(&self, assumptions: &dyn Assumptions) -> Extent {
        if !self.depends_on_build() {
            return match self.truth_in(None, assumptions) {
                Truth::Yes => Extent::always(),
                Truth::No => Extent::always().not(),
                Truth::Maybe => Extent { surely: BuildSet::NONE, possibly: BuildSet::all() },
            };
        }
        let truth = |build| self.truth_in(Some(build), assumptions);
        Extent {
            surely: BuildSet::matching(|build| truth(build) == Truth::Yes),
            possibly: BuildSet::matching(|build| truth(build) != Truth::No),
        }
    }

    /// For which builds it holds, where their alphas and betas count, too, but those of `oldest`.
    pub fn extent_with_previews(&self, oldest: Option<PythonVersion>) -> Extent {
        let plain = self.extent(&NoAssumptions);
        let truth = |build: Build| self.truth_in(Some(Build { preview: true, ..build }), &NoAssumptions);
        let counts = |build: Build| Some(build.version) != oldest;
        let surely = BuildSet::matching(|build| !counts(build) || truth(build) == Truth::Yes);
        let possibly = BuildSet::matching(|build| counts(build) && truth(build) != Truth::No);
        Extent { surely: plain.surely.intersect(surely), possibly: plain.possibly.union(possibly) }
    }

    /// Calls `visit` with every name in the condition, asked with `defined` or not.
    pub fn for_each_name<'c>(&'c self, visit: &mut dyn FnMut(&'c str)) {
        match self {
            Condition::Name(name) | Condition::Defined(name) => visit(name),
            Condition::Not(inner) => inner.for_each_name(visit),
            Condition::Binary(_, left, right) => {
                left.for_each_name(visit);
                right.for_each_name(visit);
            }
            Condition::Choice(first, second, third) => {
                first.for_each_name(visit);
                second.for_each_name(visit);
                third.for_each_name(visit);
            }
            Condition::Number(_) | Condition::Opaque(_) => {}
        }
    }

    /// Whether it asks for something that builds differ in.
    pub fn depends_on_build(&self) -> bool {
        let mut found = false;
        self.for_each_name(&mut |name| found |= BUILD_MACROS.contains(&name));
        found
    }

    /// Whether it compares with a version that no build has reached, such as 4.0. An equation counts as one about the
    /// builds there are: `PY_MAJOR_VERSION == 3` says that it is not 2.
    pub fn is_about_later_pythons(&self) -> bool {
        let truth = |build| self.truth_in(Some(build), &NoAssumptions);
        !matches!(self, Condition::Binary(Operator::Equal | Operator::NotEqual, ..))
            && truth(Build::LATER) != truth(Build::NEWEST)
    }

    /// Whether it asks for the version of Python, by any of the macros that hold a part of it; for its presence alone
    /// does not count.
    pub fn asks_for_version(&self, part: VersionPart) -> bool {
        match self {
            Condition::Name(name) => part.macros().contains(&name.as_str()),
            Condition::Number(_) | Condition::Defined(_) | Condition::Opaque(_) => false,
            Condition::Not(inner) => inner.asks_for_version(part),
            Condition::Binary(_, left, right) => left.asks_for_version(part) || right.asks_for_version(part),
            Condition::Choice(first, second, third) => {
                [first, second, third].iter().any(|inner| inner.asks_for_version(part))
            }
        }
    }

    fn truth_in(&self, build: Option<Build>, assumptions: &dyn Assumptions) -> Truth {
        match self {
            Condition::Not(inner) => inner.truth_in(build, assumptions).not(),
            Condition::Binary(Operator::And, left, right) => {
                match (left.truth_in(build, assumptions), right.truth_in(build, assumptions)) {
                    (Truth::No, _) | (_, Truth::No) => Truth::No,
                    (Truth::Yes, Truth::Yes) => Truth::Yes,
                    _ => Truth::Maybe,
                }
            }
            Condition::Binary(Operator::Or, left, right) => {
                match (left.truth_in(build, assumptions), right.truth_in(build, assumptions)) {
                    (Truth::Yes, _) | (_, Truth::Yes) => Truth::Yes,
                    (Truth::No, Truth::No) => Truth::No,
                    _ => Truth::Maybe,
                }
            }
            Condition::Defined(name) => match build.and_then(|build| build_defines(build, name)) {
                Some(defined) => Truth::from_bool(defined),
                None => assumptions.truth(self),
            },
            Condition::Choice(first, second, third) => match first.truth_in(build, assumptions) {
                Truth::Yes => second.truth_in(build, assumptions),
                Truth::No => third.truth_in(build, assumptions),
                Truth::Maybe => assumptions.truth(self),
            },
            _ => match self.value_in(build) {
                Some(Interval { low: 0, high: 0 }) => Truth::No,
                Some(Interval { low, high }) if low > 0 || high < 0 => Truth::Yes,
                _ => assumptions.truth(self),
            },
        }
    }

    /// The value as a number, where it depends on nothing but the build.
    fn value_in(&self, build: Option<Build>) -> Option<Interval> {
        match self {
            Condition::Number(value) => Some(Interval::exactly(*value)),
            Condition::Name(name) => build_value(build?, name),
            Condition::Defined(name) => build_defines(build?, name).map(|yes| Interval::exactly(i64::from(yes))),
            Condition::Not(inner) => {
                let value = inner.value_in(build)?;
                value.truth().map(|yes| Interval::exactly(i64::from(!yes)))
            }
            Condition::Binary(operator, left, right) => {
                Interval::apply(*operator, left.value_in(build)?, right.value_in(build)?)
            }
            Condition::Choice(first, second, third) => {
                let first = first.value_in(build)?.truth()?;
                if first { second.value_in(build) } else { third.value_in(build) }
            }
            Condition::Opaque(_) => None,
        }
    }
}

/// A part of the version of Python that macros hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VersionPart {
    /// Alone or with the others.
    Any,
    /// The first number, alone.
    Major,
    /// The second number, alone.
    Minor,
}

impl VersionPart {
    fn macros(self) -> &'static [&'static str] {
        match self {
            VersionPart::Any => VERSION_MACROS,
            VersionPart::Major => &["PY_MAJOR_VERSION"],
            VersionPart::Minor => &["PY_MINOR_VERSION"],
        }
    }
}

/// The macros that hold the version, or a part of it.
const VERSION_MACROS: &[&str] = &["PY_VERSION_HEX", "PY_MAJOR_VERSION", "PY_MINOR_VERSION", "PY_MICRO_VERSION"];

/// The macros whose value or presence a build decides.
const BUILD_MACROS: [&str; 8] = [
    "PY_VERSION_HEX",
    "PY_MAJOR_VERSION",
    "PY_MINOR_VERSION",
    "PY_MICRO_VERSION",
    "PYPY_VERSION",
    "PYPY_VERSION_NUM",
    "Py_LIMITED_API",
    "Py_GIL_DISABLED",
];

fn build_defines(build: Build, name: &str) -> Option<bool> {
    match name {
        "PYPY_VERSION" | "PYPY_VERSION_NUM" => Some(build.implementation == Implementation::PyPy),
        "Py_LIMITED_API" => Some(build.limited),
        "Py_GIL_DISABLED" => Some(build.free_threaded),
        _ if BUILD_MACROS.contains(&name) => Some(true),
        _ => None,
    }
}

fn build_value(build: Build, name: &str) -> Option<Interval> {
    let (major, minor) = (i64::from(build.version.major), i64::from(build.version.minor));
    // Every release of a minor version, from its first final one; or those before it. As sets of builds do not tell
    // those apart, a guard for 3.9.0a4 is one for 3.9.
    let (low, high) = if build.preview { (0xA0, 0xEF) } else { (0xF0, 0xFFFF) };
    let releases = Interval { low: major << 24 | minor << 16 | low, high: major << 24 | minor << 16 | high };
    match name {
        "PY_VERSION_HEX" => Some(releases),
        "PY_MAJOR_VERSION" => Some(Interval::exactly(major)),
        "PY_MINOR_VERSION" => Some(Interval::exactly(minor)),
        "PY_MICRO_VERSION" => Some(Interval { low: 0, high: 0xFF }),
        "PYPY_VERSION_NUM" if build.implementation == Implementation::PyPy => {
            Some(Interval { low: 1, high: i64::from(u32::MAX) })
        }
        "Py_LIMITED_API" if build.limited => Some(Interval { low: 3, high: i64::from(u32::MAX) }),
        "Py_GIL_DISABLED" if build.free_threaded => Some(Interval::exactly(1)),
        "PYPY_VERSION_NUM" | "Py_LIMITED_API" | "Py_GIL_DISABLED" => Some(Interval::exactly(0)),
        _ => None,
    }
}

/// The whole numbers from `low` to `high`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Interval {
    low: i64,
    high: i64,
}

impl Interval {
    fn exactly(value: i64) -> Interval {
        Interval { low: value, high: value }
    }

    fn truth(self) -> Option<bool> {
        match self {
            Interval { low: 0, high: 0 } => Some(false),
            Interval { low, high } if low > 0 || high < 0 => Some(true),
            _ => None,
        }
    }

    fn from_truth(truth: Option<bool>) -> Interval {
        truth.map_or(Interval { low: 0, high: 1 }, |yes| Interval::exactly(i64::from(yes)))
    }

    fn apply(operator: Operator, a: Interval, b: Interval) -> Option<Interval> {
        let less = |a: Interval, b: Interval| match () {
            () if a.high < b.low => Some(true),
            () if a.low >= b.high => Some(false),
            () => None,
        };
        let equal = |a: Interval, b: Interval| match () {
            () if a.low == a.high && a == b => Some(true),
            () if a.high < b.low || b.high < a.low => Some(false),
            () => None,
        };
        // Arithmetic is monotone in both ends here: the values compared are never negative.
        let ends = |f: fn(i64, i64) -> Option<i64>| {
            Some(Interval { low: f(a.low, b.low)?, high: f(a.high, b.high)? }).filter(|value| value.low <= value.high)
        };
        let exact =
            |f: fn(i64, i64) -> i64| (a.low == a.high && b.low == b.high).then(|| Interval::exactly(f(a.low, b.low)));
        Some(match operator {
            Operator::And => Interval::from_truth(match (a.truth(), b.truth()) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            }),
            Operator::Or => Interval::from_truth(match (a.truth(), b.truth()) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            }),
            Operator::Equal => Interval::from_truth(equal(a, b)),
            Operator::NotEqual => Interval::from_truth(equal(a, b).map(|yes| !yes)),
            Operator::Less => Interval::from_truth(less(a, b)),
            Operator::GreaterOrEqual => Interval::from_truth(less(a, b).map(|yes| !yes)),
            Operator::Greater => Interval::from_truth(less(b, a)),
            Operator::LessOrEqual => Interval::from_truth(less(b, a).map(|yes| !yes)),
            Operator::Add => ends(i64::checked_add)?,
            Operator::Multiply => ends(i64::checked_mul)?,
            Operator::Subtract => Interval { low: a.low.checked_sub(b.high)?, high: a.high.checked_sub(b.low)? },
            Operator::Divide if b.low == b.high && b.low > 0 => Interval { low: a.low / b.low, high: a.high / b.low },
            Operator::ShiftRight if b.low == b.high && (0..63).contains(&b.low) => {
                Interval { low: a.low >> b.low, high: a.high >> b.low }
            }
            Operator::ShiftLeft if b.low == b.high && (0..32).contains(&b.low) && a.high < 1 << 31 && a.low >= 0 => {
                Interval { low: a.low << b.low, high: a.high << b.low }
            }
            Operator::BitAnd => exact(|a, b| a & b)?,
            Operator::BitOr => exact(|a, b| a | b)?,
            Operator::Divide | Operator::ShiftLeft | Operator::ShiftRight => return None,
        })
    }
}

/// The tokens joined by single spaces: the same condition written with other blanks is the same text.
fn spell(source: &[u8], tokens: &[Token]) -> String {
    let words: Vec<_> = tokens.iter().map(|token| String::from_utf8_lossy(token.text(source))).collect();
    words.join(" ")
}

struct Parser<'s> {
    source: &'s [u8],
    tokens: &'s [Token],
    at: usize,
}

impl Parser<'_> {
    fn eat(&mut self, text: &str) -> bool {
        let found = self.tokens.get(self.at).is_some_and(|token| token.is(self.source, text));
        self.at += usize::from(found);
        found
    }

    fn choice(&mut self) -> Option<Condition> {
        let first = self.binary(0)?;
        if !self.eat("?") {
            return Some(first);
        }
        let second = self.choice()?;
        if !self.eat(":") {
            return None;
        }
        Some(Condition::Choice(Box::new(first), Box::new(second), Box::new(self.choice()?)))
    }

    fn binary(&mut self, level: usize) -> Option<Condition> {
        use Operator::*;
        const LEVELS: [&[(&str, Operator)]; 9] = [
            &[("||", Or)],
            &[("&&", And)],
            &[("|", BitOr)],
            &[("&", BitAnd)],
            &[("==", Equal), ("!=", NotEqual)],
            &[("<=", LessOrEqual), (">=", GreaterOrEqual), ("<", Less), (">", Greater)],
            &[("<<", ShiftLeft), (">>", ShiftRight)],
            &[("+", Add), ("-", Subtract)],
            &[("*", Multiply), ("/", Divide)],
        ];
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.binary(level + 1)?;
        while let Some((_, operator)) = operators.iter().find(|(text, _)| self.eat(text)) {
            let right = self.binary(level + 1)?;
            left = Condition::Binary(*operator, Box::new(left), Box::new(right));
        }
        Some(left)
    }

    fn unary(&mut self) -> Option<Condition> {
        if self.eat("!") {
            return Some(self.unary()?.negated());
        }
        if self.eat("-") {
            let operand = self.unary()?;
            return Some(Condition::Binary(Operator::Subtract, Box::new(Condition::Number(0)), Box::new(operand)));
        }
        if self.eat("+") {
            return self.unary();
        }
        if self.eat("(") {
            let inner = self.choice()?;
            return self.eat(")").then_some(inner);
        }
        let token = *self.tokens.get(self.at)?;
        self.at += 1;
        match token.kind {
            TokenKind::Number => parse_number(token.text(self.source)).map(Condition::Number),
            TokenKind::Identifier if token.is(self.source, "defined") => self.defined(),
            TokenKind::Identifier => Some(self.name_or_call(token)),
            _ => None,
        }
    }

    fn defined(&mut self) -> Option<Condition> {
        let parenthesised = self.eat("(");
        let name = *self.tokens.get(self.at)?;
        self.at += 1;
        if name.kind != TokenKind::Identifier || (parenthesised && !self.eat(")")) {
            return None;
        }
        Some(Condition::defined(name.text(self.source)))
    }

    /// A name alone, or a call such as `__has_include(<x.h>)`, whose arguments are not looked into.
    fn name_or_call(&mut self, name: Token) -> Condition {
        let start = self.at - 1;
        if !self.eat("(") {
            return Condition::Name(String::from_utf8_lossy(name.text(self.source)).into_owned());
        }
        let mut depth = 1;
        while depth > 0 && self.at < self.tokens.len() {
            let token = self.tokens[self.at];
            depth += i32::from(token.is(self.source, "(")) - i32::from(token.is(self.source, ")"));
            self.at += 1;
        }
        Condition::Opaque(spell(self.source, &self.tokens[start..self.at]))
    }
}

fn parse_number(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?.replace('\'', "");
    let digits = text.trim_end_matches(['u', 'U', 'l', 'L']);
    let parsed = if let Some(hexadecimal) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        i64::from_str_radix(hexadecimal, 16)
    } else if digits.len() > 1 && digits.starts_with('0') {
        i64::from_str_radix(&digits[1..], 8)
    } else {
        digits.parse()
    };
    parsed.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Condition {
        Condition::parse(text.as_bytes(), TextRange::new(0, text.len() as u32))
    }

    fn extent(text: &str) -> Extent {
        parse(text).extent(&NoAssumptions)
    }

    fn since(minor: u8) -> BuildSet {
        BuildSet::since(PythonVersion::new(3, minor))
    }

    #[track_caller]
    fn check(text: &str, expected: BuildSet) {
        assert_eq!(extent(text), Extent { surely: expected, possibly: expected }, "{text}");
    }

    #[test]
    fn version_comparisons_are_exact_at_minor_versions() {
        check("PY_VERSION_HEX >= 0x030900A4", since(9));
        check("PY_VERSION_HEX < 0x03090000", since(9).complement());
        check("0x03090000 > PY_VERSION_HEX", since(9).complement());
        check("!(PY_VERSION_HEX < 0x030d0000)", since(13));
        check("PY_MAJOR_VERSION >= 3", since(0));
        check("PY_MAJOR_VERSION == 3 && PY_MINOR_VERSION >= 11", since(11));
        check("(PY_VERSION_HEX >> 16) >= 0x030b", since(11));
        check("PY_VERSION_HEX >= ((3 << 24) | (11 << 16))", since(11));
        check("PY_MAJOR_VERSION > 3 || (PY_MAJOR_VERSION == 3 && PY_MINOR_VERSION > 9)", since(10));
    }

    #[test]
    fn a_threshold_between_two_micro_releases_is_open_for_that_minor() {
        let extent = extent("PY_VERSION_HEX >= 0x030703F0");
        assert_eq!(extent.surely, since(8));
        assert_eq!(extent.possibly, since(7));
    }

    #[test]
    fn configurations_are_told_apart() {
        let pypy = BuildSet::matching(|build| build.implementation == Implementation::PyPy);
        check("defined(PYPY_VERSION)", pypy);
        check("!defined PYPY_VERSION && PY_VERSION_HEX >= 0x030900A4", since(9).intersect(pypy.complement()));
        check("defined(Py_GIL_DISABLED)", BuildSet::matching(|build| build.free_threaded));
        let limited = extent("Py_LIMITED_API+0 >= 0x030b0000");
        assert!(limited.surely.is_empty());
        assert_eq!(limited.possibly, BuildSet::matching(|build| build.limited));
    }

    #[test]
    fn what_no_build_decides_may_be() {
        let unknown = extent("defined(HAVE_FORK)");
        assert!(unknown.surely.is_empty() && unknown.possibly == BuildSet::all());
        let partly = extent("defined(HAVE_FORK) && PY_MAJOR_VERSION < 3");
        assert_eq!(partly.possibly, since(0).complement());
        assert_eq!(extent("defined(HAVE_FORK) || 1"), Extent::always());
        assert!(extent("0").possibly.is_empty());
    }

    #[test]
    fn odd_conditions_are_opaque_and_never_fail() {
        assert!(matches!(parse("__has_include(<x.h>)"), Condition::Opaque(_)));
        assert!(matches!(parse("@ nonsense"), Condition::Opaque(_)));
        assert!(matches!(parse(""), Condition::Opaque(_)));
        assert_eq!(parse("FOO(1,2) && 1"), parse("FOO( 1 , 2 )   && 1"));
        let long = "(".repeat(100_000);
        assert!(matches!(parse(&long), Condition::Opaque(_)));
    }
}
