-- +goose Up
-- certificates that could not be made, for the officers of the body
CREATE TABLE refusals (
    id                   TEXT PRIMARY KEY,
    registration_id      TEXT NOT NULL,
    registration_version INTEGER NOT NULL,
    body_id              TEXT NOT NULL,
    kind                 TEXT NOT NULL,
    item                 TEXT NOT NULL, -- which item can't be printed: name, number, …
    glyph                TEXT NOT NULL, -- the character, or empty when it is none
    reason               TEXT NOT NULL,
    refused_at           BIGINT NOT NULL,
    UNIQUE (registration_id, registration_version, kind, reason)
);
CREATE INDEX refusals_body ON refusals (body_id, refused_at);
-- +goose Down
DROP TABLE refusals;
