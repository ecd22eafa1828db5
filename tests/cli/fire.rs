//! `--apply` under fire: killed, stopped, several times at once, and with somebody else at the same files.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use capi_upgrade::transform::Catalogue;
use rustix::process::{Pid, Signal, kill_process};

use super::support::{Folder, NEW, OLD};

const HEADER: &str = "capi_compat.h";

/// Names and texts of files.
type Texts = BTreeMap<String, String>;

/// A tree of `number` files in some folders, made of what the examples of the transforms begin with, and one file that is a
/// part of others.
fn tree(number: usize) -> Texts {
    let examples = Catalogue::builtin().transforms().iter().flat_map(|transform| &transform.file().examples);
    let texts = examples.filter_map(|example| example.before.as_ref()).take(number).enumerate();
    let named = texts.map(|(at, text)| (format!("src/{}/{at}.c", at % 5), format!("#include <Python.h>\n\n{text}")));
    let own = [
        ("src/0/whole.c", "#include <Python.h>\n#include \"part.h\"\n"),
        ("src/0/part.h", "static int number(PyObject *op)\n{\n    return _PyLong_AsInt(op);\n}\n"),
        ("setup.py", ""),
    ];
    named.chain(own.map(|(name, text)| (name.to_owned(), text.to_owned()))).collect()
}

fn folder_of(texts: &Texts) -> Folder {
    let texts: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Folder::with(&texts)
}

/// All files below a folder.
fn texts_in(folder: &Path) -> Texts {
    let mut texts = Texts::new();
    let mut open = vec![folder.to_owned()];
    while let Some(inner) = open.pop() {
        for entry in fs::read_dir(&inner).expect("a folder of ours").flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("inside").to_string_lossy().into_owned();
                texts.insert(name, fs::read_to_string(&path).expect("this file is text"));
            }
        }
    }
    texts
}

/// What `args` make of a tree, and how long that takes.
fn made_of(old: &Texts, args: &[&str]) -> (Texts, Duration) {
    let folder = folder_of(old);
    let start = Instant::now();
    let ran = folder.run(args);
    assert_eq!(ran.code, 0, "{}", ran.err);
    (texts_in(&folder.path(".")), start.elapsed())
}

fn is_leftover(name: &str) -> bool {
    let name = name.rsplit('/').next().unwrap_or(name);
    name.starts_with(".capi-upgrade-") && name.ends_with(".tmp")
}

/// Checks that each file is what it was or what it becomes, and that no include comes before the header. Says how many
/// are new.
#[track_caller]
fn check_old_or_new(folder: &Folder, old: &Texts, new: &Texts) -> usize {
    let there = texts_in(&folder.path("."));
    for (name, text) in there.iter().filter(|(name, _)| !is_leftover(name)) {
        assert!(old.get(name) == Some(text) || new.get(name) == Some(text), "{name} is neither old nor new:\n{text}");
        if old.get(name) != Some(text) && text.contains("#include \"capi_compat.h\"") {
            let headers = new.keys().filter(|name| name.ends_with(HEADER));
            headers.for_each(|header| assert!(there.contains_key(header), "{name} is new, and there is no {header}"));
        }
    }
    old.keys().for_each(|name| assert!(there.contains_key(name), "{name} is gone"));
    new.iter().filter(|(name, text)| old.get(*name) != Some(*text) && there.get(*name) == Some(*text)).count()
}

#[track_caller]
fn check_same(there: &Texts, expected: &Texts, when: &str) {
    let names = there.keys().chain(expected.keys());
    let differing: Vec<_> = names.filter(|name| there.get(*name) != expected.get(*name)).collect();
    let texts = differing.first().map(|name| (there.get(*name), expected.get(*name)));
    assert!(differing.is_empty(), "{when}: {differing:?}, the first of which is {texts:#?}");
}

/// Moments in a run that takes `whole`, always the same ones.
fn moments(number: u64, whole: Duration) -> impl Iterator<Item = Duration> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    (0..number).map(move |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        whole.mul_f64((state >> 40) as f64 / (1u64 << 24) as f64)
    })
}

/// Starts the program and kills it after some time.
fn kill_after(folder: &Folder, args: &[&str], delay: Duration) {
    let mut child = folder.command(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    thread::sleep(delay);
    // It may have ended already.
    let _ = child.kill();
    child.wait().unwrap();
}

#[test]
fn killed_at_any_moment_files_are_whole_and_another_run_does_the_rest() {
    let args = ["--apply", "--vendor", "-q", "."];
    let old = tree(80);
    let (new, whole) = made_of(&old, &args);
    let headers = new.keys().filter(|name| name.ends_with(HEADER)).count();
    assert!(headers > 0 && new.contains_key("MANIFEST.in") && new["src/0/whole.c"] != old["src/0/whole.c"]);
    let mut cut_short = 0;
    for delay in moments(12, whole) {
        let folder = folder_of(&old);
        kill_after(&folder, &args, delay);
        let done = check_old_or_new(&folder, &old, &new);
        cut_short += usize::from(0 < done && done < new.len() / 2);
        assert_eq!(folder.run(&args).code, 0);
        check_same(
            &texts_in(&folder.path(".")),
            &new,
            &format!("a run that was killed after {delay:?}, and another one"),
        );
    }
    eprintln!("{cut_short} of 12 runs were killed while they wrote");
}

#[test]
fn killed_while_it_writes_a_baseline_or_patches() {
    let old: Texts = tree(40);
    let baseline = ["--write-baseline", "baseline.toml", "-q", "."];
    let patches = ["--split-by", "transform", "--output", "patches", "--vendor", "-q", "."];
    for args in [baseline.as_slice(), &patches] {
        let mut old = old.clone();
        if args.contains(&"baseline.toml") {
            old.extend(made_of(&Texts::new(), &["--write-baseline", "baseline.toml", "-q"]).0);
        }
        let (new, whole) = made_of(&old, args);
        for delay in moments(6, whole) {
            let folder = folder_of(&old);
            kill_after(&folder, args, delay);
            check_old_or_new(&folder, &old, &new);
        }
    }
}

#[test]
fn a_signal_waits_until_what_is_in_hand_is_whole() {
    let args = ["--apply", "--vendor", "."];
    let old = tree(80);
    let (new, _) = made_of(&old, &["--apply", "--vendor", "-q", "."]);
    let header = new.keys().find(|name| name.ends_with(HEADER)).unwrap();
    for (signal, number) in [(Signal::INT, 2), (Signal::TERM, 15)] {
        // It may be too fast.
        let stopped = (0..20).any(|_| {
            let folder = folder_of(&old);
            let child = folder.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            while !folder.path(header).exists() {
                thread::yield_now();
            }
            kill_process(Pid::from_child(&child), signal).unwrap();
            let output = child.wait_with_output().unwrap();
            check_old_or_new(&folder, &old, &new);
            let leftovers: Vec<_> = texts_in(&folder.path(".")).into_keys().filter(|name| is_leftover(name)).collect();
            assert!(leftovers.is_empty(), "{leftovers:?}");
            let said = String::from_utf8(output.stderr).unwrap();
            if output.status.success() {
                return false;
            }
            assert_eq!(output.status.signal(), Some(number), "{said}");
            let expected = "error: stopped by a signal: what was written is whole, all else is as it was, and the same \
                            run again does the rest\n";
            assert_eq!(said.matches("error:").count(), 1, "{said}");
            assert!(said.contains(expected), "{said}");
            assert_eq!(folder.run(&args).code, 0);
            check_same(&texts_in(&folder.path(".")), &new, "a run that was stopped, and another one");
            true
        });
        assert!(stopped, "no run of 20 was stopped by {signal:?}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_signal_that_is_ignored_stays_ignored() {
    let args = ["--apply", "--vendor", "-q", "."];
    let old = tree(80);
    let (new, _) = made_of(&old, &args);
    let header = new.keys().find(|name| name.ends_with(HEADER)).unwrap();
    let folder = folder_of(&old);
    // As a shell does for what it starts in the background.
    let script = ["-c", "trap '' INT; exec \"$0\" --apply --vendor -q .", env!("CARGO_BIN_EXE_capi-upgrade")];
    let mut child = std::process::Command::new("sh").args(script).current_dir(folder.path(".")).spawn().unwrap();
    while !folder.path(header).exists() {
        thread::yield_now();
    }
    // It may have ended already.
    let _ = kill_process(Pid::from_child(&child), Signal::INT);
    assert!(child.wait().unwrap().success());
    check_same(&texts_in(&folder.path(".")), &new, "a run that hears no signal");
}

#[test]
fn several_runs_at_once_come_to_what_one_does() {
    let args = ["--apply", "--vendor", "-q", "."];
    let old = tree(80);
    let (new, _) = made_of(&old, &args);
    for _ in 0..2 {
        let folder = folder_of(&old);
        let runs: Vec<_> = (0..3)
            .map(|_| folder.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
            .collect();
        for run in runs {
            let output = run.wait_with_output().unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            assert!(said.lines().all(|line| line.contains("changed on disk since it was read")), "{said}");
            assert!(matches!(output.status.code(), Some(0 | 2)));
        }
        check_same(&texts_in(&folder.path(".")), &new, "three runs");
    }
}

#[test]
fn what_somebody_else_saves_meanwhile_is_not_lost() {
    let number = 30;
    let padding = "/* padding */\n".repeat(200);
    let old: Texts = (0..number).map(|at| (format!("{at}.c"), format!("{OLD}{padding}"))).collect();
    let mut detected = 0;
    for _ in 0..3 {
        let folder = folder_of(&old);
        let path = folder.path(".").canonicalize().unwrap();
        let ends = AtomicBool::new(false);
        // Saves as editors do: beside the file, and moved over it.
        let save = |name: &str, mark: usize| {
            let (file, beside) = (path.join(name), path.join("editor.tmp"));
            let text = fs::read_to_string(&file).unwrap() + &format!("/* mark {mark} */\n");
            fs::write(&beside, text).unwrap();
            fs::rename(&beside, &file).unwrap();
        };
        let marks = thread::scope(|scope| {
            let editor = scope.spawn(|| {
                let mut marks = 0;
                while !ends.load(Ordering::Relaxed) {
                    old.keys().for_each(|name| save(name, marks));
                    marks += 1;
                }
                marks
            });
            let ran = folder.run(&["--apply", "-q", "--jobs", "2", "."]);
            ends.store(true, Ordering::Relaxed);
            assert!(ran.err.lines().all(|line| line.contains("changed on disk")), "{}", ran.err);
            assert_eq!(ran.code, if ran.err.is_empty() { 0 } else { 2 });
            detected += ran.err.lines().count();
            editor.join().unwrap()
        });
        let texts = texts_in(&path);
        for name in old.keys() {
            let text = &texts[name];
            assert!(text.starts_with(OLD) || text.starts_with(NEW), "{name}:\n{text}");
            for mark in 0..marks {
                let mark = format!("/* mark {mark} */");
                assert!(texts.values().any(|text| text.contains(&mark)), "{mark} is lost");
                let kept =
                    text.contains(&mark) || texts.iter().any(|(name, text)| is_leftover(name) && text.contains(&mark));
                assert!(kept, "{name} has lost {mark}");
            }
        }
    }
    eprintln!("{detected} changes were detected");
}

#[test]
fn a_folder_that_becomes_a_link_leads_no_text_elsewhere() {
    let names: Vec<_> = (0..30).map(|at| format!("{at}.c")).collect();
    let (folder, outside) = (Folder::with(&[("keep.txt", "")]), Folder::with(&[]));
    let (src, aside) = (folder.path("src"), folder.path("aside"));
    for round in 0..4 {
        for name in &names {
            folder.write(Path::new("src").join(name), OLD);
            outside.write(name, OLD);
        }
        let ends = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                while !ends.load(Ordering::Relaxed) {
                    fs::rename(&src, &aside).unwrap();
                    std::os::unix::fs::symlink(outside.path("."), &src).unwrap();
                    thread::sleep(Duration::from_micros(300 * round));
                    fs::remove_file(&src).unwrap();
                    fs::rename(&aside, &src).unwrap();
                    thread::sleep(Duration::from_micros(300));
                }
            });
            // What it finds, and what of it is still there, is chance.
            folder.run(&["--apply", "-q", "."]);
            folder.run(&["--apply", "-q", "."]);
            ends.store(true, Ordering::Relaxed);
        });
        let there = texts_in(&outside.path("."));
        assert!(there.len() == names.len() && there.values().all(|text| text == OLD), "{there:?}");
    }
}
