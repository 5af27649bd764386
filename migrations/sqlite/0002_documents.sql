-- What the studio makes for a client: business plans and the monthly deliverables.

CREATE TABLE business_plans (
    id TEXT PRIMARY KEY NOT NULL,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    content_markdown TEXT NOT NULL,
    pdf_path TEXT,
    status TEXT NOT NULL DEFAULT 'DRAFT' CHECK (status IN ('DRAFT', 'PENDING_REVIEW', 'APPROVED', 'DELIVERED', 'REJECTED')),
    generated_by TEXT,
    generated_at TEXT,
    approved_at TEXT,
    approved_by TEXT,
    delivered_at TEXT,
    delivered_by TEXT,
    rejected_at TEXT,
    rejection_reason TEXT,
    first_opened_at TEXT,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00','now')),
    updated_at TEXT NOT NULL,
    UNIQUE (client_id, version)
);
CREATE INDEX business_plans_status_idx ON business_plans (status, created_at);

-- job_id names the generation that is writing it, so that a restart re-attaches instead of writing twice.
CREATE TABLE deliverables (
    id TEXT PRIMARY KEY NOT NULL,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    month INTEGER NOT NULL CHECK (month BETWEEN 1 AND 8),
    type TEXT NOT NULL DEFAULT 'MAIN' CHECK (type IN ('MAIN', 'SUBDOCUMENT')),
    parent_id TEXT REFERENCES deliverables (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    content_markdown TEXT NOT NULL,
    pdf_path TEXT,
    status TEXT NOT NULL DEFAULT 'DRAFT' CHECK (status IN ('DRAFT', 'PENDING_REVIEW', 'APPROVED', 'DELIVERED', 'REJECTED')),
    generated_by TEXT,
    generated_at TEXT,
    approved_at TEXT,
    approved_by TEXT,
    delivered_at TEXT,
    delivered_by TEXT,
    rejected_at TEXT,
    rejection_reason TEXT,
    due_at TEXT,
    first_opened_at TEXT,
    last_opened_at TEXT,
    download_count INTEGER NOT NULL DEFAULT 0,
    acknowledged_at TEXT,
    revision_requested_at TEXT,
    highlights TEXT,
    summary TEXT,
    job_id TEXT,
    version INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00','now')),
    updated_at TEXT NOT NULL
);
CREATE UNIQUE INDEX deliverables_main_idx ON deliverables (client_id, month) WHERE type = 'MAIN';
CREATE INDEX deliverables_status_idx ON deliverables (status, updated_at, id);
-- It holds what it selects by, so that SQLite need not read the documents to check it.
CREATE INDEX deliverables_unopened_idx ON deliverables (delivered_at, client_id, status, first_opened_at) WHERE status = 'DELIVERED' AND first_opened_at IS NULL;

-- A platform's id of a file already uploaded, so that it is sent again without an upload.
CREATE TABLE document_files (
    document_id TEXT NOT NULL REFERENCES deliverables (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    platform TEXT NOT NULL,
    file_id TEXT NOT NULL,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00','now')),
    PRIMARY KEY (document_id, version, platform)
);
