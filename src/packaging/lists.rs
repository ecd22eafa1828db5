//! Lists of files in the texts of build files, read by their tokens: what stands in brackets, and which of it is a
//! plain literal.

use std::ops::Range;

use super::newline;

/// How items of a list are set apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// By commas, and only strings are names: Python, Meson, TOML.
    Commas,
    /// By spaces: CMake.
    Spaces,
}

/// A list, or the arguments of a call.
#[derive(Debug)]
pub struct List {
    /// The bracket it begins with.
    pub bracket: u8,
    /// Where it begins.
    pub start: usize,
    /// What is called, or what the list is assigned to; empty where nothing of the kind stands in front.
    pub word: String,
    /// What the innermost call around a list calls.
    pub call: String,
    /// Its plain items.
    pub items: Vec<Item>,
    /// Whether it has other items, too.
    pub has_others: bool,
}

/// A literal that is the whole of an item.
#[derive(Clone, Debug)]
pub struct Item {
    /// Where it stands, with its quotes.
    pub range: Range<usize>,
    /// What it says.
    pub value: String,
}

/// The lists in `text`, in the order in which they end. Where brackets do not match there are no more.
pub fn lists(text: &str, syntax: Syntax) -> Vec<List> {
    let mut reader = Reader { text, syntax, open: Vec::new(), closed: Vec::new() };
    reader.read();
    reader.closed
}

/// A list that has not ended, and the item that is being read.
struct Open {
    list: List,
    literal: Option<Item>,
    is_other: bool,
}

impl Open {
    fn end_item(&mut self) {
        match self.literal.take().filter(|_| !self.is_other) {
            Some(item) => self.list.items.push(item),
            None => self.list.has_others |= self.is_other,
        }
        self.is_other = false;
    }

    fn add(&mut self, item: Item, syntax: Syntax) {
        match (syntax, &self.literal) {
            (Syntax::Spaces, _) => self.list.items.push(item),
            (Syntax::Commas, None) => self.literal = Some(item),
            // Strings that stand side by side are one.
            (Syntax::Commas, Some(_)) => self.is_other = true,
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    syntax: Syntax,
    open: Vec<Open>,
    closed: Vec<List>,
}

impl Reader<'_> {
    fn read(&mut self) {
        let bytes = self.text.as_bytes();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            let end = match byte {
                b'#' => at + bytes[at..].iter().position(|&byte| byte == b'\n').unwrap_or(bytes.len() - at),
                b'"' => self.string(at),
                b'\'' if self.syntax == Syntax::Commas => self.string(at),
                b'(' => self.begin(at),
                b'[' | b'{' if self.syntax == Syntax::Commas => self.begin(at),
                b')' | b']' | b'}' if byte == b')' || self.syntax == Syntax::Commas => {
                    let Some(mut open) = self.open.pop() else { return };
                    let matching = match open.list.bracket {
                        b'(' => b')',
                        b'[' => b']',
                        _ => b'}',
                    };
                    if byte != matching {
                        return;
                    }
                    open.end_item();
                    self.closed.push(open.list);
                    at + 1
                }
                b',' if self.syntax == Syntax::Commas => {
                    self.open.iter_mut().last().into_iter().for_each(Open::end_item);
                    at + 1
                }
                byte if byte.is_ascii_whitespace() => at + 1,
                _ => self.other(at),
            };
            at = end.max(at + 1);
        }
    }

    /// A bracket; the item of the list around it is no literal.
    fn begin(&mut self, at: usize) -> usize {
        let before = self.text[..at].trim_end();
        let assigned = |sign| before.strip_suffix(sign).map(|before: &str| before.strip_suffix('+').unwrap_or(before));
        let named = match self.text.as_bytes()[at] {
            b'(' => Some(before),
            _ => assigned('=').or_else(|| assigned(':')),
        };
        let named = named.unwrap_or_default().trim_end();
        let is_word = |char: char| char.is_alphanumeric() || "_-".contains(char);
        let word = &named[named.trim_end_matches(is_word).len()..];
        let around = self.open.iter().rev().find(|open| open.list.bracket == b'(');
        let call = around.map(|open| open.list.word.clone()).unwrap_or_default();
        if let Some(around) = self.open.last_mut() {
            around.is_other = true;
        }
        let bracket = self.text.as_bytes()[at];
        let list = List { bracket, start: at, word: word.to_owned(), call, items: Vec::new(), has_others: false };
        self.open.push(Open { list, literal: None, is_other: false });
        at + 1
    }

    fn string(&mut self, at: usize) -> usize {
        let text = &self.text[at..];
        let quote = &text[..1];
        let triple = quote.repeat(3);
        let quote = if self.syntax == Syntax::Commas && text.starts_with(&triple) { &triple } else { quote };
        let mut end = quote.len();
        let bytes = text.as_bytes();
        loop {
            match bytes.get(end) {
                None => return self.text.len(),
                // What ends with its line has no end, and is no string.
                Some(b'\n') if quote.len() == 1 && self.syntax == Syntax::Commas => break,
                Some(b'\\') => end += 2,
                Some(_) if bytes[end..].starts_with(quote.as_bytes()) => {
                    end += quote.len();
                    break;
                }
                Some(_) => end += 1,
            }
        }
        let literal = text.get(..end).filter(|literal| quote.len() == 1 && !literal.contains(['\\', '\n', '$']));
        let value = literal.and_then(|literal| literal.get(1..end - 1)).filter(|_| bytes[end - 1] == bytes[0]);
        if let Some(open) = self.open.last_mut() {
            match value {
                Some(value) => open.add(Item { range: at..at + end, value: value.to_owned() }, self.syntax),
                None => open.is_other = true,
            }
        }
        at + end.min(text.len())
    }

    /// Anything else: an expression, or in CMake a word.
    fn other(&mut self, at: usize) -> usize {
        let text = &self.text[at..];
        if self.syntax == Syntax::Commas {
            self.open.iter_mut().last().into_iter().for_each(|open| open.is_other = true);
            return at + text.chars().next().map_or(1, char::len_utf8);
        }
        let end = text.find(|char: char| char.is_whitespace() || "()\"#".contains(char)).unwrap_or(text.len());
        if let Some(open) = self.open.last_mut() {
            match text[..end].contains(['$', ';', '\\', '<', '=']) {
                true => open.list.has_others = true,
                false => open.add(Item { range: at..at + end, value: text[..end].to_owned() }, self.syntax),
            }
        }
        at + end
    }
}

/// `text` with an item in front of `item`, on a line of its own where that begins one.
pub fn with_item(text: &str, item: &Item, value: &str, syntax: Syntax) -> String {
    let start = item.range.start;
    let line = &text[text[..start].rfind('\n').map_or(0, |end| end + 1)..start];
    let space = if line.trim().is_empty() { format!("{}{line}", newline(text)) } else { " ".to_owned() };
    let quote = text[start..].chars().next().filter(|quote| "'\"".contains(*quote));
    let quote = quote.map(String::from).unwrap_or_default();
    let comma = if syntax == Syntax::Commas { "," } else { "" };
    format!("{}{quote}{value}{quote}{comma}{space}{}", &text[..start], &text[start..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str, syntax: Syntax) -> Vec<(String, Vec<String>, bool)> {
        let lists = lists(text, syntax).into_iter();
        let values = |list: &List| list.items.iter().map(|item| item.value.clone()).collect();
        lists.map(|list| (list.word.clone(), values(&list), list.has_others)).collect()
    }

    #[test]
    fn items_between_commas() {
        let text = "f(x, depends = ['a.h', # 'c.h'\n \"b.h\", r'c', 'd' 'e', g('h'), ])";
        let found = values(text, Syntax::Commas);
        assert_eq!(found[0], ("g".into(), vec!["h".into()], false));
        assert_eq!(found[1], ("depends".into(), vec!["a.h".into(), "b.h".into()], true));
        assert_eq!(found[2], ("f".into(), vec![], true));
    }

    #[test]
    fn items_between_spaces() {
        let found = values("add_library(x a.c\n  \"a.h\" ${B} # c.h\n  d.h)", Syntax::Spaces);
        let items = ["x", "a.c", "a.h", "d.h"].map(str::to_owned).to_vec();
        assert_eq!(found, [("add_library".into(), items, true)]);
    }

    #[test]
    fn nonsense_does_no_harm() {
        for text in ["[", "]", "['", "['a", "'''", "(\\", "['\\", "[\"é\n\"é", "(]", "[é'é'", "'''a\\", "f(\"\\"] {
            let _ = (lists(text, Syntax::Commas), lists(text, Syntax::Spaces));
        }
    }

    #[test]
    fn an_item_goes_in_front_of_another() {
        let add = |text: &str, syntax| {
            let lists = lists(text, syntax);
            with_item(text, lists[0].items.last().unwrap(), "new.h", syntax)
        };
        assert_eq!(add("x = ['a.h']", Syntax::Commas), "x = ['new.h', 'a.h']");
        assert_eq!(add("x = [\n\t\"a.h\",\n]", Syntax::Commas), "x = [\n\t\"new.h\",\n\t\"a.h\",\n]");
        assert_eq!(add("s(X\r\n  a.h)", Syntax::Spaces), "s(X\r\n  new.h\r\n  a.h)");
        assert_eq!(add("s(X \"a.h\")", Syntax::Spaces), "s(X \"new.h\" \"a.h\")");
    }
}
