-- +goose Up

-- Times are microseconds since 1970, UTC; NULL: it did not happen. The columns are named as in the JSON of a call's record.

-- One row for each call. ended is NULL while the call lives; written is when the row was last written.
CREATE TABLE calls (
    id           TEXT    NOT NULL PRIMARY KEY,
    "from"       TEXT    NOT NULL,
    "to"         TEXT    NOT NULL,
    revision     TEXT    NOT NULL,
    dialplan     TEXT    NOT NULL,
    route        TEXT    NOT NULL,
    path         TEXT    NOT NULL, -- a JSON array of texts
    emergency    INTEGER NOT NULL, -- 1: the call was one to an emergency number
    cause        TEXT    NOT NULL,
    text         TEXT    NOT NULL,
    ended_by     TEXT    NOT NULL,
    started      INTEGER NOT NULL,
    ringing      INTEGER,
    answered     INTEGER,
    ended        INTEGER,
    ring_seconds REAL    NOT NULL,
    talk_seconds REAL    NOT NULL,
    written      INTEGER NOT NULL
) STRICT;
CREATE INDEX calls_by_time ON calls (started, id);
CREATE INDEX calls_by_from ON calls ("from", started);
CREATE INDEX calls_by_to   ON calls ("to", started);
CREATE INDEX calls_open    ON calls (id) WHERE ended IS NULL;

-- One row for each leg. What is known of its sound is in stats; the columns below it read from there, for reports.
CREATE TABLE legs (
    call         TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    place        INTEGER NOT NULL, -- in the order in which they came into the call
    kind         TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    number       TEXT    NOT NULL,
    cause        TEXT    NOT NULL,
    text         TEXT    NOT NULL,
    status       INTEGER NOT NULL, -- of SIP, 0: none
    codec        TEXT    NOT NULL,
    added        INTEGER NOT NULL,
    answered     INTEGER,
    ended        INTEGER,
    stats        TEXT,             -- JSON, as in the event
    verdicts     TEXT,             -- a JSON array, as in the event
    mos_in       REAL    GENERATED ALWAYS AS (json_extract(stats, '$.mos_in')) VIRTUAL,
    mos_out      REAL    GENERATED ALWAYS AS (json_extract(stats, '$.mos_out')) VIRTUAL,
    packets_in   INTEGER GENERATED ALWAYS AS (json_extract(stats, '$.packets_in')) VIRTUAL,
    packets_out  INTEGER GENERATED ALWAYS AS (json_extract(stats, '$.packets_out')) VIRTUAL,
    lost         INTEGER GENERATED ALWAYS AS (json_extract(stats, '$.lost')) VIRTUAL,
    concealed_ms REAL    GENERATED ALWAYS AS (json_extract(stats, '$.concealed_ms')) VIRTUAL,
    jitter_ms    REAL    GENERATED ALWAYS AS (json_extract(stats, '$.jitter_ms')) VIRTUAL,
    rtt_ms       REAL    GENERATED ALWAYS AS (json_extract(stats, '$.rtt_ms')) VIRTUAL,
    PRIMARY KEY (call, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX legs_by_number ON legs (number, call);
CREATE INDEX legs_by_name   ON legs (name, call);

-- Whoever deletes a call deletes its legs.
-- +goose StatementBegin
CREATE TRIGGER calls_delete_legs AFTER DELETE ON calls BEGIN
    DELETE FROM legs WHERE call = OLD.id;
END;
-- +goose StatementEnd

-- One row for each registered device.
CREATE TABLE bindings (
    aor        TEXT    NOT NULL,
    device     TEXT    NOT NULL,
    contact    TEXT    NOT NULL,
    instance   TEXT    NOT NULL,
    reg_id     INTEGER NOT NULL,
    transport  TEXT    NOT NULL,
    local      TEXT    NOT NULL,
    remote     TEXT    NOT NULL,
    user_agent TEXT    NOT NULL,
    call_id    TEXT    NOT NULL,
    cseq       INTEGER NOT NULL,
    q          REAL    NOT NULL,
    since      INTEGER NOT NULL,
    updated    INTEGER NOT NULL,
    expires    INTEGER NOT NULL,
    PRIMARY KEY (aor, device)
) STRICT, WITHOUT ROWID;

-- What somebody has switched by hand: kind "schedule" is an override, its value "open" or "closed".
CREATE TABLE state (
    kind    TEXT    NOT NULL,
    name    TEXT    NOT NULL,
    value   TEXT    NOT NULL,
    updated INTEGER NOT NULL,
    PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;
