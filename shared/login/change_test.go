package login_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/login"
	"gatehouse/shared/session"
)

var asking = session.Live{
	Session: session.Session{Kind: session.Browser, Product: "test", Realm: realm, UserID: 7, Digest: "d", Epoch: 5},
	User:    jane, UserEpoch: 5,
}

// TestSecurity30ChangePassword: the old password is verified as at a login, and every refusal changes nothing.
func TestSecurity30ChangePassword(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		old    string
		change func(*double)
		want   login.Outcome
		steps  []string
	}{
		"right":  {right, nil, login.Accepted, []string{"Load", "Verify", "Accept", "SetPassword"}},
		"wrong":  {"wrong", nil, login.WrongPassword, []string{"Load", "Verify", "Refuse"}},
		"locked": {"wrong", func(d *double) { d.refuse = refusing(true) }, login.Locked, []string{"Load", "Verify", "Refuse"}},
		"right, but locked": {right, func(d *double) { d.accept = accepting(login.ErrLocked) }, login.Locked,
			[]string{"Load", "Verify", "Accept"}},
		"changed meanwhile": {right, func(d *double) { d.setPassword = setting(directory.ErrChanged) }, login.WrongPassword,
			[]string{"Load", "Verify", "Accept", "SetPassword"}},
		"logged out meanwhile": {right, func(d *double) { d.setPassword = setting(session.ErrNone) }, login.WrongPassword,
			[]string{"Load", "Verify", "Accept", "SetPassword"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store, stored := holding(jane), ""
			store.setPassword = func(user directory.User, hash string, keep session.Ref) error {
				stored = fmt.Sprint(user.ID, " ", hash, " ", keep == asking.Ref())
				return nil
			}
			if row.change != nil {
				row.change(store)
			}
			h := newHouse(store, plain(), nil)
			visit, err := h.Admit(t.Context(), caller("192.0.2.1"))
			if err != nil {
				t.Fatal(err)
			}
			got, err := visit.ChangePassword(t.Context(), login.Change{
				Session: asking, Old: row.old, New: "new", Policy: policy, Keep: true,
			})
			if err != nil || got != row.want || !slices.Equal(h.steps, row.steps) {
				t.Errorf("%s, %v after %v, want %s after %v", got, err, h.steps, row.want, row.steps)
			}
			if changed := stored == "7 hash of new true"; changed != (row.want == login.Accepted) {
				t.Errorf("stored %q", stored)
			}
		})
	}
}

func refusing(locked bool) func(directory.Account, attempts.Policy, time.Time) (bool, error) {
	return func(directory.Account, attempts.Policy, time.Time) (bool, error) { return locked, nil }
}

func accepting(err error) func(directory.Account, attempts.Policy, time.Time, int64) (attempts.Record, error) {
	return func(directory.Account, attempts.Policy, time.Time, int64) (attempts.Record, error) {
		return attempts.Record{}, err
	}
}

func setting(err error) func(directory.User, string, session.Ref) error {
	return func(directory.User, string, session.Ref) error { return err }
}

// TestDisplacing: an accepted login ends the session whose cookie came in and those over the cap. A failure to do so never
// fails the login.
func TestDisplacing(t *testing.T) {
	t.Parallel()
	for _, fault := range []error{nil, errDisk} {
		var ended []session.Ref
		store := holding(jane)
		store.Store = sessions{end: func(refs []session.Ref) (int, error) {
			ended = append(ended, refs...)
			return len(refs), fault
		}}
		h := newHouse(store, plain(), nil)
		old, digest, err := h.Minter.Token(9)
		if err != nil {
			t.Fatal(err)
		}
		result, err := h.login(t, "jane", right, func(r *login.Request) { r.Replaces = old })
		want := []session.Ref{{Product: "test", Realm: realm, UserID: 9, Digest: digest}}
		if err != nil || result.Outcome != login.Accepted || !slices.Equal(ended, want) {
			t.Errorf("%+v, %v ended %+v, want it accepted and %+v ended", result, err, ended, want)
		}
		if logged := h.log.String(); (fault != nil) != strings.Contains(logged, "older sessions were not ended") {
			t.Errorf("with the fault %v logged %q", fault, logged)
		}
	}
}

// sessions is a session store that only ends sessions.
type sessions struct {
	session.Store
	end func([]session.Ref) (int, error)
}

func (s sessions) End(_ context.Context, refs ...session.Ref) (int, error) { return s.end(refs) }
