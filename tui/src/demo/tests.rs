//! The world keeps count: a sender that gets one thing wrong is found out, and a good one is not.

use std::collections::HashMap;
use std::sync::Mutex;

use futures::FutureExt;
use futures::future::BoxFuture;
use wavelaunch_shared::delivery::{self, Fate, Leased};
use wavelaunch_shared::testing;

use super::*;

/// What a sender gets wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flaw {
    /// It says that it has sent what it has not.
    ForgetsToSend,
    /// It sends, and says that it could not.
    SendsAgain,
}

/// A platform whose sender is flawed.
struct Flawed {
    flaw: Flaw,
    seen: Mutex<HashMap<Address, usize>>,
}

impl Outside for Flawed {
    fn appears(&self, _: &str, _: &[Address]) {}

    fn carry<'a>(&'a self, studio: &'a Studio, leased: &'a Leased) -> BoxFuture<'a, ()> {
        async move {
            let fate = match self.flaw {
                Flaw::ForgetsToSend => Fate::Sent(vec!["1".into()]),
                Flaw::SendsAgain => {
                    *self.seen.lock().unwrap().entry((leased.channel, leased.recipient.clone())).or_default() += 1;
                    Fate::Retry("the platform failed".into())
                }
            };
            delivery::record(studio, leased, &fate).await;
        }
        .boxed()
    }

    fn arrived(&self, at: &Address) -> usize {
        self.seen.lock().unwrap().get(at).copied().unwrap_or_default()
    }

    fn leaves(&self, _: &Address, _: Leaving) {}

    fn returns(&self, _: &Address) {}
}

/// How the first three days with this sender end.
async fn three_days(flaw: Flaw) -> Result<()> {
    let test = testing::sqlite().await;
    let plot = Plot { people: 2, apart: TimeDelta::hours(5), ..Plot::rehearsal(1, Weather::Fair) };
    let outside = Arc::new(Flawed { flaw, seen: Mutex::default() });
    let start = test.clock.now();
    let mut world = World::found(Stage { studio: test.studio.clone(), luck: plot.luck(), outside }, plot).await?;
    for day in 1..=3 {
        world.live_a_day(start + TimeDelta::days(day)).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_sender_that_forgets_to_send_is_found_out() {
    let story = format!("{:#}", three_days(Flaw::ForgetsToSend).await.unwrap_err());
    assert!(story.contains("a promise is broken") && story.contains("is called sent and never arrived"), "{story}");
}

#[tokio::test]
async fn a_sender_that_sends_again_is_found_out() {
    let story = format!("{:#}", three_days(Flaw::SendsAgain).await.unwrap_err());
    assert!(story.contains("a promise is broken") && story.contains("arrived a second time"), "{story}");
}

#[tokio::test]
async fn two_months_in_foul_weather_keep_every_promise_and_tell_how_each_fault_ended() {
    let start = testing::monday_noon();
    let plot = Plot {
        people: 5,
        apart: TimeDelta::hours(5),
        look_every: TimeDelta::hours(6),
        ..Plot::rehearsal(3, Weather::Foul(0.04))
    };
    let mut demo = Demo::founded(start, plot).await.unwrap();
    for day in 1..=60 {
        demo.world.live_a_day(start + TimeDelta::days(day)).await.unwrap_or_else(|error| panic!("{error:#}"));
    }
    let totals = demo.world.totals(60).await.unwrap();
    assert_eq!((totals.days, totals.clients), (60, 5));
    assert!(totals.arrived["ready"] >= 5 && totals.done["GENERATE"] >= 5, "{totals:?}");
    for (name, struck) in &totals.faults {
        assert_eq!(struck.times, struck.ended.values().sum::<u64>(), "{name}");
    }
    let words = totals.words();
    for part in
        ["60 days, 5 clients, seed 3", "what went wrong on purpose", "another worker took over", "every promise"]
    {
        assert!(words.contains(part), "{part} is missing in\n{words}");
    }
}
