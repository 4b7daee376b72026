-- +goose Up

-- The queues in which a call's caller has waited: a JSON array, as in the event; NULL for none.
ALTER TABLE calls ADD COLUMN queues TEXT;
