//! Random histories, lived by both.
//!
//! `WAVELAUNCH_MODEL_STEPS` sets how many steps are compared; the share of every run is smaller
//! than what a night has time for.

use std::fmt::Write as _;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::history::{Setting, Step, history};
use super::journey::Journey;
use super::real::Real;

/// Steps of one history: some months of a journey.
const STEPS_A_HISTORY: usize = 100;
const STEPS_A_RUN: usize = 20_000;

#[tokio::test]
async fn the_engine_does_what_the_rules_say() {
    let steps = std::env::var("WAVELAUNCH_MODEL_STEPS").ok().map_or(STEPS_A_RUN, |text| text.parse().unwrap());
    let mut source = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    for number in 0..steps.div_ceil(STEPS_A_HISTORY) {
        let (setting, steps) = history(STEPS_A_HISTORY).new_tree(&mut source).unwrap().current();
        if let Err(difference) = live(&setting, &steps).await {
            let shortest = shorten(&setting, steps, difference).await;
            panic!("history {number}: the engine and the rules differ\n{shortest}");
        }
    }
    crate::testing::visible(&format!("{steps} steps of the model compared"));
}

/// Leaves out of a history whatever the difference does not need, in ever smaller pieces, and lets
/// time pass at one go.
async fn shorten(setting: &Setting, mut steps: Vec<Step>, mut difference: Difference) -> String {
    steps.truncate(difference.after);
    let mut piece = steps.len() / 2;
    while piece > 0 {
        let mut from = 0;
        while from < steps.len() {
            let mut fewer = steps.clone();
            fewer.drain(from..(from + piece).min(steps.len()));
            match live(setting, &fewer).await {
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
            if let Err(found) = live(setting, &fewer).await {
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
async fn live(setting: &Setting, steps: &[Step]) -> Result<(), Difference> {
    let mut real = Real::start(setting).await;
    let mut journey = Journey::start(setting.clone());
    let mut told = format!("{setting:?}, begins {}\n", setting.start());
    let mut after = 0;
    let mut outcome = compare(&real, &journey).await;
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
            Ok(_) => compare(&real, &journey).await,
        };
    }
    outcome.map_err(|lines| Difference { after, told: told + &lines })
}

async fn compare(real: &Real, journey: &Journey) -> Result<(), String> {
    let mut found = real.state().await;
    let mut must = journey.state();
    // Within one moment the order in which things were written down does not matter.
    for state in [&mut found, &mut must] {
        state.done.sort_by(|a, b| (a.2, &a.0, a.1).cmp(&(b.2, &b.0, b.1)));
    }
    found.differs_from(&must)
}
