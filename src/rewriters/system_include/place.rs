//! Where the include goes: behind the other headers of the system that follow `Python.h`.

use super::Lines;
use crate::edit::Edit;
use crate::source::{
    Condition, ConditionalGroup, Directive, DirectiveKind, TextRange, TokenKind, is_python_h, newline_at, newline_style,
};

/// The lines behind which the include goes with the edit, if there is a place from which all uses see it.
pub(super) fn place(file: &Lines<'_>, python: Directive, uses: &[TextRange]) -> Option<(TextRange, Edit)> {
    let tree = file.conditionals.tree;
    let precedes = |line: &Directive| uses.iter().all(|used| line.range.end <= used.start);
    let is_around = |line: &Directive| uses.iter().all(|used| tree.is_around_both(line.range.start, used.start));
    let serves = |line: &Directive| precedes(line) && is_around(line);
    let head = head(file, python);
    let own = file.conditionals.project;
    let path = file.conditionals.path;
    let is_of_system = |name: &str| !is_python_h(name) && own.reached_by(path, name).is_empty();
    let system: Vec<Directive> = file
        .includes()
        .filter(|(line, found)| {
            let is_in_head = python.range.start < line.range.start && line.range.end <= head;
            is_in_head && found.angled && is_of_system(found.name)
        })
        .map(|(line, _)| *line)
        .collect();
    if let Some(guard) = &file.wanted.unless {
        let around = tree.conditions_at(python.range.start);
        let guarded = [vec![Condition::defined(guard.as_bytes()).negated()], around].concat();
        // Others that the platform lacks stand together.
        let is_beside = |line: &&Directive| tree.conditions_at(line.range.start) == guarded;
        if let Some(line) = system.iter().filter(is_beside).rfind(|line| precedes(line)) {
            return Some(insertion(file, *line, None));
        }
    }
    let anchor = system.into_iter().rfind(serves);
    let anchor = anchor.or_else(|| [Some(python), end_of_choice(file, python)].into_iter().flatten().find(serves))?;
    Some(insertion(file, anchor, file.wanted.unless.as_deref().filter(|_| !has_company(file))))
}

/// The `#endif` of the outermost group around the include of `Python.h` that holds nothing but directives: a choice between
/// ways to include it.
fn end_of_choice(file: &Lines<'_>, python: Directive) -> Option<Directive> {
    let is_around = |group: &ConditionalGroup<'_>| group.range().contains_offset(python.range.start);
    let is_code = |range: TextRange| {
        let tokens = file.conditionals.tokens;
        let first = tokens.partition_point(|token| token.range.start < range.start);
        let mut inside = tokens[first..].iter().take_while(|token| token.range.start < range.end);
        inside.any(|token| token.kind != TokenKind::Directive)
    };
    let mut group = file.conditionals.tree.groups().find(is_around)?;
    while is_code(group.range()) {
        group = group.branches().flat_map(|branch| branch.groups()).find(is_around)?;
    }
    let end = group.endif()?;
    file.directives.iter().find(|line| line.range == end).copied()
}

/// Where the head of the file ends that the include of `Python.h` stands in: the first code behind it.
fn head(file: &Lines<'_>, python: Directive) -> u32 {
    let tokens = file.conditionals.tokens;
    let first = tokens.partition_point(|token| token.range.start < python.range.end);
    let code = tokens[first..].iter().find(|token| token.kind != TokenKind::Directive);
    code.map_or(file.conditionals.source.len() as u32, |token| token.range.start)
}

/// Whether the file includes a header, under no condition of its own, that the same platforms lack.
fn has_company(file: &Lines<'_>) -> bool {
    let tree = file.conditionals.tree;
    let names = &file.wanted.beside;
    let mut includes = file.includes();
    includes.any(|(line, found)| {
        let is_one = names.iter().any(|name| name == found.name);
        is_one && tree.conditions_at(line.range.start).iter().all(is_include_guard)
    })
}

/// Whether the condition is what an include guard asks, as far as it alone tells.
fn is_include_guard(condition: &Condition) -> bool {
    let Condition::Not(inner) = condition else { return false };
    matches!(&**inner, Condition::Defined(name) if name.ends_with(['H', 'h', '_']) || name.ends_with("INCLUDED"))
}

/// The line behind `line`, with what it follows.
fn insertion(file: &Lines<'_>, line: Directive, guard: Option<&str>) -> (TextRange, Edit) {
    let source = file.conditionals.source;
    let end = line.range.end as usize;
    let next = memchr::memchr(b'\n', &source[end..]).map(|at| end + at + 1);
    let newline = if next.is_some() { newline_at(source, line.range.end) } else { newline_style(source) };
    let start = memchr::memrchr(b'\n', &source[..line.range.start as usize]).map_or(0, |at| at + 1);
    let own = String::from_utf8_lossy(&source[start..line.rest.start as usize]);
    let word = |byte: char| byte.is_ascii_alphabetic() || byte == '_';
    let hash = own.trim_start_matches('\u{feff}').trim_end_matches(word);
    let hash = if hash.trim_matches([' ', '\t']) == "#" && line.kind == DirectiveKind::Include { hash } else { "#" };
    let include = format!("include <{}>", file.wanted.header);
    let text = match guard {
        Some(guard) => format!("{hash}ifndef {guard}{newline}{hash}{include}{newline}{hash}endif"),
        None => format!("{hash}{include}"),
    };
    let edit = match next {
        Some(next) => Edit::insert(next as u32, format!("{text}{newline}")),
        None => Edit::insert(source.len() as u32, format!("{newline}{text}")),
    };
    (TextRange::new(line.range.start, edit.range.end), edit)
}
