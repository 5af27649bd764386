//! Whether somebody does the work: the engine takes what is due, and messages leave.

use chrono::{DateTime, TimeDelta, Utc};
use wavelaunch_shared::db::Tx;
use wavelaunch_shared::{Result, delivery, journey};

use super::super::output::ago;
use super::{Finding, Health, fine, note};

/// Work that lies longer than this has nobody to do it.
const PATIENCE: TimeDelta = TimeDelta::minutes(10);
/// What does it.
const START: &str = "start `wavelaunch-bots run`, and leave it running";

/// What is due and what waits to leave, as of `now`.
pub(super) async fn look(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<Finding>> {
    let engine = journey::workload(tx, now).await?;
    let post = delivery::backlog(tx, now).await?;
    let mut findings = vec![waiting("engine", "automations", engine.due, engine.oldest_due, now)];
    if engine.failed > 0 {
        let mend = "`journey log --status FAILED` tells why; mend the cause, then `journey retry`".to_owned();
        findings.push(note("engine", format!("{} automations have failed", engine.failed), mend));
    }
    findings.push(waiting("outbox", "messages", post.due, post.oldest_due, now));
    if post.in_doubt > 0 {
        let mend = "`outbox list --state IN_DOUBT` shows them; look in the chat, then settle each".to_owned();
        findings.push(note("outbox", format!("nobody knows whether {} messages arrived", post.in_doubt), mend));
    }
    Ok(findings)
}

fn waiting(check: &'static str, what: &str, due: i64, oldest: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Finding {
    match oldest.filter(|oldest| now - *oldest > PATIENCE) {
        None => fine(check, if due == 0 { "nothing waits".to_owned() } else { format!("{due} {what} on their way") }),
        Some(oldest) => Finding {
            check,
            health: Health::Wrong,
            found: format!("{due} {what} wait, the oldest for {}", ago(oldest, now)),
            mend: Some(START.to_owned()),
        },
    }
}
