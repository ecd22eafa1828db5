//! Which lines of a text stay when it becomes another.

use rustc_hash::{FxBuildHasher, FxHashMap};
use similar::{Algorithm, DiffOp};

/// Lines that must agree for two texts to count as in step again.
const IN_STEP: usize = 4;
/// How far ahead, in lines of both texts together, every way of getting into step is tried.
const REACH: usize = 200;
/// The longest gap, in lines of either text, in which the least change is searched for. The search takes the square of it.
const LONGEST_SEARCH: usize = 4000;

/// The lines of `text`, each with the `\n` it ends with.
pub fn lines(text: &[u8]) -> Vec<&[u8]> {
    let mut lines = Vec::new();
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', text).map(|at| at + 1).chain([text.len()]) {
        if start < end {
            lines.push(&text[start..end]);
            start = end;
        }
    }
    lines
}

/// How the lines of `old` become those of `new`, in order.
///
/// Rewrites are small and a file may have thousands of them, so both texts are gone through side by side, and only
/// the gaps between lines that agree are searched: the time grows with the length of a file, not with the square of the
/// number of its changes.
pub fn line_ops(old: &[&[u8]], new: &[&[u8]]) -> Vec<DiffOp> {
    let (old, new) = numbered(old, new);
    let mut ops = Vec::new();
    let (mut old_at, mut new_at) = (0, 0);
    loop {
        let (old_rest, new_rest) = (&old[old_at..], &new[new_at..]);
        let len = old_rest.iter().zip(new_rest).take_while(|(one, other)| one == other).count();
        push(&mut ops, DiffOp::Equal { old_index: old_at, new_index: new_at, len });
        let (old_rest, new_rest) = (&old_rest[len..], &new_rest[len..]);
        if old_rest.is_empty() && new_rest.is_empty() {
            return ops;
        }
        (old_at, new_at) = (old_at + len, new_at + len);
        let (taken, put) = gap(old_rest, new_rest);
        search(&mut ops, (old_at, &old_rest[..taken]), (new_at, &new_rest[..put]));
        (old_at, new_at) = (old_at + taken, new_at + put);
    }
}

/// Each line by a number, the same for equal lines: they are compared many times.
fn numbered(old: &[&[u8]], new: &[&[u8]]) -> (Vec<u32>, Vec<u32>) {
    let mut numbers = FxHashMap::with_capacity_and_hasher(old.len() + new.len() / 8, FxBuildHasher);
    let mut number = |line| {
        let next = numbers.len() as u32;
        *numbers.entry(line).or_insert(next)
    };
    let old = old.iter().map(|&line| number(line)).collect();
    let new = new.iter().map(|&line| number(line)).collect();
    (old, new)
}

/// How many lines of each to pass over until they are in step again: as few as possible, or line for line, or all.
fn gap(old: &[u32], new: &[u32]) -> (usize, usize) {
    let in_step = |taken: usize, put: usize| match (old.get(taken..), new.get(put..)) {
        (Some(old), Some(new)) => {
            let head = |lines: &[u32]| lines.len().min(IN_STEP);
            head(old) == head(new) && old[..head(old)] == new[..head(new)]
        }
        _ => false,
    };
    // Of the same length first: most rewrites change a line in its place.
    let near = (1..=REACH).flat_map(|sum| {
        let even = (sum % 2 == 0).then_some((sum / 2, sum / 2));
        even.into_iter().chain((0..=sum).map(move |taken| (taken, sum - taken)))
    });
    let far = (REACH / 2..old.len().min(new.len())).map(|both| (both, both));
    near.chain(far).find(|&(taken, put)| in_step(taken, put)).unwrap_or((old.len(), new.len()))
}

/// Adds what turns one gap into the other; each comes with the place where it begins.
fn search(ops: &mut Vec<DiffOp>, (old_index, old): (usize, &[u32]), (new_index, new): (usize, &[u32])) {
    if old.len().max(new.len()) > LONGEST_SEARCH {
        push(ops, DiffOp::Replace { old_index, old_len: old.len(), new_index, new_len: new.len() });
        return;
    }
    for mut op in similar::capture_diff_slices(Algorithm::Myers, old, new) {
        let (DiffOp::Equal { old_index: old_op, new_index: new_op, .. }
        | DiffOp::Delete { old_index: old_op, new_index: new_op, .. }
        | DiffOp::Insert { old_index: old_op, new_index: new_op, .. }
        | DiffOp::Replace { old_index: old_op, new_index: new_op, .. }) = &mut op;
        *old_op += old_index;
        *new_op += new_index;
        push(ops, op);
    }
}

/// Adds `op`, making one of it and the last where both say that lines stay.
fn push(ops: &mut Vec<DiffOp>, op: DiffOp) {
    match (ops.last_mut(), op) {
        (_, DiffOp::Equal { len: 0, .. }) => {}
        (Some(DiffOp::Equal { len, .. }), DiffOp::Equal { len: more, .. }) => *len += more,
        _ => ops.push(op),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use similar::DiffTag;

    /// Checks the operations in short: `=2` for two lines that stay, `-1+2` for a line that becomes two.
    fn check(old: &str, new: &str, expected: &str) {
        let ops = line_ops(&lines(old.as_bytes()), &lines(new.as_bytes()));
        let short = |op: &DiffOp| match op.tag() {
            DiffTag::Equal => format!("={}", op.old_range().len()),
            _ => format!("-{}+{}", op.old_range().len(), op.new_range().len()),
        };
        assert_eq!(ops.iter().map(short).collect::<Vec<_>>().join(" "), expected);
    }

    #[test]
    fn lines_that_change_in_their_place() {
        check("a\nb\nc\n", "a\nB\nc\n", "=1 -1+1 =1");
        check("a\nb\nc\nd\ne\n", "a\nB\nc\nD\ne\n", "=1 -1+1 =1 -1+1 =1");
        check("a\nb\n", "A\nB\n", "-2+2");
    }

    #[test]
    fn lines_that_come_and_go() {
        check("f\n}\ng\n}\nh\n}\n", "f\n}\ng\nx\n}\nh\n}\n", "=3 -0+1 =3");
        check("a\nb\nc\nd\n", "a\nd\n", "=1 -2+0 =1");
        check("a\nb\nc\nd\n", "a\nb1\nb2\nc\nd\n", "=1 -1+2 =2");
        check("", "a\n", "-0+1");
        check("a\n", "", "-1+0");
        check("a\nb\n", "b\na\n", "-0+1 =1 -1+0");
    }

    #[test]
    fn many_changes_in_a_long_file_take_no_time() {
        let text = |changed: &str, step: usize| -> String {
            let line =
                |n: usize| if n.is_multiple_of(step) { format!("{changed}{n}\n") } else { format!("{}\n", n % 7000) };
            (0..200_000).map(line).collect()
        };
        // One line in five; every line.
        for (step, changes) in [(5, 40_000), (1, 1)] {
            let (old, new) = (text("old", step), text("new", step));
            let ops = line_ops(&lines(old.as_bytes()), &lines(new.as_bytes()));
            assert_eq!(ops.iter().filter(|op| op.tag() == DiffTag::Replace).count(), changes);
        }
    }
}
