package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"gatehouse/shared/attempts"
	"gatehouse/shared/config"
	"gatehouse/shared/directory"
)

// restored is a store in which one user is older than its record of attempts.
type restored struct{ store }

func (r restored) Counts(context.Context, string, int64) ([]directory.Count, error) {
	return []directory.Count{{Ahead: true, Record: attempts.Record{Epoch: 2}}}, nil
}

// TestUsersShowTellsOfARestoredUser: its right password is refused for ever, so that must show, with what helps.
func TestUsersShowTellsOfARestoredUser(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	c.must("users", "add", "--id", "1", "--username", "jane", "--no-password")
	user := c.user("main", 1)
	counted, err := countsOf(t.Context(), restored{c.open()}, user, attempts.Policy{Limit: 10}, now())
	if err != nil || !counted[0].Restored || !counted[0].Locked || counted[0].LockedUntil != nil {
		t.Errorf("the counts are %+v, %v, want the user locked until unlocked", counted, err)
	}
	var shown bytes.Buffer
	u := &users{app: &app{stdout: &shown}}
	if err := u.showTable(user, counted, verdictOn(user, counted, config.Config{})); err != nil || !strings.Contains(shown.String(), "until unlocked: the user is older than its record") {
		t.Errorf("show printed\n%s\n(error %v), want why no login is accepted", shown.String(), err)
	}
}
