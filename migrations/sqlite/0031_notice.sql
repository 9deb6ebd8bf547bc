-- +goose Up
-- where and in which language a login is written to
CREATE TABLE notice_settings (
    login       TEXT PRIMARY KEY,
    language    TEXT NOT NULL CHECK (language IN ('ja', 'en')),
    address     TEXT NOT NULL DEFAULT '',
    verified_at BIGINT,
    body        TEXT NOT NULL DEFAULT '',
    changed_at  BIGINT NOT NULL
);
CREATE INDEX notice_settings_body ON notice_settings (body);
-- addresses that wait for their one-time code
CREATE TABLE notice_codes (
    id       TEXT PRIMARY KEY,
    login    TEXT NOT NULL,
    address  TEXT NOT NULL,
    digest   TEXT NOT NULL,
    tries    INTEGER NOT NULL,
    asked_at BIGINT NOT NULL,
    ends_at  BIGINT NOT NULL,
    used_at  BIGINT
);
CREATE INDEX notice_codes_login ON notice_codes (login, asked_at);
-- the inbox
CREATE TABLE notices (
    id      TEXT PRIMARY KEY,
    login   TEXT NOT NULL,
    kind    TEXT NOT NULL,
    params  TEXT NOT NULL,
    about   TEXT NOT NULL,
    told_at BIGINT NOT NULL,
    read_at BIGINT
);
CREATE INDEX notices_login ON notices (login, id);
-- what must be told once only
CREATE TABLE notice_once (
    login TEXT NOT NULL,
    word  TEXT NOT NULL,
    PRIMARY KEY (login, word)
);
-- mails to send and sent; never what they are about
CREATE TABLE mails (
    id        TEXT PRIMARY KEY,
    login     TEXT NOT NULL,
    notice    TEXT NOT NULL DEFAULT '',
    kind      TEXT NOT NULL,
    address   TEXT NOT NULL,
    language  TEXT NOT NULL CHECK (language IN ('ja', 'en')),
    code      TEXT NOT NULL DEFAULT '',
    state     TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'refused', 'dropped')),
    queued_at BIGINT NOT NULL,
    sent_at   BIGINT
);
-- letters to write where nobody can be mailed
CREATE TABLE letters (
    id        TEXT PRIMARY KEY,
    login     TEXT NOT NULL,
    notice    TEXT NOT NULL UNIQUE,
    opened_at BIGINT NOT NULL,
    sent_at   BIGINT,
    sent_by   TEXT NOT NULL DEFAULT ''
);
CREATE INDEX letters_open ON letters (sent_at, opened_at);
-- +goose Down
DROP TABLE letters;
DROP TABLE mails;
DROP TABLE notice_once;
DROP TABLE notices;
DROP TABLE notice_codes;
DROP TABLE notice_settings;
