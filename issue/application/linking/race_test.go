package linking_test

import (
	"fmt"
	"sync"
	"testing"

	"qualsys/issue/application/linking"
)

// TestTwoLoginsAtOnce: of several logins of one person that ask at the same
// moment, one is linked and the others go to an officer.
func TestTwoLoginsAtOnce(t *testing.T) {
	each(t, func(w *world) {
		got := make(chan linking.Outcome, 8)
		var wg sync.WaitGroup
		for n := range cap(got) {
			l := w.login(fmt.Sprintf("login%d", n), "山田　花子", "1990/07/21", "")
			wg.Go(func() {
				out, _, err := w.try(l, "D0123456")
				if err != nil {
					w.Errorf("%s: %v", l.ID, err)
				}
				got <- out
			})
		}
		wg.Wait()
		close(got)
		count := map[linking.Outcome]int{}
		for out := range got {
			count[out]++
		}
		if count[linking.Linked] != 1 || count[linking.Asked] != 7 || w.count("links", "ended_at IS NULL") != 1 {
			t.Errorf("outcomes = %v", count)
		}
	})
}
