use chrono::TimeDelta;

use super::*;
use crate::portal::notifications::Shown;
use crate::portal::preferences::{self, Switch};
use crate::portal::{fixture, notifications};
use crate::staff::Actor;
use crate::testing::{TestStudio, on_both, on_both_with};
use crate::text::Button;
use crate::{clients, config, execute};

async fn upcoming(studio: &TestStudio, client: &clients::Client) -> Queued {
    let mut tx = studio.db.write().await.unwrap();
    let notice = Notice {
        key: "upcoming",
        values: vec![
            ("client_name", "*Ada*".into()),
            ("month", "2".into()),
            ("month_title", "Brand".into()),
            ("due_date", "2 April".into()),
        ],
        buttons: vec![vec![Button::new("Documents", "documents")]],
        dedupe: format!("upcoming:{}", client.id),
        urgency: Urgency::Notice,
        reference: None,
    };
    let queued = notify(&mut tx, studio, client, notice).await.unwrap();
    tx.commit().await.unwrap();
    queued
}

#[tokio::test]
async fn a_notice_is_queued_once_and_entered_into_the_notice_centre() {
    on_both(|studio| async move {
        let ada = fixture::linked(&studio, "Ada", &[Channel::Discord, Channel::Telegram]).await;
        assert!(matches!(upcoming(&studio, &ada).await, Queued::Queued(_)));
        assert_eq!(upcoming(&studio, &ada).await, Queued::Duplicate);
        let leased = claim(&studio, "w", Channel::Telegram, 10).await.unwrap().remove(0);
        assert!(leased.body.text.to_plain().starts_with("Month 2 arrives on 2 April\n\n*Ada*, month 2, Brand, is due"));
        let centre = |studio: &TestStudio| {
            let (studio, id) = (studio.studio.clone(), ada.id.clone());
            async move {
                notifications::list(&mut studio.db.read().await.unwrap(), &id, Shown::All, None, 10).await.unwrap()
            }
        };
        let entries = centre(&studio).await;
        assert_eq!(entries.len(), 1);
        assert_eq!(
            (entries[0].kind.as_str(), entries[0].title.as_str()),
            ("MILESTONE_REMINDER", "Month 2 arrives on 2 April")
        );
        assert_eq!((entries[0].delivered_at, entries[0].action_url.as_deref()), (None, Some("documents")));
        sent(&studio, &leased, &["1".into()]).await.unwrap();
        assert_eq!(centre(&studio).await[0].delivered_at, Some(studio.clock.now()));
        notifications::mark_all_read(&studio, &ada.id).await.unwrap();
        assert_eq!(notifications::unread(&mut studio.db.read().await.unwrap(), &ada.id).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_switch_turns_its_notices_off_and_no_account_means_no_channel() {
    on_both(|studio| async move {
        let ada = fixture::linked(&studio, "Ada", &[Channel::Telegram]).await;
        let actor = Actor::Client(ada.id.clone());
        preferences::set(&studio, &actor, &ada.id, Switch::MilestoneReminder, false).await.unwrap();
        assert_eq!(upcoming(&studio, &ada).await, Queued::PreferenceOff);
        let bo = fixture::stranger(&studio, "Bo").await;
        assert_eq!(upcoming(&studio, &bo).await, Queued::NoChannel);
        let foreign = preferences::set(&studio, &actor, &bo.id, Switch::NewMessage, false).await.unwrap_err();
        assert!(matches!(foreign, crate::Error::NotFound("client")));
    })
    .await;
}

#[tokio::test]
async fn a_notice_waits_out_the_clients_night_and_an_answer_does_not() {
    let mut settings = config::Settings::default();
    settings.delivery.quiet_hours = "21:00-08:00".parse().unwrap();
    on_both_with(settings, |studio| async move {
        let ada = fixture::linked(&studio, "Ada", &[Channel::Telegram]).await;
        let mut tx = studio.db.write().await.unwrap();
        execute!(tx, "UPDATE clients SET timezone = 'America/Los_Angeles' WHERE id = $1", &ada.id).unwrap();
        let ada = clients::get(&mut tx, &ada.id).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        // 12:00 UTC is 05:00 there.
        let Queued::Queued(id) = upcoming(&studio, &ada).await else { panic!("not queued") };
        let row = show(&mut studio.db.read().await.unwrap(), &id).await.unwrap().row;
        assert_eq!(row.not_before, studio.clock.now() + TimeDelta::hours(3));
        preferences::set_quiet(&studio, &Actor::Client(ada.id.clone()), &ada.id, false).await.unwrap();
        let mut tx = studio.db.write().await.unwrap();
        let body = crate::text::Reply::plain("at any hour");
        let queued = send(&mut tx, &studio, &ada, &body, "k", Urgency::Notice, "test", None).await.unwrap();
        tx.commit().await.unwrap();
        let Queued::Queued(id) = queued else { panic!("not queued") };
        let row = show(&mut studio.db.read().await.unwrap(), &id).await.unwrap().row;
        assert_eq!(row.not_before, studio.clock.now());
    })
    .await;
}

#[tokio::test]
async fn a_person_may_go_on_as_fast_as_the_setting_says() {
    on_both(|studio| async move {
        let minute = TimeDelta::minutes(1);
        for _ in 0..30 {
            assert_eq!(allow(&studio, "command:TELEGRAM:1", 30, minute).await.unwrap(), Turn::Go);
        }
        assert_eq!(allow(&studio, "command:TELEGRAM:1", 30, minute).await.unwrap(), Turn::Wait(TimeDelta::seconds(2)));
        assert_eq!(allow(&studio, "command:TELEGRAM:2", 30, minute).await.unwrap(), Turn::Go);
        studio.clock.advance(TimeDelta::seconds(2));
        assert_eq!(allow(&studio, "command:TELEGRAM:1", 30, minute).await.unwrap(), Turn::Go);
    })
    .await;
}
