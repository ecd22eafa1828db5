//! The command line: arguments, folders, reading, writing, exit codes.
//!
//! The only room that touches the disk or the terminal. What is found and rewritten is decided elsewhere.

mod args;
mod attributes;
mod baseline;
mod beside;
mod bounds;
mod config;
mod console;
mod copies;
mod custom;
mod exit;
mod explain;
mod file_rules;
mod files;
mod folder;
mod globs;
mod header;
mod interactive;
mod list;
mod open;
mod output;
mod overlay;
mod packaging;
mod progress;
mod project;
mod range;
mod read;
mod rename;
mod requires;
mod select;
mod session;
mod settings;
mod shell;
mod split;
mod stop;
mod suggest;
mod vendor;
mod walk;
mod work;
mod write;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};
use console::Console;

/// Runs one command line, whose first argument is the name of the program.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(message) => {
            // Help and version arrive here too, and a pipe that closes in the middle of them is no failure.
            let _ = message.print();
            return if message.use_stderr() { exit::Exit::Failed } else { exit::Exit::Done }.into();
        }
    };
    let mut console = Console::new(cli.color, cli.upgrade.verbosity());
    let result = match &cli.command {
        None => session::run(&cli.upgrade, &mut console),
        Some(Command::List(args)) => list::run(args, &mut console),
        Some(Command::Explain(args)) => explain::run(args, &mut console),
        Some(Command::Header(args)) => header::run(args, &mut console),
        Some(Command::Completions(args)) => {
            shell::completions(args, &mut console);
            Ok(())
        }
        Some(Command::Man(args)) => shell::man(args, &mut console),
    };
    if let Err(error) = result {
        console.error(&error);
    }
    let exit = console.exit();
    stop::obey();
    exit.into()
}
