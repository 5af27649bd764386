//! The SQL of documents: `business_plans` for plans, `deliverables` for what belongs to a month.
//!
//! The two tables read as one: what is found in either is a [`Document`](super::Document), and a
//! change goes to the table that its kind names.

mod read;
mod write;

pub(crate) use read::{by_ids, latest_plan, main_of};
pub(super) use read::{count_extras, is_locked, owner_of};
pub use read::{get, list, plans, review_queue};
pub(crate) use write::{Draft, Place, insert, replace_rejected};
pub(super) use write::{Stamp, advance, delete, rewrite, stamp_opened, undeliver};
