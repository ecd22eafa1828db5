//! A folder to run the program in.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A file with one thing to rewrite, on line 5.
pub const OLD: &str = "\
#include <Python.h>

void set(PyObject *op, PyTypeObject *type)
{
    Py_TYPE(op) = type;
}
";

/// [`OLD`], rewritten.
pub const NEW: &str = "\
#include <Python.h>

void set(PyObject *op, PyTypeObject *type)
{
    Py_SET_TYPE(op, type);
}
";

/// A file with something that a person must look at: the value of the assignment is used.
pub const USED_VALUE: &str = "\
#include <Python.h>

PyTypeObject *set(PyObject *op, PyTypeObject *type)
{
    return Py_TYPE(op) = type;
}
";

/// A file with something that needs `--unsafe`: nothing says what `thing` is.
pub const UNKNOWN_TYPE: &str = "\
#include <Python.h>

void set(PyTypeObject *type)
{
    thing->ob_type = type;
}
";

/// The diff from [`OLD`] to [`NEW`] in the file `name`.
pub fn diff_of(name: &str) -> String {
    format!(
        "\
--- a/{name}
+++ b/{name}
@@ -2,5 +2,5 @@
 
 void set(PyObject *op, PyTypeObject *type)
 {{
-    Py_TYPE(op) = type;
+    Py_SET_TYPE(op, type);
 }}
"
    )
}

/// Compares with the file of that name in `snapshots/`.
pub fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// What a run of the program came to.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: Vec<u8>,
    pub err: String,
}

impl Ran {
    fn new(output: Output) -> Ran {
        let err = String::from_utf8(output.stderr).expect("messages are in UTF-8");
        Ran { code: output.status.code().expect("it ends by itself"), out: output.stdout, err }
    }

    /// Standard output as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.out).expect("this output is text")
    }

    /// Checks all that was said.
    #[track_caller]
    pub fn check(&self, code: i32, out: &str, err: &str) {
        assert_eq!(self.text(), out, "standard output; standard error: {}", self.err);
        assert_eq!(self.err, err, "standard error");
        assert_eq!(self.code, code, "exit code");
    }
}

/// A folder with files in it, gone when it is dropped.
pub struct Folder(TempDir);

impl Folder {
    /// A folder with `files`, each a name and a text.
    pub fn with(files: &[(&str, &str)]) -> Folder {
        let folder = Folder(tempfile::tempdir().expect("a folder for the test"));
        for (name, text) in files {
            folder.write(name, text);
        }
        folder
    }

    /// The absolute path of `name`.
    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.path().canonicalize().expect("it exists").join(name)
    }

    /// Writes a file and the folders above it.
    pub fn write(&self, name: impl AsRef<Path>, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("inside the folder")).expect("folders");
        fs::write(path, text).expect("a file");
    }

    /// Reads a file.
    pub fn read(&self, name: impl AsRef<Path>) -> Vec<u8> {
        fs::read(self.path(name)).expect("the file is there")
    }

    /// Reads a file of text.
    pub fn text(&self, name: impl AsRef<Path>) -> String {
        String::from_utf8(self.read(name)).expect("this file is text")
    }

    /// The program, about to run in the folder.
    pub fn command<S: AsRef<OsStr>>(&self, args: &[S]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_capi-upgrade"));
        command.current_dir(self.path(".")).args(args).stdin(Stdio::null());
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"] {
            command.env_remove(name);
        }
        command
    }

    /// Runs the program in the folder.
    pub fn run<S: AsRef<OsStr>>(&self, args: &[S]) -> Ran {
        Ran::new(self.command(args).output().expect("the program runs"))
    }

    /// Runs the program with `input` on standard input.
    pub fn run_with_input<S: AsRef<OsStr>>(&self, args: &[S], input: impl AsRef<[u8]>) -> Ran {
        let mut command = self.command(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program runs");
        // A program that ends early may not have read all of it.
        let written = child.stdin.take().expect("a pipe").write_all(input.as_ref());
        let is_fine = |error: &std::io::Error| error.kind() == std::io::ErrorKind::BrokenPipe;
        assert!(written.as_ref().err().is_none_or(is_fine), "{written:?}");
        Ran::new(child.wait_with_output().expect("the program ends"))
    }

    /// Runs the program as somebody whom permissions bind, which they do not root. None if that cannot be done here.
    #[cfg(unix)]
    pub fn run_bound_by_permissions(&self, args: &[&str]) -> Option<Ran> {
        use std::os::unix::fs::MetadataExt;
        use std::os::unix::process::CommandExt;
        let nobody = 65534;
        let mut command = self.command(args);
        if fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0) {
            command.uid(nobody).gid(nobody);
        }
        Some(Ran::new(command.output().ok()?))
    }

    /// Runs another program in the folder and wants it to succeed.
    #[track_caller]
    pub fn tool(&self, program: &str, args: &[&str]) {
        let output = Command::new(program).args(args).current_dir(self.path(".")).output().expect(program);
        assert!(output.status.success(), "{program} {args:?}: {output:?}");
    }
}

/// Sets the mode of a file or folder.
#[cfg(unix)]
pub fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a file of ours");
}
