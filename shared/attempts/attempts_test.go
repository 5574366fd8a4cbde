package attempts_test

import (
	"testing"
	"time"

	"gatehouse/shared/attempts"
)

var (
	now    = time.Date(2026, time.January, 2, 3, 4, 5, 0, time.UTC)
	policy = attempts.Policy{Limit: 10, Lockout: 30 * time.Minute, Cap: 100}
)

func ago(d time.Duration) time.Time { return now.Add(-d) }

// TestSecurity06 is the table of (record, now) -> decision: a lock is bounded in time, is not prolonged by attempts, and
// attempts on a locked account do not run up the cap.
func TestSecurity06LocksByRecordAndTime(t *testing.T) {
	t.Parallel()
	const lockout = 30 * time.Minute
	rows := map[string]struct {
		policy        attempts.Policy
		record        attempts.Record
		ended, locked bool
	}{
		"never tried":                    {policy, attempts.Record{}, false, false},
		"one below the limit":            {policy, attempts.Record{Fails: 9, Run: 9, Last: now}, false, false},
		"at the limit, just now":         {policy, attempts.Record{Fails: 10, Run: 10, Last: now}, false, true},
		"at the limit, a moment to go":   {policy, attempts.Record{Fails: 10, Run: 10, Last: ago(lockout - 1)}, false, true},
		"at the limit, time is up":       {policy, attempts.Record{Fails: 10, Run: 10, Last: ago(lockout)}, true, false},
		"below the limit, time is up":    {policy, attempts.Record{Fails: 3, Run: 3, Last: ago(lockout)}, true, false},
		"at the cap, long ago":           {policy, attempts.Record{Run: 100, Last: ago(99 * lockout)}, true, true},
		"at the cap, window cleared":     {policy, attempts.Record{Run: 100}, false, true},
		"below the cap":                  {policy, attempts.Record{Run: 99}, false, false},
		"limit off":                      {attempts.Policy{Lockout: lockout, Cap: 100}, attempts.Record{Fails: 50, Run: 50, Last: now}, false, false},
		"cap off":                        {attempts.Policy{Limit: 10, Lockout: lockout}, attempts.Record{Run: 5000}, false, false},
		"a failure from the near future": {policy, attempts.Record{Fails: 10, Run: 10, Last: now.Add(time.Second)}, false, true},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := row.policy.Ended(row.record, now); got != row.ended {
				t.Errorf("Ended = %t, want %t", got, row.ended)
			}
			if got := row.policy.Locked(row.record, now); got != row.locked {
				t.Errorf("Locked = %t, want %t", got, row.locked)
			}
			cleared := row.policy.Clear(row.record, now)
			failed, verdict := row.policy.Fail(cleared, now)
			if locked := verdict == attempts.Locked; locked != row.locked {
				t.Errorf("a failure is refused as locked: %t, want %t", locked, row.locked)
			}
			if row.locked && failed != cleared {
				t.Errorf("a failure on a locked account changed %+v to %+v", cleared, failed)
			}
		})
	}
}

func TestSucceedResets(t *testing.T) {
	t.Parallel()
	before := attempts.Record{Fails: 9, Run: 42, Last: now, Seen: ago(time.Hour), Epoch: 3}
	after, verdict := policy.Succeed(before, now, 3)
	if want := (attempts.Record{Seen: now, Epoch: 3}); verdict != attempts.Committed || after != want {
		t.Errorf("got %+v and verdict %d, want %+v committed", after, verdict, want)
	}
}

func TestSucceedRefuses(t *testing.T) {
	t.Parallel()
	rows := map[string]struct {
		record attempts.Record
		want   attempts.Verdict
	}{
		"locked by the limit":  {attempts.Record{Fails: 10, Run: 10, Last: now, Epoch: 1}, attempts.Locked},
		"disabled by the cap":  {attempts.Record{Run: 100, Epoch: 1}, attempts.Locked},
		"epoch has risen":      {attempts.Record{Epoch: 2}, attempts.Stale},
		"lock goes before":     {attempts.Record{Fails: 10, Last: now, Epoch: 2}, attempts.Locked},
		"window over, not yet": {attempts.Record{Fails: 10, Last: ago(time.Hour), Epoch: 1}, attempts.Committed},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			after, verdict := policy.Succeed(row.record, now, 1)
			if verdict != row.want {
				t.Errorf("verdict %d, want %d", verdict, row.want)
			}
			if verdict != attempts.Committed && after != row.record {
				t.Errorf("a refused success changed %+v to %+v", row.record, after)
			}
		})
	}
}
