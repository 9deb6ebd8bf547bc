-- +goose Up
-- what an identity provider last vouched for, one row a login; the subject is pairwise
CREATE TABLE logins (
    id         TEXT PRIMARY KEY,
    kind       TEXT NOT NULL CHECK (kind IN ('holder', 'officer')),
    issuer     TEXT NOT NULL,
    subject    TEXT NOT NULL,
    name       TEXT NOT NULL,
    birth_date INTEGER,
    address    TEXT NOT NULL,
    body       TEXT NOT NULL,
    roles      TEXT NOT NULL,
    first_at   BIGINT NOT NULL,
    last_at    BIGINT NOT NULL
);
-- logins that were begun and have not come back yet; a row is removed when it is used
CREATE TABLE login_attempts (
    state_hash   BYTEA PRIMARY KEY,
    browser_hash BYTEA NOT NULL,
    issuer       TEXT NOT NULL,
    nonce        TEXT NOT NULL,
    verifier     TEXT NOT NULL,
    return_to    TEXT NOT NULL,
    fresh        BOOLEAN NOT NULL,
    login_id     TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL
);
CREATE INDEX login_attempts_by_end ON login_attempts (expires_at);
-- +goose Down
DROP TABLE login_attempts;
DROP TABLE logins;
