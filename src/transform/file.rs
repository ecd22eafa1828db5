//! What one file in `transforms/` says, as it is written.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::shape::{
    BareCondition, CharacterBuffer, ExceptionTriple, FilledText, GuardWords, OwnedBuffer, SsizeClean, SystemInclude,
};
use crate::capi::PythonVersion;
use crate::edit::Applicability;
use crate::source::Language;

/// The content of one transform file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TransformFile {
    /// What is found, in one sentence without a full stop.
    pub summary: String,
    /// Why it should not stay.
    pub why: String,
    /// What a person should do where the tool cannot. Required where there is a `[[report]]`.
    pub instead: Option<String>,
    /// The page that documents the change.
    pub docs: Option<String>,
    /// How far the rewrites can be trusted; `safe` if it is not said.
    pub applicability: Option<Applicability>,
    /// How the new code may differ; required where the rewrites are not safe.
    pub because: Option<String>,
    /// What ends.
    #[serde(default)]
    pub old: Old,
    /// What takes its place.
    #[serde(default)]
    pub new: New,
    /// By the name of a capture, what must hold of it.
    #[serde(default, rename = "where")]
    pub conditions: BTreeMap<String, Condition>,
    /// What is found and what is written instead.
    #[serde(default, rename = "rewrite")]
    pub rewrites: Vec<RewriteEntry>,
    /// Conditionals that the oldest Python decides.
    #[serde(default, rename = "dead-guards")]
    pub dead_guards: Vec<GuardWords>,
    /// Conditionals that define what the compat header offers.
    #[serde(default, rename = "local-polyfills")]
    pub local_polyfills: Vec<GuardWords>,
    /// Conditions without brackets of their own.
    #[serde(default, rename = "bare-condition")]
    pub bare_conditions: Vec<BareCondition>,
    /// Names of system headers that are not included.
    #[serde(default, rename = "system-include")]
    pub system_includes: Vec<SystemInclude>,
    /// Three variables that hold the exception which is set.
    #[serde(default, rename = "exception-triple")]
    pub exception_triples: Vec<ExceptionTriple>,
    /// Formats whose units have lengths.
    #[serde(default, rename = "ssize-clean")]
    pub ssize_cleans: Vec<SsizeClean>,
    /// Local pointers to the characters of a str.
    #[serde(default, rename = "character-buffer")]
    pub character_buffers: Vec<CharacterBuffer>,
    /// Strs that are filled through a local pointer after they are made.
    #[serde(default, rename = "filled-text")]
    pub filled_texts: Vec<FilledText>,
    /// Buffers that objects lend to functions.
    #[serde(default, rename = "owned-buffer")]
    pub owned_buffers: Vec<OwnedBuffer>,
    /// Calls that raise where something is only absent.
    #[serde(default, rename = "return-convention")]
    pub return_conventions: Vec<ReturnConventionEntry>,
    /// Macros that open and close a block.
    #[serde(default, rename = "macro-pair")]
    pub macro_pairs: Vec<MacroPairEntry>,
    /// What is found and only reported, where no rewrite of this file reaches it.
    #[serde(default, rename = "report")]
    pub reports: Vec<ReportEntry>,
    /// Worked examples: tests, documentation and, compiled, a proof.
    #[serde(default, rename = "example")]
    pub examples: Vec<Example>,
}

/// What must hold of a capture.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Condition {
    /// It has this type; for `PyObject *` and `PyVarObject *` a pointer to any object will do.
    Like(String),
    /// All of these.
    Limited(Limits),
}

/// What must hold of a capture, one by one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Limits {
    /// Its type; any will do if there is none.
    #[serde(rename = "type")]
    pub ctype: Option<String>,
    /// No other type will do, though it be an object's.
    #[serde(default)]
    pub exact: bool,
    /// Types that will not do.
    #[serde(default)]
    pub except: Vec<String>,
    /// Names that all stand in it, or only one.
    #[serde(default, deserialize_with = "one_or_more")]
    pub mentions: Vec<String>,
    /// A name that does not stand in it, or several; `$name` is what another capture took.
    #[serde(default, deserialize_with = "one_or_more")]
    pub lacks: Vec<String>,
    /// It is a call.
    #[serde(default)]
    pub call: bool,
    /// It calls nothing and changes nothing.
    #[serde(default)]
    pub pure: bool,
    /// Casts of it to pointers are not written where the template has it: what it goes to takes any object.
    #[serde(default)]
    pub uncast: bool,
    /// It is a variable that the pattern declares, and nothing outside of what the pattern finds mentions it.
    #[serde(default)]
    pub only_here: bool,
    /// It is a variable of the file with an initializer, in which this member is a string.
    pub initialized: Option<Initialized>,
    /// Units of which one stands in it; it is a string by which arguments are parsed.
    #[serde(default)]
    pub units: Vec<String>,
    /// Units of which one stands in it; it is a string by which a value is built.
    #[serde(default)]
    pub build_units: Vec<String>,
}

/// A string, or a list of strings.
fn one_or_more<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Strings {
        One(String),
        More(Vec<String>),
    }
    Ok(match Strings::deserialize(deserializer)? {
        Strings::One(string) => vec![string],
        Strings::More(strings) => strings,
    })
}

/// A member of a variable's initializer that is a string.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Initialized {
    /// The member.
    pub field: String,
    /// The capture of a string that it is, or ends in behind a dot.
    pub names: String,
}

impl Condition {
    /// It, spelled out.
    pub fn limits(&self) -> Limits {
        match self {
            Condition::Like(text) => Limits { ctype: Some(text.clone()), ..Limits::default() },
            Condition::Limited(limits) => limits.clone(),
        }
    }
}

impl std::fmt::Display for Condition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let limits = self.limits();
        let mut parts = Vec::new();
        let is = match (&limits.ctype, limits.exact) {
            (Some(ctype), true) => format!("is a `{ctype}` and nothing else"),
            (Some(ctype), false) => format!("is a `{ctype}`"),
            (None, _) => "is anything".to_owned(),
        };
        if !limits.except.is_empty() {
            parts.push(format!("{is}, but not `{}`", limits.except.join("` or `")));
        } else if limits.ctype.is_some() {
            parts.push(is);
        }
        if !limits.mentions.is_empty() {
            parts.push(format!("mentions `{}`", limits.mentions.join("` and `")));
        }
        if limits.call {
            parts.push("is a call".to_owned());
        }
        parts.extend(limits.initialized.map(|found| {
            format!("is defined in the file with a `{}` that ends in what `${}` is", found.field, found.names)
        }));
        if limits.pure {
            parts.push("has no side effects".to_owned());
        }
        if limits.only_here {
            parts.push("is a variable used nowhere else".to_owned());
        }
        parts.extend(limits.lacks.iter().map(|name| format!("does not mention `{name}`")));
        for units in [limits.units, limits.build_units].iter().filter(|units| !units.is_empty()) {
            parts.push(format!("is a format with `{}`", units.join("` or `")));
        }
        f.write_str(&parts.join(" and "))
    }
}

/// The old spelling, and when it ends. The group of the transform follows from the versions.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Old {
    /// Names; `PyObject.ob_type` is a field.
    #[serde(default)]
    pub api: Vec<String>,
    /// The one header that declares the names, for names so short that other libraries have them too: they count only
    /// in files that include it.
    pub header: Option<String>,
    /// A text that a file must hold for the names to be looked for at all, where they are common words.
    pub beside: Option<String>,
    /// A macro that a project may define to be spared: files that are compiled together with its definition are left
    /// alone.
    pub unless_defined: Option<String>,
    /// A name that spares the files in which it stands.
    pub unless_named: Option<String>,
    /// The first Python whose documentation or headers call it deprecated.
    pub deprecated: Option<PythonVersion>,
    /// The first Python whose documentation advises against it without a warning of the compiler.
    pub soft_deprecated: Option<PythonVersion>,
    /// The first Python that does not have it.
    pub removed: Option<PythonVersion>,
    /// The first Python in which it means something else while it still compiles.
    pub changed: Option<PythonVersion>,
    /// What it does with a reference that makes it hard to use right.
    pub reference: Option<Reference>,
}

/// What a function does with a reference, beside returning or keeping a strong one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reference {
    /// It returns a reference that its caller does not own.
    Borrowed,
    /// It takes over a reference that its caller owned.
    Stolen,
}

impl Reference {
    /// The one that a transform file calls so.
    pub fn named(text: &str) -> Option<Reference> {
        match text {
            "borrowed" => Some(Reference::Borrowed),
            "stolen" => Some(Reference::Stolen),
            _ => None,
        }
    }
}

/// The new spelling, where the rewrites do not name it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct New {
    /// Names of the official replacements.
    #[serde(default)]
    pub api: Vec<String>,
}

/// `[[rewrite]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RewriteEntry {
    /// A pattern.
    pub find: String,
    /// What is written; empty to take the line or statement out.
    pub replace: String,
    /// Lowers this rewrite below the transform's applicability.
    pub applicability: Option<Applicability>,
    /// How the new code may differ, where that is special to this rewrite.
    pub because: Option<String>,
}

/// `[[return-convention]]`: a call after which code asks whether the exception says that something is only absent.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ReturnConventionEntry {
    /// The call, and the variable that it is assigned to if a failure is a null pointer; else a failure is negative.
    pub find: String,
    /// The call that is negative after a failure, 0 where something is absent and positive otherwise.
    pub replace: String,
    /// How code asks whether it is absent, where that is an exception, too.
    pub absent: Option<String>,
    /// How code asks whether there is an exception at all.
    pub failed: String,
    /// How code takes the exception for what is absent away.
    pub clear: Option<String>,
    /// Functions by which code puts another exception in its place.
    #[serde(default)]
    pub raises: Vec<String>,
    /// Lowers this rewrite below the transform's applicability.
    pub applicability: Option<Applicability>,
    /// How the new code may differ, where that is special to this rewrite.
    pub because: Option<String>,
}

/// `[[macro-pair]]`: two macros that open and close a block, and are rewritten together or not at all.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MacroPairEntry {
    /// The one that opens it.
    pub opening: MacroEntry,
    /// The one that closes it.
    pub closing: MacroEntry,
    /// Variables that the new macros declare for what stands between them.
    #[serde(default)]
    pub declares: Vec<String>,
}

/// A macro of a pair.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MacroEntry {
    /// A pattern that is a statement.
    pub find: String,
    /// The statement that is written.
    pub replace: String,
}

/// `[[report]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ReportEntry {
    /// A pattern.
    pub find: String,
    /// What to do there, where that is special to this shape.
    pub instead: Option<String>,
}

/// `[[example]]`: `before` becomes `after`, or `unchanged` stays.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Example {
    /// Why the example is there.
    pub note: Option<String>,
    /// Code before.
    pub before: Option<String>,
    /// Code after, written by hand.
    pub after: Option<String>,
    /// Code that must stay.
    pub unchanged: Option<String>,
    /// The fix is shown only with `--unsafe`.
    #[serde(default, rename = "unsafe")]
    pub needs_unsafe: bool,
    /// The compat header may be included.
    #[serde(default)]
    pub header: bool,
    /// The language of the code.
    #[serde(default)]
    pub language: Language,
    /// A C header of the example's project, as `[example.files]`: name and content.
    #[serde(default)]
    pub files: BTreeMap<String, String>,
    /// The newest Python whose headers `before` compiles with, where that is not what `[old]` says.
    pub compiles_until: Option<PythonVersion>,
    /// False for code that no header on its own can compile.
    pub compiles: Option<bool>,
    /// Why a safe rewrite is not compiled to what was there before, and does no harm.
    pub object_code: Option<String>,
}

impl Example {
    /// The name of a file that holds the example's code.
    pub fn file_name(&self) -> &'static str {
        match self.language {
            Language::C => "example.c",
            Language::Cpp => "example.cpp",
        }
    }
}
