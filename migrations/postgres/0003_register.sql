-- +goose Up
-- what each register says now of each person: always the fold of the entries
CREATE TABLE registrations (
    id                 TEXT PRIMARY KEY,
    register_no        BIGINT NOT NULL REFERENCES registers (register_no),
    qualification      TEXT NOT NULL,
    body_id            TEXT NOT NULL REFERENCES bodies (id),
    number             TEXT NOT NULL,
    version            INTEGER NOT NULL CHECK (version > 0),
    name               TEXT NOT NULL CHECK (name <> ''),
    name_fold          TEXT COLLATE "C" NOT NULL,
    kana               TEXT NOT NULL,
    kana_fold          TEXT COLLATE "C" NOT NULL,
    birth_date         INTEGER NOT NULL,
    domicile           TEXT NOT NULL,
    address            TEXT NOT NULL,
    items              TEXT NOT NULL,
    suspended_from_on  INTEGER,
    suspended_until_on INTEGER,
    ended_on           INTEGER,
    ended_as           INTEGER CHECK (ended_as IN (3, 4, 5)),
    end_reason         TEXT NOT NULL,
    registered_on      INTEGER NOT NULL,
    latest_on          INTEGER NOT NULL,
    updated_at         BIGINT NOT NULL,
    UNIQUE (register_no, number)
);
CREATE INDEX registrations_body ON registrations (body_id, id);
CREATE INDEX registrations_name ON registrations (name_fold);
CREATE INDEX registrations_kana ON registrations (kana_fold);
CREATE INDEX registrations_birth ON registrations (birth_date);
CREATE INDEX registrations_suspended_from ON registrations (suspended_from_on);
CREATE INDEX registrations_suspended_until ON registrations (suspended_until_on);
CREATE INDEX registrations_ended ON registrations (ended_on);
-- the history of a registration: only ever added to
CREATE TABLE entries (
    id              TEXT PRIMARY KEY,
    registration_id TEXT NOT NULL REFERENCES registrations (id),
    version         INTEGER NOT NULL CHECK (version > 0),
    kinds           TEXT NOT NULL,
    effective_on    INTEGER NOT NULL,
    recorded_at     BIGINT NOT NULL,
    actor_kind      TEXT NOT NULL CHECK (actor_kind IN ('holder', 'officer', 'system', 'operator')),
    actor_id        TEXT NOT NULL CHECK (actor_id <> ''),
    actor_body      TEXT NOT NULL,
    second_id       TEXT NOT NULL,
    cause_kind      TEXT NOT NULL CHECK (cause_kind <> ''),
    cause_ref       TEXT NOT NULL,
    cause_reason    TEXT NOT NULL,
    patch           TEXT NOT NULL,
    audit_line_id   TEXT NOT NULL,
    UNIQUE (registration_id, version),
    CHECK (second_id <> actor_id)
);
-- measures that one officer proposes and another decides
CREATE TABLE proposals (
    id              TEXT PRIMARY KEY,
    registration_id TEXT NOT NULL REFERENCES registrations (id),
    body_id         TEXT NOT NULL,
    version         INTEGER NOT NULL,
    kinds           TEXT NOT NULL,
    effective_on    INTEGER NOT NULL,
    patch           TEXT NOT NULL,
    cause_kind      TEXT NOT NULL,
    cause_ref       TEXT NOT NULL,
    cause_reason    TEXT NOT NULL CHECK (cause_reason <> ''),
    proposed_by     TEXT NOT NULL,
    proposed_at     BIGINT NOT NULL,
    state           INTEGER NOT NULL CHECK (state IN (1, 2, 3)),
    decided_by      TEXT NOT NULL,
    decided_at      BIGINT,
    note            TEXT NOT NULL,
    CHECK (state <> 2 OR (decided_by <> '' AND decided_by <> proposed_by))
);
CREATE UNIQUE INDEX proposals_open ON proposals (registration_id) WHERE state = 1;
CREATE INDEX proposals_body ON proposals (body_id, state);
-- +goose Down
DROP TABLE proposals;
DROP TABLE entries;
DROP TABLE registrations;
