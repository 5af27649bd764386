//! Linking a chat account: the code, the question whether it is the right person, the answer.

use wavelaunch_shared::clients::questions::Standing;
use wavelaunch_shared::delivery::Turn as Pace;
use wavelaunch_shared::portal::{self, LinkRefusal};
use wavelaunch_shared::text::Foreign;
use wavelaunch_shared::{Error, Result, Studio};

use super::action::Action;
use super::coach::CoachAction;
use super::registry::Verb;
use super::staff::StaffAction;
use super::turn::Turn;
use super::words::{replace, say};
use super::{Input, Manner, Occasion, Output, Person, help, onboarding, registry, staff, tour};

/// What somebody gets who is not linked.
pub(super) async fn unknown(
    studio: &Studio,
    person: &Person,
    occasion: &Occasion,
    input: &Input,
) -> Result<Vec<Output>> {
    match input {
        Input::Command { name, args } => match registry::find(name).map(|command| command.verb) {
            Some(Verb::Start | Verb::Link) if !args.is_blank() => begin(studio, person, args.raw().trim()).await,
            Some(Verb::Start) => resume(studio, person).await,
            Some(Verb::Link) => say(studio, "link_ask_token", &[], &[]),
            Some(Verb::Help) => help::show(studio, person),
            _ => stranger(studio, person),
        },
        Input::Press { action } => match Action::read(action) {
            Some(Action::Link(code)) => finish(studio, person, occasion, &code).await,
            Some(Action::NotMe) => replace(studio, "link_wrong_person", &[], &[]),
            Some(Action::AskLink(code)) => ask_for_new(studio, &code).await,
            Some(Action::Staff(StaffAction::Link(code))) => staff::finish(studio, person, &code).await,
            _ => stranger(studio, person),
        },
        Input::Text(_) | Input::Form { .. } | Input::About(_) | Input::Unsupported(_) => stranger(studio, person),
    }
}

/// A linked person opens a link again: their own changes nothing, another's is not used.
pub(super) async fn again(turn: &Turn<'_>, code: &Foreign) -> Result<Vec<Output>> {
    let now = turn.studio.clock.now();
    let peeked = portal::peek_invite(&mut turn.studio.db.read().await?, code.raw().trim(), now).await?;
    match peeked {
        Ok(client) if client.id != turn.client.id => turn.say("link_other_account", &[], &[]),
        Err(LinkRefusal::Unknown) => turn.say("link_unknown", &[], &[]),
        _ if onboarding::form(turn).await?.standing() == Standing::Open => onboarding::go_on(turn).await,
        _ => turn.say("link_already_done", &[turn.name()], &[Action::Progress, Action::Documents]),
    }
}

async fn begin(studio: &Studio, person: &Person, code: &str) -> Result<Vec<Output>> {
    let channel = person.platform.channel();
    let pace = portal::may(studio, portal::Action::Code, channel, &person.external_user_id).await?;
    if let Pace::Wait(wait) = pace {
        let minutes = (wait.num_seconds() + 59) / 60;
        return say(studio, "link_too_many", &[("minutes", minutes.to_string())], &[]);
    }
    let peeked = portal::peek_invite(&mut studio.db.read().await?, code, studio.clock.now()).await?;
    match peeked {
        Ok(client) => {
            let name = client.full_name.raw().to_owned();
            say(studio, "link_confirm", &[("name", name)], &[Action::Link(code.to_owned()), Action::NotMe])
        }
        // A code of the staff's is none of a client's.
        Err(LinkRefusal::Unknown) => staff::begin(studio, code).await,
        Err(refusal) => refused(studio, refusal, code).map(|reply| vec![Output::Say(reply)]),
    }
}

async fn finish(studio: &Studio, person: &Person, occasion: &Occasion, code: &str) -> Result<Vec<Output>> {
    if let Err(refusal) = portal::link(studio, code, &person.account()).await? {
        return refused(studio, refusal, code).map(|reply| vec![Output::Replace(reply)]);
    }
    let channel = person.platform.channel();
    let linked = portal::identity(&mut studio.db.read().await?, channel, &person.external_user_id).await?;
    let (client, identity) = linked.ok_or(Error::NotFound("client"))?;
    welcome(&Turn { studio, person, occasion, client, identity }).await
}

/// Whoever has come in is asked what the plan needs, or shown around.
async fn welcome(turn: &Turn<'_>) -> Result<Vec<Output>> {
    if onboarding::form(turn).await?.standing() == Standing::Open {
        let mut outputs = match turn.person.platform.manner() {
            Manner::Discord => turn.replace("link_begin_discord", &[turn.name()], &[])?,
            Manner::Telegram => turn.replace("link_begin", &[turn.name(), turn.studio_name()], &[])?,
        };
        outputs.extend(onboarding::go_on(turn).await?);
        return Ok(outputs);
    }
    let mut outputs = match turn.person.platform.manner() {
        Manner::Discord => turn.replace("link_done_discord", &[turn.name()], &[])?,
        Manner::Telegram => {
            let actions = [Action::Progress, Action::Documents, Action::Coach(CoachAction::Open), Action::Settings];
            turn.replace("link_done", &[turn.name(), turn.studio_name()], &actions)?
        }
    };
    outputs.extend(tour::offer(turn).await?);
    Ok(outputs)
}

fn refused(studio: &Studio, refusal: LinkRefusal, code: &str) -> Result<wavelaunch_shared::text::Reply> {
    let (key, actions) = match refusal {
        LinkRefusal::Expired => ("link_expired", vec![Action::AskLink(code.to_owned())]),
        LinkRefusal::Used => ("link_used", vec![]),
        LinkRefusal::Unknown => ("link_unknown", vec![]),
        LinkRefusal::Archived => ("link_archived", vec![]),
        LinkRefusal::OtherAccount => ("link_other_account", vec![]),
    };
    super::words::reply(studio, key, &[], &actions)
}

async fn ask_for_new(studio: &Studio, code: &str) -> Result<Vec<Output>> {
    portal::request_new_invite(studio, code).await?;
    replace(studio, "link_new_asked", &[], &[])
}

async fn resume(studio: &Studio, person: &Person) -> Result<Vec<Output>> {
    match portal::resume(studio, person.platform.channel(), &person.external_user_id).await? {
        Some(client) => {
            let name = ("client_name", client.full_name.raw().to_owned());
            say(studio, "stop_resumed", &[name], &[Action::Progress, Action::Documents])
        }
        None => stranger(studio, person),
    }
}

fn stranger(studio: &Studio, person: &Person) -> Result<Vec<Output>> {
    let key = match person.platform.manner() {
        Manner::Telegram => "not_linked",
        Manner::Discord => "not_linked_discord",
    };
    say(studio, key, &[], &[])
}
