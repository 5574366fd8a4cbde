package login_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"gatehouse/shared/directory"
	"gatehouse/shared/login"
	"gatehouse/shared/password"
)

func cheap(t *testing.T, cost int) string {
	t.Helper()
	hasher, err := password.New(cost)
	if err != nil {
		t.Fatal(err)
	}
	hash, err := hasher.Hash(right)
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

// TestSecurity09EveryRefusalDoesTheSameWork: whatever the cause, a refusal costs the same hashing and the same store
// operations, so that neither time nor load tells whether a name exists.
func TestSecurity09EveryRefusalDoesTheSameWork(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name     string
		username string
		password string
		change   func(*directory.User)
		lock     bool
		want     login.Outcome
	}{
		{"unknown user", "nobody", right, nil, false, login.UnknownUser},
		{"unknown user, tried often", "nobody", right, nil, true, login.UnknownUser},
		{"wrong password", "user", "wrong", nil, false, login.WrongPassword},
		{"empty password", "user", "", nil, false, login.WrongPassword},
		{"password with NUL", "user", "a\x00b", nil, false, login.WrongPassword},
		{"password beyond 72 bytes", "user", fmt.Sprintf("%0200d", 0), nil, false, login.WrongPassword},
		{"locked, wrong password", "user", "wrong", nil, true, login.Locked},
		{"locked, right password", "user", right, nil, true, login.Locked},
		{"inactive, right password", "user", right, func(u *directory.User) { u.Active = false }, false, login.Inactive},
		{"inactive, wrong password", "user", "wrong", func(u *directory.User) { u.Active = false }, false, login.Inactive},
		{"inactive and locked", "user", right, func(u *directory.User) { u.Active = false }, true, login.Inactive},
		{"unconfirmed", "user", right, func(u *directory.User) { u.Confirmed = false }, false, login.Unconfirmed},
		{"no password", "user", right, func(u *directory.User) { u.PasswordHash = "" }, false, login.WrongPassword},
		{"unreadable hash", "user", right, func(u *directory.User) { u.PasswordHash = "md5$x$y" }, false, login.WrongPassword},
		{"service account", "user", right, func(u *directory.User) { u.AccountType = directory.ServiceAccount }, false, login.WrongPassword},
		{"imported at cost 4", "user", "wrong", func(u *directory.User) { u.PasswordHash = cheap(t, 4) }, false, login.WrongPassword},
		{"imported at cost 5", "user", "wrong", func(u *directory.User) { u.PasswordHash = cheap(t, 5) }, false, login.WrongPassword},
		{"imported at cost 4, locked", "user", right, func(u *directory.User) { u.PasswordHash = cheap(t, 4) }, true, login.Locked},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.add("user", row.change)
			if row.lock {
				h.lock(row.username)
			}
			h.spy.taken()
			h.work.Store(0)
			if got := h.attempt(row.username, row.password); got != row.want {
				t.Errorf("outcome %s, want %s", got, row.want)
			}
			calls := h.spy.taken()
			commit := calls[len(calls)-1]
			if want := []string{"Resolve", "Load", commit}; !slices.Equal(calls, want) || (commit != "Refuse" && commit != "Accept") {
				t.Errorf("store operations %v, want Resolve, Load and one write", calls)
			}
			if got := h.work.Load(); got != 1<<cost {
				t.Errorf("hashing of %d units, want %d", got, 1<<cost)
			}
		})
	}
}

func TestAcceptedLogin(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	user := h.add("user", nil)
	h.attempt("user", "wrong")
	h.attempt("user", "wrong")
	h.spy.taken()
	h.work.Store(0)
	result, err := h.login("user", right, nil)
	if err != nil || result.Outcome != login.Accepted || result.User.ID != user.ID {
		t.Fatalf("got %+v, %v, want user %d accepted", result, err, user.ID)
	}
	if result.Before.Run != 2 || !result.Before.Seen.IsZero() {
		t.Errorf("before: %+v, want two failures and never seen", result.Before)
	}
	if calls := h.spy.taken(); !slices.Equal(calls, []string{"Resolve", "Load", "Accept", "Begin"}) {
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

func TestSecurity02LimitOfFailuresInTheWindow(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.add("user", nil)
	for range policy.Limit {
		if got := h.attempt("user", "wrong"); got != login.WrongPassword {
			t.Fatalf("a failure below the limit: %s", got)
		}
	}
	if got := h.attempt("user", right); got != login.Locked {
		t.Errorf("the right password at the limit: %s, want locked", got)
	}
	h.now = start.Add(policy.Lockout - time.Millisecond)
	if got := h.attempt("user", right); got != login.Locked {
		t.Errorf("a moment before the lock ends: %s, want locked", got)
	}
	h.now = start.Add(policy.Lockout)
	h.spy.taken()
	if got := h.attempt("user", right); got != login.Accepted {
		t.Errorf("when the lock has ended: %s, want accepted", got)
	}
	if calls := h.spy.taken(); !slices.Equal(calls, []string{"Resolve", "Load", "Clear", "Accept", "Begin"}) {
		t.Errorf("store operations %v, want the ended window cleared", calls)
	}
}

func TestSecurity03CapOfConsecutiveFailures(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	user := h.add("user", nil)
	capped := func(r *login.Request) { r.Policy.Cap = 7 }
	for i := range 7 {
		if result, err := h.login("user", "wrong", capped); err != nil || result.Outcome != login.WrongPassword {
			t.Fatalf("failure %d: %s, %v", i+1, result.Outcome, err)
		}
		h.now = h.now.Add(policy.Lockout)
	}
	h.now = h.now.Add(1000 * policy.Lockout)
	if result, err := h.login("user", right, capped); err != nil || result.Outcome != login.Locked {
		t.Errorf("the right password after the cap: %s, %v, want locked", result.Outcome, err)
	}
	h.check(h.store.Unlock(t.Context(), realm, user.ID))
	if result, err := h.login("user", right, capped); err != nil || result.Outcome != login.Accepted {
		t.Errorf("after unlocking: %s, %v, want accepted", result.Outcome, err)
	}
}

// TestSecurity05NothingSlipsPast: what happens between the look at an account and the commit decides.
func TestSecurity05NothingSlipsPast(t *testing.T) {
	t.Parallel()
	rows := map[string]func(h *house, user directory.User){
		"locked meanwhile": func(h *house, user directory.User) {
			for range policy.Limit {
				_, err := h.store.Refuse(h.t.Context(), directory.AccountOf(realm, user.ID), policy, h.now)
				h.check(err)
			}
		},
		"deactivated meanwhile": func(h *house, user directory.User) {
			after := user
			after.Active = false
			h.check(h.store.ReplaceUser(h.t.Context(), user, after))
		},
		"given a new password meanwhile": func(h *house, user directory.User) {
			after := user
			after.PasswordHash = cheap(h.t, 4)
			h.check(h.store.ReplaceUser(h.t.Context(), user, after))
		},
	}
	for name, meanwhile := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.add("user", nil)
			user, err := h.store.FindUser(t.Context(), realm, directory.Username("user"))
			h.check(err)
			h.spy.before = func(call string) error {
				if call == "Accept" {
					meanwhile(h, user)
				}
				return nil
			}
			if got := h.attempt("user", right); got != login.Locked {
				t.Errorf("outcome %s, want locked", got)
			}
			if calls := h.spy.taken(); slices.Contains(calls, "Begin") {
				t.Errorf("a session was begun: %v", calls)
			}
		})
	}
}

func TestSecurity26TwoPoliciesDoNotUndoEachOther(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.add("user", nil)
	app := directory.Application{ID: 138, Realm: realm, AttemptLimit: 2, LockoutMinutes: 5}
	h.check(h.store.AddApplication(t.Context(), app))
	through := func(r *login.Request) { r.Application = &app }
	attempt := func(password string, change func(*login.Request)) login.Outcome {
		result, err := h.login("user", password, change)
		h.check(err)
		return result.Outcome
	}
	var direct, byApp []login.Outcome
	for range 4 {
		direct = append(direct, attempt("wrong", nil))
		byApp = append(byApp, attempt("wrong", through))
	}
	const w, l = login.WrongPassword, login.Locked
	if !slices.Equal(direct, []login.Outcome{w, w, w, l}) || !slices.Equal(byApp, []login.Outcome{w, w, l, l}) {
		t.Errorf("direct %v, through the application %v: want three and two counted", direct, byApp)
	}
	h.now = h.now.Add(5 * time.Minute)
	if got := attempt(right, through); got != login.Accepted {
		t.Errorf("the application's lock has ended: %s, want accepted", got)
	}
	if got := attempt(right, nil); got != login.Locked {
		t.Errorf("a success through the application lifted the realm's lock: %s", got)
	}
}
