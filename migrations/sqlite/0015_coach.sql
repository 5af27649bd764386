-- The coach: what clients do with their conversations, questions on their way, and budgets of the whole studio.

-- opened_at: when the client last turned to it without writing. cleared_at: what is older is theirs no more.
ALTER TABLE coach_conversations ADD COLUMN opened_at TEXT;
ALTER TABLE coach_conversations ADD COLUMN cleared_at TEXT;
ALTER TABLE coach_conversations ADD COLUMN deleted_at TEXT;
CREATE INDEX coach_conversations_deleted_at_idx ON coach_conversations (deleted_at);
CREATE INDEX coach_conversations_cleared_at_idx ON coach_conversations (cleared_at);

ALTER TABLE clients ADD COLUMN coach_daily_message_override INTEGER;

-- A question that is being answered. Its lease runs out when the process that answers it is gone.
CREATE TABLE coach_turns (
    question_id TEXT PRIMARY KEY NOT NULL REFERENCES coach_messages (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    day TEXT NOT NULL,
    reserved_tokens INTEGER NOT NULL,
    lease_until TEXT NOT NULL,
    stop_asked_at TEXT
);
CREATE INDEX coach_turns_client_id_idx ON coach_turns (client_id);
CREATE INDEX coach_turns_lease_until_idx ON coach_turns (lease_until);

-- A question about themselves that a client would rather not answer.
CREATE TABLE coach_skips (
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    fact TEXT NOT NULL CHECK (fact IN ('EXPERIENCE', 'INCOME_NOW', 'INCOME_GOAL', 'CHALLENGES', 'STRENGTHS')),
    skipped_at TEXT NOT NULL,
    PRIMARY KEY (client_id, fact)
);

-- What the studio lets the model cost. used_* counts since period_start, a UTC date; cost in millionths.
CREATE TABLE token_budgets (
    period TEXT PRIMARY KEY NOT NULL CHECK (period IN ('DAILY', 'WEEKLY', 'MONTHLY')),
    token_limit INTEGER CHECK (token_limit > 0),
    cost_limit_micros INTEGER CHECK (cost_limit_micros > 0),
    auto_pause BOOLEAN NOT NULL DEFAULT FALSE,
    period_start TEXT NOT NULL,
    used_tokens INTEGER NOT NULL DEFAULT 0,
    used_cost_micros INTEGER NOT NULL DEFAULT 0,
    alerted_percent INTEGER NOT NULL DEFAULT 0,
    updated_at TEXT NOT NULL,
    updated_by TEXT,
    CHECK (token_limit IS NOT NULL OR cost_limit_micros IS NOT NULL)
);

-- The UTC date of a use, so that both databases sum it up by day and month in the same words.
ALTER TABLE token_usage ADD COLUMN day TEXT NOT NULL DEFAULT '';
UPDATE token_usage SET day = SUBSTR(at, 1, 10);
CREATE INDEX token_usage_day_idx ON token_usage (day);
