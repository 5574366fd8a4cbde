// Package target runs Gatehouse on this machine as its users run it, so that tests can attack it, hurt it and measure it from
// outside: the real command as a process of its own on an SQLite file ([Site.Serve]), and the real Lambda binaries under
// the Lambda Runtime API behind an HTTP gateway, on the genuine DynamoDB Local ([Cloud.Gateway]). Both are a [Target]: an
// address, and a store that tests look into behind the address's back. Everything listens on 127.0.0.1 only, and ends with the
// test. A [Product] says what a login of each product looks like from outside.
package target

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"

	"gatehouse/shared/test/dynamolocal"
)

// Site is what all targets of a test binary share: a DynamoDB Local, and the binaries.
type Site struct {
	DynamoDB string // the endpoint of DynamoDB Local

	root   string // the repository
	folder string // of the binaries
	clouds atomic.Int64
}

// Main makes the site and runs a package's tests on it, several at once, since most of them wait for another process; it gives
// the exit status. Where there can be no DynamoDB Local it says in one line what is left out; with CI set that is a failure.
func Main(what string, site *Site, run func() int) int {
	return dynamolocal.Main(what, func(ctx context.Context, endpoint string) (int, error) {
		site.DynamoDB = endpoint
		var err error
		if site.root, err = findRoot(); err != nil {
			return 0, err
		}
		if site.folder, err = os.MkdirTemp("", "gatehouse-site-"); err != nil {
			return 0, err
		}
		defer os.RemoveAll(site.folder)
		if err := site.build(ctx); err != nil {
			return 0, err
		}
		flag.Parse()
		if err := flag.Set("test.parallel", "8"); err != nil {
			return 0, err
		}
		return run(), nil
	})
}

// findRoot is the folder with the module's file, from a package's folder upwards.
func findRoot() (string, error) {
	folder, err := os.Getwd()
	for err == nil {
		if _, missing := os.Stat(filepath.Join(folder, "go.mod")); missing == nil {
			return folder, nil
		}
		if folder == filepath.Dir(folder) {
			return "", fmt.Errorf("finding the repository: %w", os.ErrNotExist)
		}
		folder = filepath.Dir(folder)
	}
	return "", err
}

// build makes the functions by the recipes that SAM uses, and the command by that of `make run`.
func (s *Site) build(ctx context.Context) error {
	for _, endpoint := range endpoints() {
		folder := filepath.Join(s.folder, endpoint.Function)
		err := s.make(ctx, "build-"+endpoint.Function, "ARTIFACTS_DIR="+folder, "ARCHITECTURE="+architecture())
		if err != nil {
			return err
		}
	}
	command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", s.Command(), "./shared/cmd/gatehouse")
	command.Dir, command.Env = s.root, append(os.Environ(), "CGO_ENABLED=0")
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("building the command: %w\n%s", err, output)
	}
	return nil
}

func (s *Site) make(ctx context.Context, arguments ...string) error {
	command := exec.CommandContext(ctx, "make", slices.Concat([]string{"--silent", "-C", s.root}, arguments)...)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("make %s: %w\n%s", strings.Join(arguments, " "), err, output)
	}
	return nil
}

// architecture is the template's name for this machine's processor.
func architecture() string {
	if runtime.GOARCH == "arm64" {
		return "arm64"
	}
	return "x86_64"
}

// Command is the file of the command gatehouse.
func (s *Site) Command() string { return filepath.Join(s.folder, "gatehouse") }

// Binary is the file of a function, by the template's name of it.
func (s *Site) Binary(function string) string { return filepath.Join(s.folder, function, "bootstrap") }

// Root is the folder of the repository.
func (s *Site) Root() string { return s.root }
