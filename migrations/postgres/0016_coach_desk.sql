-- The coach's desk: everything that led to a hand-off, the end of its clock, answers while they grow.

CREATE TABLE coach_escalation_entries (
    id TEXT COLLATE "C" PRIMARY KEY,
    escalation_id TEXT COLLATE "C" NOT NULL REFERENCES coach_escalations (id) ON DELETE CASCADE,
    trigger TEXT NOT NULL,
    message_id TEXT COLLATE "C" REFERENCES coach_messages (id) ON DELETE SET NULL,
    at TIMESTAMPTZ NOT NULL
);
CREATE INDEX coach_escalation_entries_escalation_id_idx ON coach_escalation_entries (escalation_id, at);
CREATE INDEX coach_escalation_entries_message_id_idx ON coach_escalation_entries (message_id);

-- When the studio's promise ran out unanswered.
ALTER TABLE coach_escalations ADD COLUMN breached_at TIMESTAMPTZ;

-- What is said so far of an answer that is being written, for whoever looks on.
ALTER TABLE coach_turns ADD COLUMN draft TEXT;

-- One row a version; note says what changed.
ALTER TABLE coach_config ADD COLUMN note TEXT;
CREATE UNIQUE INDEX coach_config_version_idx ON coach_config (version);

CREATE INDEX coach_messages_correction_of_idx ON coach_messages (correction_of);
