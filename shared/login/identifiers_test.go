package login_test

import (
	"errors"
	"testing"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/login"
	"gatehouse/shared/session"
)

// TestIdentifiers plays identifiers that name users 1 and 2 or nobody (0), and checks whom the login is about.
func TestIdentifiers(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name  string
		named []int64
		same  bool
		want  int64
	}{
		{"one", []int64{1}, false, 1},
		{"nobody", []int64{0}, false, 0},
		{"the first known wins", []int64{1, 2}, false, 1},
		{"the second is known", []int64{0, 2}, false, 2},
		{"both name one user", []int64{2, 2}, true, 2},
		{"they name two users", []int64{1, 2}, true, 0},
		{"the second must be known too", []int64{1, 0}, true, 0},
		{"the first must be known too", []int64{0, 1}, true, 0},
		{"neither is known", []int64{0, 0}, true, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			by := []directory.Identifier{directory.Username("x"), directory.EmailAddress("x@example.com")}[:len(row.named)]
			store := holding(jane)
			store.resolve = func(identifiers []directory.Identifier) ([]directory.Account, error) {
				accounts := make([]directory.Account, len(identifiers))
				for i, identifier := range identifiers {
					if accounts[i] = directory.Decoy(realm, identifier); row.named[i] > 0 {
						accounts[i] = directory.AccountOf(realm, row.named[i])
					}
				}
				return accounts, nil
			}
			var loaded directory.Account
			load := store.load
			store.load = func(account directory.Account) (directory.User, attempts.Record, error) {
				loaded = account
				return load(account)
			}
			_, err := newHouse(store, plain(), nil).login(t, "", right, func(r *login.Request) {
				r.Identifiers, r.SameUser = by, row.same
			})
			want := directory.AccountOf(realm, row.want)
			if row.want == 0 {
				want = directory.Decoy(realm, by[0])
			}
			if err != nil || loaded != want {
				t.Errorf("the login is about %+v, %v, want %+v", loaded, err, want)
			}
		})
	}
}

// TestApplicationsLimits: an application with limits of its own counts in a scope of its own, by its limits.
func TestApplicationsLimits(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		app    directory.Application
		want   directory.Account
		policy attempts.Policy
	}{
		{directory.Application{ID: 138}, janes, policy},
		{directory.Application{ID: 138, LockoutMinutes: 5}, janes, policy},
		{directory.Application{ID: 138, AttemptLimit: 2, LockoutMinutes: 5}, janes.Scoped(138),
			attempts.Policy{Limit: 2, Lockout: 5 * time.Minute, Cap: policy.Cap}},
	} {
		store := holding(jane)
		store.refuse = func(account directory.Account, p attempts.Policy, _ time.Time) (bool, error) {
			if account != row.want || p != row.policy {
				t.Errorf("%+v: counted on %+v by %+v, want %+v by %+v", row.app, account, p, row.want, row.policy)
			}
			return false, nil
		}
		var begun session.Session
		store.begin = func(sessions []session.Session) error {
			begun = sessions[0]
			return nil
		}
		h := newHouse(store, plain(), nil)
		through := func(r *login.Request) { r.Application = &row.app }
		if _, err := h.login(t, "jane", "wrong", through); err != nil {
			t.Error(err)
		}
		if _, err := h.login(t, "jane", right, through); err != nil || begun.Application != 138 {
			t.Errorf("%+v: began %+v, %v", row.app, begun, err)
		}
	}
}

// TestSignInIDTaken: a sign-in whose id is taken gets another one, a bounded number of times.
func TestSignInIDTaken(t *testing.T) {
	t.Parallel()
	three := func(r *login.Request) {
		r.Issue = []login.Grant{
			{Kind: session.Connection, Lifetime: time.Hour},
			{Kind: session.LoginToken, Lifetime: time.Minute},
			{Kind: session.SignIn, Lifetime: time.Hour},
		}
	}
	for taken, wanted := range map[int]bool{0: true, 7: true, 8: false} {
		store, tries := holding(jane), 0
		store.begin = func([]session.Session) error {
			if tries++; tries <= taken {
				return session.ErrTaken
			}
			return nil
		}
		result, err := newHouse(store, plain(), nil).login(t, "jane", right, three)
		issued := result.Issued
		if ok := err == nil && len(issued) == 3 && issued[2].ID > 0 && issued[0].Token != issued[1].Token; ok != wanted {
			t.Errorf("taken %d times: issued %+v, %v", taken, issued, err)
		}
		if !wanted && (!errors.Is(err, session.ErrTaken) || tries != 8) {
			t.Errorf("error %v after %d tries, want ErrTaken after 8", err, tries)
		}
	}
}
