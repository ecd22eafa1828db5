//! Text of others in HTML.

/// `text` where markup or the value of an attribute is expected.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' => out.push('\t'),
            // What cannot be seen could make code look like other code.
            char if char.is_control() || is_bidirectional(char) => out.push(char::REPLACEMENT_CHARACTER),
            char => out.push(char),
        }
    }
    out
}

/// `text` with what stands between backquotes set as code.
pub fn coded(text: &str) -> String {
    let mut out = String::new();
    let parts: Vec<&str> = text.split('`').collect();
    for (place, part) in parts.iter().enumerate() {
        let is_code = place % 2 == 1 && place + 1 < parts.len();
        match (is_code, place % 2) {
            (true, _) => out += &format!("<code>{}</code>", escaped(part)),
            // A backquote without its other one.
            (false, 1) => out += &format!("`{}", escaped(part)),
            _ => out += &escaped(part),
        }
    }
    out
}

/// Whether a character turns the order of those after it.
fn is_bidirectional(char: char) -> bool {
    matches!(char, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_text() {
        assert_eq!(escaped("<a href=\"x\">'&'</a>"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
        assert_eq!(escaped("a\u{1b}b\u{202e}c\td"), "a\u{fffd}b\u{fffd}c\td");
    }

    #[test]
    fn code_stands_between_backquotes() {
        assert_eq!(coded("`a<b` and `c`"), "<code>a&lt;b</code> and <code>c</code>");
        assert_eq!(coded("one ` only"), "one ` only");
    }
}
