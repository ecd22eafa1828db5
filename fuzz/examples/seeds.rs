//! Writes what a fuzzer begins with: for each target a folder of `corpus` with the examples of the transforms, and
//! `c.dict`, the names of the catalogue and the words of C and C++.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::Path;

use capi_upgrade::source::words;
use capi_upgrade::transform::Catalogue;

/// Words and punctuation that lead somewhere in a parser.
const WORDS: &str = "#define #if #ifdef #ifndef #elif #else #endif #undef #include<Python.h> defined( PY_VERSION_HEX>=0x \
    PY_MAJOR_VERSION __cplusplus typedef struct union enum static inline extern\"C\"{ const unsigned sizeof( _Generic( \
    __attribute__(( __extension__ if( else for( while( do switch( case default: return goto break; continue; \
    class template< typename namespace operator using public: auto decltype( nullptr static_cast< reinterpret_cast< \
    noexcept constexpr [&] [=]( -> ->* :: && || << >> <<= ... ## ({ }) (PyObject*) PyObject_HEAD NULL R\"( )\" /* */ // \\\n";

fn main() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpus = folder.join("corpus");
    let seeds = capi_upgrade_fuzz::seeds(&folder.join("../transforms"));
    for (target, seed) in &seeds {
        fs::create_dir_all(corpus.join(target))?;
        let mut hasher = DefaultHasher::new();
        seed.hash(&mut hasher);
        fs::write(corpus.join(target).join(format!("seed-{:016x}", hasher.finish())), seed)?;
    }
    let mut entries: BTreeSet<&[u8]> = WORDS.split(' ').filter(|word| !word.is_empty()).map(str::as_bytes).collect();
    for transform in Catalogue::builtin().transforms() {
        entries.extend(transform.triggers().iter().map(|name| name.as_bytes()));
        entries.extend(transform.file().rewrites.iter().flat_map(|entry| words(entry.find.as_bytes())));
    }
    let mut dictionary = String::new();
    for entry in &entries {
        let escaped: String = entry.iter().map(|byte| format!("\\x{byte:02X}")).collect();
        writeln!(dictionary, "\"{escaped}\"").expect("a string");
    }
    fs::write(folder.join("c.dict"), dictionary)?;
    println!("{} seeds, {} words", seeds.len(), entries.len());
    Ok(())
}
