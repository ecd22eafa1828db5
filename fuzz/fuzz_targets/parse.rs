//! See `tests/fuzzed/parse.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| capi_upgrade_fuzz::hold("parse", data));
