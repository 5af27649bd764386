//! What a person feels at the list of clients: a key, and the frame that answers it.
//!
//! The key goes into the pseudo-terminal and the clock stops when the first bytes of the answer come out, so what the
//! terminal's side of the kernel takes is part of it. The next key waits until the answer is complete.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use wavelaunch_tests::terminal::Terminal;

use super::figure::{Figure, millis, quantile};
use super::seeded::{COLUMNS, Seeded};
use super::start::{CAP, TODAY};

const KEYS: usize = 1000;
const FRAME: f64 = 16.0;
/// A silence of this length ends an answer.
const SILENCE: Duration = Duration::from_millis(8);
/// A key without an answer for so long changes nothing.
const UNANSWERED: Duration = Duration::from_secs(1);
/// Words that leave a part of the clients.
const WORDS: &str = "month:3 !paused";

/// Mostly single steps, some pages, some steps back.
const WALK: [&str; 10] = ["j", "j", "j", "\x1b[B", "\x04", "j", "k", "\x1b[6~", "j", "\x1b[A"];

/// What one key brought.
#[derive(Clone, Copy)]
struct Answer {
    first: Duration,
    complete: Duration,
    bytes: u64,
}

/// Keys on the whole list, while words narrow it, and on what they leave.
pub async fn measure(seeded: &Seeded) -> Result<Vec<Figure>> {
    let mut terminal = seeded.dashboard()?;
    terminal.wait_for(&TODAY, CAP).await?;
    terminal.send("gc")?;
    terminal.wait_for(&["Followers", "by name"], CAP).await?;
    settle(&terminal).await;

    let whole = walk(&mut terminal).await?;
    let steps = step_down(&mut terminal).await?;
    let typed = narrow(&mut terminal).await?;
    let some = walk(&mut terminal).await?;
    terminal.send("q")?;

    let clients = seeded.scale.clients;
    let mut figures = of_frames(&format!("key → frame at {clients} clients"), &whole)?;
    figures.extend(of_frames(&format!("the same after /{WORDS}"), &some)?);
    figures.push(complete("while typing these words: key → all rows", &typed)?);
    figures.extend(of_bytes(&steps)?);
    Ok(figures)
}

/// Walks down the list; from its end, where no key changes anything, back to its beginning.
async fn walk(terminal: &mut Terminal) -> Result<Vec<Answer>> {
    let mut answers = Vec::with_capacity(KEYS);
    let mut unanswered = 0;
    for key in WALK.iter().cycle() {
        if answers.len() == KEYS {
            break;
        }
        if let Ok(answer) = press(terminal, key).await {
            answers.push(answer);
        } else {
            unanswered += 1;
            ensure!(unanswered <= KEYS / 10, "{unanswered} keys had no answer; the screen:\n{}", terminal.text());
            terminal.send("gg")?;
            settle(terminal).await;
        }
    }
    Ok(answers)
}

/// Single steps down, over more than one height of the screen.
async fn step_down(terminal: &mut Terminal) -> Result<Vec<Answer>> {
    let mut answers = Vec::new();
    for _ in 0..100 {
        answers.push(press(terminal, "j").await?);
    }
    Ok(answers)
}

async fn narrow(terminal: &mut Terminal) -> Result<Vec<Answer>> {
    press(terminal, "/").await?;
    let mut answers = Vec::new();
    for letter in WORDS.chars() {
        answers.push(press(terminal, &letter.to_string()).await?);
    }
    press(terminal, "\r").await?;
    Ok(answers)
}

async fn press(terminal: &mut Terminal, key: &str) -> Result<Answer> {
    let before = terminal.bytes();
    let begun = Instant::now();
    let first = terminal.time_key(key, UNANSWERED).await?;
    settle(terminal).await;
    let last = terminal.last_output().context("a terminal that answered has an output")?;
    Ok(Answer { first, complete: last.duration_since(begun), bytes: terminal.bytes() - before })
}

/// Waits until nothing comes any more.
async fn settle(terminal: &Terminal) {
    loop {
        let bytes = terminal.bytes();
        tokio::time::sleep(SILENCE).await;
        if terminal.bytes() == bytes {
            return;
        }
    }
}

fn of_frames(what: &str, answers: &[Answer]) -> Result<Vec<Figure>> {
    let mut times: Vec<Duration> = answers.iter().map(|answer| answer.first).collect();
    let median = quantile(&mut times, 0.5).context("no key was measured")?;
    let slow = quantile(&mut times, 0.99).context("no key was measured")?;
    Ok(vec![
        Figure::plain(format!("{what}, median"), format!("{:.2} ms", millis(median))),
        Figure::at_most(format!("{what}, p99"), millis(slow), FRAME, "ms"),
        complete("  the answer complete, with rows that had to be read", answers)?,
    ])
}

fn complete(what: &str, answers: &[Answer]) -> Result<Figure> {
    let mut times: Vec<Duration> = answers.iter().map(|answer| answer.complete).collect();
    let slow = quantile(&mut times, 0.99).context("no key was measured")?;
    Ok(Figure::plain(format!("{what}, p99"), format!("{:.2} ms", millis(slow))))
}

#[expect(clippy::cast_precision_loss, reason = "some thousand bytes")]
fn of_bytes(answers: &[Answer]) -> Result<Vec<Figure>> {
    let mut bytes: Vec<u64> = answers.iter().map(|answer| answer.bytes).collect();
    let median = quantile(&mut bytes, 0.5).context("no key was measured")?;
    let most = quantile(&mut bytes, 1.0).context("no key was measured")?;
    Ok(vec![
        Figure::at_most(format!("bytes a cursor move at {COLUMNS} columns, median"), median as f64, 600.0, ""),
        Figure::plain("  the largest of 100 moves", format!("{most}")),
    ])
}
