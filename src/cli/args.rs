//! What can be said on the command line.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::console::Verbosity;
use super::exit::Exit;
use super::rename::{self, Rename};
use crate::capi::PythonVersion;
use crate::source::Language;

/// Moves C extension modules to today's Python C API
///
/// Finds every use of an API that was removed, deprecated or superseded, rewrites it in place, and shows the
/// result as a unified diff; --apply changes the files.
#[derive(Debug, Parser)]
#[command(
    name = "capi-upgrade",
    version,
    after_long_help = Exit::help(),
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    max_term_width = 100,
    // What may say where new text goes, for options that need somewhere.
    group = clap::ArgGroup::new("writing").args(["apply", "interactive", "split_by"]).multiple(true),
)]
pub struct Cli {
    /// Something other than the upgrade itself.
    #[command(subcommand)]
    pub command: Option<Command>,

    /// The upgrade.
    #[command(flatten)]
    pub upgrade: UpgradeArgs,

    /// When to colour what is printed; NO_COLOR is respected
    #[arg(long, value_name = "WHEN", value_enum, default_value_t, global = true, help_heading = "Output")]
    pub color: Color,
}

/// What else the program does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the transforms, with the group each is in
    List(ListArgs),
    /// Explain transforms, found by their id or by an API they are about
    Explain(ExplainArgs),
    /// Print the compat header, or put it into a folder
    Header(HeaderArgs),
    /// Print what a shell needs to complete command lines
    Completions(CompletionsArgs),
    /// Print the man page of the program or of a subcommand
    Man(ManArgs),
}

/// Arguments of the upgrade.
#[derive(Debug, Args)]
pub struct UpgradeArgs {
    /// Files and folders; none: the current folder; `-`: standard input
    ///
    /// In folders, files in C, C++ and Cython are read, except in hidden folders and where a `.gitignore` names them.
    /// Those in Cython are only reported on.
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Change the files instead of showing a diff; what came from standard input goes to standard output
    #[arg(long, help_heading = "Mode")]
    pub apply: bool,

    /// Ask about each rewrite, and make those that are wanted
    ///
    /// A file is written when all of it has been asked about. `?` at the question lists the answers.
    #[arg(short, long, conflicts_with = "check", help_heading = "Mode")]
    pub interactive: bool,

    /// Write a series of patches into the folder of --output instead, one for each transform
    ///
    /// Each applies on the one before, with `git am`, `git apply` or `patch -p1`. With --vendor the first one brings the
    /// compat header.
    #[arg(
        long,
        value_name = "WHAT",
        value_enum,
        requires = "output",
        conflicts_with_all = ["apply", "interactive", "check", "format"],
        help_heading = "Mode"
    )]
    pub split_by: Option<SplitBy>,

    /// The folder for the patches of --split-by, in which there are none yet
    #[arg(long, value_name = "DIR", requires = "split_by", help_heading = "Mode")]
    pub output: Option<PathBuf>,

    /// Exit with 1 if a selected rewrite or diagnostic exists
    #[arg(long, help_heading = "Mode")]
    pub check: bool,

    /// Make rewrites that may change behaviour, too
    #[arg(long = "unsafe", help_heading = "Mode")]
    pub allow_unsafe: bool,

    /// The name and place of the file that standard input holds
    #[arg(long, value_name = "NAME", help_heading = "Mode")]
    pub stdin_filename: Option<PathBuf>,

    /// Transforms to run instead of the default ones: ids, groups, `all`, names of the API
    ///
    /// What the project selects and ignores counts for nothing then.
    ///
    /// A name of the API stands for all transforms that find it, introduce it or name it as the replacement.
    /// The groups are removed, deprecated and custom (the default ones), soft-deprecated, borrowed, steals, style, notes
    /// and later (what ends after the target).
    #[arg(long, value_name = "NAME,...", value_delimiter = ',', help_heading = "Selection")]
    pub select: Vec<String>,

    /// Transforms not to run, named in the same ways, beside those that the project ignores
    #[arg(long, value_name = "NAME,...", value_delimiter = ',', help_heading = "Selection")]
    pub ignore: Vec<String>,

    /// Files and folders to leave alone, as in a `.gitignore`, instead of those that the project excludes
    ///
    /// A file that is named on the command line itself is read all the same.
    #[arg(long, value_name = "GLOB,...", value_delimiter = ',', help_heading = "Selection")]
    pub exclude: Vec<String>,

    /// Leave excluded files alone even if they are named on the command line, as pre-commit names them
    #[arg(long, help_heading = "Selection")]
    pub force_exclude: bool,

    /// Transforms beside the built-in ones.
    #[command(flatten)]
    pub custom: CustomArgs,

    /// Findings to leave out.
    #[command(flatten)]
    pub baseline: BaselineArgs,

    /// The Pythons to build for.
    #[command(flatten)]
    pub range: RangeArgs,

    /// Never include the compat header
    #[arg(long, help_heading = "New code")]
    pub no_header: bool,

    /// The name by which the compat header is included [default: what the project says, else capi_compat.h]
    #[arg(
        long,
        value_name = "NAME",
        value_parser = header_name,
        conflicts_with = "no_header",
        help_heading = "New code"
    )]
    pub header: Option<String>,

    /// The language of headers called .h and of standard input
    ///
    /// By itself a header is what its text tells, and C++ where only C++ files include it.
    #[arg(long, value_enum, value_name = "LANG", help_heading = "Mode")]
    pub language: Option<HeaderLanguage>,

    /// Put the compat header where the files that include it find it, or into DIR
    ///
    /// An older copy is replaced; of one that holds only a part of the header, by the same part and what is used now.
    /// One that was changed by hand is left alone.
    #[arg(
        long,
        value_name = "DIR",
        num_args = 0..=1,
        require_equals = true,
        requires = "writing",
        conflicts_with = "no_header",
        help_heading = "New code"
    )]
    pub vendor: Option<Option<PathBuf>>,

    /// With --vendor: replace whatever lies in its place
    #[arg(long, requires = "vendor", help_heading = "New code")]
    pub force: bool,

    /// Write NEW where OLD would be introduced, for a project with a compatibility layer of its own
    ///
    /// The table `[tool.capi-upgrade.rename]` of a project's pyproject.toml says the same of its files. Where both
    /// name OLD, the command line has its way.
    #[arg(long, value_name = "OLD=NEW", value_parser = rename::parse, help_heading = "New code")]
    pub rename: Vec<Rename>,

    /// What standard output gets [default: diff; with --apply: nothing]
    #[arg(long, value_name = "FORMAT", value_enum, help_heading = "Output")]
    pub format: Option<Format>,

    /// Print errors only, besides the diff or report
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Output")]
    pub quiet: bool,

    /// Also list regions that do not parse, generated files and files that are not read
    #[arg(short, long, help_heading = "Output")]
    pub verbose: bool,

    /// Threads to use [default: one for each core]
    #[arg(long, value_name = "N", help_heading = "Output")]
    pub jobs: Option<NonZeroUsize>,
}

impl UpgradeArgs {
    /// How much is printed.
    pub fn verbosity(&self) -> Verbosity {
        match (self.quiet, self.verbose) {
            (true, _) => Verbosity::Quiet,
            (_, true) => Verbosity::Verbose,
            _ => Verbosity::Normal,
        }
    }

    /// What standard output gets; nothing where files are written and no report is asked for.
    pub fn format(&self) -> Option<Format> {
        if self.interactive {
            // Every change is shown before it is asked about.
            return None;
        }
        let writes = self.apply || self.split_by.is_some() || self.baseline.write.is_some();
        self.format.or((!writes).then_some(Format::Diff))
    }

    /// Whether baselines count.
    pub fn has_baseline(&self) -> bool {
        !self.baseline.none && self.baseline.write.is_none()
    }

    /// The name of the header that may be included, or none within if none may; none if nothing is said.
    pub fn header(&self) -> Option<Option<String>> {
        if self.no_header { Some(None) } else { self.header.clone().map(Some) }
    }

    /// How many threads run.
    pub fn jobs(&self) -> usize {
        // Beyond this, threads only take memory.
        const MOST: usize = 256;
        self.jobs.or_else(|| std::thread::available_parallelism().ok()).map_or(1, |jobs| jobs.get().min(MOST))
    }
}

/// Findings that are left out.
#[derive(Debug, Args)]
pub struct BaselineArgs {
    /// Leave out what this file, written by --write-baseline, has: neither rewritten nor reported nor counted by --check
    ///
    /// The key `baseline` in the table `[tool.capi-upgrade]` of a project's pyproject.toml says the same of its files.
    #[arg(long = "baseline", value_name = "FILE", help_heading = "Baseline")]
    pub file: Option<PathBuf>,

    /// Leave nothing out, whatever the project says
    #[arg(long = "no-baseline", conflicts_with = "file", help_heading = "Baseline")]
    pub none: bool,

    /// Write all that is found into a file for --baseline, and change and show nothing
    ///
    /// What needs --unsafe is among it.
    #[arg(
        long = "write-baseline",
        value_name = "FILE",
        conflicts_with_all = ["file", "none", "apply", "interactive", "split_by", "check", "format", "allow_unsafe"],
        help_heading = "Baseline"
    )]
    pub write: Option<PathBuf>,
}

/// The Pythons an extension is built for.
#[derive(Clone, Copy, Debug, Args)]
pub struct RangeArgs {
    /// The oldest Python the code must build for [default: what the project requires, else 3.9]
    ///
    /// The project requires it by `min-python` in the table `[tool.capi-upgrade]` or `requires-python` in pyproject.toml, or by
    /// `python_requires` in setup.cfg or setup.py.
    #[arg(long, value_name = "X.Y", help_heading = "Pythons")]
    pub min_python: Option<PythonVersion>,

    /// The newest Python the code must build for [default: what the project says, else 3.15]
    #[arg(long, value_name = "X.Y", help_heading = "Pythons")]
    pub target: Option<PythonVersion>,
}

/// Transforms beside the built-in ones.
#[derive(Debug, Args)]
pub struct CustomArgs {
    /// Read transforms of your own from DIR, too: *.toml there and in its subfolders
    ///
    /// They make up the group custom, which runs by default. The list `transforms` in the table `[tool.capi-upgrade]` of a
    /// project's pyproject.toml names folders for its files.
    #[arg(long = "transforms", value_name = "DIR", help_heading = "Selection")]
    pub folders: Vec<PathBuf>,
}

/// Arguments of `list`.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// How the list is written
    #[arg(long, value_enum, default_value_t)]
    pub format: ListFormat,

    /// Transforms beside the built-in ones.
    #[command(flatten)]
    pub custom: CustomArgs,

    /// The Pythons the groups are told for.
    #[command(flatten)]
    pub range: RangeArgs,
}

/// How `list` writes.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum ListFormat {
    /// A table
    #[default]
    Text,
    /// An array of objects with every name
    Json,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Ids of transforms, or names of the API
    #[arg(value_name = "ID-OR-API", required = true)]
    pub names: Vec<String>,

    /// Transforms beside the built-in ones.
    #[command(flatten)]
    pub custom: CustomArgs,

    /// The Pythons the groups are told for.
    #[command(flatten)]
    pub range: RangeArgs,
}

/// Arguments of `header`.
#[derive(Debug, Args)]
pub struct HeaderArgs {
    /// Write the header into DIR instead of printing it
    ///
    /// An older copy there is replaced. One that was changed by hand is left alone.
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,

    /// Replace whatever lies in its place
    #[arg(long, requires = "output")]
    pub force: bool,

    /// Leave out what no Python from X.Y on needs
    #[arg(long, value_name = "X.Y")]
    pub min_python: Option<PythonVersion>,

    /// Keep only these names and what they are made of
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    pub only: Vec<String>,

    /// Keep only what these files and folders use, and what that is made of
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub used_by: Vec<PathBuf>,
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// Arguments of `man`.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// The subcommand; none: the program itself
    pub subcommand: Option<String>,
}

/// A language that headers may be in.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum HeaderLanguage {
    /// C
    C,
    /// C++
    #[value(name = "c++")]
    Cpp,
}

impl From<HeaderLanguage> for Language {
    fn from(language: HeaderLanguage) -> Language {
        match language {
            HeaderLanguage::C => Language::C,
            HeaderLanguage::Cpp => Language::Cpp,
        }
    }
}

/// What a series of patches is made of.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum SplitBy {
    /// A patch for each transform
    Transform,
}

/// What an upgrade prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A unified diff; what is left is listed on standard error
    Diff,
    /// Every finding with its line, why and what to do
    Text,
    /// Everything, for programs (docs/report.schema.json)
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations in a workflow of GitHub Actions
    Github,
    /// One page for reviewers, with changes side by side
    Html,
}

/// When output is coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The name in an include of the compat header.
///
/// # Errors
///
/// Why it cannot be one.
pub fn header_name(text: &str) -> Result<String, String> {
    if text.is_empty() || text.contains(|char: char| char.is_control() || "\"<>\\".contains(char)) {
        return Err("it should be what stands between the quotes of an #include".to_owned());
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_folder_called_like_a_subcommand_can_be_given() {
        assert!(Cli::parse_from(["capi-upgrade", "list"]).command.is_some());
        for args in [["capi-upgrade", "./list"].as_slice(), &["capi-upgrade", "src", "list"], &["capi-upgrade", "help"]]
        {
            assert!(Cli::parse_from(args).command.is_none(), "{args:?}");
        }
    }
}
