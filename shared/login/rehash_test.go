package login_test

import (
	"slices"
	"strings"
	"testing"

	"gatehouse/shared/directory"
	"gatehouse/shared/login"
)

// outdated is a house that replaces hashes, with a user whose hash is of cost 4.
func outdated(t *testing.T) (*house, directory.User) {
	t.Helper()
	h := newHouse(t)
	h.Rehash = true
	return h, h.add("user", func(u *directory.User) { u.PasswordHash = cheap(t, 4) })
}

func (h *house) stored(user directory.User) directory.User {
	h.t.Helper()
	stored, err := h.store.User(h.t.Context(), realm, user.ID)
	h.check(err)
	return stored
}

func TestSecurity12OutdatedHashIsReplacedAtLogin(t *testing.T) {
	t.Parallel()
	h, user := outdated(t)
	if got := h.attempt("user", "wrong"); got != login.WrongPassword || h.stored(user).PasswordHash != user.PasswordHash {
		t.Errorf("a wrong password (%s) replaced the hash", got)
	}
	h.spy.taken()
	if got := h.attempt("user", right); got != login.Accepted {
		t.Fatalf("outcome %s, want accepted", got)
	}
	if calls := h.spy.taken(); !slices.Equal(calls, []string{"Resolve", "Load", "Accept", "Begin", "Rehash"}) {
		t.Errorf("store operations %v, want one more at the end", calls)
	}
	replaced := h.stored(user).PasswordHash
	if !strings.HasPrefix(replaced, "$2a$06$") {
		t.Errorf("the stored hash begins with %.7s, want bcrypt at the configured cost", replaced)
	}
	if got := h.attempt("user", right); got != login.Accepted || h.stored(user).PasswordHash != replaced {
		t.Errorf("the next login: %s, want accepted with the hash as it is", got)
	}
	if calls := h.spy.taken(); slices.Contains(calls, "Rehash") {
		t.Errorf("store operations %v, want no second replacement", calls)
	}
}

func TestSecurity12AConcurrentChangeWins(t *testing.T) {
	t.Parallel()
	h, user := outdated(t)
	changed := cheap(t, 5)
	h.spy.before = func(call string) error {
		if call == "Rehash" {
			after := h.stored(user)
			after.PasswordHash = changed
			h.check(h.store.ReplaceUser(t.Context(), h.stored(user), after))
		}
		return nil
	}
	if got := h.attempt("user", right); got != login.Accepted || h.stored(user).PasswordHash != changed {
		t.Errorf("outcome %s, want accepted, and the password that was set meanwhile kept", got)
	}
	if strings.Contains(h.log.String(), "not replaced") {
		t.Errorf("a change meanwhile is logged as a fault:\n%s", h.log.String())
	}
}

func TestSecurity12AFailedReplacementStillLogsIn(t *testing.T) {
	t.Parallel()
	h, user := outdated(t)
	h.spy.before = func(call string) error {
		if call == "Rehash" {
			return errDisk
		}
		return nil
	}
	result, err := h.login("user", right, nil)
	if err != nil || result.Outcome != login.Accepted || len(result.Issued) != 1 {
		t.Errorf("got %+v, %v, want accepted with a session", result, err)
	}
	if h.stored(user).PasswordHash != user.PasswordHash || !strings.Contains(h.log.String(), "outdated hash was not replaced") {
		t.Errorf("the failure is not logged, or the hash has changed:\n%s", h.log.String())
	}
}

func TestHashesAreKeptWhereThatIsWanted(t *testing.T) {
	t.Parallel()
	h, user := outdated(t)
	h.Rehash = false
	if got := h.attempt("user", right); got != login.Accepted || h.stored(user).PasswordHash != user.PasswordHash {
		t.Errorf("outcome %s, want accepted with the hash as it was imported", got)
	}
}
