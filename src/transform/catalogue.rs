//! All transforms, embedded at compile time and decoded when they are first needed.

use std::fmt;
use std::str::FromStr;
use std::sync::{LazyLock, OnceLock};

use super::file::{Reference, TransformFile};
use super::pattern::{Pattern, Template};
use crate::capi::{PythonRange, PythonVersion};
use crate::edit::Applicability;

/// What the build script writes of one file.
struct Embedded {
    id: &'static str,
    folder: &'static str,
    text: &'static str,
    names: &'static [&'static str],
    triggers: &'static [&'static str],
    deprecated: Option<&'static str>,
    soft_deprecated: Option<&'static str>,
    removed: Option<&'static str>,
    changed: Option<&'static str>,
    reference: Option<&'static str>,
}

static EMBEDDED: &[Embedded] = include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));

/// Why a transform concerns a range of Pythons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Gone in the newest Python asked for.
    Removed,
    /// Deprecated by then.
    Deprecated,
    /// Advised against by then.
    SoftDeprecated,
    /// Returns a borrowed reference.
    Borrowed,
    /// Steals a reference.
    Steals,
    /// Works; the new spelling reads better or opens a road.
    Style,
    /// Means something else by then while it still compiles.
    Notes,
    /// Ends after the newest Python asked for.
    Later,
}

/// Every group with its name on the command line.
const GROUP_NAMES: [(Group, &str); 8] = [
    (Group::Removed, "removed"),
    (Group::Deprecated, "deprecated"),
    (Group::SoftDeprecated, "soft-deprecated"),
    (Group::Borrowed, "borrowed"),
    (Group::Steals, "steals"),
    (Group::Style, "style"),
    (Group::Notes, "notes"),
    (Group::Later, "later"),
];

impl Group {
    /// Every group, in the order in which they are listed.
    pub const ALL: [Group; 8] = [
        Group::Removed,
        Group::Deprecated,
        Group::SoftDeprecated,
        Group::Borrowed,
        Group::Steals,
        Group::Style,
        Group::Notes,
        Group::Later,
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        let (_, name) = GROUP_NAMES.iter().find(|(group, _)| *group == self).expect("every group has a name");
        name
    }

    /// Whether its transforms run when the user selects nothing.
    pub fn is_default(self) -> bool {
        matches!(self, Group::Removed | Group::Deprecated)
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A text that is not the name of a group.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is not a group of transforms")]
pub struct ParseGroupError(String);

impl FromStr for Group {
    type Err = ParseGroupError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = GROUP_NAMES.iter().find(|(_, name)| *name == text);
        found.map(|(group, _)| *group).ok_or_else(|| ParseGroupError(text.to_owned()))
    }
}

/// One change of the C API.
pub struct Transform {
    embedded: &'static Embedded,
    names: Vec<String>,
    deprecated: Option<PythonVersion>,
    soft_deprecated: Option<PythonVersion>,
    removed: Option<PythonVersion>,
    changed: Option<PythonVersion>,
    reference: Option<Reference>,
    decoded: OnceLock<Decoded>,
}

struct Decoded {
    file: TransformFile,
    rules: Vec<Rule>,
}

/// One pattern of a transform, ready to be matched.
pub struct Rule {
    /// What is found.
    pub pattern: Pattern,
    /// What is written instead; none where the site is only reported.
    pub template: Option<Template>,
    /// Of this rule, before the site lowers it.
    pub applicability: Applicability,
    /// How the new code may differ.
    pub because: Option<String>,
    /// What a person should do, for a rule that only reports.
    pub instead: Option<String>,
}

impl Transform {
    fn new(embedded: &'static Embedded) -> Self {
        let version = |text: Option<&str>| text.map(|text| text.parse().expect("a test reads every version"));
        Self {
            embedded,
            names: embedded.names.iter().map(|name| (*name).to_owned()).collect(),
            deprecated: version(embedded.deprecated),
            soft_deprecated: version(embedded.soft_deprecated),
            removed: version(embedded.removed),
            changed: version(embedded.changed),
            reference: embedded.reference.map(|text| Reference::named(text).expect("a test reads every file")),
            decoded: OnceLock::new(),
        }
    }

    /// Its name: what is found, in kebab-case.
    pub fn id(&self) -> &'static str {
        self.embedded.id
    }

    /// The folder it lies in: the Python that ended the old spelling, or in which the new one came.
    pub fn folder(&self) -> &'static str {
        self.embedded.folder
    }

    /// Every API that it finds, introduces or names as the official replacement, sorted.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Texts of which a file must hold one for the transform to find anything.
    pub fn triggers(&self) -> &'static [&'static str] {
        self.embedded.triggers
    }

    /// The first Python without the old spelling: removed there, or deprecated if it was never removed. Code that is
    /// compiled only for older ones is left alone. None where the old spelling goes on.
    pub fn ends(&self) -> Option<PythonVersion> {
        self.removed.or(self.deprecated).or(self.soft_deprecated)
    }

    /// Its group, for the Pythons in `range`.
    pub fn group(&self, range: PythonRange) -> Group {
        let reached = |version: Option<PythonVersion>| version.is_some_and(|version| version <= range.target);
        let dated = [self.removed, self.deprecated, self.soft_deprecated, self.changed];
        match () {
            () if reached(self.removed) => Group::Removed,
            () if reached(self.deprecated) => Group::Deprecated,
            () if reached(self.soft_deprecated) => Group::SoftDeprecated,
            () if self.reference == Some(Reference::Borrowed) => Group::Borrowed,
            () if self.reference == Some(Reference::Stolen) => Group::Steals,
            () if reached(self.changed) => Group::Notes,
            () if dated.iter().any(Option::is_some) => Group::Later,
            () => Group::Style,
        }
    }

    /// The file, decoded.
    pub fn file(&self) -> &TransformFile {
        &self.decoded().file
    }

    /// The patterns, rewrites before reports, in the order of the file.
    pub fn rules(&self) -> &[Rule] {
        &self.decoded().rules
    }

    /// The names that its rewrites write, each of them as often as it is written.
    pub fn introduces(&self) -> impl Iterator<Item = &str> {
        let templates = self.rules().iter().filter_map(|rule| rule.template.as_ref());
        templates.flat_map(|template| template.introduces.iter().map(String::as_str))
    }

    /// The least that can be said of all its rewrites; display-only where it has none.
    pub fn applicability(&self) -> Applicability {
        let rewrites = self.rules().iter().filter(|rule| rule.template.is_some());
        rewrites.map(|rule| rule.applicability).max().unwrap_or(Applicability::DisplayOnly)
    }

    fn decoded(&self) -> &Decoded {
        self.decoded.get_or_init(|| {
            decode(self.embedded.text).unwrap_or_else(|error| panic!("transform {}: {error}", self.embedded.id))
        })
    }
}

/// Why a transform file is no transform.
#[derive(Debug, thiserror::Error)]
enum DecodeError {
    #[error(transparent)]
    Toml(#[from] toml::de::Error),
    #[error("in `{0}`: {1}")]
    Pattern(String, super::pattern::PatternError),
}

fn decode(text: &str) -> Result<Decoded, DecodeError> {
    let file: TransformFile = toml::from_str(text)?;
    let mut rules = Vec::new();
    for entry in &file.rewrites {
        let pattern = Pattern::parse(&entry.find, &file.conditions)
            .map_err(|error| DecodeError::Pattern(entry.find.clone(), error))?;
        let template = Template::parse(&entry.replace, &pattern)
            .map_err(|error| DecodeError::Pattern(entry.replace.clone(), error))?;
        let declared = file.applicability.unwrap_or(Applicability::Safe);
        rules.push(Rule {
            pattern,
            template: Some(template),
            applicability: entry.applicability.map_or(declared, |own| own.lowered_to(declared)),
            because: entry.because.clone().or_else(|| file.because.clone()),
            instead: None,
        });
    }
    for entry in &file.reports {
        let pattern = Pattern::parse(&entry.find, &file.conditions)
            .map_err(|error| DecodeError::Pattern(entry.find.clone(), error))?;
        rules.push(Rule {
            pattern,
            template: None,
            applicability: Applicability::DisplayOnly,
            because: None,
            instead: entry.instead.clone().or_else(|| file.instead.clone()),
        });
    }
    Ok(Decoded { file, rules })
}

/// All transforms, sorted by id.
pub struct Catalogue {
    transforms: Vec<Transform>,
}

static BUILTIN: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue { transforms: EMBEDDED.iter().map(Transform::new).collect() });

impl Catalogue {
    /// The transforms that come with the program.
    pub fn builtin() -> &'static Catalogue {
        &BUILTIN
    }

    /// All of them.
    pub fn transforms(&self) -> &[Transform] {
        &self.transforms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_a_transform() {
        for embedded in EMBEDDED {
            decode(embedded.text).unwrap_or_else(|error| panic!("{}: {error}", embedded.id));
            Transform::new(embedded);
        }
    }

    #[test]
    fn groups_have_names_both_ways() {
        assert_eq!(GROUP_NAMES.map(|(group, _)| group), Group::ALL);
        for (group, name) in GROUP_NAMES {
            assert_eq!(name.parse(), Ok(group));
            assert_eq!(group.to_string(), name);
        }
        assert!("nonsense".parse::<Group>().is_err());
    }
}
