//! An exception that is held in three variables is held in one.

use super::{Finding, Place};
use crate::transform::{ExceptionTriple, Rule};

/// Adds what is found at the function that takes the exception out.
pub fn diagnose(_: &Place<'_>, _: usize, _: &Rule, _: &ExceptionTriple, _: &mut Vec<Finding>) {}
