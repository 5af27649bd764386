-- Ratings of a week are few among its messages.
CREATE INDEX coach_messages_rated_idx ON coach_messages (created_at) WHERE rating IS NOT NULL;
