//! For this feature's tests: a client, a studio with a scripted model, a question.

use super::conversation::{Author, store};
use super::model::scripted::{Act, Scripted};
use super::{Answer, Outcome, ask};
use crate::Studio;
use crate::clients::{self, Client, NewClient};
use crate::id::ClientId;
use crate::staff::Actor;
use crate::text::Foreign;

/// A client with this first name, whose address is made of it.
pub(crate) async fn client(studio: &Studio, name: &str) -> Client {
    let email = format!("{}@example.com", name.to_lowercase());
    let new = NewClient { full_name: format!("{name} Test"), email, ..NewClient::default() };
    clients::add(studio, &Actor::local_owner(), new).await.unwrap()
}

/// The studio with a model that acts as scripted, and the endpoint.
pub(crate) async fn scripted(studio: &Studio, acts: impl IntoIterator<Item = Act>) -> (Studio, Scripted) {
    let endpoint = Scripted::start(acts).await;
    (Studio { model: endpoint.model(), ..studio.clone() }, endpoint)
}

/// Puts a question in the newest conversation.
pub(crate) async fn put(studio: &Studio, client: &ClientId, question: &str) -> Outcome {
    ask(studio, client, None, &Foreign::from(question), "CONSOLE", &mut |_| {}).await.unwrap()
}

/// The same, where an answer must come.
pub(crate) async fn answer(studio: &Studio, client: &ClientId, question: &str) -> Answer {
    match put(studio, client, question).await {
        Outcome::Answer(answer) => answer,
        other => panic!("no answer but {other:?}"),
    }
}

/// A question of the client's that is stored and on its way to nobody.
pub(crate) async fn question_of(studio: &Studio, client: &ClientId) -> crate::id::CoachMessageId {
    let now = studio.clock.now();
    let mut tx = studio.db.write().await.unwrap();
    let conversation = store::begin(&mut tx, client, "Price", "CONSOLE", now).await.unwrap();
    let id = store::add_message(&mut tx, &conversation, Author::User, "How do I price?", now).await.unwrap();
    tx.commit().await.unwrap();
    id
}
