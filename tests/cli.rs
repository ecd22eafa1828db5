//! Whole command lines: the program itself is run in folders made for it.

#[path = "cli/bad_input.rs"]
mod bad_input;
#[path = "cli/baseline.rs"]
mod baseline;
#[cfg(unix)]
#[path = "cli/bounds.rs"]
mod bounds;
#[path = "cli/config.rs"]
mod config;
#[path = "cli/custom.rs"]
mod custom;
#[path = "cli/cython.rs"]
mod cython;
#[path = "cli/diff.rs"]
mod diff;
#[cfg(unix)]
#[path = "cli/disk.rs"]
mod disk;
#[cfg(unix)]
#[path = "cli/fire.rs"]
mod fire;
#[path = "cli/formats.rs"]
mod formats;
#[path = "cli/guards.rs"]
mod guards;
#[path = "cli/guide.rs"]
mod guide;
#[path = "cli/header.rs"]
mod header;
#[cfg(unix)]
#[path = "cli/interactive.rs"]
mod interactive;
#[path = "cli/messages.rs"]
mod messages;
#[path = "common/modules.rs"]
mod modules;
#[path = "cli/packaging.rs"]
mod packaging;
#[path = "cli/paths.rs"]
mod paths;
#[path = "cli/pythons.rs"]
mod pythons;
#[path = "cli/removed.rs"]
mod removed;
#[path = "cli/selection.rs"]
mod selection;
#[path = "cli/shell.rs"]
mod shell;
#[path = "cli/split.rs"]
mod split;
#[path = "cli/stdin.rs"]
mod stdin;
#[path = "cli/support.rs"]
mod support;
#[cfg(unix)]
#[path = "cli/terminal.rs"]
mod terminal;
#[path = "cli/untrusted.rs"]
mod untrusted;
#[path = "cli/write.rs"]
mod write;
