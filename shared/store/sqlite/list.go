package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"math"
)

// pageSize is the number of rows in one page of a list: a few hundred kilobytes of ordinary users.
const pageSize = 500

// list yields pages in the order of ids. It holds no connection and no snapshot between pages, so the caller can write while it
// reads, and take any time.
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
