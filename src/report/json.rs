//! JSON, as far as this program writes it.

use std::fmt;

/// A value; it displays as JSON on lines of two blanks' indent.
#[derive(Clone, Debug)]
pub enum Json {
    /// `null`, where something is not known.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number of something.
    Number(usize),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object, its keys in the order given.
    Object(Vec<(&'static str, Json)>),
}

impl Json {
    /// A string, or `null`.
    pub fn optional(text: Option<impl fmt::Display>) -> Json {
        text.map_or(Json::Null, |text| Json::Text(text.to_string()))
    }

    /// A string.
    pub fn text(text: impl Into<String>) -> Json {
        Json::Text(text.into())
    }

    /// An array of strings.
    pub fn texts(texts: impl IntoIterator<Item = impl Into<String>>) -> Json {
        Json::List(texts.into_iter().map(|text| Json::Text(text.into())).collect())
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, indent: usize) -> fmt::Result {
        match self {
            Json::Null => f.write_str("null"),
            Json::Bool(value) => write!(f, "{value}"),
            Json::Number(number) => write!(f, "{number}"),
            Json::Text(text) => write_string(f, text),
            Json::List(items) if items.iter().all(|item| !matches!(item, Json::List(_) | Json::Object(_))) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    f.write_str(if index == 0 { "" } else { ", " })?;
                    item.write(f, indent)?;
                }
                f.write_str("]")
            }
            Json::List(items) => {
                let mut items = items.iter();
                block(f, indent, ['[', ']'], |f| match items.next() {
                    Some(item) => item.write(f, indent + 2).map(|()| items.len() > 0),
                    None => Ok(false),
                })
            }
            Json::Object(fields) if fields.is_empty() => f.write_str("{}"),
            Json::Object(fields) => {
                let mut fields = fields.iter();
                block(f, indent, ['{', '}'], |f| match fields.next() {
                    Some((key, value)) => {
                        write_string(f, key)?;
                        f.write_str(": ")?;
                        value.write(f, indent + 2).map(|()| fields.len() > 0)
                    }
                    None => Ok(false),
                })
            }
        }
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, 0)
    }
}

/// Writes items on lines of their own; `next` writes one and says whether another follows.
fn block(
    f: &mut fmt::Formatter<'_>,
    indent: usize,
    [open, close]: [char; 2],
    mut next: impl FnMut(&mut fmt::Formatter<'_>) -> Result<bool, fmt::Error>,
) -> fmt::Result {
    write!(f, "{open}\n{:1$}", "", indent + 2)?;
    while next(f)? {
        write!(f, ",\n{:1$}", "", indent + 2)?;
    }
    write!(f, "\n{:1$}{close}", "", indent)
}

fn write_string(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("\"")?;
    for char in text.chars() {
        match char {
            '"' | '\\' => write!(f, "\\{char}")?,
            '\n' => f.write_str("\\n")?,
            char if char < ' ' => write!(f, "\\u{:04x}", u32::from(char))?,
            char => write!(f, "{char}")?,
        }
    }
    f.write_str("\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_and_escaped() {
        let value = Json::List(vec![Json::Object(vec![
            ("text", Json::Text("a \"b\"\\\n\u{1}".to_owned())),
            ("none", Json::optional(None::<&str>)),
            ("names", Json::texts(["x", "y"])),
            ("number", Json::Number(7)),
            ("empty", Json::Object(Vec::new())),
        ])]);
        let expected = r#"[
  {
    "text": "a \"b\"\\\n\u0001",
    "none": null,
    "names": ["x", "y"],
    "number": 7,
    "empty": {}
  }
]"#;
        assert_eq!(value.to_string(), expected);
        assert_eq!(Json::List(Vec::new()).to_string(), "[]");
    }
}
