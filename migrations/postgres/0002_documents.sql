-- What the studio makes for a client: business plans and the monthly deliverables.

CREATE TABLE business_plans (
    id TEXT COLLATE "C" PRIMARY KEY,
    client_id TEXT COLLATE "C" NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    version BIGINT NOT NULL,
    content_markdown TEXT NOT NULL,
    pdf_path TEXT,
    status TEXT NOT NULL DEFAULT 'DRAFT' CHECK (status IN ('DRAFT', 'PENDING_REVIEW', 'APPROVED', 'DELIVERED', 'REJECTED')),
    generated_by TEXT,
    generated_at TIMESTAMPTZ,
    approved_at TIMESTAMPTZ,
    approved_by TEXT,
    delivered_at TIMESTAMPTZ,
    delivered_by TEXT,
    rejected_at TIMESTAMPTZ,
    rejection_reason TEXT,
    first_opened_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL,
    UNIQUE (client_id, version)
);
CREATE INDEX business_plans_status_idx ON business_plans (status, created_at);

-- job_id names the generation that is writing it, so that a restart re-attaches instead of writing twice.
CREATE TABLE deliverables (
    id TEXT COLLATE "C" PRIMARY KEY,
    client_id TEXT COLLATE "C" NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    month BIGINT NOT NULL CHECK (month BETWEEN 1 AND 8),
    type TEXT NOT NULL DEFAULT 'MAIN' CHECK (type IN ('MAIN', 'SUBDOCUMENT')),
    parent_id TEXT COLLATE "C" REFERENCES deliverables (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    content_markdown TEXT NOT NULL,
    pdf_path TEXT,
    status TEXT NOT NULL DEFAULT 'DRAFT' CHECK (status IN ('DRAFT', 'PENDING_REVIEW', 'APPROVED', 'DELIVERED', 'REJECTED')),
    generated_by TEXT,
    generated_at TIMESTAMPTZ,
    approved_at TIMESTAMPTZ,
    approved_by TEXT,
    delivered_at TIMESTAMPTZ,
    delivered_by TEXT,
    rejected_at TIMESTAMPTZ,
    rejection_reason TEXT,
    due_at TIMESTAMPTZ,
    first_opened_at TIMESTAMPTZ,
    last_opened_at TIMESTAMPTZ,
    download_count BIGINT NOT NULL DEFAULT 0,
    acknowledged_at TIMESTAMPTZ,
    revision_requested_at TIMESTAMPTZ,
    highlights JSONB,
    summary TEXT,
    job_id TEXT COLLATE "C",
    version BIGINT NOT NULL DEFAULT 0,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX deliverables_main_idx ON deliverables (client_id, month) WHERE type = 'MAIN';
CREATE INDEX deliverables_status_idx ON deliverables (status, updated_at, id);
-- It holds what it selects by, so that SQLite need not read the documents to check it.
CREATE INDEX deliverables_unopened_idx ON deliverables (delivered_at, client_id, status, first_opened_at) WHERE status = 'DELIVERED' AND first_opened_at IS NULL;

-- A platform's id of a file already uploaded, so that it is sent again without an upload.
CREATE TABLE document_files (
    document_id TEXT COLLATE "C" NOT NULL REFERENCES deliverables (id) ON DELETE CASCADE,
    version BIGINT NOT NULL,
    platform TEXT NOT NULL,
    file_id TEXT COLLATE "C" NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (document_id, version, platform)
);
