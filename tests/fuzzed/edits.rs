//! Any sets of edits.

use capi_upgrade::edit::{Applicability, Edit, Fix, apply, select};
use capi_upgrade::source::TextRange;

/// What is edited: every byte of it is another one, so that one that moves is seen.
const TEXT: [u8; 64] = {
    let mut text = [0; 64];
    let mut at = 0;
    while at < text.len() {
        text[at] = b'0' + at as u8;
        at += 1;
    }
    text
};

/// An input is a list of edits of four bytes each: where, how long, how many bytes take the place, and whether a fix ends
/// there. Fixes are chosen and applied without a panic, their order does not matter, those that are chosen do not
/// collide and none that was left could be made beside them, and the bytes between them stay.
pub fn holds(data: &[u8]) {
    let fixes = fixes(data);
    let straight: Vec<usize> = (0..fixes.len()).collect();
    let (chosen, text) = outcome(&fixes, &straight);
    let mut turned = straight.clone();
    turned.rotate_left(fixes.len() / 3);
    for order in [straight.iter().rev().copied().collect(), turned] {
        assert_eq!(outcome(&fixes, &order).1, text, "another order, another text");
    }
    let edits: Vec<Edit> = chosen.iter().flat_map(|fix| fixes[*fix].edits()).cloned().collect();
    assert_eq!(text, by_hand(&edits));
    for (index, fix) in fixes.iter().enumerate().filter(|(index, _)| !chosen.contains(index)) {
        let all = edits.iter().chain(fix.edits()).cloned().collect();
        assert_eq!(Fix::new(all, Applicability::Safe), None, "fix {index} was left for nothing");
    }
}

fn fixes(data: &[u8]) -> Vec<Fix> {
    let mut fixes = Vec::new();
    let mut edits = Vec::new();
    for edit in data.chunks_exact(4) {
        let start = u32::from(edit[0]).min(TEXT.len() as u32);
        let end = (start + u32::from(edit[1] % 8)).min(TEXT.len() as u32);
        edits.push(Edit::replace(TextRange::new(start, end), vec![b'a' + edit[0] % 26; usize::from(edit[2] % 4)]));
        if edit[3] % 2 == 0 {
            fixes.extend(Fix::new(std::mem::take(&mut edits), Applicability::Safe));
        }
    }
    fixes.extend(Fix::new(edits, Applicability::Safe));
    fixes
}

/// The fixes that are chosen of those in this order, and the text that they make.
fn outcome(fixes: &[Fix], order: &[usize]) -> (Vec<usize>, Vec<u8>) {
    let listed: Vec<(&str, &Fix)> = order.iter().map(|index| ("id", &fixes[*index])).collect();
    let chosen: Vec<usize> = select(&listed).into_iter().map(|place| order[place]).collect();
    let text = apply(&TEXT, chosen.iter().flat_map(|index| fixes[*index].edits()));
    (chosen, text)
}

/// The text with the edits made, byte by byte.
fn by_hand(edits: &[Edit]) -> Vec<u8> {
    let mut out = Vec::new();
    for at in 0..=TEXT.len() as u32 {
        // What is put in at a place stands before what takes the place of the byte there.
        let mut here: Vec<&Edit> = edits.iter().filter(|edit| edit.range.start == at).collect();
        here.sort_by_key(|edit| edit.range.end);
        out.extend(here.iter().flat_map(|edit| &edit.text));
        if !edits.iter().any(|edit| edit.range.contains_offset(at)) {
            out.extend(TEXT.get(at as usize));
        }
    }
    out
}
