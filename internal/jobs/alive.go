package jobs

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"gorm.io/gorm/clause"

	"qualsys/internal/store"
)

// A process that is killed leaves its jobs marked as running. River begins such
// jobs again after an hour; we promise half a minute. So each process that works
// jobs says every few seconds that it is alive, and puts the jobs of those that
// are not back into the queue. A process that was only slow finds its job done
// twice, which every job allows for.

const (
	beat    = 3 * time.Second  // how often a process says that it is alive
	missing = 15 * time.Second // after how long it counts as dead
	kept    = 24 * time.Hour   // how long the dead are remembered
)

// aliveRow is a process that works jobs. Its instants are the machine's own
// time, whatever clock the program goes by: they are about machines.
type aliveRow struct {
	ID     string `gorm:"primaryKey"`
	SeenAt store.Instant
}

// TableName names the table.
func (aliveRow) TableName() string { return "job_workers" }

// here are the workers of this very process.
var here sync.Map

// newID names a worker: host/process/random.
func newID() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	host = strings.ReplaceAll(host, "/", "-")
	return fmt.Sprintf("%.40s/%d/%s", host, os.Getpid(), rand.Text()[:12])
}

// gone reports whether a worker is known to be dead although it was seen a
// moment ago: its process was on this machine and is no more.
func gone(id, me string) bool {
	var pid int
	mine, theirs := strings.Split(me, "/"), strings.Split(id, "/")
	if len(theirs) != 3 || theirs[0] != mine[0] {
		return false
	}
	if _, err := fmt.Sscan(theirs[1], &pid); err != nil || pid < 1 {
		return false
	}
	if pid == os.Getpid() { // one before us had our number, or it is a neighbour in this process
		_, alive := here.Load(id)
		return !alive
	}
	return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH)
}

// live says that we are alive until ctx ends, and buries the dead.
func (q *Queue) live(ctx context.Context) {
	tick := time.NewTicker(beat)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := q.pulse(ctx); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "jobs: say that this process is alive", "error", err)
		}
	}
}

// pulse says once that we are alive, and puts back what the dead were doing.
func (q *Queue) pulse(ctx context.Context) error {
	now := time.Now()
	var seen []aliveRow
	err := q.db.Write(ctx, func(tx *store.Tx) error {
		me := aliveRow{q.id, store.At(now)}
		return errors.Join(
			tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "id"}}, DoUpdates: clause.AssignmentColumns([]string{"seen_at"})}).Create(&me).Error,
			tx.Where("seen_at < ?", store.At(now.Add(-kept))).Delete(&aliveRow{}).Error,
			tx.Where("seen_at > ?", store.At(now.Add(-missing))).Find(&seen).Error)
	})
	if err != nil {
		return err
	}
	alive := map[string]bool{}
	for _, w := range seen {
		alive[w.ID] = !gone(w.ID, q.id)
	}
	return q.bury(ctx, alive)
}

// bury puts back the jobs that nobody alive is doing, and ends the leadership
// of who is dead.
func (q *Queue) bury(ctx context.Context, alive map[string]bool) error {
	running, err := q.working.JobList(ctx, river.NewJobListParams().States(rivertype.JobStateRunning).First(1000))
	if err != nil {
		return err
	}
	var left []*rivertype.JobRow
	for _, job := range running.Jobs {
		if n := len(job.AttemptedBy); n == 0 || !alive[job.AttemptedBy[n-1]] {
			left = append(left, job)
		}
	}
	return q.db.Write(ctx, func(tx *store.Tx) error {
		var errs []error
		for _, job := range left {
			errs = append(errs, tx.Exec("UPDATE river_job SET state = 'available' WHERE id = ? AND state = 'running' AND attempt = ?",
				job.ID, job.Attempt).Error)
			slog.WarnContext(ctx, "jobs: begun again, since its process died", "kind", job.Kind, "job", job.ID)
		}
		var leader struct{ LeaderID string }
		err := store.One(tx.Table("river_leader").Select("leader_id"), &leader)
		if err == nil && !alive[leader.LeaderID] {
			err = tx.Exec("DELETE FROM river_leader WHERE leader_id = ?", leader.LeaderID).Error
		} else if errors.Is(err, store.ErrNone) {
			err = nil
		}
		return errors.Join(append(errs, err)...)
	})
}
