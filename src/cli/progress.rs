//! How far a long run is, for somebody who watches.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A run that is shorter shows nothing.
const DELAY: Duration = Duration::from_secs(1);

/// How often the bar is looked at while nothing happens.
pub const TICK: Duration = Duration::from_millis(200);

/// A bar that counts files on standard error; it makes room while other text is written. The default one is never seen.
#[derive(Clone, Debug, Default)]
pub struct Progress(Option<Bar>);

#[derive(Clone, Debug)]
struct Bar {
    bar: ProgressBar,
    started: Instant,
}

impl Progress {
    /// Of a run over so many files.
    pub fn over(files: usize) -> Progress {
        let bar = ProgressBar::with_draw_target(Some(files as u64), ProgressDrawTarget::hidden());
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} files");
        let bar = bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Progress(Some(Bar { bar, started: Instant::now() }))
    }

    /// One more file is done.
    pub fn advance(&self) {
        if let Some(Bar { bar, .. }) = &self.0 {
            bar.inc(1);
        }
        self.look();
    }

    /// Shows the bar once it is time.
    pub fn look(&self) {
        let Some(Bar { bar, started }) = &self.0 else { return };
        if bar.is_hidden() && started.elapsed() >= DELAY {
            bar.set_draw_target(ProgressDrawTarget::stderr());
            bar.tick();
        }
    }

    /// Writes something else while the bar is out of the way.
    pub fn aside(&self, write: impl FnOnce()) {
        match &self.0 {
            Some(Bar { bar, .. }) => bar.suspend(write),
            None => write(),
        }
    }

    /// Takes the bar away for good.
    pub fn end(&self) {
        if let Some(Bar { bar, .. }) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
