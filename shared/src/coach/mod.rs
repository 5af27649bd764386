//! The business coach: it answers a client's questions, within limits, and hands over to people.
//!
//! [`ask()`] is the whole way of a question: who asks, whether the coach may answer, whether a person
//! is needed, what is left of the allowance, what the model is shown, what is stored. Everything is
//! fetched under the asking client's id, so that nothing of anybody else can reach the model. The
//! model's text is stored and shown; it decides nothing and changes nothing. What it costs is counted in
//! `usage`, which holds the studio's budgets too.

mod allowance;
mod ask;
mod board;
mod config;
mod context;
mod conversation;
mod corrections;
mod escalation;
mod flagged;
mod follow_ups;
mod guard;
mod intake;
pub mod model;
mod offline;
mod people;
pub mod playbooks;
mod ratings;
mod trial;
mod turns;
mod usage;

use crate::Studio;
use crate::clients::Client;
use crate::programme::Month;

pub use allowance::{Limit, Occasion, Used, Warning, resets_at, used};
pub use ask::{Answer, Call as Called, Ending, LONGEST_QUESTION, Outcome, Refusal, Source, ask};
pub(crate) use board::low_rated;
pub use board::{ConversationFilter, ConversationRow, LowRated, Quality, latest, quality, sample};
pub use config::{
    Config, ConfigVersion, DiffLine, Restore, Topic, change_config, config, config_version, config_versions,
    restore_config,
};
pub use context::{BUDGET, Package};
pub use conversation::{
    Author, Change, CoachMessage, Conversation, ExportFormat, Exported, Mode, Rating, being_written, change,
    conversations, current, export, follow_up, idle, in_use, own, purge_deleted, question, start_new, transcript,
};
pub use corrections::{Correction, correct, corrections};
pub use escalation::{
    ANSWER_HOURS, Call, Escalation, Opened, Priority, Trigger, calls, in_short, open_escalations, resolve, watch_clock,
};
pub use flagged::{Flag, Proposal};
pub use intake::{Fact, skip, tell, unasked};
pub use offline::OFFLINE;
pub use people::{call_person, hand_back, reply, take_over};
pub use ratings::{Rated, rate, rating_feedback};
pub use trial::{Trial, Verdict, try_out};
pub use turns::{recover, stop};
pub use usage::{
    ALERTS, Budget, BudgetLimits, By, Operation, Period, Usage, Use, budgets, cost_micros, record as record_use,
    remove_budget, set_budget, spent as budget_spent, usage,
};

/// Questions to begin with: those of the client's month, or general ones before and after the journey.
#[must_use]
pub fn starters(studio: &Studio, client: &Client) -> Vec<String> {
    match context::month_of(client) {
        Some(month) => studio.programme.month(month).starters.clone(),
        None => studio.programme.generic_starters.clone(),
    }
}

/// The month in which a client stands, if their journey runs.
#[must_use]
pub fn month(client: &Client) -> Option<Month> {
    context::month_of(client)
}

#[cfg(test)]
mod oracles;
#[cfg(test)]
mod ratings_tests;
#[cfg(test)]
mod testing;
