package login_test

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"gatehouse/shared/directory"
	"gatehouse/shared/login"
	"gatehouse/shared/session"
)

func caller(source string) login.Caller {
	return login.Caller{Product: "test", Source: source, RequestID: "r-1"}
}

func TestSecurity07LimitPerSource(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.SourceLimit = 2
	for i, want := range []login.Quota{
		{Limit: 2, Remaining: 1, Reset: 54322 * time.Millisecond},
		{Limit: 2, Remaining: 0, Reset: 54322 * time.Millisecond},
		{Limit: 2, Remaining: 0, Reset: 54322 * time.Millisecond, Exceeded: true},
	} {
		visit, err := h.Admit(t.Context(), caller("192.0.2.1"))
		if err != nil || visit.Quota != want {
			t.Errorf("request %d: %+v, %v, want %+v", i+1, visit.Quota, err, want)
		}
		if got := visit.Quota.Seconds(); got != 55 {
			t.Errorf("%d seconds, want 55: rounded up", got)
		}
	}
	if visit, err := h.Admit(t.Context(), caller("192.0.2.2")); err != nil || visit.Quota.Exceeded {
		t.Errorf("another source: %+v, %v, want admitted", visit.Quota, err)
	}
	h.now = start.Add(time.Minute)
	if visit, err := h.Admit(t.Context(), caller("192.0.2.1")); err != nil || visit.Quota.Remaining != 1 {
		t.Errorf("in the next minute: %+v, %v, want one remaining", visit.Quota, err)
	}
	h.SourceLimit = 0
	h.spy.taken()
	if visit, err := h.Admit(t.Context(), caller("192.0.2.1")); err != nil || visit.Quota != (login.Quota{}) || len(h.spy.taken()) > 0 {
		t.Errorf("switched off: %+v, %v, want no limit and no store operation", visit.Quota, err)
	}
}

func (h *house) application() directory.Application {
	app := directory.Application{ID: 138, Realm: realm, SecretDigest: directory.Digest("secret")}
	h.check(h.store.AddApplication(h.t.Context(), app))
	return app
}

func TestSecurity24UnknownApplicationIsLikeAWrongSecret(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.SourceLimit = 100
	app := h.application()
	if _, got, err := h.AdmitApplication(t.Context(), caller("192.0.2.1"), 138, "secret"); err != nil || got.ID != app.ID {
		t.Fatalf("the right secret: %+v, %v", got, err)
	}
	if calls := h.spy.taken(); !slices.Equal(calls, []string{"Counted", "Application"}) {
		t.Errorf("the right secret: store operations %v", calls)
	}
	for name, try := range map[string]struct {
		id     int64
		secret string
	}{
		"wrong secret": {138, "wrong"}, "empty secret": {138, ""}, "unknown application": {139, "secret"}, "no application": {0, ""},
	} {
		_, got, err := h.AdmitApplication(t.Context(), caller("192.0.2.1"), try.id, try.secret)
		if !errors.Is(err, login.ErrApplication) || got.ID != 0 {
			t.Errorf("%s: %+v, %v, want ErrApplication", name, got, err)
		}
		if calls := h.spy.taken(); !slices.Equal(calls, []string{"Counted", "Application", "Count"}) {
			t.Errorf("%s: store operations %v", name, calls)
		}
	}
}

func TestFailedAuthenticationIsCountedByAddress(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.SourceLimit = 2
	h.application()
	for i := range 3 {
		visit, _, err := h.AdmitApplication(t.Context(), caller("192.0.2.1"), 138, "wrong")
		if throttled := i == 2; visit.Quota.Exceeded != throttled || errors.Is(err, login.ErrApplication) == throttled {
			t.Errorf("failure %d: %+v, %v", i+1, visit.Quota, err)
		}
	}
	if visit, _, err := h.AdmitApplication(t.Context(), caller("192.0.2.1"), 138, "secret"); err != nil || !visit.Quota.Exceeded {
		t.Errorf("the right secret from a throttled address: %+v, %v, want throttled", visit.Quota, err)
	}
	for range 5 {
		if visit, _, err := h.AdmitApplication(t.Context(), caller("192.0.2.9"), 138, "secret"); err != nil || visit.Quota.Exceeded {
			t.Errorf("the right secret from another address: %+v, %v, want admitted", visit.Quota, err)
		}
	}
}

func TestApplicationLimit(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.AppLimit = 1
	h.application()
	for i, exceeded := range []bool{false, true} {
		visit, _, err := h.AdmitApplication(t.Context(), caller("192.0.2.1"), 138, "secret")
		if err != nil || visit.Quota.Exceeded != exceeded {
			t.Errorf("request %d: %+v, %v, want exceeded %t", i+1, visit.Quota, err, exceeded)
		}
	}
}

var errDisk = errors.New("disk on fire")

// TestSecurity22AFailingStoreMeansNoLogin fails each store operation of a login in turn.
func TestSecurity22AFailingStoreMeansNoLogin(t *testing.T) {
	t.Parallel()
	for _, failing := range []string{"Count", "Resolve", "Load", "Clear", "Refuse", "Accept", "Begin"} {
		t.Run(failing, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.SourceLimit = 100
			h.add("user", nil)
			h.attempt("user", "wrong")
			h.now = h.now.Add(policy.Lockout)
			h.spy.before = func(call string) error {
				if call == failing {
					return errDisk
				}
				return nil
			}
			password := right
			if failing == "Refuse" {
				password = "wrong"
			}
			result, err := h.login("user", password, nil)
			if !errors.Is(err, errDisk) || result.Outcome != "" || result.Issued != nil || result.User.ID != 0 {
				t.Errorf("got %+v, %v, want the fault and nothing else", result, err)
			}
			h.spy.before = nil
			if got := h.attempt("user", right); got != login.Accepted {
				t.Errorf("after recovery: %s, want accepted", got)
			}
		})
	}
}

// TestSecurity22AFailingApplicationStoreMeansNoLogin does the same for what comes before a login through an application.
func TestSecurity22AFailingApplicationStoreMeansNoLogin(t *testing.T) {
	t.Parallel()
	for _, failing := range []string{"Counted", "Application", "Count"} {
		h := newHouse(t)
		h.SourceLimit, h.AppLimit = 100, 100
		h.application()
		h.spy.before = func(call string) error {
			if call == failing {
				return errDisk
			}
			return nil
		}
		if _, _, err := h.AdmitApplication(t.Context(), caller("192.0.2.1"), 138, "secret"); !errors.Is(err, errDisk) {
			t.Errorf("%s: error %v, want the fault", failing, err)
		}
	}
}

// hanging is a store that answers nothing until it is given up.
type hanging struct{ login.Store }

func (hanging) Count(ctx context.Context, _ string, _ time.Time) (int, error) {
	<-ctx.Done()
	return 0, ctx.Err()
}

func (hanging) Resolve(ctx context.Context, _ string, _ []directory.Identifier) ([]directory.Account, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// slow is a store that takes a second for each count, and hangs after that.
type slow struct{ hanging }

func (slow) Count(context.Context, string, time.Time) (int, error) {
	time.Sleep(time.Second)
	return 1, nil
}

func TestSecurity22AHangingStoreIsGivenUp(t *testing.T) {
	t.Parallel()
	for name, store := range map[string]login.Store{"hangs at once": hanging{}, "hangs after a second": slow{}} {
		synctest.Test(t, func(t *testing.T) {
			h := &house{t: t, now: start}
			h.Service = login.New(store, nil, newLog(h))
			h.SourceLimit = 60
			began := time.Now()
			if _, err := h.login("user", right, nil); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: error %v, want the deadline's", name, err)
			}
			if took := time.Since(began); took != 2500*time.Millisecond {
				t.Errorf("%s: given up after %s of the bubble's time, want 2.5 s for all calls together", name, took)
			}
		})
	}
}

func TestSecurity15NoRandomnessNoSession(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.add("user", nil)
	h.Minter.Random = iotest.ErrReader(errDisk)
	result, err := h.login("user", right, nil)
	if !errors.Is(err, errDisk) || result.Issued != nil {
		t.Errorf("got %+v, %v, want the fault", result, err)
	}
	if calls := h.spy.taken(); slices.Contains(calls, "Begin") {
		t.Errorf("store operations %v, want no session", calls)
	}
}

// TestSecurity16OnlyDigestsAreStoredOrLogged reads the whole file of the store and all of the log.
func TestSecurity16OnlyDigestsAreStoredOrLogged(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.add("user", nil)
	h.application()
	secrets := []string{right, "wrong-guess-of-a-password", "wrong-secret-of-an-application"}
	h.attempt("user", secrets[1])
	_, _, err := h.AdmitApplication(t.Context(), caller("192.0.2.1"), 138, secrets[2])
	if !errors.Is(err, login.ErrApplication) {
		t.Fatal(err)
	}
	result, err := h.login("user", right, nil)
	h.check(err)
	secrets = append(secrets, result.Issued[0].Token)
	h.check(h.store.Close())
	file, err := os.ReadFile(h.file)
	h.check(err)
	if !strings.Contains(string(file), session.Digest(result.Issued[0].Token)) {
		t.Errorf("the token's digest is not stored, so this test would see nothing")
	}
	for _, secret := range secrets {
		if strings.Contains(string(file), secret) {
			t.Errorf("%q is stored", secret)
		}
		if strings.Contains(h.log.String(), secret) {
			t.Errorf("%q is logged", secret)
		}
	}
}

// TestSecurity21EveryAttemptIsLogged: one line each, with the outcome, and nothing that the client typed.
func TestSecurity21EveryAttemptIsLogged(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	user := h.add("user", nil)
	h.attempt("user", right)
	h.attempt("user", "wrong")
	h.attempt("nobody\n{\"outcome\":\"accepted\"}", "wrong")
	h.spy.before = func(string) error { return errDisk }
	_, _ = h.login("user", right, nil)
	lines := strings.Split(strings.TrimSpace(h.log.String()), "\n")
	if len(lines) != 4 {
		t.Fatalf("%d lines for 4 logins:\n%s", len(lines), h.log.String())
	}
	account := `"account":"` + directory.AccountOf(realm, user.ID).Key + `"`
	for i, wants := range [][]string{
		{`"outcome":"accepted"`, account, `"product":"test"`, `"source":"192.0.2.1"`, `"request_id":"r-1"`, `"realm":"main"`, `"time":"`},
		{`"outcome":"wrong_password"`, account},
		{`"outcome":"unknown_user"`},
		{`"outcome":"fault"`, `"level":"ERROR"`, `disk on fire`},
	} {
		for _, want := range wants {
			if !strings.Contains(lines[i], want) {
				t.Errorf("line %d lacks %s:\n%s", i+1, want, lines[i])
			}
		}
	}
	for _, typed := range []string{"nobody", "decoy", "wrong\"", right} {
		if strings.Contains(h.log.String(), typed) {
			t.Errorf("the log shows %q:\n%s", typed, h.log.String())
		}
	}
}
