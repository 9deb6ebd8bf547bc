-- +goose Up
-- browsers that are logged in; the token is kept as its SHA-256 only
CREATE TABLE sessions (
    id         TEXT PRIMARY KEY,
    token_hash BLOB NOT NULL UNIQUE,
    kind       TEXT NOT NULL CHECK (kind IN ('holder', 'officer')),
    login_id   TEXT NOT NULL REFERENCES logins (id),
    agent      TEXT NOT NULL,
    acr        TEXT NOT NULL,
    auth_at    BIGINT NOT NULL,
    facts      TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ends_at    BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX sessions_by_login ON sessions (login_id);
CREATE INDEX sessions_by_end ON sessions (ends_at);
-- +goose Down
DROP TABLE sessions;
