-- The studio's staff, its clients, and the record of what happened.

-- password_hash `!` means that no password is set: admins come in by SSH key.
CREATE TABLE admins (
    id TEXT PRIMARY KEY NOT NULL,
    email TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL DEFAULT '!',
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('OWNER', 'ADMIN', 'MANAGER', 'VIEWER')),
    bio TEXT,
    phone TEXT,
    location TEXT,
    website TEXT,
    timezone TEXT,
    failed_login_count INTEGER NOT NULL DEFAULT 0,
    locked_until TEXT,
    last_login_at TEXT,
    last_login_ip TEXT,
    session_expiry TEXT,
    last_seen_at TEXT,
    removed_at TEXT,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00','now')),
    updated_at TEXT NOT NULL
);

CREATE TABLE admin_keys (
    id TEXT PRIMARY KEY NOT NULL,
    admin_id TEXT NOT NULL REFERENCES admins (id) ON DELETE CASCADE,
    fingerprint TEXT NOT NULL UNIQUE,
    public_key TEXT NOT NULL,
    label TEXT NOT NULL,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00','now')),
    last_used_at TEXT,
    revoked_at TEXT
);
CREATE INDEX admin_keys_admin_id_idx ON admin_keys (admin_id);

-- name_key is the folded name that lists sort and search by. version guards against two admins at once.
CREATE TABLE clients (
    id TEXT PRIMARY KEY NOT NULL,
    program_start_date TEXT,
    current_month INTEGER,
    is_paused BOOLEAN NOT NULL DEFAULT FALSE,
    pause_start_date TEXT,
    pause_end_date TEXT,
    pause_reason TEXT,
    full_name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    brand_name TEXT,
    email TEXT NOT NULL UNIQUE,
    instagram_handle TEXT,
    tiktok_handle TEXT,
    phone TEXT,
    website TEXT,
    photo_url TEXT,
    timezone TEXT NOT NULL DEFAULT 'UTC',
    locale TEXT NOT NULL DEFAULT 'en',
    country TEXT,
    age INTEGER CHECK (age IS NULL OR age BETWEEN 18 AND 100),
    industry_niche TEXT,
    status TEXT NOT NULL DEFAULT 'LEAD' CHECK (status IN ('LEAD', 'ONBOARDING', 'ACTIVE', 'PAUSED', 'COMPLETED', 'CHURNED', 'ARCHIVED')),
    status_before TEXT,
    onboarded_at TEXT,
    documents_locked BOOLEAN NOT NULL DEFAULT FALSE,
    assigned_admin_id TEXT REFERENCES admins (id) ON DELETE SET NULL,
    coach_daily_token_override INTEGER,
    experience_level TEXT,
    income_now TEXT,
    income_goal TEXT,
    challenges TEXT,
    strengths TEXT,
    product_categories TEXT,
    quiet_from TEXT,
    quiet_until TEXT,
    last_seen_at TEXT,
    version INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00','now')),
    updated_at TEXT NOT NULL,
    deleted_at TEXT
);
CREATE INDEX clients_name_key_idx ON clients (name_key, id);
CREATE INDEX clients_last_seen_at_idx ON clients (last_seen_at, id);
CREATE INDEX clients_current_month_idx ON clients (current_month, name_key, id);
CREATE INDEX clients_created_at_idx ON clients (created_at, id);
CREATE INDEX clients_status_idx ON clients (status, name_key, id);
CREATE INDEX clients_status_month_idx ON clients (status, current_month);

-- The onboarding answers; the questions are a registry in code.
CREATE TABLE client_answers (
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    question TEXT NOT NULL,
    answer TEXT NOT NULL,
    answered_at TEXT NOT NULL,
    PRIMARY KEY (client_id, question)
);

-- Append-only. Audit, activity and live refresh all read it. No foreign key: it outlives what it tells of.
CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    client_id TEXT,
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('ADMIN', 'CLIENT', 'SYSTEM')),
    actor_id TEXT,
    surface TEXT,
    description TEXT NOT NULL,
    metadata TEXT
);
CREATE INDEX events_client_id_idx ON events (client_id, seq);
CREATE INDEX events_kind_idx ON events (kind, seq);
CREATE INDEX events_at_idx ON events (at);
