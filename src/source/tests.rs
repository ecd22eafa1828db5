//! What holds of any text, C or not: every byte keeps its place from the lexer to what a parser gets.

use proptest::prelude::*;
use proptest::sample::select;

use super::lexer::lex;
use super::mask::{ReadAs, TypeNames, mask};
use super::region::{macro_definition, split};
use super::{ConditionalTree, Language, TextRange, Token, TokenKind};

const MODULE: &str = include_str!("../../examples/legacy.c");

/// Pieces that say something to the lexer, the conditionals or the masks.
const PIECES: [&str; 40] = [
    "int f(PyObject *op)\n{\n",
    "}\n",
    "{",
    "(",
    ")",
    ";",
    "Py_TYPE(op) = type;",
    "op->ob_type",
    "x = (T *)y",
    "\n#if A\n",
    "\n#ifdef B\n",
    "\n#elif PY_VERSION_HEX < 0x03090000\n",
    "\n#else\n",
    "\n#endif\n",
    "\n#define M(a, b) a##b \\\n  b\n",
    "\n#define N\n",
    "\n# define S \"a\" F \"b\"\r\n",
    "/* two\nlines */",
    "// one \\\n line\n",
    "\"a\\\"b\"",
    "'\\''",
    "R\"x()\" )x\"",
    "L\"",
    "PyObject_HEAD\n",
    "Py_BEGIN_ALLOW_THREADS\n",
    "PyDoc_STRVAR(d, \"e\")\n",
    "PyMODINIT_FUNC\nPyInit_m(void)\n",
    "static ",
    "struct s ",
    "typedef ",
    "FOREACH(x) ",
    "__attribute__((x)) ",
    "case 1: ",
    "\\\n",
    "\r\n",
    "\x0c",
    "\u{e9}",
    "class A : B ",
    "template <class T> ",
    "#",
];

fn text() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop::collection::vec(select(&PIECES[..]), 0..40).prop_map(|pieces| pieces.join(" ").into_bytes());
    let hole = (0..MODULE.len(), 0usize..80).prop_map(|(start, len)| {
        let end = (start + len).min(MODULE.len());
        [&MODULE.as_bytes()[..start], &MODULE.as_bytes()[end..]].concat()
    });
    prop_oneof![3 => pieces, 1 => hole]
}

fn in_order(tokens: &[Token]) -> bool {
    tokens.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start)
}

proptest! {
    #[test]
    fn tokens_comments_and_blanks_are_all_there_is(text in text(), marked: bool) {
        let text = if marked { [b"\xef\xbb\xbf", &text[..]].concat() } else { text };
        let lexed = lex(&text);
        let mut ranges: Vec<_> = lexed.tokens.iter().map(|token| token.range).chain(lexed.comments).collect();
        ranges.sort_unstable();
        let mut at = if marked { 3 } else { 0 };
        for range in ranges {
            prop_assert!(at <= range.start && !range.is_empty(), "{range:?}");
            prop_assert!(are_blanks(&text[at as usize..range.start as usize]), "before {range:?}");
            at = range.end;
        }
        prop_assert!(are_blanks(&text[at as usize..]));
    }

    #[test]
    fn views_hold_tokens_of_the_file_in_their_places(text in text()) {
        let tokens = lex(&text).tokens;
        let Ok(tree) = ConditionalTree::new(&text, &tokens) else { return Ok(()) };
        let wanted: Vec<u32> = tokens.iter().map(|token| token.range.start).collect();
        for view in tree.views(&text, &tokens, &wanted) {
            prop_assert!(in_order(&view));
            for token in &view {
                prop_assert!(tokens.binary_search_by_key(&token.range.start, |token| token.range.start).is_ok());
                prop_assert!(token.kind != TokenKind::Directive);
            }
            for language in [Language::C, Language::Cpp] {
                for region in split(&text, &view, language) {
                    prop_assert!(in_order(&region.tokens) && region.tokens.iter().all(|token| view.contains(token)));
                    prop_assert!(region.tokens.iter().all(|token| region.range.contains(token.range)));
                }
            }
        }
    }

    #[test]
    fn a_masked_region_is_as_long_and_has_its_lines(text in text()) {
        let tokens = lex(&text).tokens;
        let Ok(tree) = ConditionalTree::new(&text, &tokens) else { return Ok(()) };
        let view = tree.views(&text, &tokens, &[]).next().unwrap_or_default();
        let bodies = tokens.iter().filter_map(|token| macro_definition(&text, token)?.body);
        for region in split(&text, &view, Language::C).into_iter().chain(bodies) {
            let own = &text[region.range.to_usize()];
            for read_as in [ReadAs::of(&region), ReadAs::TopLevel, ReadAs::Statements, ReadAs::Expression] {
                let masked = mask(&text, &region, &TypeNames::default(), read_as);
                prop_assert_eq!(masked.text.len(), own.len());
                prop_assert!(masked.text.is_ascii());
                for (at, byte) in masked.text.iter().enumerate() {
                    prop_assert!((*byte == b'\n') <= (own[at] == b'\n'), "a line begins at {at} of {read_as:?}");
                }
                // Strings and what is not ASCII get stand-ins anywhere.
                let is_plain = |range: &TextRange| own[range.to_usize()].iter().all(|b| b.is_ascii() && *b != b'"');
                let is_kept = |range: &&TextRange| !masked.replaced.contains(range) && is_plain(range);
                for range in masked.tokens.iter().filter(is_kept) {
                    prop_assert_eq!(&masked.text[range.to_usize()], &own[range.to_usize()]);
                }
            }
        }
    }
}

/// Whether there is nothing in `text` but blanks and backslashes at the ends of lines.
fn are_blanks(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text).replace("\\\r\n", "").replace("\\\n", "");
    text.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c))
}
