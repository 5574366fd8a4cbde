package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

// maxLine is what a line of an import file may have at most, in bytes.
const maxLine = 1 << 20

// The hash is that of "password".
const someHash = "$2b$04$KxRNmtMQSr9CnIJAjT.WpOWQ2PIxs.Asr8ao6GrFYy9wZvK/ZdA7e"

func TestImportStoresWhatTheLineSays(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	c.typed(`{"id": 3, "username": "Jane", "email": "Jane@Example.com", "name": "Jane", "password_hash": "`+someHash+`",
"active": false}`, "users", "import", "-").failed(1, notImported(2, 2))
	c.typed(`{"id": 3, "username": "Jane", "email": "Jane@Example.com", "name": "J", "password_hash": "`+someHash+`", `+
		`"active": false, "confirmed": false, "created_at": "2026-01-02T03:04:05.678+01:00", "seat_type": "full"}
{"id": 4, "username": "john", "password": "first secret"}
{"id": 5, "username": "unusable", "password_hash": "!abc"}`, "users", "import", "-", "--realm", "r").succeeded()
	jane := c.user("r", 3)
	if jane.PasswordHash != someHash {
		t.Errorf("the hash was not kept as it is")
	}
	has(t, c.must("users", "show", "Jane", "--realm", "r", "--json").object(), map[string]any{
		"email": "jane@example.com", "name": "J", "active": false, "confirmed": false, "created_at": "2026-01-02T02:04:05.678Z",
		"seat_type": "full",
	})
	if !c.verifies("r", 4, "first secret") {
		t.Error("the plain password was not hashed")
	}
	if hash := c.user("r", 5).PasswordHash; hash != "" {
		t.Errorf("an unusable password is stored as %q, want none", hash)
	}
}

// TestImportGoesOn mixes good lines with bad ones, in every spelling of line breaks.
func TestImportGoesOn(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	file := filepath.Join(t.TempDir(), "users.jsonl")
	lines := "\uFEFF" + `{"id": 1, "username": "jane", "password": "secret one"}` + "\r\n" +
		"\r\n" +
		`{"id": 2, "username": "jane"}` + "\n" + // taken by line 1
		`{"id": 1, "username": "john"}` + "\n" + // taken by line 1
		"  \t\n" +
		`{"id": 6, "username": ` + "\n" +
		`{"username": "long", "name": "` + strings.Repeat("x", maxLine) + `"}` + "\n" +
		`  {"id": 8, "username": "zoë", "email": "ZOË@example.com", "password": "secret two"}  ` + "\n" +
		`{"id": 9, "email": "zoë@example.com"}` + "\n" + // taken by line 8
		`{"id": 10, "username": "last"}` // without a line break
	if err := os.WriteFile(file, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	p := c.run("users", "import", file).shows("imported 3, failed 5\n").
		failed(1, notImported(5, 8))
	want := `line 3: the username "jane" is taken by user 1 (jane)
line 4: the id "1" is taken by user 1 (jane)
line 6: not valid JSON: unexpected EOF within "/username" after offset 21
line 7: the line is longer than 1048576 bytes
line 9: the email "zoë@example.com" is taken by user 8 (zoë)
`
	if p.stderr != want {
		t.Errorf("stderr is\n%s\nwant\n%s", p.stderr, want)
	}
	var stored []string
	for _, object := range c.must("users", "list", "--json").objects() {
		stored = append(stored, fmt.Sprint(object["id"], " ", object["username"], " ", object["has_password"]))
	}
	if got := strings.Join(stored, ", "); got != "1 jane true, 8 zoë true, 10 last false" {
		t.Errorf("stored are %s", got)
	}

	again := c.run("users", "import", file, "--json").failed(1, notImported(8, 8))
	has(t, again.object(), map[string]any{"imported": 0, "failed": 8})
	if !strings.HasPrefix(again.stderr, "line 1: the id \"1\" is taken by user 1 (jane)\nline 3: ") {
		t.Errorf("importing again says\n%s\nwant first that the id of line 1 is taken", again.stderr)
	}
}

func TestImportHashesManyInOrder(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	var lines strings.Builder
	for i := 1; i <= 40; i++ {
		fmt.Fprintf(&lines, "{\"id\": %d, \"username\": \"u%d\", \"password\": \"secret p%d\"}\n{\"username\": \"u%d\"}\n", i, i, i, i)
	}
	p := c.typed(lines.String(), "users", "import", "-").shows("imported 40, failed 40\n")
	var want strings.Builder
	for i := 1; i <= 40; i++ {
		fmt.Fprintf(&want, "line %d: the username \"u%d\" is taken by user %d (u%d)\n", 2*i, i, i, i)
	}
	if p.stderr != want.String() {
		t.Errorf("stderr is\n%s\nwant the second of each pair refused, in order", p.stderr)
	}
	if !c.verifies("main", 17, "secret p17") || !c.verifies("main", 40, "secret p40") {
		t.Error("a hash is not that of its own line's password")
	}
}

func TestImportNeedsAReadableFile(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	folder := t.TempDir()
	c.run("users", "import", filepath.Join(folder, "none")).
		failed(1, "opening the file to import: open "+filepath.Join(folder, "none")+": no such file or directory")
	c.run("users", "import", folder).shows("imported 0, failed 0\n").
		failed(1, "stopped after line 0: reading line 1: read "+folder+": is a directory; what is imported stays")
	c.run("users", "import").failed(2, "accepts 1 arg(s), received 0")
	c.run("users", "import", "-").succeeded().shows("imported 0, failed 0\n")
	c.environment["BCRYPT_COST"] = "3"
	c.run("users", "import", "-").failed(1, "reading the settings: BCRYPT_COST: must be from 4 to 16")
}

func TestImportStopsWhereReadingFails(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	lines := "{\"username\": \"a\"}\n{\"username\": \"b\"}\n{\"user"
	source := io.MultiReader(strings.NewReader(lines), iotest.ErrReader(errors.New("unplugged")))
	c.reading(t.Context(), source, io.Discard, "users", "import", "-").shows("imported 2, failed 0\n").
		failed(1, "stopped after line 2: reading line 3: unplugged; what is imported stays")
}

// onWrite calls itself when something is written.
type onWrite func()

func (f onWrite) Write(p []byte) (int, error) {
	f()
	return len(p), nil
}

// TestImportIsStopped has Ctrl-C come when the third line was dealt with, while reading the next one hangs.
func TestImportIsStopped(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	hanging, hold := io.Pipe()
	defer hold.Close()
	source := io.MultiReader(strings.NewReader("{\"username\": \"a\"}\n{\"username\": \"b\"}\n{}\n"), hanging)
	stop := func() { cancel(errors.New("interrupt signal received")) }
	c.reading(ctx, source, onWrite(stop), "users", "import", "-").shows("imported 2, failed 1\n").
		failed(1, "stopped after line 3: interrupt signal received; what is imported stays")
	if stored := len(c.must("users", "list", "--json").objects()); stored != 2 {
		t.Errorf("%d users are stored, want the 2 that were counted", stored)
	}
}
