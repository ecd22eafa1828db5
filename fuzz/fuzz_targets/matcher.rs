//! See `tests/fuzzed/matcher.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| capi_upgrade_fuzz::hold("matcher", data));
