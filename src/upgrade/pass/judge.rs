//! What the findings of all views of a file come to: which are told, which fixes can be made, and what they need.

use std::collections::BTreeMap;

use super::super::findings::{Findings, Verdict};
use super::super::include;
use super::{Key, Pass};
use crate::capi::{self, BuildSet, Implementation};
use crate::edit::{Applicability, Edit, Fix};
use crate::rewriters::Finding;
use crate::source::{TextRange, Token, merged};
use crate::transform::Rule;

impl<'a> Pass<'a> {
    /// What all that was found comes to.
    pub(super) fn finish(mut self) -> Findings {
        let mut by_start: Vec<(TextRange, usize)> =
            self.regions.iter().enumerate().map(|(number, (range, _))| (*range, number)).collect();
        by_start.sort_unstable();
        let mut furthest = 0;
        self.by_place = by_start
            .into_iter()
            .map(|(range, number)| {
                furthest = furthest.max(range.end);
                (range.start, furthest, number)
            })
            .collect();
        let all = self.sightings.iter().filter_map(|(key, sightings)| self.verdict(*key, sightings));
        let is_suppressed = |verdict: &Verdict| {
            let id = self.context.catalogue.transforms()[verdict.transform].id();
            self.suppressions.are_asked_for(id, verdict.range, self.lines)
        };
        let (suppressed, verdicts) = all.partition(is_suppressed);
        let (suppressed, verdicts) = (self.settled(suppressed), self.settled(verdicts));
        Findings { verdicts, suppressed, unparsed: self.unparsed, parts: merged(self.parts) }
    }

    /// Those that stay beside one another, in order.
    fn settled(&self, mut verdicts: Vec<Verdict>) -> Vec<Verdict> {
        self.drop_covered_reports(&mut verdicts);
        self.keep_most_specific(&mut verdicts);
        self.keep_first_reports(&mut verdicts);
        verdicts.sort_by_key(Verdict::place);
        verdicts
    }

    /// What a transform rewrites, it does not report as well.
    fn drop_covered_reports(&self, verdicts: &mut Vec<Verdict>) {
        let is_report = |verdict: &Verdict| self.rule(verdict.transform, verdict.rule).is_report();
        let mut rewritten: BTreeMap<usize, Vec<TextRange>> = BTreeMap::new();
        for verdict in verdicts.iter().filter(|verdict| !is_report(verdict)) {
            rewritten.entry(verdict.transform).or_default().push(verdict.range);
        }
        for ranges in rewritten.values_mut() {
            // Disjoint, so that the last one that begins before a place decides.
            *ranges = merged(std::mem::take(ranges));
        }
        verdicts.retain(|verdict| {
            let Some(ranges) = rewritten.get(&verdict.transform).filter(|_| is_report(verdict)) else { return true };
            let before = ranges.partition_point(|range| range.start < verdict.range.end);
            !before.checked_sub(1).is_some_and(|last| ranges[last].overlaps(verdict.range))
        });
    }

    /// Of several fixes for one range, those whose pattern leaves least open stay: `x = NULL` is a special case of
    /// `x = $value`. Of two equal ones in a file the first stays. Of those of one file that begin at one place, the one
    /// that takes in most stays: its pattern says what follows.
    fn keep_most_specific(&self, verdicts: &mut Vec<Verdict>) {
        let captures = |verdict: &Verdict| self.rule(verdict.transform, verdict.rule).pattern.captures().len();
        let mut least: BTreeMap<TextRange, usize> = BTreeMap::new();
        let mut first: BTreeMap<(TextRange, usize), usize> = BTreeMap::new();
        for verdict in verdicts.iter().filter(|verdict| verdict.fix.is_some()) {
            let count = captures(verdict);
            least.entry(verdict.range).and_modify(|known| *known = count.min(*known)).or_insert(count);
        }
        verdicts.retain(|verdict| verdict.fix.is_none() || captures(verdict) == least[&verdict.range]);
        let mut furthest: BTreeMap<(u32, usize), u32> = BTreeMap::new();
        for verdict in verdicts.iter().filter(|verdict| verdict.fix.is_some()) {
            let end = furthest.entry((verdict.range.start, verdict.transform)).or_default();
            *end = verdict.range.end.max(*end);
        }
        let is_longest = |verdict: &Verdict| furthest[&(verdict.range.start, verdict.transform)] == verdict.range.end;
        verdicts.retain(|verdict| verdict.fix.is_none() || is_longest(verdict));
        for verdict in verdicts.iter().filter(|verdict| verdict.fix.is_some()) {
            first.entry((verdict.range, verdict.transform)).or_insert(verdict.rule);
        }
        let is_first = |verdict: &Verdict| first.get(&(verdict.range, verdict.transform)) == Some(&verdict.rule);
        verdicts.retain(|verdict| verdict.fix.is_none() || is_first(verdict));
    }

    /// Of several reports of one transform about one place, the first one in its file stays, and none beside a fix.
    fn keep_first_reports(&self, verdicts: &mut Vec<Verdict>) {
        let mut first: BTreeMap<(TextRange, usize), (bool, usize)> = BTreeMap::new();
        let is_report = |verdict: &Verdict| self.rule(verdict.transform, verdict.rule).template.is_none();
        let order = |verdict: &Verdict| (verdict.fix.is_none(), verdict.rule);
        for verdict in verdicts.iter().filter(|verdict| is_report(verdict)) {
            let known = first.entry((verdict.range, verdict.transform)).or_insert(order(verdict));
            *known = order(verdict).min(*known);
        }
        verdicts.retain(|verdict| {
            !is_report(verdict) || first.get(&(verdict.range, verdict.transform)) == Some(&order(verdict))
        });
    }

    fn rule(&self, transform: usize, rule: usize) -> &'a Rule {
        &self.context.catalogue.transforms()[transform].rules()[rule]
    }

    /// What holds of a finding once all views are known.
    fn verdict(&self, (index, rule, range): Key, sightings: &[(usize, Finding)]) -> Option<Verdict> {
        let transform = &self.context.catalogue.transforms()[index];
        let (_, first) = &sightings[0];
        let builds = self.conditionals.builds_at(range.start);
        if builds.is_empty()
            || self.suppressions.are_generated(range)
            || transform.ends().is_some_and(|end| builds.is_subset(BuildSet::before(end)))
            || self.is_guarded_shim(range, &first.introduces)
        {
            return None;
        }
        let mut verdict = Verdict {
            transform: index,
            rule,
            range,
            fix: None,
            applicability: sightings
                .iter()
                .fold(Applicability::Safe, |worst, (_, f)| worst.lowered_to(f.applicability)),
            note: sightings.iter().find_map(|(_, finding)| finding.note.clone()),
            needs: Vec::new(),
        };
        let Some(edits) = self.agreed_edits(sightings) else {
            verdict.applicability = Applicability::DisplayOnly;
            return Some(verdict);
        };
        if self.disagrees(range, sightings) {
            verdict.applicability = verdict.applicability.lowered_to(Applicability::Unsafe);
            verdict.note = Some("it means something else in another variant of the `#if`s around it".to_owned());
        }
        let ends_own = self.rule(index, rule).ends_own_names();
        match self.missing(builds, range, &first.introduces, ends_own) {
            Ok(needs) if ends_own && self.comes_too_late(&needs, range) => {
                verdict.applicability = Applicability::DisplayOnly;
                verdict.note = Some("no include of the compat header would stand above it in this file".to_owned());
                return Some(verdict);
            }
            Ok(needs) => verdict.needs = needs,
            Err(note) => {
                verdict.applicability = Applicability::DisplayOnly;
                verdict.note = Some(note);
                return Some(verdict);
            }
        }
        verdict.fix = Fix::new(edits, verdict.applicability);
        // A fix that changes nothing is no fix: the code has its new form already.
        verdict.fix.is_some().then_some(verdict)
    }

    /// The edits, if every view has the same.
    fn agreed_edits(&self, sightings: &[(usize, Finding)]) -> Option<Vec<Edit>> {
        let (_, first) = &sightings[0];
        sightings.iter().all(|(_, finding)| finding.edits == first.edits).then(|| first.edits.clone())?
    }

    /// Whether a view that holds the place, and parsed, does not hold the finding.
    fn disagrees(&self, range: TextRange, sightings: &[(usize, Finding)]) -> bool {
        let last = self.by_place.partition_point(|(start, ..)| *start <= range.start);
        // Regions end before later ones begin, but for those of other views; the furthest end says when to stop.
        let around = self.by_place[..last].iter().rev().take_while(|(_, furthest, _)| *furthest > range.start);
        let silent = |number: usize| !sightings.iter().any(|(seen, _)| *seen == number);
        around
            .map(|(.., number)| *number)
            .any(|number| self.regions[number].1.binary_search(&range.start).is_ok() && silent(number))
    }

    /// Whether the place is compiled depending on whether a name that would be written there exists: then it is the
    /// project's own stand-in for it.
    fn is_guarded_shim(&self, range: TextRange, introduces: &[String]) -> bool {
        !introduces.is_empty()
            && self.conditionals.is_asked_around(range.start, |name| introduces.iter().any(|new| new == name))
    }

    /// Whether the file defines `name` itself, and nothing before `offset` speaks of it.
    fn is_defined_below(&self, name: &str, offset: u32) -> bool {
        let is_own = self.file.function(name).is_some_and(|function| function.defined);
        let first = || memchr::memmem::find(self.source, name.as_bytes()).map(|at| at as u32);
        is_own && self.once.first_mention.of(name, first).is_none_or(|first| first >= offset)
    }

    /// Where the first token `name` of the file begins.
    fn first_token(&self, name: &str) -> Option<u32> {
        let is_name = |token: &&Token| token.is(self.source, name);
        self.once.first_token.of(name, || self.tokens.iter().find(is_name).map(|token| token.range.start))
    }

    /// Whether the include that brings `needs` would not stand above `range`, for whoever includes the file: code
    /// between the two may use the names.
    fn comes_too_late(&self, needs: &[String], range: TextRange) -> bool {
        let header = self.context.options.header.as_deref().filter(|_| !needs.is_empty());
        header.is_some_and(|header| {
            let place = || include::place(self.source, header, &needs.iter().cloned().collect(), self.context);
            let line = self.once.include_place.of(needs, place);
            line.is_none_or(|line| line > range.start || !self.conditionals.is_around_both(line, range.start))
        })
    }

    /// Which of the names the compat header must bring, or why one cannot be had. Where the project's own definitions
    /// end they are no help, and no hindrance either.
    fn missing(
        &self,
        builds: BuildSet,
        range: TextRange,
        introduces: &[String],
        ends_own: bool,
    ) -> Result<Vec<String>, String> {
        let concerned = builds.intersect(self.context.options.range.builds());
        let mut needs = Vec::new();
        for name in introduces {
            let Some(header) = self.context.header else { continue };
            let brought = header.macro_definition(name).map_or(BuildSet::NONE, |found| found.builds);
            // A name that no Python has is the header's own.
            let since = capi::symbol(name).map(|symbol| symbol.since);
            let mut lacking = since.map_or(brought, BuildSet::before).intersect(concerned);
            if ends_own {
                // They may be there for PyPy, which lacks what CPython of that version has.
                let pypy = BuildSet::matching(|build| build.implementation == Implementation::PyPy && !build.limited);
                lacking = lacking.union(brought.intersect(pypy).intersect(concerned));
            }
            if lacking.is_empty() {
                continue;
            }
            if !ends_own && self.context.project.is_defined_for(self.context.path, name) {
                if self.is_defined_below(name, range.start) {
                    return Err(format!("the file's own `{name}` stands further down"));
                }
                continue;
            }
            if let Some(clash) = self.context.clash.filter(|_| !ends_own) {
                return Err(format!("`{name}` is in the compat header, which this file's own `{clash}` collides with"));
            }
            let last = *self.once.header_behind.get_or_init(|| {
                include::last_before(self.source, self.tokens, header, self.context.project, self.context.path)
            });
            // What the file says of the name already would mean the header's, too.
            let is_before = |last: u32| range.start < last || self.first_token(name).is_some_and(|first| first < last);
            if last.is_some_and(is_before) {
                return Err(format!(
                    "`{name}` is in the compat header, which has its place behind an include further down"
                ));
            }
            let full = BuildSet::matching(|build| !build.limited);
            if !lacking.intersect(full).is_subset(brought) {
                let version = since.map_or_else(|| "a later version".to_owned(), |version| version.to_string());
                return Err(format!("`{name}` is new in Python {version}"));
            }
            needs.push(name.clone());
        }
        Ok(needs)
    }
}
