package deploy_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gatehouse/shared/test/tools"
)

// outputs holds a stack's outputs as sam prints them. TestOutputs holds the keys to the template.
const outputs = `[
  {"OutputKey": "UsersTableName", "OutputValue": "gatehouse-dev-UsersTable-1", "Description": "USERS_TABLE"},
  {
    "OutputKey": "BaseURL",
    "OutputValue": "https://abc.execute-api.eu-west-3.amazonaws.com/dev",
    "Description": "Where a client's base URL has to point"
  },
  {"OutputKey": "AttemptsTableName", "OutputValue": "gatehouse-dev-AttemptsTable-2", "Description": "ATTEMPTS_TABLE"},
  {"OutputKey": "SessionsTableName", "OutputValue": "gatehouse-dev-SessionsTable-3", "Description": "SESSIONS_TABLE"}
]`

// TestUsersOfAStack runs `make users` in a fresh folder, with stand-ins for the SAM CLI, the AWS CLI and Go. Each stand-in
// reads stdin if it can, because stdin carries the new user's password.
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
		{"profile", "cat; cat outputs.json", awsCLI, nil, "profile sso" + names + arguments, false},
		{"no credentials", "cat outputs.json", "#!/bin/sh\nexit 252\n", nil, "make users needs AWS_ACCESS_KEY_ID", true},
		{"no stack", "echo no stack >&2; exit 1", "", keys, "no stack", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			write := func(name, text string) {
				if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o700); err != nil {
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
			makefile, err := filepath.Abs(root + "/Makefile")
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
}
