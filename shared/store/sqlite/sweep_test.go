package sqlite

import (
	"testing"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
)

func TestSweepDeletesWhatHasExpired(t *testing.T) {
	t.Parallel()
	store := opened(t, newPath(t))
	must(t, "AddUser", store.AddUser(t.Context(), person(1, "jane")))
	decoy := func(name string) directory.Account { return directory.Decoy("main", directory.Username(name)) }
	long := attempts.Policy{Limit: 10, Lockout: 48 * time.Hour}
	refuse(t, store, directory.AccountOf("main", 1), usual)
	refuse(t, store, decoy("short"), usual)
	refuse(t, store, decoy("long"), long)
	for _, key := range []string{"a", "b"} {
		_, err := store.Count(t.Context(), key, now)
		must(t, "Count", err)
	}
	begin(t, store, 1, "short", now.Add(time.Hour))
	begin(t, store, 1, "long", now.Add(48*time.Hour))

	for _, row := range []struct {
		after                        time.Duration
		counters, attempts, sessions int
	}{
		{0, 2, 3, 2},
		{5 * time.Minute, 2, 3, 2},
		{6 * time.Minute, 0, 3, 2},
		{time.Hour - time.Millisecond, 0, 3, 2},
		{time.Hour, 0, 3, 1},
		{24*time.Hour - time.Millisecond, 0, 3, 1},
		{24 * time.Hour, 0, 2, 1},
		{48*time.Hour - time.Millisecond, 0, 2, 1},
		{48 * time.Hour, 0, 1, 0},
		{100 * 365 * 24 * time.Hour, 0, 1, 0}, // what is known of a user stays
	} {
		must(t, "Sweep", store.Sweep(t.Context(), now.Add(row.after)))
		got := [3]int{}
		for i, table := range []string{"counters", "attempts", "sessions"} {
			got[i] = ask[int](t, store, "SELECT count(*) FROM "+table)
		}
		if want := [3]int{row.counters, row.attempts, row.sessions}; got != want {
			t.Errorf("after %v there are %v counters, records and sessions, want %v", row.after, got, want)
		}
	}
}

func TestSweepDeletesAnyNumberOfRows(t *testing.T) {
	t.Parallel()
	store := opened(t, newPath(t))
	_, err := store.write.ExecContext(t.Context(), `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
INSERT INTO counters SELECT 'key' || i, 1, 1 FROM n`, 2*sweepSize+1)
	must(t, "inserting", err)
	must(t, "Sweep", store.Sweep(t.Context(), now))
	wants(t, store, "SELECT count(*) FROM counters", 0)
}
