package sqlite

import (
	"context"
	"fmt"
	"time"
)

const tickText = `
INSERT INTO counters (key, minute, count) VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET count = count + 1 RETURNING count`

// minute numbers the clock minutes since 1970.
func minute(at time.Time) int64 { return at.Unix() / 60 }

// Count adds one to the sum under the key in the minute of now, and returns the sum.
func (s *Store) Count(ctx context.Context, key string, now time.Time) (sum int, err error) {
	err = s.statements[tickText].QueryRowContext(ctx, key, minute(now)).Scan(&sum)
	return sum, wrap("counting a request", err)
}

// counterLife is the number of minutes that a counter is kept after its own, because requests of that minute may still be
// counted, also by a process whose clock is behind.
const counterLife = 5

// sweepSize is the number of rows that one statement of a sweep deletes: few enough to delay no login noticeably.
const sweepSize = 1000

// Sweep deletes expired counters, decoys' records and sessions. Callers call it now and then; only the size of the file depends
// on it.
func (s *Store) Sweep(ctx context.Context, now time.Time) error {
	for _, expired := range []struct {
		table, condition string
		before           any
	}{
		{"counters", "minute < ?", minute(now) - counterLife},
		{"attempts", "expires <= ?", millis(now)},
		{"sessions", "expires <= ?", millis(now)},
	} {
		text := fmt.Sprintf("DELETE FROM %[1]s WHERE rowid IN (SELECT rowid FROM %[1]s WHERE %[2]s LIMIT %[3]d)",
			expired.table, expired.condition, sweepSize)
		for more := true; more; {
			var err error
			if more, err = changed(s.write.ExecContext(ctx, text, expired.before)); err != nil {
				return fmt.Errorf("sweeping the %s: %w", expired.table, err)
			}
		}
	}
	return nil
}
