//! The terminal that this process was started in.
//!
//! The one place that switches a real terminal's modes. Whatever happens (quit,
//! error, panic) the terminal is handed back as it was: main screen, cursor
//! visible, paste and raw mode off.

use std::io::{self, IsTerminal as _, Write as _};
use std::panic;
use std::sync::Once;
use std::thread;

use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste, EventStream};
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use crossterm::{cursor, execute};
use futures::{Stream, StreamExt as _, future};
use ratatui::layout::Size;

use super::{Facts, Input, clamp};

/// The local terminal in full-screen mode; dropping it hands the terminal back.
pub struct LocalTerminal(());

impl LocalTerminal {
    /// Takes the terminal over.
    ///
    /// # Errors
    /// When standard input or output is not a terminal, or refuses raw mode.
    pub fn enter() -> io::Result<Self> {
        if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
            return Err(io::Error::other(
                "the dashboard needs a terminal; run a subcommand instead, \
                 for instance: wavelaunch client list",
            ));
        }
        restore_on_panic();
        enable_raw_mode()?;
        let entered = Self(());
        execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, cursor::Hide)?;
        Ok(entered)
    }

    /// The terminal's size, clamped; 80 by 24 when it will not say.
    #[must_use]
    pub fn size(&self) -> Size {
        let (columns, rows) = crossterm::terminal::size().unwrap_or((80, 24));
        clamp(columns, rows)
    }

    /// What the environment says about the terminal.
    #[must_use]
    pub fn facts(&self) -> Facts {
        Facts::read(|name| std::env::var(name).ok())
    }

    /// Everything typed here, until the terminal goes away.
    pub fn inputs(&self) -> impl Stream<Item = Input> + Send + Unpin + use<> {
        EventStream::new()
            .take_while(|event| future::ready(event.is_ok()))
            .filter_map(|event| future::ready(event.ok().and_then(Input::from_crossterm)))
    }
}

impl Drop for LocalTerminal {
    fn drop(&mut self) {
        hand_back();
    }
}

/// Best effort by nature: there is nobody left to tell when it fails.
fn hand_back() {
    let mut out = io::stdout();
    let _ = execute!(out, DisableBracketedPaste, LeaveAlternateScreen, cursor::Show);
    let _ = out.flush();
    let _ = disable_raw_mode();
}

/// A panic message printed onto the alternate screen would vanish with it, so
/// the terminal is handed back before the message is written. A panic on another
/// thread is a failed background job: the session lives on and reports it, so
/// nothing may be printed over the dashboard.
fn restore_on_panic() {
    static ONCE: Once = Once::new();
    let home = thread::current().id();
    ONCE.call_once(|| {
        let print = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if thread::current().id() == home {
                hand_back();
                print(info);
            } else {
                tracing::error!(panic = %info, "a background job failed");
            }
        }));
    });
}
