//! The programme in motion: eight months, 32 time rows a client, and the engine that performs them.
//!
//! The rules are pure ([`plan()`], [`month_state`], [`zone`]); the engine asks them, and writes what
//! it did, the message that goes out and the row's end in one transaction. Nothing here delivers a
//! draft: a person approves before a client reads.

mod automation;
mod business_plan;
mod certificate;
pub(crate) mod effects;
mod engine;
mod extras;
mod generate;
mod kinds;
mod log;
mod manual;
mod milestone;
mod moves;
mod notices;
mod overview;
mod plan;
mod rules;
mod start;
mod store;
mod summary;
mod why;
mod workload;
pub mod zone;

#[cfg(test)]
mod business_plan_tests;
#[cfg(test)]
mod edge_tests;
#[cfg(test)]
mod extras_tests;
#[cfg(test)]
pub(crate) mod fixture;
#[cfg(any(test, feature = "testing"))]
pub mod model;
#[cfg(test)]
mod plan_tests;
#[cfg(test)]
mod zone_tests;

pub use automation::{Automation, LogRow, Payload};
pub use business_plan::{PlanOwed, PlanView, Version, plans_owed, want_plan, write_plan};
pub use certificate::{certificate, has_certificate};
pub use engine::{TickReport, next_due, tick};
pub use extras::{Extra, extras, write_extra};
pub use kinds::{AutomationKind, AutomationStatus, LogStatus, SkipReason, Template};
pub use log::{LogFilter, log_page as log};
pub use manual::{cancel, force_now, regenerate, retry, run_now};
pub use milestone::milestone;
pub(crate) use moves::follow_zone;
pub use moves::{
    Effect, MonthChange, Move, Pause, PauseRequest, Preview, Proof, RowChange, decline_break, make, pause_requests,
    pauses, preview, request_break,
};
pub(crate) use overview::is_blocked;
pub use overview::{MonthView, Overview, overview};
pub use plan::{Step, date_of, end_date, plan, plan_month};
pub use rules::{MonthFacts, MonthState, View, current_month, is_late, late_before, month_state, progress_percent};
pub use start::start;
pub use store::automations;
pub(crate) use store::lock_client;
pub(crate) use summary::log_summary;
pub use summary::next_line;
pub use why::{Change, Why, why};
pub use workload::{Workload, workload};
