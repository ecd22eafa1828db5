//! `--apply` on disks and files that do not let it, and what of a file stays besides its text.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use super::support::{Folder, NEW, OLD, set_mode};

const PROGRAM: &str = env!("CARGO_BIN_EXE_capi-upgrade");

/// Runs a shell script in the folder, with the program as `$1`.
fn script(folder: &Folder, wrapper: &[&str], text: &str) -> Output {
    let mut command = match wrapper {
        [] => Command::new("sh"),
        [first, rest @ ..] => {
            let mut command = Command::new(first);
            command.args(rest).arg("sh");
            command
        }
    };
    command.args(["-e", "-c", text, "sh", PROGRAM]).current_dir(folder.path(".")).output().expect("a shell")
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("messages are in UTF-8")
}

fn leftovers(folder: &Path) -> usize {
    let names = fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.file_name());
    names.filter(|name| name.to_string_lossy().starts_with(".capi-upgrade-")).count()
}

/// What puts a script where it may mount; none where nobody may.
fn mounting() -> Option<[&'static str; 3]> {
    let wrapper = ["unshare", "--mount", "--propagation=private"];
    let is_possible =
        Command::new(wrapper[0]).args(&wrapper[1..]).args(["sh", "-c", "mount -t tmpfs none /mnt"]).output();
    if is_possible.is_ok_and(|output| output.status.success()) {
        return Some(wrapper);
    }
    eprintln!("skipped: nothing can be mounted here");
    None
}

#[test]
fn a_full_disk_leaves_files_old_and_the_rest_is_tried() {
    let Some(wrapper) = mounting() else { return };
    let folder = Folder::with(&[("a.c", OLD), ("b.c", OLD), ("other/c.c", OLD)]);
    // Two folders on one small disk, and one elsewhere.
    let text = "mkdir tree full
        mount -t tmpfs -o size=64k none full
        cp a.c b.c full/
        dd if=/dev/zero of=full/filler bs=1k count=100 2>/dev/null || true
        code=0; \"$1\" --apply -q full other || code=$?
        ls -A full; cmp a.c full/a.c; cmp b.c full/b.c
        exit $code";
    let output = script(&folder, &wrapper, text);
    let expected =
        "error: full/a.c: cannot be written: no space left\nerror: full/b.c: cannot be written: no space left\n";
    assert_eq!((said(&output).as_str(), output.status.code()), (expected, Some(2)));
    assert_eq!(output.stdout, b"a.c\nb.c\nfiller\n");
    assert_eq!(folder.text("other/c.c"), NEW);
}

#[test]
fn a_read_only_file_system_is_told() {
    let Some(wrapper) = mounting() else { return };
    let folder = Folder::with(&[("tree/a.c", OLD), ("b.c", OLD)]);
    let text = "mount --bind tree tree
        mount -o remount,bind,ro tree
        exec \"$1\" --apply --vendor -q .";
    let output = script(&folder, &wrapper, text);
    assert_eq!(said(&output), "error: tree/a.c: cannot be written: the file system is read-only\n");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!([folder.text("tree/a.c"), folder.text("b.c")], [OLD, NEW]);
}

#[test]
fn a_limit_of_file_sizes_is_an_error_like_others() {
    let large = format!("{OLD}{}", "/* padding */\n".repeat(4000));
    let folder = Folder::with(&[("large.c", &large), ("small.c", OLD)]);
    // In blocks of 512 bytes; bash has its own.
    let output = script(&folder, &[], "ulimit -f 16; exec \"$1\" --apply -q .");
    assert_eq!(said(&output), "error: large.c: cannot be written: it would be larger than files may be here\n");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!([folder.text("large.c"), folder.text("small.c")], [&large, NEW]);
    assert_eq!(leftovers(&folder.path(".")), 0);
}

#[test]
fn what_nobody_may_change_stays() {
    let folder = Folder::with(&[("fixed.c", OLD), ("growing.c", OLD), ("free.c", OLD), ("folder/x.c", OLD)]);
    let marked = [("+i", "fixed.c"), ("+a", "growing.c"), ("+i", "folder")];
    let mark = |how: &str, name: &str| {
        Command::new("chattr")
            .args([how, name])
            .current_dir(folder.path("."))
            .output()
            .is_ok_and(|ran| ran.status.success())
    };
    if !marked.iter().all(|(how, name)| mark(how, name)) {
        eprintln!("skipped: files cannot be marked as fixed here");
    } else {
        let ran = folder.run(&["--apply", "-q", "."]);
        for (_, name) in marked {
            assert!(mark("-ia", name));
        }
        let expected = "error: fixed.c: cannot be written: permission denied\n\
                        error: folder/x.c: cannot be written, nothing can be created beside it: permission denied\n\
                        error: growing.c: cannot be written: permission denied\n";
        ran.check(2, "", expected);
        for (_, name) in &marked[..2] {
            assert_eq!(folder.text(name), OLD);
        }
        assert_eq!([folder.text("folder/x.c"), folder.text("free.c")], [OLD, NEW]);
    }
    // Else the folder could not be removed.
    for (_, name) in marked {
        mark("-ia", name);
    }
}

#[test]
fn a_hard_link_keeps_the_old_text_and_the_time_is_new() {
    let folder = Folder::with(&[("src/x.c", OLD)]);
    let path = folder.path("src/x.c");
    fs::hard_link(&path, folder.path("backup")).unwrap();
    let before = fs::metadata(&path).unwrap().modified().unwrap();
    std::thread::sleep(Duration::from_millis(20));
    folder.run(&["--apply", "-q", "."]).check(0, "", "");
    assert_eq!([folder.text("src/x.c"), folder.text("backup")], [NEW, OLD]);
    assert!(fs::metadata(&path).unwrap().modified().unwrap() > before);
}

#[test]
#[cfg(target_os = "linux")]
fn attributes_and_access_lists_stay() {
    use rustix::fs::{XattrFlags, getxattr, setxattr};
    let folder = Folder::with(&[("x.c", OLD), ("y.c", OLD)]);
    let (one, other) = (folder.path("x.c"), folder.path("y.c"));
    let value = |path: &Path, name: &str| {
        let mut value = Vec::with_capacity(1 << 10);
        getxattr(path, name, rustix::buffer::spare_capacity(&mut value)).ok().map(|_| value)
    };
    // Version 2; the owner reads and writes, user 1234 reads, the group nothing, as far as the mask lets them; others nothing.
    let entry = |tag: u8, may: u8, id: [u8; 4]| [&[tag, 0, may, 0], id.as_slice()].concat();
    let (nobody, user) = ([255; 4], 1234_u32.to_le_bytes());
    let list = [(1, 6, nobody), (2, 4, user), (4, 0, nobody), (16, 4, nobody), (32, 0, nobody)];
    let list = [vec![2, 0, 0, 0], list.map(|(tag, may, id)| entry(tag, may, id)).concat()].concat();
    let set = |path: &Path, name: &str, value: &[u8]| setxattr(path, name, value, XattrFlags::empty()).is_ok();
    let access = "system.posix_acl_access";
    if !set(&one, "user.origin", b"a test") || !set(&one, access, &list) {
        eprintln!("skipped: no extended attributes here");
        return;
    }
    // What the folder gives to new files is not given to one that was there.
    assert!(set(&folder.path("."), "system.posix_acl_default", &list));
    let modes = [&one, &other].map(|path| fs::metadata(path).unwrap().permissions().mode());
    folder.run(&["--apply", "-q", "."]).check(0, "", "");
    assert_eq!([folder.text("x.c"), folder.text("y.c")], [NEW, NEW]);
    assert_eq!([&one, &other].map(|path| fs::metadata(path).unwrap().permissions().mode()), modes);
    assert_eq!(value(&one, "user.origin").as_deref(), Some(b"a test".as_slice()));
    assert_eq!(value(&one, access), Some(list));
    assert_eq!(value(&other, access), None);
}

#[test]
fn who_cannot_keep_the_owner_keeps_no_right_to_be_him() {
    let folder = Folder::with(&[("x.c", OLD)]);
    set_mode(&folder.path("."), 0o777);
    set_mode(&folder.path("x.c"), 0o6777);
    let owner = fs::metadata(folder.path("x.c")).unwrap().uid();
    if owner != 0 {
        eprintln!("skipped: all files are the user's own");
        return;
    }
    let Some(ran) = folder.run_bound_by_permissions(&["--apply", "-q", "."]) else { return };
    ran.check(0, "", "");
    let after = fs::metadata(folder.path("x.c")).unwrap();
    assert_ne!(after.uid(), owner);
    assert_eq!(after.permissions().mode() & 0o7777, 0o777);
    assert_eq!(folder.text("x.c"), NEW);
}

#[test]
fn a_part_of_a_file_that_cannot_be_written_waits_for_it() {
    let part = "static int number(PyObject *op)\n{\n    return _PyLong_AsInt(op);\n}\n";
    let whole = "#include <Python.h>\n#include \"part.h\"\n";
    let folder = Folder::with(&[("setup.py", ""), ("part.h", part), ("whole.c", whole), ("other.c", OLD)]);
    for (name, mode) in [(".", 0o777), ("part.h", 0o666), ("whole.c", 0o444), ("other.c", 0o666)] {
        set_mode(&folder.path(name), mode);
    }
    let Some(ran) = folder.run_bound_by_permissions(&["--apply", "-q", "."]) else { return };
    let expected = "error: part.h: a file that may include it could not be written, so it is left alone\n\
                    error: whole.c: cannot be written: permission denied\n";
    ran.check(2, "", expected);
    assert_eq!([folder.text("part.h"), folder.text("whole.c"), folder.text("other.c")], [part, whole, NEW]);
    // Only while the part is old does a run know what its includer must bring.
    set_mode(&folder.path("whole.c"), 0o666);
    folder.run(&["--apply", "-q", "."]).check(0, "", "");
    assert!(folder.text("whole.c").contains("capi_compat.h") && !folder.text("part.h").contains("_PyLong"));
}
