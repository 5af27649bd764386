//! One turn: find out who it is, do what they ask, word what went wrong.

use wavelaunch_shared::clients::Client;
use wavelaunch_shared::delivery::Turn as Pace;
use wavelaunch_shared::portal::{self, Identity};
use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::text::{Foreign, Reply};
use wavelaunch_shared::{Error, Result, Studio, id};

use super::action::Action;
use super::registry::{self, Verb};
use super::state::State;
use super::words::say;
use super::{
    Input, Manner, Output, Person, Platform, coach, documents, help, home, link, messages, pause, progress, settings,
    stop,
};

/// What came back to what a person did. It never fails: an error becomes a reply that says what to
/// do, and a line in the log.
pub async fn respond(studio: &Studio, person: &Person, input: Input) -> Vec<Output> {
    match answer(studio, person, input).await {
        Ok(outputs) => outputs,
        Err(error) => apologise(studio, person, &error),
    }
}

/// A linked person's turn.
pub(super) struct Turn<'a> {
    pub studio: &'a Studio,
    pub person: &'a Person,
    pub client: Client,
    pub identity: Identity,
}

impl Turn<'_> {
    /// The client as the one who asks.
    pub(super) fn actor(&self) -> Actor {
        Actor::Client(self.client.id.clone())
    }

    /// The client's name, as a value of a text.
    pub(super) fn name(&self) -> (&'static str, String) {
        ("client_name", self.client.full_name.raw().to_owned())
    }

    /// The studio's name, as a value of a text.
    pub(super) fn studio_name(&self) -> (&'static str, String) {
        ("studio_name", self.studio.settings.studio.name.clone())
    }

    /// The surface, as it is stored with what comes from it.
    pub(super) fn surface(&self) -> &'static str {
        self.person.platform.channel().as_str()
    }

    /// A message of the catalogue.
    pub(super) fn say(&self, key: &str, values: &[(&str, String)], actions: &[Action]) -> Result<Vec<Output>> {
        say(self.studio, key, values, actions)
    }

    /// The same, in the place of the message whose button was pressed.
    pub(super) fn replace(&self, key: &str, values: &[(&str, String)], actions: &[Action]) -> Result<Vec<Output>> {
        super::words::replace(self.studio, key, values, actions)
    }
}

async fn answer(studio: &Studio, person: &Person, input: Input) -> Result<Vec<Output>> {
    let channel = person.platform.channel();
    if let Pace::Wait(wait) = pace(studio, person).await? {
        let seconds = (wait.num_milliseconds() + 999) / 1000;
        return say(studio, "rate_limited", &[("seconds", seconds.to_string())], &[]);
    }
    let known = portal::identity(&mut studio.db.read().await?, channel, &person.external_user_id).await?;
    let Some((client, identity)) = known else { return link::unknown(studio, person, &input).await };
    if client.status.has_left() {
        return say(studio, "client_inactive", &[], &[]);
    }
    portal::seen(studio, &identity).await?;
    let turn = Turn { studio, person, client, identity };
    match input {
        Input::Command { name, args } => command(&turn, &name, &args).await,
        Input::Press { action } => press(&turn, &action).await,
        Input::Text(text) => words(&turn, &text).await,
        Input::Form { action, fields } => coach::filled(&turn, &action, &fields).await,
        Input::About(message) => coach::about(&turn, &message).await,
        Input::Unsupported(_) if turn.state().await?.is_some_and(|state| state.is_with_coach()) => {
            turn.say("coach_not_text", &[], &[])
        }
        Input::Unsupported(_) => turn.say("message_unsupported", &[], &[]),
    }
}

/// Whoever sits at the console owns the database, and may paste as fast as they like.
async fn pace(studio: &Studio, person: &Person) -> Result<Pace> {
    match person.platform {
        Platform::Console(_) => Ok(Pace::Go),
        platform => portal::may(studio, portal::Action::Command, platform.channel(), &person.external_user_id).await,
    }
}

async fn command(turn: &Turn<'_>, name: &str, args: &Foreign) -> Result<Vec<Output>> {
    let Some(command) = registry::find(name) else {
        let shown = format!("/{}", super::words::label(name));
        return turn.say("unknown_command", &[("command", shown)], &[]);
    };
    // A command ends whatever exchange was going on.
    turn.leave().await?;
    match command.verb {
        Verb::Start | Verb::Link if !args.is_blank() => link::again(turn, args).await,
        Verb::Start | Verb::Home => home::card(turn).await,
        Verb::Link => turn.say("link_ask_token", &[], &[]),
        Verb::Progress if turn.person.platform.manner() == Manner::Discord => progress::card(turn).await,
        Verb::Progress => progress::timeline(turn).await,
        Verb::Journey => progress::card(turn).await,
        Verb::Documents => documents::list(turn).await,
        Verb::Messages => messages::list(turn).await,
        Verb::Coach => coach::command(turn, args).await,
        Verb::Chats => coach::chats(turn).await,
        Verb::Export => coach::export(turn).await,
        Verb::Human => coach::person(turn, None).await,
        Verb::Settings => settings::show(turn).await,
        Verb::Break => pause::ask(turn, args).await,
        Verb::Help => help::show(turn.studio, turn.person),
        Verb::Stop => stop::ask(turn),
    }
}

async fn press(turn: &Turn<'_>, action: &str) -> Result<Vec<Output>> {
    let Some(action) = Action::read(action) else { return expired(turn).await };
    match action {
        Action::Link(code) | Action::AskLink(code) => link::again(turn, &Foreign::new(code)).await,
        Action::NotMe => turn.replace("link_wrong_person", &[], &[]),
        Action::Home => home::card(turn).await,
        Action::Progress => progress::timeline(turn).await,
        Action::Documents => documents::list(turn).await,
        Action::Page(page) => documents::turn_to(turn, page).await,
        Action::Open(id) => documents::open(turn, &id).await,
        Action::Revise(id) => documents::revise(turn, &id).await,
        Action::Messages => messages::list(turn).await,
        Action::Thread(id) => messages::show(turn, &id).await,
        Action::Reply(id) => messages::reply(turn, &id).await,
        Action::Write => messages::write(turn).await,
        Action::Send(mark, to) => messages::send(turn, &mark, &to).await,
        Action::Subject(mark) => messages::ask_subject(turn, &mark).await,
        Action::Cancel => messages::cancel(turn).await,
        Action::Settings => settings::show(turn).await,
        Action::Set(switch, on) => settings::set(turn, switch, on).await,
        Action::Quiet(on) => settings::quiet(turn, on).await,
        Action::Timezone => settings::ask_timezone(turn).await,
        Action::Break => pause::ask(turn, &Foreign::default()).await,
        Action::Stop => stop::stop(turn).await,
        Action::Stay => turn.replace("stop_kept", &[], &[]),
        Action::Coach(action) => coach::press(turn, action).await,
        Action::AskCoach(mark) => coach::draft(turn, &mark).await,
    }
}

async fn expired(turn: &Turn<'_>) -> Result<Vec<Output>> {
    let mut outputs = turn.say("button_expired", &[], &[])?;
    outputs.extend(home::card(turn).await?);
    Ok(outputs)
}

async fn words(turn: &Turn<'_>, text: &Foreign) -> Result<Vec<Output>> {
    if text.is_blank() {
        return turn.say("message_unsupported", &[], &[]);
    }
    match turn.state().await? {
        Some(State::Subject(draft)) => messages::subject(turn, &draft, text).await,
        Some(State::Writing) => messages::written(turn, text).await,
        Some(State::Replying(thread)) => messages::replied(turn, &thread, text).await,
        Some(State::Revising(document)) => documents::revised(turn, &document, text).await,
        Some(State::Resting) => pause::request(turn, text).await,
        Some(State::Timezone) => settings::timezone(turn, text).await,
        // Words where a press was waited for are the next question.
        Some(State::Coaching | State::Held(_)) => coach::words(turn, text).await,
        Some(State::Telling(fact)) => coach::told(turn, fact, text).await,
        Some(State::Reason(answer)) => coach::reason(turn, &answer, text).await,
        Some(State::Draft(draft)) => messages::drafted(turn, Some(&draft), text).await,
        None if pause::is_wished(text) => pause::offer(turn, text).await,
        None => messages::drafted(turn, None, text).await,
    }
}

/// What a person is told when something went wrong.
fn apologise(studio: &Studio, person: &Person, error: &Error) -> Vec<Output> {
    let told = match error {
        Error::NotFound("conversation") => say(studio, "thread_gone", &[], &[Action::Messages]),
        Error::NotFound("document") => say(studio, "document_gone", &[], &[Action::Documents]),
        Error::NotFound(_) => say(studio, "not_found", &[], &[]),
        Error::Invalid(why) => Ok(vec![Output::Say(Reply::plain(why))]),
        error if error.is_transient() => {
            tracing::warn!(platform = person.platform.channel().as_str(), %error, "the database is away");
            say(studio, "busy", &[], &[])
        }
        error => {
            let reference = id::cuid(studio.clock.now());
            tracing::error!(%reference, platform = person.platform.channel().as_str(), %error, "a turn failed");
            say(studio, "internal", &[("reference", reference)], &[])
        }
    };
    told.unwrap_or_else(|error| {
        tracing::error!(%error, "the catalogue cannot word an error");
        vec![Output::Say(Reply::plain("Something went wrong on our side. Please try again in a few minutes."))]
    })
}
