-- +goose Up
-- applications: one row from draft to outcome; what the holder typed stands in form (JSON, personal data)
CREATE TABLE applications (
    id                   TEXT PRIMARY KEY,
    number               TEXT UNIQUE,          -- receipt number; null while a draft
    kind                 TEXT NOT NULL CHECK (kind IN ('change','reissue')),
    state                TEXT NOT NULL CHECK (state IN ('draft','submitted','duplicate_hold','evidence_pending','evidence_wait',
                         'evidence_mismatch','under_review','returned','approved_awaiting_payment','approved_no_fee',
                         'payment_settled','scheduled','registering','registered','certificate_reissued','rejected','withdrawn',
                         'cancelled_timeout','cancelled_deceased','error_hold','discarded')),
    version              INTEGER NOT NULL,     -- moves with every write
    holder               TEXT NOT NULL,        -- login id of who applies
    registration_id      TEXT NOT NULL,
    registration_version INTEGER NOT NULL,     -- of the registration that was looked at last
    body_id              TEXT NOT NULL,
    register             BIGINT NOT NULL,      -- number of the register, for the audit chain
    qualification        TEXT NOT NULL,
    act                  TEXT NOT NULL,        -- of the catalogue: permission asked for, or notification
    draft_slot           TEXT UNIQUE,          -- one draft a holder, registration and kind
    open_slot            TEXT UNIQUE,          -- one open application a registration and kind
    form                 TEXT NOT NULL,        -- as typed
    prefill              TEXT NOT NULL,        -- what the resident register said when it was begun
    screen               TEXT NOT NULL,
    asked_name           TEXT NOT NULL,
    asked_kana           TEXT NOT NULL,
    asked_address        TEXT NOT NULL,
    asked_domicile       TEXT NOT NULL,
    event_on             INTEGER,
    loss                 TEXT NOT NULL,        -- JSON
    procedures           TEXT NOT NULL,        -- ids of the catalogue's rows of the day it arrived, JSON
    tax                  BIGINT NOT NULL,
    charge               BIGINT NOT NULL,
    pay_when             TEXT NOT NULL,
    review_days          INTEGER NOT NULL,
    effective            TEXT NOT NULL,
    paper                TEXT NOT NULL,
    electronic           BOOLEAN NOT NULL,     -- the outcome may be told by electronic means
    decided_by           TEXT NOT NULL,        -- kind:id of who decided
    decision_reason      TEXT NOT NULL,
    decision_text        TEXT NOT NULL,
    authority            TEXT NOT NULL,
    defendant            TEXT NOT NULL,
    round                INTEGER NOT NULL,     -- how often it was returned
    overdue              BOOLEAN NOT NULL,     -- a time limit has passed: an officer's task
    certificate_id       TEXT NOT NULL,
    arrived_at           BIGINT,               -- the day that counts for every time limit of the law
    due_on               INTEGER,              -- end of the standard period
    rested_at            BIGINT,               -- since when the standard period rests
    deadline_on          INTEGER,              -- the holder's time limit in the present state
    next_on              INTEGER,              -- the next date shown
    effective_on         INTEGER,
    decided_at           BIGINT,
    asked_at             BIGINT,               -- since when the registers are being asked
    registered_at        BIGINT,
    created_at           BIGINT NOT NULL,
    changed_at           BIGINT NOT NULL
);
CREATE INDEX applications_by_holder ON applications (holder, created_at);
CREATE INDEX applications_by_registration ON applications (registration_id, created_at);
CREATE INDEX applications_by_body ON applications (body_id, state, due_on);
-- each step, never edited: who, when, from where to where, why
CREATE TABLE application_steps (
    application_id TEXT NOT NULL,
    seq            INTEGER NOT NULL,
    step           TEXT NOT NULL,
    from_state     TEXT NOT NULL,
    to_state       TEXT NOT NULL,
    actor_kind     TEXT NOT NULL,
    actor_id       TEXT NOT NULL,
    reason         TEXT NOT NULL,
    at             BIGINT NOT NULL,
    PRIMARY KEY (application_id, seq)
);
-- what was returned for mending, item by item
CREATE TABLE application_returns (
    id             TEXT PRIMARY KEY,
    application_id TEXT NOT NULL,
    round          INTEGER NOT NULL,
    place          INTEGER NOT NULL,
    item           TEXT NOT NULL,
    reason         TEXT NOT NULL,
    message        TEXT NOT NULL,  -- as sent, in Japanese
    note           TEXT NOT NULL,  -- the officer's own words in it
    ways           TEXT NOT NULL,
    answer         TEXT NOT NULL,  -- the way it was answered, empty while open
    shown          TEXT NOT NULL,
    identifier     TEXT NOT NULL,  -- 16 digits
    identifier_on  INTEGER,
    answered_at    BIGINT
);
CREATE INDEX application_returns_by_application ON application_returns (application_id, round, place);
-- files that holders gave: images are encoded again, names are ours
CREATE TABLE application_attachments (
    id             TEXT PRIMARY KEY,
    application_id TEXT NOT NULL,
    return_id      TEXT NOT NULL,
    name           TEXT NOT NULL,
    media_type     TEXT NOT NULL CHECK (media_type IN ('application/pdf','image/jpeg','image/png')),
    size           INTEGER NOT NULL,
    sha256         TEXT NOT NULL,
    content        BLOB NOT NULL,
    at             BIGINT NOT NULL
);
CREATE INDEX application_attachments_by_application ON application_attachments (application_id, at);
-- the last receipt number given in a year
CREATE TABLE application_numbers (
    year        INTEGER PRIMARY KEY,
    last_number INTEGER NOT NULL
);
-- +goose Down
DROP TABLE application_numbers;
DROP TABLE application_attachments;
DROP TABLE application_returns;
DROP TABLE application_steps;
DROP TABLE applications;
