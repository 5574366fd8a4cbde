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
		for _, through := range target.Where(func(p target.Product) bool { return p.Capped() && p.InSession() }) {
			cookies := make([]string, many)
			inParallel(many, func(i int) {
				cookies[i] = logIn(t, from, at, through, through.User.Username, through.User.Password)
			})
			live := 0
			for _, cookie := range cookies {
				if check(t, from, at, through, cookie) {
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
		for _, through := range target.Where(target.Product.InSession) {
			cookies, over := make([]string, many/2), make([]atomic.Bool, many/2)
			for i := range cookies {
				username := fmt.Sprintf("%s-%d", through.Name, i)
				enroll(t, at, username, hash, asItIs)
				cookies[i] = logIn(t, from, at, through, username, "right")
			}
			inParallel(many, func(i int) {
				cookie, over := cookies[i/2], &over[i/2]
				if i%2 == 0 {
					logOut(t, from, at, through, cookie)
					over.Store(true)
					return
				}
				for last := false; !last; {
					last = over.Load()
					if live := check(t, from, at, through, cookie); live && last {
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

// logIn returns the session's cookie, or "" if the login is not accepted, which fails the test.
func logIn(t *testing.T, from *target.Client, at target.Target, through target.Product, username, password string) string {
	answer, err := from.Login(t.Context(), at, through, username, password)
	if err == nil && answer.Verdict == target.Accepted {
		for _, cookie := range (&http.Response{Header: answer.Header}).Cookies() {
			if cookie.Name == through.Cookie {
				return cookie.Name + "=" + cookie.Value
			}
		}
	}
	t.Errorf("%s, %s: %d %s (%v), want a session", through.Name, username, answer.Status, answer.Body, err)
	return ""
}

// check reports whether the cookie's session is live. Any other answer than 200 or 401 fails the test.
func check(t *testing.T, from *target.Client, at target.Target, through target.Product, cookie string) bool {
	status := within(t, from, at, through, http.MethodGet, through.Check(), cookie)
	if status != http.StatusOK && status != http.StatusUnauthorized {
		t.Errorf("%s: a check is answered %d", through.Name, status)
	}
	return status == http.StatusOK
}

func logOut(t *testing.T, from *target.Client, at target.Target, through target.Product, cookie string) {
	if status := within(t, from, at, through, http.MethodPost, through.Logout(), cookie); status >= http.StatusBadRequest {
		t.Errorf("%s: a logout is answered %d", through.Name, status)
	}
}

// within sends a request with a session's cookie and returns the status; 0 means that there was no answer.
func within(t *testing.T, from *target.Client, at target.Target, through target.Product, method, path, cookie string) int {
	request, err := http.NewRequestWithContext(t.Context(), method, at.URL()+path, http.NoBody)
	if err != nil {
		t.Error(err)
		return 0
	}
	request.Header.Set("Cookie", cookie)
	answer, err := from.Send(request, through)
	if err != nil {
		t.Error(err)
	}
	return answer.Status
}
