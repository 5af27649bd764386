//! `client list`.

use clap::Args;
use wavelaunch_shared::clients::{self, ClientRow, Cursor, Filter, Next, Sort};
use wavelaunch_shared::programme::MONTHS;

use crate::cli::context::Context;
use crate::cli::exit::Outcome;
use crate::cli::output::{ago, dash, day, left, name, right};
use crate::cli::paging::Paging;

/// Which clients to list.
#[derive(Args, Debug)]
pub struct Wanted {
    /// Only these, for instance 'month:3 !paused'; words: text, month:, status:, niche:, paused, late, silent
    #[arg(long, default_value = "", hide_default_value = true)]
    filter: Filter,
    /// By `name`, `month`, `last_seen` or `newest`
    #[arg(long, default_value = "name")]
    sort: Sort,
    #[command(flatten)]
    paging: Paging,
}

pub async fn run(wanted: Wanted, context: &Context) -> Outcome {
    let first = match &wanted.paging.after {
        Some(client) => Some(Cursor::at(&super::named(context, client).await?, wanted.sort)),
        None => None,
    };
    let now = context.studio.clock.now();
    let rows = wanted
        .paging
        .gather(first, async |place, limit| {
            let mut tx = context.studio.db.read().await?;
            let page = clients::page(&mut tx, now, &wanted.filter, wanted.sort, place.as_ref(), limit).await?;
            Ok((page.rows, page.next))
        })
        .await?;
    let none = if wanted.filter.is_empty() {
        "No clients yet; add one with `wavelaunch client add NAME EMAIL`, or many with `client import`."
    } else {
        "No client matches the filter."
    };
    context.out.list(
        &rows,
        [left("name"), left("e-mail"), left("status"), right("M"), right("done"), left("next"), right("seen")],
        |row| {
            let client = &row.client;
            [
                name(&client.full_name),
                client.email.clone(),
                client.status.to_string(),
                dash(client.current_month),
                format!("{}/{MONTHS}", row.delivered_months),
                next(row),
                dash(client.last_seen_at.map(|at| ago(at, now))),
            ]
        },
        none,
    )
}

fn next(row: &ClientRow) -> String {
    let zone = row.client.zone();
    let date = |at: &chrono::DateTime<chrono::Utc>| day(at.with_timezone(&zone).date_naive());
    match &row.next {
        Next::Nothing => "–".to_owned(),
        Next::Paused { until: None } => "paused".to_owned(),
        Next::Paused { until: Some(until) } => format!("paused until {}", date(until)),
        Next::Late { month, days } => format!("M{month} late {days} d"),
        Next::Scheduled { automation, template, month, at } => {
            let what = template.as_deref().unwrap_or(automation);
            let month = month.map(|month| format!(" M{month}")).unwrap_or_default();
            format!("{what}{month} {}", date(at))
        }
    }
}
