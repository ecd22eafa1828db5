//! meson.build and CMakeLists.txt: a header is listed where others of its folder are. Neither needs it, for both learn
//! from the compiler what a file includes; but whoever lists headers lists all of them.

use std::path::Path;

use super::lists::{Item, List, Syntax, lists, with_item};
use super::{Draft, Header};

/// Build files, how they are read, calls whose arguments are files that are built, and calls that install files.
const BUILD_FILES: [(&str, Syntax, &[&str], &[&str]); 2] = [
    (
        "meson.build",
        Syntax::Commas,
        &["files", "extension_module", "library", "shared_library", "static_library", "shared_module", "executable"],
        &["install_headers", "install_sources", "install_data"],
    ),
    (
        "CMakeLists.txt",
        Syntax::Spaces,
        &[
            "set",
            "list",
            "add_library",
            "add_executable",
            "target_sources",
            "python_add_library",
            "python2_add_library",
            "python3_add_library",
            "python_add_module",
            "pybind11_add_module",
            "nanobind_add_module",
        ],
        &["install"],
    ),
];

/// Adds `header` to the lists that name headers beside it.
pub fn list(draft: &mut Draft<'_>, header: &Header) {
    // From the folder of the header up to the root.
    for folder in Path::new(header.folder()).ancestors() {
        for (name, syntax, building, installing) in BUILD_FILES {
            let path = folder.join(name);
            let Some(mut text) = draft.text(&path) else { continue };
            let Ok(inner) = Path::new(&header.path).strip_prefix(folder) else { continue };
            let inner = inner.to_string_lossy().replace('\\', "/");
            let mut changed = false;
            // Places move with each item that is added, so there is one at a time.
            while let Some(new) = extended(draft, &text, folder, &inner, syntax, building, installing) {
                text = new;
                changed = true;
            }
            if changed {
                draft.put(&path, text);
            }
        }
    }
}

fn extended(
    draft: &Draft<'_>,
    text: &str,
    folder: &Path,
    inner: &str,
    syntax: Syntax,
    building: &[&str],
    installing: &[&str],
) -> Option<String> {
    let parent = |path: &str| path.rsplit_once('/').map_or(String::new(), |(parent, _)| parent.to_owned());
    let is_beside = |item: &&Item| {
        is_header(&item.value) && parent(&item.value) == parent(inner) && draft.files.has(&folder.join(&item.value))
    };
    let lists = lists(text, syntax);
    let mut found = lists.iter().filter(|list| !list.items.iter().any(|item| item.value == inner));
    found.find_map(|list| {
        let called = if list.bracket == b'(' { &list.word } else { &list.call }.to_lowercase();
        let is_assigned = list.bracket == b'[' && called.is_empty();
        // A single header may be meant alone: a configuration, a precompiled header.
        let files = list.items.iter().filter(|item| item.value.contains('.')).count();
        let names_files = building.contains(&&*called) || is_assigned && !is_installed(text, list, installing);
        // What is installed includes it, or else nobody wants it there.
        let includes = |item: &Item| is_header(&item.value) && draft.includers.contains(&folder.join(&item.value));
        let installs = installing.contains(&&*called) && list.items.iter().any(includes);
        if !(names_files && files > 1 || installs) {
            return None;
        }
        let beside: Vec<&Item> = list.items.iter().filter(is_beside).collect();
        let item = beside.iter().find(|item| *item.value > *inner).or(beside.first())?;
        Some(with_item(text, item, inner, syntax))
    })
}

/// Whether a list that is assigned to a name may be one of files to install: that name stands in such a call.
fn is_installed(text: &str, list: &List, installing: &[&str]) -> bool {
    list.word.is_empty() || installing.iter().any(|call| text.contains(call)) && text.matches(&list.word).count() > 1
}

/// Whether a path ends as those of headers do.
pub fn is_header(path: &str) -> bool {
    [".h", ".hpp", ".hh", ".hxx"].iter().any(|ending| path.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::super::tests::planned;

    /// What becomes of `path`; none where nothing is written.
    fn after(path: &str, text: &str) -> Option<String> {
        let files = [(path, text), ("src/own.h", ""), ("src/public.h", ""), ("src/x.c", ""), ("lib/own.h", "")];
        planned(&files).0.remove(path)
    }

    #[test]
    fn where_headers_are_listed() {
        let text = "py.extension_module('x',\n  'x.c',\n  'own.h',\n)\n";
        let expected = "py.extension_module('x',\n  'x.c',\n  'capi_compat.h',\n  'own.h',\n)\n";
        assert_eq!(after("src/meson.build", text).as_deref(), Some(expected));
        let text = "sources = files(['src/x.c', 'src/own.h'])\n";
        let expected = "sources = files(['src/x.c', 'src/capi_compat.h', 'src/own.h'])\n";
        assert_eq!(after("meson.build", text).as_deref(), Some(expected));
        let text = "Python_add_library(x MODULE\n  src/x.c\n  src/own.h)\nset(Y src/own.h src/x.c)\n";
        let expected = "Python_add_library(x MODULE\n  src/x.c\n  src/capi_compat.h\n  src/own.h)\n\
                        set(Y src/capi_compat.h src/own.h src/x.c)\n";
        assert_eq!(after("CMakeLists.txt", text).as_deref(), Some(expected));
    }

    #[test]
    fn where_they_are_not() {
        for text in [
            "py.extension_module('x', 'x.c')\n",
            "x = files('x.c', 'missing.h')\n",
            "configure_file(input: 'own.h', output: 'other.h')\n",
            "install_headers('own.h', 'other.h')\n",
            "hs = ['own.h', 'x.c']\ninstall_headers(hs)\n",
            "x = files('x.c', 'capi_compat.h', 'own.h')\n",
        ] {
            assert_eq!(after("src/meson.build", text), None, "{text}");
        }
        for text in [
            "add_library(x MODULE x.c)",
            "configure_file(own.h own.h)",
            "set(CONFIG own.h)",
            "install(FILES own.h x.c DESTINATION include)",
            "set(H ${X}/own.h x.c)",
            "add_library(x ../lib/own.h x.c)",
        ] {
            assert_eq!(after("src/CMakeLists.txt", text), None, "{text}");
        }
    }

    #[test]
    fn it_is_installed_with_a_header_that_includes_it() {
        let text = "install_headers('public.h', subdir: 'x')\n";
        let expected = "install_headers('capi_compat.h', 'public.h', subdir: 'x')\n";
        assert_eq!(after("src/meson.build", text).as_deref(), Some(expected));
        let text = "install(FILES public.h DESTINATION include)\n";
        let expected = "install(FILES capi_compat.h public.h DESTINATION include)\n";
        assert_eq!(after("src/CMakeLists.txt", text).as_deref(), Some(expected));
    }
}
