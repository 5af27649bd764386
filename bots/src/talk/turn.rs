//! One turn: find out who it is, do what they ask, word what went wrong.

use wavelaunch_shared::clients::Client;
use wavelaunch_shared::delivery::Turn as Pace;
use wavelaunch_shared::portal::{self, Identity};
use wavelaunch_shared::staff::{Actor, chat};
use wavelaunch_shared::text::{Foreign, Reply};
use wavelaunch_shared::{Error, Result, Studio, id};

use super::action::{Action, Wanted};
use super::registry::{self, Verb};
use super::state::State;
use super::words::say;
use super::{
    Input, Manner, Occasion, Output, Person, Platform, channels, coach, confirm, documents, form, help, home, link,
    messages, news, onboarding, pause, profile, progress, settings, staff, stop, tour,
};

/// What came back to what a person did. It never fails: an error becomes a reply that says what to
/// do, and a line in the log.
pub async fn respond(studio: &Studio, person: &Person, occasion: &Occasion, input: Input) -> Vec<Output> {
    match answer(studio, person, occasion, input).await {
        Ok(outputs) => outputs,
        Err(error) => apologise(studio, person, &error),
    }
}

/// A linked person's turn.
pub(super) struct Turn<'a> {
    pub studio: &'a Studio,
    pub person: &'a Person,
    pub occasion: &'a Occasion,
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

async fn answer(studio: &Studio, person: &Person, occasion: &Occasion, input: Input) -> Result<Vec<Output>> {
    let channel = person.platform.channel();
    if let Pace::Wait(wait) = pace(studio, person).await? {
        let seconds = (wait.num_milliseconds() + 999) / 1000;
        return say(studio, "rate_limited", &[("seconds", seconds.to_string())], &[]);
    }
    let known = portal::identity(&mut studio.db.read().await?, channel, &person.external_user_id).await?;
    let Some((client, identity)) = known else { return unlinked(studio, person, occasion, input).await };
    if !portal::is_let_in(&mut studio.db.read().await?, &client).await? {
        return say(studio, "client_inactive", &[], &[]);
    }
    let silent_since = portal::seen(studio, &identity).await?;
    let turn = Turn { studio, person, occasion, client, identity: Identity { silent_since, ..identity } };
    match input {
        Input::Command { name, args } => command(&turn, &name, &args).await,
        Input::Press { action } => press(&turn, &action).await,
        Input::Text(text) => words(&turn, &text).await,
        Input::Form { action, fields } => filled(&turn, &action, &fields).await,
        Input::About(message) => coach::about(&turn, &message).await,
        Input::Unsupported(_) if turn.state().await?.is_some_and(|state| state.is_with_coach()) => {
            turn.say("coach_not_text", &[], &[])
        }
        Input::Unsupported(_) => turn.say("message_unsupported", &[], &[]),
    }
}

/// Who is no client may be one of the staff.
async fn unlinked(studio: &Studio, person: &Person, occasion: &Occasion, input: Input) -> Result<Vec<Output>> {
    let channel = person.platform.channel();
    let member = chat::member(&mut studio.db.read().await?, channel, &person.external_user_id).await?;
    match member {
        Some(member) => staff::respond(studio, person, member, input).await,
        None => link::unknown(studio, person, occasion, &input).await,
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
    if command.verb == Verb::Skip {
        return onboarding::skip_open(turn).await;
    }
    // A command ends whatever exchange was going on.
    turn.leave().await?;
    match command.verb {
        Verb::Start | Verb::Link if !args.is_blank() => link::again(turn, args).await,
        Verb::Start | Verb::Home => home::card(turn).await,
        Verb::Link => turn.say("link_ask_token", &[], &[]),
        Verb::Progress if turn.person.platform.manner() == Manner::Discord => progress::card(turn).await,
        Verb::Progress => progress::timeline(turn).await,
        Verb::Journey => progress::card(turn).await,
        Verb::Documents => documents(turn, Wanted::List).await,
        Verb::Messages => messages::list(turn).await,
        Verb::Coach => coach::command(turn, args).await,
        Verb::Chats => coach::chats(turn).await,
        Verb::Export => coach::export(turn).await,
        Verb::Human => coach::person(turn, None).await,
        Verb::News => news::list(turn).await,
        Verb::Settings => settings::show(turn).await,
        Verb::Profile => profile::show(turn).await,
        Verb::Answers | Verb::Skip => onboarding::go_on(turn).await,
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
        Action::Documents => documents(turn, Wanted::List).await,
        Action::Page(_) | Action::Certificate if turn.identity.silent_since.is_some() => {
            documents(turn, Wanted::List).await
        }
        Action::Page(page) => documents::turn_to(turn, page).await,
        Action::Open(id) => documents(turn, Wanted::Open(id)).await,
        Action::StillMe(wanted) => confirm::still_me(turn, &wanted).await,
        Action::Disown => confirm::not_me(turn).await,
        Action::Revise(id) => documents::revise(turn, &id).await,
        Action::Certificate => documents::certificate(turn).await,
        Action::Messages => messages::list(turn).await,
        Action::Thread(id) => messages::show(turn, &id).await,
        Action::Reply(id) => messages::reply(turn, &id).await,
        Action::Write => messages::write(turn).await,
        Action::Send(mark, to) => messages::send(turn, &mark, &to).await,
        Action::Subject(mark) => messages::ask_subject(turn, &mark).await,
        Action::Cancel => messages::cancel(turn).await,
        Action::News(shown, page) => news::turn_to(turn, shown, page).await,
        Action::Notice(id) => news::open(turn, &id).await,
        Action::AllRead => news::all_read(turn).await,
        Action::Settings => settings::show(turn).await,
        Action::Set(switch, on) => settings::set(turn, switch, on).await,
        Action::Quiet(on) => settings::quiet(turn, on).await,
        Action::Channels => channels::show(turn).await,
        Action::Prefer(channel) => channels::prefer(turn, channel).await,
        Action::Topics(channel) => channels::topics(turn, channel).await,
        Action::SetTopic(topic, channel, on) => channels::set(turn, topic, channel, on).await,
        Action::Timezone | Action::City => settings::ask_timezone(turn).await,
        Action::UtcOffset(minutes) => settings::places(turn, minutes),
        Action::Zone(zone) => settings::choose(turn, zone).await,
        Action::Answers => onboarding::go_on(turn).await,
        Action::Ask(question) | Action::Answer(question) => onboarding::ask(turn, question).await,
        Action::Choose(question, choice) => onboarding::choose(turn, question, choice).await,
        Action::Skip(question) => onboarding::skip(turn, question).await,
        Action::Back(question) => onboarding::back(turn, question).await,
        Action::Review(step) => onboarding::list(turn, step).await,
        Action::Later => onboarding::later(turn).await,
        Action::Finish => onboarding::finish(turn).await,
        Action::Tour(card) => tour::turn_to(turn, card).await,
        Action::Profile => profile::show(turn).await,
        Action::Change(field) => profile::ask(turn, field).await,
        Action::Email => profile::ask_email(turn).await,
        Action::EmailCode => profile::ask_code(turn).await,
        Action::Break => pause::ask(turn, &Foreign::default()).await,
        Action::Stop => stop::stop(turn).await,
        Action::Stay => turn.replace("stop_kept", &[], &[]),
        Action::Coach(action) => coach::press(turn, action).await,
        Action::AskCoach(mark) => coach::draft(turn, &mark).await,
        Action::Staff(_) => expired(turn).await,
    }
}

/// Documents are shown to whoever is known to be the client.
async fn documents(turn: &Turn<'_>, wanted: Wanted) -> Result<Vec<Output>> {
    if let Some(asked) = confirm::before_documents(turn, wanted.clone())? {
        return Ok(asked);
    }
    match wanted {
        Wanted::List => documents::list(turn).await,
        Wanted::Open(id) => documents::open(turn, &id).await,
    }
}

/// What was written into a form that a button had opened.
async fn filled(turn: &Turn<'_>, action: &str, fields: &[(String, Foreign)]) -> Result<Vec<Output>> {
    let text = form::written(fields);
    match Action::read(action) {
        Some(Action::Answer(question)) => onboarding::filled(turn, question, &text).await,
        Some(Action::Change(field)) => profile::changed(turn, field, &text).await,
        Some(Action::Email) => profile::email(turn, &text).await,
        Some(Action::EmailCode) => profile::code(turn, &text).await,
        Some(Action::City) => settings::timezone(turn, &text).await,
        _ => coach::filled(turn, action, fields).await,
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
        Some(State::Asking(asking)) => onboarding::words(turn, &asking, text).await,
        Some(State::Profile(field)) => profile::changed(turn, field, text).await,
        Some(State::Email) => profile::email(turn, text).await,
        Some(State::EmailCode) => profile::code(turn, text).await,
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
