-- Tells every process that waits for news of a commit which left an event.
CREATE FUNCTION tell_written() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('wavelaunch_written', '');
    RETURN NULL;
END
$$;
CREATE TRIGGER events_written AFTER INSERT ON events FOR EACH STATEMENT EXECUTE FUNCTION tell_written();
