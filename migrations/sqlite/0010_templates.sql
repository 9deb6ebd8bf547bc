-- +goose Up
-- what the certificates of a qualification show, version by version: only ever added to
CREATE TABLE templates (
    id            TEXT PRIMARY KEY,
    qualification TEXT NOT NULL,
    version       INTEGER NOT NULL CHECK (version > 0),
    valid_from_on INTEGER NOT NULL,
    design        TEXT NOT NULL,  -- JSON
    digest        BLOB NOT NULL, -- SHA-256 of design
    drafted_by    TEXT NOT NULL,
    published_by  TEXT NOT NULL,
    published_at  BIGINT NOT NULL,
    CHECK (drafted_by <> published_by),
    UNIQUE (qualification, version)
);
-- +goose Down
DROP TABLE templates;
