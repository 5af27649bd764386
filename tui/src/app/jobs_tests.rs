use std::sync::{Arc, Mutex};

use futures::FutureExt as _;
use tokio::sync::oneshot;

use super::*;

/// A desk whose answers the test gives: each question asked waits in a list.
type Asked = Arc<Mutex<Vec<(Query, oneshot::Sender<i64>)>>>;

fn desk() -> (Desk, Asked) {
    let asked = Asked::default();
    let list = Arc::clone(&asked);
    let desk = Desk::scripted(move |query| {
        let (give, wait) = oneshot::channel();
        list.lock().unwrap().push((query, give));
        async move { wait.await.map(Answer::ClientCount).map_err(|_| Problem::crashed()) }.boxed()
    });
    (desk, asked)
}

const SLOT: SlotKey = (ViewId(1), 0);

fn count_of(words: &str) -> Query {
    Query::ClientCount(words.into())
}

/// Answers the oldest question that still waits.
fn give(asked: &Asked, count: i64) {
    let (_, give) = asked.lock().unwrap().remove(0);
    give.send(count).unwrap();
}

async fn next_count(jobs: &mut Jobs) -> i64 {
    match jobs.next().await {
        Event::Answered(_, Ok(Answer::ClientCount(count))) => count,
        _ => panic!("an answer"),
    }
}

#[tokio::test]
async fn a_newer_question_replaces_the_older_one() {
    let (desk, asked) = desk();
    let mut jobs = Jobs::new(desk);
    jobs.ask(SLOT, count_of("m"));
    jobs.ask(SLOT, count_of("ma"));
    // The first one is given up, whatever it would have said.
    asked.lock().unwrap().remove(0);
    give(&asked, 2);
    assert_eq!(next_count(&mut jobs).await, 2);
    while jobs.busy() {
        assert!(jobs.next().now_or_never().is_none(), "nothing else is told");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_same_question_asked_meanwhile_is_asked_once_more() {
    let (desk, asked) = desk();
    let mut jobs = Jobs::new(desk);
    for _ in 0..5 {
        jobs.ask(SLOT, count_of("m"));
    }
    assert_eq!(asked.lock().unwrap().len(), 1);
    give(&asked, 1);
    assert_eq!(next_count(&mut jobs).await, 1);
    assert_eq!(asked.lock().unwrap().len(), 1, "once more, not four times");
    give(&asked, 2);
    assert_eq!(next_count(&mut jobs).await, 2);
    assert!(!jobs.busy());
}

#[tokio::test]
async fn nobody_is_told_what_a_closed_view_asked() {
    let (desk, asked) = desk();
    let mut jobs = Jobs::new(desk);
    jobs.ask(SLOT, count_of("m"));
    jobs.ask((ViewId(2), 0), count_of("x"));
    jobs.forget(ViewId(1));
    asked.lock().unwrap().remove(0);
    give(&asked, 7);
    assert_eq!(next_count(&mut jobs).await, 7);
}
