-- Everything that leaves or enters through a chat platform or e-mail.

-- recipient is the platform's address, resolved from the client when the row is sent.
CREATE TABLE outbox (
    id TEXT PRIMARY KEY NOT NULL,
    dedupe_key TEXT NOT NULL UNIQUE,
    purpose TEXT NOT NULL,
    client_id TEXT REFERENCES clients (id) ON DELETE CASCADE,
    channel TEXT NOT NULL CHECK (channel IN ('TELEGRAM', 'DISCORD', 'EMAIL', 'CONSOLE')),
    recipient TEXT,
    body TEXT NOT NULL,
    priority INTEGER NOT NULL DEFAULT 5,
    not_before TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'QUEUED' CHECK (state IN ('QUEUED', 'LEASED', 'SENT', 'IN_DOUBT', 'DEAD', 'CANCELLED')),
    attempts INTEGER NOT NULL DEFAULT 0,
    leased_by TEXT,
    lease_until TEXT,
    lease_epoch INTEGER NOT NULL DEFAULT 0,
    external_ids TEXT,
    error TEXT,
    ref_kind TEXT,
    ref_id TEXT,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00','now')),
    sent_at TEXT,
    settled_at TEXT,
    settled_by TEXT
);
CREATE INDEX outbox_due_idx ON outbox (not_before, priority, id) WHERE state = 'QUEUED';
CREATE INDEX outbox_leased_idx ON outbox (lease_until) WHERE state = 'LEASED';
CREATE INDEX outbox_target_idx ON outbox (channel, COALESCE(recipient, client_id)) WHERE state IN ('QUEUED', 'LEASED');
CREATE INDEX outbox_state_idx ON outbox (state, id);
CREATE INDEX outbox_client_id_idx ON outbox (client_id, id);
CREATE INDEX outbox_ref_idx ON outbox (ref_kind, ref_id);

-- Each raw update, stored before it is acknowledged and processed in order within a chat.
CREATE TABLE inbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    external_id TEXT NOT NULL,
    chat_key TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'NEW' CHECK (state IN ('NEW', 'LEASED', 'DONE', 'DEAD')),
    attempts INTEGER NOT NULL DEFAULT 0,
    leased_by TEXT,
    lease_until TEXT,
    error TEXT,
    received_at TEXT NOT NULL,
    done_at TEXT,
    UNIQUE (source, external_id)
);
CREATE INDEX inbox_open_idx ON inbox (source, chat_key, id) WHERE state IN ('NEW', 'LEASED');
CREATE INDEX inbox_state_idx ON inbox (state, id);

-- A scope that a platform told to wait: nothing is sent there before.
CREATE TABLE rate_limits (
    scope TEXT NOT NULL UNIQUE,
    next_allowed_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);

-- How far an ordered outside source has been read.
CREATE TABLE cursors (
    source TEXT NOT NULL UNIQUE,
    position TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
