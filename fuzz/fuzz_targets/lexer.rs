//! See `tests/fuzzed/lexer.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| capi_upgrade_fuzz::hold("lexer", data));
