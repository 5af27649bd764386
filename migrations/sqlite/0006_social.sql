-- Social accounts, their daily numbers, and what deserves attention.

CREATE TABLE social_connections (
    id TEXT PRIMARY KEY NOT NULL,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    platform TEXT NOT NULL CHECK (platform IN ('INSTAGRAM', 'TIKTOK', 'YOUTUBE', 'TWITTER', 'LINKEDIN')),
    platform_user_id TEXT NOT NULL,
    platform_username TEXT NOT NULL,
    access_token TEXT NOT NULL,
    refresh_token TEXT,
    token_expires_at TEXT,
    is_active BOOLEAN NOT NULL DEFAULT TRUE,
    last_sync_at TEXT,
    connected_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00','now')),
    updated_at TEXT NOT NULL,
    UNIQUE (client_id, platform)
);
CREATE INDEX social_connections_client_id_idx ON social_connections (client_id);
CREATE INDEX social_connections_platform_idx ON social_connections (platform);
CREATE INDEX social_connections_is_active_idx ON social_connections (is_active);

-- date is the UTC day at midnight: one row a connection and day.
CREATE TABLE social_snapshots (
    id TEXT PRIMARY KEY NOT NULL,
    connection_id TEXT NOT NULL REFERENCES social_connections (id) ON DELETE CASCADE,
    date TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00','now')),
    followers INTEGER NOT NULL,
    following INTEGER,
    posts_count INTEGER,
    engagement REAL,
    reach INTEGER,
    impressions INTEGER,
    metrics TEXT NOT NULL,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00','now')),
    source TEXT NOT NULL DEFAULT 'MANUAL' CHECK (source IN ('API', 'MANUAL', 'IMPORT'))
);
CREATE INDEX social_snapshots_connection_id_date_idx ON social_snapshots (connection_id, date);
CREATE INDEX social_snapshots_date_idx ON social_snapshots (date);
CREATE UNIQUE INDEX social_snapshots_day_idx ON social_snapshots (connection_id, date);

CREATE TABLE social_alerts (
    id TEXT PRIMARY KEY NOT NULL,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    connection_id TEXT REFERENCES social_connections (id) ON DELETE SET NULL,
    type TEXT NOT NULL CHECK (type IN ('MILESTONE', 'GROWTH_SURGE', 'GROWTH_DECLINE', 'LOW_ENGAGEMENT', 'SYNC_BROKEN')),
    severity TEXT NOT NULL CHECK (severity IN ('INFO', 'WARNING', 'CRITICAL')),
    title TEXT NOT NULL,
    message TEXT NOT NULL,
    is_read BOOLEAN NOT NULL DEFAULT FALSE,
    is_sent BOOLEAN NOT NULL DEFAULT FALSE,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00','now')),
    dedupe_key TEXT UNIQUE
);
CREATE INDEX social_alerts_client_id_idx ON social_alerts (client_id);
CREATE INDEX social_alerts_is_read_idx ON social_alerts (is_read);
CREATE INDEX social_alerts_created_at_idx ON social_alerts (created_at);
