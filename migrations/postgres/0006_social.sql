-- Social accounts, their daily numbers, and what deserves attention.

CREATE TABLE social_connections (
    id TEXT COLLATE "C" PRIMARY KEY,
    client_id TEXT COLLATE "C" NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    platform TEXT NOT NULL CHECK (platform IN ('INSTAGRAM', 'TIKTOK', 'YOUTUBE', 'TWITTER', 'LINKEDIN')),
    platform_user_id TEXT COLLATE "C" NOT NULL,
    platform_username TEXT NOT NULL,
    access_token TEXT NOT NULL,
    refresh_token TEXT,
    token_expires_at TIMESTAMPTZ,
    is_active BOOLEAN NOT NULL DEFAULT TRUE,
    last_sync_at TIMESTAMPTZ,
    connected_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL,
    UNIQUE (client_id, platform)
);
CREATE INDEX social_connections_client_id_idx ON social_connections (client_id);
CREATE INDEX social_connections_platform_idx ON social_connections (platform);
CREATE INDEX social_connections_is_active_idx ON social_connections (is_active);

-- date is the UTC day at midnight: one row a connection and day.
CREATE TABLE social_snapshots (
    id TEXT COLLATE "C" PRIMARY KEY,
    connection_id TEXT COLLATE "C" NOT NULL REFERENCES social_connections (id) ON DELETE CASCADE,
    date TIMESTAMPTZ NOT NULL DEFAULT now(),
    followers BIGINT NOT NULL,
    following BIGINT,
    posts_count BIGINT,
    engagement DOUBLE PRECISION,
    reach BIGINT,
    impressions BIGINT,
    metrics JSONB NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    source TEXT NOT NULL DEFAULT 'MANUAL' CHECK (source IN ('API', 'MANUAL', 'IMPORT'))
);
CREATE INDEX social_snapshots_connection_id_date_idx ON social_snapshots (connection_id, date);
CREATE INDEX social_snapshots_date_idx ON social_snapshots (date);
CREATE UNIQUE INDEX social_snapshots_day_idx ON social_snapshots (connection_id, date);

CREATE TABLE social_alerts (
    id TEXT COLLATE "C" PRIMARY KEY,
    client_id TEXT COLLATE "C" NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    connection_id TEXT COLLATE "C" REFERENCES social_connections (id) ON DELETE SET NULL,
    type TEXT NOT NULL CHECK (type IN ('MILESTONE', 'GROWTH_SURGE', 'GROWTH_DECLINE', 'LOW_ENGAGEMENT', 'SYNC_BROKEN')),
    severity TEXT NOT NULL CHECK (severity IN ('INFO', 'WARNING', 'CRITICAL')),
    title TEXT NOT NULL,
    message TEXT NOT NULL,
    is_read BOOLEAN NOT NULL DEFAULT FALSE,
    is_sent BOOLEAN NOT NULL DEFAULT FALSE,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    dedupe_key TEXT UNIQUE
);
CREATE INDEX social_alerts_client_id_idx ON social_alerts (client_id);
CREATE INDEX social_alerts_is_read_idx ON social_alerts (is_read);
CREATE INDEX social_alerts_created_at_idx ON social_alerts (created_at);
