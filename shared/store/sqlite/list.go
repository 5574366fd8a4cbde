package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"math"
)

// pageSize is how many rows a list reads at once: of ordinary users, a few hundred kilobytes.
const pageSize = 500

// list goes through pages in the order of ids. No connection and no snapshot is held between pages, so whoever goes
// through a list may write meanwhile, and take any time.
func list[T any](after func(id int64) ([]T, error), idOf func(T) int64) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		last := int64(math.MinInt64)
		for {
			rows, err := after(last)
			if err != nil {
				yield(*new(T), err)
				return
			}
			for _, row := range rows {
				if !yield(row, nil) {
					return
				}
				last = idOf(row)
			}
			if len(rows) < pageSize {
				return
			}
		}
	}
}

// page reads all rows of a query.
func page[T any](
	ctx context.Context, db *sql.DB, doing string, scan func(*sql.Rows) (T, error), text string, values ...any,
) ([]T, error) {
	rows, err := db.QueryContext(ctx, text, values...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		row, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", doing, err)
		}
		all = append(all, row)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	return all, nil
}
