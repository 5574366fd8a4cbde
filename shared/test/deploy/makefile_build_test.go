package deploy_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gatehouse/functions"
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

// TestMakeBuildNamesEveryFunction: `make build` builds the functions of the template, in its order.
func TestMakeBuildNamesEveryFunction(t *testing.T) {
	t.Parallel()
	tools.Program(t, "make")
	binaries := t.TempDir()
	var want []string
	for _, function := range loadTemplate(t).Functions() {
		want = append(want, function.Name)
		folder := filepath.Join(binaries, "x86_64", function.Name) // as if it had been built
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "bootstrap"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.CommandContext(t.Context(), "make", "--no-print-directory", "build", "MAKE=true", "ARCHITECTURE=x86_64", "BINARIES="+binaries)
	command.Dir = root
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	var got []string
	for line := range strings.Lines(string(output)) {
		name, _, _ := strings.Cut(line, " ")
		got = append(got, name)
	}
	if !slices.Equal(got, want) {
		t.Errorf("make build builds %q, want %q:\n%s", got, want, output)
	}
}

// TestInvokeFindsTheFunction: `make invoke` finds the function by the event's resource.
func TestInvokeFindsTheFunction(t *testing.T) {
	t.Parallel()
	for _, p := range functions.Products() {
		for _, endpoint := range p.Endpoints {
			event := filepath.Join(t.TempDir(), "event.json")
			text, err := json.MarshalIndent(map[string]string{"body": "{}", "resource": endpoint.Path}, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(event, text, 0o600); err != nil {
				t.Fatal(err)
			}
			recipe, err := dryRun(t, nil, "invoke", "EVENT="+event)
			if want := "sam local invoke " + endpoint.Function + " --event " + event + " "; err != nil || !strings.Contains(recipe, want) {
				t.Errorf("make invoke with the resource %s: %v, want %q:\n%s", endpoint.Path, err, want, recipe)
			}
		}
	}
}
