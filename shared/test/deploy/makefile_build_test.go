package deploy_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gatehouse/shared/test/endpointtest"
	"gatehouse/shared/test/tools"
)

// makefileFolder has a Makefile for each architecture.
const makefileFolder = "shared/bootstrap/build/"

// dryRun returns what make would do in the root of the repository.
func dryRun(t *testing.T, environment []string, args ...string) (string, error) {
	t.Helper()
	tools.Program(t, "make")
	command := exec.CommandContext(t.Context(), "make", append([]string{"--dry-run"}, args...)...)
	command.Dir = root
	command.Env = append(os.Environ(), environment...)
	output, err := command.CombinedOutput()
	return string(output), err
}

// TestMakefileBuildsEveryFunction calls make as `sam build` does: with the Makefile in the function's ContextPath, in the root,
// whatever the environment says.
func TestMakefileBuildsEveryFunction(t *testing.T) {
	t.Parallel()
	misleading := []string{"ARCHITECTURE=other", "GOARCH=386", "GOOS=plan9", "CGO_ENABLED=1", "GOFLAGS=-race", "ARTIFACTS_DIR=/tmp/out"}
	mains := mains(t)
	for _, function := range loadTemplate(t).Functions() {
		for architecture, goarch := range map[string]string{"x86_64": "amd64", "arm64": "arm64"} {
			recipe, err := dryRun(t, misleading, "--makefile", makefileFolder+architecture+"/Makefile", "build-"+function.Name)
			if err != nil {
				t.Fatal(recipe)
			}
			for _, part := range []string{
				"GOFLAGS= ", " CGO_ENABLED=0 ", " GOOS=linux ", " GOARCH=" + goarch + " ", `-o "/tmp/out/bootstrap"`,
				" ./functions/" + mains[strings.ToLower(function.Name)] + "\n",
			} {
				if !strings.Contains(recipe, part) {
					t.Errorf("the build of %s on %s lacks %q:\n%s", function.Name, architecture, part, recipe)
				}
			}
		}
	}
}

// TestMakefileRefusesWhatItDoesNotKnow: an id without a folder, an unknown architecture, and an event without a function fail.
func TestMakefileRefusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		args []string
		want string
	}{
		{[]string{"build-NoSuchLogin", "ARTIFACTS_DIR=/tmp/out"}, `that of the function "NoSuchLogin"`},
		{[]string{"build-" + loadTemplate(t).Functions()[0].Name, "ARTIFACTS_DIR=/tmp/out", "ARCHITECTURE=riscv"}, `not "riscv"`},
		{[]string{"build-" + loadTemplate(t).Functions()[0].Name, "ARTIFACTS_DIR="}, "ARTIFACTS_DIR is the folder"},
		{[]string{"invoke", "EVENT=go.mod"}, `not "go.mod"`},
	} {
		if output, err := dryRun(t, nil, row.args...); err == nil || !strings.Contains(output, row.want) {
			t.Errorf("make %q: %v, want an error with %q:\n%s", row.args, err, row.want, output)
		}
	}
}

// TestInvokeFindsTheFunction: `make invoke` finds the function by the event's resource.
func TestInvokeFindsTheFunction(t *testing.T) {
	t.Parallel()
	for name, endpoint := range endpointtest.Functions() {
		event := filepath.Join(t.TempDir(), "event.json")
		if err := os.WriteFile(event, fmt.Appendf(nil, "{\n  \"body\": \"{}\",\n  \"resource\": %q\n}", endpoint.Path), 0o600); err != nil {
			t.Fatal(err)
		}
		recipe, err := dryRun(t, nil, "invoke", "EVENT="+event)
		if want := "sam local invoke " + name + " --event " + event + " "; err != nil || !strings.Contains(recipe, want) {
			t.Errorf("make invoke with the resource %s: %v, want %q:\n%s", endpoint.Path, err, want, recipe)
		}
	}
}

// TestWithoutMake: tests that need make are visibly skipped where it is not installed, and fail with CI set.
func TestWithoutMake(t *testing.T) {
	t.Parallel()
	for ci, want := range map[string]string{"": "--- SKIP: ", "true": "--- FAIL: "} {
		command := exec.CommandContext(t.Context(), os.Args[0], "-test.v", "-test.run=^TestInvokeFindsTheFunction$")
		command.Env = []string{"PATH=", "CI=" + ci, "TMPDIR=" + t.TempDir()}
		output, err := command.CombinedOutput()
		if (err == nil) != (ci == "") || !strings.Contains(string(output), want) || !strings.Contains(string(output), `"make"`) {
			t.Errorf("with CI=%q: %v, want %q:\n%s", ci, err, want, output)
		}
	}
}
