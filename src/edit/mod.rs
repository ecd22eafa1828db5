//! Edits, fixes, and the one policy by which fixes are applied. This room knows no C.

use crate::source::TextRange;

/// One replacement of bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edit {
    /// What is replaced; empty for an insertion.
    pub range: TextRange,
    /// What stands there afterwards; empty for a deletion.
    pub text: Vec<u8>,
}

impl Edit {
    /// Replaces `range` by `text`.
    pub fn replace(range: TextRange, text: impl Into<Vec<u8>>) -> Edit {
        Edit { range, text: text.into() }
    }

    /// Inserts `text` before the byte at `offset`.
    pub fn insert(offset: u32, text: impl Into<Vec<u8>>) -> Edit {
        Edit { range: TextRange::empty(offset), text: text.into() }
    }

    /// Whether both cannot be made, or the outcome would depend on their order.
    fn collides(&self, other: &Edit) -> bool {
        let same_place = self.range.start == other.range.start && self.range.is_empty() && other.range.is_empty();
        let inside = |inner: &Edit, outer: &Edit| {
            inner.range.is_empty() && outer.range.start < inner.range.start && inner.range.start < outer.range.end
        };
        same_place || self.range.overlaps(other.range) || inside(self, other) || inside(other, self)
    }
}

/// How far a fix can be trusted, from the most to the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Applicability {
    /// Same behaviour, reference counts and error paths on every Python in range.
    Safe,
    /// May differ; applied only when the user allows it.
    Unsafe,
    /// Shown, never applied.
    DisplayOnly,
}

impl Applicability {
    /// The less trusted of the two: a site can lower a transform's applicability and never raise it.
    pub fn lowered_to(self, other: Applicability) -> Applicability {
        self.max(other)
    }

    /// Its name, as users read and write it.
    pub fn name(self) -> &'static str {
        match self {
            Applicability::Safe => "safe",
            Applicability::Unsafe => "unsafe",
            Applicability::DisplayOnly => "display-only",
        }
    }
}

/// Edits that are made together or not at all.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fix {
    /// Sorted and disjoint; [`Fix::new`] sees to it.
    edits: Vec<Edit>,
    /// How far the fix can be trusted at this site.
    pub applicability: Applicability,
}

impl Fix {
    /// A fix of `edits` in any order. None where two of them collide or none changes a thing: such a fix cannot be
    /// made.
    pub fn new(mut edits: Vec<Edit>, applicability: Applicability) -> Option<Fix> {
        edits.retain(|edit| !(edit.range.is_empty() && edit.text.is_empty()));
        edits.sort();
        let collide = edits.windows(2).any(|pair| pair[0].collides(&pair[1]));
        (!edits.is_empty() && !collide).then_some(Fix { edits, applicability })
    }

    /// The edits, in order.
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }

    /// From the first byte touched to the last.
    pub fn range(&self) -> TextRange {
        self.edits[0].range.cover(self.edits[self.edits.len() - 1].range)
    }
}

/// Chooses among `fixes`, each with the id of its transform, those that go together: a fix that begins earlier wins,
/// then the longer one, then the smaller id. Returns the indices of the winners; losers may win on the new text.
pub fn select(fixes: &[(&str, &Fix)]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..fixes.len()).collect();
    order.sort_by_key(|&index| {
        let (id, fix) = fixes[index];
        let range = fix.range();
        (range.start, std::cmp::Reverse(range.end), id, fix.edits())
    });
    // Edits chosen so far, by place; they are disjoint, so a newcomer can collide only with its neighbours.
    let mut taken: std::collections::BTreeMap<(u32, u32), &Edit> = std::collections::BTreeMap::new();
    let mut chosen = Vec::new();
    for index in order {
        let (_, fix) = fixes[index];
        let free = fix.edits().iter().all(|edit| {
            let key = (edit.range.start, edit.range.end);
            let before = taken.range(..=key).rev().take(2);
            let after = taken.range(key..).take(2);
            before.chain(after).all(|(_, other)| !edit.collides(other))
        });
        if free {
            taken.extend(fix.edits().iter().map(|edit| ((edit.range.start, edit.range.end), edit)));
            chosen.push(index);
        }
    }
    chosen.sort_unstable();
    chosen
}

/// `source` with `edits` made. They must not collide; their order does not matter.
pub fn apply<'e>(source: &[u8], edits: impl IntoIterator<Item = &'e Edit>) -> Vec<u8> {
    let mut edits: Vec<&Edit> = edits.into_iter().collect();
    edits.sort();
    let mut out = Vec::with_capacity(source.len() + 256);
    let mut at = 0;
    for edit in edits {
        out.extend_from_slice(&source[at..edit.range.start as usize]);
        out.extend_from_slice(&edit.text);
        at = edit.range.end as usize;
    }
    out.extend_from_slice(&source[at..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn replace(start: u32, end: u32, text: &str) -> Edit {
        Edit::replace(TextRange::new(start, end), text)
    }

    fn fix(edits: Vec<Edit>) -> Fix {
        Fix::new(edits, Applicability::Safe).unwrap()
    }

    #[test]
    fn nested_fixes_that_leave_each_other_alone_go_together() {
        // f(g(x)) -> F(G(x)), the outer one by its gaps
        let outer = fix(vec![replace(0, 2, "F(")]);
        let inner = fix(vec![replace(2, 4, "G(")]);
        assert_eq!(select(&[("a", &outer), ("b", &inner)]), [0, 1]);
        assert_eq!(apply(b"f(g(x))", outer.edits().iter().chain(inner.edits())), b"F(G(x))");
    }

    #[test]
    fn of_two_that_collide_the_earlier_then_longer_then_smaller_id_wins() {
        let early = fix(vec![replace(0, 3, "a")]);
        let late = fix(vec![replace(2, 9, "b")]);
        assert_eq!(select(&[("a", &late), ("b", &early)]), [1]);
        let long = fix(vec![replace(0, 5, "a")]);
        assert_eq!(select(&[("a", &early), ("b", &long)]), [1]);
        assert_eq!(select(&[("b", &early), ("a", &early)]), [1]);
        let insertion = fix(vec![Edit::insert(4, "x")]);
        assert_eq!(select(&[("a", &insertion), ("b", &insertion.clone())]), [0]);
    }

    #[test]
    fn a_fix_that_collides_with_itself_or_does_nothing_is_none() {
        assert_eq!(Fix::new(vec![replace(0, 3, "a"), replace(2, 4, "b")], Applicability::Safe), None);
        assert_eq!(Fix::new(vec![Edit::insert(3, "")], Applicability::Safe), None);
    }

    #[test]
    fn a_site_lowers_and_never_raises() {
        use Applicability::*;
        assert_eq!(Safe.lowered_to(Unsafe), Unsafe);
        assert_eq!(DisplayOnly.lowered_to(Safe), DisplayOnly);
    }

    proptest! {
        #[test]
        fn the_order_of_fixes_never_matters(spans in prop::collection::vec((0u32..40, 0u32..6, "[a-c]{0,3}"), 1..12), seed: u64) {
            let fixes: Vec<Fix> = spans
                .iter()
                .filter_map(|(start, len, text)| Fix::new(vec![replace(*start, start + len, text)], Applicability::Safe))
                .collect();
            let source = vec![b'.'; 64];
            let outcome = |order: &[usize]| {
                let listed: Vec<_> = order.iter().map(|&index| ("id", &fixes[index])).collect();
                let chosen = select(&listed);
                apply(&source, chosen.iter().flat_map(|&index| listed[index].1.edits()))
            };
            let forward: Vec<usize> = (0..fixes.len()).collect();
            let mut shuffled = forward.clone();
            shuffled.sort_by_key(|index| (*index as u64 + 1).wrapping_mul(seed | 1).rotate_left(17));
            prop_assert_eq!(outcome(&forward), outcome(&shuffled));
        }
    }
}
