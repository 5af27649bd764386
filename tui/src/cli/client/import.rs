//! `client import`.

use std::path::PathBuf;

use clap::Args;
use wavelaunch_shared::clients::{self, ImportMode, ImportReport};
use wavelaunch_shared::text::terminal_safe;
use wavelaunch_shared::{Error, journey};

use crate::cli::context::Context;
use crate::cli::exit::{Failure, Outcome};
use crate::cli::output::say;

/// Which file to take in, and how.
#[derive(Args, Debug)]
pub struct File {
    /// A CSV file whose first line names the columns: name and email, and if known niche, country, age, timezone,
    /// `instagram_handle`, `tiktok_handle`, `brand_name`, `program_start_date`
    csv: PathBuf,
    /// Take the good rows, and leave the others out
    #[arg(long)]
    skip_invalid: bool,
    /// Start the journeys of those whose start date the file gives
    #[arg(long)]
    start: bool,
    /// Say what would be added and what is wrong, and change nothing
    #[arg(long)]
    dry_run: bool,
}

impl File {
    pub fn changes(&self) -> bool {
        !self.dry_run
    }

    fn mode(&self) -> ImportMode {
        match (self.dry_run, self.skip_invalid) {
            (true, _) => ImportMode::CheckOnly,
            (_, true) => ImportMode::SkipInvalid,
            _ => ImportMode::AllOrNothing,
        }
    }
}

pub async fn run(file: &File, context: &Context) -> Outcome {
    let bytes = std::fs::read(&file.csv).map_err(|error| Error::file(&file.csv, error))?;
    let report = clients::import(&context.studio, &context.actor, &bytes, file.mode()).await?;
    for row in &report.refused {
        say(&terminal_safe(&format!("line {}: {}", row.line, row.reason)));
    }
    let not_started = if file.start && !file.dry_run { start(&report, context).await } else { Vec::new() };
    for (name, why) in &not_started {
        say(&format!("{name} is added and not started: {why}"));
    }
    context.out.done(&report, &sentence(file, &report))?;
    if !not_started.is_empty() {
        return Err(Failure::Refused(format!(
            "{} of {} journeys are not started.",
            not_started.len(),
            report.starts.len()
        )));
    }
    if report.refused.is_empty() || file.skip_invalid {
        return Ok(());
    }
    Err(Failure::Refused(match report.refused.len() {
        1 => "One row is not usable: mend it, or take the others with --skip-invalid.".to_owned(),
        rows => format!("{rows} rows are not usable: mend them, or take the others with --skip-invalid."),
    }))
}

/// Starts the journeys that the file gives a date for. Each is a change of its own; those that
/// cannot begin are given back with the reason.
async fn start(report: &ImportReport, context: &Context) -> Vec<(String, String)> {
    let mut not_started = Vec::new();
    for (client, on) in &report.starts {
        if let Err(error) = journey::start(&context.studio, &context.actor, client, Some(*on)).await {
            let named = super::named(context, client.as_str()).await;
            let name = named.map_or_else(|_| client.to_string(), |client| client.full_name.line());
            not_started.push((name, terminal_safe(&error.to_string())));
        }
    }
    not_started
}

fn sentence(file: &File, report: &ImportReport) -> String {
    let clients = match report.added.len() {
        1 => "1 client".to_owned(),
        many => format!("{many} clients"),
    };
    let left_out = match report.refused.len() {
        0 => String::new(),
        rows => format!(" {rows} rows are left out."),
    };
    if file.dry_run {
        return format!("Would add {clients}.{left_out}");
    }
    if report.added.is_empty() {
        return "Nobody was added.".to_owned();
    }
    let starts = match report.starts.len() {
        0 => String::new(),
        _ if file.start => String::new(),
        starts => format!(" {starts} have a start date: `wavelaunch journey start CLIENT --on DATE` begins a journey."),
    };
    format!("Added {clients}.{left_out}{starts}")
}
