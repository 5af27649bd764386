//! Discord's slash commands, from the one list of commands.

use poise::{ApplicationContext, BoxFuture, CommandParameter, ContextMenuCommandAction};
use serenity::all::{GuildId, Message, ResolvedValue};
use wavelaunch_shared::text::Foreign;
use wavelaunch_shared::{Error, Result, delivery};

use super::Discord;
use super::gateway::{Data, Failure};
use super::outbox::told;
use crate::digest;
use crate::talk::registry::{self, Command, WITH_COACH};
use crate::talk::{Input, Manner};

/// The command beneath which everything about the coach stands: its own two verbs, and the commands
/// that other platforms offer beside it.
const COACH: &str = "coach";
const ASK: &str = "ask";
const OPEN: &str = "open";
const ROOM: &str = "room";

/// What a message's own menu offers.
const ABOUT: &str = "Ask the coach about this";

type Slash<'a> = ApplicationContext<'a, Data, Failure>;

/// The commands as the framework takes them.
pub(super) fn commands() -> Vec<poise::Command<Data, Failure>> {
    let offered = registry::offered(Manner::Discord).filter(|command| !WITH_COACH.contains(&command.name));
    offered.map(command).chain([about_message()]).collect()
}

fn command(command: &Command) -> poise::Command<Data, Failure> {
    if command.name == COACH {
        let own = [
            slash(ASK, command.description, command.argument),
            slash(OPEN, "Open your coach, with questions to begin with", None),
            poise::Command {
                slash_action: Some(room),
                ..slash(ROOM, "Talk with your coach in a private thread of your own", None)
            },
        ];
        let beneath = registry::offered(Manner::Discord).filter(|command| WITH_COACH.contains(&command.name));
        let beneath = beneath.map(|command| slash(command.name, command.description, None));
        return poise::Command {
            subcommands: own.into_iter().chain(beneath).collect(),
            subcommand_required: true,
            ..slash(command.name, command.description, None)
        };
    }
    slash(command.name, command.description, command.argument)
}

/// The entry in the menu of every message.
fn about_message() -> poise::Command<Data, Failure> {
    poise::Command {
        context_menu_action: Some(ContextMenuCommandAction::Message(about)),
        context_menu_name: Some(ABOUT.into()),
        name: ABOUT.into(),
        qualified_name: ABOUT.into(),
        identifying_name: ABOUT.into(),
        source_code_name: "about".into(),
        ephemeral: true,
        ..poise::Command::default()
    }
}

fn about(menu: Slash<'_>, message: Message) -> BoxFuture<'_, Result<(), poise::FrameworkError<'_, Data, Failure>>> {
    Box::pin(async move {
        answer(menu, Input::About(Foreign::new(message.content))).await;
        Ok(())
    })
}

fn slash(
    name: &'static str,
    description: &'static str,
    argument: Option<&'static str>,
) -> poise::Command<Data, Failure> {
    poise::Command {
        slash_action: Some(act),
        name: name.into(),
        qualified_name: name.into(),
        identifying_name: name.into(),
        source_code_name: name.into(),
        description: Some(description.into()),
        ephemeral: true,
        parameters: argument.map(parameter).into_iter().collect(),
        ..poise::Command::default()
    }
}

fn parameter(name: &'static str) -> CommandParameter<Data, Failure> {
    CommandParameter {
        name: name.into(),
        name_localizations: std::borrow::Cow::Borrowed(&[]),
        description: Some(format!("Your {name}").into()),
        description_localizations: std::borrow::Cow::Borrowed(&[]),
        required: true,
        channel_types: None,
        choices: std::borrow::Cow::Borrowed(&[]),
        // A text; the framework leaves a parameter out that has none.
        type_setter: Some(|option| option),
        autocomplete_callback: None,
        __non_exhaustive: (),
    }
}

/// Every command does the same: says what was called to the conversation, which knows what it means.
fn act(slash: Slash<'_>) -> BoxFuture<'_, Result<(), poise::FrameworkError<'_, Data, Failure>>> {
    let name = match slash.command_tree.last().map(|command| command.name.as_ref()) {
        Some(ASK | OPEN) => COACH.to_owned(),
        name => name.unwrap_or_default().to_owned(),
    };
    let args = slash.args.iter().find_map(|option| match option.value {
        ResolvedValue::String(text) => Some(text),
        _ => None,
    });
    let args = Foreign::from(args.unwrap_or(""));
    Box::pin(async move {
        answer(slash, Input::Command { name, args }).await;
        Ok(())
    })
}

fn room(slash: Slash<'_>) -> BoxFuture<'_, Result<(), poise::FrameworkError<'_, Data, Failure>>> {
    Box::pin(async move {
        let data = slash.framework.user_data().await;
        let (discord, interaction) = (std::sync::Arc::clone(&data.discord), slash.interaction.clone());
        beside(data, async move { discord.open_room(&interaction).await }).await;
        Ok(())
    })
}

/// Answers beside the gateway.
async fn answer(slash: Slash<'_>, input: Input) {
    let data = slash.framework.user_data().await;
    let (discord, interaction) = (std::sync::Arc::clone(&data.discord), slash.interaction.clone());
    beside(data, async move { discord.called(&interaction, input).await }).await;
}

/// Does something in a task of its own, for which a stop waits.
async fn beside(data: &Data, work: impl Future<Output = ()> + Send + 'static) {
    if let Err(error) = data.tracker.spawn(work).await {
        tracing::error!(%error, "a command broke off");
    }
}

impl Discord {
    /// Tells Discord the commands, if they are not the ones that it was told last. Those that it has
    /// work without it, so that a failure is only logged.
    pub(super) async fn register_commands(&self) {
        if let Err(error) = self.try_register_commands().await {
            tracing::warn!(%error, "the commands could not be registered; it is tried again at the next start");
        }
    }

    async fn try_register_commands(&self) -> Result<()> {
        let commands = poise::builtins::create_application_commands(&commands());
        let guild = &self.studio.settings.discord.guild_id;
        let wanted = digest(&(guild, &commands));
        let source = format!("{}:commands", self.source);
        let told_last = delivery::cursor(&mut self.studio.db.read().await?, &source).await?;
        if told_last.as_deref() == Some(&wanted) {
            return Ok(());
        }
        let nothing: [(); 0] = [];
        let registered = match guild.parse().ok().filter(|id| *id > 0) {
            Some(id) => match self.http.create_guild_commands(GuildId::new(id), &commands).await {
                // Else those registered everywhere before would be offered beside them.
                Ok(_) => self.http.create_global_commands(&nothing).await,
                failed => failed,
            },
            None => self.http.create_global_commands(&commands).await,
        };
        registered.map_err(|error| Error::refused(told(&error)))?;
        delivery::move_cursor(&self.studio, &source, &wanted).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_offered_command_is_a_slash_command_that_discord_takes() {
        let made = serde_json::to_value(poise::builtins::create_application_commands(&commands())).unwrap();
        let made = made.as_array().unwrap();
        let (menu, slashes): (Vec<_>, Vec<_>) = made.iter().partition(|command| command["type"] == 3);
        assert_eq!(slashes.len() + WITH_COACH.len(), registry::offered(Manner::Discord).count());
        for command in slashes {
            let name = command["name"].as_str().unwrap();
            assert!((1..=32).contains(&name.len()) && name.chars().all(|c| c.is_ascii_lowercase()), "{name}");
            assert!((1..=100).contains(&command["description"].as_str().unwrap().chars().count()), "{name}");
        }
        assert_eq!((menu.len(), &menu[0]["name"]), (1, &ABOUT.into()));
        let coach = made.iter().find(|command| command["name"] == "coach").unwrap();
        let names: Vec<&str> =
            coach["options"].as_array().unwrap().iter().filter_map(|verb| verb["name"].as_str()).collect();
        assert_eq!(names, ["ask", "open", "room", "chats", "export"]);
        assert_eq!(coach["options"][0]["options"][0]["name"], "question");
    }
}
