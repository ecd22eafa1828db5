//! How far a long run is, on the standard error of somebody who watches.

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A run that is shorter shows nothing.
const DELAY: Duration = Duration::from_secs(1);

/// How often the bar is looked at while nothing happens.
pub const TICK: Duration = Duration::from_millis(200);

/// A bar that counts files; it hides while other text is written.
#[derive(Clone, Debug)]
pub struct Progress {
    bar: ProgressBar,
    started: Instant,
    is_watched: bool,
}

impl Progress {
    /// Of a run with nothing to do so far. Without `wanted`, or where nobody watches, there is no bar.
    pub fn new(wanted: bool) -> Progress {
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} files {wide_msg}");
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let is_watched = wanted && io::stderr().is_terminal();
        let bar = bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Progress { bar, started: Instant::now(), is_watched }
    }

    /// So many files are to be done.
    pub fn begin(&self, files: usize) {
        self.bar.set_length(files as u64);
    }

    /// One more file is done.
    pub fn advance(&self) {
        self.bar.inc(1);
        self.look();
    }

    /// Shows the bar once it is time.
    pub fn look(&self) {
        if self.is_watched && self.bar.is_hidden() && self.started.elapsed() >= DELAY && !self.bar.is_finished() {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.tick();
    }

    /// Writes something else while the bar is out of the way.
    pub fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        self.bar.suspend(write)
    }

    /// Whether the bar may stand on the screen.
    pub fn is_shown(&self) -> bool {
        !self.bar.is_hidden()
    }

    /// Takes the bar away.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}
