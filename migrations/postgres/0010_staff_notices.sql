-- What the staff are told in their own chats, and the digests of each week.

-- One live row a platform account, and one an admin and platform. Kept apart from the clients' accounts.
CREATE TABLE admin_identities (
    id TEXT COLLATE "C" PRIMARY KEY,
    admin_id TEXT COLLATE "C" NOT NULL REFERENCES admins (id) ON DELETE CASCADE,
    platform TEXT NOT NULL CHECK (platform IN ('TELEGRAM', 'DISCORD', 'EMAIL', 'CONSOLE')),
    external_user_id TEXT NOT NULL,
    chat_id TEXT NOT NULL,
    username TEXT,
    display_name TEXT,
    linked_at TIMESTAMPTZ NOT NULL,
    revoked_at TIMESTAMPTZ,
    unreachable_at TIMESTAMPTZ,
    unreachable_reason TEXT
);
CREATE UNIQUE INDEX admin_identities_external_idx ON admin_identities (platform, external_user_id) WHERE revoked_at IS NULL;
CREATE UNIQUE INDEX admin_identities_admin_idx ON admin_identities (admin_id, platform) WHERE revoked_at IS NULL;

-- Only the SHA-256 of a code is stored.
CREATE TABLE admin_link_codes (
    id TEXT COLLATE "C" PRIMARY KEY,
    admin_id TEXT COLLATE "C" NOT NULL REFERENCES admins (id) ON DELETE CASCADE,
    code_hash TEXT NOT NULL UNIQUE,
    created_by TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ,
    revoked_at TIMESTAMPTZ
);
CREATE INDEX admin_link_codes_admin_idx ON admin_link_codes (admin_id, created_at);

-- A switch that somebody has moved; what is not here stands at its default.
CREATE TABLE admin_notice_switches (
    admin_id TEXT COLLATE "C" NOT NULL REFERENCES admins (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (admin_id, kind)
);

-- What was told once and must not be told again, by whichever worker comes next.
CREATE TABLE told (
    occasion TEXT COLLATE "C" PRIMARY KEY,
    told_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX told_told_at_idx ON told (told_at);

-- week is the Monday by the studio's calendar. Names are not kept in the figures: they are looked up.
CREATE TABLE digests (
    id TEXT COLLATE "C" PRIMARY KEY,
    week TEXT COLLATE "C" NOT NULL UNIQUE,
    since TIMESTAMPTZ NOT NULL,
    until TIMESTAMPTZ NOT NULL,
    figures JSONB NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

-- A message to the staff has an admin and no client; its address is fixed.
ALTER TABLE outbox ADD COLUMN admin_id TEXT COLLATE "C" REFERENCES admins (id) ON DELETE CASCADE;

-- The engine looks with each tick for who wants a weekly summary, and few do.
CREATE INDEX client_portal_users_weekly_idx ON client_portal_users (client_id) WHERE notify_weekly_summary;
