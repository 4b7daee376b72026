-- +goose Up

-- The calls that a leg went into and came from, NULL for most: it was transferred, parked or picked up.
ALTER TABLE legs ADD COLUMN moved_to   TEXT;
ALTER TABLE legs ADD COLUMN moved_from TEXT;
