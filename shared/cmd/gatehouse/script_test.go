package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"gatehouse/shared/test/dynamolocal"
	"gatehouse/shared/test/tools"
)

// TestScript runs the sessions in testdata/script, each in an empty folder. Besides testscript's own commands they use these:
//
//	gatehouse ...           the command, as a process; its default store is a file in the script's folder
//	exit N gatehouse ...    the same, and the exit status it must have
//	serve [FLAG...] &NAME&  `gatehouse serve` on a free port, whose output goes to the files banner and log
//	ready                   waits for the banner, and sets $URL to the address it names
//	curl ...                sends a request, with the flags that the banner uses, and prints the response
//	paste FILE              runs every curl line of a file
//	dynamodb                sets the variables that make DynamoDB Local the store, without tables yet
//
// The condition [dynamodb] reports whether DynamoDB Local can run here.
func TestScript(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("BCRYPT_COST", "4")
			return nil
		},
		Condition: condition,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exit": exit, "ready": ready, "curl": sendCurl, "paste": paste, "dynamodb": useDynamoDB,
		},
	})
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

// condition reports whether DynamoDB Local runs. With CI set, its absence is an error: see package tools.
func condition(name string) (bool, error) {
	if name != dynamoStore {
		return false, fmt.Errorf("unknown condition %q", name)
	}
	_, err := dynamoDB()
	if err == nil || tools.LeftOut(err) {
		return err == nil, nil
	}
	return false, err
}

func useDynamoDB(ts *testscript.TestScript, _ bool, _ []string) {
	endpoint, err := dynamoDB()
	ts.Check(err)
	for name, value := range environmentOf(endpoint) {
		ts.Setenv(name, value)
	}
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
