//! The outside of a rehearsal: the bots' own senders, and the stand-ins to which they send.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures::FutureExt;
use futures::future::BoxFuture;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wavelaunch_bots::discord::Discord;
use wavelaunch_bots::health::Health;
use wavelaunch_bots::telegram::Telegram;
use wavelaunch_bots::workers::Ground;
use wavelaunch_bots::workers::delivery::{Dispatch, carry};
use wavelaunch_shared::Studio;
use wavelaunch_shared::config::{Secret, Settings};
use wavelaunch_shared::delivery::{Channel, Leased};
use wavelaunch_tests::discord::{DmDoor, FakeDiscord, RateSwitch};
use wavelaunch_tests::faults::{Fault, LimitScope, Times};
use wavelaunch_tests::journal::Entry;
use wavelaunch_tests::openai::{Answer, FakeOpenAi, KEY, Trouble};
use wavelaunch_tests::telegram::FakeTelegram;
use wavelaunch_tests::{discord, telegram};
use wavelaunch_tui::demo::{Address, Leaving, Luck, Outside, PostTrouble, WriterTrouble};

/// The stand-ins.
pub struct Sockets {
    luck: Arc<Luck>,
    telegram: FakeTelegram,
    discord: FakeDiscord,
    guild: u64,
    model: FakeOpenAi,
}

/// The stand-ins with the senders that send to them.
pub struct Connected {
    sockets: Sockets,
    to_telegram: Dispatch,
    to_discord: Dispatch,
    // Ends the way out to Discord.
    _doors: tokio_util::sync::DropGuard,
}

impl Sockets {
    /// Stand-ins without rates, for days pass in moments here.
    pub async fn open(luck: Arc<Luck>) -> Result<Self> {
        let settings = telegram::Settings { rates: None, ..telegram::Settings::default() };
        let telegram = FakeTelegram::start_with(settings).await?;
        let settings = discord::Settings { rates: RateSwitch::Lenient, ..discord::Settings::default() };
        let discord = FakeDiscord::start_with(settings).await?;
        let guild = discord.guild("Creators");
        let model = FakeOpenAi::start().await?;
        let of_model = Arc::clone(&luck);
        model.answers(move |_| answer(of_model.writer()));
        Ok(Self { luck, telegram, discord, guild, model })
    }

    /// Settings that lead here alone.
    pub fn settings(&self) -> Settings {
        // Nobody in a rehearsal reads a PDF.
        let mut settings = wavelaunch_shared::testing::settings();
        settings.telegram.token = Secret::new(self.telegram.token());
        settings.telegram.api_base = self.telegram.base_url();
        settings.telegram.bot_username = "WavelaunchTestBot".into();
        settings.discord.token = Secret::new(self.discord.token());
        settings.discord.api_base = self.discord.base_url();
        settings.discord.guild_id = self.guild.to_string();
        settings.model.base_url = self.model.base_url();
        settings.model.api_key = Secret::new(KEY);
        settings.model.name = "stand-in".into();
        settings
    }

    /// The die that everything here meets.
    pub fn luck(&self) -> Arc<Luck> {
        Arc::clone(&self.luck)
    }

    /// Connects the senders.
    pub async fn connect(self, studio: &Studio) -> Result<Connected> {
        let (health, stop) = (Health::default(), CancellationToken::new());
        let ground = Ground {
            studio: studio.clone(),
            worker: "sender".to_owned(),
            stop: stop.clone(),
            tracker: TaskTracker::new(),
        };
        let telegram = Telegram::connect(&ground, &health.part("telegram")).await.context("Telegram")?;
        let discord = Discord::connect(&ground, &health.part("discord"), stop.clone()).await.context("Discord")?;
        telegram.lift_limits();
        discord.lift_limits();
        let to_telegram: Dispatch = Arc::new(move |leased| {
            let telegram = Arc::clone(&telegram);
            Box::pin(async move { telegram.dispatch(&leased).await })
        });
        let to_discord: Dispatch = Arc::new(move |leased| {
            let discord = Arc::clone(&discord);
            Box::pin(async move { discord.dispatch(&leased).await })
        });
        Ok(Connected { sockets: self, to_telegram, to_discord, _doors: stop.drop_guard() })
    }
}

impl Connected {
    /// No request broke a rule of a vendor's. Being told that a person is gone is none.
    pub fn nothing_was_refused(&self) -> Result<()> {
        let gone = |entry: &Entry| {
            let told = format!("{:?}", entry.verdict);
            ["blocked by the user", "deactivated", "50007"].iter().any(|why| told.contains(why))
        };
        for (name, mut refused) in [
            ("Telegram", self.sockets.telegram.refused()),
            ("Discord", self.sockets.discord.refused()),
            ("the model", self.sockets.model.refused()),
        ] {
            refused.retain(|entry| !gone(entry));
            ensure!(refused.is_empty(), "{name} refused {refused:#?}");
        }
        Ok(())
    }

    /// Scripts what the next message meets.
    fn script(&self, channel: Channel, trouble: PostTrouble) {
        let some = self.sockets.luck.pick(1..7);
        let (fault, times) = match trouble {
            PostTrouble::TooMany => {
                let retry_after = Duration::from_secs(25 + some).as_secs_f64();
                (Fault::TooMany { retry_after, scope: LimitScope::User }, Times::Next(1))
            }
            // Our way out to Discord asks again a few times by itself.
            PostTrouble::Failed => (Fault::Status(502), times(some)),
            PostTrouble::Cut => (Fault::Cut, times(some)),
            PostTrouble::AnswerLost => (Fault::LostAnswer, times(some)),
        };
        match channel {
            Channel::Discord => self.sockets.discord.fault("POST /channels/*/messages", fault, times),
            _ => self.sockets.telegram.fault("send*", fault, times),
        }
    }
}

fn times(some: u64) -> Times {
    Times::Next(u32::try_from(some).unwrap_or(1))
}

/// What the model says, in trouble or out of it.
fn answer(trouble: Option<WriterTrouble>) -> Answer {
    let part = "This month is about choosing: whom the brand serves, what it promises them, and what it can show \
                today.\n\n- **Talk to five people.** They know what is missing.\n- **Write one promise.** Read it aloud.\n";
    let whole = || {
        let parts = ["Summary", "Context", "Framework", "Procedures", "Templates", "Metrics"];
        Answer::pieces(parts.map(|title| format!("## {title}\n\n{part}\n")))
    };
    let slow = Fault::TooMany { retry_after: 9.0, scope: LimitScope::User };
    match trouble {
        None => whole(),
        Some(WriterTrouble::TooMany) => whole().with(Trouble::Instead(slow)),
        Some(WriterTrouble::Failed) => whole().with(Trouble::Instead(Fault::Status(500))),
        Some(WriterTrouble::TimedOut) => whole().with(Trouble::Instead(Fault::Cut)),
        Some(WriterTrouble::CutShort) => whole().with(Trouble::CutAfter(3)),
        Some(WriterTrouble::Malformed) => whole().with(Trouble::GarbageAfter(2)),
        Some(WriterTrouble::TooShort) => Answer::text("Of course!"),
    }
}

impl Outside for Connected {
    fn appears(&self, name: &str, accounts: &[Address]) {
        for (channel, number) in accounts {
            match channel {
                Channel::Telegram => {
                    self.sockets.telegram.started_user(number_of(number), name, None);
                }
                Channel::Discord => {
                    let user = self.sockets.discord.user(number_of(number).unsigned_abs(), &format!("m{number}"));
                    self.sockets.discord.joins(self.sockets.guild, user);
                }
                Channel::Email | Channel::Console => {}
            }
        }
    }

    fn carry<'a>(&'a self, studio: &'a Studio, leased: &'a Leased) -> BoxFuture<'a, ()> {
        async move {
            if let Some(trouble) = self.sockets.luck.post(&leased.id) {
                self.script(leased.channel, trouble);
            }
            let dispatch = if leased.channel == Channel::Discord { &self.to_discord } else { &self.to_telegram };
            carry(studio, leased, dispatch).await;
            self.sockets.telegram.clear_faults();
            self.sockets.discord.clear_faults();
        }
        .boxed()
    }

    fn arrived(&self, (channel, number): &Address) -> usize {
        match channel {
            Channel::Discord => self.sockets.discord.direct_from_bot(number_of(number).unsigned_abs()).len(),
            _ => self.sockets.telegram.read(|state| state.from_bot(number_of(number)).len()),
        }
    }

    fn leaves(&self, (channel, number): &Address, how: Leaving) {
        let person = number_of(number);
        match (channel, how) {
            (Channel::Discord, _) => self.sockets.discord.set_door(person.unsigned_abs(), DmDoor::Closed),
            (_, Leaving::Blocks) => {
                self.sockets.telegram.user_blocks(person);
            }
            (_, Leaving::Closes) => self.sockets.telegram.user_deactivates(person),
        }
    }

    fn returns(&self, (channel, number): &Address) {
        match channel {
            Channel::Discord => self.sockets.discord.set_door(number_of(number).unsigned_abs(), DmDoor::Open),
            _ => {
                self.sockets.telegram.user_unblocks(number_of(number));
            }
        }
    }
}

fn number_of(text: &str) -> i64 {
    text.parse().expect("the world numbers its people")
}
