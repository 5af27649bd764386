//! Random histories, lived by both.
//!
//! `WAVELAUNCH_MODEL_STEPS` sets how many steps are compared; the share of every run is smaller
//! than what a night has time for.

use std::fmt::Write as _;
use std::num::NonZero;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::chance::history;
use super::history::{Setting, Step};
use super::journey::Journey;
use super::real::{Real, Stage};
use crate::testing::{TestStudio, postgres_with, settings, sqlite, visible};

/// Steps of one history: some months of a journey.
const STEPS_A_HISTORY: usize = 100;
const STEPS_A_RUN: usize = 20_000;
/// PostgreSQL lives this part of the histories.
const POSTGRES_PART: usize = 10;
/// So many differences are enough for one run.
const MOST_TOLD: usize = 8;

#[test]
fn the_engine_does_what_the_rules_say() {
    let histories = histories();
    live_all(histories, || async { Some(sqlite().await) });
    visible(&format!("{} steps of the model compared on SQLite", histories * STEPS_A_HISTORY));
}

#[test]
fn the_engine_does_what_the_rules_say_on_postgresql() {
    let histories = histories().div_ceil(POSTGRES_PART);
    if live_all(histories, || postgres_with(settings())) == Lived::Here {
        visible(&format!("{} steps of the model compared on PostgreSQL", histories * STEPS_A_HISTORY));
    }
}

fn histories() -> usize {
    let steps = std::env::var("WAVELAUNCH_MODEL_STEPS").ok().map_or(STEPS_A_RUN, |text| text.parse().unwrap());
    steps.div_ceil(STEPS_A_HISTORY)
}

/// Whether there was a database to live on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lived {
    Here,
    Nowhere,
}

/// Lives so many histories, some at a time, each worker on a database of its own.
fn live_all<F: Future<Output = Option<TestStudio>>>(histories: usize, open: impl Fn() -> F + Sync) -> Lived {
    let next = AtomicUsize::new(0);
    let (lived, told) = (Mutex::new(Lived::Here), Mutex::new(Vec::new()));
    let work = async || {
        let Some(studio) = open().await else {
            *lived.lock().unwrap() = Lived::Nowhere;
            return;
        };
        let mut stage = Stage::on(studio).await;
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= histories || told.lock().unwrap().len() >= MOST_TOLD {
                break;
            }
            if let Err(shortest) = live_one(&mut stage, number).await {
                told.lock().unwrap().push(format!("history {number}: the engine and the rules differ\n{shortest}"));
            }
        }
    };
    std::thread::scope(|scope| {
        let workers = std::thread::available_parallelism().map_or(1, NonZero::get);
        for _ in 0..workers.min(histories) {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(work());
            });
        }
    });
    let told = told.into_inner().unwrap();
    assert!(told.is_empty(), "{}", told.join("\n"));
    lived.into_inner().unwrap()
}

/// Lives one history, which its number alone decides. The error tells the shortest one that differs likewise.
async fn live_one(stage: &mut Stage, number: usize) -> Result<(), String> {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&u64::try_from(number).unwrap().to_le_bytes());
    let chance = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let mut source = TestRunner::new_with_rng(Config::default(), chance);
    let (setting, steps) = history(STEPS_A_HISTORY).new_tree(&mut source).unwrap().current();
    match live(stage, &setting, &steps).await {
        Ok(()) => Ok(()),
        Err(difference) => Err(shorten(stage, &setting, steps, difference).await),
    }
}

/// Leaves out of a history whatever the difference does not need, in ever smaller pieces, and lets
/// time pass at one go.
async fn shorten(stage: &mut Stage, setting: &Setting, mut steps: Vec<Step>, mut difference: Difference) -> String {
    steps.truncate(difference.after);
    let mut piece = steps.len() / 2;
    while piece > 0 {
        let mut from = 0;
        while from < steps.len() {
            let mut fewer = steps.clone();
            fewer.drain(from..(from + piece).min(steps.len()));
            match live(stage, setting, &fewer).await {
                Err(found) => {
                    fewer.truncate(found.after);
                    (steps, difference) = (fewer, found);
                }
                Ok(()) => from += piece,
            }
        }
        piece /= 2;
    }
    for at in (1..steps.len()).rev() {
        if let [Step::Pass(one), Step::Pass(other)] = steps[at - 1..=at] {
            let mut fewer = steps.clone();
            fewer.splice(at - 1..=at, [Step::Pass(one + other)]);
            if let Err(found) = live(stage, setting, &fewer).await {
                (steps, difference) = (fewer, found);
            }
        }
    }
    difference.told
}

/// Where a history came apart.
struct Difference {
    /// After so many steps.
    after: usize,
    /// The history until then, and what differs.
    told: String,
}

/// Lives a history twice. The error tells it up to the first difference.
async fn live(stage: &mut Stage, setting: &Setting, steps: &[Step]) -> Result<(), Difference> {
    let mut real = Real::start(stage, setting).await;
    let mut journey = Journey::start(setting.clone());
    let mut told = format!("{setting:?}, begins {}\n", setting.start());
    let mut after = 0;
    let mut outcome = compare(&mut real, &journey).await;
    for (index, step) in steps.iter().enumerate() {
        if outcome.is_err() {
            break;
        }
        after = index + 1;
        let before = journey.clone();
        let (now, found) = real.happen(step, |which| before.which(which)).await;
        let must = journey.happen(step, now);
        let _ = writeln!(told, "{now} {step:?} → {must:?}");
        outcome = match found {
            Err(error) => Err(format!("  failed: {error}")),
            Ok(found) if found != must => Err(format!("  the product: {found:?}")),
            Ok(_) => compare(&mut real, &journey).await,
        };
    }
    outcome.map_err(|lines| Difference { after, told: told + &lines })
}

async fn compare(real: &mut Real<'_>, journey: &Journey) -> Result<(), String> {
    real.state().await.in_order().differs_from(&journey.state().in_order())
}
