//! The program; everything it does is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    capi_upgrade::cli::run(std::env::args_os())
}
