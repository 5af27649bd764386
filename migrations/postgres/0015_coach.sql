-- The coach: what clients do with their conversations, questions on their way, and budgets of the whole studio.

-- opened_at: when the client last turned to it without writing. cleared_at: what is older is theirs no more.
ALTER TABLE coach_conversations ADD COLUMN opened_at TIMESTAMPTZ;
ALTER TABLE coach_conversations ADD COLUMN cleared_at TIMESTAMPTZ;
ALTER TABLE coach_conversations ADD COLUMN deleted_at TIMESTAMPTZ;
CREATE INDEX coach_conversations_deleted_at_idx ON coach_conversations (deleted_at);
CREATE INDEX coach_conversations_cleared_at_idx ON coach_conversations (cleared_at);

ALTER TABLE clients ADD COLUMN coach_daily_message_override BIGINT;

-- A question that is being answered. Its lease runs out when the process that answers it is gone.
CREATE TABLE coach_turns (
    question_id TEXT COLLATE "C" PRIMARY KEY REFERENCES coach_messages (id) ON DELETE CASCADE,
    client_id TEXT COLLATE "C" NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    day TEXT NOT NULL,
    reserved_tokens BIGINT NOT NULL,
    lease_until TIMESTAMPTZ NOT NULL,
    stop_asked_at TIMESTAMPTZ
);
CREATE INDEX coach_turns_client_id_idx ON coach_turns (client_id);
CREATE INDEX coach_turns_lease_until_idx ON coach_turns (lease_until);

-- A question about themselves that a client would rather not answer.
CREATE TABLE coach_skips (
    client_id TEXT COLLATE "C" NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    fact TEXT NOT NULL CHECK (fact IN ('EXPERIENCE', 'INCOME_NOW', 'INCOME_GOAL', 'CHALLENGES', 'STRENGTHS')),
    skipped_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (client_id, fact)
);

-- What the studio lets the model cost. used_* counts since period_start, a UTC date; cost in millionths.
CREATE TABLE token_budgets (
    period TEXT COLLATE "C" PRIMARY KEY CHECK (period IN ('DAILY', 'WEEKLY', 'MONTHLY')),
    token_limit BIGINT CHECK (token_limit > 0),
    cost_limit_micros BIGINT CHECK (cost_limit_micros > 0),
    auto_pause BOOLEAN NOT NULL DEFAULT FALSE,
    period_start TEXT NOT NULL,
    used_tokens BIGINT NOT NULL DEFAULT 0,
    used_cost_micros BIGINT NOT NULL DEFAULT 0,
    alerted_percent BIGINT NOT NULL DEFAULT 0,
    updated_at TIMESTAMPTZ NOT NULL,
    updated_by TEXT,
    CHECK (token_limit IS NOT NULL OR cost_limit_micros IS NOT NULL)
);

-- The UTC date of a use, so that both databases sum it up by day and month in the same words.
ALTER TABLE token_usage ADD COLUMN day TEXT NOT NULL DEFAULT '';
UPDATE token_usage SET day = TO_CHAR(at AT TIME ZONE 'UTC', 'YYYY-MM-DD');
CREATE INDEX token_usage_day_idx ON token_usage (day);
