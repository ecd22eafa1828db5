//! A pseudo-terminal with the program at its other end.

use std::fs::File;
use std::io::{Read, Write};
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

/// The program hangs if nothing comes for so long.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a user sees and types.
pub struct Terminal {
    child: Child,
    keyboard: File,
    screen: Receiver<Vec<u8>>,
    /// What was shown and not yet looked at.
    unseen: String,
}

impl Terminal {
    /// Runs `command` in a terminal of so many columns.
    pub fn with(mut command: Command, columns: u16) -> Terminal {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pseudo-terminal");
        grantpt(&master).and_then(|()| unlockpt(&master)).expect("its other end");
        let name = ptsname(&master, Vec::new()).expect("its name").into_string().expect("a plain name");
        let size = Winsize { ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        let other_end = || File::options().read(true).write(true).open(&name).expect("the other end");
        let child = {
            let (stdin, stdout, stderr) = (other_end(), other_end(), other_end());
            tcsetwinsize(&stdin, size).expect("a size");
            // It goes with the command, which would keep the terminal open.
            let child = command.stdin(stdin).stdout(stdout).stderr(stderr).spawn().expect("the program runs");
            drop(command);
            child
        };
        let keyboard = File::from(master);
        let mut reader = keyboard.try_clone().expect("the same terminal");
        let (sender, screen) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            // Linux answers with an error once the program has ended.
            while let Ok(len @ 1..) = reader.read(&mut buffer) {
                let _ = sender.send(buffer[..len].to_vec());
            }
        });
        Terminal { child, keyboard, screen, unseen: String::new() }
    }

    /// What is shown up to `text`, which must come.
    #[track_caller]
    pub fn expect(&mut self, text: &str) -> String {
        loop {
            if let Some(at) = self.unseen.find(text) {
                let rest = self.unseen.split_off(at + text.len());
                return std::mem::replace(&mut self.unseen, rest);
            }
            match self.screen.recv_timeout(PATIENCE) {
                Ok(bytes) => self.unseen.push_str(&String::from_utf8_lossy(&bytes).replace('\r', "")),
                Err(error) => panic!("no {text:?} ({error}), but {:?}", self.unseen),
            }
        }
    }

    /// Types `text`.
    pub fn say(&mut self, text: &str) {
        self.keyboard.write_all(text.as_bytes()).expect("the terminal is there");
    }

    /// Waits for a question, and types the answer. Returns what was shown before.
    #[track_caller]
    pub fn answer(&mut self, text: &str) -> String {
        let shown = self.expect("]? ");
        self.say(&format!("{text}\n"));
        shown
    }

    /// Ends the program by a signal, as Ctrl-C does; but that one is ignored by what is started in the background.
    pub fn interrupt(&mut self) {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, rustix::process::Signal::TERM).expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// Waits for the end. Returns the exit code, and what was shown last.
    #[track_caller]
    pub fn end(mut self) -> (i32, String) {
        while let Ok(bytes) = self.screen.recv_timeout(PATIENCE) {
            self.unseen.push_str(&String::from_utf8_lossy(&bytes).replace('\r', ""));
        }
        let status = self.child.wait().expect("it ends");
        (status.code().expect("it ends by itself"), self.unseen)
    }
}
