//! A client who moves to another zone: what they read keeps its day and hour on their new clock.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::rules::{end_moment, is_for_client, moment_of};
use super::store;
use crate::clients;
use crate::db::Tx;
use crate::id::ClientId;
use crate::journey::AutomationStatus;
use crate::journey::zone::{at_local, local_date};
use crate::{Error, Result, Studio, execute};

/// Times the waiting rows of a client anew who has left the zone `before`, and a hold's planned days with them.
pub(crate) async fn follow_zone(
    tx: &mut Tx,
    studio: &Studio,
    client: &ClientId,
    before: Tz,
    now: DateTime<Utc>,
) -> Result<()> {
    let client = clients::get(tx, client).await?.ok_or(Error::NotFound("client"))?;
    let (zone, hour) = (client.zone(), studio.settings.journey.send_hour);
    if zone == before {
        return Ok(());
    }
    let journey = store::load(tx, &client).await?;
    for row in &journey.rows {
        let planned = row.status == AutomationStatus::Scheduled
            && is_for_client(row.kind, row.template)
            // What was asked for out of its turn stays where it is.
            && row.trigger == moment_of(row, row.date, before, hour);
        if planned {
            let at = moment_of(row, row.date, zone, hour);
            execute!(
                tx,
                "UPDATE automation_schedules SET trigger_date = $2, updated_at = $3 WHERE id = $1",
                &row.id,
                at,
                now
            )?;
        }
    }
    let Some(hold) = &journey.hold else { return Ok(()) };
    let end = hold.planned_end.map(|end| end_moment(local_date(end, before), zone));
    let start = if hold.in_force(now) {
        hold.started_at
    } else {
        let local = hold.started_at.with_timezone(&before);
        at_local(local.date_naive(), local.time(), zone)
    };
    execute!(tx, "UPDATE pauses SET started_at = $2, planned_end = $3 WHERE id = $1", &hold.id, start, end)?;
    execute!(
        tx,
        "UPDATE clients SET pause_start_date = $2, pause_end_date = $3 WHERE id = $1",
        &client.id,
        start,
        end
    )?;
    Ok(())
}
