package deploy_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestWithoutMake: tests that need make are visibly skipped where it is not installed, and fail with CI set.
func TestWithoutMake(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		ci, want string
		passes   bool
	}{{"", "--- SKIP: ", true}, {"true", "--- FAIL: ", false}} {
		command := exec.CommandContext(t.Context(), os.Args[0], "-test.v",
			"-test.run=^(TestMakefileBuildsEveryFunction|TestInvokeFindsTheFunction|TestUsersOfAStack)$")
		command.Env = []string{"PATH=", "CI=" + row.ci, "TMPDIR=" + t.TempDir()}
		output, err := command.CombinedOutput()
		if (err == nil) != row.passes || strings.Count(string(output), row.want) != 3 || !strings.Contains(string(output), `"make"`) {
			t.Errorf("with CI=%q: %v, want three times %q:\n%s", row.ci, err, row.want, output)
		}
	}
}
