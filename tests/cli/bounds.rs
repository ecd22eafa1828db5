//! What lies outside of what was named is neither written nor waited for, whatever the tree holds.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::support::{Folder, NEW, OLD};

/// A file whose new text includes the header.
const NEEDS_HEADER: &str = "#include <Python.h>\n\nint number(PyObject *op)\n{\n    return _PyLong_AsInt(op);\n}\n";

/// Files with their texts, or targets of links with their names.
type Pairs<'p> = &'p [(&'p str, &'p str)];

/// All below a folder: texts of files, targets of links.
fn all_in(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(inner) = open.pop() {
        for entry in fs::read_dir(&inner).unwrap().flatten() {
            let (path, kind) = (entry.path(), entry.file_type().unwrap());
            let what = if kind.is_symlink() {
                fs::read_link(&path).unwrap().into_os_string().as_encoded_bytes().to_vec()
            } else if kind.is_file() {
                fs::read(&path).unwrap()
            } else {
                Vec::new()
            };
            if kind.is_dir() {
                open.push(path.clone());
            }
            all.insert(path, what);
        }
    }
    all
}

/// Runs the program, which must end soon.
#[track_caller]
fn run_soon(folder: &Folder, args: &[&str]) -> Output {
    let mut child = folder.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > Duration::from_secs(20) {
            child.kill().unwrap();
            panic!("{args:?} does not end");
        }
        thread::sleep(Duration::from_millis(2));
    }
    child.wait_with_output().unwrap()
}

#[test]
fn links_in_the_tree_are_not_followed() {
    let (folder, outside) = (Folder::with(&[("src/x.c", OLD)]), Folder::with(&[("y.c", OLD), ("deep/z.c", OLD)]));
    let links = [
        (outside.path("y.c"), "src/file.c"),
        (outside.path("deep"), "src/folder"),
        (folder.path("src"), "src/round"),
        ("self.c".into(), "src/self.c"),
        ("b.c".into(), "src/a.c"),
        ("a.c".into(), "src/b.c"),
        ("nowhere.c".into(), "src/lost.c"),
        ("/".into(), "src/root"),
    ];
    for (to, name) in links {
        symlink(to, folder.path(name)).unwrap();
    }
    let before = all_in(&outside.path("."));
    assert_eq!(run_soon(&folder, &["--apply", "-q", "."]).status.code(), Some(0));
    assert_eq!(folder.text("src/x.c"), NEW);
    assert_eq!(all_in(&outside.path(".")), before);
    // What is named is meant.
    folder.run(&["--apply", "-q", "src/file.c"]).check(0, "", "");
    assert_eq!([outside.text("y.c"), outside.text("deep/z.c")], [NEW, OLD]);
    assert!(folder.path("src/file.c").is_symlink());
}

#[test]
fn what_is_no_file_is_not_waited_for() {
    let folder = Folder::with(&[("x.c", OLD), ("folder.c/y.c", OLD)]);
    folder.tool("mkfifo", &["pipe.c", "pipe.h", "capi_compat.h"]);
    let _socket = UnixListener::bind(folder.path("socket.c")).unwrap();
    for (device, name) in [("/dev/zero", "zero.c"), ("/dev/zero", "zero.h"), ("/dev/tty", "tty.c")] {
        symlink(device, folder.path(name)).unwrap();
    }
    let includes = "#include \"pipe.h\"\n#include \"zero.h\"\n#include \"capi_compat.h\"\n";
    folder.write("x.c", format!("{includes}{OLD}"));
    let output = run_soon(&folder, &["--apply", "-q", "."]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!([folder.text("x.c"), folder.text("folder.c/y.c")], [format!("{includes}{NEW}"), NEW.to_owned()]);
    let output = run_soon(&folder, &["pipe.c", "socket.c", "zero.c", "tty.c"]);
    let said = String::from_utf8(output.stderr).unwrap();
    // A link counts by the name of what it leads to.
    let counts = ["not a regular file", "not a C, C++ or Cython file by its name"].map(|why| said.matches(why).count());
    assert_eq!(counts, [2, 2], "{said}");
}

#[test]
fn pipes_in_the_place_of_what_a_project_says_are_not_waited_for() {
    for name in
        ["pyproject.toml", "setup.cfg", "setup.py", "meson.build", "MANIFEST.in", ".gitignore", "src/.gitignore"]
    {
        for device in [None, Some("/dev/zero")] {
            let folder = Folder::with(&[("src/x.c", NEEDS_HEADER), ("other/y.c", OLD)]);
            if name != "setup.py" && !name.contains("gitignore") {
                folder.write("setup.py", "");
            }
            match device {
                None => folder.tool("mkfifo", &[name]),
                Some(device) => symlink(device, folder.path(name)).unwrap(),
            }
            let output = run_soon(&folder, &["--apply", "--vendor", "."]);
            let said = String::from_utf8(output.stderr).unwrap();
            let is_told = said.contains(name) && said.contains("not a regular file") || said.contains("leads out of");
            let is_optional = matches!(name, "meson.build" | "MANIFEST.in");
            assert!(is_told || is_optional, "{name}: {said}");
        }
    }
    let folder =
        Folder::with(&[("pyproject.toml", "tool.capi-upgrade.transforms = ['own']\n"), ("own/a", ""), ("x.c", OLD)]);
    folder.tool("mkfifo", &["own/waits.toml"]);
    let output = run_soon(&folder, &["."]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("own/waits.toml: not a regular file"), "{output:?}");
}

#[test]
fn odd_names_are_names() {
    let folder = Folder::with(&[("-q.c", OLD), ("--apply/x.c", OLD), ("two\nlines.c", OLD), ("a b\t\"'\\.c", OLD)]);
    let latin = folder.path("").join(OsStr::from_bytes(b"caf\xe9"));
    // Some systems want UTF-8.
    let latin = fs::create_dir(&latin).and_then(|()| fs::write(latin.join("x.c"), OLD)).map(|()| latin.join("x.c"));
    let ran = folder.run(&["--apply", "."]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let names = ["-q.c", "--apply/x.c", "two\nlines.c", "a b\t\"'\\.c"].map(|name| folder.path(name));
    for path in names.into_iter().chain(latin.ok()) {
        assert_eq!(fs::read_to_string(&path).unwrap(), NEW, "{path:?}");
    }
    assert!(ran.err.lines().all(|line| line.chars().all(|char| char == '\t' || !char.is_control())), "{:?}", ran.err);
    folder.write("-q.c", OLD);
    folder.run(&["--apply", "-q", "--", "-q.c"]).check(0, "", "");
    assert_eq!(folder.text("-q.c"), NEW);
}

#[test]
fn paths_as_long_as_they_may_be() {
    let folder = Folder::with(&[("x.c", OLD)]);
    // A name of 255 bytes has no room for anything beside it in its own name.
    folder.write(format!("{}.c", "n".repeat(253)), OLD);
    let deep = vec!["d".repeat(200); 18].join("/");
    folder.write(format!("{deep}/y.c"), OLD);
    folder.run(&["--apply", "-q", "."]).check(0, "", "");
    assert_eq!([folder.text(format!("{}.c", "n".repeat(253))), folder.text(format!("{deep}/y.c"))], [NEW, NEW]);
}

#[test]
fn files_that_come_and_go_meanwhile() {
    let folder = Folder::with(&[("stays.c", OLD)]);
    let ends = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !ends.load(Ordering::Relaxed) {
                for at in 0..20 {
                    folder.write(format!("{at}/x.c"), OLD);
                }
                for at in 0..20 {
                    fs::remove_file(folder.path(format!("{at}/x.c"))).unwrap();
                    // The program may be at a file beside it.
                    let _ = fs::remove_dir(folder.path(at.to_string()));
                }
            }
        });
        for _ in 0..4 {
            folder.write("stays.c", OLD);
            let output = run_soon(&folder, &["--apply", "-q", "."]);
            let said = String::from_utf8(output.stderr).unwrap();
            assert!(said.lines().all(|line| line.ends_with("no such file or folder")), "{said}");
            assert_eq!(folder.text("stays.c"), NEW);
        }
        ends.store(true, Ordering::Relaxed);
    });
}

/// A project beside other things, which belong to somebody else.
fn hostile(files: Pairs<'_>, links: Pairs<'_>) -> Folder {
    let other = [("other/.bashrc", "umask 022\n"), ("other/empty", ""), ("other/own.h", "/* own */\n")];
    let own = [("project/setup.py", ""), ("project/src/x.c", NEEDS_HEADER)];
    let folder = Folder::with(&[other.as_slice(), &own, files].concat());
    for (to, name) in links {
        let path = folder.path("project").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        // What the tree brings takes the place of what is in it by default.
        let _ = fs::remove_file(&path);
        symlink(to, path).unwrap();
    }
    folder
}

/// What is there but for the project.
fn others(folder: &Folder) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = all_in(&folder.path("."));
    all.retain(|path, _| !path.starts_with(folder.path("project")));
    all
}

#[test]
fn the_header_is_put_nowhere_else() {
    let header = |name: &str| format!("[tool.capi-upgrade]\nheader = \"{name}\"\n");
    let pyproject = "project/pyproject.toml";
    let absolute = Folder::with(&[]).path("capi.h").display().to_string();
    let own = "#include \"own.h\"\n";
    let cases: [(Pairs<'_>, Pairs<'_>); 8] = [
        (&[(pyproject, &header("../../../other/capi.h"))], &[]),
        (&[(pyproject, &header("../../../other/new/capi.h"))], &[]),
        (&[(pyproject, &header(&absolute))], &[]),
        (&[(pyproject, &header("compat/capi.h"))], &[("../../other", "src/compat")]),
        (&[], &[("../../other/.bashrc", "src/capi_compat.h")]),
        (&[], &[("../../other/new.h", "src/capi_compat.h")]),
        (&[(pyproject, &header("../compat/../../other/capi.h"))], &[]),
        (
            &[("project/src/x.c", &format!("{own}{NEEDS_HEADER}"))],
            &[("../other", "include"), ("../../other/own.h", "src/own.h")],
        ),
    ];
    for (at, (files, links)) in cases.into_iter().enumerate() {
        let folder = hostile(files, links);
        let before = others(&folder);
        let ran = folder.run(&["--apply", "--vendor", "--force", "-q", "project"]);
        assert_eq!(others(&folder), before, "case {at}: {}", ran.err);
        let is_refused = ran.err.contains("leads out of the project") || ran.err.contains("no such file");
        // In the last one there is no name that leads out, but folders and files that do.
        assert!(is_refused || at == 7, "case {at}: {}", ran.err);
    }
    assert!(!Path::new(&absolute).exists());
    // What the command line says may lead anywhere, but not what the project adds to it.
    let folder = hostile(&[], &[]);
    folder.run(&["--apply", "--vendor=other/headers", "-q", "project"]).check(0, "", "");
    assert!(folder.path("other/headers/capi_compat.h").exists());
    let folder = hostile(&[(pyproject, &header("../../capi.h"))], &[]);
    let ran = folder.run(&["--apply", "--vendor=project/headers", "-q", "project"]);
    assert!(ran.err.contains("leads out of the project") && !folder.path("capi.h").exists(), "{}", ran.err);
}

#[test]
fn a_header_within_the_project_may_lie_anywhere_in_it() {
    let header = "[tool.capi-upgrade]\nheader = \"../compat/capi.h\"\n";
    let folder = hostile(&[("project/pyproject.toml", header)], &[]);
    folder.run(&["--apply", "--vendor", "-q", "project"]).check(0, "", "");
    assert!(folder.path("project/compat/capi.h").exists());
    let folder = hostile(&[("project/include/public.h", "")], &[("../include", "src/compat")]);
    let args = ["--apply", "--vendor", "--header", "compat/capi.h", "-q", "project"];
    folder.run(&args).check(0, "", "");
    assert!(folder.path("project/include/capi.h").exists());
}

#[test]
fn build_files_elsewhere_are_not_edited() {
    for (name, text) in [
        ("MANIFEST.in", ""),
        ("setup.py", "setup(ext_modules=[Extension('x', ['src/x.c'], depends=['src/own.h'])])\n"),
        (
            "pyproject.toml",
            "[build-system]\nbuild-backend = 'flit_core.buildapi'\n[tool.flit.sdist]\ninclude = ['src/own.h']\n",
        ),
        ("meson.build", "project('x')\nx = files('src/x.c', 'src/own.h')\n"),
        ("src/CMakeLists.txt", "add_library(x MODULE x.c own.h)\n"),
    ] {
        let to = format!("{}other/build", "../".repeat(name.split('/').count()));
        let folder = hostile(&[("other/build", text), ("project/src/own.h", "")], &[(&to, name)]);
        let before = others(&folder);
        let ran = folder.run(&["--apply", "--vendor", "-q", "project"]);
        assert_eq!(others(&folder), before, "{name}: {}", ran.err);
        // The same file in the project is edited; some are no business of these settings.
        let own = hostile(&[(&format!("project/{name}"), text), ("project/src/own.h", "")], &[]);
        own.run(&["--apply", "--vendor", "-q", "project"]);
        assert_ne!(own.text(format!("project/{name}")), text, "{name} would not have been edited at all");
    }
}

#[test]
fn what_a_project_names_is_not_read_elsewhere() {
    let transform = "summary = 'x'\n";
    let cases = [
        (
            "baseline = '../other/base.toml'",
            "`tool.capi-upgrade.baseline`: `../other/base.toml` leads out of the project",
        ),
        ("baseline = 'link.toml'", "`tool.capi-upgrade.baseline`: `link.toml` leads out of the project"),
        ("transforms = ['../other']", "`tool.capi-upgrade.transforms`: `../other` leads out of the project"),
        ("transforms = ['own']", "own: one.toml: leads out of the project"),
    ];
    for (line, message) in cases {
        let pyproject = format!("[tool.capi-upgrade]\n{line}\n");
        let files = [
            ("project/pyproject.toml", pyproject.as_str()),
            ("other/base.toml", "version = 1\n"),
            ("other/one.toml", transform),
        ];
        let folder = hostile(&files, &[("../other/base.toml", "link.toml"), ("../../other/one.toml", "own/one.toml")]);
        let ran = folder.run(&["project"]);
        assert!(ran.code == 2 && ran.err.contains(message), "{line}: {}", ran.err);
        // A repository is one whole.
        folder.write(".git/HEAD", "");
        let ran = folder.run(&["project"]);
        assert!(!ran.err.contains("leads out"), "{line}: {}", ran.err);
    }
    let folder = hostile(&[("other/pyproject.toml", "[project\n")], &[("../other/pyproject.toml", "pyproject.toml")]);
    let ran = folder.run(&["project"]);
    assert!(ran.err.contains("project/pyproject.toml: leads out of the project"), "{}", ran.err);
}

#[test]
fn who_names_a_link_means_what_it_leads_to() {
    let folder = Folder::with(&[("project/setup.py", ""), ("project/x.c", NEEDS_HEADER)]);
    fs::create_dir(folder.path("real")).unwrap();
    symlink("real", folder.path("link")).unwrap();
    let runs: [&[&str]; 4] = [
        &["header", "--output", "link/inner"],
        &["--write-baseline", "link/baseline.toml", "-q", "project"],
        &["--split-by", "transform", "--output", "link/../link/patches", "-q", "project"],
        &["--apply", "--vendor=link/headers", "-q", "project"],
    ];
    for args in runs {
        let ran = folder.run(args);
        assert_eq!(ran.code, 0, "{args:?}: {}", ran.err);
    }
    for name in ["inner/capi_compat.h", "baseline.toml", "patches", "headers/capi_compat.h"] {
        assert!(folder.path("real").join(name).exists(), "{name}");
    }
}

#[test]
fn only_what_is_named_is_rewritten() {
    let folder = Folder::with(&[("project/setup.py", ""), ("project/src/x.c", NEEDS_HEADER), ("project/lib/y.c", OLD)]);
    folder.run(&["--apply", "-q", "project/src"]).check(0, "", "");
    assert_eq!(folder.text("project/lib/y.c"), OLD);
    let written: Vec<_> = all_in(&folder.path(".")).into_keys().filter(|path| path.is_file()).collect();
    assert_eq!(written.len(), 3, "no header and no build file without --vendor: {written:?}");
}
