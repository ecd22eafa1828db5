//! What one file declares.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::lookup::{self, Tables};
use super::places::places;
use super::scanner;
use crate::capi::{Build, BuildSet, Implementation, PythonVersion, macro_presence};
use crate::source::{
    Condition, ConditionalTree, DirectiveKind, MAX_FILE_BYTES, TextRange, Token, TokenKind, directive, directives,
    first_name, include, is_name_byte, lex, lex_range,
};
use crate::syntax::CType;

/// How many views of a file are looked at. More would cost time for branches that hardly declare anything new.
const MAX_VIEWS: usize = 4;

/// A table by name.
pub(super) type Named<T> = FxHashMap<Box<str>, T>;

/// An `#include` as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncludeEntry {
    /// The name between the brackets or quotes.
    pub name: Box<str>,
    /// Whether it stands in `<` and `>`.
    pub angled: bool,
    /// Where the bracket or quote opens.
    pub offset: u32,
    /// Whether it stands inside an `#if`.
    pub conditional: bool,
    /// What must hold for it to be compiled.
    pub conditions: Vec<Condition>,
}

/// A function that is declared or defined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// The type of its result; unknown where declarations contradict each other.
    pub returns: CType,
    /// Whether it has a body.
    pub defined: bool,
    /// Whether CPython without the Limited API may compile a body. Where not, the name is the C API's there.
    pub native: bool,
    /// Whether it is seen only in the files that hold it.
    pub is_static: bool,
}

/// A macro, by all its definitions in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Macro {
    /// Whether one of the definitions takes parameters.
    pub function_like: bool,
    /// Where the `#define` directives begin.
    pub offsets: Vec<u32>,
    /// The builds for which it may be defined.
    pub builds: BuildSet,
    /// Whether a comma outside brackets stands in one of the bodies: it may be several arguments or values.
    pub is_list: bool,
    /// The parameters, counted from 0, that one of the bodies assigns to or takes the address of.
    pub places: BTreeSet<usize>,
    /// The names that the bodies begin with.
    pub(super) heads: Vec<Box<str>>,
}

/// The members of a `struct`, `union` or `class`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Structure {
    /// Whether it begins as every Python object does. From a [`FileIndex`] this is what the file alone can tell.
    pub object: bool,
    /// Names and types of the members, those of unnamed inner structures too, in the order of the source. Members
    /// that come from a macro are not among them.
    pub fields: Vec<(String, CType)>,
    /// What its definitions begin with.
    pub(super) heads: Vec<Head>,
    /// The members by name.
    places: Named<usize>,
}

impl Macro {
    /// The names that its bodies begin with.
    pub fn heads(&self) -> impl Iterator<Item = &str> {
        self.heads.iter().map(|head| &**head)
    }
}

impl Structure {
    /// The type of a member.
    pub fn field(&self, name: &str) -> Option<&CType> {
        self.places.get(name).map(|at| &self.fields[*at].1)
    }
}

/// What a structure begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// A macro, a typedef or a base class.
    Named(Box<str>),
    /// `struct tag`.
    Tagged(Box<str>),
}

/// What one file declares, as far as its tokens tell.
#[derive(Debug, Default)]
pub struct FileIndex {
    pub(super) includes: Vec<IncludeEntry>,
    pub(super) variables: Named<CType>,
    pub(super) functions: Named<Function>,
    pub(super) macros: Named<Macro>,
    pub(super) typedefs: Named<CType>,
    pub(super) structures: Named<Structure>,
    pub(super) enumerators: FxHashSet<Box<str>>,
}

impl FileIndex {
    /// Reads the bytes of a file as one of many of a project: of one that does not speak of Python only what it
    /// includes, its macros and the names of its types, which is much faster.
    pub fn survey(source: &[u8]) -> FileIndex {
        if source.len() as u64 > MAX_FILE_BYTES || speaks_of_python(source) {
            return FileIndex::scan(source);
        }
        brief(source)
    }

    /// Reads the directives of a file: its includes and macros, with the builds that define them, and nothing else.
    pub fn of_directives(source: &[u8]) -> FileIndex {
        let tokens = directives(source);
        let Ok(tree) = ConditionalTree::new(source, &tokens) else { return FileIndex::default() };
        let mut builder = Builder::default();
        tokens.iter().for_each(|token| builder.directive(source, token, &tree));
        builder.finish(&tree)
    }

    /// Reads the bytes of a file. Where its `#if`s are nested too deeply, or it is too large, nothing is found.
    pub fn scan(source: &[u8]) -> FileIndex {
        if source.len() as u64 > MAX_FILE_BYTES {
            return FileIndex::default();
        }
        let mut tokens = lex(source).tokens;
        let Ok(tree) = ConditionalTree::new(source, &tokens) else { return FileIndex::default() };
        let mut builder = Builder::default();
        builder.index.enumerators = enumerators(source, &tokens);
        for token in tokens.iter().filter(|token| token.kind == TokenKind::Directive) {
            builder.directive(source, token, &tree);
        }
        if tree.is_empty() {
            tokens.retain(|token| token.kind != TokenKind::Directive);
            scanner::scan(source, &tokens, &mut builder);
        } else {
            let wanted = declaring_offsets(source, &tokens);
            for view in tree.views(source, &tokens, &wanted).take(MAX_VIEWS) {
                scanner::scan(source, &view, &mut builder);
            }
        }
        builder.finish(&tree)
    }

    /// The names of the functions that have a body here.
    pub fn defined_functions(&self) -> impl Iterator<Item = &str> {
        self.functions.iter().filter(|(_, function)| function.defined).map(|(name, _)| &**name)
    }

    /// The names of everything declared here but variables: functions, macros, types, constants of enumerations.
    pub fn declared_names(&self) -> impl Iterator<Item = &str> {
        let named = self.functions.keys().chain(self.macros.keys()).chain(self.typedefs.keys());
        named.chain(self.structures.keys()).chain(&self.enumerators).map(|name| &**name)
    }

    /// The `#include`s, in order.
    pub fn includes(&self) -> impl Iterator<Item = &IncludeEntry> {
        self.includes.iter()
    }

    /// The enumerators that it defines, in no order.
    pub fn enumerators(&self) -> impl Iterator<Item = &str> {
        self.enumerators.iter().map(|name| &**name)
    }

    /// Whether an `enum` of the file has a constant `name`.
    pub fn has_enumerator(&self, name: &str) -> bool {
        self.enumerators.contains(name)
    }

    /// The type of a variable at the top level, static or not.
    pub fn variable(&self, name: &str) -> Option<&CType> {
        self.variables.get(name)
    }

    /// A function.
    pub fn function(&self, name: &str) -> Option<&Function> {
        self.functions.get(name)
    }

    /// A macro.
    pub fn macro_definition(&self, name: &str) -> Option<&Macro> {
        self.macros.get(name)
    }

    /// Whether some Python that code can be upgraded for may define a macro of that name. What only Python 2 gets says
    /// nothing of the others.
    pub fn has_live_macro(&self, name: &str) -> bool {
        let dead = || BuildSet::before(PythonVersion::OLDEST);
        self.macros.get(name).is_some_and(|found| !found.builds.is_subset(dead()))
    }

    /// What a typedef stands for.
    pub fn typedef(&self, name: &str) -> Option<&CType> {
        self.typedefs.get(name)
    }

    /// A structure by its tag; one without is called as the typedef that names it.
    pub fn structure(&self, name: &str) -> Option<&Structure> {
        self.structures.get(name)
    }

    /// Whether a structure or typedef is a Python object, as far as this file alone tells.
    pub fn is_object(&self, name: &str) -> bool {
        lookup::is_object(self, name)
    }
}

impl Tables for FileIndex {
    fn typedef(&self, name: &str) -> Option<&CType> {
        self.typedefs.get(name)
    }

    fn structure(&self, name: &str) -> Option<&Structure> {
        self.structures.get(name)
    }

    fn macro_heads(&self, name: &str) -> Option<&[Box<str>]> {
        self.macros.get(name).map(|found| found.heads.as_slice())
    }
}

/// Whether a file may declare something that has to do with Python: it holds the letters that all names of the C API
/// but a few begin with, or the prefixes of those few.
fn speaks_of_python(source: &[u8]) -> bool {
    let begins_a_word = |at: usize| at == 0 || !is_name_byte(source[at - 1]);
    let holds_name = |prefix: &str| memchr::memmem::find_iter(source, prefix.as_bytes()).any(begins_a_word);
    memchr::memmem::find(source, b"Py").is_some() || holds_name("PY_") || holds_name("T_") || holds_name("READ")
}

/// The includes, macros and names of types of a file. The types stand for structures that are no objects.
fn brief(source: &[u8]) -> FileIndex {
    let mut builder = Builder::default();
    let tokens = directives(source);
    let tree = ConditionalTree::new(source, &tokens).unwrap_or_default();
    for token in &tokens {
        builder.directive(source, token, &tree);
    }
    for at in memchr::memmem::find_iter(source, b"typedef ") {
        let end = (at + MAX_TYPEDEF_BYTES).min(source.len());
        if let Some(name) = typedef_name(source, TextRange::new(at as u32, end as u32)) {
            builder.typedef(name, CType::Tagged(name.to_owned()));
        }
    }
    builder.finish(&tree)
}

/// How much of a typedef is looked at, in bytes.
const MAX_TYPEDEF_BYTES: usize = 2048;

/// The name that the typedef at the start of `range` introduces: the last one before its `;`, or the one in `(*name)`.
fn typedef_name(source: &[u8], range: TextRange) -> Option<&str> {
    let tokens = lex_range(source, range).tokens;
    let mut depth = 0;
    let mut name = None;
    for (at, token) in tokens.iter().enumerate() {
        match (token.kind, source[token.range.start as usize]) {
            (TokenKind::Punctuator, b'{' | b'(' | b'[') => depth += 1,
            (TokenKind::Punctuator, b'}' | b')' | b']') => depth -= 1,
            (TokenKind::Punctuator, b';') if depth == 0 => {
                return std::str::from_utf8(name?).ok();
            }
            (TokenKind::Identifier, _) => {
                let of_pointer =
                    depth == 1 && at >= 2 && tokens[at - 1].is(source, "*") && tokens[at - 2].is(source, "(");
                if depth == 0 || of_pointer {
                    name = Some(token.text(source));
                }
            }
            _ => {}
        }
    }
    None
}

/// The constants of the enumerations: in the braces behind `enum`, the names that begin an item.
fn enumerators(source: &[u8], tokens: &[Token]) -> FxHashSet<Box<str>> {
    let mut found = FxHashSet::default();
    let mut at = 0;
    while at < tokens.len() {
        let is_enum = tokens[at].kind == TokenKind::Identifier && tokens[at].is(source, "enum");
        at += 1;
        if !is_enum {
            continue;
        }
        at += usize::from(tokens.get(at).is_some_and(|token| token.kind == TokenKind::Identifier));
        if !tokens.get(at).is_some_and(|token| token.is(source, "{")) {
            continue;
        }
        let mut begins = false;
        let mut depth = 0;
        while let Some(token) = tokens.get(at) {
            match (token.kind, source[token.range.start as usize]) {
                (TokenKind::Punctuator, b'{' | b'(') => depth += 1,
                (TokenKind::Punctuator, b'}' | b')') => depth -= 1,
                (TokenKind::Identifier, _) if begins => {
                    found.extend(std::str::from_utf8(token.text(source)).ok().map(Box::from));
                }
                _ => {}
            }
            begins = depth == 1
                && (token.is(source, "{") || token.is(source, ",") || token.kind == TokenKind::Directive && begins);
            if depth == 0 {
                break;
            }
            at += 1;
        }
    }
    found
}

/// Where the words stand that may declare something: not those in function bodies, nor the `extern` of an
/// `extern "C" {`. Branches with no other words make no view of their own.
fn declaring_offsets(source: &[u8], tokens: &[Token]) -> Vec<u32> {
    let mut offsets = Vec::new();
    let mut depth = 0usize;
    let mut before = 0;
    for token in tokens {
        let start = token.range.start as usize;
        match token.kind {
            TokenKind::Identifier => {
                if depth == 0 && !token.is(source, "extern") {
                    offsets.push(token.range.start);
                }
                before = b'a';
            }
            TokenKind::Punctuator => {
                match source[start] {
                    b'{' if depth > 0 || matches!(before, b')' | b'=') => depth += 1,
                    // The braces may not balance here, where both sides of an `#if` are seen.
                    b'}' if start == 0 || source[start - 1] == b'\n' => depth = 0,
                    b'}' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                before = source[start];
            }
            TokenKind::Directive => {}
            _ => before = 0,
        }
    }
    offsets
}

/// A structure under construction.
pub(super) type StructureId = usize;

#[derive(Default)]
struct OpenStructure {
    name: Box<str>,
    heads: Vec<Head>,
    /// By the offset of the name: views show the same member again, and inner structures are read later.
    fields: Vec<(u32, String, CType)>,
}

/// Collects the declarations of a file, from one view after the other.
#[derive(Default)]
pub(super) struct Builder {
    index: FileIndex,
    structures: Vec<OpenStructure>,
    structure_ids: Named<StructureId>,
    /// Where functions are defined.
    bodies: Vec<(u32, Box<str>)>,
}

impl Builder {
    fn directive(&mut self, source: &[u8], token: &Token, tree: &ConditionalTree) {
        let directive = directive(source, token);
        match directive.kind {
            DirectiveKind::Include => {
                if let Some(found) = include(source, &directive) {
                    self.index.includes.push(IncludeEntry {
                        name: found.name.into(),
                        angled: found.angled,
                        offset: found.range.start,
                        conditional: tree.is_conditional(found.range.start),
                        conditions: tree.conditions_at(found.range.start),
                    });
                }
            }
            DirectiveKind::Define => {
                let Some(range) = first_name(source, &directive) else { return };
                let Ok(name) = std::str::from_utf8(&source[range.to_usize()]) else { return };
                let body = &source[range.end as usize..directive.range.end as usize];
                let function_like = body.first() == Some(&b'(');
                let found = Macro {
                    function_like,
                    offsets: vec![directive.range.start],
                    builds: builds_of_macro(directive.range.start, tree),
                    is_list: is_list(body),
                    places: places(body),
                    heads: first_name_of_body(body).map(Box::from).into_iter().collect(),
                };
                self.define(name, found);
            }
            _ => {}
        }
    }

    fn define(&mut self, name: &str, found: Macro) {
        let Some(known) = self.index.macros.get_mut(name) else {
            self.index.macros.insert(name.into(), found);
            return;
        };
        known.function_like |= found.function_like;
        known.offsets.extend(found.offsets);
        known.builds = known.builds.union(found.builds);
        known.is_list |= found.is_list;
        known.places.extend(found.places);
        // A macro that is defined over and over (as for templates) begins with few names.
        if known.heads.len() < 8 {
            let new: Vec<_> = found.heads.into_iter().filter(|head| !known.heads.contains(head)).collect();
            known.heads.extend(new);
        }
    }

    /// The structure of that name; it need not be the first time that it is opened.
    pub(super) fn structure(&mut self, name: &str) -> StructureId {
        if let Some(id) = self.structure_ids.get(name) {
            return *id;
        }
        let id = self.structures.len();
        self.structure_ids.insert(name.into(), id);
        self.structures.push(OpenStructure { name: name.into(), ..OpenStructure::default() });
        id
    }

    pub(super) fn head(&mut self, structure: StructureId, head: Head) {
        let heads = &mut self.structures[structure].heads;
        if heads.len() < 8 && !heads.contains(&head) {
            heads.push(head);
        }
    }

    pub(super) fn field(&mut self, structure: StructureId, offset: u32, name: &str, ctype: CType) {
        self.structures[structure].fields.push((offset, name.to_owned(), ctype));
    }

    pub(super) fn variable(&mut self, name: &str, ctype: CType) {
        merge(&mut self.index.variables, name, ctype);
    }

    pub(super) fn typedef(&mut self, name: &str, ctype: CType) {
        merge(&mut self.index.typedefs, name, ctype);
    }

    pub(super) fn function(&mut self, offset: u32, name: &str, returns: CType, defined: bool, is_static: bool) {
        if defined {
            self.bodies.push((offset, name.into()));
        }
        let function = Function { returns, defined, native: false, is_static };
        match self.index.functions.get_mut(name) {
            Some(known) => {
                known.join(&function);
                // In one file, `static` on the first declaration is enough.
                known.is_static |= is_static;
            }
            None => {
                self.index.functions.insert(name.into(), function);
            }
        }
    }

    fn finish(mut self, tree: &ConditionalTree) -> FileIndex {
        static NATIVE: LazyLock<BuildSet> = LazyLock::new(|| BuildSet::matching(|build| build.is_native()));
        for (offset, name) in self.bodies {
            if let Some(function) = self.index.functions.get_mut(&name) {
                function.native |= !builds_behind_python_h(tree, offset).intersect(*NATIVE).is_empty();
            }
        }
        for open in self.structures {
            let mut fields = open.fields;
            fields.sort_by_key(|(offset, ..)| *offset);
            let mut structure = Structure { heads: open.heads, ..Structure::default() };
            structure.join_fields(fields.into_iter().map(|(_, name, ctype)| (name, ctype)));
            self.index.structures.insert(open.name, structure);
        }
        for name in lookup::objects(&self.index, self.index.structures.keys()) {
            if let Some(structure) = self.index.structures.get_mut(&name) {
                structure.object = true;
            }
        }
        self.index
    }
}

/// The builds that may compile the byte at `offset` where it stands below the include of `Python.h`, as what stands in for
/// the C API does: none that has a macro that it asks for the lack of.
fn builds_behind_python_h(tree: &ConditionalTree, offset: u32) -> BuildSet {
    let mut builds = tree.builds_at(offset);
    for_each_lacked(tree, offset, |having| builds = builds.intersect(having.complement()));
    builds
}

impl Function {
    /// Adds what another declaration says; `is_static` is left to the caller.
    pub(super) fn join(&mut self, other: &Function) {
        if self.returns != other.returns {
            self.returns = CType::Unknown;
        }
        self.defined |= other.defined;
        self.native |= other.native;
    }
}

impl Structure {
    /// Adds the members of another definition. One of the same name and another type has an unknown one.
    pub(super) fn join_fields(&mut self, fields: impl IntoIterator<Item = (String, CType)>) {
        for (name, ctype) in fields {
            match self.places.get(name.as_str()) {
                Some(at) => {
                    let own = &mut self.fields[*at].1;
                    if *own != ctype {
                        *own = CType::Unknown;
                    }
                }
                None => {
                    self.places.insert(name.as_str().into(), self.fields.len());
                    self.fields.push((name, ctype));
                }
            }
        }
    }
}

/// Adds a type; it becomes unknown where there is another one already.
pub(super) fn merge(table: &mut Named<CType>, name: &str, ctype: CType) {
    match table.get_mut(name) {
        Some(known) => {
            if *known != ctype {
                *known = CType::Unknown;
            }
        }
        None => {
            table.insert(name.into(), ctype);
        }
    }
}

/// What follows the parameters of a macro; `body` is what follows its name.
fn behind_parameters(body: &[u8]) -> Option<&[u8]> {
    match body.first() {
        Some(b'(') => Some(&body[memchr::memchr(b')', body)? + 1..]),
        _ => Some(body),
    }
}

/// The builds for which a macro that is defined at `offset` may be the project's own. Where that asks for the lack of a
/// macro that every CPython with its full API has, it is the copy of what the Pythons before them lacked, whatever else
/// may lack it.
fn builds_of_macro(offset: u32, tree: &ConditionalTree) -> BuildSet {
    static FULL: LazyLock<BuildSet> = LazyLock::new(|| {
        let is_full = |build: Build| build.implementation == Implementation::CPython && !build.limited;
        BuildSet::matching(is_full).intersect(BuildSet::since(PythonVersion::OLDEST))
    });
    let mut is_copy = false;
    for_each_lacked(tree, offset, |having| is_copy |= FULL.is_subset(having));
    let builds = tree.builds_at(offset);
    if is_copy { builds.intersect(BuildSet::before(PythonVersion::OLDEST)) } else { builds }
}

/// Tells `visit` the builds that surely have a macro, for each macro of Python's that code at `offset` asks for the lack of.
fn for_each_lacked(tree: &ConditionalTree, offset: u32, mut visit: impl FnMut(BuildSet)) {
    tree.for_each_lacked_around(offset, |name| {
        if let Some(presence) = macro_presence(name) {
            visit(presence.surely);
        }
    });
}

/// Whether a comma outside brackets stands in a macro's body; `body` is what follows the macro's name.
fn is_list(body: &[u8]) -> bool {
    // Most bodies have no comma at all.
    let Some(text) = behind_parameters(body).filter(|text| memchr::memchr(b',', text).is_some()) else { return false };
    let mut depth = 0;
    lex(text).tokens.iter().any(|token| {
        match token.text(text) {
            b"(" | b"[" | b"{" => depth += 1,
            b")" | b"]" | b"}" => depth -= 1,
            text => return depth == 0 && text == b",",
        }
        false
    })
}

/// The name that a macro's body begins with; `body` is what follows the macro's name.
fn first_name_of_body(body: &[u8]) -> Option<&str> {
    let mut rest = behind_parameters(body)?;
    loop {
        match rest {
            [b' ' | b'\t' | b'\r' | b'\n' | b'\\' | 0x0b | 0x0c, ..] => rest = &rest[1..],
            [b'/', b'*', ..] => rest = &rest[memchr::memmem::find(rest, b"*/")? + 2..],
            _ => break,
        }
    }
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let length = rest.iter().take_while(|byte| is_name(byte)).count();
    if length == 0 || rest[0].is_ascii_digit() {
        return None;
    }
    std::str::from_utf8(&rest[..length]).ok()
}
