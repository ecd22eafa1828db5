//! Rewritten extensions behave as they did. Each folder in `tests/behaviour` is a case: `case.c`, an extension module in
//! the old API, and `calls.py`, which calls its functions with all that may happen to them and prints what it saw:
//! results, exceptions, reference counts. The module is built as it stands and, rewritten, once more for the oldest and
//! the newest Python; all must print the same.
//!
//! The first lines of `case.c` say which transforms rewrite it, which names must be gone afterwards and, if the old API
//! ends, on which Python it ends:
//!
//! ```c
//! // transforms: err-fetch
//! // gone: PyErr_Fetch PyErr_Restore
//! // until: 3.12
//! ```

mod common;
#[path = "common/pythons.rs"]
mod pythons;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use capi_upgrade::capi::{PythonRange, PythonVersion};
use capi_upgrade::source::words;
use capi_upgrade::upgrade::Options;
use pythons::{Python, pythons, skip};
use rayon::prelude::*;

/// A folder of `tests/behaviour`.
struct Case {
    folder: PathBuf,
    before: String,
}

impl Case {
    fn all() -> Vec<Case> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/behaviour");
        let mut folders: Vec<PathBuf> = fs::read_dir(root).unwrap().flatten().map(|entry| entry.path()).collect();
        folders.retain(|folder| folder.join("case.c").is_file());
        folders.sort();
        let read = |folder: PathBuf| Case { before: fs::read_to_string(folder.join("case.c")).unwrap(), folder };
        folders.into_iter().map(read).collect()
    }

    fn name(&self) -> String {
        self.folder.file_name().unwrap().to_string_lossy().into_owned()
    }

    /// The words that a line at the head gives for `key`.
    fn head(&self, key: &str) -> Vec<&str> {
        let head = self.before.lines().take_while(|line| line.starts_with("//"));
        let mut values =
            head.filter_map(|line| line.trim_start_matches("//").trim().strip_prefix(key)?.strip_prefix(':'));
        values.next().unwrap_or_default().split_whitespace().collect()
    }

    /// The module, rewritten for all Pythons from `min` on.
    fn after(&self, min: PythonVersion) -> String {
        let transforms = self.head("transforms").into_iter().map(|id| common::transform(id).0).collect();
        let range = PythonRange { min, target: PythonVersion::NEWEST };
        let header = Some("capi_compat.h".to_owned());
        let options = Options { header, range, ..common::options(transforms, true) };
        let after = common::upgraded(&self.before, &options);
        let code: Vec<&str> = after.lines().filter(|line| !line.starts_with("//")).collect();
        for gone in self.head("gone") {
            let is_left = |line: &&&str| words(line.as_bytes()).contains(&gone.as_bytes());
            let left = code.iter().find(is_left);
            assert!(left.is_none(), "{}: `{gone}` is still there: {}", self.name(), left.unwrap());
        }
        after
    }
}

/// Builds a module and says what its calls print.
fn run(case: &Case, code: &str, python: &Python, stage: &str) -> String {
    let what = format!("{}, {stage}, Python {}", case.name(), python.version);
    let build = tempfile::tempdir().unwrap();
    let source = build.path().join("case.c");
    fs::write(&source, code).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut compiler = Command::new("cc");
    compiler.args(["-shared", "-fPIC", "-O1", "-Wno-deprecated-declarations"]);
    if cfg!(target_os = "macos") {
        compiler.args(["-undefined", "dynamic_lookup"]);
    }
    for error in ["implicit-function-declaration", "int-conversion", "incompatible-pointer-types"] {
        compiler.arg(format!("-Werror={error}"));
    }
    compiler.arg("-I").arg(root.join("compat-header")).args(python.include_flags());
    let output = compiler.arg(&source).arg("-o").arg(build.path().join("case.so")).output().expect("a C compiler");
    assert!(output.status.success(), "{what}: {}\n{code}", String::from_utf8_lossy(&output.stderr));
    let paths = std::env::join_paths([build.path(), &root.join("tests/behaviour")]).unwrap();
    let mut interpreter = Command::new(&python.executable);
    interpreter.arg("-B").arg(case.folder.join("calls.py")).env("PYTHONPATH", paths).env("STAGE", stage);
    let output = interpreter.env_remove("PYENV_VERSION").output().expect("the interpreter runs");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{what}: {}\n{printed}", String::from_utf8_lossy(&output.stderr));
    printed
}

#[test]
fn rewritten_modules_behave_as_before() {
    let found = pythons();
    let (Some(oldest), Some(newest)) = (found.first(), found.last()) else {
        return skip("rewritten_modules_behave_as_before");
    };
    Case::all().par_iter().for_each(|case| {
        let until = case.head("until").first().map(|version| version.parse::<PythonVersion>().unwrap());
        let has_old = |python: &&Python| until.is_none_or(|until| python.version <= until);
        let Some(last) = found.iter().rfind(has_old) else {
            eprintln!("{}: SKIPPED, no Python found has the old API", case.name());
            return;
        };
        let rewritten = case.after(oldest.version);
        let mut pythons = vec![oldest, last, newest];
        pythons.dedup_by_key(|python| python.version);
        for python in pythons {
            let old = if has_old(&python) { python } else { last };
            eprintln!("{}: before on Python {}, after on {}", case.name(), old.version, python.version);
            let before = run(case, &case.before, old, "before");
            assert!(before.lines().count() > 5, "{}: the calls print what they see:\n{before}", case.name());
            let after = run(case, &rewritten, python, "after");
            if before != after {
                let diff = similar::TextDiff::from_lines(&before, &after);
                let diff = diff.unified_diff().context_radius(0).to_string();
                panic!("{}: before and after on Python {}\n{diff}\n{rewritten}", case.name(), python.version);
            }
        }
    });
}
