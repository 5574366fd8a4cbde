package speed_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"gatehouse/shared/test/target"
)

// How many users there are in a large directory. DynamoDB Local takes them one by one, so there it has fewer.
const (
	fewUsers      = 1_000
	sqliteUsers   = 1_000_000
	dynamodbUsers = 100_000
)

// BenchmarkUsers compares logins where there are very many users with logins where there are few, in turns, at cost 4, so
// that something else than the hash can be seen at all. At serve another user logs in each time.
func BenchmarkUsers(b *testing.B) {
	settings := target.Settings{"SOURCE_LIMIT": "0"}
	b.Run("serve", func(b *testing.B) {
		client := target.NewClient("127.0.0.1")
		defer client.Close()
		var sides [2]side
		for i, users := range []int{fewUsers, sqliteUsers} {
			served := site.Serve(b, settings)
			crowd(b, served, users)
			sides[i] = side{served.PIDs()[0], func() {
				logInAt(b, client, served, fmt.Sprintf("user%d", 1+rand.IntN(users)))
			}}
		}
		between(b, sides, sqliteUsers)
	})
	b.Run("function", func(b *testing.B) {
		var sides [2]side
		for i, users := range []int{fewUsers, dynamodbUsers} {
			cloud := filledCloud(b, 4)
			cloud.Crowd(users)
			function := cloud.Function(subject.Function, settings)
			sides[i] = side{function.PID(), func() { logInto(b, function) }}
		}
		between(b, sides, dynamodbUsers)
	})
}

// side is one of two that are compared.
type side struct {
	pid   int
	logIn func()
}

// between compares the second side with the first.
func between(b *testing.B, sides [2]side, users int) {
	b.Helper()
	const logins = 300
	for _, each := range sides {
		each.logIn()
	}
	for b.Loop() {
		var took [2][]float64
		var used [2]time.Duration
		for range logins {
			for i, each := range sides {
				before := processor(b, each.pid)
				took[i] = append(took[i], milliseconds(each.logIn))
				used[i] += processor(b, each.pid) - before
			}
		}
		b.ReportMetric(float64(users), "users")
		b.ReportMetric(used[1].Seconds()/used[0].Seconds(), "cpu-ratio")
		b.ReportMetric(median(took[1])/median(took[0]), "time-ratio")
		b.ReportMetric(0, "ns/op")
	}
}

// crowd fills the command's file with users who have logged in before, all with the password of the subject's demo user.
func crowd(b *testing.B, served *target.Serve, users int) {
	b.Helper()
	hash := target.Hash(b, subject.User.Password, 4)
	db, err := sql.Open("sqlite", "file:"+served.File()+"?_busy_timeout=10000") // serve sweeps the file meanwhile
	check(b, err)
	defer db.Close()
	_, err = db.ExecContext(b.Context(), `
BEGIN IMMEDIATE;
WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < :users)
INSERT INTO users (realm, id, username, email, name, password_hash, active, confirmed, version, created, profile)
SELECT 'main', i, 'user' || i, 'user' || i || '@example.com', 'User ' || i, :hash, 1, 1, 1, 0, '{}' FROM numbers;
INSERT INTO attempts (realm, key, scope, seen) SELECT realm, id, '', 0 FROM users;
COMMIT;
PRAGMA wal_checkpoint(TRUNCATE)`, sql.Named("users", users), sql.Named("hash", hash))
	check(b, err)
}
