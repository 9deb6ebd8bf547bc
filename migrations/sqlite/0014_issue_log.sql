-- +goose Up
-- the issue log: what was prepared and what was released, only ever added to. A
-- statement or a file that is not here, or not released here, was not issued by us
CREATE TABLE issue_log (
    id               TEXT PRIMARY KEY,
    event            TEXT NOT NULL CHECK (event IN ('prepared','released')),
    certificate_id   TEXT NOT NULL REFERENCES certificates (id),
    statement_digest BLOB NOT NULL,
    code_digest      BLOB NOT NULL,
    list             BIGINT NOT NULL,
    list_index       BIGINT NOT NULL,
    file_digest      BLOB,
    recorded_at      BIGINT NOT NULL,
    audit_line_id    TEXT NOT NULL, -- the audit line that commits to this one
    UNIQUE (certificate_id, event),
    CHECK ((event = 'released') = (file_digest IS NOT NULL))
);
CREATE INDEX issue_log_statement ON issue_log (statement_digest);
CREATE INDEX issue_log_file ON issue_log (file_digest);
-- +goose StatementBegin
CREATE TRIGGER issue_log_is_never_edited BEFORE UPDATE ON issue_log
BEGIN
    SELECT RAISE(ABORT, 'the issue log is only ever added to');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER issue_log_is_never_shortened BEFORE DELETE ON issue_log
BEGIN
    SELECT RAISE(ABORT, 'the issue log is only ever added to');
END;
-- +goose StatementEnd
-- +goose Down
DROP TABLE issue_log;
