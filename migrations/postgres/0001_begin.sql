-- +goose Up
-- settings of this installation, by name: never secrets
CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
-- +goose Down
DROP TABLE settings;
