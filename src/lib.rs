//! Moves C and C++ extension modules to today's Python C API.

pub mod capi;
pub mod source;
//pub mod syntax;
