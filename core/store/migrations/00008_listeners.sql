-- +goose Up

-- Who heard a call and was not heard: a JSON array, as in the event; NULL for nobody.
ALTER TABLE calls ADD COLUMN listeners TEXT;
