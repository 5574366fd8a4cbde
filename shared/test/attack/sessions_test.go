package attack_test

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"gatehouse/shared/directory"
	"gatehouse/shared/product"
	"gatehouse/shared/test/target"
)

// many is how many requests come at once.
const many = 200

// TestParallelLoginsKeepTheCap: all logins of one user at once are accepted, and then exactly as many sessions are live as the cap
// allows.
func TestParallelLoginsKeepTheCap(t *testing.T) {
	t.Parallel()
	onBoth(t, target.Settings{"SOURCE_LIMIT": "0"}, func(t *testing.T, at target.Target) {
		from := client(t, "127.0.4.1")
		for _, through := range target.Where(target.Product.Capped) {
			logins := make([]target.Answer, many)
			inParallel(many, func(i int) {
				logins[i] = logIn(t, from, at, through, through.User.Username, through.User.Password)
			})
			live := 0
			for _, login := range logins {
				if check(t, from, at, through, login) {
					live++
				}
			}
			user, err := at.Store().FindUser(t.Context(), product.DemoRealm, directory.Username(through.User.Username))
			if err != nil {
				t.Fatal(err)
			}
			stored, err := at.Store().List(t.Context(), product.DemoRealm, user.ID, through.Name)
			if want := through.Cap(); err != nil || live != want || len(stored) != want {
				t.Errorf("%s: %d sessions are live and %d stored (%v), want %d", through.Name, live, len(stored), err, want)
			}
		}
	})
}

// TestSecurity19ParallelLogouts: no check that began after the logout was answered finds the session.
func TestSecurity19ParallelLogouts(t *testing.T) {
	t.Parallel()
	onBoth(t, target.Settings{"SOURCE_LIMIT": "0"}, func(t *testing.T, at target.Target) {
		from := client(t, "127.0.4.2")
		hash := target.Hash(t, "right", cheap)
		for _, through := range target.Products {
			logins, over := make([]target.Answer, many/2), make([]atomic.Bool, many/2)
			for i := range logins {
				username := fmt.Sprintf("%s-%d", through.Name, i)
				enroll(t, at, username, hash, asItIs)
				logins[i] = logIn(t, from, at, through, username, "right")
			}
			inParallel(many, func(i int) {
				login, over := logins[i/2], &over[i/2]
				if i%2 == 0 {
					logOut(t, from, at, through, login)
					over.Store(true)
					return
				}
				for last := false; !last; {
					last = over.Load()
					if live := check(t, from, at, through, login); live && last {
						t.Errorf("%s: a check after the logout finds the session", through.Name)
					}
				}
			})
		}
	})
}

// inParallel calls do for each number below n, all at once.
func inParallel(n int, do func(i int)) {
	begin := make(chan struct{})
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() {
			<-begin
			do(i)
		})
	}
	close(begin)
	wait.Wait()
}

// logIn returns the answer of a login. If it is not accepted, the test fails.
func logIn(t *testing.T, from *target.Client, at target.Target, through target.Product, username, password string) target.Answer {
	answer, err := from.Login(t.Context(), at, through, username, password)
	if err != nil || answer.Verdict != target.Accepted {
		t.Errorf("%s, %s: %d %s (%v), want a session", through.Name, username, answer.Status, answer.Body, err)
	}
	return answer
}

// check reports whether the session of a login is live. Any other answer than 200 or a refusal fails the test.
func check(t *testing.T, from *target.Client, at target.Target, through target.Product, login target.Answer) bool {
	answer, err := from.Check(t.Context(), at.URL(), through, login)
	switch answer.Status {
	case http.StatusOK:
		return true
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
	default:
		t.Errorf("%s: a check is answered %d, %v", through.Name, answer.Status, err)
	}
	return false
}

func logOut(t *testing.T, from *target.Client, at target.Target, through target.Product, login target.Answer) {
	answer, err := from.Logout(t.Context(), at.URL(), through, login)
	if err != nil || answer.Status >= http.StatusBadRequest {
		t.Errorf("%s: a logout is answered %d, %v", through.Name, answer.Status, err)
	}
}
