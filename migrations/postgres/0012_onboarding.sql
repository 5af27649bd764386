-- Onboarding as a conversation, and what the studio decides about somebody's access.

-- A question that a client left out, so that it is not asked again.
CREATE TABLE skipped_questions (
    client_id TEXT COLLATE "C" NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    question TEXT NOT NULL,
    skipped_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (client_id, question)
);

-- A client wishes for another e-mail address; the studio decides.
CREATE TABLE email_changes (
    id TEXT COLLATE "C" PRIMARY KEY,
    client_id TEXT COLLATE "C" NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'OPEN' CHECK (status IN ('OPEN', 'DONE', 'DECLINED')),
    requested_at TIMESTAMPTZ NOT NULL,
    settled_at TIMESTAMPTZ,
    settled_by TEXT COLLATE "C" REFERENCES admins (id) ON DELETE SET NULL
);
CREATE UNIQUE INDEX email_changes_open_idx ON email_changes (client_id) WHERE status = 'OPEN';

-- When the client said which clock is theirs.
ALTER TABLE client_portal_users ADD COLUMN timezone_chosen_at TIMESTAMPTZ;
-- Since when the studio wants the questionnaire answered once more: older answers are asked about again.
ALTER TABLE client_portal_users ADD COLUMN onboarding_reopened_at TIMESTAMPTZ;
-- Set while the studio has switched the access off; the links stay.
ALTER TABLE client_portal_users ADD COLUMN deactivated_at TIMESTAMPTZ;

-- When the holder of the expired code asked for a new one.
ALTER TABLE portal_invites ADD COLUMN requested_at TIMESTAMPTZ;
CREATE INDEX portal_invites_open_idx ON portal_invites (expires_at) WHERE used_at IS NULL AND revoked_at IS NULL;
CREATE INDEX portal_invites_requested_idx ON portal_invites (requested_at) WHERE requested_at IS NOT NULL;

-- Since when nobody was heard of there, until the person confirms that it is still they.
ALTER TABLE chat_identities ADD COLUMN silent_since TIMESTAMPTZ;
CREATE INDEX chat_identities_unreachable_idx ON chat_identities (unreachable_at) WHERE unreachable_at IS NOT NULL AND revoked_at IS NULL;
CREATE INDEX chat_identities_disowned_idx ON chat_identities (revoked_at) WHERE unreachable_reason = 'DISOWNED';
