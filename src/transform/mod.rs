//! Transforms: what one TOML file becomes, the pattern language, and its matcher.
//!
//! Nothing here knows an API by name; names come from the files.

mod catalogue;
mod decode;
mod file;
mod format;
mod initializer;
mod matcher;
mod names;
mod pattern;
mod precedence;
mod rewrite;
mod shape;
mod spelled;

pub use catalogue::{Catalogue, Group, ParseGroupError, Rule, Transform};
pub use decode::TransformError;
pub use file::{
    Condition, Example, Limits, MacroEntry, MacroPairEntry, New, Old, ReportEntry, ReturnConventionEntry, RewriteEntry,
    TransformFile,
};
pub use format::{FormatKind, arguments_of, spans, units};
pub use initializer::{InitializerMatch, InitializerPattern, Member, MemberPattern, match_initializer, rewrite_member};
pub use matcher::{
    Bindings, Match, Occurrence, is_pure, is_zero, match_declared, match_expression, match_statements, without_casts,
};
pub use pattern::{
    Capture, CaptureId, IncludePattern, Pattern, PatternError, Template, TemplateContent, TemplateToken, TreePattern,
    Wanted, is_lvalue_kind,
};
pub use rewrite::{Blocker, Site, render, rewrite};
pub use shape::{
    BareCondition, CharacterBuffer, DefinedValue, ExceptionTriple, FilledText, FormatCall, GuardWords, MacroPair,
    MacroRewrite, OwnedBuffer, ReturnConvention, Shape, SsizeClean, SystemInclude,
};
