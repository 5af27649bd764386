use chrono::TimeDelta;
use rstest::rstest;

use super::*;
use crate::coach::testing::client;
use crate::events::EventKind;
use crate::staff::{Actor, Role};
use crate::testing::{TestStudio, on_both};
use crate::{Error, events};

const LIMITS: BudgetLimits = BudgetLimits { token_limit: Some(1000), cost_limit_micros: None, auto_pause: true };

async fn take(studio: &TestStudio, client: &ClientId, model: &str, tokens: i64) {
    let mut tx = studio.db.write().await.unwrap();
    let used = Use { client: Some(client), operation: Operation::Coach, model, tokens_in: tokens, tokens_out: 0 };
    record(&mut tx, studio, &used, studio.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
}

async fn is_spent(studio: &TestStudio) -> bool {
    spent(&mut studio.db.read().await.unwrap(), studio.clock.now()).await.unwrap().is_some()
}

async fn alerts(studio: &TestStudio) -> Vec<String> {
    let all = events::page(&mut studio.db.read().await.unwrap(), None, None, 99).await.unwrap();
    let alerts = all.into_iter().filter(|event| event.kind == EventKind::BudgetAlert);
    alerts.map(|event| event.description).collect::<Vec<_>>().into_iter().rev().collect()
}

#[rstest]
#[case(Period::Daily, "2026-04-01", "2026-04-01")]
#[case(Period::Weekly, "2026-04-01", "2026-03-30")]
#[case(Period::Weekly, "2026-03-30", "2026-03-30")]
#[case(Period::Weekly, "2026-01-01", "2025-12-29")]
#[case(Period::Monthly, "2026-03-31", "2026-03-01")]
#[case(Period::Monthly, "2028-02-29", "2028-02-01")]
fn a_period_begins_by_the_calendar(#[case] period: Period, #[case] day: &str, #[case] start: &str) {
    assert_eq!(period.start(day.parse().unwrap()), start.parse().unwrap());
    assert_eq!(period.word().parse::<Period>().unwrap(), period);
}

#[tokio::test]
async fn a_budget_alerts_once_at_each_share_and_pauses_when_it_is_used_up() {
    on_both(|studio| async move {
        let ada = client(&studio, "Ada").await.id;
        set_budget(&studio, &Actor::local_owner(), Period::Daily, LIMITS).await.unwrap();
        for tokens in [490, 10, 10, 300, 189] {
            take(&studio, &ada, "m", tokens).await;
            assert!(!is_spent(&studio).await);
        }
        take(&studio, &ada, "m", 1).await;
        assert!(is_spent(&studio).await, "1,000 of 1,000");
        take(&studio, &ada, "m", 500).await;
        let told = alerts(&studio).await;
        assert_eq!(told.len(), 4, "{told:?}");
        for (said, share) in told.iter().zip(["50 %", "75 %", "90 %", "used up"]) {
            assert!(said.contains(share) && said.contains("daily"), "{said}");
        }
        studio.clock.set("2026-03-31T00:00:00Z".parse().unwrap());
        assert!(!is_spent(&studio).await, "a new day");
        take(&studio, &ada, "m", 500).await;
        assert_eq!(alerts(&studio).await.len(), 5, "the new day alerts anew");
    })
    .await;
}

#[tokio::test]
async fn a_budget_in_money_counts_what_was_used_before_it_was_set() {
    on_both(|studio| async move {
        let (ada, owner) = (client(&studio, "Ada").await.id, Actor::local_owner());
        take(&studio, &ada, "m", 100_000).await;
        let limits = BudgetLimits { token_limit: None, cost_limit_micros: Some(400_000), auto_pause: false };
        let budget = set_budget(&studio, &owner, Period::Monthly, limits).await.unwrap();
        assert_eq!((budget.used_cost_micros, budget.percent(), budget.alerted_percent), (300_000, 75, 75));
        take(&studio, &ada, "m", 50_000).await;
        assert_eq!(alerts(&studio).await, ["The monthly budget for the model is used up; nothing is paused"]);
        assert!(!is_spent(&studio).await, "it does not pause by itself");
        let mut tx = studio.db.read().await.unwrap();
        let all = budgets(&mut tx, &owner, studio.clock.now()).await.unwrap();
        assert_eq!(all[0].used_cost_micros, 450_000);
        let next_month = budgets(&mut tx, &owner, studio.clock.now() + TimeDelta::days(3)).await.unwrap();
        assert_eq!(next_month[0].used_cost_micros, 0);
    })
    .await;
}

#[tokio::test]
async fn answers_on_their_way_count_before_they_are_paid() {
    on_both(|studio| async move {
        let ada = client(&studio, "Ada").await;
        set_budget(&studio, &Actor::local_owner(), Period::Daily, LIMITS).await.unwrap();
        let question = crate::coach::testing::question_of(&studio, &ada.id).await;
        let mut tx = studio.db.write().await.unwrap();
        crate::coach::turns::begin(&mut tx, &question, &ada.id, "2026-03-30", 1000, studio.clock.now()).await.unwrap();
        assert!(spent(&mut tx, studio.clock.now()).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn a_budget_without_sense_or_right_is_refused() {
    on_both(|studio| async move {
        let owner = Actor::local_owner();
        let nothing = BudgetLimits { token_limit: None, cost_limit_micros: None, auto_pause: true };
        let zero = BudgetLimits { token_limit: Some(0), ..nothing };
        for limits in [nothing, zero] {
            assert!(matches!(set_budget(&studio, &owner, Period::Daily, limits).await, Err(Error::Invalid(_))));
        }
        let manager = Actor::Admin { id: None, role: Role::Manager };
        assert!(matches!(set_budget(&studio, &manager, Period::Daily, LIMITS).await, Err(Error::Forbidden { .. })));
        assert!(matches!(remove_budget(&studio, &owner, Period::Daily).await, Err(Error::NotFound("budget"))));
        set_budget(&studio, &owner, Period::Daily, LIMITS).await.unwrap();
        remove_budget(&studio, &owner, Period::Daily).await.unwrap();
        assert!(!is_spent(&studio).await);
    })
    .await;
}

#[tokio::test]
async fn usage_adds_up_by_client_day_and_month() {
    on_both(|studio| async move {
        let (ada, bo) = (client(&studio, "Ada").await.id, client(&studio, "Bo").await.id);
        let today = studio.clock.now().date_naive();
        for (days, who, model, tokens) in
            [(40, &ada, "large", 1000), (1, &bo, "large", 40), (1, &ada, "small", 5), (0, &ada, "large", 30)]
        {
            studio.clock.set(crate::testing::monday_noon() - TimeDelta::days(days));
            take(&studio, who, model, tokens).await;
        }
        let mut tx = studio.db.read().await.unwrap();
        let owner = Actor::local_owner();
        let month = today - TimeDelta::days(29);
        let by = usage(&mut tx, &owner, By::Client, None, month, today).await.unwrap();
        let sums: Vec<_> =
            by.iter().map(|row| (row.client_id.as_ref(), row.model.as_str(), row.calls, row.tokens_in)).collect();
        assert_eq!(sums, [(Some(&bo), "large", 1, 40), (Some(&ada), "large", 1, 30), (Some(&ada), "small", 1, 5)]);
        let by = usage(&mut tx, &owner, By::Day, None, month, today).await.unwrap();
        let sums: Vec<_> = by.iter().map(|row| (row.period.as_deref(), row.model.as_str(), row.tokens_in)).collect();
        let yesterday = Some("2026-03-29");
        assert_eq!(sums, [(Some("2026-03-30"), "large", 30), (yesterday, "large", 40), (yesterday, "small", 5)]);
        let by = usage(&mut tx, &owner, By::Month, Some(&ada), today - TimeDelta::days(60), today).await.unwrap();
        let sums: Vec<_> = by.iter().map(|row| (row.period.as_deref(), row.calls, row.cost_micros)).collect();
        assert_eq!(sums, [(Some("2026-03"), 1, 90), (Some("2026-03"), 1, 15), (Some("2026-02"), 1, 3000)]);
        let nobody = ClientId::new(studio.clock.now());
        assert!(usage(&mut tx, &owner, By::Client, Some(&nobody), month, today).await.unwrap().is_empty());
    })
    .await;
}
