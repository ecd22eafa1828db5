//! What the code does after the call: where it asks what the exception says, and what it does then.

use super::attempt::{Attempt, next_statement};
use crate::semantics::SemanticModel;
use crate::syntax::{BinaryOperator, NodeId, NodeKind, UnaryOperator};
use crate::transform::{ReturnConvention, TreePattern, match_expression};

/// The branches behind a call, as far as they can be told apart.
pub(super) enum Branches {
    /// A failure is told from what is absent, or both are taken alike.
    Told(Told),
    /// Only what is absent is treated, and code after a failure goes on as it does with a value.
    Absent {
        /// Where the exception is taken away, at the beginning of the branch for what is absent.
        clear: Cleared,
        /// The statement that asks what the exception says, where the test does not.
        question: Option<NodeId>,
        /// Which part of the test holds all that.
        part: Part,
    },
    /// All stays where it is, and the questions become others.
    Kept {
        /// What the exception says.
        question: Question,
        /// Where the exception is taken away, if it is.
        clear: Cleared,
        /// Which part of the test asks.
        part: Part,
    },
    /// The result is a status in a variable, and what is absent has a branch.
    Status {
        /// Where the exception is taken away, if it is.
        clear: Cleared,
    },
}

/// The question what the exception says, where its branches stay.
#[derive(Clone, Copy)]
pub(super) struct Question {
    /// The `if` that asks it.
    pub statement: NodeId,
    /// Whether it asks for what is absent; else it asks for a failure.
    pub is_absent: bool,
}

/// The beginning of the branch for what is absent.
#[derive(Clone, Copy)]
pub(super) struct Cleared {
    /// The statement that takes the exception away; none where there is no exception.
    pub statement: Option<NodeId>,
    /// The block that the branch is; none where it is that statement alone.
    pub block: Option<NodeId>,
}

impl Cleared {
    /// What the branch does besides.
    pub fn rest(self, model: &SemanticModel<'_>) -> Vec<NodeId> {
        let statements = self.block.map_or(&[][..], |block| model.tree.children(block));
        statements.iter().copied().filter(|statement| Some(*statement) != self.statement).collect()
    }
}

/// A failure has a branch of its own.
pub(super) struct Told {
    /// What is done after a failure: one statement, or several adjacent ones of a block.
    pub failed: Vec<NodeId>,
    /// The statement that asks what the exception says; none where nothing does.
    pub question: Option<NodeId>,
    /// Where the exception is taken away.
    pub clear: Cleared,
    /// Whether the rest of the branch for what is absent lies inside of the question, and takes its place.
    pub unwraps: bool,
    /// Which part of the test holds all that.
    pub part: Part,
    /// Whether something else stays in that part.
    pub remains: bool,
}

/// A part of the code behind a call.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// What the test does if it holds.
    Then,
    /// What it does otherwise.
    Else,
    /// The test itself asks all.
    Whole,
    /// What follows the test.
    Behind,
}

/// Code that follows a failure of either kind.
struct Reader<'r, 'a> {
    model: &'r SemanticModel<'a>,
    convention: &'r ReturnConvention,
}

impl Branches {
    /// Reads what follows the call of `attempt`; none where nothing asks for what is absent, or another question is
    /// asked, too.
    pub fn read(model: &SemanticModel<'_>, attempt: &Attempt, convention: &ReturnConvention) -> Option<Branches> {
        let reader = Reader { model, convention };
        let tree = model.tree;
        let [condition, then, otherwise] = *tree.children(attempt.test) else { return None };
        if tree.has_stand_in(tree.range(condition)) {
            return None;
        }
        match conjuncts(model, condition)[..] {
            _ if attempt.status.is_some() => reader.status(attempt, condition, then, otherwise),
            [only] => match attempt.asks_for_failure(model, only)? {
                true => reader.part(attempt, Part::Then, &statements(model, then), otherwise),
                false if tree.kind(otherwise) != NodeKind::Missing => {
                    reader.part(attempt, Part::Else, &statements(model, otherwise), then)
                }
                false if model.always_leaves(then) => {
                    let next = |statement: &NodeId| next_statement(model, *statement);
                    let behind: Vec<NodeId> = std::iter::successors(next(&attempt.test), next).take(2).collect();
                    reader.behind(attempt, &behind)
                }
                false => None,
            },
            [first, second] if attempt.asks_for_failure(model, first) == Some(true) => {
                reader.whole(attempt, second, then, otherwise)
            }
            _ => None,
        }
    }
}

impl Reader<'_, '_> {
    /// The statements of the part that is for failures of either kind; `other` is the other part of the test.
    fn part(&self, attempt: &Attempt, part: Part, list: &[NodeId], other: NodeId) -> Option<Branches> {
        let tree = self.model.tree;
        let first = *list.first()?;
        let has_other = tree.kind(other) != NodeKind::Missing;
        if let Some(told) = self.told(list, part) {
            // Without a variable for the object, only the test can ask the new call.
            let is_asked_once = told.question.is_none() || part == Part::Then && !told.remains && !has_other;
            if attempt.target.is_some() || is_asked_once {
                return Some(Branches::Told(told));
            }
        }
        // Only what is absent is treated, and a failure goes on.
        if let (true, then, otherwise) = self.question(first)?
            && let Some(clear) = self.cleared(then).filter(|clear| !self.declares(*clear))
        {
            let is_all = list.len() == 1 && tree.kind(otherwise) == NodeKind::Missing;
            let is_plain = part == Part::Then && !has_other || part == Part::Else && clear.rest(self.model).is_empty();
            if is_all && is_plain && (attempt.target.is_some() || part == Part::Then) {
                return Some(Branches::Absent { clear, question: Some(first), part });
            }
        }
        self.kept(list, part)
    }

    /// What is behind a test that leaves where there is a value.
    fn behind(&self, attempt: &Attempt, list: &[NodeId]) -> Option<Branches> {
        let told = self.told(list, Part::Behind).filter(|told| {
            // Further statements belong to both.
            attempt.target.is_some() && (!told.unwraps || told.clear.rest(self.model).is_empty())
        });
        told.map(Branches::Told).or_else(|| self.kept(list, Part::Behind))
    }

    /// A list of statements that begins with the question, where all that is done then can stay.
    fn kept(&self, list: &[NodeId], part: Part) -> Option<Branches> {
        let statement = *list.first()?;
        let (is_absent, then, otherwise) = self.question(statement)?;
        let has_else = self.model.tree.kind(otherwise) != NodeKind::Missing;
        let clear = match (is_absent, has_else) {
            (true, _) => self.settled(&[then]),
            (false, true) => self.settled(&[otherwise]),
            // What follows is for a failure as well, unless that leaves.
            (false, false) if self.model.always_leaves(then) => self.settled(&list[1..]),
            (false, false) => None,
        }?;
        Some(Branches::Kept { question: Question { statement, is_absent }, clear, part })
    }

    /// How the exception for what is absent ends on the way through these statements: taken away at their beginning,
    /// or replaced by another one.
    fn settled(&self, branch: &[NodeId]) -> Option<Cleared> {
        let tree = self.model.tree;
        let nothing = Cleared { statement: None, block: None };
        if self.convention.clear.is_none() {
            return Some(nothing);
        }
        let all: Vec<NodeId> = branch.iter().flat_map(|statement| statements(self.model, *statement)).collect();
        if let Some(statement) = all.first().copied().filter(|first| self.is_clear(*first)) {
            return Some(Cleared { statement: Some(statement), block: tree.parent(statement) });
        }
        let raises = |statement: &NodeId| {
            let call = *tree.children(*statement).first()?;
            let callee = *tree.children(call).first().filter(|_| tree.kind(call) == NodeKind::Call)?;
            let name = std::str::from_utf8(self.model.text(callee)).ok()?;
            Some(self.convention.raises.iter().any(|raises| raises == name) && self.model.is_sought_name(callee))
        };
        let is_plain = |statement: &&NodeId| tree.kind(**statement) == NodeKind::ExpressionStatement;
        let mut first = all.iter().take_while(is_plain);
        first.any(|statement| raises(statement) == Some(true)).then_some(nothing)
    }

    /// A status in a variable that is asked together with what the exception says.
    fn status(&self, attempt: &Attempt, condition: NodeId, then: NodeId, otherwise: NodeId) -> Option<Branches> {
        let tree = self.model.tree;
        let [first, second] = conjuncts(self.model, condition)[..] else { return None };
        let is_block = tree.kind(then) == NodeKind::Compound && tree.kind(otherwise) == NodeKind::Missing;
        let asks = attempt.asks_for_failure(self.model, first) == Some(true) && self.asks(second) == Some(true);
        let clear = self.settled(&[then]).filter(|_| is_block && asks)?;
        Some(Branches::Status { clear })
    }

    /// A test that asks for a failure and what the exception says at once.
    fn whole(&self, attempt: &Attempt, second: NodeId, then: NodeId, otherwise: NodeId) -> Option<Branches> {
        let tree = self.model.tree;
        if self.asks(second)? {
            let Some(clear) = self.cleared(then) else {
                // Another exception takes its place.
                let clear = self.settled(&[then])?;
                return Some(Branches::Absent {
                    clear: Cleared { block: Some(then), ..clear },
                    question: None,
                    part: Part::Whole,
                });
            };
            if clear.rest(self.model).is_empty() && tree.kind(otherwise) != NodeKind::Missing {
                // `if (v == NULL && absent) clear; else if (v == NULL) failed;`
                let [condition, failed, last] = *tree.children(otherwise) else { return None };
                let is_rest = tree.kind(otherwise) == NodeKind::If
                    && tree.kind(last) == NodeKind::Missing
                    && attempt.asks_for_failure(self.model, condition) == Some(true);
                return is_rest.then(|| self.all_told(failed, clear));
            }
            return Some(Branches::Absent { clear, question: None, part: Part::Whole });
        }
        // `if (v == NULL && !absent) failed; clear;`
        let next = next_statement(self.model, attempt.test);
        let clear = self.cleared_by(next)?;
        let can_move = clear.statement.is_none() || self.model.always_leaves(then);
        (can_move && tree.kind(otherwise) == NodeKind::Missing).then(|| self.all_told(then, clear))
    }

    /// The test asks all, and nothing of it stays.
    fn all_told(&self, failed: NodeId, clear: Cleared) -> Branches {
        let failed = vec![failed];
        Branches::Told(Told { failed, question: None, clear, unwraps: false, part: Part::Whole, remains: false })
    }

    /// Reads a list of statements that begins with the question, or by taking the exception away.
    fn told(&self, list: &[NodeId], part: Part) -> Option<Told> {
        let tree = self.model.tree;
        let first = *list.first()?;
        if self.is_clear(first) {
            let is_block = |up: &NodeId| part != Part::Behind && tree.kind(*up) == NodeKind::Compound;
            let clear = Cleared { statement: Some(first), block: tree.parent(first).filter(is_block) };
            let remains = part == Part::Behind || list.len() > 1;
            return Some(Told { failed: vec![first], question: None, clear, unwraps: false, part, remains });
        }
        let (is_absent, then, otherwise) = self.question(first)?;
        let has_else = tree.kind(otherwise) != NodeKind::Missing;
        let (absent, failed) = if is_absent { (then, otherwise) } else { (otherwise, then) };
        let of = |failed: Vec<NodeId>, clear: Cleared, unwraps: bool, remains: bool| Told {
            failed,
            question: Some(first),
            clear,
            unwraps,
            part,
            remains: remains || part == Part::Behind,
        };
        if has_else {
            let clear = self.cleared(absent).filter(|clear| !self.declares(*clear))?;
            // What moves to the call is followed by what follows the test.
            let is_last = clear.rest(self.model).is_empty() && list.len() == 1 && part != Part::Behind;
            let can_move = is_last || self.model.always_leaves(failed);
            let remains = !clear.rest(self.model).is_empty() || list.len() > 1;
            return (can_move && !self.can_be_entered(failed)).then(|| of(vec![failed], clear, true, remains));
        }
        if is_absent {
            // `if (absent) { clear; ...; return; } failed;`
            let clear = self.cleared(then).filter(|clear| !self.declares(*clear))?;
            let rest = &list[1..];
            let leaves =
                self.model.always_leaves(then) && rest.last().is_some_and(|last| self.model.always_leaves(*last));
            let is_plain = rest.iter().all(|statement| !self.can_be_entered(*statement));
            return (leaves && is_plain && part == Part::Then).then(|| of(rest.to_vec(), clear, true, true));
        }
        let clear = self.cleared_by(list.get(1).copied())?;
        let others = list.len() - 1 - usize::from(clear.statement.is_some());
        let is_last = clear.statement.is_none() && others == 0 && part != Part::Behind;
        let can_move = (is_last || self.model.always_leaves(then)) && !self.can_be_entered(then);
        can_move.then(|| of(vec![then], clear, false, others > 0))
    }

    /// An `if` that asks only what the exception says: whether it asks for what is absent, and its branches.
    fn question(&self, statement: NodeId) -> Option<(bool, NodeId, NodeId)> {
        let tree = self.model.tree;
        let [condition, then, otherwise] = *tree.children(statement) else { return None };
        let is_seen = tree.kind(statement) == NodeKind::If && !tree.has_stand_in(tree.range(condition));
        Some((self.asks(condition).filter(|_| is_seen)?, then, otherwise))
    }

    /// Whether the condition holds if something is only absent (yes) or if it is not (no).
    fn asks(&self, condition: NodeId) -> Option<bool> {
        let tree = self.model.tree;
        let ReturnConvention { question, is_absent, .. } = self.convention;
        if self.matches(question, condition) {
            return Some(*is_absent);
        }
        let [operand] = *tree.children(condition) else { return None };
        let is_not = tree.kind(condition) == NodeKind::Unary(UnaryOperator::Not);
        (is_not && self.matches(question, operand)).then_some(!is_absent)
    }

    /// What takes the exception away right behind the branch for failures, if something must.
    fn cleared_by(&self, next: Option<NodeId>) -> Option<Cleared> {
        let statement = next.filter(|next| self.is_clear(*next));
        (statement.is_some() || self.convention.clear.is_none()).then_some(Cleared { statement, block: None })
    }

    /// The statement that takes the exception away, if the branch begins with it.
    fn cleared(&self, branch: NodeId) -> Option<Cleared> {
        let tree = self.model.tree;
        let is_block = tree.kind(branch) == NodeKind::Compound;
        if self.convention.clear.is_none() {
            return is_block.then_some(Cleared { statement: None, block: Some(branch) });
        }
        let first = if is_block { *tree.children(branch).first()? } else { branch };
        let block = Some(branch).filter(|_| is_block);
        self.is_clear(first).then_some(Cleared { statement: Some(first), block })
    }

    fn is_clear(&self, statement: NodeId) -> bool {
        let tree = self.model.tree;
        tree.kind(statement) == NodeKind::ExpressionStatement
            && !tree.has_stand_in(tree.range(statement))
            && self.convention.clear.as_ref().is_some_and(|clear| self.matches(clear, tree.children(statement)[0]))
    }

    /// Whether the branch declares something, so that it cannot be without its block.
    fn declares(&self, clear: Cleared) -> bool {
        let is_declaration = |node: &NodeId| matches!(self.model.tree.kind(*node), NodeKind::Declaration { .. });
        clear.rest(self.model).iter().any(is_declaration)
    }

    /// Whether a label stands in the statement.
    fn can_be_entered(&self, statement: NodeId) -> bool {
        let tree = self.model.tree;
        let is_label = matches!(tree.kind(statement), NodeKind::Label | NodeKind::Case | NodeKind::Default);
        is_label || tree.children(statement).iter().any(|child| self.can_be_entered(*child))
    }

    fn matches(&self, pattern: &TreePattern, node: NodeId) -> bool {
        match_expression(pattern, self.model, node).is_some()
    }
}

/// The operands of `&&` at the top of a condition.
fn conjuncts(model: &SemanticModel<'_>, condition: NodeId) -> Vec<NodeId> {
    match model.tree.kind(condition) {
        NodeKind::Binary(BinaryOperator::LogicalAnd) => {
            model.tree.children(condition).iter().flat_map(|operand| conjuncts(model, *operand)).collect()
        }
        _ => vec![condition],
    }
}

/// The statements of a block, or the one statement that stands for a block.
fn statements(model: &SemanticModel<'_>, branch: NodeId) -> Vec<NodeId> {
    match model.tree.kind(branch) {
        NodeKind::Compound => model.tree.children(branch).to_vec(),
        _ => vec![branch],
    }
}
