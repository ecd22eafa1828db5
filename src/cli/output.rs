//! What goes to standard output, by `--format`.

use super::args::{Format, UpgradeArgs};
use super::console::Console;
use super::work::Done;
use crate::report::{self, FileReport, RunReport, Summary};

/// The report of a run, as it is asked for.
pub struct Output {
    format: Option<Format>,
    /// For the formats that are one document: the files with something to tell.
    files: Vec<FileReport>,
}

impl Output {
    /// As the arguments ask for it.
    pub fn new(args: &UpgradeArgs) -> Output {
        Output { format: args.format(), files: Vec::new() }
    }

    /// Whether what is left is told on standard error, because the report does not hold it.
    pub fn is_diff(&self) -> bool {
        matches!(self.format, None | Some(Format::Diff))
    }

    /// Whether something is printed for each file.
    pub fn prints_meanwhile(&self) -> bool {
        matches!(self.format, Some(Format::Diff | Format::Text | Format::Github))
    }

    /// Tells of one file, where that can be done without the others.
    pub fn print(&self, done: &Done, console: &mut Console) {
        let palette = console.out_palette();
        match self.format {
            Some(Format::Diff) => console.print(&done.diff),
            Some(Format::Text) => console.print(report::text(&done.report, palette).as_bytes()),
            Some(Format::Github) => console.print(report::github(&done.report).as_bytes()),
            None | Some(Format::Json | Format::Sarif | Format::Html) => {}
        }
    }

    /// Keeps a file for the document, where there is one and the file has something to tell.
    pub fn keep(&mut self, file: FileReport) {
        if self.format.is_some() && !self.prints_meanwhile() && file.has_something() {
            self.files.push(file);
        }
    }

    /// Prints the document, where there is one.
    pub fn finish(self, applied: bool, summary: &Summary, console: &mut Console) {
        let run = RunReport { files: &self.files, errors: console.errors(), applied, summary };
        let document = match self.format {
            Some(Format::Json) => report::json(&run),
            Some(Format::Sarif) => report::sarif(&run),
            Some(Format::Html) => report::html(&run),
            None | Some(Format::Diff | Format::Text | Format::Github) => return,
        };
        console.print(document.as_bytes());
    }
}
