//! Showing an answer while it is being written, at the pace that a platform allows.

use std::future::Future;
use std::time::Duration;

use tokio::time::Instant;
use wavelaunch_shared::text::Reply;

use crate::talk::CoachTurn;

/// The shortest time between two edits of one message.
pub const EVERY: Duration = Duration::from_millis(1500);

/// Follows an answer to its end. `show` is called with what there is so far: never twice with the same,
/// never before the last call has come back, and not sooner than `every` after it. None when the
/// writer is gone without an answer.
pub async fn follow<F>(turn: CoachTurn, every: Duration, mut show: impl FnMut(String) -> F) -> Option<Reply>
where
    F: Future<Output = ()>,
{
    let CoachTurn { mut text, mut done } = turn;
    let mut shown = String::new();
    let mut next = Instant::now() + every;
    let mut growing = true;
    let mut news = true;
    loop {
        tokio::select! {
            biased;
            reply = &mut done => return reply.ok(),
            () = tokio::time::sleep_until(next), if news => {
                news = false;
                let so_far = text.borrow_and_update().clone();
                if !so_far.trim().is_empty() && so_far != shown {
                    show(so_far.clone()).await;
                    shown = so_far;
                    next = Instant::now() + every;
                }
            }
            changed = text.changed(), if growing && !news => {
                growing = changed.is_ok();
                news = growing;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::{oneshot, watch};

    use super::*;

    const SHORT: Duration = Duration::from_millis(40);

    #[tokio::test]
    async fn previews_are_spaced_and_different_and_the_end_is_exact() {
        let (grow, text) = watch::channel(String::new());
        let (finish, done) = oneshot::channel();
        let (shown, mut seen_one) = tokio::sync::mpsc::unbounded_channel();
        tokio::spawn(async move {
            for word in ["a", "ab", "ab", "abc"] {
                grow.send_replace(word.to_owned());
            }
            seen_one.recv().await.unwrap();
            grow.send_replace("abc".into());
            grow.send_replace("abcd".into());
            seen_one.recv().await.unwrap();
            drop(grow);
            finish.send(Reply::plain("the whole answer")).unwrap();
        });
        let start = Instant::now();
        let mut seen = Vec::new();
        let turn = CoachTurn { text, done };
        let reply = follow(turn, SHORT, |so_far| {
            seen.push((start.elapsed(), so_far));
            shown.send(()).unwrap();
            std::future::ready(())
        })
        .await;
        assert_eq!(reply, Some(Reply::plain("the whole answer")));
        let texts: Vec<&str> = seen.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["abc", "abcd"]);
        assert!(seen[0].0 >= SHORT && seen[1].0 >= SHORT * 2, "{seen:?}");
    }

    #[tokio::test]
    async fn a_writer_that_is_gone_gives_no_answer() {
        let (_, text) = watch::channel(String::new());
        let (finish, done) = oneshot::channel::<Reply>();
        drop(finish);
        assert_eq!(follow(CoachTurn { text, done }, EVERY, |_| std::future::ready(())).await, None);
    }
}
