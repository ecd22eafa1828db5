//! Ctrl-C and its like. While files are written they wait until what is in hand is whole; at all other times they end the
//! program at once, as ever.

use std::fmt;

/// Why a file is not written: the run is to stop.
#[derive(Debug)]
pub struct Stopped;

impl fmt::Display for Stopped {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("stopped by a signal")
    }
}

impl std::error::Error for Stopped {}

/// Whether the run is to stop.
///
/// # Errors
///
/// It is.
pub fn check() -> Result<(), Stopped> {
    if is_asked() { Err(Stopped) } else { Ok(()) }
}

#[cfg(unix)]
pub use signals::{Writing, is_asked, obey};

#[cfg(unix)]
mod signals {
    use std::sync::Once;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use signal_hook::consts::{SIGINT, SIGTERM, SIGXFSZ};
    use signal_hook::{flag, low_level};

    /// The signal that came; 0 for none.
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    /// Whether a signal ends the program at once: nothing is being written, or it is the second one.
    static AT_ONCE: AtomicBool = AtomicBool::new(true);
    static TOO_LARGE: AtomicBool = AtomicBool::new(false);
    /// How many [`Writing`]s there are.
    static WRITING: AtomicUsize = AtomicUsize::new(0);

    /// Files are being written, as long as this is there.
    pub struct Writing(());

    impl Writing {
        /// From now on signals wait.
        pub fn begin() -> Writing {
            static ONCE: Once = Once::new();
            ONCE.call_once(|| {
                for signal in [SIGINT, SIGTERM].into_iter().filter(|signal| !is_ignored(*signal)) {
                    // In this order; without handlers signals do what they always did.
                    let _ = flag::register_conditional_default(signal, &AT_ONCE);
                    let _ = flag::register_usize(signal, &ASKED, signal as usize);
                    let _ = flag::register(signal, &AT_ONCE);
                }
                // A file above the limit of its size is an error like others then, and no end of the program.
                let _ = flag::register(SIGXFSZ, &TOO_LARGE);
            });
            if WRITING.fetch_add(1, Ordering::SeqCst) == 0 && !is_asked() {
                AT_ONCE.store(false, Ordering::SeqCst);
            }
            Writing(())
        }
    }

    /// Whether whoever started the program wants it not to hear of a signal, as shells do for what runs in the background.
    /// A handler would undo that. Where the system does not say it in this way, it is not known.
    fn is_ignored(signal: i32) -> bool {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        ignored
            .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
            .is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
    }

    impl Drop for Writing {
        fn drop(&mut self) {
            if WRITING.fetch_sub(1, Ordering::SeqCst) == 1 {
                AT_ONCE.store(true, Ordering::SeqCst);
            }
        }
    }

    /// Whether a signal came while files were written.
    pub fn is_asked() -> bool {
        ASKED.load(Ordering::SeqCst) != 0
    }

    /// Ends the program in the way of the signal that came, if one did: a shell is to know it.
    pub fn obey() {
        let signal = ASKED.load(Ordering::SeqCst);
        if signal != 0 {
            // It ends here; were it not so, the exit code says that not all was done.
            let _ = low_level::emulate_default_handler(signal as i32);
        }
    }
}

#[cfg(not(unix))]
mod none {
    /// Files are being written, as long as this is there.
    pub struct Writing(());

    impl Writing {
        /// Signals do what they always do.
        pub fn begin() -> Writing {
            Writing(())
        }
    }

    /// Whether a signal came while files were written: nobody looks.
    pub fn is_asked() -> bool {
        false
    }

    /// Does nothing: no signal was held back.
    pub fn obey() {}
}

#[cfg(not(unix))]
pub use none::{Writing, is_asked, obey};
