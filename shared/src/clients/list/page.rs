//! One page of clients, and how many there are.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Filter;
use super::row::{self, ClientRow};
use crate::clients::{Client, store};
use crate::db::{Sql, Tx};
use crate::id::ClientId;
use crate::text::fold;
use crate::{Error, Result};

/// The most clients of one page.
const LARGEST: i64 = 500;

/// The order of a list. Each has an index that yields it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// By folded name.
    #[default]
    Name,
    /// By month of the programme, then by name; those who have not started come last.
    Month,
    /// Who was here most recently first; the never seen come last.
    LastSeen,
    /// Who was added most recently first.
    Newest,
}

impl Sort {
    /// Every order, as a list offers them.
    pub const ALL: [Self; 4] = [Self::Name, Self::Month, Self::LastSeen, Self::Newest];
}

impl FromStr for Sort {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "name" => Ok(Self::Name),
            "month" => Ok(Self::Month),
            "last_seen" | "seen" => Ok(Self::LastSeen),
            "newest" => Ok(Self::Newest),
            _ => Err(Error::invalid("there is no such order; choose name, month, last_seen or newest")),
        }
    }
}

/// The place after which a page begins: what the order compares of the last client seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    sort: Sort,
    month: Option<i64>,
    time: Option<DateTime<Utc>>,
    name_key: String,
    id: ClientId,
}

impl Cursor {
    /// The place of `client`, so that a page can begin after somebody who is known otherwise.
    #[must_use]
    pub fn at(client: &Client, sort: Sort) -> Self {
        let time = match sort {
            Sort::LastSeen => client.last_seen_at,
            Sort::Newest => Some(client.created_at),
            Sort::Name | Sort::Month => None,
        };
        let name_key = fold(client.full_name.raw());
        Self { sort, month: client.current_month, time, name_key, id: client.id.clone() }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).map_err(|_| fmt::Error)?))
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text.trim()).ok();
        bytes
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .ok_or_else(|| Error::invalid("this is no place in a list; take the one that the page before gave"))
    }
}

/// A page and where the next one begins.
#[derive(Clone, Debug, Serialize)]
pub struct Page<T> {
    /// In the order asked for.
    pub rows: Vec<T>,
    /// `None` when nothing follows.
    pub next: Option<Cursor>,
}

/// The clients meant, from `after` on: at most `limit`, and never more than 500.
pub async fn page(
    tx: &mut Tx,
    now: DateTime<Utc>,
    filter: &Filter,
    sort: Sort,
    after: Option<&Cursor>,
    limit: i64,
) -> Result<Page<ClientRow>> {
    let Page { rows, next } = bare_page(tx, now, filter, sort, after, limit).await?;
    Ok(Page { rows: row::with_extras(tx, now, rows).await?, next })
}

/// The same page without what stands beside each client.
pub(crate) async fn bare_page(
    tx: &mut Tx,
    now: DateTime<Utc>,
    filter: &Filter,
    sort: Sort,
    after: Option<&Cursor>,
    limit: i64,
) -> Result<Page<Client>> {
    if after.is_some_and(|after| after.sort != sort) {
        return Err(Error::invalid("the page before was in another order; begin again without a place"));
    }
    let limit = limit.clamp(1, LARGEST);
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut clients = Vec::new();
    for stretch in stretches(sort, after) {
        let missing = limit + 1 - i64::try_from(clients.len()).unwrap_or(i64::MAX);
        if missing > 0 {
            clients.extend(statement(*stretch, now, filter, after, missing).fetch_all::<Client>(tx).await?);
        }
    }
    let more = clients.len() > wanted;
    clients.truncate(wanted);
    let next = clients.last().filter(|_| more).map(|last| Cursor::at(last, sort));
    Ok(Page { rows: clients, next })
}

/// How many clients are meant.
pub async fn count(tx: &mut Tx, now: DateTime<Utc>, filter: &Filter) -> Result<i64> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM clients");
    filter.push_where(&mut sql, now);
    Ok(sql.fetch_all::<(i64,)>(tx).await?.first().map_or(0, |(count,)| *count))
}

/// How many clients are meant, and after whom each page but the first begins.
#[derive(Clone, Debug, Serialize)]
pub struct Places {
    /// Clients on all pages.
    pub total: i64,
    /// The last client of each full page, in order.
    pub ends: Vec<Cursor>,
}

/// Where the pages of `size` clients begin, so that a list can be entered anywhere, also at its end.
pub async fn places(tx: &mut Tx, now: DateTime<Utc>, filter: &Filter, sort: Sort, size: i64) -> Result<Places> {
    let mut sql = Sql::new("SELECT current_month, last_seen_at, created_at, name_key, id FROM (SELECT current_month, ");
    sql.push("last_seen_at, created_at, name_key, id, ROW_NUMBER() OVER (ORDER BY ").push(whole_order(sort));
    sql.push(") AS place FROM clients");
    filter.push_where(&mut sql, now);
    sql.push(") AS placed WHERE place % ").bind(size.clamp(1, LARGEST)).push(" = 0 ORDER BY place");
    let rows = sql.fetch_all::<PlaceRow>(tx).await?;
    Ok(Places { total: count(tx, now, filter).await?, ends: rows.into_iter().map(|row| row.cursor(sort)).collect() })
}

#[derive(sqlx::FromRow)]
struct PlaceRow {
    current_month: Option<i64>,
    last_seen_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    name_key: String,
    id: ClientId,
}

impl PlaceRow {
    fn cursor(self, sort: Sort) -> Cursor {
        let time = match sort {
            Sort::LastSeen => self.last_seen_at,
            Sort::Newest => Some(self.created_at),
            Sort::Name | Sort::Month => None,
        };
        Cursor { sort, month: self.current_month, time, name_key: self.name_key, id: self.id }
    }
}

/// An order over all its stretches.
fn whole_order(sort: Sort) -> &'static str {
    match sort {
        Sort::Name => "name_key, id",
        Sort::Month => "CASE WHEN current_month IS NULL THEN 1 ELSE 0 END, COALESCE(current_month, 0), name_key, id",
        Sort::LastSeen => "CASE WHEN last_seen_at IS NULL THEN 1 ELSE 0 END, last_seen_at DESC, id DESC",
        Sort::Newest => "created_at DESC, id DESC",
    }
}

/// Everybody meant, for an action on all of them.
pub async fn ids(tx: &mut Tx, now: DateTime<Utc>, filter: &Filter) -> Result<Vec<ClientId>> {
    let mut sql = Sql::new("SELECT id FROM clients");
    filter.push_where(&mut sql, now);
    sql.push(" ORDER BY id");
    Ok(sql.fetch_all::<(ClientId,)>(tx).await?.into_iter().map(|(id,)| id).collect())
}

/// A run of the order in which no compared value is missing, or one is missing throughout. The
/// databases disagree about where NULL sorts, and no index serves a comparison with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stretch {
    Name,
    Month,
    NoMonth,
    Seen,
    NeverSeen,
    Newest,
}

/// The stretches of an order, in order, from the cursor on.
pub(super) fn stretches(sort: Sort, after: Option<&Cursor>) -> &'static [Stretch] {
    let past_values = |value_missing: fn(&Cursor) -> bool| after.is_some_and(value_missing);
    match sort {
        Sort::Name => &[Stretch::Name],
        Sort::Month if past_values(|after| after.month.is_none()) => &[Stretch::NoMonth],
        Sort::Month => &[Stretch::Month, Stretch::NoMonth],
        Sort::LastSeen if past_values(|after| after.time.is_none()) => &[Stretch::NeverSeen],
        Sort::LastSeen => &[Stretch::Seen, Stretch::NeverSeen],
        Sort::Newest => &[Stretch::Newest],
    }
}

/// The query for one stretch.
pub(super) fn statement(
    stretch: Stretch,
    now: DateTime<Utc>,
    filter: &Filter,
    after: Option<&Cursor>,
    limit: i64,
) -> Sql {
    let mut sql = Sql::new(store::SELECT);
    filter.push_where(&mut sql, now);
    match stretch {
        Stretch::Month => sql.push(" AND current_month IS NOT NULL"),
        Stretch::NoMonth => sql.push(" AND current_month IS NULL"),
        Stretch::Seen => sql.push(" AND last_seen_at IS NOT NULL"),
        Stretch::NeverSeen => sql.push(" AND last_seen_at IS NULL"),
        Stretch::Name | Stretch::Newest => &mut sql,
    };
    if let Some(after) = after {
        push_after(&mut sql, stretch, after);
    }
    sql.push(match stretch {
        Stretch::Name | Stretch::NoMonth => " ORDER BY name_key, id LIMIT ",
        Stretch::Month => " ORDER BY current_month, name_key, id LIMIT ",
        Stretch::Seen => " ORDER BY last_seen_at DESC, id DESC LIMIT ",
        Stretch::NeverSeen => " ORDER BY id DESC LIMIT ",
        Stretch::Newest => " ORDER BY created_at DESC, id DESC LIMIT ",
    });
    sql.bind(limit);
    sql
}

/// Leaves out what comes before the cursor, and the cursor's own client.
fn push_after(sql: &mut Sql, stretch: Stretch, after: &Cursor) {
    let id = after.id.as_str();
    match (stretch, after.month, after.time) {
        (Stretch::Name, _, _) | (Stretch::NoMonth, None, _) => {
            sql.push(" AND (name_key, id) > (").bind(after.name_key.as_str()).push(", ").bind(id).push(")")
        }
        (Stretch::Month, Some(month), _) => sql
            .push(" AND (current_month, name_key, id) > (")
            .bind(month)
            .push(", ")
            .bind(after.name_key.as_str())
            .push(", ")
            .bind(id)
            .push(")"),
        (Stretch::Seen, _, Some(time)) => {
            sql.push(" AND (last_seen_at, id) < (").bind(time).push(", ").bind(id).push(")")
        }
        (Stretch::Newest, _, Some(time)) => {
            sql.push(" AND (created_at, id) < (").bind(time).push(", ").bind(id).push(")")
        }
        (Stretch::NeverSeen, _, None) => sql.push(" AND id < ").bind(id),
        // The cursor lies in the stretch before: this one is wanted from its beginning.
        _ => sql,
    };
}
