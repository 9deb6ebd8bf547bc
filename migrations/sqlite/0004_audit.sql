-- +goose Up
-- who did what to what, when and why: ids and commitments, no personal data; only ever added to
CREATE TABLE audit_lines (
    id          TEXT PRIMARY KEY,
    chain       TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    actor_kind  TEXT NOT NULL CHECK (actor_kind IN ('holder', 'officer', 'system', 'operator')),
    actor_id    TEXT NOT NULL CHECK (actor_id <> ''),
    actor_body  TEXT NOT NULL,
    action      TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id   TEXT NOT NULL,
    cause       TEXT NOT NULL,
    commitment  BLOB NOT NULL
);
CREATE INDEX audit_lines_object ON audit_lines (object_kind, object_id);
-- what opens a commitment; erased together with the personal data it is about
CREATE TABLE audit_salts (
    line_id TEXT PRIMARY KEY,
    salt    BLOB NOT NULL
);
-- lines that wait for the sealer
CREATE TABLE audit_pending (
    line_id TEXT PRIMARY KEY
);
-- the place of a line in its chain
CREATE TABLE audit_seals (
    chain     TEXT NOT NULL,
    place     BIGINT NOT NULL,
    line_id   TEXT NOT NULL UNIQUE,
    digest    BLOB NOT NULL,
    sealed_at BIGINT NOT NULL,
    PRIMARY KEY (chain, place)
);
-- the head of each chain
CREATE TABLE audit_chains (
    chain     TEXT PRIMARY KEY,
    length    BIGINT NOT NULL,
    digest    BLOB NOT NULL,
    sealed_at BIGINT NOT NULL
);
-- +goose Down
DROP TABLE audit_chains;
DROP TABLE audit_seals;
DROP TABLE audit_pending;
DROP TABLE audit_salts;
DROP TABLE audit_lines;
