//! `--apply`: files are replaced whole, and keep what they are.

use std::fs;
use std::time::Duration;

use super::support::{Folder, NEW, OLD};

#[test]
fn files_are_changed_and_a_second_run_changes_nothing() {
    let folder = Folder::with(&[("x.c", OLD), ("src/y.c", OLD), ("src/z.c", NEW)]);
    let summary = "2 files changed: 2 rewrites\n  2  object-type-lvalue\n\n  1  src/y.c\n  1  x.c\n";
    folder.run(&["--apply", "."]).check(0, "", summary);
    for name in ["x.c", "src/y.c", "src/z.c"] {
        assert_eq!(folder.text(name), NEW, "{name}");
    }
    folder.run(&["--apply", "."]).check(0, "", "nothing to rewrite in 3 files\n");
    assert_eq!(fs::read_dir(folder.path("src")).unwrap().count(), 2, "nothing stays beside the files");
}

#[test]
fn a_file_in_which_nothing_changes_is_not_touched() {
    let folder = Folder::with(&[("x.c", NEW)]);
    let time = || fs::metadata(folder.path("x.c")).unwrap().modified().unwrap();
    let before = time();
    std::thread::sleep(Duration::from_millis(20));
    folder.run(&["--apply", "-q", "."]).check(0, "", "");
    assert_eq!(time(), before);
}

#[test]
#[cfg(unix)]
fn the_mode_and_the_owner_stay() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    for mode in [0o755, 0o640, 0o600, 0o2775] {
        let folder = Folder::with(&[("x.c", OLD)]);
        let path = folder.path("x.c");
        let before = fs::metadata(&path).unwrap();
        // Only root can have a file of somebody else to rewrite.
        let given_away = std::os::unix::fs::chown(&path, Some(12345), Some(54321)).is_ok();
        super::support::set_mode(&path, mode);
        folder.run(&["--apply", "-q", "."]).check(0, "", "");
        let after = fs::metadata(&path).unwrap();
        assert_eq!(after.permissions().mode() & 0o7777, mode);
        let owner = if given_away { (12345, 54321) } else { (before.uid(), before.gid()) };
        assert_eq!((after.uid(), after.gid()), owner);
        assert_eq!(folder.text("x.c"), NEW);
    }
}

#[test]
#[cfg(unix)]
fn what_may_not_be_written_is_told_and_the_rest_is_done() {
    let folder = Folder::with(&[("closed/x.c", OLD), ("open/y.c", OLD), ("z.c", OLD)]);
    for (name, mode) in [(".", 0o777), ("closed", 0o555), ("open", 0o777)] {
        super::support::set_mode(&folder.path(name), mode);
    }
    for (name, mode) in [("closed/x.c", 0o666), ("open/y.c", 0o666), ("z.c", 0o444)] {
        super::support::set_mode(&folder.path(name), mode);
    }
    let Some(ran) = folder.run_bound_by_permissions(&["--apply", "."]) else { return };
    let said = "\
error: closed/x.c: cannot be written, nothing can be created beside it: permission denied
error: z.c: cannot be written: permission denied
1 file changed: 1 rewrite
  1  object-type-lvalue
";
    ran.check(2, "", said);
    assert_eq!([folder.text("closed/x.c"), folder.text("open/y.c"), folder.text("z.c")], [OLD, NEW, OLD]);
    super::support::set_mode(&folder.path("closed"), 0o755);
}

#[test]
fn check_tells_that_there_was_something() {
    let folder = Folder::with(&[("x.c", OLD)]);
    assert_eq!(folder.run(&["--apply", "--check", "."]).code, 1);
    assert_eq!(folder.text("x.c"), NEW);
    assert_eq!(folder.run(&["--apply", "--check", "."]).code, 0);
}

#[test]
fn killed_at_any_moment_each_file_is_old_or_new() {
    let folder = Folder::with(&[]);
    // Long enough that a file written in place would be caught half done.
    let padding = "/* padding */\n".repeat(4000);
    let (old, new) = (OLD.to_owned() + &padding, NEW.to_owned() + &padding);
    let names: Vec<_> = (0..40).map(|number| format!("{number}.c")).collect();
    for delay in [5, 10, 15, 20, 30, 40, 60, 80, 120] {
        for name in &names {
            folder.write(name, &old);
        }
        let mut child = folder.command(&["--apply", "-q", "."]).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(delay));
        // It may have ended already.
        let _ = child.kill();
        child.wait().unwrap();
        for name in &names {
            let text = folder.text(name);
            assert!(text == old || text == new, "{name} is neither old nor new after {delay} ms");
        }
    }
}
