//! The Pythons a project is built for: from the command line, from the project, or by default.

use anyhow::bail;

use super::args::RangeArgs;
use super::config::Requirement;
use super::console::Console;
use crate::capi::{PythonRange, PythonVersion};

const OLDEST: PythonVersion = PythonVersion::OLDEST;
const NEWEST: PythonVersion = PythonVersion::NEWEST;

/// Sees to what is wrong with the arguments whatever the project says.
///
/// # Errors
///
/// Versions that nothing is known of, or that leave no Python to build for.
pub fn check(args: RangeArgs, console: &Console) -> anyhow::Result<()> {
    let target = args.target;
    if target > NEWEST {
        bail!("--target {target}: the newest Python known here is {NEWEST}");
    }
    if target < OLDEST {
        bail!("--target {target}: the oldest Python known here is {OLDEST}");
    }
    let Some(min) = args.min_python else { return Ok(()) };
    if min > target {
        bail!("--min-python {min} is newer than --target {target}");
    }
    if min < OLDEST {
        console
            .note(&format!("--min-python {min}: taken as {OLDEST}, the oldest Python that the rewrites keep in mind"));
    }
    Ok(())
}

/// The Pythons of a project that says `required`. What is wrong with the project's own words is told to the console.
///
/// # Errors
///
/// The project asks for a newer Python than the target.
pub fn of_project(
    args: RangeArgs,
    required: anyhow::Result<Option<Requirement>>,
    console: &mut Console,
) -> anyhow::Result<PythonRange> {
    let target = args.target;
    // A file that cannot be understood is told in any case: it is read for more than this.
    let required = required.unwrap_or_else(|error| {
        console.error(&error);
        None
    });
    if let Some(min) = args.min_python {
        return Ok(PythonRange { min: min.max(OLDEST), target });
    }
    let Some(required) = required else {
        return Ok(PythonRange { min: PythonVersion::DEFAULT_MIN.min(target), target });
    };
    let (file, specifier) = (&required.file, &required.specifier);
    if required.min > target {
        bail!("{file}: `{specifier}` asks for a newer Python than --target {target}");
    }
    if required.min < OLDEST {
        console.note(&format!(
            "{file}: `{specifier}` is taken as {OLDEST}, the oldest Python that the rewrites keep in mind"
        ));
    }
    Ok(PythonRange { min: required.min.max(OLDEST), target })
}
