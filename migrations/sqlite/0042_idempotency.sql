-- +goose Up
-- what an Idempotency-Key came with, as hashes, for a day
CREATE TABLE idempotency_keys (
    key_hash   BLOB PRIMARY KEY,
    body_hash  BLOB NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX idempotency_keys_by_end ON idempotency_keys (expires_at);
-- +goose Down
DROP TABLE idempotency_keys;
