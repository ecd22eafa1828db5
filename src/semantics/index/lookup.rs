//! Which structures are Python objects: they begin with `PyObject_HEAD`, with another object, or with a macro that
//! does.

use super::file::{Head, Structure};
use crate::capi;
use crate::syntax::CType;

/// How many typedefs, macros and first members are followed one after the other.
const MAX_STEPS: usize = 64;

/// Where names are looked up.
pub(super) trait Tables {
    fn typedef(&self, name: &str) -> Option<&CType>;
    fn structure(&self, name: &str) -> Option<&Structure>;
    /// The names that the bodies of a macro begin with; none if there is no such macro.
    fn macro_heads(&self, name: &str) -> Option<&[Box<str>]>;
}

/// Whether the structure, typedef or macro `name` is one of an object, or begins one.
pub(super) fn is_object(tables: &impl Tables, name: &str) -> bool {
    leads_to_object(tables, Step::Name(name))
}

/// Those of the structures that are objects.
pub(super) fn objects<'t>(tables: &impl Tables, tags: impl Iterator<Item = &'t Box<str>>) -> Vec<Box<str>> {
    tags.filter(|tag| leads_to_object(tables, Step::Tag(tag))).cloned().collect()
}

fn leads_to_object<'t>(tables: &'t impl Tables, start: Step<'t>) -> bool {
    let mut left = MAX_STEPS;
    let mut open = vec![start];
    while let Some(step) = open.pop() {
        left -= 1;
        if left == 0 {
            return false;
        }
        match step {
            Step::Tag(tag) => {
                let Some(structure) = tables.structure(tag) else { continue };
                if structure.object {
                    return true;
                }
                open.extend(structure.heads.iter().map(|head| match head {
                    Head::Named(name) => Step::Name(name),
                    Head::Tagged(tag) => Step::Tag(tag),
                }));
            }
            Step::Name(name) => match tables.typedef(name) {
                Some(CType::Tagged(tag)) => open.push(Step::Tag(tag)),
                Some(CType::Named(next)) if next != name => open.push(Step::Name(next)),
                Some(_) => {}
                None if tables.structure(name).is_some() => open.push(Step::Tag(name)),
                None => match tables.macro_heads(name) {
                    Some(heads) => open.extend(heads.iter().map(|head| Step::Name(head))),
                    None if begins_object(name) => return true,
                    None => {}
                },
            },
        }
    }
    false
}

enum Step<'t> {
    Name(&'t str),
    Tag(&'t str),
}

/// Whether the C API's own `name` is an object or the macro that begins one.
fn begins_object(name: &str) -> bool {
    matches!(name, "PyObject_HEAD" | "PyObject_VAR_HEAD" | "PyException_HEAD") || capi::is_object_type(name)
}
