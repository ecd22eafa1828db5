//! Transform files as users write them.

use capi_upgrade::transform::Transform;

/// A file is a transform, or an error that says in one line of text what is wrong in which line of the file; the same
/// each time.
pub fn holds(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let lines = text.matches('\n').count() + 1;
    let read = Transform::custom("fuzzed", text);
    match &read {
        Ok(transform) => {
            assert!(
                !transform.rules().is_empty() || transform.triggers().is_empty(),
                "names are looked for without a rule"
            );
            assert!(transform.triggers().iter().all(|trigger| !trigger.is_empty()));
        }
        Err(error) => {
            assert!((1..=lines).contains(&error.line), "line {} of {lines}", error.line);
            assert!(!error.reason.trim().is_empty());
        }
    }
    let again = Transform::custom("fuzzed", text);
    assert_eq!(read.err(), again.err());
}
