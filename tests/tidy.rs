//! Rules that no compiler holds: which room may import which, what a transform file says of itself, where names of the
//! API may stand, and that documents say what is there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use capi_upgrade::capi::{PythonVersion, symbol};
use capi_upgrade::edit::Applicability;
use capi_upgrade::transform::{Catalogue, Condition, Example, Transform, TransformFile};

/// The rooms from the bottom up, what each may import, and why. An arrow that goes up cannot be written here: what is
/// imported stands above the importer in this table.
const ROOMS: [(&str, &[&str], &str); 14] = [
    ("capi", &[], "facts need no code"),
    ("packaging", &[], "build files are texts with lists of paths"),
    ("source", &["capi"], "the one evaluator of conditions answers in sets of builds"),
    ("cython", &["source"], "names stand at ranges of the text"),
    ("syntax", &["source"], "a region of the text becomes a tree"),
    ("semantics", &["capi", "source", "syntax"], "what a node means follows from declarations and from the facts"),
    ("edit", &["source"], "an edit is a range and bytes"),
    ("guards", &["capi", "source", "edit"], "branches that no build compiles become edits"),
    ("header", &["capi", "source", "semantics", "edit", "guards"], "the header is read as a project's headers are"),
    (
        "transform",
        &["capi", "source", "syntax", "semantics", "edit"],
        "patterns are matched with types, and become edits",
    ),
    (
        "rewriters",
        &["capi", "source", "syntax", "semantics", "edit", "guards", "header", "transform"],
        "a shape serves transforms; dead guards go by what builds compile, and what the header offers is not sure",
    ),
    (
        "upgrade",
        &["capi", "source", "cython", "syntax", "semantics", "edit", "header", "transform", "rewriters"],
        "one file from its text to its new text",
    ),
    (
        "report",
        &["capi", "source", "edit", "header", "transform", "upgrade"],
        "outcomes, transforms and the header become text to read",
    ),
    (
        "cli",
        &["capi", "packaging", "source", "cython", "semantics", "edit", "header", "transform", "upgrade", "report"],
        "the outermost room; it parses nothing and rewrites nothing itself",
    ),
];

/// Names of the API that code may know, because they are grammar or builds and not an API that a transform is about.
const KNOWN_NAMES: [(&str, &str); 13] = [
    ("Py_LIMITED_API", "says which build is compiled"),
    ("Py_GIL_DISABLED", "says which build is compiled"),
    ("PyVarObject", "with PyObject, the type that any object's will do for"),
    ("PyObject_HEAD", "makes the struct that begins with it an object"),
    ("PyObject_VAR_HEAD", "makes the struct that begins with it an object"),
    ("PyException_HEAD", "makes the struct that begins with it an object"),
    ("Py_LOCAL_INLINE", "stands around the type of a declaration"),
    ("PyAPI_FUNC", "stands around the type of a declaration"),
    ("PyAPI_DATA", "stands around the type of a declaration"),
    ("Py_ALWAYS_INLINE", "an attribute in front of a declaration"),
    ("Py_NO_INLINE", "an attribute in front of a declaration"),
    ("Py_GCC_ATTRIBUTE", "an attribute in front of a declaration"),
    ("Py_DEPRECATED", "an attribute in front of a declaration"),
];

/// Transforms in another folder than that of the version that ends the old spelling.
const OTHER_FOLDERS: &[(&str, &str)] = &[];

/// Names whose headers go on, or stop, at another version than the transform's `removed`.
const OTHER_ENDS: &[(&str, &str)] = &[
    ("PyArg_Parse", "goes on; what ends are units of its format"),
    ("PyArg_ParseTuple", "goes on; what ends are units of its format"),
    ("PyArg_ParseTupleAndKeywords", "goes on; what ends are units of its format"),
    ("PyArg_VaParse", "goes on; what ends are units of its format"),
    ("PyArg_VaParseTupleAndKeywords", "goes on; what ends are units of its format"),
    ("PyAsyncGenObject", "goes on as an incomplete type; what ends are its fields and its size"),
    ("PyAsyncGenObject", "goes on as an incomplete type; what ends are its fields"),
    ("PyCell_GET", "goes on as a value; what ends is assigning to it"),
    ("PyCell_SET", "goes on as a statement; what ends is using its value"),
    ("PyCode_New", "goes on with two more arguments; what ends is calling it without"),
    ("PyCode_NewWithPosOnlyArgs", "goes on with two more arguments; what ends is calling it without"),
    ("PyCoroObject", "goes on as an incomplete type; what ends are its fields and its size"),
    ("PyCoroObject", "goes on as an incomplete type; what ends are its fields"),
    ("PyFloat_AS_DOUBLE", "goes on as a value; what ends is assigning to it"),
    ("PyFrameObject", "goes on as a type to point at; what ends is its struct"),
    ("PyGenObject", "goes on as a type to point at; what ends is its struct"),
    ("PyInterpreterState", "goes on as a type to point at; what ends is its struct"),
    ("PyList_SET_ITEM", "goes on as a statement; what ends is using its value"),
    ("PyObject_CallFunction", "goes on; what ends are units of its format without a macro"),
    ("PyObject_CallMethod", "goes on; what ends are units of its format without a macro"),
    ("PyObject_TypeCheck", "goes on; what ends are the brackets around it"),
    ("PyTuple_SET_ITEM", "goes on as a statement; what ends is its value"),
    ("Py_BuildValue", "goes on; what ends are units of its format without a macro"),
    ("Py_REFCNT", "goes on as a value; what ends is assigning to it"),
    ("Py_SIZE", "goes on as a value; what ends is assigning to it"),
    ("Py_TYPE", "goes on as a value; what ends is assigning to it"),
    ("Py_VaBuildValue", "goes on; what ends are units of its format without a macro"),
    ("_PyLong_AsByteArray", "goes on with one more argument; what ends is calling it without"),
    ("_Py_ForgetReference", "goes on where references are traced; 3.14 declares it everywhere again"),
    ("_Py_HashDouble", "goes on with one more argument; what ends is calling it without"),
    ("_Py_InitializeMain", "is back in 3.15; 3.14 alone lacks it"),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn transforms() -> &'static [Transform] {
    Catalogue::builtin().transforms()
}

#[track_caller]
fn none(failures: Vec<String>) {
    assert!(failures.is_empty(), "{} of these:\n{}", failures.len(), failures.join("\n"));
}

/// The folders of `src`.
fn rooms() -> BTreeSet<String> {
    let entries = fs::read_dir(root().join("src")).expect("the sources are there").flatten();
    let folders = entries.filter(|entry| entry.path().is_dir());
    folders.map(|entry| entry.file_name().into_string().expect("a plain name")).collect()
}

/// The Rust files below `folder`, sorted.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a readable folder").flatten().map(|entry| entry.path());
    let (folders, files): (Vec<PathBuf>, Vec<PathBuf>) = entries.partition(|path| path.is_dir());
    let mut found: Vec<PathBuf> =
        files.into_iter().filter(|path| path.extension().is_some_and(|e| e == "rs")).collect();
    found.extend(folders.iter().flat_map(|folder| rust_files(folder)));
    found.sort();
    found
}

/// A Rust file taken apart as far as it is needed here.
struct RustText {
    /// The text with comments and the insides of literals blanked.
    code: String,
    /// String literals with their offsets.
    literals: Vec<(usize, String)>,
}

impl RustText {
    fn new(text: &str) -> RustText {
        let bytes = text.as_bytes();
        let mut code = bytes.to_vec();
        let mut literals = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            let rest = &bytes[at..];
            let find = |needle: &[u8], from: usize| {
                let found = rest[from..].windows(needle.len()).position(|window| window == needle);
                found.map_or(rest.len(), |place| from + place)
            };
            let (len, content) = if rest.starts_with(b"//") {
                (find(b"\n", 0), None)
            } else if rest.starts_with(b"/*") {
                ((find(b"*/", 2) + 2).min(rest.len()), None)
            } else if rest[0] == b'"' {
                let end = string_end(rest, b'"');
                (end, Some(1..end - 1))
            } else if let Some(hashes) = raw_hashes(bytes, at) {
                let close = [b"\"".as_slice(), &vec![b'#'; hashes]].concat();
                let start = 2 + hashes;
                let end = find(&close, start);
                ((end + close.len()).min(rest.len()), Some(start..end))
            } else if rest[0] == b'\'' && is_char(text, at) {
                (string_end(rest, b'\''), None)
            } else {
                at += 1;
                continue;
            };
            if let Some(content) = content {
                literals.push((at, String::from_utf8_lossy(&rest[content]).into_owned()));
            }
            code[at..at + len].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
            at += len;
        }
        RustText { code: String::from_utf8(code).expect("what was blanked was blanked whole"), literals }
    }

    /// Where the tests at the end of the file begin.
    fn tests(&self) -> usize {
        self.code.find("#[cfg(test)]\nmod tests {").unwrap_or(self.code.len())
    }
}

/// The length of the literal at the front of `text`, which ends with `quote`.
fn string_end(text: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < text.len() && text[at] != quote {
        at += 1 + usize::from(text[at] == b'\\');
    }
    (at + 1).min(text.len())
}

/// The number of `#` if a raw string begins at `at`.
fn raw_hashes(bytes: &[u8], at: usize) -> Option<usize> {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let fresh = at == 0 || !is_word(bytes[at - 1]) || bytes[at - 1] == b'b';
    let hashes = bytes[at + 1..].iter().take_while(|byte| **byte == b'#').count();
    (bytes[at] == b'r' && fresh && bytes.get(at + 1 + hashes) == Some(&b'"')).then_some(hashes)
}

/// Whether the quote at `at` begins a character and not a lifetime.
fn is_char(text: &str, at: usize) -> bool {
    let mut after = text[at + 1..].chars();
    after.next() == Some('\\') || after.next() == Some('\'')
}

fn line_of(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

#[test]
fn the_scanner_of_rust_sees_literals_and_no_comments() {
    let text =
        RustText::new("let a = \"x\\\"y\"; // \"no\"\nlet b: &'a str = r#\"\"q\"\"#; let c = '\"'; crate::edit::x");
    let literals: Vec<&str> = text.literals.iter().map(|(_, literal)| literal.as_str()).collect();
    assert_eq!(literals, ["x\\\"y", "\"q\""]);
    assert!(text.code.ends_with("crate::edit::x") && !text.code.contains("no"));
}

#[test]
fn no_arrow_goes_up() {
    let order: Vec<&str> = ROOMS.iter().map(|(room, ..)| *room).collect();
    for (place, (room, imports, _)) in ROOMS.iter().enumerate() {
        for import in *imports {
            assert!(order[..place].contains(import), "the table lets {room} import {import}, which is not below it");
        }
    }
    assert_eq!(order.iter().map(|room| (*room).to_owned()).collect::<BTreeSet<_>>(), rooms(), "rooms and the table");

    let allowed: BTreeMap<&str, &[&str]> = ROOMS.iter().map(|(room, imports, _)| (*room, *imports)).collect();
    let path = regex::Regex::new(r"\bcrate::(\w+|\{)").expect("a valid pattern");
    let mut failures = Vec::new();
    for room in rooms() {
        for file in rust_files(&root().join("src").join(&room)) {
            let text = fs::read_to_string(&file).expect("a readable file");
            let code = RustText::new(&text).code;
            for found in path.captures_iter(&code) {
                let import = &found[1];
                if import == room || allowed[room.as_str()].contains(&import) {
                    continue;
                }
                let line = line_of(&code, found.get(0).expect("the match").start());
                let file = file.strip_prefix(root()).expect("below the root").display();
                let what = if import == "{" { "one `use` for each room, please" } else { "no such arrow" };
                failures.push(format!("{file}:{line}: {room} -> {import}: {what}"));
            }
        }
    }
    none(failures);
}

#[test]
fn rust_holds_no_table_of_api_names() {
    let name = regex::Regex::new(r"^_?Py_?[A-Z]\w*").expect("a valid pattern");
    let known: BTreeSet<&str> = KNOWN_NAMES.iter().map(|(name, _)| *name).collect();
    let mut met = BTreeSet::new();
    let mut failures = Vec::new();
    for file in rust_files(&root().join("src")) {
        let text = fs::read_to_string(&file).expect("a readable file");
        if file.file_name().is_some_and(|name| name == "tests.rs") {
            continue;
        }
        let rust = RustText::new(&text);
        let tests = rust.tests();
        for (offset, literal) in rust.literals.iter().filter(|(offset, _)| *offset < tests) {
            let Some(found) = name.find(literal).filter(|found| found.len() > 8) else { continue };
            met.insert(found.as_str().to_owned());
            if !known.contains(found.as_str()) {
                let file = file.strip_prefix(root()).expect("below the root").display();
                failures.push(format!("{file}:{}: {}", line_of(&text, *offset), found.as_str()));
            }
        }
    }
    failures
        .extend(known.iter().filter(|name| !met.contains(**name)).map(|name| format!("{name} is nowhere any more")));
    none(failures);
}

#[test]
fn ids_are_kebab_case_and_unique() {
    let kebab = regex::Regex::new("^[a-z][a-z0-9]*(-[a-z0-9]+)*$").expect("a valid pattern");
    let mut seen = BTreeSet::new();
    let mut failures = Vec::new();
    for transform in transforms() {
        if !kebab.is_match(transform.id()) {
            failures.push(format!("{} is not in kebab-case", transform.id()));
        }
        if !seen.insert(transform.id()) {
            failures.push(format!("{} is there twice", transform.id()));
        }
    }
    none(failures);
}

/// The folders in which a transform may lie; none if any will do.
fn folders(transform: &Transform) -> Option<Vec<PythonVersion>> {
    let file = transform.file();
    let old = &file.old;
    let ends = [old.removed, old.deprecated, old.soft_deprecated].into_iter().flatten().next();
    if let Some(version) = ends.or(old.changed) {
        return Some(vec![version]);
    }
    let added = |name: &String| symbol(name).map(|found| found.since).filter(|since| *since > PythonVersion::OLDEST);
    let since: Vec<PythonVersion> = file.new.api.iter().filter_map(added).collect();
    (!since.is_empty()).then_some(since)
}

#[test]
fn folders_are_versions_and_agree_with_what_ends() {
    let excused: BTreeSet<&str> = OTHER_FOLDERS.iter().map(|(id, _)| *id).collect();
    let mut failures = Vec::new();
    for transform in transforms() {
        let (id, folder) = (transform.id(), transform.folder());
        let version: Option<PythonVersion> = folder.parse().ok();
        let Some(version) = version.filter(|version| version.major == 3 && version.to_string() == folder) else {
            failures.push(format!("{id} lies in {folder}, which is no version"));
            continue;
        };
        let Some(wanted) = folders(transform) else { continue };
        if wanted.contains(&version) == excused.contains(id) {
            let wanted: Vec<String> = wanted.iter().map(PythonVersion::to_string).collect();
            let excuse = if excused.contains(id) { ", so it needs no excuse" } else { "" };
            failures.push(format!("{id} lies in {folder}, its [old] and [new] say {}{excuse}", wanted.join(" or ")));
        }
    }
    none(failures);
}

#[test]
fn what_is_not_safe_says_why_and_what_is_reported_says_what_to_do() {
    let mut failures = Vec::new();
    for transform in transforms() {
        let file = transform.file();
        for rule in transform.rules().iter().filter(|rule| rule.template.is_some()) {
            if rule.applicability != Applicability::Safe && rule.because.is_none() {
                failures.push(format!("{}: a rewrite that is not safe has no `because`", transform.id()));
            }
        }
        if file.reports.iter().any(|report| report.instead.is_none() && file.instead.is_none()) {
            failures.push(format!("{}: a report has no `instead`", transform.id()));
        }
    }
    none(failures);
}

#[test]
fn messages_have_no_full_stop() {
    let mut failures = Vec::new();
    for transform in transforms() {
        let file = transform.file();
        let reports = file.reports.iter().filter_map(|report| report.instead.as_ref());
        let rewrites = file.rewrites.iter().filter_map(|rewrite| rewrite.because.as_ref());
        let own = [Some(&file.summary), file.instead.as_ref(), file.because.as_ref()].into_iter().flatten();
        let examples = file.examples.iter().filter_map(|example| example.object_code.as_ref());
        for message in own.chain(reports).chain(rewrites).chain(examples) {
            if message.trim_end().ends_with('.') || message.trim() != message || message.contains('\n') {
                failures.push(format!("{}: {message:?}", transform.id()));
            }
        }
    }
    none(failures);
}

#[test]
fn removed_agrees_with_the_headers() {
    let excused: BTreeSet<&str> = OTHER_ENDS.iter().map(|(name, _)| *name).collect();
    let mut failures = Vec::new();
    let mut used = BTreeSet::new();
    for transform in transforms() {
        let old = &transform.file().old;
        for name in &old.api {
            let Some(found) = symbol(name) else { continue };
            let gone = found.until.map(|until| PythonVersion::new(until.major, until.minor + 1));
            if old.removed == gone || gone.is_some_and(|gone| gone <= PythonVersion::OLDEST) {
                continue;
            }
            used.insert(name.as_str());
            if !excused.contains(name.as_str()) {
                let show = |version: Option<PythonVersion>| version.map_or("never".to_owned(), |v| v.to_string());
                let (gone, said) = (show(gone), show(old.removed));
                failures.push(format!("{}: `{name}` is gone in {gone}, `removed` says {said}", transform.id()));
            }
        }
    }
    failures.extend(excused.difference(&used).map(|name| format!("{name} needs no excuse")));
    none(failures);
}

#[test]
fn the_architecture_names_the_rooms() {
    let text = read("ARCHITECTURE.md");
    let text = text.split("\n## Dependencies\n").next().expect("the part before");
    let row = regex::Regex::new(r"(?m)^\| `(\w+)` \|").expect("a valid pattern");
    let named: BTreeSet<String> = row.captures_iter(text).map(|found| found[1].to_owned()).collect();
    assert_eq!(named, rooms());
}

#[test]
fn the_architecture_gives_a_reason_for_each_dependency() {
    let architecture = read("ARCHITECTURE.md");
    let section = architecture.split("\n## Dependencies\n").nth(1).expect("the section");
    let section = section.split("\n## ").next().unwrap_or(section);
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `")?.strip_suffix(" |")?.split_once("` | "));
    let told: BTreeMap<String, String> = rows.map(|(name, reason)| (name.to_owned(), reason.to_owned())).collect();
    none(told.iter().filter(|(_, reason)| reason.len() < 5).map(|(name, _)| format!("no reason: {name}")).collect());
    let mut used = BTreeSet::new();
    let manifest: toml::Table = read("Cargo.toml").parse().expect("TOML");
    dependencies(&manifest, &mut used);
    assert_eq!(told.into_keys().collect::<BTreeSet<_>>(), used);
}

/// Adds the names in all tables of dependencies in `table`.
fn dependencies(table: &toml::Table, used: &mut BTreeSet<String>) {
    for (key, value) in table {
        let Some(inner) = value.as_table() else { continue };
        if key.ends_with("dependencies") {
            used.extend(inner.keys().cloned());
        } else {
            dependencies(inner, used);
        }
    }
}

#[test]
fn the_template_shows_every_key() {
    let text = read("transforms/_template.toml");
    let file: TransformFile = toml::from_str(&text).expect("it has the form of a transform");
    let old = &file.old;
    assert!([old.removed, old.deprecated, old.soft_deprecated, old.changed].iter().all(Option::is_some));
    assert!(file.instead.is_some() && file.docs.is_some() && file.because.is_some() && file.applicability.is_some());
    assert!(!old.api.is_empty() && !file.new.api.is_empty() && !file.conditions.is_empty());
    let limits: Vec<_> = file.conditions.values().map(Condition::limits).collect();
    assert!(limits.iter().any(|limits| limits.exact) && limits.iter().any(|limits| !limits.except.is_empty()));
    assert!(limits.iter().any(|limits| !limits.mentions.is_empty() && !limits.lacks.is_empty()));
    assert!(limits.iter().any(|limits| !limits.units.is_empty()));
    assert!(limits.iter().any(|limits| !limits.build_units.is_empty()));
    assert!(old.header.is_some() && old.unless_defined.is_some() && old.reference.is_some());
    assert!(file.rewrites.iter().any(|rewrite| rewrite.because.is_some() && rewrite.applicability.is_some()));
    assert!(file.reports.iter().any(|report| report.instead.is_some()));
    assert!(
        file.examples.iter().any(|example| example.before.is_some() && example.needs_unsafe && example.note.is_some())
    );
    assert!(file.examples.iter().any(|example| example.before.is_some() && example.object_code.is_some()));
    let rare = |example: &Example| example.compiles_until.is_some() && example.compiles.is_some() && example.header;
    assert!(
        file.examples.iter().any(|example| example.unchanged.is_some() && rare(example) && !example.files.is_empty())
    );
}

/// The files under version control, and those that could come to be. Without git, every file that a crate would hold.
fn files() -> Vec<PathBuf> {
    let list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let output = Command::new("git").args(list).current_dir(root()).output();
    if let Some(output) = output.ok().filter(|output| output.status.success() && !output.stdout.is_empty()) {
        let names = output.stdout.split(|byte| *byte == 0).filter(|name| !name.is_empty());
        return names.map(|name| root().join(String::from_utf8_lossy(name).into_owned())).collect();
    }
    let walk = ignore::WalkBuilder::new(root())
        .hidden(false)
        .require_git(false)
        .filter_entry(|e| e.file_name() != ".git")
        .build();
    walk.flatten().map(ignore::DirEntry::into_path).filter(|path| path.is_file()).collect()
}

#[test]
fn no_file_names_a_machine_or_a_registry() {
    // Put together here, so that this file does not hold them.
    let paths = ["work", "root"].map(|folder| format!("/{folder}/"));
    let hosts = [("index.", "crates.io"), ("static.", "crates.io"), ("files.", "pythonhosted.org")];
    let hosts = hosts.map(|(host, domain)| format!("{host}{domain}"));
    let forbidden: Vec<&str> = paths.iter().chain(&hosts).map(String::as_str).collect();
    let search = aho_corasick::AhoCorasick::new(&forbidden).expect("a few words");
    let mut failures = Vec::new();
    for path in files() {
        // A file may have been deleted and still be listed.
        let Ok(text) = fs::read(&path) else { continue };
        if let Some(found) = search.find(&text) {
            let line = text[..found.start()].iter().filter(|byte| **byte == b'\n').count() + 1;
            let name = path.strip_prefix(root()).expect("below the root").display();
            failures.push(format!("{name}:{line}: {}", forbidden[found.pattern().as_usize()]));
        }
    }
    none(failures);
}

#[test]
fn the_readme_shows_what_becomes_of_the_example() {
    let readme = read("README.md");
    let shown = readme.split("```diff\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a diff");
    let mut program = Command::new(env!("CARGO_BIN_EXE_capi-upgrade"));
    let output = program.arg("examples/legacy.c").current_dir(root()).output().expect("the program runs");
    let actual = String::from_utf8(output.stdout).expect("the example is text");
    let mut lines = actual.lines();
    for line in shown.lines() {
        assert!(lines.any(|actual| actual == line), "not in the diff, or not in this order: {line}\n\n{actual}");
    }
}
