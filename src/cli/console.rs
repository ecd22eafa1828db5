//! Standard output and standard error, and what a run has come to.

use std::io::{self, BufWriter, IsTerminal, Write};

use anyhow::anyhow;

use super::args::Color;
use super::exit::Exit;
use super::progress::Progress;
use super::read::reason;
use crate::report::Palette;

/// How much is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// The diff and errors.
    Quiet,
    /// Also what was found, and a summary.
    Normal,
    /// Also what was left aside.
    Verbose,
}

/// Where all messages go. Standard output carries the diff or the text that was asked for, and nothing else.
pub struct Console {
    out: BufWriter<io::Stdout>,
    /// Set once nobody reads standard output any more.
    closed: bool,
    verbosity: Verbosity,
    out_palette: Palette,
    diff_palette: Palette,
    err_palette: Palette,
    exit: Exit,
    /// What went wrong, as it was said.
    errors: Vec<String>,
    progress: Progress,
}

impl Console {
    /// The streams of this process.
    pub fn new(color: Color, verbosity: Verbosity) -> Console {
        let (out, err) = (io::stdout(), io::stderr());
        Console {
            out_palette: Palette::new(coloured(color, &out)),
            // Programs read a diff, and `CLICOLOR_FORCE` is not said for them.
            diff_palette: Palette::new(coloured(color, &out) && (color == Color::Always || out.is_terminal())),
            err_palette: Palette::new(coloured(color, &err)),
            out: BufWriter::new(out),
            closed: false,
            verbosity,
            exit: Exit::Done,
            errors: Vec::new(),
            progress: Progress::default(),
        }
    }

    /// Colours for standard output.
    pub fn out_palette(&self) -> Palette {
        self.out_palette
    }

    /// Colours for a diff on standard output.
    pub fn diff_palette(&self) -> Palette {
        self.diff_palette
    }

    /// Colours for standard error.
    pub fn err_palette(&self) -> Palette {
        self.err_palette
    }

    /// Whether standard output can no longer be written to.
    pub fn closed(&self) -> bool {
        self.closed
    }

    /// Writes to standard output.
    pub fn print(&mut self, bytes: &[u8]) {
        if !self.closed {
            let written = self.out.write_all(bytes);
            self.written(written);
        }
    }

    /// Writes to standard output at once: somebody is to answer.
    pub fn prompt(&mut self, text: &str) {
        self.print(text.as_bytes());
        if !self.closed {
            let flushed = self.out.flush();
            self.written(flushed);
        }
    }

    /// Says what went wrong; the run can no longer end well.
    pub fn error(&mut self, error: &anyhow::Error) {
        self.finish(Exit::Failed);
        let label = self.err_palette.paint(self.err_palette.error(), "error:");
        self.progress.aside(|| say(&format!("{label} {error:#}\n")));
        self.errors.push(format!("{error:#}"));
    }

    /// Says what may be a mistake.
    pub fn warning(&self, message: &str) {
        let label = self.err_palette.paint(self.err_palette.warning(), "warning:");
        self.message(Verbosity::Normal, &format!("{label} {message}\n"));
    }

    /// Says what the user may want to know.
    pub fn note(&self, message: &str) {
        let label = self.err_palette.paint(self.err_palette.note(), "note:");
        self.message(Verbosity::Normal, &format!("{label} {message}\n"));
    }

    /// Whether that much is to be printed.
    pub fn tells(&self, at: Verbosity) -> bool {
        self.verbosity >= at
    }

    /// Writes whole lines to standard error, if that much is to be printed.
    pub fn message(&self, at: Verbosity, lines: &str) {
        if self.tells(at) {
            self.progress.aside(|| say(lines));
        }
    }

    /// What went wrong so far.
    pub fn errors(&self) -> &[String] {
        &self.errors
    }

    /// Begins to show how far a run over `files` is. There is nothing to see where standard output goes to a terminal
    /// meanwhile: it moves by itself.
    pub fn begin(&mut self, files: usize, prints_meanwhile: bool) -> Progress {
        let is_still = !(prints_meanwhile && io::stdout().is_terminal());
        let is_watched = is_still && self.verbosity > Verbosity::Quiet && io::stderr().is_terminal();
        self.progress = if is_watched { Progress::over(files) } else { Progress::default() };
        self.progress.clone()
    }

    /// Notes how the run ends, unless it ends worse already.
    pub fn finish(&mut self, exit: Exit) {
        self.exit = self.exit.max(exit);
    }

    /// How the run ends; everything is written by then.
    pub fn exit(mut self) -> Exit {
        if !self.closed {
            let flushed = self.out.flush();
            self.written(flushed);
        }
        self.exit
    }

    fn written(&mut self, result: io::Result<()>) {
        let Err(error) = result else { return };
        self.closed = true;
        // Who closes the pipe has read enough.
        if error.kind() != io::ErrorKind::BrokenPipe {
            self.error(&anyhow!(reason(&error)).context("standard output"));
        }
    }
}

/// A closed standard error is nothing that could be told.
fn say(lines: &str) {
    let _ = io::stderr().lock().write_all(lines.as_bytes());
}

/// Whether output is coloured: `NO_COLOR` and `CLICOLOR_FORCE` have their say unless the command line has.
fn coloured(color: Color, stream: &impl anstream::stream::RawStream) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => anstream::AutoStream::choice(stream) != anstream::ColorChoice::Never,
    }
}
