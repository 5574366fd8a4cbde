package deploy_test

import (
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gatehouse/functions"
	"gatehouse/shared/test/tools"
)

// makefileFolder has a Makefile for each architecture, from the root.
const makefileFolder = "shared/bootstrap/build/"

// dryRun is what make would do in the root.
func dryRun(t *testing.T, environment []string, args ...string) string {
	t.Helper()
	tools.Program(t, "make")
	command := exec.CommandContext(t.Context(), "make", append([]string{"--dry-run"}, args...)...)
	command.Dir = "../../.."
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
	for _, listed := range functions.Products() {
		event := "events/" + listed.Name + "/login.json"
		recipe := dryRun(t, nil, "invoke", "EVENT="+event)
		if want := "sam local invoke " + listed.Login.Endpoint.Function + " --event " + event + " --config-env dev"; !strings.Contains(recipe, want) {
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

// outputs are those of a stack, as sam prints them; TestUsersOfAStack holds the keys to the template.
const outputs = `[
  {
    "OutputKey": "UsersTableName",
    "OutputValue": "gatehouse-dev-UsersTable-1",
    "Description": "USERS_TABLE of \u0060gatehouse --store dynamodb\u0060"
  },
  {
    "OutputKey": "BaseURL",
    "OutputValue": "https://abc.execute-api.eu-west-3.amazonaws.com/dev",
    "Description": "Where a client's base URL has to point"
  },
  {
    "OutputKey": "AttemptsTableName",
    "OutputValue": "gatehouse-dev-AttemptsTable-2",
    "Description": "ATTEMPTS_TABLE"
  },
  {
    "OutputKey": "SessionsTableName",
    "OutputValue": "gatehouse-dev-SessionsTable-3",
    "Description": "SESSIONS_TABLE"
  }
]`

// TestUsersOfAStack runs `make users` in a fresh clone, with stand-ins for the SAM CLI, the AWS CLI and Go. Each stand-in
// swallows stdin if it can, because stdin carries the new user's password.
func TestUsersOfAStack(t *testing.T) {
	t.Parallel()
	tools.Program(t, "make")
	const command = `#!/bin/sh
echo "$AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY $AWS_REGION $USERS_TABLE $ATTEMPTS_TABLE $SESSIONS_TABLE"
for argument in "$@"; do echo "[$argument]"; done
cat
`
	const names = " eu-west-3 gatehouse-dev-UsersTable-1 gatehouse-dev-AttemptsTable-2 gatehouse-dev-SessionsTable-3\n"
	const arguments = "[--store]\n[dynamodb]\n[users]\n[add]\n[--name]\n[Jane Doe]\na password\n"
	keys := []string{"AWS_ACCESS_KEY_ID=mine", "AWS_SECRET_ACCESS_KEY=hidden"}
	const awsCLI = "#!/bin/sh\ncat\n[ \"$*\" = 'configure export-credentials --format env' ] && " +
		"echo export AWS_ACCESS_KEY_ID=profile && echo export AWS_SECRET_ACCESS_KEY=sso\n"
	for _, test := range []struct {
		name, sam, aws string
		environment    []string
		want           string
		fails          bool
	}{
		{"keys in the environment", "cat; cat outputs.json", "", keys, "mine hidden" + names + arguments, false},
		{
			"another region in the environment", "cat outputs.json", "", append(keys, "AWS_REGION=us-east-1"),
			"mine hidden" + names + arguments, false,
		},
		{"profile", "cat; cat outputs.json", awsCLI, nil, "profile sso" + names + arguments, false},
		{"no credentials", "cat outputs.json", "#!/bin/sh\nexit 252\n", nil, "make users needs AWS_ACCESS_KEY_ID", true},
		{"no stack", "echo no stack >&2; exit 1", "", keys, "no stack", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			write := func(name, text string) {
				if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o700); err != nil { //nolint:gosec // a program
					t.Fatal(err)
				}
			}
			write("outputs.json", outputs)
			write("command", command)
			write("go", "#!/bin/sh\nmkdir -p bin && cp command bin/gatehouse\n")
			write("sam", "#!/bin/sh\n[ \"$*\" = 'list stack-outputs --stack-name gatehouse-dev --output json' ] || exit 9\n"+test.sam+"\n")
			if test.aws != "" {
				write("aws", test.aws)
			}
			makefile, err := filepath.Abs("../../../Makefile")
			if err != nil {
				t.Fatal(err)
			}
			run := exec.CommandContext(t.Context(), "make", "--no-print-directory", "-f", makefile,
				"users", "STAGE=dev", `ARGS=add --name "Jane Doe"`)
			run.Dir, run.Stdin = folder, strings.NewReader("a password\n")
			run.Env = append([]string{"PATH=" + folder + ":" + os.Getenv("PATH")}, test.environment...)
			output, err := run.CombinedOutput()
			if (err != nil) != test.fails || test.fails && !strings.Contains(string(output), test.want) ||
				!test.fails && string(output) != test.want {
				t.Errorf("make users: %v\n%swant\n%s", err, output, test.want)
			}
		})
	}
	for _, key := range []string{"BaseURL", "UsersTableName", "AttemptsTableName", "SessionsTableName"} {
		if !loadTemplate(t).Root().At("Outputs", key).Exists() {
			t.Errorf("the template has no output %s, which make users reads", key)
		}
	}
}
