//! Verbs that take something away: they ask first, and can show what they would do.

use std::io::{IsTerminal, Write, stderr, stdin};

use clap::Args;

use super::exit::{Failure, Outcome};

/// Options of a verb that takes something away.
#[derive(Args, Clone, Copy, Debug)]
pub struct Care {
    /// Do it without asking
    #[arg(long, short = 'y')]
    pub yes: bool,
    /// Say what would happen, and change nothing
    #[arg(long)]
    pub dry_run: bool,
}

impl Care {
    /// The same for what can be taken back: where there is nobody to ask, it is done.
    pub fn ask_if_heard(self, question: &str) -> Outcome {
        if stdin().is_terminal() && stderr().is_terminal() { self.ask(question) } else { Ok(()) }
    }

    /// Passes when the person agrees. Without a terminal to ask on, only `--yes` agrees.
    pub fn ask(self, question: &str) -> Outcome {
        if self.yes {
            return Ok(());
        }
        if !stdin().is_terminal() || !stderr().is_terminal() {
            return Err(Failure::Refused(format!("{question} Nothing was done: pass --yes to agree")));
        }
        write!(stderr(), "{question} [y/N] ")?;
        let mut answer = String::new();
        stdin().read_line(&mut answer)?;
        if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
            return Ok(());
        }
        Err(Failure::Refused("Nothing was done.".into()))
    }
}
