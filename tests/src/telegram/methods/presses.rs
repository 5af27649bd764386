//! Acknowledging a press of a button.

use std::time::Duration;

use serde_json::{Value, json};

use crate::telegram::call::Call;
use crate::telegram::error::ApiError;
use crate::telegram::state::State;

/// Telegram gives no figure; queries grow stale within minutes.
const LIFE: Duration = Duration::from_mins(5);
const LONGEST_ANSWER: usize = 200;

pub fn answer(state: &mut State, call: &Call) -> Result<Value, ApiError> {
    let now = state.clock.now();
    let id = call.text("callback_query_id").unwrap_or_default();
    let too_old = || ApiError::bad("query is too old and response timeout expired or query ID is invalid");
    let press = state.presses.iter_mut().find(|press| press.id == id).ok_or_else(too_old)?;
    if now.saturating_sub(press.at) > LIFE {
        return Err(too_old());
    }
    if call.text("text").is_some_and(|text| text.chars().count() > LONGEST_ANSWER) {
        return Err(ApiError::bad("MESSAGE_TOO_LONG"));
    }
    press.answer = Some(Value::Object(call.params.clone()));
    Ok(json!(true))
}
