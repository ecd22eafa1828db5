//! A call that raises where something is only absent becomes one that says so by its result. What the code did with the
//! exception tells how: the branch that is for failures moves to the call, and the one that is for what is absent
//! stays, without taking an exception away.
//!
//! A variable has the same value on every path as before, so what follows may ask it what it likes.

mod attempt;
mod branches;
mod edits;

use super::{Finding, Place};
use crate::transform::{ReturnConvention, Rule};
use attempt::Attempt;
use branches::Branches;
use edits::Composer;

/// What is found at the name of a call.
pub fn diagnose(place: &Place<'_>, index: usize, rule: &Rule, convention: &ReturnConvention) -> Option<Finding> {
    let (site, model) = (place.site, place.site.model);
    let template = rule.template.as_ref().filter(|_| !model.in_macro)?;
    let attempt = Attempt::find(place, convention)?;
    let branches = Branches::read(model, &attempt, convention)?;
    let mut finding = Finding {
        applicability: rule.applicability.lowered_to(attempt.found.certainty),
        ..Finding::of(index, rule, model.tree.core(attempt.call))
    };
    let edits = Composer::new(site, template, &attempt, &convention.failed).edits(&branches);
    finding.conclude(edits, site.introduced(&template.introduces));
    Some(finding)
}
