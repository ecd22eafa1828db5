//! Local variables: where they are declared, and where they are mentioned, also where the tree does not show it.

use crate::semantics::SemanticModel;
use crate::source::{TextRange, Token, TokenKind, lex_range};
use crate::syntax::{AssignOperator, BinaryOperator, NodeId, NodeKind, UnaryOperator};
use crate::transform::{Site, is_zero};

/// A variable that a block declares.
pub(super) struct Local<'a> {
    pub name: &'a str,
    /// Its `InitDeclarator`.
    pub declarator: NodeId,
    /// That one's `Declaration`.
    pub declaration: NodeId,
}

impl<'a> Local<'a> {
    /// What the `InitDeclarator` of a declaration in a block declares, with the block.
    pub fn declared_by(model: &SemanticModel<'a>, declarator: NodeId) -> Option<(NodeId, Local<'a>)> {
        let tree = model.tree;
        let name = declared_name(model, declarator)?;
        let is_declaration = |up: &NodeId| tree.kind(*up) == NodeKind::Declaration { typedef: false };
        let declaration = tree.parent(declarator).filter(is_declaration)?;
        let block = tree.parent(declaration).filter(|up| tree.kind(*up) == NodeKind::Compound)?;
        Some((block, Local { name, declarator, declaration }))
    }

    /// What it is given in its declaration, as it is written.
    pub fn value<'s>(&self, model: &SemanticModel<'s>) -> Option<&'s str> {
        let value = *model.tree.children(self.declarator).get(1)?;
        (model.tree.kind(value) != NodeKind::Missing).then(|| text(model, value))
    }
}

/// The local variable that the value of `call` is given to, with the block that declares it.
pub(super) fn assigned<'a>(model: &SemanticModel<'a>, call: NodeId) -> Option<(NodeId, Local<'a>)> {
    let tree = model.tree;
    let parent = tree.parent(call)?;
    match tree.kind(parent) {
        NodeKind::InitDeclarator => Local::declared_by(model, parent),
        NodeKind::Assign(AssignOperator::Plain) => {
            let target = *tree.children(parent).first().filter(|target| **target != call)?;
            let is_name = tree.kind(target) == NodeKind::Identifier;
            declaration_of(model, parent, text(model, target)).filter(|_| is_name)
        }
        _ => None,
    }
}

/// The innermost block around `node` that declares `name` before it, and the variable.
pub(super) fn declaration_of<'a>(
    model: &SemanticModel<'a>,
    node: NodeId,
    name: &'a str,
) -> Option<(NodeId, Local<'a>)> {
    let tree = model.tree;
    let mut inner = node;
    while let Some(outer) = tree.parent(inner) {
        if tree.kind(outer) == NodeKind::Compound {
            let before = tree.children(outer).iter().take_while(|child| **child != inner);
            for declaration in before.filter(|child| tree.kind(**child) == NodeKind::Declaration { typedef: false }) {
                let declares = |declarator: &&NodeId| declared_name(model, **declarator) == Some(name);
                if let Some(declarator) = tree.children(*declaration).iter().find(declares) {
                    let local = Local { name, declarator: *declarator, declaration: *declaration };
                    return Some((outer, local));
                }
            }
        }
        inner = outer;
    }
    None
}

/// The name that an `InitDeclarator` declares.
fn declared_name<'a>(model: &SemanticModel<'a>, declarator: NodeId) -> Option<&'a str> {
    let tree = model.tree;
    if tree.kind(declarator) != NodeKind::InitDeclarator {
        return None;
    }
    let name = *tree.children(*tree.children(declarator).first()?).first()?;
    (tree.kind(name) == NodeKind::Identifier).then(|| text(model, name))
}

/// Where the file has one of the names in `range`, in whichever branch of conditionals that is compiled for any Python in
/// range. For a directive that has one it is where the directive begins, at which no tree has a name.
pub(super) fn mentions(site: &Site<'_>, range: TextRange, is_ours: impl Fn(&[u8]) -> bool) -> Vec<u32> {
    let source = site.model.source;
    let first = site.file_tokens.partition_point(|token| token.range.start < range.start);
    let mut before: &[u8] = b"";
    let mut found = Vec::new();
    for token in site.file_tokens[first..].iter().take_while(|token| token.range.end <= range.end) {
        let word = token.text(source);
        let is_mention = match token.kind {
            TokenKind::Directive => lex_range(source, token.range).tokens.iter().any(|own| is_ours(own.text(source))),
            TokenKind::Identifier => is_ours(word) && !matches!(before, b"." | b"->"),
            _ => false,
        };
        if is_mention && site.is_compiled(token.range.start) {
            found.push(token.range.start);
        }
        before = word;
    }
    found
}

/// The tokens of each definition of a macro in the file, as it is now: what is known of its names is from before all edits.
pub(super) fn definitions(site: &Site<'_>, name: &str) -> Vec<Vec<Token>> {
    let source = site.model.source;
    let directives = site.file_tokens.iter().filter(|token| token.kind == TokenKind::Directive);
    let lexed = directives.map(|directive| lex_range(source, directive.range).tokens);
    let defines = |tokens: &Vec<Token>| {
        let mut words = tokens.iter().filter(|token| token.kind == TokenKind::Identifier);
        words.next().is_some_and(|word| word.is(source, "define"))
            && words.next().is_some_and(|word| word.is(source, name))
    };
    lexed.filter(defines).collect()
}

/// Whether all that counts of the variable is if it is a null pointer.
pub(super) fn is_tested(model: &SemanticModel<'_>, leaf: NodeId) -> bool {
    let tree = model.tree;
    let Some(parent) = tree.parent(leaf) else { return false };
    let children = tree.children(parent);
    match tree.kind(parent) {
        NodeKind::Unary(UnaryOperator::Not) => true,
        NodeKind::Binary(BinaryOperator::LogicalAnd | BinaryOperator::LogicalOr) => true,
        NodeKind::Binary(BinaryOperator::Equal | BinaryOperator::NotEqual) => {
            children.iter().any(|child| *child != leaf && is_zero(model, *child))
        }
        NodeKind::If | NodeKind::While | NodeKind::Conditional => children.first() == Some(&leaf),
        NodeKind::DoWhile | NodeKind::For => children.get(1) == Some(&leaf),
        NodeKind::Call => text(model, children[0]) == "assert",
        _ => false,
    }
}

/// The text of a node, where it is a name or a number.
pub(super) fn text<'a>(model: &SemanticModel<'a>, node: NodeId) -> &'a str {
    std::str::from_utf8(model.text(node)).unwrap_or("")
}

/// The mentions of a variable in its block but for its declaration, if the tree has all of them.
pub(super) fn leaves(site: &Site<'_>, block: NodeId, local: &Local<'_>) -> Option<Vec<NodeId>> {
    let (model, tree) = (site.model, site.model.tree);
    let range = tree.range(block);
    let is_ours = |node: &NodeId| {
        tree.kind(*node) == NodeKind::Identifier && range.contains(tree.core(*node)) && text(model, *node) == local.name
    };
    let leaves: Vec<NodeId> = tree.nodes().filter(is_ours).collect();
    let all = mentions(site, range, |word| word == local.name.as_bytes());
    let own = *tree.children(*tree.children(local.declarator).first()?).first()?;
    let is_whole = all.iter().all(|offset| leaves.iter().any(|leaf| tree.core(*leaf).start == *offset));
    is_whole.then(|| leaves.into_iter().filter(|leaf| *leaf != own).collect())
}

/// A label's statement, if `node` is a label; else `node`.
pub(super) fn unlabelled(model: &SemanticModel<'_>, node: NodeId) -> NodeId {
    let mut node = node;
    while matches!(model.tree.kind(node), NodeKind::Label | NodeKind::Case | NodeKind::Default) {
        let Some(statement) = model.tree.children(node).last() else { break };
        node = *statement;
    }
    node
}
