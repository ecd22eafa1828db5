//! One fix before it is made, for whoever decides on it.

use std::collections::BTreeSet;

use super::Diagnostic;
use super::include::{self, Placement};
use super::pass::PassContext;
use crate::edit::{Edit, Fix, apply};

/// Says of each fix whether it is made. What is declined is not asked for again: others that it stood in the way of
/// have their turn, and what would have built on it never comes up.
pub type Consent<'c> = dyn FnMut(&Proposal<'_>) -> bool + 'c;

/// A fix that could be made now. It may have edits in many places, and is made whole or not at all.
pub struct Proposal<'p> {
    /// What is fixed.
    pub found: &'p Diagnostic,
    pub(super) fix: &'p Fix,
    /// The text of this pass.
    pub(super) text: &'p [u8],
    /// The edits of this pass that were agreed to, and the names that all such edits need.
    pub(super) made: &'p [Edit],
    pub(super) needs: &'p BTreeSet<String>,
    pub(super) context: &'p PassContext<'p>,
}

impl Proposal<'_> {
    /// The text without and with the fix. Both have all that was agreed to before; if the fix is the first that needs
    /// the compat header, it brings the include with it.
    pub fn texts(&self) -> (Vec<u8>, Vec<u8>) {
        let with: Vec<Edit> = self.made.iter().chain(self.fix.edits()).cloned().collect();
        let needs = self.needs.iter().chain(&self.found.needs).cloned().collect();
        (self.written(self.made, self.needs), self.written(&with, &needs))
    }

    fn written(&self, edits: &[Edit], needs: &BTreeSet<String>) -> Vec<u8> {
        let text = apply(self.text, edits);
        let header = self.context.options.header.as_deref();
        match header.map(|header| include::placement(&text, header, needs, self.context)) {
            Some(Placement::At(edit)) => apply(&text, [&edit]),
            _ => text,
        }
    }
}
