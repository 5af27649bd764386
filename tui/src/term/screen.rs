//! One terminal's picture: what it shows now, and the bytes to the next frame.

use std::fmt;

use ratatui::layout::Size;
use ratatui::{Frame, Terminal};

use super::{ByteBackend, Profile};

/// Draws frames for one terminal of a known size.
pub struct Screen {
    terminal: Terminal<ByteBackend>,
}

impl Screen {
    /// A blank screen. The size is taken as given: see [`super::clamp`].
    pub fn new(size: Size, profile: Profile) -> Result<Self, fmt::Error> {
        Ok(Self { terminal: Terminal::new(ByteBackend::new(size, profile))? })
    }

    /// The terminal changed its size; the next frame repaints all of it.
    pub fn resize(&mut self, size: Size) {
        self.terminal.backend_mut().set_size(size);
    }

    /// Forgets what the terminal shows, so that the next frame is complete.
    pub fn repaint(&mut self) -> Result<(), fmt::Error> {
        self.terminal.clear()
    }

    /// The bytes that bring the terminal from the last frame to this one: a
    /// synchronised update, or nothing at all.
    pub fn draw(&mut self, render: impl FnOnce(&mut Frame<'_>)) -> Result<String, fmt::Error> {
        self.terminal.draw(render)?;
        self.terminal.backend_mut().take_frame()
    }
}

#[cfg(test)]
#[path = "screen_tests.rs"]
mod tests;
