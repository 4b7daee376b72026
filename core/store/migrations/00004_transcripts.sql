-- +goose Up

-- One row for each thing that somebody said in a call that was transcribed. Times are microseconds since 1970, UTC.
CREATE TABLE utterances (
    call    TEXT    NOT NULL,
    plugin  TEXT    NOT NULL,
    leg     TEXT    NOT NULL,
    name    TEXT    NOT NULL,
    number  TEXT    NOT NULL,
    began   INTEGER NOT NULL,
    ended   INTEGER NOT NULL,
    text    TEXT    NOT NULL,
    missing TEXT    NOT NULL, -- why there is no text, "" if there is one or nothing was understood
    lag     REAL    NOT NULL, -- seconds from when it was said to when its text was there
    PRIMARY KEY (call, began, leg, plugin)
) STRICT, WITHOUT ROWID;
