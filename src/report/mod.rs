//! What the user reads: the diff, the diagnostics, the summary, the pages of the documentation.
//!
//! This room turns results into bytes. It decides nothing, and it neither reads nor writes a file.

mod book;
mod diff;
mod excerpt;
mod finding;
mod fingerprint;
mod full;
mod github;
mod html;
mod json;
mod lines;
mod name;
mod palette;
mod patch;
mod sarif;
mod summary;
mod text;

pub use book::{header_page, template_page, transform_page, transforms_contents, transforms_index};
pub use diff::{diff_hunks, diff_of_new, unified_diff};
pub use finding::{FileReport, RunReport};
pub use full::json;
pub use github::github;
pub use html::html;
pub use json::Json;
pub use name::{diff_name, readable};
pub use palette::Palette;
pub use patch::{CommitMessage, mail};
pub use sarif::sarif;
pub use summary::{Summary, count};
pub use text::{diagnostics, text};

#[cfg(test)]
mod tests;
