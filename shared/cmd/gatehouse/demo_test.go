package main

import (
	"crypto/rand"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gatehouse/shared/test/target"
)

// TestSecurity29TheDemoHasAStoreOfItsOwn: who tries the demo and then serves for real serves another file.
func TestSecurity29TheDemoHasAStoreOfItsOwn(t *testing.T) { //nolint:paralleltest // it changes the working directory
	t.Chdir(t.TempDir())
	tried := serve(t, nil, "--demo")
	if want := "The store sqlite:.gatehouse/demo.db holds 4 users."; !strings.Contains(tried.banner, want) {
		t.Errorf("the banner does not say %q:\n%s", want, tried.banner)
	}
	requests := curls(t, tried.banner)
	if err := tried.stop(); err != nil {
		t.Fatal(err)
	}
	served := serve(t, nil)
	if want := "The store sqlite:.gatehouse/gatehouse.db holds no users"; !strings.Contains(served.banner, want) {
		t.Errorf("the banner does not say %q:\n%s", want, served.banner)
	}
	for _, request := range requests {
		request.url = strings.Replace(request.url, tried.base, served.base, 1)
		if response, body := served.send(request); response.StatusCode < 400 || response.StatusCode > 401 {
			t.Errorf("%s is answered %s %s, want a refusal", request.url, response.Status, body)
		}
	}
	if _, err := os.Stat(".gatehouse/demo.db"); err != nil {
		t.Errorf("the demo's own store: %v", err)
	}
}

// TestSecurity29TheDemoIsNotLeftBehind: served without --demo, a directory that holds any of its accounts warns on a
// loopback address and is refused on any other, until the last of them is gone or has a secret of its own.
func TestSecurity29TheDemoIsNotLeftBehind(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "gatehouse.db")
	if err := serveOn(t, path, nil, "--demo").stop(); err != nil {
		t.Fatal(err)
	}
	c := &console{t, map[string]string{"BCRYPT_COST": "4", storeVariable: "sqlite:" + path}}
	holds := func(accounts string) {
		t.Helper()
		s := serveOn(t, path, nil)
		if want := "WARNING: the directory holds the demo's " + accounts + ", whose"; !strings.Contains(s.banner, want) {
			t.Errorf("the banner does not say %q:\n%s", want, s.banner)
		}
		if !strings.Contains(s.log.String(), `"level":"WARN","msg":"the directory holds the demo's accounts`) {
			t.Errorf("the log does not warn:\n%s", s.log)
		}
		if strings.Contains(s.banner, "_secret") {
			t.Errorf("the banner shows a demo user's password:\n%s", s.banner)
		}
		if err := s.stop(); err != nil {
			t.Fatal(err)
		}
		c.run("serve", "--addr", "0.0.0.0:0").failed(1, "the directory holds the demo's "+accounts+
			", whose passwords everyone knows; remove them, or serve on a loopback address")
	}
	holds("jane.doe, admin, hunter, john_doe, application 138")
	c.must("users", "remove", target.AISquare.User.Username, "--yes")
	c.must("users", "remove", target.SocialID.User.Username, "--yes")
	c.must("users", "remove", target.Unleash.User.Username, "--yes")
	c.typed("a password of one's own", "users", "set-password", target.Crafter.User.Username).succeeded()
	holds("application 138")
	c.must("apps", "rotate-secret", "138")
	s := serveOn(t, path, nil, "--addr", "0.0.0.0:0")
	if text := s.banner + s.log.String(); strings.Contains(text, "everyone knows") {
		t.Errorf("it warns of accounts that are gone:\n%s", text)
	}
}

// TestDemoOnADirectoryOfOnesOwn prints no requests of users who are not there.
func TestDemoOnADirectoryOfOnesOwn(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	c.must("users", "add", "--username", "mine", "--no-password")
	s := serveOn(t, strings.TrimPrefix(c.environment[storeVariable], "sqlite:"), nil, "--demo")
	for _, want := range []string{"holds 1 user.", "no demo user was added", `"login":"NAME"`, "gatehouse users list --limit 20"} {
		if !strings.Contains(s.banner, want) {
			t.Errorf("the banner does not say %q:\n%s", want, s.banner)
		}
	}
	if strings.Contains(s.banner, target.AISquare.User.Username) || strings.Contains(s.banner, "_secret") {
		t.Errorf("the banner names users who are not there:\n%s", s.banner)
	}
}

// TestReadingCreatesNoStore: only what adds something, and serve, creates a store.
func TestReadingCreatesNoStore(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	path := strings.TrimPrefix(c.environment[storeVariable], "sqlite:")
	for _, line := range []string{
		"users list", "users list --json", "users show jane", "users export", "users edit jane --name Jane",
		"users remove jane --yes", "users unlock jane", "users deactivate jane", "users set-password jane",
		"apps list", "apps show 138", "apps rotate-secret 138", "apps remove 138 --yes",
	} {
		c.run(strings.Fields(line)...).failed(1,
			path+" does not exist; `gatehouse serve` and `gatehouse users add` create it, --store names another").shows("")
	}
	c.typed(`{"username": "jane"}`, "users", "import", "--dry-run", "-").succeeded()
	if _, err := os.Stat(filepath.Dir(path)); !os.IsNotExist(err) {
		t.Errorf("there is a folder for the store: %v", err)
	}
	c.typed("", "users", "import", "-").succeeded()
	if _, err := os.Stat(path); err != nil {
		t.Errorf("an import creates the store: %v", err)
	}
}

// countedWrites is an output that counts how often it is written to.
type countedWrites int

func (c *countedWrites) Write(text []byte) (int, error) {
	*c++
	return len(text), nil
}

// TestListsAreBuffered: a long list is written in few pieces.
func TestListsAreBuffered(t *testing.T) {
	t.Parallel()
	c, users := newConsole(t), 1200
	var lines strings.Builder
	for range users {
		lines.WriteString(`{"username": "` + rand.Text() + `"}` + "\n")
	}
	c.typed(lines.String(), "users", "import", "-").succeeded()
	for _, line := range []string{"users list", "users list --json"} {
		var out countedWrites
		a := &app{stdin: strings.NewReader(""), stdout: &out, stderr: io.Discard, environment: c.environment}
		if err := run(t.Context(), a, strings.Fields(line)); err != nil || int(out) == 0 || int(out) > users/4 {
			t.Errorf("%q of %d users made %d writes, %v", line, users, out, err)
		}
	}
}
