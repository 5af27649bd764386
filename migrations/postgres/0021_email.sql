-- E-mail as one more way to a client, in an order that they choose; notices that go on by another way.

-- In which order ways are tried, with commas; NULL is the studio's order.
ALTER TABLE client_portal_users ADD COLUMN channel_order TEXT;
-- Stands in the links of e-mails that turn them off.
ALTER TABLE client_portal_users ADD COLUMN unsubscribe_token TEXT;
CREATE UNIQUE INDEX client_portal_users_unsubscribe_idx ON client_portal_users (unsubscribe_token) WHERE unsubscribe_token IS NOT NULL;

-- The first of the messages that carried one notice by one way after another.
ALTER TABLE outbox ADD COLUMN origin_id TEXT;

-- The code that was sent to a wanted address. Only its SHA-256 is stored.
ALTER TABLE email_changes ADD COLUMN code_hash TEXT;
ALTER TABLE email_changes ADD COLUMN code_expires_at TIMESTAMPTZ;
ALTER TABLE email_changes ADD COLUMN code_tries BIGINT NOT NULL DEFAULT 0;

-- Whoever has come in can be written to.
INSERT INTO chat_identities (id, client_id, platform, external_user_id, chat_id, linked_at)
SELECT 'm' || substr(u.id, 2), u.client_id, 'EMAIL', c.email, c.email, u.activated_at
FROM client_portal_users u JOIN clients c ON c.id = u.client_id
WHERE u.activated_at IS NOT NULL AND u.is_active AND c.deleted_at IS NULL;
