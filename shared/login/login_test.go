package login_test

import (
	"slices"
	"testing"
	"time"

	"gatehouse/shared/login"
)

func TestAcceptedLogin(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	user := h.add("user", nil)
	h.attempt("user", "wrong")
	h.attempt("user", "wrong")
	h.spy.Calls()
	h.work.Store(0)
	result, err := h.login("user", right, nil)
	if err != nil || result.Outcome != login.Accepted || result.User.ID != user.ID {
		t.Fatalf("got %+v, %v, want user %d accepted", result, err, user.ID)
	}
	if result.Before.Run != 2 || !result.Before.Seen.IsZero() {
		t.Errorf("before: %+v, want two failures and never seen", result.Before)
	}
	if calls := h.spy.Calls(); !slices.Equal(calls, []string{"Resolve", "Load", "Accept", "Begin"}) {
		t.Errorf("store operations %v", calls)
	}
	if got := h.work.Load(); got != 1<<cost {
		t.Errorf("hashing of %d units, want %d", got, 1<<cost)
	}
	issued := result.Issued
	if len(issued) != 1 || len(issued[0].Token) != 64 || !issued[0].Expires.Equal(start.Add(time.Hour)) {
		t.Errorf("issued %+v, want one token for an hour", issued)
	}
	h.now = start.Add(time.Minute)
	again, err := h.login("user", right, nil)
	if err != nil || again.Before.Run != 0 || !again.Before.Seen.Equal(start) {
		t.Errorf("second login: %+v, %v, want the first one's time", again.Before, err)
	}
	if again.Issued[0].Token == issued[0].Token {
		t.Errorf("two logins were given one token")
	}
}
