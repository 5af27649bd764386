//! Telling a member of staff: one message to the account that reaches them.

use chrono::{DateTime, Utc};

use super::super::chat::{self, StaffAccount};
use super::super::{Actor, Role};
use super::{NoticeKind, store};
use crate::db::Tx;
use crate::delivery::{self, Queued, StaffLetter, Urgency};
use crate::id::AdminId;
use crate::text::{Button, Reply};
use crate::{Result, Studio};

/// Somebody who wants a kind of notice and can be written to.
#[derive(Clone, Debug)]
pub(crate) struct Listener {
    pub admin: AdminId,
    pub role: Role,
    pub account: StaffAccount,
}

impl Listener {
    /// The person as the one who asks.
    pub(crate) fn actor(&self) -> Actor {
        Actor::Admin { id: Some(self.admin.clone()), role: self.role }
    }
}

/// A notice from the catalogue.
#[derive(Clone, Debug)]
pub(crate) struct StaffNotice {
    pub key: &'static str,
    pub values: Vec<(&'static str, String)>,
    /// What its buttons do, in the order of their labels.
    pub actions: Vec<String>,
}

/// Who wants a kind of notice, at the account that reaches them.
pub(crate) async fn listeners(tx: &mut Tx, kind: NoticeKind) -> Result<Vec<Listener>> {
    let chosen = store::chosen_of(tx, kind).await?;
    let wants = |admin: &AdminId| chosen.iter().find(|(of, _)| of == admin).map_or(kind.on_by_default(), |(_, on)| *on);
    let mut listeners = Vec::new();
    for (admin, role) in chat::listeners(tx).await?.into_iter().filter(|(admin, _)| wants(admin)) {
        if let Some(account) = chat::reachable(tx, &admin).await?.into_iter().next() {
            listeners.push(Listener { admin, role, account });
        }
    }
    Ok(listeners)
}

/// Queues a notice for one of them. `occasion` is what must not be told twice.
pub(crate) async fn tell(
    tx: &mut Tx,
    studio: &Studio,
    now: DateTime<Utc>,
    listener: &Listener,
    notice: &StaffNotice,
    occasion: &str,
    urgency: Urgency,
) -> Result<Queued> {
    let rendered = studio.messages.render(notice.key, &notice.values)?;
    debug_assert_eq!(rendered.buttons.len(), notice.actions.len(), "the buttons of {}", notice.key);
    let buttons = rendered.buttons.iter().zip(&notice.actions);
    let buttons: Vec<Button> = buttons.map(|(label, action)| Button::new(label, action.clone())).collect();
    let rows = buttons.chunks(2).map(<[Button]>::to_vec).collect();
    let body = Reply { buttons: rows, ..Reply::new(rendered.worded()) };
    let letter = StaffLetter {
        admin: &listener.admin,
        channel: listener.account.platform,
        chat_id: &listener.account.chat_id,
        body: &body,
        purpose: notice.key,
        dedupe: format!("staff|{occasion}|{}", listener.admin),
        urgency,
    };
    delivery::send_to_staff(tx, now, &letter).await
}
