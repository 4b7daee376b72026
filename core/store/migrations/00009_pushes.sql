-- +goose Up

-- Where browsers take pushes (RFC 8030), and the keys with which they are encrypted (RFC 8291).
CREATE TABLE pushes (
    number   TEXT NOT NULL, -- of whose browser it is
    device   TEXT NOT NULL, -- its page's id
    endpoint TEXT NOT NULL,
    p256dh   TEXT NOT NULL,
    auth     TEXT NOT NULL,
    PRIMARY KEY (number, device)
) STRICT, WITHOUT ROWID;
