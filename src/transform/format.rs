//! The formats by which arguments are parsed and values are built.

use std::ops::Range;

use crate::source::{TokenKind, lex};

/// What a format is for. The units look alike; what stands between them does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormatKind {
    /// Arguments are parsed: `:` and `;` end the units.
    Parse,
    /// A value is built: `:` separates, as `,` and blanks do.
    Build,
}

/// The units of the format that adjacent string literals make, such as `es#`, `O!` and `(`. A macro among the literals ends
/// a unit and is none itself.
pub fn units(literals: &[u8], kind: FormatKind) -> Vec<Vec<u8>> {
    let mut format = Vec::new();
    let mut depth = 0;
    for token in lex(literals).tokens {
        match token.text(literals) {
            b"(" => depth += 1,
            b")" => depth -= 1,
            text if token.kind == TokenKind::String && depth == 0 => format.extend(content(text)),
            _ => format.push(b' '),
        }
    }
    spans(&format, kind).into_iter().map(|span| format[span].to_vec()).collect()
}

/// Where the units of a format stand in it.
pub fn spans(format: &[u8], kind: FormatKind) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut at = 0;
    while let Some(first) = format.get(at) {
        if kind == FormatKind::Parse && matches!(first, b':' | b';') {
            break;
        }
        // Separators and the marks of optional arguments are no units; the parenthesis that begins nested ones is.
        let length = if first.is_ascii_alphabetic() { unit_length(&format[at..], kind) } else { 1 };
        if first.is_ascii_alphabetic() || kind == FormatKind::Parse && *first == b'(' {
            spans.push(at..at + length);
        }
        at += length;
    }
    spans
}

/// How many arguments of the call a unit takes: a `#` adds the length, the last of them.
pub fn arguments_of(unit: &[u8], kind: FormatKind) -> usize {
    let Some(first) = unit.first().filter(|byte| byte.is_ascii_alphabetic()) else { return 0 };
    // The name of an encoding.
    let encoding = kind == FormatKind::Parse && *first == b'e';
    1 + usize::from(encoding) + usize::from(matches!(unit.last(), Some(b'#' | b'!' | b'&')))
}

/// The length of the unit at the front of `format`.
fn unit_length(format: &[u8], kind: FormatKind) -> usize {
    let letters = match format {
        [b'e', b's' | b't', ..] if kind == FormatKind::Parse => 2,
        _ => 1,
    };
    letters + usize::from(matches!(format.get(letters), Some(b'#' | b'*' | b'!' | b'&')))
}

/// What stands between the quotes of a literal. What is escaped is no unit.
fn content(literal: &[u8]) -> Vec<u8> {
    let start = memchr::memchr(b'"', literal).map_or(literal.len(), |quote| quote + 1);
    let mut bytes = literal[start..].strip_suffix(b"\"").unwrap_or(&literal[start..]).iter();
    let mut content = Vec::with_capacity(literal.len());
    while let Some(byte) = bytes.next() {
        let is_escaped = *byte == b'\\' && bytes.next().is_some();
        content.push(if is_escaped { b' ' } else { *byte });
    }
    content
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(literals: &str, kind: FormatKind, expected: &[&str]) {
        let found = units(literals.as_bytes(), kind);
        let found: Vec<_> = found.iter().map(|unit| std::str::from_utf8(unit).unwrap()).collect();
        assert_eq!(found, expected, "{literals}");
    }

    #[test]
    fn units_of_arguments() {
        use FormatKind::Parse;
        check(r#""""#, Parse, &[]);
        check(r#""s#|O!O&$pw*:function""#, Parse, &["s#", "O!", "O&", "p", "w*"]);
        check(r#""(ii)(s#y*)z*;u is the message""#, Parse, &["(", "i", "i", "(", "s#", "y*", "z*"]);
        check(r#""es#et#esetsu#Z""#, Parse, &["es#", "et#", "es", "et", "s", "u#", "Z"]);
        check(r#"":u""#, Parse, &[]);
        check(r#""e""#, Parse, &["e"]);
    }

    #[test]
    fn units_of_values() {
        use FormatKind::Build;
        check(r##""{s:i, s:(s#N)}\tO&[u#]""##, Build, &["s", "i", "s", "s#", "N", "O&", "u#"]);
    }

    #[test]
    fn arguments_of_units() {
        for (unit, count) in [("s", 1), ("s#", 2), ("y*", 1), ("es#", 3), ("et", 2), ("O!", 2), ("O&", 2), ("(", 0)] {
            assert_eq!(arguments_of(unit.as_bytes(), FormatKind::Parse), count, "{unit}");
        }
        assert_eq!(arguments_of(b"s#", FormatKind::Build), 2);
    }

    #[test]
    fn adjacent_literals_are_one_format() {
        use FormatKind::Parse;
        check(r##""s" /* length */ "#" "i""##, Parse, &["s#", "i"]);
        check(r##""s" LENGTH "#i""##, Parse, &["s", "i"]);
        check(r##"u8"s" NAME("u") "i:u" "u""##, Parse, &["s", "i"]);
    }
}
