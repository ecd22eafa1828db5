//! An `#include` names another header, or its line goes.

use super::Finding;
use crate::edit::Edit;
use crate::source::{Directive, include, whole_lines};
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
    let edit = rule.template.as_ref().map(|template| match template.tokens.first() {
        Some(token) => match &token.content {
            TemplateContent::Text(text) => Edit::replace(found.range, text.as_bytes()),
            _ => unreachable!("the template of an include has no captures"),
        },
        None => Edit::replace(whole_lines(source, directive.range), ""),
    });
    Some(Finding {
        rule: index,
        range: directive.range,
        edits: edit.map(|edit| vec![edit]),
        applicability: rule.applicability,
        note: rule.because.clone(),
        introduces: Vec::new(),
    })
}
