//! `explain`: everything that is known of a transform.

use anyhow::anyhow;

use super::args::ExplainArgs;
use super::console::Console;
use super::custom;
use super::select::{is_called, suggestion};
use super::suggest::hint;
use crate::capi::PythonRange;
use crate::report::Palette;
use crate::transform::{Example, Transform, TransformFile};

/// Explains the transforms that the arguments name.
///
/// # Errors
///
/// Versions that nothing is known of, and transforms of the user's that are none. A name that is not known is told on the way.
pub fn run(args: &ExplainArgs, console: &mut Console) -> anyhow::Result<()> {
    let (range, catalogue) = custom::of_current_folder(args.range, &args.custom, console)?;
    let mut explained: Vec<&str> = Vec::new();
    for name in &args.names {
        let called: Vec<_> = catalogue.transforms().iter().filter(|transform| is_called(transform, name)).collect();
        if called.is_empty() {
            let hint = hint(suggestion(catalogue, name, false));
            console.error(&anyhow!("no transform is called `{name}` or about it{hint}"));
        }
        for transform in called {
            if !explained.contains(&transform.id()) {
                let gap = if explained.is_empty() { "" } else { "\n" };
                let text = format!("{gap}{}", explanation(transform, range, console.out_palette()));
                console.print(text.as_bytes());
                explained.push(transform.id());
            }
        }
    }
    Ok(())
}

/// All that is known of `transform`, as text.
pub fn explanation(transform: &Transform, range: PythonRange, palette: Palette) -> String {
    let file = transform.file();
    let mut out = Text { out: String::new(), palette };
    out.line(&format!("{}: {}", palette.paint(palette.strong(), transform.id()), file.summary));
    out.line("");
    out.line(&file.why);
    if let Some(instead) = &file.instead {
        out.line(instead);
    }
    out.line("");
    out.field("group", &format!("{} (for Python {} to {})", transform.group(range), range.min, range.target));
    for (name, version) in [
        ("soft-deprecated", file.old.soft_deprecated),
        ("deprecated", file.old.deprecated),
        ("removed", file.old.removed),
        ("changed", file.old.changed),
    ] {
        if let Some(version) = version {
            out.field(name, &format!("Python {version}"));
        }
    }
    out.field("applicability", &applicability(transform, file));
    out.field("old names", &file.old.api.join(", "));
    let new: Vec<_> =
        transform.names().iter().filter(|name| !file.old.api.contains(name)).map(String::as_str).collect();
    out.field("new names", &new.join(", "));
    out.field("documentation", file.docs.as_deref().unwrap_or(""));
    patterns(&mut out, file);
    examples(&mut out, &file.examples);
    out.out
}

fn applicability(transform: &Transform, file: &TransformFile) -> String {
    let name = transform.applicability().name();
    file.because.as_ref().map_or(name.to_owned(), |because| format!("{name}: {because}"))
}

fn patterns(out: &mut Text, file: &TransformFile) {
    if !file.rewrites.is_empty() {
        out.heading("Rewrites");
    }
    for rewrite in &file.rewrites {
        out.code("- ", &rewrite.find);
        out.code("+ ", &rewrite.replace);
        if let Some(lowered) = rewrite.applicability {
            let because = rewrite.because.as_ref().map_or(String::new(), |because| format!(": {because}"));
            out.line(&format!("    {}{because}", lowered.name()));
        }
    }
    if !file.return_conventions.is_empty() {
        out.heading("Rewrites, with the code behind the call that asks how it went");
    }
    for convention in &file.return_conventions {
        out.code("- ", &convention.find);
        out.code("+ ", &convention.replace);
    }
    if !file.exception_triples.is_empty() {
        out.heading("Rewrites, with all that is done with the three variables");
    }
    for triple in &file.exception_triples {
        out.code("- ", &format!("{}(&$type, &$value, &$traceback)", triple.fetch));
        out.code("+ ", &format!("{} = {}()", triple.variable, triple.get));
        out.code("- ", &format!("{}($type, $value, $traceback)", triple.restore));
        out.code("+ ", &format!("{}({})", triple.set, triple.variable));
    }
    if !file.character_buffers.is_empty() {
        out.heading("Rewrites, with all that is done with the pointer");
    }
    for (old, new) in file.character_buffers.iter().flat_map(|buffer| buffer.lines()) {
        out.code("- ", &old);
        out.code("+ ", &new);
    }
    if !file.filled_texts.is_empty() {
        out.heading("Rewrites, with all that is done with the str and the pointer");
    }
    for (old, new) in file.filled_texts.iter().flat_map(|filled| filled.lines()) {
        out.code("- ", &old);
        out.code("+ ", &new);
    }
    if !file.owned_buffers.is_empty() {
        out.heading("Rewrites, with all ways out of the function");
    }
    for (old, new) in file.owned_buffers.iter().flat_map(|buffer| buffer.lines()) {
        out.code("- ", &old);
        out.code("+ ", &new);
    }
    if !file.conditions.is_empty() {
        let conditions: Vec<_> = file.conditions.iter().map(|(name, holds)| format!("${name} {holds}")).collect();
        out.line(&format!("  where {}", conditions.join(", ")));
    }
    if !file.reports.is_empty() {
        out.heading("Reported, not rewritten");
    }
    for report in &file.reports {
        out.code("  ", &report.find);
        if let Some(instead) = &report.instead {
            out.line(&format!("    {instead}"));
        }
    }
}

fn examples(out: &mut Text, examples: &[Example]) {
    for example in examples {
        out.heading(&match (&example.note, example.needs_unsafe) {
            (Some(note), false) => format!("Example: {note}"),
            (Some(note), true) => format!("Example with --unsafe: {note}"),
            (None, false) => "Example".to_owned(),
            (None, true) => "Example with --unsafe".to_owned(),
        });
        for (mark, code) in [("- ", &example.before), ("+ ", &example.after), ("  ", &example.unchanged)] {
            if let Some(code) = code {
                out.code(mark, code);
            }
        }
    }
}

struct Text {
    out: String,
    palette: Palette,
}

impl Text {
    fn line(&mut self, text: &str) {
        self.out.push_str(text.trim_end());
        self.out.push('\n');
    }

    /// A line of a table; none where there is nothing to say.
    fn field(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            let label = self.palette.paint(self.palette.note(), format!("{:16}", format!("{name}:")));
            self.line(&format!("{label} {value}"));
        }
    }

    fn heading(&mut self, text: &str) {
        self.line("");
        self.line(&self.palette.paint(self.palette.strong(), text).to_string());
    }

    fn code(&mut self, mark: &str, code: &str) {
        let style = match mark {
            "- " => self.palette.removed(),
            "+ " => self.palette.added(),
            _ => anstyle::Style::new(),
        };
        for line in code.trim_matches('\n').lines() {
            self.line(&self.palette.paint(style, format!("  {mark}{line}").trim_end()).to_string());
        }
    }
}
