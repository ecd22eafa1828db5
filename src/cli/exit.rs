//! The exit codes, all of them.

use std::process::ExitCode;

/// How a run ended. The greater one wins where two apply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Everything asked for was done.
    #[default]
    Done = 0,
    /// With `--check`: there is something to rewrite or to look at.
    Found = 1,
    /// Something could not be done.
    Failed = 2,
}

impl Exit {
    const ALL: [Exit; 3] = [Exit::Done, Exit::Found, Exit::Failed];

    fn meaning(self) -> &'static str {
        match self {
            Exit::Done => "done: the diff was shown, the rewrites were applied, or there was nothing to do",
            Exit::Found => "only with --check: a selected rewrite or diagnostic exists",
            Exit::Failed => "something could not be read, written or understood; the rest was still done",
        }
    }

    /// The section of the long help.
    pub fn help() -> String {
        let lines = Exit::ALL.map(|exit| format!("  {}  {}", exit as u8, exit.meaning()));
        format!("Exit codes:\n{}", lines.join("\n"))
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}
