//! `check`: which platforms are set up, whether their tokens work, and what is missing.

use std::io::Write;

use serde_json::json;
use wavelaunch_shared::text::terminal_safe;

use super::Options;
use super::exit::{Failure, Outcome};
use crate::check::{self, Finding};

pub(super) async fn check(options: &Options) -> Outcome {
    let settings = options.settings()?;
    let findings = check::look(&settings).await?;
    let mut out = std::io::stdout().lock();
    if options.json {
        writeln!(out, "{}", json!(findings))?;
    } else {
        for finding in &findings {
            writeln!(out, "{}", terminal_safe(&lines(finding)))?;
        }
    }
    if findings.iter().any(|finding| !finding.missing.is_empty()) {
        return Err(Failure::Told);
    }
    Ok(())
}

fn lines(finding: &Finding) -> String {
    let head = match (&finding.bot, finding.configured) {
        (Some(bot), _) => format!("{}: works as {bot}", finding.platform),
        (None, true) => format!("{}: does not work", finding.platform),
        (None, false) => format!("{}: not set up ({})", finding.platform, finding.needs),
    };
    finding.missing.iter().fold(head, |text, missing| format!("{text}\n  - {missing}"))
}
