//! Types and names at a place in a syntax tree.

use std::path::Path;

use super::index::{FileIndex, ProjectIndex};
use super::spelling::Spelling;
use crate::capi;
use crate::source::Language;
use crate::syntax::{CType, NodeId, NodeKind, SyntaxTree, UnaryOperator};

/// Yes, no, or not to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "said by the type")]
pub enum Answer {
    Yes,
    No,
    Unknown,
}

/// Answers questions about one region of one file.
#[derive(Clone, Copy)]
pub struct SemanticModel<'a> {
    /// The bytes of the file.
    pub source: &'a [u8],
    /// The region's tree.
    pub tree: &'a SyntaxTree,
    /// What the file declares.
    pub file: &'a FileIndex,
    /// What the file's project declares.
    pub project: &'a ProjectIndex,
    /// The file's path below the project's root.
    pub path: &'a Path,
    /// The parameters of the macro, where the region is a macro's body.
    pub macro_parameters: &'a [&'a [u8]],
    /// Whether the region is a macro's body: names in it mean what they mean where the macro is used.
    pub in_macro: bool,
    /// Whether the file assigns to a use of that macro, or takes its address.
    pub macro_is_place: bool,
    /// Whether names that the project defines are looked for, too.
    pub seeks_own_names: bool,
    /// The language of the region.
    pub language: Language,
    /// How the file spells what C++ has several spellings for.
    pub spelling: Spelling,
    /// Whether the region is a member of a class: names in it may be those of other members.
    pub in_class: bool,
}

/// How many typedefs are followed before a chain counts as unknown; cycles end here.
const MAX_TYPEDEF_CHAIN: usize = 16;

impl<'a> SemanticModel<'a> {
    /// The text of a node without its redundant parentheses.
    pub fn text(&self, node: NodeId) -> &'a [u8] {
        &self.source[self.tree.core(node).to_usize()]
    }

    fn name(&self, node: NodeId) -> &'a str {
        std::str::from_utf8(self.text(node)).unwrap_or("")
    }

    /// Whether the name that `node` is stands for the thing of that name that is looked for: it is neither a local
    /// variable nor a parameter, and unless that is looked for, the project does not define it itself.
    pub fn is_sought_name(&self, node: NodeId) -> bool {
        let name = self.name(node);
        self.local_type(node, name).is_none()
            && !self.is_macro_parameter(name)
            && !self.is_taken(name)
            && if self.seeks_own_names { !self.may_declare(node, name) } else { self.file.variable(name).is_none() }
    }

    /// Whether what looks like a call may be a declaration of `name`, for it stands at the top level of a file:
    /// `API(int) f(x);`. Only a macro is called there.
    fn may_declare(&self, node: NodeId, name: &str) -> bool {
        let Some(call) = self.tree.parent(node).filter(|call| self.tree.kind(*call) == NodeKind::Call) else {
            return false;
        };
        // Masking makes the head of a statement of what stands in front.
        let is_statement = |node: &NodeId| {
            let kind = self.tree.kind(*node);
            matches!(kind, NodeKind::ExpressionStatement | NodeKind::If | NodeKind::While | NodeKind::For)
        };
        let mut outer = self.tree.parent(call);
        while let Some(statement) = outer.filter(is_statement) {
            outer = self.tree.parent(statement);
        }
        let is_macro = self.file.macro_definition(name).is_some() || self.project.is_macro_for(self.path, name);
        !self.in_macro && outer.is_some_and(|outer| self.tree.kind(outer) == NodeKind::Root) && !is_macro
    }

    /// Whether `name` is not the C API's, for the project defines it, and it is not the project's names that are
    /// looked for. A function that CPython never compiles stands in for the C API's where that lacks it.
    pub fn is_taken(&self, name: &str) -> bool {
        !self.seeks_own_names && self.is_defined_by_project(name) && !self.is_stand_in(name)
    }

    /// Whether the project defines `name` as a function, and only for other builds than CPython without the Limited API.
    fn is_stand_in(&self, name: &str) -> bool {
        let functions = [self.file.function(name), self.project.function_for(self.path, name)];
        functions.iter().flatten().any(|function| function.defined)
            && !functions.iter().flatten().any(|function| function.native)
            && !self.file.has_live_macro(name)
            && !self.file.has_enumerator(name)
            && !self.project.is_macro_for(self.path, name)
    }

    /// Whether the project has a function or macro of its own called `name` that this file sees.
    pub fn is_defined_by_project(&self, name: &str) -> bool {
        defines(self.file, name) || self.project.is_defined_for(self.path, name)
    }

    fn is_macro_parameter(&self, name: &str) -> bool {
        self.macro_parameters.contains(&name.as_bytes())
    }

    /// Whether the expression `node` is an argument of a macro that assigns to it, or takes its address. Where a
    /// macro of the project's own does not plainly do so, it is not known.
    pub fn is_place_of_macro(&self, node: NodeId) -> Answer {
        let Some(call) = self.tree.parent(node).filter(|parent| self.tree.kind(*parent) == NodeKind::Call) else {
            return Answer::No;
        };
        let children = self.tree.children(call);
        let position = children.iter().position(|child| *child == node).unwrap_or(0);
        let callee = children[0];
        if position == 0 || self.tree.kind(callee) != NodeKind::Identifier {
            return Answer::No;
        }
        let name = self.name(callee);
        let argument = position - 1;
        let own = self.file.macro_definition(name).filter(|found| found.function_like);
        if capi::assigns_to(name, argument)
            || own.is_some_and(|own| own.places.contains(&argument))
            || self.project.is_place_macro_for(self.path, name, argument)
        {
            return Answer::Yes;
        }
        if own.is_some() || self.project.is_macro_for(self.path, name) { Answer::Unknown } else { Answer::No }
    }

    /// Whether `name` is a macro of the project's that may stand for several values.
    pub fn is_list_macro(&self, name: &str) -> bool {
        self.file.macro_definition(name).is_some_and(|found| found.is_list)
            || self.project.is_list_macro_for(self.path, name)
    }

    /// Whether the expression `node` has the type `wanted`. For `PyObject *` any pointer to an object will do.
    /// A declared type that is another one is *no*, also where its own definition was not seen.
    pub fn has_type(&self, node: NodeId, wanted: &CType) -> Answer {
        let actual = self.resolved(self.type_of(node));
        let (CType::Pointer(wanted), CType::Pointer(actual)) = (wanted, &actual) else {
            return match (&actual, wanted) {
                (CType::Unknown, _) => Answer::Unknown,
                (actual, wanted) if actual == wanted => Answer::Yes,
                _ => Answer::No,
            };
        };
        let (CType::Named(wanted), actual) = (&**wanted, self.resolved((**actual).clone())) else {
            return Answer::Unknown;
        };
        match &actual {
            CType::Unknown => Answer::Unknown,
            CType::Named(name) | CType::Tagged(name) => self.names_type(capi::canonical_type(name), wanted),
            _ => Answer::No,
        }
    }

    /// Whether what operators do with the expression `node` is what C does: it is of no class of C++, which may have operators
    /// of its own.
    pub fn is_plain_value(&self, node: NodeId) -> Answer {
        if self.language == Language::C || self.text(node) == b"this" {
            return Answer::Yes;
        }
        let all_of = |nodes: &[NodeId]| {
            let answers = nodes.iter().map(|node| self.is_plain_value(*node));
            answers.fold(Answer::Yes, |all, own| if all == Answer::Yes { own } else { all })
        };
        match self.resolved(self.type_of(node)) {
            CType::Unknown => match self.tree.kind(node) {
                NodeKind::Binary(_) | NodeKind::Unary(_) => all_of(self.tree.children(node)),
                NodeKind::Identifier if capi::symbol(self.name(node)).is_some() => Answer::Yes,
                _ => Answer::Unknown,
            },
            CType::Named(name) if !capi::is_builtin_type(&name) => Answer::No,
            CType::Tagged(_) => Answer::No,
            _ => Answer::Yes,
        }
    }

    /// Whether the expression `node` has the type `wanted` and no other, typedefs aside.
    pub fn has_exact_type(&self, node: NodeId, wanted: &CType) -> Answer {
        let actual = self.spelled_out(self.type_of(node));
        match actual {
            CType::Unknown => Answer::Unknown,
            actual if actual == self.spelled_out(wanted.clone()) => Answer::Yes,
            _ => Answer::No,
        }
    }

    /// `ctype` with typedefs replaced at every level.
    fn spelled_out(&self, ctype: CType) -> CType {
        match self.resolved(ctype) {
            CType::Pointer(inner) => match self.spelled_out(*inner) {
                CType::Unknown => CType::Unknown,
                inner => inner.pointer(),
            },
            CType::Tagged(tag) => CType::Named(capi::canonical_type(&tag).to_owned()),
            other => other,
        }
    }

    fn names_type(&self, name: &str, wanted: &str) -> Answer {
        if name == wanted {
            return Answer::Yes;
        }
        if !matches!(wanted, "PyObject" | "PyVarObject") {
            return Answer::No;
        }
        if capi::is_object_type(name) || self.project.is_object(name) || self.file.is_object(name) {
            return Answer::Yes;
        }
        // What nothing at hand defines may be an object of a header that was not found, or of another library.
        let typedef = self.file.typedef(name).or_else(|| self.project.typedef(name));
        let structure = self.file.structure(name).or_else(|| self.project.structure(name));
        let is_seen = typedef.is_some() || structure.is_some() || capi::is_builtin_type(name);
        if is_seen { Answer::No } else { Answer::Unknown }
    }

    /// `ctype` with typedefs at its top replaced by what they stand for.
    fn resolved(&self, ctype: CType) -> CType {
        let mut current = ctype;
        for _ in 0..MAX_TYPEDEF_CHAIN {
            let CType::Named(name) = &current else { return current };
            if capi::is_object_type(name) {
                return current;
            }
            let found = self.file.typedef(name).or_else(|| self.project.typedef(name));
            let Some(next) = found.filter(|next| **next != current) else { return current };
            current = next.clone();
        }
        CType::Unknown
    }

    /// The declared type of the expression `node`.
    pub fn type_of(&self, node: NodeId) -> CType {
        let tree = self.tree;
        let children = tree.children(node);
        match tree.kind(node) {
            NodeKind::Identifier => self.type_of_name(node),
            NodeKind::Cast | NodeKind::CompoundLiteral => tree.ctype(children[0]).clone(),
            NodeKind::Call => self.type_of_call(children[0]),
            NodeKind::Member { .. } => self.type_of_member(children[0], children[1]),
            NodeKind::Index => self.pointee_of(children[0]),
            NodeKind::Unary(UnaryOperator::Dereference) => self.pointee_of(children[0]),
            NodeKind::Unary(UnaryOperator::AddressOf) => match self.type_of(children[0]) {
                CType::Unknown => CType::Unknown,
                other => other.pointer(),
            },
            NodeKind::Unary(UnaryOperator::PreIncrement | UnaryOperator::PreDecrement)
            | NodeKind::PostIncrement
            | NodeKind::PostDecrement
            | NodeKind::Assign(_) => self.type_of(children[0]),
            NodeKind::Comma => children.last().map_or(CType::Unknown, |last| self.type_of(*last)),
            NodeKind::Conditional => match self.type_of(children[1]) {
                pointer @ CType::Pointer(_) => pointer,
                _ => self.type_of(children[2]),
            },
            NodeKind::Binary(_) => match self.type_of(children[0]) {
                pointer @ (CType::Pointer(_) | CType::Array(_)) => pointer,
                _ => CType::Unknown,
            },
            NodeKind::Number | NodeKind::Char => CType::Named("int".to_owned()),
            NodeKind::String => CType::Named("char".to_owned()).pointer(),
            _ => CType::Unknown,
        }
    }

    fn pointee_of(&self, node: NodeId) -> CType {
        let ctype = self.resolved(self.type_of(node));
        ctype.pointee().cloned().unwrap_or(CType::Unknown)
    }

    fn type_of_name(&self, node: NodeId) -> CType {
        let name = self.name(node);
        if let Some(local) = self.local_type(node, name) {
            return local;
        }
        if self.in_macro || self.in_class || self.is_macro_parameter(name) {
            return CType::Unknown;
        }
        let declared = self.file.variable(name).or_else(|| self.project.variable_for(self.path, name));
        match declared {
            Some(ctype) => ctype.clone(),
            None if self.is_defined_by_project(name) => CType::Unknown,
            None => capi::global_type(name).map_or(CType::Unknown, CType::parse),
        }
    }

    fn type_of_call(&self, callee: NodeId) -> CType {
        if self.tree.kind(callee) != NodeKind::Identifier {
            return match self.resolved(self.type_of(callee)) {
                CType::Function(returns) => *returns,
                CType::Pointer(inner) => match *inner {
                    CType::Function(returns) => *returns,
                    _ => CType::Unknown,
                },
                _ => CType::Unknown,
            };
        }
        let name = self.name(callee);
        match self.local_type(callee, name).map(|ctype| self.resolved(ctype)) {
            Some(CType::Function(returns)) => *returns,
            Some(_) => CType::Unknown,
            None => self.returned_by(name),
        }
    }

    /// The type that the function `name`, which is not local, returns.
    fn returned_by(&self, name: &str) -> CType {
        if let Some(function) = self.file.function(name).or_else(|| self.project.function_for(self.path, name)) {
            return function.returns.clone();
        }
        if self.is_defined_by_project(name) {
            return CType::Unknown;
        }
        capi::return_type(name).map_or(CType::Unknown, CType::parse)
    }

    fn type_of_member(&self, base: NodeId, field: NodeId) -> CType {
        let base = self.resolved(self.type_of(base));
        let structure = match &base {
            CType::Pointer(inner) | CType::Array(inner) => self.resolved((**inner).clone()),
            other => other.clone(),
        };
        let (CType::Named(name) | CType::Tagged(name)) = &structure else { return CType::Unknown };
        let field = self.name(field);
        let own = self.file.structure(name).or_else(|| self.project.structure(name));
        if let Some(own) = own {
            return own.field(field).cloned().unwrap_or(CType::Unknown);
        }
        capi::field_type(capi::canonical_type(name), field).map_or(CType::Unknown, CType::parse)
    }

    /// The type that a declaration inside the region gives `name` at `node`.
    fn local_type(&self, node: NodeId, name: &str) -> Option<CType> {
        let declarator = self.declarator_of(node, name)?;
        let ctype = self.tree.ctype(declarator);
        Some(if is_deduced(ctype) { self.deduced(declarator) } else { ctype.clone() })
    }

    /// The type of a variable that is declared as `auto`: that of a cast, or of what a function returns that is not local.
    /// It does not follow other variables, so that no chain of them is too long.
    fn deduced(&self, declarator: NodeId) -> CType {
        let item = self.tree.parent(declarator).filter(|up| self.tree.kind(*up) == NodeKind::InitDeclarator);
        let Some(value) = item.and_then(|item| self.tree.children(item).get(1).copied()) else { return CType::Unknown };
        let children = self.tree.children(value);
        match self.tree.kind(value) {
            NodeKind::Cast => self.tree.ctype(children[0]).clone(),
            NodeKind::Call if self.tree.kind(children[0]) == NodeKind::Identifier => {
                let name = self.name(children[0]);
                let is_own = self.in_class || self.declarator_of(children[0], name).is_some();
                if is_own || self.is_macro_parameter(name) { CType::Unknown } else { self.returned_by(name) }
            }
            _ => CType::Unknown,
        }
    }

    /// The function of the file in which `node` stands, by whose name code there can tell it; none for one of a class, or a
    /// lambda.
    pub fn function_around(&self, node: NodeId) -> Option<FunctionAround<'a>> {
        let mut definition = node;
        while self.tree.kind(definition) != NodeKind::FunctionDefinition {
            definition = self.tree.parent(definition)?;
            if self.tree.kind(definition) == NodeKind::Lambda {
                return None;
            }
        }
        let children = self.tree.children(definition);
        let declarator = *children.iter().find(|child| self.tree.kind(**child) == NodeKind::Declarator)?;
        let own = *self.tree.children(declarator).first()?;
        let is_plain = self.tree.kind(own) == NodeKind::Identifier && !self.in_class && !self.in_macro;
        is_plain.then(|| FunctionAround { definition, declarator, name: self.name(own) })
    }

    /// The `Declarator` inside the region that declares what `name` stands for at `node`.
    pub fn declarator_of(&self, node: NodeId, name: &str) -> Option<NodeId> {
        let mut inner = node;
        while let Some(outer) = self.tree.parent(inner) {
            let declares = match self.tree.kind(outer) {
                NodeKind::Compound | NodeKind::For | NodeKind::FunctionDefinition => true,
                NodeKind::ForRange | NodeKind::Catch | NodeKind::Lambda => true,
                // At the top level of a region that is not a function, names are the file's.
                NodeKind::Root => self.in_macro,
                _ => false,
            };
            if declares {
                // Later declarations come first, for they hide earlier ones; those behind the place do not count.
                // A declaration's own initializer sees the name it declares.
                let siblings = self.tree.children(outer);
                let end = siblings.iter().position(|child| *child == inner).map_or(0, |at| at + 1);
                let found = siblings[..end].iter().rev().find_map(|child| self.declarator_in(*child, name));
                if found.is_some() {
                    return found;
                }
            }
            inner = outer;
        }
        None
    }

    /// The declarator of `name` in the declaration or declarator `node`.
    fn declarator_in(&self, node: NodeId, name: &str) -> Option<NodeId> {
        let tree = self.tree;
        let children = tree.children(node);
        match tree.kind(node) {
            NodeKind::Declaration { .. } => children.iter().find_map(|child| self.declarator_in(*child, name)),
            NodeKind::InitDeclarator => self.declarator_in(*children.first()?, name),
            NodeKind::Parameter => self.declarator_in(*children.first()?, name),
            NodeKind::Declarator => {
                let own = *children.first()?;
                if tree.kind(own) == NodeKind::Identifier && self.text(own) == name.as_bytes() {
                    return Some(node);
                }
                // The parameters of a function that is being defined.
                let defined = tree.parent(node).is_some_and(|up| tree.kind(up) == NodeKind::FunctionDefinition);
                let parameters = children.iter().filter(|child| defined && tree.kind(**child) == NodeKind::Parameter);
                parameters.into_iter().find_map(|parameter| self.declarator_in(*parameter, name))
            }
            _ => None,
        }
    }
}

/// A function that is being defined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FunctionAround<'a> {
    /// Its `FunctionDefinition`.
    pub definition: NodeId,
    /// The `Declarator` of that.
    pub declarator: NodeId,
    /// Its name.
    pub name: &'a str,
}

/// Whether the type is `auto`, or a pointer to it.
fn is_deduced(ctype: &CType) -> bool {
    match ctype {
        CType::Pointer(inner) => is_deduced(inner),
        CType::Named(name) => name == CType::DEDUCED,
        _ => false,
    }
}

fn defines(file: &FileIndex, name: &str) -> bool {
    file.function(name).is_some_and(|function| function.defined)
        || file.has_live_macro(name)
        || file.has_enumerator(name)
}
