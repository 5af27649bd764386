//! The pages behind the links that turn a kind of e-mail off.
//!
//! Opening one changes nothing, since mail programs open links to look at them; its button does, and so does the
//! one press that mail programs offer beside a message (RFC 8058).

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use wavelaunch_shared::Studio;
use wavelaunch_shared::portal::{Topic, preferences};
use wavelaunch_shared::text::Rich;
use wavelaunch_shared::text::layout::email::Mail;

/// The longest part of an address that is looked at.
const LONGEST: usize = 64;

/// The routes.
pub fn routes(studio: Studio) -> Router {
    Router::new().route("/unsubscribe/{token}/{topic}", get(ask).post(turn_off)).with_state(studio)
}

/// Asks before anything is changed, whoever opens it: the page tells nothing about the client.
async fn ask(State(studio): State<Studio>, Path((_, topic)): Path<(String, String)>) -> Response {
    let asked = known(&topic).and_then(|_| studio.messages.render("unsubscribe_ask", &[]).ok());
    match asked {
        Some(rendered) => {
            let label = rendered.buttons.first().cloned().unwrap_or_default();
            page(StatusCode::OK, &rendered.body, Some(&label))
        }
        None => unknown(&studio),
    }
}

/// Turns it off.
async fn turn_off(State(studio): State<Studio>, Path((token, topic)): Path<(String, String)>) -> Response {
    let Some(topic) = known(&topic).filter(|_| token.len() <= LONGEST) else { return unknown(&studio) };
    match preferences::unsubscribe(&studio, &token, topic).await {
        Ok(true) => match studio.messages.body("unsubscribe_done", &[]) {
            Ok(body) => page(StatusCode::OK, &body, None),
            Err(_) => StatusCode::OK.into_response(),
        },
        Ok(false) => unknown(&studio),
        Err(error) => {
            tracing::error!(%error, "an e-mail could not be turned off");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

fn known(topic: &str) -> Option<Topic> {
    if topic.len() <= LONGEST { Topic::named(topic) } else { None }
}

/// The same for every address that is none of ours.
fn unknown(studio: &Studio) -> Response {
    match studio.messages.body("unsubscribe_unknown", &[]) {
        Ok(body) => page(StatusCode::NOT_FOUND, &body, None),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A text as a page, with a button that sends the page's own address if it has one.
fn page(status: StatusCode, text: &Rich, button: Option<&str>) -> Response {
    let html = Mail::of(text, &Rich::default()).html;
    let form = button.map(|label| format!("<form method=\"post\"><button>{}</button></form>\n", plain(label)));
    let html = html.replacen("</body>", &format!("{}</body>", form.unwrap_or_default()), 1);
    (status, Html(html)).into_response()
}

/// A label without any sign of HTML: it comes from the catalogue, which a studio may reword.
fn plain(label: &str) -> String {
    label.chars().filter(|c| !matches!(c, '<' | '>' | '&' | '"')).collect()
}
