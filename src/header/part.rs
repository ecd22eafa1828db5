//! Parts of the header: what some Pythons need of it, and of that what is asked for.

use std::collections::BTreeSet;

use super::piece::{self, Piece, Pieces};
use crate::capi::{BuildSet, PythonVersion};

/// Which part of the header is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Pythons before this one need not be served.
    pub oldest: Option<PythonVersion>,
    /// Only these names, and what they are made of; everything if there are none.
    pub only: Option<BTreeSet<String>>,
}

impl Part {
    /// Whether it is the whole header.
    pub fn is_whole(&self) -> bool {
        self.oldest.is_none() && self.only.is_none()
    }

    /// The builds that are served.
    pub fn builds(&self) -> BuildSet {
        self.oldest.map_or(BuildSet::all(), BuildSet::since)
    }
}

/// The text of a part of the header.
pub fn part(wanted: &Part) -> String {
    if wanted.is_whole() {
        return super::TEXT.to_owned();
    }
    let pieces = piece::split(super::TEXT, wanted.builds());
    let kept = kept(&pieces, wanted);
    let mut out = pieces.head.clone();
    let mut heading = None;
    let mut follows = false;
    for (piece, is_kept) in pieces.pieces.iter().zip(kept) {
        heading = piece.heading.as_ref().or(heading);
        if !is_kept {
            follows = false;
            continue;
        }
        if !piece.names.is_empty()
            && let Some(heading) = heading.take()
        {
            out.push_str(&format!("\n\n{heading}\n\n"));
        } else if !(follows && piece.is_tight) {
            out.push('\n');
        }
        out.push_str(&piece.text);
        follows = true;
    }
    out + &pieces.tail
}

/// Which pieces stay: what was asked for, what those are made of, and what serves them all.
fn kept(pieces: &Pieces, wanted: &Part) -> Vec<bool> {
    let is_wanted = |name: &String| match &wanted.only {
        Some(only) => only.contains(name),
        None => super::has(name),
    };
    let serves_all = |piece: &Piece| piece.names.is_empty() && !piece.text.is_empty();
    let mut kept: Vec<bool> =
        pieces.pieces.iter().map(|piece| serves_all(piece) || piece.names.iter().any(is_wanted)).collect();
    loop {
        let used: BTreeSet<&String> =
            pieces.pieces.iter().zip(&kept).filter(|(_, kept)| **kept).flat_map(|(piece, _)| &piece.words).collect();
        // Other pieces speak of removed API only where Python has it.
        let is_found =
            |piece: &Piece, name: &String| used.contains(name) && !(piece.is_opt_in() && super::gives_back(name));
        let is_used = |piece: &Piece| piece.names.iter().any(|name| is_found(piece, name));
        let next: Vec<bool> = pieces.pieces.iter().zip(&kept).map(|(piece, kept)| *kept || is_used(piece)).collect();
        if next == kept {
            return kept;
        }
        kept = next;
    }
}
