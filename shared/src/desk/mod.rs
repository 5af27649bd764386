//! What an admin's screens show across features: counts, queues and what is late.
//!
//! Read models alone: nothing here changes a row. Each feature keeps its own rules and writes; a
//! question that spans several of them (what waits for me today?) is asked here, once, so that the
//! dashboard and the command line show the same figures.

mod attention;
mod changes;
mod health;
mod portfolio;
mod today;

pub use attention::{Attention, AttentionKind, attention};
pub use changes::changes;
pub use health::{BehindNow, DayDone, Grade, Health, Punctuality, WeekAhead, health};
pub use portfolio::{MonthMark, PortfolioRow, portfolio};
pub use today::{Behind, Delay, Done24h, Recent, Today, Upcoming, Waiting, today};

#[cfg(test)]
mod tests;
