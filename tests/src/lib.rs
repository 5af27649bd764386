//! Strict stand-ins for the outside world, and what the end-to-end tests share.
//!
//! | stand-in | is | put into |
//! |---|---|---|
//! | [`telegram::FakeTelegram`] | the Telegram Bot API | `TELEGRAM_API_BASE` = `base_url()`, `TELEGRAM_TOKEN` = `token()` |
//! | [`discord::FakeDiscord`] | Discord's REST API and gateway | `DISCORD_API_BASE` = `base_url()`, `DISCORD_TOKEN` = `token()` |
//! | [`openai::FakeOpenAi`] | an OpenAI-compatible model server | `OPENAI_BASE_URL` = `base_url()`, `OPENAI_API_KEY` = [`openai::KEY`] |
//! | [`smtp::FakeSmtp`] | a mail server | `SMTP_URL` = `url()`, `email.ca_file` = `ca_file()` where it encrypts |
//!
//! A test starts a stand-in (`start()`, or `start_with(Settings { .. })`), points the program under test at it, plays the people
//! (`user_sends`, `slash`, `press`, …) and waits for what they would see (`wait_message`, `InteractionHandle::wait_answer`, `wait_for`). At its end it
//! asserts that `refused()` is empty: no request broke a vendor's rule.
//!
//! - **Strict by default.** Each request is held against the vendor's machine-readable spec, where that is found ([`spec`]), and against hand-made
//!   rules for what stands only in prose. Rates can be switched off; nothing else can.
//! - **Trouble on request.** `fault(pattern, Fault, Times)`: 429, 5xx, a broken connection, an answer lost after the effect, a slow answer ([`faults`]).
//! - **Time.** Windows such as Discord's three seconds run on a [`clock::Clock`] that can be scaled, or moved by hand.
//! - **No sleeping.** Tests wait for content with a cap ([`wait`]); a wait in vain tells what the stand-in had seen.
//!
//! The stand-ins listen on `127.0.0.1:0`, end when dropped, and never reach out. They know nothing of Wavelaunch: nothing here may import the
//! other crates. `tests/conformance` proves them with independent clients.

pub mod aloud;
pub mod clock;
pub mod discord;
pub mod faults;
pub mod incoming;
pub mod journal;
pub mod openai;
pub mod server;
pub mod smtp;
pub mod spec;
pub mod telegram;
pub mod terminal;
pub mod wait;
