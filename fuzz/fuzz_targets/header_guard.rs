//! See `tests/fuzzed/header_guard.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| capi_upgrade_fuzz::hold("header_guard", data));
