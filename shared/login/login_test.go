package login_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/login"
	"gatehouse/shared/session"
)

var errDisk = errors.New("disk on fire")

// TestOutcomes covers every refusal, alone and in a locked account. The steps before the decision are the same for all.
func TestOutcomes(t *testing.T) {
	t.Parallel()
	with := func(change func(*directory.User)) directory.User {
		user := jane
		change(&user)
		return user
	}
	inactive := with(func(u *directory.User) { u.Active = false })
	unconfirmed := with(func(u *directory.User) { u.Confirmed = false })
	for _, row := range []struct {
		name, username, password string
		user                     directory.User
		want, locked             login.Outcome
	}{
		{"right", "jane", right, jane, login.Accepted, login.Locked},
		{"wrong", "jane", "wrong", jane, login.WrongPassword, login.Locked},
		{"unknown", "nobody", right, jane, login.UnknownUser, login.UnknownUser},
		{"inactive, right", "jane", right, inactive, login.Inactive, login.Inactive},
		{"inactive, wrong", "jane", "wrong", inactive, login.Inactive, login.Inactive},
		{"unconfirmed", "jane", right, unconfirmed, login.Unconfirmed, login.Unconfirmed},
		{"inactive before unconfirmed", "jane", right, with(func(u *directory.User) { u.Active, u.Confirmed = false, false }),
			login.Inactive, login.Inactive},
		{"no password", "jane", right, with(func(u *directory.User) { u.PasswordHash = "" }), login.WrongPassword, login.Locked},
		{"service account", "jane", right, with(func(u *directory.User) { u.AccountType = directory.ServiceAccount }),
			login.WrongPassword, login.Locked},
	} {
		for _, locked := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, locked %t", row.name, locked), func(t *testing.T) {
				t.Parallel()
				store, want := holding(row.user), row.want
				if locked {
					want = row.locked
					store.refuse = func(directory.Account, attempts.Policy, time.Time) (bool, error) { return true, nil }
					store.accept = func(directory.Account, attempts.Policy, time.Time, int64) (attempts.Record, error) {
						return attempts.Record{}, fmt.Errorf("committing: %w", login.ErrLocked)
					}
				}
				h := newHouse(store, plain(), nil)
				result, err := h.login(t, row.username, row.password)
				if err != nil || result.Outcome != want {
					t.Errorf("outcome %q, %v, want %q", result.Outcome, err, want)
				}
				if accepted := want == login.Accepted; accepted != (len(result.Issued) == 1) || accepted != (result.User.ID == 7) {
					t.Errorf("got %+v with the outcome %s", result, want)
				}
				steps := []string{"Resolve", "Load", "Verify", "Refuse"}
				if row.want == login.Accepted {
					steps[3] = "Accept"
				}
				if want == login.Accepted {
					steps = append(steps, "Begin")
				}
				if diff := cmp.Diff(steps, h.steps); diff != "" {
					t.Errorf("steps differ (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// TestAccepted checks what an accepted login commits, stores and returns.
func TestAccepted(t *testing.T) {
	t.Parallel()
	before := attempts.Record{Fails: 2, Run: 2, Last: start.Add(-time.Minute), Seen: start.Add(-time.Hour)}
	store := holding(jane)
	store.accept = func(account directory.Account, p attempts.Policy, now time.Time, epoch int64) (attempts.Record, error) {
		if account != janes || p != policy || !now.Equal(start) || epoch != 5 {
			t.Errorf("committed %+v by %+v at %s with the epoch %d", account, p, now, epoch)
		}
		return before, nil
	}
	var stored []session.Session
	store.begin = func(sessions []session.Session) error {
		stored = sessions
		return nil
	}
	result, err := newHouse(store, plain(), nil).login(t, "jane", right)
	if err != nil || result.Before != before || !cmp.Equal(result.User, jane) {
		t.Fatalf("got %+v, %v, want jane and the record before", result, err)
	}
	want := []session.Session{{
		Kind: session.Browser, Digest: directory.Digest(result.Issued[0].Token), Product: "test", Realm: realm, UserID: 7,
		Epoch: 5, Created: start, Used: start, Ends: start.Add(time.Hour),
	}}
	if diff := cmp.Diff(want, stored); diff != "" || !result.Issued[0].Expires.Equal(start.Add(time.Hour)) {
		t.Errorf("session differs (-want +got):\n%s\nissued %+v", diff, result.Issued)
	}
}

// TestOvertaken: an epoch that rose while the password was verified refuses the login.
func TestOvertaken(t *testing.T) {
	t.Parallel()
	store := holding(jane)
	store.accept = func(directory.Account, attempts.Policy, time.Time, int64) (attempts.Record, error) {
		return attempts.Record{}, fmt.Errorf("committing: %w", login.ErrEpoch)
	}
	h := newHouse(store, plain(), nil)
	if result, err := h.login(t, "jane", right); err != nil || result.Outcome != login.Locked || slices.Contains(h.steps, "Begin") {
		t.Errorf("got %+v, %v after %v, want it refused as locked", result, err, h.steps)
	}
}

// TestEndedWindow: the failures of a window that has ended are cleared before the hash, on every path.
func TestEndedWindow(t *testing.T) {
	t.Parallel()
	for _, username := range []string{"jane", "nobody"} {
		for _, password := range []string{right, "wrong"} {
			for age, cleared := range map[time.Duration]bool{policy.Lockout: true, policy.Lockout - time.Millisecond: false} {
				store := holding(jane)
				load := store.load
				store.load = func(account directory.Account) (directory.User, attempts.Record, error) {
					user, record, err := load(account)
					record.Fails, record.Last = 3, start.Add(-age)
					return user, record, err
				}
				h := newHouse(store, plain(), nil)
				if _, err := h.login(t, username, password); err != nil {
					t.Fatal(err)
				}
				if got := slices.Index(h.steps, "Clear") == 2 && h.steps[3] == "Verify"; got != cleared {
					t.Errorf("%s, %s, last failure %s ago: steps %v, want cleared %t", username, password, age, h.steps, cleared)
				}
			}
		}
	}
}

// TestFaults: a fault at any step ends the login with an error, with nothing issued and no step after it.
func TestFaults(t *testing.T) {
	t.Parallel()
	for step, password := range map[string]string{
		"Count": right, "Resolve": right, "Load": right, "Clear": right, "Refuse": "wrong", "Accept": right, "Begin": right,
	} {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			store := holding(jane)
			if step == "Clear" {
				store.load = func(directory.Account) (directory.User, attempts.Record, error) {
					return jane, attempts.Record{Fails: 1, Last: start.Add(-time.Hour)}, nil
				}
			}
			h := newHouse(store, plain(), func(ctx context.Context, method string, call func(context.Context) error) error {
				if method == step {
					return errDisk
				}
				return call(ctx)
			})
			h.SourceLimit = 60
			result, err := h.login(t, "jane", password)
			if !errors.Is(err, errDisk) || result.Outcome != "" || len(result.Issued) > 0 {
				t.Errorf("got %+v, %v, want nothing but the fault", result, err)
			}
			if last := h.steps[len(h.steps)-1]; last != step {
				t.Errorf("steps %v, want none after %s", h.steps, step)
			}
			if line := h.log.String(); !strings.Contains(line, "outcome=fault") || strings.Count(line, "\n") != 1 {
				t.Errorf("the log is %q, want one line with the fault", line)
			}
		})
	}
}

func TestSecurity15NoRandomnessNoSession(t *testing.T) {
	t.Parallel()
	h := newHouse(holding(jane), plain(), nil)
	h.Minter.Random = iotest.ErrReader(errDisk)
	if result, err := h.login(t, "jane", right); !errors.Is(err, errDisk) || result.Issued != nil || slices.Contains(h.steps, "Begin") {
		t.Errorf("got %+v, %v after %v, want the fault and no session", result, err, h.steps)
	}
}
