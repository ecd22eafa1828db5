//! The pattern language: C with captures. `$name` stands for one expression, `$...name` for the rest of an argument
//! list. A pattern that ends in `;` is made of statements, one that begins with `#include` is that directive, one that
//! begins with `#if` is a name that a condition asks for, a
//! name alone is that name wherever it stands, one with members in braces is the initializer of a structure, and
//! anything else is an expression. `typeof($name)` is the declared type of what was captured. In what is written,
//! `$__func__` is the name of the function around it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use super::file::{Condition, Initialized};
use super::format::{FormatKind, units};
use super::initializer::InitializerPattern;
use super::matcher::{is_pure, without_casts};
use super::precedence::{self, Precedence};
use super::shape::Shape;
use crate::capi::builtin_type_names;
use crate::semantics::{Answer, SemanticModel};
use crate::source::{Region, Token, TokenKind, lex, macro_definition};
use crate::syntax::{CType, NodeId, NodeKind, SyntaxTree, TypeNames, parse};

/// A capture of one pattern, by its place in [`TreePattern::captures`].
pub type CaptureId = usize;

/// A name between `$` and the next byte that cannot stand in one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capture {
    /// Without the `$`.
    pub name: String,
    /// `$...name`: any number of arguments.
    pub rest: bool,
    /// What must hold of what is captured.
    pub wanted: Option<Wanted>,
}

/// What must hold of a capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Its type; any object's will do for `PyObject *` and `PyVarObject *`. None where any type will do.
    pub ctype: Option<CType>,
    /// Only this very type will do.
    pub exact: bool,
    /// Types that will not do.
    pub except: Vec<CType>,
    /// Names that all stand in it.
    pub mentions: Vec<String>,
    /// Names that do not stand in it.
    pub lacks: Vec<String>,
    /// It is a call.
    pub call: bool,
    /// It calls nothing and changes nothing.
    pub pure: bool,
    /// Casts of it are not written.
    pub uncast: bool,
    /// It is a local variable that nothing outside the match mentions.
    pub only_here: bool,
    /// It is a variable whose initializer has a string that another capture tells.
    pub initialized: Option<Initialized>,
    /// Units of formats of which one stands in it.
    pub units: Vec<(FormatKind, Vec<String>)>,
}

impl Wanted {
    /// Whether any object will do.
    pub fn is_object(&self) -> bool {
        self.ctype.as_ref().is_none_or(|ctype| *ctype == CType::Named("PyObject".to_owned()).pointer())
    }

    fn new(condition: &Condition) -> Wanted {
        let limits = condition.limits();
        let units = [(FormatKind::Parse, limits.units), (FormatKind::Build, limits.build_units)];
        Wanted {
            ctype: limits.ctype.as_deref().map(CType::parse),
            exact: limits.exact,
            except: limits.except.iter().map(|text| CType::parse(text)).collect(),
            mentions: limits.mentions,
            lacks: limits.lacks,
            call: limits.call,
            pure: limits.pure,
            uncast: limits.uncast,
            only_here: limits.only_here,
            initialized: limits.initialized,
            units: units.into_iter().filter(|(_, units)| !units.is_empty()).collect(),
        }
    }

    /// Whether all of it holds of the expression `node`.
    pub fn describes(&self, model: &SemanticModel<'_>, node: NodeId) -> Answer {
        let text = model.text(node);
        let mentions = |name: &String| {
            lex(text).tokens.iter().any(|token| token.kind == TokenKind::Identifier && token.is(text, name))
        };
        let is_call = model.tree.kind(without_casts(model, node)) == NodeKind::Call;
        if !self.mentions.iter().all(mentions) || self.lacks.iter().any(mentions) || self.call && !is_call {
            return Answer::No;
        }
        if self.pure && !is_pure(model, node) {
            return Answer::No;
        }
        if !self.units.is_empty() && !self.describes_format(model, node) {
            return Answer::No;
        }
        self.describes_type(model, node)
    }

    fn describes_format(&self, model: &SemanticModel<'_>, node: NodeId) -> bool {
        match model.tree.kind(node) {
            NodeKind::Cast => self.describes_format(model, model.tree.children(node)[1]),
            NodeKind::String => self.describes_literals(model.text(node)),
            _ => false,
        }
    }

    /// Whether the format that adjacent literals make holds one of the units; so it does if none is asked for.
    pub fn describes_literals(&self, literals: &[u8]) -> bool {
        self.units.iter().all(|(kind, wanted)| {
            let found = units(literals, *kind);
            wanted.iter().any(|unit| found.iter().any(|found| *found == unit.as_bytes()))
        })
    }

    fn describes_type(&self, model: &SemanticModel<'_>, node: NodeId) -> Answer {
        // A cast does not make an object another one: what is cast counts too.
        let mut inner = Some(node);
        while let Some(operand) = inner {
            if self.except.iter().any(|except| model.has_exact_type(operand, except) == Answer::Yes) {
                return Answer::No;
            }
            let is_cast = model.tree.kind(operand) == NodeKind::Cast;
            inner = model.tree.children(operand).get(1).copied().filter(|_| is_cast);
        }
        match &self.ctype {
            None => Answer::Yes,
            // Where only this type will do, one that is not known will not.
            Some(ctype) if self.exact && model.has_exact_type(node, ctype) == Answer::Yes => Answer::Yes,
            Some(_) if self.exact => Answer::No,
            Some(ctype) => model.has_type(node, ctype),
        }
    }
}

/// What is found.
pub enum Pattern {
    /// An `#include` of a header, in brackets or quotes.
    Include(IncludePattern),
    /// A name that a condition of an `#if` asks for.
    Asked(String),
    /// A name.
    Name(String),
    /// An expression whose value is read.
    Expression(TreePattern),
    /// A statement or several adjacent ones. One that is an expression is found wherever its value is not used.
    Statements(TreePattern),
    /// The initializer of a variable or compound literal that is a structure, or an array of them.
    Initializer(InitializerPattern),
    /// Code that a rewriter of its own knows.
    Shape(Shape),
}

/// `#include <name>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncludePattern {
    /// The name between the brackets.
    pub name: String,
}

/// C code with captures, parsed.
pub struct TreePattern {
    /// The code, each capture spelled as a name.
    pub source: Vec<u8>,
    /// The tree of the code.
    pub tree: SyntaxTree,
    /// The expression, or the statements in order.
    pub roots: Vec<NodeId>,
    /// The captures, in order of their first use.
    pub captures: Vec<Capture>,
    /// The tokens of the code.
    pub tokens: Vec<Token>,
    /// By token: whether code that the pattern describes has the same one.
    pub is_fixed: Vec<bool>,
    /// The tokens of each statement, without its `;`; those of an expression. None where statements hold others, or any
    /// number of them.
    pub statements: Vec<Range<usize>>,
}

/// Why a text is no pattern.
#[derive(Debug, thiserror::Error)]
pub enum PatternError {
    /// It is longer than [`MAX_PATTERN_BYTES`].
    #[error("longer than {MAX_PATTERN_BYTES} bytes")]
    TooLong,
    /// The C does not parse.
    #[error("does not parse: {0}")]
    Syntax(String),
    /// It has no name to look for.
    #[error("holds no name that could be looked for")]
    NoName,
    /// `[where]` names a capture that is not there, or the template does.
    #[error("`${0}` is no capture of the pattern")]
    UnknownCapture(String),
    /// Pattern and template are not of one kind.
    #[error("an expression, statements, a name, an include and a member can each only become the same")]
    Mixed,
    /// A member of an initializer is not written as one.
    #[error("`{0}` is no member: `.name = value`, or `!.name` for one that is absent")]
    Member(String),
}

/// Spells a capture as a name of C. It begins in lower case, as variables do, and no API has such a name.
const CAPTURE_PREFIX: &str = "capture_of_pattern_";

/// Spells the type of a capture.
const TYPE_PREFIX: &str = "type_of_pattern_";

/// What stands behind the `$` for the name of the function; C has a string of that name.
const FUNCTION: &str = "__func__";

/// Spells the name of the function.
const FUNCTION_NAME: &str = "function_of_pattern";

impl Pattern {
    /// Reads a pattern; `conditions` says by capture what must hold of it.
    pub fn parse(text: &str, conditions: &BTreeMap<String, Condition>) -> Result<Pattern, PatternError> {
        let text = text.trim();
        if let Some(rest) = text.strip_prefix("#include") {
            let name = rest.trim().trim_start_matches(['<', '"']).trim_end_matches(['>', '"']);
            return Ok(Pattern::Include(IncludePattern { name: name.to_owned() }));
        }
        if let Some(name) = super::names::asked(text) {
            return Ok(Pattern::Asked(name.to_owned()));
        }
        if super::names::trigger(text).is_none() {
            return Err(PatternError::NoName);
        }
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            return Ok(Pattern::Name(text.to_owned()));
        }
        let mut captures = Vec::new();
        if let Some((structure, members)) = super::names::initializer(text) {
            let mut found = InitializerPattern::parse(structure, members, &mut captures, true)?;
            found.set_captures(&with_conditions(captures, conditions));
            return Ok(Pattern::Initializer(found));
        }
        let tree = TreePattern::parse(text, &mut captures, true)?;
        let tree = TreePattern { captures: with_conditions(captures, conditions), ..tree };
        Ok(if text.ends_with(';') || text.ends_with('}') {
            Pattern::Statements(tree)
        } else {
            Pattern::Expression(tree)
        })
    }

    /// The captures.
    pub fn captures(&self) -> &[Capture] {
        match self {
            Pattern::Shape(Shape::ReturnConvention(convention)) => &convention.call.captures,
            Pattern::Shape(Shape::MacroPair(pair)) => &pair.opening.find.captures,
            Pattern::Include(_) | Pattern::Asked(_) | Pattern::Name(_) | Pattern::Shape(_) => &[],
            Pattern::Expression(tree) | Pattern::Statements(tree) => &tree.captures,
            Pattern::Initializer(found) => &found.captures,
        }
    }
}

/// One `[where]` serves all patterns of a file, so it may name captures that only another pattern has.
fn with_conditions(captures: Vec<Capture>, conditions: &BTreeMap<String, Condition>) -> Vec<Capture> {
    let wanted = |capture: Capture| Capture { wanted: conditions.get(&capture.name).map(Wanted::new), ..capture };
    captures.into_iter().map(wanted).collect()
}

impl TreePattern {
    /// Parses code with captures. New captures are added to `captures` if `open`, and an error otherwise.
    pub(super) fn parse(text: &str, captures: &mut Vec<Capture>, open: bool) -> Result<TreePattern, PatternError> {
        let spelled = spell_captures(text, captures, open)?;
        // The body of a macro is the one kind of region that takes an expression as well as statements.
        let prefix = "#define P ";
        let source = format!("{prefix}{}", spelled.replace('\n', "\\\n")).into_bytes();
        let directive = lex(&source).tokens[0];
        let body: Region = macro_definition(&source, &directive)
            .and_then(|definition| definition.body)
            .ok_or_else(|| PatternError::Syntax("nothing there".to_owned()))?;
        let tree = parse(&source, &body, pattern_types()).map_err(|error| PatternError::Syntax(error.reason))?;
        let roots = tree.children(tree.root()).to_vec();
        if roots.is_empty() {
            return Err(PatternError::Syntax("nothing there".to_owned()));
        }
        let mut pattern = TreePattern {
            source,
            tree,
            roots,
            captures: captures.clone(),
            tokens: body.tokens,
            is_fixed: Vec::new(),
            statements: Vec::new(),
        };
        pattern.is_fixed = pattern.tokens.iter().map(|token| pattern.is_fixed(token)).collect();
        pattern.statements = pattern.statements();
        Ok(pattern)
    }

    fn is_fixed(&self, token: &Token) -> bool {
        // Parentheses may be redundant, and some tokens have two spellings.
        const LOOSE: [&[u8]; 14] =
            [b"(", b")", b";", b"NULL", b"&&", b"||", b"!", b"~", b"&", b"|", b"^", b"!=", b"&=", b"|="];
        let text = token.text(&self.source);
        let is_spelled = self.capture_named(text).is_some() || self.type_named(text).is_some();
        // A type is compared as a type.
        let is_of_type = self.tree.nodes().any(|node| {
            let holds = self.tree.range(node).contains_offset(token.range.start);
            match self.tree.kind(node) {
                NodeKind::TypeName | NodeKind::SizeofType => holds,
                NodeKind::Declaration { .. } => holds && text != b"=",
                _ => false,
            }
        });
        !(LOOSE.contains(&text) || is_spelled || is_of_type || token.kind == TokenKind::String)
    }

    fn statements(&self) -> Vec<Range<usize>> {
        const NESTING: [&str; 7] = ["{", "if", "for", "while", "do", "switch", "else"];
        let is_nested = self.tokens.iter().any(|token| NESTING.iter().any(|other| token.is(&self.source, other)));
        let is_open = (0..self.captures.len()).any(|capture| self.is_rest_of_statements(capture));
        if is_nested || is_open {
            return Vec::new();
        }
        let mut start = 0;
        let statements = self.tokens.split(|token| token.is(&self.source, ";")).map(|statement| {
            let range = start..start + statement.len();
            start = range.end + 1;
            range
        });
        statements.filter(|range| !range.is_empty()).collect()
    }

    /// The capture that `node` stands for, if it does.
    pub fn capture_at(&self, node: NodeId) -> Option<CaptureId> {
        match self.tree.kind(node) {
            NodeKind::Identifier => self.capture_named(&self.source[self.tree.core(node).to_usize()]),
            _ => None,
        }
    }

    /// Whether a capture stands for the rest of the statements of a block: `$...rest;`.
    pub fn is_rest_of_statements(&self, id: CaptureId) -> bool {
        self.captures[id].rest
            && self.tree.nodes().any(|node| {
                let is_statement = |up: NodeId| self.tree.kind(up) == NodeKind::ExpressionStatement;
                self.capture_at(node) == Some(id) && self.tree.parent(node).is_some_and(is_statement)
            })
    }

    /// The capture that stands for the rest of what `last` is the last of: of arguments, or of statements.
    pub fn rest_at(&self, last: NodeId) -> Option<CaptureId> {
        let inner = match (self.tree.kind(last), self.tree.children(last)) {
            (NodeKind::ExpressionStatement, [only]) => *only,
            _ => last,
        };
        self.capture_at(inner).filter(|id| self.captures[*id].rest)
    }

    /// The capture that a token is spelled as.
    pub fn capture_named(&self, text: &[u8]) -> Option<CaptureId> {
        std::str::from_utf8(text.strip_prefix(CAPTURE_PREFIX.as_bytes())?).ok()?.parse().ok()
    }

    /// The capture whose type a token is spelled as.
    pub fn type_named(&self, text: &[u8]) -> Option<CaptureId> {
        std::str::from_utf8(text.strip_prefix(TYPE_PREFIX.as_bytes())?).ok()?.parse().ok()
    }

    /// The capture whose type the `TypeName` or `Declarator` at `node` is.
    pub fn type_at(&self, node: NodeId) -> Option<CaptureId> {
        match self.tree.ctype(node) {
            CType::Named(name) => self.type_named(name.as_bytes()),
            _ => None,
        }
    }
}

/// How long a pattern or template may be, in bytes. What is written at each of many places must be short.
pub const MAX_PATTERN_BYTES: usize = 4096;

/// How many captures of a pattern can be asked for their types.
const MAX_TYPED_CAPTURES: usize = 16;

/// The names that are types in patterns: those of the C API and common headers, and the spelled types of captures.
fn pattern_types() -> &'static TypeNames {
    static TYPES: LazyLock<TypeNames> = LazyLock::new(|| {
        let mut types: TypeNames = builtin_type_names().collect();
        types.extend((0..MAX_TYPED_CAPTURES).map(|id| format!("{TYPE_PREFIX}{id}")));
        types
    });
    &TYPES
}

/// Replaces `$name`, `$...name` and `typeof($name)` by names of C, and `$__func__` where nothing new is captured.
fn spell_captures(text: &str, captures: &mut Vec<Capture>, open: bool) -> Result<String, PatternError> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let (is_rest, after) = after.strip_prefix("...").map_or((false, after), |after| (true, after));
        let length = after.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        let name = &after[..length];
        if name == FUNCTION && !is_rest && !open {
            out.push_str(FUNCTION_NAME);
            rest = &after[length..];
            continue;
        }
        let found = captures.iter().position(|capture| capture.name == name && capture.rest == is_rest);
        let id = match found {
            Some(id) => id,
            None if open && !name.is_empty() && name != FUNCTION => {
                captures.push(Capture { name: name.to_owned(), rest: is_rest, wanted: None });
                captures.len() - 1
            }
            None => return Err(PatternError::UnknownCapture(name.to_owned())),
        };
        rest = &after[length..];
        match out.strip_suffix("typeof(").zip(rest.strip_prefix(')')) {
            Some((before, after)) => {
                out = format!("{before}{TYPE_PREFIX}{id}");
                rest = after;
            }
            None => out.push_str(&format!("{CAPTURE_PREFIX}{id}")),
        }
    }
    out.push_str(rest);
    Ok(out)
}

/// A token of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateToken {
    /// The text between this token and the one before: blanks and newlines.
    pub space: String,
    /// What stands there.
    pub content: TemplateContent,
}

/// What a token of a template becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateContent {
    /// This very text.
    Text(String),
    /// What was captured.
    Capture {
        /// Which one.
        id: CaptureId,
        /// How tightly it must hold together to stand there without parentheses.
        required: Precedence,
        /// Whether it becomes an argument of a call.
        argument: bool,
    },
    /// The type in a declaration of what was captured, as it stands there.
    TypeOf(CaptureId),
    /// A cast to the type of what was captured; nothing where that is `PyObject *`.
    CastTo(CaptureId),
    /// The same, as C++ names a cast, up to the parenthesis before what is cast.
    NamedCastTo(CaptureId),
    /// The parenthesis behind it, if there is a cast.
    EndOfCast(CaptureId),
    /// The name of the function around the match.
    FunctionName,
}

/// What is written in the place of a match.
pub struct Template {
    /// Its tokens; none where the match is taken out.
    pub tokens: Vec<TemplateToken>,
    /// How tightly the whole holds together, if it is an expression.
    pub precedence: Precedence,
    /// How many statements it is made of; 0 for an expression or nothing.
    pub statements: usize,
    /// Whether the whole can be assigned to or have its address taken.
    pub is_lvalue: bool,
    /// The names it introduces, each once.
    pub introduces: Vec<String>,
    /// The member that it gives the value to, in an initializer.
    pub field: Option<String>,
}

impl Template {
    /// Whether it is a statement that ends in a block.
    pub fn ends_in_block(&self) -> bool {
        self.statements > 0
            && matches!(self.tokens.last(), Some(token) if token.content == TemplateContent::Text("}".to_owned()))
    }

    /// Reads what a match of `pattern` becomes.
    pub fn parse(text: &str, pattern: &Pattern) -> Result<Template, PatternError> {
        let text = text.trim();
        let introduces: Vec<String> = super::names::identifiers(text).into_iter().map(str::to_owned).collect();
        let plain = |precedence| Template {
            tokens: plain_tokens(text),
            precedence,
            statements: 0,
            is_lvalue: false,
            introduces: introduces.clone(),
            field: None,
        };
        match pattern {
            Pattern::Include(_) if text.is_empty() => Ok(plain(precedence::LOWEST)),
            Pattern::Include(_) => {
                let condition = text.starts_with("#if ").then_some(text);
                let text = condition.or_else(|| text.strip_prefix("#include")).ok_or(PatternError::Mixed)?.trim();
                let token = TemplateToken { space: String::new(), content: TemplateContent::Text(text.to_owned()) };
                Ok(Template { tokens: vec![token], introduces: Vec::new(), ..plain(precedence::LOWEST) })
            }
            Pattern::Asked(_) | Pattern::Shape(_) => Err(PatternError::Mixed),
            Pattern::Name(_) => Ok(Template { is_lvalue: true, ..plain(u8::MAX) }),
            Pattern::Statements(_) | Pattern::Initializer(_) if text.is_empty() => Ok(plain(precedence::LOWEST)),
            Pattern::Initializer(found) => {
                let (structure, members) = super::names::initializer(text).ok_or(PatternError::Mixed)?;
                let mut captures = found.captures.clone();
                let new = InitializerPattern::parse(structure, members, &mut captures, false)?;
                match (&new.members[..], found.members.first()) {
                    ([member], Some(_)) if new.structure == found.structure => {
                        let value = member.value.as_ref().ok_or(PatternError::Mixed)?;
                        let own = [&new.structure, &member.field];
                        let introduces = introduces.iter().filter(|name| !own.contains(name)).cloned().collect();
                        let (tokens, field) = (tree_tokens(value), Some(member.field.clone()));
                        Ok(Template { tokens, field, introduces, ..plain(precedence::LOWEST) })
                    }
                    _ => Err(PatternError::Mixed),
                }
            }
            Pattern::Expression(found) | Pattern::Statements(found) => {
                let is_statements = text.ends_with(';') || text.ends_with('}');
                if is_statements != matches!(pattern, Pattern::Statements(_)) {
                    return Err(PatternError::Mixed);
                }
                let mut captures = found.captures.clone();
                let tree = TreePattern::parse(text, &mut captures, false)?;
                let root = tree.roots[0];
                Ok(Template {
                    tokens: tree_tokens(&tree),
                    precedence: precedence::of_kind(tree.tree.kind(root)),
                    statements: if is_statements { tree.roots.len() } else { 0 },
                    is_lvalue: is_lvalue_kind(tree.tree.kind(root)),
                    introduces,
                    field: None,
                })
            }
        }
    }
}

/// Whether an expression of this kind can be assigned to.
pub fn is_lvalue_kind(kind: NodeKind) -> bool {
    use crate::syntax::UnaryOperator::Dereference;
    matches!(kind, NodeKind::Identifier | NodeKind::Member { .. } | NodeKind::Index | NodeKind::Unary(Dereference))
}

fn plain_tokens(text: &str) -> Vec<TemplateToken> {
    let tokens = lex(text.as_bytes()).tokens;
    let text_of = |token: &Token| text[token.range.to_usize()].to_owned();
    with_spaces(text.as_bytes(), &tokens, |token| TemplateContent::Text(text_of(token)))
}

fn tree_tokens(pattern: &TreePattern) -> Vec<TemplateToken> {
    let places: BTreeMap<u32, NodeId> = pattern
        .tree
        .nodes()
        .filter(|node| pattern.capture_at(*node).is_some())
        .map(|node| (pattern.tree.core(node).start, node))
        .collect();
    let tokens = with_spaces(&pattern.source, &pattern.tokens, |token| {
        let text = token.text(&pattern.source);
        if let Some(id) = pattern.type_named(text) {
            return TemplateContent::TypeOf(id);
        }
        if text == FUNCTION_NAME.as_bytes() {
            return TemplateContent::FunctionName;
        }
        match pattern.capture_named(text) {
            Some(id) if token.kind == TokenKind::Identifier => {
                let node = places.get(&token.range.start);
                TemplateContent::Capture {
                    id,
                    required: node.map_or(precedence::LOWEST, |node| precedence::required_at(&pattern.tree, *node)),
                    argument: node.is_some_and(|node| precedence::is_argument(&pattern.tree, *node)),
                }
            }
            _ => TemplateContent::Text(String::from_utf8_lossy(text).into_owned()),
        }
    });
    with_casts(tokens)
}

/// A type in parentheses is a cast.
fn with_casts(tokens: Vec<TemplateToken>) -> Vec<TemplateToken> {
    let is = |token: Option<&TemplateToken>, text: &str| {
        token.is_some_and(|token| token.content == TemplateContent::Text(text.to_owned()))
    };
    let mut out: Vec<TemplateToken> = Vec::new();
    let mut rest = tokens.into_iter().peekable();
    while let Some(token) = rest.next() {
        match token.content {
            TemplateContent::TypeOf(id) if is(out.last(), "(") && is(rest.peek(), ")") => {
                rest.next();
                if let Some(open) = out.last_mut() {
                    open.content = TemplateContent::CastTo(id);
                }
            }
            _ => out.push(token),
        }
    }
    out
}

fn with_spaces(
    source: &[u8],
    tokens: &[Token],
    mut content: impl FnMut(&Token) -> TemplateContent,
) -> Vec<TemplateToken> {
    let mut end = tokens.first().map_or(0, |token| token.range.start);
    let mut out = Vec::new();
    for token in tokens {
        // The line splices are those that made one directive of several lines.
        let space = String::from_utf8_lossy(&source[end as usize..token.range.start as usize]).replace('\\', "");
        out.push(TemplateToken { space, content: content(token) });
        end = token.range.end;
    }
    out
}
