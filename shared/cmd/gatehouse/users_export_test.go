package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// manyKinds is an export of users that have every field and none, as byte for byte as it comes.
const manyKinds = `{"id":1,"username":"zoë \"the <one>\" 猫🔑","email":"zoë@example.com","name":"Zoë\n& Co. \u2028",` +
	`"password_hash":"$2b$04$KxRNmtMQSr9CnIJAjT.WpOWQ2PIxs.Asr8ao6GrFYy9wZvK/ZdA7e","active":true,"confirmed":true,` +
	`"created_at":"2026-01-02T03:04:05.678Z","account_type":"User","image_url":"https://example.com/a.png?b=1&c=2",` +
	`"invite_link":"https://example.com/i","root_role":0,"email_sent":false,"scim_id":"s1","seat_type":"full",` +
	`"company_role":"cto","product_updates_email_consent":true,"permissions":["ADMIN","<audit>"]}
{"id":2,"username":"bare","active":true,"confirmed":true,"created_at":"1969-12-31T23:59:59.999Z"}
{"id":3,"email":"off@example.com","active":false,"confirmed":false,"created_at":"2026-01-02T03:04:05Z"}
{"id":4,"username":"robot","password_hash":"$2b$04$KxRNmtMQSr9CnIJAjT.WpOWQ2PIxs.Asr8ao6GrFYy9wZvK/ZdA7e","active":true,` +
	`"confirmed":true,"created_at":"2026-01-02T03:04:05Z","account_type":"Service Account"}
{"id":9007199254740991,"username":" spacey ","active":true,"confirmed":false,"created_at":"9999-12-31T23:59:59.999Z"}
`

func TestExportIsWhatImportReads(t *testing.T) {
	t.Parallel()
	first, second := newConsole(t), newConsole(t)
	first.typed(manyKinds, "users", "import", "-").succeeded()
	first.must("users", "add", "--username", "elsewhere", "--realm", "other", "--no-password")
	exported := first.must("users", "export").shows(manyKinds)
	second.typed(exported.stdout, "users", "import", "-").succeeded()
	second.must("users", "export", "-").shows(manyKinds)
}

func TestExportOfHashedPasswords(t *testing.T) {
	t.Parallel()
	first, second := newConsole(t), newConsole(t)
	long := strings.Repeat("x", 100)
	first.typed(`{"id": 1, "username": "a", "password": "first secret"}
{"id": 2, "username": "b", "password": "`+long+`"}
{"id": 3, "username": "c", "password_hash": "!x7Gq"}`, "users", "import", "-", "--realm", "r").succeeded()
	exported := first.must("users", "export", "--realm", "r").stdout
	second.typed(exported, "users", "import", "-").succeeded()
	second.must("users", "export").shows(exported)
	if !second.verifies("main", 1, "first secret") || !second.verifies("main", 2, long) {
		t.Error("a password does not log in after export and import")
	}
}

func TestExportOfRecordedUsers(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("..", "..", "..", "functions", "*", "testdata", "users.jsonl"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no recorded users: %v", err)
	}
	for _, recorded := range files {
		t.Run(recorded, func(t *testing.T) {
			t.Parallel()
			first, second := newConsole(t), newConsole(t)
			first.must("users", "import", recorded)
			file := filepath.Join(t.TempDir(), "users.jsonl")
			exported := first.must("users", "export").stdout
			first.must("users", "export", file)
			second.must("users", "import", file)
			second.must("users", "export").shows(exported)
			if exported == "" {
				t.Error("the export is empty")
			}
		})
	}
}

func TestExportToAFile(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	c.typed(`{"id": 1, "username": "a", "created_at": "2026-01-02T03:04:05Z"}`, "users", "import", "-").succeeded()
	folder := t.TempDir()
	file := filepath.Join(folder, "users.jsonl")
	c.must("users", "export", file).shows("")
	contains(t, file, `{"id":1,"username":"a","active":true,"confirmed":true,"created_at":"2026-01-02T03:04:05Z"}`+"\n")
	c.run("users", "export", file).failed(1, file+" is there already; --force replaces it")

	if err := os.WriteFile(file, []byte("longer than what comes, and readable by everybody"+strings.Repeat(".", 99)), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	c.must("users", "export", "--force", "--realm", "nobody", file)
	contains(t, file, "")

	c.run("users", "export", "--force", folder).failed(1, folder+" is no regular file; to write to stdout, give -")
	missing := filepath.Join(folder, "none", "users.jsonl")
	p := c.run("users", "export", missing)
	if p.status != 1 || !strings.HasPrefix(p.message, "creating the file: ") {
		t.Errorf("a missing folder: status %d, %q; want 1 and that the file cannot be created", p.status, p.message)
	}
	c.run("users", "export", file, file).failed(2, "accepts at most 1 arg(s), received 2")
}

// contains asserts what a file holds, and that nobody else can read it.
func contains(t *testing.T, file, want string) {
	t.Helper()
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("%s has mode %v, want 0600", file, info.Mode())
	}
	got, err := os.ReadFile(file)
	if err != nil || string(got) != want {
		t.Errorf("%s holds\n%s(%v)\nwant\n%s", file, got, err, want)
	}
}
