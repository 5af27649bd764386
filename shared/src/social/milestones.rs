//! Which follower counts are worth a celebration (domain 4.7).

const STEPS: [i64; 10] = [1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000];
const MILLION: i64 = 1_000_000;

/// The highest step that lies in `(before, after]`: 1K, 2.5K, 5K … 1M, then each million.
#[must_use]
pub fn milestone_crossed(before: i64, after: i64) -> Option<i64> {
    let whole_millions = after / MILLION * MILLION;
    let highest =
        if whole_millions >= MILLION { whole_millions } else { STEPS.into_iter().rev().find(|step| *step <= after)? };
    (before < highest).then_some(highest)
}
