-- +goose Up

-- What listened to a call, NULL for most: a JSON array, as in the call's record.
ALTER TABLE calls ADD COLUMN tools TEXT;

-- One row for each recording. Times are microseconds since 1970, UTC; ended is NULL while it goes on.
CREATE TABLE recordings (
    id         TEXT    NOT NULL PRIMARY KEY,
    plugin     TEXT    NOT NULL,
    call       TEXT    NOT NULL,
    "from"     TEXT    NOT NULL,
    "to"       TEXT    NOT NULL,
    route      TEXT    NOT NULL,
    began      INTEGER NOT NULL,
    ended      INTEGER,
    seconds    REAL    NOT NULL,
    file       TEXT    NOT NULL, -- its name in the directory of recordings, "" while it goes on
    format     TEXT    NOT NULL,
    bytes      INTEGER NOT NULL,
    channels   TEXT    NOT NULL, -- a JSON array of texts: who is on each
    incomplete TEXT    NOT NULL  -- why something is missing, "" if nothing is
) STRICT;
CREATE INDEX recordings_by_time ON recordings (began, id);
CREATE INDEX recordings_by_call ON recordings (call);
