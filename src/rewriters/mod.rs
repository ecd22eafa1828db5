//! The shapes of rewriting, one file each. A shape takes names from the transform it serves and holds none itself.

mod asked;
mod bare_condition;
mod chain;
mod character_buffer;
mod dead_guards;
mod definition;
mod exception_triple;
mod filled_text;
mod include;
mod initializer;
mod local;
mod local_polyfills;
mod macro_pair;
mod name;
mod owned_buffer;
mod pattern;
mod return_convention;
mod ssize_clean;
mod system_include;

use std::path::Path;

pub use bare_condition::is_bare;
pub use definition::above_include;

use crate::capi::BuildSet;
use crate::edit::{Applicability, Edit};
use crate::semantics::{FileIndex, ProjectIndex, SemanticModel};
use crate::source::{ConditionalTree, Directive, Language, TextRange, Token};
use crate::syntax::{NodeId, NodeKind, SyntaxTree};
use crate::transform::{Blocker, Pattern, Rule, Shape, Site, Transform};

/// What a rewriter found at one place of one view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which rule of the transform, by its place in [`Transform::rules`].
    pub rule: usize,
    /// What was found.
    pub range: TextRange,
    /// The edits that mend it; none where it is only reported.
    pub edits: Option<Vec<Edit>>,
    /// How far the edits can be trusted here.
    pub applicability: Applicability,
    /// What holds for this site.
    pub note: Option<String>,
    /// Names that the edits write.
    pub introduces: Vec<String>,
}

impl Finding {
    /// What is only reported so far: a fix may come to it, as far as the rule can be trusted.
    fn of(rule_index: usize, rule: &Rule, range: TextRange) -> Finding {
        Finding {
            rule: rule_index,
            range,
            edits: None,
            applicability: rule.applicability,
            note: rule.because.clone(),
            introduces: Vec::new(),
        }
    }

    /// Takes the edits with the names that they write, or says why there are none.
    fn conclude(&mut self, edits: Result<Vec<Edit>, Blocker>, introduces: Vec<String>) {
        match edits {
            Ok(edits) => {
                self.edits = Some(edits);
                self.introduces = introduces;
            }
            Err(blocker) => {
                self.applicability = Applicability::DisplayOnly;
                self.note = Some(blocker.to_string());
            }
        }
    }
}

/// One region of one view, and the place of a name in it that a transform looks for.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The region.
    pub site: &'a Site<'a>,
    /// Its leaves by their offsets.
    pub leaves: &'a Leaves,
    /// Where the name begins.
    pub offset: u32,
    /// The name.
    pub name: &'a str,
}

/// The conditionals of a file, and what is known around them.
#[derive(Clone, Copy)]
pub struct Conditionals<'a> {
    /// The bytes of the file.
    pub source: &'a [u8],
    /// Its tokens.
    pub tokens: &'a [Token],
    /// The tree of its conditionals.
    pub tree: &'a ConditionalTree,
    /// The builds that the code is for; those of later Pythons are among them.
    pub builds: BuildSet,
    /// What the file declares.
    pub file: &'a FileIndex,
    /// What the file's project declares.
    pub project: &'a ProjectIndex,
    /// The file's path below the project's root.
    pub path: &'a Path,
    /// Whether the compat header may be included.
    pub may_include_header: bool,
    /// A function of the project that the header collides with here.
    pub clash: Option<&'a str>,
}

impl Conditionals<'_> {
    /// Whether the file, or one that is compiled together with it, defines a macro called `name`.
    fn is_own_macro(&self, name: &str) -> bool {
        self.file.macro_definition(name).is_some() || self.project.is_macro_around(self.path, name)
    }
}

/// A file as a whole, and what is known around it.
#[derive(Clone, Copy)]
pub struct WholeFile<'a> {
    /// Its text and its conditionals.
    pub conditionals: Conditionals<'a>,
    /// Its comments.
    pub comments: &'a [TextRange],
    /// The language it is in.
    pub language: Language,
    /// The bytes of another file of the project, by its path below the project's root.
    pub read: &'a dyn Fn(&Path) -> Option<Vec<u8>>,
}

/// The names of a tree by their offsets.
pub struct Leaves(Vec<(u32, NodeId)>);

impl Leaves {
    /// Collects them.
    pub fn new(tree: &SyntaxTree) -> Leaves {
        let is_leaf = |node: &NodeId| matches!(tree.kind(*node), NodeKind::Identifier | NodeKind::FieldName);
        let mut leaves: Vec<_> = tree.nodes().filter(is_leaf).map(|node| (tree.core(node).start, node)).collect();
        leaves.sort_unstable();
        Leaves(leaves)
    }

    /// The name that begins at `offset`.
    pub fn at(&self, offset: u32) -> Option<NodeId> {
        let found = self.0.binary_search_by_key(&offset, |(start, _)| *start).ok()?;
        Some(self.0[found].1)
    }
}

/// Everything that the rules of `transform` find around a name in a region that parsed.
pub fn diagnose(place: &Place<'_>, transform: &Transform, out: &mut Vec<Finding>) {
    let model = SemanticModel { seeks_own_names: transform.is_custom(), ..*place.site.model };
    let site = Site { model: &model, ..*place.site };
    let place = &Place { site: &site, ..*place };
    for (index, rule) in transform.rules().iter().enumerate() {
        match &rule.pattern {
            Pattern::Include(_)
            | Pattern::Asked(_)
            | Pattern::Shape(
                Shape::DeadGuards(_) | Shape::LocalPolyfills(_) | Shape::SsizeClean(_) | Shape::SystemInclude(_),
            ) => {}
            Pattern::Shape(Shape::BareCondition(wanted)) => {
                out.extend(bare_condition::diagnose(place.site, place.offset, place.name, index, rule, wanted));
            }
            Pattern::Shape(Shape::ExceptionTriple(names)) => exception_triple::diagnose(place, index, rule, names, out),
            Pattern::Shape(Shape::CharacterBuffer(names)) => {
                out.extend(character_buffer::diagnose(place, index, rule, names));
            }
            Pattern::Shape(Shape::FilledText(names)) => {
                out.extend(filled_text::diagnose(place, index, rule, names));
            }
            Pattern::Shape(Shape::OwnedBuffer(names)) => out.extend(owned_buffer::diagnose(place, index, rule, names)),
            Pattern::Shape(Shape::ReturnConvention(convention)) => {
                out.extend(return_convention::diagnose(place, index, rule, convention));
            }
            Pattern::Shape(Shape::MacroPair(pair)) => out.extend(macro_pair::diagnose(place, index, rule, pair)),
            Pattern::Name(wanted) if wanted == place.name => out.extend(name::diagnose(place, index, rule)),
            Pattern::Name(_) => {}
            Pattern::Expression(tree) => pattern::diagnose(place, index, rule, tree, out),
            Pattern::Initializer(wanted) => initializer::diagnose(place, index, rule, wanted, out),
            Pattern::Statements(tree) => {
                pattern::diagnose(place, index, rule, tree, out);
                out.extend(chain::diagnose(place, transform, index));
            }
        }
    }
}

/// What the rules find at a name in a region that did not parse: what takes tokens alone. One that the
/// project defines may be defined right there, so it is left.
pub fn diagnose_unparsed(site: &Site<'_>, offset: u32, name: &str, transform: &Transform, out: &mut Vec<Finding>) {
    for (index, rule) in transform.rules().iter().enumerate() {
        match &rule.pattern {
            Pattern::Name(wanted) if wanted == name => {
                out.extend(name::diagnose_tokens(site, offset, name, index, rule));
            }
            Pattern::Shape(Shape::BareCondition(wanted)) => {
                out.extend(bare_condition::diagnose(site, offset, name, index, rule, wanted));
            }
            _ => {}
        }
    }
}

/// What the rules find in the conditionals of a file as a whole.
pub fn diagnose_conditionals(conditionals: &Conditionals<'_>, transform: &Transform, out: &mut Vec<Finding>) {
    for (index, rule) in transform.rules().iter().enumerate() {
        match &rule.pattern {
            Pattern::Shape(Shape::DeadGuards(guards)) => {
                dead_guards::diagnose(conditionals, index, rule, guards, out);
            }
            Pattern::Shape(Shape::LocalPolyfills(guards)) => {
                local_polyfills::diagnose(conditionals, index, rule, guards, out);
            }
            Pattern::Shape(Shape::SystemInclude(wanted)) => {
                let builds = transform.ends().map_or(conditionals.builds, BuildSet::since);
                out.extend(system_include::diagnose(&Conditionals { builds, ..*conditionals }, index, rule, wanted));
            }
            _ => {}
        }
    }
}

/// What the rules find in a file of which every part counts.
pub fn diagnose_file(whole: &WholeFile<'_>, transform: &Transform, out: &mut Vec<Finding>) {
    for (index, rule) in transform.rules().iter().enumerate() {
        if let Pattern::Shape(Shape::SsizeClean(words)) = &rule.pattern {
            let ended = transform.ends().map_or(BuildSet::NONE, BuildSet::before);
            ssize_clean::diagnose(whole, index, rule, words, ended, out);
        }
    }
}

/// What the rules find in a condition that asks for `name` at `offset`.
pub fn diagnose_condition(
    source: &[u8],
    directive: &Directive,
    offset: u32,
    name: &str,
    transform: &Transform,
    out: &mut Vec<Finding>,
) {
    for (index, rule) in transform.rules().iter().enumerate() {
        if matches!(&rule.pattern, Pattern::Asked(wanted) if wanted == name) {
            out.extend(asked::diagnose(source, directive, offset, name, index));
        }
    }
}

/// What the rules find in an `#include`.
pub fn diagnose_include(source: &[u8], directive: &Directive, transform: &Transform, out: &mut Vec<Finding>) {
    for (index, rule) in transform.rules().iter().enumerate() {
        if let Pattern::Include(wanted) = &rule.pattern {
            out.extend(include::diagnose(source, directive, wanted, index, rule));
        }
    }
}
