use chrono::TimeDelta;

use super::fixture::{account, linked, stranger};
use super::profile::{self, Field};
use super::*;
use crate::Error;
use crate::clients;
use crate::delivery::{self, Channel, Notice, Queued, Urgency};
use crate::staff::Actor;
use crate::testing::{TestStudio, on_both};

async fn listed(studio: &TestStudio, filter: &str) -> Vec<(String, AccessStatus)> {
    let mut tx = studio.db.read().await.unwrap();
    let rows = users(&mut tx, filter.parse().unwrap(), None, 100).await.unwrap();
    for row in &rows {
        assert_eq!(access(&mut tx, &row.client_id).await.unwrap().status, row.status, "both say the same");
    }
    rows.into_iter().map(|row| (row.full_name.line(), row.status)).collect()
}

#[tokio::test]
async fn everybodys_access_is_listed_and_counted() {
    on_both(|studio| async move {
        let owner = Actor::local_owner();
        stranger(&studio, "Ada").await;
        let bo = stranger(&studio, "Bo").await;
        invite(&studio, &owner, &bo.id).await.unwrap();
        linked(&studio, "Cleo", &[Channel::Telegram, Channel::Discord]).await;
        let dan = linked(&studio, "Dan", &[Channel::Discord]).await;
        unlink(&studio, &owner, &dan.id, None).await.unwrap();
        let all: Vec<_> = listed(&studio, "all").await;
        let expected = [
            ("Ada", AccessStatus::NotCreated),
            ("Bo", AccessStatus::Invited),
            ("Cleo", AccessStatus::Active),
            ("Dan", AccessStatus::Inactive),
        ];
        assert_eq!(all, expected.map(|(name, status)| (name.to_owned(), status)));
        for (name, status) in expected {
            assert_eq!(listed(&studio, status.words()).await, [(name.to_owned(), status)]);
        }
        assert!("nobody".parse::<UserFilter>().unwrap_err().to_string().contains("not created"));
        let mut tx = studio.db.read().await.unwrap();
        let counts = user_counts(&mut tx).await.unwrap();
        assert_eq!(counts, UserCounts { not_created: 1, invited: 1, active: 1, inactive: 1 });
        let first = users(&mut tx, UserFilter::All, None, 2).await.unwrap();
        let rest = users(&mut tx, UserFilter::All, Some(&first[1].client_id), 9).await.unwrap();
        assert_eq!(rest.iter().map(|row| row.full_name.line()).collect::<Vec<_>>(), ["Cleo", "Dan"]);
        assert_eq!(
            (rest[0].telegram, rest[0].discord, rest[1].discord),
            (Some(Link::Linked), Some(Link::Linked), None)
        );
        assert_eq!(first[1].invite_expires_at, Some(studio.clock.now() + TimeDelta::days(7)));
    })
    .await;
}

#[tokio::test]
async fn a_switched_off_client_is_neither_let_in_nor_written_to_until_switched_on() {
    on_both(|studio| async move {
        let owner = Actor::local_owner();
        let ada = linked(&studio, "Ada", &[Channel::Telegram]).await;
        let news = |occasion: &'static str| Notice {
            key: "new_deliverable",
            values: vec![("document_title", "A plan".into())],
            buttons: Vec::new(),
            dedupe: occasion.into(),
            urgency: Urgency::Notice,
            reference: None,
        };
        deactivate(&studio, &owner, &ada.id).await.unwrap();
        assert!(matches!(deactivate(&studio, &owner, &ada.id).await, Err(Error::Refused(_))));
        assert_eq!(listed(&studio, "inactive").await, [("Ada".to_owned(), AccessStatus::Inactive)]);
        assert!(invite(&studio, &owner, &ada.id).await.unwrap_err().to_string().contains("switched off"));
        let mut tx = studio.db.write().await.unwrap();
        assert!(!is_let_in(&mut tx, &ada).await.unwrap());
        assert_eq!(delivery::notify(&mut tx, &studio, &ada, news("one")).await.unwrap(), Queued::NoChannel);
        drop(tx);
        reactivate(&studio, &owner, &ada.id).await.unwrap();
        let mut tx = studio.db.write().await.unwrap();
        assert!(is_let_in(&mut tx, &ada).await.unwrap());
        assert!(matches!(delivery::notify(&mut tx, &studio, &ada, news("two")).await.unwrap(), Queued::Queued(_)));
        drop(tx);
        assert_eq!(listed(&studio, "active").await, [("Ada".to_owned(), AccessStatus::Active)]);
        let bo = stranger(&studio, "Bo").await;
        assert!(deactivate(&studio, &owner, &bo.id).await.unwrap_err().to_string().contains("never invited"));
    })
    .await;
}

#[tokio::test]
async fn a_code_of_a_switched_off_client_opens_nothing() {
    on_both(|studio| async move {
        let owner = Actor::local_owner();
        let ada = stranger(&studio, "Ada").await;
        let code = invite(&studio, &owner, &ada.id).await.unwrap().code;
        deactivate(&studio, &owner, &ada.id).await.unwrap();
        let refused = link(&studio, &code, &account(Channel::Telegram, "Ada")).await.unwrap();
        assert_eq!(refused.unwrap_err(), LinkRefusal::Archived);
    })
    .await;
}

#[tokio::test]
async fn after_thirty_silent_days_somebody_says_who_they_are() {
    on_both(|studio| async move {
        linked(&studio, "Ada", &[Channel::Telegram]).await;
        let known = async || {
            let mut tx = studio.db.read().await.unwrap();
            identity(&mut tx, Channel::Telegram, "Ada-TELEGRAM").await.unwrap().map(|(_, identity)| identity)
        };
        let begin = studio.clock.now();
        studio.clock.advance(TimeDelta::days(29));
        assert_eq!(seen(&studio, &known().await.unwrap()).await.unwrap(), None);
        studio.clock.advance(TimeDelta::days(30));
        let silent = seen(&studio, &known().await.unwrap()).await.unwrap();
        assert_eq!(silent, Some(begin + TimeDelta::days(29)));
        studio.clock.advance(TimeDelta::days(1));
        assert_eq!(seen(&studio, &known().await.unwrap()).await.unwrap(), silent, "until they say so");
        confirm(&studio, &known().await.unwrap()).await.unwrap();
        assert_eq!(seen(&studio, &known().await.unwrap()).await.unwrap(), None);
        disown(&studio, &known().await.unwrap()).await.unwrap();
        assert!(known().await.is_none(), "whoever it is has lost the link");
        let waiting = crate::desk::attention(&mut studio.db.read().await.unwrap(), studio.clock.now()).await.unwrap();
        assert_eq!(waiting[0].kind, crate::desk::AttentionKind::Disowned);
    })
    .await;
}

#[tokio::test]
async fn clients_change_what_is_theirs_and_nobody_elses() {
    on_both(|studio| async move {
        let ada = linked(&studio, "Ada", &[Channel::Telegram]).await;
        let bo = linked(&studio, "Bo", &[Channel::Discord]).await;
        let me = Actor::Client(ada.id.clone());
        let changed = profile::change(&studio, &me, &ada.id, Field::Phone, &"+234 1".into()).await.unwrap();
        assert_eq!(changed.phone.unwrap().raw(), "+234 1");
        let emptied = profile::change(&studio, &me, &ada.id, Field::Phone, &" ".into()).await.unwrap();
        assert_eq!(emptied.phone, None);
        for field in Field::ALL {
            assert_eq!(Field::named(field.as_str()), Some(field));
            let refused = profile::change(&studio, &me, &bo.id, field, &"mine now".into()).await;
            assert!(matches!(refused, Err(Error::NotFound("client"))));
        }
        assert!(profile::change(&studio, &me, &ada.id, Field::Name, &"".into()).await.is_err());
        let notices =
            notifications::list(&mut studio.db.read().await.unwrap(), &ada.id, notifications::Shown::All, None, 9)
                .await
                .unwrap();
        assert!(notices.iter().all(|notice| notice.kind == "ACCOUNT_UPDATE"));
        assert_eq!(notices.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn another_address_is_asked_for_and_decided() {
    on_both(|studio| async move {
        let owner = Actor::local_owner();
        let ada = linked(&studio, "Ada", &[Channel::Telegram]).await;
        let bo = linked(&studio, "Bo", &[Channel::Discord]).await;
        let me = Actor::Client(ada.id.clone());
        assert!(decide_email(&studio, &owner, &ada.id, Decision::Approve).await.is_err(), "nothing was asked");
        request_email(&studio, &me, &ada.id, &"first@example.com".into()).await.unwrap();
        let wanted = request_email(&studio, &me, &ada.id, &" Second@Example.com".into()).await.unwrap();
        assert_eq!(wanted, "second@example.com");
        assert!(matches!(decide_email(&studio, &me, &ada.id, Decision::Approve).await, Err(Error::Forbidden { .. })));
        let after = decide_email(&studio, &owner, &ada.id, Decision::Approve).await.unwrap();
        assert_eq!(after.email, "second@example.com");
        assert!(open_email_change(&mut studio.db.read().await.unwrap(), &ada.id).await.unwrap().is_none());
        let told = delivery::claim(&studio, "w", Channel::Telegram, 10).await.unwrap();
        assert!(told.iter().any(|leased| leased.body.text.to_plain().contains("is now second@example.com")));

        // Whether an address is somebody's is not told to who asks; the studio sees it.
        request_email(&studio, &me, &ada.id, &bo.email.as_str().into()).await.unwrap();
        let taken = decide_email(&studio, &owner, &ada.id, Decision::Approve).await.unwrap_err();
        assert!(taken.to_string().contains("belongs to another client"), "{taken}");
        decide_email(&studio, &owner, &ada.id, Decision::Decline).await.unwrap();
        let kept = clients::get(&mut studio.db.read().await.unwrap(), &ada.id).await.unwrap().unwrap();
        assert_eq!(kept.email, "second@example.com");
    })
    .await;
}
