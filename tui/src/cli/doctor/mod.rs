//! `doctor`: looks at everything that a studio stands on, and says how to mend what is not right.

mod paper;
mod work;

use std::io::IsTerminal;

use chrono::{DateTime, Utc};
use serde::Serialize;
use wavelaunch_shared::config::{Secret, Settings};
use wavelaunch_shared::db;
use wavelaunch_shared::messages::Catalogue;

use super::context::open_database;
use super::exit::{Failure, Outcome};
use super::options::Options;
use super::output::left;

/// How a thing is.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Health {
    Ok,
    /// Works, with something left out.
    Note,
    Wrong,
}

/// One thing looked at.
#[derive(Clone, Serialize)]
struct Finding {
    check: &'static str,
    health: Health,
    found: String,
    mend: Option<String>,
}

pub async fn run(options: &Options) -> Outcome {
    let mut findings = Vec::new();
    match options.settings() {
        Ok(settings) => {
            findings.push(settings_found(options));
            findings.extend(database(&settings, options.clock().now()).await);
            findings.extend(tokens(&settings));
            findings.push(email(&settings));
            findings.push(zone(&settings));
            findings.push(paper::fonts(&settings));
            findings.push(paper::store(&settings).await);
            findings.push(messages(&settings));
        }
        Err(failure) => {
            findings.push(wrong("settings", &failure, "mend that line; config/wavelaunch.toml shows every setting"));
        }
    }
    findings.push(clock(options));
    findings.push(terminal());
    show(&findings, options)?;
    if findings.iter().any(|finding| finding.health == Health::Wrong) {
        return Err(Failure::Told);
    }
    Ok(())
}

fn show(findings: &[Finding], options: &Options) -> Outcome {
    options.out().list(
        findings,
        [left(""), left("what"), left("found"), left("how to mend it")],
        |finding| {
            let mark = match finding.health {
                Health::Ok => "ok",
                Health::Note => "note",
                Health::Wrong => "WRONG",
            };
            [mark.to_owned(), finding.check.to_owned(), finding.found.clone(), finding.mend.clone().unwrap_or_default()]
        },
        "nothing to check",
    )
}

fn settings_found(options: &Options) -> Finding {
    let file = match &options.config {
        Some(path) => format!("read from {}", path.display()),
        None if std::path::Path::new("wavelaunch.toml").exists() => "read from wavelaunch.toml".to_owned(),
        None => "defaults, and the environment".to_owned(),
    };
    fine("settings", file)
}

async fn database(settings: &Settings, now: DateTime<Utc>) -> Vec<Finding> {
    match look_at_database(settings, now).await {
        Ok((place, Ok(work))) => [vec![fine("database", place)], work].concat(),
        Ok((place, Err(missing))) => vec![Finding {
            check: "database",
            health: Health::Wrong,
            found: format!("{place}, {missing} steps of the schema missing"),
            mend: Some("run `wavelaunch db migrate`".into()),
        }],
        Err(failure) => {
            let mend = "`wavelaunch db migrate` makes one; --database or DATABASE_URL name another";
            vec![wrong("database", &failure, mend)]
        }
    }
}

/// Where it is, and how its work stands or how many steps of the schema it lacks.
async fn look_at_database(settings: &Settings, now: DateTime<Utc>) -> Outcome<(String, Result<Vec<Finding>, usize>)> {
    let url = settings.database_url()?;
    let db = open_database(settings, true).await?;
    let missing = db::status(&db).await?.iter().filter(|step| !step.applied).count();
    let work = if missing == 0 {
        let mut tx = db.read().await?;
        let mut work = work::look(&mut tx, now).await?;
        work.push(paper::room(&mut tx, settings).await?);
        Ok(work)
    } else {
        Err(missing)
    };
    db.close().await;
    Ok((url.to_string(), work))
}

/// Which doors are open. Whether a token works is what `wavelaunch-bots check` finds out.
fn tokens(settings: &Settings) -> [Finding; 4] {
    let present = |check, token: &Secret, variable: &str, what: &str| {
        if token.is_empty() {
            note(check, "no token".into(), format!("set {variable} to {what}"))
        } else {
            fine(check, "token set; `wavelaunch-bots check` tries it".into())
        }
    };
    let model = &settings.model;
    [
        present("discord", &settings.discord.token, "DISCORD_TOKEN", "open the community and the coach"),
        present("telegram", &settings.telegram.token, "TELEGRAM_TOKEN", "reach clients in Telegram"),
        if settings.telegram.bot_username.is_empty() {
            note(
                "telegram links",
                "no bot name".into(),
                "set telegram.bot_username, so that invitations carry a link".into(),
            )
        } else {
            fine("telegram links", format!("t.me/{}", settings.telegram.bot_username))
        },
        if model.api_key.is_empty() && model.base_url.is_empty() {
            note(
                "model",
                "offline: drafts come from the playbooks".into(),
                "set OPENAI_API_KEY to write with a model".into(),
            )
        } else {
            fine("model", model.name.clone())
        },
    ]
}

fn email(settings: &Settings) -> Finding {
    match settings.email.server() {
        // The settings were read, so there is nothing wrong with the address.
        Ok(Some(server)) => fine("email", format!("by {}; `wavelaunch-bots check` tries it", server.host)),
        Ok(None) | Err(_) => note(
            "email",
            "no mail server".into(),
            "set SMTP_URL and email.from, to reach clients where no chat does".into(),
        ),
    }
}

fn zone(settings: &Settings) -> Finding {
    fine("zone", settings.studio.timezone.clone())
}

fn messages(settings: &Settings) -> Finding {
    let file = &settings.messages.file;
    match Catalogue::load(file) {
        Ok(_) if file.is_empty() => fine("messages", "the built-in words".into()),
        Ok(_) => fine("messages", format!("the built-in words, and those of {file}")),
        Err(error) => {
            wrong("messages", &error.into(), "mend that line; config/messages/en.toml tells how one is written")
        }
    }
}

fn clock(options: &Options) -> Finding {
    let now = options.clock().now();
    // A machine that lost its battery wakes up in 1970; every journey would stand still.
    if options.now.is_none() && now < built_after() {
        return Finding {
            check: "clock",
            health: Health::Wrong,
            found: format!("{now}"),
            mend: Some("set the machine's clock; it is behind this program's own age".into()),
        };
    }
    fine(
        "clock",
        format!("{}{}", now.format("%Y-%m-%d %H:%M:%SZ"), if options.now.is_some() { " (--now)" } else { "" }),
    )
}

/// No honest clock shows an earlier time than this.
fn built_after() -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::from_timestamp(1_767_225_600, 0).unwrap_or_default()
}

fn terminal() -> Finding {
    if !std::io::stdout().is_terminal() {
        return note("terminal", "standard output is no terminal".into(), "the dashboard needs one".into());
    }
    match crossterm::terminal::size() {
        Ok((columns, rows)) if columns < 80 || rows < 24 => {
            note("terminal", format!("{columns} × {rows}"), "the dashboard is complete from 80 × 24".into())
        }
        Ok((columns, rows)) => fine("terminal", format!("{columns} × {rows}")),
        Err(error) => note("terminal", error.to_string(), "the dashboard asks the terminal for its size".into()),
    }
}

fn fine(check: &'static str, found: String) -> Finding {
    Finding { check, health: Health::Ok, found, mend: None }
}

fn note(check: &'static str, found: String, mend: String) -> Finding {
    Finding { check, health: Health::Note, found, mend: Some(mend) }
}

fn wrong(check: &'static str, failure: &Failure, mend: &str) -> Finding {
    Finding { check, health: Health::Wrong, found: failure.line(), mend: Some(mend.to_owned()) }
}
