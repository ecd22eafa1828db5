//! What tells findings apart and stays when lines move.

use std::collections::HashMap;

use super::finding::{Finding, Positions};

/// Gives each finding of a file its fingerprint, in order.
pub struct Fingerprints<'t> {
    old: &'t [u8],
    positions: &'t Positions<'t>,
    seen: HashMap<u64, usize>,
}

impl<'t> Fingerprints<'t> {
    /// For the findings in the text `old`.
    pub fn new(old: &'t [u8], positions: &'t Positions<'t>) -> Fingerprints<'t> {
        Fingerprints { old, positions, seen: HashMap::new() }
    }

    /// Of the id of the transform and the code on the lines of the finding, blanks aside; a number tells equal ones apart.
    pub fn of(&mut self, found: &Finding<'_>) -> String {
        let lines = &self.old[self.positions.lines_of(found.diagnostic.range).to_usize()];
        let code = lines.iter().copied().filter(|byte| !byte.is_ascii_whitespace());
        let hash = fnv1a(found.diagnostic.transform.bytes().chain([0]).chain(code));
        let number = self.seen.entry(hash).or_default();
        *number += 1;
        format!("{hash:016x}:{number}")
    }
}

/// FNV-1a with 64 bits: the same on every machine and in every version, which the hashers of Rust do not promise.
fn fnv1a(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(fnv1a([].into_iter()), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"foobar".iter().copied()), 0x8594_4171_f739_67e8);
    }
}
