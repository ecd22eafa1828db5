//! An exception that is held in three variables, its type, its value and its traceback, is held in one.
//!
//! All that is done with the three in their block is looked at, and is rewritten together or not at all. What is done
//! with the value is done with the one object, so its references stay in balance by construction; what is done with the
//! references of the other two goes.

mod edits;
mod flow;
mod uses;

use super::local::{Local, declaration_of, text};
use super::{Finding, Place};
use crate::edit::Applicability;
use crate::semantics::SemanticModel;
use crate::syntax::{CType, NodeId, NodeKind, UnaryOperator};
use crate::transform::{ExceptionTriple, Rule, Site, is_zero};

/// Why an exception stays in three variables.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    /// They may be declared elsewhere, or hold something else.
    #[error("its variables are not declared in one block, as plain `PyObject *` and without a value")]
    Declaration,
    /// Another function gets one of them.
    #[error("`{0}` is passed to `{1}`")]
    Passed(String, String),
    /// The exception need not be an object yet.
    #[error("`{0}` is used where it need not be normalized yet: it may be NULL, or no exception")]
    NotNormalized(String),
    /// It is changed.
    #[error("`{0}` is assigned to, or its address is taken")]
    Changed(String),
    /// It is used for something that the one object does not serve for.
    #[error("`{0}` is read")]
    Read(String),
    /// Type and value are not made null pointers together.
    #[error("`{0}` is cleared, and the type or the value with it is not")]
    ClearedAlone(String),
    /// The object may be gone where the type is asked for.
    #[error("`{0}` is asked for its class after the value may be gone")]
    TypeOutlives(String),
    /// A statement cannot go from where it stands.
    #[error("a statement with `{0}` is the body of an unbraced `if` or loop, or of a label")]
    NotInBlock(String),
    /// Uses that are compiled for other builds.
    #[error("its variables are used in more than one branch of an `#if`, or in a macro")]
    Variants,
    /// A comment stands where text would go.
    #[error("a comment stands inside the text that would be replaced")]
    Comment,
    /// The text is not what the tree says, because of a macro.
    #[error("a macro that is not understood stands inside the text that would be replaced")]
    Macro,
}

/// Which of the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Type,
    Value,
    Traceback,
}

/// The roles in the order in which functions take them.
const ROLES: [Role; 3] = [Role::Type, Role::Value, Role::Traceback];

/// The three variables.
struct Triple<'a> {
    /// By role.
    variables: [Local<'a>; 3],
    /// Where they are declared.
    block: NodeId,
}

/// Adds what is found at a function that takes the exception out, or one of those that belong to it.
pub fn diagnose(place: &Place<'_>, index: usize, rule: &Rule, names: &ExceptionTriple, out: &mut Vec<Finding>) {
    let (site, model) = (place.site, place.site.model);
    let is_wanted = [&names.fetch, &names.normalize, &names.restore].into_iter().any(|name| name == place.name);
    if model.in_macro || !is_wanted {
        return;
    }
    let Some(callee) = place.leaves.at(place.offset).filter(|leaf| model.is_sought_name(*leaf)) else { return };
    let Some(call) = model.tree.parent(callee).filter(|up| model.tree.kind(*up) == NodeKind::Call) else { return };
    let Some(triple) = passed_to(model, call).and_then(|(names, _)| Triple::declared(model, call, names)) else {
        return;
    };
    let mut finding = Finding::of(index, rule, model.tree.core(call));
    match triple.rewrite(site, names) {
        Ok(rewritten) => {
            finding.edits = Some(rewritten.edits);
            finding.introduces = site.introduced(&rewritten.introduces);
        }
        // The others are reported by their names.
        Err(_) if place.name != names.fetch => return,
        Err(obstacle) => {
            finding.applicability = Applicability::DisplayOnly;
            finding.note = Some(obstacle.to_string());
        }
    }
    out.push(finding);
}

/// How variables are passed to a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Passing {
    Value,
    Address,
}

/// The three variables that are all that a function is passed, and how it gets them.
fn passed_to<'a>(model: &SemanticModel<'a>, call: NodeId) -> Option<([&'a str; 3], Passing)> {
    let tree = model.tree;
    let [_, arguments @ ..] = tree.children(call) else { return None };
    let arguments: [NodeId; 3] = arguments.try_into().ok()?;
    let is_address = |node: NodeId| tree.kind(node) == NodeKind::Unary(UnaryOperator::AddressOf);
    let (passing, variables) = if arguments.into_iter().all(is_address) {
        (Passing::Address, arguments.map(|node| tree.children(node)[0]))
    } else {
        (Passing::Value, arguments)
    };
    let is_name = |node: NodeId| tree.kind(node) == NodeKind::Identifier;
    let names = variables.map(|node| if is_name(node) { text(model, node) } else { "" });
    let differ = names[0] != names[1] && names[1] != names[2] && names[0] != names[2];
    (differ && variables.into_iter().all(is_name)).then_some((names, passing))
}

impl<'a> Triple<'a> {
    /// The variables that have these names at `call`.
    fn declared(model: &SemanticModel<'a>, call: NodeId, names: [&'a str; 3]) -> Option<Triple<'a>> {
        let found = names.map(|name| declaration_of(model, call, name));
        let [Some(first), Some(second), Some(third)] = found else { return None };
        if first.0 != second.0 || second.0 != third.0 {
            return None;
        }
        Some(Triple { block: first.0, variables: [first.1, second.1, third.1] })
    }

    fn variable(&self, role: Role) -> &Local<'a> {
        &self.variables[role as usize]
    }

    fn name(&self, role: Role) -> &'a str {
        self.variable(role).name
    }

    /// Which of the three is called so.
    fn role_of(&self, name: &str) -> Option<Role> {
        ROLES.into_iter().find(|role| self.name(*role) == name)
    }
}

/// Whether it is a plain `PyObject *` that is a null pointer or holds nothing at first.
fn is_plain(variable: &Local<'_>, site: &Site<'_>) -> bool {
    let (model, tree) = (site.model, site.model.tree);
    let [declarator, value] = tree.children(variable.declarator) else { return false };
    let object = CType::Named("PyObject".to_owned());
    let mut words = site.tokens_in(tree.range(variable.declaration)).iter().map(|token| token.text(model.source));
    // No `static` goes before, and no `const` after.
    let is_bare = words.next() == Some(b"PyObject")
        && words.next() == Some(b"*")
        && !words.any(|word| matches!(word, b"const" | b"volatile"));
    let is_null = tree.kind(*value) == NodeKind::Missing || is_zero(model, *value);
    is_bare && is_null && *tree.ctype(*declarator) == object.pointer()
}
