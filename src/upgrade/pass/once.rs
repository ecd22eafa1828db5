//! What many findings of a file ask for alike, and a look at all of it answers.

use std::borrow::Borrow;
use std::cell::{OnceCell, RefCell};
use std::hash::Hash;

use rustc_hash::FxHashMap;

/// What is known of a file so far.
#[derive(Default)]
pub(super) struct Once {
    /// Where the include stands that the compat header must stand behind, if there is one.
    pub(super) header_behind: OnceCell<Option<u32>>,
    /// By name: where the first token of that name begins.
    pub(super) first_token: Places<String>,
    /// By name: where its letters stand first, be it in a comment or in a longer name.
    pub(super) first_mention: Places<String>,
    /// By names: where the include of the compat header stands, or would, that brings them.
    pub(super) include_place: Places<Vec<String>>,
}

/// Places by what was looked for; none where it was not found.
pub(super) struct Places<K>(RefCell<FxHashMap<K, Option<u32>>>);

impl<K> Default for Places<K> {
    fn default() -> Self {
        Places(RefCell::default())
    }
}

impl<K: Hash + Eq> Places<K> {
    /// The place of `key`, by `find` where it is not known yet.
    pub(super) fn of<Q>(&self, key: &Q, find: impl FnOnce() -> Option<u32>) -> Option<u32>
    where
        K: Borrow<Q>,
        Q: ?Sized + Hash + Eq + ToOwned<Owned = K>,
    {
        if let Some(known) = self.0.borrow().get(key) {
            return *known;
        }
        let found = find();
        self.0.borrow_mut().insert(key.to_owned(), found);
        found
    }
}
