-- The community: channels, posts, events, members.

CREATE TABLE community_channels (
    id TEXT COLLATE "C" PRIMARY KEY,
    name TEXT NOT NULL,
    slug TEXT NOT NULL UNIQUE,
    description TEXT,
    icon TEXT,
    type TEXT NOT NULL CHECK (type IN ('ANNOUNCEMENT', 'GENERAL', 'NICHE', 'MONTH', 'QA', 'RESOURCES', 'WIN', 'COLLAB')),
    is_archived BOOLEAN NOT NULL DEFAULT FALSE,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX community_channels_type_idx ON community_channels (type);
CREATE INDEX community_channels_slug_idx ON community_channels (slug);

CREATE TABLE community_posts (
    id TEXT COLLATE "C" PRIMARY KEY,
    author_id TEXT COLLATE "C" NOT NULL REFERENCES clients (id) ON DELETE RESTRICT,
    channel_id TEXT COLLATE "C" NOT NULL REFERENCES community_channels (id) ON DELETE RESTRICT,
    type TEXT NOT NULL CHECK (type IN ('TEXT', 'QUESTION', 'WIN', 'RESOURCE', 'EVENT', 'ANNOUNCEMENT')),
    title TEXT,
    content TEXT NOT NULL,
    content_html TEXT,
    is_pinned BOOLEAN NOT NULL DEFAULT FALSE,
    is_solved BOOLEAN NOT NULL DEFAULT FALSE,
    is_hidden BOOLEAN NOT NULL DEFAULT FALSE,
    like_count BIGINT NOT NULL DEFAULT 0,
    reply_count BIGINT NOT NULL DEFAULT 0,
    view_count BIGINT NOT NULL DEFAULT 0,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX community_posts_channel_id_idx ON community_posts (channel_id);
CREATE INDEX community_posts_author_id_idx ON community_posts (author_id);
CREATE INDEX community_posts_created_at_idx ON community_posts (created_at);
CREATE INDEX community_posts_is_pinned_created_at_idx ON community_posts (is_pinned, created_at);

CREATE TABLE community_replies (
    id TEXT COLLATE "C" PRIMARY KEY,
    post_id TEXT COLLATE "C" NOT NULL REFERENCES community_posts (id) ON DELETE CASCADE,
    author_id TEXT COLLATE "C" NOT NULL REFERENCES clients (id) ON DELETE RESTRICT,
    parent_reply_id TEXT COLLATE "C" REFERENCES community_replies (id) ON DELETE SET NULL,
    content TEXT NOT NULL,
    content_html TEXT,
    like_count BIGINT NOT NULL DEFAULT 0,
    is_helpful BOOLEAN NOT NULL DEFAULT FALSE,
    is_hidden BOOLEAN NOT NULL DEFAULT FALSE,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX community_replies_post_id_idx ON community_replies (post_id);
CREATE INDEX community_replies_author_id_idx ON community_replies (author_id);
CREATE INDEX community_replies_created_at_idx ON community_replies (created_at);

-- A like has exactly one target.
CREATE TABLE community_likes (
    id TEXT COLLATE "C" PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES clients (id) ON DELETE RESTRICT,
    post_id TEXT COLLATE "C" REFERENCES community_posts (id) ON DELETE CASCADE,
    reply_id TEXT COLLATE "C" REFERENCES community_replies (id) ON DELETE CASCADE,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    UNIQUE (user_id, post_id),
    UNIQUE (user_id, reply_id),
    CHECK ((post_id IS NULL) <> (reply_id IS NULL))
);
CREATE INDEX community_likes_user_id_idx ON community_likes (user_id);
CREATE INDEX community_likes_post_id_idx ON community_likes (post_id);
CREATE INDEX community_likes_reply_id_idx ON community_likes (reply_id);

CREATE TABLE community_bookmarks (
    id TEXT COLLATE "C" PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES clients (id) ON DELETE RESTRICT,
    post_id TEXT COLLATE "C" NOT NULL REFERENCES community_posts (id) ON DELETE CASCADE,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    UNIQUE (user_id, post_id)
);
CREATE INDEX community_bookmarks_user_id_idx ON community_bookmarks (user_id);

CREATE TABLE community_attachments (
    id TEXT COLLATE "C" PRIMARY KEY,
    post_id TEXT COLLATE "C" NOT NULL REFERENCES community_posts (id) ON DELETE CASCADE,
    filename TEXT NOT NULL,
    url TEXT NOT NULL,
    mime_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX community_attachments_post_id_idx ON community_attachments (post_id);

CREATE TABLE community_direct_messages (
    id TEXT COLLATE "C" PRIMARY KEY,
    conversation_id TEXT COLLATE "C" NOT NULL,
    sender_id TEXT COLLATE "C" NOT NULL REFERENCES clients (id) ON DELETE RESTRICT,
    receiver_id TEXT COLLATE "C" NOT NULL REFERENCES clients (id) ON DELETE RESTRICT,
    content TEXT NOT NULL,
    is_read BOOLEAN NOT NULL DEFAULT FALSE,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX community_direct_messages_conversation_id_idx ON community_direct_messages (conversation_id);
CREATE INDEX community_direct_messages_sender_id_idx ON community_direct_messages (sender_id);
CREATE INDEX community_direct_messages_receiver_id_idx ON community_direct_messages (receiver_id);
CREATE INDEX community_direct_messages_created_at_idx ON community_direct_messages (created_at);

CREATE TABLE community_events (
    id TEXT COLLATE "C" PRIMARY KEY,
    title TEXT NOT NULL,
    description TEXT,
    type TEXT NOT NULL CHECK (type IN ('COACHING', 'COWORKING', 'HOTSEAT', 'MEETUP', 'PANEL')),
    start_time TIMESTAMPTZ NOT NULL,
    end_time TIMESTAMPTZ NOT NULL,
    timezone TEXT NOT NULL,
    meeting_url TEXT,
    max_attendees BIGINT,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    CHECK (end_time > start_time)
);
CREATE INDEX community_events_start_time_idx ON community_events (start_time);
CREATE INDEX community_events_type_idx ON community_events (type);

CREATE TABLE community_event_attendees (
    id TEXT COLLATE "C" PRIMARY KEY,
    event_id TEXT COLLATE "C" NOT NULL REFERENCES community_events (id) ON DELETE CASCADE,
    client_id TEXT COLLATE "C" NOT NULL REFERENCES clients (id) ON DELETE RESTRICT,
    rsvp_status TEXT NOT NULL CHECK (rsvp_status IN ('GOING', 'MAYBE', 'NOT_GOING', 'WAITLIST')),
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    UNIQUE (event_id, client_id)
);
CREATE INDEX community_event_attendees_event_id_idx ON community_event_attendees (event_id);
CREATE INDEX community_event_attendees_client_id_idx ON community_event_attendees (client_id);

CREATE TABLE community_member_profiles (
    id TEXT COLLATE "C" PRIMARY KEY,
    client_id TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES clients (id) ON DELETE RESTRICT,
    username TEXT NOT NULL UNIQUE,
    bio TEXT,
    location TEXT,
    social_links JSONB,
    allow_dms BOOLEAN NOT NULL DEFAULT TRUE,
    email_notifications BOOLEAN NOT NULL DEFAULT TRUE,
    points BIGINT NOT NULL DEFAULT 0,
    badges JSONB,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX community_member_profiles_points_idx ON community_member_profiles (points);
CREATE INDEX community_member_profiles_username_idx ON community_member_profiles (username);
