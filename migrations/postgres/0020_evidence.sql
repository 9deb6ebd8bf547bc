-- +goose Up
-- evidence items: one thing that one register shall show for one application
CREATE TABLE evidence_items (
    id             TEXT PRIMARY KEY,
    application_id TEXT NOT NULL,
    source         TEXT NOT NULL CHECK (source IN ('resident','family')),
    field          TEXT NOT NULL CHECK (field IN ('name','address','domicile')),
    state          TEXT NOT NULL CHECK (state IN ('needed','auto_requested','matched','variant','mismatch','unclear_history',
                   'source_down','not_yet_reflected','officer_accepted','attached','attached_checked','rejected','expired')),
    comparisons    TEXT NOT NULL, -- JSON: what was asked and answered, side by side; personal data
    tries          INTEGER NOT NULL,
    asked_at       BIGINT,
    note           TEXT NOT NULL, -- the officer's reason
    created_at     BIGINT NOT NULL,
    UNIQUE (application_id, source, field)
);
-- every question that was asked, with the digests of both bodies; only ever added
CREATE TABLE evidence_inquiries (
    id             TEXT PRIMARY KEY,
    application_id TEXT NOT NULL,
    source         TEXT NOT NULL CHECK (source IN ('resident','family')),
    purpose        TEXT NOT NULL CHECK (purpose IN ('prefill','check','life')),
    asked_by       TEXT NOT NULL,
    basis          TEXT NOT NULL,
    status         TEXT NOT NULL CHECK (status IN ('found','not_found','unclear','not_issuable','down')),
    dead           BOOLEAN NOT NULL,
    substituted    BOOLEAN NOT NULL,
    request_hash   TEXT NOT NULL,
    reply_hash     TEXT NOT NULL,
    asked_at       BIGINT NOT NULL,
    answered_at    BIGINT
);
CREATE INDEX evidence_inquiries_by_application ON evidence_inquiries (application_id, asked_at);
-- +goose Down
DROP TABLE evidence_inquiries;
DROP TABLE evidence_items;
