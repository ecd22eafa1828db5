//! What somebody may have meant who wrote something unknown.

/// The name in `known` that is nearest to `written`, if one is near enough.
pub fn closest<'k>(written: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let lower = written.to_lowercase();
    let close = known.map(|name| (strsim::osa_distance(&lower, &name.to_lowercase()), name));
    close.filter(|(distance, name)| *distance <= name.len().min(written.len()) / 3).min().map(|(_, name)| name)
}

/// The end of a message that suggests `name`; nothing without one.
pub fn hint(name: Option<&str>) -> String {
    name.map_or(String::new(), |name| format!("; did you mean `{name}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_near_and_another_word_is_not() {
        let known = || ["rename", "ignore"].into_iter();
        assert_eq!(closest("renames", known()), Some("rename"));
        assert_eq!(closest("IGNROE", known()), Some("ignore"));
        assert_eq!(closest("header", known()), None);
        assert_eq!(closest("", known()), None);
    }
}
