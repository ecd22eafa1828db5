//! Which lines of a text stay when it becomes another.

use std::ops::Range;

use rustc_hash::{FxBuildHasher, FxHashMap};
use similar::DiffOp;
use similar::algorithms::{Capture, Compact, DiffHook, NoFinishHook, Replace, myers};

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
/// Lines that occur once on either side are paired first, and only what lies between the pairs is searched: the time
/// grows with the length of a file, not with the square of the number of its changes.
pub fn line_ops(old: &[&[u8]], new: &[&[u8]]) -> Vec<DiffOp> {
    let (old, new) = numbered(old, new);
    let mut hook = Compact::new(Replace::new(Capture::new()), &old, &new);
    let (mut old_at, mut new_at) = (0, 0);
    for (old_pair, new_pair) in anchors(&old, &new).into_iter().chain([(old.len(), new.len())]) {
        search_gap(&mut hook, &old, old_at..old_pair, &new, new_at..new_pair);
        if old_pair < old.len() {
            let Ok(()) = hook.equal(old_pair, new_pair, 1);
        }
        (old_at, new_at) = (old_pair + 1, new_pair + 1);
    }
    let Ok(()) = hook.finish();
    joined(hook.into_inner().into_inner().into_ops())
}

/// Each line by a number, the same for equal lines: they are compared many times.
fn numbered(old: &[&[u8]], new: &[&[u8]]) -> (Vec<u32>, Vec<u32>) {
    let room = old.len() + new.len() / 8;
    let mut numbers = FxHashMap::with_capacity_and_hasher(room, FxBuildHasher);
    let mut number = |line| {
        let next = numbers.len() as u32;
        *numbers.entry(line).or_insert(next)
    };
    let old = old.iter().map(|&line| number(line)).collect();
    let new = new.iter().map(|&line| number(line)).collect();
    (old, new)
}

/// Places of lines that occur once in `old` and once in `new`, as many as keep their order.
fn anchors(old: &[u32], new: &[u32]) -> Vec<(usize, usize)> {
    let numbers = old.iter().chain(new).max().map_or(0, |&number| number as usize + 1);
    let places_old = single_places(old, numbers);
    let places_new = single_places(new, numbers);
    let place = |places: &[u32], line: u32| Some(places[line as usize]).filter(|&place| place < SEVERAL);
    let pairs: Vec<(usize, usize)> = old
        .iter()
        .filter_map(|&line| Some((place(&places_old, line)? as usize, place(&places_new, line)? as usize)))
        .collect();

    // The longest run of rising places in `new`: `ends[n]` is the pair that a run of n + 1 ends with earliest.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; pairs.len()];
    for (at, &(_, new_place)) in pairs.iter().enumerate() {
        let length = ends.partition_point(|&end| pairs[end].1 < new_place);
        before[at] = length.checked_sub(1).map(|shorter| ends[shorter]);
        if length == ends.len() {
            ends.push(at);
        } else {
            ends[length] = at;
        }
    }
    let mut run: Vec<_> = std::iter::successors(ends.last().copied(), |&at| before[at]).map(|at| pairs[at]).collect();
    run.reverse();
    run
}

const ABSENT: u32 = u32::MAX;
const SEVERAL: u32 = u32::MAX - 1;

/// By the number of a line, its place if it has exactly one.
fn single_places(lines: &[u32], numbers: usize) -> Vec<u32> {
    let mut places = vec![ABSENT; numbers];
    for (at, &line) in lines.iter().enumerate() {
        let place = &mut places[line as usize];
        *place = if *place == ABSENT { at as u32 } else { SEVERAL };
    }
    places
}

fn search_gap<H: DiffHook>(hook: &mut H, old: &[u32], old_gap: Range<usize>, new: &[u32], new_gap: Range<usize>) {
    if !old_gap.is_empty() || !new_gap.is_empty() {
        // A hook that captures cannot fail.
        let _ = myers::diff(&mut NoFinishHook::new(hook), old, old_gap, new, new_gap);
    }
}

/// `ops` with neighbours that say the same made one.
fn joined(ops: Vec<DiffOp>) -> Vec<DiffOp> {
    let mut out: Vec<DiffOp> = Vec::with_capacity(ops.len());
    for op in ops {
        match (out.last_mut(), op) {
            (Some(DiffOp::Equal { len, .. }), DiffOp::Equal { len: more, .. }) => *len += more,
            _ => out.push(op),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(old: &str, new: &str, expected: &[(&str, Range<usize>, Range<usize>)]) {
        let ops = line_ops(&lines(old.as_bytes()), &lines(new.as_bytes()));
        let seen: Vec<_> = ops.iter().map(|op| (format!("{:?}", op.tag()), op.old_range(), op.new_range())).collect();
        let expected: Vec<_> =
            expected.iter().map(|(tag, old, new)| (tag.to_string(), old.clone(), new.clone())).collect();
        assert_eq!(seen, expected);
    }

    #[test]
    fn a_changed_line_is_replaced() {
        check("a\nb\nc\n", "a\nB\nc\n", &[("Equal", 0..1, 0..1), ("Replace", 1..2, 1..2), ("Equal", 2..3, 2..3)]);
    }

    #[test]
    fn lines_that_repeat_are_found_between_those_that_do_not() {
        check(
            "f\n}\ng\n}\nh\n}\n",
            "f\n}\ng\nx\n}\nh\n}\n",
            &[("Equal", 0..3, 0..3), ("Insert", 3..3, 3..4), ("Equal", 3..6, 4..7)],
        );
    }

    #[test]
    fn of_lines_that_change_places_one_stays() {
        check("a\nb\n", "b\na\n", &[("Insert", 0..0, 0..1), ("Equal", 0..1, 1..2), ("Delete", 1..2, 2..2)]);
    }

    #[test]
    fn many_changes_in_a_long_file_take_no_time() {
        let text = |changed: &str| -> String {
            (0..200_000)
                .map(|n| if n % 5 == 0 { format!("{changed}{n}\n") } else { format!("{}\n", n % 70_000) })
                .collect()
        };
        let (old, new) = (text("old"), text("new"));
        let ops = line_ops(&lines(old.as_bytes()), &lines(new.as_bytes()));
        assert_eq!(ops.iter().filter(|op| op.tag() == similar::DiffTag::Replace).count(), 40_000);
    }
}
