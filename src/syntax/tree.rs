//! The syntax tree of one region: an arena of nodes, immutable once built, the same for every parser behind it.

use super::types::CType;
use crate::source::TextRange;

/// A node of one tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(u32);

/// Operators with one operand before which they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOperator {
    AddressOf,
    Dereference,
    Plus,
    Minus,
    BitNot,
    Not,
    PreIncrement,
    PreDecrement,
    Sizeof,
    Alignof,
}

/// Operators with two operands, assignments and the comma apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOperator {
    Multiply,
    Divide,
    Modulo,
    Add,
    Subtract,
    ShiftLeft,
    ShiftRight,
    Less,
    Greater,
    LessOrEqual,
    GreaterOrEqual,
    Equal,
    NotEqual,
    BitAnd,
    BitXor,
    BitOr,
    LogicalAnd,
    LogicalOr,
}

/// `=` and the compound assignments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AssignOperator {
    Plain,
    Multiply,
    Divide,
    Modulo,
    Add,
    Subtract,
    ShiftLeft,
    ShiftRight,
    BitAnd,
    BitXor,
    BitOr,
}

/// What a node is. Where a comment names children, they come in that order; `Missing` stands for one that is absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NodeKind {
    /// Everything that was parsed: top-level declarations and function definitions; statements or an expression
    /// where the region is the body of a macro.
    Root,
    /// The place of an absent child, such as the condition of `for (;;)`. Empty range.
    Missing,

    // Declarations
    /// Declarator, K&R declarations, body. Specifiers that define a struct come before the declarator.
    FunctionDefinition,
    /// Definitions of structs and enums among the specifiers, then `InitDeclarator`s. `typedef` says what it introduces.
    Declaration {
        typedef: bool,
    },
    /// Declarator, initializer or `Missing`.
    InitDeclarator,
    /// Its name (an `Identifier`) or `Missing`, then `Parameter`s if it declares a function, then expressions of
    /// array sizes. Its type is in [`SyntaxTree::ctype`].
    Declarator,
    /// A parameter: its `Declarator`, which may be without a name. Or a K&R name: an `Identifier`.
    Parameter,
    /// A definition of a struct or union (with its braces): its tag or `Missing`, then `FieldDeclaration`s.
    Struct {
        union: bool,
    },
    /// Definitions of structs among the specifiers, then `Declarator`s, each may be followed by its bit width.
    FieldDeclaration,
    /// Its tag or `Missing`, then `Enumerator`s.
    Enum,
    /// Name, value or `Missing`.
    Enumerator,

    // Statements
    /// Items in order.
    Compound,
    /// The expression or `Missing`.
    ExpressionStatement,
    /// Condition, then, else or `Missing`.
    If,
    /// Condition, body.
    While,
    /// Body, condition.
    DoWhile,
    /// Init (expression, declaration or `Missing`), condition, step, body.
    For,
    /// C++: declaration of the variable, what is gone through, body.
    ForRange,
    /// C++: block, then `Catch`es.
    Try,
    /// C++: `Parameter` (none for `...`), block.
    Catch,
    /// Condition, body.
    Switch,
    /// Value (for a range: from, to), statement.
    Case,
    /// Statement.
    Default,
    /// Name, statement.
    Label,
    /// Name.
    Goto,
    Break,
    Continue,
    /// Value or `Missing`.
    Return,
    /// Inline assembly; no children.
    Asm,

    // Expressions
    Identifier,
    Number,
    Char,
    /// One or more adjacent string literals.
    String,
    /// Callee, then arguments.
    Call,
    /// Base, then the `FieldName`.
    Member {
        arrow: bool,
    },
    /// A name after `.` or `->`, in a designator, or in `offsetof`.
    FieldName,
    /// Base, index.
    Index,
    Unary(UnaryOperator),
    /// Operand.
    PostIncrement,
    /// Operand.
    PostDecrement,
    /// Left, right.
    Binary(BinaryOperator),
    /// Target, value.
    Assign(AssignOperator),
    /// Condition, then, else.
    Conditional,
    /// Operands in order.
    Comma,
    /// `TypeName`, operand.
    Cast,
    /// `TypeName`.
    SizeofType,
    /// `TypeName`.
    AlignofType,
    /// `TypeName`, `InitializerList`.
    CompoundLiteral,
    /// `InitializerItem`s.
    InitializerList,
    /// Designators (`FieldName` or index expression, or a range's two), then the value.
    InitializerItem {
        designated: bool,
    },
    /// `({ ... })`: `Compound`.
    StatementExpression,
    /// C++: `Parameter`s, then the body.
    Lambda,
    /// A type as it stands in casts and `sizeof`. Its type is in [`SyntaxTree::ctype`].
    TypeName,
    /// What the tree does not describe further: `_Generic`, `va_arg`, `offsetof`, static assertions. Children are
    /// the expressions inside, if any.
    Other,
}

#[derive(Debug)]
struct NodeData {
    kind: NodeKind,
    /// With redundant parentheses around the expression.
    range: TextRange,
    /// Without them.
    core: TextRange,
    parent: Option<NodeId>,
    /// Into `SyntaxTree::children`.
    children: (u32, u32),
}

/// The nodes of one region. Node ranges are offsets into the original file, trimmed of white space and comments at
/// both ends. Children lie inside their parents and do not overlap, except that a declaration's declarators share
/// its specifiers, which have no node.
#[derive(Debug, Default)]
pub struct SyntaxTree {
    nodes: Vec<NodeData>,
    children: Vec<NodeId>,
    types: Vec<(NodeId, CType)>,
    /// Sorted, disjoint.
    stand_ins: Vec<TextRange>,
    root: Option<NodeId>,
}

impl SyntaxTree {
    /// The node that holds everything.
    pub fn root(&self) -> NodeId {
        self.root.expect("a finished tree has a root")
    }

    /// How many nodes there are. Ids run from 0; a node's id is greater than its children's.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether nothing was parsed.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Every node, children before parents.
    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (0..self.nodes.len() as u32).map(NodeId)
    }

    /// What the node is.
    pub fn kind(&self, node: NodeId) -> NodeKind {
        self.nodes[node.0 as usize].kind
    }

    /// Where it stands, with redundant parentheses: for `((x))` both pairs.
    pub fn range(&self, node: NodeId) -> TextRange {
        self.nodes[node.0 as usize].range
    }

    /// Where it stands, without redundant parentheses: for `((x))` only `x`.
    pub fn core(&self, node: NodeId) -> TextRange {
        self.nodes[node.0 as usize].core
    }

    /// The node around it; none for the root.
    pub fn parent(&self, node: NodeId) -> Option<NodeId> {
        self.nodes[node.0 as usize].parent
    }

    /// Its children in the order of [`NodeKind`].
    pub fn children(&self, node: NodeId) -> &[NodeId] {
        let (start, end) = self.nodes[node.0 as usize].children;
        &self.children[start as usize..end as usize]
    }

    /// The type of a `Declarator` or `TypeName`; `Unknown` for other nodes.
    pub fn ctype(&self, node: NodeId) -> &CType {
        match self.types.binary_search_by_key(&node, |(id, _)| *id) {
            Ok(found) => &self.types[found].1,
            Err(_) => &CType::Unknown,
        }
    }

    /// Adds a node over finished children. Builders call it from the leaves up.
    pub fn add(&mut self, kind: NodeKind, range: TextRange, core: TextRange, children: &[NodeId]) -> NodeId {
        let id = NodeId(self.nodes.len() as u32);
        let start = self.children.len() as u32;
        self.children.extend_from_slice(children);
        let end = self.children.len() as u32;
        for child in children {
            self.nodes[child.0 as usize].parent = Some(id);
        }
        self.nodes.push(NodeData { kind, range, core, parent: None, children: (start, end) });
        id
    }

    /// Gives the newest node its type.
    pub fn set_type(&mut self, node: NodeId, ctype: CType) {
        debug_assert!(self.types.last().is_none_or(|(last, _)| *last < node), "types are set in order of nodes");
        self.types.push((node, ctype));
    }

    /// Whether a token in `range` was blanked or replaced by a stand-in before parsing. The tree then does not say
    /// what stands there in the source.
    pub fn has_stand_in(&self, range: TextRange) -> bool {
        let next = self.stand_ins.partition_point(|stand_in| stand_in.end <= range.start);
        self.stand_ins.get(next).is_some_and(|stand_in| stand_in.start < range.end)
    }

    /// The tokens that were blanked or replaced, in order.
    pub fn stand_ins(&self) -> &[TextRange] {
        &self.stand_ins
    }

    /// Says which tokens were blanked or replaced; sorted, without overlap.
    pub fn set_stand_ins(&mut self, stand_ins: Vec<TextRange>) {
        debug_assert!(stand_ins.windows(2).all(|pair| pair[0].end <= pair[1].start), "stand-ins are sorted");
        self.stand_ins = stand_ins;
    }

    /// The tree as an S-expression, for tests and debugging: a node's kind, its type if it has one, its children;
    /// the text of names and literals alone.
    pub fn dump(&self, source: &[u8]) -> String {
        enum Step {
            Open(NodeId),
            Close,
        }
        let mut out = String::new();
        let mut steps = vec![Step::Open(self.root())];
        while let Some(step) = steps.pop() {
            let Step::Open(node) = step else {
                out.push(')');
                continue;
            };
            if !out.is_empty() && !out.ends_with('(') {
                out.push(' ');
            }
            let text = || String::from_utf8_lossy(&source[self.core(node).to_usize()]).into_owned();
            match self.kind(node) {
                NodeKind::Missing => out.push('-'),
                NodeKind::Identifier | NodeKind::Number | NodeKind::Char | NodeKind::String | NodeKind::FieldName => {
                    out.push_str(&text());
                }
                kind => {
                    out.push('(');
                    out.push_str(&kind_name(kind));
                    match self.ctype(node) {
                        CType::Unknown => {}
                        ctype => out.push_str(&format!(" <{ctype}>")),
                    }
                    if kind == NodeKind::Other {
                        out.push_str(&format!(" `{}`", text()));
                    }
                    steps.push(Step::Close);
                    steps.extend(self.children(node).iter().rev().map(|&child| Step::Open(child)));
                }
            }
        }
        out
    }

    /// Says which node holds everything; the last call of a builder.
    pub fn finish(&mut self, root: NodeId) {
        self.root = Some(root);
    }
}

/// How [`SyntaxTree::dump`] shows a kind: its name in lower case, operators and flags behind.
fn kind_name(kind: NodeKind) -> String {
    match kind {
        NodeKind::Unary(operator) => format!("unary {operator:?}"),
        NodeKind::Binary(operator) => format!("binary {operator:?}"),
        NodeKind::Assign(AssignOperator::Plain) => "assign".to_owned(),
        NodeKind::Assign(operator) => format!("assign {operator:?}"),
        NodeKind::Member { arrow } => if arrow { "member ->" } else { "member ." }.to_owned(),
        NodeKind::Declaration { typedef: true } => "typedef".to_owned(),
        NodeKind::Declaration { typedef: false } => "declaration".to_owned(),
        NodeKind::Struct { union: true } => "union".to_owned(),
        NodeKind::Struct { union: false } => "struct".to_owned(),
        NodeKind::InitializerItem { designated: true } => "designated".to_owned(),
        NodeKind::InitializerItem { designated: false } => "item".to_owned(),
        NodeKind::ExpressionStatement => "expression".to_owned(),
        NodeKind::FunctionDefinition => "function".to_owned(),
        other => format!("{other:?}").to_lowercase(),
    }
}
