package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
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
//	dynamodb                sets the variables that make DynamoDB Local the store, without tables yet
//
// The condition [dynamodb] reports whether DynamoDB Local can run here, [applications] whether a product's clients are some.
func TestScript(t *testing.T) {
	t.Parallel()
	scripts := params()
	scripts.Dir = "testdata/script"
	testscript.Run(t, scripts)
}

// TestSecurity29TheDemoHasAStoreOfItsOwn: an operator who tries the demo and then serves for real serves another file.
func TestSecurity29TheDemoHasAStoreOfItsOwn(t *testing.T) {
	t.Parallel()
	scripts := params()
	scripts.Files = []string{"testdata/security/demo_store.txtar"}
	testscript.Run(t, scripts)
}

// TestSecurity29TheDemoIsNotLeftBehind: served without --demo, a directory that holds any of the demo's accounts warns on a
// loopback address and is refused on any other, until the last of them is gone or has a secret of its own.
func TestSecurity29TheDemoIsNotLeftBehind(t *testing.T) {
	t.Parallel()
	scripts := params()
	scripts.Files = []string{"testdata/security/demo_left.txtar"}
	testscript.Run(t, scripts)
}

func params() testscript.Params {
	return testscript.Params{
		Setup: setUp, Condition: condition,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exit": exit, "ready": ready, "login": logIn, "paste": paste, "replay": replay, "dynamodb": useDynamoDB,
		},
	}
}

// TestMain makes this binary the commands too, when it is called by their names.
func TestMain(m *testing.M) {
	testscript.Main(lasting{m}, map[string]func(){"gatehouse": main, "serve": serveInFiles})
}

// lasting is the package's tests, with what they share until the last of them ends.
type lasting struct{ *testing.M }

func (l lasting) Run() int {
	remove, err := dynamolocal.TempFiles()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer remove()
	defer func() {
		if shared != nil {
			shared.Stop()
		}
	}()
	return l.M.Run()
}

func condition(name string) (bool, error) {
	switch name {
	case "applications":
		return caller(&product.Application{}).Endpoint.New != nil, nil
	case dynamoStore:
		return runsDynamoDB()
	}
	return false, fmt.Errorf("unknown condition %q", name)
}

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
