//! The promises about journeys.

use std::collections::BTreeMap;

use anyhow::Result;
use chrono::{DateTime, Utc};
use wavelaunch_shared::db::Tx;
use wavelaunch_shared::documents::{self, DocumentStatus};
use wavelaunch_shared::id::ClientId;
use wavelaunch_shared::journey::{
    self, Automation, AutomationKind, AutomationStatus, LogFilter, LogStatus, MonthState, MonthView, Template,
};
use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::{Error, clients};

use super::super::world::World;
use super::Audit;

impl Audit {
    pub(super) async fn look_at_the_journeys(&mut self, world: &World) -> Result<()> {
        let mut tx = world.studio.db.read().await?;
        for id in world.joined.values() {
            let Some(client) = clients::get(&mut tx, id).await? else { continue };
            let overview = journey::overview(&mut tx, &world.studio, &client).await?;
            self.look_at_rows(id, &overview.automations, world.studio.clock.now());
            self.look_at_months(id, &overview.months, &overview.automations);
            for row in &overview.automations {
                self.look_for_an_explanation(&mut tx, row).await?;
            }
            self.look_for_drafts(&mut tx, id).await?;
        }
        Ok(())
    }

    /// Nothing runs for ever, and nothing waits twice.
    fn look_at_rows(&mut self, client: &ClientId, rows: &[Automation], now: DateTime<Utc>) {
        let mut live: BTreeMap<String, usize> = BTreeMap::new();
        for row in rows {
            match row.status {
                AutomationStatus::Running => self.breaks(format!("{client}: a lost worker still has {}", named(row))),
                AutomationStatus::Scheduled => {
                    if row.trigger_date <= now && row.held_until.is_none_or(|until| until <= now) {
                        self.breaks(format!("{client}: nobody does {}", named(row)));
                    }
                    let about = row.payload.document_id.as_ref().filter(|_| row.template == Some(Template::Ready));
                    *live.entry(format!("{} {about:?}", named(row))).or_default() += 1;
                }
                AutomationStatus::Completed | AutomationStatus::Failed | AutomationStatus::Cancelled => {}
            }
        }
        for (name, _) in live.into_iter().filter(|(_, count)| *count > 1) {
            self.breaks(format!("{client}: {name} waits twice"));
        }
    }

    /// Each month that is still to come has, or had, everything that belongs to it.
    fn look_at_months(&mut self, client: &ClientId, months: &[MonthView], rows: &[Automation]) {
        const WHOLE: [(AutomationKind, Option<Template>); 4] = [
            (AutomationKind::GenerateDeliverable, None),
            (AutomationKind::SendReminder, Some(Template::Upcoming)),
            (AutomationKind::SendReminder, Some(Template::Overdue)),
            (AutomationKind::EscalateToAdmin, None),
        ];
        let open = months.iter().filter(|month| !matches!(month.state, MonthState::Completed | MonthState::Skipped));
        for month in open {
            for (kind, template) in WHOLE {
                let is_there = |row: &Automation| {
                    row.month == Some(month.month)
                        && row.kind == kind
                        && (template.is_none() || row.template == template)
                };
                if !rows.iter().any(is_there) {
                    self.breaks(format!("{client}: month {} lost its {kind:?} {template:?}", month.month));
                }
            }
        }
    }

    /// A row that has ended says why: in its log, or in its own words where it was taken off.
    async fn look_for_an_explanation(&mut self, tx: &mut Tx, row: &Automation) -> Result<()> {
        if self.explained.contains(&row.id) {
            return Ok(());
        }
        let wanted = match row.status {
            AutomationStatus::Scheduled | AutomationStatus::Running => return Ok(()),
            AutomationStatus::Cancelled => {
                if row.cancel_reason.is_none() {
                    self.breaks(format!("{} was taken off without a reason", named(row)));
                }
                return Ok(());
            }
            // It may be tried again, and then it has another end.
            AutomationStatus::Failed => &[LogStatus::Failed][..],
            AutomationStatus::Completed => &[LogStatus::Success, LogStatus::Skipped][..],
        };
        let filter = LogFilter { automation: Some(row.id.clone()), ..LogFilter::default() };
        let log = journey::log(tx, &filter).await?;
        if !log.iter().any(|line| wanted.contains(&line.status)) {
            self.breaks(format!("{} is {:?}, and its log does not say why", named(row), row.status));
        }
        if row.status == AutomationStatus::Completed {
            self.explained.insert(row.id.clone());
        }
        Ok(())
    }

    /// Nothing that was not delivered is shown to a client, or can be opened by one.
    async fn look_for_drafts(&mut self, tx: &mut Tx, client: &ClientId) -> Result<()> {
        let theirs = Actor::Client(client.clone());
        for row in documents::list(tx, &theirs, client).await? {
            if row.status != DocumentStatus::Delivered {
                self.breaks(format!("{client} is shown the document {}, which is {}", row.id, row.status.words()));
            }
        }
        for draft in documents::list(tx, &Actor::System, client).await? {
            if draft.status != DocumentStatus::Delivered
                && !matches!(documents::get(tx, &theirs, &draft.id).await, Err(Error::NotFound(_)))
            {
                self.breaks(format!("{client} can open the document {}, which is {}", draft.id, draft.status.words()));
            }
        }
        Ok(())
    }
}

fn named(row: &Automation) -> String {
    let month = row.month.map(|month| format!(" of month {month}")).unwrap_or_default();
    let template = row.template.map(|template| format!(" {}", template.as_str())).unwrap_or_default();
    format!("{}{template}{month}", row.kind.as_str())
}
