//! Row ids: the seed's `cuid()`, 25 characters, ordered by time, one Rust type a table.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, Utc};

/// Characters of one id.
pub const LENGTH: usize = 25;

static COUNTER: LazyLock<AtomicU32> = LazyLock::new(|| AtomicU32::new(rand::random::<u32>() % BLOCK));
static FINGERPRINT: LazyLock<String> = LazyLock::new(|| base36(u64::from(rand::random::<u32>() % BLOCK), 4));
const BLOCK: u32 = 36 * 36 * 36 * 36;

/// A fresh id: `c`, eight characters of time, four of a counter, four of this process, eight random.
pub fn cuid(now: DateTime<Utc>) -> String {
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
    let count = COUNTER.fetch_add(1, Ordering::Relaxed) % BLOCK;
    format!(
        "c{}{}{}{}",
        base36(millis, 8),
        base36(u64::from(count), 4),
        *FINGERPRINT,
        base36(rand::random::<u64>() % 2_821_109_907_456, 8)
    )
}

/// An id of that time which `chance` alone decides, for data that must come out the same each time.
pub(crate) fn cuid_of(at: DateTime<Utc>, chance: [u64; 2]) -> String {
    let millis = u64::try_from(at.timestamp_millis()).unwrap_or_default();
    format!("c{}{}{}", base36(millis, 8), base36(chance[0], 8), base36(chance[1], 8))
}

fn base36(mut value: u64, width: usize) -> String {
    let mut digits = vec![b'0'; width];
    for slot in digits.iter_mut().rev() {
        *slot = b"0123456789abcdefghijklmnopqrstuvwxyz"[(value % 36) as usize];
        value /= 36;
    }
    digits.into_iter().map(char::from).collect()
}

/// Declares id types, so that one table's id cannot be passed where another's is meant.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize, sqlx::Type)]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $name(String);

        impl $name {
            /// A fresh id, ordered after those made before `now`.
            #[must_use]
            pub fn new(now: DateTime<Utc>) -> Self {
                Self(cuid(now))
            }

            /// An id as it came in from outside; it may name nothing.
            #[must_use]
            pub fn from_input(text: &str) -> Self {
                Self(text.trim().chars().filter(char::is_ascii_alphanumeric).take(LENGTH).collect())
            }

            /// The stored text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

ids! {
    /// A client, who is a creator in the community.
    ClientId,
    /// A member of the studio's staff.
    AdminId,
    /// A client's portal access.
    PortalUserId,
    /// An invitation token's row.
    InviteId,
    /// A linked chat account.
    IdentityId,
    /// A week's digest.
    DigestId,
    /// A document: a version of the business plan, a month's, or an extra.
    DocumentId,
    /// A stored file.
    FileId,
    /// A conversation between client and studio.
    ThreadId,
    /// One message of a thread.
    MessageId,
    /// A notice to a client.
    NotificationId,
    /// A scheduled automation.
    AutomationId,
    /// One attempt in the automation log.
    AutomationLogId,
    /// One hold of a journey.
    PauseId,
    /// A conversation with the coach.
    ConversationId,
    /// One message of a coach conversation.
    CoachMessageId,
    /// A hand-off from the coach to a person.
    EscalationId,
    /// An outgoing message.
    OutboxId,
    /// A social alert.
    AlertId,
    /// A social connection.
    ConnectionId,
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    #[test]
    fn ids_have_the_seeds_length_and_sort_by_time() {
        let early = ClientId::new(Utc.with_ymd_and_hms(2026, 1, 1, 0, 0, 0).unwrap());
        let late = ClientId::new(Utc.with_ymd_and_hms(2026, 1, 1, 0, 0, 1).unwrap());
        assert_eq!(early.as_str().len(), LENGTH);
        assert!(early < late);
    }

    #[test]
    fn a_hostile_id_is_cut_to_harmless_characters() {
        assert_eq!(ClientId::from_input(" c1' OR 1=1 --\u{1b}[2J").as_str(), "c1OR112J");
    }
}
