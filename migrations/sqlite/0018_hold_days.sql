-- By how many days of the client's calendar an ended hold moved the journey; the client may have changed zones since.
ALTER TABLE pauses ADD COLUMN days INTEGER;
