//! Lists of clients: one filter for list, count and bulk action, paged by key.
//!
//! A page costs one look into an index for its clients and one query for each kind of thing that
//! is shown beside them, however many clients there are.

mod filter;
mod page;
mod row;

pub use filter::Filter;
pub(crate) use page::bare_page;
pub use page::{Cursor, Page, Places, Sort, count, ids, page, places};
pub use row::{ClientRow, Next};

#[cfg(test)]
mod tests;
