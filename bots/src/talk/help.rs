//! What there is, from the list of commands.

use wavelaunch_shared::text::{Block, Reply, Rich, Span};
use wavelaunch_shared::{Result, Studio};

use super::{Output, Person, registry};

/// Every command that the platform offers.
pub(super) fn show(studio: &Studio, person: &Person) -> Result<Vec<Output>> {
    let name = ("studio_name", studio.settings.studio.name.clone());
    let header = studio.messages.body("help_header", &[name])?;
    let manner = person.platform.manner();
    let lines = registry::offered(manner).map(|command| {
        let argument = command.argument.map(|argument| format!(" {argument}")).unwrap_or_default();
        Block::Item(
            0,
            None,
            vec![Span::plain(format!("/{}{argument}: {}", command.typed(manner), command.description))],
        )
    });
    let footer = studio.messages.body("help_footer", &[])?;
    Ok(vec![Output::Say(Reply::new(header.then(Rich(lines.collect())).then(footer)))])
}
