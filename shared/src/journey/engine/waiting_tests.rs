//! What a row waits for, and what lets it go.

use crate::documents;
use crate::events::EventKind;
use crate::journey::fixture::*;
use crate::journey::*;
use crate::testing::on_both;

use AutomationKind::SendReminder;

#[tokio::test]
async fn a_look_before_its_time_does_not_hasten_the_apology() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        let nudge = row(&studio, &client, SendReminder, Some(Template::Overdue), 1).await;
        run_now(&studio, &owner(), &nudge.id).await.unwrap();
        tick_at(&studio, "2026-03-30T12:00").await;
        tick_at(&studio, "2026-04-01T12:00").await;
        assert_eq!(count_events(&studio, &client, EventKind::StudioLate).await, 0, "three days have not passed");
        tick_at(&studio, "2026-04-02T09:00").await;
        assert_eq!(messages(&studio, &client).await, ["activated", "studio_delay"]);
    })
    .await;
}
