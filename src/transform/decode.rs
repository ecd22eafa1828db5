//! From the text of a transform file to its rules, or to the place of what is wrong with it.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::catalogue::Rule;
use super::file::{MacroEntry, TransformFile};
use super::names::{self, Outline};
use super::pattern::{MAX_PATTERN_BYTES, Pattern, PatternError, Template};
use super::shape::{MacroPair, MacroRewrite, ReturnConvention, Shape};
use crate::edit::Applicability;

/// A transform file, read.
pub(super) struct Decoded {
    pub(super) file: TransformFile,
    pub(super) rules: Vec<Rule>,
}

impl Decoded {
    /// What the build script tells of built-in ones.
    pub(super) fn outline(text: &str) -> Result<Outline, TransformError> {
        let table = toml::from_str(text).map_err(|error| TransformError::of_toml(text, &error))?;
        names::outline(&table).map_err(|find| TransformError::of_pattern(text, &find, &PatternError::NoName))
    }
}

/// Why a text is no transform.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("line {line}: {reason}")]
pub struct TransformError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub reason: String,
}

impl TransformError {
    fn at(text: &str, offset: usize, reason: String) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        TransformError { line: before.matches('\n').count() + 1, reason }
    }

    fn of_toml(text: &str, error: &toml::de::Error) -> Self {
        let offset = error.span().map_or(0, |span| span.start);
        TransformError::at(text, offset, error.message().replace('\n', ", "))
    }

    fn of_pattern(text: &str, pattern: &str, error: &PatternError) -> Self {
        let places = Places::of(text);
        let entries = places.rewrite.iter().chain(&places.return_convention).chain(&places.report);
        let texts = entries
            .flat_map(|entry| [&entry.find, &entry.replace, &entry.absent, &entry.failed, &entry.clear])
            .flatten();
        let offset = texts.into_iter().find(|found| found.get_ref() == pattern).map_or(0, |found| found.span().start);
        let mut shown: String = pattern.trim().chars().take(MAX_SHOWN).collect();
        if shown.len() < pattern.trim().len() {
            shown.push_str("...");
        }
        TransformError::at(text, offset, format!("`{shown}`: {error}"))
    }
}

/// How many characters of a pattern a message shows.
const MAX_SHOWN: usize = 200;

/// Where the parts of a file stand that are understood only later.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Places {
    rewrite: Vec<Entry>,
    #[serde(rename = "return-convention")]
    return_convention: Vec<Entry>,
    report: Vec<Entry>,
    #[serde(rename = "where")]
    conditions: BTreeMap<String, Spanned<toml::Value>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry {
    find: Option<Spanned<String>>,
    replace: Option<Spanned<String>>,
    absent: Option<Spanned<String>>,
    failed: Option<Spanned<String>>,
    clear: Option<Spanned<String>>,
}

impl Places {
    fn of(text: &str) -> Places {
        toml::from_str(text).unwrap_or_default()
    }
}

/// Reads a transform file.
pub(super) fn decode(text: &str) -> Result<Decoded, TransformError> {
    let file: TransformFile = toml::from_str(text).map_err(|error| TransformError::of_toml(text, &error))?;
    let wrong = |pattern: &str, error: PatternError| TransformError::of_pattern(text, pattern, &error);
    let checked = |text: &str| match text.len() {
        0..=MAX_PATTERN_BYTES => Ok(()),
        _ => Err(wrong(text, PatternError::TooLong)),
    };
    let parse = |find: &str| {
        checked(find)?;
        Pattern::parse(find, &file.conditions).map_err(|error| wrong(find, error))
    };
    let template = |replace: &str, pattern: &Pattern| {
        checked(replace)?;
        Template::parse(replace, pattern).map_err(|error| wrong(replace, error))
    };
    let mut rules = Vec::new();
    let declared = file.applicability.unwrap_or(Applicability::Safe);
    for entry in &file.rewrites {
        let pattern = parse(&entry.find)?;
        let template = template(&entry.replace, &pattern)?;
        rules.push(Rule {
            pattern,
            template: Some(template),
            applicability: entry.applicability.map_or(declared, |own| own.lowered_to(declared)),
            because: entry.because.clone().or_else(|| file.because.clone()),
            instead: None,
        });
    }
    let guards = file.dead_guards.iter().cloned().map(Shape::DeadGuards);
    let polyfills = file.local_polyfills.iter().cloned().map(Shape::LocalPolyfills);
    let includes = file.system_includes.iter().cloned().map(Shape::SystemInclude);
    let conditions = file.bare_conditions.iter().cloned().map(Shape::BareCondition);
    let triples = file.exception_triples.iter().cloned().map(Box::new).map(Shape::ExceptionTriple);
    let buffers = file.character_buffers.iter().cloned().map(Box::new).map(Shape::CharacterBuffer);
    let lengths = file.ssize_cleans.iter().cloned().map(Box::new).map(Shape::SsizeClean);
    let owned = file.owned_buffers.iter().cloned().map(Box::new).map(Shape::OwnedBuffer);
    rules.extend(
        guards
            .chain(polyfills)
            .chain(conditions)
            .chain(includes)
            .chain(triples)
            .chain(lengths)
            .chain(buffers)
            .chain(owned)
            .map(|shape| Rule {
                pattern: Pattern::Shape(shape),
                template: None,
                applicability: declared,
                because: file.because.clone(),
                instead: None,
            }),
    );
    // A str that is made wider than it must be is never the same on all Pythons.
    rules.extend(file.filled_texts.iter().map(|filled| Rule {
        pattern: Pattern::Shape(Shape::FilledText(Box::new(filled.clone()))),
        template: None,
        applicability: Applicability::Unsafe.lowered_to(declared),
        because: Some(filled.because.clone()),
        instead: None,
    }));
    let expression = |text: &str| match parse(text)? {
        Pattern::Expression(tree) => Ok(tree),
        _ => Err(wrong(text, PatternError::Mixed)),
    };
    for entry in &file.return_conventions {
        let call = parse(&entry.find)?;
        let template = template(&entry.replace, &call)?;
        let Pattern::Expression(call) = call else { return Err(wrong(&entry.find, PatternError::Mixed)) };
        let (question, is_absent) = match &entry.absent {
            Some(absent) => (expression(absent)?, true),
            None => (expression(&entry.failed)?, false),
        };
        let clear = entry.clear.as_deref().map(expression).transpose()?;
        rules.push(Rule {
            pattern: Pattern::Shape(Shape::ReturnConvention(Box::new(ReturnConvention {
                call,
                question,
                is_absent,
                failed: entry.failed.clone(),
                clear,
                raises: entry.raises.clone(),
            }))),
            template: Some(template),
            applicability: entry.applicability.map_or(declared, |own| own.lowered_to(declared)),
            because: entry.because.clone().or_else(|| file.because.clone()),
            instead: None,
        });
    }
    let half = |entry: &MacroEntry| {
        let found = parse(&entry.find)?;
        let template = template(&entry.replace, &found)?;
        match found {
            Pattern::Statements(find) => {
                let name = names::trigger(&entry.find).unwrap_or_default().to_owned();
                Ok(MacroRewrite { name, find, template })
            }
            _ => Err(wrong(&entry.find, PatternError::Mixed)),
        }
    };
    for entry in &file.macro_pairs {
        let pair = MacroPair {
            opening: half(&entry.opening)?,
            closing: half(&entry.closing)?,
            declares: entry.declares.clone(),
        };
        rules.push(Rule {
            pattern: Pattern::Shape(Shape::MacroPair(Box::new(pair))),
            template: None,
            applicability: declared,
            because: file.because.clone(),
            instead: None,
        });
    }
    for entry in &file.reports {
        rules.push(Rule {
            pattern: parse(&entry.find)?,
            template: None,
            applicability: Applicability::DisplayOnly,
            because: None,
            instead: entry.instead.clone().or_else(|| file.instead.clone()),
        });
    }
    if rules.is_empty() {
        return Err(TransformError::at(text, 0, "neither [[rewrite]] nor [[report]] says what is found".to_owned()));
    }
    let is_captured =
        |name: &str| rules.iter().flat_map(|rule: &Rule| rule.pattern.captures()).any(|capture| capture.name == name);
    if let Some(name) = file.conditions.keys().find(|name| !is_captured(name)) {
        let offset = Places::of(text).conditions.get(name).map_or(0, |found| found.span().start);
        return Err(TransformError::at(text, offset, PatternError::UnknownCapture(name.clone()).to_string()));
    }
    Ok(Decoded { file, rules })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rest: &str, line: usize, reason: &str) {
        let text = format!("summary = \"x\"\nwhy = \"y\"\n{rest}");
        let error = decode(&text).err().unwrap_or_else(|| panic!("{rest} is a transform"));
        assert!(error.line == line && error.reason.contains(reason), "{rest}: {error}");
    }

    #[test]
    fn what_is_wrong_has_a_place() {
        check("", 1, "neither [[rewrite]] nor [[report]]");
        check("instaed = \"z\"\n", 3, "instaed");
        check("[[report]]\nfind = 3\n", 4, "string");
        check("[[report]]\nfind = \"f(\"\n", 4, "`f(`: does not parse");
        check("[[report]]\nfind = \"$a == $b\"\n", 4, "holds no name");
        check("[[rewrite]]\nfind = \"f($a)\"\nreplace = \"g($b)\"\n", 5, "`$b` is no capture");
        check("[[rewrite]]\nfind = \"f($a)\"\nreplace = \"g($a);\"\n", 5, "can each only become the same");
        check("[where]\nb = \"int\"\n[[report]]\nfind = \"f($a)\"\n", 4, "`$b` is no capture");
        check("[where]\na = { typ = \"int\" }\n[[report]]\nfind = \"f($a)\"\n", 4, "");
        check("[[report]]\nfind = \"T { a = 1 }\"\n", 4, "`a = 1` is no member");
        let convention = "[[return-convention]]\nfind = \"$v = f()\"\nreplace = \"g(&$v)\"\nfailed = ";
        check(&format!("{convention}\"a();\"\n"), 6, "same");
        check(&format!("{convention}\"a()\"\nclear = \"b(\"\n"), 7, "does not parse");
    }
}
