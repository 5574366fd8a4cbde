// Package target runs Gatehouse on this machine as its users run it, so that tests can attack it, hurt it and measure it from
// outside. [Site.Serve] runs the real command as a process of its own on an SQLite file. [Cloud.Gateway] runs the real Lambda
// binaries under the Lambda Runtime API behind an HTTP gateway, on the genuine DynamoDB Local. Both are a [Target]: an
// address, and a store that tests read behind the address's back. Everything listens on 127.0.0.1 only and ends with the
// test. A [Product] is a product's login as a client sees it.
package target

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"gatehouse/functions"
	"gatehouse/functions/sessions"
	"gatehouse/shared/test/dynamolocal"
	"gatehouse/shared/test/tools"
)

// Site is what the targets of a test binary share: the binaries of the command and the functions, and a DynamoDB Local. Each
// is made for the first test that needs it. A test is skipped where a program is missing, and fails if CI is set.
type Site struct {
	built  sync.Once
	err    error
	clouds atomic.Int64
}

// Main runs a package's tests, eight at a time because most of them wait for another process, and returns the exit status.
func Main(run func() int) int {
	flag.Parse()
	if err := flag.Set("test.parallel", "8"); err != nil {
		panic(err) // package testing has this flag
	}
	return dynamolocal.Main(run)
}

// Root returns the folder of the repository.
var Root = sync.OnceValue(func() string {
	module, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		panic(fmt.Errorf("finding the repository: %w", err))
	}
	return filepath.Dir(string(module))
})

// binaries returns the folder that all test binaries of this repository keep the command and the functions in, so that only
// the first one links them. It is the folder of `make build`.
func binaries() string {
	folder := filepath.Join(Root(), ".aws-sam", "binaries", architecture())
	if raced() {
		folder += "-race"
	}
	return folder
}

// Command returns the file of the command gatehouse.
func (s *Site) Command(t testing.TB) string {
	t.Helper()
	s.build(t)
	return filepath.Join(binaries(), "gatehouse")
}

// Binary returns the file of a function, by its name in the template.
func (s *Site) Binary(t testing.TB, function string) string {
	t.Helper()
	s.build(t)
	return filepath.Join(binaries(), function, "bootstrap")
}

func (s *Site) build(t testing.TB) {
	t.Helper()
	s.built.Do(func() { s.err = build(binaries()) })
	if s.err != nil {
		tools.Skip(t, s.err)
	}
}

// build makes the functions by the recipes that SAM uses, and the command by that of `make run`. The race detector watches
// them if it watches this process. What is up to date stays. Processes that build at the same time wait for each other.
func build(folder string) (err error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	lock, err := os.Create(filepath.Join(folder, "lock"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Close()) }() // which unlocks it
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return fmt.Errorf("waiting for another build: %w", err)
	}
	race, cgo := "", "CGO_ENABLED=0"
	if raced() {
		race, cgo = "-race", "CGO_ENABLED=1"
	}
	for _, endpoint := range append(functions.Endpoints(), sessions.Authorizer()) {
		err := run(cgo, "make", "--silent", "build-"+endpoint.Function, "ARTIFACTS_DIR="+filepath.Join(folder, endpoint.Function),
			"ARCHITECTURE="+architecture(), "RACE="+race)
		if err != nil {
			return err
		}
	}
	return run(cgo, "go", "build", "-trimpath", fmt.Sprintf("-race=%t", raced()), "-o", folder+"/", "./shared/cmd/gatehouse")
}

func run(variable, name string, arguments ...string) error {
	command := exec.Command(name, arguments...)
	command.Dir, command.Env = Root(), append(os.Environ(), variable)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(arguments, " "), err, output)
	}
	return nil
}

// raced reports whether the race detector watches this process.
func raced() bool {
	info, _ := debug.ReadBuildInfo()
	return info != nil && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

// architecture is the template's name for this machine's processor.
func architecture() string {
	if runtime.GOARCH == "arm64" {
		return "arm64"
	}
	return "x86_64"
}
