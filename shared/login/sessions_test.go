package login_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/shared/login"
	"gatehouse/shared/session"
)

// TestDataSeesAllTokens: the first grant's data may name the token of the last.
func TestDataSeesAllTokens(t *testing.T) {
	t.Parallel()
	store, begun := holding(jane), []session.Session(nil)
	store.begin = func(sessions []session.Session) error {
		begun = sessions
		return nil
	}
	tokens := func(result login.Result) ([]byte, error) {
		return []byte(result.Issued[0].Token + " " + result.Issued[1].Token), nil
	}
	h := newHouse(store, plain(), nil)
	result, err := h.login(t, "jane", right, func(r *login.Request) {
		r.Issue = []login.Grant{
			{Kind: session.Connection, Lifetime: time.Hour, Data: tokens}, {Kind: session.LoginToken, Lifetime: time.Hour, Data: tokens},
		}
	})
	if err != nil || len(begun) != 2 {
		t.Fatalf("%d sessions begun, %v", len(begun), err)
	}
	want := result.Issued[0].Token + " " + result.Issued[1].Token
	if string(begun[0].Data) != want || string(begun[1].Data) != want {
		t.Errorf("the sessions keep %q and %q, want both tokens", begun[0].Data, begun[1].Data)
	}
}

// TestFaultsOfSessionsAreLogged: a session that is gone is an everyday answer, a store that fails is not.
func TestFaultsOfSessionsAreLogged(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		answer error
		logged bool
	}{
		"a fault": {errors.New("table on fire"), true},
		"gone":    {session.ErrNone, false},
	} {
		h := newHouse(holding(jane), plain(), func(context.Context, string, func(context.Context) error) error { return row.answer })
		err := h.Open(caller("192.0.2.1")).Sessions().End(t.Context(), session.Ref{})
		logged := strings.Contains(h.log.String(), "table on fire") && strings.Contains(h.log.String(), "request_id=r-1") &&
			strings.Contains(h.log.String(), "call=End")
		if !errors.Is(err, row.answer) || logged != row.logged || row.logged == (h.log.Len() == 0) || !slices.Equal(h.steps, []string{"End"}) {
			t.Errorf("%s: error %v, steps %v, log:\n%s", name, err, h.steps, &h.log)
		}
	}
}
