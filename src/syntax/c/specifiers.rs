//! The type that a run of declaration specifiers names.

use crate::syntax::CType;

/// The words of the built-in types, counted as they come: their order is free in C.
#[derive(Debug, Default)]
pub(super) struct BaseType {
    pub(super) long: u32,
    pub(super) short: bool,
    pub(super) unsigned: bool,
    pub(super) signed: bool,
    pub(super) complex: bool,
    /// `void`, `char`, `int`, `float`, `double`, `_Bool` or a sized float.
    pub(super) core: Option<&'static str>,
    /// A typedef name, a struct, or a type that cannot be told.
    pub(super) named: Option<CType>,
}

impl BaseType {
    /// The type in its shortest form: `unsigned long` for `long unsigned int`.
    pub(super) fn finish(self) -> CType {
        if let Some(named) = self.named {
            return named;
        }
        let core = self.core.unwrap_or("int");
        let mut words: Vec<&str> = Vec::new();
        if self.unsigned {
            words.push("unsigned");
        }
        if self.signed && core == "char" {
            words.push("signed");
        }
        if self.short {
            words.push("short");
        }
        words.extend(std::iter::repeat_n("long", self.long.min(2) as usize));
        if self.complex {
            words.push("_Complex");
        }
        if core != "int" || words.is_empty() {
            words.push(core);
        }
        CType::Named(words.join(" "))
    }
}

/// The shortest form of an integer or floating type that `words` name: `unsigned long` for `long unsigned int`.
pub(in crate::syntax) fn shortest_type(words: &[&str]) -> CType {
    let mut base = BaseType::default();
    for word in words {
        match *word {
            "long" => base.long += 1,
            "short" => base.short = true,
            "unsigned" => base.unsigned = true,
            "signed" => base.signed = true,
            "int" => base.core = Some("int"),
            "char" => base.core = Some("char"),
            "double" => base.core = Some("double"),
            "float" => base.core = Some("float"),
            "const" | "volatile" => {}
            _ => return CType::Unknown,
        }
    }
    base.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_types_take_their_shortest_form() {
        let show = |base: BaseType| base.finish().to_string();
        assert_eq!(
            show(BaseType { unsigned: true, long: 1, core: Some("int"), ..Default::default() }),
            "unsigned long"
        );
        assert_eq!(show(BaseType { signed: true, ..Default::default() }), "int");
        assert_eq!(show(BaseType { signed: true, core: Some("char"), ..Default::default() }), "signed char");
        assert_eq!(show(BaseType { long: 1, core: Some("double"), ..Default::default() }), "long double");
        assert_eq!(show(BaseType { unsigned: true, ..Default::default() }), "unsigned");
    }
}
