//! Checks bodies against Discord's published `OpenAPI` document.

use std::sync::OnceLock;

use serde_json::{Value, json};

use super::error::ApiError;
use super::route::Route;
use crate::spec::{self, Schemas};

fn schemas() -> Option<&'static Schemas> {
    static SCHEMAS: OnceLock<Option<Schemas>> = OnceLock::new();
    SCHEMAS.get_or_init(|| spec::load("discord-openapi.json").map(|document| Schemas::new(document, adapt))).as_ref()
}

/// Where the document is narrower than the service: ids and permission sets travel as numbers or strings.
fn adapt(node: &mut Value) {
    let Some(fields) = node.as_object_mut() else { return };
    if fields.get("format").is_some_and(|format| format == "snowflake") {
        fields.insert("type".to_owned(), json!(["string", "integer"]));
    }
    if let Some(permissions) =
        fields.get_mut("default_member_permissions").filter(|permissions| permissions.get("maximum").is_some())
    {
        *permissions = json!({ "type": ["integer", "string", "null"] });
    }
}

/// Says what the document has against the body of this route; nothing where the document is absent.
pub fn check(route: &Route, body: &Value) -> Result<(), ApiError> {
    let Some(schemas) = schemas() else { return Ok(()) };
    let outcome = match route {
        Route::OpenDirect => schemas.check("CreatePrivateChannelRequest", body),
        Route::SetCommands(_) => schemas.check_list("ApplicationCommandUpdateRequest", body),
        Route::AddCommand(_) => schemas.check("ApplicationCommandCreateRequest", body),
        Route::ChangeCommand(..) => schemas.check("ApplicationCommandPatchRequestPartial", body),
        Route::CreateThread(_) => schemas.check("CreateTextThreadWithoutMessageRequest", body),
        Route::CreateMessage(_) => schemas.check("MessageCreateRequest", body),
        Route::EditMessage(..) => schemas.check("MessageEditRequestPartial", body),
        Route::Followup { .. } => schemas.check("IncomingWebhookRequestPartial", body),
        Route::EditAnswer { .. } => schemas.check("IncomingWebhookUpdateRequestPartial", body),
        Route::Callback { .. } => callback_schema(body).map_or(Ok(()), |name| schemas.check(name, body)),
        _ => Ok(()),
    };
    outcome.map_err(|why| ApiError::form("_schema", "SCHEMA", why))
}

/// The part that speaks of this type of callback; there is none for a type that a bot may not send.
fn callback_schema(body: &Value) -> Option<&'static str> {
    match body["type"].as_u64() {
        Some(4 | 5) => Some("CreateMessageInteractionCallbackRequest"),
        Some(6 | 7) => Some("UpdateMessageInteractionCallbackRequest"),
        Some(8) => Some("ApplicationCommandAutocompleteCallbackRequest"),
        Some(9) => Some("ModalInteractionCallbackRequest"),
        _ => None,
    }
}
