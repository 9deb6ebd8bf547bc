-- +goose Up
-- processes that work jobs, and when each was last seen alive: the jobs of one that died are begun again
CREATE TABLE job_workers (
    id      TEXT PRIMARY KEY,   -- host/process/random: the name it signs its jobs with
    seen_at BIGINT NOT NULL
);
-- +goose Down
DROP TABLE job_workers;
