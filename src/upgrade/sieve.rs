//! The second look: what the tokens around a name say of the patterns that it stands in. Most places end here, before
//! their region is parsed. What is not clear fits.

use std::ops::Range;

use crate::rewriters::is_bare;
use crate::source::{Token, TokenKind};
use crate::transform::{CaptureId, Pattern, Shape, Transform, TreePattern};

/// What the tokens around a name say of a transform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// It cannot be about the name.
    None,
    /// What stands right beside the name fits, and something further off does not.
    Near,
    /// It may be about the name.
    Whole,
}

impl Fit {
    fn of(fits: bool) -> Fit {
        if fits { Fit::Whole } else { Fit::None }
    }
}

/// Whether a rule of `transform` can be about the name at `tokens[at]`, by the tokens around it alone.
pub fn fit(transform: &Transform, name: &str, source: &[u8], tokens: &[Token], at: usize) -> Fit {
    let fits = transform.rules().iter().map(|rule| match &rule.pattern {
        // Whether the file has a format with a length the reports say.
        Pattern::Include(_)
        | Pattern::Asked(_)
        | Pattern::Shape(
            Shape::DeadGuards(_) | Shape::LocalPolyfills(_) | Shape::SsizeClean(_) | Shape::SystemInclude(_),
        ) => Fit::None,
        Pattern::Name(wanted) => Fit::of(wanted == name),
        Pattern::Shape(Shape::ExceptionTriple(_) | Shape::CharacterBuffer(_) | Shape::FilledText(_)) => Fit::Whole,
        Pattern::Shape(Shape::OwnedBuffer(buffer)) => {
            let lends = |literals: &[u8]| buffer.describes(literals);
            let is_lent = !buffer.parse.contains_key(name) || has_format(source, tokens, at, lends);
            if is_lent { Fit::Whole } else { Fit::Near }
        }
        Pattern::Shape(Shape::BareCondition(_)) => Fit::of(is_bare(source, tokens, at)),
        Pattern::Initializer(pattern) => Fit::of(pattern.structure == name && declares(source, tokens, at)),
        Pattern::Expression(pattern) | Pattern::Statements(pattern) => tree_fit(pattern, name, source, tokens, at),
        Pattern::Shape(Shape::ReturnConvention(convention)) => tree_fit(&convention.call, name, source, tokens, at),
        Pattern::Shape(Shape::MacroPair(pair)) => {
            Fit::of([&pair.opening, &pair.closing].iter().any(|half| half.name == name))
        }
    });
    fits.max().unwrap_or(Fit::None)
}

fn tree_fit(pattern: &TreePattern, name: &str, source: &[u8], tokens: &[Token], at: usize) -> Fit {
    let around = Around { pattern, source, tokens, at };
    // A pattern may have the name in several places, each with other neighbours.
    let places = pattern.tokens.iter().enumerate().filter(|(_, token)| token.is(&pattern.source, name));
    let near: Vec<usize> = places.map(|(place, _)| place).filter(|place| around.neighbours_fit(*place)).collect();
    if near.is_empty() || !formats_fit(pattern, source, tokens, at) {
        return Fit::None;
    }
    let is_whole = near.into_iter().any(|place| around.rest_fits(place) && around.statements_fit(place));
    if is_whole { Fit::Whole } else { Fit::Near }
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

/// A pattern, and the place at `tokens[at]` that holds a name of it.
struct Around<'p> {
    pattern: &'p TreePattern,
    source: &'p [u8],
    tokens: &'p [Token],
    at: usize,
}

impl Around<'_> {
    /// Whether the tokens right before and behind the name, and behind its call, are those of the pattern.
    fn neighbours_fit(&self, place: usize) -> bool {
        let Around { pattern, source, tokens, at } = *self;
        let before = place.checked_sub(1).zip(at.checked_sub(1));
        if before.is_some_and(|(wanted, found)| !self.agrees(wanted, found)) || !self.agrees_behind(place + 1, at + 1) {
            return false;
        }
        // `NAME(...) =`: what follows the call tells most.
        match (after_call(&pattern.source, &pattern.tokens, place), after_call(source, tokens, at)) {
            (Some(wanted), Some(found)) => self.agrees_behind(wanted, found),
            _ => true,
        }
    }

    /// Whether a token is the one of the pattern, or may be a part of what that is.
    fn agrees(&self, wanted: usize, found: usize) -> bool {
        let (wanted, found) = (&self.pattern.tokens[wanted], &self.tokens[found]);
        let text = wanted.text(&self.pattern.source);
        // Parentheses may be redundant, or belong to a cast; anything may stand behind them.
        let is_open = ["(", ")"].iter().any(|bracket| found.is(self.source, bracket));
        self.pattern.capture_named(text).is_some()
            || text == found.text(self.source)
            || is_open
            || found.kind == TokenKind::Directive
    }

    /// The same behind the name, where a parenthesis that closes the arguments of a call, or a condition, is clear.
    fn agrees_behind(&self, wanted: usize, mut found: usize) -> bool {
        let Some(token) = self.pattern.tokens.get(wanted) else { return true };
        while self.tokens.get(found).is_some_and(|found| found.is(self.source, ")")) {
            if token.is(&self.pattern.source, ")")
                || self.pattern.capture_named(token.text(&self.pattern.source)).is_some()
            {
                return true;
            }
            match opening(self.source, self.tokens, found) {
                None => return true,
                Some(open) if self.is_of_call(open) => return false,
                Some(_) => found += 1,
            }
        }
        found < self.tokens.len() && self.agrees(wanted, found)
    }

    /// Whether the parenthesis at `open` follows a name, be it of a function or `if`.
    fn is_of_call(&self, open: usize) -> bool {
        const BEFORE_EXPRESSIONS: [&str; 5] = ["return", "else", "do", "throw", "co_return"];
        let before = open.checked_sub(1).map(|before| &self.tokens[before]);
        before.is_some_and(|before| {
            before.kind == TokenKind::Identifier
                && !BEFORE_EXPRESSIONS.iter().any(|keyword| before.is(self.source, keyword))
        })
    }

    /// Whether what follows has the tokens of the pattern that follow its name, in their order and statement by statement.
    fn rest_fits(&self, place: usize) -> bool {
        let Around { pattern, source, tokens, at } = *self;
        let captured = self.captured(place);
        let statements = pattern.statements.iter().filter(|statement| place < statement.end);
        let mut found = at + 1;
        for (number, wanted) in statements.enumerate() {
            let (end, is_whole) = loop {
                match end_of_statement(source, tokens, found) {
                    None => return true,
                    // An empty statement.
                    Some((end, true)) if end == found && number > 0 => found = end + 1,
                    Some(end) => break end,
                }
            };
            let is_there = number == 0 || is_whole;
            let wanted = wanted.start.max(place + 1)..wanted.end;
            if !is_there || !self.statement_fits(wanted, &tokens[found..end], number == 0, captured) {
                return false;
            }
            found = if is_whole { end + 1 } else { end };
        }
        true
    }

    /// Whether the statements before are those of the pattern before the one with its name, by the same measure.
    fn statements_fit(&self, place: usize) -> bool {
        let Around { pattern, source, tokens, at } = *self;
        let captured = self.captured(place);
        let Some(mut begin) = begin_of_statement(source, tokens, at) else { return true };
        for wanted in pattern.statements.iter().rev().filter(|statement| statement.end <= place) {
            let (start, end) = loop {
                // Behind a block there is no statement of this kind.
                let Some(end) = begin.checked_sub(1).filter(|end| tokens[*end].is(source, ";")) else { return false };
                let Some(start) = begin_of_statement(source, tokens, end) else { return true };
                begin = start;
                // Not an empty statement.
                if start < end {
                    break (start, end);
                }
            };
            if !self.statement_fits(wanted.clone(), &tokens[start..end], false, captured) {
                return false;
            }
        }
        true
    }

    /// Whether a statement may be the one that the tokens `wanted` of the pattern describe; of the first one only the rest
    /// is there.
    fn statement_fits(
        &self,
        wanted: Range<usize>,
        statement: &[Token],
        is_rest: bool,
        captured: Option<(CaptureId, &[u8])>,
    ) -> bool {
        let (pattern, source) = (self.pattern, self.source);
        let own = pattern.tokens[wanted.clone()].first();
        if !is_rest && keyword(statement.first(), source) != keyword(own, &pattern.source) {
            return false;
        }
        let mut rest = statement.iter();
        let mut is_there = |text: &[u8]| rest.any(|token| token.text(source) == text);
        let fixed = wanted.clone().filter(|at| pattern.is_fixed[*at]);
        if !fixed.map(|at| pattern.tokens[at].text(&pattern.source)).all(&mut is_there) {
            return false;
        }
        captured.filter(|_| !is_rest).is_none_or(|(capture, name)| {
            let mut tokens = pattern.tokens[wanted].iter();
            let is_used = tokens.any(|token| pattern.capture_named(token.text(&pattern.source)) == Some(capture));
            !is_used || statement.iter().any(|token| token.text(source) == name)
        })
    }

    /// Where the name is that of a function with one argument, a capture: which one, and the last name in what it is here.
    fn captured(&self, place: usize) -> Option<(CaptureId, &[u8])> {
        let Around { pattern, source, tokens, at } = *self;
        let [open, argument, close] = pattern.tokens.get(place + 1..place + 4)? else { return None };
        let is_call = open.is(&pattern.source, "(") && close.is(&pattern.source, ")");
        let capture = pattern.capture_named(argument.text(&pattern.source)).filter(|_| is_call)?;
        let end = after_call(source, tokens, at)?;
        let name = tokens[at + 1..end].iter().rev().find(|token| token.kind == TokenKind::Identifier)?;
        Some((capture, name.text(source)))
    }
}

/// The keywords that a statement begins with which is no expression.
const STATEMENT_KEYWORDS: [&[u8]; 10] =
    [b"if", b"for", b"while", b"do", b"switch", b"return", b"goto", b"break", b"continue", b"else"];

/// The keyword that a statement begins with whose first token is given, if it does with one of these.
fn keyword<'s>(first: Option<&Token>, source: &'s [u8]) -> Option<&'s [u8]> {
    first.map(|token| token.text(source)).filter(|text| STATEMENT_KEYWORDS.contains(text))
}

/// How many tokens a statement may have that is looked at.
const MAX_STATEMENT_TOKENS: usize = 128;

/// Where the statement ends that goes on at `from`: the index of its `;`, and true; or that of the brace that ends the block
/// before it, and false. None where that is not clear.
fn end_of_statement(source: &[u8], tokens: &[Token], from: usize) -> Option<(usize, bool)> {
    let mut depth = 0;
    for (index, token) in tokens.iter().enumerate().skip(from).take(MAX_STATEMENT_TOKENS) {
        if token.kind == TokenKind::Directive {
            return None;
        }
        match token.text(source) {
            b"(" | b"[" | b"{" => depth += 1,
            b"}" if depth <= 0 => return Some((index, false)),
            b")" | b"]" | b"}" => depth -= 1,
            b";" if depth <= 0 => return Some((index, true)),
            _ => {}
        }
    }
    None
}

/// The index at which the statement begins that ends before `end`; none where that is not clear.
fn begin_of_statement(source: &[u8], tokens: &[Token], end: usize) -> Option<usize> {
    let mut depth = 0;
    for (index, token) in tokens[..end].iter().enumerate().rev().take(MAX_STATEMENT_TOKENS) {
        if token.kind == TokenKind::Directive {
            return None;
        }
        match token.text(source) {
            b")" | b"]" => depth += 1,
            b"(" | b"[" => depth -= 1,
            b"{" | b"}" => return (depth <= 0).then_some(index + 1),
            b";" if depth <= 0 => return Some(index + 1),
            _ => {}
        }
    }
    None
}

/// The index of the parenthesis that the one at `close` closes, if it is near.
fn opening(source: &[u8], tokens: &[Token], close: usize) -> Option<usize> {
    let mut depth = 0;
    for (index, token) in tokens[..=close].iter().enumerate().rev().take(MAX_CALL_TOKENS) {
        if token.kind == TokenKind::Directive {
            return None;
        }
        depth += i32::from(token.is(source, ")")) - i32::from(token.is(source, "("));
        if depth == 0 {
            return Some(index);
        }
    }
    None
}

/// Whether the strings of the call whose callee is at `at` hold what the pattern wants of formats. Most calls that parse
/// arguments end here.
fn formats_fit(pattern: &TreePattern, source: &[u8], tokens: &[Token], at: usize) -> bool {
    let mut wanted = pattern.captures.iter().filter_map(|capture| capture.wanted.as_ref());
    let Some(wanted) = wanted.find(|wanted| !wanted.units.is_empty()) else { return true };
    has_format(source, tokens, at, |literals| wanted.describes_literals(literals))
}

/// Whether some string in the call whose callee is at `at` is as `describes` says; true if nobody knows.
fn has_format(source: &[u8], tokens: &[Token], at: usize, describes: impl Fn(&[u8]) -> bool) -> bool {
    let Some(end) = after_call(source, tokens, at) else { return true };
    let is_string = |token: &Token| token.kind == TokenKind::String;
    let runs = tokens[at..end].chunk_by(|one, next| is_string(one) && is_string(next));
    let literals = runs.filter(|run| is_string(&run[0])).map(|run| run[0].range.cover(run[run.len() - 1].range));
    literals.into_iter().any(|range| describes(&source[range.to_usize()]))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::lex;
    use crate::transform::Catalogue;

    /// What is said of the transform `id` at the first `name` in the code.
    fn fit_of(id: &str, name: &str, code: &str) -> Fit {
        let transform = Catalogue::builtin().find(id).unwrap();
        let tokens = lex(code.as_bytes()).tokens;
        let at = tokens.iter().position(|token| token.is(code.as_bytes(), name)).unwrap();
        fit(transform, name, code.as_bytes(), &tokens, at)
    }

    #[test]
    fn the_statement_behind_tells() {
        let drop = |code: &str| fit_of("decref-then-assign", "Py_DECREF", code);
        assert_eq!(drop("{ Py_DECREF(self->x); self->x = y; }"), Fit::Whole);
        assert_eq!(drop("{ Py_DECREF((PyObject *)self->x);; /* then */ (self->x) = y; }"), Fit::Whole);
        assert_eq!(drop("{ Py_DECREF(x);\n#if A\nz = 1;\n#endif\nx = y; }"), Fit::Whole);
        assert_eq!(drop("{ Py_DECREF(x); NOTE_MACRO x = y; }"), Fit::Whole);
        assert_eq!(drop("{ Py_DECREF(x); z = y; }"), Fit::Near);
        assert_eq!(drop("{ Py_DECREF(x); f(x); }"), Fit::Near);
        assert_eq!(drop("{ Py_DECREF(x); if (x = y) z; }"), Fit::Near);
        assert_eq!(drop("{ if (z) { Py_DECREF(x); } x = y; }"), Fit::Near);
    }

    #[test]
    fn the_statements_before_tell() {
        let saved = |code: &str| fit_of("save-then-decref", "Py_DECREF", code);
        assert_eq!(saved("{ PyObject *old = s->x; s->x = y; Py_DECREF(old); }"), Fit::Whole);
        assert_eq!(saved("{ PyObject *old = s->x; s->x = y;; Py_DECREF(old); }"), Fit::Whole);
        assert_eq!(saved("{ PyObject *z = s->x; s->x = y; Py_DECREF(old); }"), Fit::Near);
        assert_eq!(saved("{ PyObject *old = s->x; f(y); Py_DECREF(old); }"), Fit::Near);
        assert_eq!(saved("{ PyObject *old = s->x; { s->x = y; } Py_DECREF(old); }"), Fit::None);
        assert_eq!(saved("{ { PyObject *old = s->x; } s->x = y; Py_DECREF(old); }"), Fit::Near);
    }

    #[test]
    fn what_stands_in_a_call_tells() {
        let item = |code: &str| fit_of("code-field", "PyTuple_GET_ITEM", code);
        assert_eq!(item("x = PyTuple_GET_ITEM(((PyCodeObject *)c)->co_varnames, 0);"), Fit::Whole);
        assert_eq!(item("x = PyTuple_GET_ITEM(names, 0);"), Fit::Near);
        let parse = |code: &str| fit_of("argument-format-wide", "PyArg_ParseTuple", code);
        assert_eq!(parse("if (!PyArg_ParseTuple(args, \"i\" \"u\", &i, &u)) return 0;"), Fit::Whole);
        assert_eq!(parse("if (!PyArg_ParseTuple(args, \"is\", &i, &s)) return 0;"), Fit::Near);
    }

    #[test]
    fn parentheses_are_redundant_where_nothing_is_called() {
        let typed = |code: &str| fit_of("object-type-lvalue", "Py_TYPE", code);
        assert_eq!(typed("(Py_TYPE(x)) = t;"), Fit::Whole);
        assert_eq!(typed("Py_TYPE(x) = t;"), Fit::Whole);
        assert_eq!(typed("return (Py_TYPE(x)) = t;"), Fit::Whole);
        assert_eq!(typed("f(Py_TYPE(x)) = t;"), Fit::None);
        assert_eq!(typed("if (y == Py_TYPE(x)) z = t;"), Fit::None);
    }
}
