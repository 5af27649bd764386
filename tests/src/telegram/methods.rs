//! What each method does. `getUpdates` stands apart in [`super::http`], because it waits.

mod account;
mod messages;
mod presses;

use serde_json::Value;

use super::call::Call;
use super::error::ApiError;
use super::schema;
use super::state::State;

/// Checks a call against the vendor's spec and does it.
pub fn perform(state: &mut State, call: &Call) -> Result<Value, ApiError> {
    schema::check(call).map_err(ApiError::bad)?;
    match call.method.to_ascii_lowercase().as_str() {
        "getme" => Ok(account::get_me(state)),
        "getchat" => account::get_chat(state, call),
        "setmycommands" => account::set_commands(state, call),
        "getmycommands" => account::get_commands(state, call),
        "deletemycommands" => account::delete_commands(state, call),
        "setmydescription" | "setmyshortdescription" | "setmyname" => account::describe(state, call),
        "setwebhook" => account::set_webhook(state, call),
        "deletewebhook" => Ok(account::delete_webhook(state, call)),
        "getwebhookinfo" => Ok(account::webhook_info(state)),
        "logout" | "close" => Ok(Value::Bool(true)),
        "getfile" => messages::get_file(state, call),
        "sendmessage" => messages::send_text(state, call),
        "senddocument" => messages::send_document(state, call),
        "editmessagetext" => messages::edit_text(state, call),
        "editmessagecaption" => messages::edit_caption(state, call),
        "editmessagereplymarkup" => messages::edit_markup(state, call),
        "deletemessage" => messages::delete(state, call),
        "sendchataction" => messages::chat_action(state, call),
        "answercallbackquery" => presses::answer(state, call),
        _ => Err(ApiError::new(404, format!("Not Found: the stand-in does not know the method {}", call.method))),
    }
}
