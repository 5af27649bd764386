//! The acceptance oracles of the coach, by name, through the whole way of a question.

use super::model::scripted::Act;
use super::testing::{answer, client, put, scripted};
use super::{Occasion, Outcome, Refusal, Trigger, open_escalations, resets_at, used};
use crate::Studio;
use crate::id::ClientId;
use crate::staff::Actor;
use crate::testing::on_both;

/// Thirty tokens.
const QUESTION: &str = "I sell handmade tea bowls, and I would like to know which price I should ask for the \
                        first set of four, and how I explain it.";

async fn charged(studio: &Studio, client: &ClientId) -> i64 {
    let now = studio.clock.now();
    used(&mut studio.db.read().await.unwrap(), client, now).await.unwrap().charged_tokens
}

#[tokio::test]
async fn oracle_escalation_word() {
    on_both(|studio| async move {
        let ada = client(&studio, "Ada").await;
        let told = put(&studio, &ada.id, "I have an issue with pursuing this").await;
        assert!(matches!(told, Outcome::Answer(_)), "{told:?}");
        let told = put(&studio, &ada.id, "could they sue me").await;
        assert!(matches!(told, Outcome::Escalated { trigger: Trigger::Keyword, .. }), "{told:?}");
        let mut tx = studio.db.read().await.unwrap();
        assert_eq!(open_escalations(&mut tx, &Actor::local_owner()).await.unwrap().len(), 1);
    })
    .await;
}

/// Domain 2.7: limit 5,000; 3,990 used; 30 + 180 warns once; 400 does not warn again; 420 starts below
/// the limit, is answered, and ends it until midnight UTC.
#[tokio::test]
async fn oracle_allowance_worked_example() {
    on_both(|studio| async move {
        let ada = client(&studio, "Ada").await;
        // Each exchange is the question's thirty tokens and what the model says that it returned.
        let returned = [3990 - 30, 180, 400 - 30, 420 - 30];
        let acts = returned.map(|tokens| Act::Answer("Ask for more than you think.", Some((700, tokens))));
        let (studio, endpoint) = scripted(&studio, acts).await;
        let mut days = Vec::new();
        for _ in returned {
            let warning = answer(&studio, &ada.id, QUESTION).await.warning;
            // Asking the same again at once would call for a person.
            studio.clock.advance(chrono::TimeDelta::minutes(11));
            days.push((charged(&studio, &ada.id).await, warning.map(|warning| warning.occasion)));
        }
        let (first, again) = (Some(Occasion::First), Some(Occasion::Again));
        assert_eq!(days, [(3990, None), (4200, first), (4600, again), (5020, again)]);

        let refused = Outcome::Refused(Refusal::LimitHit { resets_at: resets_at(studio.clock.now()) });
        assert_eq!(put(&studio, &ada.id, QUESTION).await, refused);
        assert_eq!(endpoint.requests().len(), 4, "refused without a call to the model");
        studio.clock.set("2026-03-30T23:59:59.999Z".parse().unwrap());
        assert_eq!(put(&studio, &ada.id, QUESTION).await, refused);
        studio.clock.set("2026-03-31T00:00:00Z".parse().unwrap());
        answer(&studio, &ada.id, QUESTION).await;
        assert_eq!(charged(&studio, &ada.id).await, 420, "a new day");
    })
    .await;
}
