//! Regions of C++: functions in namespaces and classes are regions of their own, and so are the declarations around
//! them.

use super::{Region, RegionKind};
use crate::source::language::Language;
use crate::source::lexer::{Token, TokenKind};

/// What the braces around a region belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    /// A namespace, or a language linkage.
    Namespace,
    /// A class, struct or union.
    Class,
}

/// What a `{` behind the head of a declaration opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Opens {
    Scope(Scope),
    Function,
    /// An initializer, an enumeration, or what is not understood.
    Braces,
}

/// How many pairs of braces the head of a declaration may have, such as a constructor's for its members. For each the head is
/// read once more.
const MAX_BRACES: usize = 200;

/// Splits the tokens of a view into regions, in order. The braces of namespaces and classes belong to none.
pub(super) fn split(source: &[u8], tokens: &[Token]) -> Vec<Region> {
    let tokens: Vec<Token> = tokens.iter().filter(|token| token.kind != TokenKind::Directive).copied().collect();
    let mut splitter = Splitter { source, tokens: &tokens, scopes: Vec::new(), regions: Vec::new() };
    let mut at = 0;
    while at < tokens.len() {
        at = splitter.item(at);
    }
    splitter.regions
}

struct Splitter<'s> {
    source: &'s [u8],
    tokens: &'s [Token],
    scopes: Vec<Scope>,
    regions: Vec<Region>,
}

impl Splitter<'_> {
    fn text(&self, at: usize) -> &[u8] {
        self.tokens.get(at).map_or(b"", |token| token.text(self.source))
    }

    fn in_class(&self) -> bool {
        self.scopes.last() == Some(&Scope::Class)
    }

    /// Takes what begins at `at`, and says where the next begins.
    fn item(&mut self, at: usize) -> usize {
        match self.text(at) {
            b"}" => {
                let closed = self.scopes.pop();
                // What a class declares along: `} name;`
                return if closed == Some(Scope::Class) { self.behind_class(at + 1) } else { at + 1 };
            }
            b";" => return at + 1,
            _ => {}
        }
        if let Some(behind) = self.access_label(at) {
            return behind;
        }
        // Behind the macro call, if it is one, that the item begins with.
        let call = (self.is_word(at) && self.text(at + 1) == b"(").then(|| self.behind_brackets(at + 1));
        let mut next = at;
        let mut initializes = false;
        let mut braces = 0;
        loop {
            match self.text(next) {
                b"" if next >= self.tokens.len() => return self.add(RegionKind::Declaration, at, next, false),
                b";" => return self.add(RegionKind::Declaration, at, next + 1, true),
                b"}" => return self.add(RegionKind::Declaration, at, next, true),
                b"(" | b"[" => next = self.behind_brackets(next),
                b"<" if next > at && self.text(next - 1) == b"template" => next = self.behind_template(next),
                b"=" if self.text(next.wrapping_sub(1)) != b"operator" => {
                    initializes = true;
                    next += 1;
                }
                b":" if next > at && self.access_label(next - 1).is_some() && next - 1 > at => {
                    return self.add(RegionKind::Declaration, at, next - 1, true);
                }
                b"{" if initializes || braces == MAX_BRACES => next = self.behind_brackets(next),
                b"{" => match self.opens(at, next) {
                    Opens::Scope(scope) => {
                        self.scopes.push(scope);
                        return next + 1;
                    }
                    Opens::Function => return self.function(at, next),
                    Opens::Braces => {
                        braces += 1;
                        next = self.behind_brackets(next);
                        // A block without a head of a function ends at its brace, an initializer does not.
                        if !matches!(self.text(next), b";" | b"," | b"{" | b"=" | b"(" | b"[" | b":")
                            && !self.is_word(next)
                        {
                            return self.add(RegionKind::Declaration, at, next, true);
                        }
                    }
                },
                _ if call == Some(next) && self.begins_anew(next) => {
                    return self.add(RegionKind::Declaration, at, next, true);
                }
                _ => next += 1,
            }
        }
    }

    fn is_word(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind == TokenKind::Identifier)
    }

    /// Whether what stands behind a macro call without semicolon at `next` is something new.
    fn begins_anew(&self, next: usize) -> bool {
        let between = self.tokens[next - 1].range.end as usize..self.tokens[next].range.start as usize;
        let is_new_line = self.source[between].contains(&b'\n');
        let goes_on = matches!(
            self.text(next),
            b"const" | b"noexcept" | b"override" | b"final" | b"try" | b"throw" | b"volatile" | b"requires"
        );
        is_new_line && self.is_word(next) && !goes_on
    }

    /// The place behind `public:` and its like.
    fn access_label(&self, at: usize) -> Option<usize> {
        if !self.in_class() {
            return None;
        }
        let is_access = matches!(self.text(at), b"public" | b"private" | b"protected" | b"signals" | b"Q_SIGNALS");
        match (self.text(at + 1), self.text(at + 2)) {
            (b":", _) if is_access => Some(at + 2),
            (b"slots" | b"Q_SLOTS", b":") if is_access => Some(at + 3),
            _ => None,
        }
    }

    /// The place behind the bracket at `open` and its partner.
    fn behind_brackets(&self, open: usize) -> usize {
        let mut depth = 0;
        let mut at = open;
        while at < self.tokens.len() {
            match self.text(at) {
                b"(" | b"[" | b"{" => depth += 1,
                b")" | b"]" | b"}" => {
                    depth -= 1;
                    if depth == 0 {
                        return at + 1;
                    }
                }
                _ => {}
            }
            at += 1;
        }
        at
    }

    /// The place behind `<...>`.
    fn behind_template(&self, open: usize) -> usize {
        let mut depth = 0;
        let mut at = open;
        while at < self.tokens.len() {
            match self.text(at) {
                b"(" | b"[" | b"{" => {
                    at = self.behind_brackets(at);
                    continue;
                }
                b"<" => depth += 1,
                b">" => depth -= 1,
                b">>" => depth -= 2,
                b";" => return at,
                _ => {}
            }
            at += 1;
            if depth <= 0 {
                return at;
            }
        }
        at
    }

    /// The place behind the `;` of a class.
    fn behind_class(&self, at: usize) -> usize {
        let mut next = at;
        while self.is_word(next) || matches!(self.text(next), b"*" | b"," | b"[" | b"]") {
            next += 1;
        }
        if self.text(next) == b";" { next + 1 } else { at }
    }

    /// What the `{` at `brace` opens behind the head that begins at `start`.
    fn opens(&self, start: usize, brace: usize) -> Opens {
        let head = &self.tokens[start..brace];
        let is = |token: &Token, text: &str| token.is(self.source, text);
        let name = head.iter().rposition(|token| is(token, "namespace")).map(|at| &head[at + 1..]);
        let is_name = |token: &Token| token.kind == TokenKind::Identifier || is(token, "::");
        if name.is_some_and(|name| name.iter().all(is_name)) {
            return Opens::Scope(Scope::Namespace);
        }
        if head.len() == 2 && is(&head[0], "extern") && head[1].kind == TokenKind::String {
            return Opens::Scope(Scope::Namespace);
        }
        let outer = self.outside_brackets(start, brace);
        if outer.iter().any(|at| self.text(*at) == b"enum") {
            return Opens::Braces;
        }
        let last_close = outer.iter().rev().find(|at| self.text(**at) == b")").copied();
        let class = outer.iter().find(|at| matches!(self.text(**at), b"class" | b"struct" | b"union")).copied();
        let ends_as_function = last_close.is_some_and(|close| {
            self.is_function_tail(close + 1, brace) || class.is_none() && (close + 1..brace).all(|at| self.is_word(at))
        });
        if let Some(class) = class {
            // `struct S *f() {` is a function; `class EXPORT(x) S : Base<f()> {` is not.
            let has_base = outer.iter().any(|at| *at > class && self.text(*at) == b":");
            if !ends_as_function || has_base && last_close.is_some_and(|close| !self.text(close + 1).starts_with(b"{"))
            {
                return Opens::Scope(Scope::Class);
            }
        }
        if last_close.is_some() && (ends_as_function || self.is_initializer_list(&outer)) {
            return if self.initializes_member(&outer, brace) { Opens::Braces } else { Opens::Function };
        }
        Opens::Braces
    }

    /// The tokens outside of all brackets and template parameters.
    fn outside_brackets(&self, start: usize, end: usize) -> Vec<usize> {
        let mut out = Vec::new();
        let mut at = start;
        while at < end {
            match self.text(at) {
                b"(" | b"[" | b"{" => {
                    at = self.behind_brackets(at);
                    if at <= end {
                        out.push(at - 1);
                    }
                }
                b"<" if at > start && self.text(at - 1) == b"template" => at = self.behind_template(at),
                _ => {
                    out.push(at);
                    at += 1;
                }
            }
        }
        out
    }

    /// Whether nothing but what may stand between parameters and a body stands there.
    fn is_function_tail(&self, from: usize, to: usize) -> bool {
        if self.text(from) == b"->" {
            return true;
        }
        (from..to).all(|at| {
            matches!(
                self.text(at),
                b"const"
                    | b"volatile"
                    | b"noexcept"
                    | b"override"
                    | b"final"
                    | b"&"
                    | b"&&"
                    | b"try"
                    | b"mutable"
                    | b"throw"
            ) || self.is_word(at)
                && self.text(at).iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_' || byte.is_ascii_digit())
        })
    }

    /// Whether a constructor's initializer list stands in the head: a `:` behind a `)`.
    fn is_initializer_list(&self, outer: &[usize]) -> bool {
        let close = outer.iter().position(|at| self.text(*at) == b")");
        close.is_some_and(|close| outer[close..].iter().any(|at| matches!(self.text(*at), b":" | b"->")))
    }

    /// Whether the `{` is that of a member in an initializer list: `: member{value}`.
    fn initializes_member(&self, outer: &[usize], brace: usize) -> bool {
        let close = outer.iter().position(|at| self.text(*at) == b")");
        let has_list = close.is_some_and(|close| outer[close..].iter().any(|at| self.text(*at) == b":"));
        has_list
            && (self.is_word(brace - 1) || self.text(brace - 1) == b">")
            && !self.is_function_tail(brace - 1, brace)
    }

    /// A function whose body opens at `body`.
    fn function(&mut self, start: usize, body: usize) -> usize {
        let mut end = self.behind_brackets(body);
        while self.text(end) == b"catch" && self.text(end + 1) == b"(" {
            end = self.behind_brackets(self.behind_brackets(end + 1));
        }
        let balanced = self.text(end - 1) == b"}";
        self.add(RegionKind::Function { body: body - start }, start, end, balanced)
    }

    fn add(&mut self, kind: RegionKind, start: usize, end: usize, balanced: bool) -> usize {
        let tokens = self.tokens[start..end].to_vec();
        if let Some(region) = Region::new(kind, tokens, balanced) {
            self.regions.push(Region { language: Language::Cpp, in_class: self.in_class(), ..region });
        }
        end.max(start + 1)
    }
}

#[cfg(test)]
mod tests {
    use crate::source::{Language, RegionKind, lex, split};

    /// Each function as `f:` and its text's first and last words, each declaration as `d:`.
    fn regions(source: &str) -> Vec<String> {
        let tokens = lex(source.as_bytes()).tokens;
        let show = |region: &crate::source::Region| {
            let kind = if matches!(region.kind, RegionKind::Function { .. }) { "f" } else { "d" };
            let member = if region.in_class { "m" } else { "" };
            format!("{member}{kind}:{}", &source[region.range.to_usize()])
        };
        split(source.as_bytes(), &tokens, Language::Cpp).iter().map(show).collect()
    }

    #[track_caller]
    fn check(source: &str, expected: &[&str]) {
        assert_eq!(regions(source), expected);
    }

    #[test]
    fn functions_stand_in_namespaces_and_classes() {
        check(
            "namespace a { namespace b::c { int f() { return 1; } } int x; }",
            &["f:int f() { return 1; }", "d:int x;"],
        );
        check("extern \"C\" { void f(void) {} }", &["f:void f(void) {}"]);
        check(
            "class A : public B { public: A() : x(1), y{2} { f(); } ~A() {} int g() const override { return 1; } private: int z; };",
            &["mf:A() : x(1), y{2} { f(); }", "mf:~A() {}", "mf:int g() const override { return 1; }", "md:int z;"],
        );
        check(
            "struct S { PyObject_HEAD int x; }; S *f() { return 0; }",
            &["md:PyObject_HEAD int x;", "f:S *f() { return 0; }"],
        );
        check("struct S *f() { return 0; }", &["f:struct S *f() { return 0; }"]);
        check("namespace { class API A final { void f() {} } a; }", &["mf:void f() {}"]);
    }

    #[test]
    fn heads_of_functions() {
        check(
            "template <class T, int N = (1 > 0)> T f(T a) { return a; }",
            &["f:template <class T, int N = (1 > 0)> T f(T a) { return a; }"],
        );
        check("A::A(int x) try : b(x) {} catch (...) {}", &["f:A::A(int x) try : b(x) {} catch (...) {}"]);
        check("auto f(int a) -> decltype(a) { return a; }", &["f:auto f(int a) -> decltype(a) { return a; }"]);
        check(
            "bool operator==(const A &a, const A &b) { return true; }",
            &["f:bool operator==(const A &a, const A &b) { return true; }"],
        );
        check("A &A::operator=(const A &o) { return *this; }", &["f:A &A::operator=(const A &o) { return *this; }"]);
        check("A::operator bool() const { return true; }", &["f:A::operator bool() const { return true; }"]);
        check("int A::*p = &A::x; A() = default;", &["d:int A::*p = &A::x;", "d:A() = default;"]);
        check("PYBIND11_MODULE(name, m) { m.def(1); }", &["f:PYBIND11_MODULE(name, m) { m.def(1); }"]);
    }

    #[test]
    fn declarations_are_no_functions() {
        check(
            "enum class E : int { a, b }; int x{1}; int y = {2}; auto f = [](int a) { return a; };",
            &["d:enum class E : int { a, b };", "d:int x{1};", "d:int y = {2};", "d:auto f = [](int a) { return a; };"],
        );
        check(
            "static PyMethodDef m[] = { {\"a\", f}, {0} }; int z;",
            &["d:static PyMethodDef m[] = { {\"a\", f}, {0} };", "d:int z;"],
        );
        check("MACRO(a)\nint f() { }", &["d:MACRO(a)", "f:int f() { }"]);
        check("class A { Q_OBJECT\npublic: void f(); };", &["md:Q_OBJECT", "md:void f();"]);
        check("using namespace std; typedef struct { int a; } T;", &["d:using namespace std;", "md:int a;"]);
        check("int f() {", &["f:int f() {"]);
        check("}}} int x;", &["d:int x;"]);
    }
}
