use wavelaunch_shared::desk::{Behind, Delay, Done24h, Recent, Today, Upcoming, Waiting};

use chrono::TimeDelta;
use futures::FutureExt as _;
use wavelaunch_shared::id::ClientId;
use wavelaunch_shared::testing::monday_noon;

use crate::data::{Answer, Desk};
use crate::screens::Place;
use crate::testing::{Rig, looks};
use crate::theme::Glyphs;
use crate::verbs::Rights;

fn busy_day() -> Today {
    let now = monday_noon();
    let ago = |hours: i64| Some(now - TimeDelta::hours(hours));
    let id = || ClientId::from_input("c1");
    let behind = |name: &str, month, delay, days| Behind {
        client_id: id(),
        name: name.into(),
        month,
        delay,
        since: now - TimeDelta::days(days),
    };
    let recent = |minutes: i64, name: Option<&str>, description: &str| Recent {
        at: now - TimeDelta::minutes(minutes),
        client_id: name.map(|_| id()),
        name: name.map(Into::into),
        description: description.into(),
    };
    Today {
        documents: Waiting { count: 2, since: ago(28) },
        plans: Waiting::default(),
        messages: Waiting { count: 5, since: ago(6) },
        escalations: Waiting { count: 1, since: ago(-3) },
        low_rated: Waiting { count: 1, since: ago(30) },
        in_doubt: Waiting { count: 1, since: ago(2) },
        alerts: Waiting { count: 4, since: ago(30) },
        pause_requests: Waiting { count: 2, since: ago(50) },
        access: Waiting::default(),
        open_holds: Waiting { count: 1, since: ago(21 * 24) },
        machine: Done24h { done: 31, failed: 1, hours: (0..24).map(|hour| hour % 7).collect() },
        upcoming: vec![
            Upcoming {
                at: now + TimeDelta::minutes(30),
                what: "READY".into(),
                client: Some((id(), "Maya Okonkwo".into(), Some(3))),
                clients: 1,
            },
            Upcoming { at: now + TimeDelta::days(1), what: "UPCOMING".into(), client: None, clients: 6 },
        ],
        behind: vec![
            behind("Zoë Brontë-Müller", 4, Delay::Studio, 3),
            behind("李小龙\u{1b}[2J\u{202e}", 6, Delay::NotOpened, 4),
        ],
        months: [9, 8, 11, 7, 6, 5, 4, 3],
        on_time_percent: Some(96),
        recent: vec![
            recent(5, Some("Ana María Hernández"), "document of M3 delivered"),
            recent(90, None, "backup verified"),
        ],
    }
}

fn desk() -> Desk {
    Desk::scripted(|_| async { Ok(Answer::Today(Box::new(busy_day()))) }.boxed())
}

async fn frame(size: (u16, u16), glyphs: Glyphs) -> ratatui::buffer::Buffer {
    let mut rig = Rig::with(desk(), &Place::Today, size, glyphs, Rights::Edit);
    rig.settle().await;
    rig.press("j");
    rig.frame()
}

#[tokio::test]
async fn at_80_by_24() {
    insta::assert_snapshot!(crate::testing::text(&frame((80, 24), Glyphs::Unicode).await));
}

#[tokio::test]
async fn at_80_by_24_in_ascii() {
    insta::assert_snapshot!(crate::testing::text(&frame((80, 24), Glyphs::Ascii).await));
}

#[tokio::test]
async fn at_120_by_40() {
    insta::assert_snapshot!(crate::testing::text(&frame((120, 40), Glyphs::Unicode).await));
}

#[tokio::test]
async fn at_40_by_12() {
    insta::assert_snapshot!(crate::testing::text(&frame((40, 12), Glyphs::Unicode).await));
}

#[tokio::test]
async fn its_colours_carry_meaning_alone() {
    insta::assert_snapshot!(looks(&frame((80, 24), Glyphs::Unicode).await));
}

#[tokio::test]
async fn any_size_is_drawn() {
    for size in [(1, 1), (2, 3), (10, 5), (500, 1), (1, 200), (73, 9)] {
        frame(size, Glyphs::Unicode).await;
    }
}
