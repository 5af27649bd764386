//! The outside world of the one-month test: stand-ins, the bots, and an admin's two programs.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use wavelaunch_bots::run::{RunOptions, run};
use wavelaunch_shared::clients::{self, ImportMode, questions};
use wavelaunch_shared::config::{Secret, Settings};
use wavelaunch_shared::db::Tx;
use wavelaunch_shared::id::ClientId;
use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::testing::TestStudio;
use wavelaunch_tests::discord::FakeDiscord;
use wavelaunch_tests::openai::{Answer, FakeOpenAi, KEY};
use wavelaunch_tests::smtp::FakeSmtp;
use wavelaunch_tests::telegram::{FakeTelegram, SeenMessage};
use wavelaunch_tests::terminal::Terminal;

use crate::CAP;

/// The client's account in Telegram.
pub const CREATOR: i64 = 501;
/// What the creator asks the coach.
pub const QUESTION: &str = "How do I narrow down my niche?";
/// Who writes the studio's e-mail.
pub const FROM: &str = "Wavelaunch Studio <studio@example.com>";
/// How the model's answer to the coach ends.
pub const LAST_WORDS: &str = "Which of the three would you miss most?";

/// Everything outside.
pub struct World {
    pub telegram: FakeTelegram,
    pub discord: FakeDiscord,
    pub model: FakeOpenAi,
    pub mail: FakeSmtp,
    pub member: u64,
    pub channel: u64,
    guild: u64,
}

/// The bots, running.
pub struct Bots {
    stop: CancellationToken,
    task: JoinHandle<Result<()>>,
}

impl World {
    /// A Telegram with one user, a guild with one member, and a model that answers in pieces.
    pub async fn prepare() -> Result<Self> {
        let telegram = FakeTelegram::start().await?;
        telegram.user(CREATOR, "Maya", Some("maya"));
        let discord = FakeDiscord::start().await?;
        let guild = discord.guild("Creators");
        let channel = discord.channel(guild, "general");
        let member = discord.user(902, "maya");
        discord.joins(guild, member);
        let model = FakeOpenAi::start().await?;
        model.answers(|request| {
            let whole = format!("{} {}", request.system_text(), request.last_user_text());
            if request.last_user_text().contains(QUESTION) && !whole.contains("## Framework") {
                Answer::pieces([
                    "Write down three audiences you know well. ",
                    "Talk to five people of each. ",
                    LAST_WORDS,
                ])
            } else {
                Answer::text(document())
            }
        });
        let mail = FakeSmtp::start().await?;
        Ok(Self { telegram, discord, model, mail, member, channel, guild })
    }

    /// Settings that point at the stand-ins alone.
    pub fn settings(&self) -> Settings {
        let mut settings = Settings::default();
        settings.telegram.token = Secret::new(self.telegram.token());
        settings.telegram.api_base = self.telegram.base_url();
        settings.telegram.bot_username = "WavelaunchTestBot".into();
        settings.discord.token = Secret::new(self.discord.token());
        settings.discord.api_base = self.discord.base_url();
        settings.discord.guild_id = self.guild.to_string();
        settings.model.base_url = self.model.base_url();
        settings.model.api_key = Secret::new(KEY);
        settings.model.name = "stand-in".into();
        settings.email.smtp_url = Secret::new(self.mail.url());
        settings.email.from = FROM.into();
        settings.journey.tick_seconds = 1;
        settings
    }

    /// Starts the bots and waits until every part is ready.
    pub async fn run_bots(&self, studio: &TestStudio) -> Result<Bots> {
        let stop = CancellationToken::new();
        let (told, ready) = tokio::sync::oneshot::channel();
        let task = tokio::spawn(run(RunOptions {
            studio: studio.studio.clone(),
            telegram: true,
            discord: true,
            workers: true,
            http: None,
            shutdown: stop.clone(),
            ready: Some(told),
        }));
        tokio::time::timeout(CAP, ready).await.context("the bots are not ready")??;
        Ok(Bots { stop, task })
    }

    /// Waits until the client's chat shows a message of the bot with these words; its number.
    pub async fn telegram_says(&self, words: &str) -> Result<i64> {
        let found = self.telegram.wait_message(CREATOR, CAP, |message| message.text().contains(words)).await?;
        Ok(found.id)
    }

    /// Waits for a file in the client's chat whose name begins so; its bytes.
    pub async fn telegram_file(&self, name: &str) -> Result<Vec<u8>> {
        let named = |message: &SeenMessage| message.document.as_ref().is_some_and(|file| file.name.starts_with(name));
        let found = self.telegram.wait_message(CREATOR, CAP, named).await?;
        Ok(found.document.context("the message has a file")?.bytes)
    }
}

impl Bots {
    /// Ends the bots as SIGTERM does, and hands on how they ended.
    pub async fn stop(self) -> Result<()> {
        self.stop.cancel();
        tokio::time::timeout(CAP, self.task).await.context("the bots do not end")??
    }
}

/// Imports the one client from a CSV file, as an agency would.
pub async fn import_one_client(studio: &TestStudio) -> Result<String> {
    let csv = "name,email,niche,country,age,timezone,instagram_handle,tiktok_handle,brand_name,program_start_date\n\
               Maya Okonkwo,Maya@Example.com,,NG,27,Africa/Lagos,@maya,,,\n";
    let report = clients::import(studio, &Actor::local_owner(), csv.as_bytes(), ImportMode::AllOrNothing).await?;
    ensure!(report.added.len() == 1);
    Ok("maya@example.com".into())
}

/// The client's id.
pub async fn client_id(studio: &TestStudio, client: &str) -> Result<ClientId> {
    Ok(clients::find(&mut studio.db.read().await?, client).await?.id)
}

/// Waits until `look` finds something in the database.
pub async fn until<T>(
    studio: &TestStudio,
    cap: Duration,
    what: &str,
    look: impl AsyncFn(&mut Tx) -> Result<Option<T>>,
) -> Result<T> {
    let found = tokio::time::timeout(cap, async {
        loop {
            let mut tx = studio.db.read().await?;
            if let Some(found) = look(&mut tx).await? {
                return Ok(found);
            }
            drop(tx);
            // Woken by this process's commits; another process's are seen at the next look.
            let _ = tokio::time::timeout(Duration::from_millis(100), studio.db.written()).await;
        }
    });
    found.await.with_context(|| format!("waited {cap:?} in vain until {what}"))?
}

/// Runs `wavelaunch` with these words on the studio's database and time; its JSON.
pub fn command(studio: &TestStudio, words: &[&str]) -> Result<Value> {
    let output = Command::new(program("wavelaunch")?)
        .args(place(studio))
        .args(words)
        .env_clear()
        .envs(variables(studio))
        .output()?;
    if !output.status.success() {
        bail!("wavelaunch {words:?} said: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Puts the answers to all questions but the first into a file, as an admin notes them during a call.
pub fn answers_noted(folder: &std::path::Path) -> Result<PathBuf> {
    let noted: serde_json::Map<String, Value> = questions::all()
        .iter()
        .skip(1)
        .map(|question| {
            let answer = question.choices.first().map_or("As told on the telephone.", |choice| choice.label);
            (question.key.to_owned(), Value::from(answer))
        })
        .collect();
    let file = folder.join("answers.json");
    std::fs::write(&file, serde_json::to_vec(&noted)?)?;
    Ok(file)
}

/// Opens the dashboard on a terminal of eighty columns.
pub fn dashboard(studio: &TestStudio) -> Result<Terminal> {
    let place = place(studio);
    let arguments: Vec<&str> = place.iter().map(String::as_str).collect();
    Terminal::start(&program("wavelaunch")?, &arguments, &variables(studio), 80, 24)
}

fn place(studio: &TestStudio) -> [String; 4] {
    ["--database".into(), studio.address.clone(), "--now".into(), studio.clock.now().to_rfc3339()]
}

fn variables(studio: &TestStudio) -> [(&'static str, &str); 5] {
    [
        ("WAVELAUNCH__TELEGRAM__BOT_USERNAME", "WavelaunchTestBot"),
        ("WAVELAUNCH__FILES__URL", &studio.settings.files.url),
        ("WAVELAUNCH__EMAIL__SMTP_URL", studio.settings.email.smtp_url.expose()),
        ("WAVELAUNCH__EMAIL__FROM", FROM),
        ("HOME", "/nonexistent"),
    ]
}

/// A program of the workspace, which `cargo test --workspace` builds before it runs any test.
fn program(name: &str) -> Result<PathBuf> {
    let test = std::env::current_exe()?;
    let folder = test.parent().and_then(|deps| deps.parent()).context("tests run from the build's folder")?;
    let program = folder.join(name);
    ensure!(program.exists(), "{} is not built; run `cargo test --workspace`", program.display());
    Ok(program)
}

/// A draft as a model would write it.
fn document() -> String {
    let part = "Maya's first month is about choosing. It names the people she serves, the promise she makes them, and the \
                proof she can show today, and it ends with a list that fits into six hours a week.\n\n- Interview five learners\n\
                - Write the promise in one sentence\n- Choose the one channel that carries it\n";
    ["Summary", "Context", "Framework", "Procedures", "Templates", "Metrics"]
        .map(|title| format!("## {title}\n\n{part}"))
        .join("\n")
}
