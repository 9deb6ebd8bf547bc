package walk

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// Marry gives a person a new name in the simulated resident and family register.
func Marry(ctx context.Context, evidence, person, name, kana string) error {
	return Act(ctx, evidence, person, "marry", map[string]string{"name": name, "kana": kana})
}

// Act does to a person what the simulated registers can: marry, move, domicile,
// failure, death.
func Act(ctx context.Context, evidence, person, act string, fields map[string]string) error {
	body, err := json.Marshal(fields)
	if err != nil {
		return err
	}
	address := evidence + "/sim/people/" + person + "/" + act
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	resp, err := caller.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("walk: the registers refuse to %s %s: %s %s", act, person, resp.Status, answer)
	}
	return nil
}
