-- Portal access, chat identities, conversations with the studio, notices.

-- password_hash stays NOT NULL as in the seed; `!` means that none is set.
CREATE TABLE client_portal_users (
    id TEXT PRIMARY KEY NOT NULL,
    client_id TEXT NOT NULL UNIQUE REFERENCES clients (id) ON DELETE CASCADE,
    email TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    is_active BOOLEAN NOT NULL DEFAULT FALSE,
    invited_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00','now')),
    activated_at TEXT,
    last_login_at TEXT,
    password_changed_at TEXT,
    email_verified BOOLEAN NOT NULL DEFAULT FALSE,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00','now')),
    updated_at TEXT NOT NULL,
    notify_new_deliverable BOOLEAN NOT NULL DEFAULT TRUE,
    notify_new_message BOOLEAN NOT NULL DEFAULT TRUE,
    notify_milestone_reminder BOOLEAN NOT NULL DEFAULT TRUE,
    notify_weekly_summary BOOLEAN NOT NULL DEFAULT FALSE,
    invited_by TEXT,
    completed_onboarding BOOLEAN NOT NULL DEFAULT FALSE,
    onboarding_completed_at TEXT,
    tour_seen_at TEXT
);
CREATE INDEX client_portal_users_email_idx ON client_portal_users (email);
CREATE INDEX client_portal_users_client_id_idx ON client_portal_users (client_id);

-- Only the SHA-256 of a token is stored.
CREATE TABLE portal_invites (
    id TEXT PRIMARY KEY NOT NULL,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    token_hash TEXT NOT NULL UNIQUE,
    created_by TEXT,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00','now')),
    expires_at TEXT NOT NULL,
    used_at TEXT,
    used_on TEXT,
    revoked_at TEXT
);
CREATE INDEX portal_invites_client_id_idx ON portal_invites (client_id, created_at);
CREATE INDEX portal_invites_created_by_idx ON portal_invites (created_by, created_at);

-- One live row a platform account, and one a client and platform.
CREATE TABLE chat_identities (
    id TEXT PRIMARY KEY NOT NULL,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    platform TEXT NOT NULL CHECK (platform IN ('TELEGRAM', 'DISCORD', 'EMAIL', 'CONSOLE')),
    external_user_id TEXT NOT NULL,
    chat_id TEXT,
    username TEXT,
    display_name TEXT,
    linked_at TEXT NOT NULL,
    revoked_at TEXT,
    unreachable_at TEXT,
    unreachable_reason TEXT,
    last_seen_at TEXT
);
CREATE UNIQUE INDEX chat_identities_external_idx ON chat_identities (platform, external_user_id) WHERE revoked_at IS NULL;
CREATE UNIQUE INDEX chat_identities_client_idx ON chat_identities (client_id, platform) WHERE revoked_at IS NULL;

-- Where a person is in a multi-step exchange; survives a restart.
CREATE TABLE chat_states (
    platform TEXT NOT NULL,
    external_user_id TEXT NOT NULL,
    state TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (platform, external_user_id)
);

-- waiting_since is set while the last word is the client's: the answer clock.
CREATE TABLE portal_threads (
    id TEXT PRIMARY KEY NOT NULL,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    subject TEXT NOT NULL,
    kind TEXT NOT NULL DEFAULT 'GENERAL' CHECK (kind IN ('GENERAL', 'REVISION', 'ESCALATION')),
    status TEXT NOT NULL DEFAULT 'OPEN' CHECK (status IN ('OPEN', 'CLOSED')),
    deliverable_id TEXT REFERENCES deliverables (id) ON DELETE SET NULL,
    assigned_admin_id TEXT REFERENCES admins (id) ON DELETE SET NULL,
    unread_by_admin INTEGER NOT NULL DEFAULT 0,
    unread_by_client INTEGER NOT NULL DEFAULT 0,
    waiting_since TEXT,
    last_message_at TEXT NOT NULL,
    closed_at TEXT,
    closed_by TEXT,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00','now')),
    updated_at TEXT NOT NULL
);
CREATE INDEX portal_threads_client_id_idx ON portal_threads (client_id, last_message_at);
CREATE INDEX portal_threads_last_message_at_idx ON portal_threads (last_message_at, id);
CREATE INDEX portal_threads_unread_idx ON portal_threads (last_message_at, id) WHERE unread_by_admin > 0;
CREATE INDEX portal_threads_waiting_idx ON portal_threads (waiting_since) WHERE waiting_since IS NOT NULL;

CREATE TABLE portal_messages (
    id TEXT PRIMARY KEY NOT NULL,
    thread_id TEXT NOT NULL REFERENCES portal_threads (id) ON DELETE CASCADE,
    client_user_id TEXT REFERENCES client_portal_users (id) ON DELETE SET NULL,
    admin_user_id TEXT REFERENCES admins (id) ON DELETE SET NULL,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    is_from_admin BOOLEAN NOT NULL,
    is_read BOOLEAN NOT NULL DEFAULT FALSE,
    attachment_url TEXT,
    attachment_name TEXT,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00','now')),
    updated_at TEXT NOT NULL,
    read_at TEXT,
    surface TEXT,
    external_message_id TEXT
);
CREATE INDEX portal_messages_thread_id_idx ON portal_messages (thread_id);
CREATE INDEX portal_messages_client_id_idx ON portal_messages (client_id);
CREATE INDEX portal_messages_created_at_idx ON portal_messages (created_at);

CREATE TABLE portal_notifications (
    id TEXT PRIMARY KEY NOT NULL,
    client_user_id TEXT NOT NULL REFERENCES client_portal_users (id) ON DELETE CASCADE,
    type TEXT NOT NULL CHECK (type IN ('NEW_DELIVERABLE', 'NEW_MESSAGE', 'MILESTONE_REMINDER', 'ACCOUNT_UPDATE', 'COACH_ESCALATION_REPLY', 'JOURNEY_PAUSED', 'JOURNEY_RESUMED', 'SOCIAL_CELEBRATION', 'COMMUNITY_REPLY', 'COMMUNITY_DM', 'EVENT_REMINDER', 'WEEKLY_SUMMARY')),
    title TEXT NOT NULL,
    message TEXT NOT NULL,
    action_url TEXT,
    is_read BOOLEAN NOT NULL DEFAULT FALSE,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00','now')),
    channel TEXT,
    delivered_at TEXT,
    error TEXT,
    expires_at TEXT
);
CREATE INDEX portal_notifications_client_user_id_idx ON portal_notifications (client_user_id);
CREATE INDEX portal_notifications_is_read_idx ON portal_notifications (is_read);
CREATE INDEX portal_notifications_created_at_idx ON portal_notifications (created_at);

CREATE TABLE notification_preferences (
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    event TEXT NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('TELEGRAM', 'DISCORD', 'EMAIL', 'CONSOLE')),
    enabled BOOLEAN NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (client_id, event, channel)
);
