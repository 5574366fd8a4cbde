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

	"gatehouse/shared/test/dynamolocal"
	"gatehouse/shared/test/tools"
)

// Site is what the targets of a test binary share: the binaries of the command and the functions, and a DynamoDB Local. Each
// is made for the first test that needs it. A test is skipped where a program is missing, and fails if CI is set.
type Site struct {
	built  sync.Map // by the binary's name: a function that builds it once
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

const command = "gatehouse"

// Command returns the file of the command gatehouse.
func (s *Site) Command(t testing.TB) string { return s.Binary(t, command) }

// Binary returns the file of the command, or of a function by its name in the template.
func (s *Site) Binary(t testing.TB, name string) string {
	t.Helper()
	file, err := s.binary(name)
	if err != nil {
		tools.Skip(t, err)
	}
	return file
}

func (s *Site) binary(name string) (string, error) {
	file := filepath.Join(binaries(), name)
	if name != command {
		file = filepath.Join(file, "bootstrap")
	}
	once, _ := s.built.LoadOrStore(name, sync.OnceValue(func() error { return build(binaries(), name) }))
	return file, once.(func() error)()
}

// build makes a function by the recipe that SAM uses, or the command by that of `make run`. The race detector watches it if
// it watches this process. What is up to date stays. Processes that build at the same time wait for each other.
func build(folder, name string) (err error) {
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
	if name == command {
		return run(cgo, "go", "build", "-trimpath", fmt.Sprintf("-race=%t", raced()), "-o", folder+"/", "./shared/cmd/gatehouse")
	}
	return run(cgo, "make", "--silent", "build-"+name, "ARTIFACTS_DIR="+filepath.Join(folder, name),
		"ARCHITECTURE="+architecture(), "RACE="+race)
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
