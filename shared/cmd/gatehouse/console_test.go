package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gatehouse/shared/directory"
	"gatehouse/shared/test/tools"
)

// console runs command lines in process, each as a fresh program, on one store in a temporary folder.
type console struct {
	t           testing.TB
	environment map[string]string
}

// printed is what one command line came to.
type printed struct {
	t              testing.TB
	line           string
	stdout, stderr string
	message        string // what main prints after "gatehouse:"; empty for none
	status         int
}

func newConsole(t testing.TB) *console {
	t.Helper()
	path := filepath.Join(t.TempDir(), "directory", "gatehouse.db")
	return &console{t, map[string]string{"BCRYPT_COST": "4", storeVariable: "sqlite:" + path}}
}

// run carries out a command line with nothing on stdin.
func (c *console) run(args ...string) printed { return c.typed("", args...) }

// typed carries out a command line with the text on stdin, which is no terminal.
func (c *console) typed(stdin string, args ...string) printed {
	c.t.Helper()
	return c.reading(c.t.Context(), strings.NewReader(stdin), io.Discard, args...)
}

// reading is the whole of it. What goes to stderr goes to echo too.
func (c *console) reading(ctx context.Context, stdin io.Reader, echo io.Writer, args ...string) printed {
	c.t.Helper()
	var stdout, stderr bytes.Buffer
	a := &app{stdin: stdin, stdout: &stdout, stderr: io.MultiWriter(&stderr, echo), environment: c.environment}
	err := run(ctx, a, args)
	p := printed{t: c.t, line: strings.Join(args, " "), stdout: stdout.String(), stderr: stderr.String(), status: status(err)}
	if err != nil {
		p.message = oneLine(err)
	}
	return p
}

// must is run for a command line that has to succeed without a word on stderr.
func (c *console) must(args ...string) printed {
	c.t.Helper()
	return c.run(args...).succeeded()
}

// open gives the store itself, for the time of the test.
func (c *console) open() store {
	c.t.Helper()
	s, closeStore, err := (&app{environment: c.environment}).openStore(c.t.Context(), creating)
	if err != nil {
		c.t.Fatalf("opening the store: %v", err)
	}
	c.t.Cleanup(func() {
		if err := closeStore(); err != nil {
			c.t.Errorf("closing the store: %v", err)
		}
	})
	return s
}

// user gives a user as stored.
func (c *console) user(realm string, id int64) directory.User {
	c.t.Helper()
	user, err := c.open().User(c.t.Context(), realm, id)
	if err != nil {
		c.t.Fatalf("user %d of realm %s: %v", id, realm, err)
	}
	return user
}

// verifies says whether the user's stored hash is that of the password.
func (c *console) verifies(realm string, id int64, password string) bool {
	c.t.Helper()
	_, hasher, err := (&app{environment: c.environment}).hasher()
	if err != nil {
		c.t.Fatal(err)
	}
	matches, err := hasher.Verify(c.user(realm, id).PasswordHash, password)
	if err != nil {
		c.t.Fatalf("the stored hash cannot be read: %v", err)
	}
	return matches
}

func (p printed) succeeded() printed {
	p.t.Helper()
	if p.status != 0 || p.message != "" || p.stderr != "" {
		p.t.Fatalf("%q: status %d, message %q, stderr %q; want success and silence", p.line, p.status, p.message, p.stderr)
	}
	return p
}

func (p printed) failed(status int, message string) printed {
	p.t.Helper()
	if p.status != status || p.message != message {
		p.t.Errorf("%q\n got status %d: %s\nwant status %d: %s", p.line, p.status, p.message, status, message)
	}
	return p
}

func (p printed) shows(stdout string) printed {
	p.t.Helper()
	if p.stdout != stdout {
		p.t.Errorf("%q printed\n%s\nwant\n%s", p.line, p.stdout, stdout)
	}
	return p
}

// object reads stdout as one JSON object on one line.
func (p printed) object() map[string]any {
	p.t.Helper()
	objects := p.objects()
	if len(objects) != 1 {
		p.t.Fatalf("%q printed %d objects, want 1:\n%s", p.line, len(objects), p.stdout)
	}
	return objects[0]
}

// objects reads stdout as JSON objects, one a line.
func (p printed) objects() []map[string]any {
	p.t.Helper()
	var objects []map[string]any
	for text := range strings.Lines(p.stdout) {
		var object map[string]any
		if err := json.Unmarshal([]byte(text), &object); err != nil {
			p.t.Fatalf("%q printed %q, which is no JSON object: %v", p.line, text, err)
		}
		objects = append(objects, object)
	}
	return objects
}

// has compares some of an object's values, as JSON.
func has(t *testing.T, object map[string]any, want map[string]any) {
	t.Helper()
	for key, value := range want {
		got, found := object[key]
		if !found {
			t.Errorf("%s: missing, want %s", key, asJSON(t, value))
			continue
		}
		if asJSON(t, got) != asJSON(t, value) {
			t.Errorf("%s: got %s, want %s", key, asJSON(t, got), asJSON(t, value))
		}
	}
}

func asJSON(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// notImported is what an import ends with of which lines failed.
func notImported(failed, of int) string {
	return fmt.Sprintf("%d of %d users were not imported; mend their lines and import those again", failed, of)
}

// newConsoleOn is a console on an empty store of one kind, sqlite or dynamodb. It skips the test where the latter cannot run.
func newConsoleOn(t testing.TB, kind string) *console {
	t.Helper()
	if kind == "sqlite" {
		return newConsole(t)
	}
	endpoint, err := dynamoDB()
	if err != nil {
		tools.Skip(t, err)
	}
	c := &console{t, environmentOf(endpoint)}
	c.environment["BCRYPT_COST"] = "4"
	c.must("tables", "create")
	return c
}

// eachStore runs a test on SQLite and on DynamoDB, with a console for each of the empty stores that it needs.
func eachStore(t *testing.T, stores int, test func(t *testing.T, on ...*console)) {
	t.Helper()
	for _, kind := range []string{"sqlite", "dynamodb"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			var on []*console
			for range stores {
				on = append(on, newConsoleOn(t, kind))
			}
			test(t, on...)
		})
	}
}

// command is the command as a process of its own, on the console's store and with its settings.
func (c *console) command(args ...string) *exec.Cmd {
	command := exec.Command("gatehouse", args...)
	for name, value := range c.environment {
		command.Env = append(command.Env, name+"="+value)
	}
	return command
}
