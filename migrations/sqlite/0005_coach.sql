-- The coach: conversations, allowance, hand-offs to people, cost.

CREATE TABLE coach_conversations (
    id TEXT PRIMARY KEY NOT NULL,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    title TEXT NOT NULL DEFAULT 'New Conversation',
    is_active BOOLEAN NOT NULL DEFAULT TRUE,
    last_message_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00','now')),
    message_count INTEGER NOT NULL DEFAULT 0,
    total_tokens INTEGER NOT NULL DEFAULT 0,
    average_rating REAL,
    has_escalation BOOLEAN NOT NULL DEFAULT FALSE,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00','now')),
    updated_at TEXT NOT NULL,
    mode TEXT NOT NULL DEFAULT 'AI' CHECK (mode IN ('AI', 'HUMAN', 'CLOSED')),
    assigned_admin_id TEXT REFERENCES admins (id) ON DELETE SET NULL,
    archived_at TEXT,
    summary TEXT,
    surface TEXT
);
CREATE INDEX coach_conversations_client_id_idx ON coach_conversations (client_id);
CREATE INDEX coach_conversations_last_message_at_idx ON coach_conversations (last_message_at);

CREATE TABLE coach_messages (
    id TEXT PRIMARY KEY NOT NULL,
    conversation_id TEXT NOT NULL REFERENCES coach_conversations (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('user', 'assistant', 'admin', 'system')),
    content TEXT NOT NULL,
    tokens_used INTEGER,
    rating INTEGER,
    rating_feedback TEXT,
    is_escalation BOOLEAN NOT NULL DEFAULT FALSE,
    metadata TEXT,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00','now')),
    tokens_in INTEGER,
    tokens_out INTEGER,
    charged_tokens INTEGER,
    model TEXT,
    latency_ms INTEGER,
    error TEXT,
    correction_of TEXT REFERENCES coach_messages (id) ON DELETE SET NULL,
    CHECK (rating IS NULL OR rating IN (1, 2))
);
CREATE INDEX coach_messages_conversation_id_idx ON coach_messages (conversation_id);
CREATE INDEX coach_messages_created_at_idx ON coach_messages (created_at);
CREATE INDEX coach_messages_rating_idx ON coach_messages (rating);

CREATE TABLE coach_config (
    id TEXT PRIMARY KEY NOT NULL,
    system_prompt TEXT NOT NULL,
    max_tokens_per_message INTEGER NOT NULL DEFAULT 500,
    max_tokens_per_day INTEGER NOT NULL DEFAULT 5000,
    enabled_capabilities TEXT NOT NULL,
    escalation_keywords TEXT NOT NULL,
    is_active BOOLEAN NOT NULL DEFAULT TRUE,
    updated_at TEXT NOT NULL,
    updated_by TEXT,
    version INTEGER NOT NULL DEFAULT 1
);

-- day is a UTC date, YYYY-MM-DD. reserved_tokens are held by questions still being answered.
CREATE TABLE coach_usage_days (
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    day TEXT NOT NULL,
    charged_tokens INTEGER NOT NULL DEFAULT 0,
    reserved_tokens INTEGER NOT NULL DEFAULT 0,
    messages INTEGER NOT NULL DEFAULT 0,
    warned_at TEXT,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (client_id, day)
);

CREATE TABLE coach_escalations (
    id TEXT PRIMARY KEY NOT NULL,
    conversation_id TEXT NOT NULL REFERENCES coach_conversations (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    trigger TEXT NOT NULL,
    priority TEXT NOT NULL DEFAULT 'MEDIUM' CHECK (priority IN ('LOW', 'MEDIUM', 'HIGH', 'URGENT')),
    status TEXT NOT NULL DEFAULT 'OPEN' CHECK (status IN ('OPEN', 'RESOLVED')),
    details TEXT,
    opened_at TEXT NOT NULL,
    due_at TEXT NOT NULL,
    resolved_at TEXT,
    resolved_by TEXT REFERENCES admins (id) ON DELETE SET NULL
);
CREATE UNIQUE INDEX coach_escalations_open_idx ON coach_escalations (conversation_id) WHERE status = 'OPEN';
CREATE INDEX coach_escalations_due_idx ON coach_escalations (status, due_at);

-- cost_micros is millionths of the price table's currency.
CREATE TABLE token_usage (
    id TEXT PRIMARY KEY NOT NULL,
    at TEXT NOT NULL,
    client_id TEXT REFERENCES clients (id) ON DELETE SET NULL,
    operation TEXT NOT NULL,
    model TEXT NOT NULL,
    tokens_in INTEGER NOT NULL,
    tokens_out INTEGER NOT NULL,
    cost_micros INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX token_usage_at_idx ON token_usage (at);
CREATE INDEX token_usage_client_id_idx ON token_usage (client_id, at);
