//! The program; everything it does is in the library.

use std::process::ExitCode;

/// Trees and tokens are many small pieces, made and dropped in many threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    capi_upgrade::cli::run(std::env::args_os())
}
