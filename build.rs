//! Embeds the transforms and builds the index of the names they look for, so that a run decodes only the files of
//! transforms whose names it meets.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

#[path = "src/transform/names.rs"]
mod names;

fn main() {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let folder = root.join("transforms");
    println!("cargo::rerun-if-changed={}", folder.display());
    println!("cargo::rerun-if-changed=src/transform/names.rs");
    let mut out = String::from("&[\n");
    for path in toml_files(&folder) {
        println!("cargo::rerun-if-changed={}", path.display());
        match entry(&path) {
            Ok(entry) => out.push_str(&entry),
            Err(message) => panic!("{}: {message}", path.display()),
        }
    }
    out.push_str("]\n");
    let target = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it")).join("catalogue.rs");
    fs::write(&target, out).expect("the build folder can be written");
}

/// The files of `transforms/<version>/`, sorted by id.
fn toml_files(folder: &Path) -> Vec<PathBuf> {
    let list = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).into_iter().flatten();
        entries.map(|entry| entry.expect("a readable folder").path()).collect()
    };
    let mut files: Vec<PathBuf> = list(folder).iter().filter(|path| path.is_dir()).flat_map(|dir| list(dir)).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort_by_key(|path| path.file_stem().map(std::ffi::OsStr::to_owned));
    files
}

fn entry(path: &Path) -> Result<String, String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| error.to_string())?;
    let id = path.file_stem().and_then(|stem| stem.to_str()).ok_or("a file name that is not text")?;
    let folder = path.parent().and_then(Path::file_name).and_then(|name| name.to_str()).ok_or("no folder")?;

    let old_text = |key: &str| {
        let value = table.get("old").and_then(|old| old.get(key)).and_then(toml::Value::as_str);
        value.map_or("None".to_owned(), |value| format!("Some({value:?})"))
    };
    let names::Outline { names, triggers, beside } =
        names::outline(&table).map_err(|find| format!("no name to look for in `{find}`"))?;
    let mut out = String::new();
    writeln!(
        out,
        "Embedded {{ id: {id:?}, folder: {folder:?}, text: {text:?}, names: &{names:?}, triggers: &{triggers:?}, beside: {beside:?}, \
         deprecated: {}, soft_deprecated: {}, removed: {}, changed: {}, reference: {} }},",
        old_text("deprecated"),
        old_text("soft-deprecated"),
        old_text("removed"),
        old_text("changed"),
        old_text("reference"),
    )
    .expect("a string can be written to");
    Ok(out)
}
