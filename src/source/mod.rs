//! The text of one file and everything that is said of it without a parser: tokens, the `#if` tree, regions, and
//! views in which every byte keeps its place.

mod condition;
mod conditional;
mod directive;
mod language;
mod layout;
mod lexer;
pub(crate) mod mask;
mod region;
#[cfg(test)]
mod tests;
mod text;
mod views;

pub use condition::{Assumptions, Condition, Extent, NoAssumptions, Truth, VersionPart};
pub use conditional::{ConditionalBranch, ConditionalGroup, ConditionalTree, MAX_CONDITIONAL_DEPTH, TooDeep};
pub use directive::{Directive, DirectiveKind, Include, directive, first_name, include, is_python_h};
pub use language::Language;
pub use layout::{blanks_before, indentation, newline_at, reindented, removal, removals};
pub(crate) use lexer::is_name_byte;
pub use lexer::{Lexed, Token, TokenKind, directives, lex, lex_range, tokens_in, words};
pub use region::{MacroDefinition, Region, RegionKind, macro_definition, split};
pub use text::{LineIndex, MAX_FILE_BYTES, SourceText, TextRange, merged, newline_style, whole_lines};
pub use views::Views;
