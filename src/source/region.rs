//! Cuts a view into the stretches that are parsed alone: top-level declarations, function definitions, and the
//! bodies of macros.
//!
//! One that does not parse then costs one. The cuts come from brackets and a few signs in front of a `{`, never
//! from names, and where brackets do not balance (one side of an `#if` was not taken), a `}` in the first column
//! is taken for the end of the function.

mod cpp;

use super::language::Language;
use super::lexer::{Token, TokenKind, lex_range};
use super::mask::words::{Word, Words};
use super::text::TextRange;

/// What a region is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegionKind {
    /// A function definition.
    Function {
        /// Index of the body's `{` in [`Region::tokens`].
        body: usize,
    },
    /// Any other declaration at the top level, a macro call among them.
    Declaration,
    /// The body of a `#define`.
    MacroBody,
}

/// A stretch of one view that is parsed alone.
#[derive(Clone, Debug)]
pub struct Region {
    /// What it is.
    pub kind: RegionKind,
    /// From its first token to its last.
    pub range: TextRange,
    /// The view's tokens in it, in order, no directives; at least one.
    pub tokens: Vec<Token>,
    /// Whether every bracket has its partner.
    pub balanced: bool,
    /// The language it is in.
    pub language: Language,
    /// Whether it stands in a class.
    pub in_class: bool,
}

impl Region {
    fn new(kind: RegionKind, tokens: Vec<Token>, balanced: bool) -> Option<Self> {
        let range = tokens.first()?.range.cover(tokens.last()?.range);
        Some(Self { kind, range, tokens, balanced, language: Language::C, in_class: false })
    }

    /// The tokens of a function before its body.
    pub fn head(&self) -> Option<&[Token]> {
        self.body().map(|body| &self.tokens[..body.min(self.tokens.len())])
    }

    /// The index of the `{` of a function's body.
    pub fn body(&self) -> Option<usize> {
        match self.kind {
            RegionKind::Function { body } => Some(body),
            _ => None,
        }
    }
}

/// The parts of a `#define`.
#[derive(Clone, Debug)]
pub struct MacroDefinition {
    /// The macro's name.
    pub name: TextRange,
    /// Its parameters if it takes any; `...` is one of them.
    pub parameters: Option<Vec<TextRange>>,
    /// What it expands to, if anything.
    pub body: Option<Region>,
}

/// The parts of the `#define` that `directive` is; none if it is another directive.
pub fn macro_definition(source: &[u8], directive: &Token) -> Option<MacroDefinition> {
    if directive.kind != TokenKind::Directive {
        return None;
    }
    let tokens = lex_range(source, directive.range).tokens;
    let [hash, define, name, rest @ ..] = tokens.as_slice() else { return None };
    if !hash.is(source, "#") || !define.is(source, "define") || name.kind != TokenKind::Identifier {
        return None;
    }
    let takes_parameters = rest.first().is_some_and(|open| open.is(source, "(") && open.range.start == name.range.end);
    let (parameters, body) = if takes_parameters {
        let close = rest.iter().position(|token| token.is(source, ")"))?;
        (Some(parameter_names(source, &rest[1..close])), &rest[close + 1..])
    } else {
        (None, rest)
    };
    let balanced = brackets_balance(source, body);
    let body = Region::new(RegionKind::MacroBody, body.to_vec(), balanced);
    Some(MacroDefinition { name: name.range, parameters, body })
}

/// The names between the parentheses. Of the GNU form `args...` the name counts, of a bare `...` the dots.
fn parameter_names(source: &[u8], tokens: &[Token]) -> Vec<TextRange> {
    let mut names = Vec::new();
    for parameter in tokens.split(|token| token.is(source, ",")) {
        names.extend(parameter.first().map(|token| token.range));
    }
    names
}

fn brackets_balance(source: &[u8], tokens: &[Token]) -> bool {
    let mut open = Vec::new();
    for token in tokens {
        match token.text(source) {
            b"(" => open.push(b")"),
            b"[" => open.push(b"]"),
            b"{" => open.push(b"}"),
            close @ (b")" | b"]" | b"}") if open.pop().is_none_or(|expected| expected != close) => return false,
            _ => {}
        }
    }
    open.is_empty()
}

/// Splits the tokens of a view (directives and untaken branches left out) into top-level regions, in order.
/// `extern "C" {`, its `}` and closing braces that close nothing belong to no region.
pub fn split(source: &[u8], tokens: &[Token], language: Language) -> Vec<Region> {
    if language == Language::Cpp {
        return cpp::split(source, tokens);
    }
    let mut splitter = Splitter { source, region: Vec::new(), state: State::default(), regions: Vec::new() };
    let mut rest = tokens;
    while let Some((token, after)) = rest.split_first() {
        rest = match linkage_len(source, rest) {
            0 => {
                if token.kind != TokenKind::Directive {
                    splitter.take(*token, after);
                }
                after
            }
            len => &rest[len..],
        };
    }
    splitter.finish();
    splitter.regions
}

/// How many tokens a language linkage (`extern "C"`, `extern "C" {`) at the front takes; 0 if there is none.
fn linkage_len(source: &[u8], tokens: &[Token]) -> usize {
    match tokens {
        [word, language, rest @ ..] if word.is(source, "extern") && language.kind == TokenKind::String => {
            2 + usize::from(rest.first().is_some_and(|token| token.is(source, "{")))
        }
        _ => 0,
    }
}

/// What is known of the region under way.
#[derive(Debug, Default)]
struct State {
    parens: i32,
    braces: i32,
    /// Index of the `{` that opens a function body.
    body: Option<usize>,
    // What stood in front of the first `{`, outside brackets unless said otherwise.
    /// A `(` anywhere.
    has_parens: bool,
    has_assign: bool,
    has_typedef: bool,
    /// How many pairs of parentheses.
    groups: u32,
    /// A comma in parentheses.
    has_comma: bool,
}

struct Splitter<'s> {
    source: &'s [u8],
    region: Vec<Token>,
    state: State,
    regions: Vec<Region>,
}

/// How many tokens may lie between a K&R function's parameters and its body. It bounds the look-ahead.
const OLD_STYLE_DECLARATIONS: usize = 400;

impl Splitter<'_> {
    /// Adds `token`; `after` are the tokens behind it.
    fn take(&mut self, token: Token, after: &[Token]) {
        if self.opens_after_macro_call(token) {
            self.end_region(true);
        }
        if token.kind == TokenKind::Punctuator && token.range.len() == 1 {
            self.take_punctuator(token, after);
        } else {
            self.state.has_typedef |= token.is(self.source, "typedef");
            self.region.push(token);
        }
    }

    fn take_punctuator(&mut self, token: Token, after: &[Token]) {
        let outside = self.state.braces == 0 && self.state.parens <= 0;
        let text = token.text(self.source)[0];
        if text == b'}' && self.is_lost(token, after) {
            self.region.push(token);
            self.end_region(false);
            return;
        }
        if text == b'}' && self.state.braces == 0 {
            // The end of an `extern "C"` block, or a leftover of an `#if`.
            return;
        }
        if text == b'{' && outside && self.state.body.is_none() && self.opens_body() {
            self.state.body = Some(self.region.len());
        }
        self.region.push(token);
        match text {
            b'(' => {
                self.state.has_parens = true;
                self.state.parens += 1;
            }
            b'[' => self.state.parens += 1,
            b')' | b']' => {
                self.state.parens -= 1;
                self.state.groups += u32::from(self.state.parens == 0 && text == b')');
            }
            b',' => self.state.has_comma |= self.state.parens > 0,
            b'{' => self.state.braces += 1,
            b'}' => {
                self.state.braces -= 1;
                if self.state.braces == 0 && self.state.body.is_some() {
                    self.end_region(self.state.parens == 0);
                }
            }
            b'=' => self.state.has_assign |= outside,
            b';' if outside && !self.is_old_style_header(after) => self.end_region(self.state.parens == 0),
            _ => {}
        }
    }

    /// Whether `token` begins something new although the region has no end yet: `static` and its like, or behind
    /// nothing but a macro call any name, in the first column behind a macro call without semicolon.
    fn opens_after_macro_call(&self, token: Token) -> bool {
        let outside = self.state.braces == 0 && self.state.parens == 0;
        outside
            && token.kind == TokenKind::Identifier
            && self.state.body.is_none()
            && self.region.last().is_some_and(|last| last.is(self.source, ")"))
            && (self.begins_definition(token) || self.is_macro_call() && !self.is_keyword(token))
            && self.in_first_column(token)
    }

    /// Whether the region is a macro call and nothing else. One that may hold the type of what follows
    /// (`PyAPI_FUNC(int)`) does not count.
    fn is_macro_call(&self) -> bool {
        let [name, open, .., last, _close] = self.region.as_slice() else { return false };
        let class = Words::get().class(name.text(self.source));
        let may_hold_type = !self.state.has_comma
            && (last.is(self.source, "*") || Words::get().class(last.text(self.source)).is_reserved());
        self.state.groups == 1
            && class != Word::TypeWrapper
            && class != Word::BlankCall
            && !class.is_reserved()
            && open.is(self.source, "(")
            && !may_hold_type
            && self.in_first_column(*name)
    }

    fn is_keyword(&self, token: Token) -> bool {
        Words::get().class(token.text(self.source)).is_reserved()
    }

    fn begins_definition(&self, token: Token) -> bool {
        let text = token.text(self.source);
        matches!(text, b"static" | b"typedef" | b"extern") || Words::get().class(text) == Word::Definition
    }

    /// Whether the `}` ends the function although brackets are open: it stands in the first column and so does
    /// what follows, which looks like a definition. Where the body itself begins in the first column, that says
    /// nothing.
    fn is_lost(&self, token: Token, after: &[Token]) -> bool {
        let Some(body) = self.state.body else { return false };
        let is_indented = self.region.get(body + 1).is_some_and(|first| !self.in_first_column(*first));
        let is_word = |token: &Token| token.kind == TokenKind::Identifier;
        let begins_definition = match after {
            [] => true,
            [only] => is_word(only),
            [first, second, ..] => {
                is_word(first)
                    && self.in_first_column(*first)
                    && Words::get().class(first.text(self.source)) != Word::Keyword
                    && (is_word(second) || second.is(self.source, "*") || second.is(self.source, "("))
            }
        };
        (self.state.braces > 1 || self.state.parens > 0)
            && is_indented
            && self.in_first_column(token)
            && begins_definition
    }

    fn in_first_column(&self, token: Token) -> bool {
        token.range.start == 0 || self.source[token.range.start as usize - 1] == b'\n'
    }

    /// Whether a `{` behind the tokens so far opens a function body: there were parentheses or nothing but words
    /// (a macro may bring the parentheses), and it is neither an initializer nor the definition of a struct.
    fn opens_body(&self) -> bool {
        let has_header =
            self.state.has_parens || self.region.last().is_some_and(|last| last.kind == TokenKind::Identifier);
        has_header && !self.state.has_assign && !self.state.has_typedef && !self.opens_fields()
    }

    /// Whether a `{` behind the tokens so far opens a struct, union or enum: the keyword, perhaps an attribute
    /// macro with arguments, perhaps a name.
    fn opens_fields(&self) -> bool {
        let is_tag = |token: &Token| matches!(token.text(self.source), b"struct" | b"union" | b"enum");
        match self.region.as_slice() {
            [.., last] if is_tag(last) => true,
            [.., tag, name] if is_tag(tag) && name.kind == TokenKind::Identifier => true,
            [first, middle @ .., close, name] => {
                is_tag(first)
                    && close.is(self.source, ")")
                    && name.kind == TokenKind::Identifier
                    && !middle.iter().any(|token| token.is(self.source, "*"))
            }
            _ => false,
        }
    }

    /// Whether the region is the header of a K&R definition up to the `;` of a parameter's declaration: words,
    /// `(names)`, a word, and a `{` comes behind nothing but declarations.
    fn is_old_style_header(&self, after: &[Token]) -> bool {
        let is_word = |token: &Token| token.kind == TokenKind::Identifier;
        let is = |token: &Token, text: &str| token.is(self.source, text);
        if self.state.has_assign || self.state.has_typedef || !self.state.has_parens {
            return false;
        }
        let Some(open) = self.region.iter().position(|token| is(token, "(")) else { return false };
        let (head, rest) = (&self.region[..open], &self.region[open + 1..]);
        let Some(close) = rest.iter().position(|token| is(token, ")")) else { return false };
        let (names, declarations) = (&rest[..close], &rest[close + 1..]);
        open > 0
            && head.iter().all(|token| is_word(token) || is(token, "*"))
            && close > 0
            && names.iter().all(|token| is_word(token) || is(token, ","))
            && declarations.len() > 1
            && is_word(&declarations[0])
            && after
                .iter()
                .take(OLD_STYLE_DECLARATIONS)
                .find(|token| !is_word(token) && !["*", ",", ";", "[", "]"].iter().any(|text| is(token, text)))
                .is_some_and(|token| is(token, "{"))
    }

    fn end_region(&mut self, balanced: bool) {
        let mut tokens = std::mem::take(&mut self.region);
        if tokens.iter().all(|token| token.is(self.source, ";")) {
            // `};` behind a function.
            tokens.clear();
        }
        let state = std::mem::take(&mut self.state);
        let kind = match state.body {
            Some(body) => RegionKind::Function { body },
            None => RegionKind::Declaration,
        };
        self.regions.extend(Region::new(kind, tokens, balanced));
    }

    fn finish(&mut self) {
        self.end_region(false);
    }
}

#[cfg(test)]
mod tests {
    use super::super::lexer::lex;
    use super::*;

    /// Each region as `kind: text`.
    fn regions(source: &str) -> Vec<String> {
        let tokens = lex(source.as_bytes()).tokens;
        let show = |region: Region| {
            let kind = match region.kind {
                RegionKind::Function { body } => {
                    assert!(region.tokens[body].is(source.as_bytes(), "{"));
                    "function"
                }
                RegionKind::Declaration => "declaration",
                RegionKind::MacroBody => "macro",
            };
            let balance = if region.balanced { "" } else { "unbalanced " };
            format!("{balance}{kind}: {}", &source[region.range.to_usize()])
        };
        split(source.as_bytes(), &tokens, Language::C).into_iter().map(show).collect()
    }

    #[test]
    fn functions_and_declarations() {
        let source = "int a, b[2] = {1, 2};\nstatic int f(int x) { return x; }\nstruct s { int (*f)(void); };";
        let expected = [
            "declaration: int a, b[2] = {1, 2};",
            "function: static int f(int x) { return x; }",
            "declaration: struct s { int (*f)(void); };",
        ];
        assert_eq!(regions(source), expected);
    }

    #[test]
    fn a_table_behind_parentheses_is_no_body() {
        assert_eq!(regions("T a[] = { F(x) };"), ["declaration: T a[] = { F(x) };"]);
        assert_eq!(regions("typedef struct A(8) { int x; } t;"), ["declaration: typedef struct A(8) { int x; } t;"]);
        assert_eq!(regions("struct A(8) s { int x; };"), ["declaration: struct A(8) s { int x; };"]);
    }

    #[test]
    fn a_struct_as_result_is_a_function() {
        assert_eq!(regions("struct s f(int x) { }"), ["function: struct s f(int x) { }"]);
        assert_eq!(regions("enum e *f(void) { }"), ["function: enum e *f(void) { }"]);
    }

    #[test]
    fn linkage_is_left_out() {
        let source = "extern \"C\" {\nint a;\n}\nextern \"C\" int f(void) {}";
        assert_eq!(regions(source), ["declaration: int a;", "function: int f(void) {}"]);
    }

    #[test]
    fn a_macro_may_bring_the_header() {
        assert_eq!(regions("DECLARATION\n{ }\nint a;"), ["function: DECLARATION\n{ }", "declaration: int a;"]);
        assert_eq!(regions("int f PARAMETERS { }"), ["function: int f PARAMETERS { }"]);
    }

    #[test]
    fn code_in_the_first_column_stays_whole() {
        let source = "int f(void)\n{\nif (x) {\ny();\n}\nz();\n}";
        assert_eq!(regions(source), [format!("function: {source}")]);
    }

    #[test]
    fn old_style_definitions_stay_whole() {
        let source = "int f(a, b) int a; char *b; { return a; }\nint g(c) int c; {}";
        let expected = ["function: int f(a, b) int a; char *b; { return a; }", "function: int g(c) int c; {}"];
        assert_eq!(regions(source), expected);
    }

    #[test]
    fn a_macro_call_without_semicolon_ends_at_the_next_definition() {
        let source = "MODULE(x)\nstatic int f(void) {}";
        assert_eq!(regions(source), ["declaration: MODULE(x)", "function: static int f(void) {}"]);
        assert_eq!(regions("GETTER(a)\nGETTER(b)"), ["declaration: GETTER(a)", "unbalanced declaration: GETTER(b)"]);
        assert_eq!(regions("PyAPI_FUNC(T)\nf(void) {}"), ["function: PyAPI_FUNC(T)\nf(void) {}"]);
        assert_eq!(regions("f(a)\nint a; {}"), ["function: f(a)\nint a; {}"]);
    }

    #[test]
    fn an_open_brace_costs_one_function() {
        let source = "int f(void) {\n  if (x) {\n}\nint g(void) {}";
        assert_eq!(regions(source), ["unbalanced function: int f(void) {\n  if (x) {\n}", "function: int g(void) {}"]);
    }

    #[test]
    fn unfinished_text_is_a_region_of_its_own() {
        assert_eq!(regions("int a"), ["unbalanced declaration: int a"]);
        assert_eq!(regions("}"), [] as [&str; 0]);
        assert_eq!(regions(")"), ["unbalanced declaration: )"]);
    }

    /// `name (parameters) body` of a `#define`; what is absent is left out.
    fn macro_parts(source: &str) -> Option<String> {
        let tokens = lex(source.as_bytes()).tokens;
        let definition = macro_definition(source.as_bytes(), &tokens[0])?;
        let text = |range: TextRange| &source[range.to_usize()];
        let mut parts = text(definition.name).to_owned();
        if let Some(names) = definition.parameters {
            let names: Vec<&str> = names.into_iter().map(text).collect();
            parts += &format!(" ({})", names.join(" "));
        }
        if let Some(body) = definition.body {
            parts += &format!(" = {}", text(body.range));
        }
        Some(parts)
    }

    #[test]
    fn macro_definitions() {
        let parts = |source| macro_parts(source).expect("a definition");
        assert_eq!(parts("#define A"), "A");
        assert_eq!(parts("# define A (x)"), "A = (x)");
        assert_eq!(parts("#define F() x"), "F () = x");
        assert_eq!(parts("#define F(a, b...) a; \\\n b"), "F (a b) = a; \\\n b");
        assert_eq!(parts("#define F(...) f(__VA_ARGS__)"), "F (...) = f(__VA_ARGS__)");
        assert_eq!(macro_parts("#undef A"), None);
        assert_eq!(macro_parts("#define F(a"), None);
    }
}
