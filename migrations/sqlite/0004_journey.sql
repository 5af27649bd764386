-- The programme: months, automations, holds.

-- planned_date names a day of the client's calendar, as midnight UTC. late_at is when the studio was told that it is late.
CREATE TABLE journey_months (
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    month INTEGER NOT NULL CHECK (month BETWEEN 1 AND 8),
    planned_date TEXT NOT NULL,
    delivered_at TEXT,
    completed_at TEXT,
    skipped_at TEXT,
    celebrated_at TEXT,
    late_at TEXT,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (client_id, month)
);
CREATE INDEX journey_months_planned_idx ON journey_months (planned_date, client_id, delivered_at, skipped_at) WHERE delivered_at IS NULL AND skipped_at IS NULL;
CREATE INDEX journey_months_delivered_idx ON journey_months (delivered_at, planned_date) WHERE delivered_at IS NOT NULL;

CREATE TABLE pauses (
    id TEXT PRIMARY KEY NOT NULL,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    started_at TEXT NOT NULL,
    planned_end TEXT,
    ended_at TEXT,
    reminded_at TEXT,
    reason TEXT,
    created_by TEXT REFERENCES admins (id) ON DELETE SET NULL,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00','now'))
);
CREATE UNIQUE INDEX pauses_live_idx ON pauses (client_id) WHERE ended_at IS NULL;
CREATE INDEX pauses_planned_end_idx ON pauses (planned_end) WHERE ended_at IS NULL;

-- A client asks for a break; an admin decides.
CREATE TABLE pause_requests (
    id TEXT PRIMARY KEY NOT NULL,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    reason TEXT,
    status TEXT NOT NULL DEFAULT 'OPEN' CHECK (status IN ('OPEN', 'DONE', 'DECLINED')),
    requested_at TEXT NOT NULL,
    settled_at TEXT,
    settled_by TEXT REFERENCES admins (id) ON DELETE SET NULL
);
CREATE UNIQUE INDEX pause_requests_open_idx ON pause_requests (client_id) WHERE status = 'OPEN';

-- claim_epoch is the fencing token: a worker whose claim was taken over can no longer complete the row.
-- held_until lets a row wait behind a gate without losing its date, which a hold's end moves by the hold's length.
CREATE TABLE automation_schedules (
    id TEXT PRIMARY KEY NOT NULL,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    type TEXT NOT NULL CHECK (type IN ('GENERATE_DELIVERABLE', 'SEND_REMINDER', 'SEND_CELEBRATION', 'ESCALATE_TO_ADMIN', 'UPDATE_STATUS', 'SEND_NOTIFICATION', 'SEND_DIGEST', 'RESUME_JOURNEY')),
    trigger_date TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('SCHEDULED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED')),
    retry_count INTEGER NOT NULL DEFAULT 0,
    max_retries INTEGER NOT NULL DEFAULT 3,
    payload TEXT NOT NULL,
    executed_at TEXT,
    error_message TEXT,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00','now')),
    updated_at TEXT NOT NULL,
    month INTEGER CHECK (month IS NULL OR month BETWEEN 1 AND 8),
    template TEXT,
    dedupe_key TEXT NOT NULL,
    original_trigger_date TEXT NOT NULL,
    local_date TEXT,
    priority INTEGER NOT NULL DEFAULT 5,
    claimed_by TEXT,
    claimed_until TEXT,
    held_until TEXT,
    claim_epoch INTEGER NOT NULL DEFAULT 0,
    cancel_reason TEXT,
    actor TEXT
);
CREATE INDEX automation_schedules_client_id_idx ON automation_schedules (client_id);
CREATE INDEX automation_schedules_trigger_date_status_idx ON automation_schedules (trigger_date, status);
CREATE INDEX automation_schedules_type_idx ON automation_schedules (type);
CREATE INDEX automation_schedules_status_idx ON automation_schedules (status);
CREATE UNIQUE INDEX automation_schedules_live_idx ON automation_schedules (dedupe_key) WHERE status IN ('SCHEDULED', 'RUNNING');
CREATE INDEX automation_schedules_client_status_idx ON automation_schedules (client_id, status, trigger_date);
CREATE INDEX automation_schedules_due_idx ON automation_schedules (trigger_date, id) WHERE status = 'SCHEDULED';
CREATE INDEX automation_schedules_claimed_idx ON automation_schedules (claimed_until) WHERE status = 'RUNNING';

CREATE TABLE automation_logs (
    id TEXT PRIMARY KEY NOT NULL,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    automation_id TEXT,
    type TEXT NOT NULL CHECK (type IN ('GENERATE_DELIVERABLE', 'SEND_REMINDER', 'SEND_CELEBRATION', 'ESCALATE_TO_ADMIN', 'UPDATE_STATUS', 'SEND_NOTIFICATION', 'SEND_DIGEST', 'RESUME_JOURNEY')),
    action TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('SUCCESS', 'FAILED', 'SKIPPED')),
    metadata TEXT,
    error_message TEXT,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00','now')),
    attempt INTEGER NOT NULL DEFAULT 1,
    reason TEXT
);
CREATE INDEX automation_logs_client_id_idx ON automation_logs (client_id);
CREATE INDEX automation_logs_created_at_idx ON automation_logs (created_at);
CREATE INDEX automation_logs_type_idx ON automation_logs (type);
CREATE INDEX automation_logs_automation_id_idx ON automation_logs (automation_id, created_at);
