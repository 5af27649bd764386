//! The loop: one session, a stream that types, a stream of changes, a writer.

use std::io;
use std::pin::pin;
use std::task::Poll;

use futures::{Stream, StreamExt as _, poll};
use tokio::io::{AsyncWrite, AsyncWriteExt as _};

use super::effect::Event;
use super::session::Session;
use crate::term::{Input, Screen, osc52};

/// Events taken between two frames at most, so that a flood of them cannot keep
/// the screen from being drawn.
const BURST: usize = 512;

/// Why the loop ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Ended {
    /// The person left, or the inputs ended.
    Left,
    /// The person wants to change this text in their own editor. The loop may be run again after that.
    Letter(String),
}

/// Runs a session until the person leaves, wants their own editor, or the inputs end.
///
/// Everything that has arrived is handled before a frame is drawn, so a burst
/// costs one frame; nothing is drawn when nothing changed.
///
/// # Errors
/// When the terminal cannot be written to.
pub async fn run(
    session: &mut Session,
    screen: &mut Screen,
    inputs: impl Stream<Item = Input>,
    changes: impl Stream<Item = ()>,
    mut out: impl AsyncWrite + Unpin,
) -> io::Result<Ended> {
    let mut inputs = pin!(inputs.fuse());
    let mut changes = pin!(changes.fuse());
    let mut changes_open = true;
    while !session.over() {
        show(session, screen, &mut out).await?;
        if let Some(text) = session.take_letter() {
            return Ok(Ended::Letter(text));
        }
        let wake = session.wake();
        // Keys first: a person who types must never wait behind data.
        let first = tokio::select! {
            biased;
            input = inputs.next() => match input {
                Some(input) => Some(Event::Input(input)),
                None => break,
            },
            event = session.next_result() => Some(event),
            change = changes.next(), if changes_open => {
                changes_open = change.is_some();
                change.map(|()| Event::Changed)
            }
            () = tokio::time::sleep_until(wake) => Some(Event::Tick),
        };
        // Asked with this task's own waker: a terminal that was asked with none would tell nobody of its next key.
        let mut next = first;
        for _ in 0..BURST {
            let Some(event) = next else { break };
            take(session, screen, event);
            next = match poll!(inputs.next()) {
                Poll::Ready(Some(input)) => Some(Event::Input(input)),
                _ => match poll!(pin!(session.next_result())) {
                    Poll::Ready(event) => Some(event),
                    Poll::Pending => None,
                },
            };
        }
    }
    Ok(Ended::Left)
}

fn take(session: &mut Session, screen: &mut Screen, event: Event) {
    if let Event::Input(Input::Resize(size)) = event {
        screen.resize(size);
    }
    session.feed(event);
}

async fn show(session: &mut Session, screen: &mut Screen, out: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
    if session.dirty() {
        let frame = screen.draw(|frame| session.draw(frame)).map_err(io::Error::other)?;
        out.write_all(frame.as_bytes()).await?;
    }
    // After the frame and outside of its diff: a clipboard write is not a cell.
    for clip in session.take_clips() {
        if let Some(sequence) = osc52(&clip) {
            out.write_all(sequence.as_bytes()).await?;
        }
    }
    out.flush().await
}
