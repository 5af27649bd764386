//! Answering interactions: exactly one acknowledgement in three seconds, then edits and follow-ups for a quarter of an hour.

use serde_json::{Value, json};

use super::bodies;
use super::{Call, Reply};
use crate::discord::error::ApiError;
use crate::discord::interaction::{ANSWER_WINDOW, Ack, Interaction, Kind, TOKEN_LIFE};
use crate::discord::limits;
use crate::discord::message::{EPHEMERAL, LOADING, Version};
use crate::discord::route::AnswerRef;
use crate::discord::state::State;

pub fn callback(state: &mut State, id: u64, token: &str, call: &Call) -> Result<Reply, ApiError> {
    let unknown = || ApiError::unknown(10062, "interaction");
    let interaction =
        state.interactions.get(&id).filter(|interaction| interaction.token == token).cloned().ok_or_else(unknown)?;
    if interaction.ack.is_some() {
        return Err(ApiError::new(400, 40060, "Interaction has already been acknowledged."));
    }
    if state.clock.now().saturating_sub(interaction.at) > ANSWER_WINDOW {
        return Err(unknown());
    }
    let choice = || ApiError::form("type", "BASE_TYPE_CHOICES", "Value must be one of (4, 5, 6, 7, 8, 9).");
    let ack = call.body["type"].as_u64().and_then(Ack::of).ok_or_else(choice)?;
    if !ack.suits(interaction.kind) {
        let why = "Invalid interaction callback type for this interaction";
        return Err(ApiError::form("type", "INTERACTION_CALLBACK_TYPE_INVALID", why));
    }
    let message = acknowledge(state, &interaction, ack, call)?;
    if call.query.get("with_response").is_some_and(|value| value == "true") {
        let resource = message.map(|message| json!({ "type": call.body["type"], "message": message }));
        let shown = json!({ "id": id.to_string(), "type": interaction_type(interaction.kind), "response_message_ephemeral": false, "response_message_loading": ack == Ack::Deferred });
        return Ok(Reply::Found(json!({ "interaction": shown, "resource": resource })));
    }
    Ok(Reply::Done)
}

fn interaction_type(kind: Kind) -> u64 {
    match kind {
        Kind::Command => 2,
        Kind::Component { .. } => 3,
        Kind::Autocomplete => 4,
        Kind::Modal { .. } => 5,
    }
}

fn acknowledge(state: &mut State, interaction: &Interaction, ack: Ack, call: &Call) -> Result<Option<Value>, ApiError> {
    let data = &call.body["data"];
    let under = match interaction.kind {
        Kind::Component { message } => Some(message),
        Kind::Modal { message } => message,
        Kind::Command | Kind::Autocomplete => None,
    };
    let mut after = Interaction { ack: Some(ack), ..interaction.clone() };
    let shown = match ack {
        Ack::Message => {
            let version = bodies::fresh(state, data, &call.uploads)?;
            Some(answer_with(state, &mut after, version, bodies::flags(data)))
        }
        Ack::Deferred => {
            Some(answer_with(state, &mut after, Version::default(), bodies::flags(data) & EPHEMERAL | LOADING))
        }
        Ack::DeferredUpdate => {
            after.original = under;
            None
        }
        Ack::Update => {
            let target = under.ok_or_else(|| ApiError::unknown(10008, "Message"))?;
            after.original = Some(target);
            Some(bodies::edit_message(state, target, data, call)?)
        }
        Ack::Choices => {
            limits::choices(data)?;
            after.choices = Some(data["choices"].clone());
            None
        }
        Ack::Modal => {
            limits::modal(data)?;
            after.modal = Some(data.clone());
            None
        }
    };
    state.interactions.insert(after.id, after);
    Ok(shown)
}

fn answer_with(state: &mut State, interaction: &mut Interaction, version: Version, flags: u64) -> Value {
    let mut message = bodies::by_bot(state, interaction.channel, version, flags);
    message.interaction = Some(interaction.id);
    interaction.original = Some(message.id);
    state.post(message)
}

/// The acknowledged interaction of a token that still lives.
fn living(state: &State, token: &str) -> Result<Interaction, ApiError> {
    let found = state.interactions.values().find(|interaction| interaction.token == token && interaction.ack.is_some());
    let interaction = found.ok_or_else(|| ApiError::unknown(10015, "Webhook"))?;
    if state.clock.now().saturating_sub(interaction.at) > TOKEN_LIFE {
        return Err(ApiError::new(401, 50027, "Invalid Webhook Token"));
    }
    Ok(interaction.clone())
}

pub fn followup(state: &mut State, application: u64, token: &str, call: &Call) -> Result<Reply, ApiError> {
    if application != state.application {
        return Err(ApiError::unknown(10015, "Webhook"));
    }
    let mut interaction = living(state, token)?;
    // The first follow-up after a deferral becomes the deferred answer, as public or private as the deferral was.
    if let Some(waiting) =
        interaction.original.filter(|id| state.message(*id).is_some_and(super::super::message::SeenMessage::is_loading))
    {
        return bodies::edit_message(state, waiting, &call.body, call).map(Reply::Found);
    }
    let version = bodies::fresh(state, &call.body, &call.uploads)?;
    let mut message = bodies::by_bot(state, interaction.channel, version, bodies::flags(&call.body));
    message.interaction = Some(interaction.id);
    interaction.followups.push(message.id);
    state.interactions.insert(interaction.id, interaction);
    Ok(Reply::Found(state.post(message)))
}

fn named(state: &State, token: &str, which: AnswerRef) -> Result<u64, ApiError> {
    let interaction = living(state, token)?;
    let id = match which {
        AnswerRef::Original => interaction.original,
        AnswerRef::Message(id) => {
            Some(id).filter(|id| interaction.original == Some(*id) || interaction.followups.contains(id))
        }
    };
    id.filter(|id| state.message(*id).is_some()).ok_or_else(|| ApiError::unknown(10008, "Message"))
}

pub fn get(state: &State, token: &str, which: AnswerRef) -> Result<Reply, ApiError> {
    let id = named(state, token, which)?;
    state
        .message(id)
        .map(|message| Reply::Found(state.message_json(message)))
        .ok_or_else(|| ApiError::unknown(10008, "Message"))
}

pub fn edit(state: &mut State, token: &str, which: AnswerRef, call: &Call) -> Result<Reply, ApiError> {
    let id = named(state, token, which)?;
    bodies::edit_message(state, id, &call.body, call).map(Reply::Found)
}

pub fn delete(state: &mut State, token: &str, which: AnswerRef) -> Result<Reply, ApiError> {
    let id = named(state, token, which)?;
    state.remove_message(id);
    Ok(Reply::Done)
}
