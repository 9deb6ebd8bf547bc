-- +goose Up
-- wrong birth dates typed for a code, by day in Japan: five hide the particulars, never the verdict
CREATE TABLE code_attempts (
    code_digest BLOB NOT NULL,
    tried_on    INTEGER NOT NULL,
    wrong       INTEGER NOT NULL,
    PRIMARY KEY (code_digest, tried_on)
);
-- +goose Down
DROP TABLE code_attempts;
