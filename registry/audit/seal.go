package audit

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"qualsys/internal/store"
)

// sealBatch is how many lines one transaction seals.
const sealBatch = 1000

// Sealer links committed lines into their chains. Several may run at once: they
// wait for or refuse each other at the head of the chain.
type Sealer struct{ db *store.DB }

// NewSealer returns a sealer for db.
func NewSealer(db *store.DB) *Sealer { return &Sealer{db} }

// Seal links every line that waits and returns how many there were. It may run
// at any time and again; a job runs it every few seconds.
func (s *Sealer) Seal(ctx context.Context) (int, error) {
	for total := 0; ; {
		n := 0
		err := s.db.Write(ctx, func(tx *store.Tx) (err error) {
			n, err = sealSome(tx)
			return err
		})
		if total += n; err != nil || n < sealBatch {
			return total, err
		}
	}
}

func sealSome(tx *store.Tx) (int, error) {
	var lines []lineRow
	err := tx.Where("id IN (?)", tx.Model(&pendingRow{}).Select("line_id")).
		Order("recorded_at, id").Limit(sealBatch).Find(&lines).Error
	if err != nil || len(lines) == 0 {
		return 0, err
	}
	chains := map[Chain][]lineRow{}
	ids := make([]string, len(lines))
	for i, l := range lines {
		chains[l.Chain] = append(chains[l.Chain], l)
		ids[i] = l.ID
	}
	for _, chain := range slices.Sorted(maps.Keys(chains)) { // in one order, so that two sealers don't wait for each other
		if err := sealChain(tx, chain, chains[chain]); err != nil {
			return 0, fmt.Errorf("audit: seal %s: %w", chain, err)
		}
	}
	if err := tx.Where("line_id IN ?", ids).Delete(&pendingRow{}).Error; err != nil {
		return 0, err
	}
	return len(lines), nil
}

// sealChain appends lines to one chain and moves its head, unless another
// sealer was quicker.
func sealChain(tx *store.Tx, chain Chain, lines []lineRow) error {
	head := chainRow{Chain: chain, Digest: []byte{}, SealedAt: store.At(tx.Now)}
	err := store.One(tx.Where("chain = ?", chain), &head)
	if fresh := err == store.ErrNone; fresh {
		err = tx.Create(&head).Error
	}
	if err != nil {
		return err
	}
	was := head.Length
	seals := make([]sealRow, len(lines))
	for i, l := range lines {
		head.Length++
		head.Digest = link(head.Digest, chain, head.Length, l.digest())
		seals[i] = sealRow{Chain: chain, Place: head.Length, LineID: l.ID, Digest: head.Digest, SealedAt: store.At(tx.Now)}
	}
	if err := tx.Create(seals).Error; err != nil {
		return err
	}
	moved, err := store.Moved(tx.Model(&chainRow{}).Where("chain = ? AND length = ?", chain, was).
		Updates(map[string]any{"length": head.Length, "digest": head.Digest, "sealed_at": store.At(tx.Now)}))
	if err == nil && !moved {
		err = fmt.Errorf("another sealer was quicker")
	}
	return err
}
