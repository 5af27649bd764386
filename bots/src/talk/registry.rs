//! The one list of commands: menus, slash commands and `/help` are made from it.

use super::Manner;

/// What a command does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Begin or come back; carries the code of a deep link.
    Start,
    /// Link this account with a code.
    Link,
    /// The home card.
    Home,
    /// The eight months.
    Progress,
    /// The journey in one card.
    Journey,
    /// The documents.
    Documents,
    /// The conversations with the studio.
    Messages,
    /// What the client was told.
    News,
    /// A question to the coach.
    Coach,
    /// The conversations with the coach.
    Chats,
    /// A conversation with the coach as a file.
    Export,
    /// A person instead of the coach.
    Human,
    /// The settings.
    Settings,
    /// What the studio knows about the client.
    Profile,
    /// The questionnaire.
    Answers,
    /// Leave a question out.
    Skip,
    /// A break from the programme.
    Break,
    /// What there is.
    Help,
    /// No more messages.
    Stop,
}

/// One command.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    /// What follows the slash.
    pub name: &'static str,
    /// What it does, in a few words.
    pub description: &'static str,
    /// What may follow it, if anything.
    pub argument: Option<&'static str>,
    /// Where it is offered.
    pub platforms: &'static [Manner],
    /// What it does.
    pub verb: Verb,
}

/// The commands that stand beneath `/coach` where commands are grouped.
pub const WITH_COACH: [&str; 2] = ["chats", "export"];

impl Command {
    /// What follows the slash there.
    #[must_use]
    pub fn typed(&self, manner: Manner) -> String {
        match manner {
            Manner::Discord if self.verb == Verb::Coach => format!("{} ask", self.name),
            Manner::Discord if WITH_COACH.contains(&self.name) => format!("coach {}", self.name),
            _ => self.name.to_owned(),
        }
    }
}

const TELEGRAM: &[Manner] = &[Manner::Telegram];
const DISCORD: &[Manner] = &[Manner::Discord];
const BOTH: &[Manner] = &[Manner::Telegram, Manner::Discord];

/// Every command, in the order of the menus.
pub const COMMANDS: &[Command] = &[
    command("start", "Begin, or come back", None, TELEGRAM, Verb::Start),
    command("link", "Link your account with the code from your invitation", Some("code"), DISCORD, Verb::Link),
    command("home", "Where things stand", None, BOTH, Verb::Home),
    command("progress", "Your eight months, and what comes next", None, TELEGRAM, Verb::Progress),
    command("journey", "Your progress in one card", None, DISCORD, Verb::Journey),
    command("documents", "Your documents", None, TELEGRAM, Verb::Documents),
    command("messages", "Your conversations with the studio", None, TELEGRAM, Verb::Messages),
    command("news", "What we told you, the newest first", None, BOTH, Verb::News),
    command("coach", "Ask your coach", Some("question"), BOTH, Verb::Coach),
    command("chats", "Your conversations with your coach", None, BOTH, Verb::Chats),
    command("export", "Your conversation with your coach as a file", None, BOTH, Verb::Export),
    command("human", "Ask for a person at the studio", None, BOTH, Verb::Human),
    command("answers", "The questions about your brand: go on, or look back", None, BOTH, Verb::Answers),
    command("skip", "Leave a question out", None, TELEGRAM, Verb::Skip),
    command("profile", "What we know about you", None, BOTH, Verb::Profile),
    command("settings", "What you are told, and when", None, BOTH, Verb::Settings),
    command("break", "Ask for a break", Some("reason"), TELEGRAM, Verb::Break),
    command("help", "What I can do", None, BOTH, Verb::Help),
    command("stop", "No more messages from me", None, TELEGRAM, Verb::Stop),
];

const fn command(
    name: &'static str,
    description: &'static str,
    argument: Option<&'static str>,
    platforms: &'static [Manner],
    verb: Verb,
) -> Command {
    Command { name, description, argument, platforms, verb }
}

/// The command of this name. One that a platform does not offer is understood there all the same.
#[must_use]
pub fn find(name: &str) -> Option<&'static Command> {
    COMMANDS.iter().find(|command| command.name == name)
}

/// The commands that a platform offers.
pub fn offered(manner: Manner) -> impl Iterator<Item = &'static Command> {
    COMMANDS.iter().filter(move |command| command.platforms.contains(&manner))
}
