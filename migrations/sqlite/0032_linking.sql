-- +goose Up
-- logins that have tried to link, and until when they may not
CREATE TABLE link_logins (
    login      TEXT PRIMARY KEY,
    issuer     TEXT NOT NULL,
    subject    TEXT NOT NULL,
    touched_at BIGINT NOT NULL,
    locked_to  BIGINT
);
-- which login belongs to which registration; a link that ended stays as a row
CREATE TABLE links (
    id           TEXT PRIMARY KEY,
    login        TEXT NOT NULL,
    registration TEXT NOT NULL,
    cause        TEXT NOT NULL CHECK (cause IN ('matched', 'officer')),
    linked_at    BIGINT NOT NULL,
    ended_at     BIGINT,
    ended_by     TEXT NOT NULL DEFAULT '',
    end_cause    TEXT NOT NULL DEFAULT '' CHECK (end_cause IN ('', 'holder', 'relinked', 'officer'))
);
CREATE UNIQUE INDEX links_live ON links (registration) WHERE ended_at IS NULL;
CREATE INDEX links_login ON links (login, ended_at);
-- tries, for the limits
CREATE TABLE link_attempts (
    id       TEXT PRIMARY KEY,
    login    TEXT NOT NULL,
    outcome  TEXT NOT NULL CHECK (outcome IN ('linked', 'asked', 'mismatch', 'unreadable')),
    tried_at BIGINT NOT NULL
);
CREATE INDEX link_attempts_login ON link_attempts (login, tried_at);
-- requests that an officer looks at; name, birth date and address are what the identity provider vouched for
CREATE TABLE link_requests (
    id           TEXT PRIMARY KEY,
    login        TEXT NOT NULL,
    name         TEXT NOT NULL,
    birth_date   INTEGER,
    address      TEXT NOT NULL,
    register_no  BIGINT NOT NULL,
    body         TEXT NOT NULL,
    number       TEXT NOT NULL,
    reason       TEXT NOT NULL CHECK (reason IN ('no_number', 'unknown_number', 'mismatch', 'variant', 'address',
        'birth_date', 'namesake', 'linked', 'ended')),
    state        TEXT NOT NULL CHECK (state IN ('open', 'approved', 'refused')),
    asked_at     BIGINT NOT NULL,
    decided_at   BIGINT,
    decided_by   TEXT NOT NULL DEFAULT '',
    note         TEXT NOT NULL DEFAULT '',
    registration TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX link_requests_open ON link_requests (login, register_no) WHERE state = 'open';
CREATE INDEX link_requests_body ON link_requests (body, state, asked_at);
-- +goose Down
DROP TABLE link_requests;
DROP TABLE link_attempts;
DROP TABLE links;
DROP TABLE link_logins;
