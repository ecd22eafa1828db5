//! What tells findings apart and stays when lines move.

use std::fmt;
use std::str::FromStr;

/// Of the id of a transform and the code on the lines of what it found, blanks aside. Equal code has equal ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(u64);

impl Fingerprint {
    /// Of what `transform` found on `lines`.
    pub fn new(transform: &str, lines: &[u8]) -> Fingerprint {
        let code = lines.iter().copied().filter(|byte| !byte.is_ascii_whitespace());
        Fingerprint(fnv1a(transform.bytes().chain([0]).chain(code)))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// Why a text is no fingerprint.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a fingerprint: 16 hexadecimal digits")]
pub struct NoFingerprint(String);

impl FromStr for Fingerprint {
    type Err = NoFingerprint;

    fn from_str(text: &str) -> Result<Fingerprint, NoFingerprint> {
        let number = u64::from_str_radix(text, 16).ok().map(Fingerprint);
        // There is one way to write it.
        number.filter(|found| found.to_string() == text).ok_or_else(|| NoFingerprint(text.to_owned()))
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

    #[test]
    fn a_fingerprint_is_of_the_transform_and_the_code() {
        let one = Fingerprint::new("one", b"\ta = b;");
        assert_eq!(one, Fingerprint::new("one", b"  a  =  b;"));
        assert_ne!(one, Fingerprint::new("two", b"a = b;"));
        assert_ne!(one, Fingerprint::new("one", b"a = c;"));
    }

    #[test]
    fn it_is_read_as_it_is_written() {
        let one = Fingerprint::new("one", b"a");
        assert_eq!(one.to_string().parse::<Fingerprint>().ok(), Some(one));
        for bad in ["", "1", "85944171F73967E8", "+5944171f73967e8", "85944171f73967e80"] {
            assert!(bad.parse::<Fingerprint>().is_err(), "{bad}");
        }
    }
}
