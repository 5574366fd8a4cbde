package faults

import (
	"database/sql"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/test/target"
)

// onAFile is what histories on SQLite are held to: nothing is tried again.
var onAFile = rules{policy: attempts.Policy{Limit: 3, Lockout: 30 * time.Minute, Cap: 100}, writes: 1}

// TestKilledServe: serve is killed amid logins, again and again, and starts again on what is left. What it leaves is looked at
// in a copy, so that serve itself has to recover the original; while logins go on, this process has no part in the file.
func TestKilledServe(t *testing.T) {
	t.Parallel()
	kills := 4
	if *long {
		kills = 100
	}
	served := site.Serve(t, settings.Uncapped())
	var dead chan struct{}
	f := newField(t, served, func() { <-dead })
	clear(f.own) // nothing but a kill is done here: a 5xx would be a breach
	groups := f.groups(1, 1, 1, 1, 1, 1, 3)
	random := rand.New(rand.NewPCG(*seed, 0))
	recovered := 0
	for i := range kills {
		f.recruit(mostAnswers) // more than are needed
		served.Leave()
		var killed atomic.Bool
		dead = make(chan struct{})
		kill := sync.OnceFunc(func() {
			served.Kill()
			killed.Store(true)
			close(dead)
		})
		var answers atomic.Int64
		moment := 1 + random.Int64N(mostAnswers)
		f.told = func(a attempt) { // at once, amid the logins of others
			if answers.Add(1) >= moment && (a.verdict == target.Accepted) == (i%2 == 0) {
				kill()
			}
		}
		f.playAll(groups, killed.Load)
		recovered += f.look(served)
		served.Start()
	}
	f.sum()
	t.Logf("%d kills left %d KB to recover", kills, recovered>>10)
	if log := served.Log(); strings.Contains(log, `"level":"ERROR"`) {
		t.Errorf("serve has logged errors:\n%s", log)
	}
}

// mostAnswers of a process, before it is killed at the next success, or at the next refusal.
const mostAnswers = 200

// look opens a copy of what a killed serve has left, and holds it against what was answered. It returns the size of the log
// that is to be recovered.
func (f *field) look(served *target.Serve) (size int) {
	f.t.Helper()
	folder, err := os.MkdirTemp(f.t.TempDir(), "")
	f.check(err)
	defer os.RemoveAll(folder) // megabytes, each time
	path := filepath.Join(folder, "gatehouse.db")
	for _, part := range []string{"", "-wal"} {
		content, err := os.ReadFile(served.File() + part)
		f.check(err)
		f.check(os.WriteFile(path+part, content, 0o600))
		size = len(content)
	}
	db, err := sql.Open("sqlite", path)
	f.check(err)
	defer db.Close()
	var found string
	f.check(db.QueryRowContext(f.t.Context(), "PRAGMA integrity_check").Scan(&found))
	if found != "ok" {
		f.t.Errorf("the file is damaged: %s", found)
	}
	in, err := inSQLite(f.t.Context(), db)
	f.check(err)
	f.examine(onAFile, in)
	return size
}
