package login_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"gatehouse/shared/directory"
	"gatehouse/shared/login"
)

// counting lets a store count requests by key.
func counting(store *double) *double {
	var mutex sync.Mutex
	sums := map[string]int{}
	add := func(n int) func(string, time.Time) (int, error) {
		return func(key string, now time.Time) (int, error) {
			mutex.Lock()
			defer mutex.Unlock()
			key += now.Format("15:04")
			sums[key] += n
			return sums[key], nil
		}
	}
	store.count, store.counted = add(1), add(0)
	return store
}

func TestSecurity07LimitPerSource(t *testing.T) {
	t.Parallel()
	h := newHouse(counting(holding(jane)), plain(), nil)
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
	h.Clock = func() time.Time { return start.Add(time.Minute) }
	if visit, err := h.Admit(t.Context(), caller("192.0.2.1")); err != nil || visit.Quota.Remaining != 1 {
		t.Errorf("in the next minute: %+v, %v, want one remaining", visit.Quota, err)
	}
	h.SourceLimit, h.steps = 0, nil
	if visit, err := h.Admit(t.Context(), caller("192.0.2.1")); err != nil || visit.Quota != (login.Quota{}) || len(h.steps) > 0 {
		t.Errorf("switched off: %+v, %v, want no limit and no store operation", visit.Quota, err)
	}
}

func TestFailedAuthenticationIsCountedByAddress(t *testing.T) {
	t.Parallel()
	h := newHouse(counting(holding(jane)), plain(), nil)
	h.SourceLimit = 2
	for _, id := range []int64{138, 139} { // 139 does not exist, and takes the same steps
		h.steps = nil
		if visit, _, err := h.AdmitApplication(t.Context(), caller("192.0.2.1"), login.Calling{ID: id, Secret: "wrong"}); !errors.Is(err, login.ErrApplication) {
			t.Errorf("failure of %d: %+v, %v, want refused", id, visit.Quota, err)
		}
		if want := []string{"Authenticate", "Count"}; !slices.Equal(h.steps, want) {
			t.Errorf("failure of %d: steps %v, want %v", id, h.steps, want)
		}
	}
	for _, secret := range []string{"wrong", "secret"} {
		h.steps = nil
		visit, _, err := h.AdmitApplication(t.Context(), caller("192.0.2.1"), login.Calling{ID: 138, Secret: secret})
		if err != nil || !visit.Quota.Exceeded || !slices.Equal(h.steps, []string{"Authenticate"}) {
			t.Errorf("%s from a throttled address: %+v, %v after %v, want throttled", secret, visit.Quota, err, h.steps)
		}
	}
	for range 5 {
		visit, found, err := h.AdmitApplication(t.Context(), caller("192.0.2.9"), login.Calling{ID: 138, Secret: "secret"})
		if err != nil || visit.Quota.Exceeded || found.Application.ID != 138 {
			t.Errorf("the right secret from another address: %+v, %v, want admitted", visit.Quota, err)
		}
	}
}

// TestSecurity07ParallelFailedAuthentication holds every request back until all of them have seen an address without failures.
func TestSecurity07ParallelFailedAuthentication(t *testing.T) {
	t.Parallel()
	const limit, requests = 3, 12
	store := counting(holding(jane))
	var seen, ended sync.WaitGroup
	seen.Add(requests)
	application := store.application
	store.application = func(id int64) (directory.Application, error) {
		seen.Done()
		seen.Wait()
		return application(id)
	}
	service := newHouse(store, plain(), nil).Service
	service.Store, service.SourceLimit = store, limit
	var refused, throttled atomic.Int64
	for range requests {
		ended.Go(func() {
			visit, _, err := service.AdmitApplication(t.Context(), caller("192.0.2.1"), login.Calling{ID: 138, Secret: "wrong"})
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
	h := newHouse(counting(holding(jane)), plain(), nil)
	h.AppLimit = 1
	for i, exceeded := range []bool{false, true} {
		visit, _, err := h.AdmitApplication(t.Context(), caller("192.0.2.1"), login.Calling{ID: 138, Secret: "secret"})
		if err != nil || visit.Quota.Exceeded != exceeded {
			t.Errorf("request %d: %+v, %v, want exceeded %t", i+1, visit.Quota, err, exceeded)
		}
	}
}

// TestApplicationFaults: a fault at any step admits nobody.
func TestApplicationFaults(t *testing.T) {
	t.Parallel()
	for _, step := range []string{"Authenticate", "Count"} {
		h := newHouse(holding(jane), plain(), func(ctx context.Context, method string, call func(context.Context) error) error {
			if method == step {
				return errDisk
			}
			return call(ctx)
		})
		h.SourceLimit, h.AppLimit = 60, 60
		if _, _, err := h.AdmitApplication(t.Context(), caller("192.0.2.1"), login.Calling{ID: 138, Secret: "secret"}); !errors.Is(err, errDisk) {
			t.Errorf("%s: error %v, want the fault", step, err)
		}
	}
}

// TestSecurity22AHangingStoreIsGivenUp: all store calls of a visit share 2.5 s, wherever they spend it. Hashing is not counted.
func TestSecurity22AHangingStoreIsGivenUp(t *testing.T) {
	t.Parallel()
	const hashing = 10 * time.Second
	for _, row := range []struct {
		name  string
		takes map[string]time.Duration // of the store's calls; the others take no time
		fault string                   // the call that is given up; empty for none
		want  time.Duration            // until the answer
	}{
		{"within the budget", map[string]time.Duration{"Count": time.Second, "Load": time.Second}, "", 2*time.Second + hashing},
		{"hangs at once", map[string]time.Duration{"Count": time.Hour}, "Count", 2500 * time.Millisecond},
		{"hangs later", map[string]time.Duration{"Count": time.Second, "Resolve": time.Second, "Load": time.Hour}, "Load",
			2500 * time.Millisecond},
		{"hangs after the hash", map[string]time.Duration{"Load": time.Second, "Accept": time.Hour}, "Accept",
			2500*time.Millisecond + hashing},
	} {
		synctest.Test(t, func(t *testing.T) {
			hasher := plain()
			hasher.verify = func(string, string) (bool, error) {
				time.Sleep(hashing)
				return true, nil
			}
			h := newHouse(holding(jane), hasher, func(ctx context.Context, method string, call func(context.Context) error) error {
				select {
				case <-time.After(row.takes[method]):
					return call(ctx)
				case <-ctx.Done():
					return ctx.Err()
				}
			})
			h.SourceLimit = 60
			began := time.Now()
			_, err := h.login(t, "jane", right)
			if errors.Is(err, context.DeadlineExceeded) != (row.fault != "") || (err == nil) != (row.fault == "") {
				t.Errorf("%s: error %v", row.name, err)
			}
			if last := h.steps[len(h.steps)-1]; row.fault != "" && last != row.fault {
				t.Errorf("%s: the last call was %s, want %s", row.name, last, row.fault)
			}
			if took := time.Since(began); took != row.want {
				t.Errorf("%s: took %s of the bubble's time, want %s", row.name, took, row.want)
			}
		})
	}
}

// TestSpentBudget: a budget that is spent exactly makes no further call.
func TestSpentBudget(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(holding(jane), plain(), func(ctx context.Context, method string, call func(context.Context) error) error {
			if method == "Resolve" {
				time.Sleep(3 * time.Second) // a store that does not watch its context
			}
			return call(ctx)
		})
		_, err := h.login(t, "jane", right)
		if want := []string{"Resolve"}; !errors.Is(err, context.DeadlineExceeded) || !slices.Equal(h.steps, want) {
			t.Errorf("error %v after %v, want the deadline's after %v", err, h.steps, want)
		}
	})
}
