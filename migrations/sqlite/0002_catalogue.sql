-- +goose Up
-- who keeps registers
CREATE TABLE bodies (
    id        TEXT PRIMARY KEY,
    name      TEXT NOT NULL,
    english   TEXT NOT NULL,
    body_kind TEXT NOT NULL CHECK (body_kind IN ('national', 'designated-body', 'prefecture', 'association', 'designated-school'))
);
-- a qualification from one day to another; content is the catalogue's row as JSON
CREATE TABLE qualifications (
    id            TEXT PRIMARY KEY,
    code          TEXT NOT NULL,
    valid_from_on INTEGER NOT NULL,
    valid_to_on   INTEGER,
    live          BOOLEAN NOT NULL,
    demo          BOOLEAN NOT NULL,
    list_order    INTEGER NOT NULL,
    content       TEXT NOT NULL,
    UNIQUE (code, valid_from_on)
);
-- one qualification kept by one body; the number stands in printed QR codes and is never used again
CREATE TABLE registers (
    register_no    BIGINT PRIMARY KEY CHECK (register_no BETWEEN 1 AND 4294967295),
    qualification  TEXT NOT NULL,
    body_id        TEXT NOT NULL REFERENCES bodies (id),
    issuer         TEXT NOT NULL,
    issuer_english TEXT NOT NULL,
    UNIQUE (qualification, body_id)
);
CREATE INDEX registers_body ON registers (body_id);
-- what a procedure asks and costs from one day to another; a stored row never changes, only its open end may be closed
CREATE TABLE procedures (
    id                 TEXT PRIMARY KEY,
    qualification      TEXT NOT NULL,
    procedure          TEXT NOT NULL CHECK (procedure IN ('new', 'change-name', 'change-domicile', 'change-address', 'reissue', 'removal', 'renewal')),
    act                TEXT NOT NULL CHECK (act IN ('', 'application', 'notification')),
    channel            TEXT NOT NULL CHECK (channel IN ('', 'online', 'paper', 'counter', 'external-url')),
    who_may_file       TEXT NOT NULL,
    occasion           TEXT NOT NULL,
    deadline_days      INTEGER NOT NULL,
    deadline_rule      TEXT NOT NULL CHECK (deadline_rule IN ('', 'without-delay', 'promptly')),
    deadline_from      TEXT NOT NULL,
    late_reason        BOOLEAN NOT NULL,
    evidence_auto      TEXT NOT NULL,
    evidence_attach    TEXT NOT NULL,
    old_certificate    TEXT NOT NULL CHECK (old_certificate IN ('', 'keep', 'return', 'destroy')),
    tax_yen            BIGINT CHECK (tax_yen >= 0),
    charge_yen         BIGINT CHECK (charge_yen >= 0),
    pay_when           TEXT NOT NULL CHECK (pay_when IN ('', 'submit', 'approval', 'none')),
    review_days        INTEGER NOT NULL,
    effective          TEXT NOT NULL CHECK (effective IN ('', 'immediate', 'base_date')),
    certificate_effect TEXT NOT NULL CHECK (certificate_effect IN ('none', 'supersede', 'reissue_kill', 'new', 'end')),
    notice_set         TEXT NOT NULL,
    legal_basis        TEXT NOT NULL,
    valid_from_on      INTEGER NOT NULL,
    valid_to_on        INTEGER,
    confidence         TEXT NOT NULL CHECK (confidence IN ('high', 'medium', 'low')),
    note               TEXT NOT NULL,
    UNIQUE (qualification, procedure, valid_from_on)
);
-- +goose Down
DROP TABLE procedures;
DROP TABLE registers;
DROP TABLE qualifications;
DROP TABLE bodies;
