package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// zipped is the text as gzip compresses it.
func zipped(t *testing.T, text string) string {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write([]byte(text))
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestImportReadsGzip(t *testing.T) {
	t.Parallel()
	two := "{\"username\": \"a\"}\n{\"username\": \"b\"}\n"
	c := newConsole(t)
	c.typed(zipped(t, two), "users", "import", "-").succeeded().shows("imported 2, failed 0\n")
	c.typed(zipped(t, "")+zipped(t, `{"username": "c"}`), "users", "import", "-").succeeded().shows("imported 1, failed 0\n")
	whole := zipped(t, `{"username": "d"}`+"\n"+`{"username": "e"}`)
	tests := []struct{ name, file, counts, message string }{
		{"cut off", whole[:len(whole)-6], "imported 1, failed 0\n",
			"stopped after line 1: reading line 2: unexpected EOF; what is imported stays"},
		{"no gzip after its magic", "\x1f\x8b\x00nothing of the kind", "imported 0, failed 0\n",
			"stopped after line 0: reading line 1: gzip: invalid header; what is imported stays"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			newConsole(t).typed(test.file, "users", "import", "-").failed(1, test.message).shows(test.counts)
		})
	}
}

func TestImportRejects(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	file := filepath.Join(t.TempDir(), "rejects.jsonl")
	bad := `  {"id": 1, "username": "b", "password_hash": "5f4dcc3b5aa765d61d8327deb882cf99"}`
	c.typed(`{"id": 1, "username": "a"}`+"\n"+bad+"\r\n"+"{\n"+`{"username": "c"}`, "users", "import", "-", "--rejects", file).
		shows("imported 2, failed 2\n").
		failed(1, "2 of 4 users were not imported; mend their lines in "+file+" and import that")
	contains(t, file, strings.TrimSpace(bad)+"\n{\n")
	c.typed("", "users", "import", "-", "--rejects", file).
		failed(1, file+" exists; choose another file for rejects")

	unneeded := filepath.Join(t.TempDir(), "rejects.jsonl")
	c.typed(`{"username": "d"}`, "users", "import", "-", "--rejects", unneeded).succeeded()
	if _, err := os.Stat(unneeded); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file for rejects is left without any: %v", err)
	}
	p := c.typed("", "users", "import", "-", "--rejects", filepath.Join(file, "x"))
	if p.status != 1 || !strings.HasPrefix(p.message, "creating the file for rejects: ") {
		t.Errorf("got status %d: %s; want 1 and that the file cannot be created", p.status, p.message)
	}
}

func TestImportDryRun(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	c.typed(there, "users", "import", "-").succeeded()
	lines := `{"username": "a", "password": "x secret"}
{"username": "b", "password_hash": "` + someHash + `"}
{"username": "c", "password_hash": "` + crafterRight + `"}
{"username": "d"}
{"username": "e", "password_hash": "!x"}
{"id": 3, "username": "f"}
{"username": "a", "password": "x secret"}
{"username": "g", "password_hash": "pbkdf2_sha1$1"}
`
	args := []string{"users", "import", "-", "--dry-run"}
	p := c.typed(lines, args...).failed(1, "3 of 8 users would not be imported; mend their lines").
		shows("dry run, nothing is stored: imported 5, failed 3\npasswords: bcrypt 1, crafter 1, none 2, plain text 1\n")
	for _, want := range []string{`line 6: the id "3" is taken by user 3 (carl)`, `line 7: the username "a" is taken by user `,
		"line 8: reading pbkdf2_sha1$..."} {
		if !strings.Contains(p.stderr, want) {
			t.Errorf("stderr is\n%s\nwant a line with %s", p.stderr, want)
		}
	}
	has(t, c.typed(lines, append(args, "--json")...).object(), map[string]any{
		"imported": 5, "replaced": 0, "unchanged": 0, "skipped": 0, "failed": 3, "dry_run": true,
		"formats": map[string]int{"bcrypt": 1, "crafter": 1, "none": 2, "plain text": 1},
	})
	if users := c.must("users", "list", "--json").objects(); len(users) != 3 {
		t.Errorf("%d users are stored, want the 3 from before", len(users))
	}
}

// TestImportDryRunTellsWhatIsSlow: hashes that take more work than BCRYPT_COST, which is 4 here, or 16 units.
func TestImportDryRunTellsWhatIsSlow(t *testing.T) {
	t.Parallel()
	digest := "$salt$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
	var lines strings.Builder
	for i, hash := range []string{
		"$2b$04$" + strings.Repeat(".", 53), "$2b$05$" + strings.Repeat(".", 53), "$2b$06$" + strings.Repeat(".", 53),
		"pbkdf2_sha256$1000" + digest, "pbkdf2_sha256$10000" + digest, crafterRight,
	} {
		fmt.Fprintf(&lines, "{\"username\": \"u%d\", \"password_hash\": %q}\n", i, hash)
	}
	c := newConsole(t)
	c.typed(lines.String(), "users", "import", "-", "--dry-run").succeeded().shows("dry run, nothing is stored: imported 6, failed 0\n" +
		"passwords: bcrypt 3, crafter 1, pbkdf2_sha256 2\n" +
		"slower at login until upgraded: bcrypt 2, up to 4.0 times as long; pbkdf2_sha256 1, up to 1.9 times as long\n")
	object := c.typed(lines.String(), "users", "import", "-", "--dry-run", "--json").object()
	has(t, object, map[string]any{"slower": map[string]any{
		"bcrypt": map[string]any{"count": 2, "times": 4}, "pbkdf2_sha256": map[string]any{"count": 1, "times": 1.875},
	}})
	c.environment["BCRYPT_COST"] = "6"
	has(t, c.typed(lines.String(), "users", "import", "-", "--dry-run", "--json").object(), map[string]any{"slower": map[string]any{}})
}

// TestImportTakesTheHighestCost: whatever BCRYPT_COST is, as logins verify it.
func TestImportTakesTheHighestCost(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	line := `{"username": "u", "password_hash": "$2b$16$` + strings.Repeat(".", 53) + `"}`
	c.typed(line, "users", "import", "-", "--dry-run").succeeded()
	c.typed(line, "users", "import", "-").succeeded()
}

func TestImportNewIDs(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	c.typed(there, "users", "import", "-").succeeded()
	c.typed(`{"id": 1, "username": "x"}`+"\n"+`{"id": 1, "username": "y"}`, "users", "import", "-", "--new-ids").succeeded()
	for _, name := range []string{"x", "y"} {
		if id := c.must("users", "show", name, "--json").object()["id"]; id == 1.0 {
			t.Errorf("user %s has the id of the file", name)
		}
	}
	c.typed(`{"id": 1, "username": "john"}`, "users", "import", "-", "--new-ids", "--on-conflict", "replace").succeeded()
	has(t, c.must("users", "show", "john", "--json").object(), map[string]any{"id": 2})
}

func TestImportRefusesItsFlags(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	c.typed("", "users", "import", "-", "--on-conflict", "ask").failed(2, "--on-conflict must be fail, skip or replace")
	c.typed(`{"username": "x", "created_at": "9999-12-31T23:59:59-01:00"}`, "users", "import", "-").failed(1, notImported(1, 1))
}
