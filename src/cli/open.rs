//! From files to the projects that they belong to, and how each of those is upgraded.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;

use super::args::UpgradeArgs;
use super::baseline::Baseline;
use super::config::Config;
use super::console::{Console, Verbosity};
use super::custom;
use super::file_rules::FileRules;
use super::files::{Here, Input};
use super::globs::Globs;
use super::project::{Project, Root, Roots};
use super::range;
use super::rename;
use super::select::{Selection, places_of, unknown_in};
use super::settings::Settings;
use crate::header;
use crate::report::{count, readable};
use crate::source::Language;
use crate::transform::Catalogue;
use crate::upgrade::Options;

/// A project with files to upgrade.
pub struct Open {
    /// The project.
    pub project: Project,
    /// How it is upgraded.
    pub options: Options,
    /// Whether it runs other transforms than the default ones.
    pub is_selected: bool,
    /// Places of its files among the inputs.
    pub inputs: Vec<usize>,
}

/// What the command line says for all projects.
pub struct Shared<'a> {
    /// The arguments.
    pub args: &'a UpgradeArgs,
    /// The built-in transforms and those that the arguments name.
    pub catalogue: &'static Catalogue,
    /// What the arguments select.
    pub selection: &'a Selection,
    /// What the arguments exclude.
    pub exclude: Option<&'a Globs>,
    /// The baseline that the arguments name.
    pub baseline: Option<Arc<Baseline>>,
    /// The current folder.
    pub here: &'a Here,
}

impl Shared<'_> {
    /// The projects of `inputs`. Files that are excluded are left out, and those of a project whose Pythons cannot be
    /// served, or whose settings are not understood, which is told.
    pub fn open(&self, inputs: &[Input], console: &mut Console) -> Vec<Open> {
        let mut roots = Roots::default();
        let mut members: Vec<(Root, Vec<usize>)> = Vec::new();
        let mut place_of = HashMap::new();
        for (at, input) in inputs.iter().enumerate() {
            let root = roots.of(&input.real);
            let place = *place_of.entry(root.clone()).or_insert(members.len());
            if place == members.len() {
                members.push((root, Vec::new()));
            }
            members[place].1.push(at);
        }
        let named = self.named();
        let mut excluded = 0;
        let mut open = Vec::new();
        for (root, mut members) in members {
            let config = Config::of(root.folder(), self.here);
            let Some((options, rules, is_selected)) = self.options(config, console) else { continue };
            members.retain(|&at| {
                let input = &inputs[at];
                let is_asked_for = !self.args.force_exclude && (input.text.is_some() || named.contains(&input.real));
                let is_kept = is_asked_for || !rules.exclude.match_file(&input.real);
                if !is_kept {
                    excluded += 1;
                    self.leave_out(input, console);
                }
                is_kept
            });
            let Some(first) = members.first() else { continue };
            let project =
                Project::new(root, self.here, self.args.jobs()).with_text_of(&inputs[*first]).with_rules(rules);
            open.push(Open { project, options, is_selected, inputs: members });
        }
        if excluded > 0 && excluded == inputs.len() {
            console.note(&format!("nothing is read: {} excluded", count(excluded, "file")));
        }
        open
    }

    /// The files that the arguments name themselves.
    fn named(&self) -> BTreeSet<PathBuf> {
        let real = |path: &PathBuf| self.here.folder().join(path).canonicalize().ok();
        self.args.paths.iter().filter_map(real).collect()
    }

    fn leave_out(&self, input: &Input, console: &mut Console) {
        console.message(Verbosity::Verbose, &format!("{}: excluded\n", readable(&input.shown)));
        if let (true, Some(text)) = (self.args.apply, &input.text) {
            console.print(text);
        }
    }

    /// How a project with this configuration is upgraded, and whether it selects; nothing if that cannot be known, which
    /// is told.
    fn options(&self, config: Config, console: &mut Console) -> Option<(Options, FileRules, bool)> {
        let args = self.args;
        let settings = config.settings.map_err(|errors| errors.iter().for_each(|error| console.error(error)));
        // Whatever is wrong with the Pythons is told as well.
        let known = settings.as_ref().cloned().unwrap_or_default();
        let range = range::of_project(args.range, &known, config.requirement, console);
        let range = range.map_err(|error| console.error(&error)).ok()?;
        let settings = settings.ok()?;
        let catalogue = match &settings.transforms[..] {
            [] => Ok(self.catalogue),
            own => custom::catalogue(&args.custom.folders, own, self.here),
        };
        let catalogue = catalogue.map_err(|errors| errors.iter().for_each(|error| console.error(error))).ok()?;
        for message in unknown_in(&settings, catalogue) {
            console.warning(&message);
        }
        for message in rename::idle(&settings.renames, catalogue) {
            console.warning(&format!("{}: {message}", settings.file));
        }
        let selection = self.selection.within(&settings);
        let options = Options {
            range,
            catalogue,
            transforms: selection.places(catalogue, range),
            allow_unsafe: args.allow_unsafe,
            only: None,
            header: args.header().or(settings.header.clone()).unwrap_or_else(|| Some(header::NAME.to_owned())),
            language: args.language.map(Language::from),
            renames: rename::merged(&args.rename, &settings.renames),
        };
        let rules = self.rules(settings, &options).map_err(|error| console.error(&error)).ok()?;
        Some((options, rules, !selection.is_default()))
    }

    fn rules(&self, settings: Settings, options: &Options) -> anyhow::Result<FileRules> {
        let places = |names: &[String]| places_of(names, options.catalogue, options.range);
        let ignores = settings.per_file_ignores.into_iter().map(|(globs, names)| (globs, places(&names)));
        let baseline = match (&self.baseline, settings.baseline) {
            _ if !self.args.has_baseline() => None,
            (Some(shared), _) => Some(Arc::clone(shared)),
            (None, Some(own)) => {
                let read = Baseline::read(&own, self.here);
                Some(Arc::new(read.with_context(|| format!("{}: `tool.capi-upgrade.baseline`", settings.file))?))
            }
            (None, None) => None,
        };
        let exclude = self.exclude.cloned().unwrap_or(settings.exclude);
        Ok(FileRules { exclude, ignores: ignores.collect(), baseline })
    }
}
