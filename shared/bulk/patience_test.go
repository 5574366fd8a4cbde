package bulk

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"gatehouse/shared/directory"
)

// throttled is a directory that takes no user until a moment, and then counts how often each comes.
type throttled struct {
	directory.Store
	until time.Time
	mutex sync.Mutex
	asked int
	added map[string]int
}

func (s *throttled) AddUser(_ context.Context, user directory.User) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.asked++
	if time.Now().Before(s.until) {
		return fmt.Errorf("storing a user: %w", directory.ErrThrottled)
	}
	s.added[user.Username]++
	return nil
}

func manyLines(n int) string {
	var lines strings.Builder
	for i := range n {
		fmt.Fprintf(&lines, "{\"username\": \"u%d\"}\n", i)
	}
	return lines.String()
}

func TestThrottlingIsWaitedFor(t *testing.T) {
	t.Parallel()
	for _, minutes := range []int{0, 1, 9} {
		synctest.Test(t, func(t *testing.T) {
			s := &throttled{until: time.Now().Add(time.Duration(minutes) * time.Minute), added: map[string]int{}}
			var said strings.Builder
			count, err := newImporter(t, s, &said).Import(t.Context(), strings.NewReader(manyLines(100)))
			if err != nil || count.Imported != 100 || len(s.added) != 100 || said.Len() > 0 {
				t.Errorf("throttled for %d minutes: %+v, %v, %d stored; want all 100", minutes, count, err, len(s.added))
			}
			// Sixteen lines, each four times a minute or a little more often.
			if most := 100 + inFlight*(10+10*minutes); s.asked > most {
				t.Errorf("throttled for %d minutes, the store was asked %d times, want at most %d", minutes, s.asked, most)
			}
		})
	}
}

func TestThrottlingIsNotWaitedForForever(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &throttled{until: time.Now().Add(24 * time.Hour)}
		begin := time.Now()
		var said strings.Builder
		count, err := newImporter(t, s, &said).Import(t.Context(), strings.NewReader(manyLines(100)))
		if count.Line != 0 || count.All() != 0 || !errors.Is(err, directory.ErrThrottled) {
			t.Errorf("got %+v, %v; want nothing done, for the store is throttled", count, err)
		}
		if !strings.Contains(fmt.Sprint(err), "of waiting for the store: storing a user: the store is throttled") {
			t.Errorf("got the error %v, want it to say what was waited for", err)
		}
		if waited := time.Since(begin); waited < patience || waited > patience+lastWait {
			t.Errorf("gave up after %v, want %v", waited, patience)
		}
	})
}

// TestThrottledImportIsStopped: whoever presses Ctrl-C does not wait for the store too.
func TestThrottledImportIsStopped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &throttled{until: time.Now().Add(24 * time.Hour)}
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Minute, errors.New("interrupt signal received"))
		defer cancel()
		begin := time.Now()
		var said strings.Builder
		count, err := newImporter(t, s, &said).Import(ctx, strings.NewReader(manyLines(100)))
		if count.All() != 0 || err == nil || err.Error() != "interrupt signal received" {
			t.Errorf("got %+v, %v; want nothing done, and the signal", count, err)
		}
		if waited := time.Since(begin); waited != time.Minute {
			t.Errorf("it stopped after %v, want at the signal after a minute", waited)
		}
	})
}

// TestOtherFaultsAreNotTriedAgain: what may have been carried out, as after a lost answer, must not be asked twice.
func TestOtherFaultsAreNotTriedAgain(t *testing.T) {
	t.Parallel()
	s := &lost{}
	var said strings.Builder
	_, err := newImporter(t, s, &said).Import(t.Context(), strings.NewReader(`{"username": "a"}`))
	if s.asked != 1 || err == nil || err.Error() != "storing line 1: connection reset" {
		t.Errorf("asked %d times, then %v; want the fault after one", s.asked, err)
	}
}

type lost struct {
	directory.Store
	asked int
}

func (s *lost) AddUser(context.Context, directory.User) error {
	s.asked++
	return errors.New("connection reset")
}
