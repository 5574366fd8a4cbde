package main

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/shared/directory"
)

// BenchmarkImport has the real command import users with bcrypt hashes, in turns with the store's bare AddUser in this
// process, as many at once: import/bare is the ratio of the two rates, most-MB the most memory that the command had. The
// rounds are so many that whatever else the machine does falls on both. IMPORT_USERS=100000 makes it one round of so many.
func BenchmarkImport(b *testing.B) {
	for _, row := range []struct {
		store string
		users int // in each round: together below a minute, on two cores that are not busy
	}{{"sqlite", 15_000}, {"dynamodb", 1_500}} {
		b.Run("store="+row.store, func(b *testing.B) {
			rounds, users := 4, row.users
			if given := os.Getenv("IMPORT_USERS"); given != "" {
				var err error
				if users, err = strconv.Atoi(given); err != nil {
					b.Fatal(err)
				}
				rounds = 1
			}
			for b.Loop() {
				compareImport(b, row.store, rounds, users)
			}
		})
	}
}

func compareImport(b *testing.B, store string, rounds, users int) {
	b.Helper()
	file := writeUsers(b, users)
	var importing, bare time.Duration
	var most float64
	for range rounds {
		on, other := newConsoleOn(b, store), newConsoleOn(b, store)
		if on == nil {
			return
		}
		process := on.command("users", "import", file) // built before the clock starts
		begin := time.Now()
		most = max(most, mostMemory(b, process))
		importing += time.Since(begin)
		s := other.open()
		begin = time.Now()
		addAll(b, s, users)
		bare += time.Since(begin)
	}
	b.ReportMetric(0, "ns/op") // of both together, and so of neither
	b.ReportMetric(bare.Seconds()/importing.Seconds(), "import/bare")
	b.ReportMetric(float64(rounds*users)/importing.Seconds(), "users/s")
	b.ReportMetric(most/1e6, "most-MB")
}

// addAll stores as many users as writeUsers writes, as many at once as an import does.
func addAll(b *testing.B, s directory.UserStore, users int) {
	b.Helper()
	const atOnce = 16
	var wait sync.WaitGroup
	for first := range atOnce {
		wait.Go(func() {
			for id := first + 1; id <= users; id += atOnce {
				err := s.AddUser(b.Context(), directory.User{
					Realm: "main", ID: int64(id), Username: fmt.Sprintf("user%06d", id), Email: fmt.Sprintf("user%06d@example.com", id),
					Name: fmt.Sprint("User ", id), PasswordHash: fmt.Sprintf("%s%07d", someHash[:len(someHash)-7], id),
					Active: true, Confirmed: true, CreatedAt: time.UnixMilli(1767323045678).UTC(),
				})
				if err != nil {
					b.Error(err)
				}
			}
		})
	}
	wait.Wait()
}

// mostMemory runs a process and gives the most memory that it had, in bytes. What the kernel says at its end would be, if
// that is more, what this process has.
func mostMemory(b *testing.B, process *exec.Cmd) (most float64) {
	b.Helper()
	process.Stderr = os.Stderr
	if err := process.Start(); err != nil {
		b.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- process.Wait() }()
	for {
		select {
		case err := <-ended:
			if err != nil {
				b.Fatal(err)
			}
			return most
		case <-time.After(50 * time.Millisecond):
		}
		text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", process.Process.Pid)) // gone with the process
		_, rest, _ := strings.Cut(string(text), "VmHWM:")
		var kib float64
		if _, err := fmt.Sscan(rest, &kib); err == nil {
			most = max(most, kib*1024)
		}
	}
}
