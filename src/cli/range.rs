//! The Pythons a project is built for: from the command line, from the project, or by default.

use anyhow::{anyhow, bail};

use super::args::RangeArgs;
use super::config::Requirement;
use super::console::Console;
use super::settings::Settings;
use crate::capi::{PythonRange, PythonVersion};

const OLDEST: PythonVersion = PythonVersion::OLDEST;
const NEWEST: PythonVersion = PythonVersion::NEWEST;

/// Sees to what is wrong with the arguments whatever the project says.
///
/// # Errors
///
/// Versions that nothing is known of, or that leave no Python to build for.
pub fn check(args: RangeArgs, console: &Console) -> anyhow::Result<()> {
    if let Some(target) = args.target {
        check_target(target).map_err(|reason| anyhow!("--target {target}: {reason}"))?;
    }
    let Some(min) = args.min_python else { return Ok(()) };
    let target = args.target.unwrap_or(NEWEST);
    if min > target {
        bail!("--min-python {min} is newer than --target {target}");
    }
    if min < OLDEST {
        console
            .note(&format!("--min-python {min}: taken as {OLDEST}, the oldest Python that the rewrites keep in mind"));
    }
    Ok(())
}

/// Whether code can be upgraded for `target`.
///
/// # Errors
///
/// Why not.
pub fn check_target(target: PythonVersion) -> Result<(), String> {
    match target {
        _ if target > NEWEST => Err(format!("the newest Python known here is {NEWEST}")),
        _ if target < OLDEST => Err(format!("the oldest Python known here is {OLDEST}")),
        _ => Ok(()),
    }
}

/// The Pythons of a project with these settings that says `required`. What is wrong with the project's own words is told
/// to the console.
///
/// # Errors
///
/// The oldest Python is newer than the target.
pub fn of_project(
    args: RangeArgs,
    settings: &Settings,
    required: anyhow::Result<Option<Requirement>>,
    console: &mut Console,
) -> anyhow::Result<PythonRange> {
    // A file that cannot be understood is told in any case: it is read for more than this.
    let required = required.unwrap_or_else(|error| {
        console.error(&error);
        None
    });
    let (target, target_by) = match (args.target, settings.target) {
        (None, Some(target)) => (target, format!("`target = \"{target}\"` of {}", settings.file)),
        (given, _) => (given.unwrap_or(NEWEST), format!("--target {}", given.unwrap_or(NEWEST))),
    };
    let (min, by) = match (args.min_python, settings.min_python, required) {
        (Some(min), ..) => (min, format!("--min-python {min}")),
        (None, Some(min), _) => (min, format!("{}: `min-python = \"{min}\"`", settings.file)),
        (None, None, Some(required)) => (required.min, format!("{}: `{}`", required.file, required.specifier)),
        (None, None, None) => return Ok(PythonRange { min: PythonVersion::DEFAULT_MIN.min(target), target }),
    };
    if min > target {
        bail!("{by} asks for a newer Python than {target_by}");
    }
    // What the command line says is told before any project is known.
    if min < OLDEST && args.min_python.is_none() {
        console.note(&format!("{by} is taken as {OLDEST}, the oldest Python that the rewrites keep in mind"));
    }
    Ok(PythonRange { min: min.max(OLDEST), target })
}
