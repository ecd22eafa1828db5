//! `--interactive`, in a terminal.

use super::support::{Folder, NEW, OLD};
use super::terminal::Terminal;

/// Two rewrites of two transforms; the second needs the compat header.
const TWO: &str = "\
#include <Python.h>

void set(PyObject *op, PyTypeObject *type)
{
    Py_TYPE(op) = type;
}

int get(PyObject *value)
{
    return _PyLong_AsInt(value);
}
";

fn terminal(folder: &Folder, args: &[&str]) -> Terminal {
    let mut command = folder.command(&[&["-i", "--color", "never"], args].concat());
    command.env("TERM", "xterm");
    Terminal::with(command, 80)
}

/// The text of [`TWO`] with one or both of its rewrites.
fn two(set: bool, get: bool) -> String {
    let mut text = TWO.to_owned();
    if set {
        text = text.replace("Py_TYPE(op) = type", "Py_SET_TYPE(op, type)");
    }
    if get {
        text = text.replace("_PyLong_AsInt", "PyLong_AsInt");
        text = text.replace("<Python.h>\n", "<Python.h>\n#include \"capi_compat.h\"\n");
    }
    text
}

#[test]
fn each_rewrite_is_shown_and_made_if_it_is_wanted() {
    for (set, get) in [(true, true), (true, false), (false, true), (false, false)] {
        let folder = Folder::with(&[("x.c", TWO)]);
        let mut terminal = terminal(&folder, &["x.c"]);
        let letter = |wanted| if wanted { "y" } else { "n" };
        let shown = terminal.answer(letter(set));
        assert!(shown.contains("x.c:5: object-type-lvalue: "), "{shown}");
        assert!(shown.contains("\n-    Py_TYPE(op) = type;\n+    Py_SET_TYPE(op, type);\n"), "{shown}");
        assert!(shown.contains("Make this rewrite [y,n,a,d,t,i,e,q,?]? "), "{shown}");
        let shown = terminal.answer(letter(get));
        assert!(shown.contains("x.c:10: private-long-as-int: "), "{shown}");
        assert!(shown.contains("\n+#include \"capi_compat.h\"\n"), "the include comes with it: {shown}");
        assert!(!shown.contains("-    Py_TYPE"), "no other rewrite is shown again: {shown}");
        let (code, rest) = terminal.end();
        assert_eq!((code, folder.text("x.c")), (0, two(set, get)), "{rest}");
        let declined = usize::from(!set) + usize::from(!get);
        assert_eq!(rest.contains(" declined"), declined > 0, "{rest}");
    }
}

#[test]
fn all_of_a_file_or_none_of_it() {
    let folder = Folder::with(&[("a.c", TWO), ("b.c", TWO), ("c.c", OLD)]);
    let mut terminal = terminal(&folder, &[]);
    assert!(terminal.answer("a").contains("a.c:5:"));
    assert!(terminal.answer("d").contains("b.c:5:"));
    assert!(terminal.answer("y").contains("c.c:5:"));
    assert_eq!(terminal.end().0, 0);
    assert_eq!([folder.text("a.c"), folder.text("b.c"), folder.text("c.c")], [two(true, true), TWO.into(), NEW.into()]);
}

#[test]
fn all_of_a_transform_or_none_of_it_in_all_files() {
    let folder = Folder::with(&[("a.c", TWO), ("b.c", TWO)]);
    let mut terminal = terminal(&folder, &[]);
    assert!(terminal.answer("t").contains("a.c:5:"));
    assert!(terminal.answer("i").contains("a.c:10:"));
    let (code, rest) = terminal.end();
    assert!(rest.contains("2 files changed: 2 rewrites") && rest.contains("2 rewrites declined"), "{rest}");
    assert_eq!((code, folder.text("a.c"), folder.text("b.c")), (0, two(true, false), two(true, false)));
}

#[test]
fn quitting_keeps_what_was_wanted() {
    let folder = Folder::with(&[("a.c", TWO), ("b.c", TWO)]);
    let mut terminal = terminal(&folder, &[]);
    terminal.answer("y");
    terminal.answer("q");
    assert_eq!(terminal.end().0, 0);
    assert_eq!([folder.text("a.c"), folder.text("b.c")], [two(true, false), TWO.to_owned()]);
}

#[test]
fn when_input_ends_the_file_at_hand_stays_as_it_was() {
    let folder = Folder::with(&[("a.c", OLD), ("b.c", TWO)]);
    let mut terminal = terminal(&folder, &[]);
    terminal.answer("y");
    terminal.answer("y");
    terminal.expect("]? ");
    terminal.say("\u{4}");
    let (code, rest) = terminal.end();
    assert!(rest.contains("error: nobody answers any more"), "{rest}");
    assert_eq!((code, folder.text("a.c"), folder.text("b.c")), (2, NEW.to_owned(), TWO.to_owned()));
}

#[test]
fn an_interrupt_leaves_nothing_half_done() {
    let folder = Folder::with(&[("a.c", OLD), ("b.c", TWO)]);
    let mut terminal = terminal(&folder, &[]);
    terminal.answer("y");
    terminal.answer("y");
    terminal.expect("]? ");
    terminal.interrupt();
    assert_eq!([folder.text("a.c"), folder.text("b.c")], [NEW, TWO]);
    assert_eq!(std::fs::read_dir(folder.path(".")).unwrap().count(), 2, "nothing stays beside them");
}

#[test]
fn who_wants_to_know_more_is_asked_again() {
    let folder = Folder::with(&[("x.c", OLD)]);
    let mut terminal = terminal(&folder, &["x.c"]);
    terminal.answer("e");
    let shown = terminal.answer("?");
    assert!(shown.contains("Example") && shown.contains("https://docs.python.org/"), "the page: {shown}");
    let shown = terminal.answer("whatever");
    assert!(shown.contains("\nq - quit"), "{shown}");
    assert!(terminal.answer("").contains("\nq - quit"), "what is no answer is helped");
    assert!(terminal.answer("y").contains("\nq - quit"));
    assert_eq!((terminal.end().0, folder.text("x.c")), (0, NEW.to_owned()));
}

#[test]
fn a_narrow_terminal_and_colours_will_do() {
    let folder = Folder::with(&[("x.c", OLD)]);
    let mut command = folder.command(&["--interactive", "x.c"]);
    command.env("TERM", "xterm");
    let mut terminal = Terminal::with(command, 12);
    let shown = terminal.expect("]?\u{1b}[0m ");
    assert!(shown.contains("\u{1b}[31m-    Py_TYPE(op) = type;\u{1b}[0m\n"), "{shown:?}");
    terminal.say("y\n");
    assert_eq!((terminal.end().0, folder.text("x.c")), (0, NEW.to_owned()));
}

#[test]
fn what_is_not_safe_is_offered_when_allowed_and_says_so() {
    let text = OLD.replace("PyObject *op, ", "").replace("Py_TYPE(op)", "thing->ob_type");
    let folder = Folder::with(&[("x.c", &text)]);
    let (code, rest) = terminal(&folder, &["x.c"]).end();
    assert!(code == 0 && rest.contains("1 rewrite needs --unsafe"), "{rest}");
    let mut terminal = terminal(&folder, &["--unsafe", "x.c"]);
    let shown = terminal.answer("n");
    assert!(shown.contains("\nunsafe: "), "{shown}");
    assert_eq!((terminal.end().0, folder.text("x.c")), (0, text));
}

#[test]
fn what_is_found_after_a_rewrite_is_asked_about_and_what_was_declined_is_not() {
    let line = "    Py_TYPE(op) = type;\n";
    let folder = Folder::with(&[("x.c", &OLD.replace("    Py_TYPE(op) = type;\n", &line.repeat(3)))]);
    let mut terminal = terminal(&folder, &["x.c"]);
    for (letter, place) in [("n", "x.c:5:"), ("y", "x.c:6:"), ("n", "x.c:7:")] {
        assert!(terminal.answer(letter).contains(place));
    }
    assert_eq!(terminal.end().0, 0, "each is asked about once");
    assert_eq!(folder.text("x.c").matches(line).count(), 2);
}

#[test]
fn a_file_that_includes_nothing_gets_its_include_from_those_that_include_it() {
    let part = "int get(PyObject *value)\n{\n    return _PyLong_AsInt(value);\n}\n";
    let module = "#include <Python.h>\n#include \"part.h\"\n";
    for (letter, wanted) in [("y", true), ("n", false)] {
        let folder = Folder::with(&[("setup.py", ""), ("module.c", module), ("part.h", part)]);
        let mut terminal = terminal(&folder, &[]);
        terminal.answer(letter);
        assert_eq!(terminal.end().0, 0);
        assert_eq!(folder.text("part.h").contains("return PyLong_AsInt"), wanted);
        assert_eq!(folder.text("module.c").contains("capi_compat.h"), wanted);
    }
}

#[test]
fn the_header_comes_with_what_needs_it() {
    for (letter, wanted) in [("y", true), ("n", false)] {
        let folder = Folder::with(&[("setup.py", ""), ("x.c", TWO)]);
        let mut terminal = terminal(&folder, &["--vendor"]);
        terminal.answer("n");
        terminal.answer(letter);
        assert_eq!((terminal.end().0, folder.path("capi_compat.h").exists()), (0, wanted));
    }
}

#[test]
fn without_a_terminal_nobody_can_be_asked() {
    let folder = Folder::with(&[("x.c", OLD)]);
    let ran = folder.run(&["--interactive", "x.c"]);
    ran.check(2, "", "error: --interactive asks questions, so standard input and standard output must be a terminal\n");
    assert_eq!(folder.text("x.c"), OLD);
}

#[test]
fn other_output_and_standard_input_do_not_go_with_it() {
    let folder = Folder::with(&[("x.c", OLD)]);
    for (args, error) in [
        (["--format", "json"].as_slice(), "no report"),
        (&["-"], "not for standard input"),
        (&["--check"], "cannot be used with"),
    ] {
        let (code, rest) = terminal(&folder, args).end();
        assert!(code == 2 && rest.contains(error), "{args:?}: {rest}");
    }
}
