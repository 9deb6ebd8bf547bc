-- +goose Up
-- reissues after a loss that were decided: open until a new certificate is released
CREATE TABLE reissues (
    id              TEXT PRIMARY KEY,
    registration_id TEXT NOT NULL,
    kind            TEXT NOT NULL,
    cause_kind      TEXT NOT NULL,
    cause_ref       TEXT NOT NULL,
    asked_at        BIGINT NOT NULL,
    certificate_id  TEXT,   -- what was released for it
    settled_at      BIGINT,
    UNIQUE (registration_id, kind, cause_kind, cause_ref)
);
CREATE INDEX reissues_open ON reissues (registration_id) WHERE settled_at IS NULL;
-- +goose Down
DROP TABLE reissues;
