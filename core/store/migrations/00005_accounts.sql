-- +goose Up

-- Who may sign in on the web. Of a password and of an invitation there is a hash; times are microseconds since 1970, UTC.
CREATE TABLE accounts (
    who        TEXT    NOT NULL PRIMARY KEY, -- the number of an extension, or admin
    hash       TEXT    NOT NULL,             -- argon2id, "" for no password
    since      INTEGER NOT NULL,             -- when the password was chosen
    invitation TEXT    NOT NULL,             -- SHA-256 of the code in hex, "" for none
    until      INTEGER NOT NULL              -- the invitation holds
) STRICT, WITHOUT ROWID;

-- Browsers that are signed in.
CREATE TABLE sessions (
    key     TEXT    NOT NULL PRIMARY KEY, -- a hash of the token
    data    BLOB    NOT NULL,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
