-- The coach: conversations, allowance, hand-offs to people, cost.

CREATE TABLE coach_conversations (
    id TEXT COLLATE "C" PRIMARY KEY,
    client_id TEXT COLLATE "C" NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    title TEXT NOT NULL DEFAULT 'New Conversation',
    is_active BOOLEAN NOT NULL DEFAULT TRUE,
    last_message_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    message_count BIGINT NOT NULL DEFAULT 0,
    total_tokens BIGINT NOT NULL DEFAULT 0,
    average_rating DOUBLE PRECISION,
    has_escalation BOOLEAN NOT NULL DEFAULT FALSE,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL,
    mode TEXT NOT NULL DEFAULT 'AI' CHECK (mode IN ('AI', 'HUMAN', 'CLOSED')),
    assigned_admin_id TEXT COLLATE "C" REFERENCES admins (id) ON DELETE SET NULL,
    archived_at TIMESTAMPTZ,
    summary TEXT,
    surface TEXT
);
CREATE INDEX coach_conversations_client_id_idx ON coach_conversations (client_id);
CREATE INDEX coach_conversations_last_message_at_idx ON coach_conversations (last_message_at);

CREATE TABLE coach_messages (
    id TEXT COLLATE "C" PRIMARY KEY,
    conversation_id TEXT COLLATE "C" NOT NULL REFERENCES coach_conversations (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('user', 'assistant', 'admin', 'system')),
    content TEXT NOT NULL,
    tokens_used BIGINT,
    rating BIGINT,
    rating_feedback TEXT,
    is_escalation BOOLEAN NOT NULL DEFAULT FALSE,
    metadata JSONB,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    tokens_in BIGINT,
    tokens_out BIGINT,
    charged_tokens BIGINT,
    model TEXT,
    latency_ms BIGINT,
    error TEXT,
    correction_of TEXT REFERENCES coach_messages (id) ON DELETE SET NULL,
    CHECK (rating IS NULL OR rating IN (1, 2))
);
CREATE INDEX coach_messages_conversation_id_idx ON coach_messages (conversation_id);
CREATE INDEX coach_messages_created_at_idx ON coach_messages (created_at);
CREATE INDEX coach_messages_rating_idx ON coach_messages (rating);

CREATE TABLE coach_config (
    id TEXT COLLATE "C" PRIMARY KEY,
    system_prompt TEXT NOT NULL,
    max_tokens_per_message BIGINT NOT NULL DEFAULT 500,
    max_tokens_per_day BIGINT NOT NULL DEFAULT 5000,
    enabled_capabilities JSONB NOT NULL,
    escalation_keywords JSONB NOT NULL,
    is_active BOOLEAN NOT NULL DEFAULT TRUE,
    updated_at TIMESTAMPTZ NOT NULL,
    updated_by TEXT,
    version BIGINT NOT NULL DEFAULT 1
);

-- day is a UTC date, YYYY-MM-DD. reserved_tokens are held by questions still being answered.
CREATE TABLE coach_usage_days (
    client_id TEXT COLLATE "C" NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    day TEXT NOT NULL,
    charged_tokens BIGINT NOT NULL DEFAULT 0,
    reserved_tokens BIGINT NOT NULL DEFAULT 0,
    messages BIGINT NOT NULL DEFAULT 0,
    warned_at TIMESTAMPTZ,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (client_id, day)
);

CREATE TABLE coach_escalations (
    id TEXT COLLATE "C" PRIMARY KEY,
    conversation_id TEXT COLLATE "C" NOT NULL REFERENCES coach_conversations (id) ON DELETE CASCADE,
    client_id TEXT COLLATE "C" NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    trigger TEXT NOT NULL,
    priority TEXT NOT NULL DEFAULT 'MEDIUM' CHECK (priority IN ('LOW', 'MEDIUM', 'HIGH', 'URGENT')),
    status TEXT NOT NULL DEFAULT 'OPEN' CHECK (status IN ('OPEN', 'RESOLVED')),
    details JSONB,
    opened_at TIMESTAMPTZ NOT NULL,
    due_at TIMESTAMPTZ NOT NULL,
    resolved_at TIMESTAMPTZ,
    resolved_by TEXT REFERENCES admins (id) ON DELETE SET NULL
);
CREATE UNIQUE INDEX coach_escalations_open_idx ON coach_escalations (conversation_id) WHERE status = 'OPEN';
CREATE INDEX coach_escalations_due_idx ON coach_escalations (status, due_at);

-- cost_micros is millionths of the price table's currency.
CREATE TABLE token_usage (
    id TEXT COLLATE "C" PRIMARY KEY,
    at TIMESTAMPTZ NOT NULL,
    client_id TEXT COLLATE "C" REFERENCES clients (id) ON DELETE SET NULL,
    operation TEXT NOT NULL,
    model TEXT NOT NULL,
    tokens_in BIGINT NOT NULL,
    tokens_out BIGINT NOT NULL,
    cost_micros BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX token_usage_at_idx ON token_usage (at);
CREATE INDEX token_usage_client_id_idx ON token_usage (client_id, at);
