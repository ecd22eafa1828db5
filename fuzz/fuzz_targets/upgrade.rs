//! See `tests/fuzzed/upgrade.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| capi_upgrade_fuzz::hold("upgrade", data));
