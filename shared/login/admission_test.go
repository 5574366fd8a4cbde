package login_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"gatehouse/shared/directory"
	"gatehouse/shared/login"
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
	h.spy.Calls()
	if visit, err := h.Admit(t.Context(), caller("192.0.2.1")); err != nil || visit.Quota != (login.Quota{}) || len(h.spy.Calls()) > 0 {
		t.Errorf("switched off: %+v, %v, want no limit and no store operation", visit.Quota, err)
	}
}

func (h *house) application() directory.Application {
	app := directory.Application{ID: 138, Realm: realm, SecretDigest: directory.Digest("secret")}
	h.check(h.store.AddApplication(h.t.Context(), app))
	return app
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

// TestSecurity07ParallelFailedAuthentication holds every request back until all of them have seen an address without failures.
func TestSecurity07ParallelFailedAuthentication(t *testing.T) {
	t.Parallel()
	const limit, requests = 3, 12
	h := newHouse(t)
	h.SourceLimit = limit
	h.application()
	var seen sync.WaitGroup
	seen.Add(requests)
	h.spy.Before = func(call string) error {
		if call == "Application" {
			seen.Done()
			seen.Wait()
		}
		return nil
	}
	var refused, throttled atomic.Int64
	var ended sync.WaitGroup
	for range requests {
		ended.Go(func() {
			visit, _, err := h.AdmitApplication(t.Context(), caller("192.0.2.1"), 138, "wrong")
			switch {
			case errors.Is(err, login.ErrApplication):
				refused.Add(1)
			case err == nil && visit.Quota.Exceeded:
				throttled.Add(1)
			default:
				t.Errorf("%+v, %v, want a refusal", visit.Quota, err)
			}
		})
	}
	ended.Wait()
	if refused.Load() != limit || throttled.Load() != requests-limit {
		t.Errorf("%d refused and %d throttled, want %d and %d", refused.Load(), throttled.Load(), limit, requests-limit)
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
			h.Service = login.New(store, nil, slog.New(slog.DiscardHandler))
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
	if calls := h.spy.Calls(); slices.Contains(calls, "Begin") {
		t.Errorf("store operations %v, want no session", calls)
	}
}
