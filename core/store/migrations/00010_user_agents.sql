-- +goose Up

-- What the far side of a leg said that it was, NULL where that is not known.
ALTER TABLE legs ADD COLUMN user_agent TEXT;
