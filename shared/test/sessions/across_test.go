package sessions

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/functions"
	"gatehouse/shared/directory"
	"gatehouse/shared/password"
	"gatehouse/shared/product"
	"gatehouse/shared/store/storetest"
	"gatehouse/shared/test/target"
)

// unlimited has all clients come from one address, and users log in as often as they like.
var unlimited = target.Settings{"SOURCE_LIMIT": "0"}

// house is Gatehouse with two addresses, which on functions are those of different processes.
type house struct {
	product.Product // that is tested
	door            target.Product

	client   *target.Client
	store    storetest.Store
	urls     [2]string
	settings []string // the environment in which the command is called
	t        *testing.T
}

// everywhere plays a test with one product after the other, on the command and on the functions.
func everywhere(t *testing.T, settings target.Settings, play func(h *house)) {
	t.Helper()
	t.Parallel()
	t.Run("serve", func(t *testing.T) {
		t.Parallel()
		served := site.Serve(t, settings)
		h := &house{store: served.Store(), urls: [2]string{served.URL(), served.URL()}}
		h.settings = []string{"GATEHOUSE_STORE=sqlite:" + served.File(), "BCRYPT_COST=4"}
		h.play(t, play)
	})
	t.Run("functions", func(t *testing.T) {
		t.Parallel()
		cloud := site.Cloud(t)
		one, two := cloud.Gateway(settings, 1), cloud.Gateway(settings, 1)
		h := &house{store: cloud.Store, urls: [2]string{one.URL(), two.URL()}}
		h.settings = append(cloud.With(settings), "GATEHOUSE_STORE=dynamodb")
		h.play(t, play)
	})
}

// play plays a test with each product.
func (h *house) play(t *testing.T, play func(h *house)) {
	t.Helper()
	h.client = target.NewClient("127.0.0.1")
	t.Cleanup(h.client.Close)
	for i, p := range functions.Products() {
		t.Run(p.Name, func(t *testing.T) {
			h.Product, h.door, h.t = p, target.Products[i], t
			if app := p.Login.Application; app != nil {
				h.check(added(h.store.AddApplication(t.Context(), directory.Application{
					ID: app.ID, Realm: product.DemoRealm, SecretDigest: directory.Digest(app.Secret), CreatedAt: now(),
				})))
			}
			play(h)
		})
	}
}

func now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

func (h *house) check(err error) {
	h.t.Helper()
	check(h.t, err)
}

// added returns the error of adding what nobody else adds. The store of a busy machine may have added it in an attempt that
// timed out.
func added(err error) error {
	if errors.As(err, new(*directory.TakenError)) {
		return nil
	}
	return err
}

// hash returns a password as it is stored.
func (h *house) hash(plain string) string { return target.Hash(h.t, plain, password.MinCost) }

// join adds a user. All products have the same realm.
func (h *house) join(name, hash string) error {
	user := directory.Entry{Username: name}.User(product.DemoRealm, now())
	user.PasswordHash = hash
	_, err := directory.Enroll(h.t.Context(), h.store, user)
	return added(err)
}

// patient sends a request again while the store of a busy machine is too slow.
func patient(send func() (target.Answer, error)) (answer target.Answer, err error) {
	const tries = 5
	for range tries {
		if answer, err = send(); err != nil || answer.Verdict != target.Fault {
			break
		}
	}
	return answer, err
}

// logIn returns the answer of an accepted login, at the first address.
func (h *house) logIn(name, plain string) (target.Answer, error) {
	answer, err := patient(func() (target.Answer, error) {
		request, err := h.door.Request(h.urls[0], name, plain)
		if err != nil {
			return target.Answer{}, err
		}
		return h.client.Send(request, h.door)
	})
	if err == nil && answer.Verdict != target.Accepted {
		err = fmt.Errorf("the login of %s gets %d %s", name, answer.Status, answer.Body)
	}
	return answer, err
}

// live reports whether the session of a login is good, at the second address. Where a cookie carries it, backends must learn
// the same.
func (h *house) live(login target.Answer) (bool, error) {
	asks := []func(context.Context, string, target.Product, target.Answer) (target.Answer, error){h.client.Check}
	if h.Session.Cookie != "" {
		asks = append(asks, h.client.Verify)
	}
	refusals := []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound}
	var statuses []int
	for _, ask := range asks {
		answer, err := patient(func() (target.Answer, error) { return ask(h.t.Context(), h.urls[1], h.door, login) })
		if err != nil {
			return false, err
		}
		if answer.Status != http.StatusOK && !slices.Contains(refusals, answer.Status) {
			return false, fmt.Errorf("a check gets %d %s", answer.Status, answer.Body)
		}
		statuses = append(statuses, answer.Status)
	}
	if good := slices.Index(statuses, http.StatusOK); good > 0 || good == 0 && slices.Max(statuses) > http.StatusOK {
		return false, fmt.Errorf("the product and the proxy disagree: %v", statuses)
	}
	return statuses[0] == http.StatusOK, nil
}

// logOut ends the session of a login, at the first address. A refusal is no error: an attempt that failed may have ended it.
func (h *house) logOut(login target.Answer) error {
	answer, err := patient(func() (target.Answer, error) { return h.client.Logout(h.t.Context(), h.urls[0], h.door, login) })
	if err == nil && answer.Verdict == target.Fault {
		err = fmt.Errorf("a logout gets %d %s", answer.Status, answer.Body)
	}
	return err
}

// run calls the command.
func (h *house) run(args ...string) error {
	command := exec.CommandContext(h.t.Context(), site.Command(h.t), args...)
	command.Env, command.Stdin = h.settings, strings.NewReader("another right password")
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("gatehouse %s: %w\n%s", strings.Join(args, " "), err, output)
	}
	return nil
}

// TestSecurity19TheNextCheckRefuses ends a session in one process. The very next check in another one refuses it.
func TestSecurity19TheNextCheckRefuses(t *testing.T) {
	everywhere(t, unlimited, func(h *house) {
		for name, end := range map[string]func(name string, login target.Answer) error{
			"logout":       func(_ string, login target.Answer) error { return h.logOut(login) },
			"deactivated":  func(name string, _ target.Answer) error { return h.run("users", "deactivate", name) },
			"new-password": func(name string, _ target.Answer) error { return h.run("users", "set-password", name) },
			"removed":      func(name string, _ target.Answer) error { return h.run("users", "remove", name, "--yes") },
			"ended":        func(name string, _ target.Answer) error { return h.run("sessions", "end", name, "--product", h.Name) },
			"all-ended":    func(name string, _ target.Answer) error { return h.run("sessions", "end", name, "--all") },
		} {
			name := h.Name + "-" + name
			h.check(h.join(name, h.hash("the right password")))
			login, err := h.logIn(name, "the right password")
			h.check(err)
			before, err := h.live(login)
			h.check(err)
			h.check(end(name, login))
			after, err := h.live(login)
			h.check(err)
			if !before || after {
				h.t.Errorf("%s: the session is good before: %t, after: %t", name, before, after)
			}
		}
	})
}
