package walk

import "context"

// Walk is the main job once, from a login to a verdict.
type Walk struct {
	// Base is our address, Evidence and Mail those of the simulators.
	Base, Evidence, Mail string
	// Step hears of each step that held.
	Step func(words string)
}

// Result is what the walk leaves.
type Result struct {
	Certificate  []byte
	Verification map[string]any
}

// Run walks; the first step that does not hold is the error.
func (w Walk) Run(ctx context.Context) (Result, error) { return Result{}, nil }
