//! What is generated from the command tree: completions and manual pages.

use clap::Command;
use clap_complete::Shell;

use super::exit::{Failure, Outcome};
use super::output::print;

/// The completion script of a shell.
pub fn completions(shell: Shell, mut command: Command) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "wavelaunch", &mut script);
    print(&String::from_utf8_lossy(&script))
}

/// The manual page of the command, or of one noun, as roff.
pub fn manual(mut command: Command, noun: Option<&str>) -> Outcome {
    command.build();
    let page = match noun {
        None => command,
        Some(noun) => match command.find_subcommand(noun) {
            Some(found) => found.clone(),
            None => {
                return Err(Failure::Missing(format!("there is no noun {noun:?}; `wavelaunch --help` names them all")));
            }
        },
    };
    let mut roff = Vec::new();
    clap_mangen::Man::new(page).render(&mut roff)?;
    print(&String::from_utf8_lossy(&roff))
}
