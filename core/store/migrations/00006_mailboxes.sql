-- +goose Up

-- One row for each message in a mailbox. Times are microseconds since 1970, UTC.
CREATE TABLE messages (
    id         TEXT    NOT NULL PRIMARY KEY,
    mailbox    TEXT    NOT NULL,
    call       TEXT    NOT NULL,
    "from"     TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    began      INTEGER NOT NULL,
    seconds    REAL    NOT NULL,
    bytes      INTEGER NOT NULL,
    urgent     INTEGER NOT NULL,
    heard      INTEGER NOT NULL,
    draft      INTEGER NOT NULL, -- it is recorded still
    transcript TEXT    NOT NULL,
    incomplete TEXT    NOT NULL  -- why something is missing, "" if nothing is
) STRICT;
CREATE INDEX messages_by_mailbox ON messages (mailbox, began, id);

-- What people set at a mailbox, and what was tried at it.
CREATE TABLE mailboxes (
    name       TEXT    NOT NULL PRIMARY KEY,
    pin        TEXT    NOT NULL, -- that its owner set, hashed; "": none
    instead_of TEXT    NOT NULL, -- the configured one at that time, hashed
    wrong      INTEGER NOT NULL, -- PINs in a row
    locked     INTEGER           -- until when no PIN is taken
) STRICT;
