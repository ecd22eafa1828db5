//! An `#include` names another header, its line goes, or it is put under a condition.

use super::Finding;
use crate::edit::Edit;
use crate::source::{Directive, TextRange, include, newline_at, whole_lines};
use crate::transform::{IncludePattern, Rule, TemplateContent};

/// The finding at an `#include`.
pub fn diagnose(
    source: &[u8],
    directive: &Directive,
    wanted: &IncludePattern,
    index: usize,
    rule: &Rule,
) -> Option<Finding> {
    let found = include(source, directive).filter(|found| found.name == wanted.name)?;
    let edits = rule.template.as_ref().map(|template| match template.tokens.first() {
        Some(token) => match &token.content {
            TemplateContent::Text(text) if text.starts_with('#') => conditional(source, directive.range, text),
            TemplateContent::Text(text) => vec![Edit::replace(found.range, text.as_bytes())],
            _ => unreachable!("the template of an include has no captures"),
        },
        None => vec![Edit::replace(whole_lines(source, directive.range), "")],
    });
    Some(Finding { edits, ..Finding::of(index, rule, directive.range) })
}

/// The directive at `range` between the line `condition` and its end.
fn conditional(source: &[u8], range: TextRange, condition: &str) -> Vec<Edit> {
    let newline = newline_at(source, range.start);
    vec![
        Edit::insert(range.start, format!("{condition}{newline}")),
        Edit::insert(range.end, format!("{newline}#endif")),
    ]
}
