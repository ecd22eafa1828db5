//! A file of which all regions count, not those alone that hold a name.

use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::rewriters::WholeFile;
use crate::semantics::{FileIndex, Macro, ProjectIndex, SemanticModel, Spelling};
use crate::source::{
    ConditionalTree, Language, Lexed, MacroDefinition, Region, RegionKind, TextRange, Token, TokenKind, directives,
    lex, macro_definition, split, tokens_in,
};
use crate::syntax::{SyntaxTree, parse};

/// What is known of a file.
pub(super) struct Text<'a> {
    pub source: &'a [u8],
    pub tokens: &'a [Token],
    pub comments: &'a [TextRange],
    pub conditionals: &'a ConditionalTree,
    pub file: &'a FileIndex,
    pub project: &'a ProjectIndex,
    pub path: &'a Path,
    pub language: Language,
    /// The macros that it defines.
    pub macros: Vec<MacroDefinition>,
    /// The macros that stand for strings, its own and those of the project's files that it includes: each of their
    /// definitions, or none where one of these is no string.
    pub strings: Strings,
    /// The functions that these files declare with `...` for arguments of any type.
    pub variadic: FxHashSet<Vec<u8>>,
}

/// The strings that macros stand for.
pub(super) type Strings = FxHashMap<Vec<u8>, Option<Vec<Vec<u8>>>>;

/// The regions that hold a name.
#[derive(Default)]
pub(super) struct Regions {
    pub parsed: Vec<Parsed>,
    /// Those that do not parse.
    pub unparsed: Vec<TextRange>,
    /// Names in branches of conditionals that no view shows.
    pub unseen: Vec<TextRange>,
}

/// A region of one view.
pub(super) struct Parsed {
    pub region: Region,
    pub tree: SyntaxTree,
}

impl Parsed {
    /// Whether it is the body of a macro.
    pub fn in_macro(&self) -> bool {
        self.region.kind == RegionKind::MacroBody
    }
}

impl<'a> Text<'a> {
    /// The file that is rewritten.
    pub fn of(whole: &'a WholeFile<'a>) -> Text<'a> {
        let around = &whole.conditionals;
        let (strings, variadic) = declared(whole, around.path, around.source);
        Text {
            source: around.source,
            tokens: around.tokens,
            comments: whole.comments,
            conditionals: around.tree,
            file: around.file,
            project: around.project,
            path: around.path,
            language: whole.language,
            macros: macros(around.source, around.tokens),
            strings,
            variadic,
        }
    }

    /// Another file of the project.
    pub fn other(
        whole: &WholeFile<'_>,
        path: &'a Path,
        source: &'a [u8],
        lexed: &'a Lexed,
        conditionals: &'a ConditionalTree,
        file: &'a FileIndex,
        project: &'a ProjectIndex,
    ) -> Text<'a> {
        let (strings, variadic) = declared(whole, path, source);
        Text {
            source,
            tokens: &lexed.tokens,
            comments: &lexed.comments,
            conditionals,
            file,
            project,
            path,
            language: Language::of(path, source),
            macros: macros(source, &lexed.tokens),
            strings,
            variadic,
        }
    }

    /// The regions that hold one of the `wanted` names, in all views that it takes to see each of them.
    pub fn regions(&self, wanted: &FxHashSet<&[u8]>) -> Regions {
        let is_wanted =
            |token: &&Token| token.kind == TokenKind::Identifier && wanted.contains(token.text(self.source));
        let names: Vec<TextRange> = self.tokens.iter().filter(is_wanted).map(|token| token.range).collect();
        let mut regions: Vec<Region> = self
            .macros
            .iter()
            .filter_map(|found| found.body.clone())
            .filter(|body| body.tokens.iter().any(|token| is_wanted(&token)))
            .collect();
        let mut seen: FxHashSet<Vec<u32>> = FxHashSet::default();
        let mut shown: FxHashSet<u32> = FxHashSet::default();
        let offsets: Vec<u32> = names.iter().map(|name| name.start).collect();
        let views = self.conditionals.views(self.source, self.tokens, &offsets);
        for view in views.take_while(|_| !offsets.is_empty()) {
            for region in split(self.source, &view, self.language) {
                let inside: Vec<u32> = region.tokens.iter().filter(is_wanted).map(|token| token.range.start).collect();
                let mut is_new = || seen.insert(region.tokens.iter().map(|token| token.range.start).collect());
                if !inside.is_empty() && is_new() {
                    shown.extend(inside);
                    regions.push(region);
                }
            }
        }
        let is_unseen =
            |name: &TextRange| !shown.contains(&name.start) && !self.conditionals.builds_at(name.start).is_empty();
        let mut found = Regions { unseen: names.into_iter().filter(is_unseen).collect(), ..Regions::default() };
        for region in regions {
            match parse(self.source, &region, self.project.type_names()) {
                Ok(tree) => found.parsed.push(Parsed { region, tree }),
                Err(_) => found.unparsed.push(region.range),
            }
        }
        found
    }

    /// What is known of the names in a region.
    pub fn model<'m>(&'m self, parsed: &'m Parsed) -> SemanticModel<'m> {
        SemanticModel {
            source: self.source,
            tree: &parsed.tree,
            file: self.file,
            project: self.project,
            path: self.path,
            macro_parameters: &[],
            in_macro: parsed.in_macro(),
            macro_is_place: false,
            seeks_own_names: false,
            language: parsed.region.language,
            spelling: Spelling::default(),
            in_class: parsed.region.in_class,
        }
    }

    /// The macros called `name` that the file sees, as far as they are the project's.
    pub fn macros_named<'n>(&'n self, name: &'n str) -> impl Iterator<Item = &'n Macro> {
        let reached = self.project.reachable(self.path).filter_map(|path| self.project.file(path));
        std::iter::once(self.file).chain(reached).filter_map(move |file| file.macro_definition(name))
    }

    /// The bodies of the macros called `name` that the file defines, with their parameters; none where one does not
    /// parse.
    pub fn bodies(&self, name: &str) -> Vec<(Vec<&'a [u8]>, Parsed)> {
        let text = |range: &TextRange| &self.source[range.to_usize()];
        let defined = self.macros.iter().filter(|found| text(&found.name) == name.as_bytes());
        let bodies = defined.map(|found| {
            let region = found.body.clone()?;
            let tree = parse(self.source, &region, self.project.type_names()).ok()?;
            Some((found.parameters.iter().flatten().map(text).collect(), Parsed { region, tree }))
        });
        bodies.collect::<Option<Vec<_>>>().unwrap_or_default()
    }

    /// Whether a macro called `name` stands for a string.
    pub fn is_string(&self, name: &[u8]) -> bool {
        self.strings.get(name).is_some_and(Option::is_some)
    }

    /// The tokens of the file in `range`.
    pub fn tokens_in(&self, range: TextRange) -> &'a [Token] {
        tokens_in(self.tokens, range)
    }
}

fn macros(source: &[u8], tokens: &[Token]) -> Vec<MacroDefinition> {
    tokens.iter().filter_map(|token| macro_definition(source, token)).collect()
}

/// The strings that macros stand for in the file at `path`, whose text is `source`, and the functions that are declared
/// with `...` there.
fn declared(whole: &WholeFile<'_>, path: &Path, source: &[u8]) -> (Strings, FxHashSet<Vec<u8>>) {
    let (mut strings, mut variadic) = (Strings::default(), FxHashSet::default());
    let mut add = |text: &[u8]| {
        add_strings(text, &mut strings);
        add_variadic(text, &mut variadic);
    };
    add(source);
    for path in whole.conditionals.project.reachable(path) {
        if let Some(text) = (whole.read)(path) {
            add(&text);
        }
    }
    (strings, variadic)
}

/// Adds the names before the parentheses that hold a `...`.
fn add_variadic(source: &[u8], variadic: &mut FxHashSet<Vec<u8>>) {
    let tokens = lex(source).tokens;
    let mut open: Vec<usize> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.text(source) {
            b"(" => open.push(at),
            b")" => {
                open.pop();
            }
            b"..." => {
                let name = open.last().and_then(|at| at.checked_sub(1)).map(|before| tokens[before]);
                let name = name.filter(|name| name.kind == TokenKind::Identifier);
                variadic.extend(name.map(|name| name.text(source).to_vec()));
            }
            _ => {}
        }
    }
}

fn add_strings(source: &[u8], strings: &mut Strings) {
    for found in macros(source, &directives(source)) {
        let is_string = |token: &Token| token.kind == TokenKind::String;
        let body = found.body.filter(|body| found.parameters.is_none() && body.tokens.iter().all(is_string));
        let text = body.map(|body| source[body.range.to_usize()].to_vec());
        let name = source[found.name.to_usize()].to_vec();
        let known = strings.entry(name).or_insert_with(|| Some(Vec::new()));
        *known = known.take().zip(text).map(|(mut known, text)| {
            known.push(text);
            known
        });
    }
}

/// The tokens of a file that is not the one which is rewritten.
pub(super) fn lexed(source: &[u8]) -> Option<(Lexed, ConditionalTree)> {
    let lexed = lex(source);
    let conditionals = ConditionalTree::new(source, &lexed.tokens).ok()?;
    Some((lexed, conditionals))
}
