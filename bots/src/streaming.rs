//! Showing an answer while it is being written, at the pace that a platform allows.

use std::future::Future;
use std::time::Duration;

use crate::talk::{CoachReply, CoachTurn};
use tokio::time::Instant;

/// How previews follow each other.
#[derive(Clone, Copy, Debug)]
pub struct Rhythm {
    /// The shortest time between two edits of one message.
    pub every: Duration,
    /// How much the text has to grow for another one, in bytes.
    pub growth: usize,
}

/// What both chat platforms bear.
pub const RHYTHM: Rhythm = Rhythm { every: Duration::from_millis(1500), growth: 40 };

/// What became of a preview.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preview {
    /// It was shown, or left out for this once.
    Going,
    /// The platform wants no more of them: only the end is shown.
    Frozen,
}

/// Follows an answer to its end. `show` is called with what there is so far: never twice with the same,
/// never before the last call has come back, never faster than the rhythm, and not after one that says
/// that the platform has enough. None when the writer is gone without an answer.
pub async fn follow<F>(turn: CoachTurn, rhythm: Rhythm, mut show: impl FnMut(String) -> F) -> Option<CoachReply>
where
    F: Future<Output = Preview>,
{
    let CoachTurn { mut text, mut done, .. } = turn;
    let mut shown = String::new();
    let mut next = Instant::now() + rhythm.every;
    let mut growing = true;
    let mut news = true;
    loop {
        tokio::select! {
            biased;
            reply = &mut done => return reply.ok(),
            () = tokio::time::sleep_until(next), if news => {
                news = false;
                let so_far = text.borrow_and_update().clone();
                if !so_far.trim().is_empty() && so_far.len().abs_diff(shown.len()) >= rhythm.growth {
                    if show(so_far.clone()).await == Preview::Frozen {
                        return done.await.ok();
                    }
                    shown = so_far;
                    next = Instant::now() + rhythm.every;
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
    use std::future::ready;

    use tokio::sync::{oneshot, watch};
    use wavelaunch_shared::text::{Button, Reply};

    use super::*;

    const SHORT: Duration = Duration::from_millis(40);
    const RHYTHM: Rhythm = Rhythm { every: SHORT, growth: 1 };

    fn turn(text: watch::Receiver<String>, done: oneshot::Receiver<CoachReply>) -> CoachTurn {
        CoachTurn { text, done, stop: Button::new("Stop", "halt") }
    }

    fn whole() -> CoachReply {
        Reply::plain("the whole answer").into()
    }

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
            finish.send(whole()).unwrap();
        });
        let start = Instant::now();
        let mut seen = Vec::new();
        let reply = follow(turn(text, done), RHYTHM, |so_far| {
            seen.push((start.elapsed(), so_far));
            shown.send(()).unwrap();
            ready(Preview::Going)
        })
        .await;
        assert_eq!(reply, Some(whole()));
        let texts: Vec<&str> = seen.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["abc", "abcd"]);
        assert!(seen[0].0 >= SHORT && seen[1].0 >= SHORT * 2, "{seen:?}");
    }

    #[tokio::test]
    async fn after_a_refusal_only_the_end_is_shown() {
        let (grow, text) = watch::channel("a".to_owned());
        let (finish, done) = oneshot::channel();
        let (refused, mut seen_one) = tokio::sync::mpsc::unbounded_channel();
        tokio::spawn(async move {
            seen_one.recv().await.unwrap();
            grow.send_replace("ab".into());
            tokio::time::sleep(SHORT * 2).await;
            finish.send(whole()).unwrap();
        });
        let mut previews = 0;
        let reply = follow(turn(text, done), RHYTHM, |_| {
            previews += 1;
            refused.send(()).unwrap();
            ready(Preview::Frozen)
        })
        .await;
        assert_eq!((reply, previews), (Some(whole()), 1));
    }

    #[tokio::test]
    async fn a_writer_that_is_gone_gives_no_answer() {
        let (_, text) = watch::channel(String::new());
        let (finish, done) = oneshot::channel::<CoachReply>();
        drop(finish);
        assert_eq!(follow(turn(text, done), RHYTHM, |_| ready(Preview::Going)).await, None);
    }
}
