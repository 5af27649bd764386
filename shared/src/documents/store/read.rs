//! Looking documents up.

use crate::db::Tx;
use crate::db::rows::{Holds, Rows};
use crate::documents::{Document, DocumentRow, ReviewRow};
use crate::id::{ClientId, DocumentId};
use crate::programme::Month;
use crate::staff::{Actor, Capability};
use crate::{Error, Result, fetch_all, fetch_optional, fetch_scalar};

/// The columns of [`Document`] that both tables have under the same name.
macro_rules! shared_columns {
    () => {
        "title, status, content_markdown, generated_by, generated_at, approved_at, approved_by, delivered_at,
         delivered_by, rejected_at, rejection_reason, due_at, first_opened_at, last_opened_at, download_count,
         COALESCE(highlights, '[]') AS highlights, COALESCE(accomplishments, '[]') AS accomplishments, summary, job_id,
         created_at, updated_at"
    };
}

/// The beginning of every query for documents of months.
macro_rules! deliverables {
    () => {
        concat!(
            "SELECT id, client_id, month, type, parent_id, CAST(NULL AS BIGINT) AS plan_version, version, ",
            shared_columns!(),
            " FROM deliverables"
        )
    };
}

/// The beginning of every query for plans.
macro_rules! plans {
    () => {
        concat!(
            "SELECT id, client_id, CAST(NULL AS BIGINT) AS month, 'PLAN' AS type, CAST(NULL AS TEXT) AS parent_id,
                    version AS plan_version, revision AS version, ",
            shared_columns!(),
            " FROM business_plans"
        )
    };
}

/// Which plan a client sees: the newest that was delivered. `$2` is the client.
macro_rules! newest_delivered {
    () => {
        "(SELECT MAX(version) FROM business_plans WHERE client_id = $2 AND status = 'DELIVERED')"
    };
}

/// A document by its id. A client finds their own delivered ones, and of the plans the newest; all else is not
/// found, in the same words whoever it belongs to.
pub async fn get(tx: &mut Tx, actor: &Actor, id: &DocumentId) -> Result<Document> {
    let found = if let Actor::Client(client) = actor {
        fetch_optional!(
            tx,
            Document,
            concat!(
                deliverables!(),
                " WHERE id = $1 AND client_id = $2 AND status = 'DELIVERED' UNION ALL ",
                plans!(),
                " WHERE id = $1 AND client_id = $2 AND status = 'DELIVERED' AND version = ",
                newest_delivered!()
            ),
            id,
            client
        )?
    } else {
        actor.require(Capability::View)?;
        let sql = concat!(deliverables!(), " WHERE id = $1 UNION ALL ", plans!(), " WHERE id = $1");
        fetch_optional!(tx, Document, sql, id)?
    };
    found.ok_or(Error::NotFound("document"))
}

/// The documents of a client: the plans, the newest first, then each month's with its extras. To the client only
/// what is delivered, and of the plans the newest.
pub async fn list(tx: &mut Tx, actor: &Actor, client: &ClientId) -> Result<Vec<DocumentRow>> {
    actor.require_owner_of(client, "client")?;
    let all = !matches!(actor, Actor::Client(_));
    fetch_all!(
        tx,
        DocumentRow,
        concat!(
            "SELECT * FROM (
                 SELECT d.id, d.client_id, d.month, d.type, CAST(NULL AS BIGINT) AS plan_version, d.title, d.status,
                        d.delivered_at, d.first_opened_at, d.due_at, c.documents_locked AS locked, d.version,
                        d.updated_at, d.created_at
                 FROM deliverables d JOIN clients c ON c.id = d.client_id
                 WHERE d.client_id = $2 AND (d.status = 'DELIVERED' OR $1)
                 UNION ALL
                 SELECT p.id, p.client_id, CAST(NULL AS BIGINT), 'PLAN', p.version, p.title, p.status,
                        p.delivered_at, p.first_opened_at, p.due_at, c.documents_locked, p.revision,
                        p.updated_at, p.created_at
                 FROM business_plans p JOIN clients c ON c.id = p.client_id
                 WHERE p.client_id = $2 AND ($1 OR (p.status = 'DELIVERED' AND p.version = ",
            newest_delivered!(),
            "))) AS documents
             ORDER BY COALESCE(month, 0), plan_version DESC, type, title, id"
        ),
        all,
        client
    )
}

/// Everything that waits for the studio: what is promised soonest first.
pub async fn review_queue(tx: &mut Tx) -> Result<Vec<ReviewRow>> {
    fetch_all!(
        tx,
        ReviewRow,
        "SELECT * FROM (
             SELECT d.id, d.client_id, c.full_name, d.month, d.type, d.title, d.status, d.generated_by, d.due_at,
                    d.rejection_reason, d.version, d.updated_at
             FROM deliverables d JOIN clients c ON c.id = d.client_id
             WHERE d.status IN ('DRAFT', 'PENDING_REVIEW', 'APPROVED', 'REJECTED')
               AND c.deleted_at IS NULL AND c.status <> 'CHURNED'
             UNION ALL
             SELECT p.id, p.client_id, c.full_name, CAST(NULL AS BIGINT), 'PLAN', p.title, p.status, p.generated_by,
                    p.due_at, p.rejection_reason, p.revision, p.updated_at
             FROM business_plans p JOIN clients c ON c.id = p.client_id
             WHERE p.status IN ('DRAFT', 'PENDING_REVIEW', 'APPROVED', 'REJECTED')
               AND c.deleted_at IS NULL AND c.status <> 'CHURNED'
         ) AS waiting
         ORDER BY COALESCE(due_at, updated_at), id"
    )
}

/// Whose document this is, delivered or not; for the audit of refused requests.
pub(in crate::documents) async fn owner_of(tx: &mut Tx, id: &DocumentId) -> Result<Option<ClientId>> {
    let owner = fetch_optional!(
        tx,
        (ClientId,),
        "SELECT client_id FROM deliverables WHERE id = $1 UNION ALL SELECT client_id FROM business_plans WHERE id = $1",
        id
    )?;
    Ok(owner.map(|(owner,)| owner))
}

/// Documents by their ids, as far as they exist.
pub(crate) async fn by_ids<'a>(tx: &mut Tx, ids: impl Iterator<Item = &'a DocumentId>) -> Result<Vec<Document>> {
    let mut rows = Rows::new([("id", Holds::Text)]);
    for id in ids {
        rows.add([id.as_str().into()]);
    }
    let sql = concat!(
        deliverables!(),
        " WHERE id IN (SELECT id FROM r) UNION ALL ",
        plans!(),
        " WHERE id IN (SELECT id FROM r)"
    );
    rows.fetch_all(tx, sql).await
}

/// A month's main document.
pub(crate) async fn main_of(tx: &mut Tx, client: &ClientId, month: Month) -> Result<Option<Document>> {
    fetch_optional!(
        tx,
        Document,
        concat!(deliverables!(), " WHERE client_id = $1 AND month = $2 AND type = 'MAIN'"),
        client,
        i64::from(month.number())
    )
}

/// Every version of a client's plan, the newest first; to the client only the newest that was delivered.
pub async fn plans(tx: &mut Tx, actor: &Actor, client: &ClientId) -> Result<Vec<Document>> {
    actor.require_owner_of(client, "client")?;
    let all = !matches!(actor, Actor::Client(_));
    fetch_all!(
        tx,
        Document,
        concat!(
            plans!(),
            " WHERE client_id = $2 AND ($1 OR (status = 'DELIVERED' AND version = ",
            newest_delivered!(),
            ")) ORDER BY plan_version DESC"
        ),
        all,
        client
    )
}

/// The newest version of a client's plan, in whatever state.
pub(crate) async fn latest_plan(tx: &mut Tx, client: &ClientId) -> Result<Option<Document>> {
    let sql = concat!(plans!(), " WHERE client_id = $1 ORDER BY plan_version DESC LIMIT 1");
    fetch_optional!(tx, Document, sql, client)
}

/// Whether the studio holds a client's documents back.
pub(in crate::documents) async fn is_locked(tx: &mut Tx, client: &ClientId) -> Result<bool> {
    fetch_scalar!(tx, bool, "SELECT documents_locked FROM clients WHERE id = $1", client)
}

/// How many extras belong to a document.
pub(in crate::documents) async fn count_extras(tx: &mut Tx, id: &DocumentId) -> Result<i64> {
    fetch_scalar!(tx, i64, "SELECT COUNT(*) FROM deliverables WHERE parent_id = $1", id)
}
