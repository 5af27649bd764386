-- The business plan as a document like the others, the promise of it, and one sub-document of a title a month.

-- version numbers a client's plans; revision grows with every change of one of them.
ALTER TABLE business_plans ADD COLUMN title TEXT NOT NULL DEFAULT 'Business plan';
ALTER TABLE business_plans ADD COLUMN due_at TEXT;
ALTER TABLE business_plans ADD COLUMN last_opened_at TEXT;
ALTER TABLE business_plans ADD COLUMN download_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE business_plans ADD COLUMN highlights TEXT;
ALTER TABLE business_plans ADD COLUMN accomplishments TEXT;
ALTER TABLE business_plans ADD COLUMN summary TEXT;
ALTER TABLE business_plans ADD COLUMN job_id TEXT;
ALTER TABLE business_plans ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;

-- Until when the studio owes a client a business plan; empty where it owes none.
ALTER TABLE clients ADD COLUMN plan_due_at TEXT;
CREATE INDEX clients_plan_due_at_idx ON clients (plan_due_at) WHERE plan_due_at IS NOT NULL;

ALTER TABLE deliverables ADD COLUMN accomplishments TEXT;
CREATE UNIQUE INDEX deliverables_sub_idx ON deliverables (client_id, month, title) WHERE type = 'SUBDOCUMENT';
-- Nobody is behind with an extra: the index holds the type as well.
DROP INDEX deliverables_unopened_idx;
CREATE INDEX deliverables_unopened_idx ON deliverables (delivered_at, client_id, status, first_opened_at, type) WHERE status = 'DELIVERED' AND first_opened_at IS NULL;

-- As document_files, for plans.
CREATE TABLE plan_files (
    plan_id TEXT NOT NULL REFERENCES business_plans (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    platform TEXT NOT NULL,
    file_id TEXT NOT NULL,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00','now')),
    PRIMARY KEY (plan_id, version, platform)
);
