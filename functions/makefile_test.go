package functions_test

import (
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"

	"gatehouse/functions/functionstest"
)

// makefileFolder has a Makefile for each architecture, from the root.
const makefileFolder = "shared/function/build/"

// dryRun is what make would do in the root.
func dryRun(t *testing.T, environment []string, args ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "make", append([]string{"--dry-run"}, args...)...)
	command.Dir = ".."
	command.Env = append(os.Environ(), environment...)
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("make %s: %v\n%s", strings.Join(args, " "), err, output)
	}
	return string(output)
}

// TestMakefileRunTakesAnAddress: a machine whose port 3000 is taken can try Gatehouse too.
func TestMakefileRunTakesAnAddress(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"127.0.0.1:3000", "127.0.0.1:0"} {
		args := []string{"run"}
		if address != "127.0.0.1:3000" {
			args = append(args, "ADDR="+address)
		}
		if want, got := "gatehouse serve --demo --addr "+address+"\n", dryRun(t, nil, args...); !strings.Contains(got, want) {
			t.Errorf("make %s does not run %q:\n%s", strings.Join(args, " "), want, got)
		}
	}
}

// TestMakefileBuildsEveryFunction calls make as `sam build` does: by the Makefile in the function's ContextPath, in the root,
// whatever the environment says.
func TestMakefileBuildsEveryFunction(t *testing.T) {
	t.Parallel()
	loaded := loadTemplate(t)
	goarch := map[string]string{"x86_64": "amd64", "arm64": "arm64"}
	var architectures []string
	for _, parameter := range loaded.Parameters() {
		if parameter.Name == "Architecture" {
			architectures = parameter.AllowedValues
		}
	}
	if len(architectures) != len(goarch) {
		t.Fatalf("the architectures are %q", architectures)
	}
	misleading := []string{"ARCHITECTURE=other", "GOARCH=386", "GOOS=plan9", "CGO_ENABLED=1", "GOFLAGS=-race", "ARTIFACTS_DIR=/tmp/out"}
	for _, architecture := range architectures {
		for _, function := range loaded.Functions() {
			recipe := dryRun(t, misleading, "--makefile", makefileFolder+architecture+"/Makefile", "build-"+function.Name)
			for _, part := range []string{
				"GOFLAGS= ", " CGO_ENABLED=0 ", " GOOS=linux ", " GOARCH=" + goarch[architecture] + " ", "go build ", " -trimpath ",
				" -buildvcs=false ", " -tags lambda.norpc ", "-ldflags='-s -w'", `-o "/tmp/out/bootstrap"`,
				" ./functions/" + path.Clean(mainOf(function.Name)),
			} {
				if !strings.Contains(recipe, part) {
					t.Errorf("%s on %s is built without %q:\n%s", function.Name, architecture, part, recipe)
				}
			}
		}
	}
}

// TestInvokeFindsTheFunction: `make invoke` takes the function from the event's folder.
func TestInvokeFindsTheFunction(t *testing.T) {
	t.Parallel()
	for product, function := range functionstest.Products {
		event := "events/" + product + "/login.json"
		recipe := dryRun(t, nil, "invoke", "EVENT="+event)
		if want := "sam local invoke " + function + " --event " + event + " --config-env dev"; !strings.Contains(recipe, want) {
			t.Errorf("make invoke EVENT=%s does not %s:\n%s", event, want, recipe)
		}
	}
}

// TestDeployBuildsFirst: of the same environment, whose architecture and folder the deployment takes.
func TestDeployBuildsFirst(t *testing.T) {
	t.Parallel()
	for _, stage := range []string{"dev", "staging", "prod"} {
		var steps []string
		for line := range strings.Lines(dryRun(t, nil, "deploy", "STAGE="+stage)) {
			if strings.HasPrefix(line, "sam ") {
				steps = append(steps, strings.TrimSpace(line))
			}
		}
		if want := []string{"sam build --config-env " + stage, "sam deploy --config-env " + stage}; !slices.Equal(steps, want) {
			t.Errorf("make deploy STAGE=%s does %q, want %q", stage, steps, want)
		}
	}
}
