-- Portal access, chat identities, conversations with the studio, notices.

-- password_hash stays NOT NULL as in the seed; `!` means that none is set.
CREATE TABLE client_portal_users (
    id TEXT COLLATE "C" PRIMARY KEY,
    client_id TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES clients (id) ON DELETE CASCADE,
    email TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    is_active BOOLEAN NOT NULL DEFAULT FALSE,
    invited_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    activated_at TIMESTAMPTZ,
    last_login_at TIMESTAMPTZ,
    password_changed_at TIMESTAMPTZ,
    email_verified BOOLEAN NOT NULL DEFAULT FALSE,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL,
    notify_new_deliverable BOOLEAN NOT NULL DEFAULT TRUE,
    notify_new_message BOOLEAN NOT NULL DEFAULT TRUE,
    notify_milestone_reminder BOOLEAN NOT NULL DEFAULT TRUE,
    notify_weekly_summary BOOLEAN NOT NULL DEFAULT FALSE,
    invited_by TEXT,
    completed_onboarding BOOLEAN NOT NULL DEFAULT FALSE,
    onboarding_completed_at TIMESTAMPTZ,
    tour_seen_at TIMESTAMPTZ
);
CREATE INDEX client_portal_users_email_idx ON client_portal_users (email);
CREATE INDEX client_portal_users_client_id_idx ON client_portal_users (client_id);

-- Only the SHA-256 of a token is stored.
CREATE TABLE portal_invites (
    id TEXT COLLATE "C" PRIMARY KEY,
    client_id TEXT COLLATE "C" NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    token_hash TEXT NOT NULL UNIQUE,
    created_by TEXT,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ,
    used_on TEXT,
    revoked_at TIMESTAMPTZ
);
CREATE INDEX portal_invites_client_id_idx ON portal_invites (client_id, created_at);
CREATE INDEX portal_invites_created_by_idx ON portal_invites (created_by, created_at);

-- One live row a platform account, and one a client and platform.
CREATE TABLE chat_identities (
    id TEXT COLLATE "C" PRIMARY KEY,
    client_id TEXT COLLATE "C" NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    platform TEXT NOT NULL CHECK (platform IN ('TELEGRAM', 'DISCORD', 'EMAIL', 'CONSOLE')),
    external_user_id TEXT COLLATE "C" NOT NULL,
    chat_id TEXT COLLATE "C",
    username TEXT,
    display_name TEXT,
    linked_at TIMESTAMPTZ NOT NULL,
    revoked_at TIMESTAMPTZ,
    unreachable_at TIMESTAMPTZ,
    unreachable_reason TEXT,
    last_seen_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX chat_identities_external_idx ON chat_identities (platform, external_user_id) WHERE revoked_at IS NULL;
CREATE UNIQUE INDEX chat_identities_client_idx ON chat_identities (client_id, platform) WHERE revoked_at IS NULL;

-- Where a person is in a multi-step exchange; survives a restart.
CREATE TABLE chat_states (
    platform TEXT NOT NULL,
    external_user_id TEXT COLLATE "C" NOT NULL,
    state JSONB NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (platform, external_user_id)
);

-- waiting_since is set while the last word is the client's: the answer clock.
CREATE TABLE portal_threads (
    id TEXT COLLATE "C" PRIMARY KEY,
    client_id TEXT COLLATE "C" NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    subject TEXT NOT NULL,
    kind TEXT NOT NULL DEFAULT 'GENERAL' CHECK (kind IN ('GENERAL', 'REVISION', 'ESCALATION')),
    status TEXT NOT NULL DEFAULT 'OPEN' CHECK (status IN ('OPEN', 'CLOSED')),
    deliverable_id TEXT COLLATE "C" REFERENCES deliverables (id) ON DELETE SET NULL,
    assigned_admin_id TEXT COLLATE "C" REFERENCES admins (id) ON DELETE SET NULL,
    unread_by_admin BIGINT NOT NULL DEFAULT 0,
    unread_by_client BIGINT NOT NULL DEFAULT 0,
    waiting_since TIMESTAMPTZ,
    last_message_at TIMESTAMPTZ NOT NULL,
    closed_at TIMESTAMPTZ,
    closed_by TEXT,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX portal_threads_client_id_idx ON portal_threads (client_id, last_message_at);
CREATE INDEX portal_threads_last_message_at_idx ON portal_threads (last_message_at, id);
CREATE INDEX portal_threads_unread_idx ON portal_threads (last_message_at, id) WHERE unread_by_admin > 0;
CREATE INDEX portal_threads_waiting_idx ON portal_threads (waiting_since) WHERE waiting_since IS NOT NULL;

CREATE TABLE portal_messages (
    id TEXT COLLATE "C" PRIMARY KEY,
    thread_id TEXT COLLATE "C" NOT NULL REFERENCES portal_threads (id) ON DELETE CASCADE,
    client_user_id TEXT COLLATE "C" REFERENCES client_portal_users (id) ON DELETE SET NULL,
    admin_user_id TEXT COLLATE "C" REFERENCES admins (id) ON DELETE SET NULL,
    client_id TEXT COLLATE "C" NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    is_from_admin BOOLEAN NOT NULL,
    is_read BOOLEAN NOT NULL DEFAULT FALSE,
    attachment_url TEXT,
    attachment_name TEXT,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL,
    read_at TIMESTAMPTZ,
    surface TEXT,
    external_message_id TEXT COLLATE "C"
);
CREATE INDEX portal_messages_thread_id_idx ON portal_messages (thread_id);
CREATE INDEX portal_messages_client_id_idx ON portal_messages (client_id);
CREATE INDEX portal_messages_created_at_idx ON portal_messages (created_at);

CREATE TABLE portal_notifications (
    id TEXT COLLATE "C" PRIMARY KEY,
    client_user_id TEXT COLLATE "C" NOT NULL REFERENCES client_portal_users (id) ON DELETE CASCADE,
    type TEXT NOT NULL CHECK (type IN ('NEW_DELIVERABLE', 'NEW_MESSAGE', 'MILESTONE_REMINDER', 'ACCOUNT_UPDATE', 'COACH_ESCALATION_REPLY', 'JOURNEY_PAUSED', 'JOURNEY_RESUMED', 'SOCIAL_CELEBRATION', 'COMMUNITY_REPLY', 'COMMUNITY_DM', 'EVENT_REMINDER', 'WEEKLY_SUMMARY')),
    title TEXT NOT NULL,
    message TEXT NOT NULL,
    action_url TEXT,
    is_read BOOLEAN NOT NULL DEFAULT FALSE,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    channel TEXT,
    delivered_at TIMESTAMPTZ,
    error TEXT,
    expires_at TIMESTAMPTZ
);
CREATE INDEX portal_notifications_client_user_id_idx ON portal_notifications (client_user_id);
CREATE INDEX portal_notifications_is_read_idx ON portal_notifications (is_read);
CREATE INDEX portal_notifications_created_at_idx ON portal_notifications (created_at);

CREATE TABLE notification_preferences (
    client_id TEXT COLLATE "C" NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    event TEXT NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('TELEGRAM', 'DISCORD', 'EMAIL', 'CONSOLE')),
    enabled BOOLEAN NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (client_id, event, channel)
);
