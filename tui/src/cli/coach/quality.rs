//! `coach quality`, `coach sample`, `coach corrections`: how good the coach is, and what was put right.

use wavelaunch_shared::coach::{self, Correction, Quality};

use crate::cli::context::Context;
use crate::cli::exit::Outcome;
use crate::cli::output::{csv, left, moment, name, preview, print};

/// The figures of the last thirty days.
pub async fn quality(context: &Context) -> Outcome {
    let told = coach::quality(&mut context.studio.db.read().await?, &context.studio, &context.actor).await?;
    context.out.text(&told, &worded(&told))
}

fn worded(told: &Quality) -> String {
    let percent = |share: Option<i64>| share.map_or_else(|| "not known yet".to_owned(), |share| format!("{share} %"));
    let stars = told.stars.map(|stars| format!(", {stars:.1} of 5")).unwrap_or_default();
    let figures = format!(
        "satisfied          {}{stars} ({} up, {} down)\nsolved alone       {}\ncalled a person    {} of {} conversations\n\
         questions          {}\nclients            {} this week, {} this month",
        percent(told.satisfaction),
        told.up,
        told.down,
        percent(told.resolution),
        told.escalated,
        told.conversations,
        told.questions,
        told.weekly_clients,
        told.monthly_clients,
    );
    let low = told.low_rated.iter().map(|low| {
        let who = name(&low.client_name);
        format!("not helped         {who}: {} % of {} ratings down", low.percent(), low.ratings)
    });
    std::iter::once(figures).chain(low).collect::<Vec<_>>().join("\n")
}

/// The pairs of answers and corrections.
pub async fn corrections(as_csv: bool, context: &Context) -> Outcome {
    let rows = coach::corrections(&mut context.studio.db.read().await?, &context.actor).await?;
    if as_csv {
        return print(&csv::text(&COLUMNS, rows.iter().map(cells))?);
    }
    context.out.list(
        &rows,
        [left("when"), left("client"), left("question"), left("the coach said"), left("corrected to")],
        |row| {
            [
                moment(row.at),
                name(&row.client_name),
                row.question.as_ref().map(preview).unwrap_or_default(),
                preview(&row.answer),
                preview(&row.correction),
            ]
        },
        "No answer of the coach was corrected yet.",
    )
}

/// The columns of the CSV file: as the JSON names them.
const COLUMNS: [&str; 6] = ["id", "at", "question", "answer", "correction", "model"];

fn cells(row: &Correction) -> [String; 6] {
    [
        row.id.to_string(),
        row.at.to_rfc3339(),
        row.question.as_ref().map(wavelaunch_shared::text::Foreign::lines).unwrap_or_default(),
        row.answer.lines(),
        row.correction.lines(),
        row.model.clone().unwrap_or_default(),
    ]
}
