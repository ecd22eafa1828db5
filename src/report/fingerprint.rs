//! What tells findings apart and stays when lines move.

use std::collections::HashMap;

use super::finding::Finding;
use crate::upgrade::Fingerprint;

/// Gives each finding of a file its fingerprint, in order.
#[derive(Debug, Default)]
pub struct Fingerprints(HashMap<Fingerprint, usize>);

impl Fingerprints {
    /// The fingerprint; a number tells equal ones apart.
    pub fn of(&mut self, found: &Finding<'_>) -> String {
        let fingerprint = found.diagnostic.fingerprint;
        let number = self.0.entry(fingerprint).or_default();
        *number += 1;
        format!("{fingerprint}:{number}")
    }
}
