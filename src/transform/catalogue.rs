//! All transforms: those embedded at compile time, which are decoded when they are first needed, and those of a user.

use std::fmt;
use std::str::FromStr;
use std::sync::{LazyLock, OnceLock};

use super::decode::{Decoded, TransformError, decode};
use super::file::{Reference, TransformFile};
use super::pattern::{Pattern, Template};
use super::shape::Shape;
use crate::capi::{PythonRange, PythonVersion};
use crate::edit::Applicability;

/// What the build script writes of one file.
struct Embedded {
    id: &'static str,
    folder: &'static str,
    text: &'static str,
    names: &'static [&'static str],
    triggers: &'static [&'static str],
    beside: Option<&'static str>,
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
    /// The user's own, whatever their versions.
    Custom,
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
const GROUP_NAMES: [(Group, &str); 9] = [
    (Group::Custom, "custom"),
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
    pub const ALL: [Group; 9] = [
        Group::Custom,
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
        matches!(self, Group::Custom | Group::Removed | Group::Deprecated)
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

/// One change of the C API, or of a project's own functions.
pub struct Transform {
    id: &'static str,
    folder: &'static str,
    text: &'static str,
    triggers: &'static [&'static str],
    beside: Option<&'static str>,
    is_custom: bool,
    names: Vec<String>,
    deprecated: Option<PythonVersion>,
    soft_deprecated: Option<PythonVersion>,
    removed: Option<PythonVersion>,
    changed: Option<PythonVersion>,
    reference: Option<Reference>,
    decoded: OnceLock<Decoded>,
}

/// One pattern of a transform, ready to be matched.
pub struct Rule {
    /// What is found.
    pub pattern: Pattern,
    /// What is written instead; none where the site is only reported, or where the pattern is a shape: then its
    /// rewriter composes the new code.
    pub template: Option<Template>,
    /// Of this rule, before the site lowers it.
    pub applicability: Applicability,
    /// How the new code may differ.
    pub because: Option<String>,
    /// What a person should do, for a rule that only reports.
    pub instead: Option<String>,
}

impl Rule {
    /// Whether what it finds is only reported.
    pub fn is_report(&self) -> bool {
        self.template.is_none() && !matches!(self.pattern, Pattern::Shape(_))
    }

    /// Whether what it rewrites is the project's own definition of the names that it writes.
    pub fn ends_own_names(&self) -> bool {
        matches!(self.pattern, Pattern::Shape(Shape::LocalPolyfills(_)))
    }
}

impl Transform {
    fn new(embedded: &'static Embedded) -> Self {
        let version = |text: Option<&str>| text.map(|text| text.parse().expect("a test reads every version"));
        Self {
            id: embedded.id,
            folder: embedded.folder,
            text: embedded.text,
            triggers: embedded.triggers,
            beside: embedded.beside,
            is_custom: false,
            names: embedded.names.iter().map(|name| (*name).to_owned()).collect(),
            deprecated: version(embedded.deprecated),
            soft_deprecated: version(embedded.soft_deprecated),
            removed: version(embedded.removed),
            changed: version(embedded.changed),
            reference: embedded.reference.map(|text| Reference::named(text).expect("a test reads every file")),
            decoded: OnceLock::new(),
        }
    }

    /// A transform of the user's. What it is made of stays in memory as long as the program runs, as the built-in
    /// ones do.
    ///
    /// # Errors
    ///
    /// Where in the text something is wrong, and what.
    pub fn custom(id: &str, text: &str) -> Result<Transform, TransformError> {
        let decoded = decode(text)?;
        let outline = Decoded::outline(text)?;
        let triggers: Vec<&'static str> = outline.triggers.into_iter().map(|name| &*name.leak()).collect();
        let old = &decoded.file.old;
        Ok(Self {
            id: id.to_owned().leak(),
            folder: "",
            text: "",
            triggers: triggers.leak(),
            beside: outline.beside.map(|text| &*text.leak()),
            is_custom: true,
            names: outline.names,
            deprecated: old.deprecated,
            soft_deprecated: old.soft_deprecated,
            removed: old.removed,
            changed: old.changed,
            reference: old.reference,
            decoded: OnceLock::from(decoded),
        })
    }

    /// Its name: what is found, in kebab-case.
    pub fn id(&self) -> &'static str {
        self.id
    }

    /// The folder that it is embedded from: the Python that ended the old spelling, or in which the new one came.
    pub fn folder(&self) -> &'static str {
        self.folder
    }

    /// Whether it is the user's own: then it is about names of the project as well.
    pub fn is_custom(&self) -> bool {
        self.is_custom
    }

    /// Every API that it finds, introduces or names as the official replacement, sorted.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Texts of which a file must hold one for the transform to find anything.
    pub fn triggers(&self) -> &'static [&'static str] {
        self.triggers
    }

    /// A text that the file must hold, too.
    pub fn beside(&self) -> Option<&'static str> {
        self.beside
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
            () if self.is_custom => Group::Custom,
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
        self.rules().iter().flat_map(|rule| {
            let written = rule.template.iter().flat_map(|template| template.introduces.iter().map(String::as_str));
            let composed = match &rule.pattern {
                Pattern::Shape(shape) => shape.introduces(),
                _ => Vec::new(),
            };
            written.chain(composed)
        })
    }

    /// The least that can be said of all its rewrites; display-only where it has none.
    pub fn applicability(&self) -> Applicability {
        let rewrites = self.rules().iter().filter(|rule| !rule.is_report());
        rewrites.map(|rule| rule.applicability).max().unwrap_or(Applicability::DisplayOnly)
    }

    fn decoded(&self) -> &Decoded {
        self.decoded.get_or_init(|| decode(self.text).unwrap_or_else(|error| panic!("transform {}: {error}", self.id)))
    }
}

/// All transforms, sorted by id.
pub struct Catalogue {
    transforms: Vec<Transform>,
}

static BUILTIN: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue { transforms: EMBEDDED.iter().map(Transform::new).collect() });

impl fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.transforms.iter().map(Transform::id)).finish()
    }
}

impl Catalogue {
    /// The transforms that come with the program.
    pub fn builtin() -> &'static Catalogue {
        &BUILTIN
    }

    /// These and the built-in ones. As those do, they stay in memory as long as the program runs.
    pub fn with(custom: Vec<Transform>) -> &'static Catalogue {
        let mut transforms: Vec<Transform> = EMBEDDED.iter().map(Transform::new).chain(custom).collect();
        transforms.sort_by_key(Transform::id);
        Box::leak(Box::new(Catalogue { transforms }))
    }

    /// The transform of that name.
    pub fn find(&self, id: &str) -> Option<&Transform> {
        self.transforms.iter().find(|transform| transform.id() == id)
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
