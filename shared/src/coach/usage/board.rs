//! The figures of use: by client, day or month.

use chrono::NaiveDate;
use serde::Serialize;

use super::stored_day;
use crate::db::Tx;
use crate::id::ClientId;
use crate::staff::{Actor, Capability};
use crate::text::Foreign;
use crate::{Result, fetch_all};

/// What the figures are added up by, besides what for and by which model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// By client, the dearest first.
    #[default]
    Client,
    /// By UTC day, the latest first.
    Day,
    /// By month, the latest first.
    Month,
}

/// What the use of one model for one purpose came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Usage {
    /// Whose, where it is by client; none for what concerns nobody, or somebody who was erased.
    pub client_id: Option<ClientId>,
    /// Their name.
    pub client_name: Option<Foreign>,
    /// Which day (`2026-03-30`) or month (`2026-03`), where it is by those.
    pub period: Option<String>,
    /// What for: COACH, or the writing of documents.
    pub operation: String,
    /// Which model.
    pub model: String,
    /// How often it was asked.
    pub calls: i64,
    /// What was sent to it, in tokens.
    pub tokens_in: i64,
    /// What it returned, in tokens.
    pub tokens_out: i64,
    /// In millionths of the currency of the price settings.
    pub cost_micros: i64,
}

macro_rules! sums {
    ($head:literal, $tail:literal) => {
        concat!(
            "SELECT ",
            $head,
            ", u.operation, u.model, COUNT(*) AS calls, CAST(SUM(u.tokens_in) AS BIGINT) AS tokens_in,
                    CAST(SUM(u.tokens_out) AS BIGINT) AS tokens_out, CAST(SUM(u.cost_micros) AS BIGINT) AS cost_micros
             FROM token_usage u LEFT JOIN clients c ON c.id = u.client_id
             WHERE u.day >= $1 AND u.day <= $2 AND (CAST($3 AS TEXT) IS NULL OR u.client_id = $3) ",
            $tail
        )
    };
}

/// What was used from the UTC day `from` to the end of `until`; of one client or of all.
pub async fn usage(
    tx: &mut Tx,
    actor: &Actor,
    by: By,
    client: Option<&ClientId>,
    from: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<Usage>> {
    actor.require(Capability::View)?;
    let (from, until, client) = (stored_day(from), stored_day(until), client.map(ClientId::as_str));
    match by {
        By::Client => fetch_all!(
            tx,
            Usage,
            sums!(
                "u.client_id, c.full_name AS client_name, CAST(NULL AS TEXT) AS period",
                "GROUP BY u.client_id, c.full_name, u.operation, u.model
                 ORDER BY cost_micros DESC, tokens_out DESC, u.client_id"
            ),
            &from,
            &until,
            client
        ),
        By::Day => fetch_all!(
            tx,
            Usage,
            sums!(
                "CAST(NULL AS TEXT) AS client_id, CAST(NULL AS TEXT) AS client_name, u.day AS period",
                "GROUP BY u.day, u.operation, u.model ORDER BY u.day DESC, cost_micros DESC, u.operation, u.model"
            ),
            &from,
            &until,
            client
        ),
        By::Month => fetch_all!(
            tx,
            Usage,
            sums!(
                "CAST(NULL AS TEXT) AS client_id, CAST(NULL AS TEXT) AS client_name, SUBSTR(u.day, 1, 7) AS period",
                "GROUP BY SUBSTR(u.day, 1, 7), u.operation, u.model
                 ORDER BY period DESC, cost_micros DESC, u.operation, u.model"
            ),
            &from,
            &until,
            client
        ),
    }
}
