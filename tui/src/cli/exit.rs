//! How a command ends: 0 done, 1 refused or failed, 2 wrong usage, 3 not found.

use std::io;
use std::process::ExitCode;

use wavelaunch_shared::Error;
use wavelaunch_shared::text::terminal_safe;

use crate::editor::Trouble;

/// What a verb returns.
pub type Outcome<T = ()> = Result<T, Failure>;

/// Why a command did not do what it was asked to. Its message is one line.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A feature said no, or failed.
    #[error(transparent)]
    Core(#[from] Error),
    /// This command line said no; the text says what to do instead.
    #[error("{0}")]
    Refused(String),
    /// Nothing has that name; the text says where to look.
    #[error("{0}")]
    Missing(String),
    /// Standard output or standard input failed.
    #[error("cannot write the answer: {0}")]
    Output(#[from] io::Error),
    /// Everything was said already; only the exit code is left.
    #[error("")]
    Told,
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Unknown => Self::Refused(format!("{trouble}, or give the new text with --file")),
            other => Self::Refused(other.to_string()),
        }
    }
}

impl Failure {
    fn code(&self) -> u8 {
        match self {
            Self::Core(Error::NotFound(_)) | Self::Missing(_) => 3,
            _ => 1,
        }
    }

    /// Whoever read our output has gone, for instance `head`: that is an end, not a failure.
    fn is_quiet_end(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// One line without anything that could steer the terminal.
    pub fn line(&self) -> String {
        terminal_safe(&self.to_string()).split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// Says what went wrong, if anything, and gives the exit code.
pub fn conclude(outcome: Outcome) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) if failure.is_quiet_end() => ExitCode::SUCCESS,
        Err(failure) => {
            let line = failure.line();
            if !line.is_empty() {
                super::output::say(&line);
            }
            ExitCode::from(failure.code())
        }
    }
}
