-- +goose Up
-- what an application owes, once per application
CREATE TABLE payment_claims (
    application TEXT PRIMARY KEY,
    number      TEXT NOT NULL,
    holder      TEXT NOT NULL,
    body        TEXT NOT NULL,
    language    TEXT NOT NULL CHECK (language IN ('ja', 'en')),
    deadline_at BIGINT NOT NULL,
    opened_at   BIGINT NOT NULL,
    touched_at  BIGINT NOT NULL,
    settled_at  BIGINT,
    closed_at   BIGINT,
    ground      TEXT NOT NULL DEFAULT '' CHECK (ground IN ('', 'rejected', 'withdrawn', 'lapsed', 'deceased'))
);
-- one debt to one payee
CREATE TABLE payment_lines (
    id          TEXT PRIMARY KEY,
    application TEXT NOT NULL REFERENCES payment_claims (application),
    kind        TEXT NOT NULL CHECK (kind IN ('tax', 'charge')),
    version     INTEGER NOT NULL CHECK (version > 0),
    payee       TEXT NOT NULL,
    amount      BIGINT NOT NULL CHECK (amount > 0),
    state       TEXT NOT NULL CHECK (state IN ('requested', 'processing', 'declined', 'abandoned', 'authorised',
        'captured', 'settled', 'reconciled', 'expired', 'voided', 'refund_due', 'refunded', 'tax_notice_due',
        'tax_notice_sent', 'disputed', 'won', 'lost')),
    payment     TEXT NOT NULL DEFAULT '',
    moved_at    BIGINT NOT NULL,
    UNIQUE (application, kind, version)
);
-- every step of every line; only added to
CREATE TABLE payment_moves (
    id       TEXT PRIMARY KEY,
    line     TEXT NOT NULL REFERENCES payment_lines (id),
    was      TEXT NOT NULL,
    state    TEXT NOT NULL,
    step     TEXT NOT NULL,
    actor    TEXT NOT NULL,
    reason   TEXT NOT NULL,
    moved_at BIGINT NOT NULL
);
CREATE INDEX payment_moves_line ON payment_moves (line);
-- pages of the payment company
CREATE TABLE payment_checkouts (
    id          TEXT PRIMARY KEY,
    application TEXT NOT NULL REFERENCES payment_claims (application),
    lines       TEXT NOT NULL,
    amount      BIGINT NOT NULL CHECK (amount > 0),
    language    TEXT NOT NULL CHECK (language IN ('ja', 'en')),
    session     TEXT NOT NULL DEFAULT '',
    url         TEXT NOT NULL DEFAULT '',
    state       TEXT NOT NULL CHECK (state IN ('open', 'complete', 'expired')),
    made_at     BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL
);
CREATE INDEX payment_checkouts_application ON payment_checkouts (application);
CREATE INDEX payment_checkouts_open ON payment_checkouts (state, made_at);
-- money on record: every payment that was taken, once
CREATE TABLE payment_captures (
    payment     TEXT PRIMARY KEY,
    application TEXT NOT NULL,
    checkout    TEXT NOT NULL,
    amount      BIGINT NOT NULL,
    meaning     TEXT NOT NULL CHECK (meaning IN ('settles', 'double', 'late', 'questioned')),
    begun_at    BIGINT,
    recorded_at BIGINT NOT NULL
);
CREATE INDEX payment_captures_application ON payment_captures (application);
-- tries that failed, so that each is told once
CREATE TABLE payment_declines (
    try         TEXT PRIMARY KEY,
    application TEXT NOT NULL,
    reason      TEXT NOT NULL,
    recorded_at BIGINT NOT NULL
);
CREATE INDEX payment_declines_application ON payment_declines (application, recorded_at);
-- webhooks as they arrived, once each
CREATE TABLE payment_events (
    id          TEXT PRIMARY KEY,
    kind        TEXT NOT NULL,
    session     TEXT NOT NULL,
    payment     TEXT NOT NULL,
    chargeback  INTEGER NOT NULL,
    received_at BIGINT NOT NULL,
    applied_at  BIGINT
);
CREATE INDEX payment_events_open ON payment_events (applied_at, received_at);
-- charges to give back to the card
CREATE TABLE payment_refunds (
    id          TEXT PRIMARY KEY,
    application TEXT NOT NULL,
    payment     TEXT NOT NULL REFERENCES payment_captures (payment),
    amount      BIGINT NOT NULL CHECK (amount > 0),
    ground      TEXT NOT NULL CHECK (ground IN ('double', 'late', 'rejected', 'withdrawn', 'lapsed', 'deceased')),
    state       TEXT NOT NULL CHECK (state IN ('due', 'pending', 'refunded', 'failed')),
    reference   TEXT NOT NULL DEFAULT '',
    opened_at   BIGINT NOT NULL,
    done_at     BIGINT,
    UNIQUE (payment)
);
-- notices to the tax office (還付通知)
CREATE TABLE tax_notices (
    id          TEXT PRIMARY KEY,
    application TEXT NOT NULL,
    body        TEXT NOT NULL,
    payment     TEXT NOT NULL REFERENCES payment_captures (payment),
    amount      BIGINT NOT NULL CHECK (amount > 0),
    ground      TEXT NOT NULL CHECK (ground IN ('double', 'late', 'rejected', 'withdrawn', 'lapsed', 'deceased')),
    paid_at     BIGINT NOT NULL,
    opened_at   BIGINT NOT NULL,
    sent_at     BIGINT,
    sent_by     TEXT NOT NULL DEFAULT '',
    UNIQUE (payment)
);
CREATE INDEX tax_notices_body ON tax_notices (body, sent_at);
-- receipts (領収書) and records of payment (納付記録)
CREATE TABLE payment_receipts (
    number      TEXT PRIMARY KEY,
    application TEXT NOT NULL,
    line        TEXT NOT NULL UNIQUE REFERENCES payment_lines (id),
    kind        TEXT NOT NULL CHECK (kind IN ('tax', 'charge')),
    payee       TEXT NOT NULL,
    amount      BIGINT NOT NULL CHECK (amount > 0),
    paid_at     BIGINT NOT NULL,
    issued_at   BIGINT NOT NULL
);
CREATE INDEX payment_receipts_application ON payment_receipts (application);
-- the last number given out, by series
CREATE TABLE payment_series (
    name TEXT PRIMARY KEY,
    last BIGINT NOT NULL
);
-- what about money an officer must look at
CREATE TABLE payment_tasks (
    id          TEXT PRIMARY KEY,
    body        TEXT NOT NULL,
    application TEXT NOT NULL,
    payment     TEXT NOT NULL,
    kind        TEXT NOT NULL CHECK (kind IN ('late', 'questioned', 'disputed', 'dispute_won', 'dispute_lost', 'refund_failed')),
    amount      BIGINT NOT NULL,
    detail      TEXT NOT NULL,
    opened_at   BIGINT NOT NULL,
    done_at     BIGINT,
    done_by     TEXT NOT NULL DEFAULT '',
    note        TEXT NOT NULL DEFAULT '',
    UNIQUE (payment, kind)
);
CREATE INDEX payment_tasks_body ON payment_tasks (body, done_at);
-- +goose Down
DROP TABLE payment_tasks;
DROP TABLE payment_series;
DROP TABLE payment_receipts;
DROP TABLE tax_notices;
DROP TABLE payment_refunds;
DROP TABLE payment_events;
DROP TABLE payment_declines;
DROP TABLE payment_captures;
DROP TABLE payment_checkouts;
DROP TABLE payment_moves;
DROP TABLE payment_lines;
DROP TABLE payment_claims;
