// Package tools decides what becomes of tests that need a program which is not installed. On a developer's machine they are
// left out, and say so. With CI set they fail, so that a CI that lost a program does not pass without its tests.
package tools

import (
	"errors"
	"os"
	"os/exec"
	"testing"
)

// LeftOut reports whether tests may be left out because of an error: a program is not installed, and CI is not set.
func LeftOut(err error) bool { return errors.Is(err, exec.ErrNotFound) && os.Getenv("CI") == "" }

// Skip ends a test that cannot run because of an error. It skips the test if [LeftOut] allows that, and fails it otherwise.
func Skip(t testing.TB, err error) {
	t.Helper()
	if LeftOut(err) {
		t.Skip("left out:", err)
	}
	t.Fatal(err)
}

// Program skips or fails a test, as [Skip] does, if a program is not installed.
func Program(t testing.TB, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		Skip(t, err)
	}
}
