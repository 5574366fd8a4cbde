package faults

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"gatehouse/shared/attempts"
	"gatehouse/shared/session"
	"gatehouse/shared/test/target"
)

// kept is what the tables hold, read past the stores' code.
type kept struct {
	records map[string]attempts.Record // by the account's key; without the epoch
	tokens  map[string]int64           // whose session a digest is
	logins  map[int64]int              // how many sessions, or connections, a user has
}

func nothingKept() kept {
	return kept{records: map[string]attempts.Record{}, tokens: map[string]int64{}, logins: map[int64]int{}}
}

func (k kept) keep(kind session.Kind, digest string, user int64) {
	if kind == session.Browser || kind == session.Connection {
		k.logins[user]++
	}
	if digest != "" {
		k.tokens[digest] = user
	}
}

// inDynamoDB reads the cloud's tables.
func inDynamoDB(ctx context.Context, cloud *target.Cloud) (kept, error) {
	all := nothingKept()
	records, err := cloud.Items(ctx, cloud.Tables.Attempts)
	if err != nil {
		return all, err
	}
	for _, item := range records {
		key := strings.Split(text(item["pk"]), "#") // account#realm#key
		if key[0] == "account" {
			all.records[key[2]] = attempts.Record{
				Fails: int(number(item["fails"])), Run: int(number(item["run"])), Last: unixMilli(number(item["last"])),
			}
		}
	}
	sessions, err := cloud.Items(ctx, cloud.Tables.Sessions)
	for _, item := range sessions {
		kind, digest := session.Kind(text(item["kind"])), ""
		if kind != session.SignIn {
			digest = text(item["digest"])
		}
		all.keep(kind, digest, number(item["user"]))
	}
	return all, err
}

func text(value types.AttributeValue) string {
	if s, ok := value.(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}

func number(value types.AttributeValue) int64 {
	if n, ok := value.(*types.AttributeValueMemberN); ok {
		number, _ := strconv.ParseInt(n.Value, 10, 64)
		return number
	}
	return 0
}

func unixMilli(moment int64) time.Time {
	if moment == 0 {
		return time.Time{}
	}
	return time.UnixMilli(moment)
}

// inSQLite reads a file.
func inSQLite(ctx context.Context, db *sql.DB) (kept, error) {
	all := nothingKept()
	err := each(ctx, db, "SELECT key, fails, run, coalesce(last, 0) FROM attempts", func(row *sql.Rows) error {
		var key string
		var record attempts.Record
		var last int64
		err := row.Scan(&key, &record.Fails, &record.Run, &last)
		record.Last = unixMilli(last)
		all.records[key] = record
		return err
	})
	if err != nil {
		return all, err
	}
	return all, each(ctx, db, "SELECT kind, coalesce(digest, ''), user_id FROM sessions", func(row *sql.Rows) error {
		var kind session.Kind
		var digest string
		var user int64
		err := row.Scan(&kind, &digest, &user)
		all.keep(kind, digest, user)
		return err
	})
}

func each(ctx context.Context, db *sql.DB, query string, see func(*sql.Rows) error) error {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := see(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
