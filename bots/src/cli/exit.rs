//! How a command ends: 0 done, 1 refused or failed, 3 not found; 2, wrong usage, is the parser's.

use std::process::ExitCode;

use wavelaunch_shared::Error;
use wavelaunch_shared::text::terminal_safe;

/// What a verb returns.
pub(super) type Outcome<T = ()> = Result<T, Failure>;

/// Why a command did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// A feature said no, or failed.
    #[error(transparent)]
    Core(#[from] Error),
    /// The program around it failed; the chain of causes is told.
    #[error("{0:#}")]
    Other(#[from] anyhow::Error),
    /// Standard output or standard input failed.
    #[error("cannot write the answer: {0}")]
    Output(#[from] std::io::Error),
    /// Everything was said already; only the exit code is left.
    #[error("")]
    Told,
}

/// Says what went wrong, if anything, in one line, and gives the exit code.
pub(super) fn conclude(outcome: Outcome) -> ExitCode {
    let Err(failure) = outcome else { return ExitCode::SUCCESS };
    let line = terminal_safe(&failure.to_string()).split_whitespace().collect::<Vec<_>>().join(" ");
    if !line.is_empty() {
        eprintln!("{line}");
    }
    match failure {
        Failure::Core(Error::NotFound(_)) => ExitCode::from(3),
        _ => ExitCode::FAILURE,
    }
}
