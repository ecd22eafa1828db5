//! The pointer to a buffer: how it is declared, and names for the variables that come beside it.

use super::super::local::{Local, declaration_of, mentions};
use super::Obstacle;
use crate::edit::Edit;
use crate::source::{indentation, newline_at};
use crate::syntax::{CType, NodeId, NodeKind};
use crate::transform::{OwnedBuffer, Site, is_zero};

/// A pointer to a buffer that was lent.
pub(super) struct Buffer<'a> {
    pub local: Local<'a>,
    /// The block that declares it.
    pub block: NodeId,
    /// Whether it points to what is constant.
    is_const: bool,
}

impl<'a> Buffer<'a> {
    /// The buffer to which the variable `name` points at `node`.
    pub fn new(site: &Site<'a>, names: &OwnedBuffer, node: NodeId, name: &'a str) -> Result<Buffer<'a>, Obstacle> {
        let found = declaration_of(site.model, node, name).ok_or_else(|| Obstacle::Declaration(name.to_owned()));
        let (block, local) = found?;
        Buffer::of(site, names, block, local, None)
    }

    /// The buffer to which a variable points that is set by `call`.
    pub fn of(
        site: &Site<'a>,
        names: &OwnedBuffer,
        block: NodeId,
        local: Local<'a>,
        call: Option<NodeId>,
    ) -> Result<Buffer<'a>, Obstacle> {
        let (model, tree) = (site.model, site.model.tree);
        let obstacle = || Obstacle::Declaration(local.name.to_owned());
        let [declarator, value] = tree.children(local.declarator) else { return Err(obstacle()) };
        let is_pointer = matches!(tree.ctype(*declarator), CType::Pointer(inner) if matches!(**inner, CType::Named(_)));
        let is_set_here = Some(*value) == call && tree.children(local.declaration).len() == 1;
        let is_empty = tree.kind(*value) == NodeKind::Missing || is_zero(model, *value) || is_set_here;
        let whole = tree.range(local.declaration);
        let words = || site.tokens_in(whole).iter().map(|token| token.text(model.source));
        let (mut types, mut is_const) = (0, false);
        for word in words().take_while(|word| *word != b"*") {
            let is_type = names.types.iter().any(|name| name.as_bytes() == word);
            if !is_type && word != b"const" {
                return Err(obstacle());
            }
            types += usize::from(is_type);
            is_const |= word == b"const";
        }
        // The pointer itself is none that stays as it is.
        let is_fixed = words().skip_while(|word| *word != b"*").any(|word| word == b"const");
        // What the object keeps is not to be written to.
        let is_writable = names.release.is_none() && !is_const;
        if is_writable || types != 1 || !is_pointer || !is_empty || is_fixed || site.has_directive(whole) {
            return Err(obstacle());
        }
        Ok(Buffer { local, block, is_const })
    }

    /// The statement that releases it.
    pub fn release(&self, site: &Site<'_>, names: &OwnedBuffer) -> Option<String> {
        let release = site.renamed(names.release.as_ref()?);
        let cast = match (self.is_const, site.model.spelling.named_casts) {
            (false, _) => self.local.name.to_owned(),
            (true, false) => format!("(void *){}", self.local.name),
            (true, true) => format!("const_cast<{} *>({})", names.types.first()?, self.local.name),
        };
        Some(format!("{release}({cast});"))
    }

    /// It points nowhere before it is set.
    pub fn emptied(&self, site: &Site<'_>) -> Option<Edit> {
        let tree = site.model.tree;
        let is_set = tree.children(self.local.declarator).get(1).is_some_and(|v| tree.kind(*v) != NodeKind::Missing);
        let end = tree.range(self.local.declarator).end;
        (!is_set).then(|| Edit::insert(end, format!(" = {}", null(site))))
    }
}

/// How the file spells a null pointer.
pub(super) fn null(site: &Site<'_>) -> &'static str {
    if site.model.spelling.nullptr { "nullptr" } else { "NULL" }
}

/// `name`, if nothing in the region has it.
pub(super) fn free_name(site: &Site<'_>, name: String) -> Result<String, Obstacle> {
    let model = site.model;
    let region = model.tree.range(model.tree.root());
    let is_free = mentions(site, region, |word| word == name.as_bytes()).is_empty()
        && model.file.macro_definition(&name).is_none()
        && model.file.variable(&name).is_none();
    if is_free { Ok(name) } else { Err(Obstacle::Taken(name)) }
}

/// The declaration of a variable of the type.
pub(super) fn declaration(ctype: &CType, name: &str) -> Option<String> {
    match ctype {
        CType::Named(own) if own != "void" => Some(format!("{own} {name};")),
        CType::Pointer(inner) if matches!(**inner, CType::Named(_)) => Some(format!("{ctype}{name};")),
        _ => None,
    }
}

/// What begins a line as far to the right as that of `offset`.
pub(super) fn lead(site: &Site<'_>, offset: u32) -> String {
    let source = site.model.source;
    format!("{}{}", newline_at(source, offset), String::from_utf8_lossy(indentation(source, offset)))
}
