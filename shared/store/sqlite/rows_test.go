package sqlite

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/session"
)

func refuse(t *testing.T, store *Store, account directory.Account, policy attempts.Policy) {
	t.Helper()
	locked, err := store.Refuse(t.Context(), account, policy, now)
	must(t, "Refuse", err)
	if locked {
		t.Fatal("Refuse says that the account is locked")
	}
}

func begin(t *testing.T, store *Store, user int64, token string, expires time.Time) {
	t.Helper()
	must(t, "Begin", store.Begin(t.Context(), session.Session{
		Kind: session.Browser, Digest: directory.Digest(token), Realm: "main", UserID: user, Created: now, Used: now, Ends: expires,
	}))
}

func TestListsGoOnFromPageToPage(t *testing.T) {
	t.Parallel()
	store := opened(t, newPath(t))
	const users = 1001
	_, err := store.write.ExecContext(t.Context(), `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
INSERT INTO users SELECT 'main', i, 'user-' || i, NULL, '', '', 1, 1, 0, NULL, '{}' FROM n`, users)
	must(t, "inserting", err)
	last := int64(0)
	for user, err := range store.Users(t.Context(), "main") {
		must(t, "Users", err)
		if user.ID != last+1 {
			t.Fatalf("Users returned user %d after user %d, want them in the order of their ids", user.ID, last)
		}
		last = user.ID
		if last%100 == 0 { // neither end of the list is disturbed by writing
			must(t, "RemoveUser", store.RemoveUser(t.Context(), user))
		}
	}
	if last != users {
		t.Errorf("Users ended with user %d, want %d", last, users)
	}
}

func TestRemovingAUserEndsItsSessions(t *testing.T) {
	t.Parallel()
	store := opened(t, newPath(t))
	for id := range int64(2) {
		must(t, "AddUser", store.AddUser(t.Context(), person(id+1, fmt.Sprint("user-", id+1))))
		begin(t, store, id+1, fmt.Sprint("token", id), now.Add(time.Hour))
	}
	must(t, "RemoveUser", store.RemoveUser(t.Context(), person(1, "user-1")))
	wants(t, store, "SELECT group_concat(user_id) FROM sessions", "2")
}

func TestErrorsTellNothingOfWhatIsStored(t *testing.T) {
	t.Parallel()
	store := opened(t, newPath(t))
	must(t, "AddUser", store.AddUser(t.Context(), person(1, "jane")))
	begin(t, store, 1, "token", now)
	_, err := store.write.ExecContext(t.Context(), "UPDATE users SET profile = '{\"root_role\": \"jane-secret\"}'")
	must(t, "spoiling the profile", err)
	_, unreadable := store.User(t.Context(), "main", 1)
	for call, err := range map[string]error{
		"User": unreadable,
		"Begin": store.Begin(t.Context(), session.Session{
			Kind: session.Browser, Digest: directory.Digest("token"), Realm: "main", UserID: 1, Created: now, Used: now, Ends: now,
		}),
	} {
		if err == nil {
			t.Errorf("%s returned no error", call)
			continue
		}
		for _, secret := range []string{"jane", "first", "main", directory.Digest("token")} {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("%s returned the error %q, which holds %q", call, err, secret)
			}
		}
	}
	wants(t, store, "SELECT count(*) FROM sessions", 1)
}

// What a login does must not depend on how many users there are: nothing goes through a whole table.
func TestEveryStatementOfALoginUsesAnIndex(t *testing.T) {
	t.Parallel()
	store := opened(t, newPath(t))
	texts := slices.Collect(maps.Keys(store.statements))
	for _, text := range append(texts, raiseText,
		"DELETE FROM sessions WHERE expires <= 0", "DELETE FROM attempts WHERE expires <= 0", "DELETE FROM counters WHERE minute < 0",
	) {
		for _, line := range plan(t, store, text) {
			if table := strings.TrimPrefix(line, "SCAN "); table != line && !strings.HasPrefix(table, "CONSTANT ROW") &&
				!strings.HasPrefix(table, "(") {
				t.Errorf("a statement goes through a whole table (%s):%s", line, text)
			}
		}
	}
}

// plan returns the lines of what SQLite would do. Values that are not given are NULL.
func plan(t *testing.T, store *Store, text string) []string {
	t.Helper()
	for _, name := range []string{
		":realm", ":key", ":scope", ":cut", ":now", ":expires", ":limit", ":cap", ":epoch", ":id", ":kind", ":digest", ":signin",
		":product", ":user", ":secret", ":minute", ":application", ":created", "?1", "?2", "?3", "?",
	} {
		text = strings.ReplaceAll(text, name, "'7'")
	}
	rows, err := store.write.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+text)
	must(t, text, err)
	defer rows.Close()
	var lines []string
	for rows.Next() {
		var id, parent, unused int
		var line string
		must(t, "Scan", rows.Scan(&id, &parent, &unused, &line))
		lines = append(lines, line)
	}
	must(t, "EXPLAIN", rows.Err())
	return lines
}

func TestAWriteGivesUpWhenItsContextEnds(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	store, other := opened(t, path), opened(t, path)
	must(t, "AddUser", store.AddUser(t.Context(), person(1, "jane")))
	account := directory.AccountOf("main", 1)
	lock, err := other.write.BeginTx(t.Context(), nil) // takes the file's write lock
	must(t, "BeginTx", err)

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	for call, err := range map[string]error{
		"Refuse": second(store.Refuse(ctx, account, usual, now)),
		"Accept": second(store.Accept(ctx, account, usual, now, 0)),
		"Count":  second(store.Count(ctx, "key", now)),
		"Begin":  store.Begin(ctx, session.Session{Kind: session.SignIn, ID: 1, Created: now, Used: now, Ends: now}),
	} {
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s returned the error %v, want context.DeadlineExceeded", call, err)
		}
	}
	if _, record, err := store.Load(t.Context(), account); err != nil || record != (attempts.Record{}) {
		t.Errorf("Load while another process writes returned %+v and the error %v, want the zero record", record, err)
	}
	must(t, "Rollback", lock.Rollback())
	refuse(t, store, account, usual)
	wants(t, store, "SELECT sum(fails) FROM attempts", 1)
	wants(t, store, "SELECT (SELECT count(*) FROM sessions) + (SELECT count(*) FROM counters)", 0)
}

func second[T any](_ T, err error) error { return err }
