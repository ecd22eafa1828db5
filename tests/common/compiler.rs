//! Compiling examples with the headers of a Python and the compat header.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use capi_upgrade::capi::PythonVersion;
use capi_upgrade::source::Language;
use rayon::prelude::*;

use crate::pythons::Python;

/// A program that the compiler must take.
pub struct Unit {
    /// What it is, for people.
    pub name: String,
    /// The text of the file.
    pub code: String,
    /// What language it is in.
    pub language: Language,
    /// The headers beside it.
    pub files: BTreeMap<String, String>,
    /// The Python whose headers it sees.
    pub python: PythonVersion,
}

/// Compilers that are all told the same, one per Python and language.
pub struct Compilers<'p> {
    flags: &'static [&'static str],
    /// The folder of each precompiled header.
    folders: BTreeMap<(PythonVersion, Language), (&'p Python, PathBuf)>,
    /// Where everything is written; it goes when this does.
    root: tempfile::TempDir,
}

fn header_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("compat-header")
}

impl<'p> Compilers<'p> {
    /// Compiles the headers of each Python in advance, under `flags`.
    pub fn new(found: &'p [Python], flags: &'static [&'static str], languages: &[Language]) -> Compilers<'p> {
        let root = tempfile::tempdir().unwrap();
        let one = |(python, language): (&'p Python, Language)| {
            let (program, kind, suffix) = program(language);
            let folder = root.path().join(format!("{}{suffix}", python.version));
            fs::create_dir_all(&folder).unwrap();
            let all = folder.join("all.h");
            let frame =
                "#define PY_SSIZE_T_CLEAN\n#include <Python.h>\n#include <frameobject.h>\n#include <structmember.h>\n";
            fs::write(&all, format!("{frame}#include \"capi_compat.h\"\n")).unwrap();
            let mut compiler = Command::new(program);
            compiler.args(["-x", kind, "-w"]).args(flags.iter().filter(|flag| !says_what_to_make(flag)));
            compiler.args(python.include_flags()).arg("-I").arg(header_folder());
            let output = compiler.arg(&all).arg("-o").arg(folder.join("all.h.gch")).output().expect("a compiler");
            assert!(output.status.success(), "{}: {}", python.version, String::from_utf8_lossy(&output.stderr));
            ((python.version, language), (python, folder))
        };
        let all: Vec<_> = found.iter().flat_map(|python| languages.iter().map(move |own| (python, *own))).collect();
        Compilers { flags, folders: all.into_par_iter().map(one).collect(), root }
    }

    /// What the compiler writes for `unit`, or what it has against it.
    pub fn compile(&self, unit: &Unit) -> Result<String, String> {
        let (python, folder) = &self.folders[&(unit.python, unit.language)];
        let (program, _, suffix) = program(unit.language);
        let file = format!("example{suffix}");
        let own = tempfile::tempdir_in(self.root.path()).unwrap();
        for (name, content) in &unit.files {
            fs::write(own.path().join(name), content).unwrap();
        }
        fs::write(own.path().join(&file), &unit.code).unwrap();
        let mut compiler = Command::new(program);
        compiler.args(self.flags).args(["-o", "-", "-include"]).arg(folder.join("all.h"));
        // What C99 made errors, and what a wrong rewrite would look like. `-w` would silence these, too.
        let errors: &[&str] = match unit.language {
            Language::C => {
                &["implicit-function-declaration", "implicit-int", "int-conversion", "incompatible-pointer-types"]
            }
            // There they are errors already.
            Language::Cpp => &[],
        };
        for error in errors {
            compiler.arg(format!("-Werror={error}"));
        }
        compiler.arg("-I").arg(header_folder()).args(python.include_flags());
        let output = compiler.arg(&file).current_dir(own.path()).output().expect("a compiler");
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(format!("{}\n{}\n{}\n", unit.name, unit.code.trim(), String::from_utf8_lossy(&output.stderr)))
    }
}

/// The compiler's name, what it calls a header, and how a file's name ends.
fn program(language: Language) -> (&'static str, &'static str, &'static str) {
    match language {
        Language::C => ("cc", "c-header", ".c"),
        Language::Cpp => ("c++", "c++-header", ".cpp"),
    }
}

/// Whether a flag is about what is written and not about how code is read.
fn says_what_to_make(flag: &str) -> bool {
    ["-S", "-fsyntax-only"].contains(&flag)
}
