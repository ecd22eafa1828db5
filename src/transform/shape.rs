//! Shapes of code that take more than a pattern to find: what a transform file says of one. The mechanism is a file in
//! `src/rewriters/` of the same name.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::format::{FormatKind, units};
use super::pattern::{Template, TreePattern};
use crate::source::words;

/// What a rewriter of its own finds and rewrites.
pub enum Shape {
    /// Conditionals that the oldest Python decides.
    DeadGuards(GuardWords),
    /// Conditionals that define what the compat header offers.
    LocalPolyfills(GuardWords),
    /// Conditions whose brackets a macro brought.
    BareCondition(BareCondition),
    /// Names of a system header that is not included.
    SystemInclude(SystemInclude),
    /// Three variables that hold the exception which is set.
    ExceptionTriple(Box<ExceptionTriple>),
    /// Formats whose units have lengths, in files without the macro that says of what type they are.
    SsizeClean(Box<SsizeClean>),
    /// A local pointer to the characters of a str.
    CharacterBuffer(Box<CharacterBuffer>),
    /// A str that is filled through a local pointer after it is made.
    FilledText(Box<FilledText>),
    /// A buffer that an object lends to a function.
    OwnedBuffer(Box<OwnedBuffer>),
    /// A call that raises where something is only absent, and the code that tells that from a failure.
    ReturnConvention(Box<ReturnConvention>),
    /// Two macros that open and close a block.
    MacroPair(Box<MacroPair>),
}

/// `[[dead-guards]]`: branches of `#if`s that no Python in range compiles, and conditions that all of them meet.
/// `[[local-polyfills]]`: `#if`s around a project's own copy of something that the compat header offers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GuardWords {
    /// The macros that hold the version. What a project defines itself says nothing of Python's.
    pub versions: Vec<String>,
    /// The words by which a condition asks whether there is a macro.
    pub presence: Vec<String>,
    /// Macros that conditions are decided by instead: every Python defined them, or none does any more, and code goes on
    /// to be as it is with them.
    #[serde(default)]
    pub assumed: Vec<String>,
}

/// `[[bare-condition]]`: `if NAME(...)` without brackets around the condition.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct BareCondition {
    /// The macros that brought them.
    pub macros: Vec<String>,
}

/// `[[system-include]]`: a file uses names of a header of the system that `Python.h` brought it until then.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SystemInclude {
    /// The header.
    pub header: String,
    /// What tells that it is needed: `name()` is a function or macro that is called, `struct tag` a structure, `name` a
    /// type or constant.
    pub names: Vec<String>,
    /// Other headers that bring all of the names wherever they exist.
    #[serde(default)]
    pub brought_by: Vec<String>,
    /// Macros of platforms of which nothing is known here: what only they compile is not looked at.
    #[serde(default)]
    pub elsewhere: Vec<String>,
    /// The one of them whose platform lacks the header.
    pub unless: Option<String>,
    /// Other headers which that platform lacks: where one is included under no condition, this one is, too.
    #[serde(default)]
    pub beside: Vec<String>,
    /// What a file must define for `Python.h` not to bring it.
    pub only_with: Option<DefinedValue>,
}

/// A macro that a file defines as a number.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DefinedValue {
    /// The macro.
    pub name: String,
    /// The least number that counts.
    pub from: u32,
}

/// What `[[return-convention]]` says, parsed. What is written in the place of the call is the template of its rule.
pub struct ReturnConvention {
    /// An assignment whose value is a null pointer after a failure, or a call whose value is then negative.
    pub call: TreePattern,
    /// What code asks to tell a failure from what is only absent.
    pub question: TreePattern,
    /// Whether the answer yes means that something is absent; else it means a failure.
    pub is_absent: bool,
    /// What code asks to tell whether there is an exception at all, as it is written.
    pub failed: String,
    /// What takes the exception for what is absent away; none where there is none.
    pub clear: Option<TreePattern>,
    /// Functions that put another exception in its place.
    pub raises: Vec<String>,
}

/// What `[[macro-pair]]` says, parsed: two macros that open and close a block in a function, and get its only parameter.
pub struct MacroPair {
    /// The one that opens it.
    pub opening: MacroRewrite,
    /// The one that closes it.
    pub closing: MacroRewrite,
    /// Variables that the new macros declare for what stands between them.
    pub declares: Vec<String>,
}

/// A macro that is a statement, and what becomes of it.
pub struct MacroRewrite {
    /// Its name.
    pub name: String,
    /// The statement; its one capture is the object.
    pub find: TreePattern,
    /// What is written instead.
    pub template: Template,
}

/// `[[exception-triple]]`: an exception is taken out as type, value and traceback, and put back, where one object will
/// do.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ExceptionTriple {
    /// The function that takes it out, by three addresses.
    pub fetch: String,
    /// The function that takes it out as one object.
    pub get: String,
    /// The function that makes the value an object of the type, by three addresses.
    pub normalize: String,
    /// The function that puts it back, and takes over three references.
    pub restore: String,
    /// The function that puts one object back, and takes over its reference.
    pub set: String,
    /// Other functions that take all three, by those that take the one object and do the same with its reference.
    #[serde(default)]
    pub whole: BTreeMap<String, String>,
    /// The function that gives the value the traceback.
    pub set_traceback: String,
    /// The function that asks of what class its first argument is, be that the type or the value.
    pub matches: String,
    /// Functions that add to the references of their argument, or take from them.
    pub counts: Vec<String>,
    /// Functions that take a reference from their argument and make it a null pointer.
    pub clears: Vec<String>,
    /// What a variable for the one object is called where it needs a name of its own.
    pub variable: String,
}

/// `[[ssize-clean]]`: units of formats that end in `#`, whose lengths are of one type with a macro and of another
/// without it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SsizeClean {
    /// The macro.
    #[serde(rename = "macro")]
    pub macro_name: String,
    /// The type of a length with the macro.
    pub length: String,
    /// The type of a length without it.
    pub narrow: String,
    /// Types that serve as well with the macro: as wide, and not the type without it.
    pub like: Vec<String>,
    /// Functions that parse arguments.
    pub parse: BTreeMap<String, FormatCall>,
    /// Functions that build values.
    pub build: BTreeMap<String, FormatCall>,
    /// Functions that take a format and do not go by the macro.
    pub unaware: BTreeMap<String, FormatCall>,
    /// Functions with arguments of any type, beside those with a string literal among their arguments.
    pub variadic: Vec<String>,
    /// Headers that do not bring the functions: above all others the macro has its place.
    pub without: Vec<String>,
}

/// Where a function that takes a format has what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FormatCall {
    /// The argument that is the format, from 0.
    pub format: usize,
    /// The first argument that the format is about; none where they come as a `va_list`.
    pub values: Option<usize>,
}

/// `[[character-buffer]]`: a local pointer to the characters of a str, all of one width, is only read by indices. The
/// str is asked for its data and for how wide its characters are instead.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CharacterBuffer {
    /// The function that returns the pointer.
    pub buffer: String,
    /// The types to which it may be declared to point.
    pub types: Vec<String>,
    /// The function that tells how wide the characters are.
    pub kind: String,
    /// The function that returns the data.
    pub data: String,
    /// The function that reads a character: it is given the width, the data and the index.
    pub read: String,
    /// What the variable for the width is called.
    pub variable: String,
}

/// `[[filled-text]]`: a str is made without its characters, filled through a local pointer and returned. It is made as
/// wide as can be, and once more from its characters before it is returned.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FilledText {
    /// The function that makes the str, from a null pointer and a size.
    pub make: String,
    /// The function that makes it from a size and the greatest character.
    pub new: String,
    /// The greatest character of all.
    pub widest: String,
    /// The function that returns the pointer.
    pub buffer: String,
    /// The types to which it may be declared to point.
    pub types: Vec<String>,
    /// The type of the widest characters.
    pub element: String,
    /// The function that returns a pointer to these.
    pub data: String,
    /// The statement that makes the str anew, where `$text` is the variable.
    pub finish: String,
    /// Functions that count references of the str.
    pub counts: Vec<String>,
    /// How the new code may differ.
    pub because: String,
}

/// `[[owned-buffer]]`: a local pointer to a buffer that an object lends. The function gets a buffer of its own instead, and
/// releases it wherever it is left.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OwnedBuffer {
    /// Functions that lend the buffer of an argument, by a format.
    #[serde(default)]
    pub parse: BTreeMap<String, FormatCall>,
    /// The units that do so, and those that give the object.
    #[serde(default)]
    pub units: BTreeMap<String, String>,
    /// Functions that return the buffer of their argument.
    #[serde(default)]
    pub lend: Vec<String>,
    /// The types to which the pointer may be declared to point.
    pub types: Vec<String>,
    /// The function that makes a buffer, of an object and the address of its size, if that has a type. Without an address
    /// it takes no null characters.
    pub make: String,
    /// The type of the size.
    pub size: Option<String>,
    /// The function that releases the buffer, be it a null pointer; none where the object keeps the new one, too.
    pub release: Option<String>,
    /// What the name of a variable ends in that comes beside the pointer: for the object where arguments are parsed, else
    /// for the size.
    pub variable: String,
    /// Functions whose result points to what they are passed.
    #[serde(default)]
    pub keep: Vec<String>,
    /// Functions that may be called before the buffer is lent: they give the caller nothing to release.
    #[serde(default)]
    pub before: Vec<String>,
    /// Functions that set an exception: what is returned behind them is returned where there is no buffer.
    #[serde(default)]
    pub raises: Vec<String>,
}

impl OwnedBuffer {
    /// Whether the format that adjacent literals make lends a buffer.
    pub fn describes(&self, literals: &[u8]) -> bool {
        let found = units(literals, FormatKind::Parse);
        self.units.keys().any(|unit| found.iter().any(|found| found == unit.as_bytes()))
    }

    /// What is found and what is written instead, as examples.
    pub fn lines(&self) -> Vec<(String, String)> {
        let OwnedBuffer { units, lend, types, make, size, release, variable, .. } = self;
        let found = types.first().map_or("", String::as_str);
        let parsed = units.iter().map(|(old, new)| {
            let (old_values, size) =
                if old.ends_with('#') { ("&$pointer, &$size", "&$size") } else { ("&$pointer", "NULL") };
            let made = format!("($pointer = {make}($pointer_{variable}, {size})) == NULL");
            (
                format!("if (!$parse($args, \"{old}\", {old_values}))"),
                format!("if (!$parse($args, \"{new}\", &$pointer_{variable}) || {made})"),
            )
        });
        let lent = lend.iter().map(|lend| {
            let size = size.as_ref().map_or(String::new(), |_| format!(", &$pointer_{variable}"));
            let old = format!("{found} *$pointer = {lend}($object);");
            (old, format!("{found} *$pointer = {make}($object{size}); if ($pointer == NULL) return NULL;"))
        });
        let left =
            release.iter().map(|release| ("return $value;".to_owned(), format!("{release}($pointer); return $value;")));
        parsed.chain(lent).chain(left).collect()
    }
}

impl FilledText {
    /// What is found and what is written instead, as examples.
    pub fn lines(&self) -> [(String, String); 3] {
        let FilledText { make, new, widest, buffer, types, element, data, finish, .. } = self;
        let found = types.first().map_or("", String::as_str);
        [
            (format!("$text = {make}(NULL, $size);"), format!("$text = {new}($size, {widest});")),
            (format!("{found} *$pointer = {buffer}($text);"), format!("{element} *$pointer = {data}($text);")),
            ("return $text;".to_owned(), format!("{finish} return $text;")),
        ]
    }
}

impl ExceptionTriple {
    /// What is found and what is written instead, as examples.
    pub fn lines(&self) -> [(String, String); 2] {
        let ExceptionTriple { fetch, get, restore, set, variable, .. } = self;
        [
            (format!("{fetch}(&$type, &$value, &$traceback);"), format!("{variable} = {get}();")),
            (format!("{restore}($type, $value, $traceback);"), format!("{set}({variable});")),
        ]
    }

    /// The function that takes the one object where `function` takes all three.
    pub fn whole(&self, function: &str) -> Option<&str> {
        if function == self.restore { Some(&self.set) } else { self.whole.get(function).map(String::as_str) }
    }
}

impl CharacterBuffer {
    /// What is found and what is written instead, as examples.
    pub fn lines(&self) -> [(String, String); 2] {
        let CharacterBuffer { buffer, kind, data, read, variable, .. } = self;
        let assigned = format!("{variable} = {kind}($text); $pointer = {data}($text);");
        [
            (format!("$pointer = {buffer}($text);"), assigned),
            ("$pointer[$index]".to_owned(), format!("{read}({variable}, $pointer, $index)")),
        ]
    }
}

impl Shape {
    /// The names that it may write besides those of the template.
    pub fn introduces(&self) -> Vec<&str> {
        match self {
            Shape::ExceptionTriple(triple) => {
                let others = triple.whole.values().map(String::as_str);
                [triple.get.as_str(), &triple.set].into_iter().chain(others).collect()
            }
            Shape::CharacterBuffer(names) => vec![&names.kind, &names.data, &names.read],
            Shape::OwnedBuffer(names) => [&names.make].into_iter().chain(&names.release).map(String::as_str).collect(),
            Shape::FilledText(names) => {
                let finish =
                    words(names.finish.as_bytes()).into_iter().filter_map(|word| std::str::from_utf8(word).ok());
                finish.filter(|word| *word != "text").chain([names.new.as_str(), &names.element, &names.data]).collect()
            }
            Shape::MacroPair(pair) => [&pair.opening, &pair.closing]
                .iter()
                .flat_map(|half| half.template.introduces.iter())
                .map(String::as_str)
                .collect(),
            // What a polyfill gives way to follows from what it defines.
            Shape::DeadGuards(_)
            | Shape::LocalPolyfills(_)
            | Shape::BareCondition(_)
            | Shape::SystemInclude(_)
            | Shape::ReturnConvention(_)
            | Shape::SsizeClean(_) => Vec::new(),
        }
    }
}
