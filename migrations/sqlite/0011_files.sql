-- Files beside the database, and what is printed for a client.

-- The content lies in the file store under its hash.
CREATE TABLE files (
    id TEXT PRIMARY KEY NOT NULL,
    client_id TEXT REFERENCES clients (id) ON DELETE CASCADE,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    mime TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00','now'))
);
CREATE INDEX files_sha256_idx ON files (sha256);
CREATE INDEX files_client_id_idx ON files (client_id);

-- A platform's id of a content already uploaded, so that it is sent again without an upload.
CREATE TABLE file_copies (
    sha256 TEXT NOT NULL,
    platform TEXT NOT NULL,
    external_id TEXT NOT NULL,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00','now')),
    PRIMARY KEY (sha256, platform)
);
DROP TABLE document_files;
DROP TABLE plan_files;

-- The latest PDF of a thing, or why there is none. key names text, template and fonts: another key, another PDF.
CREATE TABLE prints (
    kind TEXT NOT NULL CHECK (kind IN ('DOCUMENT', 'CERTIFICATE')),
    subject_id TEXT NOT NULL,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    file_id TEXT REFERENCES files (id) ON DELETE SET NULL,
    pages INTEGER,
    lacking TEXT NOT NULL DEFAULT '',
    error TEXT,
    made_at TEXT NOT NULL,
    PRIMARY KEY (kind, subject_id)
);
CREATE INDEX prints_client_id_idx ON prints (client_id);
CREATE INDEX prints_file_id_idx ON prints (file_id);
