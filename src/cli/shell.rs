//! `completions` and `man`: what shells and readers of manuals want to know, made from the arguments themselves.

use anyhow::anyhow;
use clap::CommandFactory;

use super::args::{Cli, CompletionsArgs, ManArgs};
use super::console::Console;
use super::suggest::{closest, hint};

/// Prints the completions for a shell.
pub fn completions(args: &CompletionsArgs, console: &mut Console) {
    let mut command = Cli::command();
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, name, &mut script);
    console.print(&script);
}

/// Prints the man page of the program or of a subcommand.
///
/// # Errors
///
/// There is no such subcommand.
pub fn man(args: &ManArgs, console: &mut Console) -> anyhow::Result<()> {
    let mut command = Cli::command();
    // Subcommands learn what they are subcommands of.
    command.build();
    let wanted = match &args.subcommand {
        None => &command,
        Some(name) => command.find_subcommand(name).ok_or_else(|| {
            let names = command.get_subcommands().map(clap::Command::get_name);
            anyhow!("there is no subcommand `{name}`{}", hint(closest(name, names)))
        })?,
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(wanted.clone()).render(&mut page)?;
    console.print(&page);
    Ok(())
}
