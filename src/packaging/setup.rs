//! setup.py: the headers that an extension depends on, so that it is built again when one changes.

use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

use super::lists::{Item, Syntax, lists, with_item};
use super::{Draft, Header};

/// The keyword of an extension's headers.
const KEYWORD: &str = "depends";

/// Adds `header` to lists of dependencies that name headers beside it.
pub fn depend(draft: &mut Draft<'_>, header: &Header) {
    let path = Path::new("setup.py");
    let Some(mut text) = draft.text(path) else { return };
    let mut changed = false;
    while let Some(new) = extended(&text, header) {
        text = new;
        changed = true;
    }
    if changed {
        draft.put(path, text);
    } else if header.is_new && is_computed(&text) && !text.contains(header.name()) {
        draft.note(format!("setup.py: if `{KEYWORD}` lists headers, it should have \"{}\", too", header.path));
    }
}

fn extended(text: &str, header: &Header) -> Option<String> {
    let parent = |path: &str| path.rsplit_once('/').map_or(String::new(), |(parent, _)| parent.to_owned());
    let is_beside = |item: &&Item| super::listed::is_header(&item.value) && parent(&item.value) == header.folder();
    let lists = lists(text, Syntax::Commas);
    let mut found = lists.iter().filter(|list| list.bracket == b'[' && list.word == KEYWORD && !list.has_others);
    found.find_map(|list| {
        if list.items.iter().any(|item| item.value == header.path) {
            return None;
        }
        let beside: Vec<&Item> = list.items.iter().filter(is_beside).collect();
        let item = beside.iter().find(|item| item.value > header.path).or(beside.first())?;
        Some(with_item(text, item, &header.path, Syntax::Commas))
    })
}

/// Whether dependencies are said by something else than a list of literals. What looks for files finds the new one, too.
fn is_computed(text: &str) -> bool {
    static GIVEN: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?m)^[^#\n]*\bdepends\s*=\s*[^\s=]").expect("a valid pattern"));
    let is_plain = lists(text, Syntax::Commas)
        .iter()
        .filter(|list| list.bracket == b'[' && list.word == KEYWORD && !list.has_others)
        .count();
    GIVEN.find_iter(text).count() > is_plain && !text.contains("glob")
}

#[cfg(test)]
mod tests {
    use super::super::tests::planned;

    fn after(text: &str) -> (Option<String>, Vec<String>) {
        let (mut changes, notes) = planned(&[("setup.py", text), ("MANIFEST.in", "graft src")]);
        (changes.remove("setup.py"), notes)
    }

    #[test]
    fn a_list_of_headers_gets_one_more() {
        let text = "setup(ext_modules=[Extension('x', ['src/x.c'],\n    depends=['src/own.h']),\n\
                    Extension('y', depends=[\n        \"src/a.h\",\n        \"src/own.h\",  # ours\n    ])])\n";
        let expected = "setup(ext_modules=[Extension('x', ['src/x.c'],\n    depends=['src/capi_compat.h', 'src/own.h']),\n\
                        Extension('y', depends=[\n        \"src/a.h\",\n        \"src/capi_compat.h\",\n        \
                        \"src/own.h\",  # ours\n    ])])\n";
        assert_eq!(after(text), (Some(expected.to_owned()), Vec::new()));
    }

    #[test]
    fn what_is_no_plain_list_is_told() {
        let note = "setup.py: if `depends` lists headers, it should have \"src/capi_compat.h\", too".to_owned();
        for text in ["Extension('x', depends=HEADERS)", "Extension('x', depends=['src/own.h', other])"] {
            assert_eq!(after(text), (None, vec![note.clone()]), "{text}");
        }
        for text in ["Extension('x')", "# depends=x", "Extension(depends=glob('src/*.h'))", "f(depends=['lib/a.h'])"] {
            assert_eq!(after(text), (None, Vec::new()), "{text}");
        }
    }
}
