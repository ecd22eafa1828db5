//! The colours of what is printed.

use std::fmt::{self, Display};

use annotate_snippets::Renderer;
use anstyle::{AnsiColor, Style};

/// Styles for the parts of a report, or plain text for all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Palette {
    coloured: bool,
}

impl Palette {
    /// With colours, or without.
    pub fn new(coloured: bool) -> Palette {
        Palette { coloured }
    }

    /// For an error.
    pub fn error(self) -> Style {
        self.pick(AnsiColor::Red.on_default().bold())
    }

    /// For a warning.
    pub fn warning(self) -> Style {
        self.pick(AnsiColor::Yellow.on_default().bold())
    }

    /// For a remark below a message.
    pub fn note(self) -> Style {
        self.pick(AnsiColor::Cyan.on_default())
    }

    /// For what a reader looks for first: places, headings, file names.
    pub fn strong(self) -> Style {
        self.pick(Style::new().bold())
    }

    /// For the id of a transform.
    pub fn id(self) -> Style {
        self.pick(AnsiColor::Magenta.on_default())
    }

    /// For the place of a hunk.
    pub fn hunk(self) -> Style {
        self.pick(AnsiColor::Cyan.on_default())
    }

    /// For a line taken out.
    pub fn removed(self) -> Style {
        self.pick(AnsiColor::Red.on_default())
    }

    /// For a line put in.
    pub fn added(self) -> Style {
        self.pick(AnsiColor::Green.on_default())
    }

    /// `text` in `style`.
    pub fn paint<T: Display>(self, style: Style, text: T) -> Painted<T> {
        Painted { style, text }
    }

    /// What renders lines of code with remarks, in these colours.
    pub fn renderer(self) -> Renderer {
        Renderer::styled()
            .error(self.error())
            .warning(self.warning())
            .info(self.note())
            .note(self.note())
            .help(self.note())
            .line_num(self.note())
            .context(self.note())
            .emphasis(self.strong())
            .addition(self.added())
            .removal(self.removed())
    }

    fn pick(self, style: Style) -> Style {
        if self.coloured { style } else { Style::new() }
    }
}

/// Text that is shown in a style.
pub struct Painted<T> {
    style: Style,
    text: T,
}

impl<T: Display> Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.style.render(), self.text, self.style.render_reset())
    }
}
