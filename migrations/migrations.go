// Package migrations holds the schema as SQL, one folder an engine. Both
// folders end in the same tables and columns (a test compares them), and new
// code runs on the schema before and after its migration.
package migrations

import "embed"

// Files are the migrations by engine.
//
//go:embed sqlite/*.sql postgres/*.sql
var Files embed.FS
