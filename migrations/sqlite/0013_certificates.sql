-- +goose Up
-- certificates: what each says is frozen when it is prepared; nothing but its state and status moves later
CREATE TABLE certificates (
    id                   TEXT PRIMARY KEY,
    registration_id      TEXT NOT NULL,
    registration_version INTEGER NOT NULL, -- of the registration, when the content was frozen
    register             BIGINT NOT NULL,
    qualification        TEXT NOT NULL,
    body_id              TEXT NOT NULL,
    kind                 TEXT NOT NULL,
    template_id          TEXT NOT NULL,
    template_version     INTEGER NOT NULL,
    state                TEXT NOT NULL CHECK (state IN ('prepared','released','abandoned','failed')),
    status               TEXT NOT NULL CHECK (status IN ('valid','revoked','suspended','changed')),
    ended_by             TEXT NOT NULL CHECK (ended_by IN ('','reissued','withdrawn')), -- what was done to the certificate itself
    content              TEXT NOT NULL,       -- frozen, JSON
    birth_date           INTEGER NOT NULL,
    code                 TEXT NOT NULL,       -- kept because it stands in the holder's file and is printed again
    code_digest          BLOB NOT NULL,      -- keyed; what a typed code is looked up by
    kid                  BLOB NOT NULL,      -- of the statement's key, named by the digest below
    statement_digest     BLOB NOT NULL,      -- SHA-256 of protected header and payload
    statement_prefix     INTEGER NOT NULL,    -- the first 16 bits of the digest: its issued range
    statement            BLOB,               -- signed, as it stands in the released file
    list                 BIGINT NOT NULL,
    list_index           BIGINT NOT NULL,
    file_digest          BLOB,               -- SHA-256 of the released file
    file_prefix          INTEGER,
    file_size            BIGINT,
    issued_on            INTEGER NOT NULL,
    expires_on           INTEGER,
    ends_on              INTEGER,             -- the first day on which the registration no longer stands; null while it does
    suspended_from       INTEGER,
    suspended_until      INTEGER,             -- the last day of the suspension; null is open
    differs              BOOLEAN NOT NULL,    -- its own template would print something else now
    prepared_by          TEXT NOT NULL,
    cause_kind           TEXT NOT NULL,
    cause_ref            TEXT NOT NULL,
    prepared_at          BIGINT NOT NULL,
    released_at          BIGINT,
    status_at            BIGINT NOT NULL,
    CHECK (state <> 'released' OR (file_digest IS NOT NULL AND file_size IS NOT NULL AND released_at IS NOT NULL))
);
CREATE UNIQUE INDEX certificates_code ON certificates (code_digest);
CREATE UNIQUE INDEX certificates_statement ON certificates (statement_digest);
CREATE UNIQUE INDEX certificates_index ON certificates (list, list_index);
CREATE UNIQUE INDEX certificates_file ON certificates (file_digest);
CREATE UNIQUE INDEX certificates_one_prepared ON certificates (registration_id, kind) WHERE state = 'prepared';
CREATE UNIQUE INDEX certificates_one_valid ON certificates (registration_id, kind) WHERE state = 'released' AND status = 'valid';
CREATE INDEX certificates_registration ON certificates (registration_id, prepared_at);
CREATE INDEX certificates_statement_prefix ON certificates (statement_prefix) WHERE state = 'released';
CREATE INDEX certificates_file_prefix ON certificates (file_prefix) WHERE state = 'released';
CREATE INDEX certificates_open ON certificates (prepared_at) WHERE state = 'prepared';
CREATE INDEX certificates_days ON certificates (status_at)
    WHERE state = 'released' AND (suspended_from IS NOT NULL OR ends_on IS NOT NULL OR expires_on IS NOT NULL);
-- +goose Down
DROP TABLE certificates;
