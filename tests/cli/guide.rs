//! Pages of `docs/` that lead through a small project: its files and the command lines stand there whole.

use super::support::Folder;

/// A page with files, each below its name, and sessions.
pub struct Guide(pub &'static str);

impl Guide {
    /// A folder with the files of the guide.
    pub fn folder(&self) -> Folder {
        let folder = Folder::with(&[]);
        for (title, text) in self.blocks("toml").chain(self.blocks("c")) {
            let name = title.strip_prefix('`').and_then(|title| title.strip_suffix("`:"));
            folder.write(name.unwrap_or_else(|| panic!("no name of a file: {title}")), text);
        }
        folder
    }

    /// The sessions, of which there are so many, show what happens when one is run after the other.
    pub fn check(&self, sessions: usize) {
        let folder = self.folder();
        let mut shown = 0;
        for (_, session) in self.blocks("console") {
            let (command, output) = session.split_once('\n').expect("a command");
            let args: Vec<&str> = command.strip_prefix("$ capi-upgrade ").expect("a command").split(' ').collect();
            let ran = folder.run(&args);
            assert_eq!(format!("{}{}", ran.text(), ran.err), output, "{command}");
            assert_eq!(ran.code, 0, "{command}");
            shown += 1;
        }
        assert_eq!(shown, sessions);
    }

    /// The blocks in `language`, each with the last line of text before it.
    fn blocks(&self, language: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
        let mut before = "";
        let mut parts = self.0.split("```").enumerate();
        std::iter::from_fn(move || {
            parts.find_map(|(place, part)| {
                if place % 2 == 0 {
                    before = part.trim_end().lines().last().unwrap_or("");
                    return None;
                }
                let (name, content) = part.split_once('\n')?;
                (name == language).then_some((before, content))
            })
        })
    }
}

#[test]
fn the_quick_start_shows_what_happens() {
    Guide(include_str!("../../docs/quick-start.md")).check(2);
}
