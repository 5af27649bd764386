use super::*;
use crate::clients::questions::{Standing, Step, all};
use crate::clients::{NewClient, Status};
use crate::delivery::{self, Channel};
use crate::events::{self, EventKind};
use crate::portal::fixture::{account, linked, stranger};
use crate::portal::{invite, link, preferences};
use crate::testing::{TestStudio, on_both};
use crate::{documents, journey};

async fn form_of(studio: &Studio, id: &ClientId) -> Form {
    let mut tx = studio.db.read().await.unwrap();
    let client = clients::get(&mut tx, id).await.unwrap().unwrap();
    form(&mut tx, &client).await.unwrap()
}

/// Goes through the whole questionnaire as the client.
async fn fill(studio: &Studio, id: &ClientId) {
    let me = Actor::Client(id.clone());
    preferences::set_timezone(studio, &me, id, chrono_tz::Africa::Lagos).await.unwrap();
    while let Step::Question(question) = form_of(studio, id).await.next() {
        let text = if question.choices.is_empty() { "An answer of some length" } else { "1" };
        if question.required {
            answer(studio, &me, id, question.key, &text.into()).await.unwrap();
        } else {
            skip(studio, &me, id, question.key).await.unwrap();
        }
    }
}

async fn count(studio: &TestStudio, id: &ClientId, kind: EventKind) -> usize {
    let events = events::page(&mut studio.db.read().await.unwrap(), Some(id), None, 200).await.unwrap();
    events.iter().filter(|event| event.kind == kind).count()
}

#[tokio::test]
async fn a_form_is_finished_once_with_all_that_follows_from_it() {
    on_both(|studio| async move {
        let ada = linked(&studio, "Ada", &[Channel::Telegram]).await;
        let me = Actor::Client(ada.id.clone());
        assert_eq!(form_of(&studio, &ada.id).await.next(), Step::Timezone);
        assert!(
            matches!(finish(&studio, &me, &ada.id).await.unwrap(), Finish::Missing(missing) if missing.len() == 11)
        );
        fill(&studio, &ada.id).await;
        let form = form_of(&studio, &ada.id).await;
        assert_eq!((form.next(), form.answered()), (Step::Review, 11));
        assert_eq!(finish(&studio, &me, &ada.id).await.unwrap(), Finish::Done);
        assert_eq!(finish(&studio, &me, &ada.id).await.unwrap(), Finish::Already);

        let client = clients::get(&mut studio.db.read().await.unwrap(), &ada.id).await.unwrap().unwrap();
        assert_eq!(client.onboarded_at, Some(studio.clock.now()));
        assert_eq!(client.timezone, "Africa/Lagos");
        assert_eq!(client.status, Status::Onboarding, "the journey has not started");
        assert_eq!(client.plan_due_at, Some(studio.clock.now() + chrono::TimeDelta::hours(48)));
        assert_eq!(count(&studio, &ada.id, EventKind::OnboardingCompleted).await, 1);
        let told = delivery::claim(&studio, "w", Channel::Telegram, 10).await.unwrap();
        let welcomes = told.iter().filter(|leased| leased.body.text.to_plain().contains("and welcome")).count();
        assert_eq!(welcomes, 1);
        journey::start(&studio, &Actor::local_owner(), &ada.id, None).await.unwrap();
        let client = clients::get(&mut studio.db.read().await.unwrap(), &ada.id).await.unwrap().unwrap();
        assert_eq!(client.status, Status::Active);
    })
    .await;
}

#[tokio::test]
async fn the_same_answer_twice_is_one_answer() {
    on_both(|studio| async move {
        let ada = stranger(&studio, "Ada").await;
        let me = Actor::Client(ada.id.clone());
        for _ in 0..10 {
            answer(&studio, &me, &ada.id, "industry_niche", &"Pottery".into()).await.unwrap();
        }
        assert_eq!(count(&studio, &ada.id, EventKind::ClientUpdated).await, 1);
        assert_eq!(form_of(&studio, &ada.id).await.answered(), 1);
        assert!(skip(&studio, &me, &ada.id, "vision_for_venture").await.is_err(), "it is needed");
        let stranger = Actor::Client(crate::id::ClientId::new(studio.clock.now()));
        for refused in [
            answer(&studio, &stranger, &ada.id, "differentiation", &"Warmth and humour".into()).await.map(drop),
            skip(&studio, &stranger, &ada.id, "differentiation").await.map(drop),
            finish(&studio, &stranger, &ada.id).await.map(drop),
        ] {
            assert!(matches!(refused, Err(Error::NotFound("client"))), "{refused:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn whoever_comes_with_a_profile_is_spared_the_questionnaire() {
    on_both(|studio| async move {
        let new = NewClient {
            full_name: "Ada".into(),
            email: "ada@example.com".into(),
            industry_niche: Some("Pottery".into()),
            ..NewClient::default()
        };
        let ada = clients::add(&studio, &Actor::local_owner(), new).await.unwrap();
        assert_eq!(form_of(&studio, &ada.id).await.standing(), Standing::Spared);
        let code = invite(&studio, &Actor::local_owner(), &ada.id).await.unwrap().code;
        link(&studio, &code, &account(Channel::Telegram, "Ada")).await.unwrap().unwrap();
        assert_eq!(form_of(&studio, &ada.id).await.standing(), Standing::Spared);
        assert_eq!(count(&studio, &ada.id, EventKind::OnboardingCompleted).await, 1);
        assert_eq!(finish(&studio, &Actor::local_owner(), &ada.id).await.unwrap(), Finish::Already);
    })
    .await;
}

#[tokio::test]
async fn answers_are_open_until_the_plan_and_again_when_the_studio_asks() {
    on_both(|studio| async move {
        let ada = linked(&studio, "Ada", &[Channel::Telegram]).await;
        let (me, owner) = (Actor::Client(ada.id.clone()), Actor::local_owner());
        let again = reopen(&studio, &owner, &ada.id).await.unwrap_err();
        assert!(again.to_string().contains("open already"), "{again}");
        fill(&studio, &ada.id).await;
        finish(&studio, &me, &ada.id).await.unwrap();
        assert_eq!(form_of(&studio, &ada.id).await.standing(), Standing::Finished);
        answer(&studio, &me, &ada.id, "vision_for_venture", &"Something quite else".into()).await.unwrap();
        let plan = "# A plan\n\n".to_owned() + &"What comes first, and why. ".repeat(8);
        documents::add_plan(&studio, &owner, &ada.id, &plan).await.unwrap();
        assert_eq!(form_of(&studio, &ada.id).await.standing(), Standing::Planned);
        assert!(answer(&studio, &me, &ada.id, "vision_for_venture", &"Too late for it".into()).await.is_err());

        studio.clock.advance(chrono::TimeDelta::hours(1));
        reopen(&studio, &owner, &ada.id).await.unwrap();
        let form = form_of(&studio, &ada.id).await;
        assert_eq!((form.standing(), form.next()), (Standing::Open, Step::Question(&all()[0])), "everything once more");
        assert_eq!(form.answer(&all()[1]).unwrap().raw(), "Something quite else", "what was answered stands there");
        fill(&studio, &ada.id).await;
        assert_eq!(finish(&studio, &me, &ada.id).await.unwrap(), Finish::Done);
        assert_eq!(count(&studio, &ada.id, EventKind::OnboardingCompleted).await, 2);
    })
    .await;
}

#[tokio::test]
async fn the_studio_may_answer_in_the_clients_place() {
    on_both(|studio| async move {
        let ada = stranger(&studio, "Ada").await;
        let owner = Actor::local_owner();
        for question in all().iter().filter(|question| question.required) {
            let text = if question.choices.is_empty() { "As told on the telephone" } else { "1" };
            answer(&studio, &owner, &ada.id, question.key, &text.into()).await.unwrap();
        }
        assert_eq!(finish(&studio, &owner, &ada.id).await.unwrap(), Finish::Done);
        let viewer = Actor::Admin { id: None, role: crate::staff::Role::Viewer };
        assert!(matches!(finish(&studio, &viewer, &ada.id).await, Err(Error::Forbidden { .. })));
    })
    .await;
}
