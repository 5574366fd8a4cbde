package main

import (
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"gatehouse/shared/product"
	"gatehouse/shared/test/dynamolocal"
)

// TestScript runs the sessions in testdata/script, each in an empty folder. Besides testscript's own commands they use these:
//
//	gatehouse ...           the command, as a process; its default store is a file in the script's folder
//	exit N gatehouse ...    the same, and the exit status it must have
//	serve [FLAG...] &NAME&  `gatehouse serve` on a free port, whose output goes to the files banner and log
//	ready                   waits for the banner, and sets $URL to the address it names
//	login NAME PASSWORD     logs in at $URL through a product, with -app ID:SECRET through one for applications
//	paste FILE              sends the request of every curl line of a file, and prints the responses
//	replay FILE             sends the recorded requests of a file to $URL, and compares the responses
//
// The condition [applications] reports whether a product's clients are applications.
func TestScript(t *testing.T) { runScripts(t, nil, "testdata/script/*.txtar") }

// TestScriptOnDynamoDB runs each session on tables of its own, which do not exist yet.
func TestScriptOnDynamoDB(t *testing.T) {
	endpoint := dynamolocal.Endpoint(t)
	runScripts(t, func(env *testscript.Env) {
		for name, value := range environmentOf(endpoint) {
			env.Setenv(name, value)
		}
	}, "testdata/dynamodb/*.txtar", "testdata/script/import_killed.txtar")
}

// TestSecurity13ImportedPasswordsAreHeldToTheRules: a line with a password that no new user could choose is refused.
func TestSecurity13ImportedPasswordsAreHeldToTheRules(t *testing.T) {
	runScripts(t, nil, "testdata/security/passwords.txtar")
}

// TestSecurity19OperatorsEndSessions: an operator lists the sessions of a user without their tokens, and ends them.
func TestSecurity19OperatorsEndSessions(t *testing.T) {
	runScripts(t, nil, "testdata/security/sessions.txtar")
}

// TestSecurity29TheDemoHasAStoreOfItsOwn: an operator who tries the demo and then serves for real serves another file.
func TestSecurity29TheDemoHasAStoreOfItsOwn(t *testing.T) {
	runScripts(t, nil, "testdata/security/demo_store.txtar")
}

// TestSecurity29TheDemoIsNotLeftBehind: served without --demo, a directory that holds any of the demo's accounts warns on a
// loopback address and is refused on any other, until the last of them is gone or has a secret of its own.
func TestSecurity29TheDemoIsNotLeftBehind(t *testing.T) {
	runScripts(t, nil, "testdata/security/demo_left.txtar")
}

// runScripts runs the scripts of the patterns in parallel. The function, unless it is nil, completes their environments.
func runScripts(t *testing.T, complete func(*testscript.Env), patterns ...string) {
	t.Helper()
	t.Parallel()
	var files []string
	for _, pattern := range patterns {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("no script %s: %v", pattern, err)
		}
		files = append(files, found...)
	}
	testscript.Run(t, testscript.Params{
		Files: files,
		Setup: func(env *testscript.Env) error {
			setUp(env)
			if complete != nil {
				complete(env)
			}
			return nil
		},
		Condition: func(string) (bool, error) { return caller(&product.Application{}).Login.Endpoint.New != nil, nil },
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exit": exit, "ready": ready, "login": logIn, "paste": paste, "replay": replay,
		},
	})
}

// environmentOf returns variables with names of tables that do not exist yet, because others use the same DynamoDB Local.
func environmentOf(endpoint string) map[string]string {
	tag := "-" + rand.Text()
	return map[string]string{
		storeVariable: dynamoStore, endpointVariable: endpoint,
		"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_REGION": "eu-west-1",
		"USERS_TABLE": "users" + tag, "ATTEMPTS_TABLE": "attempts" + tag, "SESSIONS_TABLE": "sessions" + tag,
	}
}

// TestCommandsWaitForDynamoDB: a command waits for a table longer than a login could, which retries after 1.2 s.
func TestCommandsWaitForDynamoDB(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(1300 * time.Millisecond)
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		_, _ = io.WriteString(w, "{}")
	}))
	defer server.Close()
	a := &app{stdout: io.Discard, stderr: io.Discard, environment: environmentOf(server.URL)}
	if err := run(t.Context(), a, []string{"users", "list", "--json"}); err != nil {
		t.Error(err)
	}
}

// TestMain makes this binary the commands too, when it is called by their names.
func TestMain(m *testing.M) {
	testscript.Main(lasting{m}, map[string]func(){"gatehouse": main, "serve": serveInFiles})
}

// lasting is the package's tests, with the DynamoDB Local that they share until the last of them ends.
type lasting struct{ *testing.M }

func (l lasting) Run() int { return dynamolocal.Main(l.M.Run) }

func exit(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: exit STATUS COMMAND [ARGUMENT...]")
	}
	status := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var ended *exec.ExitError
		if !errors.As(err, &ended) {
			ts.Fatalf("%v", err)
		}
		status = ended.ExitCode()
	}
	if strconv.Itoa(status) != args[0] {
		ts.Fatalf("exit status %d, want %s", status, args[0])
	}
}

// serveInFiles is the program serve. Its output goes to files, because a script sees that of a process only when it has ended.
func serveInFiles() {
	for name, file := range map[string]**os.File{unread: &os.Stdout, "log": &os.Stderr} {
		opened, err := os.Create(name)
		if err != nil {
			panic(err)
		}
		*file = opened
	}
	os.Args = append([]string{"gatehouse", "serve", "--addr", "127.0.0.1:0"}, os.Args[1:]...)
	main()
}

// unread is the banner until ready has seen all of it, so that a second server's is not taken for the first's.
const unread = "banner.unread"

// patience is how long a script waits for a server that may never be ready.
const patience = time.Minute

func ready(ts *testscript.TestScript, _ bool, _ []string) {
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		banner, _ := os.ReadFile(ts.MkAbs(unread))
		if url, rest, complete := strings.Cut(string(banner), "\n"); complete && strings.Contains(rest, "\nNext\n\n") {
			ts.Check(os.Rename(ts.MkAbs(unread), ts.MkAbs("banner")))
			ts.Setenv("URL", strings.TrimPrefix(url, "Gatehouse answers at "))
			return
		}
		if time.Now().After(end) {
			ts.Fatalf("serve is not ready:\n%s", ts.ReadFile("log"))
		}
	}
}
